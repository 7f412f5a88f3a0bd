"""Chinese numerals in the order that means a number, and rows of numerals that mean none."""

from decimal import Decimal

import pytest

from tests.engine.reading.plans import HEAD, measure, targets
from yingcai.engine.reading import read_plan
from yingcai.engine.reading.numerals import chinese


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二〇", 2020),
        ("一二三四", 1234),
        ("三十二", 32),
        ("三万五", 35_000),
        ("四百四", 440),
        ("三万亿", 3_000_000_000_000),
        ("一千零五十", 1050),
    ],
)
def test_value(text: str, value: int) -> None:
    assert chinese(text) == value


@pytest.mark.parametrize("text", ["二三", "十百", "三四万", "二十三十", "一千〇十零十"])
def test_numerals_in_no_order_mean_no_number(text: str) -> None:
    assert chinese(text) is None


@pytest.mark.parametrize(
    ("body", "value", "unit"),
    [
        ("引进人才四百四十名。", "440", "名"),
        ("筹集资金三万五元。", "35000", "元"),
        ("占比达到百分之3.5。", "3.5", "%"),
        ("收入增长三番。", "700", "%"),
        ("布局联络点8—5家。", "8", "家"),  # no range runs down
    ],
)
def test_promised(body: str, value: str, unit: str) -> None:
    (found,) = targets(body)

    assert (found.value, found.value_max, found.unit) == (Decimal(value), None, unit)


@pytest.mark.parametrize("body", ["引进人才三四名。", "占比达到百分之二三。", "建设十百个平台。"])
def test_a_loose_number_promises_nothing(body: str) -> None:
    assert measure(body).items() == []


def test_a_digit_in_a_share_that_cannot_be_read_is_listed() -> None:
    reading = read_plan(f"{HEAD}1. 做好工作。占比达到百分之5至二三。（责任单位：市人社局）")

    assert reading.measures[1].items() == []
    assert [(u.text, u.reason) for u in reading.unclassified[-1:]] == [("5", "编号")]


@pytest.mark.parametrize(
    ("line", "titles"),
    [("二三、做好工作。", []), ("二十三、做好工作。", ["做好工作"])],
)
def test_numerals_before_a_heading_must_be_a_number(line: str, titles: list[str]) -> None:
    reading = read_plan(f"云汀市人才行动计划（2021—2023年）\n{line}引进人才5名。\n（一）甲事。\n")

    assert [section.title for section in reading.sections] == titles


def test_a_number_in_a_name_right_behind_a_circled_number_is_part_of_the_name() -> None:
    reading = read_plan(f"{HEAD}1. 做好工作。\n①“8090”青年工程\n②引进硕士4名。\n")

    assert [(u.text, u.reason) for u in reading.unclassified if u.text == "8090"] == [
        ("8090", "名称")
    ]


def test_circled_numbers_begin_a_line_of_their_own() -> None:
    reading = read_plan(
        f"{HEAD}1. 做好工作。\n①引进博士3名\n②引进硕士4名。\n（责任单位：市人社局）"
    )

    assert [(t.value, t.subject) for t in reading.measures[1].targets] == [
        (Decimal(3), "博士"),
        (Decimal(4), "硕士"),
    ]
