"""What the rules say of a case, line by line: the values that each condition stands on, as far as they are shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.cases.actions.deciding import JUDGED, OFFICE, OWN, SETTLED, Basis, Used, values_of
from yingcai.cases.models import Case
from yingcai.cases.queries.guides import capital, teller
from yingcai.cases.queries.reach import takes_walk_ins, walk_in_scope
from yingcai.cases.queries.rule_book import RuleBook, book_alone
from yingcai.engine.packs.telling import Teller, hopeful
from yingcai.engine.rules.change import ways_to_yes
from yingcai.engine.rules.decide import ConditionText, Decision
from yingcai.engine.rules.model import Outcome
from yingcai.engine.rules.version import APPLIED_ON
from yingcai.registry.errors import OutOfScope
from yingcai.registry.queries.merged import kept, members
from yingcai.registry.queries.scope import (
    COUNTY,
    EMPLOYER,
    SELF,
    Scope,
    mandates_on,
    usual_scope,
)
from yingcai.registry.queries.scope import (
    OFFICE as CITY,
)
from yingcai.registry.queries.search import in_scope

if TYPE_CHECKING:
    from yingcai.identity.models import User

Shows = Callable[[str, Used], bool]


@dataclass(frozen=True)
class Value:
    """A fact with its value, where it comes from and since when. ``hidden``: it is known, and not shown here."""

    label: str
    words: str
    source: str
    on: date | None
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """A condition. ``holds``: true, false or (None) not known."""

    words: str
    holds: bool | None
    clause: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Reasons:
    """``given``: amount or level in words; ``steps``: how the amount comes about; ``ways``: what would
    turn a no; ``asks``: what is missing."""

    outcome: Outcome
    given: str
    lines: tuple[Line, ...]
    steps: tuple[tuple[str, str], ...]
    ways: tuple[str, ...]
    asks: tuple[str, ...]
    sample: bool
    partly_sample: bool


@dataclass(frozen=True)
class Viewer:
    """Who looks at a case for whoever applies. ``own``: the person himself; else in a scope of the register.

    ``scope`` is None for somebody who filed the case and no longer reaches its subject.
    """

    own: bool
    scope: Scope | None
    classes: dict[str, str]  # of facts

    def shows(self, name: str, used: Used) -> bool:
        """Whether a value that a case stands on may be shown to him."""
        if used.by in (OWN, JUDGED, SETTLED) or name == APPLIED_ON:
            return True
        data_class = "personal" if used.by == OFFICE else self.classes.get(name, "sensitive")
        if self.own:
            return not name.startswith("firm.") or data_class == "public"
        if self.scope is None or data_class == "sensitive":
            return False
        return self.scope.shows(data_class)


def viewer_of(case: Case, user: "User", on: date) -> Viewer:
    """As whom a login looks at a case that it may see."""
    facts = book_alone(case.pack, case.programme).pack.facts["facts"]
    classes = {one["id"]: one["class"] for one in facts}
    subject = kept(case.subject)
    own = mandates_on(user, on).filter(kind=SELF, subject__in=members([subject])).exists()
    return Viewer(own, None if own else _scope(case, user, on), classes)


def _scope(case: Case, user: "User", on: date) -> Scope | None:
    """A firm's officer looks as one, even where he holds an office as well."""
    employer, staff = (EMPLOYER,), (CITY, COUNTY)
    for among in (staff, employer) if case.side == Case.Side.WINDOW else (employer, staff):
        try:
            found = usual_scope(user, on=on, among=among)
        except OutOfScope:
            continue
        if in_scope(found, case.subject):
            return found
    walked_in = case.side == Case.Side.WINDOW and case.applicant_id == user.pk
    return walk_in_scope(user, on) if walked_in and takes_walk_ins(user, on) else None


def alone(case: Case, basis: Basis) -> Decision:
    """What the programme says by a basis, in the language of the page."""
    book = book_alone(case.pack, case.programme)
    return book.decider.decide(values_of(book, basis).values)[case.programme]


def reasons_of(case: Case, answer: Decision, basis: Basis, shows: Shows) -> Reasons:
    """An answer of the rules as a page tells it; values that are not shown stand in no line of it."""
    book = book_alone(case.pack, case.programme)
    words = teller(book, values_of(book, basis))
    hidden = {name for name, used in basis.items() if not shows(name, used)}
    rule = answer.rule
    told = hidden & {*rule.amount_facts}  # the amount would tell what is not shown
    return Reasons(
        outcome=answer.outcome,
        given="" if told else words.given(answer),
        lines=tuple(_line(one, basis, words, hidden) for one in answer.conditions),
        steps=tuple(
            (step.label, words.value(value, step.type))
            for step, value in answer.steps
            if answer.outcome == "yes" and not told
        ),
        ways=tuple(_ways(book, answer, words, hidden)),
        asks=tuple(words.asked(name) for name in answer.ask),
        sample=rule.sample or book.rules.programmes[case.programme].sample,
        partly_sample=rule.partly_sample,
    )


def _line(
    condition: tuple[ConditionText, bool | None],
    basis: Basis,
    words: Teller,
    hidden: set[str],
) -> Line:
    text, holds = condition
    values = tuple(
        value_of(name, basis[name], words, hidden=name in hidden)
        for name in text.facts
        if name in basis
    )
    unknown = tuple(
        Value(words.asked(name), _("未知"), "", None)
        for name in text.facts
        if name not in basis and holds is None
    )
    clause = words.clause(text.source) if text.source else ""
    return Line(capital(text.text.rstrip("。.")), holds, clause, values + unknown)


def value_of(name: str, used: Used, words: Teller, *, hidden: bool) -> Value:
    """One value with its source and day."""
    label = words.label(words.rules.facts[name])
    known = words.subject.values.get(name)
    kind = words.rules.facts[name]
    said = _("已掌握，不在这里显示") if hidden else words.value(known, kind.type, kind)
    day = date.fromisoformat(used.on) if used.on else None
    return Value(label, said, _source(used, words), day, hidden)


def _source(used: Used, words: Teller) -> str:
    told = {
        OWN: _("本次申请填报"),
        JUDGED: _("经办人认定"),
        OFFICE: _("本平台办理记录"),
        SETTLED: _("一事一议记录"),
    }
    named = words.names.sources.get(used.source, {}).get(words.language, used.source)
    return told.get(used.by, named)


def _ways(book: RuleBook, answer: Decision, words: Teller, hidden: set[str]) -> Iterator[str]:
    """What would change a no, unless that tells a value that is not shown."""
    if answer.outcome != "no":
        return
    outcomes = book.case.trace(answer.facts)
    ways = ways_to_yes(answer.rule, book.rules, outcomes[answer.rule.number], answer.facts)
    for way in hopeful(answer, ways):
        if not hidden & {change.fact for change in way.changes}:
            yield words.way(way)
