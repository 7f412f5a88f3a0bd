"""From clauses to items: targets and coverage, joined with rules, documents and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from yingcai.engine.reading.clauses import Clause, Spoken, speak, zero_breaks
from yingcai.engine.reading.counting import grows, per_of, respectively
from yingcai.engine.reading.dates import Scope, settle, with_dates, year_for
from yingcai.engine.reading.documents import documents
from yingcai.engine.reading.model import Coverage, Item, Target
from yingcai.engine.reading.roles import RULE_ROLE
from yingcai.engine.reading.rules import rules
from yingcai.engine.reading.sentences import Sentence, sentences
from yingcai.engine.reading.subjects import covered_by, nameless, subject_of
from yingcai.engine.reading.words import (
    ACT_START,
    COVERAGE,
    CUMULATIVE,
    MONEY,
    PERSON_NOUN,
)
from yingcai.engine.values import Span

_OWN_TIME = re.compile(r"(?:[一二两三四五]|\d)年|20\d\d年|每")
_YEARLY_START = re.compile(r"^[^，。；]{0,8}每年(?!\d{1,2}月)")
_PREDICATE = re.compile(r"累计|达到|突破|不[低少]于|增长")
_FIRM = re.compile(
    r"(?:企业|公司|机构|医院|学校|基地|工作站|中心|园区|平台|实验室|空间|孵化器|研究院|站)$"
)


@dataclass(slots=True)
class Found:
    """The items of a stretch of text, and why its other numbers are none."""

    items: list[Item] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)


def read_items(text: str, masked: str, ranges: list[tuple[int, int]], scope: Scope) -> Found:
    """The items of the given ranges of the view. Spans are those of the view."""
    found = Found()
    for start, end in ranges:
        scope.year = scope.year if scope.kept else None
        scope.subject = ""
        for sentence in sentences(text, masked, start, end):
            _sentence(sentence, scope, found)
    return found


def _sentence(sentence: Sentence, scope: Scope, found: Found) -> None:
    spoken = speak(sentence)
    found.reasons |= spoken.reasons
    items: list[Item] = []
    for read in (documents, _coverages, _rules, _targets, _firsts):
        for item in read(spoken, scope):
            fitted = _fit(item, items, sentence)
            if fitted is not None:
                items.append(fitted)
    items = [_with_subject(item, scope) for item in items]
    items = with_dates(spoken, sorted(items, key=lambda item: item.span), scope)
    found.items += _linked(items, sentence, len(found.items))
    settle(scope, sentence)


def _with_subject(item: Item, scope: Scope) -> Item:
    """No target is nameless: what nothing names is called after its measure."""
    if not isinstance(item, Target) or item.subject:
        return item
    return replace(item, subject=scope.title or item.text)


def _fit(item: Item, items: list[Item], sentence: Sentence) -> Item | None:
    """The item without what earlier items hold, or None when nothing of it is left."""
    start, end = item.span
    for other in items:
        if other.span.start <= start < other.span.end:
            start = other.span.end
        elif start < other.span.start < end:
            end = other.span.start
    span = _trim(sentence, start, end)
    if span == item.span:
        return item
    if span.end - span.start < 2:
        return None
    return replace(item, span=span, text=sentence.words(*span))


def _trim(sentence: Sentence, start: int, end: int) -> Span:
    words = sentence.words(start, max(start, end))
    left = len(words) - len(words.lstrip(" ，、：；。—（）"))
    right = len(words.rstrip(" ，、：；。—（"))
    return Span(start + left, max(start + left, start + right))


def _rules(spoken: Spoken, scope: Scope) -> list[Item]:
    return list(rules(spoken))


def _targets(spoken: Spoken, scope: Scope) -> list[Item]:
    pairs: list[tuple[Clause, Target]] = []
    before: Target | None = None
    for clause in spoken.clauses:
        if clause.role == RULE_ROLE:
            before = None
            continue
        target = _target(spoken.sentence, clause, scope)
        if target.per == "total" and _yearly_before(spoken.sentence, clause, pairs, before):
            target = replace(target, per="year")
        if nameless(target.subject):
            known = before.subject if before else scope.subject  # 4000套 after 住房3000套
            target = replace(target, subject=known or target.subject)
        pairs.append((clause, target))
        before, scope.subject = target, target.subject
    return list(respectively(spoken.sentence, pairs))


def _yearly_before(
    sentence: Sentence, clause: Clause, pairs: list[tuple[Clause, Target]], before: Target | None
) -> bool:
    """每年举办…3个，资助…2个: a rate goes on to the next clause that begins with a verb."""
    segment = sentence.segments[clause.at]
    words = sentence.words(clause.start, clause.mention.start)
    own_time = CUMULATIVE.search(sentence.words(clause.head, clause.mention.start))
    ratio = clause.mention.kind == "ratio" or clause.mention.unit in MONEY
    if segment.opens != "，" or ratio or own_time or _OWN_TIME.search(words):
        return False
    if not ACT_START.match(words):
        return False
    previous = sentence.segments[clause.at - 1]
    if not previous.mentions:  # 每年组织活动，邀请…100名
        return bool(_YEARLY_START.match(sentence.words(previous.start, previous.end)))
    after = before is not None and pairs[-1][0].at == clause.at - 1
    return after and before is not None and before.per == "year"


def _target(sentence: Sentence, clause: Clause, scope: Scope) -> Target:
    mention = clause.mention
    span = _trim(sentence, clause.start if clause.borrowed is None else clause.borrowed, clause.end)
    lead = sentence.words(clause.head, mention.start)
    return Target(
        text=sentence.words(*span), span=span, value=mention.value, value_max=mention.value_max,
        unit=mention.unit, comparator=mention.comparator, per=per_of(sentence, clause, span),
        cumulative=bool(CUMULATIVE.search(lead)),
        subject=subject_of(sentence.text, span, mention),
        baseline="growth" if grows(sentence, clause, span) else None,
        by=year_for(sentence, max(mention.start, span.end), scope),
    )  # fmt: skip


def _coverages(spoken: Spoken, scope: Scope) -> list[Item]:
    sentence = spoken.sentence
    counted = {c.at for c in spoken.clauses}
    result: list[Item] = []
    for at, segment in enumerate(sentence.segments):
        match = COVERAGE.search(sentence.words(segment.start, segment.end))
        if not match:
            continue
        start = _list_start(sentence, at, counted)
        subject = covered_by(sentence.words(start, segment.start + match.end()))
        previous = next(
            (i for i in range(at - 1, -1, -1) if sentence.segments[i].end < start), None
        )
        if not subject and previous is not None and previous not in counted:
            start = _list_start(sentence, previous, counted)
            subject = covered_by(sentence.words(start, sentence.segments[previous].end))
        span = _trim(sentence, start, segment.end)
        result.append(
            Coverage(
                text=sentence.words(*span), span=span, subject=subject,
                by=year_for(sentence, segment.end, scope),
            )
        )  # fmt: skip
    return result


def _list_start(sentence: Sentence, at: int, counted: set[int]) -> int:
    segments = sentence.segments
    while at > 0 and segments[at].opens == "、" and at - 1 not in counted:
        at -= 1
    return segments[at].start


def _firsts(spoken: Spoken, scope: Scope) -> list[Item]:
    """零的突破: at least one of what is named."""
    sentence = spoken.sentence
    result: list[Item] = []
    for start, end in zero_breaks(sentence):
        span = _trim(sentence, start, end)
        words = sentence.words(*span)
        subject = re.sub(
            r"^(?:力争|争取|实现|推动|确保|努力)+|(?:力争|取得|实现|的)*[“‘]?零[”’]?的?突破.*$",
            "",
            words,
        )
        unit = "名" if PERSON_NOUN.search(subject) else "家" if _FIRM.search(subject) else "个"
        result.append(
            Target(
                text=words, span=span, value=Decimal(1), value_max=None, unit=unit,
                comparator=">=", per="total", cumulative=False, subject=subject, baseline=None,
                by=year_for(sentence, span.end, scope),
            )
        )  # fmt: skip
    return result


def _linked(items: list[Item], sentence: Sentence, base: int) -> list[Item]:
    """Mark what is part of the number before it: 其中…, （含…）."""
    whole: int | None = None  # what 其中 divides
    last: int | None = None
    for i, item in enumerate(items):
        if not isinstance(item, Target):
            continue
        lead = sentence.words(
            items[last].span.end if last is not None else sentence.start, item.span.end
        )
        part: int | None = None
        if last is not None and _bracketed_part(sentence, item):
            part = last
        elif last is not None and re.match(r"^\W*其中", lead):
            whole = part = last
        elif whole is not None and _goes_on(items[whole], item):
            part = whole
        else:
            whole = None
        if part is not None:
            items[i] = _part(item, items[part], base + part)
        if not _bracketed_part(sentence, item) or part is None:
            last = i
    return items


def _part(item: Target, whole: Item, place: int) -> Target:
    """A part counts in the same time as its whole; a share of it has no time."""
    yearly = isinstance(whole, Target) and whole.per == "year" and item.unit != "%"
    per = "year" if yearly and item.per == "total" else item.per
    return replace(item, part_of=place, per=per)


def _goes_on(whole: Item, item: Target) -> bool:
    """A list behind 其中 goes on while it counts the same thing without a new verb."""
    if not isinstance(whole, Target) or whole.unit != item.unit:
        return False
    return not ACT_START.match(item.text) and not _PREDICATE.search(item.text)


def _bracketed_part(sentence: Sentence, item: Target) -> bool:
    opening = sentence.masked.rfind("（", sentence.start, item.span.start + 1)
    if opening < 0 or sentence.masked.find("）", opening, item.span.start) >= 0:
        return False
    return bool(re.match(r"（(?:含|包括|其中|包含)", sentence.words(opening, item.span.end)))
