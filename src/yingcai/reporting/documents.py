"""A bulletin's frozen snapshot as an official document. The same snapshot gives the same document."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from yingcai.engine.documents import (
    Annex,
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Light,
    Note,
    Paragraph,
    RedHead,
    Row,
    Table,
    Tone,
)
from yingcai.reporting.bulletin.numbers import amount, plain, tenth
from yingcai.reporting.bulletin.snapshot import Json
from yingcai.reporting.bulletin.texts import LIGHT_WORDS, full_width

# The largest annex that a printed document still serves; beyond it the spreadsheet has the rows.
MAX_ANNEX_ROWS = 3_000
HEADINGS = (
    ("overall", "总体进展"),
    ("units", "各单位进展"),
    ("counties", "各县（市、区）进展"),
    ("highlights", "亮点"),
    ("laggards", "滞后事项及原因"),
    ("next", "下步要求"),
)
TONES = {
    "done": Tone.GOOD,
    "green": Tone.GOOD,
    "yellow": Tone.WARNING,
    "red": Tone.BAD,
    "none": Tone.NONE,
}
COUNT_LIGHTS = ("done", "green", "yellow", "red", "none")
SEPARATORS = re.compile("[，、；,;]")
DASH = "—"
ANNEX_NOTE = "“应达”为按目标时间表本月底应达到的数；“比时间表”正数为超前，负数为落后。"


def bulletin_document(
    frozen: Json, *, digest: str, corrections: Sequence[tuple[date, str]] = ()
) -> Document:
    """The document of a snapshot that has its texts and head; ``digest`` is empty for a draft.

    Raises: engine.documents.DocumentError when a part cannot be set, with every reason.
    """
    head, texts = frozen["head"], frozen["texts"]
    mark = head["mark"] or head["organ"] or "每月通报"
    return Document(
        title=texts["title"],
        blocks=tuple(_body(frozen)),
        issued_on=date.fromisoformat(head["issued_on"]),
        head=RedHead(mark=mark, number=document_number(head)),
        addressee=head["addressee"],
        annexes=tuple(_annexes(frozen, corrections)),
        signature=head["organ"],
        copies_to=tuple(name for name in SEPARATORS.split(head["copy_to"]) if name),
        printed_by=head["printed_by"],
        digest_line=f"数据快照摘要：sha256:{digest}"
        if digest
        else "草稿，未发布，数据和文字均可能变化",
    )


def document_number(head: Json) -> str:
    """The number as printed: 〔〕 around the year, no 第, no leading zero (GB/T 9704-2012, 7.2.5)."""
    if not head["number_prefix"]:
        return ""
    return f"{head['number_prefix']}〔{head['year']}〕{head['issue']}号"


def _body(frozen: Json) -> Iterator[Block]:
    tables = {
        "overall": _overall_table,
        "units": _units_table,
        "counties": _counties_tables,
    }
    for name, heading in HEADINGS:
        yield Heading(1, heading)
        for line in frozen["texts"][name].split("\n"):
            yield Paragraph(full_width(line))
        if name in tables:
            yield from tables[name](frozen)


def _overall_table(frozen: Json) -> Iterator[Block]:
    overall = frozen["overall"]
    counted = [("本月", overall)] + ([("上月", overall["last"])] if overall["last"] else [])
    yield Table(
        columns=(Column("", 2), *_count_columns()),
        rows=tuple(Row((label, *_counts(counts))) for label, counts in counted),
        caption="目标进展情况",
        unit="单位：项、%",
    )


def _units_table(frozen: Json) -> Iterator[Block]:
    if frozen["units"]:
        yield _ranking(frozen, "units", "各牵头单位目标进展")


def _counties_tables(frozen: Json) -> Iterator[Block]:
    if not frozen["counties"]:
        return
    yield _ranking(frozen, "counties", "各县（市、区）分解目标进展")
    if frozen["headlines"]:
        yield _headlines_table(frozen)


def _ranking(frozen: Json, key: str, caption: str) -> Table:
    rows = tuple(
        Row(
            (
                str(row["rank"]),
                unit_name(frozen, row["unit"]),
                *_counts(row),
                _signed(row["share_change"]),
            )
        )
        for row in frozen[key]
    )
    return Table(
        columns=(
            Column("名次", 2, "center"),
            Column("单位", 7),
            *_count_columns(),
            Column("与上月比", 3, "right"),
        ),
        rows=rows,
        caption=caption,
        unit="单位：项、%、百分点",
    )


def _headlines_table(frozen: Json) -> Table:
    """Counties by the most widely shared targets: figure and progress of each."""
    rows = {row["code"]: row for row in frozen["rows"]}
    shares = {(row["code"], row["unit"]): row for row in frozen["shares"]}
    codes = [code for code in frozen["headlines"] if code in rows]
    columns = [Column("单位", 4)]
    for code in codes:
        group = f"{rows[code]['title']}（{code}）"
        columns += [
            Column("目标", 3, "right", group),
            Column("已达", 3, "right", group),
            Column("完成率", 3, "right", group),
        ]
    lines = []
    for county in frozen["counties"]:
        cells = [unit_name(frozen, county["unit"])]
        for code in codes:
            share = shares.get((code, county["unit"]))
            word = rows[code]["word"]
            cells += _share_cells(share, word) if share else [DASH, DASH, DASH]
        lines.append(Row(tuple(cells)))
    return Table(tuple(columns), tuple(lines), caption="主要分解目标完成情况", unit="完成率单位：%")


def _share_cells(share: Json, word: str) -> list[str]:
    return [amount(share["goal"], word), amount(share["value"], word), share["progress"] or DASH]


def _annexes(frozen: Json, corrections: Sequence[tuple[date, str]]) -> Iterator[Annex]:
    yield Annex("目标进度总表", (_targets_table(frozen), Note(ANNEX_NOTE)))
    yield Annex("各单位目标明细", tuple(_unit_blocks(frozen)))
    if corrections:
        lines = tuple(
            Paragraph(full_width(line), lead=f"{day.year}年{day.month}月{day.day}日更正：")
            for day, text in corrections
            for line in [text.replace("\n", "")]
        )
        yield Annex("更正", lines)


def _targets_table(frozen: Json) -> Table:
    rows = []
    for row in frozen["rows"]:
        cells: tuple[Cell, ...] = (
            row["code"],
            row["title"],
            unit_names(frozen, row["leads"]),
            amount(row["goal"], row["word"]),
            amount(row["value"], row["word"]),
            amount(tenth(Decimal(row["expected"])), row["word"]),
            row["progress"] or DASH,
            _signed(row["change"]),
            ahead(row["gap"]),
            light(row["light"]),
        )
        rows.append(Row(cells))
    return Table(
        columns=(
            Column("编号", 3),
            Column("目标", 14),
            Column("牵头单位", 9),
            Column("目标值", 5, "right"),
            Column("已达", 5, "right"),
            Column("应达", 5, "right"),
            Column("完成率（%）", 4, "right"),
            Column("与上月比（百分点）", 5, "right"),
            Column("比时间表（百分点）", 5, "right"),
            Column("状态", 6),
        ),
        rows=tuple(rows),
        wide=True,
    )


def unit_lines(frozen: Json) -> Iterator[tuple[str, Json]]:
    """Every unit with each of its targets: its own share where it has one, else the city's row."""
    rows = {row["code"]: row for row in frozen["rows"]}
    shares = {(row["code"], row["unit"]): row for row in frozen["shares"]}
    for unit in [*frozen["units"], *frozen["counties"]]:
        for code in unit["codes"]:
            if code in rows:
                own = shares.get((code, unit["unit"]), {})
                yield unit["unit"], {**rows[code], **own}


