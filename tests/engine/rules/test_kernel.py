"""The native back end says what the readable one says, cell by cell, compiled or not."""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

import duckdb
import numpy as np
import pytest

from tests.engine.rules import make, random_nodes
from tests.engine.rules.back_ends import NATIVE, PLAIN, Facts, compared, oracle, plain
from tests.engine.rules.make import BOOLEAN, DATE, LEVEL, MONEY, NUMBER, RATIO, declare
from tests.engine.rules.metamorphic import kernel_changes
from yingcai.engine.population.kernel import (
    BLOCK,
    Kernel,
    compile_kernel,
    from_arrays,
    native,
)
from yingcai.engine.rules import kernel_numbers
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import divide, full_months
from yingcai.engine.rules.kernel_layout import layout
from yingcai.engine.rules.kernel_nodes import WAYS
from yingcai.engine.rules.kernel_source import OUTCOMES, SUMS, rule_source
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.tables import Span
from yingcai.engine.rules.types import LIMIT, civil


def drawn(seed: int, rows: int) -> tuple[RuleSet, list[Facts]]:
    random = random_nodes.seeded(seed)
    rules = random_nodes.rule_set(random)
    return rules, list(random_nodes.subjects(random, rules, rows))


# -- anything well typed -------------------------------------------------------------------------


# Drawn amounts are larger than any that a city adds up, and machine code would not tell.
@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.parametrize("seed", range(30))
def test_source_run_by_python_says_what_the_closures_say(seed: int) -> None:
    rules, subjects = drawn(seed, 60)
    assert compared(PLAIN, rules, subjects, oracle(rules, subjects)) == []
    assert kernel_changes(Kernel(rules, plain), subjects) == []


def test_two_outputs_of_a_table_look_for_the_row_once() -> None:
    keys = (make.fact("person.level"), make.fact("firm.growth"))
    table = make.table(
        {"level": LEVEL, "growth": NUMBER},
        [
            ((frozenset({0, 1}), Span(None, 5)), (100, 7)),
            ((frozenset({0}), Span(6, None)), (200, 8)),
            ((frozenset({2}), None), (300, 9)),
        ],
    )
    first, second = (n.Lookup(table, name, keys, MONEY) for name in table.outputs)
    both = n.Arithmetic("-", second, first, MONEY)
    rules = make.rule_set(make.rule(n.Covered(table, keys), amount=both))
    subjects = [
        make.subject(person__level=code, firm__growth=count)
        for code in (0, 1, 2, 3, None)
        for count in (0, 5, 6, None)
    ]
    said = PLAIN.decide(rules, subjects)
    assert compared(PLAIN, rules, subjects, oracle(rules, subjects)) == []
    assert [row[0].amount for row in said[:3]] == [-93, -93, -192]
    text = rule_source(rules.rules[0], rules, layout(rules), "budget").text
    assert text.count("* 2 +") == 2  # once to decide, once to grant


def test_a_fact_that_only_an_unused_step_names_has_no_place() -> None:
    idle = {"idle": make.fact("firm.growth")}
    rules = make.rule_set(make.rule(make.fact("person.local"), steps=idle))
    assert list(layout(rules)) == ["person.local"]
    subjects = [
        make.subject(firm__growth=1, person__local=True),
        make.subject(),
        make.subject(person__local=False),
    ]
    assert compared(PLAIN, rules, subjects, oracle(rules, subjects)) == []


# -- machine code --------------------------------------------------------------------------------

CODE = (63, 256)  # seeds of few nodes, for compiling takes its time
REPEATS = 150  # so that each thread has more than one block


@pytest.mark.parametrize("seed", CODE)
def test_machine_code_says_what_the_closures_say(seed: int) -> None:
    rules, subjects = drawn(seed, 300)
    assert compared(NATIVE, rules, subjects, oracle(rules, subjects)) == []


def test_the_rules_in_machine_code_have_every_kind_of_node() -> None:
    assert {kind for seed in CODE for kind in random_nodes.kinds(drawn(seed, 0)[0])} == set(n.KINDS)


def test_order_threads_and_halves_change_nothing() -> None:
    rules, subjects = drawn(CODE[0], 300)
    assert len(subjects) * REPEATS > 2 * BLOCK
    assert kernel_changes(compile_kernel(rules), subjects * REPEATS) == []


