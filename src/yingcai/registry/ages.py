"""How old somebody is by the resident identity number; of somebody without one it is not known."""

from datetime import date, timedelta

from yingcai.engine.identifiers import birth_of
from yingcai.registry.models import Identifier, Subject
from yingcai.registry.queries.merged import members
from yingcai.registry.sealed import unsealed

ALONE_FROM = 14  # years of age from which one agrees oneself; PIPL art. 31


def is_child(subject: Subject, on: date) -> bool:
    """Whether a number says that the person is under fourteen (PIPL art. 31)."""
    last = last_day_as_child(subject)
    return last is not None and on <= last


def last_day_as_child(subject: Subject) -> date | None:
    """The day before the fourteenth birthday; the latest one where numbers differ."""
    rows = Identifier.objects.filter(
        subject__in=members([subject]), kind="resident-id", retired_at=None
    ).select_related("subject")
    days = []
    for row in rows:
        number = unsealed(row.subject, f"identifier/{row.kind}", bytes(row.sealed)).plain
        born = birth_of(number)
        if born is not None:
            days.append(fourteenth_birthday(born) - timedelta(days=1))
    return max(days, default=None)


def fourteenth_birthday(born: date) -> date:
    """Of who was born on 29 February the first of March, for fourteen years later there is no such day."""
    try:
        return born.replace(year=born.year + ALONE_FROM)
    except ValueError:
        return date(born.year + ALONE_FROM, 3, 1)
