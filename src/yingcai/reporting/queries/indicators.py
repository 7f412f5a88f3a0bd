"""Where targets stand: paths, values over months, what a light rests on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

from yingcai.engine.indicators import FOUR_PLACES, Path, path_of, step_path
from yingcai.reporting.figures import is_counted

if TYPE_CHECKING:
    from yingcai.plan.models import Target

Course = Literal["cumulative", "yearly", "level"]


def course_of(target: "Target") -> Course:
    return cast("Course", str(target.course))


def line_baseline(target: "Target", share: Decimal | None) -> Decimal:
    """Where the count begins: zero for yearly targets; a share begins at its part of a count."""
    if target.course == "yearly" or not target.baseline_value:
        return Decimal(0)
    if share is None or target.course == "level" or not target.value:
        return target.baseline_value
    return (target.baseline_value * share / target.value).quantize(FOUR_PLACES)


def line_path(
    target: "Target", unit_id: int | None, goal: Decimal, baseline: Decimal, *, on: date
) -> Path:
    """The path of ``target`` for the city (``unit_id`` None) or one unit, as it counts on ``on``.

    A unit without milestones of its own follows the city's in proportion to its share. A document
    without milestones is expected on its due day, not before.
    """
    own = [
        (point.due_on, point.value) for point in target.milestones.all() if point.unit_id == unit_id
    ]
    if not own and unit_id is not None and target.value:
        own = [
            (point.due_on, point.value * goal / target.value)
            for point in target.milestones.all()
            if point.unit_id is None
        ]
    if target.kind == "document" and not own:
        return step_path(target.starts_on, target.due_on, baseline, goal)
    path = path_of(
        course_of(target),
        on=on,
        starts_on=target.starts_on,
        due_on=target.due_on,
        baseline=baseline,
        goal=goal,
        milestones=own,
    )
    return replace(path, whole=is_counted(target))