def test_amounts_at_the_limit_do_not_overflow() -> None:
    level, portion = n.Fact("level", LEVEL), n.Fact("portion", BOOLEAN)
    money, share = n.Fact("money", MONEY), n.Fact("share", RATIO)
    amounts: tuple[n.Node, ...] = tuple(
        n.Case(
            ((portion, n.Portion(money, share, 1_000_000, way)),),
            n.RoundTo(money, 1_000_003, way),
            MONEY,
        )
        for way in get_args(n.Rounding)
    )
    arms = tuple(
        (n.Compare("=", level, n.Const(code, LEVEL)), amount) for code, amount in enumerate(amounts)
    )
    facts = (
        declare("level", LEVEL),
        declare("portion", BOOLEAN),
        declare("money", MONEY, -LIMIT, LIMIT),
        declare("share", RATIO, -1_000_000, 1_000_000),
    )
    extremes = make.table(
        {"money": MONEY},
        [((Span(None, -1),), (LIMIT - 1,)), ((Span(0, LIMIT - 1),), (-3,))],
        otherwise=(1 - LIMIT,),
    )
    looked_up = n.Lookup(extremes, "amount", (money,), MONEY)
    rules = make.rule_set(make.rule(amount=n.Case(arms, looked_up, MONEY)), facts=facts)
    near = (LIMIT, LIMIT - 1, LIMIT - 500_001, 10**18 + 7, 3, 1, 0)
    subjects: list[Facts] = [
        {"level": code, "portion": by, "money": sign * size, "share": part}
        for code in range(4)
        for by in (False, True)
        for sign in (1, -1)
        for size in near
        for part in (1_000_000, 999_999, 500_000, 1, 0, -333_333, -1_000_000)
    ]
    wanted = oracle(rules, subjects)
    assert [compared(one, rules, subjects, wanted) for one in (NATIVE, PLAIN)] == [[], []]


# -- what the numbers are ------------------------------------------------------------------------


def test_calendar_functions_agree_with_the_calendar() -> None:
    start = civil(date(1999, 12, 31))
    for number in range(date(1899, 12, 1).toordinal(), date(2101, 3, 1).toordinal()):
        day = date.fromordinal(number)
        code = civil(day)
        assert kernel_numbers.day_number(code) - kernel_numbers.day_number(start) == (
            number - date(1999, 12, 31).toordinal()
        )
        for month_end in (False, True):
            assert kernel_numbers.whole_months(start, code, month_end) == full_months(
                start, code, month_end=month_end
            )


@pytest.mark.parametrize("way", ["down", "half_up", "up"])
def test_division_agrees_with_division(way: n.Rounding) -> None:
    for by in (1, 2, 3, 10):
        for number in (*range(-35, 36), LIMIT, -LIMIT, LIMIT - 1):
            assert kernel_numbers.divided(number, by, WAYS[way]) == divide(number, by, way)


