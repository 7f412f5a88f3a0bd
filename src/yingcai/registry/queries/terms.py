"""When the term of what is kept is over (PIPL art. 19): one rule, for the sweeper and for the pages.

The term of a value has the years of its fact. It begins on the latest of: the day it was recorded, its last
day, the day it was replaced or taken back, and, of what still holds, the last day on which its subject was
active. While somebody is employed, or a login may act for him, it does not begin. Subjects that are
restricted are kept by another law, and nothing of them is ever due.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce

from yingcai.audit import clock
from yingcai.registry.activity import ENDLESS, busy_until
from yingcai.registry.models import (
    ChangeRequest,
    Consent,
    Fact,
    Identifier,
    ImportBatch,
    Mandate,
    Relation,
    Subject,
    Sweep,
)
from yingcai.registry.queries.scope import EMPLOYED
from yingcai.registry.vocabulary import vocabulary

WARNING = timedelta(days=90)  # before a value goes, its person is told
IN_FORCE = ENDLESS
RESTRICTED = Subject.Standing.RESTRICTED
Status = ImportBatch.Status
_Row = TypeVar("_Row", ChangeRequest, Identifier, Mandate)
LEFT_LYING = (Status.UPLOADED, Status.CHECKED, Status.WAITING, Status.REFUSED)


@dataclass(frozen=True)
class Due:
    """A value, and the first day on which it is to be removed."""

    pk: int
    name: str
    on: date


@dataclass(frozen=True)
class _Held:
    """What the rule asks of a row of a fact."""

    pk: int
    subject: int
    name: str
    valid_to: date | None
    recorded_at: datetime
    replaced_at: datetime | None

    @property
    def still(self) -> bool:
        """It has no end, and nothing took its place."""
        return self.valid_to is None and self.replaced_at is None

    def begins(self, active: date) -> date:
        """The day on which its term begins; ``active``: its subject's last day."""
        days = [clock.day_of(self.recorded_at), self.valid_to or date.min]
        days.append(active if self.still else date.min)
        days.append(clock.day_of(self.replaced_at) if self.replaced_at else date.min)
        return max(days)


def first_day_after(begins: date, years: int) -> date | None:
    """The first day on which a term of whole years is over; None where it does not end.

    The day on which it begins is not counted, the day of the same date is its last, of 29 February the last
    of the month. Source: Civil Code art. 201 to 203.
    """
    if begins.year + years >= IN_FORCE.year:
        return None
    try:
        last = begins.replace(year=begins.year + years)
    except ValueError:  # there is no 29 February
        last = date(begins.year + years, 2, 28)
    return last + timedelta(days=1)


def over_before(on: date, years: int) -> datetime:
    """What began before this moment has its term behind it on a day: `first_day_after`, turned round."""
    try:
        day = on.replace(year=on.year - years)
    except ValueError:
        day = date(on.year - years, 3, 1)
    return datetime.combine(day, time(), clock.SHANGHAI)


def due_values(roots: Sequence[int], *, by: date) -> list[Due]:
    """The values of some kept subjects, merged ones with them, that are to be removed by a day."""
    now_is = dict(
        Subject.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
        .exclude(standing=RESTRICTED)
        .exclude(merged_into__standing=RESTRICTED)
        .order_by()
        .values_list("pk", Coalesce("merged_into_id", "pk"))
    )
    rows = _old_values(now_is, by)
    still = {now_is[row.subject] for row in rows if row.still}
    active = last_active({pk: root for pk, root in now_is.items() if root in still}, on=by)
    terms = vocabulary().facts
    found = []
    for row in rows:
        begins = row.begins(active.get(now_is[row.subject], date.min))
        day = first_day_after(begins, terms[row.name].retention)
        if day is not None and day <= by:
            found.append(Due(row.pk, row.name, day))
    return found


def _old_values(subjects: Iterable[int], by: date) -> list[_Held]:
    """Values that are old enough by the day they were recorded: few, while a register is young."""
    terms = vocabulary().facts
    if not terms:
        return []
    shortest = min(word.retention for word in terms.values())
    rows = Fact.objects.filter(
        subject__in=list(subjects),
        name__in=list(terms),
        swept_at=None,
        retracts=False,
        recorded_at__lt=over_before(by, shortest),
    )
    columns = ("pk", "subject_id", "name", "valid_to", "recorded_at", "replaced_by__recorded_at")
    return [_Held(*row) for row in rows.order_by("pk").values_list(*columns)]


def last_active(now_is: Mapping[int, int], *, on: date) -> dict[int, date]:
    """The last day on which each kept subject was active; `IN_FORCE` while an employment or mandate is.

    ``now_is``: the subjects, merged ones too, and the kept one that each is now.
    """
    days: dict[int, date] = defaultdict(lambda: date.min)
    if not now_is:
        return days
    for pk, moment in _moments(list(now_is)):
        days[now_is[pk]] = max(days[now_is[pk]], clock.day_of(moment))
    for pk, last in _ends(list(now_is)):
        day = IN_FORCE if last >= on else last
        days[now_is[pk]] = max(days[now_is[pk]], day)
    return days


