"""From clauses to items: targets, coverage, deliverables, incentives and deadlines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from yingcai.engine.reading.clauses import RULE_ROLE, Clause, Spoken, speak, zero_breaks
from yingcai.engine.reading.model import Coverage, Deadline, Deliverable, Incentive, Item, Target
from yingcai.engine.reading.sentences import HIDDEN, Sentence, sentences
from yingcai.engine.reading.subjects import subject_of
from yingcai.engine.reading.words import (
    COUNTY,
    COVERAGE,
    CUMULATIVE,
    DOCUMENT_NOUN,
    GROWTH,
    ISSUE_VERB,
    PART,
    REVISE_VERB,
    TO_LEVEL,
    YEARLY,
)
from yingcai.engine.values import Period, Span

_EACH = re.compile(
    r"各(?=\d|[一二三四五六七八九十百]|联系|提供|建设|建成|创建|培育|引进|新增|增长|配备|设立|举办|培养|有|建)|"
    r"每(?:家|个|名|所|人|位|支|项|期|场|届|校|院|户|单位|条|座)(?!人)|(?<![年平人])均(?!衡|可|由|须|应|要)"
)
_YEAR = re.compile(r"(?:(?:到|至|于|在)?(20\d\d)年)(?:(\d{1,2})月)?(底|末|年底)?(?:之?前|以前)?")
_SPAN_YEARS = re.compile(r"(\d|[一二两三四五])年(?:之)?内")
_DOC_TITLE = re.compile(rf"{HIDDEN}{{4,}}")
_DOCUMENT = re.compile(
    rf"(?P<verb>(?P<issue>{ISSUE_VERB})|(?P<revise>{REVISE_VERB}))(?!后|的|了|前|、|和)"
    rf"(?P<object>[^，。；：\n]{{0,14}}?{HIDDEN}{{4,}}(?:[、和及]?{HIDDEN}{{4,}})*(?:等[^，。；\n]{{0,10}})?|"
    rf"[^，。；：\n]{{1,50}}?(?:{DOCUMENT_NOUN})(?=[，。；）\n]|$|并|及其))"
)
_REVISING = re.compile(r"修订|制修订|修（订）|制订")
_OWN = re.compile(r"^(?:本|该|此|其|这)")


@dataclass(slots=True)
class Found:
    """The items of a stretch of text, and why its other numbers are none."""

    items: list[Item] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """What earlier sentences still govern: the year of the goals."""

    period: Period | None
    year: int | None = None


def read_items(text: str, masked: str, ranges: list[tuple[int, int]], scope: Scope) -> Found:
    """The items of the given ranges of the view. Spans are those of the view."""
    found = Found()
    for start, end in ranges:
        scope.year = scope.year if text[start - 2 : start - 1] == "：" else None
        for sentence in sentences(text, masked, start, end):
            _sentence(sentence, scope, found)
    return found


def _sentence(sentence: Sentence, scope: Scope, found: Found) -> None:
    spoken = speak(sentence)
    found.reasons |= spoken.reasons
    items: list[Item] = []
    items += _documents(sentence, spoken, scope)
    taken = [item.span for item in items]
    items += _coverages(sentence, scope, taken)
    taken = [item.span for item in items]
    items += _numbers(spoken, scope, taken)
    items += [t for t in _firsts(sentence, scope) if _free(t.span, items)]
    items = _disjoint(sorted(items, key=lambda item: item.span), sentence)
    items = _with_dates(sentence, items, scope)
    base = len(found.items)
    found.items += _linked(items, spoken, base)
    lead = sentence.words(sentence.start, sentence.end)
    year = _last_year(lead)
    if year:
        scope.year = year


def _free(span: Span, items: list[Item]) -> bool:
    return not any(span.overlaps(item.span) for item in items)


def _numbers(spoken: Spoken, scope: Scope, taken: list[Span]) -> list[Item]:
    result: list[Item] = []
    for clause in spoken.clauses:
        start = clause.start if clause.borrowed is None else clause.borrowed
        for span in taken:
            if span.start < clause.mention.start and start < span.end <= clause.mention.start:
                start = span.end
        span = _trim(spoken.sentence, start, clause.end)
        if any(span.overlaps(other) for other in taken):
            if any(other.start <= clause.mention.start < other.end for other in taken):
                continue
            nearest = min((o.start for o in taken if o.start > clause.mention.start), default=span.end)
            span = Span(span.start, min(span.end, nearest))
        result.append(
            _incentive(spoken.sentence, clause, span)
            if clause.role == RULE_ROLE
            else _target(spoken.sentence, clause, span, scope)
        )
    return result


def _trim(sentence: Sentence, start: int, end: int) -> Span:
    words = sentence.words(start, end)
    left = len(words) - len(words.lstrip(" ，、：；。—"))
    right = len(words.rstrip(" ，、：；。—"))
    return Span(start + left, max(start + left, start + right))


def _incentive(sentence: Sentence, clause: Clause, span: Span) -> Incentive:
    mention = clause.mention
    return Incentive(
        text=sentence.words(*span), span=span, value=mention.value, value_max=mention.value_max,
        unit=mention.unit, comparator=mention.comparator,
        subject=subject_of(sentence.text, span, mention),
    )  # fmt: skip


def _target(sentence: Sentence, clause: Clause, span: Span, scope: Scope) -> Target:
    mention = clause.mention
    words = sentence.words(*span)
    lead = sentence.words(clause.head, mention.start)
    return Target(
        text=words, span=span, value=mention.value, value_max=mention.value_max,
        unit=mention.unit, comparator=mention.comparator,
        per=_per(lead, sentence.words(span.start, mention.start)),
        cumulative=bool(CUMULATIVE.search(lead)),
        subject=subject_of(sentence.text, span, mention),
        baseline="growth" if _grows(sentence, clause, span) else None,
        by=_year_before(sentence, mention.start, span, scope),
    )  # fmt: skip


def _per(lead: str, own: str) -> str:
    if COUNTY.search(lead):
        return "county"
    if YEARLY.search(lead):
        return "year"
    return "each" if _EACH.search(own) else "total"


def _grows(sentence: Sentence, clause: Clause, span: Span) -> bool:
    mention = clause.mention
    words = sentence.words(span.start, mention.end)
    if mention.unit not in ("%", "个百分点", "倍") or TO_LEVEL.search(words[-14:]):
        return False
    return bool(GROWTH.search(words))


def _year_before(sentence: Sentence, at: int, span: Span, scope: Scope) -> int | None:
    lead = sentence.words(sentence.start, max(at, span.end))
    return _last_year(lead) or _years_on(lead, scope) or scope.year


def _last_year(words: str) -> int | None:
    years = [int(m.group(1)) for m in _YEAR.finditer(words) if not _comparison(words, m)]
    return years[-1] if years else None


def _comparison(words: str, match: re.Match[str]) -> bool:
    before, after = words[max(0, match.start() - 3) : match.start()], words[match.end() :]
    return before.endswith(("比", "较", "自", "从", "以")) or after.startswith(("以来", "基础", "起", "的", "度"))


def _years_on(words: str, scope: Scope) -> int | None:
    match = _SPAN_YEARS.search(words)
    if match is None or scope.period is None:
        return None
    number = match.group(1)
    count = int(number) if number.isdigit() else "一二三四五".find(number) + 1 or 2
    return scope.period.first + count - 1


def _documents(sentence: Sentence, spoken: Spoken, scope: Scope) -> list[Item]:
    counted = [c.mention.start for c in spoken.clauses]
    result: list[Item] = []
    for match in _DOCUMENT.finditer(sentence.masked, sentence.start, sentence.end):
        titled = bool(_DOC_TITLE.search(match.group("object")))
        name = sentence.words(*match.span("object"))
        if not titled and match.group("revise") and not _REVISING.search(match.group("verb")):
            continue
        if _OWN.match(name) or any(match.start() < at < match.end() for at in counted):
            continue
        if titled and "《" not in name and not re.search(DOCUMENT_NOUN, name):
            continue
        span = Span(*match.span())
        result.append(
            Deliverable(
                text=sentence.words(*span), span=span, title=name,
                action="issue" if match.group("issue") else "revise",
                by=_year_before(sentence, match.start(), span, scope),
            )
        )  # fmt: skip
    return result


def _coverages(sentence: Sentence, scope: Scope, taken: list[Span]) -> list[Item]:
    result: list[Item] = []
    segments = sentence.segments
    for at, segment in enumerate(segments):
        match = COVERAGE.search(sentence.words(segment.start, segment.end))
        if not match:
            continue
        place = at
        while place > 0 and segments[place].opens == "、" and not segments[place - 1].mentions:
            place -= 1
        start = segments[place].start
        subject = _covered(sentence.words(start, segment.start + match.start()))
        if not subject and place > 0:
            start = segments[place - 1].start
            subject = _covered(sentence.words(start, segments[place - 1].end))
        start = max([start, *(s.end for s in taken if s.start < segment.end)])
        span = _trim(sentence, start, segment.end)
        result.append(
            Coverage(
                text=sentence.words(*span), span=span, subject=subject,
                by=_year_before(sentence, segment.start, span, scope),
            )
        )  # fmt: skip
    return result


def _covered(words: str) -> str:
    words = re.sub(r"^(?:.{0,4}[年]之?内|到?20\d\d年底?前?)", "", words)
    words = re.sub(r"^(?:推动|推进|逐步|全面|基本|确保|力争|做到|并)*(?:实现|推动|做到|达到)?", "", words)
    return re.sub(r"(?:实现|达到|做到|基本|全面|100%|百分之百|的)+$", "", words).strip("，、")


def _firsts(sentence: Sentence, scope: Scope) -> list[Target]:
    result = []
    for start, end in zero_breaks(sentence):
        span = _trim(sentence, start, end)
        words = sentence.words(*span)
        subject = re.sub(r"^(?:力争|争取|实现|推动|确保|努力)+|(?:实现|的)*零的?突破.*$", "", words)
        person = bool(re.search(r"(?:人才|专家|人员|院士|教师|医师|工匠|大师|人)$", subject.rstrip("实现取得的")))
        result.append(
            Target(
                text=words, span=span, value=Decimal(1), value_max=None, unit="名" if person else "个",
                comparator=">=", per="total", cumulative=False, subject=subject, baseline=None,
                by=_year_before(sentence, start, span, scope),
            )
        )  # fmt: skip
    return result


def _disjoint(items: list[Item], sentence: Sentence) -> list[Item]:
    """Items in order, none beginning before the one before it has ended."""
    result: list[Item] = []
    for item in items:
        last = result[-1].span.end if result else 0
        if item.span.start < last:
            span = _trim(sentence, last, item.span.end)
            if span.end <= span.start:
                continue
            item = replace(item, span=span, text=sentence.words(*span))
        result.append(item)
    return result


def _with_dates(sentence: Sentence, items: list[Item], scope: Scope) -> list[Item]:
    """A date before an item joins it; a date before words without a number is a deadline."""
    result = list(items)
    for at, segment in enumerate(sentence.segments):
        words = sentence.words(segment.start, segment.end)
        match = _YEAR.search(words) or (_SPAN_YEARS.search(words) if scope.period else None)
        if not match or not _sets_date(words, match) or not _free(Span(segment.start, segment.end), result):
            continue
        following = [i for i, item in enumerate(result) if 0 <= item.span.start - segment.end <= 2]
        by = _last_year(words) or _years_on(words, scope)
        if following and match.end() >= len(words) - 6:
            item = result[following[0]]
            span = Span(segment.start, item.span.end)
            result[following[0]] = replace(item, span=span, text=sentence.words(*span))
        elif result_end := _deadline_end(sentence, at, match, result):
            span = Span(segment.start + match.start(), result_end)
            result.append(Deadline(text=sentence.words(*span), span=span, by=by))
    return sorted(result, key=lambda item: item.span)


def _sets_date(words: str, match: re.Match[str]) -> bool:
    if _comparison(words, match) or words[: match.start()].endswith(("截至", "截止")):
        return False
    printed = match.group()
    return printed.endswith(("前", "底", "末", "内")) or printed[0] in "到至" or match.start() == 0


def _deadline_end(
    sentence: Sentence, at: int, match: re.Match[str], items: list[Item]
) -> int:
    """The end of the words a date governs, or 0 when it governs none."""
    segment = sentence.segments[at]
    if segment.start + match.end() < segment.end - 1:
        return segment.end
    if at + 1 < len(sentence.segments):
        following = sentence.segments[at + 1]
        if _free(Span(following.start, following.end), items) and following.opens == "，":
            return following.end
    return 0


def _linked(items: list[Item], spoken: Spoken, base: int) -> list[Item]:
    """Mark what is part of the number before it: 其中…, （含…）."""
    sentence = spoken.sentence
    whole: int | None = None
    inside: tuple[int, int] | None = None
    targets = [i for i, item in enumerate(items) if isinstance(item, Target)]
    for place, i in enumerate(targets):
        item = items[i]
        bracket = _bracket_of(sentence, item.span.start)
        lead = sentence.words(items[targets[place - 1]].span.end if place else sentence.start, item.span.end)
        if place and (re.search(r"其中", lead) or (bracket and re.match(r"^\W*(?:含|包括|其中)", sentence.words(bracket[0], item.span.end)) and inside != bracket)):
            whole, inside = targets[place - 1], bracket
        elif inside and bracket != inside:
            whole = inside = None
        if whole is not None and isinstance(item, Target):
            items[i] = replace(item, part_of=base + whole)
    return items


def _bracket_of(sentence: Sentence, at: int) -> tuple[int, int] | None:
    opening = sentence.masked.rfind("（", sentence.start, at + 1)
    if opening < 0:
        return None
    closing = sentence.masked.find("）", opening, sentence.end)
    return (opening, closing) if closing >= at else None


PART_WORDS = PART
