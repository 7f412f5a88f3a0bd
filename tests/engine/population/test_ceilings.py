"""Ceilings: in which order claims are granted, what is shared, and what is certain while some are open."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.engine.population.make import (
    WITH_FIRMS,
    Connection,
    ceiling,
    opened,
    people,
    scanned,
)
from tests.engine.rules.texts import rules_of
from yingcai.engine.population.ceilings import Capped
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.scan import Scan
from yingcai.engine.rules.model import RuleSet


def programme(
    name: str, *ceilings: str, amount: str = "person.salary", subject: str = "firm"
) -> str:
    """Pays the salary to whoever works full-time, under ceilings."""
    return f"""
programme: {name}
title: {{zh: {name}, en: {name}}}
subject: {subject}
conditions: [{{id: full-time, when: person.full_time}}]
amount: {amount}
stacking: {{ceilings: [{", ".join(ceilings)}]}}
"""


def one(*ceilings: str, **more: str) -> RuleSet:
    return rules_of(programme("fee", *ceilings, **more), facts=WITH_FIRMS)


CLAIMS = "id,firm.id,person.salary,person.full_time,case.applied_on"
BY_DATE = f"""
{CLAIMS}
d,f,60,yes,2019-03-01
c,f,60,yes,2019-01-02
b,f,30,yes,2019-01-02
a,f,30,yes,2019-02-01
e,g,100,yes,2019-02-01
x,g,500,no,2018-01-01
"""  # f: b 30, c 60, a 10 of 30, d nothing; g: 100


def in_groups(found: Scan, name: str = "fee") -> dict[object, tuple[float, float]]:
    """Yuan claimed and payable by group."""
    return {
        row.group[0]: (row.amount / 100, row.payable / 100)
        for row in found.tallies
        if row.programme == name
    }


def test_first_come_first_served_by_day_and_then_by_id(db: Connection, tmp_path: Path) -> None:
    rules = one(ceiling("firm", "YUAN(100)"))
    text = BY_DATE.replace("id,", "id,person.level,", 1)
    levels = {"a": "top", "b": "senior", "c": "leading", "d": "none", "e": "top", "x": "top"}
    for name, level in levels.items():
        text = text.replace(f"\n{name},", f"\n{name},{level},")

    found = scanned(db, people(tmp_path, text), rules, ["person.level"])

    assert in_groups(found) == {0: (60, 0), 1: (30, 30), 2: (60, 60), 3: (130, 110)}
    assert found.ceilings == {"fee": Capped(200_00, 200_00)}


def test_each_year_has_a_ceiling_of_its_own(db: Connection, tmp_path: Path) -> None:
    text = BY_DATE.replace("d,f,60,yes,2019-03-01", "d,f,60,yes,2020-01-01")
    rules = one(ceiling("firm", "YUAN(100)", within="year"))

    found = scanned(db, people(tmp_path, text), rules, ["year"])

    assert in_groups(found) == {2018: (0, 0), 2019: (220, 200), 2020: (60, 60)}


def test_pro_rata_rounds_each_share_down(db: Connection, tmp_path: Path) -> None:
    text = f"{CLAIMS}\na,f,1,yes,2019-01-01\nb,f,1,yes,2019-01-01\nc,f,1,yes,2019-01-01\nd,g,1.01,yes,2020-01-01\n"
    rules = one(ceiling("firm", "YUAN(1.01)", "pro_rata"))

    found = scanned(db, people(tmp_path, text), rules)

    # three times floor(101 / 3) = 33 fen, and 101 fen that just fit
    assert found.total("fee").payable == 3 * 33 + 101
    by_year = scanned(db, people(tmp_path, text), rules, ["year"])
    assert in_groups(by_year) == {2019: (3, 0.99), 2020: (1.01, 1.01)}


def test_pro_rata_within_a_year(db: Connection, tmp_path: Path) -> None:
    rules = one(ceiling("firm", "YUAN(90)", "pro_rata", within="year"))
    text = f"{CLAIMS}\na,f,60,yes,2019-01-01\nb,f,120,yes,2019-12-31\nc,f,80,yes,2020-01-01\n"

    found = scanned(db, people(tmp_path, text), rules, ["year"])

    assert in_groups(found) == {2019: (180, 90), 2020: (80, 80)}


def test_a_ceiling_that_depends_on_the_firm(db: Connection, tmp_path: Path) -> None:
    rules = one(ceiling("firm", "PORTION(firm.gain, PERCENT(15), 'down')", "pro_rata"))
    text = """
