"""Which figures may be reported, and which need a reason."""

from datetime import date
from decimal import Decimal

import pytest

from yingcai.reporting.figures import (
    Earlier,
    Rule,
    month_end,
    parse_figure,
    reason_needed,
    shape_problems,
    text_problems,
)

D = Decimal
MAY = date(2018, 5, 1)


def rule(**changes: object) -> Rule:
    values = {
        "kind": "quantity",
        "course": "cumulative",
        "measure_word": "家",
        "goal": D(100),
        "baseline": D(0),
        "jump_percent": D(50),
    }
    return Rule(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("412", D(412)),
        (" 1,234.5 ", D("1234.5")),
        ("１２", D(12)),
        ("", None),
        ("1，000", D(1000)),
        ("5.8亿", D(580000000)),
    ],
)
def test_people_type_numbers_in_many_ways(text: str, value: Decimal | None) -> None:
    assert parse_figure(text) == value


@pytest.mark.parametrize(
    "text", ["十二", "万", "1亿万", "12家", "NaN", "Infinity", "1.2.3", "=1+1"]
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是数字"):
        parse_figure(text)


@pytest.mark.parametrize(
    ("value", "changes", "message"),
    [
        ("-1", {}, "不能小于 0"),
        ("1.5", {}, "按“家”计数，应为整数"),
        ("1.5", {"course": "level"}, ""),
        ("1.5", {"measure_word": "%"}, ""),
        ("1.23456", {"measure_word": "%"}, "最多保留四位小数"),
        ("1E18", {}, "数字过大"),
        ("1E400", {"measure_word": "%"}, "数字过大"),
        ("0.5", {"kind": "document", "course": "level"}, "只能填 0"),
        ("1", {"kind": "document"}, ""),
        ("101", {"kind": "coverage", "measure_word": "%"}, "不能超过 100%"),
        ("120", {"measure_word": "%"}, ""),
        ("7", {}, ""),
    ],
)
def test_figures_have_a_shape(value: str, changes: dict[str, object], message: str) -> None:
    found = [problem.message for problem in shape_problems(D(value), rule(**changes))]
    assert (message in found[0] and len(found) == 1) if message else found == []


def test_no_figure_has_no_shape() -> None:
    assert shape_problems(None, rule()) == []


def test_words_have_a_length() -> None:
    assert [problem.where for problem in text_problems("字" * 2001, "字" * 301)] == [
        "进展说明",
        "原因说明",
    ]
    assert text_problems("字" * 2000, "字" * 300) == []


@pytest.mark.parametrize(
    ("value", "last", "changes", "message"),
    [
        ("9", ("2018-04-01", "10"), {}, "由上期 10 降为 9"),
        ("10", ("2018-04-01", "10"), {}, ""),
        ("60", ("2018-04-01", "10"), {}, ""),
        ("61", ("2018-04-01", "10"), {}, "变动超过 50%"),
        ("51", None, {}, "变动超过 50%"),
        ("50", None, {}, ""),
        ("30", ("2018-04-01", "20"), {"course": "level"}, ""),
        ("31", ("2018-04-01", "20"), {"course": "level"}, "变动超过 50%"),
        ("9", ("2018-04-01", "20"), {"course": "level"}, "变动超过 50%"),
        ("19", ("2018-04-01", "20"), {"course": "level"}, ""),
        ("1", ("2017-12-01", "10"), {"course": "yearly", "goal": D(12)}, ""),
        ("9", ("2018-04-01", "10"), {"course": "yearly", "goal": D(12)}, "降为 9"),
        ("7", ("2017-12-01", "10"), {"course": "yearly", "goal": D(12)}, "变动超过"),
        ("1", ("2018-04-01", "0"), {"goal": D(1)}, ""),
        ("0", ("2018-04-01", "1"), {"kind": "document"}, ""),
        (None, ("2018-04-01", "1"), {}, ""),
        ("105", ("2018-04-01", "90"), {}, ""),
    ],
)
def test_falls_and_jumps_need_a_reason(
    value: str | None, last: tuple[str, str] | None, changes: dict[str, object], message: str
) -> None:
    earlier = Earlier(date.fromisoformat(last[0]), D(last[1])) if last else None
    found = reason_needed(
        D(value) if value else None, month=MAY, earlier=earlier, rule=rule(**changes)
    )
    assert message in found if message else found == ""


def test_months_end_where_the_calendar_says() -> None:
    assert [month_end(date(2020, month, 15)).day for month in (1, 2, 12)] == [31, 29, 31]
