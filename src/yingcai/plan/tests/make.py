"""Saved, valid, boring plans; override only what the test is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

from django.urls import reverse

from yingcai.identity.models import Unit
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.plan.fields import fields_of, plain
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

__all__ = [
    "DRAFT",
    "NOW",
    "clause_of",
    "make_clause",
    "make_draft",
    "make_measure",
    "make_pack",
    "make_plan",
    "make_target",
    "make_unit",
    "make_user",
    "page_of",
]

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
SENTENCE = "新建科创平台20家以上"
# A draft to decide on. Each item of DRAFT_ITEMS is a phrase of it with the fields read from it.
DRAFT = """云岫市人才强市行动计划（2018-2020）

一、总体目标

到2020年，引进高层次人才1000名，其中博士60名以上。

二、重点举措

1. 建设科创平台。新建专家工作站、创新服务站各10家，累计引进院士30名。出台《平台管理办法》。给予50万元补助。（责任单位：市科创局、市人才局）

2. 培育工匠。每个县建成实训基地3家以上，实现规上企业全覆盖，参照“双百”做法。（责任单位：市技能局）
"""
DRAFT_ITEMS: list[tuple[int, str, str, dict[str, Any]]] = [
    (
        0,
        "引进高层次人才1000名",
        "target",
        {"subject": "高层次人才", "value": 1000, "measure_word": "名"},
    ),
    (0, "其中博士60名以上", "target", {"subject": "博士", "value": 60, "measure_word": "名"}),
    (
        1,
        "新建专家工作站、创新服务站各10家",
        "target",
        {"subject": "专家工作站、创新服务站", "value": 10, "measure_word": "家", "per": "each"},
    ),
    (
        1,
        "累计引进院士30名",
        "target",
        {"subject": "院士", "value": 30, "measure_word": "名", "cumulative": True},
    ),
    (
        1,
        "出台《平台管理办法》",
        "deliverable",
        {"details": {"title": "《平台管理办法》", "action": "issue"}},
    ),
    (1, "给予50万元补助", "incentive", {"subject": "补助", "value": 500000, "measure_word": "元"}),
    (
        2,
        "每个县建成实训基地3家以上",
        "target",
        {"subject": "实训基地", "value": 3, "measure_word": "家", "per": "county"},
    ),
    (2, "实现规上企业全覆盖", "coverage", {"subject": "规上企业"}),
    (2, "“双百”", "unclassified", {"details": {"reason": "名称中的数字"}}),
]
_serial = count(1)


def make_pack(
    *,
    vocabulary: dict[str, Any] | None = None,
    digest: str = "",
    archive: bytes = b"",
    **document: Any,
) -> Pack:
    """An active pack of an invented city; without ``archive`` nothing is decided by it."""
    number = next(_serial)
    return Pack.objects.create(
        code="yunxiu",
        version="1",
        digest=digest or f"{number:064x}",
        document={"id": "yunxiu", "city": {"name": "云岫市"}, **document},
        vocabulary=vocabulary or {},
        archive=archive,
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


def make_draft(*, units: Mapping[str, Unit] | None = None, **fields: Any) -> Plan:
    """A draft with DRAFT as text and everything of it proposed; ``units`` maps printed names."""
    plan = make_plan(status=Plan.Status.DRAFT, text=DRAFT, **fields)
    starts = [DRAFT.index("一、总体"), DRAFT.index("1. 建设"), DRAFT.index("2. 培育"), len(DRAFT)]
    measures = [
        make_measure(plan, number, start=start, end=end, order=number)
        for number, (start, end) in enumerate(pairwise(starts))
    ]
    for number, names in ((1, ("市科创局", "市人才局")), (2, ("市技能局",))):
        for order, name in enumerate(names):
            MeasureUnit.objects.create(
                measure=measures[number],
                name=name,
                unit=(units or {}).get(name),
                role="joint" if order else "lead",
                order=order,
            )
    for number, phrase, kind, read in DRAFT_ITEMS:
        start = DRAFT.index(phrase)
        counted = {"comparator": ">=", "per": "total"} if "value" in read else {}
        values = {"subject": "", "value": None, "measure_word": "", "comparator": "", "per": ""}
        span = {"start": start, "end": start + len(phrase), "text": phrase, "kind": kind}
        clause = make_clause(
            measures[number], **{**values, **counted, **span, **read, "status": "proposed"}
        )
        clause.refresh_from_db()
        clause.original = plain(fields_of(clause))
        clause.save()
    return plan


def clause_of(plan: Plan, words: str) -> Clause:
    """The clause of ``plan`` whose text holds ``words``; the latest of several."""
    found = plan.clauses.filter(text__contains=words).order_by("-id").first()
    assert found is not None, words
    return found


def page_of(plan: Plan, name: str, *args: object) -> str:
    """The address of the page ``name`` of ``plan``."""
    return reverse(f"plan:{name}", args=[plan.slug, plan.edition, *args])


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
