"""The set-based back end in DuckDB: every cell is the oracle's, and what SQL would do wrongly by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from sqlglot import exp

from tests.engine.rules.back_ends import (
    DUCKDB,
    DUCKDB_REASONS,
    Facts,
    compared,
    loaded,
    oracle,
    read,
)
from tests.engine.rules.make import (
    BOOLEAN,
    DATE,
    LEVEL,
    MONEY,
    MONTHS,
    NUMBER,
    RATIO,
    const,
    day,
    fact,
    fen,
    rule,
    rule_set,
    subject,
    table,
)
from tests.engine.rules.random_nodes import ROUNDINGS, seeded, subjects
from tests.engine.rules.random_nodes import rule_set as random_rules
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import OUTCOME_CODES, select_decisions
from yingcai.engine.rules.sql_print import DIALECTS, create_table, print_sql
from yingcai.engine.rules.tables import Span
from yingcai.engine.rules.types import RATIO_SCALE, Known

SEEDS = range(20)
YES, NO, UNKNOWN, PERSON = (
    OUTCOME_CODES.index(word) for word in ("yes", "no", "unknown", "person")
)


def decided(
    rules: RuleSet, rows: Sequence[Facts], folder: Path, *, reasons: bool = False
) -> list[dict[str, Known]]:
    """The decisions on every row by column name."""
    query, columns = select_decisions(rules, reasons=reasons)
    with loaded(rules, rows, folder) as connection:
        found = connection.execute(print_sql(query) + ' ORDER BY "id"').fetchall()
    names = [name for one in columns for name in one.names()]
    return [dict(zip(names, map(read, row[1:]), strict=True)) for row in found]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_is_the_oracles(seed: int) -> None:
    random = seeded(seed)
    rules = random_rules(random, rules=2)
    people = subjects(random, rules, 300)
    wanted = oracle(rules, people)
    assert compared(DUCKDB, rules, people, wanted) == []
    assert compared(DUCKDB_REASONS, rules, people, wanted) == []


def test_a_cap_is_not_paid_to_somebody_whose_price_is_unknown(tmp_path: Path) -> None:
    for kind in ("least", "greatest"):
        capped = n.Extreme(kind, (fact("person.salary"), fen(100_00)), MONEY)
        rules = rule_set(rule(amount=capped))
        found = decided(rules, [subject(), subject(person__salary=99_00)], tmp_path)
        assert [row["r0"] for row in found] == [YES, YES]
        assert [row["r0_amount"] for row in found] == [None, 99_00 if kind == "least" else 100_00]


def test_an_unknown_condition_on_the_way_does_not_fall_to_the_else(tmp_path: Path) -> None:
    amount = n.Case(((fact("person.full_time"), fen(100)),), fen(200), MONEY)
    rows = [subject(), subject(person__full_time=True), subject(person__full_time=False)]
    found = decided(rule_set(rule(amount=amount)), rows, tmp_path)
    assert [row["r0_amount"] for row in found] == [None, 100, 200]


def test_the_amount_is_nothing_for_no_and_open_for_unknown(tmp_path: Path) -> None:
    rules = rule_set(rule(fact("person.full_time"), amount=fen(700), result=const(3, LEVEL)))
    rows = [subject(), subject(person__full_time=True), subject(person__full_time=False)]
    assert decided(rules, rows, tmp_path) == [
        {"r0": UNKNOWN, "r0_amount": None, "r0_result": None},
        {"r0": YES, "r0_amount": 700, "r0_result": 3},
        {"r0": NO, "r0_amount": 0, "r0_result": None},
    ]


def test_a_rule_waits_for_facts_before_it_waits_for_a_person(tmp_path: Path) -> None:
    both = rule(fact("person.full_time"), fact("case.passed"))
    mixed = rule(n.Or((fact("person.full_time"), fact("case.passed"))))
    rows = [
        subject(),
        subject(person__full_time=True),
        subject(case__passed=True),
        subject(case__passed=False),
        subject(person__full_time=False),
    ]
    found = decided(rule_set(both, mixed), rows, tmp_path)
    assert [row["r0"] for row in found] == [UNKNOWN, PERSON, UNKNOWN, NO, NO]
    assert [row["r1"] for row in found] == [UNKNOWN, YES, YES, UNKNOWN, PERSON]


def test_a_gap_in_the_rules_waits_for_a_person(tmp_path: Path) -> None:
    """Before the first day of a parameter nothing is missing that anybody could tell."""
    least = n.Param("least", MONTHS, fact("case.applied_on"), ((day("2020-01-01"), 6),))
    enough = n.Compare(">=", fact("person.months"), least)
    other = n.Compare(">=", fact("firm.growth"), const(0, NUMBER))
    rules = rule_set(rule(enough), rule(enough, other), rule(n.Compare("=", least, least)))
    rows = [
        subject(person__months=9, firm__growth=1),
        subject(person__months=9),
        subject(firm__growth=1),
    ]
    found = decided(rules, rows, tmp_path)
    assert [(row["r0"], row["r1"], row["r2"]) for row in found] == [
        (PERSON, PERSON, PERSON),
        (PERSON, UNKNOWN, PERSON),
        (UNKNOWN, UNKNOWN, PERSON),
    ]


def test_a_condition_without_facts_that_is_never_known_waits_for_a_person(tmp_path: Path) -> None:
    empty = table({"k": NUMBER}, [], types=(BOOLEAN,))
    rules = rule_set(rule(n.Lookup(empty, "amount", (const(1, NUMBER),), BOOLEAN)))
    assert [row["r0"] for row in decided(rules, [subject()], tmp_path)] == [PERSON]


def test_an_unknown_key_is_unknown_and_not_out_of_the_table(tmp_path: Path) -> None:
    rows = [((frozenset({2}), None), (1,)), ((frozenset({3}), Span(5, None)), (2,))]
    keys = (fact("person.level"), fact("person.months"))
    some = table({"l": LEVEL, "m": MONTHS}, rows, otherwise=(0,))
    empty = table({"l": LEVEL}, [], types=(MONEY,), otherwise=(5,))
    rules = rule_set(
        rule(n.Covered(some, keys), amount=n.Lookup(some, "amount", keys, MONEY)),
        rule(n.Covered(empty, keys[:1])),
        rule(amount=n.Lookup(empty, "amount", keys[:1], MONEY)),
    )
    people_ = [subject(person__level=degree, person__months=months)
               for degree, months in ((2, None), (None, 6), (2, 0), (3, 4), (3, 5))]  # fmt: skip
    found = decided(rules, people_, tmp_path)
    assert [(row["r0"], row["r0_amount"]) for row in found] == [
        (UNKNOWN, None), (UNKNOWN, None), (YES, 1), (NO, 0), (YES, 2),
    ]  # fmt: skip
    assert [row["r1"] for row in found] == [NO, UNKNOWN, NO, NO, NO]
    assert [row["r2_amount"] for row in found] == [5, None, 5, 5, 5]


def test_membership_of_every_set_of_codes(tmp_path: Path) -> None:
    size = len(LEVEL.values)
    sets = [codes for count in range(size + 1) for codes in combinations(range(size), count)]
    rules = rule_set(*(rule(n.Member(fact("person.level"), codes)) for codes in sets))
    found = decided(rules, [subject(person__level=code) for code in (*range(size), None)], tmp_path)
    for place, codes in enumerate(sets):
        column = [row[f"r{place}"] for row in found]
        assert column == [*(int(code in codes) for code in range(size)), UNKNOWN], codes


def test_full_months_around_the_ends_of_months() -> None:
    days = [day(f"{year}-{rest}") for year in (1969, 2019, 2020) for rest in (
        "01-01", "01-28", "01-29", "01-30", "01-31", "02-01", "02-27", "02-28", "03-01", "03-30", "03-31",
        "04-29", "04-30", "05-01", "12-30", "12-31",
    )] + [day("2020-02-29"), day("1900-02-28"), day("2100-02-28"), day("2100-12-31")]  # fmt: skip
    ways = [(month_end, years) for month_end in (False, True) for years in (False, True)]
    start, end = fact("person.born_on"), fact("person.arrived_on")
    steps: dict[str, n.Node] = {
        f"s{place}": n.Months(start, end, month_end, years, MONTHS)
        for place, (month_end, years) in enumerate(ways)
    }
    rules = rule_set(rule(steps=steps))
    rows = [
        subject(person__born_on=one, person__arrived_on=other) for one in days for other in days
    ]
    assert compared(DUCKDB_REASONS, rules, rows, oracle(rules, rows)) == []


def test_full_months_to_and_from_a_day_of_the_text(tmp_path: Path) -> None:
    fixed, own = const(day("2019-02-28"), DATE), fact("person.born_on")
    steps: dict[str, n.Node] = {
        "to": n.Months(own, fixed, month_end=True, years=False, type=MONTHS),
        "strictly": n.Months(own, fixed, month_end=False, years=False, type=MONTHS),
        "from": n.Months(fixed, own, month_end=True, years=False, type=MONTHS),
    }
    rows = [
        subject(person__born_on=day(text)) for text in ("2019-01-31", "2019-03-27", "2019-04-30")
    ]
    found = decided(rule_set(rule(steps=steps)), [*rows, subject()], tmp_path, reasons=True)
    assert [tuple(row.values())[1:] for row in found] == [
        (1, 0, 0), (0, 0, 0), (0, 0, 2), (None, None, None),
    ]  # fmt: skip


def test_rounding_is_the_same_on_both_sides_of_zero_up_to_the_largest_product() -> None:
    steps: dict[str, n.Node] = {}
    for way in ROUNDINGS:
        steps[f"p{way}"] = n.Portion(fact("firm.profit"), fact("firm.change"), RATIO_SCALE, way)
        steps[f"r{way}"] = n.RoundTo(fact("firm.profit"), 100, way)
        steps[f"o{way}"] = n.RoundTo(fact("person.salary"), 7, way)
    rules = rule_set(rule(steps=steps))
    amounts = [0, 1, 49, 50, 51, 99, 100, 149, 150, 10**12 - 1, 10**12]
    shares = [0, 1, 499_999, 500_000, 500_001, 2_000_000 - 1, 2_000_000]
    rows = [
        subject(firm__profit=sign * amount, firm__change=turn * share, person__salary=amount)
        for amount in amounts for share in shares for sign in (1, -1) for turn in (1, -1)
    ]  # fmt: skip
    assert compared(DUCKDB_REASONS, rules, rows, oracle(rules, rows)) == []


def test_columns_say_which_rule_and_condition_they_belong_to(tmp_path: Path) -> None:
    first = rule(fact("person.full_time"), fact("case.opened"), amount=fen(100))
    second = rule(fact("case.opened"), steps={"base": fen(300)})
    query, (one, other) = select_decisions(rule_set(first, second), reasons=True)
    assert one.names() == ("r0", "r0_amount", "r0_c1", "r0_c2")
    assert (one.rule, one.outcome, one.amount, one.result) == (0, "r0", "r0_amount", None)
    assert (one.conditions, one.steps) == (("r0_c1", "r0_c2"), ())
    assert other.names() == ("r1", "r1_c1", "r1_s1")
    assert query.named_selects == ["id", *one.names(), *other.names()]
    only = rule_set(first, second).only(frozenset({"p1"}))
    assert select_decisions(only)[1][0].names() == ("r0",)


@pytest.mark.parametrize("seed", range(5))
def test_generated_names_are_short_and_cannot_be_a_facts(seed: int) -> None:
    rules = random_rules(seeded(seed))
    query, columns = select_decisions(rules, reasons=True)
    made = {one.alias for one in query.find_all(exp.Alias)}
    assert made >= {name for one in columns for name in (one.outcome, *one.steps)}
    assert not [name for name in made if len(name) > 20 or "__" in name]


def test_columns_can_be_kept_and_their_names_are_quoted(tmp_path: Path) -> None:
    rules = rule_set(rule(fact("person.full_time")))
    odd = 'county"; DROP TABLE people; --'
    with loaded(rules, [subject(person__full_time=True)], tmp_path) as connection:
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
        select_decisions(rule_set(rule(fact("case.opened"))), keep=("county", name))


def test_a_value_that_two_rules_need_is_computed_once() -> None:
    age = n.Months(
        fact("person.born_on"), fact("case.applied_on"), month_end=False, years=True, type=NUMBER
    )
    young = rule(n.Compare("<", age, const(40, NUMBER)))
    query, _ = select_decisions(rule_set(young, young, young))
    assert len(list(query.find_all(exp.Extract))) == 6  # year, month and day of two dates


def test_amounts_are_computed_only_where_they_are_paid() -> None:
    price = n.Portion(fact("person.salary"), fact("person.share"), RATIO_SCALE, "down")
    amount = n.Extreme("least", (price, fact("firm.profit")), MONEY)
    query, _ = select_decisions(rule_set(rule(fact("person.full_time"), amount=amount)))
    helper = next(one for one in query.find_all(exp.Alias) if one.alias.startswith("h"))
    assert helper.this.sql().startswith("CASE WHEN r0_ok THEN")


def test_equal_names_of_steps_in_two_rules_stay_apart(tmp_path: Path) -> None:
    def of(price: int) -> n.Node:
        return n.Extreme("least", (n.Step("base", MONEY), fact("person.salary")), MONEY)

    rules = rule_set(*(rule(amount=of(price), steps={"base": n.Arithmetic(
        "+", fact("firm.profit"), fen(100 * price), MONEY)}) for price in (1, 2)))  # fmt: skip
    found = decided(rules, [subject(firm__profit=0, person__salary=10**6)], tmp_path)
    assert found == [{"r0": YES, "r0_amount": 100, "r1": YES, "r1_amount": 200}]


def test_nothing_is_left_to_the_functions_that_differ_between_databases() -> None:
    for seed in range(8):
        query, _ = select_decisions(random_rules(seeded(seed)), reasons=True)
        for dialect in DIALECTS:
            text = print_sql(query, dialect)
            assert not [
                word for word in ("LEAST(", "GREATEST(", " IN (", "DECIMAL") if word in text
            ]
            assert "DOUBLE" not in text


def test_each_database_divides_and_counts_days_in_its_own_words() -> None:
    half = n.Portion(fact("person.salary"), const(500_000, RATIO), RATIO_SCALE, "down")
    days = n.Days(fact("person.born_on"), fact("person.arrived_on"), NUMBER)
    ends = n.Months(
        fact("person.born_on"),
        fact("person.arrived_on"),
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
        fact("person.full_time"),
        n.Compare("<", fact("person.born_on"), fact("case.applied_on")),
    )
    more = n.Compare("<", fact("person.level"), fact("case.kind"))
    rules = rule_set(rule(*tests, more, amount=fact("person.salary")))
    assert create_table(rules) == (
        'CREATE TABLE "people" ("id" BIGINT NOT NULL, person__full_time BOOLEAN, person__level SMALLINT,'
        " case__kind SMALLINT NOT NULL, person__salary BIGINT, person__born_on DATE, case__applied_on DATE NOT NULL)"
    )
    assert create_table(rules, "spark", "all").startswith(
        "CREATE TABLE `all` (`id` BIGINT NOT NULL,"
    )
    wide = create_table(rules, "clickhouse")
    assert "person__level Nullable(Int16), case__kind Int16 NOT NULL" in wide
    assert "person__born_on Nullable(Date32), case__applied_on Date32 NOT NULL" in wide
    assert wide.endswith('ENGINE=MergeTree ORDER BY "id"')
