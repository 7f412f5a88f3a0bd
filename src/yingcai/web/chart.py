"""Geometry of the line chart: pure arithmetic from dated values to SVG coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

Dated = tuple[date, Decimal]

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 16, 34
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Dot:
    """One value of the line: where it stands and what it says."""

    x: str
    y: str
    on: date
    value: Decimal


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, with its number or year."""

    at: str
    label: Decimal | int


@dataclass(frozen=True)
class Chart:
    """Everything the template draws; coordinates are texts in units of the view box."""

    lines: tuple[str, ...]  # unbroken runs of the values
    path: str
    guess: str  # from the last value to the forecast
    guess_at: Dot | None
    dots: tuple[Dot, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def nice_step(span: Decimal, parts: int = 4) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that covers ``span`` in at most ``parts`` steps."""
    if span <= 0:
        return Decimal(1)
    rough = span / parts
    size = Decimal(1).scaleb(rough.adjusted())
    return next(step * size for step in STEPS if step * size >= rough)


@dataclass(frozen=True)
class Scale:
    """Maps days and values into the drawing."""

    first: date
    last: date
    low: Decimal
    high: Decimal

    def x(self, day: date) -> str:
        whole = max((self.last - self.first).days, 1)
        share = Decimal((day - self.first).days) / whole
        return _text(LEFT + share * (WIDTH - LEFT - RIGHT))

    def y(self, value: Decimal) -> str:
        share = (value - self.low) / (self.high - self.low)
        return _text(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    def at(self, point: Dated) -> str:
        return f"{self.x(point[0])},{self.y(point[1])}"


def trend(
    points: Sequence[tuple[date, Decimal | None]],
    path: Sequence[Dated] = (),
    guess: Dated | None = None,
) -> Chart | None:
    """Draw ``points`` (None breaks the line), the ``path`` they should follow, and a forecast.

    None when there is no day or no value to draw.
    """
    known: list[Dated] = [(day, value) for day, value in points if value is not None]
    marks = [*known, *path, *([guess] if guess else [])]
    if not marks:
        return None
    scale, step = _scale(marks)
    dots = tuple(Dot(scale.x(day), scale.y(value), day, value) for day, value in known)
    return Chart(
        lines=tuple(" ".join(scale.at(point) for point in run) for run in _runs(points)),
        path=" ".join(scale.at(point) for point in path),
        guess=f"{scale.at(known[-1])} {scale.at(guess)}" if guess and known else "",
        guess_at=Dot(scale.x(guess[0]), scale.y(guess[1]), *guess) if guess else None,
        dots=dots,
        rows=_rows(scale, step),
        columns=_columns(scale),
    )


def _scale(marks: Sequence[Dated]) -> tuple[Scale, Decimal]:
    days = [day for day, _ in marks]
    values = [value for _, value in marks]
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    step = nice_step(high - low)
    low = -((-low / step).to_integral_value(ROUND_CEILING)) * step
    high = max((high / step).to_integral_value(ROUND_CEILING) * step, low + step)
    return Scale(min(days), max(days), low, high), step


def _runs(points: Sequence[tuple[date, Decimal | None]]) -> list[list[Dated]]:
    runs: list[list[Dated]] = [[]]
    for day, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((day, value))
    return [run for run in runs if len(run) > 1]


def _rows(scale: Scale, step: Decimal) -> tuple[Tick, ...]:
    count = int((scale.high - scale.low) / step)
    values = [scale.low + step * index for index in range(count + 1)]
    return tuple(Tick(scale.y(value), value) for value in values)


def _columns(scale: Scale) -> tuple[Tick, ...]:
    """The day the drawing begins, unless a new year follows at once, and the first days of years."""
    years = [date(year, 1, 1) for year in range(scale.first.year + 1, scale.last.year + 1)]
    crowded = bool(years) and (years[0] - scale.first) * 12 < scale.last - scale.first
    marks = years if crowded else [scale.first, *years]
    return tuple(Tick(scale.x(day), day.year) for day in marks)


def _text(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1')):f}"
