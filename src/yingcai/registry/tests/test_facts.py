"""Facts with two times: when it was so, and when we came to know it. Nothing is overwritten."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from yingcai.audit.models import Event
from yingcai.registry.actions.facts import Said, correct_fact, record_facts, retract_fact
from yingcai.registry.errors import InvalidFact, StaleRecord
from yingcai.registry.models import Fact
from yingcai.registry.queries.facts import known, missing, standing, trajectory
from yingcai.registry.tests.make import NOW, TODAY, employ, make_fact, make_firm, make_person

pytestmark = pytest.mark.usefixtures("city")
LATER = NOW + timedelta(days=10)


def names(rows: Any) -> list[str]:
    return [row.name for row in rows]


def test_personal_values_are_sealed_and_others_are_not() -> None:
    lin = make_person()
    degree = make_fact(lin, "person.degree", "doctor")
    level = make_fact(lin, "person.level", 3)

    assert (degree.value, level.value) == ("", "3")
    assert degree.sealed is not None
    assert b"doctor" not in bytes(degree.sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_fact")
        assert "doctor" not in repr(cursor.fetchall())


def test_values_are_kept_as_the_vocabulary_writes_them() -> None:
    lin, firm = make_person(), make_firm()
    assert make_fact(lin, "person.level", " 3 ").value == "3"
    assert make_fact(firm, "firm.capital", "1,000,000.50").value == "1000000.5"


def test_all_problems_of_all_facts_are_said_and_nothing_is_kept() -> None:
    lin = make_person()
    many = [
        Said("person.degree", "professor", "education"),
        Said("person.shoe_size", 42, "education"),
        Said("person.level", 3, "rumour", since=TODAY, until=TODAY - timedelta(days=1)),
        Said("person.insured_months", 6, "insurance"),
    ]
    with pytest.raises(InvalidFact) as refused:
        record_facts(lin, many, actor=None, now=NOW)
    assert refused.value.problems == [
        "“professor”不能作为“学历学位”",
        "没有“person.shoe_size”这项信息",
        "没有“rumour”这个来源",
        "“人才层次”的截止日期早于开始日期",
    ]
    assert not Fact.objects.exists()
    assert not Event.objects.filter(action="fact.recorded").exists()


def test_as_known_then_and_as_known_now() -> None:
    lin = make_person()
    wrong = make_fact(lin, "person.level", 4)
    said = Said("person.level", 3, "education")
    right = correct_fact(wrong, said, actor=None, now=LATER)

    assert [row.value for row in known([lin])] == ["3"]
    assert [row.value for row in known([lin], at=NOW)] == ["4"]
    assert [row.value for row in known([lin], at=LATER)] == ["3"]
    assert list(known([lin], at=NOW - timedelta(seconds=1))) == []
    assert (right.replaces, Fact.objects.count()) == (wrong, 2)


def test_two_who_correct_one_row_at_once() -> None:
    lin = make_person()
    wrong = make_fact(lin, "person.level", 4)
    correct_fact(wrong, Said("person.level", 3, "education"), actor=None, now=LATER)

    with pytest.raises(StaleRecord):
        correct_fact(wrong, Said("person.level", 2, "education"), actor=None, now=LATER)

    assert [row.value for row in known([lin])] == ["3"]


def test_a_correction_is_of_the_same_fact() -> None:
    wrong = make_fact(make_person(), "person.level", 4)
    with pytest.raises(InvalidFact, match="另一项"):
        correct_fact(wrong, Said("person.degree", "master", "education"), actor=None, now=LATER)


def test_what_is_taken_back_was_known_before() -> None:
    lin = make_person()
    row = make_fact(lin, "person.level", 4)
    retract_fact(row, actor=None, now=LATER)

    assert list(known([lin])) == []
    assert names(known([lin], at=NOW)) == ["person.level"]
    assert standing(lin, on=TODAY) == []


def test_rows_are_never_changed_or_deleted() -> None:
    row = make_fact(make_person(), "person.level", 4)
    for statement in ("UPDATE registry_fact SET value = '1'", "DELETE FROM registry_fact"):
        with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic():
            connection.cursor().execute(statement)
    row.refresh_from_db()
    assert row.value == "4"


def test_as_of_a_day() -> None:
    lin = make_person()
    make_fact(lin, "person.level", 4, since=date(2016, 1, 1), until=date(2017, 12, 31))
    make_fact(lin, "person.level", 3, since=date(2018, 1, 1))

    def level(on: date) -> list[str]:
        return [one.fact.value for one in standing(lin, on=on)]

    assert level(date(2015, 12, 31)) == []
    assert level(date(2016, 1, 1)) == level(date(2017, 12, 31)) == ["4"]
    assert level(date(2018, 1, 1)) == level(date(2030, 1, 1)) == ["3"]


def test_the_source_that_the_pack_puts_first_is_believed_and_the_others_stand_beside_it() -> None:
    lin = make_person()
    stated = make_fact(lin, "person.insured_months", 9, "applicant")
    firm = make_fact(lin, "person.insured_months", 8, "employer")
    register = make_fact(lin, "person.insured_months", 6, "insurance")
    make_fact(lin, "person.insured_months", 6, "employer")

    (one,) = standing(lin, on=TODAY)

    assert one.fact == register  # the fact's own source comes before all
    assert one.others == (stated, firm)  # who says the same contradicts nobody


def test_of_one_source_the_last_word_is_believed() -> None:
    lin = make_person()
    make_fact(lin, "person.level", 4)
    last = make_fact(lin, "person.level", 3)
    (one,) = standing(lin, on=TODAY)
    assert one.fact == last


def test_equal_values_of_two_people_do_not_look_equal() -> None:
    one, other = (make_fact(make_person(), "person.salary", 500000) for _ in range(2))
    assert one.fingerprint != other.fingerprint


def test_what_nobody_has_told_yet() -> None:
    lin = make_person()
    make_fact(lin, "person.degree", "doctor")
    assert [word.name for word in missing(lin, on=TODAY)] == [
        "person.insured_months",
        "person.salary",
        "person.level",
    ]


def test_a_fact_that_ends_soon_says_so() -> None:
    lin = make_person()
    make_fact(lin, "person.level", 3, until=TODAY + timedelta(days=60))
    make_fact(lin, "person.degree", "doctor", until=TODAY + timedelta(days=61))
    soon = {one.name: one.ends_soon(TODAY) for one in standing(lin, on=TODAY)}
    assert soon == {"person.degree": False, "person.level": True}


def test_a_life_in_the_city_in_order() -> None:
    lin, firm = make_person("林之川"), make_firm("甲机电公司")
    make_fact(lin, "person.degree", "doctor", since=date(2015, 7, 1))
    make_fact(lin, "person.level", 3, since=date(2017, 3, 1))
    employ(lin, firm, date(2016, 2, 1), date(2018, 1, 31))
    make_fact(lin, "person.salary", 500000)

    told = [(one.on, one.label, one.other.name if one.other else "") for one in trajectory(lin)]

    assert told == [
        (date(2015, 7, 1), "学历学位", ""),
        (date(2016, 2, 1), "任职单位", "甲机电公司"),
        (date(2017, 3, 1), "人才层次", ""),
        (None, "年薪", ""),
    ]
    assert [(one.label, one.other.name if one.other else "") for one in trajectory(firm)] == [
        ("在职人员", "林之川")
    ]


def test_the_moment_of_recording_is_the_products_clock() -> None:
    row = make_fact(make_person(), "person.level", 3, now=LATER)
    assert row.recorded_at == LATER
    assert isinstance(row.recorded_at, datetime)
