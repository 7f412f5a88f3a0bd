"""The six programmes by hand, one person at a time, with whole numbers and fractions: what is right.

Written from the programmes' words, apart from the engine and from the other engines measured here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import floor
from typing import Any

Facts = dict[str, Any]
Truth = bool | None  # None is unknown
Answer = tuple[Truth, int | None]  # whether it holds, and fen; None is unknown
Totals = dict[str, tuple[int, int, int]]  # how many hold, for how many the fen is unknown, fen

WAN = 1_000_000  # fen of ten thousand yuan
BASE = {
    True: {"a": 100, "b": 60, "c": 40, "d": 20, "e": 10},
    False: {"a": 80, "b": 50, "c": 30, "d": 15, "e": 5},
}
MONTHLY_2018 = {"bachelor": 400, "master": 800, "doctor": 1500}
MONTHLY = {"bachelor": 600, "master": 1000, "doctor": 2000}
AWARD = {"municipal": 10, "provincial": 50, "national": 100}
LINE = {"a": 1000, "b": 500, "c": 300}
KEY_INDUSTRIES = {"auto", "pharma", "equipment", "materials", "aero", "valve", "sewing"}
AGENCY_CEILING = 30 * WAN
CLAIMED = "agency claimed"  # in totals: the agency fee before the ceiling of the firm


def nearest(exact: Fraction) -> int:
    """The nearest whole fen, half upwards; amounts here are not negative."""
    return floor(exact + Fraction(1, 2))


def all_of(*tests: Truth) -> Truth:
    if any(test is False for test in tests):
        return False
    return None if any(test is None for test in tests) else True


def one_of(*tests: Truth) -> Truth:
    if any(test is True for test in tests):
        return True
    return None if any(test is None for test in tests) else False


def known(test: Callable[..., Any], *values: Any) -> Any:
    return None if any(value is None for value in values) else test(*values)


def months_between(start: dt.date, end: dt.date) -> int:
    whole = (end.year - start.year) * 12 + end.month - start.month
    return max(whole - (end.day < start.day), 0)


def housing(f: Facts) -> Answer:
    holds = all_of(
        known(lambda level: level != "none", f["person.level"]),
        f["person.full_time"],
        one_of(
            known(lambda months: months >= 6, f["person.insured_months"]),
            known(lambda level: level == "a", f["person.level"]),
        ),
        known(lambda day: day >= dt.date(2018, 1, 1), f["person.arrived_on"]),
        known(lambda district: district != "outside", f["firm.district"]),
    )
    share = Fraction(30 if f["case.applied_on"] < dt.date(2019, 7, 1) else 25, 100)

    def fen(first_home: bool, price: int, received: int) -> int:  # noqa: FBT001
        base = BASE[first_home][f["person.level"]] * WAN
        return max(min(base, nearest(price * share)) - received, 0)

    needed = f["person.first_home"], f["person.house_price"], f["person.housing_received"]
    return _answer(holds, fen, *needed)


def agency(f: Facts) -> Answer:
    """Before the ceiling of the firm."""
    holds = all_of(
        known(lambda kind: kind == "enterprise", f["firm.kind"]),
        f["person.full_time"],
        f["person.overseas_event"],
        known(lambda fee: fee > 0, f["person.agency_fee"]),
    )
    return _answer(holds, lambda fee: nearest(Fraction(fee, 2)), f["person.agency_fee"])


def grad(f: Facts) -> Answer:
    holds = all_of(
        known(lambda degree: degree != "none", f["person.degree"]),
        known(lambda age: age <= 40, f["person.age"]),
        known(lambda kind: kind != "public", f["firm.kind"]),
        known(lambda salary: salary >= 6 * WAN, f["person.annual_salary"]),
    )
    monthly = MONTHLY_2018 if f["case.applied_on"] < dt.date(2019, 1, 1) else MONTHLY

    def fen(insured: int, arrived: dt.date) -> int:
        months = min(insured, months_between(arrived, f["case.applied_on"]), 36)
        return monthly[f["person.degree"]] * 100 * months

    return _answer(holds, fen, f["person.insured_months"], f["person.arrived_on"])


def award(f: Facts) -> Answer:
    holds = all_of(
        known(lambda scope: scope != "none", f["person.award_scope"]),
        known(lambda industry: industry in KEY_INDUSTRIES, f["firm.industry"]),
    )
    return _answer(holds, lambda: AWARD[f["person.award_scope"]] * WAN)


def loan(f: Facts) -> Answer:
    holds = all_of(
        known(lambda level: level in LINE, f["person.level"]),
        known(lambda score: score >= 60, f["project.score"]),
        known(lambda kind: kind in ("startup", "enterprise"), f["firm.kind"]),
    )

    def fen() -> int:
        score = f["project.score"]
        factor = Fraction(10 if score >= 90 else 8 if score >= 80 else 5, 10)
        return min(nearest(LINE[f["person.level"]] * WAN * factor), 800 * WAN)

    return _answer(holds, fen)


def equity(f: Facts) -> Answer:
    holds = all_of(
        known(lambda years: years >= 3, f["person.staff_years"]),
        f["person.full_time"],
        known(lambda gain: gain > 0, f["person.asset_gain"]),
        known(lambda kind: kind == "enterprise", f["firm.kind"]),
    )

    def fen(share: int) -> int:
        return nearest(f["person.asset_gain"] * min(Fraction(share, 10**6), Fraction(15, 100)))

    return _answer(holds, fen, f["person.equity_share"])


def _answer(holds: Truth, fen: Callable[..., int], *needed: Any) -> Answer:
    if not holds:
        return holds, None if holds is None else 0
    return True, known(fen, *needed)


PROGRAMMES: dict[str, Callable[[Facts], Answer]] = {
    "housing": housing,
    "agency": agency,
    "grad": grad,
    "award": award,
    "loan": loan,
    "equity": equity,
}


def decide(f: Facts) -> dict[str, Answer]:
    """All programmes for one person; the agency fee before the ceiling of the firm."""
    return {name: programme(f) for name, programme in PROGRAMMES.items()}


def under_ceiling(claims: Iterable[tuple[int, int]]) -> list[int]:
    """What is paid of (firm, fen): where a firm claims more than the ceiling, each gets its part, rounded down."""
    listed = list(claims)
    claimed: dict[int, int] = defaultdict(int)
    for firm, fen in listed:
        claimed[firm] += fen
    return [
        fen if claimed[firm] <= AGENCY_CEILING else fen * AGENCY_CEILING // claimed[firm]
        for firm, fen in listed
    ]


def totals(people: list[Facts]) -> Totals:
    """Totals over people of whom all members of a firm are here; claims not known count as nothing."""
    decided = [decide(one) for one in people]
    found = {name: _total([one[name] for one in decided]) for name in PROGRAMMES}
    claims = [
        (one["firm"], two["agency"][1] or 0) for one, two in zip(people, decided, strict=True)
    ]
    found[CLAIMED] = found["agency"]
    found["agency"] = (*found["agency"][:2], sum(under_ceiling(claims)))
    return found


def _total(answers: list[Answer]) -> tuple[int, int, int]:
    return (
        sum(holds is True for holds, _ in answers),
        sum(fen is None for _, fen in answers),
        sum(fen or 0 for _, fen in answers),
    )
