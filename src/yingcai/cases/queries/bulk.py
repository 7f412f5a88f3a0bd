"""Runs of one move for several cases: those of a login, those that wait to be worked on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Sum

from yingcai.cases.models import BulkItem, BulkRun

if TYPE_CHECKING:
    from yingcai.identity.models import User


def own_run(user: "User", handle: UUID) -> BulkRun | None:
    """A run that a login started; nobody else's."""
    return BulkRun.objects.filter(handle=handle, actor_id=user.pk).select_related("actor").first()


def open_runs(user: "User | None" = None) -> list[BulkRun]:
    """The runs that are not over, the oldest first; of one login, or of all."""
    rows = BulkRun.objects.filter(ended_at=None).select_related("actor").order_by("id")
    return list(rows if user is None else rows.filter(actor_id=user.pk))


PAGE = 100


@dataclass(frozen=True)
class Effect:
    """How many cases a move leads to a stage, and with what sum in fen (None: no money)."""

    to_stage: str
    many: int
    sum: int | None


def items_of(run: BulkRun, *, after: int = 0, left: bool = False) -> tuple[list[BulkItem], int]:
    """A page of a run's cases with their subjects, and where the next begins (0 at the end); ``left``: only those."""
    rows = run.items.filter(pk__gt=after).select_related("case__subject").order_by("id")
    found = list((rows.filter(state=BulkItem.State.LEFT) if left else rows)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def counts_of(run: BulkRun) -> dict[str, int]:
    """How many cases of a run are in each state."""
    return dict(run.items.order_by().values_list("state").annotate(many=Count("pk")))


def effects_of(run: BulkRun) -> list[Effect]:
    """What a run does, or did, by the stage to which the cases go."""
    rows = run.items.exclude(state=BulkItem.State.LEFT).exclude(to_stage="").order_by("to_stage")
    grouped = rows.values_list("to_stage").annotate(many=Count("pk"), sum=Sum("amount"))
    return [Effect(*row) for row in grouped]


def said_in(run: BulkRun) -> BulkItem | None:
    """A line of a run, with whose key what was written can be read."""
    return run.items.select_related("case__subject").order_by("id").first()
