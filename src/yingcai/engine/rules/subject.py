"""One subject as written (nested JSON) to inside values, with where each of them comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yingcai.engine.rules.model import FactType, RuleSet, received_fact
from yingcai.engine.rules.types import Boolean, Known
from yingcai.engine.rules.written import NotReadable, read_value, write_value


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: a register or a document, and the day it was recorded."""

    source: str = ""
    on: str = ""


@dataclass(frozen=True)
class Subject:
    """``values`` by fact (what is absent is unknown); ``origins`` where the input names them."""

    values: Mapping[str, Known]
    origins: Mapping[str, Origin]


def read_subject(document: Any, rules: RuleSet) -> tuple[Subject | None, list[str]]:
    """A subject from a nested document, or every problem with it.

    ``{"person": {"degree": "doctor"}}``; a value may carry its origin:
    ``{"degree": {"value": "doctor", "source": "education", "on": "2018-07-01"}}``. Money in yuan,
    ratios in percent, absent or null is unknown. `received` holds yuan by programme; where it is
    given, it is complete: nothing was received under programmes that it does not name.
    """
    if not isinstance(document, Mapping):
        return None, ['must hold groups of facts, such as {"person": {…}}']
    problems: list[str] = []
    known = _received_nothing(rules) if "received" in document else {}
    return _read(_flat(document, problems), rules, known, problems)


def read_row(row: Mapping[str, object], rules: RuleSet) -> tuple[Subject | None, list[str]]:
    """A subject from a row of a table, by column, as a population holds it; or every problem with it.

    Columns that are no facts (`id`, `firm.id`, those of other packs) are passed over.
    """
    pairs = [(name, value) for name, value in row.items() if name in rules.facts]
    return _read(pairs, rules, {}, [])


def _read(
    pairs: Iterable[tuple[str, Any]], rules: RuleSet, values: dict[str, Known], problems: list[str]
) -> tuple[Subject | None, list[str]]:
    """``values`` are those found before; ``pairs`` may add to ``problems`` on the way."""
    origins: dict[str, Origin] = {}
    for name, written in pairs:
        fact = rules.facts.get(name)
        if fact is None:
            problems.append(f"`{name}` is not a fact of the pack")
            continue
        value, origin = _split(written)
        if value is None:
            continue
        try:
            values[name] = in_range(read_value(value, fact.type), fact)
        except NotReadable as error:
            problems.append(f"`{name}`: {error}")
        if origin is not None:
            origins[name] = origin
    missing = [name for name in rules.used_facts if rules.facts[name].always and name not in values]
    problems += [f"`{name}` is always needed" for name in missing]
    return (None, problems) if problems else (Subject(values, origins), [])


def _received_nothing(rules: RuleSet) -> dict[str, Known]:
    return {name: 0 for name in rules.facts if name.startswith("received.")}


def _flat(document: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Any]]:
    for group, facts in document.items():
        if not isinstance(facts, Mapping):
            problems.append(f"`{group}` must hold facts by name")
            continue
        for name, written in facts.items():
            yield (received_fact(str(name)) if group == "received" else f"{group}.{name}"), written


def _split(written: Any) -> tuple[Any, Origin | None]:
    if not isinstance(written, Mapping):
        return written, None
    return written.get("value"), Origin(str(written.get("source", "")), str(written.get("on", "")))


def in_range(value: int, fact: FactType) -> int:
    """The value itself. Raises: NotReadable outside the range that the vocabulary declares."""
    if isinstance(fact.type, Boolean) or fact.low is None or fact.high is None:
        return value
    if not fact.low <= value <= fact.high:
        low, high = write_value(fact.low, fact.type), write_value(fact.high, fact.type)
        raise NotReadable(f"{write_value(value, fact.type)} is outside {low} to {high}")
    return value
