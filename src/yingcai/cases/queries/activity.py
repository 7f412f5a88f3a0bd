"""Until when cases keep their subjects busy, for the register's terms and erasures."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max

from yingcai.audit import clock
from yingcai.cases.models import Case, PaperBatch, PaperRow
from yingcai.cases.queries.scope import DRAFTS
from yingcai.registry.activity import ENDLESS

Status = PaperBatch.Status
UNDER_WAY = (
    Status.CHECKED,
    Status.WAITING,
    Status.REFUSED,
    Status.APPLYING,
)  # their rows can be read


def busy_until(subjects: Sequence[int]) -> Iterable[tuple[int, date]]:
    """While a case of a subject runs, or a file of papers names it, it has no end; else the last one's day."""
    rows = Case.objects.filter(subject__in=subjects).exclude(status__in=DRAFTS).order_by()
    running = rows.filter(status=Case.Status.RUNNING)
    for pk in running.values_list("subject_id", flat=True).distinct():
        yield pk, ENDLESS
    named = PaperRow.objects.filter(subject__in=subjects, batch__status__in=UNDER_WAY).order_by()
    for pk in named.values_list("subject_id", flat=True).distinct():
        yield pk, ENDLESS
    ended = rows.filter(ended_at__isnull=False).values("subject_id")
    for pk, last in ended.annotate(last=Max("ended_at")).values_list("subject_id", "last"):
        yield pk, clock.day_of(last)