id,firm.id,firm.gain,person.salary,person.full_time
a,f,1000,100,yes
b,f,1000,200,yes
c,g,1000,100,yes
d,h,0,100,yes
e,i,,100,yes
"""
    found = scanned(db, people(tmp_path, text), rules)

    # f: 150 for 300; g: 100 fit under 150; h: nothing; i: not known, at most 100
    assert found.total("fee").payable == 250_00
    assert found.ceilings["fee"] == Capped(250_00, 350_00)


def test_a_cap_that_rises_with_the_days_leaves_room_for_later_claims(
    db: Connection, tmp_path: Path
) -> None:
    """Of 500 claimed 200 are granted; from 2020 on 300 may be granted in all, so 100 are left."""
    text = f"{CLAIMS}\na,f,500,yes,2019-01-01\nb,f,90,yes,2020-01-01\nc,f,90,yes,2020-01-02\n"
    rules = rules_of(
        programme("fee", ceiling("firm", "param.cap"))
        + "parameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: 2019-01-01, value: 200},"
        " {from: 2020-01-01, value: 300}]}}"
    )
    found = scanned(db, people(tmp_path, text), rules, ["year"])

    assert in_groups(found) == {2019: (500, 200), 2020: (180, 100)}


def test_a_cap_that_falls_takes_nothing_back(db: Connection, tmp_path: Path) -> None:
    text = f"{CLAIMS}\na,f,150,yes,2019-01-01\nb,f,90,yes,2020-01-01\nc,g,50,yes,2019-01-01\nd,g,90,yes,2020-01-01\n"
    rules = rules_of(
        programme("fee", ceiling("firm", "param.cap"))
        + "parameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: 2019-01-01, value: 200},"
        " {from: 2020-01-01, value: 100}]}}"
    )
    found = scanned(db, people(tmp_path, text), rules, ["year"])

    assert in_groups(found) == {2019: (200, 200), 2020: (180, 50)}


def test_a_claim_of_nothing_uses_no_room(db: Connection, tmp_path: Path) -> None:
    """Nor does an open one while the cap is low: when it rises again, all of the room is there."""
    text = f"{CLAIMS}\na,f,10,yes,2019-01-01\nb,f,0,yes,2020-01-01\nc,f,,yes,2020-01-01\nd,f,20,yes,2021-01-01\n"
    rules = rules_of(
        programme("fee", ceiling("firm", "param.cap"))
        + "parameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: 2019-01-01, value: 100},"
        " {from: 2020-01-01, value: 5}, {from: 2021-01-01, value: 100}]}}"
    )
    found = scanned(db, people(tmp_path, text), rules, ["year"])

    assert in_groups(found) == {2019: (10, 10), 2020: (0, 0), 2021: (20, 20)}


def test_a_ceiling_is_never_less_than_nothing(db: Connection, tmp_path: Path) -> None:
    text = f"{CLAIMS}\na,f,50,yes,2019-01-01\nb,f,0,yes,2019-01-02\n"
    for share in ("by_date", "pro_rata"):
        rules = one(ceiling("firm", "YUAN(10) - YUAN(30)", share))
        found = scanned(db, people(tmp_path, text), rules)
        assert (found.total("fee").payable, found.ceilings["fee"]) == (0, Capped(0, 0))


# Shared ceilings

TWO = """
id,firm.id,person.salary,person.home_price,person.full_time,case.applied_on
a,f,60,30,yes,2019-01-01
b,f,60,30,yes,2019-01-02
"""


@pytest.mark.parametrize("written_in", ["fee", "rent"])
@pytest.mark.parametrize(
    ("share", "fee", "rent"),
    [
        ("by_date", 60_00, 40_00),  # a: fee 60, rent 30; b: fee 10, nothing
        ("pro_rata", 66_66, 33_32),  # 60 and 30 of 180, times 100
    ],
)
def test_a_shared_ceiling_binds_whichever_file_it_stands_in(
    db: Connection, tmp_path: Path, written_in: str, share: str, fee: int, rent: int
) -> None:
    shared = ceiling("firm", "YUAN(100)", share, group=("fee", "rent"))
    rules = rules_of(
        programme("fee", *([shared] if written_in == "fee" else [])),
        programme("rent", *([shared] if written_in == "rent" else []), amount="person.home_price"),
    )
    if share == "by_date":
        fee, rent = 70_00, 30_00

    found = scanned(db, people(tmp_path, TWO), rules)

    assert (found.total("fee").payable, found.total("rent").payable) == (fee, rent)
    assert found.ceilings == {"fee": Capped(fee, fee), "rent": Capped(rent, rent)}


def test_a_ceiling_written_twice_binds_once(db: Connection, tmp_path: Path) -> None:
    shared = ceiling("firm", "YUAN(90)", "pro_rata", group=("fee", "rent"))
    rules = rules_of(
        programme("fee", shared), programme("rent", shared, amount="person.home_price")
    )

    found = scanned(db, people(tmp_path, TWO), rules)

    assert (found.total("fee").payable, found.total("rent").payable) == (60_00, 30_00)


def test_a_programme_may_share_with_one_that_is_not_decided(db: Connection, tmp_path: Path) -> None:
    rules = one(ceiling("firm", "YUAN(100)", group=("fee", "gone")))
    found = scanned(db, people(tmp_path, TWO), rules)
    assert found.total("fee").payable == 100_00


# Several ceilings


def test_the_narrowest_owner_first(db: Connection, tmp_path: Path) -> None:
    """Ten for each person, then thirty-five for the firm: 10 + 10 + 10 + 5, not 10 of the first alone."""
    text = "id,person.id,firm.id,person.salary,person.full_time\n" + "".join(
        f"c{number},p{number},f,50,yes\n" for number in range(6)
    )
    firm, person = ceiling("firm", "YUAN(35)"), ceiling("person", "YUAN(10)")
    for order in ((firm, person), (person, firm)):
        found = scanned(db, people(tmp_path, text), one(*order))
        assert found.total("fee").payable == 35_00
        assert found.ceilings["fee"] == Capped(35_00, 35_00)


def test_a_year_before_ever_and_own_before_shared(db: Connection, tmp_path: Path) -> None:
    text = f"""
{CLAIMS.replace("person.salary", "person.salary,person.home_price")}
a,f,80,0,yes,2018-01-01
b,f,80,80,yes,2019-01-01
"""
    rules = rules_of(
        programme(
            "fee",
            ceiling("firm", "YUAN(120)", group=("fee", "rent")),
            ceiling("firm", "YUAN(50)", within="year"),
        ),
        programme("rent", amount="person.home_price"),
    )
    found = scanned(db, people(tmp_path, text), rules)

    # fee: 50 in each year; then 120 for both: fee 50, 50 and rent 20
    assert (found.total("fee").payable, found.total("rent").payable) == (100_00, 20_00)


# Who owns a claim


def test_per_person_without_a_column_of_persons(db: Connection, tmp_path: Path) -> None:
    rules = one(ceiling("person", "YUAN(70)"), subject="person")
    found = scanned(db, people(tmp_path, BY_DATE), rules)
    assert found.total("fee").payable == (60 + 60 + 30 + 30 + 70) * 100

    rows = BY_DATE.replace("id,firm.id", "id,person.id")  # the same claims of two persons
    assert scanned(db, people(tmp_path, rows), rules).total("fee").payable == 140_00


def test_an_owner_that_no_column_names(db: Connection, tmp_path: Path) -> None:
    path = people(tmp_path, BY_DATE)
    with pytest.raises(
        PopulationError, match=r"^the ceiling of `fee` needs the column `household\.id`$"
    ):
        scanned(db, path, one(ceiling("household", "YUAN(1)")))


def test_a_claim_without_an_owner_is_open(db: Connection, tmp_path: Path) -> None:
    """Two firms that are not named are not one firm, and nothing is granted to them for sure."""
    text = f"""
{CLAIMS}
a,,60,yes,2019-01-01
b,,60,yes,2019-01-01
c,f,60,yes,2019-01-01
d,,300,yes,2019-01-01
e,,,yes,2019-01-01
"""
    for share in ("by_date", "pro_rata"):
        found = scanned(db, people(tmp_path, text), one(ceiling("firm", "YUAN(100)", share)))
        assert found.total("fee").payable == 60_00
        assert found.ceilings["fee"] == Capped(60_00, 60_00 + 2 * 60_00 + 100_00 + 100_00)


UNDATED = WITH_FIRMS.replace("always: true, range: [2000-01-01, 2040-12-31]", "moves: never")


@pytest.mark.parametrize(("share", "within", "sure"), [
    ("by_date", "ever", False), ("pro_rata", "year", False), ("pro_rata", "ever", True),
])  # fmt: skip
def test_a_claim_without_a_day_is_open_where_the_day_counts(
    db: Connection, tmp_path: Path, share: str, within: str, *, sure: bool
) -> None:
    rules = rules_of(
        programme("fee", ceiling("firm", "YUAN(90)", share, within=within)), facts=UNDATED
    )
    text = f"{CLAIMS}\na,f,60,yes,\nb,f,60,yes,2019-01-01\n"

    found = scanned(db, people(tmp_path, text), rules)

    assert found.ceilings["fee"] == (Capped(90_00, 90_00) if sure else Capped(60_00, 120_00))


# Open claims


def test_an_open_claim_makes_an_interval(db: Connection, tmp_path: Path) -> None:
    """The firm's own claims share: with the open one 100 instead of 60; g is not touched by it."""
    text = f"""
{CLAIMS}
a,f,,yes,2019-01-01
b,f,60,yes,2019-02-01
c,g,30,yes,2019-02-01
d,g,30,,2019-03-01
e,h,30,yes,2019-03-01
"""
    found = scanned(db, people(tmp_path, text), one(ceiling("firm", "YUAN(100)")))

    assert found.total("fee").payable == 120_00
    assert found.ceilings["fee"] == Capped(120_00, 100_00 + 100_00 + 30_00)


