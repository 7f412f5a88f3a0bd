"""Account for every number: those in no item are listed with the reason."""

from __future__ import annotations

import re

from yingcai.engine.reading.layout import Block
from yingcai.engine.reading.mentions import mentions
from yingcai.engine.reading.model import Measure, Unclassified
from yingcai.engine.reading.view import Line, View
from yingcai.engine.values import Span

_RUN = re.compile(r"\d+(?:[.\-—–~～至]\d+)*")


def unclassified(
    raw: str, view: View, masked: str, blocks: list[Block], measures: list[Measure],
    reasons: dict[int, str], dropped: list[tuple[Line, str]],
) -> list[Unclassified]:  # fmt: skip
    """Numbers outside all items, in the order of the text, none twice."""
    held = sorted(item.span for measure in measures for _, item in measure.items())
    found: list[Unclassified] = []
    for line, reason in dropped:
        cursor = _Cursor(held)
        for match in _RUN.finditer(line.text):
            span = Span(line.starts[match.start()], line.ends[match.end() - 1])
            if not cursor.holds(span):  # a page number may stand in the middle of an item
                found.append(Unclassified(raw[span.start : span.end], span, reason))
    cursor = _Cursor(held)
    for block in blocks:
        for start, end, reason in _numbers(view.text, masked, block, reasons):
            span = view.raw(start, end)
            if not cursor.holds(span):
                found.append(Unclassified(raw[span.start : span.end], span, reason))
    return sorted(found, key=lambda entry: entry.span)


class _Cursor:
    """Walks the items beside the numbers, so that the whole account is linear."""

    def __init__(self, held: list[Span]) -> None:
        self.held = held
        self.at = 0

    def holds(self, span: Span) -> bool:
        while self.at < len(self.held) and self.held[self.at].end <= span.start:
            self.at += 1
        return self.at < len(self.held) and self.held[self.at].start < span.end


def _numbers(
    text: str, masked: str, block: Block, reasons: dict[int, str]
) -> list[tuple[int, int, str]]:
    """(start, end, reason) of every number of a block, in the view."""
    known = [(m.start, m.end, m) for m in mentions(masked, block.start, block.end)]
    found: list[tuple[int, int, str]] = []
    marked = block.start + (len(block.mark) + 2 if block.level is not None else 0)
    for start, end, mention in known:
        if start < marked and block.level is not None:
            reason = "编号"
        else:
            reason = reasons.get(start) or _placed(block, mention.kind) or _reason(mention.kind)
        found.append((start, end, reason))
    covered = _Cursor([Span(a, z) for a, z, _ in found])
    for match in _RUN.finditer(text, block.start, block.end):
        if not covered.holds(Span(match.start(), match.start() + 1)):
            found.append((match.start(), match.end(), _why(text, masked, match)))
    return sorted(found)


def _why(text: str, masked: str, match: re.Match[str]) -> str:
    return "名称" if masked[match.start()] != text[match.start()] else "编号"


def _placed(block: Block, kind: str) -> str:
    """Why a number counts nothing where it stands."""
    if block.past and kind in ("count", "ratio"):
        return "现状"
    return "表格" if block.row and kind != "date" else ""


def _reason(kind: str) -> str:
    return {"date": "日期", "code": "代号或号码", "name": "名称或序数", "time": "期限"}.get(
        kind, "正文以外的数字"
    )
