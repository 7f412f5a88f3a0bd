"""What a panel publishes: a folder of plain tables without names, from which all of it is computed again.

``panel.json`` has the seed and the method; the tables are CSV of numbers and ids. Experts and projects
stand under numbers that only the office can tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from yingcai.engine.matching.rank import Result
from yingcai.engine.matching.sheets import Item, Method, Sheet

FORM = "yingcai-panel/1"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "projects.csv": ("project", "field", "left"),
    "experts.csv": ("expert", "limit", "since"),
    "pairs.csv": ("project", "expert", "fits", "closed"),
    "conflicts.csv": ("kind", "pairs"),
    "assignment.csv": ("round", "project", "expert"),
    "sheets.csv": ("project", "expert", "item", "points"),
    "ranking.csv": (
        "rank", "project", "score", "spread", "disagree", "vetoed", "low", "high", "admitted",
    ),
    "order.csv": ("place", "project"),
}  # fmt: skip


class NotReadable(ValueError):
    """A file that is missing or is no table of a panel; says which and where."""


class Project(NamedTuple):
    """``left``: the round from which it needs no sheets, because it was withdrawn; 0: it stays."""

    name: str
    field: str
    left: int = 0


class Expert(NamedTuple):
    """``since``: the round from which the expert took part."""

    name: str
    limit: int
    since: int


class Pairing(NamedTuple):
    """``closed``: the round from which a conflict was known; 0: there is none."""

    project: str
    expert: str
    fits: bool
    closed: int = 0


class Given(NamedTuple):
    """A sheet that a round assigned."""

    round: int
    project: str
    expert: str


@dataclass(frozen=True)
class Published:
    """``ranking`` and ``order`` are what the panel says; `verify.py` computes them again."""

    title: str
    pack: str
    seed: str
    method: Method
    projects: tuple[Project, ...]
    experts: tuple[Expert, ...]
    pairs: tuple[Pairing, ...]
    assignment: tuple[Given, ...]
    sheets: tuple[Sheet, ...]
    ranking: tuple[Result, ...]
    order: tuple[str, ...] = ()
    conflicts: Mapping[str, int] = field(default_factory=dict)


def written(panel: Published) -> dict[str, bytes]:
    """The files by name."""
    head = {"form": FORM, "title": panel.title, "pack": panel.pack, "seed": panel.seed}
    method = {**asdict(panel.method), "items": [one._asdict() for one in panel.method.items]}
    text = json.dumps({**head, "method": method}, ensure_ascii=False, indent=2) + "\n"
    rows: Mapping[str, Iterable[Sequence[object]]] = {
        "projects.csv": panel.projects,
        "experts.csv": panel.experts,
        "pairs.csv": panel.pairs,
        "conflicts.csv": sorted(panel.conflicts.items()),
        "assignment.csv": panel.assignment,
        "sheets.csv": [
            (one.project, one.expert, item.name, one.points[item.name])
            for one in panel.sheets
            for item in panel.method.items
        ],
        "ranking.csv": [
            (one.rank, one.project, one.score, one.spread, one.disagree, one.vetoed, one.low,
             one.high, one.admitted)
            for one in panel.ranking
        ],
        "order.csv": enumerate(panel.order, 1),
    }  # fmt: skip
    return {
        "panel.json": text.encode(),
        **{name: _table(COLUMNS[name], rows[name]) for name in COLUMNS},
    }


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    lines = [",".join(columns), *(",".join(map(_cell, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def read(files: Mapping[str, bytes]) -> Published:
    """The panel that `written` wrote. Raises: NotReadable."""
    head = _head(files)
    tables = {name: _rows(files, name) for name in COLUMNS}
    given: dict[tuple[str, str], dict[str, int]] = {}
    for project, expert, item, points in tables["sheets.csv"]:
        given.setdefault((project, expert), {})[item] = _number("sheets.csv", points)
    return Published(
        title=str(head.get("title", "")),
        pack=str(head.get("pack", "")),
        seed=str(head["seed"]),
        method=_method(head["method"]),
        projects=tuple(
            Project(name, kind, _number("projects.csv", left))
            for name, kind, left in tables["projects.csv"]
        ),
        experts=tuple(
            Expert(name, _number("experts.csv", limit), _number("experts.csv", since))
            for name, limit, since in tables["experts.csv"]
        ),
        pairs=tuple(
            Pairing(project, expert, fits == "1", _number("pairs.csv", closed))
            for project, expert, fits, closed in tables["pairs.csv"]
        ),
        assignment=tuple(
            Given(_number("assignment.csv", number), project, expert)
            for number, project, expert in tables["assignment.csv"]
        ),
        sheets=tuple(Sheet(*pair, points) for pair, points in given.items()),
        ranking=tuple(_result(row) for row in tables["ranking.csv"]),
        order=tuple(project for _, project in tables["order.csv"]),
        conflicts={kind: _number("conflicts.csv", many) for kind, many in tables["conflicts.csv"]},
    )


def _head(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        head = json.loads(files["panel.json"])
        known = head["form"] == FORM and isinstance(head["seed"], str) and head["method"]["items"]
    except (KeyError, TypeError, ValueError):
        known = False
    if not known:
        raise NotReadable("panel.json")
    return dict(head)


def _method(value: Mapping[str, Any]) -> Method:
    try:
        items = tuple(Item(**one) for one in value["items"])
        return Method(**{**value, "items": items, "ties": tuple(value["ties"])})
    except (KeyError, TypeError):
        raise NotReadable("panel.json") from None


def _rows(files: Mapping[str, bytes], name: str) -> list[list[str]]:
    columns = COLUMNS[name]
    try:
        lines = files[name].decode().splitlines()
    except (KeyError, UnicodeDecodeError):
        raise NotReadable(name) from None
    if not lines or lines[0] != ",".join(columns):
        raise NotReadable(f"{name}:1")
    rows = [line.split(",") for line in lines[1:]]
    for place, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise NotReadable(f"{name}:{place}")
    return rows


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotReadable(f"{name}: {text}")
    return int(text)


def _result(row: Sequence[str]) -> Result:
    rank, project, score, *rest = row
    spread, disagree, vetoed, low, high, admitted = (_number("ranking.csv", one) for one in rest)
    try:
        points = Decimal(score)
    except InvalidOperation:
        raise NotReadable(f"ranking.csv: {score}") from None
    return Result(
        project=project,
        score=points,
        spread=spread,
        disagree=bool(disagree),
        vetoed=bool(vetoed),
        rank=_number("ranking.csv", rank),
        low=low,
        high=high,
        admitted=bool(admitted),
    )
