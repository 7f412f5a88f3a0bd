"""Every way to decide, as one function from rules and subjects to outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from yingcai.engine.population.kernel import Decisions, Kernel, from_arrays
from yingcai.engine.rules import kernel_numbers
from yingcai.engine.rules.closures import prepared
from yingcai.engine.rules.kernel_source import NO_AMOUNT, NO_RESULT, OUTCOMES, RuleSource
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.sql import OUTCOME_CODES, Columns, select_decisions
from yingcai.engine.rules.sql_print import create_table, print_sql
from yingcai.engine.rules.types import Boolean, Date, Known, Type, civil, from_civil

Facts = Mapping[str, Known]
Answers = list[list[RuleOutcome]]  # by subject and rule

NULL = r"\N"


class BackEnd(NamedTuple):
    """``decide`` gives for each subject one outcome a rule."""

    name: str
    decide: Callable[[RuleSet, Sequence[Facts]], Answers]
    conditions: bool = True
    steps: bool = True

    def shown(self, outcome: RuleOutcome) -> RuleOutcome:
        """The parts of an outcome that this back end gives."""
        return outcome._replace(
            conditions=outcome.conditions if self.conditions else (),
            steps=outcome.steps if self.steps else (),
        )


def compared(
    back_end: BackEnd, rules: RuleSet, subjects: Sequence[Facts], wanted: Answers
) -> list[str]:
    """Every outcome that differs from the wanted one; True is not 1 here."""
    return [
        f"subject {place}, {rule.programme}: {other}, not {back_end.shown(one)}"
        for place, (want, got) in enumerate(
            zip(wanted, back_end.decide(rules, subjects), strict=True)
        )
        for rule, one, other in zip(rules.rules, want, got, strict=True)
        if repr(back_end.shown(one)) != repr(other)
    ]


def oracle(rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    return list(map(prepared(rules), subjects))


def run(rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    return list(map(compile_case(rules).run, subjects))


def trace(rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    return list(map(compile_case(rules).trace, subjects))


# -- a database ----------------------------------------------------------------------------------


def in_duckdb(rules: RuleSet, subjects: Sequence[Facts], *, reasons: bool = True) -> Answers:
    """The decision query; without reasons it is another one, which computes less."""
    query, columns = select_decisions(rules, reasons=reasons)
    with TemporaryDirectory() as folder, loaded(rules, subjects, Path(folder)) as connection:
        rows = connection.execute(print_sql(query) + ' ORDER BY "id"').fetchall()
    return [outcomes_of(rules, columns, row) for row in rows]


def loaded(rules: RuleSet, rows: Sequence[Facts], folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds the rows as the query expects them; the id is the place."""
    file = folder / "people.csv"
    file.write_text(csv_text(rules, rows))
    connection = duckdb.connect()
    connection.execute(create_table(rules))
    connection.execute(f"COPY people FROM '{file}' (HEADER false, NULLSTR '{NULL}')")
    return connection


def csv_text(rules: RuleSet, rows: Sequence[Facts]) -> str:
    """The rows as the table of a decision query holds them: the id is the place, ``\\N`` is NULL."""
    facts = [rules.facts[name] for name in rules.used_facts]
    lines = (
        ",".join([str(place), *(_written(row.get(one.name), one.type) for one in facts)])
        for place, row in enumerate(rows)
    )
    return "\n".join(lines) + "\n"


def _written(value: Known, kind: Type) -> str:
    if value is None:
        return NULL
    if isinstance(kind, Date):
        return from_civil(value).isoformat()
    return str(value).lower() if isinstance(kind, Boolean) else str(value)


def outcomes_of(
    rules: RuleSet, columns: Sequence[Columns], row: Sequence[object]
) -> list[RuleOutcome]:
    """The outcomes in one row of a decision query, the first cell of which is the id."""
    cells = iter(row[1:])
    found = []
    for names, rule in zip(columns, rules.rules, strict=True):
        code = read(next(cells))
        assert code is not None, "an outcome is never unknown"
        amount = read(next(cells)) if names.amount else None
        result = read(next(cells)) if names.result else None
        conditions = tuple(_truth(next(cells)) for _ in names.conditions)
        steps = tuple(
            _typed(next(cells), step.value.type)
            for step, _ in zip(rule.steps[: len(names.steps)], names.steps, strict=True)
        )
        found.append(RuleOutcome(OUTCOME_CODES[code], amount, result, conditions, steps))
    assert next(cells, "nothing") == "nothing", "more cells than columns"
    return found


