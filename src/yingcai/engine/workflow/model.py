"""A workflow as a pack says it: stages, who acts in them, how they end, and how long they may take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from yingcai.engine.values import digest

ENDS = ("办结", "不予受理", "终止", "撤回")
PUBLICITY = "公示"
ACCEPTANCE = "受理"
CORRECTION = "补正"
KINDS = (
    "申报", ACCEPTANCE, CORRECTION, "初审", "联审", "会签", "或签", "评审", PUBLICITY, "异议",
    "决定", "认定", "发文", "拨付", "追回", *ENDS,
)  # fmt: skip
DECIDING = ("决定", "认定", "拨付")  # what they let through is a right or money
JUDGING = ("决定", "认定")  # where it is said whether somebody has the right
CHANGES = (
    "better",
    "any",
)  # how an appeal may change a decision: never for the worse, or as the rules say
ROLES = (
    "applicant", "employer", "window", "officer", "head", "expert", "finance", "office", "leader",
)  # fmt: skip
ALONE = ("applicant", "employer", "expert")  # they act for no unit
OWN = ("applicant", "employer")  # the side whose case it is
UNITS = ("lead", "joint", "county")  # words for units that the programme or the case gives
NEEDS = ("all", "any", "majority")
REFUSALS = ("at-once", "after-all", "noted")
SILENCES = ("agreed", "refused", "waits", "redrawn")
AGAIN = ("again", "kept")
EXPERT = "expert"
REARMS = ("fresh", "rest")
APPEALED = "appealed"  # in `apart_from`: whoever acted in the case that this one is about
BACK = "back"  # as `next`: the stage that sent the case here


class Seat(NamedTuple):
    """A role in a unit; whoever holds it may act. ``unit`` is empty for those who act for none."""

    role: str
    unit: str = ""


SYSTEM = Seat("system")  # the program itself: rules, and time


class Who(NamedTuple):
    """Who acts in a stage: a seat, or a word for a unit in it; ``many`` persons of it."""

    seat: Seat
    many: int = 1


class Alarm(NamedTuple):
    """So many working days past a term, whom to tell."""

    after: int
    seat: Seat


@dataclass(frozen=True)
class Stage:
    """``needs``, ``refusal``: when many votes agree or refuse. ``silence``: what a passed term means.

    ``clock`` in working days. ``apart_from``: stages whose persons may not act here as well.
    ``changes``: an end by which an appeal changes the first decision itself, one of `CHANGES`.
    ``says``: a fact that the votes of the stage judge; where nothing is to be judged it is passed over.
    """

    name: str
    words: Mapping[str, str]
    kind: str
    who: tuple[Who, ...]
    next: tuple[str, ...]
    return_to: tuple[str, ...]
    refused_to: str
    needs: str
    refusal: str
    votes: str
    clock: int
    pauses: bool
    rearm: str
    remind: tuple[int, ...]
    escalate: tuple[Alarm, ...]
    silence: str
    withdraw: bool
    apart_from: tuple[str, ...]
    changes: str = ""
    says: str = ""

    @property
    def ends(self) -> bool:
        return self.kind in ENDS

    @property
    def public(self) -> bool:
        return self.kind == PUBLICITY

    @property
    def drawn(self) -> bool:
        """Whether those who speak are experts drawn by lot, person by person."""
        return bool(self.says) and all(one.seat.role == EXPERT for one in self.who)

    def needed(self, votes: int) -> int:
        """How many of so many votes must agree."""
        return {"all": votes, "any": 1, "majority": votes // 2 + 1}[self.needs]


@dataclass(frozen=True)
class Workflow:
    """``days``: working days for the whole. ``digest`` names exactly this text of it.

    ``appeal``: the workflow by which its decision is appealed, within ``appeal_within`` days (0: no limit);
    ``complaint``: the one for a complaint about how it was dealt with.
    """

    name: str
    title: Mapping[str, str]
    digest: str
    days: int
    stages: tuple[Stage, ...]
    stopped_by: tuple[Seat, ...]
    pause_reasons: Mapping[str, Mapping[str, str]]
    appeal: str = ""
    appeal_within: int = 0
    complaint: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Stage]:
        return {stage.name: stage for stage in self.stages}

    def end(self, kind: str) -> str:
        """The first stage that ends a case in this way; empty where there is none."""
        return next((stage.name for stage in self.stages if stage.kind == kind), "")

    def ways(self, stage: Stage) -> Iterator[str]:
        """Every stage to which a case may go from ``stage``, however it goes."""
        yield from self.onward(stage)
        yield from stage.return_to
        yield from filter(None, [stage.refused_to])
        if stage.silence == "redrawn":
            yield stage.name
        if stage.withdraw:
            yield self.end("撤回")
        if self.stopped_by and not stage.ends:
            yield self.end("终止")

    def changing(self, name: str) -> str:
        """How a case that goes on from a stage changes the decision that it is about; empty where it does not."""
        way: dict[str, None] = {}
        while name in self.by_name and name not in way:
            way[name] = None
            name = next(iter(self.by_name[name].next), "")
        return self.by_name[[*way][-1]].changes if way else ""

    def onward(self, stage: Stage) -> Iterator[str]:
        """Where agreement may lead from ``stage``."""
        for name in stage.next:
            yield from self.senders(stage.name) if name == BACK else (name,)

    def senders(self, name: str) -> list[str]:
        """The stages that may send a case back to this one."""
        return [stage.name for stage in self.stages if name in stage.return_to]


def workflow_of(value: Mapping[str, Any]) -> Workflow:
    """The workflow of a file that the loader of packs accepts."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Workflow(
        name=value["workflow"],
        title=value["title"],
        digest=digest(text.encode()),
        days=value.get("days", 0),
        stages=tuple(_stage(stage) for stage in value["stages"]),
        stopped_by=tuple(_seats(value.get("stopped_by", []))),
        pause_reasons={one["id"]: one for one in value.get("pause_reasons", [])},
        appeal=value.get("appeal", ""),
        appeal_within=value.get("appeal_within", 0),
        complaint=value.get("complaint", ""),
    )


def _stage(value: Mapping[str, Any]) -> Stage:
    kind = value["kind"]
    who = [Who(_seat(one), one.get("count", 1)) for one in value.get("who", [])]
    return Stage(
        name=value["id"],
        words=value["words"],
        kind=kind,
        who=(Who(SYSTEM),) if value.get("automatic") else tuple(who),
        next=tuple(value.get("next", [])),
        return_to=tuple(value.get("return_to", [])),
        refused_to=value.get("refused_to", ""),
        needs=value.get("needs", "any" if kind == "或签" else "all"),
        refusal=value.get("refusal", "at-once"),
        votes=value.get("votes", "again"),
        clock=value.get("clock", 0),
        pauses=value.get("pauses", False),
        rearm=value.get("rearm", "fresh"),
        remind=tuple(value.get("remind", [])),
        escalate=tuple(Alarm(one["after"], _seat(one)) for one in value.get("escalate", [])),
        silence=value.get("silence", {}).get("means", "waits"),
        withdraw=value.get("withdraw", False),
        apart_from=tuple(value.get("apart_from", [])),
        changes=value.get("changes", ""),
        says=value.get("says", ""),
    )


def _seat(value: Mapping[str, Any]) -> Seat:
    return Seat(value["role"], value.get("unit", ""))


def _seats(values: Sequence[Mapping[str, Any]]) -> Iterator[Seat]:
    yield from map(_seat, values)
