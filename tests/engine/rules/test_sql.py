"""The set-based back end in DuckDB: every cell is the oracle's, and what SQL would do wrongly by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from tests.engine.rules.make_sql import (
    BOOLEAN,
    DATE,
    DEGREE,
    MONEY,
    MONTHS,
    NULL,
    NUMBER,
    RATIO,
    VOCABULARY,
    const,
    csv_text,
    day,
    known,
    rule,
    rule_set,
    yuan,
)
from tests.engine.rules.random_sql import Generator, people, seeded
from tests.engine.rules.sql_oracle import Facts, Tally, cells, kinds, output_names, prepared, read
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import OUTCOME_CODES, select_decisions
from yingcai.engine.rules.sql_print import DIALECTS, create_table, print_sql
from yingcai.engine.rules.tables import Row, Span, Table
from yingcai.engine.rules.types import RATIO_SCALE, Known

SEEDS = range(30)
YES, NO, UNKNOWN, PERSON = (
    OUTCOME_CODES.index(word) for word in ("yes", "no", "unknown", "person")
)


def loaded(rules: RuleSet, rows: Sequence[Facts], folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds the rows as the query expects them."""
    file = folder / "people.csv"
    file.write_text(csv_text(rules, rows))
    connection = duckdb.connect()
    connection.execute(create_table(rules))
    connection.execute(
        f"COPY people FROM '{file}' (HEADER false, NULLSTR '{NULL}')"
    )  # our own file
    return connection


def decided(
    rules: RuleSet, rows: Sequence[Facts], folder: Path, *, reasons: bool = False
) -> list[dict[str, Known]]:
    """The decisions on every row by column name."""
    query, columns = select_decisions(rules, reasons=reasons)
    with loaded(rules, rows, folder) as connection:
        found = connection.execute(print_sql(query) + ' ORDER BY "id"').fetchall()
    names = output_names(columns)
    return [dict(zip(names, map(read, row[1:]), strict=True)) for row in found]


def person(**known_facts: Known) -> dict[str, Known]:
    """A person of whom only these facts are known, besides those that always are."""
    always: dict[str, Known] = {
        "case.kind": 0, "case.first": True, "case.places": 1, "case.applied_on": day("2019-05-06"),
    }  # fmt: skip
    given = {name.replace("__", "."): value for name, value in known_facts.items()}
    return {**dict.fromkeys(VOCABULARY), **always, **given}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_is_the_oracles(seed: int, tmp_path: Path) -> None:
    random = seeded(seed)
    rules = Generator(random).rules()
    rows = people(random, 2_000)
    outcomes = [prepared(rules)(row) for row in rows]
    tally = Tally()
    with loaded(rules, rows, tmp_path) as connection:
        for reasons in (False, True):
            query, columns = select_decisions(rules, reasons=reasons)
            found = connection.execute(print_sql(query) + ' ORDER BY "id"').fetchall()
            for place, (row, outcome) in enumerate(zip(found, outcomes, strict=True)):
                assert row[0] == place
                tally.add(f"row {place}", cells(rules, columns, outcome), row[1:])
    assert tally.different == 0, tally.examples
    assert tally.cells >= 2_000 * len(rules.rules)


def test_the_generated_rules_use_every_kind_of_node_and_come_to_every_outcome() -> None:
    sets = [(Generator(random).rules(), people(random, 40)) for random in map(seeded, SEEDS)]
    assert set().union(*(kinds(rules) for rules, _ in sets)) == set(n.KINDS)
    words = [one.outcome for rules, rows in sets for row in rows for one in prepared(rules)(row)]
    assert {word for word in OUTCOME_CODES if words.count(word) > 100} == set(OUTCOME_CODES)


@pytest.mark.parametrize("seed", range(5))
def test_the_prepared_oracle_is_the_oracle(seed: int) -> None:
    random = seeded(seed)
    rules = Generator(random).rules()
    for row in people(random, 40):
        assert prepared(rules)(row) == decide(rules, row)


