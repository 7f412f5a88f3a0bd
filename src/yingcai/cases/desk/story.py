"""What happened in a case: acts with their words, what the applicant was told, clocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from yingcai.cases.models import Case
from yingcai.cases.queries.flows import Flow, stages_of
from yingcai.cases.queries.guides import capital, in_language
from yingcai.cases.queries.rule_book import language
from yingcai.cases.sealed import ACT, NOTICE, Opened
from yingcai.engine.workflow.state import State
from yingcai.engine.workflow.terms import Term, stage_term, whole_term
from yingcai.engine.workflow.words import MOVE_WORDS, days_words
from yingcai.identity.queries import names_behind


@dataclass(frozen=True)
class Deed:
    """One act as it is read. ``who`` empty: the program."""

    at: datetime
    who: str
    words: str
    stage: str
    to: str
    reason: str
    items: tuple[str, ...]
    person: str


@dataclass(frozen=True)
class Sent:
    """What the applicant was told, and whether he has read it."""

    kind: str
    at: datetime
    words: str
    lines: tuple[str, ...]
    read_at: datetime | None


@dataclass(frozen=True)
class Clock:
    """A term in words. ``due_on`` empty: it stands still. ``presumed``: holidays on the way are not known."""

    label: str
    days: str
    spent: str
    due_on: date | None
    presumed: bool
    over: bool


def deeds_of(case: Case, flow: Flow, opened: Opened) -> list[Deed]:
    """Every act, the oldest first."""
    rows = list(case.acts.select_related("actor").order_by("number"))
    said = [opened(ACT, row.sealed) for row in rows]
    names = names_behind({one["person"] for one in said if one["person"]})
    stages = stages_of(case)
    return [
        Deed(
            at=row.at,
            who=str(row.actor) if row.actor else "",
            words=move_words(row.move),
            stage=in_language(stages[row.from_stage].words),
            to=in_language(stages[row.to_stage].words) if row.to_stage != row.from_stage else "",
            reason=_reason(flow, one["reason"]),
            items=tuple(one["items"]),
            person=names.get(one["person"], ""),
        )
        for row, one in zip(rows, said, strict=True)
    ]


def move_words(name: str) -> str:
    """A move as a button or a line begins with it."""
    return capital(MOVE_WORDS[name][language() == "en"])


def _reason(flow: Flow, reason: str) -> str:
    """What was written, or the name of one of the workflow's reasons for stopping the clock."""
    named = flow.workflow.pause_reasons.get(reason)
    return in_language(named) if named else reason


def sent_of(case: Case, flow: Flow, opened: Opened) -> list[Sent]:
    """Every notice, the newest first."""
    return [
        Sent(
            row.kind,
            row.at,
            row.get_kind_display(),
            tuple(_lines(flow, opened(f"{NOTICE}/{row.kind}/{row.act}", row.sealed))),
            row.read_at,
        )
        for row in case.notices.order_by("-id")
    ]


def _lines(flow: Flow, said: Mapping[str, object] | None) -> Iterator[str]:
    for name in ("items", "reasons"):
        found = (said or {}).get(name)
        if isinstance(found, Sequence) and not isinstance(found, str):
            yield from (in_language(one) if isinstance(one, dict) else str(one) for one in found)
    reason = (said or {}).get("reason")
    if reason:
        yield _reason(flow, str(reason))


def clocks_of(flow: Flow, state: State, on: date) -> list[Clock]:
    """The term of the stage and that of the whole, as far as there are any."""
    stage = stage_term(flow.workflow, state, flow.calendar, on)
    whole = whole_term(flow.workflow, state, flow.calendar, on)
    found = [(_("本环节"), stage), (_("全程"), whole)]
    return [_clock(label, term) for label, term in found if term]


def _clock(label: str, term: Term) -> Clock:
    tongue = language()
    return Clock(
        label,
        days_words(term.days, tongue),
        days_words(term.spent, tongue),
        term.due.on if term.due else None,
        term.due.presumed if term.due else False,
        bool(term.due) and term.over > 0,
    )


def stills_of(flow: Flow, state: State) -> list[tuple[str, date, date | None]]:
    """Why the clock of the whole stood still, since when, until when."""
    stages = flow.workflow.by_name
    return [
        (
            in_language(stages[one.reason].words)
            if one.reason in stages
            else _reason(flow, one.reason),
            one.since,
            one.until,
        )
        for one in state.standstills
    ]


def told_items(state: State, stage: str) -> tuple[str, ...]:
    """What this stage has asked for already: nothing is added to it later."""
    return next((one.items for one in state.notices if one.stage == stage), ())
