"""What the dated commands share: the day, and the plan in force."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.management.base import CommandError, CommandParser

from yingcai.plan.queries import current_plan

if TYPE_CHECKING:
    from yingcai.plan.models import Plan


def add_day(parser: CommandParser) -> None:
    parser.add_argument("--on", type=day, default=None, help="日期，如 2018-06-02；默认为今天")


def day(text: str) -> date:
    """A day written 2018-06-02. Raises: CommandError with the way out."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2018-06-02 的样子") from error


def plan_in_force() -> "Plan":
    plan = current_plan()
    if plan is None:
        raise CommandError("还没有已发布的计划，请先在“行动计划”中确认并发布")
    return plan
