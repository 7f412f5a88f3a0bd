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

# uv is quick; where it cannot be had, or cannot reach the index as pip can, pip does the same work.
UV_INSTALL = UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install --quiet --python $(BIN)/python
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(STAMP): requirements.lock pyproject.toml
	@echo "==> Building the environment in $(VENV) (a minute or less)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) uv 2>/dev/null || true
	@{ test -x $(BIN)/uv && $(UV_INSTALL) --require-hashes -r requirements.lock 2>/dev/null \
	  && $(UV_INSTALL) --no-deps -e . 2>/dev/null ; } \
	|| { echo "==> uv cannot fetch the packages here; pip does it (two minutes or less)" \
	  && $(PIP_INSTALL) --require-hashes -r requirements.lock \
	  && $(PIP_INSTALL) --no-deps -e . ; }
	@echo "==> Building the message catalogues"
	@$(BIN)/python tools/messages.py compile
	@touch $(STAMP)

run: setup
	@$(BIN)/yingcai demo

test: setup
	@$(BIN)/python tools/messages.py compile
	@echo "==> Running the suite"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser" $(PYTEST_ARGS)

check: setup
	@echo "==> ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy" && $(BIN)/mypy
	@echo "==> import contracts" && $(BIN)/lint-imports
	@echo "==> branch coverage of the engine: all of it"
	@$(BIN)/python -m pytest -n 2 tests/engine --cov=yingcai.engine --cov-branch --cov-report=term:skip-covered --cov-fail-under=100
	@echo "==> migrations" && $(BIN)/python manage.py makemigrations --check --dry-run

lock:
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile pyproject.toml --all-extras --no-strip-extras --generate-hashes --no-header --python-version 3.11 -q -o requirements.lock

messages: setup
	@$(BIN)/python tools/messages.py extract
