"""The held-out labels are checked against their texts, and the reader is held to them."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.engine.reading.gold import test_gold as checks
from tests.engine.reading.gold_loader import Gold, Measure, load
from yingcai.engine.reading import load_text, read_plan
from yingcai.engine.reading.gold import load_gold, plan_of
from yingcai.engine.reading.model import KINDS
from yingcai.engine.reading.score import TARGET_FIELDS, Score, Tally, score

PATHS = sorted(Path(__file__).parent.glob("*.yaml"))
PLANS = [load(path) for path in PATHS]
TARGETS = Fraction(95, 100)
OTHERS = Fraction(9, 10)
CHECKS: list[Callable[[Gold], None]] = [
    checks.test_measures_are_numbered_from_nought_and_do_not_overlap,
    checks.test_every_measure_belongs_to_a_section_of_the_plan,
    checks.test_labels_of_a_measure_share_no_letter,
    checks.test_a_span_holds_the_words_of_its_label,
    checks.test_every_measure_but_the_goals_has_one_lead,
    checks.test_every_numeral_of_a_measure_is_labelled,
    checks.test_every_digit_after_the_measures_is_labelled,
    checks.test_a_part_names_a_target_of_its_measure_in_the_same_unit,
    checks.test_kinds_carry_their_own_fields,
    checks.test_a_title_and_a_document_name_are_printed,
]
UNPRINTED = {"翻两番": 300, "翻一番": 100, "翻番": 100, "零突破": 1, "零的突破": 1, "“零”的突破": 1}
SCALES = {"万": 10_000, "亿": 100_000_000}
CHINESE = "零一二三四五六七八九"

each_plan = pytest.mark.parametrize("gold", PLANS, ids=[gold.name for gold in PLANS])


@each_plan
@pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
def test_the_labels_hold_against_the_text(check: Callable[[Gold], None], gold: Gold) -> None:
    check(gold)


@each_plan
def test_every_unit_stands_in_its_measure_or_in_its_row(gold: Gold) -> None:
    missing = [m.number for m in gold.measures if not _units_printed(m, gold)]
    assert missing == []


def _units_printed(measure: Measure, gold: Gold) -> bool:
    row = "|".join((measure.title, "、".join(measure.lead), "、".join(measure.joint)))
    own = gold.words(measure.span)
    return row in gold.view.plain or all(name in own for name in (*measure.lead, *measure.joint))


@each_plan
def test_a_value_is_printed_in_the_words_of_its_target(gold: Gold) -> None:
    wrong = [
        (item.text, value)
        for item in gold.items("targets")
        for value in (item.fields["value"], item.fields["value_max"])
        if value is not None and value not in _printed(item.text)
    ]
    assert wrong == []


def _printed(words: str) -> set[Decimal]:
    """Return what the numerals of the words are worth, with 成, 番 and a scale in the heading."""
    plain = "".join(normalize("NFKC", words).split())
    heading = re.search(r"\(([万亿])", plain)
    found = {Decimal(worth) for mark, worth in UNPRINTED.items() if mark in plain}
    found |= {Decimal(100) for _ in re.findall("百名", plain)}
    for number, scale in re.findall(r"([0-9.]+)([万亿]?)", plain):
        times = scale or (heading[1] if heading else "")
        found.add(Decimal(number) * SCALES.get(times, 1))
    for tens, ones in re.findall(rf"([0-9{CHINESE}])成([{CHINESE}]?)", plain):
        found.add(Decimal(_digit(tens) * 10 + (_digit(ones) if ones else 0)))
    return found


def _digit(letter: str) -> int:
    return CHINESE.index(letter) if letter in CHINESE else int(letter)


@cache
def scores() -> dict[str, Score]:
    """The score of each plan, and of all together under "total"."""
    found = {}
    total = Score()
    for path in PATHS:
        plan = plan_of(path)
        text = load_text(plan.read_bytes(), name=plan.name).text
        found[path.stem] = score(read_plan(text), load_gold(path, text))
        total.add(score(read_plan(text), load_gold(path, text)))
    return {**found, "total": total}


def assert_at_least(tally: Tally, least: Fraction) -> None:
    assert tally.precision >= least, tally.false
    assert tally.recall >= least, tally.missed


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_targets_are_found_in_each_plan(name: str) -> None:
    assert_at_least(scores()[name].kinds["targets"], TARGETS)


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_measures_and_units_are_found_in_each_plan(name: str) -> None:
    assert_at_least(scores()[name].measures, TARGETS)
    assert_at_least(scores()[name].units, OTHERS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "targets"])
def test_the_other_kinds_are_found(kind: str) -> None:
    assert_at_least(scores()["total"].kinds[kind], OTHERS)


@pytest.mark.parametrize("field", TARGET_FIELDS)
def test_the_fields_of_targets_are_right(field: str) -> None:
    tally = scores()["total"].fields[field]

    assert tally.recall >= OTHERS, tally.missed
