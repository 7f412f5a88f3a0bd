"""Rows of tables that no subject reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from yingcai.engine.packs.document import Key
from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.lint.view import View, ceilings_of
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Leaves, bounds, meets
from yingcai.engine.rules.narrow import lookups
from yingcai.engine.rules.tables import Table


@dataclass
class _Use:
    """A table as all rules that use it reach it; rows by number."""

    view: View
    table: Table
    reached: set[int] = field(default_factory=set)
    possible: set[int] = field(default_factory=set)  # by the ranges of the facts alone


def lint_rows(views: Sequence[View]) -> Iterator[Finding]:
    """A row counts as reached when some rule can reach it. The catalogue lists what it lists."""
    uses: dict[tuple[str, Key], _Use] = {}
    for view in views:
        for part, leaves in _lookups(view):
            name = part.table.name
            if name not in view.form.get("tables", {}):
                continue
            use = uses.setdefault((view.file, view.place("tables", name)), _Use(view, part.table))
            use.reached |= _rows(part, leaves)
            use.possible |= _rows(part, view.declared)
    for use in uses.values():
        yield from _unreached(use)


def _lookups(view: View) -> Iterator[tuple[n.Lookup | n.Covered, Leaves]]:
    """Amounts count only where all conditions hold; conditions and their steps always do."""
    tests = [one.test for one in view.rule.conditions]
    early = {part.name for test in tests for part in n.walk(test) if isinstance(part, n.Step)}
    left = view.left_by(view.rule.conditions)
    for test in tests:
        yield from lookups(test, view.declared)
    for step in view.rule.steps:
        yield from lookups(step.value, view.declared if step.name in early else left)
    for node in (view.rule.amount, view.rule.result):
        if node is not None:
            yield from lookups(node, left)
    for _, node in ceilings_of(view):
        yield from lookups(node, view.declared)


def _rows(part: n.Lookup | n.Covered, leaves: Leaves) -> set[int]:
    reach = [bounds(key, leaves) for key in part.keys]
    return {
        place
        for place, row in enumerate(part.table.rows)
        if all(meets(cell, one) for cell, one in zip(row.cells, reach, strict=True))
    }


def _unreached(use: _Use) -> Iterator[Finding]:
    name = use.table.name
    for place in range(len(use.table.rows)):
        if place in use.reached:
            continue
        left_out = place in use.possible
        yield use.view.finding(
            "row-unreached",
            f"表 `{name}` 第{place + 1}行永远用不到："
            f"{'条件已把它排除' if left_out else '超出事实的取值范围'}",
            f"row {place + 1} of table `{name}` is never reached:"
            f" {'the conditions leave it out' if left_out else 'outside the ranges of its facts'}",
            "tables", name, "rows", place,
        )  # fmt: skip