def test_open_claims_of_another_programme_may_take_all(db: Connection, tmp_path: Path) -> None:
    text = """
id,firm.id,person.salary,person.home_price,person.full_time,case.applied_on
a,f,30,,yes,2019-01-01
b,f,60,0,yes,2019-01-02
"""
    shared = ceiling("firm", "YUAN(80)", group=("fee", "rent"))
    rules = rules_of(programme("fee", shared), programme("rent", amount="person.home_price"))

    found = scanned(db, people(tmp_path, text), rules)

    # a's fee comes before a's rent, which may leave nothing for b
    assert found.total("fee").payable == 80_00
    assert found.ceilings == {"fee": Capped(30_00, 80_00), "rent": Capped(0, 80_00)}


def test_an_unknown_ceiling_of_an_open_claim_bounds_nothing(db: Connection, tmp_path: Path) -> None:
    text = "id,firm.id,firm.gain,person.salary,person.full_time\na,f,,,yes\nb,g,50,60,yes\n"
    found = scanned(db, people(tmp_path, text), one(ceiling("firm", "firm.gain")))

    assert found.ceilings["fee"] == Capped(50_00, None)


def test_a_second_ceiling_bounds_what_the_first_does_not(db: Connection, tmp_path: Path) -> None:
    text = "id,firm.id,firm.gain,person.salary,person.full_time\na,f,,,yes\nb,g,50,60,yes\n"
    rules = one(ceiling("firm", "firm.gain"), ceiling("person", "YUAN(40)"), subject="person")

    found = scanned(db, people(tmp_path, text), rules)

    assert found.ceilings["fee"] == Capped(40_00, 80_00)


