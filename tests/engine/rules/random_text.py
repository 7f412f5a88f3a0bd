"""Random expressions, tables and parameters that are valid by the contract, with the values worth trying around them.

Numbers are whole inside this generator: integers, fen, millionths of a ratio (12.5 % is 125,000), ordinals of days. Each
expression carries the bounds of its value, so that none grows beyond what the contract allows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any, NamedTuple

from tests.engine.rules.slow_values import BOOLEAN, DATE, MONEY, RATIO, Kind

LARGEST = {"integer": 10**12, "money": 10**13}  # 10^13 fen are 10^11 yuan; the others do not grow
LARGEST_PORTION = 3 * 10**12  # the product of money and share, before it is divided, fits 64 bits
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
OR, AND, NOT, COMPARISON, SUM, PRODUCT, MINUS, ATOM = range(8)  # how tightly a text holds together
ROUNDINGS = ("down", "half_up", "up")
COUNTING = ("strict", "month_end")
ORDERED = ("integer", "money", "ratio", "date")
SIGNS = ("=", "<>", "<", "<=", ">", ">=")
Bounds = tuple[int, int]


class Text(NamedTuple):
    """An expression: its text, the operator that holds it together, the bounds of its value."""

    text: str
    level: int = ATOM
    low: int = 0
    high: int = 0


class Gap(NamedTuple):
    """Two date facts and the number of months or days between them that a rule asks about."""

    first: str
    last: str
    unit: str
    number: int


class Near:
    """The numbers that rules name, by fact and by kind, so that subjects can be put at the boundaries."""

    def __init__(self) -> None:
        self.numbers: dict[str, list[int]] = {}
        self.gaps: list[Gap] = []
        self.words: dict[str, list[str]] = {}

    def note(self, name: str, kind: Kind, number: int) -> None:
        for key in (name, pool_of(kind)):
            self.numbers.setdefault(key, []).append(number)


def pool_of(kind: Kind) -> str:
    """Where numbers of a kind are noted when no fact stands beside them."""
    return f"{kind[0]} {kind[1]}"


def yuan(fen: int) -> str:
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}" + (f".{cents:02}" if cents else "")


def percent(millionths: int) -> str:
    whole, rest = divmod(abs(millionths), 10_000)
    tail = f".{rest:04}".rstrip("0") if rest else ""
    return f"{'-' if millionths < 0 else ''}{whole}{tail}"


def spelled(kind: Kind, number: int) -> str:
    """A number inside the generator as people write it."""
    if kind == DATE:
        return date.fromordinal(number).isoformat()
    return {"money": yuan, "ratio": percent}.get(kind[0], str)(number)


def as_yaml(rng: Random, kind: Kind, number: int) -> Any:
    """The same as YAML gives it: a date, a whole number, a float, or a quoted text."""
    text = spelled(kind, number)
    if kind == DATE:
        return date.fromordinal(number)
    if rng.random() < 0.2:
        return text
    return float(text) if "." in text else int(text)


def random_number(rng: Random, kind: Kind) -> int:
    """A number such as rules name."""
    if kind == DATE:
        years = (1960, 2025) if rng.random() < 0.2 else (2015, 2022)
        day = date(rng.randint(*years), rng.randint(1, 12), rng.choice([1, 9, 15, 28]))
        return day.toordinal() + rng.choice([0, 0, 0, -1, 1])
    if kind == MONEY:
        fen = rng.choice([0, 1, 150, 9_999, 10_000, 123_456, 500_000, 3_000_000, 30_000_000])
        return fen * rng.randint(1, 9)
    if kind == RATIO:
        return rng.choice([0, 1, 125_000, 250_000, 333_333, 500_000, 1_000_000]) // rng.randint(
            1, 3
        )
    if kind[1] == "year" and rng.random() < 0.3:
        return rng.randint(2016, 2022)
    return rng.choice([0, 1, 2, 3, 6, 12, 24, 36, 60, rng.randint(0, 100)])


class Writer:
    """Writes expressions over the names, tables and words it was told of."""

    def __init__(self, rng: Random, near: Near) -> None:
        self.rng = rng
        self.near = near
        self.names: dict[Kind, list[Text]] = {}
        self.lookups: dict[Kind, list[Text]] = {}
        self.covers: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.ordered: set[str] = set()

    def copy(self) -> Writer:
        """A writer that may learn more without the first one knowing."""
        other = Writer(self.rng, self.near)
        other.names = {kind: list(names) for kind, names in self.names.items()}
        other.lookups = {kind: list(texts) for kind, texts in self.lookups.items()}
        other.covers = list(self.covers)
        other.words, other.ordered = self.words, self.ordered
        return other

    def add(self, kind: Kind, name: str, bounds: Bounds) -> None:
        self.names.setdefault(kind, []).append(Text(name, ATOM, *bounds))

    def of(self, kind: Kind, depth: int) -> Text:
        """An expression of a kind, ``depth`` operators deep at most."""
        if kind == BOOLEAN:
            return self.condition(depth)
        makers = list(MAKERS[kind[0]])
        if kind[0] == "integer":
            makers += DATE_MAKERS.get(kind[1], ())
        if kind[0] == "enum" and kind[1] in self.ordered:
            makers.append(Writer.extreme)
        for _ in range(4 if depth > 0 else 0):
            text = self.rng.choice(makers)(self, kind, depth - 1)
            largest = LARGEST.get(kind[0], 10**7)
            if -largest <= text.low and text.high <= largest and len(text.text) < 500:
                return text
        return self.atom(kind)

    def at(self, text: Text, level: int) -> str:
        """In parentheses where the operator around it needs them, and now and then where not."""
        held = text.level >= level and self.rng.random() > 0.05
        return text.text if held else f"({text.text})"

    # Atoms

    def atom(self, kind: Kind, depth: int = 0) -> Text:
        known = self.names.get(kind, [])
        if kind[0] != "enum" and (not known or self.rng.random() < 0.25):
            return self.literal(kind)
        if self.lookups.get(kind) and self.rng.random() < 0.25:
            return self.rng.choice(self.lookups[kind])
        return self.rng.choice(known)

    def literal(self, kind: Kind, fact: str = "") -> Text:
        number = random_number(self.rng, kind)
        self.near.note(fact or pool_of(kind), kind, number)
        text = spelled(kind, number)
        shapes = {"money": f"YUAN({text})", "ratio": f"PERCENT({text})", "date": f"DATE '{text}'"}
        return Text(shapes.get(kind[0], text), ATOM, number, number)

    # Values

    def add_up(self, kind: Kind, depth: int) -> Text:
        a, b = self.of(kind, depth), self.of(kind, depth)
        if self.rng.random() < 0.5:
            text = f"{self.at(a, SUM)} + {self.at(b, PRODUCT)}"
            return Text(text, SUM, a.low + b.low, a.high + b.high)
        text = f"{self.at(a, SUM)} - {self.at(b, PRODUCT)}"
        return Text(text, SUM, a.low - b.high, a.high - b.low)

    def multiply(self, kind: Kind, depth: int) -> Text:
        a = self.of(kind, depth)
        units = [name for name in self.names if name[0] == "integer"]
        if kind == MONEY and units and self.rng.random() < 0.7:
            b = self.of(self.rng.choice(units), depth)
        else:
            number = self.rng.randint(0, 12)
            b = Text(str(number), ATOM, number, number)
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        if self.rng.random() < 0.2:
            a, b = b, a
        text = f"{self.at(a, PRODUCT)} * {self.at(b, MINUS)}"
        return Text(text, PRODUCT, min(corners), max(corners))

    def negate(self, kind: Kind, depth: int) -> Text:
        a = self.of(kind, depth)
        return Text(f"-{self.at(a, ATOM)}", MINUS, -a.high, -a.low)

    def extreme(self, kind: Kind, depth: int) -> Text:
        parts = [self.of(kind, depth) for _ in range(self.rng.choice([2, 2, 3]))]
        name, pick = self.rng.choice([("LEAST", min), ("GREATEST", max)])
        text = f"{name}({', '.join(part.text for part in parts)})"
        return Text(text, ATOM, pick(part.low for part in parts), pick(part.high for part in parts))

    def case(self, kind: Kind, depth: int) -> Text:
        branches = [
            (self.condition(depth), self.of(kind, depth)) for _ in range(self.rng.choice([1, 1, 2]))
        ]
        last = self.of(kind, depth)
        whens = " ".join(
            f"WHEN {condition.text} THEN {self.branch(kind, value)}"
            for condition, value in branches
        )
        values = [last, *(value for _, value in branches)]
        return Text(
            f"CASE {whens} ELSE {last.text} END",
            ATOM,
            min(value.low for value in values),
            max(value.high for value in values),
        )

    def branch(self, kind: Kind, value: Text) -> str:
        """An enum's branch may be a word, as long as ELSE says which enum it belongs to."""
        if kind[0] == "enum" and self.rng.random() < 0.4:
            return f"'{self.rng.choice(self.words[kind[1]])}'"
        return value.text

    def portion(self, kind: Kind, depth: int) -> Text:
        a, b = self.of(MONEY, depth), self.of(RATIO, depth)
        corners = [
            x * y // 1_000_000 + more
            for x in (a.low, a.high)
            for y in (b.low, b.high)
            for more in (0, 1)
        ]
        text = f"PORTION({a.text}, {b.text}, '{self.rng.choice(ROUNDINGS)}')"
        if max(map(abs, corners)) > LARGEST_PORTION:
            return Text(text, ATOM, -(10**30), 10**30)  # too large on the way; `of` tries again
        return Text(text, ATOM, min(corners), max(corners))

    def round_to(self, kind: Kind, depth: int) -> Text:
        a = self.of(MONEY, depth)
        step = self.rng.choice([1, 10, 100, 250, 10_000, 100_000])
        self.near.numbers.setdefault(pool_of(MONEY), []).extend([step // 2, step])
        text = f"ROUND_TO({a.text}, YUAN({yuan(step)}), '{self.rng.choice(ROUNDINGS)}')"
        return Text(text, ATOM, a.low - step, a.high + step)

    # Days

    def full_months(self, kind: Kind, depth: int) -> Text:
        a, b = self.of(DATE, depth), self.of(DATE, depth)
        name, most = ("FULL_MONTHS", 2412) if kind[1] == "month" else ("FULL_YEARS", 201)
        text = f"{name}({a.text}, {b.text}, '{self.rng.choice(COUNTING)}')"
        return Text(text, ATOM, 0, most)

    def days_between(self, kind: Kind, depth: int) -> Text:
        a, b = self.of(DATE, depth), self.of(DATE, depth)
        most = LAST_DAY - FIRST_DAY
        return Text(f"DAYS_BETWEEN({a.text}, {b.text})", ATOM, -most, most)

    def year_of(self, kind: Kind, depth: int) -> Text:
        return Text(f"YEAR_OF({self.of(DATE, depth).text})", ATOM, 1900, 2100)

    # Conditions

    def condition(self, depth: int) -> Text:
        if depth <= 0:
            return self.rng.choice(SHALLOW)(self, 0)
        return self.rng.choice(CONDITIONS)(self, depth - 1)

    def flag(self, depth: int) -> Text:
        if self.covers and self.rng.random() < 0.15:
            return Text(f"COVERED('{self.rng.choice(self.covers)}')")
        if self.lookups.get(BOOLEAN) and self.rng.random() < 0.2:
            return self.rng.choice(self.lookups[BOOLEAN])
        if self.rng.random() < 0.04:
            return Text(self.rng.choice(["TRUE", "FALSE"]))
        return self.rng.choice(self.names[BOOLEAN])

    def joined(self, depth: int) -> Text:
        word, level = self.rng.choice([("AND", AND), ("OR", OR), ("OR", OR)])
        parts = [self.condition(depth) for _ in range(self.rng.choice([2, 2, 3]))]
        return Text(f" {word} ".join(self.at(part, level) for part in parts), level)

    def denied(self, depth: int) -> Text:
        return Text(f"NOT {self.at(self.condition(depth), NOT)}", NOT)

    def equal_flags(self, depth: int) -> Text:
        a, b = self.condition(depth), self.condition(depth)
        text = f"{self.at(a, SUM)} {self.rng.choice(['=', '<>'])} {self.at(b, SUM)}"
        return Text(text, COMPARISON)

    def threshold(self, depth: int) -> Text:
        """A fact, a parameter or a step beside a number: what most rules are made of."""
        kind = self.rng.choice([kind for kind in self.names if kind[0] in ORDERED])
        name = self.rng.choice(self.names[kind]).text
        literal = self.literal(kind, name).text
        if self.rng.random() < 0.2:
            return self.between(name, literal, self.of(kind, 0).text)
        sign = self.rng.choice(SIGNS[2:] if self.rng.random() < 0.9 else SIGNS[:2])
        sides = (name, literal) if self.rng.random() < 0.85 else (literal, name)
        return Text(f"{sides[0]} {sign} {sides[1]}", COMPARISON)

    def between(self, value: str, low: str, high: str) -> Text:
        word = "NOT BETWEEN" if self.rng.random() < 0.15 else "BETWEEN"
        if self.rng.random() < 0.3:
            low, high = high, low
        return Text(f"{value} {word} {low} AND {high}", COMPARISON)

    def word(self, depth: int) -> Text:
        kind = self.rng.choice([kind for kind in self.names if kind[0] == "enum"])
        words = self.words[kind[1]]
        value = self.at(self.of(kind, depth), SUM)
        if self.rng.random() < 0.4:
            some = self.rng.sample(words, self.rng.randint(1, min(3, len(words))))
            inside = ", ".join(f"'{word}'" for word in some)
            return Text(f"{value} {self.rng.choice(['IN', 'IN', 'NOT IN'])} ({inside})", COMPARISON)
        sign = self.rng.choice(SIGNS if kind[1] in self.ordered else SIGNS[:2])
        other = f"'{self.rng.choice(words)}'"
        if self.rng.random() < 0.2:
            other = self.at(self.of(kind, depth), SUM)
        if self.rng.random() < 0.2:
            value, other = other, value
        return Text(f"{value} {sign} {other}", COMPARISON)

    def compared(self, depth: int) -> Text:
        kind = self.rng.choice([kind for kind in self.names if kind[0] in ORDERED])
        a, b = (self.at(self.of(kind, depth), SUM) for _ in range(2))
        if self.rng.random() < 0.2:
            return self.between(a, b, self.at(self.of(kind, depth), SUM))
        return Text(f"{a} {self.rng.choice(SIGNS)} {b}", COMPARISON)

    def gap(self, depth: int) -> Text:
        """So many months, years or days between two dates."""
        names = list(dict.fromkeys(text.text for text in self.names[DATE]))
        first, last = self.rng.sample(names, 2)
        number = self.rng.choice([1, 2, 3, 6, 12, 24, 36])
        mode = self.rng.choice(COUNTING)
        unit, text = self.rng.choice(
            [
                ("month", f"FULL_MONTHS({first}, {last}, '{mode}')"),
                ("year", f"FULL_YEARS({first}, {last}, '{mode}')"),
                ("day", f"DAYS_BETWEEN({first}, {last})"),
            ]
        )
        months = 12 * number if unit == "year" else number
        self.near.gaps.append(Gap(first, last, "day" if unit == "day" else "month", months))
        return Text(f"{text} {self.rng.choice(['>=', '>=', '<', '=', '>'])} {number}", COMPARISON)

    def case_flag(self, depth: int) -> Text:
        return self.case(BOOLEAN, depth)


Maker = Callable[[Writer, Kind, int], Text]
MAKERS: dict[str, tuple[Maker, ...]] = {
    "integer": (
        Writer.atom,
        Writer.add_up,
        Writer.multiply,
        Writer.negate,
        Writer.extreme,
        Writer.case,
    ),
    "money": (
        Writer.atom,
        Writer.add_up,
        Writer.multiply,
        Writer.negate,
        Writer.extreme,
        Writer.extreme,
        Writer.case,
        Writer.portion,
        Writer.portion,
        Writer.round_to,
    ),
    "ratio": (Writer.atom, Writer.atom, Writer.extreme, Writer.case),
    "date": (Writer.atom, Writer.atom, Writer.extreme, Writer.case),
    "enum": (Writer.atom, Writer.atom, Writer.case),
}
DATE_MAKERS: dict[str, tuple[Maker, ...]] = {
    "month": (Writer.full_months, Writer.full_months),
    "year": (Writer.full_months, Writer.year_of),
    "day": (Writer.days_between,),
}
SHALLOW = (Writer.flag, Writer.threshold, Writer.threshold, Writer.word, Writer.gap)
CONDITIONS = (
    *SHALLOW,
    Writer.flag,
    Writer.threshold,
    Writer.joined,
    Writer.joined,
    Writer.denied,
    Writer.equal_flags,
    Writer.compared,
    Writer.case_flag,
)
