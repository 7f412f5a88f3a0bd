"""scores/*.yaml: score sheets of reviews, of enterprise points, of the assessment of units."""

from collections.abc import Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import repeated
from yingcai.engine.packs.panels import PANEL_KEYS, check_panel
from yingcai.engine.packs.shape import (
    Figure,
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

SCORE_SHAPE = Map(
    {
        "score": identifier(),
        "title": words(),
        "use": Text(choices=("review", "points", "assessment")),
        "status": status(optional=False),
        "source": Source(optional=True),
        "total": Number(minimum=1, optional=True, about="基本分总和 what the linear items come to"),
        "pass": Number(minimum=1, optional=True, about="合格分 points to pass"),
        "items": ListOf(
            Map(
                {
                    "id": identifier(),
                    "words": words(),
                    "kind": Text(choices=("linear", "bonus", "veto")),
                    "points": Number(minimum=1, optional=True),
                    "cap": Number(minimum=1, optional=True, about="加分上限 most points"),
                    "fact": Ref("fact", optional=True, about="自动取值 counted by this fact"),
                    "range": ListOf(Figure(), optional=True, size=2),
                    "formula": words(),
                }
            ),
            filled=True,
        ),
        "panel": PANEL_KEYS,
    },
    about="评分表 a score sheet",
)


def check_score(document: Document) -> Iterator[Problem]:
    """Every item has the points of its kind, and the sheet comes to its total."""
    sheet = document.value
    yield from repeated(document, ("items",), "item")
    for i, item in enumerate(sheet["items"]):
        for text in _faults(item):
            yield document.problem(f"item `{item['id']}` {text}", "items", i)
    linear = sum(item.get("points", 0) for item in sheet["items"] if item["kind"] == "linear")
    if sheet.get("total", linear) != linear:
        yield document.problem(f"the linear items come to {linear} points", "total")
    if sheet.get("pass", 0) > sheet.get("total", linear):
        yield document.problem("nobody can reach the points to pass", "pass")
    yield from check_panel(document)


def _faults(item: dict[str, Any]) -> Iterator[str]:
    kind = item["kind"]
    if (kind != "veto") != ("points" in item):
        yield "is a veto and has no `points`" if kind == "veto" else "lacks `points`"
    if "cap" in item and kind != "bonus":
        yield "is no bonus and has no `cap`"
    if "cap" in item and item["cap"] < item.get("points", 0):
        yield "has a `cap` below its points"
    if ("range" in item) != ("fact" in item and kind == "linear"):
        yield "needs `fact` and `range` together, when it is linear"
