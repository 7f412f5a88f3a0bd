"""Read an issued plan: the one function that puts the parts together."""

from __future__ import annotations

import bisect
from dataclasses import replace
from typing import TypedDict

from yingcai.engine.reading.account import unclassified
from yingcai.engine.reading.contents import drop_contents
from yingcai.engine.reading.dates import Scope, last_year
from yingcai.engine.reading.diagnose import problems_of, refuse_if_no_plan
from yingcai.engine.reading.header import header_of
from yingcai.engine.reading.indicators import indicators, target_of
from yingcai.engine.reading.items import read_items
from yingcai.engine.reading.layout import (
    blocks_of,
    drop_furniture,
    split_inline,
    title_line,
)
from yingcai.engine.reading.model import (
    Coverage,
    Deadline,
    Deliverable,
    Header,
    Incentive,
    Item,
    Measure,
    Reading,
    Responsible,
    Section,
    Source,
    Target,
)
from yingcai.engine.reading.refusals import WHOLE
from yingcai.engine.reading.sentences import mask
from yingcai.engine.reading.source import check_length
from yingcai.engine.reading.structure import Part, outline
from yingcai.engine.reading.tables import Row, tables
from yingcai.engine.reading.units import Named, UnitNames, responsible
from yingcai.engine.reading.view import View, join, lines_of
from yingcai.engine.values import Span


def read_plan(
    text: str, *, units: UnitNames | None = None, source: Source | None = None
) -> Reading:
    """Turn the text of an issued plan into a reading. Pure; the same text gives the same reading.

    Every span is a pair of offsets into ``text``. What cannot be understood is listed under
    ``unclassified`` and ``problems``; nothing is invented. ``source`` is passed through.

    Raises: ReadingError when the text is no plan (no heading, no measure, no number) or too long.
    """
    check_length(text, name=WHOLE)
    kept, dropped = drop_furniture(lines_of(text))
    kept, listed = drop_contents(kept)
    left_out = [(line, "页码或页眉") for line in dropped] + [(line, "目录") for line in listed]
    lines = split_inline(kept)
    title_at = title_line(lines)
    body_from = 0 if title_at is None else title_at + 1
    header = header_of(lines, title_at)
    found = tables(lines)
    blocks = blocks_of(lines, body_from, [range(t.first, t.last) for t in found], indicators(lines))
    view, ranges = join([block.lines for block in blocks])
    for block, (start, end) in zip(blocks, ranges, strict=True):
        block.start, block.end = start, end
    masked = mask(view.text)
    rows = [row for t in found for row in t.rows]
    plan = outline(blocks, view.text, body_from, [row.title for row in rows])
    refuse_if_no_plan(plan, view.text)
    names = units or UnitNames()
    reader = _Reader(view, masked, header, names, rows)
    measures = [reader.measure(part) for part in (plan.goals, *plan.parts)]
    sections = tuple(Section(s.number, s.title, view.raw(s.start, s.end)) for s in plan.sections)
    rest = unclassified(text, view, masked, blocks, measures, reader.reasons, left_out)
    return Reading(
        header=header,
        sections=sections,
        measures=tuple(measures),
        unclassified=tuple(rest),
        problems=tuple(problems_of(measures, names, blocks, view, plan.aims)),
        source=source,
    )


