"""免申即享: who is entitled to what by what the city knows, and has not applied; telling him once.

The values are sealed under the key of each person. The program opens them person by person, decides in memory,
and keeps no value: only that the programme fits, and the amount. Cut at any place, a run goes on where it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import (
    OFFICE,
    Used,
    granted_before,
    known_of,
    values_of,
    wanted_facts,
)
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.errors import NotAllowed, StaleCase
from yingcai.cases.models import Award, Case, Qualified, QualifiedRun
from yingcai.cases.queries.guides import can_apply
from yingcai.cases.queries.qualified import TELLING, last_run, told_to
from yingcai.cases.queries.reach import Side
from yingcai.cases.queries.rule_book import RuleBook, book_for, rule_book
from yingcai.engine.rules.bundle import Relations, best_bundle, claims_of
from yingcai.engine.rules.version import APPLIED_ON
from yingcai.registry.errors import Erased
from yingcai.registry.queries.merged import kept, members, persons_behind
from yingcai.registry.queries.scope import has_agreed
from yingcai.registry.queries.search import persons_after
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import Subject

AT_ONCE = 200  # persons in one transaction
PERSON = "person"
# Those have not applied.
GIVEN_UP = (Case.Status.DRAFT, Case.Status.WITHDRAWN, Case.Status.TAKEN_BACK)


@dataclass(frozen=True)
class _Rules:
    """The programmes for persons that are open on a day, with every fact that they can ask for."""

    book: RuleBook
    programmes: frozenset[str]
    wanted: frozenset[str]
    relations: Relations
    on: date


def find_entitled(*, on: date, now: datetime) -> QualifiedRun | None:
    """Look at everybody by the rules and facts of a day. None where no rules are published. Safe to repeat."""
    rules = _rules(on)
    if rules is None:
        return None
    run = _begun(rules)
    while people := persons_after(run.position, limit=AT_ONCE):
        _look_at(run, rules, people)
    with transaction.atomic():
        Qualified.objects.filter(seen_on__lt=on, told_at=None).delete()
        QualifiedRun.objects.filter(pk=run.pk).update(ended_at=now)
        details = {"on": on.isoformat(), "asked": run.asked, "found": run.found}
        record("entitled.found", run, actor=None, details=details, at=now)
    return run


def _rules(on: date) -> _Rules | None:
    whole = rule_book()
    if whole is None:
        return None
    book = book_for(whole.digest, PERSON)
    names = frozenset(name for name in book.rules.programmes if can_apply(book, name, on))
    wanted = frozenset().union(*(wanted_facts(book, name) for name in names))
    return _Rules(book, names, wanted, Relations(book.rules.programmes), on)


def _begun(rules: _Rules) -> QualifiedRun:
    """The run of the day; one that has ended, or that went by other rules, begins anew."""
    run, _made = QualifiedRun.objects.get_or_create(
        on=rules.on, defaults={"pack": rules.book.digest}
    )
    if run.ended_at is not None or run.pack != rules.book.digest:
        run.pack, run.position, run.asked, run.found = rules.book.digest, 0, 0, 0
        run.ended_at = None
        run.save()
    return run


@transaction.atomic
def _look_at(run: QualifiedRun, rules: _Rules, people: "list[Subject]") -> None:
    for subject in people:
        for name, amount in entitled_to(subject, rules).items():
            run.found += 1
            _keep(subject, name, amount, rules)
    run.asked += len(people)
    run.position = people[-1].pk
    run.save()


def _keep(subject: "Subject", programme: str, amount: int | None, rules: _Rules) -> None:
    found = {"pack": rules.book.digest, "amount": amount, "seen_on": rules.on}
    Qualified.objects.update_or_create(
        programme=programme,
        subject=subject,
        defaults=found,
        create_defaults={**found, "first_on": rules.on},
    )


def entitled_to(subject: "Subject", rules: _Rules) -> Mapping[str, int | None]:
    """What one is surely entitled to beside all that he has, and has not applied for, each with its amount."""
    try:
        basis = {
            name: Used(one.written, one.source, one.on)
            for name, one in known_of(subject, rules.wanted, rules.on).items()
        }
    except Erased:
        return {}
    basis.update(granted_before(subject, rules.book, rules.on))
    basis[APPLIED_ON] = Used(rules.on.isoformat(), by=OFFICE)
    facts = values_of(rules.book, basis).values
    claims = claims_of(rules.book.rules, rules.book.case.run(facts), facts)
    if not any(claim.outcome == "yes" for claim in claims.values()):
        return {}
    paid = best_bundle(rules.relations, claims, facts).payments
    found: dict[str, int | None] = {one.programme: one.payable.low for one in paid}
    for name, claim in claims.items():
        if claim.outcome == "yes" and not claim.money:
            found[name] = None
    applied = _applied(subject)
    return {
        name: found[name]
        for name in found
        if name in rules.programmes - applied and claims[name].outcome == "yes"
    }


def _applied(subject: "Subject") -> frozenset[str]:
    """The programmes that one has applied for, or has been granted; none that exclude each other are paid."""
    rows = members([subject])
    cases = Case.objects.filter(subject__in=rows).exclude(status__in=GIVEN_UP)
    awards = Award.objects.filter(subject__in=rows, voided_at=None)
    names = (set(one.order_by().values_list("programme", flat=True)) for one in (cases, awards))
    return frozenset().union(*names)


def tell_entitled(*, on: date, now: datetime) -> int:
    """Tell those who agreed to be told and can read it, each programme once; how many. Safe to repeat."""
    purpose, run = vocabulary().purposes.get(TELLING), last_run()
    if purpose is None or run is None:
        return 0
    told = 0
    for row in _to_tell(run.on):
        subject = kept(row.subject)
        if has_agreed(subject, purpose) and persons_behind(subject, on=on):
            told += _told(row, now)
    return told


def _to_tell(seen_on: date) -> Iterator[Qualified]:
    rows = Qualified.objects.filter(seen_on=seen_on, told_at=None, declined_at=None, case=None)
    return rows.select_related("subject__merged_into").order_by("pk").iterator(chunk_size=500)


def _told(row: Qualified, now: datetime) -> int:
    with transaction.atomic():
        if not Qualified.objects.filter(pk=row.pk, told_at=None).update(told_at=now):
            return 0
        details = {"programme": row.programme}
        record("entitled.told", row, actor=None, details=details, at=now)
    return 1


def take_up(row: Qualified, *, actor: "User", now: datetime) -> Case:
    """The person begins the application that was prepared: what the city knows is not asked.

    Raises: NotAllowed, InvalidCase where the programme is not open any more.
    """
    _is_his(row, actor, now)
    with transaction.atomic():
        case = start_case(row.programme, kept(row.subject), Side.SELF, actor=actor, now=now)
        Qualified.objects.filter(pk=row.pk).update(case=case)
    return case


def submit_prepared(case: Case, *, version: int, actor: "User", now: datetime) -> Case:
    """The person agrees that what was made ready for him is decided with what the city knows of him: it is handed in.

    Raises: as `submit`.
    """
    with transaction.atomic():
        case = submit(case, version=version, actor=actor, now=now)
        details = {"programme": case.programme}
        record("case.consented", case, actor=actor, details=details, at=now)
    return case


def hear_no_more(row: Qualified, *, actor: "User", now: datetime) -> None:
    """The person does not want to be told of this programme again. Raises: NotAllowed, StaleCase."""
    _is_his(row, actor, now)
    with transaction.atomic():
        if not Qualified.objects.filter(pk=row.pk, declined_at=None).update(declined_at=now):
            raise StaleCase(_("已经不再提示"))
        details = {"programme": row.programme}
        record("entitled.declined", row, actor=actor, details=details, at=now)


def _is_his(row: Qualified, actor: "User", now: datetime) -> None:
    if not told_to(actor, clock.day_of(now)).filter(pk=row.pk).exists():
        raise NotAllowed(_("这条提示已经失效：可能已经申请，或者条件有了变化"))
