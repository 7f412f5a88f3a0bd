"""Random people do random things on random days to every shipped workflow.

A model that knows the file but not the engine watches: it counts votes, persons and days by itself.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.engine.workflow.make import GRANT, PARTIES, shipped
from tests.engine.workflow.slow import SlowCalendar
from yingcai.engine.workflow.act import Act, Effect, Judging
from yingcai.engine.workflow.calendar import Calendar, Pause
from yingcai.engine.workflow.model import SYSTEM, Seat, Stage, Workflow
from yingcai.engine.workflow.moves import MOVES, Actor, Look, Refusal, Refused, allowed
from yingcai.engine.workflow.run import apply, opened, replayed
from yingcai.engine.workflow.standing import standing
from yingcai.engine.workflow.state import OPEN, State, Task, plain, state_of
from yingcai.engine.workflow.terms import marks, seats_of

FLOWS, CITY, MONEY = shipped()
ALL = {**FLOWS, "grant": GRANT}
FIRST = date(2018, 5, 7)
SLOW = SlowCalendar(date(2017, 1, 1), 1826, sorted(CITY.off), sorted(CITY.worked))
PEOPLE = ("lin", "a", "b", "c", "d", "e", "f", "g")
_ENDING = ("withdraw", "stop", "refuse")
MOVED: dict[str, Counter[str]] = {}


def people_of(workflow: Workflow) -> list[Actor]:
    """Eight people, each with some of the seats, some with many; and the program."""
    state = opened(workflow, PARTIES, ("lin",), FIRST).state
    seats = sorted(
        {
            seat
            for stage in workflow.stages
            for who in stage.who
            for seat in seats_of(state, who.seat)
            if seat != SYSTEM
        }
        | {seat for one in workflow.stopped_by for seat in seats_of(state, one)}
    )
    found = [Actor("lin", (Seat("applicant"), *seats[:2])), Actor("", (SYSTEM,))]
    for i, person in enumerate(PEOPLE[1:]):
        mine = [seat for j, seat in enumerate(seats) if (i + j) % 2 or i > 3]
        found.append(Actor(person, tuple(mine)))
    return found


class AnyCase(RuleBasedStateMachine):
    """``workflow`` is set by the test."""

    workflow: Workflow = GRANT

    @initialize()
    def begin(self) -> None:
        self.state = opened(self.workflow, PARTIES, ("lin",), FIRST).state
        self.first = self.state
        self.people = people_of(self.workflow)
        self.day = FIRST
        self.acts: list[Act] = []
        self.spoken: list[
            tuple[int, str, frozenset[str], str]
        ] = []  # stay, stage, who answers, word

    def stage(self) -> Any:
        return self.workflow.by_name[self.state.here.stage]

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(
        who=st.integers(0, 8),
        move=st.sampled_from(MOVES),
        pick=st.integers(0, 20),
        person=st.sampled_from(PEOPLE),
        early=st.booleans(),
    )
    def act(self, *, who: int, move: str, pick: int, person: str, early: bool) -> None:
        self.attempt(self.people[who], move, pick, person, early=early and pick == 0)

    @rule(pick=st.integers(0, 400), person=st.sampled_from(PEOPLE))
    def allowed_act(self, pick: int, person: str) -> None:
        """One of all moves that somebody may make, so that cases get far."""
        for i in range(len(self.people)):
            actor = self.people[(pick + i) % len(self.people)]
            free = [
                choice.move
                for choice in allowed(Look(self.workflow, CITY, self.state, actor, self.day))
                if choice.refusal is None and (pick % 20 == 0 or choice.move not in _ENDING)
            ]
            if free:
                move = "agree" if "agree" in free and pick % 3 else free[pick // 9 % len(free)]
                self.attempt(actor, move, pick, person, early=False)
                return

    @rule(pick=st.integers(0, 20), move=st.sampled_from(MOVES))
    def the_program_tries(self, pick: int, move: str) -> None:
        self.attempt(self.people[1], move, pick, "a", early=False)

    @rule(pick=st.integers(0, 20), person=st.sampled_from(PEOPLE[1:]))
    def hand_on_and_act(self, pick: int, person: str) -> None:
        """Somebody delegates, and the deputy speaks."""
        for actor in self.people[2:]:
            look = Look(self.workflow, CITY, self.state, actor, self.day)
            if look.place >= 0 and not self.stage().ends:
                self.attempt(actor, "delegate", pick, person, early=False)
                self.attempt(Actor(person, ()), "agree", pick, person, early=False)
                return

    def attempt(self, actor: Actor, move: str, pick: int, person: str, *, early: bool) -> None:
        stage = self.stage()
        look = Look(self.workflow, CITY, self.state, actor, self.day)
        ways = {choice.move: choice for choice in allowed(look)}[move]
        act = Act(
            move,
            actor,
            self.day - timedelta(days=400) if early else self.day,
            to=ways.to[pick % len(ways.to)] if ways.to and move in ("agree", "return") else "",
            reason=next(iter(self.workflow.pause_reasons), "") if move == "pause" else "有理由",
            items=("diploma",) if move == "return" else (),
            person=person if move in ("add_sign", "transfer", "delegate") else "",
            judging=self.judging(pick),
        )
        told: Refusal | None = None
        try:
            after = apply(self.workflow, CITY, self.state, act)
        except Refused as error:
            told = error.refusal
        if told is not None:
            assert ways.refusal in (None, told) or early
            return
        assert ways.refusal is None
        assert not early
        self.watch(act, look, stage)
        self.acts.append(act)
        self.state = after.state
        MOVED.setdefault(self.workflow.name, Counter())[move] += 1

    def judging(self, pick: int) -> tuple[Judging, ...]:
        """Now and then there is something to judge; then the lot has named six of those whose case it is not."""
        facts = sorted({stage.says for stage in self.workflow.stages} - {""})
        others = PEOPLE[1:]
        lots = tuple(others[(pick + i) % len(others)] for i in range(6))
        return tuple(Judging(fact, lots) for fact in facts) if pick % 3 else ()

    def watch(self, act: Act, look: Look, stage: Any) -> None:
        """What must be so for the act to have been possible, told by the file alone."""
        assert not stage.ends
        if act.move in ("withdraw", "stop", "lapse", "object"):
            if act.move == "withdraw":
                assert stage.withdraw
                assert act.actor.person == "lin"
            if act.move == "lapse":
                self.watch_time(stage)
            return
        task = look.task
        assert task.verdict == OPEN
        assert act.actor.person or task.seat == SYSTEM
        answer = frozenset({act.actor.person, task.person} - {""}) or frozenset({"system"})
        if act.move in ("agree", "refuse"):
            stay = len(self.state.visits)
            if task.seat.role not in ("applicant", "employer"):
                assert "lin" not in answer
            for earlier_stay, earlier, persons, _word in self.spoken:
                if earlier_stay == stay or earlier in stage.apart_from:
                    assert not persons & answer
            self.spoken.append((stay, stage.name, answer, act.move))

    def watch_time(self, stage: Any) -> None:
        """By the other calendar: the days of this stay, without those that somebody stopped."""
        assert stage.kind == "公示" or stage.silence != "waits"
        since = self.state.here.entered
        stood = [(one.since, one.until or self.day) for one in self.state.standstills if one.by]
        pauses = [(a, b) for a, b in stood if b >= since]
        assert SLOW.between(since, self.day, pauses) > stage.clock
        assert all(one.settled for one in self.state.here.objections)

    @invariant()
    def one_stay_is_open_and_it_is_the_last(self) -> None:
        assert [visit.left is None for visit in self.state.visits][:-1].count(True) == 0
        assert self.state.here.left is None
        assert self.state.version == len(self.acts)

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        """No case is ever stuck: it has ended, or there is a voice to be heard."""
        assert self.stage().ends or any(task.verdict == OPEN for task in self.state.here.tasks)

    @invariant()
    def a_case_is_decided_once(self) -> None:
        ends = [visit for visit in self.state.visits if self.workflow.by_name[visit.stage].ends]
        assert len(ends) == int(self.stage().ends)
        assert ends in ([], [self.state.here])

    @invariant()
    def votes_count_as_the_file_says(self) -> None:
        """Every stay that was left by agreement had the votes that the file needs."""
        for visit, after in zip(self.state.visits, self.state.visits[1:], strict=False):
            stage = self.workflow.by_name[visit.stage]
            if after.back or self.workflow.by_name[after.stage].kind in ("撤回", "终止"):
                continue
            if (
                stage.public
                or stage.refusal == "noted"
                or after.stage not in self.workflow.onward(stage)
            ):
                continue
            yes = sum(
                task.verdict == "agreed" or (task.verdict == "silent" and stage.silence == "agreed")
                for task in visit.tasks
            )
            all_ = len(visit.tasks)
            assert yes >= {"all": all_, "any": 1, "majority": all_ / 2 + 0.1}[stage.needs]

    @invariant()
    def experts_are_asked_by_name_and_only_of_what_is_to_be_judged(self) -> None:
        for visit, before in zip(self.state.visits[1:], self.state.visits, strict=False):
            if self.workflow.by_name[visit.stage].drawn:
                asked = [task.person for task in visit.tasks]
                assert "lin" not in asked
                assert all(asked)
                assert (
                    before.stage != visit.stage
                    or any(task.kept for task in visit.tasks)
                    or all(not task.spoken for task in before.tasks)
                )

    @invariant()
    def what_was_said_is_kept(self) -> None:
        told = sorted(
            (i + 1, visit.stage, task.behind, task.verdict)
            for i, visit in enumerate(self.state.visits)
            for task in visit.tasks
            if task.spoken and not task.kept
        )
        words = {"agree": "agreed", "refuse": "refused"}
        mine = [
            (stay, stage, tuple(sorted(persons)), words[word])
            for stay, stage, persons, word in self.spoken
        ]
        assert told == sorted(mine)

    @invariant()
    def the_clock_of_the_whole_is_that_of_the_other_calendar(self) -> None:
        told = standing(self.workflow, self.state, CITY, self.day)
        if told.whole is None:
            return
        end = self.state.here.entered if told.ended else self.day
        since = self.state.counted_from or FIRST
        pauses = [(one.since, one.until or end) for one in self.state.standstills]
        spent = SLOW.between(since, end, pauses)
        assert (told.whole.spent, told.whole.days) == (spent, self.workflow.days)
        assert told.whole.left == max(self.workflow.days - spent, 0) >= 0
        if told.whole.due is not None:
            assert told.whole.due.on == SLOW.due(since, self.workflow.days, pauses)

    @invariant()
    def nothing_is_stopped_that_no_stage_and_nobody_stopped(self) -> None:
        still = [one for one in self.state.standstills if one.until is None]
        assert len(still) <= 1
        assert bool(still) == (self.stage().pauses or self.state.paused is not None)
        assert all(one.since <= (one.until or self.day) for one in self.state.standstills)

    @invariant()
    def reminders_of_a_stay_are_its_own(self) -> None:
        for mark in marks(self.workflow, self.state, CITY, self.day):
            assert mark.key.startswith(f"{len(self.state.visits)}:{self.state.here.stage}:")
            assert mark.on <= self.day

    @precondition(lambda self: len(self.acts) > 3)
    @rule()
    def replay(self) -> None:
        """The acts give the state again, and the state goes to JSON and back."""
        assert state_of(json.loads(json.dumps(plain(self.state)))) == self.state
        assert replayed(self.workflow, CITY, self.first, self.acts) == self.state


SHORT = 3  # stages in which somebody acts


def run(name: str, *, examples: int) -> None:
    """Let random people loose on one workflow; an AssertionError where something breaks."""
    machine = type("AnyCase_" + name.replace("-", "_"), (AnyCase,), {"workflow": ALL[name]})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=[*HealthCheck],
        ),
    )


@pytest.mark.parametrize("name", sorted(ALL))
def test_random_people_break_no_shipped_workflow(name: str) -> None:
    # Where few stages lie between beginning and end a life is short, and more of them are lived.
    acting = sum(not stage.ends for stage in ALL[name].stages)
    run(name, examples=60 if acting > SHORT else 300)

    assert MOVED[name].total() > 60
    assert len(MOVED[name]) >= 6


def one_vote_is_enough(stage: Stage, votes: int) -> int:
    return 1


def only_who_speaks_answers(look: Look) -> frozenset[str]:
    return frozenset({look.actor.person} - {""})


def a_day_too_many(
    calendar: Calendar, after: date, last: date, pauses: Sequence[Pause] = ()
) -> int:
    days = ((after + timedelta(days=i + 1)) for i in range((last - after).days))
    return 1 + sum(
        calendar.works(day) and not any(one.holds(day) for one in pauses) for day in days
    )


def a_nameless_actor_is_everybody(task: Task, actor: Actor) -> bool:
    if task.person or task.delegate:
        return actor.person in (task.person, task.delegate)
    return task.seat in actor.seats


def a_stopped_clock_stays_so(state: State, on: date, effects: list[Effect]) -> State:
    return state


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("model.Stage.needed", one_vote_is_enough),
        ("moves.Look.behind", property(only_who_speaks_answers)),
        ("calendar.Calendar.working_days_between", a_day_too_many),
        ("moves._may", a_nameless_actor_is_everybody),
        ("passage.run_again", a_stopped_clock_stays_so),
    ],
)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, place: str, fault: object
) -> None:
    monkeypatch.setattr(f"yingcai.engine.workflow.{place}", fault)

    with pytest.raises(AssertionError):
        run("grant", examples=60)