def test_an_open_claim_may_take_what_a_second_ceiling_then_cuts(
    db: Connection, tmp_path: Path
) -> None:
    """If a comes in it takes the person's ten, of which its firm pays one, and b gets nothing."""
    text = """
id,person.id,firm.id,firm.gain,person.salary,person.full_time,case.applied_on
a,p,f,1,,yes,2019-01-01
b,p,g,100,10,yes,2019-01-02
"""
    rules = one(ceiling("person", "YUAN(10)"), ceiling("firm", "firm.gain"))
    found = scanned(db, people(tmp_path, text), rules)

    assert found.total("fee").payable == 10_00
    assert found.ceilings["fee"] == Capped(0, 10_00)


def test_shares_of_open_claims_may_cost_a_fen_each(db: Connection, tmp_path: Path) -> None:
    """100 fen for two are 50 each; for three only 33 each, so 99 in all are certain, and two are doubtful."""
    text = f"{CLAIMS}\na,f,1,yes,2019-01-01\nb,f,1,yes,2019-01-01\nc,f,,yes,2019-01-01\n"
    found = scanned(db, people(tmp_path, text), one(ceiling("firm", "YUAN(1)", "pro_rata")))

    assert found.total("fee").payable == 100
    assert found.ceilings["fee"] == Capped(97, 100)


