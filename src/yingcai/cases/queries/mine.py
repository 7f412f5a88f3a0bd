"""我的事项: the cases of whoever a login applies for, the newest first. Keyset-paged."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from yingcai.cases.models import Case, CaseTask
from yingcai.cases.queries.flows import in_correction
from yingcai.cases.queries.scope import DRAFTS, own_cases
from yingcai.registry.queries.scope import SELF, mandates_on

if TYPE_CHECKING:
    from yingcai.identity.models import User

PAGE = 20


@dataclass(frozen=True)
class Mine:
    """``waiting``: drafts and what waits for a confirmation, ``turn``: what waits for what was missing, both on the
    first page; ``next``: None at the end.

    ``others``: those about somebody else than the person who is signed in.
    """

    waiting: list[Case]
    turn: list[Case]
    rows: list[Case]
    next: int | None
    others: list[Case]


def my_cases(user: "User", on: date, *, before: int | None = None) -> Mine:
    """A page of one's cases."""
    oneself = mandates_on(user, on).filter(kind=SELF, subject=OuterRef("subject"))
    rows: QuerySet[Any] = (
        own_cases(user, on).annotate(about_oneself=Exists(oneself)).order_by("-id")
    )
    waiting = list(rows.filter(status__in=DRAFTS)[:PAGE]) if before is None else []
    rows = rows.exclude(status__in=DRAFTS)
    turn = _sent_back(rows)
    rows = rows.exclude(pk__in=[row.pk for row in turn])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1].pk if len(found) > PAGE else None
    turn = turn if before is None else []
    shown = [*waiting, *turn, *found[:PAGE]]
    others = [row for row in shown if not row.about_oneself]
    return Mine(waiting, turn, found[:PAGE], last, others)


def _sent_back(rows: QuerySet[Any]) -> list[Any]:
    """Those that wait for the applicant: no voice of the staff is open then. Raises: PackNotKept."""
    staff = CaseTask.objects.filter(case=OuterRef("pk"))
    still = rows.filter(~Exists(staff), status=Case.Status.RUNNING)[:PAGE]
    return [row for row in still if in_correction(row)]


def own_subjects(user: "User", on: date) -> frozenset[int]:
    """The rows of the persons whom a login is."""
    held = mandates_on(user, on).filter(kind=SELF)
    return frozenset(held.values_list("subject_id", flat=True))
