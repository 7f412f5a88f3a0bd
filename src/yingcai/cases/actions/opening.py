"""Beginning an application: a draft that is kept, files that come with it, and its submission, once."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import (
    Answers,
    answers_of,
    basis_of,
    decided,
    sealed_answers,
)
from yingcai.cases.actions.moving import begin, locked
from yingcai.cases.actions.parties import seat_units
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case
from yingcai.cases.queries.awards import barred_words
from yingcai.cases.queries.flows import book_of_case, details_of, flow_of
from yingcai.cases.queries.guides import OPEN, guide
from yingcai.cases.queries.materials import REQUIRED, needed
from yingcai.cases.queries.reach import filing_scope, takes_walk_ins
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.cases.queries.seats import may_change, may_recall
from yingcai.engine.rules.subject import in_range
from yingcai.engine.rules.written import NotReadable, read_value, write_value
from yingcai.engine.workflow.moves import Refused
from yingcai.engine.workflow.run import opened
from yingcai.engine.workflow.words import refusal_words
from yingcai.identity.queries import unit_by_code, units_by_code
from yingcai.plan.queries import active_digest
from yingcai.registry.evidence_files import take_away
from yingcai.registry.queries.groups import employer_of
from yingcai.registry.queries.merged import kept, persons_acting_for
from yingcai.registry.queries.search import in_scope

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User
    from yingcai.registry.models import Subject

Side, Status = Case.Side, Case.Status
KINDS = {"person": "person", "firm": "organisation", "project": "project"}


def start_case(
    programme: str,
    subject: "Subject",
    side: str,
    *,
    actor: "User",
    now: datetime,
    shown: bool = False,
) -> Case:
    """The draft of an application; the one that is there already, where there is one.

    ``shown``: at the window the document of the subject was shown.
    Raises: NotAllowed with every reason; InvalidCase where the programme is not open.
    """
    book = _open_book(programme, now)
    _may_file(subject, side, actor, now, shown=shown)
    problems = _obstacles(book, programme, subject, clock.day_of(now))
    if problems:
        raise InvalidCase(problems)
    mine = Case.objects.filter(programme=programme, subject=subject, applicant=actor)
    there = mine.filter(status__in=[Status.DRAFT, Status.UNCONFIRMED]).first()
    return there or _draft(book, programme, subject, side, actor=actor, now=now)


def prepare_case(
    programme: str, subject: "Subject", *, actor: "User", now: datetime
) -> Case | None:
    """A draft made ready for somebody by the program; None where he could not apply."""
    try:
        book = _open_book(programme, now)
    except InvalidCase:
        return None
    if _obstacles(book, programme, subject, clock.day_of(now)):
        return None
    mine = Case.objects.filter(programme=programme, subject=subject, applicant=actor)
    there = mine.filter(status__in=[Status.DRAFT, Status.UNCONFIRMED]).first()
    return there or _draft(book, programme, subject, Side.SELF, actor=actor, now=now, prepared=True)


def _open_book(programme: str, now: datetime) -> RuleBook:
    """The rules of today. Raises: InvalidCase where they have no such programme, or it is not open."""
    book = rule_book()
    found = guide(book, programme, on=clock.day_of(now)) if book else None
    if book is None or found is None:
        raise InvalidCase(_("没有这个办理事项"))
    if found.standing != OPEN:
        raise InvalidCase(_("该事项目前不能申请：请看办事指南中的办理期限"))
    return book


def is_outdated(case: Case) -> bool:
    """Whether other rules are published than those that a draft was begun by."""
    return case.pack != active_digest()


def renew_draft(case: Case, *, now: datetime) -> bool:
    """A draft goes by the rules that are published when it is handed in; whether they are others than before.

    Raises: InvalidCase where today's rules have no such programme, or it is not open; StaleCase.
    """
    book = _open_book(case.programme, now)
    if not is_outdated(case):
        return False
    file = book.pack.programmes[case.programme]
    lead = unit_by_code(file["lead"])
    if lead is None or not file.get("workflow"):
        raise InvalidCase(_("该事项目前不能申请：请看办事指南中的办理期限"))
    _change(case, now=now, pack=book.digest, workflow=file["workflow"], lead=lead)
    return True


def _draft(
    book: RuleBook,
    programme: str,
    subject: "Subject",
    side: str,
    *,
    actor: "User",
    now: datetime,
    prepared: bool = False,
) -> Case:
    file = book.pack.programmes[programme]
    lead = unit_by_code(file["lead"])
    if lead is None:
        raise InvalidCase(_("该事项的牵头单位尚未登记，请联系人才办"))
    case = Case(
        programme=programme,
        pack=book.digest,
        workflow=file["workflow"],
        subject=subject,
        side=side,
        applicant=actor,
        lead=lead,
        county=county_of(subject, now),
        created_at=now,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
            details = {"programme": programme, "side": str(side)}
            verb = "prepared" if prepared else "started"
            by = None if prepared else actor
            record(f"case.{verb}", case, actor=by, details=details, at=now)
    except IntegrityError:  # two tabs at once
        return Case.objects.get(
            programme=programme, subject=subject, applicant=actor, status=Status.DRAFT
        )
    return case


def county_of(subject: "Subject", now: datetime) -> "Unit | None":
    """Where the subject is; of a person who is nowhere, where his employer is."""
    employer = None if subject.county else employer_of(subject, clock.day_of(now))
    return subject.county or (employer.county if employer else None)


def save_answers(
    case: Case, said: Mapping[str, str], *, version: int, actor: "User", now: datetime
) -> Case:
    """Keep what was filled in so far; empty takes an answer back. What cannot be read is not kept.

    Answers are those of a draft, or of a case that waits for what was missing.
    Raises: InvalidCase with what was written in each field that cannot be read, after the others were kept;
    StaleCase, NotAllowed.
    """
    case = locked(case, version)
    if not may_change(case, actor, clock.day_of(now)):
        raise NotAllowed(_("这份申请已经提交，不能再修改"))
    own, wrong = dict(answers_of(case).own), {}
    book = book_of_case(case)
    for name, written in said.items():
        fact = book.rules.facts.get(name)
        if fact is None or fact.judged or fact.always:
            continue
        if not written.strip():
            own.pop(name, None)
            continue
        try:
            own[name] = write_value(
                in_range(read_value(written.strip(), fact.type), fact), fact.type
            )
        except NotReadable:
            wrong[name] = written
    case = _keep_answers(case, own, actor=actor, now=now)
    if wrong:
        raise InvalidCase(_("有的回答读不懂，请改正后再提交"), fields=wrong)
    return case


def _keep_answers(case: Case, own: Mapping[str, str], *, actor: "User", now: datetime) -> Case:
    """Those of a draft are its owner's own affair; a change of what was handed in leaves its row."""
    kept_before = answers_of(case)
    with transaction.atomic():
        sealed = sealed_answers(case, Answers(own, kept_before.judged))
        case = _change(case, now=now, sealed_answers=sealed)
        changed = sorted(
            name for name in {*own, *kept_before.own} if own.get(name) != kept_before.own.get(name)
        )
        if changed and case.status != Status.DRAFT:
            details = {"programme": case.programme, "facts": changed}
            record("case.answers_changed", case, actor=actor, details=details, at=now)
    return case