class _Reader:
    """Reads the measures of one plan; collects why other numbers are no items."""

    def __init__(
        self, view: View, masked: str, header: Header, names: UnitNames, rows: list[Row]
    ) -> None:
        self.view = view
        self.masked = masked
        self.header = header
        self.names = names
        self.rows = rows
        self.reasons: dict[int, str] = {}

    def measure(self, part: Part) -> Measure:
        """One measure with its units and items."""
        text = self.view.text
        if not part.blocks:
            return _empty(part)
        named, taken = responsible(text, part.start, part.end) if part.number else ([], [])
        ranges = _without(_prose(part), taken)
        found = read_items(
            text,
            self.masked,
            ranges,
            Scope(self.header.period, goals=not part.number, title=part.title),
        )
        self.reasons |= found.reasons
        items = [self._raw(item) for item in found.items + self._indicators(part)]
        row = self._row(part)
        items += _due(row, part)
        return Measure(
            number=part.number, title=part.title, section=part.section,
            span=self.view.raw(part.start, part.end),
            units=self._units(named, row),
            label=part.label, **_by_kind(items),
        )  # fmt: skip

    def _indicators(self, part: Part) -> list[Item]:
        """The targets of the rows of indicators."""
        period = self.header.period
        last = period.last if period else None
        rows = [(block.row, block.start) for block in part.blocks if block.row]
        return [target_of(row, self.view.text, start, last) for row, start in rows]

    def _units(self, named: list[Named], row: Row | None) -> tuple[Responsible, ...]:
        found = [(n.name, n.role, self.view.raw(n.start, n.end)) for n in named]
        if row is not None and not found:
            found = [(name, "lead", span) for name, span in row.lead]
            rest = row.both + row.joint if row.lead else row.joint
            if not row.lead:
                # 责任单位 beside 配合单位 is who leads; alone, its first unit does.
                cut = len(row.both) if row.joint else 1
                found = [(name, "lead", span) for name, span in row.both[:cut]]
                rest = row.both[cut:] + row.joint
            found += [(name, "joint", span) for name, span in rest]
        return tuple(
            Responsible(name, self.names.resolve(name), role, span) for name, role, span in found
        )

    def _row(self, part: Part) -> Row | None:
        """The row of a table that speaks of this measure: same title, else same number."""
        if not part.number:
            return None
        for row in self.rows:
            if part.title and (part.title in row.title or (row.title and row.title in part.title)):
                return row
        numbered = [row for row in self.rows if row.number == part.number and not row.title]
        return numbered[0] if numbered else None

    def _raw(self, item: Item) -> Item:
        return replace(item, span=self.view.raw(*item.span))


def _due(row: Row | None, part: Part) -> list[Item]:
    """The deadline a table sets. Cells such as 长期坚持 set none."""
    if row is None or row.due is None:
        return []
    words, span = row.due
    year = last_year(words)
    return [Deadline(words, span, part.title, year, None)] if year else []


def _empty(part: Part) -> Measure:
    return Measure(
        part.number, part.title, part.section, Span(0, 0), (), (), (), (), (), (),
    )  # fmt: skip


class _Kinds(TypedDict):
    targets: tuple[Target, ...]
    coverage: tuple[Coverage, ...]
    deliverables: tuple[Deliverable, ...]
    incentives: tuple[Incentive, ...]
    deadlines: tuple[Deadline, ...]


def _by_kind(items: list[Item]) -> _Kinds:
    """Items by kind; ``part_of`` becomes the place among the targets."""
    places = [i for i, item in enumerate(items) if isinstance(item, Target)]
    return _Kinds(
        targets=tuple(
            replace(item, part_of=None if item.part_of is None else places.index(item.part_of))
            for item in items
            if isinstance(item, Target)
        ),
        coverage=tuple(item for item in items if isinstance(item, Coverage)),
        deliverables=tuple(item for item in items if isinstance(item, Deliverable)),
        incentives=tuple(item for item in items if isinstance(item, Incentive)),
        deadlines=tuple(item for item in items if isinstance(item, Deadline)),
    )


def _prose(part: Part) -> list[tuple[int, int]]:
    """The ranges of a part that are running text: headings' numbers, tables, the past left out."""
    return [
        (block.start + len(block.label), block.end)
        for block in part.blocks
        if not (block.table or block.caption or block.row or block.past)
    ]


def _without(ranges: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    starts = [a for a, _ in taken]
    for start, end in ranges:
        at = start
        for a, z in taken[max(0, bisect.bisect_left(starts, start) - 1) :]:
            if a >= end:
                break
            if z <= at:
                continue
            if a > at:
                result.append((at, a))
            at = max(at, z)
        if at < end:
            result.append((at, end))
    return result
