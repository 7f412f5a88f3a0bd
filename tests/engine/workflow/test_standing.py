"""Where a case stands: who is next, by when; reminders, and terms with and without what was used."""

import json
from datetime import date, timedelta

import pytest

from tests.engine.workflow.make import (
    APPLICANT,
    CALENDAR,
    CITIZEN,
    COUNTY,
    HEAD,
    HEALTH,
    MONDAY,
    SCIENCE,
    WINDOW,
    Case,
    make_workflow,
)
from yingcai.engine.workflow.calendar import Due
from yingcai.engine.workflow.model import Seat
from yingcai.engine.workflow.standing import Standing, standing
from yingcai.engine.workflow.state import plain, state_of
from yingcai.engine.workflow.terms import marks, stage_term


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def told(case: Case, on: date) -> Standing:
    return standing(case.workflow, case.state, CALENDAR, on)


def keys(case: Case, on: date) -> list[str]:
    return [mark.key for mark in marks(case.workflow, case.state, CALENDAR, on)]


def test_it_says_who_is_next_by_when() -> None:
    case = Case().at("joint").do("delegate", SCIENCE, person="dai").do("agree", HEALTH)

    here = told(case, later(1))
    assert (here.stage, here.ended, here.agreed, here.refused) == ("joint", False, 1, 0)
    assert here.waits_for == ((Seat("officer", "science"), ("shi", "dai")),)
    assert here.term is not None
    assert (here.term.spent, here.term.left, here.term.due) == (1, 4, Due(later(7)))
    assert here.whole is not None
    assert (here.whole.spent, here.whole.left, here.whole.due) == (1, 19, Due(later(28)))


def test_a_term_that_has_passed_says_by_how_much_and_is_never_negative() -> None:
    here = told(Case(), later(9))

    assert here.term is not None
    assert (here.term.left, here.term.over) == (0, 2)
    assert here.whole is None  # not accepted yet


def test_the_clock_of_the_whole_stands_still_while_the_applicant_is_asked() -> None:
    case = Case().at("review")
    case.day = later(1)
    case.do("return", COUNTY, to="repair", items=("diploma",))
    here = told(case, later(10))
    assert here.paused == "repair"
    assert here.whole is not None
    assert (here.whole.spent, here.whole.due) == (1, None)
    assert here.term is not None
    assert here.term.due == Due(later(15))

    case.day = later(10)
    case.do("agree", APPLICANT)
    here = told(case, later(11))
    assert here.paused == ""
    assert here.whole is not None
    assert (here.whole.spent, here.whole.due) == (2, Due(later(37)))


def test_publicity_and_objections_are_told() -> None:
    case = Case().at("public").do("object", CITIZEN)

    assert told(case, later(1)).objections == 1
    assert told(case, later(1)).paused == "public"


def test_a_stopped_clock_has_no_day_and_goes_on_where_it_stood() -> None:
    case = Case().at("review")
    case.day = later(2)
    case.do("pause", COUNTY, reason="site-visit")
    here = told(case, later(8))
    assert here.paused == "site-visit"
    assert here.term is not None
    assert (here.term.spent, here.term.due) == (2, None)
    assert keys(case, later(8)) == []

    case.day = later(8)
    case.do("resume", COUNTY)
    here = told(case, later(8))
    assert here.term is not None
    assert (here.term.spent, here.term.due) == (2, Due(later(11)))


def test_what_has_ended_stays_as_it_was() -> None:
    case = Case().at("decide")
    case.day = date(2018, 5, 16)
    case.do("agree", HEAD)

    here = told(case, date(2019, 5, 16))
    assert (here.ended, here.waits_for, here.term) == (True, (), None)
    assert here.whole is not None
    assert here.whole.spent == 1  # publicity did not count


def test_reminders_and_escalations_come_due_once_and_anew_after_a_return() -> None:
    case = Case().at("review")
    assert keys(case, later(2)) == []
    assert keys(case, later(3)) == ["2:review:remind:2:2018-05-14"]
    assert keys(case, later(7))[-1] == "2:review:remind:1:2018-05-14"
    (*_, mark) = marks(case.workflow, case.state, CALENDAR, later(8))
    assert (mark.kind, mark.on, mark.seats) == ("escalate", later(8), (Seat("head", "qingyu"),))

    case.day = later(8)
    case.do("return", COUNTY, to="repair", items=("diploma",))
    case.day = later(14)
    case.do("agree", APPLICANT)
    assert keys(case, later(17)) == ["4:review:remind:2:2018-05-28"]


@pytest.mark.parametrize(("rearm", "left"), [("fresh", 5), ("rest", 3)])
def test_a_stage_that_is_entered_again_has_a_new_term_or_the_rest(rearm: str, left: int) -> None:
    flow = make_workflow(("clock: 5,\n     remind", f"clock: 5, rearm: {rearm},\n     remind"))
    case = Case(flow).at("review")
    case.day = later(2)
    case.do("return", COUNTY, to="repair", items=("diploma",))
    case.day = later(8)
    case.do("agree", APPLICANT)

    term = stage_term(flow, case.state, CALENDAR, later(8))
    assert term is not None
    assert (term.left, term.due) == (left, Due(later(8 + {5: 7, 3: 3}[left])))


def test_a_workflow_without_days_has_no_clock_of_the_whole() -> None:
    case = Case(make_workflow(("days: 20\n", ""))).do("agree", WINDOW)

    assert told(case, MONDAY).whole is None
    assert case.effects == ["entered", "asked"]
    automatic = make_workflow(
        ("days: 20\n", ""),
        ("kind: 受理, who: [{role: window, unit: lead}], clock: 5,\n     silence: {means: agreed}",
         "kind: 申报, automatic: true"),
    )  # fmt: skip
    assert Case(automatic).effects == ["entered", "asked"]


def test_a_state_goes_to_json_and_back() -> None:
    case = Case().at("public").do("object", CITIZEN)

    assert state_of(json.loads(json.dumps(plain(case.state)))) == case.state
    with pytest.raises(KeyError):
        state_of({"workflow": "grant"})