def discard(case: Case, *, version: int, actor: "User", now: datetime) -> None:
    """Throw a draft away with what was filled in and brought.

    Raises: NotAllowed, StaleCase.
    """
    case = locked(case, version)
    if case.status != Status.DRAFT or case.applicant_id != actor.pk:
        raise NotAllowed(_("这份申请已经提交，不能再修改"))
    throw_away(case, "discarded", actor=actor, now=now)


def throw_away(case: Case, verb: str, *, actor: "User | None", now: datetime) -> None:
    """A draft ends with what was filled in and brought. Raises: StaleCase."""
    with transaction.atomic():
        _change(
            case, now=now, status=Status.WITHDRAWN, sealed_answers=None,
            submitted_at=now, ended_at=now,
        )  # fmt: skip
        details = {"programme": case.programme}
        record(f"case.{verb}", case, actor=actor, details=details, at=now)
        brought = list(case.files.filter(removed_at=None))
        case.files.filter(removed_at=None).update(removed_at=now)
        for row in brought:
            transaction.on_commit(partial(take_away, row.stored_as))


def submit(case: Case, *, version: int, actor: "User", now: datetime) -> Case:
    """Hand the application in, once; for a person who has a login, he confirms it first.

    Raises: InvalidCase with every reason, StaleCase, NotAllowed.
    """
    case = locked(case, version)
    if case.status != Status.DRAFT:
        raise StaleCase(_("这份申请已经提交过了，请到“我的事项”查看"))
    begun = case.applicant_id == actor.pk  # at the window a document was shown then
    _may_file(case.subject, case.side, actor, now, shown=begun)
    if renew_draft(case, now=now):
        raise StaleCase(_("政策已经更新，表单按新的规定更新了，请核对后再提交"))
    lacking = lacking_materials(case, on=clock.day_of(now))
    found = _obstacles(book_of_case(case), case.programme, case.subject, clock.day_of(now))
    problems = [*found, *lacking.values()]
    if problems:
        raise InvalidCase(problems, fields=lacking)
    waits = case.side != Side.SELF and bool(behind(case, now) - {str(actor.person_key)})
    with transaction.atomic():
        if waits and case.subject.kind == "person":
            case = _change(case, now=now, status=Status.UNCONFIRMED)
            details = {"programme": case.programme}
            record("case.unconfirmed", case, actor=actor, details=details, at=now)
            return case
        return _hand_in(case, actor=actor, now=now)


def lacking_materials(case: Case, *, on: date) -> dict[str, str]:
    """What must come with a case and is not there, by material, each with a sentence. Raises: Erased, NotSealed."""
    there = set(case.files.filter(removed_at=None).values_list("material", flat=True))
    answer = decided(case, basis_of(case, answers_of(case), on=on))
    return {
        one.id: _("缺少必交材料：%(material)s") % {"material": one.words}
        for one in needed(answer)
        if one.need == REQUIRED and one.id not in there
    }


