"""What is left of the facts' ranges once conditions hold: amounts are computed for nobody else.

Only plain conditions narrow (a fact against constants, a list of values, a yes or no, and AND of
such); every other condition leaves the ranges as they are, which is always sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Bounds, Interval, Leaves, Options, bounds
from yingcai.engine.rules.closures import STEP
from yingcai.engine.rules.types import Type, Value, following, preceding

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}


def narrowed(leaves: Leaves, tests: Iterable[n.Node]) -> dict[str, Bounds]:
    """The ranges of facts and steps where all of ``tests`` are true; never empty."""
    left = dict(leaves)
    for test in tests:
        _narrow(left, test, true=True)
    return left


def _narrow(left: dict[str, Bounds], test: n.Node, *, true: bool) -> None:
    if isinstance(test, n.And | n.Or) and isinstance(test, n.And) is true:
        for item in test.items:
            _narrow(left, item, true=true)
    elif isinstance(test, n.Not):
        _narrow(left, test.item, true=not true)
    elif isinstance(test, n.Fact | n.Step):
        _keep(left, test, Options(frozenset({true})))
    elif isinstance(test, n.Member):
        _keep_codes(left, test, true=true)
    elif isinstance(test, n.Compare):
        op = test.op if true else _OPPOSITE[test.op]
        _narrow_by(left, test.left, op, bounds(test.right, left))
        _narrow_by(left, test.right, _MIRRORED[op], bounds(test.left, left))


def _keep_codes(left: dict[str, Bounds], test: n.Member, *, true: bool) -> None:
    if isinstance(test.item, n.Fact | n.Step):
        present = cast(Options, left[_key(test.item)]).values
        listed = frozenset(test.codes)
        _keep(left, test.item, Options(present & listed if true else present - listed))


def _narrow_by(left: dict[str, Bounds], side: n.Node, op: str, other: Bounds) -> None:
    if not isinstance(side, n.Fact | n.Step):
        return
    present = left[_key(side)]
    if isinstance(present, Interval):
        _keep(left, side, _interval(present, op, cast(Interval, other), side.type))
    else:
        _keep(left, side, _options(present, op, cast(Options, other)))


def _interval(present: Interval, op: str, other: Interval, kind: Type) -> Interval:
    low, high = present.low, present.high
    if op in (">", ">=", "="):
        low = max(low, following(other.low, kind) if op == ">" else other.low)
    if op in ("<", "<=", "="):
        high = min(high, preceding(other.high, kind) if op == "<" else other.high)
    return Interval(low, high)


def _options(present: Options, op: str, other: Options) -> Options:
    low, high = min(other.values), max(other.values)
    tests: dict[str, Callable[[Value], bool]] = {
        "=": lambda value: value in other.values,
        "<>": lambda value: len(other.values) > 1 or value != low,
        "<": lambda value: value < high,
        "<=": lambda value: value <= high,
        ">": lambda value: value > low,
        ">=": lambda value: value >= low,
    }
    return Options(frozenset(value for value in present.values if tests[op](value)))


def _keep(left: dict[str, Bounds], side: n.Fact | n.Step, reach: Bounds) -> None:
    """Take a smaller range; an empty one means that the conditions contradict, which the linter says."""
    empty = not reach.values if isinstance(reach, Options) else reach.low > reach.high
    if not empty:
        left[_key(side)] = reach


def _key(side: n.Fact | n.Step) -> str:
    return f"{STEP}{side.name}" if isinstance(side, n.Step) else side.name
