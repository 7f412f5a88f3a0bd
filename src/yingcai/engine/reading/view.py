"""A view of the raw text without its layout noise, with a way back to raw offsets.

The view drops blanks, HTML tags, zero-width characters and thousands separators, and writes
full-width digits and half-width punctuation in one form each. Every character of the view
knows which raw characters it stands for, so that a span found in the view is a span of the text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from yingcai.engine.values import Span

_TAG_NAMES = (
    "p|br|span|div|td|tr|th|table|tbody|thead|strong|b|i|u|em|font|a|h[1-6]|li|ul|ol|img|o:p|"
    "section|article|center|sup|sub|hr|pre|blockquote|html|body|head|meta|title|small|label"
)
_TOKEN = re.compile(
    r"(?P<skip><!--.{0,2000}?-->|<(?P<raw>script|style)\b[^<>]{0,300}>.{0,20000}?</(?P=raw)>)"
    rf"|(?P<tag></?(?P<name>{_TAG_NAMES})\b[^<>]{{0,500}}>)"
    r"|(?P<entity>&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});)"
    r"|(?P<line>\r\n|[\n\r\v\u0085\u2028\u2029]|\f)"
    r"|(?P<comma>(?<=[0-9]),(?=[0-9]{3}(?![0-9])))"
    r"|(?P<border>[|｜│┃])"
    r"|(?P<blank>[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+)"
    r"|(?P<none>[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f])"
    r"|(?P<char>.)",
    re.S | re.I,
)
_BREAKING = frozenset(
    [
        "p",
        "br",
        "div",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "hr",
        "title",
    ]
)
_CELLS = frozenset(("td", "th"))
_FORMS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FORMS |= {
    ord(half): full
    for half, full in {
        "(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "?": "？", "!": "！", "[": "〔",
        "]": "〕", "，": "，", "：": "：", "；": "；", "？": "？", "！": "！", "（": "（", "）": "）",
        "［": "〔", "］": "〕", "【": "【", "｡": "。", "､": "、", "﹪": "%", "‰": "‰", "〇": "〇",
        "﹤": "<", "﹥": ">", "〈": "<", "〉": ">", "「": "“", "」": "”", "『": "“", "』": "”",
        "‘": "‘", "•": "·", "‧": "·", "・": "·", "⼀": "一",
    }.items()
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """One printed line of the view: its characters and where each came from."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)  # places in `text` before which a blank stood
    cells: list[int] = field(default_factory=list)  # the same for a tab or a wide gap, one for each
    tabbed: bool = False  # holds a tab or a table cell
    blank_before: bool = False  # an empty line or a page break stands before it
    hard: bool = True  # ended by a real line break rather than by a break tag


@dataclass(frozen=True, slots=True)
class View:
    """The joined view of a whole text."""

    text: str
    starts: list[int]
    ends: list[int]

    def raw(self, start: int, end: int) -> Span:
        """The raw span of the view's characters ``start`` to ``end`` (end exclusive)."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else 0
            return Span(at, at)
        return Span(self.starts[start], self.ends[end - 1])


class _Writer:
    """Collects characters into lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.chars: list[str] = []
        self.line = Line()
        self.gap = ""
        self.gap_at = 0
        self.empty = False

    def end_line(self) -> None:
        if self.chars:
            self.line.text = "".join(self.chars)
            self.line.blank_before = self.empty
            self.lines.append(self.line)
            self.empty = False
        else:
            self.empty = True
        self.chars, self.line, self.gap = [], Line(), ""

    def put(self, char: str, start: int, end: int) -> None:
        char = char.translate(_FORMS)
        if self.gap:
            self._put_gap(char)
        self.gap = ""
        self.chars.append(char)
        self.line.starts.append(start)
        self.line.ends.append(end)

    def _put_gap(self, char: str) -> None:
        tabs = self.gap.count("\t")
        if tabs or (len(self.gap) > 1 and self.chars):
            self.line.cells += [len(self.chars)] * max(1, tabs)
        self.line.tabbed = self.line.tabbed or tabs > 0
        if not self.chars:
            return
        self.line.gaps.append(len(self.chars))
        before = self.chars[-1]
        if before.isascii() and char.isascii() and before.isalnum() and char.isalnum():
            if before.isdigit() and char.isdigit() and not tabs:
                return  # a blank inside a number: prose never sets two numbers side by side
            self.chars.append(" ")
            self.line.starts.append(self.gap_at)
            self.line.ends.append(self.gap_at + len(self.gap))


def lines_of(raw: str) -> list[Line]:
    """The lines of ``raw`` in view form, without empty ones. Linear in the text."""
    writer = _Writer()
    for match in _TOKEN.finditer(raw):
        kind = match.lastgroup or ""
        start, end = match.span()
        if kind == "char":
            writer.put(match.group(), start, end)
        elif kind == "blank":
            _blank(writer, match.group(), start)
        elif kind == "line":
            writer.end_line()
        elif kind == "border":
            _cell(writer, start)
        elif kind in ("tag", "name"):
            _tag(writer, match.group(), match.group("name").lower(), start)
        elif kind == "entity":
            _entity(writer, match.group(), start, end)
    writer.end_line()
    return writer.lines


def _blank(writer: _Writer, blank: str, start: int) -> None:
    writer.gap_at = writer.gap_at if writer.gap else start
    writer.gap += blank


def _tag(writer: _Writer, tag: str, name: str, start: int) -> None:
    if name in _BREAKING:
        writer.end_line()
    elif name in _CELLS and not tag.startswith("</"):
        _cell(writer, start)


def _cell(writer: _Writer, start: int) -> None:
    """The border of a cell. At the edge of a row it only tells that this is a table."""
    if writer.chars or writer.line.tabbed:
        _blank(writer, "\t", start)
    writer.line.tabbed = True


def _entity(writer: _Writer, entity: str, start: int, end: int) -> None:
    value = html.unescape(entity)
    if value == entity:
        for at, char in enumerate(entity, start):
            writer.put(char, at, at + 1)
    elif value.strip():
        writer.put(value[0], start, end)
    else:
        _blank(writer, value, start)


def join(blocks: list[list[Line]]) -> tuple[View, list[tuple[int, int]]]:
    """Join the lines of each block, a line break between blocks; the range of each block."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    ranges: list[tuple[int, int]] = []
    length = 0
    for block in blocks:
        begin = length
        for line in block:
            if length > begin and _needs_blank(text[-1], line.text):
                text.append(" ")
                starts.append(ends[-1])
                ends.append(line.starts[0])
                length += 1
            text.append(line.text)
            starts += line.starts
            ends += line.ends
            length += len(line.text)
        ranges.append((begin, length))
        text.append("\n")
        starts.append(ends[-1] if ends else 0)
        ends.append(ends[-1] if ends else 0)
        length += 1
    return View("".join(text), starts, ends), ranges


def _needs_blank(before: str, after: str) -> bool:
    """Words of Latin letters keep a blank where a line ended; numbers are joined."""
    return (
        before[-1:].isascii()
        and before[-1:].isalpha()
        and after[:1].isascii()
        and (after[:1].isalpha())
    )
