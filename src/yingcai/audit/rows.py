"""Audit rows as they are sealed and exported: every column, in the one written form.

The columns are read as the database's own text where Django would refuse a value: what somebody wrote past
the application must be sealed or shown as it is and must stop nobody.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField
from django.db.models.functions import Cast

from yingcai.audit.canonical import RootFields, Row, written_details, written_moment
from yingcai.audit.models import Event, Link, Root

BATCH = 2_000
ROOT_FIELDS = RootFields._fields


class Moment(Func):
    """A moment as text: on PostgreSQL already in our form, on SQLite as it was stored."""

    output_field = TextField()
    template = "CAST(%(expressions)s AS text)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = (
            """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        )
        return self.as_sql(compiler, connection, template=template, **context)


class Day(Func):
    """A day as text, 2018-06-08."""

    output_field = TextField()
    template = "CAST(%(expressions)s AS text)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM-DD')", **context
        )


def unsealed(*, after: int = 0) -> QuerySet[Event]:
    """The rows behind number ``after`` that have no link."""
    return Event.objects.filter(link=None, id__gt=after).order_by("id")


def read_rows(events: QuerySet[Event]) -> list[Row]:
    """The rows of ``events`` in the one written form."""
    found = events.annotate(
        at_text=Moment(F("at")),
        written_text=Moment(F("written_at")),
        details_text=Cast("details", TextField()),
    ).values_list(
        "id",
        "at_text",
        "written_text",
        "actor_id",
        "action",
        "object_type",
        "object_id",
        "details_text",
        "request_id",
    )
    return [
        Row(
            number,
            written_moment(at),
            written_moment(written_at),
            actor,
            action,
            object_type,
            object_id,
            written_details(details),
            request,
        )
        for number, at, written_at, actor, action, object_type, object_id, details, request in found
    ]


def sealed_rows(first: int, last: int) -> Iterator[tuple[dict[str, Any], Row | None]]:
    """Each link of these positions as plain values with its row; ``None`` where the row is gone."""
    columns = ("position", "event_id", "profile", "key", "sealed_text", "chain", "seal")
    while first <= last:
        until = min(first + BATCH - 1, last)
        links = Link.objects.filter(position__range=(first, until)).order_by("position")
        inside = Event.objects.filter(link__position__range=(first, until))
        rows = {row.id: row for row in read_rows(inside.order_by())}
        for values in links.annotate(sealed_text=Moment(F("sealed_at"))).values_list(*columns):
            yield link_values(*values), rows.get(values[1])
        first = until + 1


def unsealed_rows(events: QuerySet[Event]) -> Iterator[Row]:
    """The rows of ``events`` a batch at a time, in the order of their numbers."""
    last = 0
    while rows := read_rows(events.filter(id__gt=last).order_by("id")[:BATCH]):
        yield from rows
        last = rows[-1].id


def root_rows() -> Iterator[dict[str, Any]]:
    """Every root as files show it, oldest first."""
    roots = Root.objects.annotate(day_text=Day(F("day")), made_text=Moment(F("made_at")))
    columns = ["number", "day_text", "position", "chain", "links", "previous", "profile", "key"]
    names = [*ROOT_FIELDS, "digest", "seal"]
    for values in roots.order_by("number").values_list(*columns, "made_text", "digest", "seal"):
        root = dict(zip(names, values, strict=True))
        yield {**root, "made_at": written_moment(root["made_at"])}


def link_values(
    position: Any, event: Any, profile: Any, key: Any, sealed_at: Any, chain: Any, seal: Any
) -> dict[str, Any]:
    """A link as a file shows it."""
    return {
        "position": position,
        "event": event,
        "profile": profile,
        "key": key,
        "sealed_at": written_moment(sealed_at),
        "chain": chain,
        "seal": seal,
    }


def not_in_chain(until: int) -> Q:
    """Rows that no link up to position ``until`` seals."""
    return Q(link=None) | Q(link__position__gt=until)