def test_a_cap_is_not_paid_to_somebody_whose_price_is_unknown(tmp_path: Path) -> None:
    for kind in ("least", "greatest"):
        capped = n.Extreme(kind, (known("person.price"), yuan(100)), MONEY)
        rules = rule_set(rule(amount=capped))
        found = decided(rules, [person(), person(person__price=99_00)], tmp_path)
        assert [row["r0"] for row in found] == [YES, YES]
        assert [row["r0_amount"] for row in found] == [None, 99_00 if kind == "least" else 100_00]


def test_an_unknown_condition_on_the_way_does_not_fall_to_the_else(tmp_path: Path) -> None:
    amount = n.Case(((known("person.full_time"), yuan(1)),), yuan(2), MONEY)
    rows = [person(), person(person__full_time=True), person(person__full_time=False)]
    found = decided(rule_set(rule(amount=amount)), rows, tmp_path)
    assert [row["r0_amount"] for row in found] == [None, 100, 200]


def test_the_amount_is_nothing_for_no_and_open_for_unknown(tmp_path: Path) -> None:
    rules = rule_set(rule(known("person.full_time"), amount=yuan(7), result=const(3, DEGREE)))
    rows = [person(), person(person__full_time=True), person(person__full_time=False)]
    assert decided(rules, rows, tmp_path) == [
        {"r0": UNKNOWN, "r0_amount": None, "r0_result": None},
        {"r0": YES, "r0_amount": 700, "r0_result": 3},
        {"r0": NO, "r0_amount": 0, "r0_result": None},
    ]


def test_a_rule_waits_for_facts_before_it_waits_for_a_person(tmp_path: Path) -> None:
    both = rule(known("person.full_time"), known("committee.agrees"))
    mixed = rule(n.Or((known("person.full_time"), known("committee.agrees"))))
    rows = [
        person(),
        person(person__full_time=True),
        person(committee__agrees=True),
        person(committee__agrees=False),
        person(person__full_time=False),
    ]
    found = decided(rule_set(both, mixed), rows, tmp_path)
    assert [row["r0"] for row in found] == [UNKNOWN, PERSON, UNKNOWN, NO, NO]
    assert [row["r1"] for row in found] == [UNKNOWN, YES, YES, UNKNOWN, PERSON]


def test_a_gap_in_the_rules_waits_for_a_person(tmp_path: Path) -> None:
    """Before the first day of a parameter nothing is missing that anybody could tell."""
    least = n.Param("least", MONTHS, known("case.applied_on"), ((day("2020-01-01"), 6),))
    enough = n.Compare(">=", known("person.months"), least)
    other = n.Compare(">=", known("firm.growth"), const(0, NUMBER))
    rules = rule_set(rule(enough), rule(enough, other), rule(n.Compare("=", least, least)))
    rows = [
        person(person__months=9, firm__growth=1),
        person(person__months=9),
        person(firm__growth=1),
    ]
    found = decided(rules, rows, tmp_path)
    assert [(row["r0"], row["r1"], row["r2"]) for row in found] == [
        (PERSON, PERSON, PERSON),
        (PERSON, UNKNOWN, PERSON),
        (UNKNOWN, UNKNOWN, PERSON),
    ]


def test_a_condition_without_facts_that_is_never_known_waits_for_a_person(tmp_path: Path) -> None:
    empty = Table("t", (NUMBER,), ("k",), ("v",), (BOOLEAN,), (), None)
    rules = rule_set(rule(n.Lookup(empty, "v", (const(1, NUMBER),), BOOLEAN)))
    assert [row["r0"] for row in decided(rules, [person()], tmp_path)] == [PERSON]