def confirm(case: Case, *, version: int, actor: "User", now: datetime) -> Case:
    """The person agrees to what was filled in for him: now it is handed in. Raises: NotAllowed, StaleCase."""
    case = _unconfirmed(case, version, actor, now)
    with transaction.atomic():
        return _hand_in(case, actor=actor, now=now)


def decline(case: Case, *, version: int, actor: "User", now: datetime) -> Case:
    """The person does not agree: it is a draft again, of who filled it in. Raises: NotAllowed, StaleCase."""
    case = _unconfirmed(case, version, actor, now)
    with transaction.atomic():
        case = _change(case, now=now, status=Status.DRAFT)
        details = {"programme": case.programme}
        record("case.not_confirmed", case, actor=actor, details=details, at=now)
    return case


def recall(case: Case, *, version: int, actor: "User", now: datetime) -> Case:
    """Who filled it in calls back what waits for the person: it is his draft again. Raises: NotAllowed, StaleCase."""
    case = locked(case, version)
    if case.status != Status.UNCONFIRMED:
        raise StaleCase(_("这份申请没有等待确认"))
    if not may_recall(case, actor, clock.day_of(now)):
        raise NotAllowed(_("只有填报人可以收回"))
    with transaction.atomic():
        case = _change(case, now=now, status=Status.DRAFT)
        details = {"programme": case.programme}
        record("case.recalled", case, actor=actor, details=details, at=now)
    return case


def _hand_in(case: Case, *, actor: "User", now: datetime) -> Case:
    flow, on = flow_of(case), clock.day_of(now)
    problems = _obstacles(book_of_case(case), case.programme, case.subject, on)
    if problems:
        raise InvalidCase(problems)
    own = behind(case, now) | {str(case.applicant.person_key)}
    try:
        first, effects = opened(flow.workflow, seat_units(case, joint_units(case)), sorted(own), on)
    except Refused as error:
        raise InvalidCase(refusal_words(flow.workflow, error.refusal, "zh")) from None
    case = _change(case, now=now, status=Status.RUNNING, submitted_at=now)
    details = {"programme": case.programme, "side": case.side, "pack": case.pack[:12]}
    record("case.submitted", case, actor=actor, details=details, at=now)
    return begin(case, first, effects, now=now)


def joint_units(case: Case) -> list[str]:
    """The joint units of the programme; a word for all counties stands for the one of the case."""
    units, found = units_by_code(), []
    for code in details_of(case).get("joint", []):
        unit = units.get(code)
        members = {one.code for one in unit.members.all()} if unit else set()
        if members:
            found += [case.county.code] if case.county and case.county.code in members else []
        elif unit:
            found.append(code)
    return list(dict.fromkeys(found))


def behind(case: Case, now: datetime) -> set[str]:
    """The natural persons who may act for whoever applies, by whatever login."""
    return {str(key) for key in persons_acting_for(case.subject, on=clock.day_of(now))}


def _may_file(subject: "Subject", side: str, actor: "User", now: datetime, *, shown: bool) -> None:
    """Raises: NotAllowed where somebody may not apply for a subject in a capacity."""
    on = clock.day_of(now)
    if shown and side == Side.WINDOW and takes_walk_ins(actor, on):
        return
    scope = filing_scope(actor, Side(side), on)
    if scope is not None and in_scope(scope, subject):
        return
    raise NotAllowed(_("您不能为该主体申请：本人、所在单位的经办人、受理窗口可以申请"))


def _obstacles(book: RuleBook, programme: str, subject: "Subject", on: date) -> list[str]:
    """What speaks against an application as such."""
    file = book.pack.programmes[programme]
    found = []
    if KINDS[book.rules.programmes[programme].subject] != subject.kind:
        found.append(_("该事项不面向这类主体"))
    if not file.get("workflow"):
        found.append(_("该事项没有办理流程，不能在线申请，请到牵头单位咨询"))
    if subject.standing != "active":
        found.append(_("该主体的信息已被限制处理，不能办理"))
    running = Case.objects.filter(
        programme=programme,
        subject=kept(subject),
        status=Status.RUNNING,
        kind=Case.Kind.APPLICATION,
    ).first()
    if running is not None:
        found.append(_("同一事项已有一件正在办理：%(number)s") % {"number": running.number})
    return [*found, *barred_words(subject, programme, on)]


def _unconfirmed(case: Case, version: int, actor: "User", now: datetime) -> Case:
    case = locked(case, version)
    if case.status != Status.UNCONFIRMED:
        raise StaleCase(_("这份申请没有等待确认"))
    if str(actor.person_key) not in behind(case, now):
        raise NotAllowed(_("只有本人可以确认"))
    return case


def _change(case: Case, *, now: datetime, **fields: object) -> Case:
    """Change a row that is still as it was read. Raises: StaleCase."""
    fields = {**fields, "changed_at": now, "version": case.version + 1}
    if not Case.objects.filter(pk=case.pk, version=case.version).update(**fields):
        raise StaleCase(_("这份申请在别处改过，请刷新页面再操作"))
    for name, value in fields.items():
        setattr(case, name, value)
    return case
