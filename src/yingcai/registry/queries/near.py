"""Who stands in a relation to whom: the subjects next to some others, over a span of days."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q

from yingcai.registry.queries.merged import kept_ids, members_of_ids
from yingcai.registry.queries.scope import relations_known

Ids = frozenset[int]


def kept_now(ids: Any) -> Ids:
    """The numbers of the subjects that some subjects are now."""
    return frozenset(row["now_is"] for row in kept_ids(ids))


def next_to(ids: Ids, kinds: Collection[str] | None, *, since: date, on: date) -> Ids:
    """Who stood in a relation to some subjects, on either side of it, on some day of a span. No kinds: any."""
    not_over = Q(ends_on=None) | Q(ends_on__gte=since)
    rows = relations_known().filter(not_over, starts_on__lte=on)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    own = list(members_of_ids(ids).values_list("pk", flat=True))
    there = rows.filter(subject__in=own).values_list("other_id", flat=True)
    back = rows.filter(other__in=own).values_list("subject_id", flat=True)
    return kept_now([*there, *back])
