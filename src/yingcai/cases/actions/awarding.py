"""What a case grants: why it may not, the award that follows a decision, and what the city knows from then on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import JUDGED, OWN, basis_kept, decided, values_of
from yingcai.cases.actions.owing import begin_obligations, end_obligations
from yingcai.cases.actions.settling import Settled, settled
from yingcai.cases.models import Award, Case, Decision, ExceptionalDecision
from yingcai.cases.queries.awards import barred_words, grade_on, rank_of, valid_until
from yingcai.cases.queries.exceptional import is_intact, open_record, sum_lines
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language, teller
from yingcai.cases.sealed import SUM, put
from yingcai.engine.rules.types import Enum
from yingcai.registry.actions.facts import Said, record_facts
from yingcai.registry.queries.facts import fact_prefix
from yingcai.registry.queries.merged import kept, members
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User


def grant_problems(case: Case, row: Decision) -> list[str]:
    """Why a case cannot be granted by what the rules said, or people signed for; empty where it can.

    Raises: Erased, NotSealed.
    """
    settled_by_people = open_record(case)
    if settled_by_people is not None:
        return exceptional_problems(case, settled_by_people)
    found = refusing_words(case, row)
    if row.outcome in ("unknown", "person"):
        found += [_("还缺：%(fact)s") % {"fact": one} for one in lacking_words(case, row)]
    return [*found, *unpayable(case, row)]


def exceptional_problems(case: Case, row: ExceptionalDecision) -> list[str]:
    """What stands in the way of granting what people settle: signatures, a bar, awards that exclude it."""
    if not row.stands:
        return [_("一事一议记录还没有由规定的人全部签署，不能批准")]
    if not is_intact(row):
        return [_("一事一议记录在签署以后被改动过，不能批准；请重新提出、重新签署")]
    return conflicts(case)


def unpayable(case: Case, row: Decision) -> list[str]:
    """What stands in the way of paying what the rules gave: other awards, a bar, or that nothing is left."""
    found = conflicts(case)
    if found:
        return found
    problem = settled(case, row, on=row.on).problem
    return [problem] if problem else []


def refusing_words(case: Case, row: Decision) -> list[str]:
    """The conditions that do not hold, with the clause of each."""
    if row.outcome != "no":
        return []
    basis = basis_kept(row)
    answer, words = decided(case, basis), teller(book_of_case(case))
    failed = [one for one, holds in answer.conditions if holds is False]
    return [
        _("不符合“%(condition)s”%(clause)s")
        % {
            "condition": one.text.rstrip("。."),
            "clause": _("（%s）") % words.clause(one.source) if one.source else "",
        }
        for one in failed
    ]


def lacking_words(case: Case, row: Decision) -> list[str]:
    """The facts that are missing, by their labels; those that people judge are named as such."""
    basis = basis_kept(row)
    book = book_of_case(case)
    words = teller(book, values_of(book, basis))
    return [words.asked(name) for name in decided(case, basis).ask]


def conflicts(case: Case) -> list[str]:
    """A bar on the day of the application, and awards that cannot be had beside this one, in words."""
    applied = clock.day_of(case.submitted_at) if case.submitted_at else None
    found = barred_words(case.subject, case.programme, applied) if applied else []
    book = book_of_case(case)
    rules = book.rules.programmes
    own = rules[case.programme].stacking
    rows = Award.objects.filter(voided_at=None, subject__in=members([kept(case.subject)]))
    for row in rows.exclude(case=case).exclude(programme=case.programme).order_by("id"):
        other = rules.get(row.programme)
        if other is None:
            continue
        rival = own.highest_of and other.stacking.highest_of == own.highest_of
        excluded = row.programme in own.excludes or case.programme in other.stacking.excludes
        if rival or excluded:
            title = {"title": in_language(other.title)}
            found.append(
                _("已享受“%(title)s”，与本项就高享受，不重复") % title
                if rival
                else _("已享受“%(title)s”，与本项互斥") % title
            )
    return list(dict.fromkeys(found))


def follow_up(
    case: Case, *, granted: bool, ended: bool, actor: "User | None", now: datetime
) -> None:
    """Make the award that a decision brought, or take back one that no longer stands."""
    standing = case.awards.filter(voided_at=None).first()
    if granted and standing is None:
        standing = _award(case, actor=actor, now=now)
    if standing is not None and not granted:
        void(standing, actor=actor, now=now)
    elif standing is not None and ended:
        _learn(case, standing, actor=actor, now=now)
        begin_obligations(standing, actor=actor, now=now)


def _end_record(award: Award, *, actor: "User | None", now: datetime) -> None:
    """What people settled counts no more where the award is taken back on the way: it is proposed anew."""
    row, status = award.exceptional, ExceptionalDecision.Status
    if row is None:
        return
    standing = ExceptionalDecision.objects.filter(pk=row.pk, status=status.SETTLED)
    if standing.update(status=status.ENDED, ended_by=actor, ended_at=now):
        details = {"case": award.case_id, "number": row.number}
        record("exceptional.ended", row, actor=actor, details=details, at=now)


def void(award: Award, *, actor: "User | None", now: datetime) -> None:
    """An award stands no longer, and nothing is owed for it; it stays in the record."""
    Award.objects.filter(pk=award.pk, voided_at=None).update(voided_at=now)
    award.voided_at = now
    record("award.voided", award, actor=actor, details=_details(award), at=now)
    end_obligations(award, actor=actor, now=now)
    _end_record(award, actor=actor, now=now)


def _award(case: Case, *, actor: "User | None", now: datetime) -> Award | None:
    """By the last answer of the rules, which was yes when somebody who decides agreed; less what was received.

    Where people settled it, what they signed for, whatever the rules say.
    """
    exceptional = open_record(case)
    if exceptional is not None and not exceptional.stands:
        return None
    rows = case.decisions.order_by("-number")
    row = (rows if exceptional else rows.filter(outcome="yes")).first()
    if row is None:
        return None
    left = _settled_by(exceptional) if exceptional else settled(case, row, on=clock.day_of(now))
    award = Award.objects.create(
        case=case,
        decision=row,
        exceptional=exceptional,
        programme=case.programme,
        subject=case.subject,
        amount=left.amount,
        sealed_sum=put(case, SUM, [dict(one) for one in left.lines]) if left.lines else None,
        result=exceptional.result if exceptional else row.result,
        granted_on=clock.day_of(now),
        granted_by=actor,
        since_on=_since(case, row, clock.day_of(now)),
        replaces=case.awards.order_by("-id").first(),
    )
    record("award.made", award, actor=actor, details=_details(award), at=now)
    return award


def _settled_by(row: ExceptionalDecision) -> Settled:
    """What people signed for; nothing is taken off."""
    return Settled(row.amount, tuple(sum_lines(row)))


def _since(case: Case, row: Decision, on: date) -> date | None:
    """A renewal that was asked for in time goes on where the former award ends; a higher level holds at once."""
    rows = Award.objects.filter(
        programme=case.programme, voided_at=None, subject__in=members([kept(case.subject)])
    )
    former = rows.exclude(case=case).select_related("case").order_by("-granted_on", "-id").first()
    until = valid_until(former) if former else None
    if former is None or until is None or case.submitted_at is None:
        return None
    higher = rank_of(case, row.result) > rank_of(case, grade_on(former, on))
    if higher or clock.day_of(case.submitted_at) > until:
        return None
    return until + timedelta(days=1)


def _details(award: Award) -> dict[str, object]:
    found = {"case": award.case_id, "programme": award.programme, "amount": award.amount}
    if award.exceptional_id is None:
        return found
    return {**found, "by_rule": False, "exceptional": award.exceptional_id}


def _learn(case: Case, award: Award, *, actor: "User | None", now: datetime) -> None:
    """What was proven with a case that is over becomes known: it is not asked again while it holds."""
    row = award.decision
    if row is None:  # a paper says what it says when it is taken in
        return
    said = [*_proven(case, row), *_result(case, award, row)]
    if said:
        record_facts(kept(case.subject), said, verified_by=actor, actor=actor, now=now)


def _proven(case: Case, row: Decision) -> Iterator[Said]:
    words, prefix = vocabulary(), fact_prefix(case.subject)
    for name, used in basis_kept(row).items():
        word = words.facts.get(name)
        if word and name.startswith(f"{prefix}.") and used.by in (OWN, JUDGED):
            yield Said(name, used.written, word.source, reference=case.number)


def _result(case: Case, award: Award, row: Decision) -> Iterator[Said]:
    """The level that a recognition gives, as the fact whose values it has."""
    book = book_of_case(case)
    rules = [book.rules.rules[number] for number in book.rules.programmes[case.programme].rules]
    every = award.exceptional_id is not None
    kinds = dict.fromkeys(
        one.result.type
        for one in rules
        if one.result is not None and (every or one.version == row.rule)
    )
    for kind in kinds:
        word = vocabulary().facts.get(kind.name) if isinstance(kind, Enum) else None
        if word and award.result:
            since = clock.day_of(row.at)
            yield Said(word.name, award.result, word.source, since=since, reference=case.number)
