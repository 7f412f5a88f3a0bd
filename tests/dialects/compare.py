"""Random rule sets and people in one database, compared with the oracle cell by cell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.engine.rules.make_sql import BOOLEAN, MONTHS, NUMBER, csv_text, known, rule, rule_set
from tests.engine.rules.random_sql import Generator, people, seeded
from tests.engine.rules.sql_oracle import Tally, cells
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import prepared
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.sql import select_decisions
from yingcai.engine.rules.sql_print import Dialect, create_table, print_sql
from yingcai.engine.rules.types import RATIO_SCALE

# Makes the table, loads the CSV file and gives the rows of every query.
Run = Callable[[str, Path, Sequence[str]], Iterable[Sequence[Sequence[object]]]]

log = logging.getLogger(__name__)


def compare(dialect: Dialect, run: Run, folder: Path, *, sets: int, rows: int) -> None:
    """With and without reasons. Fails on the first cells that differ; logs how many were compared."""
    tally = Tally()
    for seed in range(sets):
        _compare_one(dialect, run, folder, Generator(seeded(seed)).rules(), tally, rows=rows)
    _compare_one(dialect, run, folder, _corners(), tally, rows=4 * rows)
    log.info("%s: %d cells, %d of them unknown, %d different",
             dialect, tally.cells, tally.unknown, tally.different)  # fmt: skip
    assert tally.different == 0, tally.examples
    assert tally.cells > sets * rows


def _compare_one(
    dialect: Dialect, run: Run, folder: Path, rules: RuleSet, tally: Tally, *, rows: int
) -> None:
    crowd = people(seeded(rows), rows)
    outcomes = [prepared(rules)(one) for one in crowd]
    file = folder / "people.csv"
    file.write_text(csv_text(rules, crowd))
    made = [select_decisions(rules, reasons=reasons) for reasons in (False, True)]
    found = run(
        create_table(rules, dialect), file, [print_sql(query, dialect) for query, _ in made]
    )
    for (_, columns), answer in zip(made, found, strict=True):
        by_id = sorted(answer, key=lambda row: int(str(row[0])))
        for place, (row, outcome) in enumerate(zip(by_id, outcomes, strict=True)):
            tally.add(f"row {place}", cells(rules, columns, outcome), row[1:])


def _corners() -> RuleSet:
    """Every rounding, sign and way to count time, as steps of one rule."""
    gain, change = known("firm.result"), known("firm.change")
    start, end = known("person.born_on"), known("person.arrived_on")
    steps: dict[str, n.Node] = {"days": n.Days(start, end, NUMBER), "year": n.YearOf(end, NUMBER)}
    ways: tuple[n.Rounding, ...] = ("down", "half_up", "up")
    for way in ways:
        steps[f"portion_{way}"] = n.Portion(gain, change, RATIO_SCALE, way)
        steps[f"whole_{way}"] = n.RoundTo(gain, 100, way)
        steps[f"natural_{way}"] = n.RoundTo(known("person.price"), 700, way)
    for month_end in (False, True):
        for years in (False, True):
            steps[f"months_{month_end}_{years}"] = n.Months(start, end, month_end, years, MONTHS)
    doubtful = n.Case(
        ((known("person.full_time"), known("case.first")),), known("committee.agrees"), BOOLEAN
    )
    return rule_set(rule(doubtful, amount=known("person.price"), steps=steps))
