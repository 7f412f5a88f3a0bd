"""What a path of milestones has to keep to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from yingcai.plan.fields import LIMIT, number_text
from yingcai.plan.models import Target

Point = tuple[date, Decimal]


def path_problems(
    target: Target, points: Sequence[Point], *, goal: Decimal, falling_is_meant: bool
) -> list[str]:
    """Everything wrong with ``points`` as a path of ``target`` to ``goal``, in the order of dates."""
    days = [day for day, _value in points]
    found = [
        _("节点 %(day)s 不在目标的起止日期（%(first)s 至 %(last)s）之内。")
        % {"day": day, "first": target.starts_on, "last": target.due_on}
        for day in days
        if not target.starts_on <= day <= target.due_on
    ]
    found += [
        _("日期 %(day)s 出现了两次，请保留一个。") % {"day": day}
        for day in sorted({day for day in days if days.count(day) > 1})
    ]
    if not all(value.is_finite() and 0 <= value < LIMIT for _day, value in points):
        return [*found, _("节点的数值请填不小于 0 的数。")]
    if days != sorted(days):
        found.append(_("节点请按日期先后排列。"))
    last = dict(points).get(target.due_on)
    if last is not None and last != goal:
        found.append(_("截止日的数值应等于目标 %(goal)s。") % {"goal": number_text(goal)})
    if not falling_is_meant:
        found += _turning_back(target, points, goal)
    return found


def _turning_back(target: Target, points: Sequence[Point], goal: Decimal) -> list[str]:
    """Places where the path runs away from the goal; a yearly path starts anew each January."""
    first = (target.starts_on, target.baseline_value)
    rising = goal >= target.baseline_value
    yearly = target.course == Target.Course.YEARLY
    whole = [*([] if yearly else [first]), *points]
    if points and points[-1][0] < target.due_on and not yearly:
        whole.append((target.due_on, goal))
    found = []
    for (day, before), (next_day, after) in pairwise(whole):
        anew = yearly and day.year != next_day.year
        back = after < before if rising else after > before
        if back and not anew:
            found.append(
                _(
                    "%(day)s 的数值 %(after)s 比 %(earlier)s 的 %(before)s 倒退了；确需如此请勾选“允许回落”。"
                )
                % {
                    "day": next_day,
                    "after": number_text(after),
                    "earlier": day,
                    "before": number_text(before),
                }
            )
    return found
