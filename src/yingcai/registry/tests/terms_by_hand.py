"""The rule of retention once more, slowly: row by row, day by day, with nothing of the queries that it checks."""

from datetime import date, timedelta

from yingcai.audit.clock import SHANGHAI
from yingcai.registry.models import ChangeRequest, Consent, Fact, Mandate, Relation, Subject
from yingcai.registry.vocabulary import vocabulary


def is_over(begins: date, years: int, on: date) -> bool:
    """Counted in days on the calendar: the term's last day is that of the same date, or of the month's end."""
    last = begins
    while (last.year, last.month) != (begins.year + years, begins.month) or (
        last.day != begins.day and (last + timedelta(days=1)).month == last.month
    ):
        last += timedelta(days=1)
    return on > last


def due_on(on: date) -> set[int]:
    """The rows of facts that are to be empty on a day."""
    return {row.pk for row in Fact.objects.all() if _is_due(row, on)}


def _is_due(row: Fact, on: date) -> bool:
    root = row.subject.merged_into or row.subject
    word = vocabulary().facts.get(row.name)
    if row.retracts or word is None:
        return False
    if "restricted" in (root.standing, row.subject.standing):
        return False
    later = Fact.objects.filter(replaces=row).first()
    days = [_day(row.recorded_at)]
    if row.valid_to:
        days.append(row.valid_to)
    if later:
        days.append(_day(later.recorded_at))
    if not row.valid_to and not later:
        if _is_bound(root, on):
            return False
        days += _active(root, on)
    return is_over(max(days), word.retention, on)


def _group(root: Subject) -> list[Subject]:
    return [root, *Subject.objects.filter(merged_into=root)]


def _is_bound(root: Subject, on: date) -> bool:
    """Somebody is employed, or a login may act."""
    for one in _group(root):
        for job in Relation.objects.filter(kind="employed-by"):
            replaced = Relation.objects.filter(replaces=job).exists()
            mine = one.pk in (job.subject_id, job.other_id)
            if mine and not replaced and (job.ends_on is None or job.ends_on >= on):
                return True
        for row in Mandate.objects.filter(subject=one):
            ends = [day for day in (row.ends_on, row.ended_on) if day]
            if row.stands_in_for_id is None and (not ends or min(ends) >= on):
                return True
    return False


def _active(root: Subject, on: date) -> list[date]:
    days = []
    for one in _group(root):
        days += [_day(row.recorded_at) for row in Fact.objects.filter(subject=one)]
        for tie in [*one.relations.all(), *one.relations_back.all()]:
            days.append(_day(tie.recorded_at))
            replaced = Relation.objects.filter(replaces=tie).exists()
            if tie.kind == "employed-by" and not replaced and tie.ends_on and tie.ends_on < on:
                days.append(tie.ends_on)
        for asked in ChangeRequest.objects.filter(subject=one):
            days += [_day(at) for at in (asked.made_at, asked.decided_at) if at]
        days += [_day(row.at) for row in Consent.objects.filter(subject=one)]
        for held in Mandate.objects.filter(subject=one, stands_in_for=None):
            days += [min(day for day in (held.ends_on, held.ended_on) if day)]
    return days


def _day(moment: object) -> date:
    return moment.astimezone(SHANGHAI).date()  # type: ignore[attr-defined,no-any-return]