def test_an_unknown_key_is_unknown_and_not_out_of_the_table(tmp_path: Path) -> None:
    rows = (Row((frozenset({2}), None), (1,), 1), Row((frozenset({3}), Span(5, None)), (2,), 2))
    keys = (known("person.degree"), known("person.months"))
    table = Table("t", (DEGREE, MONTHS), ("d", "m"), ("v",), (MONEY,), rows, (0,))
    empty = Table("t", (DEGREE,), ("d",), ("v",), (MONEY,), (), (5,))
    rules = rule_set(
        rule(n.Covered(table, keys), amount=n.Lookup(table, "v", keys, MONEY)),
        rule(n.Covered(empty, keys[:1])),
        rule(amount=n.Lookup(empty, "v", keys[:1], MONEY)),
    )
    people_ = [person(person__degree=degree, person__months=months)
               for degree, months in ((2, None), (None, 6), (2, 0), (3, 4), (3, 5))]  # fmt: skip
    found = decided(rules, people_, tmp_path)
    assert [(row["r0"], row["r0_amount"]) for row in found] == [
        (UNKNOWN, None), (UNKNOWN, None), (YES, 1), (NO, 0), (YES, 2),
    ]  # fmt: skip
    assert [row["r1"] for row in found] == [NO, UNKNOWN, NO, NO, NO]
    assert [row["r2_amount"] for row in found] == [5, None, 5, 5, 5]


def test_membership_of_every_set_of_codes(tmp_path: Path) -> None:
    size = len(DEGREE.values)
    sets = [codes for count in range(size + 1) for codes in combinations(range(size), count)]
    rules = rule_set(*(rule(n.Member(known("person.degree"), codes)) for codes in sets))
    found = decided(rules, [person(person__degree=code) for code in (*range(size), None)], tmp_path)
    for place, codes in enumerate(sets):
        column = [row[f"r{place}"] for row in found]
        assert column == [*(int(code in codes) for code in range(size)), UNKNOWN], codes


def test_full_months_around_the_ends_of_months(tmp_path: Path) -> None:
    days = [day(f"{year}-{rest}") for year in (1969, 2019, 2020) for rest in (
        "01-01", "01-28", "01-29", "01-30", "01-31", "02-01", "02-27", "02-28", "03-01", "03-30", "03-31",
        "04-29", "04-30", "05-01", "12-30", "12-31",
    )] + [day("2020-02-29"), day("1900-02-28"), day("2100-02-28"), day("2100-12-31")]  # fmt: skip
    ways = [(month_end, years) for month_end in (False, True) for years in (False, True)]
    start, end = known("person.born_on"), known("person.arrived_on")
    steps: dict[str, n.Node] = {
        f"s{place}": n.Months(start, end, month_end, years, MONTHS)
        for place, (month_end, years) in enumerate(ways)
    }
    rules = rule_set(rule(steps=steps))
    rows = [person(person__born_on=one, person__arrived_on=other) for one in days for other in days]
    columns = select_decisions(rules, reasons=True)[1]
    found = decided(rules, rows, tmp_path, reasons=True)
    for row, facts in zip(found, rows, strict=True):
        (outcome,) = decide(rules, facts)
        assert tuple(row[name] for name in columns[0].steps) == outcome.steps, facts


def test_full_months_to_and_from_a_day_of_the_text(tmp_path: Path) -> None:
    fixed, own = const(day("2019-02-28"), DATE), known("person.born_on")
    steps: dict[str, n.Node] = {
        "to": n.Months(own, fixed, month_end=True, years=False, type=MONTHS),
        "strictly": n.Months(own, fixed, month_end=False, years=False, type=MONTHS),
        "from": n.Months(fixed, own, month_end=True, years=False, type=MONTHS),
    }
    rows = [
        person(person__born_on=day(text)) for text in ("2019-01-31", "2019-03-27", "2019-04-30")
    ]
    found = decided(rule_set(rule(steps=steps)), [*rows, person()], tmp_path, reasons=True)
    assert [tuple(row.values())[1:] for row in found] == [
        (1, 0, 0), (0, 0, 0), (0, 0, 2), (None, None, None),
    ]  # fmt: skip


