"""The day that a command is run for."""

from datetime import date, datetime, time

from django.core.management.base import CommandError, CommandParser

from yingcai.audit import clock


def add_day(parser: CommandParser) -> None:
    """The option ``--on``; without it today."""
    parser.add_argument("--on", default=None, help="日期，如 2018-06-02；默认为今天")


def day_of(text: str | None) -> date:
    """Raises: CommandError for what is no day."""
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2018-06-02 的样子") from error


def moment(on: date) -> datetime:
    """Now, or on another day its noon."""
    now = clock.now()
    return now if clock.day_of(now) == on else datetime.combine(on, time(12), clock.SHANGHAI)
