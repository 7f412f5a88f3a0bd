"""The line chart is arithmetic: days and values in, coordinates out."""

from datetime import date
from decimal import Decimal

import pytest

from yingcai.web.chart import nice_step, trend

START, END = date(2018, 1, 1), date(2020, 12, 31)


@pytest.mark.parametrize(
    ("span", "step"),
    [("0", "1"), ("1000", "250"), ("147", "50"), ("0.3", "0.1"), ("4", "1"), ("41", "20")],
)
def test_the_axis_steps_are_round(span: str, step: str) -> None:
    assert nice_step(Decimal(span)) == Decimal(step)


def test_a_path_runs_from_corner_to_corner() -> None:
    chart = trend([], [(START, Decimal(0)), (END, Decimal(100))])

    assert chart is not None
    assert chart.path == f"{chart.left}.0,{chart.bottom}.0 {chart.right}.0,{chart.top}.0"
    assert [row.label for row in chart.rows] == [0, 25, 50, 75, 100]
    assert [column.label for column in chart.columns] == [2018, 2019, 2020]


def test_a_missing_month_breaks_the_line_and_is_no_dot() -> None:
    days = [date(2018, month, 28) for month in range(4, 9)]
    values = [Decimal(1), Decimal(2), None, Decimal(4), Decimal(5)]

    chart = trend(list(zip(days, values, strict=True)))

    assert chart is not None
    assert len(chart.lines) == 2
    assert [dot.value for dot in chart.dots] == [1, 2, 4, 5]


def test_a_forecast_is_drawn_from_the_last_value() -> None:
    chart = trend([(START, Decimal(0))], guess=(END, Decimal(80)))

    assert chart is not None
    assert chart.guess_at is not None
    assert chart.guess.endswith(f"{chart.guess_at.x},{chart.guess_at.y}")


def test_one_value_on_one_day_can_be_drawn() -> None:
    chart = trend([(START, Decimal(0))])

    assert chart is not None
    assert chart.lines == ()
    assert len(chart.dots) == 1


def test_nothing_to_draw_is_no_chart() -> None:
    assert trend([(START, None)]) is None
