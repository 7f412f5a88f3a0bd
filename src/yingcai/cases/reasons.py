"""What the rules say of a case, line by line: the values that each condition stands on, as far as they are shown.

One reading for everybody: who reads (`viewers.Audience`) says which values stand there, and in which words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from yingcai.cases.actions.deciding import (
    OFFICE,
    Basis,
    Used,
    answers_of,
    basis_kept,
    used_by,
    values_known,
    values_of,
)
from yingcai.cases.models import Case, Decision
from yingcai.cases.queries.guides import capital, teller
from yingcai.cases.queries.rule_book import RuleBook, book_alone
from yingcai.cases.viewers import Audience
from yingcai.engine.packs.telling import hopeful
from yingcai.engine.rules.change import ways_to_yes
from yingcai.engine.rules.decide import ConditionText
from yingcai.engine.rules.decide import Decision as Answer
from yingcai.engine.rules.model import Outcome
from yingcai.engine.rules.version import APPLIED_ON


@dataclass(frozen=True)
class Value:
    """A fact with its value in words. ``masked``: it is known, and not shown here; ``sensitive``: it may be
    revealed with a reason.

    ``now``: what is known since the decision, where it is another; empty where nothing has changed.
    """

    name: str
    label: str
    words: str
    origin: str = ""
    on: date | None = None
    by: str = ""
    masked: bool = False
    sensitive: bool = False
    now: str = ""


@dataclass(frozen=True)
class Check:
    """A condition: whether it holds (None: not known), its clause, the values it stands on."""

    words: str
    holds: bool | None
    clause: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Reasons:
    """``given``: amount or level in words; ``steps``: how the amount comes about; ``ways``: what would
    turn a no; ``asks``: what is missing, by name and label; ``values``: everything it stands on;
    ``row``: the decision that was kept, if it was."""

    answer: Answer
    given: str
    checks: tuple[Check, ...]
    steps: tuple[tuple[str, str], ...]
    ways: tuple[str, ...]
    asks: tuple[tuple[str, str], ...]
    values: tuple[Value, ...]
    sample: bool
    partly_sample: bool
    row: Decision | None = None

    @property
    def outcome(self) -> Outcome:
        return self.answer.outcome

    @property
    def asked(self) -> tuple[str, ...]:
        """What is missing, in words."""
        return tuple(label for _name, label in self.asks)

    @property
    def fields(self) -> list[str]:
        """The facts of the subject that were looked at; stars were decided by all the same."""
        return [one.name for one in self.values if one.by != OFFICE]

    @property
    def changed(self) -> tuple[Value, ...]:
        """What is known otherwise since the decision."""
        return tuple(one for one in self.values if one.now)


class Sayer:
    """Says the values of a basis to an audience; of a draft or of a kept decision."""

    def __init__(self, case: Case, basis: Basis, audience: Audience) -> None:
        self.case, self.basis, self.audience = case, basis, audience
        self.book: RuleBook = book_alone(case.pack, case.programme)
        self.subject = values_of(self.book, basis)
        self.words = teller(self.book, self.subject)
        self.masked = {name for name, one in basis.items() if not audience.shows(name, one)}

    def value(self, name: str, later: Used | None = None) -> Value:
        """One value with its source and day; ``later``: what is known of it now."""
        fact, used = self.book.rules.facts[name], self.basis.get(name)
        label = self.words.label(fact)
        if used is None:
            now = self._said(name, later) if later else ""
            return Value(name, label, self.words.value(None, fact.type), now=now)
        changed = later is not None and later.written != used.written
        masked = name in self.masked
        return Value(
            name=name,
            label=label,
            words=self._said(name, used),
            origin=self._origin(used),
            on=date.fromisoformat(used.on) if used.on else None,
            by=used.by,
            masked=masked,
            sensitive=masked and self.audience.may_reveal(name, used),
            now=self._said(name, later) if changed and later else "",
        )

    def _said(self, name: str, used: Used) -> str:
        if not self.audience.shows(name, used):
            return str(self.audience.hidden)
        fact = self.book.rules.facts[name]
        known = values_of(self.book, {name: used}).values.get(name)
        return self.words.value(known, fact.type, fact)

    def _origin(self, used: Used) -> str:
        told = self.audience.origins.get(used.by)
        named = self.words.names.sources.get(used.source, {}).get(self.words.language, used.source)
        return str(told) if told else named

    def checks(self, answer: Answer) -> Iterator[Check]:
        for text, holds in answer.conditions:
            clause = self.words.clause(text.source) if text.source else ""
            words = capital(text.text.rstrip("。."))
            yield Check(words, holds, clause, tuple(self._stands_on(text, lists=holds is None)))

    def _stands_on(self, text: ConditionText, *, lists: bool) -> Iterator[Value]:
        """What is known, then what is not; to whoever applies only where that leaves the condition open."""
        if self.audience.whole:
            yield from (self.value(name) for name in text.facts)
            return
        yield from (self.value(name) for name in text.facts if name in self.basis)
        for name in text.facts if lists else ():
            if name not in self.basis:
                yield Value(name, self.words.asked(name), _("未知"))

    def given(self, answer: Answer) -> str:
        """Empty where the amount would tell an applicant's reader what is not shown to him."""
        if self.audience.whole:
            return self.words.given(answer) if answer.outcome == "yes" else ""
        return "" if self._amount_tells(answer) else self.words.given(answer)

    def steps(self, answer: Answer) -> Iterator[tuple[str, str]]:
        """How the amount came about; a step that stands on something masked is masked, too, or all are left out."""
        left_out = not self.audience.whole and self._amount_tells(answer)
        if answer.outcome != "yes" or left_out:
            return
        for (step, value), source in zip(answer.steps, answer.rule.steps, strict=True):
            masked = bool(self.masked & {*source.facts})
            shown = self.words.value(value, step.type)
            yield step.label, str(self.audience.hidden) if masked else shown

    def _amount_tells(self, answer: Answer) -> bool:
        return bool(self.masked & {*answer.rule.amount_facts})

    def ways(self, answer: Answer) -> Iterator[str]:
        """What would change a no, unless that tells a value that is not shown."""
        if answer.outcome != "no" or self.audience.whole:
            return
        outcomes = self.book.case.trace(answer.facts)
        ways = ways_to_yes(answer.rule, self.book.rules, outcomes[answer.rule.number], answer.facts)
        for way in hopeful(answer, ways):
            if not self.masked & {change.fact for change in way.changes}:
                yield self.words.way(way)


