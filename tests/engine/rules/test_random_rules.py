"""The random worlds are what they promise: repeatable, valid, varied, with subjects at the boundaries."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
import yaml

from tests.engine.rules.random_rules import World, kind_of, random_subject, random_world
from tests.engine.rules.slow_model import Answer, Model
from tests.engine.rules.slow_text import FUNCTIONS, Node, parse

SEEDS = range(24)
WORDS = {"AND", "OR", "NOT", "IN", "BETWEEN", "CASE", "DATE", "TRUE", "FALSE", "YUAN", "PERCENT"}
SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*"}


@cache
def world(seed: int) -> World:
    return random_world(seed)


@cache
def model(seed: int) -> Model:
    made = world(seed)
    return Model(made.vocabulary, made.programmes, made.catalogue)


@cache
def answers() -> tuple[Answer, ...]:
    return tuple(
        answer
        for seed in SEEDS
        for number in range(20)
        for answer in model(seed).decide(world(seed).subject(number)).values()
    )


def versions() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each rule beside its programme."""
    for seed in SEEDS:
        for programme in world(seed).programmes:
            for version in programme.get("versions", [programme]):
                yield programme, version


def texts(version: dict[str, Any]) -> list[str]:
    goals = [version[goal] for goal in ("amount", "result") if goal in version]
    whens = [condition["when"] for condition in version["conditions"]]
    return [step["value"] for step in version["steps"]] + whens + goals


def all_texts() -> list[str]:
    return [text for _, version in versions() for text in texts(version)]


def size_and_depth(node: Node) -> tuple[int, int]:
    inner = [size_and_depth(part) for part in node if isinstance(part, tuple)]
    return 1 + sum(size for size, _ in inner), 1 + max((depth for _, depth in inner), default=0)


def test_a_seed_makes_the_same_world_and_the_same_subjects() -> None:
    first, again, other = random_world(7), random_world(7), random_world(8)
    assert (first.vocabulary, first.programmes, first.catalogue) == (
        again.vocabulary,
        again.programmes,
        again.catalogue,
    )
    assert first.subject(3) == again.subject(3)
    assert first.programmes != other.programmes
    assert first.subject(3) != first.subject(4)


def test_every_outcome_comes_often_enough() -> None:
    found = Counter(answer.outcome for answer in answers())
    assert set(found) == {"yes", "no", "unknown", "person"}
    assert min(found.values()) > len(answers()) // 100
    assert found["yes"] > len(answers()) // 10
    paid = [answer.amount for answer in answers() if answer.outcome == "yes" and answer.amount]
    assert len(paid) > 100
    assert max(map(abs, paid)) <= 10**13
    assert len({answer.result for answer in answers()}) > 4
    values = Counter(value for answer in answers() for value in answer.conditions.values())
    assert min(values[True], values[False], values[None]) > sum(values.values()) // 10


def test_every_function_and_operator_is_used() -> None:
    used = Counter(
        re.findall(r"[A-Z_]{2,}|<=|>=|<>|[-+*<>=](?= )|-(?=[^ ])", " ".join(all_texts()))
    )
    assert (WORDS | SIGNS | set(FUNCTIONS)) - set(used) == set()
    for mode in ("'down'", "'half_up'", "'up'", "'strict'", "'month_end'"):
        assert mode in " ".join(all_texts())


def test_expressions_stay_inside_the_limits() -> None:
    for text in all_texts():
        size, depth = size_and_depth(parse(text))
        assert len(text) <= 2000
        assert size <= 200  # other trees may need two nodes for one
        assert depth <= 20


def test_values_stay_small() -> None:
    values = [value for answer in answers() for value in answer.steps.values()]
    assert max(abs(value) for value in values if isinstance(value, Fraction)) <= 10**11
    assert max(abs(value) for value in values if isinstance(value, int)) <= 10**12


def test_rules_use_every_means_of_a_programme() -> None:
    seen: Counter[str] = Counter()
    for programme, version in versions():
        seen["versions"] += "versions" in programme
        seen["window at the top"] += "window" in programme
        for parameter in version.get("parameters", {}).values():
            seen["dated" if "by" in parameter else "plain"] += 1
        for table in {**programme.get("tables", {}), **version.get("tables", {})}.values():
            seen["otherwise" if "otherwise" in table else "open"] += 1
            seen["step key"] += any(column.startswith("step.") for column in table["columns"])
        whens = " ".join(condition["when"] for condition in version["conditions"])
        seen["step in a condition"] += "step." in whens
        seen["catalogue"] += "'catalogue" in whens
    assert all(seen.values()), seen
    assert len(seen) == 9, seen


