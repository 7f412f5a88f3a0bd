"""What the dated commands share: the day, and a moment of it."""

from datetime import date, datetime, time

from django.core.management.base import CommandError, CommandParser

from yingcai.audit import clock


def add_day(parser: CommandParser) -> None:
    parser.add_argument("--on", type=day, default=None, help="日期，如 2018-06-02；默认为今天")


def day(text: str) -> date:
    """A day written 2018-06-02. Raises: CommandError with the way out."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2018-06-02 的样子") from error


def moment_of(on: date) -> datetime:
    """Now, or on another day its noon."""
    now = clock.now()
    return now if clock.day_of(now) == on else datetime.combine(on, time(12), clock.SHANGHAI)
