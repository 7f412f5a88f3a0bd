"""Where a target stands against its own path: expected value, progress, gap, light, forecast. Pure.

Everything is Decimal. Percentages are rounded to a tenth, half up, and the light is decided on the
rounded figures, so that what a page shows is exactly what decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

Light = Literal["green", "yellow", "red", "none", "done"]
Course = Literal["cumulative", "yearly", "level"]

FORMULA_VERSION = "path-2"  # stored with each value; a change of the arithmetic changes it
TENTH = Decimal("0.1")
FOUR_PLACES = Decimal("0.0001")
HUNDRED = Decimal(100)
ZERO = Decimal(0)
BOUND = Decimal("9999999.9")  # percent: what storage holds; beyond it the figure says nothing more

PHRASES: Mapping[str, str] = {
    "behind": "{expression}，时间进度 {expected}%，落后 {gap} 个百分点",
    "ahead": "{expression}，时间进度 {expected}%，超前 {gap} 个百分点",
    "level": "{expression}，时间进度 {expected}%，与进度持平",
    "done": "{expression}，时间进度 {expected}%，目标已达到",
    "over": "{expression}，超出上限 {gap} 个百分点",
    "within": "{expression}，在上限之内",
    "none": "本月没有核定数据，不能计算",
    "overdue": "；期限已到而目标未达到",
    "idle": "；应已启动而数值尚无变化",
}


@dataclass(frozen=True)
class Path:
    """What should have been reached by when: points in order of day, straight between them.

    ``whole``: what is counted comes in whole pieces (people, firms), so the path does too: of one
    firm in three years nothing is expected before the day on which all of it is.
    """

    points: tuple[tuple[date, Decimal], ...]
    whole: bool = False

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("a path needs at least one point")
        if any(later[0] <= earlier[0] for earlier, later in pairwise(self.points)):
            raise ValueError("the points of a path must be in order, one a day")

    def at(self, day: date) -> Decimal:
        """The value that should have been reached at the end of ``day`` (units of the target)."""
        value = self._between(day)
        if not self.whole:
            return value
        rising = value >= self.points[0][1]
        return value.to_integral_value(ROUND_FLOOR if rising else ROUND_CEILING)

    def _between(self, day: date) -> Decimal:
        if day <= self.points[0][0]:
            return self.points[0][1]
        for (start, low), (end, high) in pairwise(self.points):
            if day <= end:
                return low + (high - low) * (day - start).days / (end - start).days
        return self.points[-1][1]

    @property
    def begins_on(self) -> date:
        """The last day on which the path still stands at its first value: work begins after it."""
        first = self.points[0][1]
        begin = self.points[0][0]
        for day, _value in self.points[1:]:
            if self.at(day) != first:
                return self._first_change(begin, day) - timedelta(days=1)
            begin = day
        return begin

    def _first_change(self, still: date, changed: date) -> date:
        """The first day on which the path leaves its first value, between the two days given."""
        first = self.points[0][1]
        while (changed - still).days > 1:
            middle = still + (changed - still) // 2
            if self.at(middle) == first:
                still = middle
            else:
                changed = middle
        return changed

    @property
    def ends_on(self) -> date:
        return self.points[-1][0]


def straight_path(starts_on: date, due_on: date, baseline: Decimal, goal: Decimal) -> Path:
    """From ``baseline`` on ``starts_on`` to ``goal`` on ``due_on`` in a straight line."""
    if due_on <= starts_on:
        return Path(((due_on, goal),))
    return Path(((starts_on, baseline), (due_on, goal)))


def step_path(starts_on: date, due_on: date, baseline: Decimal, goal: Decimal) -> Path:
    """Nothing is expected before ``due_on``, everything on it (a document is issued or it is not)."""
    eve = due_on - timedelta(days=1)
    if eve <= starts_on:
        return Path(((due_on, goal),))
    return Path(((starts_on, baseline), (eve, baseline), (due_on, goal)))


def year_of(on: date, *, starts_on: date, due_on: date) -> tuple[date, date]:
    """First and last day of the part of ``on``'s year in which a yearly target counts."""
    day = min(max(on, starts_on), due_on)
    return max(date(day.year, 1, 1), starts_on), min(date(day.year, 12, 31), due_on)


def path_of(
    course: Course,
    *,
    on: date,
    starts_on: date,
    due_on: date,
    baseline: Decimal,
    goal: Decimal,
    milestones: Sequence[tuple[date, Decimal]] = (),
) -> Path:
    """The path that counts on ``on``: through the milestones to the goal, straight in between.

    A yearly target begins at nothing each January; only the milestones of that year count for it.
    """
    first, last, start = starts_on, due_on, baseline
    if course == "yearly":
        first, last = year_of(on, starts_on=starts_on, due_on=due_on)
        start = ZERO
    points = {first: start}
    points.update({day: value for day, value in milestones if first <= day < last})
    points[last] = goal
    return Path(tuple(sorted(points.items())))


