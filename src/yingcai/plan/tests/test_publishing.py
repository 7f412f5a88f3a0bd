"""Two people publish a plan; then it is closed and its targets stand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from yingcai.audit.models import Event
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_cover
from yingcai.plan.actions import (
    Head,
    ResponsibleUnit,
    confirm_measure,
    correct_clause,
    correct_head,
    publish_plan,
    reject_clause,
    return_plan,
    set_measure_units,
    split_clause,
    submit_plan,
)
from yingcai.plan.errors import DigestChanged, Invalid, NotOpen, SamePerson, Undecided
from yingcai.plan.fields import fields_of
from yingcai.plan.models import Clause, Measure, MeasureUnit, Plan, Target
from yingcai.plan.queries import ledger
from yingcai.plan.queries.digest import reading_digest
from yingcai.plan.tests.make import NOW, clause_of, make_draft, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin() -> User:
    return make_user("林")


@pytest.fixture
def qiu() -> User:
    return make_user("邱")


@pytest.fixture
def units() -> dict[str, Unit]:
    return {name: make_unit(name=name) for name in ("市科创局", "市人才局", "市技能局")}


def decided(units: dict[str, Unit], actor: User, **fields: object) -> Plan:
    """A draft in which everything is confirmed."""
    plan = make_draft(units=units, **fields)
    for measure in plan.measures.all():
        confirm_measure(measure, actor=actor, now=NOW)
    return plan


def published(plan: Plan, first: User, second: User) -> Plan:
    signed = submit_plan(plan, actor=first, now=NOW)
    return publish_plan(signed, digest=signed.digest, actor=second, now=NOW)


def test_a_plan_with_open_questions_is_refused_with_all_of_them(lin: User) -> None:
    plan = make_draft(issued_on=None, period_start=None, period_end=None)
    confirm_measure(plan.measures.get(number=1), actor=lin, now=NOW)

    with pytest.raises(Undecided) as refusal:
        submit_plan(plan, actor=lin, now=NOW)

    assert refusal.value.problems == (
        "总体目标还有 2 条待确认。",
        "第 2 项措施还有 3 条待确认。",
        "第 1 项措施的责任单位“市科创局”没有对应到系统里的单位。",
        "第 1 项措施的责任单位“市人才局”没有对应到系统里的单位。",
        "第 2 项措施的责任单位“市技能局”没有对应到系统里的单位。",
        "第 1 项措施没有牵头单位，请指定。",
        "计划没有印发日期，也没有起止年份，请在基本信息里补上其中一项。",
        "有的目标没有完成年份，计划也没有结束年份，请在基本信息里补上结束年份。",
    )
    plan.refresh_from_db()
    assert (plan.status, plan.digest) == (Plan.Status.DRAFT, "")


def test_a_date_before_the_plan_and_nothing_to_count_are_refused(
    lin: User, units: dict[str, Unit]
) -> None:
    plan = decided(units, lin)
    clause = clause_of(plan, "院士")
    correct_clause(clause, replace(fields_of(clause), by_year=2016), actor=lin, now=NOW)

    with pytest.raises(Undecided, match="完成年份 2016 早于计划开始"):
        submit_plan(plan, actor=lin, now=NOW)

    for clause in plan.clauses.all():
        reject_clause(clause, reason="清空", actor=lin, now=NOW)
    with pytest.raises(Undecided, match="还没有任何一条可以跟踪的目标"):
        submit_plan(plan, actor=lin, now=NOW)


def test_two_people_publish(lin: User, qiu: User, units: dict[str, Unit]) -> None:
    plan = published(decided(units, lin), lin, qiu)

    assert plan.status == Plan.Status.PUBLISHED
    assert (plan.submitted_by, plan.published_by, plan.published_at) == (lin, qiu, NOW)
    assert plan.digest == reading_digest(plan)
    actions = list(Event.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["plan.submitted", "plan.published"]


def test_one_person_with_two_logins_is_one_person(lin: User, units: dict[str, Unit]) -> None:
    again = make_user("林二", person_key=lin.person_key)
    plan = submit_plan(decided(units, lin), actor=lin, now=NOW)

    for same in (lin, again, make_cover(lin)):  # nor does leave cover make another person
        with pytest.raises(SamePerson, match="两个不同的自然人"):
            publish_plan(plan, digest=plan.digest, actor=same, now=NOW)

    plan.refresh_from_db()
    assert plan.status == Plan.Status.SUBMITTED
    assert not Target.objects.exists()


def test_a_draft_cannot_be_published_past_the_first_person(
    qiu: User, units: dict[str, Unit]
) -> None:
    with pytest.raises(NotOpen, match="待确认"):
        publish_plan(decided(units, qiu), digest="", actor=qiu, now=NOW)


def test_what_was_not_on_the_screen_is_not_published(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = submit_plan(decided(units, lin), actor=lin, now=NOW)

    with pytest.raises(DigestChanged):
        publish_plan(plan, digest="0" * 64, actor=qiu, now=NOW)
    Clause.objects.filter(pk=clause_of(plan, "院士").pk).update(value=99)
    with pytest.raises(DigestChanged):
        publish_plan(plan, digest=plan.digest, actor=qiu, now=NOW)

    assert not Target.objects.exists()


def test_returning_opens_the_plan_and_drops_the_signature(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = submit_plan(decided(units, lin), actor=lin, now=NOW)

    with pytest.raises(Invalid, match="退回的理由"):
        return_plan(plan, reason="", actor=qiu, now=NOW)
    plan = return_plan(plan, reason="第 1 项措施漏了一个单位", actor=qiu, now=NOW)

    assert (plan.status, plan.digest, plan.submitted_by) == (Plan.Status.DRAFT, "", None)
    assert plan.returned_note == "第 1 项措施漏了一个单位"


def test_targets_are_made_from_what_can_be_counted(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    counties = [make_unit(kind="county") for _ in range(3)]
    plan = published(decided(units, lin), lin, qiu)

    found = [
        (t.code, t.kind, t.course, t.title, t.value, t.measure_word) for t in ledger(plan).all()
    ]
    assert found == [
        ("0-1", "quantity", "cumulative", "高层次人才", Decimal(1000), "名"),
        ("0-2", "quantity", "cumulative", "博士", Decimal(60), "名"),
        ("1-1", "quantity", "cumulative", "专家工作站、创新服务站", Decimal(10), "家"),
        ("1-2", "quantity", "cumulative", "院士", Decimal(30), "名"),
        ("1-3", "document", "cumulative", "《平台管理办法》", Decimal(1), "份"),
        ("2-1", "quantity", "cumulative", "实训基地", Decimal(9), "家"),
        ("2-2", "coverage", "level", "规上企业全覆盖", Decimal(100), "%"),
    ]
    shared = ledger(plan).get(code="2-1")
    assert [(s.unit, s.value) for s in shared.shares.all()] == [(c, Decimal(3)) for c in counties]
    assert (shared.starts_on, shared.due_on) == (date(2018, 4, 1), date(2020, 12, 31))


def test_the_units_of_the_measure_answer_for_its_targets(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = published(decided(units, lin), lin, qiu)

    owners = ledger(plan).get(code="1-2").owners.all()
    assert [(o.unit.name, o.role) for o in owners] == [("市科创局", "lead"), ("市人才局", "joint")]
    assert not ledger(plan).get(code="0-1").owners.all()


def test_a_leading_collective_answers_through_its_members(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    one, two = make_unit(kind="county"), make_unit(kind="county")
    make_unit("all", name="各县", kind="collective", members=[one, two])
    plan = decided(units, lin)
    set_measure_units(
        plan.measures.get(number=2),
        [
            ResponsibleUnit("各县", "lead", "all"),
            ResponsibleUnit("市技能局", "joint", units["市技能局"].code),
        ],
        actor=lin,
        now=NOW,
    )

    plan = published(plan, lin, qiu)

    owners = ledger(plan).get(code="2-1").owners.all()
    assert [(o.unit, o.role) for o in owners] == [
        (one, "lead"),
        (two, "lead"),
        (units["市技能局"], "joint"),
    ]


def test_the_collective_named_in_the_sentence_gets_the_shares(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    near, _far = make_unit(kind="county"), make_unit(kind="county")
    make_unit(name="各县", kind="collective", members=[near])  # 每个县 is 各县

    plan = published(decided(units, lin), lin, qiu)

    shared = ledger(plan).get(code="2-1")
    assert [(s.unit, s.value) for s in shared.shares.all()] == [(near, Decimal(3))]
    assert shared.value == 3


@pytest.mark.parametrize(
    ("change", "course"),
    [
        ({"per": "year"}, "yearly"),
        ({"per": "year", "measure_word": "%"}, "level"),
        ({"baseline": "growth"}, "level"),
        ({"cumulative": False}, "cumulative"),
    ],
)
def test_how_a_figure_runs_follows_from_the_clause(
    lin: User, qiu: User, units: dict[str, Unit], change: dict[str, object], course: str
) -> None:
    plan = decided(units, lin)
    clause = clause_of(plan, "院士")
    given = replace(fields_of(clause), **change)  # type: ignore[arg-type]  # fields of the dataclass
    correct_clause(clause, given, actor=lin, now=NOW)

    plan = published(plan, lin, qiu)

    assert ledger(plan).get(code="1-2").course == course


def test_parts_know_their_whole_and_split_items_become_two_targets(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = decided(units, lin)
    whole, part = clause_of(plan, "1000名"), clause_of(plan, "博士")
    correct_clause(part, replace(fields_of(part), part_of=whole.pk), actor=lin, now=NOW)
    shared = clause_of(plan, "各10家")
    given = replace(fields_of(shared), per="total")
    split_clause(
        shared,
        [replace(given, subject="专家工作站"), replace(given, subject="创新服务站")],
        actor=lin,
        now=NOW,
    )

    plan = published(plan, lin, qiu)

    assert ledger(plan).get(code="0-2").part_of == ledger(plan).get(code="0-1")
    titles = [t.title for t in ledger(plan).filter(measure__number=1)]
    assert titles == ["专家工作站", "创新服务站", "院士", "《平台管理办法》"]


def test_numbers_that_start_again_in_each_section_give_codes_with_the_section(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = decided(units, lin)
    Measure.objects.filter(plan=plan, number=1).update(section="二")
    Measure.objects.filter(plan=plan, number=2).update(section="三", number=1)

    plan = published(plan, lin, qiu)

    assert list(ledger(plan).values_list("code", flat=True)) == [
        "0-1", "0-2", "二.1-1", "二.1-2", "二.1-3", "三.1-1", "三.1-2",
    ]  # fmt: skip


def test_a_new_edition_supersedes_and_inherits(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    old = published(decided(units, lin, slug="plan", edition=1), lin, qiu)
    Target.objects.filter(plan=old, code="1-2").update(baseline_value=5, title_en="Academicians")
    draft = decided(units, lin, slug="plan", edition=2, previous=old)
    changed = clause_of(draft, "1000名")
    correct_clause(changed, replace(fields_of(changed), value=Decimal(1200)), actor=lin, now=NOW)

    new = published(draft, lin, qiu)

    old.refresh_from_db()
    assert old.status == Plan.Status.SUPERSEDED
    kept = ledger(new).get(code="1-2")
    assert kept.previous == Target.objects.get(plan=old, code="1-2")
    assert (kept.baseline_value, kept.title_en) == (Decimal(5), "Academicians")
    grown = ledger(new).get(code="0-1").changes.get()
    due = {"code": "0-1", "due_on": "2020-12-31"}
    assert grown.old == {**due, "value": "1000"}
    assert grown.new == {**due, "value": "1200"}


def test_a_published_plan_is_closed_by_the_database_itself(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = published(decided(units, lin), lin, qiu)
    rows = [Clause.objects, Measure.objects, Plan.objects]

    def refused(write: Callable[[], object]) -> None:
        with pytest.raises(DatabaseError, match="已发布的计划不可更改"), transaction.atomic():
            write()

    refused(lambda: Clause.objects.filter(plan=plan).update(value=1))
    refused(lambda: Measure.objects.filter(plan=plan).update(title="改"))
    refused(lambda: MeasureUnit.objects.filter(measure__plan=plan).update(role="lead"))
    refused(lambda: MeasureUnit.objects.filter(measure__plan=plan).delete())
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(text="改"))
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(status="draft"))
    assert all(query.exists() for query in rows)
    plan.refresh_from_db()
    assert plan.digest == reading_digest(plan)


def test_a_draft_is_not_closed(lin: User) -> None:
    plan = make_draft()

    assert Clause.objects.filter(plan=plan).update(value=1) == 9


def test_units_of_a_measure_are_checked_all_at_once(lin: User, units: dict[str, Unit]) -> None:
    measure = make_draft(units=units).measures.get(number=1)
    code = units["市科创局"].code
    given = [
        ResponsibleUnit("市科创局", "lead", code),
        ResponsibleUnit("又是它", "joint", code),
        ResponsibleUnit("没有的局", "boss", "nowhere"),
        ResponsibleUnit(" ", "joint"),
    ]

    with pytest.raises(Invalid) as refusal:
        set_measure_units(measure, given, actor=lin, now=NOW)

    assert len(refusal.value.problems) == 4
    assert measure.units.count() == 2


def test_a_name_may_stand_for_no_unit_at_all(lin: User, qiu: User, units: dict[str, Unit]) -> None:
    plan = decided(units, lin)
    known = ResponsibleUnit("市科创局", "lead", units["市科创局"].code)
    loose = ResponsibleUnit("有关单位", "joint", printed_only=True)
    set_measure_units(plan.measures.get(number=1), [known, loose], actor=lin, now=NOW)

    plan = published(plan, lin, qiu)

    assert [owner.unit.name for owner in ledger(plan).get(code="1-2").owners.all()] == ["市科创局"]


def test_the_head_is_corrected_on_a_draft_only(
    lin: User, qiu: User, units: dict[str, Unit]
) -> None:
    plan = decided(units, lin)
    head = Head("新名称", "云人发〔2018〕1号", ("云岫市委",), date(2018, 5, 2), 2018, 2021)

    plan = correct_head(plan, head, actor=lin, now=NOW)

    assert (plan.title, plan.period_end) == ("新名称", 2021)
    with pytest.raises(Invalid) as refusal:
        correct_head(plan, replace(head, title="", period_end=2017), actor=lin, now=NOW)
    assert len(refusal.value.problems) == 2
    plan = published(plan, lin, qiu)
    assert ledger(plan).get(code="1-2").due_on == date(2021, 12, 31)
    with pytest.raises(NotOpen):
        correct_head(plan, head, actor=lin, now=NOW)
