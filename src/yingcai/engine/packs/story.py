"""The fictional city of a pack: its logins, and a believable, seeded history of monthly reports."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import Problem, load_document
from yingcai.engine.packs.shape import ListOf, Map, Number, Ref, Text, check

_TEXTS = ListOf(Text())
STORY_SHAPE = Map(
    {
        "seed": Number(),
        "password": Text(),
        "today": Text(),
        "logins": ListOf(
            Map(
                {
                    "username": Text(),
                    "name": Text(),
                    "name_en": Text(),
                    "role": Text(
                        choices=(
                            "office",
                            "reporter",
                            "head",
                            "county",
                            "leader",
                            "auditor",
                            "window",
                            "officer",
                            "finance",
                            "expert",
                        )
                    ),
                    "unit": Ref("unit", optional=True),
                }
            )
        ),
        "surnames": _TEXTS,
        "given_names": _TEXTS,
        "unreported": ListOf(Ref("unit")),
        "current": Map({"accepted": Number(), "approved": Number(), "submitted": Number()}),
        "orders": Number(),
        "order_demand": Text(),
        "order_answer": Text(),
        "order_close": Text(),
        "mix": Map({"far_behind": Number(), "behind": Number(), "ahead": Number()}),
        "missing_one_in": Number(minimum=2),
        "narratives": Map(
            {"steady": _TEXTS, "ahead": _TEXTS, "behind": _TEXTS, "done": _TEXTS},
        ),
        "reasons": _TEXTS,
    }
)


@dataclass(frozen=True)
class Series:
    """What a unit reports on: a target (or a county's share of it) and the road it is meant to go.

    ``path`` holds the expected value at the end of each month; ``whole`` says that parts of one
    make no sense (people, firms), ``restarts`` that each January begins at nothing; nothing is
    reported above ``ceiling`` (all of a coverage).
    """

    target: str
    unit: str
    goal: Decimal
    baseline: Decimal
    path: tuple[tuple[date, Decimal], ...]
    word: str
    whole: bool
    restarts: bool
    document: bool
    ceiling: Decimal | None = None


@dataclass(frozen=True)
class ReportRow:
    """One report of the story; ``month`` is the first day of the month."""

    month: date
    target: str
    unit: str
    value: Decimal
    narrative: str
    reason: str


def load_story(folder: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Read and check ``demo/story.yaml`` of a pack."""
    document, problems = load_document(folder / "demo" / "story.yaml", name="demo/story.yaml")
    if document is None:
        return None, problems
    problems = [*check(document, STORY_SHAPE)]
    return (None, problems) if problems else (document.value, [])


def tell(story: dict[str, Any], series: list[Series]) -> Iterator[ReportRow]:
    """The reports of every series, month by month; the same story and series tell the same tale."""
    for one in series:
        yield from _tell_one(story, one)


def _tell_one(story: dict[str, Any], one: Series) -> Iterator[ReportRow]:
    # A seeded generator per series: adding a target does not change the others' history.
    dice = random.Random(f"{story['seed']}:{one.target}:{one.unit}")  # noqa: S311  # a story, no secret
    pace, factor = _pace(story["mix"], dice)
    issue_after = dice.randint(2, max(3, len(one.path) // 2 + (9 if pace == "behind" else 0)))
    previous = one.baseline
    for count, (month, expected) in enumerate(one.path):
        if one.restarts and month.month == 1:
            previous = Decimal(0)
        if one.document:
            value = one.goal if count >= issue_after else Decimal(0)
        else:
            value = _value(one, expected, factor, dice, previous)
        if dice.randrange(story["missing_one_in"]) == 0 and count:
            continue
        mood = "done" if value >= one.goal else pace
        yield ReportRow(
            month=month,
            target=one.target,
            unit=one.unit,
            value=value,
            narrative=_narrative(story, mood, one, value, value - previous, dice),
            reason=dice.choice(story["reasons"]) if mood == "behind" else "",
        )
        previous = value


def _pace(mix: dict[str, int], dice: random.Random) -> tuple[str, Decimal]:
    """How a series goes, and how much of its path it covers."""
    throw = dice.randrange(100)
    if throw < mix["far_behind"]:
        return "behind", Decimal(dice.randint(35, 62)) / 100
    if throw < mix["far_behind"] + mix["behind"]:
        return "behind", Decimal(dice.randint(68, 86)) / 100
    if throw < mix["far_behind"] + mix["behind"] + mix["ahead"]:
        return "ahead", Decimal(dice.randint(104, 125)) / 100
    return "steady", Decimal(dice.randint(95, 104)) / 100


def _value(
    one: Series, expected: Decimal, factor: Decimal, dice: random.Random, previous: Decimal
) -> Decimal:
    """The reported figure: along the path at the series' own pace, never back, in whole pieces."""
    wobble = Decimal(dice.randint(94, 106)) / 100
    value = one.baseline + (expected - one.baseline) * factor * wobble
    step = Decimal(1) if one.whole else Decimal("0.1")
    if one.goal >= 1_000_000:
        step = Decimal(100_000)
    reached = max(previous, (value / step).to_integral_value(ROUND_DOWN) * step)
    return reached if one.ceiling is None else min(reached, one.ceiling)


def _narrative(
    story: dict[str, Any],
    mood: str,
    one: Series,
    value: Decimal,
    delta: Decimal,
    dice: random.Random,
) -> str:
    text: str = dice.choice(story["narratives"][mood])
    fills = {
        "{n}": str(dice.randint(1, 6)),
        "{value}{word}": _quantity(value, one.word),
        "{delta}{word}": _quantity(max(delta, Decimal(0)), one.word),
    }
    for mark, fill in fills.items():
        text = text.replace(mark, fill)
    return text


def _quantity(value: Decimal, word: str) -> str:
    """A figure as people write it: 5.8亿元, 3万平方米, 412名."""
    for size, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if word in ("元", "平方米") and value >= size:
            return f"{(value / size).quantize(Decimal('0.01')).normalize():f}{name}{word}"
    return f"{value.normalize():f}{word}"
