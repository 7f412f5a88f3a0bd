"""A person adds what the reader did not see, or cuts one item into several."""

from dataclasses import replace
from decimal import Decimal

import pytest

from yingcai.identity.models import User
from yingcai.plan.actions import (
    add_clause,
    confirm_clause,
    correct_clause,
    reject_clause,
    split_clause,
    undo_decision,
)
from yingcai.plan.errors import Invalid, NotOpen
from yingcai.plan.fields import ClauseFields, fields_of
from yingcai.plan.models import Clause, Plan
from yingcai.plan.phrases import find_phrase
from yingcai.plan.queries import live_clauses
from yingcai.plan.tests.make import DRAFT, NOW, clause_of, make_draft, make_user

pytestmark = pytest.mark.django_db
Status = Clause.Status


@pytest.fixture
def lin() -> User:
    return make_user("林")


def halves(whole: Clause) -> list[ClauseFields]:
    """专家工作站、创新服务站各10家: the same words, two subjects."""
    given = replace(fields_of(whole), per="total")
    return [replace(given, subject="专家工作站"), replace(given, subject="创新服务站")]


def test_a_shared_number_is_split_into_one_item_for_each_subject(lin: User) -> None:
    whole = clause_of(make_draft(), "各10家")

    parts = split_clause(whole, halves(whole), actor=lin, now=NOW)

    assert [(part.subject, part.value, part.status) for part in parts] == [
        ("专家工作站", Decimal(10), "added"),
        ("创新服务站", Decimal(10), "added"),
    ]
    assert whole.status == Status.SPLIT
    assert whole not in live_clauses(whole.plan)


def test_undoing_a_split_takes_the_parts_out_and_brings_the_whole_back(lin: User) -> None:
    whole = clause_of(make_draft(), "各10家")
    parts = split_clause(whole, halves(whole), actor=lin, now=NOW)

    undo_decision(whole, actor=lin, now=NOW)

    assert whole.status == Status.PROPOSED
    for part in parts:
        part.refresh_from_db()
        assert part.status == Status.REJECTED


def test_a_part_alone_cannot_be_undone_or_split_again(lin: User) -> None:
    whole = clause_of(make_draft(), "各10家")
    part, _other = split_clause(whole, halves(whole), actor=lin, now=NOW)

    with pytest.raises(Invalid, match="在被拆分的原条目上撤销"):
        undo_decision(part, actor=lin, now=NOW)
    with pytest.raises(Invalid, match="本身就是拆分出来的"):
        split_clause(part, halves(part), actor=lin, now=NOW)


def test_a_split_names_what_is_wrong_with_each_part(lin: User) -> None:
    whole = clause_of(make_draft(), "各10家")
    one, other = halves(whole)
    wrong = [replace(one, subject=""), replace(other, value=None, end=whole.end + 4)]

    with pytest.raises(Invalid) as refusal:
        split_clause(whole, wrong, actor=lin, now=NOW)

    assert refusal.value.problems == (
        "第 1 条：请填写统计的对象（例如“博士后工作站”）。",
        "第 2 条：文字超出了被拆分的条目。",
        "第 2 条：请填写数值。",
    )
    whole.refresh_from_db()
    assert whole.status == Status.PROPOSED
    assert not whole.split_into.exists()


def test_a_split_into_one_is_no_split(lin: User) -> None:
    whole = clause_of(make_draft(), "各10家")

    with pytest.raises(Invalid, match="至少要得到两条"):
        split_clause(whole, halves(whole)[:1], actor=lin, now=NOW)


def added(plan: Plan, words: str, **fields: object) -> ClauseFields:
    measure = plan.measures.get(number=2)
    start, end = find_phrase(plan.text, words, within=(measure.start, measure.end))
    given = ClauseFields("target", start, end, "做法", Decimal(2), None, "项", ">=", "total")
    return replace(given, **fields)  # type: ignore[arg-type]  # fields of the dataclass


