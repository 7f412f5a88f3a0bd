"""Years that govern a clause, and dates that stand for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yingcai.engine.reading.clauses import Spoken
from yingcai.engine.reading.model import Deadline, Item
from yingcai.engine.reading.numerals import chinese
from yingcai.engine.reading.sentences import Segment, Sentence
from yingcai.engine.reading.words import GIVING
from yingcai.engine.values import Period, Span

_YEAR = re.compile(
    r"(?:(?<!截)[到至]|于|在|力争|展望到?|面向)?(20\d\d)年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|年底)?(?:之?前|以前)?"
)
_YEARS_ON = re.compile(
    r"(?:用|利用)?(?<![\d第一二两三四五六七八九十百])(\d|[一二两三四五])年(?:之?内(?!的)|时间|累计|共|引进|撬动|建成|左右时间|(?!之?内)(?=[\u4e00-\u9fff]))"
)
_WITHIN = re.compile(
    r"(?<![\d一二两三四五六七八九十百])(\d|[一二两三四五])年(?:之)?内(?!的)|年底前|年内(?!的)"
)
_EVERY = re.compile(
    r"每((?:个)?(?:半年|季度|月|周)|[一二两三四五六\d]+(?:年|个?月|个?季度)|年(?=[一二三四五六七八九十\d]{1,2}月))"
)


_PAID = re.compile(r"给予|补贴|补助|津贴|发放|每[人户家]")
_DUE_LABEL = re.compile(r"(?:时限|时间|期限)：$")
_YEARLY_DATE = re.compile(r"每年(?=[一二三四五六七八九十\d]{1,2}月)")
_OF_A_PART = re.compile(
    r"其中，?20\d\d年[^，、；]*[，、]|(?:20\d\d年[、和]){1,9}20\d\d年(?:分别|各)[^，；]*[，；]"
)  # its year holds for that part alone


_GOVERNS = re.compile(r"(?:^|，)(?:力争|确保|通过|经过)?(?:到|至)20\d\d年|^[^，]{0,6}20\d\d年")


# 三年内, “十四五”期间 at the head of a paragraph of goals; 四年总投资 as a clause of its own.
_SPANS = re.compile(
    r"^(?:用|利用|力争|通过)?(?:[一二两三四五\d]年|“?[一二]?十[一二三四五六七八九]?五”?[时期])"
)
_OWN_SPAN = re.compile(r"(?<=[，；：])(?:力争|确保)?(?:用|利用)?[一二两三四五\d]年[^，；]*$")
_FIVE_YEARS = re.compile(r"“?([一二]?十[一二三四五六七八九]?)五”?(?:期间|时期|末)")


@dataclass(slots=True)
class Scope:
    """What earlier sentences still govern: the plan's years, and the year of its goals."""

    period: Period | None
    goals: bool = False
    year: int | None = None
    title: str = ""  # of the measure
    subject: str = ""  # of the last target in the paragraph
    kept: bool = False  # the year holds for the paragraphs that follow: 具体目标为：


def last_year(words: str) -> int | None:
    """The last year in ``words`` that sets a date rather than a basis of comparison."""
    year: int | None = None
    for match in _YEAR.finditer(words):
        if words.startswith("起", match.end()):
            year = None  # 2022年起: what follows has a beginning and no end
        elif not _comparison(words, match):
            year = int(match.group(1))
    return year


def _comparison(words: str, match: re.Match[str]) -> bool:
    before, after = words[max(0, match.start() - 3) : match.start()], words[match.end() :]
    to = match.group()[0] in "到至"  # 从2020年的22%提高到2025年的40%
    return before.endswith(("比", "较", "自", "从", "以", "截至", "截止")) or after.startswith(
        ("以来", "基础", "起", "度", "翻", "增长", "提高", *(() if to else ("的",)))
    )


def year_for(sentence: Sentence, at: int, scope: Scope) -> int | None:
    """The year by which what stands at ``at`` is due, or None when the text says none."""
    lead = _OF_A_PART.sub("，", sentence.words(sentence.start, at))
    return _latest(lead, scope) or scope.year


def _latest(lead: str, scope: Scope) -> int | None:
    """The year that the words give last: a year, a length of the plan's time, a five-year plan."""
    span = _OWN_SPAN.search(lead)
    own = years_on(lead[span.start() :], scope) if span else None
    told = last_year(lead[span.start() :] if span else "")
    return told or own or last_year(lead) or years_on(lead, scope) or _five_years(lead, scope)


def _five_years(words: str, scope: Scope) -> int | None:
    """“十四五”期间: the last year of that plan, when it lies in this one."""
    match = _FIVE_YEARS.search(words)
    count = chinese(match.group(1)) if match else None
    if not count or scope.period is None:
        return None
    year = 1955 + 5 * count
    return year if scope.period.first <= year <= scope.period.last else None