def test_a_segment_counts_the_bounds_that_are_reached() -> None:
    assert [kernel_numbers.segment((3, 5, 9), value) for value in (2, 3, 4, 5, 8, 9, 10)] == [
        0, 1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


# -- columns -------------------------------------------------------------------------------------

KINDS = (
    declare("boolean", BOOLEAN),
    declare("level", LEVEL),
    declare("small", NUMBER, -128, 127),
    declare("middle", NUMBER, 0, 128),
    declare("money", MONEY, 0, 10**12),
    declare("day", DATE),
    declare("always", BOOLEAN, always=True),
    declare("unused", BOOLEAN),
)


def kinds() -> RuleSet:
    used = [n.Fact(fact.name, fact.type) for fact in KINDS[:-1]]
    conditions = tuple(n.Compare("=", one, one) for one in used)
    return make.rule_set(make.rule(*conditions), facts=KINDS)


def test_columns_are_as_narrow_as_their_range() -> None:
    rows = np.arange(2)
    arrays = {fact.name: rows for fact in KINDS} | {
        "day": np.array(["2018-04-13", "NaT"], "M8[us]")
    }
    columns = from_arrays(kinds(), arrays)
    assert {name: columns.column(name).dtype.name for name in columns.places} == {
        "boolean": "int8",
        "level": "int8",
        "small": "int8",
        "middle": "int16",
        "money": "int64",
        "day": "int32",
        "always": "int8",
    }
    assert columns.column("day").tolist() == [civil(date(2018, 4, 13)), civil(date(1900, 1, 1))]
    assert columns.words.tolist() == [[0b111111, 0b011111]]


def test_columns_come_from_duckdb_as_they_are() -> None:
    found = (
        duckdb.connect()
        .execute(
            "SELECT * FROM (VALUES (true, 3::SMALLINT, 5::BIGINT, 7::INTEGER, 900::BIGINT,"
            " DATE '2018-04-13', true), (NULL, NULL, NULL, NULL, NULL, NULL, false))"
            " AS t(boolean, level, small, middle, money, day, always)"
        )
        .fetchnumpy()
    )
    columns = from_arrays(kinds(), found)
    assert {name: columns.column(name)[0] for name in columns.places} == {
        "boolean": 1, "level": 3, "small": 5, "middle": 7, "money": 900,
        "day": civil(date(2018, 4, 13)), "always": 1,
    }  # fmt: skip
    assert columns.words.tolist() == [[0b111111, 0]]
    assert columns.column("always").tolist() == [1, 0]


def test_a_fact_without_a_column_is_unknown() -> None:
    columns = from_arrays(kinds(), {"always": np.array([True]), "level": np.array([2])})
    assert columns.words.tolist() == [[0b000010]]


def test_all_that_is_wrong_with_columns_is_said_at_once() -> None:
    arrays = {
        "boolean": np.array([0.5, 1.0]),
        "level": np.array([4, 0]),
        "small": np.array([1]),
        "middle": np.ma.masked_array([-7, 3], mask=[True, False]),
        "always": np.ma.masked_array([True, True], mask=[True, False]),
    }
    with pytest.raises(ValueError, match="boolean") as raised:
        from_arrays(kinds(), arrays)
    assert str(raised.value).split("; ") == [
        "boolean: holds float64, not whole numbers",
        "level: 1 values are not from 0 to 3",
        "small: has 1 rows, not 2",
        "always: is always known, but not here",
    ]


def test_a_number_needs_a_range() -> None:
    rules = make.rule_set(
        make.rule(n.Compare("=", n.Fact("n", NUMBER), n.Const(1, NUMBER))),
        facts=[declare("n", NUMBER)],
    )
    with pytest.raises(ValueError, match="n: a fact of type integer needs a range"):
        compile_kernel(rules)


def test_columns_of_other_rules_are_refused() -> None:
    other = make.rule_set(make.rule(n.Fact("boolean", BOOLEAN)), facts=KINDS)
    columns = from_arrays(other, {"boolean": np.array([True])})
    with pytest.raises(ValueError, match="made for other rules"):
        Kernel(kinds(), plain).full(columns)


@pytest.mark.parametrize("groups", [[0], [0, -1], [0, 1 << 31], [0.0, 1.0]])
def test_groups_are_whole_numbers_a_row_each(groups: list[float]) -> None:
    columns = from_arrays(kinds(), {"always": np.array([True, True])})
    with pytest.raises(ValueError, match="one whole number of 31 bits for each of the 2 rows"):
        Kernel(kinds(), plain).budget(columns, np.array(groups))


def test_more_conditions_than_bits_have_no_reasons() -> None:
    flag = n.Fact("always", BOOLEAN)
    rules = make.rule_set(make.rule(*(flag,) * 64), facts=KINDS)
    kernel, columns = Kernel(rules, plain), from_arrays(rules, {"always": np.array([True])})
    assert kernel.full(columns).outcome.tolist() == [[OUTCOMES.index("yes")]]
    with pytest.raises(ValueError, match="p0: more than 63 conditions have no mask"):
        kernel.full(columns, reasons=True)


def test_no_rules_and_no_rows_are_nothing() -> None:
    nothing = make.rule_set()
    assert Kernel(nothing, plain).full(from_arrays(nothing, {}), reasons=True).outcome.shape == (
        0,
        0,
    )
    empty = from_arrays(kinds(), {"always": np.array([], dtype=bool)})
    budget = Kernel(kinds(), plain).budget(empty)
    assert [int(sums[0]) for sums in budget] == [0] * len(SUMS)


def test_no_name_or_text_of_a_pack_is_in_the_source() -> None:
    rules, _ = drawn(CODE[0], 0)
    text = "".join(rule_source(rule, rules, layout(rules), "reasons").text for rule in rules.rules)
    assert not [
        name for fact in rules.facts for name in fact.split(".") if re.search(rf"\b{name}\b", text)
    ]
    assert "p0" not in text


def test_equal_rules_share_their_machine_code() -> None:
    rules, places = kinds(), layout(kinds())
    source = rule_source(rules.rules[0], rules, places, "budget")
    assert native(source) is native(rule_source(kinds().rules[0], kinds(), places, "budget"))
