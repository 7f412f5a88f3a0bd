"""The native back end says what the readable one says, cell by cell, compiled or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, get_args

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engine.rules.make_kernel import (
    BOOLEAN,
    COUNT,
    DATE,
    LEVEL,
    MONEY,
    RATIO,
    VOCABULARY,
    Draw,
    arrays_of,
    make_fact,
    make_rule,
    make_rules,
    make_table,
)
from yingcai.engine.population.kernel import (
    BLOCK,
    Budget,
    Decisions,
    Kernel,
    compile_kernel,
    from_arrays,
    native,
)
from yingcai.engine.rules import kernel_numbers
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import decide, divide, full_months
from yingcai.engine.rules.kernel_layout import layout
from yingcai.engine.rules.kernel_nodes import WAYS
from yingcai.engine.rules.kernel_source import (
    NO_AMOUNT,
    NO_RESULT,
    OUTCOMES,
    SUMS,
    RuleSource,
    rule_source,
)
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.tables import Span
from yingcai.engine.rules.types import LIMIT, Known, civil


def plain(source: RuleSource) -> Callable[..., None]:
    """A generated function as Python runs it, over whole numbers without a limit."""
    names: dict[str, Any] = {**vars(kernel_numbers), "i64": int, "u64": int}
    names.update(source.constants)
    exec(source.text, names)  # noqa: S102 - what is tested
    function: Callable[..., None] = names["rule"]
    return function


def said(decisions: Decisions, rules: RuleSet, rule: int, row: int) -> RuleOutcome:
    """One cell of the kernel in the words of the readable back end, without steps."""
    assert decisions.true is not None
    assert decisions.known is not None
    amount, result = int(decisions.amount[rule, row]), int(decisions.result[rule, row])
    true, known = int(decisions.true[rule, row]), int(decisions.known[rule, row])
    return RuleOutcome(
        OUTCOMES[decisions.outcome[rule, row]],
        None if amount == NO_AMOUNT else amount,
        None if result == NO_RESULT else result,
        tuple(
            bool(true >> bit & 1) if known >> bit & 1 else None
            for bit in range(len(rules.rules[rule].conditions))
        ),
    )


def differences(
    rules: RuleSet, subjects: list[dict[str, Known]], decisions: Decisions
) -> list[Any]:
    return [
        (rule, row, expected, found)
        for row, subject in enumerate(subjects)
        for rule, outcome in enumerate(decide(rules, subject))
        if (expected := outcome._replace(steps=())) != (found := said(decisions, rules, rule, row))
    ]


def drawn(seed: int, count: int, rows: int) -> tuple[RuleSet, list[dict[str, Known]]]:
    draw = Draw(seed)
    rules = draw.rules(count)
    return rules, draw.subjects(rules, rows)


# -- anything well typed -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_source_run_by_python_says_what_the_closures_say(seed: int) -> None:
    rules, subjects = drawn(seed, 6, 60)
    kernel, columns = Kernel(rules, plain), from_arrays(rules, arrays_of(rules, subjects))

    decisions = kernel.full(columns, reasons=True, threads=1)

    assert differences(rules, subjects, decisions) == []
    bare = kernel.full(columns, threads=1)
    assert all((one == other).all() for one, other in zip(bare[:3], decisions[:3], strict=True))
    groups = np.arange(60) % 7
    with np.errstate(over="ignore"):
        budget = kernel.budget(columns, threads=1)
        by_group = kernel.budget(columns, groups, threads=1)
    assert_sums(budget, rules, decisions)
    for group, sums in enumerate(zip(*by_group, strict=True)):
        assert_sums(Budget(*sums), rules, decisions, groups == group)


def assert_sums(
    budget: Budget, rules: RuleSet, decisions: Decisions, rows: NDArray[Any] | None = None
) -> None:
    """A budget is the sums of the decisions on some rows."""
    chosen = np.ones(decisions.outcome.shape[1], dtype=bool) if rows is None else rows
    for rule in rules.rules:
        outcome = decisions.outcome[rule.number, chosen]
        granted = decisions.amount[rule.number, chosen][outcome == OUTCOMES.index("yes")]
        lost = granted == NO_AMOUNT
        found = [int(sums[rule.number]) for sums in budget]
        counts = [int((outcome == place).sum()) for place in range(len(OUTCOMES))]
        unknown = int(lost.sum()) if rule.amount is not None else 0
        assert found == [*counts, unknown, wrapped(granted[~lost])]


def wrapped(amounts: NDArray[Any]) -> int:
    """A sum as 64 bits hold it: drawn amounts are larger than any that a city adds up."""
    return int(amounts.sum(dtype=np.int64))


def test_the_draw_has_every_kind_of_node() -> None:
    roots = [
        node
        for seed in NATIVE
        for rule in drawn(seed, 3, 0)[0].rules
        for node in (*(one.test for one in rule.conditions), rule.amount, rule.result)
        if node is not None
    ]
    roots += [
        step.value for seed in NATIVE for rule in drawn(seed, 3, 0)[0].rules for step in rule.steps
    ]
    assert {type(node) for root in roots for node in n.walk(root)} == set(n.KINDS)


def test_two_outputs_of_a_table_look_for_the_row_once() -> None:
    level, months = n.Fact("person.level", LEVEL), n.Fact("person.months", COUNT)
    table = make_table(
        (LEVEL, COUNT),
        [
            ((frozenset({0, 1}), Span(None, 5)), (100, 7)),
            ((frozenset({0}), Span(6, None)), (200, 8)),
            ((frozenset({2}), None), (300, 9)),
        ],
        types=(MONEY, MONEY),
    )
    keys = (level, months)
    both = n.Arithmetic(
        "-", n.Lookup(table, "o1", keys, MONEY), n.Lookup(table, "o0", keys, MONEY), MONEY
    )
    rules = make_rules(VOCABULARY, make_rule(0, (n.Covered(table, keys),), amount=both))
    subjects: list[dict[str, Known]] = [
        {"person.level": code, "person.months": count}
        for code in (0, 1, 2, 3, None)
        for count in (0, 5, 6, None)
    ]
    for subject in subjects:
        subject.update({"person.abroad": True, "case.applied_on": civil(date(2020, 1, 1))})
    columns = from_arrays(rules, arrays_of(rules, subjects))

    decisions = Kernel(rules, plain).full(columns, reasons=True)

    assert differences(rules, subjects, decisions) == []
    assert decisions.amount[0, :3].tolist() == [-93, -93, -192]
    text = rule_source(rules.rules[0], rules, layout(rules), "budget").text
    assert text.count("* 2 +") == 2  # once to decide, once to grant


# -- machine code --------------------------------------------------------------------------------

NATIVE = (181, 724)
REPEATS = 150  # so that each thread has more than one block


@pytest.fixture(scope="module")
def compiled() -> tuple[RuleSet, Kernel, list[dict[str, Known]]]:
    rules, subjects = drawn(NATIVE[0], 3, 300)
    return rules, compile_kernel(rules), subjects


@pytest.mark.parametrize("seed", NATIVE)
def test_machine_code_says_what_the_closures_say(seed: int) -> None:
    rules, subjects = drawn(seed, 3, 300)
    columns = from_arrays(rules, arrays_of(rules, subjects))
    decisions = compile_kernel(rules).full(columns, reasons=True)
    assert differences(rules, subjects, decisions) == []


def test_threads_and_order_change_nothing(
    compiled: tuple[RuleSet, Kernel, list[dict[str, Known]]],
) -> None:
    rules, kernel, subjects = compiled
    order = np.random.default_rng(1).permutation(len(subjects) * REPEATS)
    groups = np.arange(len(order)) % 5
    arrays = {
        name: array[np.tile(np.arange(len(subjects)), REPEATS)]
        for name, array in arrays_of(rules, subjects).items()
    }
    columns = from_arrays(rules, arrays)
    mixed = from_arrays(rules, {name: array[order] for name, array in arrays.items()})

    decisions = kernel.full(columns, reasons=True, threads=1)
    budget, by_group = kernel.budget(columns, threads=1), kernel.budget(columns, groups, threads=1)

    assert columns.rows > 2 * BLOCK
    assert equal(kernel.full(columns, reasons=True, threads=2), decisions)
    assert equal(kernel.budget(columns, threads=2), budget)
    assert equal(kernel.budget(columns, groups, threads=2), by_group)
    assert equal(
        kernel.full(mixed, reasons=True, threads=2), [one[:, order] for one in given(decisions)]
    )
    assert equal(kernel.budget(mixed, threads=2), budget)
    assert equal(kernel.budget(mixed, groups[order], threads=2), by_group)
    assert_sums(budget, rules, decisions)
    for group, sums in enumerate(zip(*by_group, strict=True)):
        assert_sums(Budget(*sums), rules, decisions, groups == group)
    assert equal([by_group.yes.sum(axis=0)], [budget.yes])


def given(arrays: Iterable[NDArray[Any] | None]) -> list[NDArray[Any]]:
    return [one for one in arrays if one is not None]


def equal(one: Iterable[NDArray[Any] | None], other: Iterable[NDArray[Any] | None]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(given(one), given(other), strict=True))


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
        make_fact("level", LEVEL),
        make_fact("portion", BOOLEAN),
        make_fact("money", MONEY, (-LIMIT, LIMIT)),
        make_fact("share", RATIO, (-1_000_000, 1_000_000)),
    )
    extremes = make_table(
        (MONEY,),
        [((Span(None, -1),), (LIMIT - 1,)), ((Span(0, LIMIT - 1),), (-3,))],
        otherwise=(1 - LIMIT,),
    )
    looked_up = n.Lookup(extremes, "o0", (money,), MONEY)
    rules = make_rules(facts, make_rule(0, amount=n.Case(arms, looked_up, MONEY)))
    near = (LIMIT, LIMIT - 1, LIMIT - 500_001, 10**18 + 7, 3, 1, 0)
    subjects: list[dict[str, Known]] = [
        {"level": code, "portion": by, "money": sign * size, "share": part}
        for code in range(4)
        for by in (False, True)
        for sign in (1, -1)
        for size in near
        for part in (1_000_000, 999_999, 500_000, 1, 0, -333_333, -1_000_000)
    ]
    columns = from_arrays(rules, arrays_of(rules, subjects))
    for kernel in (compile_kernel(rules), Kernel(rules, plain)):
        assert differences(rules, subjects, kernel.full(columns, reasons=True)) == []


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
    make_fact("boolean", BOOLEAN),
    make_fact("level", LEVEL),
    make_fact("small", COUNT, (-128, 127)),
    make_fact("middle", COUNT, (0, 128)),
    make_fact("money", MONEY, (0, 10**12)),
    make_fact("day", DATE, (civil(date(1900, 1, 1)), civil(date(2100, 12, 31)))),
    make_fact("always", BOOLEAN, always=True),
    make_fact("unused", BOOLEAN),
)


def kinds() -> RuleSet:
    used = [n.Fact(fact.name, fact.type) for fact in KINDS[:-1]]
    conditions = tuple(n.Compare("=", one, one) for one in used)
    return make_rules(KINDS, make_rule(0, conditions))


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
    rules = make_rules(
        (make_fact("n", COUNT),),
        make_rule(0, (n.Compare("=", n.Fact("n", COUNT), n.Const(1, COUNT)),)),
    )
    with pytest.raises(ValueError, match="n: a fact of type integer needs a range"):
        compile_kernel(rules)


def test_columns_of_other_rules_are_refused() -> None:
    other = make_rules(KINDS, make_rule(0, (n.Fact("boolean", BOOLEAN),)))
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
    rules = make_rules(KINDS, make_rule(0, (flag,) * 64))
    kernel, columns = Kernel(rules, plain), from_arrays(rules, {"always": np.array([True])})
    assert kernel.full(columns).outcome.tolist() == [[OUTCOMES.index("yes")]]
    with pytest.raises(ValueError, match="p0: more than 63 conditions have no mask"):
        kernel.full(columns, reasons=True)


def test_no_rules_and_no_rows_are_nothing() -> None:
    nothing = make_rules(())
    assert Kernel(nothing, plain).full(from_arrays(nothing, {}), reasons=True).outcome.shape == (
        0,
        0,
    )
    empty = from_arrays(kinds(), {"always": np.array([], dtype=bool)})
    budget = Kernel(kinds(), plain).budget(empty)
    assert [int(sums[0]) for sums in budget] == [0] * len(SUMS)


def test_no_name_or_text_of_a_pack_is_in_the_source() -> None:
    rules, _ = drawn(NATIVE[0], 3, 0)
    text = "".join(rule_source(rule, rules, layout(rules), "reasons").text for rule in rules.rules)
    assert not [
        name for fact in rules.facts for name in fact.split(".") if re.search(rf"\b{name}\b", text)
    ]
    assert "p0" not in text


def test_equal_rules_share_their_machine_code() -> None:
    rules, places = kinds(), layout(kinds())
    source = rule_source(rules.rules[0], rules, places, "budget")
    assert native(source) is native(rule_source(kinds().rules[0], kinds(), places, "budget"))
