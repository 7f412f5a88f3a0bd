"""workflows/*.yaml: the stages of a case, who acts in each, and how long it may take."""

from collections.abc import Callable, Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem
from yingcai.engine.packs.entries import part_of, repeated
from yingcai.engine.packs.panels import CONFLICT_RULES
from yingcai.engine.packs.saying import saying_faults
from yingcai.engine.packs.shape import (
    Flag,
    ListOf,
    Map,
    Number,
    Ref,
    Source,
    Text,
    identifier,
    status,
    words,
)
from yingcai.engine.workflow.model import (
    AGAIN,
    ALONE,
    APPEALED,
    BACK,
    CHANGES,
    ENDS,
    JUDGING,
    KINDS,
    NEEDS,
    PUBLICITY,
    REARMS,
    REFUSALS,
    ROLES,
    SILENCES,
    UNITS,
    Workflow,
    workflow_of,
)

_SEAT: dict[str, Any] = {
    "role": Text(choices=ROLES),
    "unit": Ref("unit", also=UNITS, optional=True),
}
_WHO = Map({**_SEAT, "count": Number(minimum=1, optional=True, about="人数 how many persons")})
_STAGE = Map(
    {
        "id": identifier(),
        "words": words(),
        "kind": Text(choices=KINDS),
        "who": ListOf(_WHO, optional=True, filled=True, about="经办 who acts"),
        "automatic": Flag(optional=True, about="自动 nobody acts"),
        "needs": Text(choices=NEEDS, optional=True, about="通过条件 how many must agree"),
        "refusal": Text(choices=REFUSALS, optional=True, about="不同意的效力 what a refusal means"),
        "votes": Text(
            choices=AGAIN, optional=True, about="再次进入时 votes when it is entered again"
        ),
        "clock": Number(minimum=1, optional=True, about="时限（工作日） working days"),
        "pauses": Flag(optional=True, about="停表 the clock of the whole stands still"),
        "rearm": Text(
            choices=REARMS, optional=True, about="再次进入时的时限 its clock when entered again"
        ),
        "remind": ListOf(Number(minimum=1), optional=True, about="期满前提醒 working days before"),
        "escalate": ListOf(
            Map({"after": Number(minimum=1), **_SEAT}), optional=True, about="超期上报 whom to tell"
        ),
        "silence": Map(
            {"means": Text(choices=SILENCES), "source": Source(optional=True)},
            optional=True,
            about="逾期不办 what a passed term means",
        ),
        "withdraw": Flag(optional=True, about="可撤回 the applicant may withdraw"),
        "apart_from": ListOf(
            Text(), optional=True, filled=True, about="须换人 by other persons than"
        ),
        "changes": Text(
            choices=CHANGES,
            optional=True,
            about="变更原决定 an appeal that ends here changes the decision",
        ),
        "score": Ref("score", optional=True, about="评分表 a score sheet"),
        "says": Ref("fact", optional=True, about="表决认定 a judged fact that the votes say"),
        "conflicts": CONFLICT_RULES,
        "next": ListOf(Text(), optional=True, filled=True),
        "refused_to": Text(optional=True, about="不同意的去向 where a refusal leads"),
        "return_to": ListOf(Text(), optional=True, filled=True),
    }
)
WORKFLOW_SHAPE = Map(
    {
        "workflow": identifier(),
        "title": words(),
        "status": status(optional=False),
        "source": Source(optional=True),
        "days": Number(
            minimum=1, optional=True, about="总时限（工作日） working days for the whole"
        ),
        "appeal": Ref("workflow", optional=True, about="申诉流程 how its decision is appealed"),
        "appeal_within": Number(
            minimum=1, optional=True, about="申诉期限（自然日） days after the decision"
        ),
        "complaint": Ref("workflow", optional=True, about="投诉流程 how one complains"),
        "stopped_by": ListOf(Map(_SEAT), optional=True, about="终止 who may terminate"),
        "pause_reasons": ListOf(
            Map({"id": identifier(), "zh": Text(), "en": Text(), "source": Source(optional=True)}),
            optional=True,
            about="停表情形 for which the clock may stop",
        ),
        "stages": ListOf(_STAGE, filled=True, about="环节，第一个开始 stages; the first begins"),
    },
    about="办理流程 the stages of a case",
)
_COUNTED = ("days", "clock", "after", "count", "appeal_within")
MOST = 1_000
_LINKS = ("next", "return_to", "apart_from")
_RESERVED = {"next": BACK, "apart_from": APPEALED}  # words that name no stage


