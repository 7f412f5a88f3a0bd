"""Break a long title by meaning into lines that form a trapezoid or a diamond (7.3.1)."""

import re
from collections.abc import Iterator
from itertools import pairwise

from yingcai.engine.documents.wording import clean_lines, text_width

# Where a title may turn: after these words and marks, or before those. The grammar of titles of
# official documents, not the wording of any one of them.
_AFTER = re.compile(r"[、，：》）”]|的|和|及|与|暨|并")
_BEFORE = re.compile(r"关于|[（“]|和|及|与|暨|并|实施|进展")
_UNBROKEN = re.compile(
    r"[0-9A-Za-z.%〔〕－-]+[年月日期号版个条届次]*|《[^》]{1,12}》|（[^）]{1,6}）"
)
_NOT_FIRST = "的、，。：；！？）》”’〕和及与"
_NOT_LAST = "《（“‘〔"
_ROUGH = 60
"""Penalty of a turn that no word justifies; one unit is a half character of unevenness squared."""


def title_lines(title: str, *, characters: int) -> list[str]:
    """The lines of a title, at most ``characters`` wide characters each.

    Line breaks of the author's own are kept. Otherwise the fewest lines are used that hold the
    title, turned where a word ends, as even as can be and with no last line longer than others.
    """
    own = clean_lines(title)
    limit = characters * 2
    if len(own) > 1 and all(text_width(line) <= limit for line in own):
        return own
    text = "".join(own)
    if text_width(text) <= limit:
        return [text] if text else []
    return _balanced(text, limit)


def _balanced(text: str, limit: int) -> list[str]:
    costs = _turning_costs(text)
    least = -(-text_width(text) // limit)
    tries = (
        _best(text, costs=costs, count=count, limit=limit) for count in range(least, len(text) + 1)
    )
    return next(filter(None, tries))  # one character a line always fits


def _turning_costs(text: str) -> dict[int, int]:
    """Penalty of a line break before each position."""
    costs = dict.fromkeys(range(1, len(text)), _ROUGH)
    for match in _AFTER.finditer(text):
        costs[match.end()] = 4 if match[0] in ("和", "及", "与", "并", "暨") else 0
    for match in _BEFORE.finditer(text):
        costs[match.start()] = min(costs.get(match.start(), _ROUGH), 2)
    for match in _UNBROKEN.finditer(text):
        costs.update(dict.fromkeys(range(match.start() + 1, match.end()), _ROUGH * 8))
    for place in range(1, len(text)):
        if text[place] in _NOT_FIRST or text[place - 1] in _NOT_LAST:
            costs[place] = _ROUGH * 4
    return costs


def _best(text: str, *, costs: dict[int, int], count: int, limit: int) -> list[str]:
    """The cheapest way to set the text in ``count`` lines, or nothing if it does not fit."""
    widths = [0]
    for character in text:
        widths.append(widths[-1] + text_width(character))
    even = widths[-1] // count
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for line in range(count):
        reached: dict[int, tuple[int, tuple[int, ...]]] = {}
        for start, (cost, turns) in best.items():
            for end in _ends(start, widths=widths, limit=limit, last=line == count - 1):
                turn = 0 if end == len(text) else costs[end]
                total = cost + turn + ((widths[end] - widths[start] - even) // 2) ** 2
                if end not in reached or total < reached[end][0]:
                    reached[end] = (total, (*turns, end))
        best = reached
    if len(text) not in best:
        return []
    turns = (0, *best[len(text)][1])
    return [text[a:b] for a, b in pairwise(turns)]


def _ends(start: int, *, widths: list[int], limit: int, last: bool) -> Iterator[int]:
    final = len(widths) - 1
    if last:
        if widths[final] - widths[start] <= limit and final > start:
            yield final
        return
    for end in range(start + 1, final):
        if widths[end] - widths[start] > limit:
            return
        yield end
