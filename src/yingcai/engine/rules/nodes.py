"""The validated tree of an expression: what every back end reads.

A node is immutable, knows its type, and its children are nodes. Constants are inside values
(`types.py`). ``parse.py`` is the only maker; a tree that exists is well typed and within bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, cast

from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import Boolean, Date, Integer, Money, Type, Value

BOOLEAN = Boolean()
MONEY = Money()
DATE = Date()

Rounding = Literal["down", "half_up", "up"]
Comparison = Literal["=", "<>", "<", "<=", ">", ">="]
COMPARISONS: tuple[Comparison, ...] = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Const:
    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about the subject, by id (``person.degree``)."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Step:
    """The value of an earlier step of the same rule."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter with its dated values, rising by day; ``by`` is the date that counts.

    One undated value has ``by`` None and the day code 0. Before the first day: unknown.
    """

    name: str
    type: Type
    by: Node | None
    values: tuple[tuple[int, Value], ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One output of a decision table; unknown where a key is unknown or no row matches."""

    table: Table
    output: str
    keys: tuple[Node, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Covered:
    """Whether some row of a decision table matches."""

    table: Table
    keys: tuple[Node, ...]
    type: Boolean = BOOLEAN


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Node, ...]
    type: Boolean = BOOLEAN


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Node, ...]
    type: Boolean = BOOLEAN


@dataclass(frozen=True, slots=True)
class Not:
    item: Node
    type: Boolean = BOOLEAN


@dataclass(frozen=True, slots=True)
class Compare:
    """Both sides have one type and, for ratios, one scale."""

    op: Comparison
    left: Node
    right: Node
    type: Boolean = BOOLEAN


@dataclass(frozen=True, slots=True)
class Member:
    """``item IN (…)`` on an enum: the codes of the values, rising."""

    item: Node
    codes: tuple[int, ...]
    type: Boolean = BOOLEAN


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left op right``; money times an integer has the money at the left."""

    op: Literal["+", "-", "*"]
    left: Node
    right: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Negative:
    item: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Extreme:
    """LEAST or GREATEST of two or more; unknown when any is."""

    kind: Literal["least", "greatest"]
    items: tuple[Node, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Portion:
    """``money × share`` in fen, the share an integer over ``scale``."""

    money: Node
    share: Node
    scale: int
    rounding: Rounding
    type: Money = MONEY


@dataclass(frozen=True, slots=True)
class RoundTo:
    """Money to a multiple of ``unit_fen`` (at least 1)."""

    money: Node
    unit_fen: int
    rounding: Rounding
    type: Money = MONEY


@dataclass(frozen=True, slots=True)
class Case:
    """The first arm whose condition is true; an unknown condition on the way gives unknown."""

    arms: tuple[tuple[Node, Node], ...]
    otherwise: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months from ``start`` to ``end``, never negative; ``years`` counts twelve of them as one."""

    start: Node
    end: Node
    month_end: bool
    years: bool
    type: Integer


@dataclass(frozen=True, slots=True)
class Days:
    """``end`` − ``start`` in days; negative when the end comes first."""

    start: Node
    end: Node
    type: Integer


@dataclass(frozen=True, slots=True)
class YearOf:
    item: Node
    type: Integer


Node = (
    Const
    | Fact
    | Step
    | Param
    | Lookup
    | Covered
    | And
    | Or
    | Not
    | Compare
    | Member
    | Arithmetic
    | Negative
    | Extreme
    | Portion
    | RoundTo
    | Case
    | Months
    | Days
    | YearOf
)
KINDS = (
    Const, Fact, Step, Param, Lookup, Covered, And, Or, Not, Compare, Member, Arithmetic,
    Negative, Extreme, Portion, RoundTo, Case, Months, Days, YearOf,
)  # fmt: skip


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in order."""
    for field in fields(node):
        yield from _nodes_in(getattr(node, field.name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, KINDS):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, each before its children."""
    yield node
    for child in children(node):
        yield from walk(child)


def inlined(node: Node, steps: Mapping[str, Node]) -> Node:
    """The same tree with every step replaced by its own tree, so that it stands alone."""
    return swapped(
        node, lambda one: inlined(steps[one.name], steps) if isinstance(one, Step) else None
    )


def swapped(node: Node, swap: Callable[[Node], Node | None]) -> Node:
    """The same tree with nodes replaced, from the top; where ``swap`` gives None they stay."""
    other = swap(node)
    if other is not None:
        return other
    changed = {field.name: _swapped(getattr(node, field.name), swap) for field in fields(node)}
    return cast("Node", replace(cast(Any, node), **changed))


def _swapped(value: object, swap: Callable[[Node], Node | None]) -> object:
    if isinstance(value, KINDS):
        return swapped(value, swap)
    if isinstance(value, tuple):
        return tuple(_swapped(item, swap) for item in value)
    return value