def test_rounding_is_the_same_on_both_sides_of_zero_up_to_the_largest_product(
    tmp_path: Path,
) -> None:
    ways: tuple[n.Rounding, ...] = ("down", "half_up", "up")
    steps: dict[str, n.Node] = {}
    for way in ways:
        steps[f"p{way}"] = n.Portion(known("firm.result"), known("firm.change"), RATIO_SCALE, way)
        steps[f"r{way}"] = n.RoundTo(known("firm.result"), 100, way)
        steps[f"o{way}"] = n.RoundTo(known("person.price"), 7, way)
    rules = rule_set(rule(steps=steps))
    amounts = [0, 1, 49, 50, 51, 99, 100, 149, 150, 10**12 - 1, 10**12]
    shares = [0, 1, 499_999, 500_000, 500_001, 2_000_000 - 1, 2_000_000]
    rows = [
        person(firm__result=sign * amount, firm__change=turn * share, person__price=amount)
        for amount in amounts for share in shares for sign in (1, -1) for turn in (1, -1)
    ]  # fmt: skip
    columns = select_decisions(rules, reasons=True)[1]
    for row, facts in zip(decided(rules, rows, tmp_path, reasons=True), rows, strict=True):
        (outcome,) = decide(rules, facts)
        assert tuple(row[name] for name in columns[0].steps) == outcome.steps, facts


def test_columns_say_which_rule_and_condition_they_belong_to(tmp_path: Path) -> None:
    first = rule(known("person.full_time"), known("case.first"), amount=yuan(1), programme="a")
    second = rule(known("case.first"), steps={"base": yuan(3)}, programme="b")
    query, (one, other) = select_decisions(rule_set(first, second), reasons=True)
    assert one.names() == ("r0", "r0_amount", "r0_c1", "r0_c2")
    assert (one.rule, one.outcome, one.amount, one.result) == (0, "r0", "r0_amount", None)
    assert (one.conditions, one.steps) == (("r0_c1", "r0_c2"), ())
    assert other.names() == ("r1", "r1_c1", "r1_s1")
    assert query.named_selects == ["id", *one.names(), *other.names()]
    only = rule_set(first, second).only(frozenset({"b"}))
    assert select_decisions(only)[1][0].names() == ("r0",)


@pytest.mark.parametrize("seed", range(5))
def test_generated_names_are_short_and_cannot_be_a_facts(seed: int) -> None:
    rules = Generator(seeded(seed)).rules()
    query, columns = select_decisions(rules, reasons=True)
    made = {one.alias for one in query.find_all(exp.Alias)}
    assert made >= {name for one in columns for name in (one.outcome, *one.steps)}
    assert not [name for name in made if len(name) > 20 or "__" in name]


def test_columns_can_be_kept_and_their_names_are_quoted(tmp_path: Path) -> None:
    rules = rule_set(rule(known("person.full_time")))
    odd = 'county"; DROP TABLE people; --'
    with loaded(rules, [person(person__full_time=True)], tmp_path) as connection:
        connection.execute(
            "ALTER TABLE people ADD COLUMN " + exp.to_identifier(odd, quoted=True).sql() + " TEXT"
        )
        connection.execute('ALTER TABLE people RENAME TO "big people"')
        query, _ = select_decisions(rules, table="big people", keep=(odd, "person__full_time"))
        found = connection.execute(print_sql(query))
        assert [one[0] for one in found.description or ()] == ["id", odd, "person__full_time", "r0"]
        assert found.fetchall() == [(0, None, True, YES)]


