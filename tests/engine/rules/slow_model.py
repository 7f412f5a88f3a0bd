"""A slow model of the rules, written from the contract alone: what the back ends are compared with.

It shares nothing with the engine: it has its own parser, and its values are those that people write (yuan and ratios as
``Fraction``, days as ``date``, words of enums as ``str``, unknown as None). It is naive on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tests.engine.rules.slow_binding import Binding, value_of
from tests.engine.rules.slow_text import Node, parse
from tests.engine.rules.slow_values import BOOLEAN, DATE, MONEY, Kind, kind_of_unit, read

Facts = dict[str, Any]
Yaml = Mapping[str, Any]
Dated = tuple[str, list[tuple[date, Any]]]


class Answer(NamedTuple):
    """What one rule says: ``outcome`` is yes, no, unknown or person; ``amount`` is in fen.

    ``amount`` is None when unknown and when the rule has none, ``result`` None unless the outcome is yes.
    """

    outcome: str
    amount: int | None
    result: str | None
    conditions: dict[str, bool | None]
    steps: dict[str, Any]


class Overall(NamedTuple):
    """What one programme says over its versions; ``version`` is the one that says yes."""

    outcome: str
    amount: int | None
    result: str | None
    version: str | None


class Vocabulary:
    """``facts.yaml``, the programmes' own facts, and the words of every enum."""

    def __init__(self, facts: Yaml, domains: dict[str, Sequence[str]], received: list[str]) -> None:
        judges = {source["id"] for source in facts["sources"] if source["kind"] == "committee"}
        self.domains = domains
        self.kinds: dict[str, Kind] = {f"received.{name}": MONEY for name in received}
        self.judged = {fact["id"] for fact in facts["facts"] if fact["source"] in judges}
        self.always = [fact["id"] for fact in facts["facts"] if fact.get("always")]
        self.ordered = set()
        self.ranges: dict[str, tuple[Any, Any]] = {}
        for fact in facts["facts"]:
            if fact["type"] == "enum":
                domain = fact.get("values_from", fact["id"])
                if domain == fact["id"]:
                    domains[domain] = [value["id"] for value in fact["values"]]
                self.ordered.update([domain] if fact.get("ordered") else [])
                self.kinds[fact["id"]] = ("enum", domain)
            else:
                self.kinds[fact["id"]] = (fact["type"], fact.get("unit", ""))
            if "range" in fact:
                self.ranges[fact["id"]] = tuple(
                    read(self.kinds[fact["id"]], bound, domains) for bound in fact["range"]
                )

    def facts_of(self, subject: Yaml) -> Facts:
        """Every fact by its id, None where it is unknown. Raises: ValueError."""
        facts: Facts = dict.fromkeys(self.kinds)
        for owner, names in subject.items():
            for name, raw in names.items():
                fact = f"{owner}.{name}".replace("-", "_")
                if fact not in facts:
                    raise ValueError(f"there is no fact {fact}")
                facts[fact] = None if raw is None else self.value(fact, raw)
        for fact in self.always:
            if facts[fact] is None:
                raise ValueError(f"{fact} is never unknown")
        return facts

    def value(self, fact: str, raw: Any) -> Any:
        value = read(self.kinds[fact], raw, self.domains)
        if fact in self.ranges:
            low, high = self.ranges[fact]
            if not low <= value <= high:
                raise ValueError(f"{fact}: {raw!r} is outside its range")
        return value


