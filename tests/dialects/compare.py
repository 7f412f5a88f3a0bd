"""Random rule sets and people in one database, compared with the oracle cell by cell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.engine.rules.back_ends import csv_text, oracle, outcomes_of
from tests.engine.rules.make import BOOLEAN, MONTHS, NUMBER, RATIO, fact, rule, rule_set
from tests.engine.rules.random_nodes import ROUNDINGS, seeded, subjects
from tests.engine.rules.random_nodes import rule_set as random_rules
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import select_decisions
from yingcai.engine.rules.sql_print import Dialect, create_table, print_sql

# Makes the table, loads the CSV file and gives the rows of every query.
Run = Callable[[str, Path, Sequence[str]], Iterable[Sequence[Sequence[object]]]]

log = logging.getLogger(__name__)


def compare(dialect: Dialect, run: Run, folder: Path, *, sets: int, rows: int) -> None:
    """With and without reasons. Fails on the first subject that differs; logs how many were compared."""
    drawn = [random_rules(seeded(seed), rules=2) for seed in range(sets)]
    compared = sum(_compare_one(dialect, run, folder, rules, rows) for rules in drawn)
    compared += _compare_one(dialect, run, folder, _corners(), 4 * rows)
    log.info("%s: %d outcomes compared", dialect, compared)
    assert compared > 4 * sets * rows


def _compare_one(dialect: Dialect, run: Run, folder: Path, rules: RuleSet, rows: int) -> int:
    crowd = subjects(seeded(rows), rules, rows)
    file = folder / "people.csv"
    file.write_text(csv_text(rules, crowd))
    made = [select_decisions(rules, reasons=reasons) for reasons in (False, True)]
    queries = [print_sql(query, dialect) for query, _ in made]
    answers = run(create_table(rules, dialect), file, queries)
    short = [[one._replace(conditions=(), steps=()) for one in row] for row in oracle(rules, crowd)]
    for (_, columns), wanted, answer in zip(
        made, (short, oracle(rules, crowd)), answers, strict=True
    ):
        by_id = sorted(answer, key=lambda row: int(str(row[0])))
        for place, (row, outcomes) in enumerate(zip(by_id, wanted, strict=True)):
            assert outcomes_of(rules, columns, row) == outcomes, f"row {place}"
    return len(made) * rows * len(rules.rules)


def _corners() -> RuleSet:
    """Every rounding, sign and way to count time, as steps of one rule."""
    profit, change = fact("firm.profit"), fact("firm.change")
    start, end = fact("person.born_on"), fact("person.arrived_on")
    steps: dict[str, n.Node] = {"days": n.Days(start, end, NUMBER), "year": n.YearOf(end, NUMBER)}
    for way in ROUNDINGS:
        steps[f"portion_{way}"] = n.Portion(profit, change, RATIO.scale, way)
        steps[f"whole_{way}"] = n.RoundTo(profit, 100, way)
        steps[f"natural_{way}"] = n.RoundTo(fact("person.salary"), 700, way)
    for month_end in (False, True):
        for years in (False, True):
            steps[f"months_{month_end}_{years}"] = n.Months(start, end, month_end, years, MONTHS)
    doubtful = n.Case(
        ((fact("person.full_time"), fact("case.opened")),), fact("case.passed"), BOOLEAN
    )
    return rule_set(rule(doubtful, amount=fact("person.salary"), steps=steps))
