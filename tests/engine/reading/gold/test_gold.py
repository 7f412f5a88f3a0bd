"""The labels are checked against the texts before anything is measured against the labels."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.engine.reading.gold_loader import KINDS, Gold, Item, Measure, load_all

PLANS = load_all()
NAMES = [gold.name for gold in PLANS]
DIGITS = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?")
CHINESE = "零〇一二两三四五六七八九十百千万亿"
MEASURE_WORDS = "名人家个项场次件所元年批支套种期倍亩台篇届轮级位间处条户张辆本座月天日周份对"
COUNTED = re.compile(rf"[{CHINESE}]+余?(?:[{MEASURE_WORDS}]|门(?=课))|百分之[{CHINESE}]+")
PEOPLE = {"名": "人"}  # both count people
QUOTED = re.compile(r"“[^”]*”")
AFTER = {">=": r"以上", "~": r"左右|上下", "<=": r"以内|以下"}
BEFORE = {
    ">=": r"不少于|不低于|至少[^0-9]{0,3}?|达到?|超过?|突破|超出|增至|提高到|提升到|不小于",
    "~": r"约|近|大约",
    "<=": r"不超过|不高于|最高|控制在",
}

each_plan = pytest.mark.parametrize("gold", PLANS, ids=NAMES)


@each_plan
def test_measures_are_numbered_from_nought_and_do_not_overlap(gold: Gold) -> None:
    assert [measure.number for measure in gold.measures] == list(range(len(gold.measures)))
    assert all(one.span[1] <= two.span[0] for one, two in pairwise(gold.measures))


@each_plan
def test_every_measure_belongs_to_a_section_of_the_plan(gold: Gold) -> None:
    numbers = {section["number"] for section in gold.sections}
    assert {measure.section for measure in gold.measures if measure.number} <= numbers


@each_plan
def test_labels_of_a_measure_share_no_letter(gold: Gold) -> None:
    for measure in gold.measures:
        crossing = [
            (one.text, two.text)
            for one, two in pairwise(measure.items)
            if one.span[1] > two.span[0]
        ]
        assert crossing == []


@each_plan
def test_a_span_holds_the_words_of_its_label(gold: Gold) -> None:
    wrong = [
        item.text
        for kind in KINDS
        for item in gold.items(kind)
        if gold.words(item.span) != "".join(item.text.split())
    ]
    assert wrong == []


@each_plan
def test_responsible_units_are_printed_as_listed(gold: Gold) -> None:
    whole = gold.view.plain
    missing = [
        measure.number
        for measure in gold.measures
        if not _units_printed(measure, gold.words(measure.span), whole)
    ]
    assert missing == []


def _units_printed(measure: Measure, own: str, whole: str) -> bool:
    """One list, or lead and joint apart, inside the measure; or the measure's row of a table."""
    lead, joint = "、".join(measure.lead), "、".join(measure.joint)
    lists = [f"（责任单位：{'、'.join(group)}）" for group in measure.groups]
    apart = f"牵头单位：{lead}；配合单位：{joint}"
    row = measure.title + lead + joint
    printed = all(words in own for words in lists) and len(lists) == own.count("责任单位：")
    return not lead or printed or apart in own or row in whole


@each_plan
def test_every_measure_but_the_goals_has_one_lead(gold: Gold) -> None:
    assert [measure.number for measure in gold.measures if not measure.lead] == [0]


@each_plan
def test_every_numeral_of_a_measure_is_labelled(gold: Gold) -> None:
    loose = [
        (measure.number, words)
        for measure in gold.measures
        for words in _loose_numerals(gold, measure.span, measure.items)
    ]
    assert loose == []


def _loose_numerals(gold: Gold, span: tuple[int, int], items: tuple[Item, ...]) -> list[str]:
    """Return the numerals outside every label; the measure's own number is not one of them."""
    inside = gold.view.inside(span)
    plain = "".join(letter for letter, _ in inside)
    label = re.match(r"第?[（(]?[0-9０-９一二三四五六七八九十]+[)）.．、条]*", plain)
    first = label.end() if label else 0
    quoted = [match.span() for match in QUOTED.finditer(plain)]
    found = list(DIGITS.finditer(plain))
    found += [
        match
        for match in COUNTED.finditer(plain)
        if not any(start < match.start() and match.end() < end for start, end in quoted)
    ]
    return [
        plain[max(0, match.start() - 8) : match.end() + 6]
        for match in found
        if match.start() >= first
        and not any(
            item.span[0] <= inside[match.start()][1][0]
            and inside[match.end() - 1][1][1] <= item.span[1]
            for item in items
        )
    ]


@each_plan
def test_every_digit_after_the_measures_is_labelled(gold: Gold) -> None:
    tail = (gold.measures[-1].span[1], len(gold.text))
    items = tuple(item for kind in KINDS for item in gold.items(kind)) + gold.outside
    assert _loose_numerals(gold, tail, items) == []


@each_plan
def test_a_value_is_a_number_that_stands_in_its_words(gold: Gold) -> None:
    wrong = [
        (item.text, value, unit)
        for item, value, unit in _amounts(gold)
        if (value, unit) not in _printed_amounts(item.text) and not _breakthrough(item)
    ]
    assert wrong == []


