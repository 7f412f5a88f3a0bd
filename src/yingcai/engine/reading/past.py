"""What a plan tells of the time before it: nothing there is promised."""

from __future__ import annotations

import re

from yingcai.engine.reading.layout import Block
from yingcai.engine.reading.markers import Level
from yingcai.engine.reading.words import AHEAD, PAST, PAST_OPENING

_LONGEST_TITLE = 24


def mark_past(blocks: list[Block], text: str) -> None:
    """Mark the blocks under a heading such as 发展背景, and paragraphs that look back."""
    under: Level | None = None
    for block in blocks:
        if block.level is not None and (under is None or block.level <= under):
            under = block.level if _tells_past(block, text) else None
        opening = text[block.start + len(block.label) : block.end][:80]
        looks_back = bool(PAST_OPENING.match(opening)) and not AHEAD.search(
            text, block.start, block.end
        )
        block.past = under is not None or looks_back


def _tells_past(block: Block, text: str) -> bool:
    title = text[block.start + len(block.label) : block.heading_end].strip("。：")
    return len(title) <= _LONGEST_TITLE and bool(PAST.search(re.sub(r"[“”]", "", title)))
