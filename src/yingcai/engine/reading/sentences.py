"""Sentences, clauses and list items, with names in quotes out of the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from yingcai.engine.reading.mentions import Mention, mentions

_QUOTED = re.compile(r"“[^“”\n]{0,60}”|《[^《》\n]{0,80}》|‘[^‘’\n]{0,40}’|<[^<>\n]{0,30}>")
_BRACKET = re.compile(r"（[^（）\n]{0,80}）")
_UNIT_BRACKET = re.compile(r"（[次套台]）")  # 人（次）
_END = re.compile(r"[。！？；\n]")
_CUT = re.compile(r"[，：、（）]|——|—(?=[\u4e00-\u9fff“])")
_HAS_NUMBER = re.compile(r"\d|百分之|[一二三四五六七八九十百千万亿两][名人位个家项场件所]")
HIDDEN = "□"
_LONGEST = 1_500  # characters


@dataclass(slots=True)
class Segment:
    """A piece between two commas or list commas. ``opens``: the sign before it."""

    start: int
    end: int
    opens: str
    depth: int
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Sentence:
    """Up to a full stop or semicolon. ``text`` is the whole view, ``masked`` hides names."""

    text: str
    masked: str
    start: int
    end: int
    stop: str
    segments: list[Segment]

    def words(self, start: int, end: int) -> str:
        return self.text[start:end]

    def list_head(self, at: int) -> int:
        """Place of the first item of the list the segment ``at`` stands in."""
        while at > 0 and self.segments[at].opens == "、":
            at -= 1
        return at

    def list_of(self, at: int) -> str:
        """The words of a segment with the list items joined to it."""
        last = at
        while last + 1 < len(self.segments) and self.segments[last + 1].opens == "、":
            last += 1
        return self.words(self.segments[self.list_head(at)].start, self.segments[last].end)

    def around(self, at: int, reach: int) -> str:
        """The words of a segment and of ``reach`` segments on either side."""
        first = self.segments[max(0, at - reach)]
        last = self.segments[min(len(self.segments) - 1, at + reach)]
        return self.words(first.start, last.end)

    def after(self, at: int) -> str:
        """The words of the two segments behind ``at``."""
        last = self.segments[min(len(self.segments) - 1, at + 2)]
        return self.words(self.segments[at].end, last.end)


def mask(text: str) -> str:
    """The text with everything in quotation marks or title marks hidden, lengths kept."""
    hidden = _QUOTED.sub(lambda m: HIDDEN * len(m.group()), text)
    return _BRACKET.sub(_hide_bracket, hidden)


def _hide_bracket(match: re.Match[str]) -> str:
    content = match.group()
    if _UNIT_BRACKET.match(content):
        return content
    return content if _HAS_NUMBER.search(content) else HIDDEN * len(content)


def sentences(text: str, masked: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of ``text[start:end]`` with their segments and numbers."""
    begin = start
    while begin < end:
        match = _END.search(masked, begin, min(end, begin + _LONGEST))
        stop = match.start() if match else _forced_stop(masked, begin, end)
        if stop > begin:
            segments = list(_segments(masked, begin, stop))
            yield Sentence(text, masked, begin, stop, match.group() if match else "", segments)
        begin = stop + 1 if match or stop >= end else stop


def _forced_stop(masked: str, begin: int, end: int) -> int:
    """Where to cut what no full stop ends: no sentence is that long, and work stays in bounds."""
    if end - begin <= _LONGEST:
        return end
    cut = max(masked.rfind(sign, begin + 1, begin + _LONGEST) for sign in "，、：")
    return cut if cut > begin else begin + _LONGEST


def _segments(masked: str, start: int, end: int) -> Iterator[Segment]:
    begin, opens, depth = start, "", 0
    found = mentions(masked, start, end)
    place = 0
    for match in [*_CUT.finditer(masked, start, end), None]:
        stop = match.start() if match else end
        if (
            place < len(found)
            and match
            and any(m.start < stop < m.end for m in found[place : place + 2])
        ):
            continue  # the sign belongs to a number: 台（套）, 2021—2023
        segment = Segment(begin, stop, opens, depth)
        while place < len(found) and found[place].start < stop:
            segment.mentions.append(found[place])
            place += 1
        if stop > begin or segment.mentions:
            yield segment
        if match:
            opens = match.group()
            depth += {"（": 1, "）": -1}.get(opens, 0)
            begin = match.end()