def _moments(ids: Sequence[int]) -> Iterable[tuple[int, datetime]]:
    """When something was recorded of a subject, asked, decided or agreed: the last of each kind."""
    for rows, of, at in (
        (Fact.objects, "subject_id", "recorded_at"),
        (Relation.objects, "subject_id", "recorded_at"),
        (Relation.objects, "other_id", "recorded_at"),
        (ChangeRequest.objects, "subject_id", "made_at"),
        (ChangeRequest.objects, "subject_id", "decided_at"),
        (Consent.objects, "subject_id", "at"),
    ):
        asked = rows.filter(**{f"{of}__in": ids, f"{at}__isnull": False}).order_by().values(of)
        yield from asked.annotate(last=Max(at)).values_list(of, "last")


def _ends(ids: Sequence[int]) -> Iterable[tuple[int, date]]:
    """The last day of an employment, on either side, of a mandate, of a case; `IN_FORCE` where none is set."""
    jobs = Relation.objects.filter(kind=EMPLOYED, replaced_by=None).order_by()
    for of in ("subject_id", "other_id"):
        asked = jobs.filter(**{f"{of}__in": ids}).values(of)
        yield from asked.annotate(last=Max(Coalesce("ends_on", IN_FORCE))).values_list(of, "last")
    # A cover ends with what it covers.
    mandates = Mandate.objects.filter(subject__in=ids, stands_in_for=None)
    for pk, first, second in mandates.values_list("subject_id", "ends_on", "ended_on"):
        yield pk, min(first or IN_FORCE, second or IN_FORCE)
    yield from busy_until(ids)


def coming_for(subject: Subject, *, on: date) -> list[Due]:
    """What a person is told: his values that go within the next 90 days, the first one on top."""
    found = due_values([subject.pk], by=on + WARNING)
    return sorted(found, key=lambda one: (one.on, one.pk))


def last_sweep() -> Sweep | None:
    """The last day on which what was due was removed."""
    return Sweep.objects.exclude(ended_at=None).order_by("-on").first()


# -- what is no fact -------------------------------------------------------------------------------------


def due_requests(on: date) -> QuerySet[ChangeRequest]:
    """Requests whose fact's years have passed since they were decided or taken back; see there for relations."""
    over = Q(pk__in=[])
    terms = {name: word.retention for name, word in vocabulary().facts.items()}
    if terms:  # a relation has no term of its own: what was asked about it goes with the longest
        terms[ChangeRequest.RELATION] = max(terms.values())
    for name, years in terms.items():
        over |= Q(name=name, decided_at__lt=over_before(on, years))
    return _not_restricted(ChangeRequest.objects.filter(over, swept_at=None)).order_by("pk")


def due_papers(on: date) -> QuerySet[Mandate]:
    """Guardians whose paper goes: the longest years of any fact have passed since the mandate was over."""
    terms = [word.retention for word in vocabulary().facts.values()]
    if not terms:
        return Mandate.objects.none()
    before = clock.day_of(over_before(on, max(terms)))
    over = Q(ended_on__lt=before) | Q(ended_on=None, ends_on__lt=before)
    rows = Mandate.objects.filter(over).exclude(evidence_stored_as="")
    return _not_restricted(rows).order_by("pk")


def due_numbers(on: date) -> QuerySet[Identifier]:
    """Numbers that have been out of use for the years of the pack."""
    years = vocabulary().keep_numbers
    if years is None:
        return Identifier.objects.none()
    rows = Identifier.objects.filter(retired_at__lt=over_before(on, years))
    return _not_restricted(rows).order_by("pk")


def due_imports(on: date) -> QuerySet[ImportBatch]:
    """Files that nobody has gone on with for the days of the pack."""
    days = vocabulary().keep_imports
    if days is None:
        return ImportBatch.objects.none()
    moment = _days_before(on, days)
    rows = ImportBatch.objects.filter(status__in=LEFT_LYING, uploaded_at__lt=moment)
    for at in ("checked_at", "decided_at"):
        rows = rows.filter(Q(**{at: None}) | Q(**{f"{at}__lt": moment}))
    return rows.order_by("pk")


def due_import_rows(on: date) -> QuerySet[ImportBatch]:
    """Files that are over and still have rows: given up ones at once, written ones after the days of the pack."""
    days = vocabulary().keep_imports
    if days is None:
        return ImportBatch.objects.none()
    written = Q(status=Status.APPLIED, ended_at__lt=_days_before(on, days))
    rows = ImportBatch.objects.filter(Q(status=Status.WITHDRAWN) | written, lines__isnull=False)
    return rows.order_by("pk").distinct()


def _days_before(on: date, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), time(), clock.SHANGHAI)


def _not_restricted(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    return rows.exclude(subject__standing=RESTRICTED).exclude(
        subject__merged_into__standing=RESTRICTED
    )
