"""A case that has ended goes on anew after an appeal; those who acted in the first case stay away where the file says so."""

import json
from dataclasses import replace

import pytest

from tests.engine.workflow.make import (
    CALENDAR,
    CLOCK,
    COUNTY,
    HEAD,
    MONDAY,
    PARTIES,
    WINDOW,
    Case,
    make_workflow,
)
from yingcai.engine.workflow.act import Act
from yingcai.engine.workflow.moves import Actor, Look, Refused, why_not
from yingcai.engine.workflow.reopening import REOPEN, redone, reopened
from yingcai.engine.workflow.run import opened, replayed
from yingcai.engine.workflow.state import Standstill, plain, state_of
from yingcai.engine.workflow.words import refusal_words, stage_lines

APART = make_workflow(("apart_from: [intake, review, joint]", "apart_from: [intake, appealed]"))


def anew(case: Case, *, days: int = 0) -> Act:
    on = MONDAY.replace(day=MONDAY.day + days)
    return Act(REOPEN, CLOCK, on, to=redone(case.workflow, case.state), reason="2018-000007")


def declined() -> Case:
    case = Case().at("review").do("agree", COUNTY, to="decide")
    return case.do("refuse", HEAD, reason="不符合")


def test_a_case_is_dealt_with_anew_where_it_was_decided() -> None:
    case = declined()
    state, effects = reopened(case.workflow, case.state, anew(case, days=4))

    assert (state.here.stage, state.here.back, state.version) == (
        "decide",
        True,
        case.state.version + 1,
    )
    assert state.standstills[-1] == Standstill("declined", MONDAY, anew(case, days=4).on)
    assert [task.spoken for task in state.here.tasks] == [False]
    assert [(one.kind, one.stage) for one in effects] == [
        ("reopened", "decide"), ("entered", "decide"), ("asked", "decide"),
    ]  # fmt: skip


def test_one_that_was_not_accepted_is_looked_at_again() -> None:
    case = Case().do("refuse", WINDOW, reason="不符合")
    assert redone(case.workflow, case.state) == "intake"


def test_acts_with_a_reopening_give_the_state_again() -> None:
    case = declined()
    first = Case().state
    acts = [
        Act("agree", WINDOW, MONDAY),
        Act("agree", COUNTY, MONDAY, to="decide"),
        Act("refuse", HEAD, MONDAY, reason="不符合"),
        anew(case),
    ]
    again = replayed(case.workflow, CALENDAR, first, acts)
    expected = reopened(case.workflow, case.state, anew(case)).state
    assert (again.here, again.version) == (expected.here, expected.version)


@pytest.mark.parametrize("what", ["running", "other text", "gone", "earlier"])
def test_why_a_case_does_not_go_on_anew(what: str) -> None:
    case = declined()
    state, act = case.state, anew(case, days=4)
    if what == "running":
        state = Case().state
    elif what == "other text":
        state = replace(state, digest="0" * 64)
    elif what == "gone":
        state = replace(state, visits=(*state.visits[:-1], replace(state.here, stage="gone")))
    else:
        state = replace(state, last=act.on.replace(day=act.on.day + 1))

    with pytest.raises(Refused) as caught:
        reopened(case.workflow, state, act)
    code = {"running": "not-ended", "earlier": "earlier"}.get(what, "version")
    assert caught.value.refusal.code == code
    assert refusal_words(case.workflow, caught.value.refusal, "zh")


def test_who_acted_in_the_first_case_does_not_act_where_the_file_says_so() -> None:
    state, _effects = opened(APART, PARTIES, ["lin"], MONDAY, apart=["wei", "hu"])
    state = replayed(
        APART,
        CALENDAR,
        state,
        [Act("agree", WINDOW, MONDAY), Act("agree", COUNTY, MONDAY, to="decide")],
    )
    fresh = Actor("xin", HEAD.seats)

    refusal = why_not(Look(APART, CALENDAR, state, HEAD, MONDAY), "agree")
    assert refusal is not None
    assert refusal_words(APART, refusal, "zh") == "办理过原事项的人不能在这里办理。"
    assert why_not(Look(APART, CALENDAR, state, fresh, MONDAY), "agree") is None
    assert "与“受理、原事项”不得为同一人" in stage_lines(APART, APART.by_name["decide"], "zh", {})


def test_a_state_of_an_earlier_release_has_nobody_who_stays_away() -> None:
    kept = json.loads(json.dumps(plain(Case().state)))
    del kept["apart"]

    assert state_of(kept).apart == ()
