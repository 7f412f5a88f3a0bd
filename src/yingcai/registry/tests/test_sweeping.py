"""What is swept, what stays, and that a sweep may be repeated and killed at any moment."""

import os
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from yingcai.audit import append_only
from yingcai.audit.models import Event
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions import sweeping
from yingcai.registry.actions.facets import build_index
from yingcai.registry.actions.facts import Said, correct_fact
from yingcai.registry.actions.linkage import digest_missing
from yingcai.registry.actions.looking import reveal_fact
from yingcai.registry.actions.registers import ask_registers
from yingcai.registry.actions.requests import (
    Upload,
    Wish,
    accept_request,
    asked_value,
    request_change,
    withdraw_request,
)
from yingcai.registry.actions.subjects import add_identifier, retire_identifier
from yingcai.registry.actions.sweeping import Run, sweep, would_sweep
from yingcai.registry.errors import Swept
from yingcai.registry.evidence_files import lay_down, place_of
from yingcai.registry.models import (
    ChangeRequest,
    FacetEntry,
    Fact,
    Identifier,
    ImportBatch,
    ImportKey,
    ImportProblem,
    ImportRow,
    LinkageDigest,
    Subject,
    Sweep,
)
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.facts import known, missing, standing
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.registers.interface import FOUND, Asked, Reply, Told
from yingcai.registry.sealed import unsealed
from yingcai.registry.tests.make import (
    NOW,
    RESIDENT,
    TODAY,
    make_fact,
    make_firm,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_imports import as_csv, check, people, upload

pytestmark = pytest.mark.usefixtures("city")
CANARY = b"%PDF-1.7 CANARY-IN-A-CERTIFICATE"
OVER = date(2028, 6, 9)  # the first day after ten years
SOON = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


def run(on: date, *, aged: float = 0.0) -> Run:
    return Run(on, datetime(on.year, on.month, on.day, 4, tzinfo=UTC), aged)


def casework() -> Scope:
    return scope(make_user(role=Role.OFFICE), "casework", on=TODAY)


def replaced(lin: Subject, name: str = "person.degree", value: object = "master") -> Fact:
    """A value of a person that another took the place of today."""
    old = make_fact(lin, name, value)
    correct_fact(old, Said(name, "doctor", old.source), actor=None, now=NOW)
    return old


def columns(row: Fact) -> dict[str, Any]:
    return dict(Fact.objects.filter(pk=row.pk).values().get())


# -- facts -----------------------------------------------------------------------------------------------


def test_a_swept_row_loses_its_value_and_nothing_else() -> None:
    old = replaced(make_person())
    before = columns(old)

    assert sweep(run(OVER)) == {"person.degree": 2}  # nobody was active for ten years

    changed = {"sealed": None, "fingerprint": "", "swept_at": run(OVER).now}
    assert columns(old) == before | changed
    assert before["sealed"] is not None
    assert before["fingerprint"] != ""


def test_a_plain_value_goes_as_well() -> None:
    row = make_fact(make_person(), "person.level", 3)
    sweep(run(OVER))
    assert (columns(row)["value"], row.value) == ("", "3")


def test_the_audit_says_how_many_of_what_and_nothing_of_what_they_said() -> None:
    replaced(make_person())
    sweep(run(OVER))
    event = Event.objects.get(action="fact.swept")
    assert (event.object_type, event.details, event.actor_id) == (
        "registry.fact", {"facts": {"person.degree": 2}}, None,
    )  # fmt: skip


def test_a_second_run_on_the_same_day_sweeps_nothing_and_the_day_keeps_its_counts() -> None:
    replaced(make_person())

    assert [sweep(run(OVER)).total(), sweep(run(OVER)).total()] == [2, 0]

    day = Sweep.objects.get()
    assert (day.on, day.swept, day.ended_at) == (OVER, {"person.degree": 2}, run(OVER).now)
    assert Event.objects.filter(action="fact.swept").count() == 1


def test_what_is_due_within_ninety_days_is_counted_and_stays() -> None:
    make_fact(make_person(), "person.degree", "master")

    assert sweep(run(OVER - timedelta(days=90))).total() == 0

    assert Sweep.objects.get().coming == {"person.degree": 1}
    assert Fact.objects.filter(swept_at=None).count() == 1
    sweep(run(OVER))
    assert Sweep.objects.get(on=OVER).coming == {}


def test_the_digests_of_a_swept_value_go_and_are_not_made_again() -> None:
    make_fact(make_person(), "person.degree", "master")
    assert digest_missing(now=NOW) == 1
    assert LinkageDigest.objects.count() == 1

    sweep(run(OVER))

    assert LinkageDigest.objects.count() == 0
    assert digest_missing(now=NOW) == 0


def test_nobody_is_found_by_a_swept_value_and_the_index_built_anew_agrees() -> None:
    make_fact(make_person(), "person.degree", "master")
    assert FacetEntry.objects.count() == 1

    sweep(run(OVER))

    assert FacetEntry.objects.count() == 0
    build_index(now=NOW)
    assert FacetEntry.objects.count() == 0


def test_an_erased_person_s_plain_values_are_swept_too() -> None:
    lin = make_person()
    row = make_fact(lin, "person.level", 3)
    Subject.objects.filter(pk=lin.pk).update(standing="erased")
    sweep(run(OVER))
    assert columns(row)["value"] == ""


def test_a_restricted_person_keeps_everything() -> None:
    lin = make_person(number=RESIDENT)
    talent = make_user()
    make_fact(lin, "person.level", 3)
    wish, file = Wish("person.degree", "doctor", "有证"), Upload("证.pdf", CANARY)
    asked = request_change(lin, wish, evidence=file, actor=talent, now=NOW)
    withdraw_request(asked, actor=talent, now=NOW)
    retire_identifier(Identifier.objects.get(), reason="错号", actor=None, now=NOW)
    Subject.objects.filter(pk=lin.pk).update(standing="restricted")

    assert sweep(run(date(2099, 1, 1))).total() == 0

    assert Identifier.objects.count() == 1
    assert place_of(asked.evidence_stored_as).is_file()


# -- what readers see ------------------------------------------------------------------------------------


def test_a_swept_value_is_no_value_for_anybody_who_reads_it() -> None:
    lin = make_person()
    row = make_fact(lin, "person.degree", "master")
    talent = make_talent(lin, "lin")
    own = scope(talent, "own", on=TODAY)
    Fact.objects.filter(pk=row.pk).update(sealed=None, fingerprint="", swept_at=NOW)
    row.refresh_from_db()

    assert [one.fact for one in standing(lin, on=TODAY, at=NOW)] == [row]
    assert "person.degree" in [word.name for word in missing(lin, on=TODAY)]
    copied = copy_of(own, lin, now=NOW)["facts"]
    assert [(one["fact"], one["value"], one["removed_at"]) for one in copied] == [
        ("person.degree", None, NOW.isoformat())
    ]
    with pytest.raises(Swept, match="已按期清除"):
        reveal_fact(own, row, reason="", now=NOW)


def test_a_swept_value_contradicts_nothing_and_is_believed_only_where_there_is_no_other() -> None:
    lin = make_person()
    believed = make_fact(lin, "person.degree", "master")
    Fact.objects.filter(pk=believed.pk).update(sealed=None, fingerprint="", swept_at=NOW)
    told = make_fact(lin, "person.degree", "doctor", "applicant")

    found = standing(lin, on=TODAY)

    assert [(one.fact, one.others) for one in found] == [(told, ())]


class Tells:
    def ask(self, source: str, asked: Asked, *, on: date) -> Reply:
        return Reply(FOUND, (Told("person.degree", "master"),), on)


def test_a_register_that_tells_a_swept_value_again_has_it_recorded_again() -> None:
    lin = make_person(number=RESIDENT)
    old = make_fact(lin, "person.degree", "master")
    Fact.objects.filter(pk=old.pk).update(sealed=None, fingerprint="", swept_at=NOW)
    verification = scope(make_user(role=Role.OFFICE), "verification", on=TODAY)

    for at in (NOW, NOW + SOON):
        ask_registers(verification, lin, {"education": Tells()}, actor=verification.user, now=at)

    new = known([lin]).get()
    assert (new.replaces, new.swept_at) == (old, None)
    assert unsealed(lin, "fact/person.degree", bytes(new.sealed or b"")).plain == "master"


# -- requests --------------------------------------------------------------------------------------------


def request(lin: Subject, name: str = "person.degree", value: str = "doctor") -> ChangeRequest:
    wish, file = Wish(name, value, "我的理由"), Upload("学位证.pdf", CANARY)
    return request_change(lin, wish, evidence=file, actor=make_user(), now=NOW)


def test_a_decided_request_loses_what_it_says_and_its_file(folder: Path) -> None:
    lin, office = make_person(), casework()
    row = request(lin)
    accept_request(office, row, answer="准予", actor=office.user, now=NOW)

    sweep(run(OVER - SOON))
    assert list(folder.iterdir()) == [place_of(row.evidence_stored_as)]
    found = sweep(run(OVER))

    assert found["requests"] == 1
    row.refresh_from_db()
    assert (bytes(row.sealed), row.reason, row.answer, row.evidence_name) == (b"", "", "", "")
    assert (row.status, row.swept_at, row.decided_by) == ("accepted", run(OVER).now, office.user)
    assert list(folder.iterdir()) == []
    assert asked_value(office, row, now=NOW) == ""
    event = Event.objects.get(action="request.swept")
    assert event.details == {"facts": {"person.degree": 1}}


def test_an_open_request_is_never_swept() -> None:
    row = request(make_person())
    sweep(run(date(2099, 1, 1)))
    row.refresh_from_db()
    assert (row.swept_at, row.reason) == (None, "我的理由")
    assert place_of(row.evidence_stored_as).is_file()


def test_a_request_has_the_years_of_its_own_fact() -> None:
    row = request(make_person(), "person.insured_months", "7")
    withdraw_request(row, actor=row.made_by, now=NOW)  # type: ignore[arg-type]
    assert sweep(run(date(2021, 6, 8))).total() == 0
    assert sweep(run(date(2021, 6, 9))) == {"requests": 1}


# -- imports, numbers, files -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["uploaded", "checked", "waiting", "refused"])
def test_a_file_that_nobody_goes_on_with_is_given_up_with_key_rows_and_file(
    folder: Path, status: str
) -> None:
    lin = make_user(role=Role.OFFICE)
    batch = check(upload(lin, as_csv(people(3)), make_firm()), lin)
    ImportBatch.objects.filter(pk=batch.pk).update(status=status)

    assert sweep(run(TODAY + timedelta(days=30))).total() == 0
    assert ImportRow.objects.count() == 3
    assert sweep(run(TODAY + timedelta(days=31))) == {"imports": 1}

    batch.refresh_from_db()
    assert (batch.status, batch.stored_as, bytes(batch.head)) == ("withdrawn", "", b"")
    assert [model.objects.count() for model in (ImportKey, ImportRow, ImportProblem)] == [0, 0, 0]
    assert list(folder.iterdir()) == []


def test_a_file_that_is_being_written_is_left_alone() -> None:
    lin = make_user(role=Role.OFFICE)
    batch = check(upload(lin, as_csv(people(3)), make_firm()), lin)
    ImportBatch.objects.filter(pk=batch.pk).update(status="applying")
    assert sweep(run(date(2027, 1, 1))).total() == 0
    assert ImportKey.objects.count() == 1


def test_rows_of_a_written_file_go_after_the_days_of_the_pack() -> None:
    lin = make_user(role=Role.OFFICE)
    batch = check(upload(lin, as_csv(people(3)), make_firm()), lin)
    ImportBatch.objects.filter(pk=batch.pk).update(status="applied", ended_at=NOW)
    sweep(run(TODAY + timedelta(days=30)))
    assert ImportRow.objects.count() == 3
    sweep(run(TODAY + timedelta(days=31)))
    assert ImportRow.objects.count() == 0
    assert Event.objects.get(action="import.rows_swept").details == {"rows": 3}


def test_a_number_out_of_use_goes_after_its_years_and_one_in_use_stays() -> None:
    lin = make_person(number=RESIDENT)
    passport = add_identifier(lin, "passport", "E12345678", source="applicant", actor=None, now=NOW)
    retire_identifier(
        Identifier.objects.get(kind="resident-id"), reason="错号", actor=None, now=NOW
    )

    assert sweep(run(date(2021, 6, 8))).total() == 0
    assert sweep(run(date(2021, 6, 9))) == {"numbers": 1}

    assert list(Identifier.objects.all()) == [passport]
    assert set(LinkageDigest.objects.values_list("identifier_id", flat=True)) == {passport.pk}


def test_a_file_that_no_row_names_goes_once_it_is_old_and_all_others_stay(folder: Path) -> None:
    lin = make_user(role=Role.OFFICE)
    upload(lin, as_csv(people(1)), make_firm())
    request(make_person())
    foreign = lay_down(b"%PDF-1.7 of a monthly report", ".pdf")
    named = {path.name for path in folder.iterdir()}
    orphan = folder / "0123456789abcdef.sealed"
    orphan.write_bytes(b"of a request that did not come to be")
    os.utime(orphan, (1000, 1000))

    assert sweep(run(TODAY, aged=999)).total() == 0
    assert sweep(run(TODAY, aged=1001)) == {"files": 1}
    assert sweep(run(TODAY, aged=1e12)).total() == 0

    assert {path.name for path in folder.iterdir()} == named
    assert foreign in named


def test_an_open_file_beside_its_sealed_form_goes(folder: Path) -> None:
    row = request(make_person())
    left = place_of(row.evidence_stored_as).with_suffix(".pdf")
    left.write_bytes(CANARY)
    assert sweep(run(TODAY, aged=1e12)) == {"files": 1}
    assert [path.name for path in folder.iterdir()] == [row.evidence_stored_as]


# -- killed, repeated, restored --------------------------------------------------------------------------


def test_a_run_that_is_killed_between_batches_is_finished_by_the_next(monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "SUBJECTS", 1)
    rows = [make_fact(make_person(), "person.degree", "master") for _ in range(3)]
    swept = sweeping._sweep_values

    def second_time_killed(roots: list[int], what: Run) -> None:
        if Event.objects.filter(action="fact.swept").exists():
            raise KeyboardInterrupt
        swept(roots, what)

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "_sweep_values", second_time_killed)
        with pytest.raises(KeyboardInterrupt):
            sweep(run(OVER))
    assert Fact.objects.filter(swept_at=None).count() == 2
    day = Sweep.objects.get()
    assert (day.swept, day.ended_at) == ({"person.degree": 1}, None)

    assert sweep(run(OVER)) == {"person.degree": 2}

    assert Fact.objects.filter(pk__in=[row.pk for row in rows], swept_at=None).count() == 0
    assert Sweep.objects.get().swept == {"person.degree": 3}


