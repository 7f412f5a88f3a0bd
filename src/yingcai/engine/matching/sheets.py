"""Score sheets of a panel: what an item may be given, what a sheet comes to, and how a panel counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

MEAN, TRIMMED = "mean", "trimmed-mean"
METHODS = (MEAN, TRIMMED)
CALIBRATIONS = ("none", "z")
DRAW = "draw"  # the last of the tie rules: by lot


class Item(NamedTuple):
    """``kind``: linear, bonus or veto. ``most``: points; a veto is 1 or 0."""

    name: str
    kind: str
    most: int
    words: Mapping[str, str]


@dataclass(frozen=True)
class Method:
    """``sheets``: of each project. ``quorum``: of them that must be in. ``spread``: points from which the
    experts of a project disagree. ``ties``: items by their mean, then by lot. ``places``: 0 for no limit.
    """

    items: tuple[Item, ...]
    sheets: int
    quorum: int
    method: str
    calibrate: str
    spread: int
    ties: tuple[str, ...]
    passing: int
    places: int


class Sheet(NamedTuple):
    """What one expert gave one project, by item."""

    project: str
    expert: str
    points: Mapping[str, int]


def method_of(score: Mapping[str, Any], *, sheets: int, places: int) -> Method:
    """The method of a pack's score sheet, for a stage of so many experts."""
    panel = score["panel"]
    return Method(
        items=tuple(_item(one) for one in score["items"]),
        sheets=sheets,
        quorum=panel["quorum"],
        method=panel["method"],
        calibrate=panel.get("calibrate", "none"),
        spread=panel["spread"],
        ties=tuple(panel.get("ties", ())),
        passing=score.get("pass", 0),
        places=places,
    )


def _item(one: Mapping[str, Any]) -> Item:
    most = {
        "linear": one.get("points", 0),
        "bonus": one.get("cap", one.get("points", 0)),
        "veto": 1,
    }
    return Item(one["id"], one["kind"], most[one["kind"]], one["words"])


def total(method: Method, sheet: Sheet) -> int:
    """The points of a sheet; a veto gives none and takes none."""
    return sum(sheet.points[one.name] for one in method.items if one.kind != "veto")


def vetoes(method: Method, sheet: Sheet) -> bool:
    return any(sheet.points[one.name] for one in method.items if one.kind == "veto")


def faults(method: Method, points: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """Items that are `missing`, `unknown`, or outside of their points (`range`), with the most they may have."""
    known = {one.name: one for one in method.items}
    for name in points:
        if name not in known:
            yield name, "unknown", 0
    for name, item in known.items():
        if name not in points:
            yield name, "missing", item.most
        elif not 0 <= points[name] <= item.most:
            yield name, "range", item.most
