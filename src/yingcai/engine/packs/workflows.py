"""workflows/*.yaml: the stages of a case, who acts in each, and how long it may take."""

from collections.abc import Callable, Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import repeated
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

ENDS = ("办结", "不予受理", "终止", "撤回")
STAGES = (
    "申报", "受理", "补正", "初审", "联审", "会签", "或签", "加签", "转办", "委托", "评审", "公示",
    "异议", "认定", "发文", "拨付", "追回", *ENDS,
)  # fmt: skip
ROLES = (
    "applicant", "employer", "window", "officer", "head", "expert", "finance", "office", "leader",
)  # fmt: skip
_ALONE = ("applicant", "employer", "expert")  # they act for no unit

WORKFLOW_SHAPE = Map(
    {
        "workflow": identifier(),
        "title": words(),
        "status": status(optional=False),
        "source": Source(optional=True),
        "days": Number(
            minimum=1, optional=True, about="总时限（工作日） working days for the whole"
        ),
        "stages": ListOf(
            Map(
                {
                    "id": identifier(),
                    "words": words(),
                    "kind": Text(choices=STAGES),
                    "who": ListOf(
                        Map(
                            {
                                "role": Text(choices=ROLES),
                                "unit": Ref(
                                    "unit", also=("lead", "joint", "county"), optional=True
                                ),
                            }
                        ),
                        optional=True,
                        filled=True,
                        about="经办 who acts",
                    ),
                    "automatic": Flag(optional=True, about="自动 nobody acts"),
                    "clock": Number(minimum=1, optional=True, about="时限（工作日） working days"),
                    "pauses": Flag(optional=True, about="停表 the clock of the whole stands still"),
                    "score": Ref("score", optional=True, about="评分表 a score sheet"),
                    "next": ListOf(Text(), optional=True, filled=True),
                    "return_to": ListOf(Text(), optional=True, filled=True),
                }
            ),
            filled=True,
            about="环节，第一个开始 stages; the first begins",
        ),
    },
    about="办理流程 the stages of a case",
)


def check_workflow(document: Document) -> Iterator[Problem]:
    """It ends, every stage can be reached and left, and every stage has somebody who acts."""
    stages = document.value["stages"]
    yield from repeated(document, ("stages",), "stage")
    for i, stage in enumerate(stages):
        for text, key in _stage_faults(stage):
            yield document.problem(f"stage `{stage['id']}` {text}", "stages", i, *key)
    missing = [*_missing(document)]
    yield from missing
    if not missing:
        yield from _check_ways(document)


def _stage_faults(stage: dict[str, Any]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    ends = stage["kind"] in ENDS
    if ends and "next" in stage:
        yield f"is the end ({stage['kind']}) and has a `next`", ("next",)
    if not ends and "next" not in stage:
        yield "leads nowhere: give `next`, or a kind that ends: " + " ".join(ENDS), ()
    alone = ends or stage["kind"] == "公示" or stage.get("automatic", False)
    if not alone and "who" not in stage:
        yield "has nobody who acts: give `who` or `automatic: true`", ()
    if stage["kind"] == "公示" and "clock" not in stage:
        yield "must say for how many days it is public: `clock`", ()
    for i, one in enumerate(stage.get("who", [])):
        if one["role"] not in _ALONE and "unit" not in one:
            yield f"needs the `unit` of its {one['role']}", ("who", i)


def _missing(document: Document) -> Iterator[Problem]:
    ids = {stage["id"] for stage in document.value["stages"]}
    for i, stage in enumerate(document.value["stages"]):
        for name in ("next", "return_to"):
            for j, other in enumerate(stage.get(name, [])):
                if other not in ids:
                    yield document.problem(f"there is no stage `{other}`", "stages", i, name, j)


def _check_ways(document: Document) -> Iterator[Problem]:
    stages = {stage["id"]: stage for stage in document.value["stages"]}
    forward = {name: {*stage.get("next", [])} for name, stage in stages.items()}
    either = {name: forward[name] | {*stage.get("return_to", [])} for name, stage in stages.items()}
    first = document.value["stages"][0]["id"]
    reached = _closure({first}, lambda name: either[name])
    ends = {name for name, stage in stages.items() if stage["kind"] in ENDS}
    ending = _closure(ends, lambda name: {one for one in forward if name in forward[one]})
    for i, stage in enumerate(document.value["stages"]):
        if stage["id"] not in reached:
            yield document.problem(f"no way leads to stage `{stage['id']}`", "stages", i)
        if stage["id"] not in ending:
            yield document.problem(f"no way leads from `{stage['id']}` to an end", "stages", i)


def _closure(start: set[str], after: Callable[[str], set[str]]) -> set[str]:
    """All that can be reached from ``start``."""
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {other for one in fresh for other in after(one)} - found
        found |= fresh
    return found
