"""Saved, valid, boring plans; override only what the test is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from yingcai.identity.models import RoleGrant, Unit, User
from yingcai.plan.models import (
    Clause,
    Measure,
    MeasureUnit,
    Milestone,
    Pack,
    Plan,
    Target,
    TargetOwner,
    TargetShare,
)

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
SENTENCE = "新建科创平台20家以上"
_serial = count(1)


def make_unit(
    code: str = "", *, name: str = "", kind: str = Unit.Kind.BUREAU, members: Sequence[Unit] = ()
) -> Unit:
    number = next(_serial)
    unit = Unit.objects.create(
        code=code or f"unit-{number}", name=name or f"第{number}局", kind=kind, order=number
    )
    unit.members.set(members)
    return unit


def make_user(username: str = "", *, role: str = "", unit: Unit | None = None) -> User:
    """A login with ``role`` (for ``unit``) since the start of 2018; its own natural person."""
    number = next(_serial)
    user = User.objects.create(
        username=username or f"user{number}", display_name=username or f"用户{number}", unit=unit
    )
    if role:
        RoleGrant.objects.create(user=user, role=role, unit=unit, starts_on=date(2018, 1, 1))
    return user


def make_pack(**document: Any) -> Pack:
    """An active pack of an invented city."""
    number = next(_serial)
    return Pack.objects.create(
        code="yunxiu",
        version="1",
        digest=f"{number:064x}",
        document={"id": "yunxiu", "city": {"name": "云岫市"}, **document},
        active=True,
        published_at=NOW,
    )


def make_plan(*, status: str = Plan.Status.PUBLISHED, text: str = SENTENCE, **fields: Any) -> Plan:
    """A plan for 2018 to 2020; published unless said otherwise."""
    number = next(_serial)
    values = {
        "slug": f"plan-{number}",
        "title": "云岫市人才强市行动计划（2018-2020）",
        "issued_on": date(2018, 4, 13),
        "period_start": 2018,
        "period_end": 2020,
        "text": text,
        "source_name": "plan.txt",
        "source_sha256": f"{number:064x}",
        "source_format": "txt",
        "created_at": NOW,
    }
    return Plan.objects.create(status=status, **{**values, **fields})


def make_measure(
    plan: Plan, number: int = 1, *, units: Mapping[Unit, str] | None = None, **fields: Any
) -> Measure:
    """A measure over the whole text; ``units`` maps responsible units to ``lead`` or ``joint``."""
    values = {"title": f"第{number}项措施", "start": 0, "end": len(plan.text), "order": number}
    measure = Measure.objects.create(plan=plan, number=number, **{**values, **fields})
    for order, (unit, role) in enumerate((units or {}).items()):
        MeasureUnit.objects.create(
            measure=measure, name=unit.name, unit=unit, role=role, order=order
        )
    return measure


def make_clause(measure: Measure, **fields: Any) -> Clause:
    """A confirmed target clause of at least 20, over the whole measure."""
    values = {
        "kind": Clause.Kind.TARGET,
        "start": measure.start,
        "end": measure.end,
        "text": measure.plan.text[measure.start : measure.end],
        "subject": "科创平台",
        "value": Decimal(20),
        "measure_word": "家",
        "comparator": ">=",
        "per": "total",
        "status": Clause.Status.CONFIRMED,
    }
    return Clause.objects.create(plan=measure.plan, measure=measure, **{**values, **fields})


def make_target(
    plan: Plan | None = None,
    *,
    code: str = "",
    measure: Measure | None = None,
    value: Decimal | int = 20,
    owners: Mapping[Unit, str] | None = None,
    shares: Mapping[Unit, Decimal | int] | None = None,
    milestones: Mapping[date, Decimal | int] | None = None,
    **fields: Any,
) -> Target:
    """A target of 20 家 from April 2018 to the end of 2020; ``owners`` maps units to lead or joint."""
    plan = plan or make_plan()
    measure = measure or plan.measures.first() or make_measure(plan)
    order = Target.objects.filter(plan=plan).count() + 1
    values = {
        "kind": Target.Kind.QUANTITY,
        "title": f"科创平台{order}",
        "measure_word": "家",
        "starts_on": date(2018, 4, 1),
        "due_on": date(2020, 12, 31),
        "order": order,
    }
    target = Target.objects.create(
        plan=plan,
        measure=measure,
        clause=make_clause(measure, value=value),
        code=code or f"{measure.number}-{order}",
        value=value,
        **{**values, **fields},
    )
    for unit, role in (owners or {}).items():
        TargetOwner.objects.create(target=target, unit=unit, role=role)
    for unit, share in (shares or {}).items():
        TargetShare.objects.create(target=target, unit=unit, value=share)
    for due_on, point in (milestones or {}).items():
        Milestone.objects.create(target=target, due_on=due_on, value=point)
    return target
