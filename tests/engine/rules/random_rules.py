"""Whole random worlds: a vocabulary, programmes and a catalogue as YAML would give them, and subjects at their edges.

The same seed gives the same world. Everything is valid by the contract; stacking is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.engine.rules.random_tables import Key, random_rows
from tests.engine.rules.random_text import (
    AND,
    FIRST_DAY,
    LAST_DAY,
    OR,
    ORDERED,
    Bounds,
    Gap,
    Near,
    Text,
    Writer,
    as_yaml,
    pool_of,
    random_number,
    spelled,
)
from tests.engine.rules.slow_values import BOOLEAN, DATE, MONEY, RATIO, Kind

Yaml = dict[str, Any]

DEFAULT_BOUNDS: dict[str, Bounds] = {
    "integer": (0, 1_000_000),
    "money": (0, 1_000_000_000_000),
    "ratio": (0, 1_000_000),
    "date": (FIRST_DAY, LAST_DAY),
}
UNITS = ("month", "year", "day", "person", "item")
SUBJECTS = ("person", "firm", "project", "household", "case")
WORDS = ("low", "fair", "good", "high", "rare", "unique")
# Names that mean something in SQL and are names like others here.
ODD_NAMES = ("end", "date", "group", "interval", "case", "true", "null", "order", "values")
SOURCES = (
    {"id": "register", "zh": "登记", "en": "Register", "kind": "register"},
    {"id": "form", "zh": "申报", "en": "Form", "kind": "applicant"},
    {"id": "jury", "zh": "评审", "en": "Jury", "kind": "committee"},
    {"id": "desk", "zh": "窗口", "en": "Desk", "kind": "office"},
)
LEAD, SOURCE = "desk-office", "plan#1"  # a unit and a clause, should a loader ask for them


@dataclass(frozen=True)
class World:
    """Dictionaries as YAML gives them; ``near`` holds the numbers that the rules name."""

    vocabulary: Yaml
    programmes: list[Yaml]
    catalogue: Yaml | None
    near: Near

    def subject(self, seed: int) -> Yaml:
        return random_subject(self.vocabulary, seed, self.near)


def random_world(
    seed: int, *, programmes: int = 8, odd_names: bool = True, bare_lookups: bool = False
) -> World:
    """A world.

    ``odd_names``: some facts and steps are called ``end``, ``null`` and so on. ``bare_lookups``: a table without
    ``otherwise`` is looked up without a condition that asks whether it covers the keys.
    """
    rng = Random(seed)  # noqa: S311 - a test, no secret
    near = Near()
    vocabulary = random_vocabulary(rng, odd_names=odd_names)
    catalogue = random_catalogue(rng, vocabulary, near) if rng.random() < 0.6 else None
    writer = _writer(rng, near, vocabulary)
    if catalogue is not None:
        level = ("enum", catalogue["index"]["level"])
        writer.lookups.setdefault(level, []).append(Text("LOOKUP('catalogue.level')"))
        writer.covers.append("catalogue")
    makers = [
        _ProgrammeMaker(writer.copy(), f"aid-{number}", odd=odd_names, bare=bare_lookups)
        for number in range(1, programmes + 1)
    ]
    return World(vocabulary, [maker.programme() for maker in makers], catalogue, near)


# Vocabulary


def random_vocabulary(rng: Random, *, odd_names: bool) -> Yaml:
    """``facts.yaml`` with facts of every type."""
    kinds = ["boolean"] * 4 + ["money"] * 3 + ["ratio"] * 2 + ["date"] * 4 + ["enum"] * 4
    facts = [_fact(rng, f"{kind}_{number}", kind) for number, kind in enumerate(kinds)]
    facts += [_fact(rng, f"count_{unit}", "integer", unit) for unit in (*UNITS, "month", "year")]
    for number, fact in enumerate(facts):
        if odd_names and rng.random() < 0.15:
            fact["id"] = f"{fact['id'].split('.')[0]}.{ODD_NAMES[number % len(ODD_NAMES)]}"
    unique = {fact["id"]: fact for fact in facts}
    applied = _fact(rng, "applied_on", "date") | {"id": "case.applied_on", "always": True}
    return {"sources": list(SOURCES), "facts": [*unique.values(), applied | {"source": "form"}]}


def _fact(rng: Random, name: str, kind: str, unit: str = "") -> Yaml:
    owner = rng.choice(SUBJECTS)
    fact: Yaml = {
        "id": f"{owner}.{name}",
        "label": {"zh": f"事项{name}", "en": f"Fact {name}"},
        "type": kind,
        "source": rng.choice(["register", "register", "form", "desk", "jury", "jury"]),
        "class": rng.choice(["public", "internal", "personal", "sensitive"]),
        "retention": rng.randint(1, 30),
        "moves": rng.choice(["any", "up", "down", "never"]),
    }
    if kind == "enum":
        words = WORDS[: rng.randint(2, 6)]
        fact["values"] = [{"id": word, "zh": f"档{word}", "en": word.title()} for word in words]
        fact |= {"ordered": True} if rng.random() < 0.6 else {}
    if kind == "integer":
        fact |= {"unit": unit, "range": [rng.choice([0, 0, -20, 1]), rng.choice([120, 720, 3000])]}
    if kind == "money" and rng.random() < 0.8:
        fact["range"] = [0, rng.choice([500_000, 5_000_000, 100_000_000])]
    if kind == "ratio" and rng.random() < 0.3:
        fact["range"] = [0, rng.choice([50, 150])]
    if kind == "date" and rng.random() < 0.5:
        fact["range"] = [date(1950, 1, 1), date(2030, 12, 31)]
    return fact


def kind_of(fact: Yaml) -> Kind:
    if fact["type"] == "enum":
        return ("enum", str(fact.get("values_from", fact["id"])))
    return (str(fact["type"]), str(fact.get("unit", "")))


def bounds_of(fact: Yaml) -> Bounds:
    """The first and the last number of a fact."""
    if "range" not in fact:
        return DEFAULT_BOUNDS.get(fact["type"], (0, 0))
    low, high = fact["range"]
    if fact["type"] == "date":
        return low.toordinal(), high.toordinal()
    scale = {"money": 100, "ratio": 10_000}.get(fact["type"], 1)
    return low * scale, high * scale


def words_of(fact: Yaml, near: Near) -> list[str]:
    if "values_from" in fact:
        return near.words[fact["values_from"]]
    return [value["id"] for value in fact["values"]]


def _writer(rng: Random, near: Near, vocabulary: Yaml) -> Writer:
    writer = Writer(rng, near)
    for fact in vocabulary["facts"]:
        kind = kind_of(fact)
        writer.add(kind, fact["id"], bounds_of(fact))
        if kind[0] == "enum":
            writer.words[kind[1]] = words_of(fact, near)
            writer.ordered.update([kind[1]] if fact.get("ordered") else [])
    return writer


def random_catalogue(rng: Random, vocabulary: Yaml, near: Near) -> Yaml:
    """Adds the three facts of a catalogue to the vocabulary; two or three editions."""
    level = _fact(rng, "level", "enum") | {"id": "person.rank", "ordered": True}
    honour = _fact(rng, "honour", "enum") | {"id": "case.honour", "values_from": "honours"}
    del honour["values"]
    honour.pop("ordered", None)
    day = _fact(rng, "honour_on", "date") | {"id": "case.honour_on"}
    vocabulary["facts"] += [level, honour, day]
    words = [value["id"] for value in level["values"]]
    pool = [f"honour-{number}" for number in range(1, 13)]
    near.words["honours"] = []
    editions = []
    first = date(rng.randint(2015, 2018), rng.randint(1, 12), 10)
    for number in range(rng.choice([2, 3])):
        last = first + timedelta(days=rng.randint(200, 900))
        chosen = rng.sample(pool, 8)
        items = [
            {
                "id": word,
                "level": rng.choice(words),
                "no": str(place),
                "zh": f"荣誉{word}",
                "en": word,
                **({"equivalent": True} if rng.random() < 0.1 else {}),
            }
            for place, word in enumerate(chosen, 1)
        ]
        editions.append(
            {
                "edition": f"e{number}",
                "in_force": {"from": first, "to": last},
                "source": SOURCE,
                "status": "sample",
                "complete": False,
                "items": items,
            }
        )
        near.words["honours"] += [word for word in chosen if word not in near.words["honours"]]
        for edge in (first, last):
            near.note(day["id"], DATE, edge.toordinal())
        first = last + timedelta(days=rng.choice([1, 1, 40]))
    index = {"level": level["id"], "honour": honour["id"], "date": day["id"]}
    return {"index": {"title": {"zh": "目录", "en": "Catalogue"}, **index}, "editions": editions}


# Programmes


class _ProgrammeMaker:
    def __init__(self, writer: Writer, name: str, *, odd: bool, bare: bool) -> None:
        self.rng = writer.rng
        self.writer = writer
        self.name = name
        self.odd = odd
        self.bare = bare
        self.open_tables: set[str] = set() if bare else {"catalogue"}
        self.count = 0

    def programme(self) -> Yaml:
        rng = self.rng
        kind = rng.choice(["benefit", "benefit", "recognition", "project"])
        found: Yaml = {
            "programme": self.name,
            "title": {"zh": f"资助{self.name}", "en": f"Aid {self.name}"},
            "summary": {"zh": "示例", "en": "An example"},
            "kind": kind,
            "subject": "project" if kind == "project" else rng.choice(["person", "firm"]),
            "lead": LEAD,
            "source": SOURCE,
            "status": "sample",
            "parameters": self.parameters(self.writer, "p", rng.randint(1, 4)),
        }
        if rng.random() < 0.2:
            found["in_force"] = {"from": date(2015, 1, 1), "to": date(2025, 12, 31)}
        if rng.random() < 0.6:
            found["tables"] = self.tables(self.writer, "t", steps=False)
        if rng.random() < 0.45:
            found["versions"] = [self.version(window, kind) for window in self.windows()]
            return found
        body = self.body(self.writer, kind, found.get("tables", {}))
        if rng.random() < 0.35:
            found["window"] = next(self.windows())
        return found | body

    def version(self, window: Yaml, kind: str) -> Yaml:
        writer = self.writer.copy()
        self.count += 1
        parameters = self.parameters(writer, f"v{self.count}_", self.rng.randint(0, 2))
        body = self.body(writer, kind, {})
        return {
            "id": f"v{self.count}",
            "window": window,
            "source": SOURCE,
            "parameters": parameters,
            **body,
        }

    def windows(self) -> Iterator[Yaml]:
        """Two or three windows of one date that do not overlap; the outer ones may be open."""
        fact = self.rng.choice(self.days())
        first = date(self.rng.randint(2015, 2018), self.rng.randint(1, 12), 9)
        count = self.rng.choice([2, 2, 3])
        for number in range(count):
            last = first + timedelta(days=self.rng.randint(100, 1100))
            window: Yaml = {"date": fact, "from": first, "to": last}
            for edge in (first, last):
                self.writer.near.note(fact, DATE, edge.toordinal())
            if number == 0 and self.rng.random() < 0.4:
                del window["from"]
            if number == count - 1 and self.rng.random() < 0.5:
                del window["to"]
            yield window
            first = last + timedelta(days=self.rng.choice([1, 1, 30]))

    def days(self) -> list[str]:
        names = [text.text for text in self.writer.names[DATE]]
        return [name for name in names if not name.startswith("step.")]

    def parameters(self, writer: Writer, prefix: str, count: int) -> Yaml:
        found = {}
        for number in range(count):
            kind: Kind = self.rng.choice([MONEY, MONEY, RATIO, ("integer", self.rng.choice(UNITS))])
            name = f"{prefix}{number}"
            found[name], bounds = self.parameter(kind, f"param.{name}")
            writer.add(kind, f"param.{name}", bounds)
        return found

    def parameter(self, kind: Kind, name: str) -> tuple[Yaml, Bounds]:
        unit = {"money": "CNY", "ratio": "percent"}.get(kind[0], kind[1])
        dated = self.rng.random() < 0.4
        numbers = [random_number(self.rng, kind) for _ in range(self.rng.randint(1, 4))]
        for number in numbers:
            self.writer.near.note(name, kind, number)
        bounds = (min(numbers), max(numbers))
        if not dated:
            value = as_yaml(self.rng, kind, numbers[0])
            return {"value": value, "unit": unit, "source": SOURCE}, bounds
        by = self.rng.choice(self.days())
        day = date(self.rng.randint(2014, 2019), 4, 13)
        values = []
        for number in numbers:
            value = as_yaml(self.rng, kind, number)
            values.append({"from": day, "value": value, "source": SOURCE})
            self.writer.near.note(by, DATE, day.toordinal())
            day += timedelta(days=self.rng.randint(1, 700))
        return {"unit": unit, "by": by, "values": values}, bounds

    def tables(self, writer: Writer, prefix: str, *, steps: bool) -> Yaml:
        found = {}
        for number in range(self.rng.choice([1, 1, 2])):
            name = f"{prefix}{number}"
            found[name] = self.table(writer, name, self.keys(writer, steps=steps))
        return found

    def keys(self, writer: Writer, *, steps: bool) -> list[Key]:
        """One to three key columns, a step among them if ``steps``."""
        known = [
            (text.text, kind, (text.low, text.high))
            for kind, texts in writer.names.items()
            for text in texts
            if kind != ("enum", "honours") and not text.text.startswith("param.")
            if kind[0] not in ORDERED or text.low < text.high
        ]
        of_steps = [key for key in known if key[0].startswith("step.")]
        facts = [key for key in known if not key[0].startswith("step.")]
        keys = self.rng.sample(facts, self.rng.choice([1, 1, 2, 3]))
        if steps and of_steps:
            keys[0] = self.rng.choice(of_steps)
        return keys

    def table(self, writer: Writer, name: str, keys: list[Key]) -> Yaml:
        kinds = [self.output_kind(writer) for _ in range(self.rng.choice([1, 1, 2]))]
        rows = [[*cells, *self.outputs(writer, kinds)] for cells in random_rows(writer, keys)]
        columns = [key for key, _, _ in keys]
        for number, kind in enumerate(kinds):
            unit = {"money": "CNY", "ratio": "percent"}.get(kind[0], kind[1])
            columns.append(f"-> o{number} {unit}")
            text = f"LOOKUP('{name}.o{number}')"
            if len(kinds) == 1 and self.rng.random() < 0.5:
                text = f"LOOKUP('{name}')"
            writer.lookups.setdefault(kind, []).append(Text(text, high=self.largest(kind)))
        writer.covers.append(name)
        found: Yaml = {"columns": columns, "rows": rows, "source": SOURCE}
        if self.rng.random() < 0.5:
            found["otherwise"] = self.outputs(writer, kinds)
        elif not self.bare:
            self.open_tables.add(name)
        return found

    def output_kind(self, writer: Writer) -> Kind:
        enums = [kind for kind in writer.names if kind[0] == "enum" and kind[1] != "honours"]
        unit = self.rng.choice(UNITS)
        return self.rng.choice([MONEY, MONEY, RATIO, ("integer", unit), self.rng.choice(enums)])

    def outputs(self, writer: Writer, kinds: list[Kind]) -> list[Any]:
        return [
            self.rng.choice(writer.words[kind[1]])
            if kind[0] == "enum"
            else as_yaml(self.rng, kind, min(random_number(self.rng, kind), self.largest(kind)))
            for kind in kinds
        ]

    def largest(self, kind: Kind) -> int:
        """The largest output of a table; an expression counts with it."""
        return {"money": 10_000_000_000, "ratio": 1_000_000, "integer": 10_000}.get(kind[0], 0)

    def body(self, writer: Writer, kind: str, shared: Yaml) -> Yaml:
        """Steps, tables keyed by steps, conditions, and what the rule gives."""
        found: Yaml = {"steps": [self.step(writer, n) for n in range(self.rng.randint(0, 2))]}
        tables = {}
        if self.rng.random() < 0.5:
            tables = self.tables(writer, f"s{self.count}_", steps=True)
            found["tables"] = {**shared, **tables}
        found["steps"] += [self.step(writer, n + 5) for n in range(self.rng.randint(1, 2))]
        goals = {"amount": self.amount(writer)} if kind != "recognition" else self.result(writer)
        conditions = [
            {"id": f"c{number}", "when": self.when(writer), "source": SOURCE}
            for number in range(1, self.rng.choice([2, 2, 3, 3, 4, 5]))
        ]
        texts = [step["value"] for step in found["steps"]] + list(goals.values())
        texts += [condition["when"] for condition in conditions]
        looked_up = re.findall(r"LOOKUP\('(\w+)", " ".join(texts))
        for number, table in enumerate(dict.fromkeys(looked_up)):
            if table in self.open_tables:
                when = f"COVERED('{table}')"
                conditions.append({"id": f"in-table-{number}", "when": when, "source": SOURCE})
        self.rng.shuffle(conditions)
        return found | {"conditions": conditions} | goals

    def step(self, writer: Writer, number: int) -> Yaml:
        kinds = [kind for kind in writer.names if kind != ("enum", "honours")]
        kind = self.rng.choice([MONEY, *kinds])
        name = f"step_{number}"
        if self.odd and self.rng.random() < 0.1:
            name = f"{ODD_NAMES[number]}"
        text = self.short(writer, kind)
        writer.add(kind, f"step.{name}", (text.low, text.high))
        return {"id": name, "value": text.text, "label": {"zh": f"步骤{number}", "en": name}}

    def short(self, writer: Writer, kind: Kind) -> Text:
        """An expression well inside the limits of length."""
        while True:
            text = writer.of(kind, self.rng.choice([1, 2, 2, 3]))
            if len(text.text) < 900:
                return text

    def when(self, writer: Writer) -> str:
        """A condition; often of two, of which one is enough, since most subjects fail at once otherwise."""
        text = self.short(writer, BOOLEAN)
        if self.rng.random() < 0.5:
            return f"{writer.at(text, OR)} OR {writer.at(self.short(writer, BOOLEAN), AND)}"
        return text.text

    def amount(self, writer: Writer) -> str:
        text = self.short(writer, MONEY)
        if text.low < 0 and self.rng.random() < 0.9:
            return f"GREATEST({text.text}, YUAN(0))"
        return text.text

    def result(self, writer: Writer) -> Yaml:
        enums = [kind for kind in writer.names if kind[0] == "enum" and kind[1] != "honours"]
        found = {"result": self.short(writer, self.rng.choice(enums)).text}
        if self.rng.random() < 0.4:
            found["amount"] = self.amount(writer)
        return found


# Subjects


def random_subject(vocabulary: Yaml, seed: int, near: Near | None = None) -> Yaml:
    """Facts as people write them, about one in seven unknown, numbers close to those that rules name."""
    rng = Random(seed)  # noqa: S311 - a test, no secret
    maker = _SubjectMaker(rng, near or Near())
    subject: Yaml = {}
    for fact in vocabulary["facts"]:
        owner, name = fact["id"].split(".")
        if fact.get("always") or rng.random() > 0.15:
            subject.setdefault(owner, {})[name] = maker.value(fact)
        elif rng.random() < 0.5:
            subject.setdefault(owner, {})[name] = None
    return subject


class _SubjectMaker:
    def __init__(self, rng: Random, near: Near) -> None:
        self.rng = rng
        self.near = near
        self.days: dict[str, date] = {}

    def value(self, fact: Yaml) -> Any:
        if fact["type"] == "boolean":
            return self.rng.random() < 0.7
        if fact["type"] == "enum":
            return self.rng.choice(words_of(fact, self.near))
        low, high = bounds_of(fact)
        number = min(max(self.number(fact), low), high)
        if fact["type"] == "date":
            self.days[fact["id"]] = date.fromordinal(number)
        text = spelled(kind_of(fact), number)
        if fact["type"] == "integer" or ("." not in text and self.rng.random() < 0.5):
            return int(text) if fact["type"] != "date" else text
        return text

    def number(self, fact: Yaml) -> int:
        kind = kind_of(fact)
        chance = self.rng.random()
        own = self.near.numbers.get(fact["id"], [])
        if own and chance < 0.5:
            return self.rng.choice(own) + self.rng.choice([-1, 0, 0, 1])
        if kind == DATE:
            return self.day(fact)
        if chance < 0.8 and (pool := self.near.numbers.get(pool_of(kind), [])):
            return self.rng.choice(pool) + self.rng.choice([-1, 0, 0, 1])
        low, high = bounds_of(fact)
        if chance < 0.9:
            return self.rng.choice([low, low + 1, high - 1, high])
        return self.rng.randint(low, min(high, self.rng.choice([100, 10_000, high])))

    def day(self, fact: Yaml) -> int:
        """As far from another date as some rule asks, or near the end of a month, or at the end of a February."""
        meant = [days for gap in self.near.gaps for days in self.across(gap, fact["id"])]
        if meant and self.rng.random() < 0.7:
            return self.rng.choice(meant) + self.rng.choice([-1, 0, 0, 1])
        year, month = self.rng.randint(2012, 2024), self.rng.randint(1, 12)
        if self.rng.random() < 0.25:
            year, month = self.rng.choice([2000, 2012, 2016, 2019, 2020, 2100]), 2
        end = (date(year, month, 28) + timedelta(days=4)).replace(day=1).toordinal() - 1
        return end - self.rng.choice([0, 0, 1, 2, self.rng.randint(0, 27)])

    def across(self, gap: Gap, fact: str) -> Iterator[int]:
        if fact == gap.last and gap.first in self.days:
            yield _moved(self.days[gap.first], gap.unit, gap.number)
        if fact == gap.first and gap.last in self.days:
            yield _moved(self.days[gap.last], gap.unit, -gap.number)


def _moved(day: date, unit: str, number: int) -> int:
    """The day so many days or months later; the last of the month where that is too short."""
    if unit == "day":
        return day.toordinal() + number
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    start = date(year, month + 1, 1)
    end = (start + timedelta(days=31)).replace(day=1).toordinal() - 1
    return min(start.toordinal() + day.day - 1, end)
