"""A what-if as one HTML file: tables and charts that open anywhere, print, and need no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from yingcai.engine.population.tables import Table, TableMaker
from yingcai.engine.population.whatif import Effect, WhatIf

_BAR = 14  # pixels
_ROOM = 50  # per cent of the width for the bars to each side
_STYLE = """
:root{--ink:#1d2129;--line:#c9cdd4;--blue:#0b57a4;--red:#b3121b;--pale:#eaf2fb}
body{font:15px/1.6 "Noto Sans SC","Microsoft YaHei",sans-serif;color:var(--ink);margin:2rem auto;max-width:72rem;padding:0 1rem}
h1{font-size:1.5rem;border-left:4px solid var(--red);padding-left:.6rem}
h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left}
th{background:var(--pale)}td:not(:first-child),th{white-space:nowrap}td:first-child{min-width:11em}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.scroll{overflow-x:auto}
figure ol{list-style:none;margin:0;padding:0}figure li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin-bottom:.6rem;break-inside:avoid}
figure li .number{margin-left:auto}figure svg{display:block;flex-basis:100%}
.more{fill:var(--red)}.less{fill:var(--blue)}
figure{margin:1rem 0;max-width:48rem}figcaption{color:#4e5969}
@media print{body{margin:0;max-width:none}}
"""


def write_report(
    path: Path, found: WhatIf, tables: Sequence[Table], maker: TableMaker, *, people: int
) -> None:
    """Write the report of ``found`` with the tables shown on the terminal. Raises: OSError."""
    path.write_text("".join(_page(found, tables, maker, people)), "utf-8")


def _page(found: WhatIf, tables: Sequence[Table], maker: TableMaker, people: int) -> Iterator[str]:
    title = maker.say("政策调整测算报告", "Report on a change of policy")
    language = "zh-Hans" if maker.language == "zh" else "en"
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
    yield f"<p>{escape(_summary(found, maker, people))}</p>"
    yield from _chart(found, maker)
    for table in tables:
        yield from _table(table, maker)
    rest = [maker.title(name) for name in found.untouched]
    if rest:
        heading = maker.say(
            "未受影响、未重新测算的项目", "Programmes that the change does not touch"
        )
        yield f"<h2>{heading}</h2><p>{escape(maker.say('、', ', ').join(rest))}</p>"
    yield "</main></body></html>\n"


def _summary(found: WhatIf, maker: TableMaker, people: int) -> str:
    total = found.total()
    names = [maker.title(name) for name in found.touched]
    change = maker.money(total.after - total.before)
    if maker.language == "zh":
        return (
            f"测算对象{people:,}人（单位）。受影响的项目：{'、'.join(names) or '无'}。"
            f"金额由{maker.money(total.before)}变为{maker.money(total.after)}，增减{change}；"
            f"{maker.count(total.winners)}人增加，{maker.count(total.losers)}人减少，"
            f"{maker.count(total.undecided)}人因信息不全未能判断。"
        )
    return (
        f"{people:,} people or firms. Touched: {', '.join(names) or 'none'}. The cost goes from "
        f"{maker.money(total.before)} to {maker.money(total.after)}, a difference of {change}; "
        f"{maker.count(total.winners)} gain, {maker.count(total.losers)} lose, "
        f"{maker.count(total.undecided)} cannot be decided because facts are missing."
    )


def _chart(found: WhatIf, maker: TableMaker) -> Iterator[str]:
    """A bar a row, as wide as the page: the difference in cost, to the right where it rises."""
    bars = [(one, change) for one in found.effects if (change := one.after - one.before)]
    widest = max((abs(fen) for _, fen in bars), default=0)
    if not bars:
        return
    caption = maker.say("各组金额增减", "Difference in cost by group")
    yield f"<figure><figcaption>{caption}</figcaption><ol>"
    for one, fen in bars:
        length = abs(fen) / widest * _ROOM
        start = _ROOM if fen >= 0 else _ROOM - length
        side = "more" if fen >= 0 else "less"
        yield f'<li><span>{escape(_label(one, found, maker))}</span> <span class="number">{escape(maker.money(fen))}</span>'
        yield f'<svg aria-hidden="true" width="100%" height="{_BAR}"><rect class="{side}" '
        yield f'x="{start:.2f}%" width="{max(length, 0.2):.2f}%" height="{_BAR}"/></svg></li>'
    yield "</ol></figure>"


def _label(one: Effect, found: WhatIf, maker: TableMaker) -> str:
    """The group, and the programme where there are several or no groups."""
    parts = maker.groups(one.group, found.by)
    if len(found.touched) > 1 or not parts:
        parts = [*parts, maker.title(one.programme)]
    return " · ".join(parts)


def _table(table: Table, maker: TableMaker) -> Iterator[str]:
    yield f"<h2>{escape(table.title)}</h2>"
    if not table.rows:
        yield f"<p>{maker.say('没有发现。', 'None found.')}</p>"
        return
    yield '<div class="scroll" tabindex="0"><table><thead><tr>'
    for place, name in enumerate(table.columns):
        yield f'<th scope="col"{_aligned(place, table)}>{escape(name)}</th>'
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = (
            f"<td{_aligned(place, table)}>{escape(cell)}</td>" for place, cell in enumerate(row)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _aligned(place: int, table: Table) -> str:
    return ' class="number"' if place in table.numbers else ""
