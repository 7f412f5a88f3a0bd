"""The vocabulary of facts.yaml, and the facts that programmes bring with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from yingcai.engine.rules.model import FactType, Words, ceiling_fact, received_fact
from yingcai.engine.rules.parse import readable_name
from yingcai.engine.rules.source_form import Key, RuleProblem, RuleSource
from yingcai.engine.rules.types import (
    RATIO_SCALE,
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
)
from yingcai.engine.rules.written import NotReadable, read_value

SUBJECTS = ("person", "firm", "project", "household", "case")
MAX_NAME = 50
_NAME = re.compile(rf"({'|'.join(SUBJECTS)})\.[a-z][a-z0-9_]*")
_DEFAULTS: dict[str, tuple[object, object]] = {
    "integer": (0, 1_000_000),
    "money": (0, 10_000_000_000),
    "ratio": (0, 100),
    "date": ("1900-01-01", "2100-12-31"),
}


def read_vocabulary(source: RuleSource) -> tuple[dict[str, FactType], list[RuleProblem]]:
    """The facts by name, in order of the file, and everything that is wrong with them."""
    problems: list[RuleProblem] = []
    judged = {
        one["id"] for one in source.facts.value.get("sources", []) if one["kind"] == "committee"
    }
    found: dict[str, FactType] = {}
    for place, entry in enumerate(source.facts.value["facts"]):
        reader = _FactReader(source, entry, judged)
        fact = reader.read()
        problems += [
            RuleProblem(source.facts.name, ("facts", place, *key), text)
            for key, text in reader.problems
        ]
        if entry["id"] in found:
            problems.append(
                RuleProblem(source.facts.name, ("facts", place, "id"), "is used by two facts")
            )
        elif fact is not None:
            found[entry["id"]] = fact
    return found, problems


class _FactReader:
    def __init__(self, source: RuleSource, entry: Mapping[str, Any], judged: set[str]) -> None:
        self.source, self.entry, self.judged = source, entry, judged
        self.problems: list[tuple[Key, str]] = []

    def read(self) -> FactType | None:
        entry, name = self.entry, self.entry["id"]
        self._check_name(name)
        kind, labels = self._type()
        if kind is None:
            return None
        low, high = self._range(kind)
        return FactType(
            name=name,
            type=kind,
            label=entry["label"],
            source=entry.get("source", ""),
            low=low,
            high=high,
            judged=entry.get("source") in self.judged,
            always=bool(entry.get("always", False)),
            moves=entry.get("moves", "any"),
            value_labels=labels,
            question=entry.get("question", {}),
        )

    def _check_name(self, name: str) -> None:
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
            kinds = ", ".join(SUBJECTS)
            self.problems.append(
                (("id",), f"`{name}` is no name of a fact; write {{{kinds}}}.small_letters")
            )
        elif not readable_name(name):
            self.problems.append((("id",), f"`{name}` ends in a reserved word; choose another"))

    def _type(self) -> tuple[Type | None, Mapping[str, Words]]:
        match self.entry["type"]:
            case "boolean":
                return Boolean(), {}
            case "money":
                return Money(), {}
            case "ratio":
                return Ratio(RATIO_SCALE), {}
            case "date":
                return Date(), {}
            case "integer":
                return self._integer(), {}
        return self._enum()

    def _integer(self) -> Integer:
        if not self.entry.get("unit"):
            self.problems.append(((), "an integer needs a `unit`: month, year, person …"))
        return Integer(self.entry.get("unit", ""))

    def _enum(self) -> tuple[Type | None, Mapping[str, Words]]:
        values = self._values()
        names = tuple(name for name, _ in values)
        if not names or len(set(names)) < len(names):
            self.problems.append(((), "needs `values`, each of them once"))
            return None, {}
        kind = Enum(self.entry["id"], names, bool(self.entry.get("ordered", False)))
        return kind, dict(values)

    def _values(self) -> list[tuple[str, Words]]:
        named = self.entry.get("values_from")
        if named is None:
            return [(str(one["id"]), one) for one in self.entry.get("values", [])]
        if named not in self.source.domains:
            known = ", ".join(self.source.domains) or "none"
            self.problems.append(
                (("values_from",), f"there is no list `{named}`; there is: {known}")
            )
        return list(self.source.domains.get(named, []))

    def _range(self, kind: Type) -> tuple[int | None, int | None]:
        if isinstance(kind, Boolean):
            return None, None
        if isinstance(kind, Enum):
            return 0, len(kind.values) - 1
        given = self.entry.get("range", _DEFAULTS[self.entry["type"]])
        try:
            first, last = given
            low, high = read_value(first, kind), read_value(last, kind)
        except NotReadable as error:
            self.problems.append((("range",), f"is not a first and a last value: {error}"))
            return 0, 0
        if low > high:
            self.problems.append((("range",), "begins above its end"))
        return low, high


def own_facts(programmes: Mapping[str, Mapping[str, Any]]) -> Iterator[FactType]:
    """The facts that the engine adds: what was received already, and what ceilings have used."""
    named: dict[str, None] = {}
    for name, entry in programmes.items():
        stacking = entry.get("stacking", {})
        ours = [*stacking.get("excludes", []), *stacking.get("deducts", [])]
        group = stacking.get("highest_of")
        if stacking.get("top_up") or group:
            ours.append(name)
        named |= dict.fromkeys([*ours, *_members(group, programmes)])
        named |= dict.fromkeys(_excluding(name, programmes))
    for name in named:
        if name in programmes:
            yield _money_fact(received_fact(name), "已领取", "Already received", programmes[name])
    for name, entry in programmes.items():
        for ceiling in entry.get("stacking", {}).get("ceilings", []):
            fact = ceiling_fact(name, ceiling["per"])
            zh, en = _CEILING_WORDS[ceiling["share"]]
            yield _money_fact(fact, zh, en, entry)


_CEILING_WORDS = {
    "by_date": ("限额内已安排", "Granted so far under the ceiling"),
    "pro_rata": ("限额内申报总额", "Claimed in all under the ceiling"),
}


def _members(group: str | None, programmes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        name
        for name, entry in programmes.items()
        if group and entry.get("stacking", {}).get("highest_of") == group
    ]


def _excluding(name: str, programmes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Exclusion holds both ways, so what excludes `name` may have been received before, too."""
    return [
        other
        for other, entry in programmes.items()
        if name in entry.get("stacking", {}).get("excludes", [])
    ]


def _money_fact(name: str, zh: str, en: str, entry: Mapping[str, Any]) -> FactType:
    title = entry["title"]
    label = {"zh": f"{zh}：{title['zh']}", "en": f"{en}: {title['en']}"}
    return FactType(name, Money(), label, source="office", low=0, high=10**12)