class Rule:
    """One version of one programme, parsed once."""

    def __init__(
        self, text: Yaml, *, shared: Yaml, vocabulary: Vocabulary, catalogue: Yaml | None
    ) -> None:
        self.judged = vocabulary.judged
        self.constants: Facts = {}
        self.dated: dict[str, Dated] = {}
        binding = Binding(
            kinds=vocabulary.kinds, domains=vocabulary.domains, ordered=vocabulary.ordered
        )
        for name, parameter in {**shared["parameters"], **text.get("parameters", {})}.items():
            self._parameter(binding, name, parameter)
        binding.written = {**shared["tables"], **text.get("tables", {})}
        if catalogue is not None:
            binding.written["catalogue"] = catalogue
        self.steps: list[tuple[str, Node]] = []
        for step in [*shared["steps"], *text.get("steps", [])]:
            node, kind, behind = binding.bound(parse(step["value"]))
            self.steps.append((step["id"], node))
            binding.add(f"step.{step['id']}", kind, behind)
        self.step_kinds = {name: binding.kinds[f"step.{name}"] for name, _ in self.steps}
        self.conditions: list[tuple[str, Node, set[str]]] = []
        if "window" in text:
            self._within("window", text["window"], text["window"]["date"])
        if shared["in_force"] is not None and "case.applied_on" in vocabulary.kinds:
            self._within("in-force", shared["in_force"], "case.applied_on")
        for condition in [*shared["conditions"], *text.get("conditions", [])]:
            node, kind, behind = binding.bound(parse(condition["when"]))
            _be(kind, BOOLEAN[0], condition["id"])
            self.conditions.append((condition["id"], node, behind))
        self.amount = _goal(binding, text.get("amount", shared["amount"]), MONEY[0])
        self.result = _goal(binding, text.get("result", shared["result"]), "enum")

    def _parameter(self, binding: Binding, name: str, written: Yaml) -> None:
        kind = kind_of_unit(written["unit"], binding.kinds)
        name = f"param.{name}"
        if "by" in written:
            values = [
                (read(DATE, row["from"], {}), read(kind, row["value"], binding.domains))
                for row in written["values"]
            ]
            self.dated[name] = (written["by"], sorted(values, key=lambda row: row[0]))
            binding.add(name, kind, {written["by"]})
        else:
            self.constants[name] = read(kind, written["value"], binding.domains)
            binding.add(name, kind, set())

    def _within(self, condition: str, window: Yaml, date: str) -> None:
        day = ("name", date)
        node: Node = ("compare", "=", None, day, day)  # true, or unknown when the day is
        for key, sign in (("from", ">="), ("to", "<=")):
            if window.get(key) is not None:
                bound = ("constant", read(DATE, window[key], {}))
                node = ("and", node, ("compare", sign, None, day, bound))
        self.conditions.append((condition, node, {date}))

    def answer(self, facts: Facts) -> Answer:
        values = {**facts, **self.constants}
        for name, (by, rows) in self.dated.items():
            values[name] = _on(rows, facts[by])
        steps = {}
        for name, node in self.steps:
            steps[name] = values[f"step.{name}"] = value_of(node, values)
        conditions = {name: value_of(node, values) for name, node, _ in self.conditions}
        outcome = self._outcome(conditions, facts)
        amount = result = None
        if self.amount is not None and outcome in ("yes", "no"):
            amount = _fen(value_of(self.amount, values)) if outcome == "yes" else 0
        if self.result is not None and outcome == "yes":
            result = value_of(self.result, values)
        return Answer(outcome, amount, result, conditions, steps)

    def _outcome(self, conditions: Mapping[str, bool | None], facts: Facts) -> str:
        if False in conditions.values():
            return "no"
        if None not in conditions.values():
            return "yes"
        for name, _, behind in self.conditions:
            unknown = {fact for fact in behind if facts[fact] is None}
            if conditions[name] is None and unknown - self.judged:
                return "unknown"
        return "person"


