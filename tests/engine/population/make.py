"""Populations as text, for tests: a head row and a row a person."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from tests.engine.rules.texts import FACTS
from yingcai.engine.population.scan import Scan, facts_beside, scan
from yingcai.engine.population.snapshot import Population, open_population
from yingcai.engine.rules.model import RuleSet

Connection = duckdb.DuckDBPyConnection

# The vocabulary of the other tests, with a gain that is the firm's.
WITH_FIRMS = (
    FACTS + "  - {id: firm.gain, label: {zh: 企业增值, en: Gain}, type: money, source: register}\n"
)
GRANT = """
programme: grant
title: {zh: 安家补助, en: Settling-in grant}
lead: labour
conditions:
  - {id: full-time, when: person.full_time}
  - {id: insured, when: person.months_insured >= 6}
amount: "CASE WHEN person.level >= 'leading' THEN YUAN(50000) ELSE YUAN(20000) END"
"""
# The ones before the first head: entitled 50,000; 20,000; refused twice; once; facts missing.
GRANT_PEOPLE = """
id,person.full_time,person.months_insured,person.level
a,true,6,top
b,true,12,senior
c,false,5,top
d,true,5,leading
e,true,,leading
f,true,7,
"""


def people(folder: Path, text: str, name: str = "people.csv") -> Path:
    """A CSV file; where it says no day, everybody applies on 2019-05-06."""
    head, *rows = text.strip().splitlines()
    if "case.applied_on" not in head:
        head, rows = f"{head},case.applied_on", [f"{row},2019-05-06" for row in rows]
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def opened(
    connection: Connection, path: Path, rules: RuleSet, by: Sequence[str] = ()
) -> Population:
    """A population with what a scan by ``by`` needs."""
    return open_population(connection, path, rules, keep=facts_beside(rules, by))


def scanned(
    connection: Connection, path: Path, rules: RuleSet, by: Sequence[str] = (), **more: Any
) -> Scan:
    return scan(opened(connection, path, rules, by), rules, by=by, **more)


def rows_of(population: Population) -> list[dict[str, Any]]:
    """The table of a population, by id."""
    found = population.connection.execute(f"SELECT * FROM {population.table} ORDER BY id")  # noqa: S608
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def ceiling(per: str, amount: str, share: str = "by_date", **more: object) -> str:
    """One ceiling as a programme's file writes it."""
    group = f", group: [{', '.join(more['group'])}]" if "group" in more else ""  # type: ignore[arg-type]
    within = more.get("within", "ever")
    return f'{{per: {per}, amount: "{amount}", share: {share}, within: {within}{group}}}'