def test_an_added_item_stands_at_once_and_covers_the_unclassified_number(lin: User) -> None:
    plan = make_draft()

    clause = add_clause(
        plan, plan.measures.get(number=2), added(plan, "参照“双百”做法"), actor=lin, now=NOW
    )

    assert (clause.status, clause.text, clause.original) == (Status.ADDED, "参照“双百”做法", {})
    assert clause_of(plan, "“双百”").pk == clause.pk
    assert plan.clauses.get(kind="unclassified").absorbed_by == clause


def test_an_added_item_cannot_take_words_that_are_taken(lin: User) -> None:
    plan = make_draft()

    with pytest.raises(Invalid, match="重叠"):
        add_clause(plan, plan.measures.get(number=2), added(plan, "企业全覆盖"), actor=lin, now=NOW)

    assert plan.clauses.count() == 9


def test_undoing_an_addition_takes_it_out_and_again_brings_it_back(lin: User) -> None:
    plan = make_draft()
    clause = add_clause(
        plan, plan.measures.get(number=2), added(plan, "参照“双百”做法"), actor=lin, now=NOW
    )

    undo_decision(clause, actor=lin, now=NOW)
    assert clause.status == Status.REJECTED
    assert live_clauses(plan).filter(kind="unclassified").exists()

    undo_decision(clause, actor=lin, now=NOW)
    assert clause.status == Status.ADDED
    assert not live_clauses(plan).filter(kind="unclassified").exists()


def test_a_target_outside_every_measure_is_refused(lin: User) -> None:
    plan = make_draft()
    given = replace(added(plan, "参照“双百”做法"), start=0, end=5)

    with pytest.raises(Invalid, match="必须属于某一项措施"):
        add_clause(plan, None, given, actor=lin, now=NOW)


def test_a_signed_plan_takes_no_new_item(lin: User) -> None:
    plan = make_draft()
    whole = clause_of(plan, "各10家")
    Plan.objects.filter(pk=plan.pk).update(status=Plan.Status.PUBLISHED)

    with pytest.raises(NotOpen):
        add_clause(
            plan, plan.measures.get(number=2), added(plan, "参照“双百”做法"), actor=lin, now=NOW
        )
    with pytest.raises(NotOpen):
        split_clause(whole, halves(whole), actor=lin, now=NOW)
    assert plan.clauses.count() == 9


def test_when_one_part_goes_the_number_stays_with_the_other(lin: User) -> None:
    plan = make_draft()
    whole = clause_of(plan, "全覆盖")
    correct_clause(
        whole, fields_of(whole).with_span(whole.start, DRAFT.index("做法")), actor=lin, now=NOW
    )
    given = fields_of(whole)
    one, other = split_clause(
        whole, [replace(given, subject="甲"), replace(given, subject="乙")], actor=lin, now=NOW
    )

    reject_clause(one, reason="重复", actor=lin, now=NOW)

    assert plan.clauses.get(kind="unclassified").absorbed_by == other


def test_a_phrase_is_found_across_line_breaks_and_blanks() -> None:
    text = "新建 1\n0 家工作站，另建工作站"

    assert find_phrase(text, "新建10家", within=(0, len(text))) == (0, 8)


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [(" ", "请填写要引用的原文"), ("孵化器", "找不到“孵化器”"), ("工作站", "出现了 2 次")],
)
def test_a_phrase_must_stand_in_exactly_one_place(phrase: str, problem: str) -> None:
    text = "新建 1\n0 家工作站，另建工作站"

    with pytest.raises(Invalid, match=problem):
        find_phrase(text, phrase, within=(0, len(text)))


def test_confirming_what_was_confirmed_says_so(lin: User) -> None:
    clause = clause_of(make_draft(), "院士")
    confirm_clause(clause, actor=lin, now=NOW)

    with pytest.raises(Invalid, match="无需再次确认"):
        confirm_clause(clause, actor=lin, now=NOW)
