"""The engine of this repository on the same workload, each of its back ends apart."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml

from benchmarks.rules.cases import OneCase, Population
from benchmarks.rules.people import WORKLOAD, Facts, read_columns
from benchmarks.rules.reference import CLAIMED
from yingcai.engine.packs.telling import Names, Teller
from yingcai.engine.population import snapshot
from yingcai.engine.population.kernel import (
    Budget,
    Decisions,
    KernelColumns,
    compile_kernel,
    from_arrays,
)
from yingcai.engine.population.scan import Scan, scan
from yingcai.engine.rules import closures
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.decide import Decider
from yingcai.engine.rules.kernel_source import NO_AMOUNT
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.sql import OUTCOME_CODES, Columns, select_decisions
from yingcai.engine.rules.sql_print import print_sql
from yingcai.engine.rules.subject import Subject
from yingcai.engine.rules.types import Enum, Known, civil

PROGRAMMES = 6  # of the workload
THREADS = 2
TABLE = "people"
YES = OUTCOME_CODES.index("yes")
NO = OUTCOME_CODES.index("no")
Totals = dict[str, tuple[int, int, int]]


def source(count: int = PROGRAMMES) -> RuleSource:
    """The workload's files. Beyond its own programmes come copies, each with a name and sums of its own."""
    written = [
        yaml.safe_load(path.read_text("utf-8"))
        for path in sorted((WORKLOAD / "programmes").glob("*.yaml"))
    ]
    programmes = [
        _renamed(written[place % PROGRAMMES], place // PROGRAMMES) for place in range(count)
    ]
    facts = yaml.safe_load((WORKLOAD / "facts.yaml").read_text("utf-8"))
    return RuleSource(
        SourceFile("facts.yaml", facts),
        [SourceFile(f"programmes/{one['programme']}.yaml", one) for one in programmes],
    )


def _renamed(programme: dict[str, Any], number: int) -> dict[str, Any]:
    if not number:
        return programme
    one = copy.deepcopy(programme)
    one["programme"] = f"{programme['programme']}-{number}"
    for parameter in one.get("parameters", {}).values():
        if parameter["unit"] == "CNY":
            parameter["value"] += number
    for table in one.get("tables", {}).values():
        table["rows"] = [[*keys, yuan + number] for *keys, yuan in table["rows"]]
    return one


def compiled_rules(files: RuleSource) -> RuleSet:
    compiled, problems = compile_rules(files)
    if compiled is None:
        raise ValueError("; ".join(f"{one.file}: {one.text}" for one in problems))
    return compiled


def rules() -> RuleSet:
    return compiled_rules(source())


def inside(facts: Facts, compiled: RuleSet) -> dict[str, Known]:
    """Facts of one case as the engine keeps them."""
    return {
        name: _inside(value, compiled.facts[name].type)
        for name, value in facts.items()
        if name in compiled.facts
    }


def _inside(value: Any, kind: object) -> Known:
    if isinstance(kind, Enum):
        return None if value is None else kind.codes[value]
    return civil(value) if isinstance(value, dt.date) else value


# -- one case ----------------------------------------------------------------------------------


def _one_case(
    people: list[Facts],
    make: Callable[[RuleSet], Callable[[Any], Iterable[RuleOutcome]]],
    says: str,
) -> OneCase:
    compiled = rules()

    def answers(outcomes: Iterable[RuleOutcome]) -> dict[str, int]:
        named = zip(compiled.rules, outcomes, strict=True)
        return {rule.programme: one.amount or 0 for rule, one in named}

    return OneCase([inside(one, compiled) for one in people], make(compiled), answers, says)


def readable(people: list[Facts]) -> OneCase:
    says = "amounts, every condition and step"
    return _one_case(people, lambda compiled: lambda facts: closures.decide(compiled, facts), says)


def plain(people: list[Facts]) -> OneCase:
    return _one_case(people, lambda compiled: compile_case(compiled).run, "amounts")


def traced(people: list[Facts]) -> OneCase:
    says = "amounts, every condition and step"
    return _one_case(people, lambda compiled: compile_case(compiled).trace, says)


def explained(people: list[Facts]) -> OneCase:
    """All that a page shows: words, clauses and facts of every condition, steps, what to ask."""
    compiled = rules()
    decider = Decider(compiled, compile_case(compiled).trace, "zh")

    def answers(decisions: dict[str, Any]) -> dict[str, int]:
        return {name: one.amount for name, one in decisions.items()}

    says = "amounts, every condition in words with clause and facts, steps, facts to ask"
    return OneCase([inside(one, compiled) for one in people], decider.decide, answers, says)


def told(people: list[Facts]) -> OneCase:
    """The same as lines of text, with the values in words and the clauses as people cite them."""
    compiled = rules()
    decider = Decider(compiled, compile_case(compiled).trace, "zh")
    names = Names({"sample": {"zh": "样例规则"}}, {"register": {"zh": "登记信息"}})

    def decide(facts: dict[str, Known]) -> tuple[dict[str, Any], str]:
        decisions = decider.decide(facts)
        teller = Teller(compiled, names, Subject(facts, {}), "zh")
        lines = []
        for one in decisions.values():
            lines.append(teller.heading(one))
            lines.extend(teller.lines(one, ()))
        return decisions, "\n".join(lines)

    def answers(answer: tuple[dict[str, Any], str]) -> dict[str, int]:
        return {name: one.amount for name, one in answer[0].items()}

    return OneCase([inside(one, compiled) for one in people], decide, answers, "a page of text")


CASES = {
    "readable": readable,
    "plain": plain,
    "traced": traced,
    "explained": explained,
    "told": told,
}


# -- populations: SQL ----------------------------------------------------------------------------


def load(path: Path, compiled: RuleSet) -> snapshot.Population:
    """The people as a scan has them, but in memory, as the other engines have theirs."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET preserve_insertion_order = false")
    return snapshot.open_population(connection, path, compiled, table=TABLE)


def decisions(compiled: RuleSet, *, reasons: bool) -> tuple[str, tuple[Columns, ...]]:
    query, columns = select_decisions(compiled, table=TABLE, reasons=reasons)
    return print_sql(query, "duckdb"), columns


def sums(compiled: RuleSet, columns: Iterable[Columns]) -> tuple[str, list[str]]:
    """SQL of each programme's totals over a table of decisions, three columns a programme, and their names."""
    chosen, names = [], []
    for one in columns:
        names.append(compiled.rules[one.rule].programme)
        chosen += [
            f"count(*) FILTER ({one.outcome} = {YES})",
            f"count(*) FILTER ({one.outcome} <> {NO} AND {one.amount} IS NULL)",
            f"sum({one.amount})::BIGINT",
        ]
    return ", ".join(chosen), names


def _totals(row: tuple[Any, ...], names: list[str]) -> Totals:
    found = {
        name: (row[3 * place], row[3 * place + 1], row[3 * place + 2])
        for place, name in enumerate(names)
    }
    return _claimed(found)


def _claimed(found: Totals) -> Totals:
    """A rule's amount is before any ceiling: what is paid of the agency fee is not told here."""
    return {CLAIMED if name == "agency" else name: total for name, total in found.items()}


def sql_budget(path: Path) -> Population:
    compiled = rules()
    connection = load(path, compiled).connection
    text, columns = decisions(compiled, reasons=False)
    chosen, names = sums(compiled, columns)
    statement = f"SELECT {chosen} FROM ({text})"  # noqa: S608  # our own names
    return Population(
        lambda: connection.execute(statement).fetchall()[0], lambda row: _totals(row, names)
    )


def sql_columns(path: Path) -> Population:
    return _kept(path, reasons=False)


def sql_reasons(path: Path) -> Population:
    return _kept(path, reasons=True)


def _kept(path: Path, *, reasons: bool) -> Population:
    """Every column written to a table."""
    compiled = rules()
    connection = load(path, compiled).connection
    text, columns = decisions(compiled, reasons=reasons)
    chosen, names = sums(compiled, columns)

    def decide() -> None:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE decided AS {text}")

    def totals(_: None) -> Totals:
        return _totals(connection.execute(f"SELECT {chosen} FROM decided").fetchall()[0], names)  # noqa: S608

    return Population(decide, totals)


def scanned(path: Path) -> Population:
    """As an office asks it: a scan by programme, with the ceilings of the firms."""
    return _scanned(path, reasons=False)


def scanned_reasons(path: Path) -> Population:
    """And how often each condition is the reason."""
    return _scanned(path, reasons=True)


def _scanned(path: Path, *, reasons: bool) -> Population:
    compiled = rules()
    people = load(path, compiled)

    def totals(found: Scan) -> Totals:
        every = {name: found.total(name) for name in compiled.programmes}
        read = {
            name: (one.yes, one.unknown + one.person + one.no_amount, one.payable)
            for name, one in every.items()
        }
        return read | {CLAIMED: (*read["agency"][:2], every["agency"].amount)}

    return Population(lambda: scan(people, compiled, reasons=reasons), totals)


# -- populations: native code --------------------------------------------------------------------


def kernel_columns(path: Path, compiled: RuleSet) -> KernelColumns:
    columns = read_columns(path)
    return from_arrays(
        compiled,
        {
            name: np.ma.masked_array(values, mask=~columns.known[name])
            for name, values in columns.values.items()
        },
    )


def kernel_budget(path: Path) -> Population:
    compiled = rules()
    columns, kernel = kernel_columns(path, compiled), compile_kernel(compiled)

    def totals(budget: Budget) -> Totals:
        open_ones = budget.unknown + budget.person + budget.amount_unknown
        found = {
            rule.programme: (int(budget.yes[at]), int(open_ones[at]), int(budget.amount[at]))
            for at, rule in enumerate(compiled.rules)
        }
        return _claimed(found)

    return Population(lambda: kernel.budget(columns, threads=THREADS), totals)


def kernel_full(path: Path) -> Population:
    return _full(path, reasons=False)


def kernel_reasons(path: Path) -> Population:
    return _full(path, reasons=True)


def _full(path: Path, *, reasons: bool) -> Population:
    compiled = rules()
    columns, kernel = kernel_columns(path, compiled), compile_kernel(compiled)

    def totals(made: Decisions) -> Totals:
        found = {}
        for at, rule in enumerate(compiled.rules):
            outcome, fen = made.outcome[at], made.amount[at]
            unknown = (outcome != NO) & (fen == NO_AMOUNT)
            paid = int(fen.sum(where=fen != NO_AMOUNT))
            found[rule.programme] = int((outcome == YES).sum()), int(unknown.sum()), paid
        return _claimed(found)

    return Population(lambda: kernel.full(columns, reasons=reasons, threads=THREADS), totals)


POPULATION = {
    "scanned": scanned,
    "scanned_reasons": scanned_reasons,
    "sql_budget": sql_budget,
    "sql_columns": sql_columns,
    "sql_reasons": sql_reasons,
    "kernel_budget": kernel_budget,
    "kernel_full": kernel_full,
    "kernel_reasons": kernel_reasons,
}
