"""The product's one clock. Actions never call it; views, APIs and commands pass its answer down."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The moment, in UTC; with ``YINGCAI_TODAY`` set, that day at the present time of day."""
    real = machine_now()
    pinned: date | None = settings.YINGCAI_TODAY
    if pinned is None:
        return real
    local = real.astimezone(SHANGHAI)
    return datetime.combine(pinned, time(local.hour, local.minute, local.second), SHANGHAI)


def today() -> date:
    """The day it is in the city (Asia/Shanghai), or the day set by ``YINGCAI_TODAY``."""
    return day_of(now())


def yesterday() -> date:
    """The last day that is over in the city."""
    return today() - timedelta(days=1)


def day_of(moment: datetime) -> date:
    """The day in the city on which ``moment`` falls."""
    return moment.astimezone(SHANGHAI).date()


def machine_now() -> datetime:
    """The machine's own time in UTC, for sessions, lock-outs and the age of passwords.

    A demonstration's date must not make a password old or a lock endless.
    """
    return timezone.now()