def _amounts(gold: Gold) -> list[tuple[Item, Decimal, str]]:
    found = [
        (item, item.fields[key], item.fields["unit"])
        for item in gold.items("targets")
        for key in ("value", "value_max")
        if item.fields[key] is not None
    ]
    found += [
        (item, one[key], one["unit"])
        for item in gold.items("incentives")
        for one in item.fields["values"]
        for key in ("value", "value_max")
        if one.get(key) is not None
    ]
    return found


def _breakthrough(item: Item) -> bool:
    """零的突破 and 翻一番 say a value without printing it."""
    return "零的突破" in item.text or "翻一番" in item.text


_NUMERAL = rf"[0-9０-９.．]+[万亿]*|[{CHINESE}]+"
_AMOUNT = re.compile(
    rf"百分之(?P<share>{_NUMERAL})"
    rf"|(?P<low>{_NUMERAL})(?:[-—–－~～至到]+(?P<high>{_NUMERAL}))?余?"
    r"(?P<unit>平方米|人次|人年|场次|个月|个百分点|台套|[%％]|[一-鿿])"
)


def _printed_amounts(words: str) -> set[tuple[Decimal, str]]:
    """Return every (value, measure word) that the words can be read to print."""
    found: set[tuple[Decimal, str]] = set()
    for match in _AMOUNT.finditer("".join(words.split())):
        if match["share"]:
            found.add((_worth(match["share"]), "%"))
            continue
        unit = match["unit"].replace("％", "%")
        scale = match["high"] or ""
        tail = (
            "".join(letter for letter in scale if letter in "万亿") if scale[:1].isdigit() else ""
        )
        low = match["low"] if match["low"][-1] in "万亿" else match["low"] + tail
        found |= {(_worth(one), unit) for one in (low, match["high"]) if one}
    return found


def _worth(numeral: str) -> Decimal:
    """Return what a numeral is worth: 15万, ３０, 三十, 一千二百."""
    plain = numeral.translate(str.maketrans("０１２３４５６７８９．两〇", "0123456789.二零"))
    arabic = re.fullmatch(r"([0-9.]+)([万亿]*)", plain)
    scales = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
    if arabic:
        worth = Decimal(arabic[1])
        for letter in arabic[2]:
            worth *= scales[letter]
        return worth
    total = part = digit = 0
    for letter in plain:
        if letter not in scales:
            digit = "零一二三四五六七八九".index(letter)
        elif scales[letter] < 10_000:
            part, digit = part + (digit or 1) * scales[letter], 0
        else:
            total, part, digit = (total + part + digit or 1) * scales[letter], 0, 0
    return Decimal(total + part + digit)


@each_plan
def test_a_comparator_follows_from_the_words_beside_the_number(gold: Gold) -> None:
    wrong = [
        (item.text, item.fields["comparator"], _printed_comparator(item.text))
        for item in gold.items("targets")
        if item.fields["comparator"] != _printed_comparator(item.text) and not _breakthrough(item)
    ]
    assert wrong == []


def _printed_comparator(words: str) -> str:
    """Return the comparator that stands right before or after a number of the words."""
    plain = "".join(words.split())
    unit = r"(?:平方米|人次|人年|场次|个月|个百分点|台套|[%％]|[一-鿿])?"
    after = {sign: rf"(?:{_NUMERAL})余?{unit}(?:{marks})" for sign, marks in AFTER.items()}
    before = {
        sign: rf"(?:{marks})(?:百分之)?(?![万亿])(?:{_NUMERAL})" for sign, marks in BEFORE.items()
    }
    for patterns in (after, before):
        for sign, pattern in patterns.items():
            if re.search(pattern, plain):
                return sign
    return "="


@each_plan
def test_per_and_cumulative_follow_from_printed_words(gold: Gold) -> None:
    for measure in gold.measures:
        words = gold.words(measure.span)
        for item in measure.of("targets"):
            fields = item.fields
            assert not fields["cumulative"] or "累计" in words, item.text
            assert fields["per"] != "year" or "每年" in words or "年均" in words, item.text
            assert fields["per"] != "each" or re.search("各|每|均", item.text), item.text


@each_plan
def test_a_part_names_a_target_of_its_measure_in_the_same_unit(gold: Gold) -> None:
    for measure in gold.measures:
        units = {
            item.text: PEOPLE.get(item.fields["unit"], item.fields["unit"])
            for item in measure.of("targets")
        }
        parts = [item for item in measure.of("targets") if item.fields["part_of"]]
        assert all(units[item.fields["part_of"]] == units[item.text] for item in parts)


@each_plan
def test_kinds_carry_their_own_fields(gold: Gold) -> None:
    assert all(item.fields["subject"] for item in gold.items("targets"))
    assert all(item.fields["unit"] for item in gold.items("targets"))
    assert all(item.fields["subject"] for item in gold.items("coverage"))
    assert {item.fields["action"] for item in gold.items("deliverables")} <= {"issue", "revise"}
    assert all(item.fields["title"] for item in gold.items("deliverables"))
    assert all(item.fields["reason"] for item in gold.items("unclassified"))
    assert all(item.fields["by"] or item.fields["every"] for item in gold.items("deadlines"))


@each_plan
def test_a_title_and_a_document_name_are_printed(gold: Gold) -> None:
    for measure in gold.measures:
        assert "".join(measure.title.split()) in gold.words(measure.span)
    for item in gold.items("deliverables"):
        assert item.fields["title"] in item.text
