"""What commands on a pack's rules have in common, and the answers about one subject.

``yingcai decide`` and ``yingcai bundle`` say them in words or as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from yingcai.engine.packs.load import Pack, find_pack, load_pack
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.packs.telling import Teller, names_of
from yingcai.engine.rules.ask import Question, next_questions
from yingcai.engine.rules.bundle import (
    Bundle,
    Relations,
    best_bundle,
    claims_of,
    left_out_words,
    line_words,
    open_words,
)
from yingcai.engine.rules.change import Way, ways_to_yes
from yingcai.engine.rules.decide import Decider, Decision, amount_bounds
from yingcai.engine.rules.model import Outcome, RuleSet, Words
from yingcai.engine.rules.source import CompiledCase
from yingcai.engine.rules.subject import Subject
from yingcai.engine.rules.types import Known, Type
from yingcai.engine.rules.words import Language, money_words
from yingcai.engine.rules.written import write_value

OK, FINDINGS, MISUSE = 0, 1, 2
QUESTIONS = 5


class Refused(Exception):
    """The command cannot go on: what to print, and the exit code."""

    def __init__(self, lines: Sequence[str], code: int) -> None:
        self.lines, self.code = list(lines), code


class Rules(NamedTuple):
    pack: Pack
    rules: RuleSet


Answer = tuple[Any, Iterator[str], int]  # plain data, lines to print, exit code


class Task(NamedTuple):
    """One subject before one pack."""

    pack: Pack
    rules: RuleSet
    case: CompiledCase
    subject: Subject
    language: Language


def load_rules(folder: Path) -> Rules:
    """A pack and its rules. Raises: Refused with every problem, file and line."""
    try:
        found = find_pack(folder)
    except FileNotFoundError as error:
        raise Refused([f"{folder}: 这里没有城市包 no pack here: {error}"], MISUSE) from None
    pack, problems = load_pack(found)
    rules = None
    if pack is not None:
        rules, problems = compile_pack(pack)
    if pack is None or rules is None:
        raise Refused([f"{found}/{problem}" for problem in problems], FINDINGS)
    return Rules(pack, rules)


def _teller(task: Task) -> Teller:
    return Teller(task.rules, names_of(task.pack), task.subject, task.language)


def decisions_of(task: Task, programmes: Sequence[str], *, all_reasons: bool) -> Answer:
    """What each programme says, or those named; all reasons of a no, too, where one is named.

    Exit code 0 when every one is settled, 1 when facts or people are still needed. Raises: Refused
    for a programme that there is not.
    """
    unknown = [name for name in programmes if name not in task.rules.programmes]
    if unknown:
        known = ", ".join(task.rules.programmes)
        raise Refused([f"没有这个项目 no such programme: {', '.join(unknown)}; {known}"], MISUSE)
    facts = task.subject.values
    decisions = Decider(task.rules, task.case.trace, task.language).decide(facts)
    wanted = {name: one for name, one in decisions.items() if not programmes or name in programmes}
    outcomes = task.case.trace(facts)
    ways = {
        name: ways_to_yes(one.rule, task.rules, outcomes[one.rule.number], facts)
        for name, one in wanted.items()
        if one.outcome == "no"
    }
    questions = next_questions(task.rules, task.case.trace, facts, programmes=frozenset(wanted))
    settled = all(one.outcome in ("yes", "no") and not one.ask for one in wanted.values())
    data = {
        "programmes": [
            decision_data(one, task.rules, ways.get(name, [])) for name, one in wanted.items()
        ],
        "ask": [question._asdict() for question in questions],
        "pack": task.pack.digest,
    }
    lines = _decision_lines(
        _teller(task), wanted, ways, questions, all_reasons=all_reasons or bool(programmes)
    )
    return data, lines, OK if settled else FINDINGS


_SECTIONS: dict[Outcome, Words] = {
    "yes": {"zh": "可以享受：", "en": "Entitled:"},
    "person": {"zh": "需要人工认定：", "en": "People have to decide:"},
    "unknown": {"zh": "还缺信息，尚不能判断：", "en": "Facts are missing:"},
    "no": {"zh": "不符合条件：", "en": "Not entitled:"},
}
_NEXT: Words = {
    "zh": "接下来最该补充的信息（先答前面的，最快得出结果）：",
    "en": "What to answer next, the most useful first:",
}


def _decision_lines(
    teller: Teller,
    decisions: dict[str, Decision],
    ways: dict[str, list[Way]],
    questions: list[Question],
    *,
    all_reasons: bool,
) -> Iterator[str]:
    for outcome, heading in _SECTIONS.items():
        found = [one for one in decisions.values() if one.outcome == outcome]
        tell = teller.lines if all_reasons or outcome == "yes" else teller.short
        yield from [heading[teller.language]] if found else []
        for decision in found:
            yield f"  {teller.heading(decision)}"
            yield from (f"  {line}" for line in tell(decision, ways.get(decision.programme, [])))
        yield from [""] if found else []
    if questions:
        yield _NEXT[teller.language]
        yield from (f"  {teller.question(question)}" for question in questions[:QUESTIONS])


def decision_data(decision: Decision, rules: RuleSet, ways: Sequence[Way]) -> dict[str, Any]:
    """A decision as plain data: amounts in fen, values as people write them."""
    reach = amount_bounds(decision, rules)
    return {
        "programme": decision.programme,
        "version": decision.version,
        "outcome": decision.outcome,
        "amount_fen": decision.amount,
        "at_least_fen": reach.low if reach else None,
        "at_most_fen": reach.high if reach else None,
        "result": decision.result,
        "sample": decision.rule.sample,
        "partly_sample": decision.rule.partly_sample,
        "source": decision.rule.source,
        "conditions": [
            {
                "id": text.name,
                "holds": holds,
                "text": text.text,
                "source": text.source,
                "facts": {
                    name: _written(decision.facts.get(name), rules.facts[name].type)
                    for name in text.facts
                },
            }
            for text, holds in decision.conditions
        ],
        "steps": [
            {"id": text.name, "label": text.label, "value": _written(value, text.type)}
            for text, value in decision.steps
        ],
        "ask": list(decision.ask),
        "ways": [
            {
                "condition": way.condition,
                "whole": way.whole,
                "changes": [
                    {
                        "fact": change.fact,
                        "needed": _written(change.needed, rules.facts[change.fact].type),
                    }
                    for change in way.changes
                ],
            }
            for way in ways
        ],
    }


def _written(value: Known, kind: Type) -> str | None:
    return None if value is None else write_value(value, kind)


def bundle_of(task: Task) -> Answer:
    """The best lawful combination. Exit code 0 when it is settled, 1 when facts or people are needed."""
    facts = task.subject.values
    claims = claims_of(task.rules, task.case.run(facts), facts)
    found = best_bundle(Relations(task.rules.programmes), claims, facts)
    settled = not (found.open or found.asks)
    return _bundle_data(found), _bundle_lines(_teller(task), found), OK if settled else FINDINGS


def _bundle_data(found: Bundle) -> dict[str, Any]:
    return {
        "total_fen": found.total,
        "payable_fen": list(found.payable),
        "payments": [
            {
                "programme": one.programme,
                "payable_fen": list(one.payable),
                "lines": [
                    {
                        "kind": line.kind,
                        "fen": list(line.amount),
                        "left_fen": list(line.left),
                        "by": line.by,
                        "source": line.source,
                    }
                    for line in one.lines
                ],
            }
            for one in found.payments
        ],
        "left_out": [
            {
                "programme": one.programme,
                "kind": one.kind,
                "by": list(one.by),
                "sources": list(one.sources),
                "loss_fen": one.loss,
            }
            for one in found.left_out
        ],
        "open": [one._asdict() for one in found.open],
        "ask": list(found.asks),
    }


def _bundle_lines(teller: Teller, found: Bundle) -> Iterator[str]:
    zh, language = teller.zh, teller.language
    titles = {name: one.title for name, one in teller.rules.programmes.items()}
    colon = "：" if zh else ": "
    yield f"{'可同时享受，合计' if zh else 'Payable together, in all'}{colon}{_between(found.payable, language)}"
    for payment in found.payments:
        yield f"  {teller.title(payment.programme)}{colon}{_between(payment.payable, language)}"
        if len(payment.lines) > 1:
            yield from (f"    {line_words(line, titles)[language]}" for line in payment.lines)
    if found.open:
        yield ""
        yield "尚未认定：" if zh else "Not decided yet:"
        yield from (
            f"  {teller.title(one.programme)}{colon}{open_words(one)[language]}"
            for one in found.open
        )
    if found.left_out:
        yield ""
        yield "未列入：" if zh else "Left out:"
        for reason in found.left_out:
            clauses = ("、" if zh else "; ").join(map(teller.clause, reason.sources))
            cited = (f"（{clauses}）" if zh else f" ({clauses})") if clauses else ""
            yield f"  {teller.title(reason.programme)}{colon}{left_out_words(reason, titles)[language]}{cited}"
    if found.asks:
        asked = ("、" if zh else "; ").join(
            teller.label(teller.rules.facts[name]) for name in found.asks
        )
        yield ""
        yield f"{'补充以下信息后金额可以确定' if zh else 'These facts would settle the amounts'}{colon}{asked}"


def _between(amount: tuple[int, int], language: Language) -> str:
    low, high = amount
    if low == high:
        return money_words(high, language)
    return f"{money_words(low, language)}{'至' if language == 'zh' else ' to '}{money_words(high, language)}"