def _unit_blocks(frozen: Json) -> Iterator[Block]:
    by_unit: dict[str, list[Row]] = defaultdict(list)
    for unit, row in unit_lines(frozen):
        cells: tuple[Cell, ...] = (
            row["code"],
            row["title"],
            amount(row["goal"], row["word"]),
            amount(row["value"], row["word"]),
            row["progress"] or DASH,
            light(row["light"]),
        )
        by_unit[unit].append(Row(cells))
    if sum(map(len, by_unit.values())) > MAX_ANNEX_ROWS:
        yield Paragraph("各单位目标明细行数较多，见本期通报的电子表格。")
        return
    for unit, rows in by_unit.items():
        yield Heading(1, unit_name(frozen, unit))
        yield Table(
            columns=(
                Column("编号", 3),
                Column("目标", 13),
                Column("目标值", 5, "right"),
                Column("已达", 5, "right"),
                Column("完成率（%）", 4, "right"),
                Column("状态", 6),
            ),
            rows=tuple(rows),
        )


def _count_columns() -> tuple[Column, ...]:
    titles = ["目标数", *(LIGHT_WORDS[name] for name in COUNT_LIGHTS), "按期率"]
    return tuple(Column(title, 3, "right") for title in titles)


def _counts(counts: Json) -> tuple[str, ...]:
    lights = [str(counts["lights"][name]) for name in COUNT_LIGHTS]
    return (str(counts["targets"]), *lights, counts["share"] or DASH)


def _signed(change: str | None) -> str:
    if change is None:
        return DASH
    return change if change.startswith("-") or change == "0" else f"+{change}"


def ahead(gap: str | None) -> str:
    """Points before (+) or behind (-) the target's own path."""
    return _signed(None if gap is None else plain(-Decimal(gap)))


def light(name: str) -> Light:
    """The light with its symbol and word."""
    return Light(TONES[name], LIGHT_WORDS[name])


def unit_name(frozen: Json, unit: str) -> str:
    return str(frozen["names"].get(unit, [unit])[0])


def unit_names(frozen: Json, units: Iterable[str]) -> str:
    return "、".join(unit_name(frozen, unit) for unit in units) or DASH
