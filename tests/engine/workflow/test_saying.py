"""Experts drawn by lot say a fact that only people can judge; where nothing is to be judged nobody is asked."""

from datetime import date
from typing import Any

import pytest

from tests.engine.workflow.make import CLOCK, HEAD, HEALTH, OFFICE, SCIENCE, Case, make_workflow
from yingcai.engine.workflow.act import Judging
from yingcai.engine.workflow.moves import Actor
from yingcai.engine.workflow.words import LANGUAGES, stage_lines

JOINT = "votes: kept, clock: 5, next: [public]"
EXPERTS = """  - {id: experts, words: {zh: 专家评议, en: Experts}, kind: 评审, who: [{role: expert, count: 3}],
     says: case.equal, needs: majority, refusal: after-all, votes: again, clock: 3, pauses: true,
     silence: {means: redrawn},
     next: [public], refused_to: decide}
  - {id: public,"""
FLOW = make_workflow(
    (JOINT, "votes: kept, clock: 5, next: [experts]"),
    ("  - {id: public,", EXPERTS),
    ("return_to: [joint, review]}", "return_to: [joint, experts]}"),
)
NINE = tuple(f"expert-{i}" for i in range(9))
ONE, TWO, THREE = (Actor(name, ()) for name in NINE[:3])


def asked(*persons: str) -> dict[str, Any]:
    """The rules wait for the fact, and the lot has named these."""
    return {"judging": (Judging("case.equal", persons or NINE),)}


def case_at_joint() -> Case:
    case = Case(FLOW)
    case.at("joint")
    return case.do("agree", SCIENCE)


@pytest.fixture
def case() -> Case:
    """A case before three experts."""
    return case_at_joint().do("agree", HEALTH, **asked())


def test_where_nothing_is_to_be_judged_nobody_is_asked() -> None:
    case = case_at_joint().do("agree", HEALTH)

    assert case.stage == "public"
    assert [visit.stage for visit in case.state.visits][-2:] == ["joint", "public"]


def test_the_experts_are_those_whom_the_lot_named(case: Case) -> None:
    assert case.stage == "experts"
    assert [task.person for task in case.state.here.tasks] == ["expert-0", "expert-1", "expert-2"]
    assert case.refused("agree", Actor("expert-3", ())) == "not-yours"


def test_two_of_three_say_that_it_is_so(case: Case) -> None:
    case.do("agree", ONE)
    assert case.stage == "experts"
    case.do("agree", TWO)

    assert case.stage == "public"
    assert [(one.stage, one.note) for one in case.applied.effects if one.kind == "judged"] == [
        ("experts", "yes")
    ]


def test_a_denial_counts_when_all_have_spoken_and_goes_to_who_decides(case: Case) -> None:
    case.do("refuse", ONE).do("refuse", TWO)
    assert case.stage == "experts"
    case.do("agree", THREE)

    assert case.stage == "decide"
    assert [one.note for one in case.applied.effects if one.kind == "judged"] == ["no"]
    assert "votes-again" not in case.effects


def test_an_opinion_has_a_reason(case: Case) -> None:
    assert case.refused("agree", ONE, reason=" ") == "no-reason"


def test_who_keeps_away_is_replaced_by_the_lot(case: Case) -> None:
    case.do("recuse", TWO, reason="同门", **asked("expert-7"))

    assert [task.person for task in case.state.here.tasks] == ["expert-0", "expert-7", "expert-2"]
    assert case.state.here.tasks[1].given_by == ("expert-1",)
    assert case.refused("agree", TWO) == "not-yours"
    assert case.refused("recuse", ONE, reason="同门", **{"judging": ()}) == "no-experts"


def test_an_expert_hands_nothing_on_and_stops_no_clock(case: Case) -> None:
    assert case.refused("transfer", ONE, person="friend") == "drawn"
    assert case.refused("delegate", ONE, person="friend") == "drawn"
    assert case.refused("add_sign", ONE, person="friend") == "drawn"
    assert case.refused("pause", ONE, reason="site-visit") == "not-yours"
    assert Case(FLOW).at("review").refused("recuse", Actor("cao", ())) == "not-yours"


def test_for_who_is_silent_past_the_term_others_are_drawn(case: Case) -> None:
    case.do("agree", THREE)
    case.day = date(2018, 5, 10)
    assert case.refused("lapse", CLOCK, **asked("expert-5", "expert-6")) == "not-over"
    case.day = date(2018, 5, 11)
    assert case.refused("lapse", CLOCK, **asked("expert-5")) == "no-experts"
    case.do("lapse", CLOCK, **asked("expert-5", "expert-6"))

    here = case.state.here
    assert (here.stage, here.entered) == ("experts", case.day)
    assert [(one.person, one.verdict, one.kept) for one in here.tasks] == [
        ("expert-2", "agreed", True),
        ("expert-5", "open", False),
        ("expert-6", "open", False),
    ]
    assert [(one.reason, one.until) for one in case.state.standstills] == [("experts", None)]
    assert case.effects == ["asked"]
    assert [task.verdict for task in case.state.visits[-2].tasks] == [
        "dropped",
        "dropped",
        "agreed",
    ]
    assert case.refused("agree", ONE) == "not-yours"
    assert case.refused("agree", THREE) == "spoken"
    case.do("agree", Actor("expert-6", ()))
    assert case.stage == "public"


def test_too_few_experts_and_the_case_stays_where_it_was() -> None:
    case = case_at_joint()

    assert case.refused("agree", HEALTH, **asked("expert-0", "expert-1")) == "no-experts"
    assert case.stage == "joint"


def test_who_decides_may_ask_experts_anew(case: Case) -> None:
    case.do("refuse", ONE).do("refuse", TWO).do("refuse", THREE)
    case.do("return", HEAD, to="experts", **asked("expert-3", "expert-4", "expert-5"))

    assert [task.person for task in case.state.here.tasks] == ["expert-3", "expert-4", "expert-5"]
    assert case.refused("stop", OFFICE, reason="") == "no-reason"


def test_the_stage_says_in_words_how_it_is_done() -> None:
    told = [stage_lines(FLOW, FLOW.by_name["experts"], one, {}) for one in LANGUAGES]

    assert told[0][0] == "3名评审专家"
    assert {
        "专家抽签确定，有关系的回避",
        "没有需要评议的，不经过这一环节",
        "逾期未评议的，另抽专家",
    } <= {*told[0]}
    assert {
        "experts are drawn by lot; who is in conflict keeps away",
        "passed over where nothing is to be judged",
        "others are drawn for those silent past the term",
    } <= {*told[1]}
