"""A reading as one self-contained page: the text at the left, the items at the right."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from yingcai.engine.reading.model import (
    Coverage,
    Deliverable,
    Incentive,
    Item,
    Measure,
    Reading,
    Target,
    plain_number,
)

LABELS = {
    "targets": "目标",
    "coverage": "全覆盖",
    "deliverables": "文件",
    "incentives": "规则",
    "deadlines": "时限",
    "unclassified": "未归类",
}
_COMPARATORS = {">=": "不低于", "~": "约", "=": "", "<=": "不超过"}
_PERS = {"total": "", "year": "每年", "county": "各县（市、区）", "each": "各"}
_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;font:16px/1.75 "Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif;color:#1f2933;background:#f5f7fa}
header{background:#1f5fa8;color:#fff;padding:20px 28px}header h1{margin:0;font-size:22px}header p{margin:4px 0 0}
.counts{display:flex;flex-wrap:wrap;gap:8px 16px;list-style:none;margin:12px 0 0;padding:0}
main{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:20px;padding:20px 28px}
section{background:#fff;border:1px solid #d5dde6;border-radius:6px;padding:18px 22px}
h2{font-size:18px;margin:0 0 10px}h3{font-size:16px;margin:22px 0 6px;border-bottom:1px solid #d5dde6;padding-bottom:4px}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
mark{color:inherit;padding:1px 2px;border-bottom:2px solid;border-radius:2px}
mark a{color:inherit;text-decoration:none}mark sup{font-size:11px;font-weight:600;margin-left:2px}
.targets{background:#e3effc;border-color:#1f5fa8}.coverage{background:#e2f5e9;border-color:#1b7a3d;border-bottom-style:double}
.deliverables{background:#f1e9fa;border-color:#6b3fa0;border-bottom-style:dashed}.incentives{background:#fdf0dc;border-color:#9a5b00;border-bottom-style:dotted}
.deadlines{background:#fde8e8;border-color:#a32020;border-bottom-style:groove}.unclassified{background:#eef0f2;border-color:#5f6b78;border-bottom-style:dotted}
ul.items{list-style:none;margin:0;padding:0}ul.items li{padding:6px 0;border-bottom:1px dashed #d5dde6}
.kind{color:#1f2933;display:inline-block;min-width:4em;text-align:center;font-size:13px;border:1px solid;border-radius:3px;padding:0 6px;margin-right:6px}
.value{font-variant-numeric:tabular-nums;font-weight:600}.more{color:#4a5766;font-size:14px}
:target{outline:3px solid #d9480f;outline-offset:2px}a{color:#164a86}a:focus-visible{outline:3px solid #d9480f}
@media(max-width:860px){main{grid-template-columns:1fr;padding:12px}}
@media print{body{background:#fff;font-size:11pt}header{background:#fff;color:#000;border-bottom:2px solid #000}main{display:block}section{border:0;padding:0}h3,li{break-inside:avoid}mark{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


def render_html(source: str, reading: Reading) -> str:
    """The page. ``source`` is the text that was read; everything in it is escaped."""
    title = escape(reading.header.title or "未命名的计划")
    counts = "".join(
        f'<li><span class="kind {kind}">{LABELS[kind]}</span> {count} 项</li>'
        for kind, count in _counts(reading).items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} — 读出的内容</title><style>{_STYLE}</style></head><body>"
        f'<header><h1>{title}</h1><p>{_subtitle(reading)}</p><ul class="counts">{counts}</ul></header>'
        f'<main><section aria-label="计划原文"><h2>原文</h2><div class="text">{_text(source, reading)}'
        f'</div></section><section aria-label="读出的内容"><h2>读出的内容</h2>{_problems(reading)}'
        f"{''.join(_measure(m) for m in reading.measures)}{_rest(reading)}</section></main>"
        "</body></html>\n"
    )


def _counts(reading: Reading) -> dict[str, int]:
    counts = {
        kind: sum(len(getattr(m, kind)) for m in reading.measures)
        for kind in LABELS
        if kind != "unclassified"
    }
    return counts | {"unclassified": len(reading.unclassified)}


def _subtitle(reading: Reading) -> str:
    header = reading.header
    parts = [*header.issuers, header.number or "", header.issued_on or ""]
    return escape("　".join(part for part in parts if part))


def _key(kind: str, start: int) -> str:
    return f"{kind}-{start}"


def _text(source: str, reading: Reading) -> str:
    """The whole text, every item marked and linked to its entry."""
    marks = [
        (item.span.start, item.span.end, kind) for m in reading.measures for kind, item in m.items()
    ]
    marks += [(e.span.start, e.span.end, "unclassified") for e in reading.unclassified]
    pieces: list[str] = []
    at = 0
    for start, end, kind in sorted(marks):
        if start < at or end <= start:
            continue
        key = _key(kind, start)
        pieces.append(escape(source[at:start]))
        pieces.append(
            f'<mark class="{kind}" id="t-{key}"><a href="#i-{key}">{escape(source[start:end])}'
            f"<sup>{LABELS[kind]}</sup></a></mark>"
        )
        at = end
    pieces.append(escape(source[at:]))
    return "".join(pieces)


def _measure(measure: Measure) -> str:
    items = measure.items()
    heading = f"{measure.number}. {measure.title}" if measure.number else "总体目标"
    units = "；".join(
        f"{'牵头' if unit.role == 'lead' else '配合'} {unit.name}" for unit in measure.units
    )
    body = "".join(_item(kind, item) for kind, item in items) or "<li>没有可计数的内容</li>"
    owners = f'<p class="more">{escape(units)}</p>' if units else ""
    return f'<h3>{escape(heading)}</h3>{owners}<ul class="items">{body}</ul>'


def _item(kind: str, item: Item) -> str:
    key = _key(kind, item.span.start)
    return (
        f'<li id="i-{key}"><span class="kind {kind}">{LABELS[kind]}</span>'
        f'<a href="#t-{key}">{escape(item.text)}</a> {_details(item)}</li>'
    )


def _details(item: Item) -> str:
    value = f'<span class="value">{escape(_value(item))}</span>' if isinstance(item, Target) else ""
    more = "，".join(part for part in _more(item) if part)
    return f'{value}<div class="more">{escape(more)}</div>' if more else value


def _value(item: Target) -> str:
    high = f"—{plain_number(item.value_max):,}" if item.value_max is not None else ""
    per = _PERS[item.per]
    return f"{per}{_COMPARATORS[item.comparator]} {plain_number(item.value):,}{high} {item.unit}".strip()


def _more(item: Item) -> Iterator[str]:
    if isinstance(item, Target):
        yield item.subject
        yield "累计" if item.cumulative else ""
        yield "增长" if item.baseline else ""
        yield "为总数的一部分" if item.part_of is not None else ""
    elif isinstance(item, Coverage):
        yield item.subject
    elif isinstance(item, Deliverable):
        yield f"{'印发' if item.action == 'issue' else '修订'}：{item.title}"
    elif isinstance(item, Incentive):
        yield item.subject
        yield f"条件：{item.condition}" if item.condition else ""
    else:
        yield f"每{item.every}" if item.every else ""
    by = getattr(item, "by", None)
    yield f"到 {by} 年" if by else ""


def _problems(reading: Reading) -> str:
    if not reading.problems:
        return ""
    entries = "".join(f"<li>{escape(problem.text)}</li>" for problem in reading.problems)
    return f"<h3>请核对</h3><ul>{entries}</ul>"


def _rest(reading: Reading) -> str:
    entries = "".join(
        f'<li id="i-{_key("unclassified", entry.span.start)}">'
        f'<span class="kind unclassified">{LABELS["unclassified"]}</span>'
        f'<a href="#t-{_key("unclassified", entry.span.start)}">{escape(entry.text)}</a> '
        f'<span class="more">{escape(entry.reason)}</span></li>'
        for entry in reading.unclassified
    )
    return f'<h3>未归类的数字</h3><ul class="items">{entries}</ul>' if entries else ""