def _typed(cell: object, kind: Type) -> Known:
    return _truth(cell) if isinstance(kind, Boolean) else read(cell)


def _truth(cell: object) -> bool | None:
    value = read(cell)
    assert value in (None, 0, 1)
    return None if value is None else bool(value)


def read(cell: object) -> int | None:
    """A cell as a database's client gives it: dates as civil codes, whole numbers also as text."""
    if cell is None or isinstance(cell, int):
        return cell
    if isinstance(cell, str) and cell.count("-") == 2:
        cell = date.fromisoformat(cell)
    if isinstance(cell, date):
        return civil(cell)
    assert isinstance(cell, str), f"a cell of type {type(cell)}"
    return int(cell)


# -- kernels -------------------------------------------------------------------------------------


def in_kernel(rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    """Machine code."""
    return decided(Kernel(rules), rules, subjects)


def in_plain_kernel(rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    """The same source as Python runs it, for compiling takes a second and more for each rule."""
    return decided(Kernel(rules, plain), rules, subjects)


def decided(kernel: Kernel, rules: RuleSet, subjects: Sequence[Facts]) -> Answers:
    columns = from_arrays(rules, arrays_of(rules, subjects))
    return said(kernel.full(columns, reasons=True), rules)


def plain(source: RuleSource) -> Callable[..., None]:
    """A generated function as Python runs it, over whole numbers without a limit."""
    names: dict[str, Any] = {**vars(kernel_numbers), "i64": int, "u64": int}
    names.update(source.constants)
    exec(source.text, names)  # noqa: S102 - what is tested
    function: Callable[..., None] = names["rule"]
    return function


def arrays_of(rules: RuleSet, subjects: Sequence[Facts]) -> dict[str, NDArray[Any]]:
    """The subjects as masked columns; what stands under the mask is rubbish on purpose."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, fact in rules.facts.items():
        values = [subject.get(name) for subject in subjects]
        kind = bool if isinstance(fact.type, Boolean) else np.int64
        rubbish = np.array([99 if one is None else one for one in values], dtype=kind)
        arrays[name] = np.ma.masked_array(rubbish, mask=[one is None for one in values])
        if fact.always:
            arrays[name] = rubbish
    return arrays


def said(decisions: Decisions, rules: RuleSet) -> Answers:
    """What a kernel with reasons decided, without steps."""
    assert decisions.true is not None
    assert decisions.known is not None
    by_rule = [
        list(_of_rule(len(rule.conditions), *(one[place].tolist() for one in decisions)))  # type: ignore[index]  # none is None
        for place, rule in enumerate(rules.rules)
    ]
    return [list(row) for row in zip(*by_rule, strict=True)]


def _of_rule(conditions: int, *columns: list[int]) -> Iterator[RuleOutcome]:
    for outcome, amount, result, true, known in zip(*columns, strict=True):
        yield RuleOutcome(
            OUTCOMES[outcome],
            None if amount == NO_AMOUNT else amount,
            None if result == NO_RESULT else result,
            tuple(bool(true >> bit & 1) if known >> bit & 1 else None for bit in range(conditions)),
        )


ORACLE = BackEnd("oracle", oracle)
RUN = BackEnd("generated run", run, conditions=False, steps=False)
TRACE = BackEnd("generated trace", trace)
DUCKDB = BackEnd("DuckDB", partial(in_duckdb, reasons=False), conditions=False, steps=False)
DUCKDB_REASONS = BackEnd("DuckDB, reasons", in_duckdb)
NATIVE = BackEnd("kernel", in_kernel, steps=False)
PLAIN = BackEnd("kernel as Python", in_plain_kernel, steps=False)
