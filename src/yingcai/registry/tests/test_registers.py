"""Registers that answer, do not know somebody, are out of order, or tell what is old."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.registers import ask_registers
from yingcai.registry.errors import OutOfScope
from yingcai.registry.models import Fact, Look, RegisterAnswer
from yingcai.registry.queries.facts import known
from yingcai.registry.queries.registers import health, last_answers
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.registers.choose import Unconnected, registers
from yingcai.registry.registers.interface import DOWN, FOUND, NOT_FOUND, Asked, Reply, Told
from yingcai.registry.registers.simulated import Simulated
from yingcai.registry.sealed import unsealed
from yingcai.registry.tests.make import NOW, RESIDENT, TODAY, make_fact, make_person, make_talent
from yingcai.registry.written import look_reasons

pytestmark = pytest.mark.usefixtures("city")
LATER = NOW + timedelta(minutes=6)


class Says:
    """A register that gives one reply, and keeps what it was asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.asked = reply, []  # type: ignore[var-annotated]

    def ask(self, source: str, asked: Asked, *, on: date) -> Reply:
        self.asked.append(asked)
        return self.reply


class Broken:
    def ask(self, source: str, asked: Asked, *, on: date) -> Reply:
        raise ConnectionError("the line is cut")


def degree(value: str, as_of: date = TODAY) -> Reply:
    return Reply(FOUND, (Told("person.degree", value),), as_of)


def office_scope() -> Scope:
    return scope(make_user(role=Role.OFFICE), "verification", on=TODAY)


def plain(row: Fact) -> str:
    assert row.sealed is not None
    return unsealed(row.subject, f"fact/{row.name}", bytes(row.sealed)).plain


def test_what_a_register_tells_becomes_a_fact_of_that_source() -> None:
    lin = make_person(number=RESIDENT)
    register = Says(degree("doctor"))
    found = office_scope()

    (answer,) = ask_registers(found, lin, {"education": register}, actor=found.user, now=NOW)

    assert (answer.state, answer.as_of, answer.facts) == ("found", TODAY, ["person.degree"])
    (row,) = known([lin])
    assert (plain(row), row.source) == ("doctor", "education")
    (asked,) = register.asked
    assert asked.numbers == {"resident-id": RESIDENT}
    assert asked.facts == ("person.degree", "person.level")
    assert RESIDENT not in repr(asked)
    (look,) = Look.objects.all()
    assert (look.fields, look.revealed, look_reasons([look])[look.pk]) == (
        ["resident-id"], True, "向登记系统核对",
    )  # fmt: skip


def test_the_same_answer_again_adds_nothing_and_another_one_corrects() -> None:
    lin = make_person(number=RESIDENT)
    found = office_scope()
    for value, now in (("master", NOW), ("master", LATER), ("doctor", LATER + timedelta(hours=1))):
        ask_registers(found, lin, {"education": Says(degree(value))}, actor=found.user, now=now)
    assert [plain(row) for row in known([lin])] == ["doctor"]
    assert [plain(row) for row in known([lin], at=LATER)] == ["master"]
    assert Fact.objects.count() == 2


def test_what_the_person_stated_stands_beside_what_the_register_says() -> None:
    lin = make_person(number=RESIDENT)
    make_fact(lin, "person.degree", "doctor", "applicant")
    found = office_scope()
    ask_registers(found, lin, {"education": Says(degree("master"))}, actor=found.user, now=NOW)
    assert sorted((row.source, plain(row)) for row in known([lin])) == [
        ("applicant", "doctor"),
        ("education", "master"),
    ]


@pytest.mark.parametrize(
    ("register", "state", "why"),
    [
        (Says(Reply(DOWN, why="maintenance")), "down", "maintenance"),
        (Broken(), "down", "ConnectionError"),
        (Unconnected(), "down", "not connected"),
        (Says(Reply(NOT_FOUND, as_of=TODAY)), "not_found", ""),
    ],
)
def test_a_register_that_does_not_help_changes_no_fact(register: Any, state: str, why: str) -> None:
    lin = make_person(number=RESIDENT)
    make_fact(lin, "person.degree", "doctor")
    found = office_scope()

    (answer,) = ask_registers(found, lin, {"education": register}, actor=found.user, now=NOW)

    assert (answer.state, answer.why, answer.facts) == (state, why, [])
    assert Fact.objects.count() == 1


def test_an_old_answer_is_kept_and_said_to_be_old() -> None:
    lin = make_person(number=RESIDENT)
    found = office_scope()
    old = degree("doctor", TODAY - timedelta(days=366))
    (answer,) = ask_registers(found, lin, {"education": Says(old)}, actor=found.user, now=NOW)
    assert (answer.state, answer.facts) == ("stale", ["person.degree"])
    fresh = degree("doctor", TODAY - timedelta(days=365))
    (answer,) = ask_registers(found, lin, {"education": Says(fresh)}, actor=found.user, now=LATER)
    assert answer.state == "found"


