"""What is owed for awards: in words, whose it is, who confirms it, what waits and what is overdue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yingcai.cases.models import Case, CaseFile, Obligation, ObligationAct
from yingcai.cases.queries.flows import book_of_case, details_of
from yingcai.cases.queries.guides import in_language, teller
from yingcai.cases.queries.scope import Asker, desk_cases, own_cases
from yingcai.cases.queries.seats import Held, held_seats, holds
from yingcai.cases.queries.story import title_of
from yingcai.cases.sealed import FILE, taken_all
from yingcai.engine.workflow.model import Seat

if TYPE_CHECKING:
    from yingcai.identity.models import User

PAGE = 40
State = Obligation.State
WAITING = (State.OPEN, State.REPORTED, State.LACKING)
SAID = "obligation"  # the field under which words are sealed
TONES: Mapping[str, str] = {
    State.OPEN: "info",
    State.REPORTED: "warn",
    State.LACKING: "warn",
    State.MET: "ok",
    State.UNMET: "bad",
    State.ENDED: "muted",
}
SHOWN = ("reported", "overdue", "open", "settled")  # the lists of the desk


@dataclass(frozen=True)
class Owed:
    """A row in words. ``late``: its day is past and nobody has reported; ``sample``: no known rule."""

    row: Obligation
    case: Case
    title: str
    words: str
    clause: str
    tone: str
    late: bool
    sample: bool


@dataclass(frozen=True)
class Spoken:
    """An act with what was written, the values that facts showed, and the files that came with it."""

    act: ObligationAct
    text: str
    values: tuple[str, ...]


def case_of(row: Obligation) -> Case:
    return row.award.case


def form_of(row: Obligation) -> dict[str, Any]:
    """The entry of the programme. Raises: PackNotKept."""
    forms = details_of(case_of(row)).get("obligations", [])
    return next((one for one in forms if one["id"] == row.name), {"zh": row.name, "en": row.name})


def owed(row: Obligation, on: date) -> Owed:
    case, form = case_of(row), form_of(row)
    source = form.get("source") or details_of(case).get("source", "")
    return Owed(
        row,
        case,
        title_of(case),
        in_language(form),
        teller(book_of_case(case)).clause(source) if source else "",
        TONES[row.state],
        row.due_on < on and row.state in (State.OPEN, State.LACKING),
        form.get("status") == "sample",
    )


def _rows() -> QuerySet[Obligation]:
    return Obligation.objects.select_related(
        "award__case__subject", "award__case__lead", "award__case__county", "award__case__applicant"
    )


def own_obligations(user: Asker, on: date) -> QuerySet[Obligation]:
    """Those of whoever a login may act for, what is due first."""
    return _rows().filter(award__case__in=own_cases(user, on)).order_by("due_on", "id")


def own_obligation(user: Asker, handle: UUID, on: date) -> Obligation | None:
    return own_obligations(user, on).filter(handle=handle).first()


def desk_obligations(user: Asker, on: date, held: Held | None = None) -> QuerySet[Obligation]:
    """Those of the cases that somebody may see for his office."""
    return _rows().filter(award__case__in=desk_cases(user, on, held)).order_by("due_on", "id")


def desk_obligation(
    user: Asker, handle: UUID, on: date, held: Held | None = None
) -> Obligation | None:
    return desk_obligations(user, on, held).filter(handle=handle).first()


def listed(rows: QuerySet[Obligation], which: str, on: date) -> QuerySet[Obligation]:
    """One of the lists of the desk."""
    late = Q(state__in=[State.OPEN, State.LACKING], due_on__lt=on)
    chosen: Mapping[str, Q] = {
        "reported": Q(state=State.REPORTED),
        "overdue": late,
        "open": Q(state__in=[State.OPEN, State.LACKING]) & ~late,
        "settled": ~Q(state__in=WAITING),
    }
    return rows.filter(chosen[which])


def tallies(rows: QuerySet[Obligation], on: date) -> dict[str, int]:
    """How many stand in each list."""
    return {which: listed(rows, which, on).count() for which in SHOWN}


def page_of(
    rows: QuerySet[Obligation], after: tuple[date, int] | None
) -> tuple[list[Obligation], tuple[date, int] | None]:
    """A page from a place on, and where the next one begins (None at the end)."""
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], (last.due_on, last.pk) if last else None


def checks_as(user: "User", case: Case, on: date, held: Held | None = None) -> bool:
    """Whether a login holds a seat that checks what is owed: an officer or the head of the lead unit."""
    held = held_seats(user, on) if held is None else held
    return any(holds(held, Seat(role, case.lead.code)) for role in ("officer", "head"))


def spoken(row: Obligation) -> list[Spoken]:
    """What was said of it, the newest first. Raises: Erased, NotSealed."""
    acts = list(row.acts.select_related("actor").order_by("-number"))
    said = taken_all(
        case_of(row), [(f"{SAID}/{row.handle}/{one.number}", one.sealed) for one in acts]
    )
    return [
        Spoken(act, str(one.get("text", "")), tuple(one.get("values", ())))
        for act, one in zip(acts, said, strict=True)
    ]


def brought_for(row: Obligation) -> list[tuple[CaseFile, str]]:
    """The files that came to report on it, with their names. Raises: Erased, NotSealed."""
    files = list(row.files.filter(removed_at=None).order_by("id"))
    names = taken_all(case_of(row), [(f"{FILE}/{one.stored_as}", one.sealed_name) for one in files])
    return [(one, str(name or "")) for one, name in zip(files, names, strict=True)]


def settled_words(row: Obligation) -> tuple[datetime | None, bool]:
    """When it was settled, and whether the facts alone did it."""
    return row.settled_at, row.settled_at is not None and row.settled_by_id is None