@dataclass(frozen=True)
class Thresholds:
    """When a light changes. Points of percent behind the path; months without a start.

    ``about``: percent by which a goal of the "左右" kind may fall short and still be reached.
    """

    yellow: Decimal
    red: Decimal
    not_started_red_months: int
    about: Decimal = Decimal(5)


@dataclass(frozen=True)
class Standing:
    """One figure against its path. Percent and points; ``gap`` above zero means behind."""

    expected: Decimal
    progress: Decimal | None
    path_progress: Decimal
    gap: Decimal | None
    light: Light
    expression: str
    case: str  # the key of PHRASES that tells how it was judged
    notes: tuple[str, ...] = ()

    def say(self, phrases: Mapping[str, str] = PHRASES) -> str:
        """The formula with its numbers, in the words given (PHRASES has the keys)."""
        gap = abs(self.gap) if self.gap is not None else ZERO
        text = phrases[self.case].format(
            expression=self.expression, expected=self.path_progress, gap=gap
        )
        return text + "".join(phrases[note] for note in self.notes)

    @property
    def formula(self) -> str:
        return self.say()


def stand(
    value: Decimal | None,
    *,
    path: Path,
    goal: Decimal,
    baseline: Decimal,
    comparator: str,
    on: date,
    thresholds: Thresholds,
    started: bool = True,
) -> Standing:
    """Judge ``value`` at the end of ``on`` against ``path``.

    progress = (value - baseline) / (goal - baseline); gap = the path's own progress - progress.
    Light: done when the goal is reached; green up to ``thresholds.yellow`` points behind, yellow up
    to ``thresholds.red``, red beyond. Not started (``started`` false) after the path begins: yellow
    in the planned month, red ``not_started_red_months`` months later. At the end of the path an
    unreached goal is at least yellow. Without a value: none. For a yearly course give no baseline
    (zero): it begins at nothing each January.
    """
    expected = path.at(on)
    path_progress = _percent(expected, baseline, goal)
    shown = expected.quantize(FOUR_PLACES, ROUND_HALF_UP)
    if value is None:
        return Standing(shown, None, path_progress, None, "none", "", "none")
    if comparator == "<=" and baseline <= goal:
        return _under_ceiling(value, goal, shown, path_progress, thresholds)
    reached = is_reached(
        value, goal=goal, baseline=baseline, comparator=comparator, about=thresholds.about
    )
    progress = _percent(value, baseline, goal)
    if not reached:
        progress = min(progress, HUNDRED - TENTH)
    gap = path_progress - progress
    expression = _expression(value, baseline, goal, progress)
    if reached:
        return Standing(shown, progress, path_progress, gap, "done", expression, "done")
    light, notes = _judge(gap, path, on, thresholds, idle=not started)
    case = "behind" if gap > 0 else "ahead" if gap < 0 else "level"
    return Standing(shown, progress, path_progress, gap, light, expression, case, notes)


def is_reached(
    value: Decimal, *, goal: Decimal, baseline: Decimal, comparator: str, about: Decimal
) -> bool:
    """Whether ``value`` keeps the promise: >= and = at the goal, <= at or under it, ~ nearly."""
    if comparator == "<=":
        return value <= goal
    if comparator == "~":
        return value >= goal - abs(goal - baseline) * about / HUNDRED
    return value >= goal


def _percent(value: Decimal, start: Decimal, goal: Decimal) -> Decimal:
    """How much of the way from ``start`` to ``goal`` is done, in percent; safe when they are equal."""
    if goal != start:
        share = (value - start) / (goal - start) * HUNDRED
    elif value >= goal or goal == 0:
        share = HUNDRED  # nothing to gain, only to hold
    else:
        share = value / goal * HUNDRED
    return max(-BOUND, min(BOUND, share)).quantize(TENTH, ROUND_HALF_UP)


def _expression(value: Decimal, start: Decimal, goal: Decimal, progress: Decimal) -> str:
    if goal == start:
        return f"{plain(value)}÷{plain(goal)}={progress}%"
    return f"({plain(value)}−{plain(start)})÷({plain(goal)}−{plain(start)})={progress}%"


