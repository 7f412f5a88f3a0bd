"""Read `demo/people.yaml`: the recipe, or everything that is wrong with it, each with its line.

Every fact has an entry that says one of:

    weights: {bachelor: 30, master: 5}     values and how often each comes, in any measure
    share: 12.5                            a boolean: percent of yes
    spread: [0, 2, 10, 50]                 equal chances from point to point; `step` is the grain
    from: person.born_on, years: [22, 26]  a day after another one (`days`, `months`, `years`)
    between: [person.employed_on, case.applied_on], percent: [50, 100]     months from day to day
    copy: firm.county                      what another fact says
    depends: person.level, by: {none: …}, otherwise: …     another way for each value of a fact

and may add `at_least` and `at_most`, each a fact; `null`, the percent that is unknown; and
`per: household` (or firm), whose members then share the value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem
from yingcai.engine.population.recipe import (
    CHANCES,
    LEADS_PROJECT,
    MOST_STEPS,
    Arms,
    Between,
    Choice,
    Copied,
    Drawn,
    How,
    Made,
    Recipe,
    Shifted,
    Spread,
    in_layers,
)
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.types import (
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    from_civil,
)
from yingcai.engine.rules.written import NotReadable, inside_factor, read_value

MOST_PLACES = 100_000  # people in one row of firms
_WAYS: dict[str, tuple[str, ...]] = {  # each with the keys that go with it
    "weights": (),
    "share": (),
    "spread": ("step",),
    "from": ("days", "months", "years"),
    "between": ("percent",),
    "copy": (),
    "depends": ("by", "otherwise"),
}
_BOUNDS = ("at_least", "at_most")
_DAYS = {"days": Fraction(1), "months": Fraction(1461, 48), "years": Fraction(1461, 4)}
_SHARED = {"firm": "firm.id", "household": "household.id"}
# What fits the columns that are written: INTEGER, DECIMAL(18, 2) and DECIMAL(14, 4).
_MOST: dict[type[Type], int] = {Integer: 2**31 - 1, Money: 10**15 - 1, Ratio: 10**10 - 1}


class _Wrong(Exception):
    """Ends the reading of a value; its problem is noted already."""


def read_recipe(
    document: Document, facts: Mapping[str, FactType], programmes: Collection[str]
) -> tuple[Recipe | None, list[Problem]]:
    """The recipe that a document of the right shape holds for a pack's facts and programmes, or its problems."""
    reader = _Reader(document, facts)
    recipe = None
    with suppress(_Wrong):
        recipe = reader.recipe(programmes)
    return (None, sorted(set(reader.problems))) if reader.problems else (recipe, [])


def plain_number(written: object) -> Fraction | None:
    """An exact number; a binary float by the digits that it prints. None where it is none."""
    if isinstance(written, bool):
        return None
    try:
        return Fraction(str(written))
    except (ValueError, ZeroDivisionError):
        return None


