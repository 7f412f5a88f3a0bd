"""Before what an award gives ends: an application made ready once, reminders, and its lapse when nothing comes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.after_notices import tell_after
from yingcai.cases.actions.deciding import Answers, answers_of, sealed_answers
from yingcai.cases.actions.opening import prepare_case, throw_away
from yingcai.cases.models import Award, Case, CaseNotice
from yingcai.cases.queries.awards import valid_until
from yingcai.cases.queries.flows import book_of_case, details_of
from yingcai.cases.queries.paper import was_over
from yingcai.registry.queries.merged import kept, members, own_login

Kind, Status = CaseNotice.Kind, Case.Status
LAST = 4  # the second reminder comes in the last quarter of the time


def keep_term(award: Award, *, now: datetime) -> str:
    """Do what is due for the term of an award on a day: the kind of the notice that was left, or nothing.

    Safe to repeat: each notice and the application are made once. Raises: Erased.
    """
    on, until = clock.day_of(now), valid_until(award)
    days = details_of(award.case).get("valid", {}).get("remind")
    if until is None or not days or on < until - timedelta(days=days) or _asked(award):
        return ""
    if award.paper is not None and was_over(award.paper, until):
        return ""
    with transaction.atomic():
        if on > until:
            return _lapse(award, now=now)
        if _tell(award, Kind.TERM, now=now):
            return Kind.TERM
        last = on >= until - timedelta(days=days // LAST)
        return Kind.TERM_LAST if last and _tell(award, Kind.TERM_LAST, now=now) else ""


def _asked(award: Award) -> bool:
    """Whether somebody has applied anew since: then nobody is reminded and nothing lapses.

    A paper that was taken in is as old as its decision, whenever that was.
    """
    later = Case.objects.filter(
        programme=award.programme, subject__in=members([kept(award.subject)])
    ).exclude(pk=award.case_id)
    here = Q(
        kind=Case.Kind.APPLICATION,
        status__in=[Status.UNCONFIRMED, Status.RUNNING, Status.GRANTED],
    )
    if award.paper is None:
        here &= Q(pk__gt=award.case_id)
    else:
        here &= Q(submitted_at=None) | Q(submitted_at__gt=award.case.ended_at)
    on_paper = Q(kind=Case.Kind.PAPER, status=Status.GRANTED, ended_at__gt=award.case.ended_at)
    return later.filter(here | on_paper).exists()


def _tell(award: Award, kind: str, *, now: datetime) -> bool:
    """A reminder with the way to the application, which the first one makes ready; whether it is new."""
    if CaseNotice.objects.filter(case=award.case, kind=kind, act=award.pk).exists():
        return False
    if kind == Kind.TERM:
        prepare(award, now=now)
    draft = Case.objects.filter(renews=award, status=Status.DRAFT).first()
    said = {**_said(award), **({"renewal": str(draft.handle)} if draft else {})}
    tell_after(award.case, kind, award.pk, said, now=now)
    record("award.reminded", award, actor=None, details={"case": award.case_id}, at=now)
    return True


def _said(award: Award) -> dict[str, object]:
    until = valid_until(award)
    title = dict(book_of_case(award.case).rules.programmes[award.programme].title)
    return {"items": [title], "by": until.isoformat() if until else ""}


def prepare(award: Award, *, now: datetime) -> Case | None:
    """The application of a person who has a login, with what he said the last time; None where there is none."""
    subject = kept(award.subject)
    login = own_login(subject, on=clock.day_of(now)) if subject.kind == "person" else None
    draft = prepare_case(award.programme, subject, actor=login, now=now) if login else None
    if draft is None or draft.status != Status.DRAFT or draft.renews_id:
        return None
    facts, kept_own = book_of_case(draft).rules.facts, answers_of(draft).own
    before = {
        name: written
        for name, written in answers_of(award.case).own.items()
        if name in facts and not facts[name].judged and not facts[name].always
    }
    sealed = sealed_answers(draft, Answers({**before, **kept_own}, {}))
    Case.objects.filter(pk=draft.pk, version=draft.version).update(
        sealed_answers=sealed, renews=award, version=draft.version + 1
    )
    return draft


def _lapse(award: Award, *, now: datetime) -> str:
    """The term is over and nothing came: what was made ready is thrown away, and the person is told."""
    if not tell_after(award.case, Kind.TERM_OVER, award.pk, _said(award), now=now):
        return ""
    draft = Case.objects.filter(renews=award, status=Status.DRAFT).first()
    if draft is not None:
        throw_away(draft, "lapsed", actor=None, now=now)
    record("award.reminded", award, actor=None, details={"case": award.case_id}, at=now)
    return Kind.TERM_OVER
