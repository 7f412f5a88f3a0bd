"""Every committed row gets one link; two sealers and late transactions make no gap and no second link."""

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet
from pytest_django.fixtures import Settings

from yingcai.audit import append_only
from yingcai.audit import rows as rows_of
from yingcai.audit.actions import change_key, close_day, make_root, seal, sealing
from yingcai.audit.canonical import Row, written_details, written_moment
from yingcai.audit.errors import KeyMissing, NothingSealed
from yingcai.audit.export import span_of
from yingcai.audit.keys import key_file, key_names
from yingcai.audit.models import Event, Link, Root
from yingcai.audit.queries import sealing_state
from yingcai.audit.root_files import newest_published, publish_roots, published_lines
from yingcai.audit.tests.make import (
    NOW,
    TODAY,
    check,
    export,
    make_events,
    make_sealed,
    own_folder,
)
from yingcai.verifier import verify_audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
__all__ = ["own_folder"]


def linked() -> list[tuple[int, int]]:
    return list(Link.objects.values_list("position", "event_id"))


def codes(report: verify_audit.Report) -> set[str]:
    return {finding.code for finding in report.findings}


def test_rows_are_linked_once_in_the_order_of_their_numbers() -> None:
    rows = make_events(5)

    assert seal(now=NOW) == 5
    assert seal(now=NOW) == 0
    assert linked() == [(n + 1, row.pk) for n, row in enumerate(rows)]


def test_batches_and_the_limit_leave_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    make_events(30)

    assert seal(now=NOW, limit=10) == 10
    assert seal(now=NOW) == 20
    assert [position for position, _ in linked()] == list(range(1, 31))
    assert check(export()).findings == []


def test_a_row_that_commits_late_is_linked_behind_those_with_higher_numbers() -> None:
    first = make_events(3)
    seal(now=NOW)
    late = Event.objects.create(
        pk=first[0].pk + 1, at=NOW, written_at=NOW, action="unit.changed", object_type="x"
    )

    assert seal(now=NOW) == 1
    assert linked()[-1] == (4, late.pk)
    assert check(export()).findings == []


def test_a_row_far_behind_is_found_by_a_look_at_the_whole_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = make_events(3)
    seal(now=NOW)
    monkeypatch.setattr(sealing, "NEAR", 1)
    Event.objects.create(pk=first[0].pk + 1, at=NOW, action="unit.changed", object_type="x")

    assert seal(now=NOW) == 0
    assert seal(now=NOW, whole=True) == 1


