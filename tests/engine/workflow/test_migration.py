"""A running case and a new version: a dry run that says what would change, and when it cannot be."""

from dataclasses import replace

from tests.engine.workflow.make import (
    APPLICANT,
    CALENDAR,
    COUNTY,
    GRANT,
    HEALTH,
    MONDAY,
    SCIENCE,
    Case,
    make_workflow,
)
from yingcai.engine.workflow.act import Act, Judging
from yingcai.engine.workflow.migration import moved
from yingcai.engine.workflow.model import Seat
from yingcai.engine.workflow.moves import Refusal
from yingcai.engine.workflow.run import apply


def test_a_case_runs_on_by_the_new_terms_and_keeps_what_was_done() -> None:
    case = Case().at("joint").do("agree", SCIENCE)
    new = make_workflow(
        ("days: 20", "days: 30"), ("votes: kept, clock: 5", "votes: kept, clock: 8")
    )

    move = moved(GRANT, new, case.state)

    assert move.changes == ("term", "whole")
    assert move.state is not None
    assert move.state.visits == case.state.visits
    after = apply(new, CALENDAR, move.state, Act("agree", HEALTH, MONDAY)).state
    assert after.here.stage == "public"
    assert case.state.digest == GRANT.digest  # the dry run changed nothing


def test_open_tasks_are_asked_of_whom_the_new_version_names() -> None:
    case = Case().at("joint").do("agree", SCIENCE)
    new = make_workflow(("联审, who: [", "联审, who: [{role: head, unit: lead}, "))

    move = moved(GRANT, new, case.state)

    assert move.changes == ("who",)
    assert move.state is not None
    assert [(task.seat, task.verdict) for task in move.state.here.tasks] == [
        (Seat("officer", "science"), "agreed"),
        (Seat("head", "labour"), "open"),
        (Seat("officer", "health"), "open"),
    ]


def test_a_case_in_which_nobody_would_be_left_to_speak_does_not_move() -> None:
    case = Case().at("joint").do("agree", SCIENCE)
    new = make_workflow(
        ("联审, who: [{role: officer, unit: joint}]", "联审, who: [{role: officer, unit: science}]")
    )

    move = moved(GRANT, new, case.state)

    assert (move.state, move.refusal) == (None, Refusal("nobody", "joint"))


def test_a_stage_that_is_gone_needs_one_in_its_place() -> None:
    case = Case().at("review").do("return", COUNTY, to="repair", items=("form",))
    new = replace(
        GRANT,
        digest="new",
        stages=tuple(
            replace(
                stage,
                name="mend" if stage.name == "repair" else stage.name,
                return_to=tuple("mend" if one == "repair" else one for one in stage.return_to),
            )
            for stage in GRANT.stages
        ),
    )
    assert moved(GRANT, new, case.state).refusal == Refusal("unmapped", "repair")

    move = moved(GRANT, new, case.state, {"repair": "mend"})

    assert move.changes == ("stage",)
    assert move.state is not None
    assert move.state.standstills[-1].reason == "mend"
    after = apply(new, CALENDAR, move.state, Act("agree", APPLICANT, MONDAY)).state
    assert after.here.stage == "review"
    assert after.standstills[-1].until == MONDAY


def test_another_workflow_is_no_version() -> None:
    state = Case().state
    other = replace(GRANT, name="other")

    assert moved(GRANT, other, state).refusal == Refusal("other-workflow", "grant")
    assert moved(replace(GRANT, digest="x"), GRANT, state).refusal is not None


def test_ways_that_changed_are_told() -> None:
    new = make_workflow(("next: [joint, decide]", "next: [joint]"))

    assert moved(GRANT, new, Case().at("review").state).changes == ("ways",)


def test_a_case_before_experts_whose_number_changes_does_not_move() -> None:
    """Nobody drew those whom the new version asks more: the case ends its stage by the text it has."""
    old = make_workflow(
        ("kind: 联审, who: [{role: officer, unit: joint}], refusal: after-all,\n     votes: kept,",
         "kind: 评审, who: [{role: expert, count: 2}], says: case.equal, refusal: after-all,\n     votes: again,"),
    )  # fmt: skip
    new = make_workflow(
        ("kind: 联审, who: [{role: officer, unit: joint}], refusal: after-all,\n     votes: kept,",
         "kind: 评审, who: [{role: expert, count: 3}], says: case.equal, refusal: after-all,\n     votes: again,"),
    )  # fmt: skip
    case = Case(old).at("review")
    case.do("agree", COUNTY, to="joint", judging=(Judging("case.equal", ("one", "two")),))

    move = moved(old, new, case.state)

    assert (move.state, move.refusal) == (None, Refusal("no-experts", "joint"))
    assert moved(old, old, case.state).refusal is None
