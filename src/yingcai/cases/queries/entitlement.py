"""我能享受什么: what the rules say of the answers given so far, and the one question that settles most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from yingcai.cases.queries.guides import can_apply, teller
from yingcai.cases.queries.rule_book import RuleBook, book_for, language
from yingcai.engine.packs.telling import Teller, hopeful
from yingcai.engine.rules.ask import next_questions
from yingcai.engine.rules.bundle import Bundle, Relations, best_bundle, claims_of, left_out_words
from yingcai.engine.rules.change import ways_to_yes
from yingcai.engine.rules.decide import Decision
from yingcai.engine.rules.model import FactType, Outcome, received_fact
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.subject import Origin, Subject, in_range
from yingcai.engine.rules.types import Known, civil
from yingcai.engine.rules.version import APPLIED_ON
from yingcai.engine.rules.words import reach_words
from yingcai.engine.rules.written import NotReadable, read_value

OUTCOMES: tuple[Outcome, ...] = ("yes", "person", "unknown", "no")


@dataclass(frozen=True)
class Told:
    """What a visitor has said: values as written, by fact, and the questions that were passed over.

    ``known``: what the city knows of him, with its origin; what he says goes before it.
    """

    subject: str
    values: Mapping[str, str]
    passed: frozenset[str] = frozenset()
    known: Mapping[str, tuple[str, Origin]] = field(default_factory=dict)

    @property
    def written(self) -> dict[str, str]:
        """Every value by its fact."""
        return {**{name: one[0] for name, one in self.known.items()}, **self.values}

    @property
    def origins(self) -> dict[str, Origin]:
        return {name: one[1] for name, one in self.known.items() if name not in self.values}


@dataclass(frozen=True)
class Reason:
    """A condition with the value it stands on. ``holds``: true, false or (None) not known."""

    words: str
    holds: bool | None


@dataclass(frozen=True)
class Answer:
    """What one programme says. ``given``: amount or level in words; ``beside``: why it is not paid beside
    the others; ``ways``: what would turn a no; ``asks``: what is still missing; ``open``: one can apply now."""

    name: str
    title: str
    given: str
    beside: str
    outcome: Outcome
    sample: bool
    partly_sample: bool
    reasons: tuple[Reason, ...]
    ways: tuple[str, ...]
    asks: tuple[str, ...]
    open: bool


@dataclass(frozen=True)
class Entitlement:
    """``told``: fact, label and value (with its origin) of each answer. ``question``: None when nothing is left to ask.

    ``total``: what is payable together in words, empty where nothing is.
    """

    answers: Mapping[Outcome, tuple[Answer, ...]]
    told: tuple[tuple[str, str, str], ...]
    question: FactType | None
    concerns: int
    total: str


def subjects_of(book: RuleBook) -> list[str]:
    """The kinds of subjects that some programme is for, in the pack's order."""
    return list(dict.fromkeys(one.subject for one in book.rules.programmes.values()))


def readable(fact: FactType, written: str) -> bool:
    """Whether an answer is a value of a fact, within what its vocabulary allows."""
    return _read(fact, written) is not None


def _read(fact: FactType, written: str) -> Known:
    try:
        return in_range(read_value(written, fact.type), fact)
    except NotReadable:
        return None


def question_of(book: RuleBook, name: str) -> FactType | None:
    """A fact that a visitor can be asked for: one of the pack's that no official judges."""
    fact = book.rules.facts.get(name)
    askable = fact is not None and not fact.judged and not fact.always
    return fact if askable and name in _vocabulary(book) else None


def _vocabulary(book: RuleBook) -> frozenset[str]:
    return frozenset(one["id"] for one in book.pack.facts["facts"])


def entitlement(book: RuleBook, told: Told, *, on: date) -> Entitlement:
    """What a visitor can get on a day, by what he said; nothing is kept, nobody is looked up.

    He is taken to have received nothing so far.
    """
    part = book_for(book.digest, told.subject)
    facts = _facts(part, told, on)
    decisions = part.decider.decide(facts)
    words = teller(part, Subject(facts, told.origins))
    outcomes, bundle = part.case.trace(facts), _bundle(part, facts)
    beside = _left_out(part, bundle)
    answers = {
        outcome: tuple(
            _answer(one, part, words, outcomes, beside.get(one.programme, ""), on)
            for one in decisions.values()
            if one.outcome == outcome
        )
        for outcome in OUTCOMES
    }
    question, concerns = _next(part, told, facts)
    return Entitlement(
        answers,
        tuple(
            (name, words.label(fact), words.stated(name, facts[name]))
            for name in told.written
            if name in facts and (fact := part.rules.facts[name])
        ),
        question,
        concerns,
        reach_words(*bundle.payable, language()) if bundle.payable.high else "",
    )


def _facts(part: RuleBook, told: Told, on: date) -> dict[str, Known]:
    facts: dict[str, Known] = dict.fromkeys(_received(part), 0)
    facts[APPLIED_ON] = civil(on)
    for name, written in told.written.items():
        fact = question_of(part, name)
        value = _read(fact, written) if fact else None
        if value is not None:
            facts[name] = value
    return facts


def _received(part: RuleBook) -> Iterator[str]:
    """What stands for money that one has received oneself; what others of one's firm have is not known."""
    for name, programme in part.rules.programmes.items():
        if received_fact(name) in part.rules.facts:
            yield received_fact(name)
        for ceiling in programme.stacking.ceilings:
            if ceiling.share == "by_date" and ceiling.per != "firm":
                yield ceiling.fact


def _answer(
    one: Decision,
    part: RuleBook,
    words: Teller,
    outcomes: Sequence[RuleOutcome],
    beside: str,
    on: date,
) -> Answer:
    rule = one.rule
    ways = (
        ways_to_yes(rule, part.rules, outcomes[rule.number], one.facts)
        if one.outcome == "no"
        else []
    )
    return Answer(
        name=one.programme,
        title=words.title(one.programme),
        given=words.given(one),
        beside=beside if one.outcome == "yes" else "",
        outcome=one.outcome,
        sample=rule.sample or part.rules.programmes[one.programme].sample,
        partly_sample=rule.partly_sample,
        reasons=tuple(Reason(words.condition(text, one), holds) for text, holds in one.conditions),
        ways=tuple(words.way(way) for way in hopeful(one, ways)),
        asks=tuple(words.asked(name) for name in one.ask),
        open=can_apply(part, one.programme, on),
    )


def _next(part: RuleBook, told: Told, facts: Mapping[str, Known]) -> tuple[FactType | None, int]:
    """The question that settles most, and how many programmes wait for it."""
    for one in next_questions(part.rules, part.case.trace, facts):
        fact = question_of(part, one.fact)
        if fact is not None and one.fact not in told.passed:
            return fact, one.concerns
    return None, 0


def _bundle(part: RuleBook, facts: Mapping[str, Known]) -> Bundle:
    claims = claims_of(part.rules, part.case.run(facts), facts)
    return best_bundle(Relations(part.rules.programmes), claims, facts)


def _left_out(part: RuleBook, bundle: Bundle) -> dict[str, str]:
    titles = {name: one.title for name, one in part.rules.programmes.items()}
    return {
        one.programme: left_out_words(one, titles)[language()]
        for one in bundle.left_out
        if one.kind != "no_money"
    }
