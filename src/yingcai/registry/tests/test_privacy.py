"""Consent, erasure by destroying the key, restriction, keys that rotate."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from yingcai.engine.identifiers import with_check_sign
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_cover, make_user
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.erasing import erase_subject, replay_erasures, restrict_subject
from yingcai.registry.actions.keys import rewrap_keys
from yingcai.registry.actions.looking import reveal_number
from yingcai.registry.actions.requests import Upload, Wish, refuse_request, request_change
from yingcai.registry.actions.rights import Reply, ask_right, confirm_answer, propose_answer
from yingcai.registry.actions.rights import Wish as RightsWish
from yingcai.registry.actions.subjects import add_identifier, retire_identifier
from yingcai.registry.errors import Erased, KeysMissing, OutOfScope, StaleRecord
from yingcai.registry.keys import add_wrapping_key, key_ring
from yingcai.registry.models import Consent, Erasure, Identifier, Subject, SubjectKey
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import has_agreed, scope
from yingcai.registry.sealed import subject_key, unsealed
from yingcai.registry.tests.make import (
    NOW,
    RESIDENT,
    TODAY,
    make_fact,
    make_person,
    make_talent,
)
from yingcai.registry.vocabulary import vocabulary

pytestmark = pytest.mark.usefixtures("city")


def test_consent_is_the_persons_own() -> None:
    lin = make_person()
    make_talent(lin)
    for user in (make_user(role=Role.OFFICE), make_talent(make_person())):
        with pytest.raises(OutOfScope, match="本人"):
            give_consent(lin, "bank", version=1, actor=user, now=NOW)
    assert not Consent.objects.exists()


def test_no_consent_is_asked_where_duty_is_the_basis() -> None:
    lin = make_person()
    with pytest.raises(OutOfScope, match="不需要"):
        give_consent(lin, "casework", version=1, actor=make_talent(lin), now=NOW)


def test_consent_is_to_the_notice_that_was_read() -> None:
    lin = make_person()
    with pytest.raises(StaleRecord, match="告知内容已经更新"):
        give_consent(lin, "bank", version=2, actor=make_talent(lin), now=NOW)
    with pytest.raises(StaleRecord):
        withdraw_consent(lin, "bank", actor=make_talent(make_person()), now=NOW)


def test_what_was_agreed_to_an_older_notice_can_still_be_withdrawn() -> None:
    lin = make_person()
    talent, purpose = make_talent(lin), vocabulary().purposes["bank"]
    give_consent(lin, "bank", version=1, actor=talent, now=NOW)
    Consent.objects.create(
        subject=lin, purpose="bank", version=7, notice_digest="x", granted=True, at=NOW
    )
    assert not has_agreed(lin, purpose)  # to another notice

    withdraw_consent(lin, "bank", actor=talent, now=NOW)

    last = Consent.objects.latest("id")
    assert (last.granted, last.version) == (False, 1)


@pytest.mark.parametrize(("born", "alone"), [("20040608", True), ("20040609", False)])
def test_under_fourteen_nobody_agrees_alone(born: str, *, alone: bool) -> None:
    lin = make_person(number=with_check_sign(f"331002{born}001"))
    talent = make_talent(lin)

    if alone:
        give_consent(lin, "bank", version=1, actor=talent, now=NOW)
    else:
        with pytest.raises(OutOfScope, match="监护人"):
            give_consent(lin, "bank", version=1, actor=talent, now=NOW)

    assert Consent.objects.exists() is alone


def test_after_an_erasure_nothing_is_found_and_nothing_opens() -> None:
    lin = make_person("林之川", number=RESIDENT)
    salary = make_fact(lin, "person.salary", 500000)
    office, second = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    index = key_ring().blind_index("resident-id", RESIDENT)

    erase_subject(lin, reason="本人申请", actor=office, second=second, now=NOW)

    lin.refresh_from_db()
    assert (lin.name, lin.pinyin, lin.standing) == ("—", "", "erased")
    assert salary.sealed is not None
    with pytest.raises(Erased):
        unsealed(lin, "fact/person.salary", bytes(salary.sealed))
    assert not Identifier.objects.filter(blind_index=index).exists()
    assert not scope(office, "casework", on=TODAY).subjects().exists()
    with connection.cursor() as cursor:
        for table in ("registry_subject", "registry_identifier", "registry_fact", "audit_event"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            assert "林之川" not in repr(cursor.fetchall())
    make_person("林之川", number=RESIDENT)  # may come again, as somebody new


def test_an_erasure_takes_two_people_and_a_reason() -> None:
    lin = make_person("林之川")
    office = make_user(role=Role.OFFICE)
    same = make_user(person_key=office.person_key)
    cover = make_cover(office)
    for second, reason in ((same, "申请"), (office, "申请"), (cover, "申请"), (make_user(), " ")):
        with pytest.raises(OutOfScope):
            erase_subject(lin, reason=reason, actor=office, second=second, now=NOW)
    assert SubjectKey.objects.count() == 1
    erase_subject(lin, reason="申请", actor=office, second=make_user(), now=NOW)
    with pytest.raises(StaleRecord):
        erase_subject(lin, reason="申请", actor=office, second=make_user(), now=NOW)


def test_a_restored_backup_does_not_bring_people_back() -> None:
    lin = make_person("林之川", number=RESIDENT)
    key = bytes(lin.key.wrapped), lin.key.key_id
    erase_subject(lin, reason="申请", actor=make_user(), second=make_user(), now=NOW)
    Subject.objects.filter(pk=lin.pk).update(name="林之川", standing="active")
    SubjectKey.objects.create(subject=lin, wrapped=key[0], key_id=key[1], made_at=NOW)

    assert replay_erasures(actor=None, now=NOW + timedelta(days=1)) == 1
    assert replay_erasures(actor=None, now=NOW + timedelta(days=1)) == 0

    lin.refresh_from_db()
    assert (lin.name, SubjectKey.objects.count(), Erasure.objects.count()) == ("—", 0, 1)


def test_who_is_restricted_is_kept() -> None:
    lin = make_person()
    office = make_user(role=Role.OFFICE)
    with pytest.raises(OutOfScope):
        restrict_subject(lin, reason="", actor=office, now=NOW)
    restrict_subject(lin, reason="法定保存期内", actor=office, now=NOW)
    with pytest.raises(StaleRecord):
        restrict_subject(lin, reason="法定保存期内", actor=office, now=NOW)
    assert subject_key(lin)


def test_wrapping_keys_rotate_and_values_stay(settings: Any, tmp_path: Path) -> None:
    settings.KEY_FILE = tmp_path / "keys"
    lin = make_person()
    salary = make_fact(lin, "person.salary", 500000)
    before, old = subject_key(lin), bytes(lin.key.wrapped)

    ring = add_wrapping_key()
    assert rewrap_keys(now=NOW) == 1

    lin.key.refresh_from_db()
    assert (ring.current, lin.key.key_id) == ("2", "2")
    assert bytes(lin.key.wrapped) != old
    assert subject_key(lin) == before
    assert salary.sealed is not None
    assert unsealed(lin, "fact/person.salary", bytes(salary.sealed)).plain == "500000"
    assert rewrap_keys(now=NOW) == 0
    assert (settings.KEY_FILE.stat().st_mode & 0o777) == 0o600


def test_a_lost_key_file_is_not_replaced_by_a_new_one(settings: Any, tmp_path: Path) -> None:
    make_person()
    settings.KEY_FILE = tmp_path / "lost"

    with pytest.raises(KeysMissing, match="从备份恢复"):
        make_person()

    assert not settings.KEY_FILE.exists()
    assert Subject.objects.count() == 1


def test_the_gm_profile_reads_what_the_other_sealed(settings: Any) -> None:
    lin = make_person()
    first = make_fact(lin, "person.salary", 1)
    settings.CRYPTO = "gm"
    second = make_fact(lin, "person.salary", 2)
    assert first.sealed is not None
    assert second.sealed is not None
    assert (first.sealed[1], second.sealed[1]) == (1, 2)
    opened = [
        unsealed(lin, "fact/person.salary", bytes(row.sealed or b"")).plain
        for row in (first, second)
    ]
    assert opened == ["1", "2"]


# Columns of a person that are derived, or that would be of no use to him.
NOT_COPIED = {
    "registry.SubjectKey.wrapped",
    "registry.Identifier.blind_index",
    "registry.Identifier.mask",
    "registry.Fact.fingerprint",
    "registry.Subject.pinyin",
    "registry.Subject.initials",
}
COPIED = {
    "registry.Subject.name": "林之川",
    "registry.Identifier.sealed": RESIDENT,
    "registry.Identifier.retired_reason": "抄错一",
    "registry.Fact.sealed": "doctor",
    "registry.ChangeRequest.sealed": "master",
    "registry.ChangeRequest.reason": "理由一",
    "registry.ChangeRequest.answer": "答复一",
    "registry.ChangeRequest.evidence_name": "证明一.pdf",
    "registry.Look.sealed_reason": "核对一",
    "registry.Fact.sealed_reference": "证书号一",
    "registry.RightsRequest.sealed_reason": "想限制一",
    "registry.RightsRequest.sealed_remark": "说明一",
}


def test_the_copy_holds_every_column_that_is_personal(settings: Any, tmp_path: Path) -> None:
    """A new personal column about subjects fails here until the copy has it."""
    settings.MEDIA_ROOT = tmp_path
    lin = make_person("林之川", number=RESIDENT)
    make_fact(lin, "person.degree", "doctor", reference="证书号一")
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    right = ask_right(lin, RightsWish("restrict", "self", "想限制一"), actor=talent, now=NOW)
    propose_answer(right, Reply("refuse", "duty", "说明一"), actor=office, now=NOW)
    confirm_answer(right, second=make_user(role=Role.OFFICE), now=NOW)
    wrong = add_identifier(lin, "passport", "E12345678", source="x", actor=office, now=NOW)
    retire_identifier(wrong, reason="抄错一", actor=office, now=NOW)
    row = request_change(
        lin,
        Wish("person.degree", "master", "理由一"),
        evidence=Upload("证明一.pdf", b"%PDF-1.7"),
        actor=talent,
        now=NOW,
    )
    casework = scope(office, "casework", on=TODAY)
    refuse_request(casework, row, answer="答复一", actor=office, now=NOW)
    verification = scope(office, "verification", on=TODAY)
    in_use = lin.identifiers.get(retired_at=None)
    reveal_number(verification, in_use, reason="核对一", now=NOW)

    told = json.dumps(copy_of(scope(talent, "own", on=TODAY), lin, now=NOW), ensure_ascii=False)

    assert {name: value in told for name, value in COPIED.items()} == dict.fromkeys(COPIED, True)
    assert set(COPIED) | NOT_COPIED == personal_columns()
    assert (wrong.mask in told, "E12345678" in told) == (True, False)  # it may be somebody else's
    with pytest.raises(ValueError, match="himself"):
        copy_of(casework, lin, now=NOW)


def personal_columns() -> set[str]:
    """The registry's columns about subjects that data_classes.csv calls personal or sensitive."""
    return {name for name in personal_columns_of("registry") if name.split(".")[1] in ABOUT}


def personal_columns_of(app: str) -> set[str]:
    path = Path(__file__).parents[4] / "tests/architecture/data_classes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["column"]
            for row in csv.DictReader(file)
            if row["class"] in ("personal", "sensitive") and row["column"].startswith(f"{app}.")
        }


ABOUT = {
    "Subject", "SubjectKey", "Identifier", "Fact", "ChangeRequest", "Look", "Consent", "RightsRequest",
}  # fmt: skip
