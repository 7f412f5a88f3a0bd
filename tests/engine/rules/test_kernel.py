"""The native back end says what the readable one says, cell by cell, compiled or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.engine.rules.make_kernel import Draw, arrays_of
from yingcai.engine.population.kernel import (
    Decisions,
    Kernel,
    KernelColumns,
    compile_kernel,
    from_arrays,
)
from yingcai.engine.rules import kernel_numbers
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.kernel_source import NO_AMOUNT, NO_RESULT, OUTCOMES, RuleSource
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.types import Known


def plain(source: RuleSource) -> Callable[..., None]:
    """A generated function as Python runs it, over whole numbers without a limit."""
    names: dict[str, Any] = {**vars(kernel_numbers), "i64": int, "u64": int}
    names.update(source.constants)
    exec(source.text, names)  # noqa: S102 - what is tested
    function: Callable[..., None] = names["rule"]
    return function


def said(decisions: Decisions, rules: RuleSet, rule: int, row: int) -> RuleOutcome:
    """One cell of the kernel in the words of the readable back end, without steps."""
    assert decisions.true is not None
    assert decisions.known is not None
    amount, result = int(decisions.amount[rule, row]), int(decisions.result[rule, row])
    true, known = int(decisions.true[rule, row]), int(decisions.known[rule, row])
    return RuleOutcome(
        OUTCOMES[decisions.outcome[rule, row]],
        None if amount == NO_AMOUNT else amount,
        None if result == NO_RESULT else result,
        tuple(
            bool(true >> bit & 1) if known >> bit & 1 else None
            for bit in range(len(rules.rules[rule].conditions))
        ),
    )


def differences(rules: RuleSet, subjects: list[dict[str, Known]], decisions: Decisions) -> list[Any]:
    return [
        (rule, row, expected, found)
        for row, subject in enumerate(subjects)
        for rule, outcome in enumerate(decide(rules, subject))
        if (expected := outcome._replace(steps=())) != (found := said(decisions, rules, rule, row))
    ]


@pytest.mark.parametrize("seed", range(20))
def test_uncompiled_source_says_what_the_closures_say(seed: int) -> None:
    draw = Draw(seed)
    rules = draw.rules(6)
    subjects = draw.subjects(rules, 60)
    columns = from_arrays(rules, arrays_of(rules, subjects))
    decisions = Kernel(rules, plain).full(columns, reasons=True, threads=1)
    assert differences(rules, subjects, decisions) == []