def plain(value: Decimal) -> str:
    """A figure without exponent and without zeros at its end: 412, 0.5, 1000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _under_ceiling(
    value: Decimal, goal: Decimal, expected: Decimal, path_progress: Decimal, thresholds: Thresholds
) -> Standing:
    """A "not more than": fine up to the limit, behind by what exceeds it, at least yellow then."""
    progress = _percent(value, ZERO, goal)
    expression = f"{plain(value)}÷{plain(goal)}={progress}%"
    if value <= goal:
        return Standing(expected, progress, path_progress, ZERO, "green", expression, "within")
    over = max(progress - HUNDRED, TENTH)
    light: Light = "red" if over > thresholds.red else "yellow"
    return Standing(expected, progress, path_progress, over, light, expression, "over")


def _judge(
    gap: Decimal, path: Path, on: date, thresholds: Thresholds, *, idle: bool
) -> tuple[Light, tuple[str, ...]]:
    light: Light = "green"
    notes: list[str] = []
    if gap > thresholds.yellow:
        light = "red" if gap > thresholds.red else "yellow"
    if on >= path.ends_on:
        notes.append("overdue")
    if idle and on > path.begins_on:
        notes.append("idle")
        if months_between(path.begins_on, on) >= thresholds.not_started_red_months:
            light = "red"
    if notes and light == "green":
        light = "yellow"
    return light, tuple(notes)


def months_between(first: date, second: date) -> int:
    """Whole calendar months from the month of ``first`` to the month of ``second``."""
    return (second.year - first.year) * 12 + second.month - first.month


# -- many units, one city ------------------------------------------------------------------------

Gathering = Literal["sum", "mean"]


def gathering(course: Course, *, coverage: bool) -> Gathering:
    """How the figures of units make the city's: counts add up, levels and coverage average.

    The mean of coverage is full only when every unit is, which is what full coverage promises.
    """
    return "mean" if course == "level" or coverage else "sum"


def gather(values: Sequence[Decimal], how: Gathering) -> Decimal | None:
    """The city's figure from its units' figures; None from none."""
    if not values:
        return None
    total = sum(values, ZERO)
    return total if how == "sum" else (total / len(values)).quantize(FOUR_PLACES, ROUND_HALF_UP)


# -- forecast ------------------------------------------------------------------------------------

WINDOW = 6  # months that the trend looks back


@dataclass(frozen=True)
class Forecast:
    """The figure expected on the due day. ``trend``: median slope of the last months (Theil-Sen),
    ``seasonal``: last year's share of the year by this month. ``low``..``high`` is its range."""

    value: Decimal
    method: Literal["trend", "seasonal"]
    low: Decimal
    high: Decimal


def forecast(
    history: Sequence[tuple[date, Decimal]], *, due_on: date, course: Course
) -> Forecast | None:
    """Carry the recent course of ``history`` (day, figure; in order) to ``due_on``.

    The trend is the median of the slopes between all pairs of the last six points, laid through
    the last point: one mistyped month does not bend it. Its range uses the quartiles of the slopes.
    A yearly target looks at its own year only; with fewer than three points in it, last year's
    season stands in. None with fewer than three points, or when the due day has come.
    """
    if len(history) < 3 or history[-1][0] >= due_on:
        return None
    if course == "yearly":
        last_day = history[-1][0]
        due_on = min(due_on, date(last_day.year, 12, 31))
        if last_day >= due_on:
            return None
        this_year = [point for point in history if point[0].year == last_day.year]
        if len(this_year) < 3:
            return _seasonal(history)
        history = this_year
    return _trend(history[-WINDOW:], due_on, falls=course == "level")


def _trend(points: Sequence[tuple[date, Decimal]], due_on: date, *, falls: bool) -> Forecast:
    slopes = sorted(
        (high - low) / (end - start).days
        for index, (start, low) in enumerate(points)
        for end, high in points[index + 1 :]
    )
    if not falls:
        slopes = [max(slope, ZERO) for slope in slopes]
    day, value = points[-1]
    left = (due_on - day).days
    low, middle, high = (value + quantile(slopes, quarter) * left for quarter in (1, 2, 3))
    return Forecast(_four(middle), "trend", _four(low), _four(high))


def quantile(ordered: Sequence[Decimal], quarter: int) -> Decimal:
    """The first, second or third quartile of figures in order, between neighbours where it falls so."""
    place = Decimal(len(ordered) - 1) * quarter / 4
    index = int(place.to_integral_value(ROUND_DOWN))
    following = min(index + 1, len(ordered) - 1)
    return ordered[index] + (ordered[following] - ordered[index]) * (place - index)


def _seasonal(history: Sequence[tuple[date, Decimal]]) -> Forecast | None:
    day, value = history[-1]
    then = {(point.year, point.month): figure for point, figure in history}
    same_month = then.get((day.year - 1, day.month))
    whole_year = then.get((day.year - 1, 12))
    if not same_month or whole_year is None or whole_year < same_month:
        return None
    by_share = _four(value * whole_year / same_month)
    by_gain = _four(value + whole_year - same_month)
    low, high = sorted((by_share, by_gain))
    return Forecast(by_share, "seasonal", low, high)


def _four(value: Decimal) -> Decimal:
    return value.quantize(FOUR_PLACES, ROUND_HALF_UP)
