"""The floor: the six programmes as NumPy by hand, one thread, whole fen, unknown kept in two planes.

Nobody would keep a city's rules this way; it shows what the arithmetic alone costs. Its totals are
the exact ones that the others are compared with, and are themselves compared with `reference.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.rules.cases import Population, Totals
from benchmarks.rules.people import Array, Columns, facts, read_columns
from benchmarks.rules.reference import (
    AGENCY_CEILING,
    AWARD,
    BASE,
    CLAIMED,
    KEY_INDUSTRIES,
    LINE,
    MONTHLY,
    MONTHLY_2018,
    WAN,
)

CODES = {
    one.name: {word: code for code, word in enumerate(one.values)} for one in facts() if one.values
}


class Truth(NamedTuple):
    """Where a test is true and where it is false; in neither it is unknown."""

    true: Array
    false: Array

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.true & other.true, self.false | other.false)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.true | other.true, self.false & other.false)


class Decided(NamedTuple):
    """Of one programme: its conditions, whether they hold, fen, and where the fen is known.

    ``claimed`` is the fen before a ceiling, where there is one.
    """

    conditions: tuple[Truth, ...]
    holds: Truth
    fen: Array
    settled: Array
    claimed: Array | None = None


def civil(year: int, month: int, day: int) -> int:
    return ((year * 12 + month - 1) << 5) | day


def table(fact: str, rows: dict[str, int], unit: int) -> Array:
    """A decision table as one array over the codes of the enum."""
    codes = CODES[fact]
    column = np.zeros(len(codes), np.int64)
    for word, value in rows.items():
        column[codes[word]] = value * unit
    return column


HOMES = np.stack([table("person.level", BASE[first], WAN) for first in (False, True)])
RATES = np.stack([table("person.degree", rows, 100) for rows in (MONTHLY_2018, MONTHLY)])
AWARDS = table("person.award_scope", AWARD, WAN)
LINES = table("person.level", LINE, WAN)
KEY = np.array([word in KEY_INDUSTRIES for word in CODES["firm.industry"]])


class Floor:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.values = columns.values
        self.known = columns.known

    def test(self, fact: str, holds: Array) -> Truth:
        known = self.known[fact]
        return Truth(holds & known, ~holds & known)

    def is_word(self, fact: str, word: str) -> Truth:
        return self.test(fact, self.values[fact] == CODES[fact][word])

    def is_not(self, fact: str, word: str) -> Truth:
        return self.test(fact, self.values[fact] != CODES[fact][word])

    def at_least(self, fact: str, least: int) -> Truth:
        return self.test(fact, self.values[fact] >= least)

    def flag(self, fact: str) -> Truth:
        return self.test(fact, self.values[fact])

    def decided(
        self, conditions: tuple[Truth, ...], fen: Callable[[Array], Array], *needed: str
    ) -> Decided:
        """``fen`` is told the places where the conditions hold and gives the amounts there."""
        holds = conditions[0]
        for condition in conditions[1:]:
            holds &= condition
        payable = holds.true
        for fact in needed:
            payable = payable & self.known[fact]
        amounts = np.zeros(self.columns.count, np.int64)
        places = np.flatnonzero(payable)
        amounts[places] = fen(places)
        return Decided(conditions, holds, amounts, holds.false | payable)

    def housing(self) -> Decided:
        def fen(at: Array) -> Array:
            share = np.where(self.values["case.applied_on"][at] < civil(2019, 7, 1), 30, 25)
            by_price = (self.values["person.house_price"][at] * share + 50) // 100
            base = HOMES[
                self.values["person.first_home"][at].astype(np.int8),
                self.values["person.level"][at],
            ]
            received = self.values["person.housing_received"][at]
            return np.maximum(np.minimum(base, by_price) - received, 0)

        conditions = (
            self.is_not("person.level", "none"),
            self.flag("person.full_time"),
            self.at_least("person.insured_months", 6) | self.is_word("person.level", "a"),
            self.at_least("person.arrived_on", civil(2018, 1, 1)),
            self.is_not("firm.district", "outside"),
        )
        needed = "person.first_home", "person.house_price", "person.housing_received"
        return self.decided(conditions, fen, *needed)

    def agency(self) -> Decided:
        fees = self.values["person.agency_fee"]
        conditions = (
            self.is_word("firm.kind", "enterprise"),
            self.flag("person.full_time"),
            self.flag("person.overseas_event"),
            self.at_least("person.agency_fee", 1),
        )
        claimed = self.decided(conditions, lambda at: (fees[at] + 1) // 2)
        firm = self.columns.firm
        of_firm = np.zeros(int(firm.max()) + 1, np.int64)
        np.add.at(of_firm, firm, claimed.fen)
        over = np.flatnonzero(of_firm[firm] > AGENCY_CEILING)
        paid = claimed.fen.copy()
        paid[over] = paid[over] * AGENCY_CEILING // of_firm[firm[over]]
        return claimed._replace(fen=paid, claimed=claimed.fen)

    def grad(self) -> Decided:
        def fen(at: Array) -> Array:
            arrived, applied = (
                self.values["person.arrived_on"][at],
                self.values["case.applied_on"][at],
            )
            months = (applied >> 5) - (arrived >> 5) - ((applied & 31) < (arrived & 31))
            months = np.minimum(np.minimum(self.values["person.insured_months"][at], months), 36)
            later = (applied >= civil(2019, 1, 1)).astype(np.int8)
            return RATES[later, self.values["person.degree"][at]] * np.maximum(months, 0)

        conditions = (
            self.is_not("person.degree", "none"),
            self.test("person.age", self.values["person.age"] <= 40),
            self.is_not("firm.kind", "public"),
            self.at_least("person.annual_salary", 6 * WAN),
        )
        return self.decided(conditions, fen, "person.insured_months", "person.arrived_on")

    def award(self) -> Decided:
        scopes = self.values["person.award_scope"]
        conditions = (
            self.is_not("person.award_scope", "none"),
            self.test("firm.industry", KEY[self.values["firm.industry"]]),
        )
        return self.decided(conditions, lambda at: AWARDS[scopes[at]])

    def loan(self) -> Decided:
        def fen(at: Array) -> Array:
            score = self.values["project.score"][at]
            tenths = np.where(score >= 90, 10, np.where(score >= 80, 8, 5))
            return np.minimum(LINES[self.values["person.level"][at]] * tenths // 10, 800 * WAN)

        levels = self.values["person.level"]
        conditions = (
            self.test("person.level", levels <= CODES["person.level"]["c"]),
            self.at_least("project.score", 60),
            self.is_word("firm.kind", "startup") | self.is_word("firm.kind", "enterprise"),
        )
        return self.decided(conditions, fen)

    def equity(self) -> Decided:
        def fen(at: Array) -> Array:
            share = np.minimum(self.values["person.equity_share"][at], 150_000)
            return (self.values["person.asset_gain"][at] * share + 500_000) // 1_000_000

        conditions = (
            self.at_least("person.staff_years", 3),
            self.flag("person.full_time"),
            self.at_least("person.asset_gain", 1),
            self.is_word("firm.kind", "enterprise"),
        )
        return self.decided(conditions, fen, "person.equity_share")

    def run(self) -> dict[str, Decided]:
        """Everything at once, conditions kept."""
        names = ("housing", "agency", "grad", "award", "loan", "equity")
        return {name: getattr(self, name)() for name in names}

    def totals(self, decided: dict[str, Decided]) -> Totals:
        found = {}
        for name, one in decided.items():
            counts = int(one.holds.true.sum()), self.columns.count - int(one.settled.sum())
            found[name] = (*counts, int(one.fen.sum()))
            if one.claimed is not None:
                found[CLAIMED] = (*counts, int(one.claimed.sum()))
        return found


def by_hand(path: Path) -> Population:
    floor = Floor(read_columns(path))
    return Population(floor.run, floor.totals)


POPULATION = {"by_hand": by_hand}
