"""What a person should look at after a reading, each with a sentence and a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yingcai.engine.reading.layout import Block
from yingcai.engine.reading.mentions import mentions
from yingcai.engine.reading.model import Measure, Problem
from yingcai.engine.reading.refusals import WHOLE, refused
from yingcai.engine.reading.structure import Outline
from yingcai.engine.reading.units import UnitNames
from yingcai.engine.reading.view import View
from yingcai.engine.values import Span


def refuse_if_no_plan(plan: Outline, text: str) -> None:
    """A text without headings, measures and numbers is no plan.

    Raises: ReadingError.
    """
    if plan.parts or plan.sections:
        return
    counted = any(m.kind in ("count", "ratio") for m in mentions(text, 0, len(text)))
    if not counted or not re.search(r"[\u4e00-\u9fff]{4}", text):
        raise refused("plan-unlike", where=WHOLE)


def problems_of(
    measures: list[Measure], names: UnitNames, blocks: list[Block], view: View, aims: set[int]
) -> list[Problem]:  # fmt: skip
    """All problems at once, in the order of the text where they have a place."""
    found = [
        *_no_measures(measures), *_no_numbers(measures), *_numbering(measures, aims),
        *_units(measures, names), *_tables(blocks, view),
    ]  # fmt: skip
    return sorted(found, key=lambda p: p.span.start if p.span else -1)


def _no_measures(measures: list[Measure]) -> Iterator[Problem]:
    if len(measures) == 1:
        yield Problem("no-measures", "没有找到编号的措施，全文作为总体目标读取", None)


def _no_numbers(measures: list[Measure]) -> Iterator[Problem]:
    if not any(measure.targets for measure in measures):
        yield Problem("no-numbers", "全文没有找到可计数的目标", None)


def _numbering(measures: list[Measure], aims: set[int]) -> Iterator[Problem]:
    """Duplicates and gaps. A new section may begin again at 1."""
    seen: set[tuple[str | None, int]] = set()
    previous: Measure | None = None
    for measure in measures[1:]:
        key = (measure.section, measure.number)
        if key in seen:
            yield Problem("duplicate-number", f"措施编号 {measure.number} 重复出现", measure.span)
        elif previous and set(range(previous.number + 1, measure.number)) - aims:
            yield Problem(
                "gap",
                f"措施编号从 {previous.number} 跳到 {measure.number}，中间可能有缺漏",
                measure.span,
            )
        seen.add(key)
        previous = measure


def _units(measures: list[Measure], names: UnitNames) -> Iterator[Problem]:
    unknown: dict[str, list[Span]] = {}
    for measure in measures[1:]:
        if not measure.units:
            yield Problem("no-units", f"措施 {measure.number} 没有写明责任单位", measure.span)
        for unit in measure.units:
            if names and unit.unit is None:
                unknown.setdefault(unit.name, []).append(unit.span)
    for name, spans in unknown.items():
        times = f"，出现 {len(spans)} 次" if len(spans) > 1 else ""
        yield Problem("unknown-unit", f"单位名录里没有“{name}”{times}", spans[0])


def _tables(blocks: list[Block], view: View) -> Iterator[Problem]:
    for place, block in enumerate(blocks):
        if block.table and not (place and blocks[place - 1].table):
            last = next((b for b in blocks[place:] if not b.table), None)
            end = last.start - 1 if last else blocks[-1].end
            yield Problem(
                "table", "这里是表格，应为文字，请核对读出的内容", view.raw(block.start, end)
            )
