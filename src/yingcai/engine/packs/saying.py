"""Stages whose votes say a fact that only people can judge: experts drawn by lot, or a committee of offices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from yingcai.engine.packs.document import Key, Problem
from yingcai.engine.workflow.model import BACK, CORRECTION, DECIDING, ENDS, EXPERT, OWN, PUBLICITY

if TYPE_CHECKING:
    from yingcai.engine.packs.contents import Contents
    from yingcai.engine.packs.load import Pack

Faults = Iterator[tuple[str, Key]]


def saying_faults(stage: Mapping[str, Any]) -> Faults:
    """What is wrong with a stage that says a fact, and with keys that only such a stage may have."""
    if "says" in stage:
        yield from _votes_faults(stage)
    if "says" in stage and by_experts(stage):
        return
    if "conflicts" in stage:
        yield "has `conflicts`: that is for experts alone who say a fact (`says`)", ("conflicts",)
    if stage.get("silence", {}).get("means") == "redrawn":
        yield "draws others: that is for experts alone who say a fact (`says`)", ("silence",)


def _votes_faults(stage: Mapping[str, Any]) -> Faults:
    """Votes that judge a fact: by others than the applicant, for or against it, going on one way each."""
    if stage["kind"] in (*ENDS, PUBLICITY, CORRECTION, *DECIDING):
        yield f"is {stage['kind']} and cannot say a fact", ("says",)
    yield from _voices_faults(stage)
    if "refused_to" not in stage:
        yield "says a fact: give `refused_to`, where it goes when the fact is denied", ("says",)
    if stage.get("next", []) == [BACK] or len(stage.get("next", [])) > 1:
        yield "says a fact and may lead to one `next` only, not back", ("next",)
    if stage.get("silence", {}).get("means") in ("agreed", "refused"):
        yield "says a fact: silence judges nothing; it may `waits` or be `redrawn`", ("silence",)
    for key, value, why in _NOT_SAYING:
        if key in stage and value in (stage[key], ""):
            yield f"says a fact: {why}", (key,)


_NOT_SAYING = (
    ("refusal", "noted", "a refusal cannot only be noted"),
    ("votes", "kept", "whoever is asked again speaks again"),
    ("score", "", "it is said by votes, without a score sheet"),
)


def _voices_faults(stage: Mapping[str, Any]) -> Faults:
    roles = {one["role"] for one in stage.get("who", [])}
    if not roles or roles & {*OWN}:
        yield "says a fact: others than the applicant must act in it", ("says",)
    if EXPERT in roles and not by_experts(stage):
        yield "says a fact by experts: they must be alone in it", ("who",)


def by_experts(stage: Mapping[str, Any]) -> bool:
    """Whether experts and nobody else act in a stage."""
    return {one["role"] for one in stage.get("who", [])} == {EXPERT}


def check_saying(contents: Contents) -> Iterator[Problem]:
    """The fact is one that people judge, with yes or no."""
    if "facts" in contents.broken:
        return
    judged = {
        one["id"] for one in contents.entries("facts", "sources") if one["kind"] == "committee"
    }
    facts = {one["id"]: one for one in contents.entries("facts", "facts")}
    for document in contents.of("workflow"):
        for i, stage in enumerate(document.value["stages"]):
            fact = facts.get(stage.get("says"))
            if fact is None:
                continue  # none, or a name that is reported already
            if fact["source"] not in judged or fact["type"] != "boolean":
                text = f"`{fact['id']}` must be a fact of yes or no whose source is a committee"
                yield document.problem(text, "stages", i, "says")


def saying_stage(pack: Pack, workflow: str, fact: str) -> Mapping[str, Any] | None:
    """The stage of a workflow whose votes say a fact; None where none does."""
    stages = pack.workflows[workflow]["stages"]
    return next((stage for stage in stages if stage.get("says") == fact), None)