def test_a_batch_that_is_killed_before_its_end_changes_nothing(monkeypatch: Any) -> None:
    row = make_fact(make_person(), "person.degree", "master")
    before = columns(row)

    def killed(*_args: object, **_more: object) -> None:
        assert columns(row)["sealed"] is None
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "record", killed)
    with pytest.raises(KeyboardInterrupt):
        sweep(run(OVER))

    assert columns(row) == before
    assert Sweep.objects.get().swept == {}


def test_a_file_that_a_kill_leaves_over_goes_with_the_next_run(
    folder: Path, monkeypatch: Any
) -> None:
    row = request(make_person())
    withdraw_request(row, actor=row.made_by, now=NOW)  # type: ignore[arg-type]

    def killed(_name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "take_away", killed)
        with pytest.raises(KeyboardInterrupt):
            sweep(run(OVER))
    assert len(list(folder.iterdir())) == 1

    assert sweep(run(OVER, aged=1e12)) == {"files": 1}

    assert list(folder.iterdir()) == []


def test_after_a_restored_backup_the_next_run_sweeps_the_same_again() -> None:
    replaced(make_person())
    before = transaction.savepoint()
    first = sweep(run(OVER))
    swept = set(Fact.objects.exclude(swept_at=None).values_list("pk", flat=True))
    transaction.savepoint_rollback(before)  # the database as it was yesterday
    assert not Fact.objects.exclude(swept_at=None).exists()

    assert sweep(run(OVER)) == first
    assert set(Fact.objects.exclude(swept_at=None).values_list("pk", flat=True)) == swept


