"""Runs of one move for several cases: those of a login, those that wait to be worked on."""

from typing import TYPE_CHECKING
from uuid import UUID

from yingcai.cases.bulk_models import BulkItem, BulkRun

if TYPE_CHECKING:
    from yingcai.identity.models import User


def own_run(user: "User", handle: UUID) -> BulkRun | None:
    """A run that a login started; nobody else's."""
    return BulkRun.objects.filter(handle=handle, actor_id=user.pk).select_related("actor").first()


def open_runs(user: "User | None" = None) -> list[BulkRun]:
    """The runs that are not over, the oldest first; of one login, or of all."""
    rows = BulkRun.objects.filter(ended_at=None).select_related("actor").order_by("id")
    return list(rows if user is None else rows.filter(actor_id=user.pk))


def items_of(run: BulkRun) -> list[BulkItem]:
    """Every case of a run with its subject."""
    return list(run.items.select_related("case__subject").order_by("id"))
