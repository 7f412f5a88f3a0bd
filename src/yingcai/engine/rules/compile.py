"""A pack's files to a rule set: all of it, or everything that is wrong with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import declared_bounds
from yingcai.engine.rules.catalogue import catalogue_table
from yingcai.engine.rules.model import (
    Ceiling,
    Condition,
    FactType,
    Programme,
    Rule,
    RuleSet,
    Stacking,
    ceiling_fact,
    facts_of,
)
from yingcai.engine.rules.parse import parse
from yingcai.engine.rules.scope import Scope
from yingcai.engine.rules.source_form import (
    Key,
    RuleProblem,
    RuleSource,
    place_of,
    versions_of,
)
from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import LIMIT, Boolean, Date, Money, Type
from yingcai.engine.rules.version import Surroundings, read_standing, read_version
from yingcai.engine.rules.vocabulary import (
    own_facts,
    read_vocabulary,
)
from yingcai.engine.rules.written import NotReadable, read_value


def compile_rules(source: RuleSource) -> tuple[RuleSet | None, list[RuleProblem]]:
    """Every rule of a pack, validated; with any problem there is no rule set, only the problems."""
    facts, problems = read_vocabulary(source)
    if problems:
        return None, problems
    named = {str(one.value["programme"]): one.value for one in source.programmes}
    facts |= {fact.name: fact for fact in own_facts(named)}
    compiler = _Compiler(source, facts)
    rules = compiler.read()
    found = list(dict.fromkeys(compiler.problems))
    return (None, found) if found else (rules, [])


class _Compiler:
    def __init__(self, source: RuleSource, facts: Mapping[str, FactType]) -> None:
        self.source, self.facts = source, facts
        self.problems: list[RuleProblem] = []
        self.rules: list[Rule] = []
        self.leaves = declared_bounds(facts)
        self.types = {name: fact.type for name, fact in facts.items()}

    def read(self) -> RuleSet:
        tables = self._shared_tables()
        programmes: dict[str, Programme] = {}
        for file in self.source.programmes:
            name = str(file.value["programme"])
            if name in programmes:
                self._problem(file.name, ("programme",), f"`{name}` is there twice")
                continue
            programmes[name] = self._programme(file.name, file.value, tables)
        return RuleSet(self.facts, programmes, tuple(self.rules))

    def _problem(self, file: str, key: Key, text: str) -> None:
        self.problems.append(RuleProblem(file, key, text))

    def _shared_tables(self) -> dict[str, tuple[Table, tuple[n.Node, ...]]]:
        if self.source.catalogue is None:
            return {}
        table, problems = catalogue_table(self.source.catalogue, self.source.editions, self.types)
        self.problems += problems
        if table is None:
            return {}
        keys = tuple(n.Fact(name, self.types[name]) for name in table.key_names)
        return {"catalogue": (table, keys)}

    def _programme(
        self,
        file: str,
        entry: Mapping[str, Any],
        tables: Mapping[str, tuple[Table, tuple[n.Node, ...]]],
    ) -> Programme:
        name = str(entry["programme"])
        numbers = []
        where = Surroundings(self.facts, self.types, self.leaves, tables)
        for key, form in versions_of(entry):
            rule, problems = read_version(entry, form, number=len(self.rules), where=where)
            self.problems += [
                RuleProblem(file, place_of(key, entry, one), text) for one, text in problems
            ]
            numbers.append(rule.number)
            self.rules.append(rule)
        self._check_windows(file, entry)
        return Programme(
            name=name,
            title=entry["title"],
            kind=entry.get("kind", "benefit"),
            subject=entry["subject"],
            lead=entry.get("lead", ""),
            source=entry.get("source", ""),
            sample=entry.get("status") == "sample",
            rules=tuple(numbers),
            stacking=self._stacking(file, entry, where),
            details=entry,
            duties=dict(self._duties(file, entry, where)),
        )

    def _check_windows(self, file: str, entry: Mapping[str, Any]) -> None:
        versions = entry.get("versions", [])
        if len(versions) < 2:
            return
        spans = []
        for place, form in enumerate(versions):
            window = form.get("window")
            if window is None:
                self._problem(file, ("versions", place), "needs a `window`: which date chooses it")
                return
            try:
                spans.append((*_span(window), place))
            except NotReadable:  # said where the window itself is read
                return
        if len({form["window"]["date"] for form in versions}) > 1:
            self._problem(file, ("versions",), "the windows of all versions name one date")
        spans.sort()
        for (_, end, _), (start, _, place) in itertools.pairwise(spans):
            if start <= end:
                self._problem(
                    file, ("versions", place, "window"), "overlaps another version's window"
                )

    def _stacking(self, file: str, entry: Mapping[str, Any], where: Surroundings) -> Stacking:
        form = entry.get("stacking", {})
        standing = read_standing(entry, where)
        return Stacking(
            highest_of=form.get("highest_of", ""),
            excludes=tuple(form.get("excludes", [])),
            deducts=tuple(form.get("deducts", [])),
            top_up=bool(form.get("top_up", False)),
            ceilings=tuple(
                ceiling
                for place in range(len(form.get("ceilings", [])))
                if (ceiling := self._ceiling(file, standing, entry, place)) is not None
            ),
        )

    def _ceiling(
        self,
        file: str,
        standing: tuple[Scope, Mapping[str, n.Node]],
        entry: Mapping[str, Any],
        place: int,
    ) -> Ceiling | None:
        key: Key = ("stacking", "ceilings", place, "amount")
        form = entry["stacking"]["ceilings"][place]
        scope, steps = standing
        node = self._node(file, key, form["amount"], scope, Money)
        if node is None:
            return None
        name = str(entry["programme"])
        return Ceiling(
            per=form["per"],
            amount=n.inlined(node, steps),
            share=form["share"],
            within=form["within"],
            group=tuple(form.get("group", [name])),
            source=form.get("source", entry.get("source", "")),
            fact=ceiling_fact(name, form["per"]),
        )

    def _duties(
        self, file: str, entry: Mapping[str, Any], where: Surroundings
    ) -> Iterator[tuple[str, Condition]]:
        """By obligation, the condition by which facts alone show that it is met."""
        scope, steps = read_standing(entry, where)
        for place, form in enumerate(entry.get("obligations", [])):
            if "met_when" not in form:
                continue
            key: Key = ("obligations", place, "met_when")
            node = self._node(file, key, form["met_when"], scope, Boolean)
            if node is not None:
                test = n.inlined(node, steps)
                source = form.get("source", entry.get("source", ""))
                words = {name: form[name] for name in ("zh", "en")}
                name = str(form["id"])
                yield name, Condition(name, test, source, words, facts_of(test, {}))

    def _node(
        self, file: str, key: Key, written: object, scope: Scope, want: type[Type]
    ) -> n.Node | None:
        """An expression that stands above the versions; its problems are kept."""
        node, words = parse(str(written), scope, want=want)
        for text in words:
            self._problem(file, key, f"`{written}` {text}")
        return node


def _span(window: Mapping[str, Any]) -> tuple[int, int]:
    """The first and the last day of a window. Raises: NotReadable."""
    first, last = window.get("from"), window.get("to")
    return (
        0 if first is None else read_value(first, Date()),
        LIMIT if last is None else read_value(last, Date()),
    )
