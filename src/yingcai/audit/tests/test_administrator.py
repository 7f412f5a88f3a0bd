"""An administrator of the database lifts the triggers and works past the application; the export shows it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from yingcai.audit import append_only
from yingcai.audit.keys import key_file
from yingcai.audit.models import Link, Root
from yingcai.audit.rows import root_rows
from yingcai.audit.tests.make import NOW, check, export, make_sealed, own_folder
from yingcai.verifier import verify_audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
__all__ = ["own_folder"]

TABLES = ("audit_event", "audit_link", "audit_root")


@pytest.fixture
def _unguarded(own_folder: Path) -> None:
    """Thirty sealed rows under two roots, and no trigger left."""
    make_sealed((15, 15))
    with connection.cursor() as cursor:
        for table in TABLES:
            for statement in append_only.drop_statements(connection.vendor, table):
                cursor.execute(statement)


# What the administrator does to the row with the number {event} and its link, and what is found first.
DEEDS = [
    ("UPDATE audit_event SET at = '2018-06-01 00:00:00+00' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_event SET written_at = '2018-06-01 00:00:00+00' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_event SET action = 'role.granted' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_event SET object_type = 'plan.plan' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_event SET object_id = '7' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_event SET details = '{{\"n\": 1}}' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_event SET request_id = '' WHERE id = {event}", "row-changed"),
    ("UPDATE audit_link SET chain = '00' WHERE event_id = {event}", "link-changed"),
    ("UPDATE audit_link SET seal = '00' WHERE event_id = {event}", "forged"),
    ("UPDATE audit_link SET key = '00' WHERE event_id = {event}", "unknown-key"),
    ("UPDATE audit_link SET profile = 'md5' WHERE event_id = {event}", "unknown-profile"),
    ("UPDATE audit_link SET sealed_at = '2018-06-09 00:00:00+00' WHERE event_id = {event}", "link-changed"),
    ("DELETE FROM audit_link WHERE event_id = {event}", "gap"),
    ("UPDATE audit_link SET position = 1000 WHERE event_id = {event}", "gap"),
]  # fmt: skip


@pytest.mark.usefixtures("_unguarded")
@pytest.mark.parametrize(("deed", "code"), DEEDS)
def test_each_deed_is_found_at_its_place(deed: str, code: str) -> None:
    for link in Link.objects.filter(position__in=[1, 8, 15, 16, 30]):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(deed.format(event=link.event_id))
            report = check(export())
            transaction.set_rollback(True)

        assert report.first is not None, link
        # A link missing at the very end is a chain that ends before its root.
        at_the_end = (
            "truncated" if code == "gap" and link.position == 30 and "DELETE" in deed else code
        )
        assert (report.first.position, report.first.code) == (link.position, at_the_end)


@pytest.mark.usefixtures("_unguarded")
def test_a_row_that_is_gone_leaves_its_link() -> None:
    link = Link.objects.get(position=8)
    # The link names a row that is not there; the database checks that at the end of the transaction only.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM audit_event WHERE id = {link.event_id}")  # noqa: S608
        report = check(export())
        transaction.set_rollback(True)

    assert report.first is not None
    assert (report.first.position, report.first.code) == (8, "row-missing")
    assert report.first.event == link.event_id


@pytest.mark.usefixtures("_unguarded")
def test_a_row_slipped_in_between_is_found() -> None:
    link = Link.objects.get(position=8)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, at, written_at, action, object_type, object_id, details, request_id)"  # noqa: S608
            " SELECT id + 1, at, written_at, action, object_type, 'new', details, request_id"
            f" FROM audit_event WHERE id = {link.event_id}"
        )
    report = check(export())

    assert [(f.code, f.event) for f in report.findings] == [("row-without-link", link.event_id + 1)]


@pytest.mark.usefixtures("_unguarded")
def test_the_end_cut_off_is_found_by_the_roots_that_were_kept() -> None:
    kept = [dict(root) for root in root_rows()]
    Root.objects.filter(number=2).delete()
    with transaction.atomic():
        Link.objects.filter(position__gt=20).delete()

    lines = export()
    report = verify_audit.verify(lines, verify_audit.read_keys(key_file()), kept)

    assert report.first is not None
    assert (report.first.position, report.first.code) == (21, "truncated")
    assert {"truncated", "root-missing"} <= {finding.code for finding in report.findings}
    assert check(lines).counts["truncated"] == 0  # from inside alone nobody can know


def test_rows_that_are_not_sealed_yet_are_told_with_their_age(own_folder: Path) -> None:
    make_sealed((3,))
    from_now = NOW + timedelta(days=1, seconds=-30)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, at, written_at, action, object_type, object_id, details, request_id)"
            " VALUES (100, %s, %s, 'x', 'x', '', '{}', '')",
            [str(from_now), str(from_now)],
        )
    report = check(export())

    assert report.findings == []
    assert [age for age, _ in report.waiting] == [30.0]


def test_without_roots_that_were_kept_the_verifier_says_what_would_not_show(
    own_folder: Path,
) -> None:
    make_sealed((3, 3))
    lines, keys = export(), verify_audit.read_keys(key_file())
    alone = verify_audit.verify(lines, keys, [])
    with_kept = verify_audit.verify(lines, keys, list(root_rows()))
    on_paper = verify_audit.verify(lines, keys, [], Root.objects.get(number=2).digest[:16])

    assert [report.vouched for report in (alone, with_kept, on_paper)] == [0, 2, 1]
    assert any(
        "No root that was kept elsewhere" in note for note in verify_audit.notes(alone, keys)
    )
    assert list(verify_audit.notes(with_kept, keys)) == list(verify_audit.notes(on_paper, keys))
