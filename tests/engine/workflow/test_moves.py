"""One case at a time: who may do what, what follows, and what is refused with a reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.engine.workflow.make import (
    APPLICANT,
    CALENDAR,
    CITIZEN,
    CLOCK,
    COUNTY,
    GRANT,
    HEAD,
    HEALTH,
    MONDAY,
    OFFICE,
    OFFICER,
    PARTIES,
    SCIENCE,
    WINDOW,
    Case,
    make_workflow,
)
from yingcai.engine.workflow.calendar import Calendar
from yingcai.engine.workflow.model import Seat
from yingcai.engine.workflow.moves import MOVES, Actor, Look, Refused, allowed
from yingcai.engine.workflow.run import opened


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def verdicts(case: Case) -> list[str]:
    return [task.verdict for task in case.state.here.tasks]


def test_a_case_goes_from_receipt_to_its_end() -> None:
    case = Case().at("decide").do("agree", HEAD)

    assert case.stage == "done"
    assert [visit.stage for visit in case.state.visits] == [
        "intake", "review", "joint", "public", "decide", "done",
    ]  # fmt: skip
    assert case.effects == ["ended"]
    assert case.state.version == 6


def test_nothing_is_possible_after_the_end() -> None:
    case = Case().do("withdraw", APPLICANT)

    assert case.stage == "withdrawn"
    look = Look(GRANT, CALENDAR, case.state, APPLICANT, case.day)
    assert {choice.refusal.code for choice in allowed(look) if choice.refusal} == {"ended"}
    assert len([choice for choice in allowed(look) if choice.refusal]) == len(MOVES)


def test_moves_are_listed_with_where_they_lead_and_why_not() -> None:
    look = Look(GRANT, CALENDAR, Case().at("review").state, COUNTY, MONDAY)

    listed = {
        choice.move: choice.refusal.code if choice.refusal else choice.to
        for choice in allowed(look)
    }
    assert listed == {
        "agree": ("joint", "decide"),
        "refuse": ("declined",),
        "return": ("repair",),
        "add_sign": (),
        "transfer": (),
        "delegate": (),
        "recuse": "not-drawn",
        "pause": (),
        "resume": "not-paused",
        "object": "not-public",
        "uphold": "not-public",
        "dismiss": "not-public",
        "withdraw": "not-yours",
        "stop": "not-yours",
        "lapse": "not-yours",
    }


def test_who_does_not_hold_the_seat_may_not_act() -> None:
    case = Case()

    assert case.refused("agree", COUNTY) == "not-yours"
    assert case.refused("agree", Actor("x", (Seat("window", "science"),))) == "not-yours"


def test_a_case_is_not_dated_back() -> None:
    case = Case().at("review")
    case.day = later(-1)

    assert case.refused("agree", COUNTY, to="joint") == "earlier"


def test_a_case_runs_by_the_text_that_it_began_with() -> None:
    case = Case()
    case.workflow = make_workflow(("days: 20", "days: 30"))

    assert case.refused("agree", WINDOW) == "version"


def test_where_several_ways_lead_on_one_is_chosen() -> None:
    case = Case().at("review")

    assert case.refused("agree", COUNTY) == "choose"
    assert case.refused("agree", COUNTY, to="done") == "no-way"
    assert case.do("agree", COUNTY, to="decide").stage == "decide"


@pytest.mark.parametrize("move", ["refuse", "return", "transfer", "withdraw", "stop"])
def test_what_takes_something_away_needs_words(move: str) -> None:
    case = Case()
    actor = {"withdraw": APPLICANT, "stop": OFFICE}.get(move, WINDOW)

    assert case.refused(move, actor, reason="  ", to="repair", person="x") == "no-reason"


def test_a_workflow_needs_a_unit_for_every_seat() -> None:
    with pytest.raises(Refused, match="nobody joint"):
        opened(GRANT, {**PARTIES, "joint": ()}, ("lin",), MONDAY)


# -- votes ---------------------------------------------------------------------------------------


def test_a_joint_review_waits_for_every_unit_and_then_counts() -> None:
    case = Case().at("joint").do("refuse", SCIENCE, reason="社保不足")
    assert (case.stage, verdicts(case)) == ("joint", ["refused", "open"])

    case.do("agree", HEALTH)
    assert case.stage == "declined"


@pytest.mark.parametrize(
    ("needs", "refusal", "moves", "ends"),
    [
        ("all", "at-once", ["refuse"], "declined"),
        ("all", "after-all", ["refuse", "refuse"], "declined"),
        ("all", "noted", ["refuse", "agree"], "public"),
        ("any", "after-all", ["agree"], "public"),
        ("any", "after-all", ["refuse", "agree"], "public"),
        ("any", "after-all", ["refuse", "refuse"], "declined"),
        ("any", "at-once", ["refuse"], "declined"),
        ("majority", "after-all", ["agree", "refuse"], "declined"),
        ("majority", "after-all", ["agree", "agree"], "public"),
    ],
)
def test_the_file_says_what_votes_and_refusals_mean(
    needs: str, refusal: str, moves: list[str], ends: str
) -> None:
    case = Case(make_workflow(("refusal: after-all", f"refusal: {refusal}, needs: {needs}"))).at(
        "joint"
    )
    for move, actor in zip(moves, (SCIENCE, HEALTH), strict=False):
        assert case.stage == "joint"
        case.do(move, actor)

    assert case.stage == ends


def test_voices_that_are_not_needed_any_more_are_dropped_and_kept_in_the_record() -> None:
    case = Case(make_workflow(("refusal: after-all", "needs: any"))).at("joint")
    case.do("agree", SCIENCE)

    (joint,) = [visit for visit in case.state.visits if visit.stage == "joint"]
    assert [task.verdict for task in joint.tasks] == ["agreed", "dropped"]


def test_one_person_speaks_once_whatever_seats_he_holds() -> None:
    case = Case().at("joint")
    both = Actor("shi", (*SCIENCE.seats, *HEALTH.seats))
    case.do("agree", both)

    assert case.refused("agree", both) == "voted"


def test_who_has_spoken_is_told_so() -> None:
    case = Case().at("joint").do("agree", SCIENCE)

    assert case.refused("refuse", SCIENCE) == "spoken"


# -- persons -------------------------------------------------------------------------------------


def test_nobody_acts_in_his_own_case() -> None:
    case = Case(own=("lin", "wei"))

    assert case.refused("agree", WINDOW) == "own-case"
    assert case.refused("stop", Actor("lin", OFFICE.seats)) == "own-case"
    assert case.refused("transfer", WINDOW, person="lin") == "own-case"


def test_who_examined_does_not_decide_in_whatever_role() -> None:
    case = Case().at("decide")

    assert case.refused("agree", Actor("cao", HEAD.seats)) == "acted"
    assert case.refused("refuse", Actor("shi", HEAD.seats)) == "acted"
    assert case.do("agree", HEAD).stage == "done"


def test_a_delegate_acts_for_the_other_and_both_answer_for_it() -> None:
    case = Case().at("review").do("delegate", COUNTY, person="dai")
    deputy = Actor("dai", ())
    assert case.refused("transfer", deputy, person="x") == "deputy"

    case.do("agree", deputy, to="joint")
    (task,) = case.state.visits[1].tasks
    assert (task.by, task.behind) == ("dai", ("cao", "dai"))
    for actor in (SCIENCE, HEALTH):
        case.do("agree", actor)
    case.day = date(2018, 5, 15)
    case.do("lapse", CLOCK)
    assert case.refused("agree", Actor("dai", HEAD.seats)) == "acted"
    assert case.refused("agree", Actor("cao", HEAD.seats)) == "acted"


def test_delegating_does_not_defeat_the_separation_of_persons() -> None:
    case = Case().at("decide").do("delegate", HEAD, person="cao")

    assert case.refused("agree", Actor("cao", ())) == "acted"
    assert case.do("agree", HEAD).stage == "done"


def test_who_stood_in_for_somebody_counts_as_one_with_him() -> None:
    case = Case().at("decide")

    assert case.refused("agree", Actor("hu", HEAD.seats, ("cao",))) == "acted"
    assert case.refused("stop", Actor("an", OFFICE.seats, ("lin",))) == "own-case"
    assert Case().refused("agree", Actor("wei", WINDOW.seats, ("lin",))) == "own-case"

    case.do("agree", Actor("hu", HEAD.seats, ("somebody",)))
    assert case.stage == "done"
    assert [task.behind for task in case.state.visits[-2].tasks] == [("hu",)]  # he alone said it


def test_who_delegated_may_still_act_himself() -> None:
    case = Case().at("review").do("delegate", COUNTY, person="dai")

    assert case.do("agree", COUNTY, to="decide").stage == "decide"


def test_a_task_that_was_handed_over_is_the_others_alone() -> None:
    case = Case().at("review").do("transfer", COUNTY, person="xin")
    assert case.refused("agree", COUNTY, to="joint") == "not-yours"

    case.do("transfer", Actor("xin", ()), person="yu").do("agree", Actor("yu", ()), to="joint")
    (task,) = case.state.visits[1].tasks
    assert (task.by, task.behind, task.given_by) == ("yu", ("yu",), ("cao", "xin"))


def test_a_voice_that_was_added_counts_like_the_others() -> None:
    case = Case().at("joint").do("add_sign", SCIENCE, seat=Seat("officer", "tax"), reason="涉税")
    case.do("agree", SCIENCE).do("agree", HEALTH)
    assert case.stage == "joint"

    case.do("agree", Actor("shui", (Seat("officer", "tax"),)))
    assert case.stage == "public"


def test_a_voice_may_be_added_by_person() -> None:
    case = Case().at("joint").do("add_sign", SCIENCE, person="zhuan")

    assert case.effects == ["handed"]
    assert case.state.here.tasks[-1].given_by == ("shi",)
    assert case.do("agree", Actor("zhuan", ())).state.here.tasks[-1].verdict == "agreed"


@pytest.mark.parametrize(
    ("move", "words", "code"),
    [
        ("transfer", {}, "no-person"),
        ("delegate", {"seat": Seat("officer", "tax")}, "no-person"),
        ("add_sign", {}, "no-person"),
        ("transfer", {"person": "cao"}, "same-person"),
    ],
)
def test_handing_on_names_another_person(move: str, words: dict[str, str], code: str) -> None:
    assert Case().at("review").refused(move, COUNTY, **words) == code


def test_the_applicant_hands_his_step_to_nobody_and_refuses_nothing() -> None:
    case = Case().do("return", WINDOW, to="repair", items=("diploma",))

    assert case.refused("transfer", APPLICANT, person="x") == "not-handed"
    assert case.refused("refuse", APPLICANT) == "no-refusal"
    assert case.refused("pause", APPLICANT, reason="site-visit") == "not-yours"
    assert Case().at("public").refused("pause", OFFICER, reason="site-visit") == "standing"


# -- returns -------------------------------------------------------------------------------------


def test_a_return_for_correction_tells_everything_at_once_and_comes_back() -> None:
    case = Case().at("review")
    assert case.refused("return", COUNTY, to="repair") == "no-items"

    case.do("return", COUNTY, to="repair", items=("diploma", "contract"))
    assert case.effects == [
        "missing",
        "entered",
        "clock-stopped",
        "asked",
    ]
    assert case.applied.effects[0].note == "diploma\ncontract"
    case.do("agree", APPLICANT)
    assert case.stage == "review"


def test_a_second_notice_adds_nothing_that_could_have_been_told_before() -> None:
    case = Case().at("review").do("return", COUNTY, to="repair", items=("diploma", "contract"))
    case.do("agree", APPLICANT)

    assert case.refused("return", COUNTY, to="repair", items=("diploma", "tax")) == "told-late"
    assert case.do("return", COUNTY, to="repair", items=("diploma",)).stage == "repair"


def test_another_stage_has_a_notice_of_its_own() -> None:
    case = Case().do("return", WINDOW, to="repair", items=("form",)).do("agree", APPLICANT)
    case.do("agree", WINDOW)

    assert case.do("return", COUNTY, to="repair", items=("diploma",)).stage == "repair"


def test_a_return_goes_only_where_the_file_says() -> None:
    assert Case().at("review").refused("return", COUNTY, to="intake") == "no-way"
    flow = make_workflow((", refused_to: not-accepted, return_to: [repair]", ""))
    assert Case(flow).refused("return", WINDOW, to="repair") == "no-return"
    assert Case(flow).refused("refuse", WINDOW) == "no-refusal"


def test_votes_that_a_return_costs_are_told() -> None:
    case = Case().at("decide").do("return", HEAD, to="review")

    (told,) = [one for one in case.applied.effects if one.kind == "votes-again"]
    assert told.persons == ("cao",)
    assert verdicts(case) == ["open"]


def test_votes_that_are_kept_stand_when_the_case_comes_through_again() -> None:
    case = Case().at("decide").do("return", HEAD, to="review").do("agree", COUNTY, to="joint")

    assert case.stage == "public"
    joint = case.state.visits[-2]
    assert [(task.by, task.kept) for task in joint.tasks] == [("shi", True), ("he", True)]


def test_a_stage_to_which_a_case_is_returned_speaks_anew() -> None:
    case = Case().at("decide").do("return", HEAD, to="joint")

    assert verdicts(case) == ["open", "open"]
    (told,) = [one for one in case.applied.effects if one.kind == "votes-again"]
    assert told.persons == ("he", "shi")


def test_of_kept_votes_only_those_who_did_not_agree_are_asked() -> None:
    case = Case().at("joint").do("add_sign", HEALTH, person="zhuan").do("agree", SCIENCE)
    case.do("agree", Actor("zhuan", ())).do("return", HEALTH, to="repair", items=("licence",))
    case.do("agree", APPLICANT)

    assert [(task.verdict, task.kept) for task in case.state.here.tasks] == [
        ("agreed", True),
        ("open", False),
        ("agreed", True),
    ]
    assert case.do("agree", HEALTH).stage == "public"


# -- publicity and objections --------------------------------------------------------------------


def test_publicity_ends_when_its_last_day_is_over() -> None:
    case = Case().at("public")
    assert case.effects == ["entered", "published", "clock-stopped", "asked"]
    case.day = later(7)  # the fifth working day
    assert case.refused("lapse", CLOCK) == "not-over"
    case.day = later(8)

    assert case.do("lapse", CLOCK).stage == "decide"
    assert case.effects == ["unpublished", "clock-runs", "entered", "asked"]


def test_nobody_votes_on_what_is_public() -> None:
    case = Case().at("public")

    assert case.refused("agree", OFFICER) == "public"
    assert case.refused("return", OFFICER, to="joint") == "public"
    assert case.refused("dismiss", OFFICER) == "no-objection"


def test_an_open_objection_holds_the_case() -> None:
    case = Case().at("public").do("object", CITIZEN, reason="论文署名有误")
    case.day = later(8)
    assert case.refused("lapse", CLOCK) == "objections"

    case.do("dismiss", OFFICER, reason="查证属实")
    assert case.do("lapse", CLOCK).stage == "decide"
    (objection,) = case.state.visits[3].objections
    assert (objection.settled, objection.by, objection.answer) == ("dismissed", "ou", "查证属实")


def test_an_objection_that_is_upheld_sends_the_case_where_the_file_says() -> None:
    case = Case().at("public").do("object", CITIZEN)

    assert case.do("uphold", OFFICER).stage == "joint"
    assert case.effects == [
        "settled", "votes-again", "unpublished", "clock-runs", "entered", "asked",
    ]  # fmt: skip
    assert verdicts(case) == ["open", "open"]


def test_objections_come_in_time_and_not_from_who_settles_them() -> None:
    case = Case().at("public").do("object", OFFICER)
    assert case.refused("dismiss", OFFICER) == "own-objection"
    case.day = later(8)

    assert case.refused("object", CITIZEN) == "late"


# -- time ----------------------------------------------------------------------------------------


def test_silence_of_the_window_accepts_and_the_clock_counts_from_receipt() -> None:
    case = Case()
    case.day = later(7)
    assert case.refused("lapse", CLOCK) == "not-over"
    case.day = later(8)
    assert case.refused("lapse", WINDOW) == "not-yours"

    assert case.do("lapse", CLOCK).stage == "review"
    assert case.state.counted_from == MONDAY
    assert case.state.visits[0].tasks[0].verdict == "silent"
    assert case.state.visits[0].tasks[0].behind == ()


def test_acceptance_in_words_starts_the_clock_on_its_day() -> None:
    case = Case()
    case.day = later(1)
    case.do("agree", WINDOW)

    assert case.state.counted_from == later(1)
    assert case.effects == ["clock-started", "entered", "asked"]


def test_who_does_not_answer_a_notice_has_given_up() -> None:
    case = Case().do("return", WINDOW, to="repair", items=("form",))
    case.day = later(15)

    assert case.do("lapse", CLOCK).stage == "withdrawn"


def test_time_alone_moves_nothing_where_the_file_does_not_say_so() -> None:
    case = Case().at("review")
    case.day = later(100)

    assert case.refused("lapse", CLOCK) == "waits"


def test_nothing_lapses_in_a_year_whose_holidays_are_not_known() -> None:
    case = Case()
    case.day = date(2020, 1, 3)

    assert case.refused("lapse", CLOCK) == "no-calendar"
    look = Look(GRANT, Calendar(years=frozenset({2018, 2019, 2020})), case.state, CLOCK, case.day)
    assert [choice.move for choice in allowed(look) if choice.refusal is None] == ["lapse"]


def test_the_clock_stops_only_for_a_reason_of_the_file_and_the_applicant_is_told() -> None:
    case = Case().at("review")
    assert case.refused("pause", COUNTY, reason="忙") == "unknown-reason"

    case.do("pause", COUNTY, reason="site-visit")
    (effect,) = case.applied.effects
    assert (effect.kind, effect.persons, effect.note) == ("clock-stopped", ("lin",), "site-visit")
    assert case.refused("agree", COUNTY, to="joint") == "paused"
    assert case.refused("pause", COUNTY, reason="site-visit") == "paused"
    assert case.do("resume", COUNTY).state.paused is None
    assert case.refused("resume", COUNTY) == "not-paused"
    plain = make_workflow(
        ("pause_reasons: [{id: site-visit, zh: 现场核查, en: visit on the spot}]\n", "")
    )
    assert Case(plain).refused("pause", WINDOW) == "no-pause"


def test_leaving_a_stage_starts_a_stopped_clock_again() -> None:
    case = Case().at("review").do("pause", COUNTY, reason="site-visit").do("withdraw", APPLICANT)

    assert case.state.paused is None
    assert case.state.standstills[0].until == MONDAY


def test_the_applicant_withdraws_where_the_file_lets_him() -> None:
    case = Case().at("joint")

    assert case.refused("withdraw", APPLICANT) == "no-withdrawal"
    assert Case().at("review").do("withdraw", APPLICANT).stage == "withdrawn"


def test_the_office_may_terminate() -> None:
    assert Case().at("joint").do("stop", OFFICE).stage == "stopped"


def test_where_the_system_acts_it_answers_by_its_own_name() -> None:
    flow = make_workflow(
        ("kind: 受理, who: [{role: window, unit: lead}], clock: 5,\n     silence: {means: agreed}",
         "kind: 申报, automatic: true"),
        ("days: 20\n", "days: 20\n"),
    )  # fmt: skip
    case = Case(flow)
    assert case.state.counted_from == MONDAY  # no acceptance: the clock counts from receipt
    assert case.effects == ["clock-started", "entered", "asked"]
    assert case.refused("transfer", CLOCK, person="x") == "not-handed"
    assert case.refused("pause", CLOCK, reason="site-visit") == "not-yours"

    case.do("agree", CLOCK)
    assert case.state.visits[0].tasks[0].behind == ("system",)


def test_a_step_given_to_a_person_goes_before_that_of_his_seat() -> None:
    case = Case().at("joint").do("transfer", HEALTH, person="shi").do("refuse", SCIENCE)

    assert [task.verdict for task in case.state.here.tasks] == ["open", "refused"]


def test_a_stage_whose_kept_votes_would_lead_round_in_a_circle_is_entered() -> None:
    flow = make_workflow(
        ("votes: kept, clock: 5, next: [public]", "votes: kept, clock: 5, next: [decide]"),
        ("next: [joint, decide]", "next: [joint]"),
        ("apart_from: [intake, review, joint], next: [done]", "votes: kept, next: [joint]"),
    )
    case = Case(flow).do("agree", WINDOW).do("agree", COUNTY)
    case.do("agree", SCIENCE).do("agree", HEALTH).do("agree", HEAD)

    assert [visit.stage for visit in case.state.visits[2:]] == [
        "joint",
        "decide",
        "joint",
        "decide",
    ]


def test_refusals_name_their_place() -> None:
    state = Case().at("decide").state
    look = Look(GRANT, CALENDAR, state, Actor("cao", HEAD.seats), date(2018, 5, 15))

    (choice,) = [one for one in allowed(look) if one.move == "agree"]
    assert choice.refusal == ("acted", "review")
    with pytest.raises(Refused, match=r"^acted review$"):
        raise Refused(choice.refusal)


def test_a_state_is_never_changed_in_place() -> None:
    case = Case()
    before = replace(case.state)
    case.do("agree", WINDOW)

    assert case.first == before


def test_the_program_has_no_name_and_does_nothing_that_is_a_persons() -> None:
    case = Case().at("review").do("transfer", COUNTY, person="xin")
    nameless = Actor("", COUNTY.seats)

    assert case.refused("agree", CLOCK, to="joint") == "not-yours"
    assert Case().at("review").refused("agree", nameless, to="joint") == "not-yours"
    assert Case().at("public").refused("object", CLOCK) == "not-yours"
