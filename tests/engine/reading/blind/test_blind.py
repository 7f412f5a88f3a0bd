"""The blind labels are checked against their texts. The reader is measured on them, not held to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.reading.gold_loader import Gold, load
from tests.engine.reading.heldout.test_heldout import CHECKS

PLANS = [load(path) for path in sorted(Path(__file__).parent.glob("*.yaml"))]

each_plan = pytest.mark.parametrize("gold", PLANS, ids=[gold.name for gold in PLANS])


@each_plan
@pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
def test_the_labels_hold_against_the_text(check: Callable[[Gold], None], gold: Gold) -> None:
    check(gold)


@each_plan
def test_every_unit_stands_in_its_measure(gold: Gold) -> None:
    missing = [
        (measure.number, name)
        for measure in gold.measures
        for name in (*measure.lead, *measure.joint)
        if name not in gold.words(measure.span)
    ]
    assert missing == []
