"""Files of papers that nobody goes on with: after the days of the pack their content is destroyed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yingcai.audit.actions import record
from yingcai.cases.actions.papers.receiving import destroy_content
from yingcai.cases.models import PaperBatch
from yingcai.registry.vocabulary import vocabulary

Status = PaperBatch.Status
LEFT_LYING = (Status.UPLOADED, Status.CHECKED, Status.WAITING, Status.REFUSED)


def give_up_left(*, now: datetime) -> int:
    """How many files were given up: nothing was done with them for as long as files to import may lie."""
    days = vocabulary().keep_imports
    if days is None:
        return 0
    before = now - timedelta(days=days)
    rows = PaperBatch.objects.filter(status__in=LEFT_LYING, uploaded_at__lt=before)
    for at in ("checked_at", "decided_at"):
        rows = rows.filter(Q(**{at: None}) | Q(**{f"{at}__lt": before}))
    return sum(_give_up(batch, now) for batch in rows.exclude(stored_as="").order_by("pk"))


def _give_up(batch: PaperBatch, now: datetime) -> bool:
    with transaction.atomic():
        lying = PaperBatch.objects.filter(pk=batch.pk, status=batch.status, run=batch.run)
        if not lying.update(status=Status.WITHDRAWN, ended_at=now):
            return False
        details = {"rows": batch.rows, "was": batch.status}
        record("paper.swept", batch, actor=None, details=details, at=now)
        destroy_content(batch)
    return True