def years_on(words: str, scope: Scope) -> int | None:
    """三年内, 三年累计: the year that many years into the plan's period."""
    if scope.period is None:
        return None
    for match in _YEARS_ON.finditer(words):
        before = words[max(0, match.start() - 2) : match.start()]
        if not before.endswith(("近", "续", "每", "满", "第", "前", "在", "过", "去")):
            number = match.group(1)
            count = int(number) if number.isdigit() else "一二三四五".find(number) + 1 or 2
            return scope.period.first + count - 1
    return None


def settle(scope: Scope, sentence: Sentence) -> None:
    """After a sentence: what year goes on. Outside the goals none goes beyond a full stop."""
    words = sentence.words(sentence.start, sentence.end)
    year = last_year(words)
    if year is not None and _GOVERNS.search(words):
        scope.year = year
    elif year is None and scope.goals and _SPANS.match(words):
        scope.year = years_on(words, scope) or _five_years(words, scope) or scope.year
    if sentence.stop == "\n" or not sentence.stop:
        scope.kept = scope.kept or words.endswith("：")
    if not scope.goals and sentence.stop != "；":
        scope.year = None


def with_dates(spoken: Spoken, items: list[Item], scope: Scope) -> list[Item]:
    """A date right before an item joins it; other dates and rhythms are deadlines."""
    sentence = spoken.sentence
    result = list(items)
    for at, segment in enumerate(sentence.segments):
        words = sentence.words(segment.start, segment.end)
        match = _YEAR.search(words) or _WITHIN.search(words)
        rhythm = [m for place, m in spoken.rhythms if place == at]
        if rhythm or _YEARLY_DATE.search(words) or _goes_round(sentence, segment):
            _add_rhythm(sentence, at, result)
        elif match and _sets_date(words, match):
            _place_date(sentence, at, match, result, scope)
    return sorted(result, key=lambda item: item.span)


def _goes_round(sentence: Sentence, segment: Segment) -> bool:
    """每季度通报进度: a rhythm without a number. A rhythm in quotes is a name."""
    words = sentence.masked[segment.start : segment.end]
    match = _EVERY.search(words)
    return bool(match and not segment.mentions and match.end() + 2 <= len(words)) and not (
        _PAID.search(words)
    )


def _add_rhythm(sentence: Sentence, at: int, items: list[Item]) -> None:
    segment = sentence.segments[at]
    span = Span(segment.start, segment.end)
    words = sentence.words(*span)
    match = _EVERY.search(words)
    if match and _free(span, items):
        every = match.group(1).replace("年", "一年") if match.group(1) == "年" else match.group(1)
        subject = (words[: match.start()] + words[match.end() :]).strip("，、")
        items.append(Deadline(words, span, subject, None, every))


def _place_date(
    sentence: Sentence, at: int, match: re.Match[str], items: list[Item], scope: Scope
) -> None:
    segment = sentence.segments[at]
    words = sentence.words(segment.start, segment.end)
    own = Span(segment.start, segment.end)
    if not _free(own, items) or GIVING.search(words):
        return
    if _DUE_LABEL.search(sentence.words(sentence.start, segment.start)):
        items.append(Deadline(words, own, "", last_year(words), None))
        return
    alone = match.end() >= len(words) - 2
    following = [i for i, item in enumerate(items) if 0 <= item.span.start - segment.end <= 2]
    by = last_year(words) or years_on(words, scope)
    if following and alone and (match.re is _WITHIN or not scope.goals):
        item = items[following[0]]
        span = Span(segment.start, item.span.end)
        items[following[0]] = replace(item, span=span, text=sentence.words(*span))
        return
    end = segment.end if alone and following else _governed(sentence, at, items, alone=alone)
    if end:
        span = Span(segment.start + match.start(), end)
        subject = sentence.words(segment.start + match.end(), end).strip("，、前底")
        items.append(Deadline(sentence.words(*span), span, subject, by, None))


def _sets_date(words: str, match: re.Match[str]) -> bool:
    if match.re is _YEAR and _comparison(words, match):
        return False
    printed = match.group()
    return (
        printed.endswith(("前", "底", "末", "内")) or printed[0] in "到至展面" or match.start() <= 1
    )


def _governed(sentence: Sentence, at: int, items: list[Item], *, alone: bool) -> int:
    """The end of the words a date governs, lists included; 0 when it governs none."""
    segments = sentence.segments
    if alone:
        at += 1
        if at >= len(segments) or segments[at].opens != "，":
            return 0
    end = 0
    for segment in segments[at:]:
        joined = segment.opens == "、" or not end
        if not joined or not _free(Span(segment.start, segment.end), items):
            break
        end = segment.end
    return end


def _free(span: Span, items: list[Item]) -> bool:
    return not any(span.overlaps(item.span) for item in items)
