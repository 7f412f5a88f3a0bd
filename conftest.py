"""Test settings: a data folder of its own, quick password hashing, tables that tests may empty.

The environment is set here and not in pyproject.toml, because settings named there are read before this file.
"""

import gc
import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.test import TransactionTestCase
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # carries no types

from tests.evidence.replays import not_sent, sending_tests, sent_twice
from yingcai.audit.tests.flush import let_tests_empty_tables
from yingcai.plan.tests.flush import let_tests_empty_published_plans
from yingcai.reporting.tests.flush import let_tests_empty_published_bulletins

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
# Each process of the suite has a folder of its own, not that of the process that began it.
if "PYTEST_XDIST_WORKER" in os.environ or "YINGCAI_DATA_DIR" not in os.environ:
    os.environ["YINGCAI_DATA_DIR"] = tempfile.mkdtemp(prefix="yingcai-test-")
os.environ.setdefault("YINGCAI_TODAY", "2018-06-08")
django.setup()

LONG = {"test_kills.py"}  # at the end one process would wait for it
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the database: pytest-django lets no other test come near it. What takes minutes begins first."""
    items.sort(key=lambda item: item.path.name not in LONG)
    for item in items:
        if _asks_database(item):
            item.add_marker("database")


def _asks_database(item: pytest.Item) -> bool:
    of = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (of is not None and issubclass(of, TransactionTestCase))
    )


class Groups(LoadScopeScheduling):  # type: ignore[misc]  # carries no types
    """What ``--dist loadgroup`` promises: the marks of pytest-xdist 3.8 do not arrive from pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return _group_of(self.config.rootpath / file) or nodeid


@cache
def _group_of(file: Path) -> str:
    """The ``xdist_group`` that marks a whole file; empty without one."""
    found = re.search(
        r'^pytestmark = .*?xdist_group\("(\w+)"\)', file.read_text("utf-8"), re.M | re.S
    )
    return found[1] if found else ""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """A process that finds the settings named reads them before this file, and shares a folder of data."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups | None:
    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_finish() -> None:
    """Search for garbage seldom, and not in what was imported, which lives to the end: a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def _quick_and_emptiable() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    let_tests_empty_tables()
    let_tests_empty_published_plans()
    let_tests_empty_published_bulletins()


@pytest.fixture(autouse=True)
def _what_it_changes_is_sent_twice(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Of the tests that are named for an address: what they send to change something must not change it again."""
    test = request.node.nodeid
    if test not in sending_tests():
        yield
        return
    with sent_twice(monkeypatch) as noted:
        yield
    assert [*noted.faults, *not_sent(test, noted)] == []  # noqa: S101  # a test itself