@pytest.mark.parametrize("name", ["r0", "R0_amount", "h12", "r3_c1"])
def test_a_kept_column_may_not_be_called_like_a_generated_one(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        select_decisions(rule_set(rule(known("case.first"))), keep=("county", name))


def test_a_value_that_two_rules_need_is_computed_once() -> None:
    age = n.Months(
        known("person.born_on"), known("case.applied_on"), month_end=False, years=True, type=NUMBER
    )
    young = rule(n.Compare("<", age, const(40, NUMBER)))
    query, _ = select_decisions(rule_set(young, young, young))
    assert len(list(query.find_all(exp.Extract))) == 6  # year, month and day of two dates


def test_amounts_are_computed_only_where_they_are_paid() -> None:
    price = n.Portion(known("person.price"), known("firm.share"), RATIO_SCALE, "down")
    amount = n.Extreme("least", (price, known("firm.result")), MONEY)
    query, _ = select_decisions(rule_set(rule(known("person.full_time"), amount=amount)))
    helper = next(one for one in query.find_all(exp.Alias) if one.alias.startswith("h"))
    assert helper.this.sql().startswith("CASE WHEN r0_ok THEN")


def test_equal_names_of_steps_in_two_rules_stay_apart(tmp_path: Path) -> None:
    def of(price: int) -> n.Node:
        return n.Extreme("least", (n.Step("base", MONEY), known("person.price")), MONEY)

    rules = rule_set(*(rule(amount=of(price), steps={"base": n.Arithmetic(
        "+", known("firm.result"), yuan(price), MONEY)}) for price in (1, 2)))  # fmt: skip
    found = decided(rules, [person(firm__result=0, person__price=10**6)], tmp_path)
    assert found == [{"r0": YES, "r0_amount": 100, "r1": YES, "r1_amount": 200}]


def test_nothing_is_left_to_the_functions_that_differ_between_databases() -> None:
    for seed in range(8):
        query, _ = select_decisions(Generator(seeded(seed)).rules(), reasons=True)
        for dialect in DIALECTS:
            text = print_sql(query, dialect)
            assert not [
                word for word in ("LEAST(", "GREATEST(", " IN (", "DECIMAL") if word in text
            ]
            assert "DOUBLE" not in text


def test_each_database_divides_and_counts_days_in_its_own_words() -> None:
    half = n.Portion(known("person.price"), const(500_000, RATIO), RATIO_SCALE, "down")
    days = n.Days(known("person.born_on"), known("person.arrived_on"), NUMBER)
    ends = n.Months(
        known("person.born_on"),
        known("person.arrived_on"),
        month_end=True,
        years=False,
        type=MONTHS,
    )
    query, _ = select_decisions(
        rule_set(rule(steps={"a": half, "b": days, "c": ends})), reasons=True
    )
    own = {
        "duckdb": (
            "// 1000000",
            "person__arrived_on - person__born_on",
            "(person__arrived_on + 1)",
        ),
        "postgres": ("/ 1000000", "person__arrived_on - person__born_on", "OFFSET 0) AS q0"),
        "spark": ("DIV 1000000", "DATEDIFF(person__arrived_on, person__born_on)", "DATE_ADD("),
        "clickhouse": ("intDiv(", "DATE_DIFF(DAY, person__born_on", "(person__arrived_on + 1)"),
    }
    for dialect in DIALECTS:
        text = print_sql(query, dialect)
        assert [word for word in own[dialect] if word not in text] == [], dialect


def test_the_table_that_a_query_reads() -> None:
    tests = (
        known("person.full_time"),
        n.Compare("<", known("person.born_on"), known("case.applied_on")),
    )
    more = n.Compare("<", known("person.degree"), known("case.kind"))
    rules = rule_set(rule(*tests, more, amount=known("person.price")))
    assert create_table(rules) == (
        'CREATE TABLE "people" ("id" BIGINT NOT NULL, person__degree SMALLINT, case__kind SMALLINT NOT NULL,'
        " person__full_time BOOLEAN, person__price BIGINT, person__born_on DATE, case__applied_on DATE NOT NULL)"
    )
    assert create_table(rules, "spark", "all").startswith(
        "CREATE TABLE `all` (`id` BIGINT NOT NULL,"
    )
    wide = create_table(rules, "clickhouse")
    assert "person__degree Nullable(Int16), case__kind Int16 NOT NULL" in wide
    assert "person__born_on Nullable(Date32), case__applied_on Date32 NOT NULL" in wide
    assert wide.endswith('ENGINE=MergeTree ORDER BY "id"')
    assert VOCABULARY["person.born_on"].type == DATE