def check_workflow(document: Document) -> Iterator[Problem]:
    """It ends, every stage can be reached and left, and every stage has somebody who acts."""
    stages = document.value["stages"]
    yield from repeated(document, ("stages",), "stage")
    yield from repeated(document, ("pause_reasons",), "reason")
    yield from _unitless(document)
    yield from _excess(document)
    for i, stage in enumerate(stages):
        for text, key in _stage_faults(stage):
            yield document.problem(f"stage `{stage['id']}` {text}", "stages", i, *key)
    if "says" in stages[0]:
        text = f"stage `{stages[0]['id']}` begins the case and cannot say a fact"
        yield document.problem(text, "stages", 0, "says")
    yield from _changing_faults(document)
    missing = [*_missing(document)]
    yield from missing
    if not missing:
        yield from _check_ways(document, workflow_of(document.value))


def _excess(document: Document) -> Iterator[Problem]:
    """Numbers that nobody means; counting so many days or persons would take for ever."""
    for key in document.lines:
        number = part_of(document.value, key) if key and key[-1] in _COUNTED else 0
        if type(number) is int and number > MOST:
            yield document.problem(f"`{key[-1]}` must be at most {MOST}", *key)


Faults = Iterator[tuple[str, Key]]


def _stage_faults(stage: dict[str, Any]) -> Faults:
    ends = stage["kind"] in ENDS
    if ends and "next" in stage:
        yield f"is the end ({stage['kind']}) and has a `next`", ("next",)
    if not ends and "next" not in stage:
        yield "leads nowhere: give `next`, or a kind that ends: " + " ".join(ENDS), ()
    if not (ends or stage.get("automatic", False)) and "who" not in stage:
        settles = " to settle objections" if stage["kind"] == PUBLICITY else ""
        yield f"has nobody who acts{settles}: give `who` or `automatic: true`", ()
    if stage["kind"] == PUBLICITY:
        yield from _publicity_faults(stage)
    yield from _clock_faults(stage)
    yield from saying_faults(stage)
    if len(stage.get("next", [])) > 1 and many_voices(stage):
        yield "has several who speak and may lead to one `next` only", ("next",)


def _changing_faults(document: Document) -> Iterator[Problem]:
    """Another person changes a decision than those who made it."""
    stages = document.value["stages"]
    if not any("changes" in stage for stage in stages):
        return
    for i, stage in enumerate(stages):
        if "changes" in stage and stage["kind"] != "办结":
            text = f"stage `{stage['id']}` changes a decision and must be an end: kind 办结"
            yield document.problem(text, "stages", i, "changes")
        if stage["kind"] in JUDGING and APPEALED not in stage.get("apart_from", []):
            text = (
                f"stage `{stage['id']}` may change a decision: `apart_from` must name `{APPEALED}`"
            )
            yield document.problem(text, "stages", i)


def _publicity_faults(stage: dict[str, Any]) -> Faults:
    if "clock" not in stage:
        yield "must say for how many days it is public: `clock`", ()
    if "refused_to" not in stage:
        yield "must say where an objection that is upheld leads: `refused_to`", ()
    for key in ("return_to", "silence", "automatic"):
        if key in stage:
            yield f"is public and cannot have `{key}`", (key,)
    if len(stage.get("next", [])) > 1:
        yield "goes on by itself and may lead to one `next` only", ("next",)


