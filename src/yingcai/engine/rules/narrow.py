"""What is left of the facts' ranges once conditions hold: amounts are computed for nobody else.

Only plain conditions narrow (a fact against constants, a list of values, a yes or no, and AND of
such); every other condition leaves the ranges as they are, which is always sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Bounds, Interval, Leaves, Options, bounds
from yingcai.engine.rules.closures import STEP
from yingcai.engine.rules.types import Type, Value, following, preceding

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}


class _Ranges(dict[str, Bounds]):
    """Ranges by name, and whether one of them had to become empty."""

    contradict = False


def narrowed(leaves: Leaves, tests: Iterable[n.Node]) -> dict[str, Bounds]:
    """The ranges of facts and steps where all of ``tests`` are true; never empty."""
    return _narrowed(leaves, tests)


def contradict(leaves: Leaves, tests: Iterable[n.Node]) -> bool:
    """Whether no value of some fact or step within ``leaves`` meets all of ``tests``.

    It never says so wrongly; it does not find every contradiction.
    """
    return _narrowed(leaves, tests).contradict


def _narrowed(leaves: Leaves, tests: Iterable[n.Node]) -> _Ranges:
    left = _Ranges(leaves)
    for test in tests:
        _narrow(left, test, true=True)
    return left


def narrowed_with_steps(
    leaves: Leaves, steps: Mapping[str, n.Node], tests: Sequence[n.Node]
) -> dict[str, Bounds]:
    """As `narrowed`, for a rule whose ``steps`` are trees by name, in order."""
    left = dict(leaves)
    for _ in range(2):  # what conditions leave of a fact narrows steps, and those narrow facts
        for name, value in steps.items():
            left[STEP + name] = bounds(value, left)
        left = narrowed(left, tests)
    return left


def lookups(node: n.Node, leaves: Leaves) -> Iterator[tuple[n.Lookup | n.Covered, Leaves]]:
    """Every use of a table below a node with the ranges in which it counts: arms of a CASE narrow them."""
    if isinstance(node, n.Lookup | n.Covered):
        yield node, leaves
    if not isinstance(node, n.Case):
        for child in n.children(node):
            yield from lookups(child, leaves)
        return
    for test, value in node.arms:
        yield from lookups(test, leaves)
        yield from lookups(value, narrowed(leaves, [test]))
        leaves = narrowed(leaves, [n.Not(test)])
    yield from lookups(node.otherwise, leaves)


def _narrow(left: _Ranges, test: n.Node, *, true: bool) -> None:
    if isinstance(test, n.And | n.Or) and isinstance(test, n.And) is true:
        for item in test.items:
            _narrow(left, item, true=true)
    elif isinstance(test, n.Not):
        _narrow(left, test.item, true=not true)
    elif isinstance(test, n.Fact | n.Step):
        present = cast(Options, left[_key(test)]).values
        _keep(left, test, Options(present & {true}))
    elif isinstance(test, n.Member):
        _keep_codes(left, test, true=true)
    elif isinstance(test, n.Compare):
        op = test.op if true else _OPPOSITE[test.op]
        _narrow_by(left, test.left, op, bounds(test.right, left))
        _narrow_by(left, test.right, _MIRRORED[op], bounds(test.left, left))


def _keep_codes(left: _Ranges, test: n.Member, *, true: bool) -> None:
    if isinstance(test.item, n.Fact | n.Step):
        present = cast(Options, left[_key(test.item)]).values
        listed = frozenset(test.codes)
        _keep(left, test.item, Options(present & listed if true else present - listed))


def _narrow_by(left: _Ranges, side: n.Node, op: str, other: Bounds) -> None:
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


def _keep(left: _Ranges, side: n.Fact | n.Step, reach: Bounds) -> None:
    """Take a smaller range; an empty one means that the conditions contradict, which the linter says."""
    empty = not reach.values if isinstance(reach, Options) else reach.low > reach.high
    if empty:
        left.contradict = True
    else:
        left[_key(side)] = reach


def _key(side: n.Fact | n.Step) -> str:
    return f"{STEP}{side.name}" if isinstance(side, n.Step) else side.name
