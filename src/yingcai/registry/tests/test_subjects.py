"""Registering people, firms and their numbers: what is kept, what is refused, what the database shows."""

import pytest
from django.db import IntegrityError, connection

from yingcai.audit.models import Event
from yingcai.registry.actions.subjects import (
    add_identifier,
    register_subject,
    retire_identifier,
)
from yingcai.registry.errors import InvalidSubject, StaleRecord
from yingcai.registry.models import Identifier, Subject, SubjectKey
from yingcai.registry.tests.make import (
    CREDIT_CODE,
    NOW,
    OTHER_RESIDENT,
    RESIDENT,
    make_firm,
    make_person,
)

pytestmark = pytest.mark.usefixtures("city")


def test_a_person_is_found_by_pinyin_and_initials() -> None:
    lin = make_person(" 单  雪梅 ")
    assert (lin.name, lin.pinyin, lin.initials) == ("单 雪梅", "shanxuemei", "sxm")


def test_a_number_is_sealed_masked_and_indexed() -> None:
    lin = make_person("林之川", number="３３１００２-19900307 1236")

    (number,) = lin.identifiers.all()
    assert number.mask == "3310**********1236"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, blind_index, mask FROM registry_identifier")
        stored = repr(cursor.fetchall())
    assert RESIDENT not in stored
    assert RESIDENT[6:14] not in stored
    # a bare digest of the number would be found by trying all numbers
    assert len(number.blind_index) == 64


def test_every_subject_has_a_key_of_its_own() -> None:
    keys = {bytes(make_person().key.wrapped) for _ in range(3)}
    assert len(keys) == 3


def test_the_audit_holds_no_name_and_no_number() -> None:
    lin = make_person("林之川", number=RESIDENT)

    event = Event.objects.get(action="subject.registered")
    assert event.object_id == str(lin.pk)
    assert event.details == {"kind": "person", "numbers": ["resident-id"]}
    assert "林之川" not in repr(event.__dict__)


def test_a_number_names_one_subject() -> None:
    make_person("林之川", number=RESIDENT)

    with pytest.raises(InvalidSubject, match="另一个主体"):
        make_person("王一", number=RESIDENT)

    assert Subject.objects.count() == 1  # nothing of the second was kept
    assert SubjectKey.objects.count() == 1


def test_the_database_itself_holds_it() -> None:
    lin = make_person(number=RESIDENT)
    (row,) = lin.identifiers.all()
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    numbers = {"resident-id": "331002199002301238", "credit-code": CREDIT_CODE}
    with pytest.raises(InvalidSubject) as refused:
        register_subject("person", "  ", numbers=numbers, source="applicant", actor=None, now=NOW)
    assert refused.value.problems == [
        "没有填写名称",
        "第7至14位不是有效的出生日期",
        "末位校验码不对，可能有一位写错",
        "这类主体没有“credit-code”号码",
    ]
    assert not Subject.objects.exists()


@pytest.mark.parametrize(
    ("kind", "sort", "problem"),
    [
        ("ghost", "", "没有“ghost”这类主体"),
        ("organisation", "circus", "没有“circus”这类单位：可用 企业、医院"),
        ("organisation", "", "没有“”这类单位：可用 企业、医院"),
    ],
)
def test_kinds_are_those_of_the_pack(kind: str, sort: str, problem: str) -> None:
    with pytest.raises(InvalidSubject) as refused:
        register_subject(kind, "某某", sort=sort, source="employer", actor=None, now=NOW)
    assert refused.value.problems == [problem]


def test_a_name_of_121_signs_is_too_long() -> None:
    assert make_person("长" * 120).name == "长" * 120
    with pytest.raises(InvalidSubject, match="120"):
        make_person("长" * 121)


def test_a_retired_number_may_name_somebody_else() -> None:
    lin, wang = make_person(number=RESIDENT), make_person()
    row = lin.identifiers.get()

    retire_identifier(row, reason="号码有误", actor=None, now=NOW)
    add_identifier(wang, "resident-id", RESIDENT, source="applicant", actor=None, now=NOW)

    assert Identifier.objects.filter(retired_at=None).get().subject == wang
    with pytest.raises(StaleRecord):
        retire_identifier(row, reason="号码有误", actor=None, now=NOW)


def test_a_number_given_or_taken_makes_who_decides_on_the_subject_look_again() -> None:
    lin = make_person(number=RESIDENT)
    shown = lin.version

    retire_identifier(lin.identifiers.get(), reason="抄错", actor=None, now=NOW)
    add_identifier(lin, "resident-id", OTHER_RESIDENT, source="applicant", actor=None, now=NOW)

    lin.refresh_from_db()
    assert lin.version == shown + 2


def test_no_number_is_added_to_a_subject_that_was_merged() -> None:
    lin, gone = make_person(), make_person()
    Subject.objects.filter(pk=gone.pk).update(standing="merged", merged_into=lin)

    with pytest.raises(StaleRecord, match="已并入另一个主体"):
        add_identifier(gone, "resident-id", RESIDENT, source="applicant", actor=None, now=NOW)

    assert not Identifier.objects.exists()


def test_a_number_is_taken_out_of_use_for_a_reason_only() -> None:
    row = make_person(number=RESIDENT).identifiers.get()
    with pytest.raises(InvalidSubject, match="请写明理由"):
        retire_identifier(row, reason=" ", actor=None, now=NOW)
    row.refresh_from_db()
    assert row.retired_at is None


def test_a_wrong_number_is_not_added() -> None:
    firm = make_firm(code=CREDIT_CODE)
    with pytest.raises(InvalidSubject):
        add_identifier(firm, "resident-id", OTHER_RESIDENT, source="x", actor=None, now=NOW)
    assert firm.identifiers.count() == 1
