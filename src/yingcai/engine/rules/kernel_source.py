"""The source of kernels: one function a rule that decides a run of rows, in two passes.

The first pass decides every row and branches nowhere, so that a compiler can decide several at
once. The second computes the amounts of the rows that are ``yes``. Text from nodes only: what
compiles and runs it is ``population/kernel.py``.

A generated function takes ``start, stop``, the blocks of columns, the words of known bits (see
``kernel_layout``), and then what it fills:

* ``budget``: ``tally``, a row of sums (``SUMS``)
* ``groups``: ``tally``, such a row for each group, and ``group``, the group of each row
* ``full``: ``code``, ``amount``, ``result`` of each row
* ``reasons``: these, then the true and the known conditions as bits

each followed by scratch space for a run: ``pick``, and in the first two ``code`` before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from yingcai.engine.rules.kernel_layout import WIDTHS, Place
from yingcai.engine.rules.kernel_nodes import Truth, Writer
from yingcai.engine.rules.model import Condition, Outcome, Rule, RuleSet

Mode = Literal["budget", "groups", "full", "reasons"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)  # a code is a place in this list
NO, YES, UNKNOWN, PERSON = range(4)
SUMS = (*OUTCOMES, "amount_unknown", "amount")
NO_AMOUNT = -(2**63)  # an amount that is unknown, or of a rule that has none
NO_RESULT = -1
MOST_CONDITIONS = 63  # bits of a mask
_LOST, _TOTAL = len(OUTCOMES), len(OUTCOMES) + 1


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A function named ``rule``. It calls ``kernel_numbers``, ``i64`` (to a whole number of 64 bits)
    and reads arrays named in ``constants``."""

    text: str
    constants: tuple[tuple[str, tuple[int, ...]], ...]


def rule_source(rule: Rule, rules: RuleSet, places: Mapping[str, Place], mode: Mode) -> RuleSource:
    """The function of one rule. Raises: ValueError where reasons do not fit a mask."""
    if mode == "reasons" and len(rule.conditions) > MOST_CONDITIONS:
        raise ValueError(f"{rule.programme}: more than {MOST_CONDITIONS} conditions have no mask")
    writer = Writer(places, rule.step_values)
    deciding = _deciding(writer, rule, rules, mode)
    granting = _granting(writer, rule, mode)
    blocks = ", ".join(f"b{width}" for width in WIDTHS)
    outputs, scratch = _ARGUMENTS[mode]
    names = outputs if mode in ("full", "reasons") else outputs[1:]
    views = {**writer.views, **{name: f"{name}[start:stop]" for name in names}}
    body = [
        "n = stop - start",
        *(f"{name} = {text}" for name, text in views.items()),
        *_loop("i in range(n)", deciding),
        *granting,
    ]
    head = f"def rule(start, stop, {blocks}, words, {', '.join((*outputs, *scratch))}):\n"
    constants = tuple((name, values) for values, name in writer.constants.items())
    return RuleSource(head + "".join(f"    {line}\n" for line in body), constants)


_ARGUMENTS: dict[Mode, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "budget": (("tally",), ("code", "pick")),
    "groups": (("tally", "group"), ("code", "pick")),
    "full": (("code", "amount", "result"), ("pick",)),
    "reasons": (("code", "amount", "result", "true", "known"), ("pick",)),
}


def _loop(head: str, body: list[str]) -> list[str]:
    return [f"for {head}:", *(f"    {line}" for line in body)]


def _deciding(writer: Writer, rule: Rule, rules: RuleSet, mode: Mode) -> list[str]:
    """The first pass: the outcome of row ``i``."""
    truths = [writer.truth(condition.test) for condition in rule.conditions]
    waits = [
        wait
        for condition, truth in zip(rule.conditions, truths, strict=True)
        for wait in _waiting(writer, condition, truth, rules)
    ]
    refused = writer.let(" | ".join(truth.false for truth in truths) or "False")
    granted = writer.let(" & ".join(truth.true for truth in truths) or "True")
    waiting = writer.let(" | ".join(waits) or "False")
    open_code = writer.let(f"{UNKNOWN} if {waiting} else {PERSON}")
    code = writer.let(f"{NO} if {refused} else ({YES} if {granted} else {open_code})")
    lines = [*writer.section(), f"code[i] = {code}"]
    if mode in ("full", "reasons"):
        refusal = NO_AMOUNT if rule.amount is None else 0
        lines += [
            f"amount[i] = {refusal} if {refused} else {NO_AMOUNT}",
            f"result[i] = {NO_RESULT}",
        ]
    if mode == "reasons":
        lines += [
            f"true[i] = {_mask([truth.true for truth in truths])}",
            f"known[i] = {_mask([f'{truth.true} | {truth.false}' for truth in truths])}",
        ]
    return lines


def _mask(truths: list[str]) -> str:
    return " | ".join(f"({1 << bit} if {truth} else 0)" for bit, truth in enumerate(truths)) or "0"


def _waiting(writer: Writer, condition: Condition, truth: Truth, rules: RuleSet) -> list[str]:
    """Names whose truth says that the condition is open and waits for facts."""
    asked = [
        name
        for name in condition.facts
        if not rules.facts[name].judged and writer.places[name].bit is not None
    ]
    if not asked:
        return []
    is_open = writer.let(f"not ({truth.true} | {truth.false})")
    return [writer.let(f"{is_open} & ({writer.missing(asked)})")]


def _granting(writer: Writer, rule: Rule, mode: Mode) -> list[str]:
    """The second pass: the rows that are ``yes``, gathered first, and what they are granted."""
    gather = ["size = 0", *_loop("i in range(n)", ["pick[size] = i", f"size += code[i] == {YES}"])]
    granted = _granted(writer, rule, mode)
    visit = _loop("j in range(size)", ["i = pick[j]", *granted]) if granted else []
    if mode == "budget":
        return [*_COUNT, *gather, "lost = 0", "total = 0", *visit, *_ADD]
    if mode == "groups":
        return [*_loop("i in range(n)", ["tally[group[i], code[i]] += 1"]), *gather, *visit]
    return [*gather, *visit] if granted else []


def _granted(writer: Writer, rule: Rule, mode: Mode) -> list[str]:
    """What the second pass does with row ``i``."""
    saved = []
    if rule.amount is not None:
        amount = writer.value(rule.amount)
        saved += _SAVE[mode].format(amount.text, writer.known(amount.known)).splitlines()
    if rule.result is not None and mode in ("full", "reasons"):
        result = writer.value(rule.result)
        saved.append(f"result[i] = {result.text} if {writer.known(result.known)} else {NO_RESULT}")
    return [*writer.section(), *saved]


_SAVE_AMOUNT = f"amount[i] = {{0}} if {{1}} else {NO_AMOUNT}"
_SAVE: dict[Mode, str] = {
    "budget": "total += {0} if {1} else 0\nlost += 0 if {1} else 1",
    "groups": f"tally[group[i], {_TOTAL}] += {{0}} if {{1}} else 0\n"
    f"tally[group[i], {_LOST}] += 0 if {{1}} else 1",
    "full": _SAVE_AMOUNT,
    "reasons": _SAVE_AMOUNT,
}
_COUNT = [
    "no = 0",
    "unknown = 0",
    "person = 0",
    *_loop(
        "i in range(n)",
        [f"no += code[i] == {NO}", f"unknown += code[i] == {UNKNOWN}", f"person += code[i] == {PERSON}"],
    ),
]
_ADD = [
    f"tally[{place}] += {name}"
    for place, name in enumerate(("no", "size", "unknown", "person", "lost", "total"))
]
