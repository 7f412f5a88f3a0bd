"""Random lives of cases: whoever does whatever he may, the record gives the state again and nothing is lost."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from yingcai.audit.models import Event
from yingcai.cases.actions.moving import PROGRAM, STEPS, Step, move
from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.errors import CaseError
from yingcai.cases.models import Award, Case, CaseAct
from yingcai.cases.queries.flows import flow_of, is_granted, state_now
from yingcai.cases.sealed import ACT, taken
from yingcai.cases.tests.case_city import NOW, City, build_city, step
from yingcai.engine.workflow.act import Act
from yingcai.engine.workflow.model import OWN, SYSTEM, Seat
from yingcai.engine.workflow.moves import Actor
from yingcai.engine.workflow.run import opened, replayed
from yingcai.identity.tests.at_once import at_once
from yingcai.registry.queries.effects import erasure_obstacles
from yingcai.registry.queries.terms import IN_FORCE, last_active


@pytest.fixture
def city(tmp_path: Path) -> City:
    return build_city(tmp_path / "city")


def attempt(city: City, case: Case, dice: random.Random, moment: Any) -> None:
    """Somebody tries something; a refusal changes nothing."""
    row = Case.objects.get(pk=case.pk)
    who = dice.choice([city.talent, city.window, city.officer, city.county, city.head, city.hr])
    stages = [stage.name for stage in flow_of(row).workflow.stages]
    words = Step(
        dice.choice([*sorted(STEPS), "agree", "agree", "agree"]),
        to=dice.choice([*stages, "", "", "correction"]),
        reason=dice.choice(["核实无误", "材料不全", "site-visit", ""]),
        items=tuple(dice.sample(["学位证书", "参保证明", "合同"], dice.randrange(3))),
        person=dice.choice([city.officer, city.head, None]),
    )
    before = (row.version, row.status, row.acts.count())
    try:
        move(row, words, version=row.version, actor=who, now=moment)
    except CaseError:
        again = Case.objects.get(pk=case.pk)
        assert (again.version, again.status, again.acts.count()) == before


def read_act(case: Case, row: CaseAct) -> Act:
    said = taken(case, ACT, row.sealed)
    seats = tuple(Seat(*one) for one in said["actor"][1])
    kept = {name: said[name] for name in ("move", "to", "reason", "person")}
    return Act(
        **kept,
        actor=Actor(said["actor"][0], seats) if said["actor"][0] else PROGRAM,
        on=date.fromisoformat(said["on"]),
        items=tuple(said["items"]),
        seat=Seat(*said["seat"]) if said["seat"] else None,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_the_record_of_a_random_life_gives_its_state_again(city: City, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # a life of a test
    case, moment = city.submitted("grant", dice.choice(["24", "3", ""])), NOW
    first = opened(
        flow_of(case).workflow, state_now(case).parties, state_now(case).own, state_now(case).opened
    ).state
    for _time in range(60):
        attempt(city, case, dice, moment)
        if dice.random() < 0.2:
            moment += timedelta(days=dice.randrange(1, 9))
            keep_terms(now=moment)

    case.refresh_from_db()
    flow, state = flow_of(case), state_now(case)
    acts = [read_act(case, row) for row in case.acts.order_by("number")]
    assert replayed(flow.workflow, flow.calendar, first, acts) == state
    assert [row.number for row in case.acts.order_by("number")] == list(range(1, len(acts) + 1))
    assert Event.objects.filter(action__in=[f"case.{one.move}" for one in acts]).count() == len(
        acts
    )
    waiting = [task for task in state.here.tasks if not task.spoken and task.seat != SYSTEM]
    staff = [task for task in waiting if task.seat.role not in OWN] if case.live else []
    assert case.tasks.count() == len(staff)
    standing = Award.objects.filter(case=case, voided_at=None).count()
    assert standing == int(is_granted(flow.workflow, state))
    assert (case.status == "granted") == (standing == 1 and not case.live)


@pytest.mark.django_db
def test_a_running_case_keeps_its_person_busy(city: City) -> None:
    case = city.submitted()
    ids = {city.person.pk: city.person.pk}

    assert last_active(ids, on=NOW.date())[city.person.pk] == IN_FORCE
    assert "还有正在办理的事项：先办结，或请本人撤回" in erasure_obstacles(city.person)
    step(case, city.talent, "withdraw", reason="不申请了")
    assert erasure_obstacles(city.person) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_hands_at_once_one_wins(city: City) -> None:
    case = city.submitted()
    acts, seen = iter(("agree", "refuse")), Case.objects.get(pk=case.pk)

    def act() -> str:
        step = Step(next(acts), reason="看法不同")
        while True:
            try:
                move(seen, step, version=case.version, actor=city.window, now=NOW)
            except CaseError as refusal:
                return type(refusal).__name__
            except OperationalError as error:
                if "locked" not in str(error):
                    raise
            else:
                return "done"

    assert sorted(at_once(act, 2)) == ["StaleCase", "done"]
    assert CaseAct.objects.count() == 1
    assert Case.objects.get(pk=case.pk).version == case.version + 1