def alone(case: Case, basis: Basis) -> Answer:
    """What the programme says by a basis, in the language of the page."""
    book = book_alone(case.pack, case.programme)
    return book.decider.decide(values_of(book, basis).values)[case.programme]


def reasons_of(
    case: Case, basis: Basis, audience: Audience, later: Mapping[str, Used] | None = None
) -> Reasons:
    """What the rules say by a basis, as an audience reads it; ``later``: what is known now, to be compared.

    Raises: PackNotKept.
    """
    answer, sayer = alone(case, basis), Sayer(case, basis, audience)
    later = later or {}
    names = dict.fromkeys(name for name in (*basis, *later) if name != APPLIED_ON)
    facts, rule = sayer.book.rules.facts, answer.rule
    return Reasons(
        answer=answer,
        given=sayer.given(answer),
        checks=tuple(sayer.checks(answer)),
        steps=tuple(sayer.steps(answer)),
        ways=tuple(sayer.ways(answer)),
        asks=tuple((name, sayer.words.asked(name)) for name in answer.ask),
        values=tuple(sayer.value(name, later.get(name)) for name in names if name in facts),
        sample=rule.sample or sayer.book.rules.programmes[case.programme].sample,
        partly_sample=rule.partly_sample,
    )


def kept_reasons(row: Decision, audience: Audience, *, now_on: date | None = None) -> Reasons:
    """A kept decision; with ``now_on`` beside it what is known otherwise on that day. Raises: Erased, NotSealed."""
    found = reasons_of(row.case, basis_kept(row), audience, _known(row.case, now_on))
    return replace(found, row=row)


def _known(case: Case, on: date | None) -> Mapping[str, Used]:
    return used_by(case, values_known(case, answers_of(case), on=on)) if on else {}


def value_revealed(row: Decision, name: str) -> tuple[str, str] | None:
    """Label and value of one fact of a decision in words, for whoever has written the look; None: there is none."""
    basis = basis_kept(row)
    if name not in basis:
        return None
    book = book_alone(row.case.pack, row.case.programme)
    fact, words = book.rules.facts[name], teller(book)
    value = values_of(book, {name: basis[name]}).values.get(name)
    return words.label(fact), words.value(value, fact.type, fact)
