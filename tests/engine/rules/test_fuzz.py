"""Whatever is written, it is read or refused in words: nothing raises, hangs, opens or imports."""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.rules.equality import source_of
from tests.engine.rules.pack_files import pack_world
from tests.engine.rules.random_rules import World, random_world
from tests.engine.rules.texts import FACTS, source
from yingcai.engine.rules.bounds import declared_bounds
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.parse import parse
from yingcai.engine.rules.scope import Scope
from yingcai.engine.rules.source_form import RuleProblem
from yingcai.engine.rules.vocabulary import read_vocabulary

PARSE_EXAMPLES = 500
COMPILED = 100
SLOWEST = 2.0  # seconds of the processor for one expression
WATCHED = ("open", "import", "socket.", "subprocess.", "os.", "exec", "compile", "ctypes.")

# -- what happens during a call ------------------------------------------------------------------

_events: list[str] = []
_watching = False


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.startswith(WATCHED):
        _events.append(f"{event} {arguments!r:.200}")


sys.addaudithook(_hook)  # it cannot be taken away again, so it sleeps between the calls


@contextmanager
def nothing_opened() -> Iterator[None]:
    """Fails when the block opens, imports or connects to anything."""
    global _watching
    _events.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
    assert _events == []


def test_the_watch_sees_what_is_opened() -> None:
    with pytest.raises(AssertionError), nothing_opened():
        open(__file__).close()  # noqa: PTH123 - the plain way is what is watched


# -- expressions ---------------------------------------------------------------------------------


def _scope() -> Scope:
    facts, problems = read_vocabulary(source("programme: p", facts=FACTS))
    assert problems == []
    types = {name: fact.type for name, fact in facts.items()}
    return Scope(types, leaves=declared_bounds(facts))


SCOPE = _scope()


def read(text: str) -> None:
    """Reads ``text``; it has a tree or problems, and took no long time."""
    start = time.process_time()
    with nothing_opened():
        node, problems = parse(text, SCOPE)
    assert time.process_time() - start < SLOWEST, text
    assert (node is None) == bool(problems), text
    assert all(one.strip() for one in problems)


PIECES = [
    "person.age", "person.level", "person.salary", "person.introduced_on", "person.stake", "step.x",
    "param.cap", "1", "0", "99999999999999999999", "1.5", "1e9", "'top'", "''", "'", '"', "`", "DATE",
    "DATE '2018-02-28'", "YUAN(", "PERCENT(", "YUAN(1)", "PERCENT(12.5)", "LEAST(", "GREATEST(",
    "PORTION(", "ROUND_TO(", "FULL_MONTHS(", "DAYS_BETWEEN(", "YEAR_OF(", "LOOKUP('t')", "COVERED(",
    "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "TRUE",
    "(", ")", "[", "]", "{", "}", ",", ";", ".", "::", ":", "=", "<>", "<=", "+", "-", "*", "/", "%",
    "||", "->", "=>", "SELECT", "FROM", "WITH", "UNION", "EXISTS", "CAST(", "TRY_CAST(", "AS", "INTERVAL",
    "x ->", "?", "@", "$1", "\\", "--", "/*", "*/", "read_csv('/etc/passwd')", "COPY", "ATTACH", "PRAGMA",
    "\x00", "\n", "　", "（", "年", "\U0001f600", "STRUCT(", "MAP{", "EXTRACT(", "OVER", "FILTER", "LIKE",
]  # fmt: skip
VALID = [
    "person.level IN ('senior', 'top') AND person.months_insured >= 6",
    "CASE WHEN person.full_time THEN YUAN(1) ELSE LEAST(person.salary, YUAN(2)) END > YUAN(0)",
    "PORTION(person.salary, PERCENT(12.5), 'half_up') <= ROUND_TO(YUAN(5), YUAN(1), 'up')",
    "FULL_MONTHS(person.introduced_on, case.applied_on, 'month_end') BETWEEN 3 AND 12",
    "NOT (person.introduced_on > DATE '2018-04-13' OR -person.salary < YUAN(1) * 3)",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid expression with pieces put in, taken out or doubled."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        times = draw(st.sampled_from([1, 1, 1, 30]))
        new = draw(st.sampled_from(["", *PIECES, text[start:end]])) * times
        text = text[:start] + new + text[end:]
    return text


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    mutated(),
)