def test_of_two_sealers_one_goes_on_behind_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second sealer has read the end of the chain when the first one moves it."""
    rows = make_events(6)
    seal(now=NOW, limit=2)
    read = rows_of.read_rows
    others = iter([2])

    def and_another_comes_first(events: QuerySet[Event]) -> list[Row]:
        found = read(events)
        for limit in others:
            seal(now=NOW, limit=limit)
        return found

    monkeypatch.setattr(sealing, "read_rows", and_another_comes_first)

    assert seal(now=NOW) == 2
    assert linked() == [(n + 1, row.pk) for n, row in enumerate(rows)]
    assert check(export()).findings == []


def test_a_database_that_takes_no_link_is_not_tried_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_events(1)
    tries: list[int] = []

    def refuse(*_: object) -> None:
        tries.append(1)
        raise IntegrityError("no")

    monkeypatch.setattr(Link.objects, "bulk_create", refuse)

    with pytest.raises(IntegrityError):
        seal(now=NOW)
    assert len(tries) == sealing.MOST_CLASHES + 1


@pytest.mark.django_db(transaction=True)
def test_sealers_in_threads_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    make_events(150)
    done: list[int] = []

    def work() -> None:
        try:
            done.append(seal(now=NOW, whole=True))
        finally:
            connection.close()

    # SQLite's database of tests lives in memory, where two writers do not wait for each other; the tests of
    # the commands let processes seal one file.
    sealers = 1 if connection.vendor == "sqlite" else 3
    threads = [Thread(target=work) for _ in range(sealers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done) == 150
    assert [position for position, _ in linked()] == list(range(1, 151))
    assert check(export()).findings == []


@pytest.mark.parametrize("model", [Link, Root])
def test_links_and_roots_cannot_be_changed_or_deleted(model: type[Model]) -> None:
    make_sealed((2,))
    rows = model._default_manager.all()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(seal="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.first().delete()  # type: ignore[union-attr]


def test_what_somebody_wrote_past_the_application_stops_neither_seal_nor_export() -> None:
    [row] = make_events(1)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in append_only.drop_statements("sqlite", "audit_event"):
                cursor.execute(statement)
            cursor.execute("UPDATE audit_event SET at = 'never', written_at = '2018-13-45'")
    seal(now=NOW)

    assert check(export()).findings == []
    assert linked() == [(1, row.pk)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2018-06-08 04:00:00", "2018-06-08T04:00:00.000000Z"),
        ("2018-06-08 04:00:00.5", "2018-06-08T04:00:00.500000Z"),
        ("2018-06-08T12:00:00+08:00", "2018-06-08T04:00:00.000000Z"),
        ("2018-06-08T04:00:00.000000Z", "2018-06-08T04:00:00.000000Z"),
        ("never", "never"),
        (7, 7),
        (None, None),
    ],
)
def test_moments_have_one_form(written: object, read: object) -> None:
    assert written_moment(written) == read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"n": 1.0}', {"n": 1}),
        ('{"n": 1e2}', {"n": 100}),
        ('{"n": 100}', {"n": 100}),
        ('{"n": 0.10}', {"n": 0.1}),
        ('{"n": -0.0}', {"n": 0}),
        ('{"n": 1e999}', {"n": float("inf")}),
        ("{", "{"),
        (None, None),
    ],
)
def test_details_have_one_form(text: object, value: object) -> None:
    assert written_details(text) == value


def test_the_same_rows_have_the_same_chain_on_every_database(settings: Settings) -> None:
    """The digest below was computed once; SQLite and PostgreSQL must both come to it."""
    settings.AUDIT_KEYS = ["ab" * 32]
    Event.objects.create(
        pk=41,
        at=datetime(2018, 6, 8, 4, 0, 0, 120, UTC),
        written_at=datetime(2018, 6, 8, 4, 0, 1, tzinfo=UTC),
        action="unit.changed",
        object_type="identity.unit",
        object_id="7",
        details={"b": [1.0, 1e16, 0.125, None, True], "a": {"名": "值\n"}, "empty": {}},
    )
    seal(now=NOW)

    link = Link.objects.get()

    assert (link.key, link.chain[:16], link.seal[:16]) == EXPECTED


EXPECTED = ("4a18fed92c1e90ec", "c1e533665e63fbe5", "83d9812928b5a58b")


def test_the_profile_stands_in_each_link_so_that_it_may_change(settings: Settings) -> None:
    make_sealed((3,))
    settings.CRYPTO = "gm"
    make_events(3)
    seal(now=NOW)
    settings.CRYPTO = "default"
    make_events(3)
    seal(now=NOW)

    assert list(Link.objects.values_list("profile", flat=True)) == [
        *["default"] * 3,
        *["gm"] * 3,
        *["default"] * 3,
    ]
    assert check(export()).findings == []


def test_a_new_key_seals_what_comes_and_old_links_stay_verifiable() -> None:
    make_sealed((3,))
    [old] = key_names()

    new = change_key(actor=None, at=NOW)

    make_events(2)
    seal(now=NOW)
    assert key_names() == [old, new]
    assert list(Link.objects.values_list("key", flat=True)) == [old] * 3 + [new] * 3
    assert check(export()).findings == []
    event = Event.objects.get(action="audit.key_changed")
    assert event.details == {"from": old, "to": new}


def test_keys_of_the_environment_are_not_written_by_the_program(settings: Settings) -> None:
    settings.AUDIT_KEYS = ["ab" * 32]

    with pytest.raises(KeyMissing, match="YINGCAI_AUDIT_KEYS"):
        change_key(actor=None, at=NOW)

    assert not Event.objects.exists()


def test_the_key_file_is_its_owners_alone(own_folder: Path) -> None:
    make_sealed((1,))

    assert stat.S_IMODE((own_folder / "audit.key").stat().st_mode) == 0o600


def test_a_lost_key_is_said_and_no_new_one_is_made(own_folder: Path) -> None:
    make_sealed((2,))
    key_file().unlink()
    make_events(1)

    with pytest.raises(KeyMissing, match="请从备份恢复"):
        seal(now=NOW)

    assert not key_file().exists()
    assert len(linked()) == 2


@pytest.mark.parametrize("text", ["short", "g" * 64, "AB" * 32])
def test_what_is_no_key_is_refused(text: str, settings: Settings) -> None:
    settings.AUDIT_KEYS = [text]
    make_events(1)

    with pytest.raises(KeyMissing, match="64 位十六进制"):
        seal(now=NOW)


def test_a_day_gets_one_root_and_roots_follow_on() -> None:
    make_events(3)

    first = close_day(TODAY, now=NOW)
    assert close_day(TODAY, now=NOW) is None
    make_events(2)
    second = close_day(TODAY + timedelta(days=1), now=NOW)

    assert first is not None
    assert second is not None
    assert [(root.number, root.position, root.links) for root in (first, second)] == [
        (1, 3, 3),
        (2, 5, 2),
    ]
    assert second.previous == first.digest


def test_without_rows_there_is_no_root() -> None:
    assert close_day(TODAY, now=NOW) is None
    with pytest.raises(NothingSealed):
        make_root(TODAY, now=NOW)


def test_another_process_may_make_the_root_first(monkeypatch: pytest.MonkeyPatch) -> None:
    make_sealed((2,))
    monkeypatch.setattr(sealing, "newest_root", lambda: None)

    assert close_day(TODAY, now=NOW) is None
    assert Root.objects.count() == 1


def test_roots_are_appended_to_the_file_of_their_year_and_never_rewritten(
    own_folder: Path,
) -> None:
    make_sealed((2, 2))

    assert (publish_roots(), publish_roots()) == (2, 0)
    path = own_folder / "audit-roots" / "2018.jsonl"
    before = path.read_text("utf-8")
    make_events(1)
    close_day(date(2019, 1, 1), now=NOW)
    assert publish_roots() == 1
    assert path.read_text("utf-8") == before
    assert [json.loads(line)["number"] for line in published_lines()] == [1, 2, 3]
    assert newest_published() == 3


def test_a_line_that_is_no_root_does_not_stop_the_look_at_the_files(own_folder: Path) -> None:
    folder = own_folder / "audit-roots"
    folder.mkdir()
    (folder / "2018.jsonl").write_text('nonsense\n{"number": 4}\n{}\n', "utf-8")

    assert newest_published() == 4


def test_the_state_says_how_long_the_oldest_row_waits() -> None:
    assert sealing_state(now=NOW).last is None
    make_sealed((2,))
    assert (sealing_state(now=NOW).waiting, sealing_state(now=NOW).late) == (0, False)

    [row] = make_events(1)

    state = sealing_state(now=row.written_at + timedelta(seconds=61))
    assert (state.waiting, state.lag_seconds, state.late) == (1, 61, True)


def test_an_export_of_days_reaches_from_root_to_root() -> None:
    make_sealed((4, 4, 4))
    second = Link.objects.get(position=6).event
    Event.objects.create(pk=100, at=NOW + timedelta(days=40), action="x", object_type="x")
    seal(now=NOW)
    day = second.at.date()

    span = span_of(day, day)
    assert (span.first, span.last, span.newest) == (1, 12, 13)
    later = span_of(date(2018, 7, 1), None)
    assert (later.first, later.last) == (13, 13)
    assert check(export(date(2018, 7, 1), None)).findings == []
    nothing = span_of(date(2030, 1, 1), date(2030, 1, 2))
    assert (nothing.first, nothing.last, nothing.rows) == (1, 0, 0)
    assert check(export(date(2030, 1, 1), date(2030, 1, 2))).findings == []
