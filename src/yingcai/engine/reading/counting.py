"""How a number counts: per what, from which level, and what it shares with its neighbours."""

from __future__ import annotations

import re
from dataclasses import replace

from yingcai.engine.reading.clauses import Clause
from yingcai.engine.reading.model import Target
from yingcai.engine.reading.sentences import Sentence
from yingcai.engine.reading.subjects import named_before
from yingcai.engine.reading.words import ACT, COUNTY, GROWTH, TO_LEVEL, YEARLY
from yingcai.engine.values import Span

_EACH = re.compile(
    r"各(?![类级项种地方界领部成单行环有县区市镇乡街校院企支个层阶位自人族专])|(?<![年平人])均(?!衡|可|由|须|应|要)"
)
_EVERY_ONE = re.compile(
    r"每(?!年|月|周|天|日|季|半|学|逢|当|[\d一二两三四五六七八九十百千万亿]|个?(?:月|季|人次)|(?:次|家|个|名|所|人|位|支|项|期|场|届|校|院|户|单位|条|座)人)"
)
# 年培训, 年度接纳 are each year; 年招生规模 is a name.
_YEAR_VERB = re.compile(
    rf"^年度?(?:{ACT}|接纳|接待|输出|处理)(?!能力|规模|总?[量额数]|产值|人数|收入|[^，。；、\d]{{0,4}}率)"
)
_OF_GROWTH = re.compile(r"^的?(?:年均)?(?:增长|增幅|增速)")
_RESPECTIVELY = re.compile(
    r"((?:20\d\d年[、和]){1,9}20\d\d年|(20\d\d)年?[-－—–~～至到]{1,2}(20\d\d)年)(?:，)?(?:分别|依次)"
)
_BETWEEN = re.compile(r"^(?:、|和|与|及|以及|，)$")


def per_of(sentence: Sentence, clause: Clause, span: Span) -> str:
    """total, year, county or each. What stands nearest to the number says it; year comes first."""
    mention = clause.mention
    own = sentence.words(span.start, mention.start + 1)
    lead = sentence.words(clause.head, mention.start)
    apart = clause.start > clause.head and _EVERY_ONE.search(own) and not YEARLY.search(own)
    yearly = YEARLY.search(lead) or _YEAR_VERB.match(sentence.words(clause.start, mention.start))
    if sentence.text.startswith("/年", mention.end) or (yearly and not apart):
        return "year"
    if COUNTY.search(lead):
        return "county"
    return "each" if _EACH.search(own) or _EVERY_ONE.search(lead) else "total"


def grows(sentence: Sentence, clause: Clause, span: Span) -> bool:
    """Whether a share is an increase against an earlier time rather than a level to reach."""
    mention = clause.mention
    words = sentence.words(span.start, mention.end)
    if mention.unit not in ("%", "个百分点", "倍"):
        return False
    if _OF_GROWTH.match(sentence.words(mention.end, mention.end + 6)):
        return True
    return not TO_LEVEL.search(words[-14:]) and bool(GROWTH.search(words))


def respectively(sentence: Sentence, pairs: list[tuple[Clause, Target]]) -> list[Target]:
    """甲、乙分别达到15个和40个: to each number its subject, its year, and the mark before the first."""
    targets = [target for _, target in pairs]
    for place in re.finditer("分别", sentence.words(sentence.start, sentence.end)):
        at = sentence.start + place.start()
        first = next((i for i, (c, _) in enumerate(pairs) if c.mention.start > at), len(pairs))
        last = _joined(sentence, pairs, first)
        if last - first > 1:
            group = targets[first:last]
            group = _marked(pairs[first][0], group)
            group = _named(sentence.words(sentence.start, at), group)
            targets[first:last] = group
    return _dated(sentence, targets)


def _joined(sentence: Sentence, pairs: list[tuple[Clause, Target]], first: int) -> int:
    """Place after the numbers that follow each other with nothing but a joint between them."""
    last = first + 1
    while last < len(pairs):
        gap = sentence.words(pairs[last - 1][0].mention.end, pairs[last][0].mention.start)
        if not _BETWEEN.match(gap):
            break
        last += 1
    return last


def _marked(clause: Clause, group: list[Target]) -> list[Target]:
    """The mark that stands before the first number holds for the others."""
    mention = clause.mention
    if mention.comparator == "=" or mention.end != mention.number_end:
        return group
    return [replace(t, comparator=mention.comparator) if t.comparator == "=" else t for t in group]


def _named(before: str, group: list[Target]) -> list[Target]:
    names = named_before(before, len(group))
    return [replace(t, subject=n) for t, n in zip(group, names, strict=True)] if names else group


def _dated(sentence: Sentence, targets: list[Target]) -> list[Target]:
    """2020年、2021年分别…3000套、4000套: to each number its year."""
    match = _RESPECTIVELY.search(sentence.text, sentence.start, sentence.end)
    if match is None:
        return targets
    years = [int(year) for year in re.findall(r"20\d\d", match.group(1))]
    if match.group(2):  # 2026—2028年
        years = list(range(years[0], years[-1] + 1))
    first = next((i for i, t in enumerate(targets) if t.span.end > match.end()), None)
    if first is None or len(targets) < first + len(years):
        return targets
    dated = [replace(t, by=y) for t, y in zip(targets[first:], years, strict=False)]
    return [*targets[:first], *dated, *targets[first + len(years) :]]