@settings(deadline=None, max_examples=PARSE_EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60 + "1" + "]" * 60,
        "{" * 60 + "1" + "}" * 60,
        "CASE WHEN " * 150,
        "a[" * 300,
        "NOT " * 490 + "TRUE",
        "-" * 1_900 + "1",
        "1" + "+1" * 900,
        "1" + "*-1" * 600,
        "x->" * 500 + "1",
        "'" + "''" * 900 + "'",
        "1 BETWEEN " * 180 + "1",
        "INTERVAL " * 200 + "1",
        "SELECT " * 250 + "1",
        "LEAST(" * 39 + "1" + ",1)" * 39,
        "person.age IN (" + ",".join(["'a'"] * 400) + ")",
        "::int" * 390,
        "((((((((((1)=(1))=(1))=(1))=(1))=(1))=(1))=(1))=(1))=(1))",
    ],
)
def test_deep_and_long_texts_are_refused_in_time(text: str) -> None:
    read(text)


# -- programmes ----------------------------------------------------------------------------------

CUTS: dict[str, list[Any]] = {
    "text": ["", "x", "person.age", "LOOKUP('t0')", "step.step_5", "TRUE", "YUAN(1)", "*", "1..", "2018-02-30", "aid-1", "终"],
    "number": [0, -1, 1.5, 10**20, float("inf"), float("nan")],
}  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every single value below ``value``."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _places(item, (*path, place))
    else:
        yield path


def mutate(document: dict[str, Any], random: Random) -> None:
    """One value becomes another of its kind, or of another place; the shape stays as it is."""
    places = list(_places(document))
    path = random.choice(places)
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    old = holder[path[-1]]
    same = [_at(document, other) for other in random.sample(places, min(40, len(places)))]
    pool = [one for one in same if type(one) is type(old)]
    if isinstance(old, str):
        pool += CUTS["text"]
    elif isinstance(old, int | float) and not isinstance(old, bool):
        pool += CUTS["number"]
    holder[path[-1]] = random.choice(pool or [old])


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


CHOSEN = {
    "kind", "subject", "type", "moves", "share", "within", "per", "status", "need", "every",
    "values_from", "class",
}  # fmt: skip  # words that the shape of a file lets nobody misspell


def test_mutated_rules_are_compiled_or_refused() -> None:
    world, divisions = pack_world()
    refused = 0
    no_units: tuple[dict[str, Any], ...] = ()
    for seed in range(COMPILED):
        random = Random(seed)  # noqa: S311 - a test, no secret
        if seed % 2:
            other, units = random_world(seed % 16, programmes=3), no_units
            chosen = World(copy.deepcopy(other.vocabulary), copy.deepcopy(other.programmes), other.catalogue, other.near)  # fmt: skip
        else:
            some = copy.deepcopy(random.sample(world.programmes, 2))
            units = divisions
            chosen = World(copy.deepcopy(world.vocabulary), some, world.catalogue, world.near)
        targets = [*chosen.programmes] * 3 + [chosen.vocabulary]
        for _ in range(random.choice([1, 1, 2, 5])):
            target = random.choice(targets)
            before = copy.deepcopy(target)
            mutate(target, random)
            _keep_choices(before, target)
        rules, problems = compile_rules(source_of(chosen, units))
        assert (rules is None) == bool(problems)
        assert all(isinstance(one, RuleProblem) and one.text for one in problems)
        refused += rules is None
    assert COMPILED // 5 < refused < COMPILED


def _keep_choices(before: Any, after: Any) -> None:
    """Undo a change of a word that files may only choose from a list."""
    if isinstance(after, dict):
        for key, value in after.items():
            if key in CHOSEN and not isinstance(value, dict | list):
                after[key] = before[key]
            else:
                _keep_choices(before[key], value)
    elif isinstance(after, list):
        for one, other in zip(before, after, strict=True):
            _keep_choices(one, other)
