"""One version of a programme: its parameters, tables, steps, conditions and amount."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Leaves, bounds
from yingcai.engine.rules.closures import STEP
from yingcai.engine.rules.model import (
    Condition,
    FactType,
    Parameter,
    Rule,
    StepValue,
    facts_of,
)
from yingcai.engine.rules.narrow import lookups, narrowed
from yingcai.engine.rules.parse import parse
from yingcai.engine.rules.reader import scaled
from yingcai.engine.rules.scope import Scope
from yingcai.engine.rules.source_form import Key
from yingcai.engine.rules.table_form import first_gap, key_columns, read_table
from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import (
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    common_scale,
)
from yingcai.engine.rules.written import NotReadable, read_value, share

_PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

WINDOW, IN_FORCE = "window", "in-force"  # conditions that the engine makes of dates
APPLIED_ON = "case.applied_on"

Problems = list[tuple[Key, str]]
KeyedTable = tuple[Table, tuple[n.Node, ...]]


@dataclass(frozen=True)
class Surroundings:
    """What all rules of a pack share."""

    facts: Mapping[str, FactType]
    types: Mapping[str, Type]
    leaves: Leaves
    tables: Mapping[str, KeyedTable]


def read_standing(
    entry: Mapping[str, Any], where: Surroundings
) -> tuple[Scope, Mapping[str, n.Node]]:
    """What a programme says above its versions: its names, and its steps as trees."""
    keys = ("parameters", "tables", "steps")
    form = {key: entry[key] for key in keys if key in entry}
    reader = _VersionReader(entry, form, where)
    rule = reader.read(0)
    return reader.scope, rule.step_values


def read_version(
    entry: Mapping[str, Any], form: Mapping[str, Any], *, number: int, where: Surroundings
) -> tuple[Rule, Problems]:
    """The rule of one version ``form`` of the programme ``entry``, and what is wrong with it."""
    reader = _VersionReader(entry, form, where)
    return reader.read(number), reader.problems


class _VersionReader:
    def __init__(
        self, entry: Mapping[str, Any], form: Mapping[str, Any], where: Surroundings
    ) -> None:
        self.entry, self.form, self.where = entry, form, where
        self.problems: Problems = []
        self.leaves = dict(where.leaves)
        self.scope = Scope(where.types, tables=dict(where.tables), leaves=self.leaves)
        self.step_facts: dict[str, tuple[str, ...]] = {}

    def read(self, number: int) -> Rule:
        self.scope.parameters, listed, problems = read_parameters(
            self.form.get("parameters", {}), self.scope
        )
        self.problems += problems
        steps = self._steps()
        conditions = self._conditions()
        amount = self._tail("amount", Money)
        result = self._tail("result", Enum)
        self._check_gaps(conditions, steps, [node for node in (amount, result) if node])
        tail_facts = dict.fromkeys(
            name for node in (amount, result) if node for name in self._facts(node)
        )
        return Rule(
            number=number,
            programme=str(self.entry["programme"]),
            version=str(self.form.get("id", "")),
            conditions=tuple(conditions),
            steps=tuple(steps),
            amount=amount,
            result=result,
            parameters=listed,
            facts=tuple(
                dict.fromkeys([*(name for one in conditions for name in one.facts), *tail_facts])
            ),
            amount_facts=tuple(tail_facts),
            source=self.form.get("source", ""),
            sample=self.form.get("status") == "sample",
        )

    def _facts(self, node: n.Node) -> tuple[str, ...]:
        return facts_of(node, self.step_facts)

    def _parse(self, text: object, key: Key, want: type[Type] | Type | None) -> n.Node | None:
        node, words = parse(str(text), self.scope, want=want)
        self.problems += [(key, f"`{text}` {one}") for one in words]
        return node

    def _steps(self) -> list[StepValue]:
        waiting = dict(self.form.get("tables", {}))
        self._read_tables(waiting)
        found = []
        for place, form in enumerate(self.form.get("steps", [])):
            name = str(form["id"])
            if name in self.scope.steps:
                self.problems.append((("steps", place, "id"), f"`{name}` is there twice"))
                continue
            kind = self.where.types.get(form.get("type", ""))
            node = self._parse(form["value"], ("steps", place, "value"), kind)
            if node is None:
                continue
            self.scope.steps[name] = n.Step(name, node.type)
            self.leaves[STEP + name] = bounds(node, self.leaves)
            self.step_facts[name] = self._facts(node)
            found.append(StepValue(name, node, form.get("label", {}), self.step_facts[name]))
            self._read_tables(waiting)
        for name, form in waiting.items():
            unknown = [column for column in key_columns(form) if self._key(column) is None]
            text = f"there is no fact or step {', '.join(unknown)}"
            self.problems.append((("tables", name, "columns"), text))
        return found

    def _read_tables(self, waiting: dict[str, Mapping[str, Any]]) -> None:
        """Read the tables whose keys are known by now; the others wait for their steps."""
        for name, form in [*waiting.items()]:
            keys = [self._key(column) for column in key_columns(form)]
            nodes = [_fine(key) for key in keys if key is not None]
            if len(nodes) < len(keys):
                continue
            del waiting[name]
            table, problems = read_table(name, form, [key.type for key in nodes], self.where.types)
            self.problems += [(("tables", name, *key), text) for key, text in problems]
            if table is not None:
                self.scope.tables = {**self.scope.tables, name: (table, tuple(nodes))}

    def _key(self, column: str) -> n.Node | None:
        space, _, word = column.partition(".")
        if space == "step":
            return self.scope.steps.get(word)
        kind = self.where.types.get(column)
        return None if kind is None else n.Fact(column, kind)

    def _conditions(self) -> list[Condition]:
        found = [*self._periods()]
        names = {WINDOW, IN_FORCE}
        for place, form in enumerate(self.form.get("conditions", [])):
            name = str(form["id"])
            if name in names:
                self.problems.append((("conditions", place, "id"), f"`{name}` is there twice"))
            names.add(name)
            node = self._parse(form["when"], ("conditions", place, "when"), Boolean)
            if node is not None:
                found.append(
                    Condition(
                        name=name,
                        test=node,
                        source=form.get("source", self.form.get("source", "")),
                        text=form.get("text", {}),
                        facts=self._facts(node),
                        evidence=tuple(form.get("evidence", [])),
                        verified_by=form.get("verified_by", ""),
                    )
                )
        return found

    def _periods(self) -> Iterator[Condition]:
        """The window that chooses the version, and the days on which the programme takes cases."""
        window = self.form.get("window")
        if window is not None:
            yield from self._period(WINDOW, window, window["date"])
        in_force = self.entry.get("in_force")
        if in_force is not None and APPLIED_ON in self.where.types:
            yield from self._period(IN_FORCE, in_force, APPLIED_ON)

    def _period(self, name: str, form: Mapping[str, Any], date: str) -> Iterator[Condition]:
        """A condition that a date lies from `from` to `to`."""
        key = name.replace("-", "_")
        kind = self.where.types.get(date)
        if not isinstance(kind, Date):
            self.problems.append(((key, "date"), f"`{date}` is not a date of facts.yaml"))
            return
        fact = n.Fact(date, kind)
        ends: tuple[tuple[str, n.Comparison], ...] = (("from", ">="), ("to", "<="))
        try:
            tests: list[n.Node] = [
                n.Compare(op, fact, n.Const(read_value(form[end], kind), kind))
                for end, op in ends
                if form.get(end) is not None
            ]
        except NotReadable as error:
            self.problems.append(((key,), str(error)))
            return
        if not tests:
            self.problems.append(((key,), "needs `from` or `to`"))
            return
        test = tests[0] if len(tests) == 1 else n.And(tuple(tests))
        source = form.get("source", self.form.get("source", ""))
        yield Condition(name, test, source, form.get("text", {}), (date,))

    def _tail(self, key: str, want: type[Type]) -> n.Node | None:
        return self._parse(self.form[key], (key,), want) if key in self.form else None

    def _check_gaps(
        self, conditions: Sequence[Condition], steps: Sequence[StepValue], tail: Sequence[n.Node]
    ) -> None:
        """A lookup must find a row wherever it counts, or a condition must say COVERED.

        An amount counts only where all conditions hold, so those narrow what its keys can be.
        """
        tests = [one.test for one in conditions]
        covered = {
            part.table.name
            for test in tests
            for part in n.walk(test)
            if isinstance(part, n.Covered)
        }
        used = _steps_in(tests, {one.name: one.value for one in steps})
        early = [*tests, *(one.value for one in steps if one.name in used)]
        late = [*(one.value for one in steps if one.name not in used), *tail]
        left = narrowed(self.leaves, tests)
        for step in steps:
            left[STEP + step.name] = bounds(step.value, left)
        for trees, leaves in ((early, self.leaves), (late, left)):
            for part, reach in (one for tree in trees for one in lookups(tree, leaves)):
                if isinstance(part, n.Lookup) and part.table.name not in covered:
                    self._check_gap(part, reach)

    def _check_gap(self, part: n.Lookup, leaves: Leaves) -> None:
        name = part.table.name
        if part.table.otherwise is not None:
            return
        gap = first_gap(part.table, [bounds(key, leaves) for key in part.keys])
        if gap is not None:
            text = f"has no row for {gap}; add rows, `otherwise`, or a condition COVERED('{name}')"
            self.problems.append((("tables", name), text))


def _steps_in(trees: Sequence[n.Node], values: Mapping[str, n.Node]) -> set[str]:
    """The steps that some trees name, also through other steps."""
    named = {part.name for tree in trees for part in n.walk(tree) if isinstance(part, n.Step)}
    return named | _steps_in([values[name] for name in named], values) if named else named


def _fine(key: n.Node) -> n.Node:
    """A ratio on a scale in which every percentage that a cell can hold is whole."""
    if isinstance(key.type, Ratio):
        return scaled(key, common_scale(key.type, Ratio()))
    return key


def read_parameters(
    forms: Mapping[str, Any], scope: Scope
) -> tuple[dict[str, n.Param], tuple[Parameter, ...], Problems]:
    """The parameters of a version as nodes, as written, and what is wrong with them."""
    nodes: dict[str, n.Param] = {}
    listed: list[Parameter] = []
    problems: Problems = []
    for name, form in forms.items():
        try:
            kind, values = _parameter_values(name, form)
            by = _date_that_counts(form, scope)
        except NotReadable as error:
            problems.append((("parameters", name), str(error)))
            continue
        nodes[name] = n.Param(name, kind, by, tuple((day, value) for day, value, _, _ in values))
        listed.append(Parameter(name, kind, form["unit"], form.get("by", ""), values))
    return nodes, tuple(listed), problems


def _parameter_values(
    name: str, form: Mapping[str, Any]
) -> tuple[Type, tuple[tuple[int, Value, str, bool], ...]]:
    if not _PARAMETER_NAME.fullmatch(name):
        raise NotReadable("is no name; write small letters, digits and _")
    dated = form.get("values")
    if (dated is None) == ("value" not in form) or dated == []:
        raise NotReadable("needs a `value`, or dated `values` and `by`")
    entries = [form] if dated is None else dated
    kind = _parameter_type(form["unit"], entries)
    values = []
    for one in entries:
        start = 0 if dated is None else read_value(one["from"], Date())
        value = _parameter_value(one["value"], kind)
        sample = one.get("status", form.get("status")) == "sample"
        values.append((start, value, one.get("source", form.get("source", "")), sample))
    days = [start for start, *_ in values]
    if sorted(set(days)) != days:
        raise NotReadable("its `values` must stand in order of `from`, each day once")
    return kind, tuple(values)


def _parameter_type(unit: str, entries: Sequence[Mapping[str, Any]]) -> Type:
    if unit == "CNY":
        return Money()
    if unit == "date":
        return Date()
    if unit == "percent":
        return Ratio(lcm(*(share(one["value"])[1] for one in entries)))
    return Integer(unit)


def _parameter_value(written: object, kind: Type) -> Value:
    if isinstance(kind, Ratio):
        numerator, denominator = share(written)
        return numerator * (kind.scale // denominator)
    return read_value(written, kind)


def _date_that_counts(form: Mapping[str, Any], scope: Scope) -> n.Fact | None:
    name = form.get("by")
    if name is None:
        if "values" in form:
            raise NotReadable("has dated `values`; `by` must name the date that counts")
        return None
    kind = scope.facts.get(name)
    if not isinstance(kind, Date):
        raise NotReadable(f"`by`: `{name}` is not a date of facts.yaml")
    return n.Fact(name, kind)
