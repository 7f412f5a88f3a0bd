"""Whatever people decide in whatever order: one number, one item; the digest says what was agreed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from yingcai.identity.models import User
from yingcai.plan.actions import (
    add_clause,
    confirm_clause,
    correct_clause,
    reject_clause,
    split_clause,
    undo_decision,
)
from yingcai.plan.errors import PlanError
from yingcai.plan.fields import ClauseFields, fields_of
from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.queries import live_clauses
from yingcai.plan.queries.digest import reading_digest
from yingcai.plan.tests.make import NOW, clause_of, make_draft, make_user

Move = tuple[str, int, int, int]
MOVES = st.tuples(
    st.sampled_from(["confirm", "correct", "widen", "reject", "undo", "split", "add"]),
    st.integers(0, 40),
    st.integers(-6, 6),
    st.integers(-6, 6),
)


def play(plan: Plan, actor: User, move: Move) -> None:
    """Make one move; a refusal is an answer too."""
    name, place, left, right = move
    clauses = list(plan.clauses.order_by("id"))
    clause = clauses[place % len(clauses)]
    moved = fields_of(clause).with_span(clause.start + left, clause.end + right)
    acts: dict[str, Callable[[], object]] = {
        "confirm": lambda: confirm_clause(clause, actor=actor, now=NOW),
        "correct": lambda: correct_clause(
            clause, replace(fields_of(clause), subject=f"对象{left}"), actor=actor, now=NOW
        ),
        "widen": lambda: correct_clause(clause, moved, actor=actor, now=NOW),
        "reject": lambda: reject_clause(clause, reason="重复", actor=actor, now=NOW),
        "undo": lambda: undo_decision(clause, actor=actor, now=NOW),
        "split": lambda: split_clause(
            clause, [fields_of(clause), fields_of(clause)], actor=actor, now=NOW
        ),
        "add": lambda: add_clause(plan, clause.measure, as_target(moved), actor=actor, now=NOW),
    }
    with suppress(PlanError):
        acts[name]()


def as_target(given_: ClauseFields) -> ClauseFields:
    return ClauseFields(
        "target", given_.start, given_.end, "对象", Decimal(1), None, "个", ">=", "total"
    )


def shares_a_number(one: Clause, other: Clause) -> bool:
    return one.start < other.end and other.start < one.end


class AnySequence(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(MOVES, max_size=20))
    def test_no_two_items_stand_on_one_number_unless_split(self, moves: list[Move]) -> None:
        plan, actor = make_draft(), make_user()

        for move in moves:
            play(plan, actor, move)

        live = list(live_clauses(plan))
        for one, other in combinations(live, 2):
            if shares_a_number(one, other):
                assert one.split_from_id is not None
                assert one.split_from_id == other.split_from_id
        for clause in live:
            home = clause.measure
            assert home is not None
            assert home.start <= clause.start < clause.end <= home.end

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(MOVES, max_size=8))
    def test_every_number_of_the_reader_stays_accounted_for(self, moves: list[Move]) -> None:
        plan, actor = make_draft(), make_user()
        read = plan.clauses.count()

        for move in moves:
            play(plan, actor, move)

        assert plan.clauses.exclude(original={}).count() == read
        for clause in plan.clauses.exclude(original={}):
            taken = clause.decisions.exists() or clause.absorbed_by_id is not None
            assert clause.status == Clause.Status.PROPOSED or taken


CHANGES: dict[str, object] = {
    "subject": "别的对象",
    "value": Decimal(31),
    "value_max": Decimal(50),
    "measure_word": "人",
    "comparator": "~",
    "per": "year",
    "cumulative": False,
    "baseline": "growth",
    "by_year": 2019,
    "kind": "incentive",
    "details": {"every": "各县"},
}


@pytest.fixture
def lin(db: None) -> User:
    return make_user("林")


@pytest.mark.parametrize("name", CHANGES)
def test_the_digest_changes_with_each_confirmed_field(lin: User, name: str) -> None:
    clause = confirm_clause(clause_of(make_draft(), "院士"), actor=lin, now=NOW)
    before = reading_digest(clause.plan)
    changed = replace(fields_of(clause), **{name: CHANGES[name]})  # type: ignore[arg-type]  # any field

    correct_clause(clause, changed, actor=lin, now=NOW)

    assert reading_digest(clause.plan) != before


def test_the_digest_changes_with_units_head_span_and_text(lin: User) -> None:
    plan = make_draft()
    clause = confirm_clause(clause_of(plan, "院士"), actor=lin, now=NOW)
    seen = {reading_digest(plan)}

    correct_clause(
        clause, fields_of(clause).with_span(clause.start + 2, clause.end), actor=lin, now=NOW
    )
    seen.add(reading_digest(plan))
    plan.measures.get(number=1).units.filter(role="joint").update(role="lead")
    seen.add(reading_digest(plan))
    Measure.objects.filter(plan=plan, number=1).update(title="改名")
    seen.add(reading_digest(plan))
    plan.title = "另一名称"
    seen.add(reading_digest(plan))
    plan.text += " "
    seen.add(reading_digest(plan))

    assert len(seen) == 6


def test_the_digest_does_not_change_with_anything_else(lin: User) -> None:
    plan = make_draft()
    clause = confirm_clause(clause_of(plan, "院士"), actor=lin, now=NOW)
    before = reading_digest(plan)

    reject_clause(clause_of(plan, "50万元"), reason="不是目标", actor=lin, now=NOW)
    undo_decision(clause, actor=lin, now=NOW)
    correct_clause(clause, fields_of(clause), actor=make_user("邱"), now=NOW)
    Clause.objects.filter(pk=clause.pk).update(version=9, value="30.0000")
    plan.version = 7

    assert reading_digest(plan) == before


def test_the_order_of_work_does_not_change_the_digest(lin: User) -> None:
    one, other = make_draft(), make_draft()
    words = ["院士", "1000名", "博士"]

    for word in words:
        confirm_clause(clause_of(one, word), actor=lin, now=NOW)
    for word in reversed(words):
        confirm_clause(clause_of(other, word), actor=lin, now=NOW)

    assert reading_digest(one) == reading_digest(other)
