"""Finding and counting subjects by conditions, and writing down about whom the answer says something."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from yingcai.audit.actions import record
from yingcai.registry.actions.looking import not_too_often, note_looks
from yingcai.registry.models import FacetEntry, Subject
from yingcai.registry.queries.filters import Filters, Met, check_filters, met_by
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import PAGE, Found, Place, find
from yingcai.registry.vocabulary import vocabulary


def find_subjects(
    scope: Scope, filters: Filters, *, after: Place | None = None, now: datetime
) -> Found:
    """A page of the subjects that fit; looks name the facts that were asked for.

    Raises: InvalidFilter, TooMany (see `asked_about`).
    """
    names = [name for name, _ in filters.facets]
    some = PAGE + 1 if after is None and personal_among(names) else 0
    met = met_by(scope, filters, broad=some)
    asked = _few_asked(scope, filters, met, now) if some else []
    found = find(scope, filters, after=after, met=met)
    note_looks(scope, found.rows, ["name", *names], now=now)
    shown = {row.pk for row in found.rows}
    others = [row for row in asked if row.pk not in shown]
    note_looks(scope, others, personal_among(names), now=now)
    return found


def note_counted(
    scope: Scope, filters: Filters, subjects: QuerySet[Subject], names: Sequence[str], now: datetime
) -> None:
    """A count of few people says something about each of them: looks name the facts that are counted by.

    Raises: InvalidFilter, TooMany (see `asked_about`).
    """
    asked = asked_about(scope, filters, now=now)
    note_looks(scope, asked, personal_among(name for name, _ in filters.facets), now=now)
    personal = personal_among(names)
    rows = list(subjects[: PAGE + 1]) if personal else []
    if len(rows) <= PAGE:
        note_looks(scope, rows, personal, now=now)


def asked_about(scope: Scope, filters: Filters, *, now: datetime) -> list[Subject]:
    """The few people about whom the answer will speak, whether it shows them or not; none where they are many.

    Where the conditions beside personal facts leave no more than a page, a no is an answer about each of
    them, too. Such a search leaves an audit row, and there is a limit a minute.
    Raises: InvalidFilter, TooMany.
    """
    if not personal_among(name for name, _ in filters.facets):
        check_filters(scope, filters)
        return []
    return _few_asked(scope, filters, met_by(scope, filters, broad=PAGE + 1), now)


def _few_asked(scope: Scope, filters: Filters, met: Met, now: datetime) -> list[Subject]:
    if len(met.broad) > PAGE or not met.broad:
        return []
    people = list(Subject.objects.filter(pk__in=met.broad, kind=Subject.Kind.PERSON))
    if not people:
        return []
    personal = personal_among(name for name, _ in filters.facets)
    not_too_often("facet.searched", scope.user, now)
    details = {"facts": personal, "people": len(people)}
    record("facet.searched", FacetEntry, actor=scope.user, details=details, at=now)
    return people


def personal_among(names: Iterable[str]) -> list[str]:
    """Those facts whose values are sealed."""
    words = vocabulary().facts
    return [name for name in names if name in words and words[name].sealed]
