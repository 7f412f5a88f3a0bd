"""The examples of a pack: what the policy office agreed to against what the rules say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.load import Pack
from yingcai.engine.packs.telling import Teller, names_of
from yingcai.engine.rules.decide import Decider, Decision
from yingcai.engine.rules.model import FactType, RuleSet
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.subject import Subject, read_subject
from yingcai.engine.rules.words import LANGUAGES, Language, money_words

Example = Mapping[str, Any]
Facts = Mapping[str, FactType]

_SHOULD: dict[str, tuple[str, str]] = {
    "grants": ("补助{}", "grant {}"),
    "result": ("给予 `{}`", "give `{}`"),
    "refused_by": ("因条件 `{}` 不满足而不符合", "be refused by `{}`"),
    "asks": ("只询问 {}", "ask for {} and nothing else"),
    "needs_person": ("需人工认定：{}", "need a person: {}"),
}


def run_examples(pack: Pack, rules: RuleSet) -> list[Finding]:
    """A finding for each answer of an example that the rules do not give."""
    runner = _Runner(pack, rules)
    return [
        finding
        for name, programme in pack.programmes.items()
        for place, example in enumerate(programme.get("examples", []))
        for finding in runner.run(name, place, example)
    ]


class _Runner:
    def __init__(self, pack: Pack, rules: RuleSet) -> None:
        self.pack, self.rules = pack, rules
        self.names = names_of(pack)
        trace = compile_case(rules).trace
        self.deciders = {language: Decider(rules, trace, language) for language in LANGUAGES}

    def run(self, programme: str, place: int, example: Example) -> Iterator[Finding]:
        name = example["name"]
        subject, problems = read_subject(example["facts"], self.rules)
        if subject is None:
            for problem in problems:
                zh, en = f"示例“{name}”：{problem}", f"example “{name}”: {problem}"
                yield self._finding(programme, (place, "facts"), zh, en)
            return
        decision = self._decide(programme, subject, "zh")
        for answer, wanted in example.items():
            if answer in _SHOULD and not _agrees(answer, wanted, decision, self.rules.facts):
                zh, en = (
                    self._told(programme, subject, language, answer, wanted)
                    for language in LANGUAGES
                )
                yield self._finding(
                    programme,
                    (place, answer),
                    f"示例“{name}”应{zh}",
                    f"example “{name}” should {en}",
                )

    def _finding(self, programme: str, key: tuple[int, str], zh: str, en: str) -> Finding:
        file = self.pack.files[f"programmes/{programme}.yaml"]
        return Finding(file.file, file.line("examples", *key), "example", zh, en)

    def _decide(self, programme: str, subject: Subject, language: Language) -> Decision:
        return self.deciders[language].decide(subject.values)[programme]

    def _told(
        self, programme: str, subject: Subject, language: Language, answer: str, wanted: Any
    ) -> str:
        """What should have come out, what came out instead, and why."""
        decision = self._decide(programme, subject, language)
        teller = Teller(self.rules, self.names, subject, language)
        should = _SHOULD[answer][language == "en"].format(_wanted(answer, wanted, language))
        reasons = [line.strip() for line in teller.short(decision, [])]
        came = "  ".join([teller.answer(decision), *reasons])
        return f"{should}；实际：{came}" if language == "zh" else f"{should}; it came out: {came}"


def _wanted(answer: str, wanted: Any, language: Language) -> str:
    if answer == "grants":
        return money_words(int(Decimal(wanted) * 100), language)
    if answer == "needs_person":
        return {"zh": "否是", "en": ("no", "yes")}[language][bool(wanted)]
    return ", ".join(f"`{name}`" for name in wanted) if answer == "asks" else str(wanted)


def _agrees(answer: str, wanted: Any, decision: Decision, facts: Facts) -> bool:
    match answer:
        case "grants":
            # An amount with parts of a fen is no amount.
            return decision.outcome == "yes" and decision.amount == Decimal(wanted) * 100
        case "result":
            return decision.outcome == "yes" and decision.result == str(wanted)
        case "refused_by":
            return (wanted, False) in ((one.name, holds) for one, holds in decision.conditions)
        case "asks":
            return {name for name in decision.ask if not facts[name].judged} == set(wanted)
    return (decision.outcome == "person") is bool(wanted)
