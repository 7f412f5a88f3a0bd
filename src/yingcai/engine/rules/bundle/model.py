"""What goes into a bundle and what comes out; amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from yingcai.engine.rules.model import Ceiling, Outcome

LineKind = Literal["gross", "blocked", "received", "paid", "ceiling"]
LeftOutKind = Literal[
    "not_entitled",  # the outcome is no
    "no_money",  # a programme without an amount
    "zero",  # its amount is nothing
    "blocked",  # something was received under ``by``, which excludes it
    "received",  # what was received under ``by`` leaves nothing
    "ceiling",  # a ceiling is used up: by ``by`` of this bundle, or before when that is empty
    "excluded",  # the bundle pays ``by``, which excludes it
    "highest",  # the bundle pays ``by`` of the same group
    "covered",  # the bundle pays ``by``, which it deducts, and that leaves nothing
    "no_gain",  # with it ``by`` would get less, and the total would not rise
]


class Interval(NamedTuple):
    """At least ``low``, at most ``high``; equal when the amount is certain."""

    low: int
    high: int


class Claim(NamedTuple):
    """A decided programme. ``amount`` in fen; None when unknown.

    When the outcome is unknown or person: what it would be on a yes. ``money``: False for a
    programme that has no amount at all, such as a recognition.
    """

    outcome: Outcome
    amount: int | None
    money: bool = True


class Line(NamedTuple):
    """One line of the sum: ``amount`` was added (gross), taken off, or is what a ceiling allows.

    ``left`` is what remains; ``by`` the programme that was or is paid. A ``blocked`` line stands
    where it is unknown whether something was received under an excluded programme.
    """

    kind: LineKind
    amount: Interval
    left: Interval
    source: str
    by: str = ""
    ceiling: Ceiling | None = None


class Payment(NamedTuple):
    programme: str
    payable: Interval
    lines: tuple[Line, ...]


class LeftOut(NamedTuple):
    """Why a programme is not paid. ``sources``: the clauses that say so.

    ``loss``: how much lower the best bundle with it is (excluded, highest), or this bundle with it
    added (no_gain); None for the other kinds.
    """

    programme: str
    kind: LeftOutKind
    by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    loss: int | None = None
    ceiling: Ceiling | None = None


class Open(NamedTuple):
    """A programme that is not decided. It ``waits`` for facts, for a person, or for its amount.

    ``adds``: by how much a yes with the amount would raise the total; None when that is unknown.
    """

    programme: str
    waits: Literal["facts", "person", "amount"]
    adds: int | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """``payments`` in the order of paying; ``left_out`` and ``open`` by name.

    ``total``: the objective, unknown facts counted as nothing paid so far. ``payable``: what the
    bundle surely and at most pays. ``asks``: the unknown facts that could change either.
    """

    payments: tuple[Payment, ...]
    left_out: tuple[LeftOut, ...]
    open: tuple[Open, ...]
    total: int
    payable: Interval
    asks: tuple[str, ...]
