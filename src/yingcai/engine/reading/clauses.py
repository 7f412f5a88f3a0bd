"""The clause around each number: where it begins and ends, and what governs it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.roles import NONE, RHYTHM, RULE_ROLE, TARGET, role_of
from yingcai.engine.reading.sentences import Segment, Sentence
from yingcai.engine.reading.words import ACT, COVERAGE, MONEY, ZERO_BREAK

_AND = re.compile(r"(?:以及|并且|并|和|与|及|或)")
_EMPTY = re.compile(
    rf"^(?:其中|并|且|使|使其|均|都|各|将|总|共|力争|确保|预计|基本|全面|再|年均?|每年|分别|累计|三年内|"
    rf"(?:\d+|[一二三四五])年内|平均|同比|不少于|不低于|不超过|超过|至少|约|近|总数|总量|总额|数量|规模|比例|人数|面积|"
    rf"年|{ACT}|到|至|在|为|的|以上|\d{{4}}年底?前?|在?20\d\d年)*$"
)


@dataclass(slots=True)
class Clause:
    """A number with the piece of the sentence that says what it counts."""

    start: int
    end: int
    mention: Mention
    role: str
    at: int  # place of its segment
    head: int  # where its 、-list begins: the list shares one verb
    borrowed: int | None = None  # start of an earlier clause that names the subject


@dataclass(slots=True)
class Spoken:
    """A sentence after its numbers have found their clauses."""

    sentence: Sentence
    clauses: list[Clause]
    reasons: dict[int, str]  # start of a number that is no item: why
    rhythms: list[tuple[int, Mention]]  # 每两年一次: place of the segment, the number


def speak(sentence: Sentence) -> Spoken:
    """Find the clause of every number in a sentence that counts or rules."""
    reasons: dict[int, str] = {}
    rhythms: list[tuple[int, Mention]] = []
    chosen: list[tuple[int, Mention, str]] = []
    for at, segment in enumerate(sentence.segments):
        covered = COVERAGE.search(sentence.words(segment.start, segment.end))
        for mention in segment.mentions:
            role, reason = role_of(sentence, at, mention)
            if covered and role == TARGET and covered.start() + segment.start - mention.end < 12:
                role, reason = NONE, "修饰语"
            if role == TARGET and _divides_grant(sentence, at, mention, chosen):
                role = RULE_ROLE
            if role == RHYTHM:
                rhythms.append((at, mention))
            if role in (NONE, RHYTHM):
                reasons[mention.start] = reason
            else:
                chosen.append((at, mention, role))
    clauses = _clauses(sentence, chosen)
    for clause, (at, _, _) in zip(clauses, chosen, strict=True):
        _borrow(sentence, clauses, clause, at)
    return Spoken(sentence, clauses, reasons, rhythms)


def _divides_grant(
    sentence: Sentence, at: int, mention: Mention, chosen: list[tuple[int, Mention, str]]
) -> bool:
    """给予3000万元支持，其中安家费不超过20%: a share of what the rule gives."""
    if not chosen or chosen[-1][2] != RULE_ROLE or chosen[-1][0] < at - 2:
        return False
    lead = sentence.words(chosen[-1][1].end, mention.start)
    counts = mention.unit in MONEY or mention.kind == "ratio"
    return counts and bool(re.search(r"，其中", lead))


def _clauses(sentence: Sentence, chosen: list[tuple[int, Mention, str]]) -> list[Clause]:
    """Cut the sentence so that each number has its own piece."""
    segments = sentence.segments
    taken = {at for at, _, _ in chosen}
    result: list[Clause] = []
    for place, (at, mention, role) in enumerate(chosen):
        same_before = place > 0 and chosen[place - 1][0] == at
        same_after = place + 1 < len(chosen) and chosen[place + 1][0] == at
        start = result[-1].end if same_before else _left(segments, at, taken)
        end = (
            _between(sentence, mention, chosen[place + 1][1])
            if same_after
            else _right(segments, at, taken)
        )
        _, head = _group(segments, at)
        result.append(Clause(start, end, mention, role, at, head))
    return result


def _left(segments: list[Segment], at: int, taken: set[int]) -> int:
    """Back over list items without a number of their own: they share this one."""
    place = at
    while place > 0 and segments[place].opens == "、" and place - 1 not in taken:
        if segments[place - 1].depth != segments[at].depth:
            break
        place -= 1
    return segments[place].start


def _right(segments: list[Segment], at: int, taken: set[int]) -> int:
    """Forward over list items, when no number follows in this list."""
    place = at
    while place + 1 < len(segments) and segments[place + 1].opens == "、":
        place += 1
    return (
        segments[at].end
        if any(i in taken for i in range(at + 1, place + 1))
        else segments[place].end
    )


def _between(sentence: Sentence, first: Mention, second: Mention) -> int:
    """Where to cut two numbers of one segment: before the joining word, else after the first."""
    gap = sentence.words(first.end, second.start)
    joints = [match.start() for match in _AND.finditer(gap) if match.start() > 0]
    if joints:
        return first.end + joints[-1]
    verb = re.search(ACT, gap)
    return first.end + verb.start() if verb else first.end


def _group(segments: list[Segment], at: int) -> tuple[int, int]:
    place = at
    while place > 0 and segments[place].opens == "、":
        place -= 1
    return place, segments[place].start


def _borrow(sentence: Sentence, clauses: list[Clause], clause: Clause, at: int) -> None:
    """A clause such as 达到15亿元 takes its subject from the clause before it."""
    segment = sentence.segments[at]
    if at == 0 or segment.opens != "，" or clause.start != segment.start:
        return
    before = sentence.words(clause.start, clause.mention.start)
    after = sentence.words(clause.mention.end, clause.end)
    if not _EMPTY.match(before) or after.strip("的"):
        return
    _, head = _group(sentence.segments, at - 1)
    previous = sentence.segments[at - 1]
    free = not any(c.start < previous.end and head < c.end for c in clauses if c is not clause)
    if free and not COVERAGE.search(sentence.words(head, previous.end)):
        clause.borrowed = head


def zero_breaks(sentence: Sentence) -> list[tuple[int, int]]:
    """Clauses that promise a first one (零的突破)."""
    found = []
    for at, segment in enumerate(sentence.segments):
        if ZERO_BREAK.search(sentence.words(segment.start, segment.end)):
            _, head = _group(sentence.segments, at)
            found.append((head, segment.end))
    return found
