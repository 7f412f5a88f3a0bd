"""Rules with numbers in them: one item for a rule, with its amounts and its condition."""

from __future__ import annotations

import re

from yingcai.engine.reading.clauses import Clause, Spoken
from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.model import Amount, Incentive
from yingcai.engine.reading.roles import RULE_ROLE
from yingcai.engine.reading.ruled import is_amount
from yingcai.engine.reading.sentences import Sentence
from yingcai.engine.reading.words import GIVING, RULE
from yingcai.engine.values import Span

_CONDITION = re.compile(r"^(?:对|凡|经|按照|按|符合|在)|(?:的|后|者)$")
_PER_ONE = re.compile(r"每(?:成功|新)?[引培孵推举新增获认入转建招完吸提][^，]*$")
_GOES_ON = re.compile(
    r"^(?:以|给予|予以|再给予|分别|[^，。；]{0,4}期限?(?!间)|分[一二三四五六七八九十\d]+[年期次]|用于|按|由|并|最长|连续)"
)


def rules(spoken: Spoken) -> list[Incentive]:
    """The rules of a sentence. Numbers that follow each other without a target are one rule."""
    runs: list[list[Clause]] = []
    previous: Clause | None = None
    for clause in spoken.clauses:
        if clause.role == RULE_ROLE:
            if previous is not None and previous.role == RULE_ROLE:
                runs[-1].append(clause)
            else:
                runs.append([clause])
        previous = clause
    return [_rule(spoken, run) for run in runs]


def _rule(spoken: Spoken, run: list[Clause]) -> Incentive:
    sentence = spoken.sentence
    targets = {c.at for c in spoken.clauses if c.role != RULE_ROLE}
    first = _first(sentence, run[0].at, targets)
    last = _last(sentence, run[-1].at, targets)
    start, end = sentence.segments[first].start, sentence.segments[last].end
    start = max(
        start,
        max(
            (c.end for c in spoken.clauses if c.role != RULE_ROLE and c.start < run[0].start),
            default=0,
        ),
    )
    span = Span(start, end)
    amounts = [m for m in _numbers(sentence, first, last) if m.start >= start]
    words = sentence.words(*span)
    return Incentive(
        text=words.strip("，、"), span=_tight(span, words),
        subject=_given(words, amounts, start),
        condition=_condition(sentence, first, run[0]),
        values=tuple(Amount(m.value, m.value_max, m.unit, m.comparator) for m in amounts),
    )  # fmt: skip


def _tight(span: Span, words: str) -> Span:
    left = len(words) - len(words.lstrip("，、"))
    return Span(span.start + left, span.start + len(words.rstrip("，、")))


def _first(sentence: Sentence, at: int, targets: set[int]) -> int:
    """Back to the condition: 对…的选手, …首次就业的."""
    segments = sentence.segments
    while at > 0:
        previous = at - 1
        while previous > 0 and segments[previous].opens == "、":
            previous -= 1
        own_list = segments[at].opens == "、"
        words = sentence.words(segments[previous].start, segments[at - 1].end)
        if any(i in targets for i in range(previous, at)) or segments[at].opens in "（）：":
            break
        if not own_list and not _CONDITION.search(words):
            break
        at = previous
    return at


def _last(sentence: Sentence, at: int, targets: set[int]) -> int:
    """On to what is given: …，给予相应奖励；…，分五年发放."""
    segments = sentence.segments
    given = bool(GIVING.search(sentence.words(segments[at].start, segments[at].end)))
    while at + 1 < len(segments) and at + 1 not in targets:
        words = sentence.words(segments[at + 1].start, segments[at + 1].end)
        gives = bool(GIVING.search(words) or RULE.search(words))
        if not (segments[at + 1].opens == "、" or _GOES_ON.match(words) or (gives and not given)):
            break
        given = given or gives
        at += 1
    return at


def _numbers(sentence: Sentence, first: int, last: int) -> list[Mention]:
    """The amounts of a rule, without the numbers of its conditions."""
    return [
        mention
        for at in range(first, last + 1)
        for mention in sentence.segments[at].mentions
        if is_amount(sentence, at, mention)
    ]


def _given(words: str, amounts: list[Mention], start: int) -> str:
    """What is given: the words around the first amount, without the amount."""
    if not amounts:
        match = re.search(r"，(?:给予|予以)?(.*)$", words)
        return (match.group(1) if match else words).strip("，、")
    mention = amounts[0]
    begin, end = mention.start - start, mention.end - start
    after = re.split(r"[，、；]", words[end:])[0]
    before = re.split(r"[，；]", words[:begin])[-1]
    subject = re.sub(r"^的", "", after) or re.sub(
        r"(?:给予|分别|最[高长多]|不得?超过|不[低少]于|至少|一般|再|按|为|的)+$", "", before
    )
    return subject.strip("，、") or before


def _condition(sentence: Sentence, first: int, clause: Clause) -> str | None:
    """The words before the rule's own clause, or a leading 每…."""
    words = sentence.words(sentence.segments[first].start, clause.head).strip("，、")
    own = sentence.words(clause.head, clause.mention.start)
    if not words and _PER_ONE.search(own):
        words = sentence.words(clause.head, sentence.segments[clause.at].end)
    return words or None
