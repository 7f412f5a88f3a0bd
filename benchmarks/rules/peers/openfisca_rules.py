"""The six programmes as OpenFisca writes rules: conditions and amounts as functions of entities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum

from benchmarks.rules.people import Array, facts
from benchmarks.rules.reference import (
    AWARD,
    BASE,
    KEY_INDUSTRIES,
    LINE,
    MONTHLY,
    MONTHLY_2018,
    WAN,
)

PERIOD = "2020"
NEVER = np.datetime64("1900-01-01")
UNKNOWN_FEN = -2_000_000_000  # stands for an unknown sum; no known one is as low
PROGRAMMES = ("housing", "agency", "grad", "award", "loan", "equity")
PARAMETERS = {  # its parameters are dated by period, not by person: the two shares are two parameters
    "price_share_before": 30,
    "price_share": 25,
    "agency_ceiling": 30 * WAN,
    "min_months": 6,
}
PERSON = build_entity(key="person", plural="persons", label="Person", is_person=True)
FIRM = build_entity(
    key="firm",
    plural="firms",
    label="Firm",
    roles=[{"key": "staff", "plural": "staffs", "label": "staff"}],
)
ENUMS = {
    one.name: Enum(one.name.replace(".", "_"), {word: word for word in ("unknown", *one.values)})
    for one in facts()
    if one.values
}
Formula = Callable[..., Array]


def plain_name(fact: str) -> str:
    return fact.replace(".", "_")


def asked(person: Any, period: Any, fact: str) -> Array:
    return person(plain_name(fact), period)


def among(fact: str, *words: str) -> Formula:
    def formula(person: Any, period: Any) -> Array:
        value = asked(person, period, fact)
        holds = value == ENUMS[fact][words[0]]
        for word in words[1:]:
            holds = holds | (value == ENUMS[fact][word])
        return holds

    return formula


def other_than(fact: str, word: str) -> Formula:
    def formula(person: Any, period: Any) -> Array:
        value = asked(person, period, fact)
        return (value != ENUMS[fact][word]) & (value != ENUMS[fact]["unknown"])

    return formula


def flag(fact: str) -> Formula:
    return lambda person, period: asked(person, period, fact) == 1


def at_least(fact: str, least: int) -> Formula:
    return lambda person, period: asked(person, period, fact) >= least


def insured(person: Any, period: Any, parameters: Any) -> Array:
    long_enough = asked(person, period, "person.insured_months") >= parameters(period).min_months
    return long_enough | (asked(person, period, "person.level") == ENUMS["person.level"]["a"])


def arrived(person: Any, period: Any) -> Array:
    return asked(person, period, "person.arrived_on") >= np.datetime64("2018-01-01")


def young(person: Any, period: Any) -> Array:
    age = asked(person, period, "person.age")
    return (age >= 0) & (age <= 40)


CONDITIONS: dict[str, list[Formula]] = {
    "housing": [
        other_than("person.level", "none"),
        flag("person.full_time"),
        insured,
        arrived,
        other_than("firm.district", "outside"),
    ],
    "agency": [
        among("firm.kind", "enterprise"),
        flag("person.full_time"),
        flag("person.overseas_event"),
        at_least("person.agency_fee", 1),
    ],
    "grad": [
        other_than("person.degree", "none"),
        young,
        other_than("firm.kind", "public"),
        at_least("person.annual_salary", 6 * WAN),
    ],
    "award": [
        other_than("person.award_scope", "none"),
        among("firm.industry", *sorted(KEY_INDUSTRIES)),
    ],
    "loan": [
        among("person.level", *LINE),
        at_least("project.score", 60),
        among("firm.kind", "startup", "enterprise"),
    ],
    "equity": [
        at_least("person.staff_years", 3),
        flag("person.full_time"),
        at_least("person.asset_gain", 1),
        among("firm.kind", "enterprise"),
    ],
}


def row_of(person: Any, period: Any, fact: str, rows: dict[str, int], unit: int) -> Array:
    value = asked(person, period, fact)
    tests = [value == ENUMS[fact][word] for word in rows]
    return np.select(tests, [fen * unit for fen in rows.values()], 0)


class Amounts:
    """The formulas of the amounts; ``exact`` keeps whole fen, else they are in 32-bit floats."""

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact

    def part(self, fen: Array, share: Array, of: int) -> Array:
        """``fen × share / of`` to the nearest fen."""
        if self.exact:
            return (fen.astype(np.int64) * share + of // 2) // of
        return np.floor(fen * (share / of) + 0.5)

    def housing(self, person: Any, period: Any, parameters: Any) -> Array:
        first = asked(person, period, "person.first_home")
        price = asked(person, period, "person.house_price")
        received = asked(person, period, "person.housing_received")
        base = np.where(
            first == 1,
            row_of(person, period, "person.level", BASE[True], WAN),
            row_of(person, period, "person.level", BASE[False], WAN),
        )
        shares = parameters(period)
        earlier = asked(person, period, "case.applied_on") < np.datetime64("2019-07-01")
        share = np.where(earlier, shares.price_share_before, shares.price_share)
        paid = np.maximum(np.minimum(base, self.part(price, share, 100)) - received, 0)
        known = (first >= 0) & (price >= 0) & (received >= 0)
        return person("housing_holds", period) * known * paid

    def agency_claim(self, person: Any, period: Any) -> Array:
        fee = asked(person, period, "person.agency_fee")
        return person("agency_holds", period) * self.part(fee, 1, 2)

    def agency_claimed(self, firm: Any, period: Any) -> Array:
        return firm.sum(firm.members("agency_claim", period))

    def agency(self, person: Any, period: Any, parameters: Any) -> Array:
        claim = person("agency_claim", period)
        claimed = np.maximum(person.firm("agency_claimed", period), 1)
        ceiling = int(parameters(period).agency_ceiling)
        if self.exact:
            part = claim.astype(np.int64) * ceiling // claimed.astype(np.int64)
        else:
            part = np.floor(claim * (ceiling / claimed))
        return np.where(claimed > ceiling, part, claim)

    def grad(self, person: Any, period: Any) -> Array:
        start = asked(person, period, "person.arrived_on")
        end = asked(person, period, "case.applied_on")
        first, last = start.astype("M8[M]"), end.astype("M8[M]")
        earlier_day = (end - last.astype("M8[D]")) < (start - first.astype("M8[D]"))
        months = np.maximum((last - first).astype(np.int32) - earlier_day, 0)
        insured_months = asked(person, period, "person.insured_months")
        paid_months = np.minimum(np.minimum(insured_months, months), 36)
        rate = np.where(
            end < np.datetime64("2019-01-01"),
            row_of(person, period, "person.degree", MONTHLY_2018, 100),
            row_of(person, period, "person.degree", MONTHLY, 100),
        )
        known = (start > NEVER) & (insured_months >= 0)
        return person("grad_holds", period) * known * rate * paid_months

    def award(self, person: Any, period: Any) -> Array:
        return person("award_holds", period) * row_of(
            person, period, "person.award_scope", AWARD, WAN
        )

    def loan(self, person: Any, period: Any) -> Array:
        score = asked(person, period, "project.score")
        tenths = np.where(score >= 90, 10, np.where(score >= 80, 8, 5))
        line = row_of(person, period, "person.level", LINE, WAN // 10)
        return person("loan_holds", period) * np.minimum(line * tenths, 800 * WAN)

    def equity(self, person: Any, period: Any) -> Array:
        share = asked(person, period, "person.equity_share")
        gain = asked(person, period, "person.asset_gain")
        reward = self.part(gain, np.minimum(share, 150_000), 10**6)
        return person("equity_holds", period) * (share >= 0) * reward
