# make        this list
# make run    everything from nothing to http://127.0.0.1:8000 with a fictional city
# make test   the whole suite
# make check  types, lint, contracts
# make setup  the environment alone (.venv)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: help setup run test check lock messages
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# make/make/p' Makefile

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@echo "==> Building the environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true
	@if [ -x $(BIN)/uv ]; then \
	  UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements.lock \
	  && $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	fi
	@echo "==> Building the message catalogues"
	@$(BIN)/python tools/messages.py compile
	@touch $(STAMP)

run: setup
	@$(BIN)/yingcai demo

test: setup
	@$(BIN)/python tools/messages.py compile
	@echo "==> Running the suite"
	@$(BIN)/python -m pytest -n 2 -m "not browser" $(PYTEST_ARGS)

check: setup
	@echo "==> ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy" && $(BIN)/mypy
	@echo "==> import contracts" && $(BIN)/lint-imports
	@echo "==> migrations" && $(BIN)/python manage.py makemigrations --check --dry-run

lock:
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header --python-version 3.11 -q -o requirements.lock

messages: setup
	@$(BIN)/python tools/messages.py extract
