"""What refuses the start, and what only warns."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import ERROR, WARNING, run_checks
from django.db import connection
from django.db.utils import ConnectionHandler
from pytest_django.fixtures import Settings

from yingcai.audit import append_only
from yingcai.audit.keys import key_file
from yingcai.audit.root_files import publish_roots
from yingcai.audit.tests.make import make_events, make_sealed, own_folder
from yingcai.web.checks import (
    append_only_tables_are_guarded,
    audit_is_sealed_in_time,
    fit_for_duty,
    postgresql_facts,
    postgresql_problems,
    published_roots_are_in_the_database,
    secret_key_is_strong,
    secret_problems,
    sqlite_facts,
    sqlite_problems,
)
from yingcai.web.database import database_config

__all__ = ["own_folder"]

SQLITE = {
    "journal_mode": "wal",
    "synchronous": "2",
    "foreign_keys": "1",
    "busy_timeout": "10000",
    "transaction_mode": "immediate",
}
POSTGRESQL = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "statement_timeout": "30s",
    "data_checksums": "on",
}
STRONG = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kM7nP9rS1uV3xY5"


def codes(found: Any) -> set[str]:
    return {str(message.id) for message in found}


def test_a_database_that_keeps_its_word_passes() -> None:
    assert sqlite_problems(SQLITE) == []
    assert postgresql_problems(POSTGRESQL) == []


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("journal_mode", "delete", "yingcai.E001"),
        ("synchronous", "1", "yingcai.E002"),
        ("foreign_keys", "0", "yingcai.E003"),
        ("transaction_mode", "deferred", "yingcai.E004"),
        ("transaction_mode", "", "yingcai.E004"),
        ("busy_timeout", "5000", "yingcai.E005"),
    ],
)
def test_sqlite_that_can_lose_writes_is_refused(fact: str, value: str, code: str) -> None:
    found = sqlite_problems({**SQLITE, fact: value})

    assert codes(found) == {code}
    assert all(message.level == ERROR and message.hint for message in found)


@pytest.mark.parametrize("fact", ["fsync", "full_page_writes", "synchronous_commit"])
def test_postgresql_that_can_lose_writes_is_refused(fact: str) -> None:
    found = postgresql_problems({**POSTGRESQL, fact: "off"})

    assert codes(found) == {"yingcai.E006"}
    assert fact in str(found[0].msg)


def test_postgresql_without_a_limit_for_queries_is_refused() -> None:
    assert codes(postgresql_problems({**POSTGRESQL, "statement_timeout": "0"})) == {"yingcai.E008"}


def test_postgresql_without_checksums_is_warned_about() -> None:
    found = postgresql_problems({**POSTGRESQL, "data_checksums": "off"})

    assert [message.level for message in found] == [WARNING]


def test_every_problem_is_named_at_once() -> None:
    worst = {**SQLITE, "journal_mode": "delete", "synchronous": "0", "foreign_keys": "0"}

    assert len(sqlite_problems(worst)) == 3


@pytest.mark.django_db
def test_a_live_sqlite_file_with_our_settings_passes(tmp_path: Path) -> None:
    config = database_config(f"sqlite:///{tmp_path}/city.sqlite3", default=tmp_path / "unused")
    live = ConnectionHandler({"default": config})["default"]

    assert sqlite_problems(sqlite_facts(live)) == []
    live.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("init_command", "PRAGMA synchronous=NORMAL; PRAGMA journal_mode=WAL", "yingcai.E002"),
        ("transaction_mode", None, "yingcai.E004"),
        ("timeout", 1, "yingcai.E005"),
    ],
)
def test_a_live_sqlite_file_with_other_settings_does_not(
    tmp_path: Path, option: str, value: object, code: str
) -> None:
    config = database_config(f"sqlite:///{tmp_path}/city.sqlite3", default=tmp_path / "unused")
    config["OPTIONS"][option] = value
    live = ConnectionHandler({"default": config})["default"]

    assert code in codes(sqlite_problems(sqlite_facts(live)))
    live.close()


@pytest.mark.django_db
def test_the_database_of_this_run_has_no_error() -> None:
    found = run_checks(tags=["database"], databases=["default"])

    assert [message for message in found if message.level >= ERROR] == []
    if connection.vendor == "postgresql":
        assert postgresql_facts(connection)["synchronous_commit"] == "on"


@pytest.mark.django_db
def test_a_lost_trigger_refuses_the_start() -> None:
    with connection.cursor() as cursor:
        for statement in append_only.drop_statements(connection.vendor, "audit_event"):
            cursor.execute(statement)

    found = append_only_tables_are_guarded(databases=["default"])

    assert codes(found) == {"yingcai.E007"}
    assert "yingcai migrate" in str(found[0].hint)


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 60, "ab" * 40, f"django-insecure-{STRONG}"], ids=repr
)
def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path, key: str) -> None:
    assert codes(secret_problems(key, tmp_path / "secret.key")) == {"yingcai.E009"}


def test_a_strong_key_in_a_private_file_passes(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.touch(mode=0o600)

    assert list(secret_problems(STRONG, path)) == []


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.touch()
    path.chmod(0o644)

    assert codes(secret_problems(STRONG, path)) == {"yingcai.E010"}


@pytest.mark.django_db
def test_the_keys_of_the_audit_are_their_owners_alone(own_folder: Path) -> None:
    make_sealed((1,))
    assert codes(secret_key_is_strong()) == set()

    key_file().chmod(0o640)

    assert codes(secret_key_is_strong()) == {"yingcai.E010"}


@pytest.mark.django_db
def test_a_database_behind_its_published_roots_was_rolled_back(own_folder: Path) -> None:
    make_sealed((2,))
    publish_roots()
    assert published_roots_are_in_the_database(databases=["default"]) == []
    path = own_folder / "audit-roots" / "2018.jsonl"

    path.write_text(path.read_text() + '{"number": 2}\n')

    found = published_roots_are_in_the_database(databases=["default"])
    assert [(message.id, message.level) for message in found] == [("yingcai.W008", WARNING)]
    assert published_roots_are_in_the_database() == []


@pytest.mark.django_db
def test_rows_that_wait_too_long_are_told(own_folder: Path) -> None:
    make_sealed((2,))
    assert audit_is_sealed_in_time(databases=["default"]) == []

    make_events(3)

    found = audit_is_sealed_in_time(databases=["default"])
    assert [message.id for message in found] == ["yingcai.W009"]
    assert "有 3 条审计记录没有封存" in str(found[0].msg)
    assert audit_is_sealed_in_time() == []


def test_advice_for_duty_names_what_a_trial_lacks(settings: Settings) -> None:
    settings.SECOND_FACTOR, settings.HTTPS = "available", False

    found = fit_for_duty()

    expected = {"yingcai.W004", "yingcai.W005", "yingcai.W006"}
    if connection.vendor == "sqlite":
        expected.add("yingcai.W003")
    assert codes(found) == expected
    assert all(message.level == WARNING for message in found)


def test_an_installation_for_duty_gets_no_advice_but_on_its_database(settings: Settings) -> None:
    settings.SECOND_FACTOR, settings.HTTPS, settings.YINGCAI_TODAY = "required", True, None

    assert codes(fit_for_duty()) <= {"yingcai.W003"}
