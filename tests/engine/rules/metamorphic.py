"""What must not change an answer: the order of rows, the number of threads, adding up in two halves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from tests.engine.rules.back_ends import Facts, arrays_of, loaded
from yingcai.engine.population.kernel import Budget, Decisions, Kernel, from_arrays
from yingcai.engine.rules.kernel_source import NO_AMOUNT, OUTCOMES
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import OUTCOME_CODES, Columns, select_decisions
from yingcai.engine.rules.sql_print import print_sql

Array = NDArray[Any]


def kernel_changes(kernel: Kernel, subjects: Sequence[Facts]) -> list[str]:
    """The names of the checks that fail."""
    rules = kernel.rules
    arrays = arrays_of(rules, subjects)
    order = np.random.default_rng(1).permutation(len(subjects))
    groups = order % 5
    half = len(subjects) // 2
    whole, mixed, first, last = (
        from_arrays(rules, {name: array[rows] for name, array in arrays.items()})
        for rows in (slice(None), order, slice(half), slice(half, None))
    )
    full = kernel.full(whole, reasons=True, threads=1)
    sums = kernel.budget(whole, threads=1)
    by_group = kernel.budget(whole, groups, threads=1)
    halves = zip(kernel.budget(first), kernel.budget(last), strict=True)
    expected = [sums_of(full, rules, groups == group) for group in range(5)]
    return _failed(
        two_threads=equal(kernel.full(whole, reasons=True, threads=2), full),
        two_threads_sums=equal(kernel.budget(whole, threads=2), sums),
        two_threads_groups=equal(kernel.budget(whole, groups, threads=2), by_group),
        order=equal(kernel.full(mixed, reasons=True, threads=2), _at(full, order)),
        order_sums=equal(kernel.budget(mixed, threads=2), sums),
        order_groups=equal(kernel.budget(mixed, groups[order], threads=2), by_group),
        halves=equal([one + other for one, other in halves], sums),
        sums=equal(sums_of(full, rules), sums),
        group_sums=equal([np.array(each) for each in zip(*expected, strict=True)], by_group),
        without_reasons=equal(kernel.full(whole)[:3], full[:3]),
    )


def _failed(**checks: bool) -> list[str]:
    return [name for name, held in checks.items() if not held]


def sums_of(decisions: Decisions, rules: RuleSet, rows: Array | None = None) -> Budget:
    """What a budget should hold: the sums of decisions, as 64 bits hold them."""
    chosen = slice(None) if rows is None else rows
    outcome, amount = decisions.outcome[:, chosen], decisions.amount[:, chosen]
    counts = [(outcome == place).sum(axis=1) for place in range(len(OUTCOMES))]
    granted, lost = outcome == OUTCOMES.index("yes"), amount == NO_AMOUNT
    with_amount = np.array([rule.amount is not None for rule in rules.rules])
    unknown = (granted & lost).sum(axis=1) * with_amount
    total = np.where(granted & ~lost, amount, 0).sum(axis=1)
    return Budget(*counts, unknown, total)  # type: ignore[call-arg]  # four counts


def equal(one: Iterable[Array | None], other: Iterable[Array | None]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(_given(one), _given(other), strict=True))


def _given(arrays: Iterable[Array | None]) -> list[Array]:
    return [one for one in arrays if one is not None]


def _at(arrays: Iterable[Array | None], order: Array) -> list[Array]:
    return [one[:, order] for one in _given(arrays)]


# -- a database ----------------------------------------------------------------------------------


def database_changes(rules: RuleSet, subjects: Sequence[Facts]) -> list[str]:
    """The names of the checks that fail."""
    half = len(subjects) // 2
    with TemporaryDirectory() as folder, loaded(rules, subjects, Path(folder)) as connection:
        connection.execute("CREATE TABLE mixed AS FROM people ORDER BY hash(id)")
        connection.execute(f"CREATE TABLE first_half AS FROM people WHERE id < {half}")
        connection.execute(f"CREATE TABLE last_half AS FROM people WHERE id >= {half}")
        connection.execute("SET threads = 1")
        one, sums = _decided(connection, rules, "people"), _sums(connection, rules, "people")
        parts = [_sums(connection, rules, name) for name in ("first_half", "last_half")]
        connection.execute("SET threads = 2")
        return _failed(
            two_threads=_decided(connection, rules, "people") == one,
            order=_decided(connection, rules, "mixed") == one,
            two_threads_sums=_sums(connection, rules, "people") == sums,
            order_sums=_sums(connection, rules, "mixed") == sums,
            halves=[a + b for a, b in zip(*parts, strict=True)] == sums,
        )


def _decided(connection: duckdb.DuckDBPyConnection, rules: RuleSet, table: str) -> list[Any]:
    query, _ = select_decisions(rules, table=table, reasons=True)
    return connection.execute(print_sql(query) + ' ORDER BY "id"').fetchall()


def _sums(connection: duckdb.DuckDBPyConnection, rules: RuleSet, table: str) -> list[int]:
    query, columns = select_decisions(rules, table=table)
    sums = ", ".join(one for names in columns for one in _sums_of(names))
    row = connection.execute(f"SELECT {sums} FROM ({print_sql(query)})").fetchone()  # noqa: S608 - our own names
    assert row is not None
    return [int(one or 0) for one in row]


def _sums_of(names: Columns) -> Iterator[str]:
    for code, word in enumerate(OUTCOME_CODES):
        yield f"count(*) FILTER ({names.outcome} = {code})"
        if word == "yes" and names.amount is not None:
            yield f"sum({names.amount}) FILTER ({names.outcome} = {code})"
            yield f"count(*) FILTER ({names.outcome} = {code} AND {names.amount} IS NULL)"