def test_tables_have_keys_and_outputs_of_every_kind() -> None:
    keys, outputs, cells = set(), set(), set()
    for seed in SEEDS:
        kinds = {fact["id"]: kind_of(fact) for fact in world(seed).vocabulary["facts"]}
        for programme in world(seed).programmes:
            for table in programme.get("tables", {}).values():
                for column in table["columns"]:
                    if column.startswith("->"):
                        unit = column.split()[-1]
                        outputs.add("enum" if "." in unit else unit)
                    elif column in kinds:
                        keys.add(kinds[column][0])
                for row in table["rows"]:
                    cells |= {re.sub(r"[\w-]+(\.\d+)?", "x", str(cell)) for cell in row}
    assert keys == {"boolean", "enum", "integer", "money", "ratio", "date"}
    assert outputs >= {"CNY", "percent", "enum", "month"}
    assert cells >= {"*", "x", "x|x", "x..x", "<x", "<=x", ">x", ">=x"}


def test_a_table_that_can_miss_is_asked_whether_it_covers() -> None:
    for programme, version in versions():
        tables = {**programme.get("tables", {}), **version.get("tables", {})}
        for name in re.findall(r"LOOKUP\('(\w+)", " ".join(texts(version))):
            if "otherwise" not in tables.get(name, {}):
                whens = [condition["when"] for condition in version["conditions"]]
                assert f"COVERED('{name}')" in whens


def test_without_that_question_some_lookups_miss() -> None:
    missed = 0
    for seed in range(4):
        made = random_world(seed, bare_lookups=True)
        bare = Model(made.vocabulary, made.programmes, made.catalogue)
        for number in range(20):
            for answer in bare.decide(made.subject(number)).values():
                assert not [name for name in answer.conditions if name.startswith("in-table")]
                missed += answer.outcome == "yes" and None in answer.steps.values()
    assert missed > 10


def test_the_world_survives_being_written_as_yaml() -> None:
    made = world(1)
    parts = [made.vocabulary, made.programmes, made.catalogue]
    text = yaml.safe_dump(parts, allow_unicode=True)
    assert not re.search(r"[&*]id\d", text)
    vocabulary, programmes, catalogue = yaml.safe_load(text)
    again = Model(vocabulary, programmes, catalogue)
    for number in range(20):
        assert again.decide(made.subject(number)) == model(1).decide(made.subject(number))


def test_one_fact_in_seven_is_unknown() -> None:
    made = world(2)
    facts = [fact["id"] for fact in made.vocabulary["facts"]]
    known: Counter[str] = Counter()
    for number in range(400):
        values = model(2).vocabulary.facts_of(made.subject(number))
        known.update(fact for fact in facts if values[fact] is not None)
    assert known.pop("case.applied_on") == 400
    assert 0.84 < sum(known.values()) / (400 * (len(facts) - 1)) < 0.86


def test_subjects_stand_at_the_numbers_that_rules_name() -> None:
    """One below, on it and one above, for most numbers that stand beside a fact."""
    made = world(2)
    days = {
        fact["id"]: {date.fromordinal(number) for number in made.near.numbers[fact["id"]]}
        for fact in made.vocabulary["facts"]
        if fact["type"] == "date" and fact["id"] in made.near.numbers
    }
    wanted = {
        (fact, day + timedelta(days=step))
        for fact, some in days.items()
        for day in some
        for step in (-1, 0, 1)
    }
    met = set()
    for number in range(1500):
        values = model(2).vocabulary.facts_of(made.subject(number))
        met |= {(fact, values[fact]) for fact in days}
    assert len(wanted) > 20
    assert len(wanted & met) / len(wanted) > 0.9


def test_dates_meet_the_ends_of_months_and_leap_days() -> None:
    seen = [
        value
        for number in range(300)
        for value in model(3).vocabulary.facts_of(world(3).subject(number)).values()
        if isinstance(value, date)
    ]
    ends = [day for day in seen if (day + timedelta(days=1)).day == 1]
    assert len(ends) > len(seen) // 10
    assert sum((day.month, day.day) == (2, 29) for day in seen) > 5


def test_a_subject_needs_no_numbers_to_stand_at() -> None:
    plain = {**world(0).vocabulary, "facts": world(0).vocabulary["facts"][:4]}
    subject = random_subject(plain, 1)
    assert Model(plain, []).vocabulary.facts_of(subject)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_programme_says_yes_with_one_version_at_most(seed: int) -> None:
    for number in range(10):
        found = model(seed).decide(world(seed).subject(number))
        yes = Counter(programme for (programme, _), one in found.items() if one.outcome == "yes")
        overall = model(seed).overall(found)
        assert set(yes.values()) <= {1}
        assert {name for name, one in overall.items() if one.outcome == "yes"} == set(yes)
