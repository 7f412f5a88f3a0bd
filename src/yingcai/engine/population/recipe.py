"""How a population of invented people is made, fact by fact: what `demo/people.yaml` says.

A recipe holds inside values only, so that `people.py` can write it as SQL. Chances are whole
numbers out of 2^32; a *draw* is a whole number below that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.rules.types import Type, Value, civil

CHANCES = 1 << 32
LEADS_PROJECT = "projects"  # a column of the recipe, no fact: whether the person leads a project
APPLIED_ON = "case.applied_on"
MOST_STEPS = 1 << 31


@dataclass(frozen=True)
class Choice:
    """One of ``values``: the first whose ``upto`` lies above the draw."""

    values: tuple[Value, ...]
    upto: tuple[int, ...]


@dataclass(frozen=True)
class Spread:
    """Each gap between neighbours of ``points`` has the same chance; inside it all steps have.

    Points are inside values, but of dates the ordinals of the days.
    """

    points: tuple[int, ...]
    step: int = 1

    def steps(self) -> Iterator[tuple[int, int]]:
        """Of each gap its first value and how many values it holds; the last holds its end, too."""
        last = len(self.points) - 2
        for place, (low, high) in enumerate(zip(self.points, self.points[1:], strict=False)):
            count = (high - low) // self.step + 1
            whole = (high - low) % self.step == 0
            yield low, max(1, count - 1 if whole and place < last else count)


@dataclass(frozen=True)
class Shifted:
    """A day so many days after (or before) that of another fact."""

    start: str
    days: Spread


@dataclass(frozen=True)
class Between:
    """A share of the whole months (years, days) from one day to another; 0 when it comes first."""

    first: str
    last: str
    unit: str
    percent: Spread


@dataclass(frozen=True)
class Copied:
    """What another fact says."""

    fact: str


@dataclass(frozen=True)
class Drawn:
    """A value, then raised to ``at_least`` and lowered to ``at_most``, both names of facts."""

    by: Choice | Spread | Shifted | Between | Copied
    at_least: str = ""
    at_most: str = ""


@dataclass(frozen=True)
class Arms:
    """Another way to draw for each value of another fact; ``otherwise`` for the values not named."""

    fact: str
    kind: Type  # of that fact
    arms: tuple[tuple[Value, How], ...]
    otherwise: How


How = Drawn | Arms


@dataclass(frozen=True)
class Made:
    """A column: a fact, `applied.PROGRAMME` or who leads a project.

    ``whose`` is the column that its holders share: `id`, `firm.id` or `household.id`.
    ``unknown`` draws whether it is not known. No value leaves ``low`` to ``high``.
    """

    name: str
    type: Type
    how: How
    whose: str = "id"
    unknown: How | None = None
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Recipe:
    """``firms`` and ``households``: sizes, each as often as there are such in a row of them.

    ``columns`` stand in the order of the file that is made; ``layers`` name them in an order in
    which each needs only columns of layers before.
    """

    firms: tuple[int, ...]
    households: tuple[int, ...]
    columns: Mapping[str, Made]
    layers: tuple[tuple[str, ...], ...]

    def on(self, day: date) -> Recipe:
        """The same people, all of whom apply on one day.

        Raises: PopulationError where the pack has no day of application, or not this one.
        """
        column = self.columns.get(APPLIED_ON)
        code = civil(day)
        if column is None or not column.low <= code <= column.high:
            raise PopulationError(f"{day} is no day on which one can apply ({APPLIED_ON})")
        fixed = replace(column, how=Drawn(Choice((code,), (CHANCES,))))
        return replace(self, columns={**self.columns, APPLIED_ON: fixed})


def needs(how: How) -> Iterator[str]:
    """The columns that a column is drawn from."""
    if isinstance(how, Arms):
        yield how.fact
        for one in (*(arm for _, arm in how.arms), how.otherwise):
            yield from needs(one)
        return
    match how.by:
        case Shifted(start=start):
            yield start
        case Between(first=first, last=last):
            yield from (first, last)
        case Copied(fact=fact):
            yield fact
        case _:
            pass
    yield from filter(None, (how.at_least, how.at_most))


def in_layers(columns: Mapping[str, Made]) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The layers of a recipe, and the columns that have none, for they need each other in a ring."""
    left = {name: set(needs(column.how)) for name, column in columns.items()}
    layers: list[tuple[str, ...]] = []
    while layer := tuple(name for name, wanted in left.items() if not wanted & left.keys()):
        layers.append(layer)
        for name in layer:
            del left[name]
    return tuple(layers), tuple(left)
