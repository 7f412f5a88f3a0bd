"""Finding subjects by filters, and writing down about whom the answer says something."""

from datetime import datetime

from yingcai.audit.actions import record
from yingcai.registry.actions.looking import not_too_often, note_looks
from yingcai.registry.models import FacetEntry, Subject
from yingcai.registry.queries.filters import Filters, check_filters, matching
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import PAGE, Found, Place, find
from yingcai.registry.vocabulary import vocabulary

SEARCHED = "facet.searched"


def find_subjects(
    scope: Scope, filters: Filters, *, after: Place | None = None, now: datetime
) -> Found:
    """A page of the subjects that fit; looks name the facts that were asked for.

    Where the conditions beside personal facts leave no more than a page, the answer speaks about each of
    these people, shown or not: all of them get a look, the search an audit row, and there is a limit a minute.
    Raises: InvalidFilter, TooMany.
    """
    check_filters(scope, filters)
    words = vocabulary().facts
    personal = [name for name, _ in filters.facets if words[name].sealed]
    asked = _asked(scope, filters, personal, now) if personal and after is None else []
    found = find(scope, filters, after=after)
    note_looks(scope, found.rows, ["name", *(name for name, _ in filters.facets)], now=now)
    shown = {row.pk for row in found.rows}
    note_looks(scope, [row for row in asked if row.pk not in shown], personal, now=now)
    return found


def _asked(scope: Scope, filters: Filters, personal: list[str], now: datetime) -> list[Subject]:
    """The few about whom the answer will speak whether they are shown or not; none where they are many."""
    rows = list(matching(scope, filters.broad)[: PAGE + 1])
    people = [row for row in rows if row.kind == Subject.Kind.PERSON]
    if len(rows) > PAGE or not people:
        return []
    not_too_often(SEARCHED, scope.user, now)
    details = {"facts": personal, "people": len(people)}
    record(SEARCHED, FacetEntry, actor=scope.user, details=details, at=now)
    return people
