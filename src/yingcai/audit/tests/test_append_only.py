"""The database refuses changes of append-only rows, whoever asks."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from yingcai.audit import append_only
from yingcai.audit.actions import record
from yingcai.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return record("unit.created", Group.objects.create(name="one"), actor=None)


def test_a_row_cannot_be_updated(event: Event) -> None:
    with pytest.raises(IntegrityError, match="audit_event 只能追加"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(action="something.else")

    assert Event.objects.get(pk=event.pk).action == "unit.created"


def test_a_row_cannot_be_deleted(event: Event) -> None:
    with pytest.raises(IntegrityError, match="audit_event 只能追加"), transaction.atomic():
        event.delete()

    assert Event.objects.filter(action="unit.created").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["DELETE FROM audit_event", "TRUNCATE audit_event CASCADE"])
def test_the_table_cannot_be_emptied(statement: str) -> None:
    if connection.vendor == "sqlite":  # has no TRUNCATE; DELETE without a condition is its way
        statement = "DELETE FROM audit_event"
    event = record("unit.created", Group.objects.create(name="one"), actor=None)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Event.objects.filter(pk=event.pk).exists()


def test_the_audit_table_is_declared_and_guarded() -> None:
    assert "audit_event" in append_only.declared_tables(connection)
    assert "audit_event" in append_only.guarded_tables(connection)
    assert append_only.missing(connection) == frozenset()


def test_a_lost_trigger_is_named_and_can_be_put_back(event: Event) -> None:
    with connection.cursor() as cursor:
        for statement in append_only.drop_statements(connection.vendor, "audit_event"):
            cursor.execute(statement)
    assert append_only.missing(connection) == {"audit_event"}

    with connection.cursor() as cursor:
        for statement in append_only.create_statements(connection.vendor, "audit_event"):
            cursor.execute(statement)

    assert append_only.missing(connection) == frozenset()


@pytest.mark.parametrize("table", ["audit event", 'x"; DROP TABLE y', "", "Audit"])
def test_only_plain_table_names_become_sql(table: str) -> None:
    with pytest.raises(ValueError, match="is not a table name"):
        append_only.triggers(table)


@pytest.mark.django_db(transaction=True)
def test_restore_reports_what_it_put_back() -> None:
    with connection.cursor() as cursor:
        for statement in append_only.drop_statements(connection.vendor, "audit_event"):
            cursor.execute(statement)

    assert append_only.restore(connection) == {"audit_event"}
    assert append_only.missing(connection) == frozenset()
