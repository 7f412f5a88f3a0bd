"""Which headings are sections, which are measures, and what belongs to each."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field

from yingcai.engine.reading.layout import Block, is_annex
from yingcai.engine.reading.markers import Level
from yingcai.engine.reading.past import mark_past
from yingcai.engine.reading.words import AIMS, FRAME, GOALS, PAST

_TITLE_END = re.compile(r"[。：；！？]")
_SECTION_LEVELS = (Level.CHAPTER, Level.PART, Level.HEAD)
# Numbered headings such as 主要目标 among the measures hold goals, not a measure.
_AIMS = re.compile(r"^\W*(?:指导思想|基本原则|(?:总体|主要|发展|工作|具体|行动)目标)")


@dataclass(slots=True)
class Part:
    """A measure in the making: its blocks and what stands before them."""

    number: int
    label: str
    title: str
    section: str | None
    start: int
    end: int
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Heading:
    number: str
    title: str
    start: int
    end: int
    level: Level
    first: int  # place of its first block
    last: int  # place after its last block


@dataclass(frozen=True, slots=True)
class Outline:
    sections: list[Heading]
    goals: Part
    parts: list[Part]
    aims: set[int]  # printed numbers of headings that hold goals instead of a measure


def outline(blocks: list[Block], text: str, body_from: int, told: list[str]) -> Outline:
    """Sections, measures and the rest (goals) of a text in blocks. ``text`` is the view.

    ``told``: the titles in a closing table of tasks, which tell what counts as a measure.
    """
    for block in blocks:
        block.heading_end = _heading_end(block, text)
    section_level = _section_level(blocks[body_from:])
    sections = _sections(blocks, text, section_level, body_from)
    named = _told_level([b for b in blocks[body_from:] if b.level != section_level], text, told)
    headings = _measure_blocks(blocks, sections, section_level, body_from, named)
    mark_past(blocks[body_from:], text)
    aims = {i for i in headings if _AIMS.search(_words(blocks[i]))}
    measure_at = headings - aims
    goals = _goals(sections)
    goals_from = _goals_from(blocks, text, body_from)
    parts: list[Part] = []
    inside: Part | None = None
    section_of = {s.first: s for s in sections}
    current: Heading | None = None
    annexed = False
    for i, block in enumerate(blocks[body_from:], body_from):
        if i in section_of:
            current, inside = section_of[i], None
        if i in aims:
            inside = None
        if i in measure_at:
            inside = Part(
                block.number, block.label, _title(block, text), current.number if current else None,
                block.start, block.end,
            )  # fmt: skip
            parts.append(inside)
        if block.table or (parts and is_annex(block)):
            inside = None if is_annex(block) else inside
            annexed = annexed or is_annex(block)
            continue
        if (annexed and not block.row) or (inside is None and i < goals_from):
            continue
        holder = inside or goals
        holder.blocks.append(block)
        holder.start = block.start if holder.start < 0 else holder.start
        holder.end = block.end
    _count_through(parts)
    return Outline(sections, goals, parts, {blocks[i].number for i in aims})


def _goals(sections: list[Heading]) -> Part:
    """Measure 0: named after the section of goals, when there is one."""
    named = [s for s in sections if AIMS.search(s.title)]
    named += [s for s in sections if GOALS.search(s.title)]
    return Part(0, "", named[0].title if named else "", named[0].number if named else None, -1, -1)


def _goals_from(blocks: list[Block], text: str, body_from: int) -> int:
    """Place of the first heading that speaks of aims: nothing before it promises anything."""
    for i, block in enumerate(blocks[body_from:], body_from):
        if block.level is not None and AIMS.search(_title(block, text)[:20]):
            return i
    return body_from


def _count_through(parts: list[Part]) -> None:
    """Where numbering begins again in each section, count the measures through the plan."""
    firsts = {part.section for part in parts if part.number == 1}
    restarts = any(b.number == 1 < a.number for a, b in itertools.pairwise(parts))
    if len(firsts) > 1 or restarts:
        previous: tuple[str | None, int] | None = None
        running = 0
        for part in parts:
            again = previous == (part.section, part.number)
            previous = (part.section, part.number)
            running += 0 if again else 1
            part.number = running


def _heading_end(block: Block, text: str) -> int:
    """Where the heading of a numbered block ends: its first full stop, or its end."""
    if block.level is None:
        return block.start
    match = _TITLE_END.search(text, block.start + len(block.label), block.end)
    return match.end() if match else block.end


def _title(block: Block, text: str) -> str:
    return text[block.start + len(block.label) : block.heading_end].strip("。：；！？〔〕 ")


def _section_level(blocks: list[Block]) -> Level | None:
    levels = {block.level for block in blocks if block.level is not None}
    for level in _SECTION_LEVELS:
        if level in levels and levels - {Level.CHAPTER, level}:
            return level
    return None


def _sections(blocks: list[Block], text: str, level: Level | None, body_from: int) -> list[Heading]:
    if level is None:
        return []
    places = [i for i in range(body_from, len(blocks)) if blocks[i].level == level]
    found = []
    for place, following in zip(places, [*places[1:], len(blocks)], strict=True):
        block = blocks[place]
        found.append(
            Heading(
                block.mark, _title(block, text), block.start, block.heading_end, level,
                place, following,
            )
        )  # fmt: skip
    return found


def _measure_blocks(
    blocks: list[Block], sections: list[Heading], section_level: Level | None, body_from: int,
    told: Level | None,
) -> set[int]:  # fmt: skip
    """Places of the blocks that open a measure."""
    if section_level is None:
        levels = sorted({b.level for b in blocks[body_from:] if b.level is not None})
        if not levels:
            return set()
        through = _running_level(blocks, [(body_from, len(blocks))], levels)
        chosen = told or (levels[0] if through is None else through)
        return {i for i in range(body_from, len(blocks)) if blocks[i].level == chosen}
    return _below_sections(blocks, sections, told)


def _below_sections(blocks: list[Block], sections: list[Heading], told: Level | None) -> set[int]:
    ranges = [(s.first + 1, s.last) for s in sections]
    below = sorted({b.level for a, z in ranges for b in blocks[a:z] if b.level is not None})
    through = _running_level(blocks, ranges, below)
    found: list[int] = []
    for section in sections:
        inner = range(section.first + 1, section.last)
        levels = sorted({b.level for b in (blocks[i] for i in inner) if b.level is not None})
        if not levels:
            continue
        level = told or (levels[0] if through is None else through)
        frame = FRAME.search(section.title) or PAST.search(section.title)
        own = [i for i in inner if blocks[i].level == level]
        if frame or (GOALS.search(section.title) and not _runs_on(blocks, section, own, level)):
            continue
        found += own
    return set(found)


def _runs_on(blocks: list[Block], section: Heading, own: list[int], level: Level) -> bool:
    """Whether the numbers of a section of goals go on in the next one: articles of one row."""
    following = next((b.number for b in blocks[section.last :] if b.level == level), 0)
    return bool(own) and following == blocks[own[-1]].number + 1


def _running_level(
    blocks: list[Block], ranges: list[tuple[int, int]], levels: list[Level]
) -> Level | None:
    """The level whose numbers run on from section to section instead of starting again."""
    for level in levels:
        runs = _runs(blocks, ranges, level)
        rising = sum(1 for a, b in itertools.pairwise(runs) if b[0] == a[-1] + 1)
        if len(runs) > 1 and rising * 2 >= len(runs) - 1 and level <= Level.POINT and rising:
            return level
    return None


def _runs(blocks: list[Block], ranges: list[tuple[int, int]], level: Level) -> list[list[int]]:
    """The numbers of a level, a run of them below each heading that stands above it."""
    runs: list[list[int]] = []
    for first, last in ranges:
        runs.append([])
        for block in blocks[first:last]:
            if block.level == level:
                runs[-1].append(block.number)
            elif block.level is not None and block.level < level:
                runs.append([])
    return [run for run in runs if run]


def _told_level(blocks: list[Block], text: str, told: list[str]) -> Level | None:
    """The level on which most titles of a closing table stand as headings."""
    titles = set(told)
    found = Counter(b.level for b in blocks if b.level is not None and _title(b, text) in titles)
    level, times = max(found.items(), key=lambda pair: pair[1], default=(None, 0))
    return level if times > 1 and times * 2 >= len(titles) else None


def _words(block: Block) -> str:
    """The first words of a block behind its marker."""
    return "".join(line.text for line in block.lines)[len(block.label) :][:12]
