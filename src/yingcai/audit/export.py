"""The sealed audit as a file that can be verified without this program: JSON, one thing a line.

{"audit_export": 1, …}            which positions, made when, the link before them
{"root": {…}}                     every root, oldest first
{"link": {…}, "event": {…}}       each link with its row; null where the row is gone
{"event": {…}}                    rows that no link seals yet
{"end": {…}}                      how many of each, so that a file that broke off is noticed
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet

from yingcai.audit.canonical import START, moment
from yingcai.audit.models import Event, Root
from yingcai.audit.queries import midnight, newest_link
from yingcai.audit.rows import not_in_chain, root_rows, sealed_rows, unsealed_rows


@dataclass(frozen=True)
class Span:
    """What an export holds: positions, all without a gap, and the unsealed rows of the same days.

    The positions reach from root to root, so that both ends can be compared with published ones.
    """

    first: int
    last: int
    newest: int
    newest_event: int
    since: date | None
    until: date | None

    @property
    def rows(self) -> int:
        return self.last - self.first + 1


def span_of(since: date | None, until: date | None) -> Span:
    """The positions that hold every sealed row of these days (both included; None: from or to the end)."""
    link = newest_link()
    newest = link.position if link else 0
    first: int | None = 1
    last: int | None = newest
    if since or until:
        found = _on_days(Event.objects.all(), since, until)
        ends = found.aggregate(low=Min("link__position"), high=Max("link__position"))
        first, last = (ends["low"] if since else 1), (ends["high"] if until else newest)
    if first is None or last is None:
        first, last = 1, 0
    elif since or until:
        first, last = _from_root_to_root(first, last)
    top = Event.objects.aggregate(top=Max("id"))["top"] or 0
    return Span(first, min(last, newest), newest, top, since, until)


def _from_root_to_root(first: int, last: int) -> tuple[int, int]:
    before = Root.objects.filter(position__lt=first).order_by("-position")[:1]
    behind = Root.objects.filter(position__gte=last).order_by("position")[:1]
    starts = [position + 1 for position in before.values_list("position", flat=True)]
    ends = list(behind.values_list("position", flat=True))
    return (starts or [1])[0], (ends or [last])[0]


def export_lines(span: Span, *, now: datetime) -> Iterator[str]:
    """The lines of the file, each with its line break; rows are read a batch at a time."""
    links = unsealed = roots = 0
    yield _line({"audit_export": 1, **_head(span, now)})
    for root in root_rows():
        yield _line({"root": root})
        roots += 1
    for link, row in sealed_rows(span.first, span.last):
        yield _line({"link": link, "event": row._asdict() if row else None})
        links += 1
    left = Event.objects.filter(not_in_chain(span.newest), id__lte=span.newest_event)
    for row in unsealed_rows(_on_days(left, span.since, span.until)):
        yield _line({"event": row._asdict()})
        unsealed += 1
    yield _line({"end": {"links": links, "unsealed": unsealed, "roots": roots}})


def _head(span: Span, now: datetime) -> dict[str, Any]:
    before = None
    links = [link for link, _row in sealed_rows(max(span.first - 2, 1), span.first - 1)]
    if links:
        previous = links[0]["chain"] if len(links) > 1 else START
        before = {**links[-1], "previous": previous}
    return {
        "made_at": moment(now),
        "from": span.since.isoformat() if span.since else None,
        "to": span.until.isoformat() if span.until else None,
        "first": span.first,
        "last": span.last,
        "newest": span.newest,
        "before": before,
    }


def _on_days(events: QuerySet[Event], since: date | None, until: date | None) -> QuerySet[Event]:
    if since:
        events = events.filter(at__gte=midnight(since))
    if until:
        events = events.filter(at__lt=midnight(until + timedelta(days=1)))
    return events


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), default=str) + "\n"
