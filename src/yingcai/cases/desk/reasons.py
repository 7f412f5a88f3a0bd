"""Facts and reasons of a decision as an officer reads them: values with their origin, sensitive ones as stars."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy

from yingcai.cases.actions.deciding import (
    JUDGED,
    OFFICE,
    OWN,
    SETTLED,
    Basis,
    Used,
    answers_of,
    basis_kept,
    decided,
    used_by,
    values_known,
    values_of,
)
from yingcai.cases.models import Case, Decision
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import capital, teller
from yingcai.cases.queries.rule_book import RuleBook
from yingcai.engine.packs.telling import Teller
from yingcai.engine.rules.decide import Decision as Answer
from yingcai.engine.rules.version import APPLIED_ON
from yingcai.registry.lines import STARS
from yingcai.registry.queries.scope import Scope

ORIGINS = {
    OWN: gettext_lazy("本人填报"),
    JUDGED: gettext_lazy("人工认定"),
    OFFICE: gettext_lazy("平台记录"),
    SETTLED: gettext_lazy("一事一议记录"),
}
UNSAID = "internal"  # the class of what the platform itself knows


@dataclass(frozen=True)
class Value:
    """A fact with its value in words. ``masked``: stars, to be revealed with a reason where ``sensitive``.

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
    """A decision of the rules with everything it stands on. ``asks``: facts that lack, by name and label."""

    row: Decision
    answer: Answer
    outcome: str
    given: str
    checks: tuple[Check, ...]
    steps: tuple[tuple[str, str], ...]
    asks: tuple[tuple[str, str], ...]
    values: tuple[Value, ...]
    sample: bool

    @property
    def fields(self) -> list[str]:
        """The facts of the subject that were looked at; stars were decided by all the same."""
        return [one.name for one in self.values if one.by != OFFICE]

    @property
    def changed(self) -> tuple[Value, ...]:
        """What is known otherwise since the decision."""
        return tuple(one for one in self.values if one.now)


class _Sayer:
    """Says values of one case for one scope."""

    def __init__(self, book: RuleBook, basis: Basis, scope: Scope) -> None:
        self.book, self.basis, self.scope = book, basis, scope
        self.subject = values_of(book, basis)
        self.words: Teller = teller(book, self.subject)
        self.classes = {one["id"]: one["class"] for one in book.pack.facts["facts"]}

    def masked(self, name: str, used: Used) -> bool:
        data_class = self.classes.get(name, UNSAID)
        return used.sensitive or data_class == "sensitive" or not self.scope.shows(data_class)

    def value(self, name: str, later: Used | None = None) -> Value:
        fact = self.book.rules.facts[name]
        used = self.basis.get(name)
        label = self.words.label(fact)
        if used is None:
            now = self._said(name, later) if later else ""
            unknown = self.words.value(None, fact.type)
            return Value(name, label, unknown, now=now)
        changed = later is not None and later.written != used.written
        masked = self.masked(name, used)
        return Value(
            name=name,
            label=label,
            words=self._said(name, used),
            origin=self._origin(used),
            on=date.fromisoformat(used.on) if used.on else None,
            by=used.by,
            masked=masked,
            sensitive=masked and (used.sensitive or self.classes.get(name) == "sensitive"),
            now=self._said(name, later) if changed and later else "",
        )

    def _said(self, name: str, used: Used) -> str:
        if self.masked(name, used):
            return STARS
        fact = self.book.rules.facts[name]
        value = values_of(self.book, {name: used}).values.get(name)
        return self.words.value(value, fact.type, fact)

    def _origin(self, used: Used) -> str:
        if used.by in ORIGINS:
            return str(ORIGINS[used.by])
        return self.words.names.sources.get(used.source, {}).get(self.words.language, used.source)


def reasons_of(case: Case, row: Decision, scope: Scope, *, compare: bool) -> Reasons:
    """What the rules said, and (``compare``) what is known otherwise today. Raises: Erased, NotSealed."""
    book, basis = book_of_case(case), basis_kept(row)
    sayer, answer = _Sayer(book, basis, scope), decided(case, basis)
    words, later = sayer.words, _known_now(case, scope.on) if compare else {}
    names = [name for name in basis if name != APPLIED_ON]
    names += [name for name in later if name not in basis and name != APPLIED_ON]
    rule = answer.rule
    return Reasons(
        row=row,
        answer=answer,
        outcome=answer.outcome,
        given=words.given(answer) if answer.outcome == "yes" else "",
        checks=tuple(_checks(answer, sayer)),
        steps=tuple(_steps(answer, sayer)) if answer.outcome == "yes" else (),
        asks=tuple((name, words.asked(name)) for name in answer.ask),
        values=tuple(sayer.value(name, later.get(name)) for name in names),
        sample=rule.sample or rule.partly_sample or book.rules.programmes[case.programme].sample,
    )


def _known_now(case: Case, on: date) -> Mapping[str, Used]:
    return used_by(case, values_known(case, answers_of(case), on=on))


def _checks(answer: Answer, sayer: _Sayer) -> Iterator[Check]:
    for one, holds in answer.conditions:
        values = tuple(sayer.value(name) for name in one.facts)
        clause = sayer.words.clause(one.source) if one.source else ""
        yield Check(capital(one.text.rstrip("。.")), holds, clause, values)


def _steps(answer: Answer, sayer: _Sayer) -> Iterator[tuple[str, str]]:
    """How the amount came about; a step that stands on something masked is masked, too."""
    for (step, value), source in zip(answer.steps, answer.rule.steps, strict=True):
        hidden = any(
            name in sayer.basis and sayer.masked(name, sayer.basis[name]) for name in source.facts
        )
        yield step.label, STARS if hidden else sayer.words.value(value, step.type)


def value_revealed(case: Case, row: Decision, name: str) -> tuple[str, str] | None:
    """Label and value of one fact of a decision in words, for whoever has written the look; None: there is none."""
    book, basis = book_of_case(case), basis_kept(row)
    if name not in basis:
        return None
    fact, words = book.rules.facts[name], teller(book)
    value = values_of(book, {name: basis[name]}).values.get(name)
    return words.label(fact), words.value(value, fact.type, fact)
