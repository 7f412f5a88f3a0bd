"""Applying for several programmes with one form: each question and document once, handed in together, once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import wanted_facts
from yingcai.cases.actions.files import attach
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Bundle, Case
from yingcai.cases.queries.bundles import LEAST, MOST, unlawful
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.materials import materials_of
from yingcai.cases.queries.reach import Side, oneself
from yingcai.cases.queries.rule_book import RuleBook, rule_book

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import Subject


def start_bundle(
    programmes: Sequence[str], said: Mapping[str, str], *, actor: "User", now: datetime
) -> Bundle:
    """The drafts of some programmes for oneself, with what was said already.

    Raises: NotAllowed for a login that is no person; InvalidCase with every reason.
    """
    names = list(dict.fromkeys(programmes))
    subject, book = oneself(actor, clock.day_of(now)), rule_book()
    if subject is None or book is None:
        raise NotAllowed(_("一次申请多项，须用绑定了本人信息的账号登录"))
    if not LEAST <= len(names) <= MOST or any(one not in book.rules.programmes for one in names):
        amount = {"least": LEAST, "most": MOST}
        raise InvalidCase(_("请选择%(least)s至%(most)s项") % amount)
    problems = unlawful(book, names)
    if problems:
        raise InvalidCase(problems)
    with transaction.atomic():
        bundle = Bundle.objects.create(subject=subject, applicant=actor, made_at=now)
        cases = _drafts(names, subject, book, actor=actor, now=now)
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(bundle=bundle)
        details = {"programmes": names}
        record("bundle.started", bundle, actor=actor, details=details, at=now)
        for case in cases:
            _carry(case, said, actor=actor, now=now)
    return bundle


def _drafts(
    names: Sequence[str], subject: "Subject", book: RuleBook, *, actor: "User", now: datetime
) -> list[Case]:
    """Raises: InvalidCase with every reason of every programme."""
    cases: list[Case] = []
    problems: list[str] = []
    for name in names:
        title = in_language(book.rules.programmes[name].title)
        try:
            cases.append(start_case(name, subject, Side.SELF, actor=actor, now=now))
        except InvalidCase as refusal:
            problems += _told(title, refusal)
    if problems:
        raise InvalidCase(problems)
    return cases


def _carry(case: Case, said: Mapping[str, str], *, actor: "User", now: datetime) -> None:
    """What was said is kept where the programme asks for it and it can be read."""
    told = {name: said[name] for name in asked_by(case) & set(said)}
    if told:
        try:
            save_answers(case, told, version=case.version, actor=actor, now=now)
        except InvalidCase:
            return  # the others are kept; the form asks for it


def asked_by(case: Case) -> frozenset[str]:
    """The facts that a programme can ask for. Raises: PackNotKept."""
    return wanted_facts(book_of_case(case), case.programme)


def bring_to_all(
    cases: Sequence[Case], material: str, name: str, data: bytes, *, actor: "User", now: datetime
) -> None:
    """A document once: it comes with each of some cases that names it. Raises: InvalidCase, NotAllowed."""
    takers = [case for case in cases if material in materials_of(case)]
    if not takers:
        raise InvalidCase(_("该事项没有这项材料"))
    for case in takers:
        attach(case, material, name, data, actor=actor, now=now)


def leave_out(case: Case, *, actor: "User", now: datetime) -> None:
    """Take one programme out of a bundle: its draft stays by itself. Raises: StaleCase."""
    still = Case.objects.filter(pk=case.pk, status=Case.Status.DRAFT, version=case.version)
    with transaction.atomic():
        if still.exclude(bundle=None).update(bundle=None) != 1:
            raise StaleCase(_("这份申请在别处改过，请刷新页面再操作"))
        details = {"programme": case.programme}
        record("bundle.left", case, actor=actor, details=details, at=now)


def submit_bundle(
    bundle: Bundle, versions: Mapping[int, int], *, actor: "User", now: datetime
) -> list[Case]:
    """Hand all cases of a bundle in, or none, once. ``versions``: of the cases as they were shown.

    Raises: InvalidCase with every reason of every case, StaleCase, NotAllowed.
    """
    if bundle.applicant_id != actor.pk:
        raise NotAllowed(_("只有填报人可以提交"))
    with transaction.atomic():
        once = Bundle.objects.filter(pk=bundle.pk, submitted_at=None).update(submitted_at=now)
        cases = list(bundle.cases.filter(status=Case.Status.DRAFT).order_by("pk"))
        if not once or {case.pk for case in cases} != set(versions):
            raise StaleCase(_("这份申请已经提交过了，请到“我的事项”查看"))
        _stand_together(cases)
        done: list[Case] = []
        problems: list[str] = []
        for case in cases:
            try:
                done.append(submit(case, version=versions[case.pk], actor=actor, now=now))
            except InvalidCase as refusal:
                problems += _of(case, refusal)
        if problems:
            raise InvalidCase(problems)
        details = {"programmes": [case.programme for case in done]}
        record("bundle.submitted", bundle, actor=actor, details=details, at=now)
    return done


def _stand_together(cases: Sequence[Case]) -> None:
    """By the rules of today. Raises: InvalidCase."""
    book = rule_book()
    names = [case.programme for case in cases]
    if book is None or any(one not in book.rules.programmes for one in names):
        return  # each is refused by itself
    problems = unlawful(book, names)
    if problems:
        raise InvalidCase(problems)


def _of(case: Case, refusal: InvalidCase) -> Iterator[str]:
    rules = book_of_case(case).rules
    return _told(in_language(rules.programmes[case.programme].title), refusal)


def _told(title: str, refusal: InvalidCase) -> Iterator[str]:
    for said in refusal.problems:
        yield _("%(field)s：%(problem)s") % {"field": title, "problem": said}
