"""A sweep: one parameter through many values over one population, compiled once.

With ``fast`` the native kernel decides (extra `fast`); without it, and for programmes that have a
ceiling, the database does. Both count the same.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.scan import Progress, scan
from yingcai.engine.population.snapshot import Population, column_of
from yingcai.engine.rules.free import FREE, free_parameter
from yingcai.engine.rules.model import RuleSet

MOST_POINTS = 200
_TABLE = "swept"


@dataclass(frozen=True)
class Point:
    """The programme at one inside value of the parameter: people entitled, people still open, fen."""

    value: int
    entitled: int
    open: int
    payable: int


def sweep(  # what is swept, over whom, and how
    population: Population,
    rules: RuleSet,
    programme: str,
    parameter: str,
    values: Sequence[int],
    *,
    fast: bool = False,
    progress: Progress | None = None,
) -> list[Point]:
    """What a programme entitles and costs at each value. ``population`` holds its facts.

    Raises: PopulationError for a parameter that is none, too many values, or ``fast`` where the
    extra is missing or the programme has a ceiling.
    """
    if not 0 < len(values) <= MOST_POINTS:
        raise PopulationError(f"a sweep has 1 to {MOST_POINTS} values, not {len(values)}")
    try:
        free = free_parameter(rules, programme, parameter, low=min(values), high=max(values))
    except ValueError as error:
        raise PopulationError(str(error)) from None
    at = _native(population, free) if fast else _in_database(population, free)
    points = []
    for place, value in enumerate(values):
        points.append(at(value))
        if progress:
            progress(place + 1, len(values))
    return points


class _in_database:  # used as a function
    def __init__(self, population: Population, free: RuleSet) -> None:
        self.population, self.free = population, free
        self.name = next(iter(free.programmes))

    def __call__(self, value: int) -> Point:
        self.population.connection.execute(
            f"CREATE OR REPLACE VIEW {_TABLE} AS SELECT *, CAST({value} AS BIGINT) "
            f"AS {column_of(FREE)} FROM {self.population.table}"
        )
        total = scan(replace(self.population, table=_TABLE), self.free).total(self.name)
        return Point(value, total.yes, total.unknown + total.person, total.payable)


class _native:  # used as a function
    def __init__(self, population: Population, free: RuleSet) -> None:
        if any(one.stacking.ceilings for one in free.programmes.values()):
            raise PopulationError(
                "the programme has a ceiling, which only the database decides: leave --fast away"
            )
        if importlib.util.find_spec("numba") is None:
            raise PopulationError("--fast needs the extra: pip install 'yingcai[fast]'")
        kernel: Any = importlib.import_module("yingcai.engine.population.kernel")
        names = [name for name in free.used_facts if name != FREE]
        chosen = ", ".join(column_of(name) for name in names) or "id"
        found = population.connection.execute(
            f"SELECT {chosen} FROM {population.table}"
        ).fetchnumpy()
        arrays = {name: found[column_of(name)] for name in names}
        numpy: Any = importlib.import_module("numpy")
        arrays[FREE] = numpy.full(population.rows, free.facts[FREE].low)
        self.columns = kernel.from_arrays(free, arrays)
        self.kernel = kernel.compile_kernel(free)

    def __call__(self, value: int) -> Point:
        self.columns.column(FREE)[:] = value
        sums = self.kernel.budget(self.columns)
        # Versions of one programme never apply together, so what is not yes or no in one of them
        # is open at most once: count rows, not rules.
        yes, amount = int(sums.yes.sum()), int(sums.amount.sum())
        return Point(value, yes, self._open(sums, yes), amount)

    def _open(self, sums: Any, yes: int) -> int:
        if len(sums.yes) == 1:
            return int(sums.unknown.sum() + sums.person.sum())
        outcome = self.kernel.full(self.columns).outcome
        return int(((outcome >= 2).any(axis=0) & ~(outcome == 1).any(axis=0)).sum())
