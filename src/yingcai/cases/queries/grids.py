"""A decision table as people read it: a heading and rows of words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.speaker import Speaker
from yingcai.engine.rules.tables import Cell, Span, Table
from yingcai.engine.rules.types import Integer, Money, Ratio, Type, Value


@dataclass(frozen=True)
class Line:
    """A row in words; ``sample``: no known rule of the city."""

    cells: tuple[str, ...]
    sample: bool


@dataclass(frozen=True)
class Grid:
    head: tuple[str, ...]
    lines: tuple[Line, ...]


def grid(table: Table, keys: Sequence[n.Node], speaker: Speaker) -> Grid:
    """A table, its keys called as the rule calls them."""
    heads = [speaker.say(key) for key in keys] + [_output(kind) for kind in table.types]
    return Grid(
        tuple(head[:1].upper() + head[1:] for head in heads),
        tuple(
            Line(
                (
                    *(
                        _cell(cell, kind, speaker)
                        for cell, kind in zip(row.cells, table.keys, strict=True)
                    ),
                    *(
                        _say(value, kind, speaker)
                        for value, kind in zip(row.outputs, table.types, strict=True)
                    ),
                ),
                row.sample,
            )
            for row in table.rows
        ),
    )


def _output(kind: Type) -> str:
    """Columns of results have only an id in the pack: the type says what they are."""
    if isinstance(kind, Money):
        return _("金额")
    if isinstance(kind, Ratio):
        return _("比例")
    return _("数值") if isinstance(kind, Integer) else _("结果")


def _cell(cell: Cell, kind: Type, speaker: Speaker) -> str:
    if cell is None:
        return _("不限")
    if isinstance(cell, Span):
        return _span(cell, kind, speaker)
    return _("、").join(_say(value, kind, speaker) for value in sorted(cell))


def _span(span: Span, kind: Type, speaker: Speaker) -> str:
    low = None if span.low is None else _say(span.low, kind, speaker)
    high = None if span.high is None else _say(span.high, kind, speaker)
    if low is None and high is None:
        return _("不限")
    if high is None:
        return _("%(low)s以上") % {"low": low}
    if low is None:
        return _("%(high)s以下") % {"high": high}
    return low if low == high else _("%(low)s至%(high)s") % {"low": low, "high": high}


def _say(value: Value, kind: Type, speaker: Speaker) -> str:
    return speaker.const(n.Const(value, kind))