def test_a_programme_without_claims(db: Connection, tmp_path: Path) -> None:
    found = scanned(
        db, people(tmp_path, f"{CLAIMS}\na,f,1,no,2019-01-01\n"), one(ceiling("firm", "YUAN(1)"))
    )
    assert found.total("fee").payable == 0
    assert found.ceilings["fee"] == Capped(0, 0)


# Against a model that goes through the claims one by one


class Claim(NamedTuple):
    id: str
    programme: str
    firm: str | None
    person: str
    day: date
    fen: int | None  # None: open


class Cap(NamedTuple):
    per: str
    fen: int
    share: str
    within: str
    group: tuple[str, ...]


def paid(claims: list[Claim], caps: list[Cap]) -> dict[tuple[str, str], int]:
    """What each known claim is paid, the caps one after the other."""
    left = {(one.id, one.programme): one.fen for one in claims if one.fen is not None}
    for cap in caps:
        for owner, members in owned(claims, cap).items():
            keys = [(one.id, one.programme) for one in members]
            allowed = 0 if owner is None else cap.fen
            granted = by_date if cap.share == "by_date" else pro_rata
            left |= dict(zip(keys, granted([left[key] for key in keys], allowed), strict=True))
    return left


def owned(claims: list[Claim], cap: Cap) -> dict[object, list[Claim]]:
    """Known claims of the group by owner and period, in order; None where no owner is known."""
    owners: dict[object, list[Claim]] = defaultdict(list)
    for one in sorted(claims, key=lambda claim: (claim.day, claim.id, claim.programme)):
        if one.programme in cap.group and one.fen is not None:
            owner = one.firm if cap.per == "firm" else one.person
            period = one.day.year if cap.within == "year" else 0
            owners[None if owner is None else (owner, period)].append(one)
    return owners


def by_date(claimed: list[int], allowed: int) -> list[int]:
    granted: list[int] = []
    for fen in claimed:
        granted.append(min(fen, allowed - sum(granted)))
    return granted


