"""A list of contents before the body: headings that come back later, with their pages."""

from __future__ import annotations

import re

from yingcai.engine.reading.view import Line

_HEAD = re.compile(r"^目[录次]$")
_PAGE = re.compile(
    r"(?:[.…·．⋯‥—\-]{2,}|(?<=[\u4e00-\u9fff）”]))(?:第?\d{1,3}页?|[-—]?\d{1,3}[-—]?)$"
)
_LEADERS = re.compile(r"[.…·．⋯‥]{2,}$")
_FEWEST = 3  # headings in a row, where no line says 目录


def drop_contents(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """(what stays, the lines of the contents). A heading counts when it comes back later."""
    later = {_heading(line.text): i for i, line in enumerate(lines)}
    at = 0
    while at < len(lines):
        headed = bool(_HEAD.match(lines[at].text))
        first = at + headed
        last = first
        while last < len(lines) and _listed(lines[last].text, last, later, headed=headed):
            last += 1
        if last - first >= (1 if headed else _FEWEST):
            return lines[:at] + lines[last:], lines[at:last]
        at = max(last, at + 1)
    return lines, []


def _heading(text: str) -> str:
    """A line without the page behind it, or the heading that runs on into its text."""
    return re.split(r"[。]", _bare(text), maxsplit=1)[0]


def _bare(text: str) -> str:
    return _LEADERS.sub("", _PAGE.sub("", text))


def _listed(text: str, at: int, later: dict[str, int], *, headed: bool) -> bool:
    bare = _bare(text)
    comes_back = later.get(bare, -1) > at and len(bare) > 1
    return comes_back and (headed or bare != text)
