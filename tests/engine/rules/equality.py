"""Any back end beside the slow model: the same random worlds and subjects, every value compared.

A back end is a function from a rule set and the facts of several subjects to the outcomes of every
rule for each of them. `prove` runs one over worlds and gives back what it compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, cast

from tests.engine.rules.pack_files import pack_world
from tests.engine.rules.random_rules import World, random_world
from tests.engine.rules.slow_model import Model
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.subject import read_subject
from yingcai.engine.rules.types import Date, Enum, Known, Money, Ratio, Type, civil

Facts = Mapping[str, Known]
BackEnd = Callable[[RuleSet, Sequence[Facts]], Sequence[Sequence[RuleOutcome]]]
Yaml = Mapping[str, Any]
Work = tuple["Case", list[Yaml]]  # a world and subjects as written


@dataclass(frozen=True)
class Case:
    """A world, compiled by the engine and understood by the slow model."""

    world: World
    rules: RuleSet
    model: Model

    def facts(self, subject: Yaml) -> Facts:
        """The inside values of a written subject."""
        read, problems = read_subject(subject, self.rules)
        assert read is not None, problems
        return read.values


def source_of(world: World, divisions: Sequence[Yaml] = ()) -> RuleSource:
    """The files of a world as the compiler reads them."""
    domains = {
        "divisions": [(one["id"], {"zh": one["name"], "en": one["name_en"]}) for one in divisions]
    }
    if world.catalogue is None:
        return RuleSource(_facts(world), _programmes(world), domains)
    editions = world.catalogue["editions"]
    items = {item["id"]: item for edition in editions for item in edition["items"]}
    return RuleSource(
        _facts(world),
        _programmes(world),
        {**domains, "honours": list(items.items())},
        SourceFile("catalogue/index.yaml", world.catalogue["index"]),
        [SourceFile(f"catalogue/{one['edition']}.yaml", one) for one in editions],
    )


def _facts(world: World) -> SourceFile:
    return SourceFile("facts.yaml", world.vocabulary)


def _programmes(world: World) -> list[SourceFile]:
    return [SourceFile(f"{one['programme']}.yaml", one) for one in world.programmes]


def case_of(world: World, divisions: Sequence[Yaml] = ()) -> Case:
    """A world ready for both; a world that the compiler refuses fails the test."""
    rules, problems = compile_rules(source_of(world, divisions))
    assert rules is not None, problems
    names = [one["id"] for one in divisions]
    return Case(
        world, rules, Model(world.vocabulary, world.programmes, world.catalogue, divisions=names)
    )


def worlds(seeds: Iterable[int]) -> Iterator[Case]:
    """A random world for each seed."""
    return (case_of(random_world(seed)) for seed in seeds)


def pack_case() -> Case:
    """The pack of the repository."""
    world, divisions = pack_world()
    return case_of(world, divisions)


def expected(case: Case, subject: Yaml) -> list[RuleOutcome]:
    """What the slow model says of a written subject, in inside values, in the order of the rules."""
    answers = case.model.decide(subject)
    found = []
    for rule in case.rules.rules:
        answer = answers[rule.programme, rule.version]
        result = None
        if answer.result is not None and rule.result is not None:
            result = cast(int, inside(answer.result, rule.result.type))
        found.append(
            RuleOutcome(
                cast(Any, answer.outcome),
                answer.amount,
                result,
                tuple(answer.conditions[one.name] for one in rule.conditions),
                tuple(inside(answer.steps[one.name], one.value.type) for one in rule.steps),
            )
        )
    return found


def inside(value: Any, kind: Type) -> Known:
    """A value of the slow model (yuan, shares, days, words) as the engine holds it."""
    if value is None or isinstance(value, bool):
        return cast(Known, value)
    if isinstance(kind, Enum):
        return kind.values.index(value)
    if isinstance(kind, Date):
        return civil(value)
    scale = 100 if isinstance(kind, Money) else kind.scale if isinstance(kind, Ratio) else 1
    exact = Fraction(value) * scale
    assert exact.denominator == 1, f"{value} is not whole as {kind}"
    return int(exact)


def compare(
    rules: RuleSet,
    wanted: Sequence[RuleOutcome],
    outcomes: Sequence[RuleOutcome],
    *,
    traced: bool = True,
) -> list[str]:
    """Every difference, in words; without ``traced`` only outcome, amount and result count."""
    assert len(outcomes) == len(rules.rules)
    return [
        words
        for rule, want, got in zip(rules.rules, wanted, outcomes, strict=True)
        for words in _differences(rule, want, got, traced=traced)
    ]


def _differences(rule: Rule, want: RuleOutcome, got: RuleOutcome, *, traced: bool) -> Iterator[str]:
    names = ["outcome", "amount", "result"]
    for name in names:
        yield from _differs(rule, name, getattr(want, name), getattr(got, name))
    if traced:
        assert (len(got.conditions), len(got.steps)) == (len(rule.conditions), len(rule.steps))
        for condition, a, b in zip(rule.conditions, want.conditions, got.conditions, strict=True):
            yield from _differs(rule, condition.name, a, b)
        for step, one, other in zip(rule.steps, want.steps, got.steps, strict=True):
            yield from _differs(rule, f"step.{step.name}", one, other)


def _differs(rule: Rule, name: str, want: object, got: object) -> Iterator[str]:
    # True is not 1 here: a back end that mixes them up would be caught by nobody else.
    if (type(want), want) != (type(got), got):
        yield f"{rule.programme} {rule.version} {name}: {got!r}, the slow model says {want!r}"


def random_work(seeds: Iterable[int], subjects: int) -> Iterator[Work]:
    """A random world for each seed, with so many random subjects."""
    for seed in seeds:
        (case,) = worlds([seed])
        yield case, [case.world.subject(1000 * seed + number) for number in range(subjects)]


def pack_work(case: Case, subjects: int) -> Work:
    """The pack with random subjects, and with those of its examples, a random fact changed in each."""
    random = [case.world.subject(number) for number in range(subjects)]
    examples = [
        example["facts"]
        for programme in case.world.programmes
        for example in programme.get("examples", [])
    ]
    near = [
        _changed(example, random[number % subjects], number)
        for number, example in enumerate(examples)
    ]
    return case, [*random, *examples, *near]


def _changed(example: Yaml, other: Yaml, seed: int) -> Yaml:
    """An example with one of its facts taken from another subject, or unknown."""
    names = [(group, name) for group, facts in example.items() for name in facts]
    names.remove(("case", "applied_on"))
    if not names:
        return example
    group, name = Random(seed).choice(names)  # noqa: S311 - a test, no secret
    return {**example, group: {**example[group], name: other.get(group, {}).get(name)}}


def prove(back_end: BackEnd, work: Iterable[Work], *, traced: bool = True) -> Counter[str]:
    """Fails on the first subject with a difference; returns how often each outcome was compared."""
    counted: Counter[str] = Counter()
    for case, written in work:
        given = back_end(case.rules, [case.facts(subject) for subject in written])
        assert len(given) == len(written)
        for subject, outcomes in zip(written, given, strict=True):
            wanted = expected(case, subject)
            assert compare(case.rules, wanted, outcomes, traced=traced) == [], subject
            counted.update(one.outcome for one in wanted)
    return counted
