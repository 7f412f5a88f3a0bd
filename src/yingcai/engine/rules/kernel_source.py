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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from yingcai.engine.rules.kernel_layout import WIDTHS, Place
from yingcai.engine.rules.kernel_nodes import Test, Writer, all_known
from yingcai.engine.rules.model import Condition, Outcome, Rule, RuleSet

Mode = Literal["budget", "groups", "full", "reasons"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)  # a code is a place in this list
SUMS = (*OUTCOMES, "amount_unknown", "amount")
NO_AMOUNT = -(2**63)  # an amount that is unknown, or of a rule that has none
NO_RESULT = -1
MOST_CONDITIONS = 63  # bits of a mask
_LOST, _TOTAL = len(OUTCOMES), len(OUTCOMES) + 1


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A function named ``rule``: it calls ``kernel_numbers`` and reads the arrays in ``constants``.

    ``i64`` and ``u64`` in it make whole numbers of 64 bits, with and without a sign.
    """

    text: str
    constants: tuple[tuple[str, tuple[int, ...]], ...]


def rule_source(rule: Rule, rules: RuleSet, places: Mapping[str, Place], mode: Mode) -> RuleSource:
    """The function of one rule. Raises: ValueError where reasons do not fit a mask."""
    if mode == "reasons" and len(rule.conditions) > MOST_CONDITIONS:
        raise ValueError(f"{rule.programme}: more than {MOST_CONDITIONS} conditions have no mask")
    writer = Writer(places, rule.step_values)
    asked = [_asked(condition, rules, places) for condition in rule.conditions]
    body = [
        "first = u64(start)",
        *(["code = code[start:stop]"] if mode in ("full", "reasons") else []),
        *_loop("i in range(first, u64(stop))", _deciding(writer, rule, asked, mode)),
        *_SUM_UP[mode],
        *_granting(writer, rule, mode),
    ]
    blocks = ", ".join(f"b{width}" for width in WIDTHS)
    head = f"def rule(start, stop, {blocks}, words, {_ARGUMENTS[mode]}):\n"
    constants = tuple((name, values) for values, name in writer.constants.items())
    return RuleSource(head + "".join(f"    {line}\n" for line in body), constants)


def _asked(condition: Condition, rules: RuleSet, places: Mapping[str, Place]) -> list[int]:
    """The bits of the facts that a condition can wait for: nobody has to judge them."""
    bits = [places[name].bit for name in condition.facts if not rules.facts[name].judged]
    return [bit for bit in bits if bit is not None]


_ARGUMENTS: dict[Mode, str] = {
    "budget": "tally, code, pick",
    "groups": "tally, group, code, pick",
    "full": "code, amount, result, pick",
    "reasons": "code, amount, result, true, known, pick",
}
_SUM_UP: dict[Mode, list[str]] = {
    "budget": ["count_outcomes(code, stop - start, tally)"],
    "groups": ["count_groups(code, stop - start, start, group, tally)"],
    "full": [],
    "reasons": [],
}
_SAVE: dict[Mode, list[str]] = {
    "budget": [
        f"tally[{_TOTAL}] += chosen({{known}}, {{value}}, 0)",
        f"tally[{_LOST}] += not {{known}}",
    ],
    "groups": [
        f"tally[group[i], {_TOTAL}] += chosen({{known}}, {{value}}, 0)",
        f"tally[group[i], {_LOST}] += not {{known}}",
    ],
    "full": [f"amount[i] = chosen({{known}}, {{value}}, {NO_AMOUNT})"],
    "reasons": [f"amount[i] = chosen({{known}}, {{value}}, {NO_AMOUNT})"],
}


def _loop(head: str, body: list[str]) -> list[str]:
    return [f"for {head}:", *(f"    {line}" for line in body)]


def _deciding(writer: Writer, rule: Rule, asked: list[list[int]], mode: Mode) -> list[str]:
    """The first pass: the outcome of row ``i``."""
    tests = [writer.test(condition.test) for condition in rule.conditions]
    refused = writer.let(" | ".join(test.false for test in tests) or "False")
    known = writer.known(all_known([test.known for test in tests]))
    waiting = writer.let(" | ".join(_waiting(writer, tests, asked)) or "False")
    code = f"(not {refused}) * (1 + (not {known}) * (2 - {waiting}))"
    saved = [f"code[i - first] = {code}"]
    if mode in ("full", "reasons"):
        refusal = NO_AMOUNT if rule.amount is None else 0
        saved += [
            f"amount[i] = chosen({refused}, {refusal}, {NO_AMOUNT})",
            f"result[i] = {NO_RESULT}",
        ]
    if mode == "reasons":
        names = [writer.known(test.known) for test in tests]
        true = [f"({name} & (not {test.false}))" for name, test in zip(names, tests, strict=True)]
        saved += [f"true[i] = {_mask(true)}", f"known[i] = {_mask(names)}"]
    return [*writer.section(), *saved]


def _mask(truths: list[str]) -> str:
    return " | ".join(f"{truth} * {1 << bit}" for bit, truth in enumerate(truths)) or "0"


def _waiting(writer: Writer, tests: list[Test], asked: list[list[int]]) -> Iterator[str]:
    """Truths, one of which says that some open condition waits for a fact.

    A strict condition is open as soon as one of its facts is missing: then that alone is asked, of
    all such conditions at once.
    """
    strict: dict[int, None] = {}
    for test, bits in zip(tests, asked, strict=True):
        if test.known.bits.issuperset(bits):
            strict.update(dict.fromkeys(bits))
        else:
            missing = " | ".join(writer.missing(bits))
            yield writer.let(f"(not {writer.known(test.known)}) & ({missing})")
    yield from writer.missing(strict)


def _granting(writer: Writer, rule: Rule, mode: Mode) -> list[str]:
    """The second pass: the rows that are ``yes``, gathered first so that no branch is guessed."""
    saved = []
    if rule.amount is not None:
        amount = writer.value(rule.amount)
        known = writer.known(amount.known)
        saved += [line.format(known=known, value=amount.text) for line in _SAVE[mode]]
    if rule.result is not None and mode in ("full", "reasons"):
        result = writer.value(rule.result)
        known = writer.known(result.known)
        saved.append(f"result[i] = chosen({known}, {result.text}, {NO_RESULT})")
    if not saved:
        return []
    return [
        "size = gather(code, stop - start, start, pick)",
        *_loop("j in range(size)", ["i = pick[j]", *writer.section(), *saved]),
    ]
