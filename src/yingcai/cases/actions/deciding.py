"""Deciding a case by the rules: which facts it stands on, what the rules say of them, and keeping the answer.

What the city knows goes before what the applicant says, and what an officer judges before both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum

from yingcai.audit import clock
from yingcai.cases.models import Award, Case, Decision
from yingcai.cases.queries.exceptional import settled_fact, standing_record
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.materials import not_handed_in
from yingcai.cases.queries.rule_book import RuleBook
from yingcai.cases.sealed import ANSWERS, BASIS, put, taken
from yingcai.engine.packs.proof import Decided, decided_by
from yingcai.engine.rules import decide as engine
from yingcai.engine.rules.model import Ceiling, received_fact
from yingcai.engine.rules.subject import Origin, Subject, in_range
from yingcai.engine.rules.types import Known, Money
from yingcai.engine.rules.version import APPLIED_ON
from yingcai.engine.rules.written import NotReadable, read_value, write_value
from yingcai.registry.actions.looking import RuleFact, facts_for_rules
from yingcai.registry.queries.groups import employer_of, group_of

if TYPE_CHECKING:
    from yingcai.registry.models import Subject as Registered

OWN, JUDGED, REGISTER, OFFICE = "own", "judged", "register", "office"
SETTLED = "settled"  # by people who signed for it (一事一议)
APPLICANT = "applicant"  # the source of what people say of themselves


@dataclass(frozen=True)
class Used:
    """A value that a case stands on: as written, from where, since when.

    ``by``: `own` (said with the case), `judged` (by an officer), `register` (known before), `office`
    (what was granted before), `settled` (signed for in this case).
    """

    written: str
    source: str = ""
    on: str = ""
    by: str = REGISTER
    sensitive: bool = False


Basis = dict[str, Used]


@dataclass(frozen=True)
class Answers:
    """What was said with a case, as written, by fact. ``judged``: by officers."""

    own: Mapping[str, str]
    judged: Mapping[str, str]


def answers_of(case: Case) -> Answers:
    """Raises: Erased, NotSealed."""
    found = taken(case, ANSWERS, case.sealed_answers) or {}
    return Answers(found.get(OWN, {}), found.get(JUDGED, {}))


def sealed_answers(case: Case, answers: Answers) -> bytes:
    return put(case, ANSWERS, {OWN: dict(answers.own), JUDGED: dict(answers.judged)})


def basis_of(case: Case, answers: Answers, *, on: date, at: datetime | None = None) -> Basis:
    """The values that a case stands on, on a day, as known at a moment (empty: now). Raises: Erased, NotSealed."""
    basis = values_known(case, answers, on=on, at=at)
    basis.update(granted_before(case.subject, book_of_case(case), on, but=case))
    return basis


def values_known(case: Case, answers: Answers, *, on: date, at: datetime | None = None) -> Basis:
    """The same without what was granted before. Raises: Erased, NotSealed."""
    book = book_of_case(case)
    wanted = wanted_facts(book, case.programme)
    basis = {
        name: Used(one.written, one.source, one.on, REGISTER, one.sensitive)
        for name, one in known_of(case.subject, wanted, on, at).items()
    }
    sensitive = {one["id"] for one in book.pack.facts["facts"] if one["class"] == "sensitive"}
    for name, written in answers.own.items():
        if name not in basis or basis[name].source == APPLICANT:
            basis[name] = Used(written, APPLICANT, "", OWN, name in sensitive)
    for name, written in answers.judged.items():
        basis[name] = Used(written, "", "", JUDGED, name in sensitive)
    basis = _with_settled(case, basis)
    basis[APPLIED_ON] = Used(applied_on(case, on).isoformat(), by=OFFICE)
    return basis


def _with_settled(case: Case, basis: Basis) -> Basis:
    """A fact that people settle case by case comes from their record alone, whoever else has said it."""
    name, record = settled_fact(case), standing_record(case)
    if not name:
        return basis
    others = {key: one for key, one in basis.items() if key != name}
    if record is None or record.amount is None:
        return others
    settled = Used(write_value(record.amount, Money()), "", record.basis_on.isoformat(), SETTLED)
    return {**others, name: settled}


def applied_on(case: Case, on: date) -> date:
    """The day of the application; of a draft the day that counts now."""
    return clock.day_of(case.submitted_at) if case.submitted_at else on


def known_of(
    subject: "Registered", wanted: frozenset[str], on: date, at: datetime | None = None
) -> Mapping[str, RuleFact]:
    """Of a person also what is known of his employer, of a project of nobody else.

    What the programme cannot ask for stays sealed.
    """
    found = facts_for_rules(subject, wanted, on=on, at=at)
    employer = employer_of(subject, on) if subject.kind == "person" else None
    if employer is not None:
        found = {**facts_for_rules(employer, wanted, on=on, at=at), **found}
    return found


def granted_before(
    subject: "Registered", book: RuleBook, on: date, *, but: Case | None = None
) -> Iterator[tuple[str, Used]]:
    """What the rules call received, and what ceilings have used, by the awards that stand (``but`` one case's)."""
    awards = Award.objects.filter(voided_at=None).exclude(case=but)
    own = dict(
        awards.filter(subject__in=group_of(subject, "person", on))
        .order_by()
        .values_list("programme")
        .annotate(total=Sum("amount"))
    )
    for name, programme in book.rules.programmes.items():
        fact = received_fact(name)
        if fact in book.rules.facts:
            yield fact, _money(own.get(name) or 0)
        for ceiling in programme.stacking.ceilings:
            if ceiling.share == "by_date":
                yield ceiling.fact, _money(_used(awards, subject, ceiling, on))


def _used(awards: QuerySet[Award], subject: "Registered", ceiling: Ceiling, on: date) -> int:
    """Fen that a group was granted under a ceiling so far."""
    group = group_of(subject, ceiling.per, on)
    rows = awards.filter(programme__in=ceiling.group, subject__in=group)
    if ceiling.within == "year":
        rows = rows.filter(granted_on__year=on.year)
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def _money(fen: int) -> Used:
    return Used(write_value(fen, Money()), by=OFFICE)


def values_of(book: RuleBook, basis: Basis) -> Subject:
    """The basis as the rules read it; what is no value of its fact is unknown."""
    values: dict[str, Known] = {}
    for name, used in basis.items():
        fact = book.rules.facts.get(name)
        if fact is None:
            continue
        try:
            values[name] = in_range(read_value(used.written, fact.type), fact)
        except NotReadable:
            continue
    origins = {name: Origin(one.source, one.on) for name, one in basis.items() if one.source}
    return Subject(values, origins)


def decided(case: Case, basis: Basis) -> engine.Decision:
    """What the rules say of a case by a basis, in the language of the page."""
    book = book_of_case(case)
    return book.decider.decide(values_of(book, basis).values)[case.programme]


def decide(case: Case, *, on: date, now: datetime) -> Decision:
    """Ask the rules by what is known now, and keep what they say. Raises: Erased, NotSealed."""
    row = decision_by(case, answers_of(case), on=on, now=now)
    row.save(force_insert=True)
    return row


def decision_by(case: Case, answers: Answers, *, on: date, now: datetime) -> Decision:
    """What the rules say by what is known now and some answers; it is not kept. Raises: Erased, NotSealed."""
    basis = basis_of(case, answers, on=on)
    answer = decided(case, basis)
    kept = used_by(case, basis)
    return Decision(
        case=case,
        number=case.decisions.count() + 1,
        pack=case.pack,
        outcome=answer.outcome,
        rule=answer.version,
        amount=answer.amount,
        result=answer.result or "",
        on=on,
        at=now,
        sealed_basis=put(case, BASIS, {name: asdict(one) for name, one in kept.items()}),
        digest=as_decided(case, answer, kept, on).digest,
    )


def used_by(case: Case, basis: Basis) -> Basis:
    """The part of a basis that the programme can ask for: nothing else of the person is kept with a decision."""
    wanted = wanted_facts(book_of_case(case), case.programme)
    return {name: one for name, one in sorted(basis.items()) if name in wanted}


def wanted_facts(book: RuleBook, programme: str) -> frozenset[str]:
    """Every fact that some version of a programme can ask for."""
    rules = [book.rules.rules[number] for number in book.rules.programmes[programme].rules]
    named = {name for rule in rules for name in rule.facts}
    stepped = {name for rule in rules for step in rule.steps for name in step.facts}
    return frozenset({APPLIED_ON} | named | stepped)


def as_decided(case: Case, answer: engine.Decision, basis: Basis, on: date) -> Decided:
    """A decision as proofs tell it, with the one digest that it has."""
    facts = {name: one.written for name, one in basis.items()}
    return decided_by(case.pack, on, facts, answer)


def adds_nothing(case: Case) -> bool:
    """Whether whoever applied has neither brought a file nor said anything else since the rules were asked last.

    Raises: Erased, NotSealed.
    """
    row = case.decisions.order_by("-number").first()
    if row is None or not_handed_in(case):
        return False
    row.case = case
    kept = {name: one.written for name, one in basis_kept(row).items() if one.by == OWN}
    return answers_of(case).own == kept


def basis_kept(row: Decision) -> Basis:
    """The facts that a kept decision stands on. Raises: Erased, NotSealed."""
    found = taken(row.case, BASIS, row.sealed_basis)
    return {name: Used(**one) for name, one in found.items()}


def replay(row: Decision) -> tuple[engine.Decision, bool]:
    """The decision made again from its kept facts and its pack, and whether it is the one that was kept.

    Raises: PackNotKept, Erased, NotSealed.
    """
    basis = basis_kept(row)
    answer = decided(row.case, basis)
    return answer, as_decided(row.case, answer, basis, row.on).digest == row.digest
