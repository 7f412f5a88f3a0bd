"""Calls of programmes, and the cases that belong to each."""

from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from yingcai.audit import clock
from yingcai.cases.models import Call, Case, Panel
from yingcai.cases.queries.rule_book import RuleBook
from yingcai.engine.packs.panels import panel_stage

PAGE = 40
MOST_ON_GUIDE = 5


def panelled(book: RuleBook) -> list[str]:
    """The programmes whose cases a panel scores."""
    return [
        name
        for name, one in book.pack.programmes.items()
        if "workflow" in one and panel_stage(book.pack, one["workflow"])
    ]


def calls_of(programme: str) -> list[Call]:
    """The last calls of a programme with their panels, for everybody."""
    rows = Call.objects.filter(programme=programme).prefetch_related("panels")
    return list(rows[:MOST_ON_GUIDE])


def calls(after: tuple[date, int] | None = None) -> tuple[list[Call], tuple[date, int] | None]:
    """Calls, the newest first, and where the next page begins."""
    rows = Call.objects.prefetch_related("panels")
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(opens_on__lt=day) | Q(opens_on=day, pk__lt=pk))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], (last.opens_on, last.pk) if last else None


def cases_of(call: Call) -> QuerySet[Case]:
    """The cases that were handed in from the call's first through its last day."""
    first, last = _start(call.opens_on), _end(call.closes_on)
    return Case.objects.filter(
        programme=call.programme, submitted_at__gte=first, submitted_at__lte=last
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.SHANGHAI)


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=clock.SHANGHAI)


def waiting_for_panel(call: Call, stage: str) -> QuerySet[Case]:
    """The cases of a call that stand in its scored stage and are before no panel that is not over."""
    open_panels = Panel.objects.exclude(state=Panel.State.CONCLUDED)
    rows = cases_of(call).filter(status=Case.Status.RUNNING, stage=stage)
    return rows.exclude(panels__panel__in=open_panels).order_by("id")
