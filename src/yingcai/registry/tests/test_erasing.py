"""After an erasure nothing finds the person: no column of the database, no file; and no backup brings him back."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from yingcai.audit.actions import seal
from yingcai.audit.export import export_lines, span_of
from yingcai.audit.models import Event
from yingcai.audit.tests.make import check as check_chain
from yingcai.audit.tests.make import own_folder  # noqa: F401  # a fixture
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.accounts import Written, keep_account
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.imports.receiving import withdraw_batch
from yingcai.registry.actions.lists import keep_list, pick_subjects
from yingcai.registry.actions.looking import reveal_number
from yingcai.registry.actions.merging import dismiss_duplicate
from yingcai.registry.actions.requests import Upload, Wish, refuse_request, request_change
from yingcai.registry.actions.rights import (
    Reply,
    ask_right,
    confirm_answer,
    propose_answer,
)
from yingcai.registry.actions.rights import Wish as RightsWish
from yingcai.registry.actions.subjects import add_identifier, retire_identifier
from yingcai.registry.evidence_files import place_of
from yingcai.registry.keys import key_ring
from yingcai.registry.models import ChangeRequest, Erasure, Subject, SubjectKey
from yingcai.registry.queries.effects import ANONYMISE, RULES, counts_of, effects
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.scope import scope
from yingcai.registry.tests.make import (
    NOW,
    RESIDENT,
    TODAY,
    employ,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_imports import as_csv, check, listed_as, scope_of, upload
from yingcai.registry.tests.make_pairs import found, make_pair, merge
from yingcai.registry.tests.test_privacy import personal_columns_of

pytestmark = pytest.mark.usefixtures("city")
NAME, PINYIN = "林之川", "linzhichuan"
PASSPORT, DIPLOMA = "E12345678", "1033012015000777"
CARD = "6222021234567890128"
TOLD = "林之川本人说的话"
LATER = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.ERASURES = tmp_path / "evidence", tmp_path / "erasures.journal"
    (tmp_path / "evidence").mkdir()


@pytest.fixture
def office() -> User:
    return make_user(role=Role.OFFICE)


@pytest.fixture
def second() -> User:
    return make_user(role=Role.OFFICE)


def known_by_all(office: User, second: User) -> tuple[Subject, User]:
    """A person about whom there is a row, with his name or his words, in everything that the register keeps."""
    lin, firm = make_person(NAME, number=RESIDENT), make_firm()
    talent = make_talent(lin, "lin", display_name=NAME)
    employ(lin, firm, date(2017, 1, 1))
    make_fact(lin, "person.degree", "doctor", reference=DIPLOMA)
    make_fact(lin, "person.level", 3)
    keep_account(lin, Written(TOLD, CARD), agreed=True, actor=talent, now=NOW)
    wrong = add_identifier(lin, "passport", PASSPORT, source="x", actor=office, now=NOW)
    retire_identifier(wrong, reason=TOLD, actor=office, now=NOW)
    casework = scope(office, "casework", on=TODAY)
    paper = Upload(f"{NAME}.pdf", b"%PDF-1.7 " + NAME.encode())
    wish = Wish("person.degree", "master", TOLD)
    row = request_change(lin, wish, evidence=paper, actor=talent, now=NOW)
    refuse_request(casework, row, answer=TOLD, actor=office, now=NOW)
    request_change(lin, Wish("person.insured_months", "7", TOLD), actor=talent, now=NOW)
    verification = scope(office, "verification", on=TODAY)
    reveal_number(verification, lin.identifiers.get(kind="resident-id"), reason=TOLD, now=NOW)
    _paired(lin, office, second)
    keep_list(casework, "search", "找人", filters=Filters(text=NAME), shared=False, now=NOW)
    saved = keep_list(casework, "picked", "走访", filters=Filters(), shared=False, now=NOW)
    pick_subjects(casework, saved, [lin], note=TOLD, now=NOW)
    officer = make_officer(firm)
    rows = as_csv([listed_as(NAME, RESIDENT)])
    batch = check(upload(officer, rows, firm), officer)
    type(batch).objects.filter(pk=batch.pk).update(file_name=f"{NAME}.csv")
    withdraw_batch(batch, scope=scope_of(officer), actor=officer, now=NOW)
    return lin, talent


def _paired(lin: Subject, office: User, second: User) -> None:
    other, third = make_person(NAME), make_person("王一")
    merge(make_pair(lin, other), lin, office, second)
    pair = make_pair(lin, third)
    dismiss_duplicate(found(pair, office), reason=TOLD, actor=office, now=NOW)


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every table, as bytes read: with the table that it stands in."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    yield table, _readable(value)


def _readable(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace") + bytes(value).decode("latin-1")
    text = str(value)
    return text + json.dumps(text) if text.isascii() else text


def places(*marks: str) -> set[tuple[str, str]]:
    """Where a mark stands, also as JSON escapes it."""
    wanted = [(mark, mark) for mark in marks]
    wanted += [(mark, json.dumps(mark)[1:-1]) for mark in marks]
    return {(table, mark) for table, text in cells() for mark, way in wanted if way in text}


def test_an_erased_person_is_in_no_column_and_in_no_file(
    office: User, second: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    lin, talent = known_by_all(office, second)
    index, handles = key_ring().blind_index("resident-id", RESIDENT), _handles(lin)
    digests = [
        *lin.linkage.values_list("digest", flat=True),
        *lin.facets.values_list("digest", flat=True),
    ]
    account = key_ring().blind_index("bank-account", CARD)
    marks = (NAME, PINYIN, TOLD, RESIDENT, PASSPORT, DIPLOMA, CARD, index, account, *digests)
    row = ask_right(lin, RightsWish("erase", "self", TOLD), actor=talent, now=NOW)
    propose_answer(row, Reply("grant", "own-wish", TOLD), actor=office, now=NOW)
    assert {mark for _, mark in places(*marks)} >= {NAME, TOLD, PINYIN, index, *digests}
    assert len(_files(tmp_path / "evidence")) == 1

    with django_capture_on_commit_callbacks(execute=True):
        confirm_answer(row, second=second, now=LATER)

    assert places(*marks) == set()
    assert list(_files(tmp_path / "evidence")) == []
    assert ChangeRequest.objects.exclude(status__in=["refused", "withdrawn"]).count() == 0
    assert not SubjectKey.objects.filter(subject__handle__in=handles).exists()
    talent.refresh_from_db()
    assert (talent.display_name, talent.is_active) == ("", True)
    assert not talent.mandates.filter(ended_on=None).exists()
    assert set(Erasure.objects.values_list("handle", flat=True)) == handles
    kept = (tmp_path / "erasures.journal").read_text("ascii").splitlines()
    assert {json.loads(line)["handle"] for line in kept} == set(map(str, handles))
    make_person(NAME, number=RESIDENT)  # may come again, as somebody new


def _handles(lin: Subject) -> set[Any]:
    rows = Subject.objects.filter(merged_into=lin)
    return {lin.handle, *rows.values_list("handle", flat=True)}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_scan_would_see_a_mark_that_is_left(office: User, second: User) -> None:
    """The planted fault: one column is forgotten."""
    lin, _ = known_by_all(office, second)
    erase_subject(lin, reason="own-wish", actor=office, second=second, now=LATER)
    assert places(NAME) == set()
    ChangeRequest.objects.filter(subject=lin).update(reason=TOLD)
    assert places(NAME) == {("registry_changerequest", NAME)}


@pytest.mark.usefixtures("own_folder")
def test_the_audit_still_verifies_after_an_erasure(office: User, second: User) -> None:
    lin, _ = known_by_all(office, second)
    seal(now=LATER, whole=True)

    erase_subject(lin, reason="own-wish", actor=office, second=second, now=LATER)
    seal(now=LATER, whole=True)

    lines = list(export_lines(span_of(None, None), now=LATER))
    assert check_chain(lines).findings == []
    assert any("subject.erased" in line for line in lines)
    assert not any(mark in line for line in lines for mark in (NAME, TOLD, RESIDENT))


def test_what_is_told_before_is_what_happens(office: User, second: User) -> None:
    lin, _ = known_by_all(office, second)

    told = {one.rule.name: one.count for one in effects(counts_of(lin))}

    assert {name: told[name] for name in ("numbers", "accounts", "facts", "plain", "changes", "evidence")} == {
        "numbers": 2, "accounts": 1, "facts": 1, "plain": 1, "changes": 2, "evidence": 1,
    }  # fmt: skip
    assert (told["imports"], told["mandates"], told["audit"]) == (1, 1, None)
    erase_subject(lin, reason="own-wish", actor=office, second=second, now=LATER)
    left = counts_of(lin)
    gone = {rule.name for rule in RULES if left.get(rule.name) == 0}
    assert gone == {
        "numbers", "digests", "facets", "lists", "papers", "imports", "mandates", "consents",
        "rights",
    }  # fmt: skip
    assert (left["plain"], left["accounts"]) == (1, 1)  # the rows, without what they said
    assert next(rule for rule in RULES if rule.name == "plain").fate == ANONYMISE


def test_every_personal_column_of_the_register_has_a_rule() -> None:
    """A new personal column fails here until somebody has said what an erasure does to it."""
    named = {f"registry.{column}" for rule in RULES for column in rule.columns}
    assert named == personal_columns_of("registry")


def test_a_file_that_a_backup_brings_back_goes_again(
    office: User, second: User, django_capture_on_commit_callbacks: Any
) -> None:
    lin, _ = known_by_all(office, second)
    stored = lin.requests.exclude(evidence_stored_as="").get().evidence_stored_as
    with django_capture_on_commit_callbacks(execute=True):
        erase_subject(lin, reason="own-wish", actor=office, second=second, now=LATER)
    assert not place_of(stored).exists()
    place_of(stored).write_bytes(b"%PDF-1.7 restored")
    out = StringIO()

    call_command("replay_erasures", "--on", "2018-06-20", stdout=out)

    assert not place_of(stored).exists()
    assert "0 人" in out.getvalue()


def test_a_database_of_last_week_is_replayed_from_the_journal_beside_it(
    office: User, second: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """The restored database has the person, and no line of the erasure that came after the backup."""
    lin, _ = known_by_all(office, second)
    line = {"handle": str(lin.handle), "at": LATER.isoformat(), "reason": "own-wish"}
    (tmp_path / "erasures.journal").write_text(json.dumps(line) + "\n", "ascii")
    assert not Erasure.objects.exists()
    out = StringIO()

    call_command("replay_erasures", "--on", "2018-06-20", stdout=out)
    call_command("replay_erasures", "--on", "2018-06-20", stdout=out)

    assert out.getvalue().splitlines()[0].startswith("重新删除 1 人")
    assert out.getvalue().splitlines()[1].startswith("重新删除 0 人")
    lin.refresh_from_db()
    assert (lin.name, lin.standing) == ("—", "erased")
    events = Event.objects.filter(action="subject.erased", details__replayed=True)
    assert events.count() == 1


def test_an_account_that_serves_for_something_else_keeps_its_name(
    office: User, second: User
) -> None:
    lin = make_person(NAME)
    user = make_talent(lin, role=Role.REPORTER, display_name="林科长")
    erase_subject(lin, reason="own-wish", actor=office, second=second, now=LATER)
    user.refresh_from_db()
    assert user.display_name == "林科长"
