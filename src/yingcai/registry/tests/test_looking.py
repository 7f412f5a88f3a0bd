"""Looks: written before anything is shown, with purpose and reason, and read by the person."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from yingcai.audit import clock
from yingcai.audit.models import Event
from yingcai.engine.sealing import NotSealed
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.looking import (
    TIMES_A_MINUTE,
    TIMES_AN_ADDRESS,
    find_by_number,
    note_search,
    open_facts,
    reveal_fact,
    reveal_number,
)
from yingcai.registry.errors import OutOfScope, TooMany
from yingcai.registry.models import Fact, Look
from yingcai.registry.queries.scope import scope
from yingcai.registry.queries.search import looks_at
from yingcai.registry.sealed import Secret, unsealed
from yingcai.registry.tests.make import (
    NOW,
    OTHER_RESIDENT,
    RESIDENT,
    TODAY,
    make_county,
    make_fact,
    make_firm,
    make_person,
    make_talent,
)
from yingcai.registry.written import look_reasons

pytestmark = pytest.mark.usefixtures("city")


def looks() -> list[tuple[str, list[str], bool, str]]:
    rows = list(Look.objects.select_related("subject").order_by("id"))
    reasons = look_reasons(rows)
    return [(one.purpose, one.fields, one.revealed, reasons.get(one.pk, "")) for one in rows]


def test_the_page_of_a_person_opens_personal_values_and_says_so() -> None:
    lin = make_person()
    degree = make_fact(lin, "person.degree", "doctor")
    level = make_fact(lin, "person.level", 3)
    salary = make_fact(lin, "person.salary", 500000)
    casework = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)

    opened = open_facts(casework, lin, [degree, level, salary], now=NOW)

    assert opened == {degree.pk: "doctor", level.pk: "3"}
    assert looks() == [("casework", ["person.degree", "person.level"], False, "")]


def test_an_auditor_sees_no_personal_value() -> None:
    lin = make_person()
    rows = [make_fact(lin, "person.degree", "doctor"), make_fact(lin, "person.level", 3)]
    audit = scope(make_user(role=Role.AUDITOR), "audit", on=TODAY)
    assert open_facts(audit, lin, rows, now=NOW) == {rows[1].pk: "3"}


def test_a_sensitive_value_is_opened_alone_with_a_reason() -> None:
    lin = make_person()
    salary = make_fact(lin, "person.salary", 500000)
    office = make_user(role=Role.OFFICE)
    verification = scope(office, "verification", on=TODAY)

    secret = reveal_fact(verification, salary, reason=" 核对纳税 ", now=NOW)

    assert secret.plain == "500000"
    assert (str(secret), repr(secret), f"{secret}") == ("***", "***", "***")
    assert looks() == [("verification", ["person.salary"], True, "核对纳税")]
    (look,) = looks_at(lin)
    assert (look.viewer, look.capacity) == (office, "office")


def test_without_reason_class_or_scope_nothing_is_opened_and_nothing_written() -> None:
    east = make_county()
    lin = make_person(number=RESIDENT)
    salary, number = make_fact(lin, "person.salary", 500000), lin.identifiers.get()
    office = make_user(role=Role.OFFICE)
    county = make_user(role=Role.COUNTY, unit=east)
    no_reason = scope(office, "verification", on=TODAY)
    no_class = scope(office, "casework", on=TODAY)
    no_scope = scope(county, "verification", on=TODAY)

    for which, reason in ((no_reason, " "), (no_class, "核对"), (no_scope, "核对")):
        with pytest.raises(OutOfScope):
            reveal_fact(which, salary, reason=reason, now=NOW)
        with pytest.raises(OutOfScope):
            reveal_number(which, number, reason=reason, now=NOW)
    assert looks() == []


def test_ones_own_look_needs_no_reason() -> None:
    lin = make_person(number=RESIDENT)
    own = scope(make_talent(lin), "own", on=TODAY)
    assert reveal_number(own, lin.identifiers.get(), reason="", now=NOW).plain == RESIDENT


def test_looks_are_never_changed_or_deleted() -> None:
    lin = make_person(number=RESIDENT)
    verification = scope(make_user(role=Role.OFFICE), "verification", on=TODAY)
    reveal_number(verification, lin.identifiers.get(), reason="核对", now=NOW)
    for statement in ("UPDATE registry_look SET sealed_reason = NULL", "DELETE FROM registry_look"):
        with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic():
            connection.cursor().execute(statement)
    assert len(looks()) == 1


def test_a_value_moved_to_another_row_does_not_open() -> None:
    lin, wang = make_person(), make_person()
    salary = make_fact(lin, "person.salary", 500000)
    assert salary.sealed is not None
    with pytest.raises(NotSealed):
        unsealed(wang, "fact/person.salary", bytes(salary.sealed))
    with pytest.raises(NotSealed):
        unsealed(lin, "fact/person.degree", bytes(salary.sealed))
    assert unsealed(lin, "fact/person.salary", bytes(salary.sealed)) == Secret("500000")


def test_a_number_finds_its_subject_in_scope_only() -> None:
    east = make_county()
    lin, wang = make_person(number=RESIDENT), make_person(number=OTHER_RESIDENT, county=east)
    office, county = make_user(role=Role.OFFICE), make_user(role=Role.COUNTY, unit=east)
    city, own = scope(office, "casework", on=TODAY), scope(county, "casework", on=TODAY)

    assert find_by_number(city, "resident-id", RESIDENT.lower(), actor=office, now=NOW) == lin
    assert find_by_number(own, "resident-id", OTHER_RESIDENT, actor=county, now=NOW) == wang
    # out of scope and not there are answered alike
    assert find_by_number(own, "resident-id", RESIDENT, actor=county, now=NOW) is None
    assert find_by_number(own, "resident-id", "nonsense", actor=county, now=NOW) is None
    events = Event.objects.filter(action="identifier.searched")
    assert events.count() == 4
    assert RESIDENT not in repr([event.details for event in events])


def test_numbers_are_not_tried_out() -> None:
    office = make_user(role=Role.OFFICE)
    city = scope(office, "casework", on=TODAY)
    for _ in range(TIMES_A_MINUTE):
        find_by_number(city, "resident-id", RESIDENT, actor=office, now=NOW)
    with pytest.raises(TooMany):
        find_by_number(city, "resident-id", RESIDENT, actor=office, now=NOW)
    later = NOW + timedelta(seconds=61)
    assert find_by_number(city, "resident-id", RESIDENT, actor=office, now=later) is None


def test_numbers_are_not_tried_out_by_many_accounts_at_one_address() -> None:
    office, other = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    helpers = [make_user(role=Role.OFFICE) for _ in range(TIMES_AN_ADDRESS // 20)]
    for one in helpers:
        for _ in range(20):
            note_search("resident-id", RESIDENT, actor=one, address="here", now=NOW)

    with pytest.raises(TooMany):
        note_search("resident-id", RESIDENT, actor=office, address="here", now=NOW)

    note_search("resident-id", RESIDENT, actor=other, address="there", now=NOW)
    searched = Event.objects.filter(action="identifier.searched")
    assert searched.count() == TIMES_AN_ADDRESS + 1


def test_registering_a_number_counts_as_asking_for_it() -> None:
    """Else the pages that say “already registered” would be asked instead."""
    lin = make_person(number=RESIDENT)
    other = make_person()
    office = make_user(role=Role.OFFICE)
    for _ in range(TIMES_A_MINUTE):
        note_search("resident-id", RESIDENT, actor=office, now=clock.now())
    client = Client()
    client.force_login(office)

    taken = {"kind": "resident-id", "number": RESIDENT}
    answer = client.post(reverse("registry:number_new", args=[other.handle]), taken)

    assert answer.status_code == 422
    assert "次数过多" in answer.content.decode()
    assert "另一个主体" not in answer.content.decode()
    assert not other.identifiers.exists()
    assert lin.identifiers.count() == 1


def test_firms_have_no_looks() -> None:
    firm = make_firm()
    row = make_fact(firm, "firm.capital", 100)
    casework = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)
    assert open_facts(casework, firm, [row], now=NOW) == {row.pk: "100"}
    assert not Look.objects.exists()
    assert Fact.objects.get().sealed is None
