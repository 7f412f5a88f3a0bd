"""Panels of experts: how a score sheet of a review is used blind, counted and ranked; who is in conflict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from yingcai.engine.matching.sheets import CALIBRATIONS, DRAW, METHODS
from yingcai.engine.packs.document import Document, Key, Problem
from yingcai.engine.packs.shape import Flag, ListOf, Map, Number, Ref, Text

if TYPE_CHECKING:
    from yingcai.engine.packs.contents import Contents
    from yingcai.engine.packs.load import Pack

REVIEW = "评审"
CONFLICTS = ("employer", "earlier", "kin", "shares", "mentor")  # those that are computed
CONFLICT_RULES = ListOf(
    Map(
        {
            "kind": Text(choices=CONFLICTS),
            "relations": ListOf(Text(), filled=True),
            "years": Number(minimum=1, optional=True, about="近几年 also in years past"),
            "shared": Flag(optional=True, about="同一对象 through a third as well"),
        }
    ),
    optional=True,
    about="回避 relations of the register that keep an expert away",
)
PANEL_KEYS = Map(
    {
        "blind": Text(choices=("hide", "open"), about="盲评 what names a project is hidden"),
        "quorum": Number(minimum=1, about="最少份数 sheets of a project that must be in"),
        "method": Text(choices=METHODS, about="平均办法 how sheets become a score"),
        "calibrate": Text(choices=CALIBRATIONS, optional=True, about="校准 one scale for all"),
        "spread": Number(minimum=1, about="分歧 points between sheets that are flagged"),
        "ties": ListOf(Text(), optional=True, filled=True, about="同分 items in order, then draw"),
        "limit": Number(minimum=1, about="每人上限 most sheets of an expert"),
        "field": Ref("fact", optional=True, about="领域 what experts name as their fields"),
        "slot": Number(minimum=1, optional=True, about="答辩分钟 minutes of a defence"),
        "shows": ListOf(
            Text(), optional=True, filled=True, about="可看材料 materials without names"
        ),
        "conflicts": CONFLICT_RULES,
    },
    optional=True,
    about="专家评审 how a panel of experts uses the sheet",
)


def check_panel(document: Document) -> Iterator[Problem]:
    """A panel scores by hand, item by item; its tie rule names items of the sheet."""
    sheet = document.value
    if "panel" not in sheet:
        return
    if sheet["use"] != "review":
        yield document.problem("only a sheet of the use `review` has a `panel`", "panel")
    for i, item in enumerate(sheet["items"]):
        if "fact" in item:
            text = f"item `{item['id']}` is counted by a fact; experts of a panel give all points"
            yield document.problem(text, "items", i, "fact")
    ties = sheet["panel"].get("ties", [])
    known = {item["id"] for item in sheet["items"] if item["kind"] != "veto"}
    for i, tie in enumerate(ties):
        if tie not in known and not (tie == DRAW and i == len(ties) - 1):
            yield document.problem(f"`{tie}` is no item, and `draw` comes last", "panel", "ties", i)


def check_panels(contents: Contents) -> Iterator[Problem]:
    """A stage that is scored by a panel is one of experts, enough of them, who speak as the panel says."""
    sheets = {document.value["score"]: document.value for document in contents.of("score")}
    for document in contents.of("workflow"):
        for i, stage in enumerate(document.value["stages"]):
            panel = sheets.get(stage.get("score"), {}).get("panel")
            for text in _faults(stage, panel) if panel else ():
                yield document.problem(f"stage `{stage['id']}` {text}", "stages", i, "score")
    yield from _relations(contents)


def _faults(stage: Mapping[str, Any], panel: Mapping[str, Any]) -> Iterator[str]:
    who = stage.get("who", [])
    if stage["kind"] != REVIEW or [one["role"] for one in who] != ["expert"]:
        yield f"is scored by a panel: it must be {REVIEW} by experts alone"
        return
    if stage.get("needs") != "majority" or stage.get("refusal", "at-once") != "at-once":
        yield "is scored by a panel, whose experts say what it says: `needs: majority`, `refusal: at-once`"
    many = who[0].get("count", 1)
    if not many < 2 * panel["quorum"] <= 2 * many:
        yield f"has {many} experts; the `quorum` of its sheet must be more than half of them and no more"


def _relations(contents: Contents) -> Iterator[Problem]:
    if "registry" in contents.broken:
        return
    known = {one["id"] for one in contents.entries("registry", "relations")}
    for document, key, rules in _conflicts(contents):
        for i, rule in enumerate(rules):
            for j, name in enumerate(rule["relations"]):
                if name not in known:
                    text = f"there is no relation `{name}`"
                    yield document.problem(text, *key, i, "relations", j)


def _conflicts(contents: Contents) -> Iterator[tuple[Document, Key, list[Mapping[str, Any]]]]:
    """Every list of relations that keep experts away: of score sheets, of stages."""
    for document in contents.of("score"):
        rules = document.value.get("panel", {}).get("conflicts", [])
        yield document, ("panel", "conflicts"), rules
    for document in contents.of("workflow"):
        for i, stage in enumerate(document.value["stages"]):
            yield document, ("stages", i, "conflicts"), stage.get("conflicts", [])


def panel_stage(pack: Pack, workflow: str) -> Mapping[str, Any] | None:
    """The stage of a workflow that a panel scores; None where none is."""
    stages = pack.workflows[workflow]["stages"]
    return next((stage for stage in stages if is_scored(pack, stage)), None)


def is_scored(pack: Pack, stage: Mapping[str, Any]) -> bool:
    """Whether a panel of experts decides a stage by score sheets."""
    return "panel" in pack.scores.get(stage.get("score", ""), {})
