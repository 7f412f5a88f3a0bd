"""The fast back end for one subject: the rules become Python source, compiled once.

The text holds numbers and names of its own making only. Whatever a pack spells, ids of facts and
steps, names of tables, words, stays data beside it, so nothing in a pack can become code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import cast

from yingcai.engine.rules.model import FactType, Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source_nodes import Writer
from yingcai.engine.rules.source_tables import Globals
from yingcai.engine.rules.source_text import Text
from yingcai.engine.rules.types import Known

Decide = Callable[[Mapping[str, Known]], list[RuleOutcome]]
WriteRule = Callable[[Writer, Rule, Mapping[str, FactType], str], None]  # the last: target local


@dataclass(frozen=True, slots=True)
class CompiledCase:
    """Rules compiled for one subject at a time. Immutable, and safe to share between threads.

    Both functions take what is known by fact id, in inside values, and give one outcome a rule, as
    ``closures.decide`` does. ``run`` stops at the first false condition of a rule and keeps no
    conditions and steps; ``trace`` keeps them all.

    Raises: ValueError where a fact that is always known is not.
    """

    source: str
    run: Decide
    trace: Decide


def compile_case(rules: RuleSet) -> CompiledCase:
    """Write and compile the functions of a rule set."""
    shared = Globals()
    shared.values.update(
        new=tuple.__new__,
        Outcome=RuleOutcome,
        NO=RuleOutcome("no", None, None),
        NOTHING=RuleOutcome("no", 0, None),
        UNKNOWN=RuleOutcome("unknown", None, None),
        PERSON=RuleOutcome("person", None, None),
    )
    run = _function("run", rules, shared, _run_rule)
    source = run + _function("trace", rules, shared, _trace_rule)
    code: CodeType = compile(source, "<rules>", "exec")
    exec(code, shared.values)  # noqa: S102 the text is made here; nothing of a pack is in it
    return CompiledCase(
        source, cast("Decide", shared.values["run"]), cast("Decide", shared.values["trace"])
    )


def _function(name: str, rules: RuleSet, shared: Globals, write: WriteRule) -> str:
    """One function for all rules: a call for each would cost a tenth more, a third with hundreds."""
    writer = Writer(rules.facts, shared)
    for place, rule in enumerate(rules.rules):
        writer.begin(rule.step_values)
        write(writer, rule, rules.facts, f"o{place}")
    outcomes = ", ".join(f"o{place}" for place in range(len(rules.rules)))
    lines = [f"def {name}(facts):", *_reading(writer, rules, shared), *writer.lines]
    return "\n".join([*lines, f"    return [{outcomes}]", ""])


def _reading(writer: Writer, rules: RuleSet, shared: Globals) -> list[str]:
    """The lines that read each fact once, and refuse to go on where one must be known and is not."""
    lines = [f"    {local} = get({shared.keep(name)})" for name, local in writer.facts.items()]
    always = {name: local for name, local in writer.facts.items() if rules.facts[name].always}
    if always:
        missing = " or ".join(f"{local} is None" for local in always.values())
        lines.append(f"    if {missing}: {shared.keep(_refusal(tuple(always)))}(facts)")
    return ["    get = facts.get", *lines]


def _refusal(always: tuple[str, ...]) -> Callable[[Mapping[str, Known]], None]:
    def refuse(facts: Mapping[str, Known]) -> None:
        missing = [name for name in always if facts.get(name) is None]
        raise ValueError(f"{', '.join(missing)}: always known, but not here; give a value")

    return refuse


def _run_rule(writer: Writer, rule: Rule, facts: Mapping[str, FactType], target: str) -> None:
    """A loop that never repeats, since Python leaves nothing else from the middle at once."""
    with writer.block("while 1:"):
        writer.line(f"{target} = {'NO' if rule.amount is None else 'NOTHING'}")
        tests = []
        for condition in rule.conditions:
            tests.append(writer.text(condition.test))
            writer.line(f"if {_is_false(tests[-1])}: break")
        unknown = _unknown(tests)
        if unknown:
            with writer.block(f"if {' or '.join(unknown)}:"):
                waits = _waits(writer, rule, facts, tests)
                writer.line(f"{target} = UNKNOWN if {waits} else PERSON")
                writer.line("break")
        with writer.scope(impossible=unknown):
            writer.line(f"{target} = new(Outcome, ('yes', {_benefit(writer, rule)}, (), ()))")
        writer.line("break")


def _trace_rule(writer: Writer, rule: Rule, facts: Mapping[str, FactType], target: str) -> None:
    """Conditions and steps stand outside all branches, so rules share what they have in common."""
    tests = [writer.text(condition.test) for condition in rule.conditions]
    held = [writer.local(test) for test in tests]
    steps = [writer.step(step.name) for step in rule.steps]
    trace = f"({_listed(held)}), ({_listed(steps)})"
    unknown = _unknown(tests)
    true = " and ".join(one.code for one in held) or "True"
    false = " or ".join(f"{one.code} is False" for one in held)
    with writer.block(f"if {true}:", impossible=unknown):
        writer.line(f"{target} = new(Outcome, ('yes', {_benefit(writer, rule)}, {trace}))")
    with writer.block(f"elif {false}:" if unknown else "else:"):
        nothing = None if rule.amount is None else 0
        writer.line(f"{target} = new(Outcome, ('no', {nothing}, None, {trace}))")
    if unknown:
        with writer.block("else:"):
            state = f"'unknown' if {_waits(writer, rule, facts, tests)} else 'person'"
            writer.line(f"{target} = new(Outcome, ({state}, None, None, {trace}))")


def _is_false(test: Text) -> str:
    if not test.unknown:
        return f"not {test.code}"
    if test.plain:
        return f"{test.code} is False"
    return f"not ({' or '.join(test.unknown)}) and not {test.code}"


def _unknown(tests: Iterable[Text]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for test in tests for one in test.unknown))


def _waits(writer: Writer, rule: Rule, facts: Mapping[str, FactType], tests: Iterable[Text]) -> str:
    """A test whether some undecided condition waits for a fact; the others wait for a person."""
    waits: list[str] = []
    for condition, test in zip(rule.conditions, tests, strict=True):
        asked = [writer.fact(name) for name in condition.facts if not facts[name].judged]
        missing = _unknown(asked)
        if set(test.unknown) <= set(missing):
            waits += test.unknown
        elif missing:
            waits.append(f"({' or '.join(test.unknown)}) and ({' or '.join(missing)})")
    return " or ".join(dict.fromkeys(waits)) or "False"


def _benefit(writer: Writer, rule: Rule) -> str:
    """What a yes gives: amount and result, as text."""
    return ", ".join(
        "None" if node is None else writer.text(node).full() for node in (rule.amount, rule.result)
    )


def _listed(texts: Iterable[Text]) -> str:
    return "".join(f"{text.code}, " for text in texts)