def _clock_faults(stage: dict[str, Any]) -> Faults:
    """What stands on a term needs one."""
    for key in ("remind", "escalate", "silence", "rearm"):
        if key in stage and "clock" not in stage:
            yield f"has `{key}` and no term: give `clock`", (key,)
    means = stage.get("silence", {}).get("means")
    if means == "refused" and "refused_to" not in stage:
        yield "must say where silence leads: `refused_to`", ("silence",)
    if means == "agreed" and len(stage.get("next", [])) > 1:
        yield "goes on by silence and may lead to one `next` only", ("silence",)


def many_voices(stage: dict[str, Any]) -> bool:
    """Whether more than one vote may be given in a stage."""
    who = stage.get("who", [])
    return len(who) > 1 or any(one.get("count", 1) > 1 or one.get("unit") == "joint" for one in who)


def seat_places(value: dict[str, Any]) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Every seat of the file with its place."""
    for i, one in enumerate(value.get("stopped_by", [])):
        yield ("stopped_by", i), one
    for i, stage in enumerate(value["stages"]):
        for name in ("who", "escalate"):
            for j, one in enumerate(stage.get(name, [])):
                yield ("stages", i, name, j), one


def _unitless(document: Document) -> Iterator[Problem]:
    for key, seat in seat_places(document.value):
        if seat["role"] not in ALONE and "unit" not in seat:
            stage = document.value["stages"][key[1]]["id"] if key[0] == "stages" else ""
            owner = f"stage `{stage}`" if stage else "`stopped_by`"
            yield document.problem(f"{owner} needs the `unit` of its {seat['role']}", *key)


def _missing(document: Document) -> Iterator[Problem]:
    ids = {stage["id"] for stage in document.value["stages"]}
    for i, stage in enumerate(document.value["stages"]):
        if stage["id"] in _RESERVED.values():
            text = f"`{stage['id']}` is no name for a stage"
            yield document.problem(text, "stages", i, "id")
        for name in _LINKS:
            for j, other in enumerate(stage.get(name, [])):
                if other not in ids and _RESERVED.get(name) != other:
                    yield document.problem(f"there is no stage `{other}`", "stages", i, name, j)
        other = stage.get("refused_to")
        if other is not None and other not in ids:
            yield document.problem(f"there is no stage `{other}`", "stages", i, "refused_to")
    yield from _endless(document)


def _endless(document: Document) -> Iterator[Problem]:
    """Withdrawal and termination need a stage to lead to."""
    kinds = {stage["kind"] for stage in document.value["stages"]}
    for i, stage in enumerate(document.value["stages"]):
        if stage.get("withdraw") and "撤回" not in kinds:
            yield document.problem(
                "`withdraw` needs a stage of the kind 撤回", "stages", i, "withdraw"
            )
    if document.value.get("stopped_by") and "终止" not in kinds:
        yield document.problem("`stopped_by` needs a stage of the kind 终止", "stopped_by")


def _check_ways(document: Document, workflow: Workflow) -> Iterator[Problem]:
    """Every stage is reached, however the case goes, and an end can be reached by going on."""
    every = {stage.name: {*workflow.ways(stage)} for stage in workflow.stages}
    onward = {stage.name: {*workflow.onward(stage)} for stage in workflow.stages}
    reached = _closure({workflow.stages[0].name}, lambda name: every[name])
    ends = {stage.name for stage in workflow.stages if stage.ends}
    ending = _closure(ends, lambda name: {one for one in onward if name in onward[one]})
    for i, stage in enumerate(workflow.stages):
        if stage.name not in reached:
            yield document.problem(f"no way leads to stage `{stage.name}`", "stages", i)
        if stage.name not in ending:
            yield document.problem(f"no way leads from `{stage.name}` to an end", "stages", i)


def _closure(start: set[str], after: Callable[[str], set[str]]) -> set[str]:
    """All that can be reached from ``start``."""
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {other for one in fresh for other in after(one)} - found
        found |= fresh
    return found
