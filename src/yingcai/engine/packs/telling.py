"""A decision as a person reads it: line by line, with the value used, its source and the clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.ask import Question
from yingcai.engine.rules.change import Way
from yingcai.engine.rules.decide import ConditionText, Decision, amount_bounds
from yingcai.engine.rules.model import FactType, RuleSet, Words
from yingcai.engine.rules.subject import Subject
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Known, Type, from_civil
from yingcai.engine.rules.words import Language, outcome_words, reach_words, value_words

_MARKS = {True: "✓", False: "✗", None: "？"}


@dataclass(frozen=True)
class Names:
    """What the files of a pack call things: documents and sources of facts, by id."""

    documents: Mapping[str, Words]
    sources: Mapping[str, Words]


def names_of(pack: Pack) -> Names:
    return Names(
        {str(one["id"]): one for one in pack.documents},
        {str(one["id"]): one for one in pack.facts["sources"]},
    )


class Teller:
    """Tells decisions about one subject in one language."""

    def __init__(self, rules: RuleSet, names: Names, subject: Subject, language: Language) -> None:
        self.rules, self.names, self.subject = rules, names, subject
        self.language = language
        self.zh = language == "zh"

    def title(self, programme: str) -> str:
        return self.rules.programmes[programme].title.get(self.language, programme)

    def heading(self, decision: Decision) -> str:
        """Programme, outcome, amount or level; samples are marked."""
        parts = [self.title(decision.programme), self.answer(decision)]
        if decision.rule.sample or self.rules.programmes[decision.programme].sample:
            parts.append("〔示例〕" if self.zh else "[sample]")
        elif decision.rule.partly_sample:
            parts.append("〔部分数值为示例〕" if self.zh else "[some figures are samples]")
        return "  ".join(parts)

    def answer(self, decision: Decision) -> str:
        """Outcome, amount or level."""
        parts = [outcome_words(decision.outcome, self.language), *self._given(decision)]
        return "  ".join(parts)

    def given(self, decision: Decision) -> str:
        """Amount or level alone; empty where neither can be told."""
        return "  ".join(self._given(decision))

    def _given(self, decision: Decision) -> Iterator[str]:
        money = self.money(decision)
        if money:
            yield money
        if decision.result is not None:
            yield self._result(decision)

    def money(self, decision: Decision) -> str:
        """The amount, or its bounds while facts are missing."""
        reach = amount_bounds(decision, self.rules)
        return reach_words(max(reach.low, 0), reach.high, self.language) if reach else ""

    def _result(self, decision: Decision) -> str:
        result = decision.rule.result
        kind = result.type if result is not None else None
        labels = self.rules.facts[kind.name].value_labels if isinstance(kind, Enum) else {}
        return str(labels.get(decision.result or "", {}).get(self.language, decision.result))

    def lines(self, decision: Decision, ways: Sequence[Way]) -> Iterator[str]:
        """The reasons: conditions, steps of the amount, what is still asked, what would change a no."""
        for condition, holds in decision.conditions:
            yield f"  {_MARKS[holds]} {self.condition(condition, decision)}"
        if decision.outcome == "yes":
            for step, value in decision.steps:
                yield f"    {step.label}{'：' if self.zh else ': '}{self.value(value, step.type)}"
        if decision.ask:
            yield self._asking(decision)
        yield from (f"  → {self.way(way)}" for way in hopeful(decision, ways))

    def short(self, decision: Decision, ways: Sequence[Way]) -> Iterator[str]:
        """Only what decides: the conditions that fail, what would change a no, what is still asked."""
        for condition, holds in decision.conditions:
            if holds is False:
                yield f"  ✗ {self.condition(condition, decision)}"
        yield from (f"  → {self.way(way)}" for way in hopeful(decision, ways))
        if decision.ask:
            yield self._asking(decision)

    def _asking(self, decision: Decision) -> str:
        asked = [self.asked(name) for name in decision.ask]
        return f"  还需要：{'、'.join(asked)}" if self.zh else f"  Still needed: {'; '.join(asked)}"

    def question(self, question: Question) -> str:
        """A question as a form would ask it, and how many programmes wait for it."""
        fact = self.rules.facts[question.fact]
        text = fact.question.get(self.language) or self.label(fact)
        if self.zh:
            return f"{text}（关系到{question.concerns}个项目）"
        return (
            f"{text} (concerns {question.concerns} programme{'s' if question.concerns > 1 else ''})"
        )

    def condition(self, view: ConditionText, decision: Decision) -> str:
        """The words of a condition, the values it stands on, and its clause."""
        used = [self.used(name, decision.facts.get(name)) for name in view.facts]
        text = view.text.rstrip("。.")
        if self.zh:
            clause = f"，{self.clause(view.source)}" if view.source else ""
            return f"{text}（{'；'.join(used)}{clause}）"
        clause = f"; {self.clause(view.source)}" if view.source else ""
        return f"{text} ({'; '.join(used)}{clause})"

    def used(self, name: str, value: Known) -> str:
        """A fact with its value, and where the input says that it comes from."""
        label = self.label(self.rules.facts[name])
        return f"{label}{'：' if self.zh else ': '}{self.stated(name, value)}"

    def stated(self, name: str, value: Known) -> str:
        """A value of a fact, and where the input says that it comes from."""
        fact = self.rules.facts[name]
        text = self.value(value, fact.type, fact)
        origin = self.subject.origins.get(name)
        if value is None or origin is None or not (origin.source or origin.on):
            return text
        register = self.names.sources.get(origin.source, {}).get(self.language, origin.source)
        return (
            f"{text}〔{register} {origin.on}〕".replace(" 〕", "〕")
            if self.zh
            else f"{text} [{register} {origin.on}]".replace(" ]", "]")
        )

    def value(self, value: Known, kind: Type, fact: FactType | None = None) -> str:
        if value is None:
            return "未知" if self.zh else "unknown"
        labels = fact.value_labels if fact else {}
        if isinstance(kind, Enum) and not labels and kind.name in self.rules.facts:
            labels = self.rules.facts[kind.name].value_labels
        return value_words(value, kind, self.language, labels)

    def label(self, fact: FactType) -> str:
        return fact.label.get(self.language, fact.name)

    def asked(self, name: str) -> str:
        """A fact that is asked for; one that people judge says so."""
        fact = self.rules.facts[name]
        if fact.judged:
            return f"{self.label(fact)}{'（由人员认定）' if self.zh else ' (judged by people)'}"
        return self.label(fact)

    def clause(self, source: str) -> str:
        """`plan-2018#9` as people cite it; a clause that has no number is only the pack's own word."""
        document, _, clause = source.partition("#")
        title = self.names.documents.get(document, {}).get(self.language, document)
        if self.zh:
            return f"《{title}》第{clause}条" if clause.isdigit() else f"《{title}》"
        return f"{title}, {clause}" if clause.isdigit() else title

    def way(self, way: Way) -> str:
        """What would change the answer: one change for a condition, or all of them together."""
        steps = [self.change(change.fact, change.present, change.needed) for change in way.changes]
        joined = ("，并且" if self.zh else ", and ").join(steps)
        if way.whole:
            return f"{joined}，即符合条件" if self.zh else f"{joined}: then entitled"
        return f"{joined}，可满足其中一项" if self.zh else f"{joined}: meets one of the conditions"

    def change(self, name: str, present: Known, needed: int) -> str:
        fact = self.rules.facts[name]
        label = self.label(fact)
        now, then = self.value(present, fact.type, fact), self.value(needed, fact.type, fact)
        distance = self._distance(fact, present, needed)
        if self.zh:
            return f"{label}由{now}变为{then}{f'（{distance}）' if distance else ''}"
        return f"{label} from {now} to {then}{f' ({distance})' if distance else ''}"

    def _distance(self, fact: FactType, present: Known, needed: int) -> str:
        """How much is missing, for what can be counted."""
        if present is None or isinstance(fact.type, Boolean | Enum):
            return ""
        if isinstance(fact.type, Date):
            days = _ordinal(needed) - _ordinal(int(present))
            amount = value_words(abs(days), Integer("day"), self.language)
        else:
            days = needed - present
            amount = value_words(abs(days), fact.type, self.language)
        if self.zh:
            return f"{'还差' if days > 0 else '超出'}{amount}"
        return f"{amount} {'more' if days > 0 else 'less'}"


def _ordinal(code: int) -> int:
    day: date = from_civil(code)
    return day.toordinal()


def hopeful(decision: Decision, ways: Sequence[Way]) -> Sequence[Way]:
    """The ways to a yes; none where a condition fails that nobody can change."""
    failing = {text.name for text, holds in decision.conditions if holds is False}
    return ways if failing <= {way.condition for way in ways} else ()
