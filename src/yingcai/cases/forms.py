"""The form of an application: only what its programme still needs and the city does not know."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from yingcai.cases.actions.deciding import (
    OWN,
    REGISTER,
    Basis,
    answers_of,
    basis_of,
    values_of,
)
from yingcai.cases.models import Case
from yingcai.cases.queries.materials import Need, needed
from yingcai.cases.queries.questions import Asked, asked, shown
from yingcai.cases.queries.rule_book import RuleBook, book_alone
from yingcai.cases.reasons import Reasons, Sayer, Value, reasons_of
from yingcai.cases.viewers import Viewer
from yingcai.engine.rules.ask import next_questions


@dataclass(frozen=True)
class Field:
    """A question with what was written. ``new``: the answers just given opened it; ``among``: what may be meant."""

    asked: Asked
    written: str = ""
    problem: str = ""
    new: bool = False
    among: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """For ids and anchors."""
        return self.asked.name.replace(".", "-")


@dataclass(frozen=True)
class Typed:
    """What was sent and is not kept: texts by fact, what is wrong with them, and which values may be meant."""

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    among: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """``open``: the facts that are asked and not answered; ``known``: what is not asked, for the city knows it."""

    fields: tuple[Field, ...]
    open: tuple[str, ...]
    known: tuple[Value, ...]
    known_names: tuple[str, ...]
    reasons: Reasons
    needs: tuple[Need, ...]


def form_of(
    case: Case,
    viewer: Viewer,
    *,
    on: date,
    typed: Typed | None = None,
    fresh: Collection[str] = (),
) -> Form:
    """The form as it stands; ``fresh``: what is asked now and was not before. Raises: Erased, NotSealed."""
    typed = typed or Typed()
    answers = answers_of(case)
    book = book_alone(case.pack, case.programme)
    basis = basis_of(case, answers, on=on)
    first = asks(book, {name: one for name, one in basis.items() if one.by != OWN})
    now = asks(book, basis)
    said = [name for name in answers.own if name in basis and basis[name].by == OWN]
    names = dict.fromkeys(
        [
            *(name for name in first if name in said or name in now),
            *(name for name in said if name not in first),
            *now,
        ]
    )
    reasons = reasons_of(case, basis, viewer)
    known, sayer = _known(basis), Sayer(case, basis, viewer)
    return Form(
        fields=tuple(
            _field(book, name, answers.own.get(name, ""), typed, new=name in fresh)
            for name in names
        ),
        open=tuple(name for name in now if name not in answers.own),
        known=tuple(sayer.value(name) for name in known),
        known_names=tuple(known),
        reasons=reasons,
        needs=tuple(needed(reasons.answer)),
    )


def asks(book: RuleBook, basis: Basis) -> list[str]:
    """The facts to ask for, those first that settle the answer soonest; what people judge is not asked."""
    facts = values_of(book, basis).values
    questions = next_questions(book.rules, book.case.trace, facts)
    asked_here = frozenset(one["id"] for one in book.pack.facts["facts"])
    return [one.fact for one in questions if one.fact in asked_here]


def askable(case: Case, names: Iterable[str]) -> dict[str, Asked]:
    """The questions among some names, as they are put."""
    facts = book_alone(case.pack, case.programme).rules.facts
    return {
        name: asked(facts[name])
        for name in names
        if name in facts and not facts[name].judged and not facts[name].always
    }


def _known(basis: Basis) -> list[str]:
    """What is known from registers; what the applicant said of himself before is known, too."""
    return [name for name, one in basis.items() if one.by == REGISTER]


def _field(book: RuleBook, name: str, written: str, typed: Typed, *, new: bool) -> Field:
    question = asked(book.rules.facts[name])
    return Field(
        question,
        shown(question, typed.texts.get(name, written)),
        typed.problems.get(name, ""),
        new,
        typed.among.get(name, ()),
    )
