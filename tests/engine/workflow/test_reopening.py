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
from yingcai.engine.workflow.model import Seat
from yingcai.engine.workflow.moves import Actor, Look, Refused, why_not
from yingcai.engine.workflow.reopening import CHANGE, REOPEN, changed, redone, reopened
from yingcai.engine.workflow.run import apply, opened, replayed
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


PAID = make_workflow(
    (
        "apart_from: [intake, review, joint], next: [done]",
        "apart_from: [intake, review, joint], next: [pay]",
    ),
    (
        "  - {id: done,",
        "  - {id: pay, words: {zh: 拨付, en: Pay}, kind: 拨付, who: [{role: finance, unit: lead}], clock: 3, next: [done]}\n  - {id: done,",
    ),
)
JUDGE = Actor("pan", HEAD.seats)
CASHIER = Actor("qian", (Seat("finance", "labour"),))


def paid() -> Case:
    case = Case(PAID).at("review").do("agree", COUNTY, to="decide").do("agree", HEAD)
    return case.do("agree", CASHIER)


def change(case: Case) -> Act:
    return Act(CHANGE, JUDGE, MONDAY, to=redone(case.workflow, case.state), reason="月数算错")


def test_what_was_paid_is_decided_anew_where_it_was_judged_not_where_it_was_paid() -> None:
    assert redone(PAID, paid().state) == "decide"


def test_who_decided_first_does_not_decide_it_anew_and_another_one_does() -> None:
    case = declined()
    state = reopened(case.workflow, case.state, anew(case)).state
    look = Look(case.workflow, CALENDAR, state, HEAD, MONDAY)

    refusal = why_not(look, "agree")
    assert refusal is not None
    assert refusal_words(case.workflow, refusal, "zh") == "原决定由您作出，重新办理须由他人决定。"
    assert why_not(replace(look, actor=JUDGE), "agree") is None
    assert why_not(replace(look, actor=Actor("pan", CASHIER.seats)), "agree") is not None


def test_who_decided_a_case_that_never_ended_may_decide_it_after_a_return() -> None:
    case = Case().at("decide").do("return", HEAD, to="joint")
    state = replace(
        case.state, visits=(*case.state.visits, replace(case.state.here, stage="decide"))
    )
    refusal = why_not(Look(case.workflow, CALENDAR, state, HEAD, MONDAY), "refuse")
    assert refusal is None or refusal.code != "decided-first"


def test_a_stage_that_the_new_text_has_not_bars_nobody() -> None:
    case = declined()
    state = reopened(case.workflow, case.state, anew(case)).state
    gone = tuple(
        replace(one, stage="gone") if one.stage == "decide" else one for one in state.visits[:-1]
    )
    state = replace(state, visits=(*gone, state.here))
    assert why_not(Look(case.workflow, CALENDAR, state, HEAD, MONDAY), "agree") is None


def test_a_decision_is_changed_by_whoever_decided_the_appeal_and_the_case_goes_on() -> None:
    case = paid()
    state, effects = changed(case.workflow, case.state, change(case))

    decided, here = state.visits[-2:]
    assert [(one.by, one.behind, one.verdict, one.reason) for one in decided.tasks] == [
        ("pan", ("pan",), "agreed", "月数算错")
    ]
    assert (decided.stage, here.stage, here.back) == ("decide", "pay", False)
    assert [(one.kind, one.stage) for one in effects] == [
        ("changed", "decide"), ("entered", "pay"), ("asked", "pay"),
    ]  # fmt: skip
    again = apply(case.workflow, CALENDAR, state, Act("agree", CASHIER, MONDAY)).state
    assert again.here.stage == "done"


def test_acts_with_a_change_give_the_state_again() -> None:
    case = paid()
    acts = [*case.acts, change(case)]
    again = replayed(case.workflow, CALENDAR, case.first, acts)
    assert again == changed(case.workflow, case.state, change(case)).state


def test_what_was_never_decided_cannot_be_changed() -> None:
    case = Case().do("refuse", WINDOW, reason="不符合")
    with pytest.raises(Refused) as caught:
        changed(case.workflow, case.state, change(case))
    assert refusal_words(case.workflow, caught.value.refusal, "zh") == (
        "原事项没有走到决定这一步，不能直接变更：受理。"
    )


def test_the_file_says_which_end_changes_the_first_decision() -> None:
    text = make_workflow(
        ("kind: 办结}\n  - {id: declined", "kind: 办结, changes: better}\n  - {id: declined")
    )

    assert [text.changing(name) for name in ("decide", "done", "declined", "repair", "gone")] == [
        "better", "better", "", "", "",
    ]  # fmt: skip
    assert "直接变更原决定，不得对申请人更为不利" in stage_lines(
        text, text.by_name["done"], "zh", {}
    )