class Model:
    """All programmes over one vocabulary.

    ``vocabulary`` is ``facts.yaml``, ``programmes`` the files as YAML gives them (``file`` of a table is not read: put
    its rows in place), ``catalogue`` is ``{"index": …, "editions": […]}``. ``divisions``: unit ids that an enum
    with ``values_from: divisions`` draws from.
    """

    def __init__(
        self,
        vocabulary: Yaml,
        programmes: Sequence[Yaml],
        catalogue: Yaml | None = None,
        *,
        divisions: Sequence[str] = (),
    ) -> None:
        domains: dict[str, Sequence[str]] = {
            "divisions": list(divisions),
            "honours": honours_of(catalogue),
        }
        received = [programme["programme"].replace("-", "_") for programme in programmes]
        self.vocabulary = Vocabulary(vocabulary, domains, received)
        table = catalogue_table(catalogue) if catalogue is not None else None
        self.rules: dict[tuple[str, str], Rule] = {}
        for programme in programmes:
            alone = "versions" not in programme
            above: Yaml = {} if alone else programme
            shared = {
                **{key: above.get(key, {}) for key in ("parameters", "tables")},
                **{key: above.get(key, []) for key in ("conditions", "steps")},
                **{key: above.get(key) for key in ("amount", "result")},
                "in_force": programme.get("in_force"),
            }
            for version in [programme] if alone else programme["versions"]:
                self.rules[programme["programme"], version.get("id", "")] = Rule(
                    version, shared=shared, vocabulary=self.vocabulary, catalogue=table
                )

    def decide(self, subject: Yaml) -> dict[tuple[str, str], Answer]:
        """The answer of each rule, by (programme, version); the version is "" where there are none."""
        facts = self.vocabulary.facts_of(subject)
        return {key: rule.answer(facts) for key, rule in self.rules.items()}

    def overall(self, answers: Mapping[tuple[str, str], Answer]) -> dict[str, Overall]:
        """The answer of each programme over its versions."""
        found: dict[str, dict[str, Answer]] = {}
        for (programme, version), answer in answers.items():
            found.setdefault(programme, {})[version] = answer
        return {programme: _over(versions) for programme, versions in found.items()}


def honours_of(catalogue: Yaml | None) -> list[str]:
    """All items of all editions, each once."""
    editions = catalogue["editions"] if catalogue is not None else []
    return list(dict.fromkeys(item["id"] for edition in editions for item in edition["items"]))


def catalogue_table(catalogue: Yaml) -> Yaml:
    """The table that the engine makes of the catalogue, as a programme would write it."""
    index = catalogue["index"]
    rows = []
    for edition in catalogue["editions"]:
        span = edition["in_force"]
        first, last = span.get("from", date.min), span.get("to", date.max)
        rows += [
            [item["id"], f"{first}..{last}", item["level"]]
            for item in edition["items"]
            if not item.get("equivalent")
        ]
    return {"columns": [index["honour"], index["date"], f"-> level {index['level']}"], "rows": rows}


def _over(versions: Mapping[str, Answer]) -> Overall:
    chosen = [version for version, answer in versions.items() if answer.outcome == "yes"]
    if chosen:
        (version,) = chosen  # windows do not overlap
        return Overall("yes", versions[version].amount, versions[version].result, version)
    outcomes = {answer.outcome for answer in versions.values()}
    if outcomes == {"no"}:
        amounts = {answer.amount for answer in versions.values()}
        return Overall("no", 0 if 0 in amounts else None, None, None)
    return Overall("unknown" if "unknown" in outcomes else "person", None, None, None)


def _goal(binding: Binding, text: str | None, family: str) -> Node | None:
    if text is None:
        return None
    node, kind, _ = binding.bound(parse(text))
    _be(kind, family, text)
    return node


def _be(kind: Kind, family: str, where: str) -> None:
    if kind[0] != family:
        raise ValueError(f"{where}: {family} is expected, {kind[0]} found")


def _on(rows: list[tuple[date, Any]], day: date | None) -> Any:
    """The last value that began on ``day`` or before it; None before the first and on no day."""
    begun = [value for first, value in rows if day is not None and first <= day]
    return begun[-1] if begun else None


def _fen(yuan: Any) -> int | None:
    if yuan is None:
        return None
    fen = yuan * 100
    if fen.denominator != 1:
        raise AssertionError(f"{yuan} yuan is no whole number of fen")
    return int(fen)