def test_what_is_no_value_of_the_vocabulary_is_left_out() -> None:
    lin = make_person(number=RESIDENT)
    found = office_scope()
    reply = Reply(FOUND, (Told("person.degree", "professor"), Told("person.level", "3")), TODAY)
    (answer,) = ask_registers(found, lin, {"education": Says(reply)}, actor=found.user, now=NOW)
    assert answer.facts == ["person.level"]


def test_a_register_is_not_asked_twice_within_five_minutes() -> None:
    lin = make_person(number=RESIDENT)
    found, register = office_scope(), Says(degree("doctor"))
    ask_registers(found, lin, {"education": register}, actor=found.user, now=NOW)
    again = ask_registers(
        found, lin, {"education": register}, actor=found.user, now=NOW + timedelta(minutes=4)
    )
    assert (again, len(register.asked), Look.objects.count()) == ([], 1, 1)


def test_casework_alone_uses_no_number() -> None:
    lin = make_person(number=RESIDENT)
    found = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)
    with pytest.raises(OutOfScope):
        ask_registers(found, lin, {"education": Says(degree("x"))}, actor=found.user, now=NOW)
    assert not RegisterAnswer.objects.exists()


def test_the_simulated_register_says_the_same_every_time_and_all_four_answers() -> None:
    states = set()
    for number in range(120):
        asked = Asked(str(number), {"resident-id": "x"}, ("person.degree", "person.insured_months"))
        day = TODAY + timedelta(days=number)
        reply = Simulated().ask("education", asked, on=day)
        assert reply == Simulated().ask("education", asked, on=day)
        states.add((reply.state, reply.as_of == day))
    assert states == {("down", False), ("not_found", True), ("found", True), ("found", False)}
    nobody = Asked("1", {}, ("person.degree",))
    assert Simulated().ask("bank", nobody, on=TODAY).state == "not_found"


def test_every_value_of_the_simulated_register_is_one_of_the_vocabulary() -> None:
    lin = make_person(number=RESIDENT)
    found = office_scope()
    for minutes in range(0, 60, 6):
        now = NOW + timedelta(minutes=minutes)
        for answer in ask_registers(
            found, lin, {"education": Simulated()}, actor=found.user, now=now
        ):
            assert answer.state in {"down", "not_found", "found", "stale"}
            assert answer.state in {"down", "not_found"} or len(answer.facts) == 2


def test_the_setting_says_which_register_is_asked_how(settings: Any) -> None:
    settings.REGISTERS = {}
    assert isinstance(registers()["education"], Unconnected)
    settings.REGISTERS = {"*": "simulated"}
    assert isinstance(registers()["education"], Simulated)
    settings.REGISTERS = {"education": "pigeon"}
    assert isinstance(registers()["education"], Unconnected)


def test_the_monitor_tells_a_register_that_is_down_from_one_that_knows_nobody() -> None:
    lin = make_person(number=RESIDENT)
    found = office_scope()
    (one,) = health(now=NOW)
    assert (one.asked, one.tone, one.last_answer) == (0, "info", None)
    ask_registers(found, lin, {"education": Broken()}, actor=found.user, now=NOW)
    (one,) = health(now=NOW)
    assert (one.asked, one.down, one.tone, one.last_answer) == (1, 1, "bad", None)
    reply = Reply(NOT_FOUND, as_of=TODAY)
    ask_registers(found, lin, {"education": Says(reply)}, actor=found.user, now=LATER)
    (one,) = health(now=LATER)
    assert (one.asked, one.down, one.tone, one.last_answer) == (2, 1, "warn", LATER)
    assert [row.state for row in last_answers(lin)] == ["not_found"]
    (one,) = health(now=NOW + timedelta(days=2))
    assert (one.asked, one.tone) == (0, "info")


def test_whoever_is_registered_has_his_own_values_looked_up() -> None:
    lin = make_person(number=RESIDENT)
    talent = Client()
    talent.force_login(make_talent(lin))

    answer = talent.post("/registry/me/ask/")

    assert (answer.status_code, answer["Location"]) == (302, "/registry/me/")
    assert last_answers(lin) != []


def test_the_pages_say_that_a_register_is_down() -> None:
    lin = make_person(number=RESIDENT)
    office, talent = Client(), Client()
    office.force_login(make_user(role=Role.OFFICE))
    talent.force_login(make_talent(lin))

    answer = office.post(f"/registry/{lin.handle}/ask/", follow=True)
    assert "暂时不可用，不影响已有信息" in str(answer.content, "utf-8")
    mine = str(talent.get("/registry/me/").content, "utf-8")
    assert ("学历学位信息" in mine, "暂时不可用" in mine) == (True, True)
    again = talent.post("/registry/me/ask/", follow=True)
    assert "刚刚核对过" in str(again.content, "utf-8")
    assert "暂时不可用" in str(office.get("/registry/registers/").content, "utf-8")
