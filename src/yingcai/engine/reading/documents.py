"""Documents to be issued or revised."""

from __future__ import annotations

import re

from yingcai.engine.reading.clauses import Spoken
from yingcai.engine.reading.dates import Scope, year_for
from yingcai.engine.reading.model import Deliverable, Item
from yingcai.engine.reading.sentences import HIDDEN
from yingcai.engine.reading.words import DOCUMENT_NOUN, ISSUE_VERB, REVISE_VERB
from yingcai.engine.values import Span

_DOCUMENT = re.compile(
    rf"(?P<verb>(?P<issue>{ISSUE_VERB})|(?P<publish>发布)|(?P<revise>{REVISE_VERB}))"
    rf"(?!后|的|了|前|、|和|实施后)(?:实施|完善)?"
    rf"(?P<object>[^，。；：\n]{{0,14}}?{HIDDEN}{{4,}}(?:[、和及]?{HIDDEN}{{4,}})*(?:等[^，。；\n]{{0,10}})?|"
    rf"[^，。；：\n]{{1,60}}?(?:{DOCUMENT_NOUN})(?=[，。；）\n]|$|并|及其|，|和(?:[^，。；\n]{{0,12}})(?:机制|体系)))"
)
_REVISING = re.compile(r"修订|制修订|修（订）|制订")
_OWN = re.compile(r"^(?:本|该|此|其|这|上述|相关|有关)")
_PUBLISHED = re.compile(r"(?:目录|清单|指南|白皮书|蓝皮书|图谱|榜单|报告)$")


def documents(spoken: Spoken, scope: Scope) -> list[Item]:
    """The documents a sentence promises. A counted document (标准10项) is a target instead."""
    sentence = spoken.sentence
    counted = [c.mention.start for c in spoken.clauses]
    result: list[Item] = []
    for match in _DOCUMENT.finditer(sentence.masked, sentence.start, sentence.end):
        name = sentence.words(*match.span("object"))
        if _OWN.match(name) or any(match.start() < at < match.end() for at in counted):
            continue
        if not _promised(match, name):
            continue
        start = _dated_start(sentence.masked, sentence.start, match.start())
        span = Span(start, match.end())
        result.append(
            Deliverable(
                text=sentence.words(*span), span=span, title=_title(name),
                action="revise" if match.group("revise") else "issue",
                by=year_for(sentence, match.end(), scope),
            )
        )  # fmt: skip
    return result


def _promised(match: re.Match[str], name: str) -> bool:
    titled = "《" in name
    if HIDDEN in match.group("object") and not titled and not re.search(DOCUMENT_NOUN, name):
        return False
    if match.group("publish"):
        return titled or bool(_PUBLISHED.search(name))
    return titled or not match.group("revise") or bool(_REVISING.search(match.group("verb")))


def _title(name: str) -> str:
    return name[1:-1] if re.fullmatch(r"《[^《》]*》", name) else name


def _dated_start(masked: str, begin: int, at: int) -> int:
    """Take a date that stands right before the verb into the item."""
    lead = masked[max(begin, at - 16) : at]
    match = re.search(r"(?:到|至|于|在)?20\d\d年(?:\d{1,2}月)?(?:底|末)?(?:之?前)?[，]?$", lead)
    return at - len(match.group()) if match else at
