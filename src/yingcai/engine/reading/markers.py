"""The numbering that headings begin with: 第一章, 第一节, 一、, 第一条, （一）, 1., （1）, ①."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from yingcai.engine.reading.numerals import chinese
from yingcai.engine.reading.view import Line
from yingcai.engine.reading.words import MEASURE_WORD

CN = "一二三四五六七八九十百零〇"


class Level(IntEnum):
    """How deep a numbered heading stands, the highest first."""

    CHAPTER = 0  # 第一章
    PART = 1  # 第一节
    HEAD = 2  # 一、
    ARTICLE = 3  # 第一条, 措施一
    BRACKET = 4  # （一）
    POINT = 5  # 1.
    SMALL = 6  # （1）
    CIRCLE = 7  # ①


MARKERS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (Level.CHAPTER, re.compile(rf"第([{CN}\d]{{1,4}})(?:章|部分|编|篇)[、，：]?")),
    (Level.PART, re.compile(rf"第([{CN}\d]{{1,4}})节(?!课)[、，：]?")),
    (Level.HEAD, re.compile(rf"([{CN}]{{1,3}})、")),
    (Level.ARTICLE, re.compile(rf"第([{CN}\d]{{1,4}})条[：、，]?")),
    (
        Level.ARTICLE,
        re.compile(
            rf"(?:措施|任务|举措|行动|重点)([{CN}]{{1,3}}|\d{{1,2}})(?:[：、，.]|(?=[^\d%]))"
        ),
    ),
    (Level.BRACKET, re.compile(rf"（([{CN}]{{1,3}})）[、，]?")),
    (Level.POINT, re.compile(r"(\d{1,2})[.、](?!\d)")),
    (Level.SMALL, re.compile(r"（(\d{1,2})）|(\d{1,2})）")),
    (Level.CIRCLE, re.compile(r"([①-⑳])")),
)
_DOTTED = re.compile(
    rf"\d{{1,2}}\.(\d{{1,2}})(?!\d|\.|[万亿千百%]|(?:{MEASURE_WORD}))[、.]?(?=[\u4e00-\u9fff“])"
)
_SPACED = re.compile(rf"(\d{{1,2}})(?![万亿千百%]|(?:{MEASURE_WORD}))(?=[\u4e00-\u9fff“])")


@dataclass(frozen=True, slots=True)
class Marker:
    """The number a line begins with."""

    level: Level
    number: int
    text: str
    printed: str  # the number as printed, without its brackets


def marker_of(text: str) -> Marker | None:
    """The numbering a line begins with, if any."""
    for level, pattern in MARKERS:
        match = pattern.match(text)
        if match:
            printed = next(group for group in match.groups() if group)
            number = _number(printed)
            if number is not None:
                return Marker(level, number, match.group(), printed)
    return None


def spaced_marker(line: Line) -> Marker | None:
    """Headings numbered 2 and 2.1 with nothing but a blank behind the number."""
    for level, pattern in ((Level.POINT, _DOTTED), (Level.HEAD, _SPACED)):
        match = pattern.match(line.text)
        if match and match.end() in line.gaps and len(line.text) <= 40:
            return Marker(level, int(match.group(1)), match.group(), match.group())
    return None


def _number(printed: str) -> int | None:
    if printed.isascii():
        return int(printed)
    if "①" <= printed[0] <= "⑳":
        return ord(printed) - ord("①") + 1
    return chinese(printed)
