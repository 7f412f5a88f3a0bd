"""Two more questions about this repository's engine: what compiling costs, and what a what-if saves."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.rules.measure import cpu_ms
from benchmarks.rules.ours import (
    TABLE,
    THREADS,
    compiled_rules,
    kernel_columns,
    load,
    rules,
    source,
)
from yingcai.engine.population.kernel import compile_kernel, from_arrays, native
from yingcai.engine.population.scan import scan
from yingcai.engine.population.whatif import touched_programmes
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.sql import select_decisions
from yingcai.engine.rules.sql_print import print_sql

GROUP = 20  # programmes that are planned together

Figures = dict[str, Any]


def compiling(count: int) -> Callable[[Path, int], Figures]:
    """CPU milliseconds from text to each back end, for ``count`` programmes."""

    def figures(people: Path, repeats: int) -> Figures:
        files = source(count)
        compiled = compiled_rules(files)
        whole = {
            "text to checked rules": cpu_ms(lambda: compiled_rules(files), repeats),
            "Python source": cpu_ms(lambda: compile_case(compiled), repeats),
        }
        return whole | _sql(compiled, people, repeats)

    return figures


def _sql(compiled: RuleSet, people: Path, repeats: int) -> Figures:
    parts = list(_groups(compiled))
    queries = [select_decisions(one, table=TABLE)[0] for one in parts]
    texts = [print_sql(query, "duckdb") for query in queries]
    connection = load(people, compiled).connection

    def plan() -> None:
        for text in texts:
            connection.execute(f"EXPLAIN {text}").fetchall()

    return {
        "SQL, lowering": cpu_ms(
            lambda: [select_decisions(one, table=TABLE) for one in parts], repeats
        ),
        "SQL, printing": cpu_ms(lambda: [print_sql(query, "duckdb") for query in queries], repeats),
        "SQL, DuckDB's plan": cpu_ms(plan, repeats),
        "kB of SQL": sum(map(len, texts)) / 1e3,
    }


def _groups(compiled: RuleSet) -> Iterator[RuleSet]:
    names = list(compiled.programmes)
    for start in range(0, len(names), GROUP):
        yield compiled.only(frozenset(names[start : start + GROUP]))


def native_code(count: int) -> Callable[[Path, int], Figures]:
    """CPU milliseconds to machine code, once, from an empty cache: it is made at the first pass."""

    def figures(people: Path, repeats: int) -> Figures:
        return {"native code": _to_native(compiled_rules(source(count)))}

    return figures


def _to_native(compiled: RuleSet) -> float:
    native.cache_clear()
    nobody = from_arrays(compiled, {})
    return cpu_ms(lambda: compile_kernel(compiled).budget(nobody))


def what_if(people: Path, repeats: int) -> Figures:
    """One parameter of one programme changes: all programmes again, or the touched one alone."""
    before, after = rules(), _changed()
    touched = after.only(frozenset(touched_programmes(before, after)))
    figures = {
        "scan on DuckDB": _scans(people, after, touched, repeats),
        "native code": _passes(people, after, touched, repeats),
    }
    return {"back ends": figures, "programmes": len(after.programmes)}


def _changed() -> RuleSet:
    files = source()
    housing = next(one.value for one in files.programmes if one.value["programme"] == "housing")
    housing["parameters"]["price_share"]["values"][-1]["value"] = 20
    return compiled_rules(files)


def _scans(path: Path, after: RuleSet, touched: RuleSet, repeats: int) -> Figures:
    people = load(path, after)
    people.connection.execute(f"CREATE VIEW nobody AS FROM {people.table} LIMIT 0")
    nobody = replace(people, table="nobody")
    figures = alternately(lambda: scan(people, after), lambda: scan(people, touched), repeats)
    return figures | {"compile_ms": cpu_ms(lambda: scan(nobody, touched), repeats)}


def _passes(path: Path, after: RuleSet, touched: RuleSet, repeats: int) -> Figures:
    compile_ms = _to_native(touched)

    def pass_of(compiled: RuleSet) -> Callable[[], Any]:
        columns, kernel = kernel_columns(path, compiled), compile_kernel(compiled)
        return lambda: kernel.budget(columns, threads=THREADS)

    figures = alternately(pass_of(after), pass_of(touched), repeats)
    return figures | {"compile_ms": compile_ms}


def alternately(whole: Callable[[], Any], part: Callable[[], Any], repeats: int) -> Figures:
    """CPU milliseconds of both and the median of the pairs' ratios; each is warmed up once."""
    whole()
    part()
    pairs = [(cpu_ms(whole), cpu_ms(part)) for _ in range(repeats)]
    return {
        "whole_ms": statistics.median(one for one, _ in pairs),
        "touched_ms": statistics.median(one for _, one in pairs),
        "ratio": statistics.median(one / every for every, one in pairs),
    }


COUNTS = (6, 60, 200)
FIGURES: dict[str, Callable[[Path, int], Figures]] = {
    **{f"compile_{count}": compiling(count) for count in COUNTS},
    **{f"native_{count}": native_code(count) for count in COUNTS},
    "what_if": what_if,
}