class _Reader:
    def __init__(self, document: Document, facts: Mapping[str, FactType]) -> None:
        self.document, self.facts = document, facts
        self.types: dict[str, Type] = {name: fact.type for name, fact in facts.items()}
        self.types[LEADS_PROJECT] = Boolean()
        self.problems: list[Problem] = []

    def wrong(self, key: Key, text: str) -> _Wrong:
        self.problems.append(self.document.problem(text, *key))
        return _Wrong()

    # -- the file ------------------------------------------------------------------------------

    def recipe(self, programmes: Collection[str]) -> Recipe:
        self.known_names("facts", self.facts, "fact")
        self.known_names("applied", programmes, "programme")
        for name in self.facts.keys() - self.value(("facts",)).keys():
            self.wrong(("facts",), f"`facts` lacks `{name}`")
        firms, households = self.sizes("firms"), self.sizes("households")
        columns = {}
        for name, key in self.entries():
            with suppress(_Wrong):
                columns[name] = self.made(name, key)
        layers, ring = in_layers(columns)
        if ring and not self.problems:
            self.wrong(("facts",), f"drawn from one another in a ring: {', '.join(ring)}")
        return Recipe(firms, households, columns, layers)

    def entries(self) -> list[tuple[str, Key]]:
        """The columns in the order in which they are written, and where the file tells of them."""
        facts = [name for name in self.facts if name in self.value(("facts",))]
        return [
            (LEADS_PROJECT, (LEADS_PROJECT,)),
            *((name, ("facts", name)) for name in facts),
            *((f"applied.{name}", ("applied", name)) for name in self.value(("applied",))),
        ]

    def known_names(self, key: str, known: Collection[str], what: str) -> None:
        for name in self.value((key,)):
            if name not in known:
                self.wrong((key, name), f"there is no {what} `{name}`")

    def sizes(self, key: str) -> tuple[int, ...]:
        """Sizes, each as often as it is to come."""
        found: list[int] = []
        for size, count in self.value((key, "sizes")).items():
            if sum(found) + int(size) * count > MOST_PLACES:
                raise self.wrong((key, "sizes"), f"`{key}` has more than {MOST_PLACES} people")
            found += [int(size)] * count
        if not found:
            raise self.wrong((key, "sizes"), f"`{key}` is empty")
        return tuple(found)

    # -- one column ----------------------------------------------------------------------------

    def made(self, name: str, key: Key) -> Made:
        fact = self.facts.get(name, FactType(name, Boolean(), {}))
        most = _MOST.get(type(fact.type), 2**62)
        column = Made(
            name=name,
            type=fact.type,
            how=Drawn(_share(0)),
            whose=self.whose(name),
            low=max(-most, fact.low or 0),
            high=min(most, fact.high or 0),
        )
        more = ("per",) if fact.always else ("per", "null")
        how = self.how(column, key, more=more)
        if "per" in self.value(key) and (name.partition(".")[0] in _SHARED or column.whose == "id"):
            raise self.wrong((*key, "per"), "`per` is firm or household, and for facts of neither")
        return replace(column, how=how, unknown=self.unknown(column, key))

    def whose(self, name: str) -> str:
        """The column whose holders share a fact: by its name, or because its entry says so."""
        entry = self.value(("facts",)).get(name, {})
        return _SHARED.get(name.partition(".")[0]) or _SHARED.get(str(entry.get("per")), "id")

    def unknown(self, column: Made, key: Key) -> How | None:
        """`null: 3`, percent, or an entry as for a boolean, so that it may depend on a fact."""
        entry = self.value(key)
        if "null" not in entry:
            return None
        if isinstance(entry["null"], dict):
            return self.how(replace(column, type=Boolean()), (*key, "null"))
        return Drawn(_share(self.chances((*key, "null"))))

    def how(self, column: Made, key: Key, more: tuple[str, ...] = ()) -> How:
        ways = [way for way in _WAYS if way in self.map(key)]
        if len(ways) != 1:
            raise self.wrong(key, f"{_told(key)} must have one of: {', '.join(_WAYS)}")
        way = ways[0]
        bounds = () if way == "depends" else _BOUNDS
        self.map(key, allowed=(way, *_WAYS[way], *bounds, *more))
        if way == "depends":
            return self.arms(column, key)
        least, most = (self.bound(column, (*key, one)) for one in _BOUNDS)
        return Drawn(getattr(self, f"draw_{way}")(column, key), least, most)

    def arms(self, column: Made, key: Key) -> Arms:
        fact = self.fact(column, (*key, "depends"))
        self.map(key, needed=("by",))
        kind = self.types[fact]
        found: list[tuple[Value, How]] = []
        for written in self.map((*key, "by")):
            with suppress(_Wrong):
                place = (*key, "by", written)
                found.append((self.read(written, kind, place), self.how(column, place)))
        if len(found) < len(self.value((*key, "by"))):
            raise _Wrong
        if "otherwise" in self.value(key):
            return Arms(fact, kind, tuple(found), self.how(column, (*key, "otherwise")))
        missing = _missing(kind, {value for value, _ in found})
        if missing:
            raise self.wrong((*key, "by"), f"lacks {', '.join(missing)}; or give `otherwise`")
        return Arms(fact, kind, tuple(found[:-1]), found[-1][1])

    def bound(self, column: Made, key: Key) -> str:
        if key[-1] not in self.value(key[:-1]):
            return ""
        name = self.fact(column, key)
        if isinstance(column.type, Boolean | Enum) or not _alike(column.type, self.types[name]):
            raise self.wrong(key, f"`{name}` is no bound of a value of type {column.type}")
        return name

    # -- ways to draw --------------------------------------------------------------------------

    def draw_weights(self, column: Made, key: Key) -> Choice:
        place = (*key, "weights")
        values: list[Value] = []
        weights: list[Fraction] = []
        for written, weight in self.map(place).items():
            number = plain_number(weight)
            if number is None or number < 0:
                raise self.wrong(
                    (*place, written), f"the weight of `{written}` must be a number from 0"
                )
            values.append(self.within(column, written, (*place, written)))
            weights.append(number)
        if not sum(weights):
            raise self.wrong(place, "the weights are 0 in all")
        return Choice(tuple(values), _upto(weights))

    def draw_share(self, column: Made, key: Key) -> Choice:
        if not isinstance(column.type, Boolean):
            raise self.wrong(key, f"`share` is for booleans; {_told(key)} is {column.type}")
        return _share(self.chances((*key, "share")))

    def draw_spread(self, column: Made, key: Key) -> Spread:
        if isinstance(column.type, Boolean | Enum):
            raise self.wrong(key, "`spread` is for numbers and days; use `weights`")
        place = (*key, "spread")
        written = self.points(place)
        values = [self.within(column, one, (*place, i)) for i, one in enumerate(written)]
        if isinstance(column.type, Date):
            values = [from_civil(value).toordinal() for value in values]
        return self.spread(values, self.step(column, key), place)

    def draw_from(self, column: Made, key: Key) -> Shifted:
        start = self.fact(column, (*key, "from"))
        units = [unit for unit in _DAYS if unit in self.value(key)]
        dates = isinstance(column.type, Date) and isinstance(self.types[start], Date)
        if len(units) != 1 or not dates:
            raise self.wrong(
                key, "`from` takes a day to another one by `days`, `months` or `years`"
            )
        place = (*key, units[0])
        days = [int(number * _DAYS[units[0]] // 1) for number in self.numbers(place)]
        return Shifted(start, self.spread(days, 1, place, most=100_000))

    def draw_between(self, column: Made, key: Key) -> Between:
        place = (*key, "between")
        self.map(key, needed=("percent",))
        if len(self.points(place)) != 2:
            raise self.wrong(place, "`between` takes two facts of type date")
        first, last = (self.fact(column, (*place, i)) for i in range(2))
        unit = column.type.unit if isinstance(column.type, Integer) else ""
        dates = all(isinstance(self.types[one], Date) for one in (first, last))
        if unit not in ("day", "month", "year") or not dates:
            raise self.wrong(key, "`between` counts days, months or years from one day to another")
        place = (*key, "percent")
        percent = [int(number) for number in self.numbers(place)]
        return Between(first, last, unit, self.spread(percent, 1, place, most=100_000))

    def draw_copy(self, column: Made, key: Key) -> Copied:
        name = self.fact(column, (*key, "copy"))
        if not _alike(column.type, self.types[name]):
            raise self.wrong((*key, "copy"), f"`{name}` has other values than {_told(key)}")
        return Copied(name)

    def spread(self, points: Sequence[int], step: int, key: Key, *, most: int = 2**62) -> Spread:
        if list(points) != sorted(points):
            raise self.wrong(key, "the points must rise")
        found = Spread(tuple(points), step)
        if any(abs(point) > most for point in points):
            raise self.wrong(key, f"a point is larger than {most}")
        if any(count > MOST_STEPS for _, count in found.steps()):
            raise self.wrong(key, "has too many values; give a larger `step`")
        return found

    def step(self, column: Made, key: Key) -> int:
        """The grain in inside values: one yuan, one percent, one piece, one day where none is given."""
        written = self.value(key).get("step", 1)
        number = plain_number(written)
        if isinstance(column.type, Integer | Money | Ratio) and number is not None:
            number *= Fraction(inside_factor(column.type))
        if number is None or number.denominator > 1 or number < 1:
            raise self.wrong((*key, "step"), f"{written} is no step of {column.type}")
        return int(number)

    # -- values --------------------------------------------------------------------------------

    def value(self, key: Key) -> Any:
        found = self.document.value
        for part in key:
            found = found[part]
        return found

    def map(
        self, key: Key, *, allowed: tuple[str, ...] = (), needed: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The named values at a place; ``allowed`` empty: any names."""
        found = self.value(key)
        if not isinstance(found, dict):
            raise self.wrong(key, f"{_told(key)} must hold named values (key: value)")
        for name in [name for name in found if allowed and name not in allowed]:
            raise self.wrong((*key, name), f"`{name}` does not belong here; {', '.join(allowed)}")
        for name in [name for name in needed if name not in found]:
            raise self.wrong(key, f"{_told(key)} lacks `{name}`")
        return found

    def points(self, key: Key) -> list[Any]:
        found = self.value(key)
        if not isinstance(found, list) or len(found) < 2:
            raise self.wrong(key, f"{_told(key)} must be a list of two or more")
        return found

    def numbers(self, key: Key) -> list[Fraction]:
        found = [plain_number(one) for one in self.points(key)]
        numbers = [one for one in found if one is not None]
        if len(numbers) < len(found):
            raise self.wrong(key, f"{_told(key)} must be a list of numbers")
        return numbers

    def chances(self, key: Key) -> int:
        number = plain_number(self.value(key))
        if number is None or not 0 <= number <= 100:
            raise self.wrong(key, f"{_told(key)} must be a number of percent from 0 to 100")
        return int(number * CHANCES / 100)

    def fact(self, column: Made, key: Key) -> str:
        """The name of a fact that the column may be drawn from."""
        name = self.value(key)
        if not isinstance(name, str) or name not in self.types:
            raise self.wrong(key, f"there is no fact `{name}`")
        if column.whose not in ("id", self.whose(name)):
            raise self.wrong(key, f"`{name}` differs from person to person; {column.name} does not")
        return name

    def read(self, written: object, kind: Type, key: Key) -> Value:
        try:
            return read_value(written, kind)
        except NotReadable as error:
            raise self.wrong(key, str(error)) from None

    def within(self, column: Made, written: object, key: Key) -> Value:
        value = self.read(written, column.type, key)
        if not isinstance(column.type, Boolean) and not column.low <= value <= column.high:
            raise self.wrong(key, f"{written} is out of the range of {column.name}")
        return value


def _share(chances: int) -> Choice:
    return Choice((True, False), (chances, CHANCES))


def _upto(weights: Sequence[Fraction]) -> tuple[int, ...]:
    total = sum(weights)
    return tuple(int(reached * CHANCES / total) for reached in accumulate(weights))


def _alike(left: Type, right: Type) -> bool:
    if isinstance(left, Enum) and isinstance(right, Enum):
        return left.values == right.values
    return left == right


def _missing(kind: Type, values: set[Value]) -> list[str]:
    if isinstance(kind, Enum):
        return [word for code, word in enumerate(kind.values) if code not in values]
    if isinstance(kind, Boolean):
        return [word for word, value in (("true", True), ("false", False)) if value not in values]
    return ["further values"]


def _told(key: Key) -> str:
    return f"`{key[-1]}`" if key else "the file"
