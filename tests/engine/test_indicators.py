"""The arithmetic of lights, on figures worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingcai.engine.indicators import (
    Course,
    Path,
    Standing,
    Thresholds,
    forecast,
    gather,
    gathering,
    is_reached,
    path_of,
    plain,
    quantile,
    stand,
    step_path,
    straight_path,
)

D = Decimal
RULES = Thresholds(yellow=D(10), red=D(30), not_started_red_months=3)
START, DUE = date(2018, 1, 1), date(2020, 12, 31)


def judge(
    value: str | None,
    *,
    goal: str = "1000",
    baseline: str = "0",
    on: date = date(2019, 6, 30),
    comparator: str = ">=",
    course: Course = "cumulative",
    started: bool = True,
) -> Standing:
    path = path_of(course, on=on, starts_on=START, due_on=DUE, baseline=D(baseline), goal=D(goal))
    return stand(
        D(value) if value is not None else None,
        path=path,
        goal=D(goal),
        baseline=D(0) if course == "yearly" else D(baseline),
        comparator=comparator,
        on=on,
        thresholds=RULES,
        started=started,
    )


# -- paths ---------------------------------------------------------------------------------------


def test_a_straight_path_is_half_way_in_the_middle() -> None:
    path = straight_path(date(2018, 1, 1), date(2018, 1, 11), D(10), D(20))
    assert [path.at(date(2018, 1, day)) for day in (1, 6, 11)] == [10, 15, 20]


def test_a_path_holds_its_ends() -> None:
    path = straight_path(date(2018, 1, 1), date(2018, 1, 11), D(10), D(20))
    assert (path.at(date(2017, 1, 1)), path.at(date(2030, 1, 1))) == (D(10), D(20))


def test_a_path_of_one_day_is_its_goal() -> None:
    assert straight_path(START, START, D(0), D(7)).at(START) == 7


def test_milestones_bend_the_path() -> None:
    path = path_of(
        "cumulative",
        on=START,
        starts_on=date(2018, 1, 1),
        due_on=date(2018, 1, 21),
        baseline=D(0),
        goal=D(100),
        milestones=[(date(2018, 1, 11), D(10)), (date(2018, 1, 21), D(999)), (DUE, D(5))],
    )
    assert [path.at(date(2018, 1, day)) for day in (6, 11, 16, 21)] == [5, 10, 55, 100]


def test_a_yearly_path_begins_at_nothing_each_january() -> None:
    path = path_of(
        "yearly", on=date(2019, 2, 1), starts_on=START, due_on=DUE, baseline=D(50), goal=D(12)
    )
    assert (path.at(date(2019, 1, 1)), path.at(date(2019, 12, 31))) == (D(0), D(12))


def test_a_yearly_path_after_the_end_is_that_of_the_last_year() -> None:
    path = path_of(
        "yearly", on=date(2022, 2, 1), starts_on=START, due_on=DUE, baseline=D(0), goal=D(12)
    )
    assert path.ends_on == DUE


def test_a_step_expects_nothing_before_the_day() -> None:
    path = step_path(START, DUE, D(0), D(1))
    assert (path.at(DUE - timedelta(days=1)), path.at(DUE)) == (D(0), D(1))
    assert path.begins_on == DUE - timedelta(days=1)


def test_a_step_due_at_once_is_its_goal() -> None:
    assert step_path(START, START + timedelta(days=1), D(0), D(1)).points == (
        (START + timedelta(days=1), D(1)),
    )


def test_work_begins_where_the_path_leaves_its_first_value() -> None:
    flat = Path(((START, D(0)), (date(2019, 1, 1), D(0)), (DUE, D(5))))
    level = Path(((START, D(5)), (DUE, D(5))))
    assert (flat.begins_on, level.begins_on) == (date(2019, 1, 1), DUE)


@pytest.mark.parametrize("points", [(), ((DUE, D(1)), (START, D(2))), ((DUE, D(1)), (DUE, D(2)))])
def test_a_path_out_of_order_is_refused(points: tuple[tuple[date, Decimal], ...]) -> None:
    with pytest.raises(ValueError, match="path"):
        Path(points)


# -- standings -----------------------------------------------------------------------------------


def test_the_formula_is_told_with_its_numbers() -> None:
    standing = judge("412")
    assert standing.formula == "(412−0)÷(1000−0)=41.2%，时间进度 49.8%，落后 8.6 个百分点"
    assert (standing.light, standing.gap, standing.expected) == ("green", D("8.6"), D("497.7169"))


@pytest.mark.parametrize(
    ("value", "light"),
    [
        ("398", "green"),  # 49.8 - 39.8 = 10.0 points: still green
        ("397", "yellow"),
        ("198", "yellow"),  # 30.0 points: still yellow
        ("197", "red"),
        ("600", "green"),
        ("1000", "done"),
        ("1200", "done"),
    ],
)
def test_lights_turn_at_the_thresholds(value: str, light: str) -> None:
    assert judge(value).light == light


def test_the_baseline_counts_from_both_ends() -> None:
    standing = judge("150", goal="200", baseline="100")
    assert (standing.progress, standing.path_progress, standing.light) == (
        D("50.0"),
        D("49.8"),
        "green",
    )
    assert standing.formula == "(150−100)÷(200−100)=50.0%，时间进度 49.8%，超前 0.2 个百分点"


def test_exactly_on_the_path_is_said_so() -> None:
    assert judge("498").formula.endswith("与进度持平")


def test_below_the_baseline_is_negative_progress() -> None:
    assert judge("90", goal="200", baseline="100").progress == D("-10.0")


def test_without_a_value_there_is_no_light() -> None:
    standing = judge(None)
    assert (standing.light, standing.progress, standing.gap) == ("none", None, None)
    assert standing.formula == "本月没有核定数据，不能计算"


def test_a_goal_nearly_reached_never_shows_a_hundred() -> None:
    standing = judge("99999", goal="100000")
    assert (standing.progress, standing.light) == (D("99.9"), "green")


def test_a_yearly_target_forgets_its_baseline() -> None:
    assert judge("6", goal="12", baseline="3", course="yearly").progress == D("50.0")


@pytest.mark.parametrize(
    ("on", "light", "note"),
    [
        (date(2018, 1, 31), "yellow", True),
        (date(2018, 3, 31), "yellow", True),
        (date(2018, 4, 30), "red", True),
        (date(2018, 1, 1), "green", False),
    ],
)
def test_a_late_start_is_yellow_then_red(on: date, light: str, *, note: bool) -> None:
    standing = judge("0", on=on, started=False)
    assert standing.light == light
    assert ("应已启动" in standing.formula) is note


def test_a_missed_deadline_is_never_green() -> None:
    standing = judge("970", on=DUE)
    assert standing.light == "yellow"
    assert standing.formula.endswith("；期限已到而目标未达到")


def test_a_missed_deadline_far_behind_stays_red() -> None:
    assert judge("500", on=DUE).light == "red"


def test_about_is_reached_within_five_percent() -> None:
    assert judge("950", comparator="~").light == "done"
    assert judge("949", comparator="~").light != "done"


def test_a_ceiling_is_fine_up_to_the_limit() -> None:
    standing = judge("100", goal="100", comparator="<=")
    assert (standing.light, standing.formula) == ("green", "100÷100=100.0%，在上限之内")


@pytest.mark.parametrize(("value", "light"), [("101", "yellow"), ("130", "yellow"), ("131", "red")])
def test_a_ceiling_broken_is_behind_by_the_excess(value: str, light: str) -> None:
    standing = judge(value, goal="100", comparator="<=")
    assert standing.light == light
    assert standing.gap == D(value) - 100


def test_a_reduction_counts_downwards() -> None:
    standing = judge("75", goal="50", baseline="100", comparator="<=")
    assert (standing.progress, standing.light) == (D("50.0"), "green")
    assert judge("50", goal="50", baseline="100", comparator="<=").light == "done"


@pytest.mark.parametrize(
    ("value", "goal", "progress", "light"),
    [("2", "2", "100.0", "done"), ("1", "2", "50.0", "red"), ("0", "0", "100.0", "done")],
)
def test_a_goal_that_is_only_to_be_held(value: str, goal: str, progress: str, light: str) -> None:
    standing = judge(value, goal=goal, baseline=goal)
    assert (standing.progress, standing.light) == (D(progress), light)


def test_a_goal_to_hold_shows_a_plain_quotient() -> None:
    assert judge("1", goal="2", baseline="2").expression == "1÷2=50.0%"


def test_absurd_progress_is_bounded_to_what_storage_holds() -> None:
    assert judge("99999999999", goal="0.0001").progress == D("9999999.9")


@given(
    value=st.decimals(min_value=0, max_value=10**12, places=4),
    goal=st.decimals(min_value=0, max_value=10**12, places=4),
    baseline=st.decimals(min_value=0, max_value=10**12, places=4),
    comparator=st.sampled_from([">=", "=", "~", "<="]),
    course=st.sampled_from(["cumulative", "yearly", "level"]),
    days=st.integers(min_value=-30, max_value=1500),
)
def test_any_figures_get_a_light_and_reached_ones_are_done(
    value: Decimal, goal: Decimal, baseline: Decimal, comparator: str, course: Course, days: int
) -> None:
    standing = judge(
        str(value),
        goal=str(goal),
        baseline=str(baseline),
        on=START + timedelta(days=days),
        comparator=comparator,
        course=course,
    )
    start = D(0) if course == "yearly" else baseline
    reached = is_reached(value, goal=goal, baseline=start, comparator=comparator, about=D(5))
    ceiling = comparator == "<=" and start <= goal
    assert (standing.light == "done") is (reached and not ceiling)
    assert standing.gap is not None
    assert standing.light != "green" or standing.gap <= RULES.yellow


@given(low=st.integers(min_value=0, max_value=1000), more=st.integers(min_value=0, max_value=1000))
def test_more_is_never_a_worse_light(low: int, more: int) -> None:
    order = ["red", "yellow", "green", "done"]
    assert order.index(judge(str(low)).light) <= order.index(judge(str(low + more)).light)


def test_figures_are_printed_plainly() -> None:
    assert [plain(D(text)) for text in ("1E+3", "0.5000", "10", "12.50")] == [
        "1000",
        "0.5",
        "10",
        "12.5",
    ]


# -- gathering -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "coverage", "how"),
    [
        ("cumulative", False, "sum"),
        ("yearly", False, "sum"),
        ("level", False, "mean"),
        ("cumulative", True, "mean"),
    ],
)
def test_counts_add_up_and_levels_average(course: Course, how: str, *, coverage: bool) -> None:
    assert gathering(course, coverage=coverage) == how


def test_the_city_is_the_sum_or_the_mean_of_its_units() -> None:
    assert gather([D(1), D(2), D(4)], "sum") == 7
    assert gather([D(1), D(2), D(4)], "mean") == D("2.3333")
    assert gather([], "sum") is None


# -- forecast ------------------------------------------------------------------------------------


def months(year: int, figures: list[int], *, first: int = 1) -> list[tuple[date, Decimal]]:
    ends = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return [
        (date(year, first + index, ends[first + index - 1]), D(figure))
        for index, figure in enumerate(figures)
    ]


def test_a_steady_course_is_carried_on() -> None:
    days = [(date(2018, 1, 10 * step + 1), D(10 * step)) for step in range(3)]
    found = forecast(days, due_on=date(2018, 2, 10), course="cumulative")
    assert found is not None
    assert (found.value, found.low, found.high, found.method) == (D(40), D(40), D(40), "trend")


def test_one_mistyped_month_does_not_bend_the_trend() -> None:
    steady = [(date(2018, 1, 1) + timedelta(days=10 * step), D(10 * step)) for step in range(6)]
    steady[2] = (steady[2][0], D(100000))
    found = forecast(steady, due_on=date(2018, 3, 2), course="cumulative")
    assert found is not None
    assert found.value == 60


def test_a_count_is_never_foretold_to_fall() -> None:
    falling = months(2018, [9, 8, 7])
    found = forecast(falling, due_on=DUE, course="cumulative")
    assert found is not None
    assert found.value == 7


def test_a_level_may_fall() -> None:
    falling = months(2018, [9, 8, 7])
    found = forecast(falling, due_on=DUE, course="level")
    assert found is not None
    assert found.value < 0


def test_two_points_foretell_nothing() -> None:
    assert forecast(months(2018, [1, 2]), due_on=DUE, course="cumulative") is None


def test_on_the_due_day_nothing_is_foretold() -> None:
    points = months(2018, [1, 2, 3])
    assert forecast(points, due_on=points[-1][0], course="cumulative") is None


def test_a_yearly_target_is_foretold_to_its_december() -> None:
    history = months(2017, [100] * 12) + months(2018, [1, 2, 3])
    found = forecast(history, due_on=DUE, course="yearly")
    assert found is not None
    assert found.method == "trend"
    assert 11 < found.value < 13


def test_a_year_that_is_over_is_not_foretold() -> None:
    assert forecast(months(2018, [1] * 12), due_on=DUE, course="yearly") is None


def test_early_in_the_year_last_years_season_stands_in() -> None:
    history = months(2017, [2, 3, 5, 6, 7, 8, 9, 10, 10, 11, 12, 20]) + months(2018, [3])
    found = forecast(history, due_on=DUE, course="yearly")
    assert found is not None
    assert (found.value, found.low, found.high, found.method) == (D(30), D(21), D(30), "seasonal")


@pytest.mark.parametrize("last_year", [[0] * 12, [1, 2, 3], [9] + [8] * 11])
def test_without_a_season_to_follow_nothing_is_foretold(last_year: list[int]) -> None:
    history = months(2017, last_year) + months(2018, [3])
    assert forecast(history, due_on=DUE, course="yearly") is None


def test_quartiles_fall_between_neighbours() -> None:
    figures = [D(1), D(2), D(3), D(4)]
    assert [quantile(figures, quarter) for quarter in (1, 2, 3)] == [D("1.75"), D("2.5"), D("3.25")]


@given(
    figures=st.lists(st.integers(min_value=0, max_value=10**9), min_size=3, max_size=12),
    course=st.sampled_from(["cumulative", "yearly", "level"]),
)
def test_a_forecast_lies_in_its_own_range(figures: list[int], course: Course) -> None:
    found = forecast(months(2018, figures), due_on=DUE, course=course)
    if found is not None:
        assert found.low <= found.value <= found.high


WHOLE = Path(((date(2018, 4, 1), Decimal(0)), (date(2020, 12, 31), Decimal(2))), whole=True)


def test_a_path_of_whole_pieces_steps_from_one_to_the_next() -> None:
    assert [
        WHOLE.at(day) for day in (date(2018, 12, 31), date(2019, 12, 31), date(2020, 12, 31))
    ] == [
        0,
        1,
        2,
    ]


def test_a_path_of_whole_pieces_begins_when_the_first_piece_is_due() -> None:
    first = WHOLE.begins_on + timedelta(days=1)
    assert WHOLE.at(WHOLE.begins_on) == 0
    assert WHOLE.at(first) == 1


def test_a_falling_path_of_whole_pieces_steps_down_late() -> None:
    falling = Path(((date(2018, 1, 1), Decimal(3)), (date(2018, 12, 31), Decimal(0))), whole=True)
    assert falling.at(date(2018, 2, 1)) == 3
    assert falling.at(date(2018, 12, 30)) == 1


def test_two_firms_in_three_years_are_not_late_in_the_first() -> None:
    standing = stand(
        Decimal(0),
        path=WHOLE,
        goal=Decimal(2),
        baseline=Decimal(0),
        comparator=">=",
        on=date(2018, 12, 31),
        thresholds=Thresholds(Decimal(10), Decimal(30), 3),
        started=False,
    )
    assert (standing.light, standing.gap) == ("green", Decimal(0))
    assert standing.expected == 0