# -- the database refuses everything else ----------------------------------------------------------------

EMPTIED = {"value": "", "sealed": None, "fingerprint": "", "swept_at": NOW}


@pytest.mark.parametrize(
    "change",
    [
        {"swept_at": NOW},  # and keeps its value
        {"value": "", "sealed": None, "fingerprint": ""},  # and does not say so
        {**EMPTIED, "fingerprint": "0" * 64},
        {**EMPTIED, "sealed": b"another"},
        {**EMPTIED, "value": "another"},
        {**EMPTIED, "name": "person.level"},
        {**EMPTIED, "source": "applicant"},
        {**EMPTIED, "reference": "7"},
        {**EMPTIED, "retracts": True},
        {**EMPTIED, "valid_from": TODAY},
        {**EMPTIED, "valid_to": TODAY},
        {**EMPTIED, "recorded_at": NOW + SOON},
        {"sealed": b"another"},
        {"verified_by": None, "source": "applicant"},
    ],
    ids=str,
)
def test_no_other_change_of_a_row_passes(change: dict[str, Any]) -> None:
    row = make_fact(make_person(), "person.degree", "master")
    before = columns(row)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Fact.objects.filter(pk=row.pk).update(**change)
    assert columns(row) == before


def test_the_one_change_passes_once() -> None:
    row = make_fact(make_person(), "person.degree", "master")
    Fact.objects.filter(pk=row.pk).update(**EMPTIED)
    for again in ({"swept_at": NOW + SOON}, {"swept_at": None}, {**EMPTIED, "value": "back"}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Fact.objects.filter(pk=row.pk).update(**again)


def test_a_row_that_holds_nothing_has_nothing_to_lose() -> None:
    lin = make_person()
    old = make_fact(lin, "person.degree", "master")
    nothing = Fact.objects.create(
        subject=lin, name="person.degree", retracts=True, source="education", replaces=old,
        recorded_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Fact.objects.filter(pk=nothing.pk).update(swept_at=NOW)


def test_a_swept_row_is_not_deleted_either() -> None:
    row = make_fact(make_person(), "person.degree", "master")
    Fact.objects.filter(pk=row.pk).update(**EMPTIED)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Fact.objects.filter(pk=row.pk).delete()


def test_the_trigger_watches_every_column_of_the_table() -> None:
    watched = " ".join(append_only.definitions(connection))
    names = [field.column for field in Fact._meta.local_fields]
    if connection.vendor == "sqlite":  # PostgreSQL compares whole rows
        assert [name for name in names if f'NEW."{name}"' not in watched] == []
    assert "swept_at" in watched


def test_lost_triggers_are_put_back_as_they_were() -> None:
    before = append_only.definitions(connection)
    with connection.cursor() as cursor:
        for statement in append_only.drop_statements(connection.vendor, "registry_fact"):
            cursor.execute(statement)
    assert append_only.missing(connection) == {"registry_fact"}
    operation = append_only._declared(connection)["registry_fact"]
    with connection.cursor() as cursor:
        for statement in operation.statements(connection):
            cursor.execute(statement)
    assert sorted(append_only.definitions(connection)) == sorted(before)


# -- nothing is left -------------------------------------------------------------------------------------


def test_a_swept_value_is_nowhere_in_the_raw_database_nor_in_a_file(folder: Path) -> None:
    lin = make_person()
    plain = make_fact(make_firm(), "firm.capital", 76543210)
    row = make_fact(lin, "person.salary", 7654321)
    asked = request(lin, "person.salary", "7654322")
    withdraw_request(asked, actor=asked.made_by, now=NOW)  # type: ignore[arg-type]
    file = place_of(asked.evidence_stored_as).read_bytes()
    marks = [
        plain.value.encode(), bytes(row.sealed or b""), row.fingerprint.encode(),
        bytes(asked.sealed), "我的理由".encode(), "学位证.pdf".encode(),
    ]  # fmt: skip
    assert [mark for mark in marks if mark not in raw()] == []

    sweep(run(OVER, aged=1e12))

    assert [mark for mark in marks if mark in raw()] == []
    assert [path for path in folder.iterdir() if file[:64] in path.read_bytes()] == []


def raw() -> bytes:
    """The database as its file has it; on PostgreSQL, every row of every table."""
    if connection.vendor == "sqlite":
        return bytes(connection.connection.serialize())
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for line in cursor.fetchall():
                found += [
                    bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
                    for one in line
                ]
    return b"\n".join(found)


# -- the command -----------------------------------------------------------------------------------------


def said(*words: str) -> str:
    out = StringIO()
    call_command("forget_expired", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_swept_and_twice_nothing() -> None:
    at = datetime(2008, 6, 7, 1, 0, tzinfo=UTC)
    make_fact(make_person(), "person.degree", "master", now=at)
    assert said("--dry-run") == "学历学位：1\n应清除 1 项（2018-06-08）\n"
    assert Fact.objects.filter(swept_at=None).count() == 1
    assert not Sweep.objects.exists()
    assert said() == "学历学位：1\n已清除 1 项（2018-06-08）\n"
    assert said("--on", "2018-06-08") == "已清除 0 项（2018-06-08）\n"


def test_the_command_sweeps_nothing_before_its_day_and_says_how_much_it_would_be() -> None:
    make_fact(make_person(), "person.degree", "master")
    with pytest.raises(CommandError, match="--dry-run"):
        said("--on", "2028-06-09")
    assert Fact.objects.filter(swept_at=None).count() == 1
    assert said("--on", "2028-06-09", "--dry-run") == "学历学位：1\n应清除 1 项（2028-06-09）\n"


def test_a_dry_run_counts_what_a_run_sweeps(folder: Path) -> None:
    lin = make_person(number=RESIDENT)
    replaced(lin)
    row = request(lin)
    withdraw_request(row, actor=row.made_by, now=NOW)  # type: ignore[arg-type]
    retire_identifier(Identifier.objects.get(), reason="错号", actor=None, now=NOW)
    office = make_user(role=Role.OFFICE)
    check(upload(office, as_csv(people(1)), make_firm()), office)
    (folder / "0123.sealed").write_bytes(b"left over")
    expected = {"person.degree": 2, "requests": 1, "imports": 1, "numbers": 1, "files": 1}

    assert would_sweep(run(OVER, aged=1e12)) == expected
    assert not Fact.objects.filter(~Q(swept_at=None)).exists()
    assert sweep(run(OVER, aged=1e12)) == expected