def pro_rata(claimed: list[int], allowed: int) -> list[int]:
    total = sum(claimed)
    return claimed if total <= allowed else [fen * allowed // total for fen in claimed]


def in_all(claims: list[Claim], caps: list[Cap], name: str) -> int:
    return sum(fen for (_, owner), fen in paid(claims, caps).items() if owner == name)


def random_claims(random: Random, rows: int) -> Iterator[Claim]:
    for number in range(rows):
        firm = random.choice(["f", "f", "g", "h", None])
        day = date(random.choice([2019, 2020]), random.randint(1, 3), random.randint(1, 4))
        for name in ("fee", "rent"):
            fen = random.choice([None, 0, random.randint(1, 5000), random.randint(1, 5000)])
            yield Claim(f"c{number:02}", name, firm, f"p{random.randrange(4)}", day, fen)


def written_claims(claims: list[Claim]) -> str:
    def cell(fen: int | None) -> str:
        return "" if fen is None else f"{fen / 100:.2f}"

    rows = []
    for fee, rent in zip(claims[::2], claims[1::2], strict=True):
        rows.append(
            f"{fee.id},{fee.firm or ''},{fee.person},{cell(fee.fen)},{cell(rent.fen)},yes,{fee.day}"
        )
    head = "id,firm.id,person.id,person.salary,person.home_price,person.full_time,case.applied_on"
    return "\n".join([head, *rows])


ORDERS = [
    [("firm", "fee")],
    [("firm", "fee rent")],
    [("person", "fee"), ("firm", "fee")],
    [("person", "rent"), ("firm", "fee rent")],
    [("person", "fee rent"), ("firm", "fee rent")],
]


@pytest.mark.parametrize("seed", range(10))
def test_random_claims_are_paid_as_one_by_one(db: Connection, tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test, no secret
    claims = list(random_claims(random, 14))
    claims = [
        one._replace(person=claims[place // 2 * 2].person) for place, one in enumerate(claims)
    ]
    caps = [
        Cap(per, random.randint(1, 12_000), random.choice(["by_date", "pro_rata"]),
            random.choice(["ever", "year"]), tuple(group.split()))
        for per, group in ORDERS[seed % len(ORDERS)]
    ]  # fmt: skip
    in_files = {
        name: [
            ceiling(
                cap.per, f"YUAN({cap.fen / 100:.2f})", cap.share, within=cap.within, group=cap.group
            )
            for cap in caps
            if cap.group[0] == name
        ]
        for name in ("fee", "rent")
    }
    rules = rules_of(
        programme("fee", *in_files["fee"]),
        programme("rent", *in_files["rent"], amount="person.home_price"),
    )

    found = scanned(db, people(tmp_path, written_claims(claims)), rules)

    for name in ("fee", "rent"):
        capped = [cap for cap in caps if name in cap.group]
        assert found.total(name).payable == in_all(claims, caps, name)
        if capped:
            assert_within(claims, caps, name, found.ceilings[name], random)


def assert_within(
    claims: list[Claim], caps: list[Cap], name: str, bounds: Capped, random: Random
) -> None:
    """Whatever becomes of open claims and of those without an owner, the sum lies within the bounds."""
    assert bounds.at_most is not None
    for every, same in product((0, 1, 4999, 10**9, None), repeat=2):
        filled = [
            one._replace(
                fen=one.fen
                if one.fen is not None
                else random.choice([0, 3000])
                if every is None
                else every,
                firm=one.firm or (f"own-{one.id}" if same != 1 else f"own-{one.id}x"),
            )
            for one in claims
        ]
        if same == 0:
            filled = [
                one
                for one, was in zip(filled, claims, strict=True)
                if was.fen is not None or random.random() < 0.5
            ]
        assert bounds.at_least <= in_all(filled, caps, name) <= bounds.at_most


def test_the_order_of_rows_and_threads_change_nothing(db: Connection, tmp_path: Path) -> None:
    random = Random(99)  # noqa: S311 - a test, no secret
    claims = list(random_claims(random, 40))
    head, *rows = written_claims(claims).splitlines()
    rules = one(ceiling("person", "YUAN(60)"), ceiling("firm", "YUAN(300)", "pro_rata"))
    seen = []
    for threads, order in ((1, rows), (2, rows[::-1]), (2, random.sample(rows, len(rows)))):
        db.execute(f"SET threads = {threads}")
        seen.append(scanned(db, people(tmp_path, "\n".join([head, *order])), rules, ["year"]))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0].total("fee").payable > 0


def test_the_table_of_claims_goes_away(db: Connection, tmp_path: Path) -> None:
    population = opened(db, people(tmp_path, BY_DATE), one(ceiling("firm", "YUAN(100)")))
    scanned(db, people(tmp_path, BY_DATE), one(ceiling("firm", "YUAN(100)")))
    left = population.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert left == [("people_read",)]
