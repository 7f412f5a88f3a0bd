"""A person decides on what the reader proposed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.plan.actions import (
    confirm_clause,
    confirm_measure,
    correct_clause,
    reject_clause,
    undo_decision,
)
from yingcai.plan.errors import Invalid, NotOpen, Stale
from yingcai.plan.fields import fields_of
from yingcai.plan.models import Clause, Plan
from yingcai.plan.queries import live_clauses, progress
from yingcai.plan.tests.make import DRAFT, NOW, clause_of, make_draft, make_user

pytestmark = pytest.mark.django_db
Status = Clause.Status


@pytest.fixture
def lin() -> User:
    return make_user("林")


def test_confirming_keeps_the_reading_and_says_who_and_when(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")

    confirm_clause(clause, actor=lin, now=NOW)

    assert (clause.status, clause.decided_by, clause.decided_at) == (Status.CONFIRMED, lin, NOW)
    assert clause.value == 30
    assert clause.decisions.get().action == "confirm"
    assert Event.objects.get().action == "plan.clause_confirmed"


def test_a_clause_that_somebody_changed_meanwhile_is_left_alone(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    Clause.objects.filter(pk=clause.pk).update(version=2)

    with pytest.raises(Stale, match="刚刚被别人处理过"):
        confirm_clause(clause, actor=lin, now=NOW)

    clause.refresh_from_db()
    assert clause.status == Status.PROPOSED
    assert not Event.objects.exists()


def test_a_reading_that_lacks_its_unit_cannot_be_confirmed(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    Clause.objects.filter(pk=clause.pk).update(measure_word="")
    clause.refresh_from_db()

    with pytest.raises(Invalid, match="请填写计量单位"):
        confirm_clause(clause, actor=lin, now=NOW)

    assert not clause.decisions.exists()


def test_confirming_a_measure_leaves_the_incomplete_ones_open_and_names_them(lin: User) -> None:
    plan = make_draft()
    Clause.objects.filter(pk=clause_of(plan, "院士").pk).update(measure_word="")

    done = confirm_measure(plan.measures.get(number=1), actor=lin, now=NOW)

    assert done.count == 3
    assert done.left == ("“累计引进院士30名”：请填写计量单位（例如“名”“家”“%”）。",)
    assert clause_of(plan, "院士").status == Status.PROPOSED
    assert clause_of(plan, "规上企业").status == Status.PROPOSED
    assert progress(plan).decided == 3


def test_a_correction_replaces_the_fields_and_keeps_what_was_read(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    better = replace(fields_of(clause), value=Decimal(40), comparator="~")

    correct_clause(clause, better, actor=lin, now=NOW, reason="核对原件")

    assert (clause.status, clause.value, clause.comparator) == ("corrected", Decimal(40), "~")
    assert clause.original["value"] == "30"
    decision = clause.decisions.get()
    assert (decision.before["value"], decision.after["value"]) == ("30", "40")
    assert Event.objects.get().details == {"fields": ["comparator", "status", "value"]}


def test_a_correction_names_everything_that_is_wrong_at_once(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    wrong = replace(
        fields_of(clause), value=Decimal(-1), measure_word="", subject=" ", by_year=20, per="week"
    )

    with pytest.raises(Invalid) as refusal:
        correct_clause(clause, wrong, actor=lin, now=NOW)

    assert len(refusal.value.problems) == 5
    clause.refresh_from_db()
    assert (clause.status, clause.value) == ("proposed", Decimal(30))


def test_a_span_outside_the_measure_is_refused(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    outside = fields_of(clause).with_span(0, 5)

    with pytest.raises(Invalid, match="超出了这项措施的范围"):
        correct_clause(clause, outside, actor=lin, now=NOW)


def test_words_that_another_item_holds_cannot_be_taken(lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")
    wider = fields_of(clause).with_span(clause_of(plan, "各10家").start, clause.end)

    with pytest.raises(Invalid, match="与“新建专家工作站、创新服务站各10家”重叠"):
        correct_clause(clause, wider, actor=lin, now=NOW)


def test_a_wider_span_takes_an_unclassified_number_over_and_gives_it_back(lin: User) -> None:
    plan = make_draft()
    clause, loose = clause_of(plan, "全覆盖"), clause_of(plan, "双百")
    wider = fields_of(clause).with_span(clause.start, loose.end)

    correct_clause(clause, wider, actor=lin, now=NOW)

    assert clause.text == "实现规上企业全覆盖，参照“双百”"
    assert loose not in live_clauses(plan)
    undo_decision(clause, actor=lin, now=NOW)
    assert loose in live_clauses(plan)


def test_rejecting_needs_a_reason(lin: User) -> None:
    clause = clause_of(make_draft(), "50万元")

    with pytest.raises(Invalid, match="请写明剔除的理由"):
        reject_clause(clause, reason="  ", actor=lin, now=NOW)

    reject_clause(clause, reason="不是目标", actor=lin, now=NOW)
    assert clause.status == Status.REJECTED
    assert clause.decisions.get().reason == "不是目标"
    assert clause not in live_clauses(clause.plan)


def test_undo_returns_to_what_the_reader_proposed(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    correct_clause(clause, replace(fields_of(clause), value=Decimal(31)), actor=lin, now=NOW)
    reject_clause(clause, reason="重复", actor=lin, now=NOW)

    undo_decision(clause, actor=lin, now=NOW)

    assert (clause.status, clause.value, clause.text) == (
        "proposed",
        Decimal(30),
        "累计引进院士30名",
    )
    assert [entry.action for entry in clause.decisions.all()] == ["undo", "reject", "correct"]


def test_undo_is_refused_while_another_item_has_the_words(lin: User) -> None:
    plan = make_draft()
    taken, other = clause_of(plan, "院士"), clause_of(plan, "各10家")
    reject_clause(taken, reason="重复", actor=lin, now=NOW)
    correct_clause(other, fields_of(other).with_span(other.start, taken.end), actor=lin, now=NOW)

    with pytest.raises(Invalid, match="重叠"):
        undo_decision(taken, actor=lin, now=NOW)

    taken.refresh_from_db()
    assert taken.status == Status.REJECTED


def test_there_is_nothing_to_undo_on_a_proposal(lin: User) -> None:
    with pytest.raises(Invalid, match="没有可撤销的决定"):
        undo_decision(clause_of(make_draft(), "院士"), actor=lin, now=NOW)


def test_a_part_cannot_be_a_part_of_itself_round_a_corner(lin: User) -> None:
    plan = make_draft()
    whole, part = clause_of(plan, "1000名"), clause_of(plan, "博士")
    correct_clause(part, replace(fields_of(part), part_of=whole.pk), actor=lin, now=NOW)

    with pytest.raises(Invalid, match="不能是它自己的组成部分"):
        correct_clause(whole, replace(fields_of(whole), part_of=part.pk), actor=lin, now=NOW)


@pytest.mark.parametrize("status", [Plan.Status.SUBMITTED, Plan.Status.PUBLISHED])
def test_a_plan_that_is_signed_takes_no_decision(lin: User, status: str) -> None:
    plan = make_draft()
    Plan.objects.filter(pk=plan.pk).update(status=status)
    clause = clause_of(plan, "院士")

    for write in (
        lambda: confirm_clause(clause, actor=lin, now=NOW),
        lambda: confirm_measure(plan.measures.get(number=1), actor=lin, now=NOW),
        lambda: correct_clause(clause, fields_of(clause), actor=lin, now=NOW),
        lambda: reject_clause(clause, reason="不是目标", actor=lin, now=NOW),
        lambda: undo_decision(clause, actor=lin, now=NOW),
    ):
        with pytest.raises(NotOpen, match="不能再改动条款"):
            write()

    assert DRAFT[clause.start : clause.end] == clause.text
    assert not Event.objects.exists()
    assert progress(plan).decided == 0
