"""A small workflow with every sort of stage, its people, and short ways to move a case."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yingcai.engine.packs.load import load_pack
from yingcai.engine.workflow.act import Act, Applied
from yingcai.engine.workflow.calendar import Calendar, calendar_of
from yingcai.engine.workflow.model import SYSTEM, Seat, Workflow, workflow_of
from yingcai.engine.workflow.moves import Actor, Refused
from yingcai.engine.workflow.run import apply, opened
from yingcai.engine.workflow.state import State

PACK = Path(__file__).parents[3] / "packs" / "taizhou"
TEXT = """
workflow: grant
title: {zh: 补助申领, en: Grant}
status: sample
days: 20
stopped_by: [{role: office, unit: talent}]
pause_reasons: [{id: site-visit, zh: 现场核查, en: visit on the spot}]
stages:
  - {id: intake, words: {zh: 受理, en: Intake}, kind: 受理, who: [{role: window, unit: lead}], clock: 5,
     silence: {means: agreed}, withdraw: true, next: [review], refused_to: not-accepted, return_to: [repair]}
  - {id: repair, words: {zh: 补正, en: Repair}, kind: 补正, who: [{role: applicant}], clock: 10, pauses: true,
     silence: {means: refused}, withdraw: true, next: [back], refused_to: withdrawn}
  - {id: review, words: {zh: 初审, en: Review}, kind: 初审, who: [{role: officer, unit: county}], clock: 5,
     remind: [2, 1], escalate: [{after: 1, role: head, unit: county}], withdraw: true,
     next: [joint, decide], refused_to: declined, return_to: [repair]}
  - {id: joint, words: {zh: 联审, en: Joint}, kind: 联审, who: [{role: officer, unit: joint}], refusal: after-all,
     votes: kept, clock: 5, next: [public], refused_to: declined, return_to: [review, repair]}
  - {id: public, words: {zh: 公示, en: Public}, kind: 公示, who: [{role: officer, unit: lead}], clock: 5, pauses: true,
     next: [decide], refused_to: joint}
  - {id: decide, words: {zh: 决定, en: Decide}, kind: 决定, who: [{role: head, unit: lead}], clock: 3,
     apart_from: [intake, review, joint], next: [done], refused_to: declined, return_to: [joint, review]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: declined, words: {zh: 不予补助, en: Declined}, kind: 办结}
  - {id: not-accepted, words: {zh: 不予受理, en: Not accepted}, kind: 不予受理}
  - {id: withdrawn, words: {zh: 撤回, en: Withdrawn}, kind: 撤回}
  - {id: stopped, words: {zh: 终止, en: Stopped}, kind: 终止}
"""
CALENDAR = Calendar(years=frozenset({2018, 2019}))
PARTIES = {"lead": ("labour",), "joint": ("science", "health"), "county": ("qingyu",)}
MONDAY = date(2018, 5, 7)

APPLICANT = Actor("lin", (Seat("applicant"),))
WINDOW = Actor("wei", (Seat("window", "labour"),))
COUNTY = Actor("cao", (Seat("officer", "qingyu"),))
SCIENCE = Actor("shi", (Seat("officer", "science"),))
HEALTH = Actor("he", (Seat("officer", "health"),))
OFFICER = Actor("ou", (Seat("officer", "labour"),))
HEAD = Actor("hu", (Seat("head", "labour"),))
OFFICE = Actor("an", (Seat("office", "talent"),))
CLOCK = Actor("", (SYSTEM,))
CITIZEN = Actor("zhou", ())


def make_workflow(*changes: tuple[str, str]) -> Workflow:
    """The workflow above, with words of it replaced that stand there once."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    value: dict[str, Any] = yaml.safe_load(text)
    return workflow_of(value)


GRANT = make_workflow()


class Case:
    """A case that moves; ``effects`` are those of the last move."""

    def __init__(self, workflow: Workflow = GRANT, own: tuple[str, ...] = ("lin",)) -> None:
        self.workflow = workflow
        self.applied: Applied = opened(workflow, PARTIES, own, MONDAY)
        self.first = self.state
        self.day = MONDAY
        self.acts: list[Act] = []

    @property
    def state(self) -> State:
        return self.applied.state

    @property
    def stage(self) -> str:
        return self.state.here.stage

    @property
    def effects(self) -> list[str]:
        return [effect.kind for effect in self.applied.effects]

    def do(self, move: str, actor: Actor, **words: Any) -> "Case":
        """Move, with a reason where none is given."""
        act = Act(move, actor, self.day, **{"reason": "有理由", **words})
        self.applied = apply(self.workflow, CALENDAR, self.state, act)
        self.acts.append(act)
        return self

    def refused(self, move: str, actor: Actor, **words: Any) -> str:
        """The code for which the move is not allowed; nothing may have changed."""
        before = self.state
        try:
            self.do(move, actor, **words)
        except Refused as refused:
            assert self.state is before
            return refused.refusal.code
        return "allowed"

    def at(self, stage: str) -> "Case":
        """Bring the case to a stage by the shortest way of agreeing."""
        for name, actors, words in _WAY:
            if stage == name:
                break
            for actor in actors:
                self.do("lapse" if name == "public" else "agree", actor, **words)
            if name == "joint":
                self.day = date(2018, 5, 15) if stage != "public" else self.day
        assert self.stage == stage
        return self


_WAY: tuple[tuple[str, tuple[Actor, ...], dict[str, str]], ...] = (
    ("intake", (WINDOW,), {}),
    ("review", (COUNTY,), {"to": "joint"}),
    ("joint", (SCIENCE, HEALTH), {}),
    ("public", (CLOCK,), {}),
    ("decide", (HEAD,), {}),
)


@cache
def shipped() -> tuple[dict[str, Workflow], Calendar, frozenset[str]]:
    """The workflows of the shipped pack, its calendar, and those by which money is paid."""
    pack, problems = load_pack(PACK)
    assert pack is not None, problems
    flows = {name: workflow_of(value) for name, value in pack.workflows.items()}
    money = {one["workflow"] for one in pack.programmes.values() if "amount" in str(one)}
    return flows, calendar_of(pack.calendar), frozenset(money)
