"""The month as a spreadsheet: one row a report, out and back in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from yingcai.engine.documents.sheet import (
    ReadValue,
    Rows,
    Sheet,
    SheetColumn,
    SheetError,
    read_sheet_apart,
    write_csv,
    write_sheet,
)
from yingcai.engine.documents.sheet_refusals import REFUSALS
from yingcai.engine.indicators import plain
from yingcai.reporting.errors import Problem, Refused
from yingcai.reporting.figures import Earlier, parse_figure

if TYPE_CHECKING:
    from yingcai.reporting.models import Report

KEYS = ("code", "unit", "title", "word", "goal", "last", "value", "narrative", "reason", "status")
FILLED_IN = frozenset({"value", "narrative", "reason"})
NEEDED = ("code", "unit", "value")
NO_FILE, TOO_LARGE, NO_COLUMN = "sheet-none", "sheet-size", "sheet-column"
WIDTHS = {"title": 44, "narrative": 40, "reason": 28, "unit": 20}


def titles() -> dict[str, str]:
    """The heads of the columns in the language in force."""
    return {
        "code": _("目标编号"),
        "unit": _("填报单位"),
        "title": _("目标"),
        "word": _("计量单位"),
        "goal": _("目标值"),
        "last": _("上期核定数"),
        "value": _("截至本月末数值"),
        "narrative": _("进展说明"),
        "reason": _("原因说明"),
        "status": _("状态"),
    }


def known_titles() -> dict[str, str]:
    """Every head of a column in every language of the product, with the column it means."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.update({title: key for key, title in titles().items()})
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the spreadsheet as it goes out."""

    report: "Report"
    goal: Decimal
    earlier: Earlier | None


def month_table(lines: Sequence[Line]) -> list[list[str | int | Decimal | date | None]]:
    """The rows of the spreadsheet, without the head."""
    return [
        [
            line.report.target.code,
            line.report.unit.name,
            line.report.target.title,
            line.report.target.measure_word,
            _tidy(line.goal),
            _tidy(line.earlier.value) if line.earlier else None,
            None if line.report.value is None else _tidy(line.report.value),
            line.report.narrative,
            line.report.reason,
            str(line.report.get_status_display()),
        ]
        for line in lines
    ]


def _tidy(value: Decimal) -> Decimal:
    """The figure without the zeros that storage adds at its end."""
    return Decimal(plain(value))


def month_xlsx(lines: Sequence[Line], month: date, *, mark: str) -> bytes:
    """The month's reports with everything locked but figure, words and reason."""
    heads = titles()
    columns = tuple(
        SheetColumn(
            heads[key],
            number_format="#,##0.####" if key in {"goal", "last", "value"} else "",
            editable=key in FILLED_IN,
            width=WIDTHS.get(key, 0),
        )
        for key in KEYS
    )
    sheet = Sheet(f"{month:%Y-%m}", columns, month_table(lines), protected=True)
    notes = [
        _("只填写浅黄色表头的三列；其余各列用于核对，改动不会被读入。"),
        _("数值填截至本月末的累计数（逐年目标填当年累计数）；比上期减少或变动过大须写原因说明。"),
        _("填好后在“月度报送”页导入：先逐行检查并预览，确认后一次写入，有一处错误则一行也不写入。"),
    ]
    return write_sheet([sheet], mark=mark, notes=notes, on=month)


def month_csv(lines: Sequence[Line]) -> bytes:
    heads = titles()
    return write_csv([[heads[key] for key in KEYS], *month_table(lines)])


@dataclass(frozen=True, slots=True)
class Filled:
    """One row that came back. ``number`` is the one the spreadsheet program shows."""

    number: int
    code: str
    unit: str
    value: str
    narrative: str
    reason: str


def read_month(data: bytes, *, name: str) -> list[Filled]:
    """The filled-in rows of a spreadsheet or CSV file, in its order.

    Raises: Refused when the file cannot be read or columns are missing, all problems at once.
    """
    try:
        rows = read_sheet_apart(data, name=name)
    except SheetError as error:
        sentence = gettext(REFUSALS[error.code]) % error.places
        raise Refused([Problem("", sentence, error.code)]) from error
    places = _places(rows)
    return [
        filled
        for row in rows.rows[1:]
        if (filled := _filled(row.number, row.cells, places)) is not None
    ]


def _places(rows: Rows) -> Mapping[str, int]:
    known = known_titles()
    head = rows.rows[0].cells if rows.rows else ()
    places = {
        known[str(cell).strip()]: place
        for place, cell in enumerate(head)
        if str(cell).strip() in known
    }
    heads = titles()
    problems = [
        Problem(
            _("表头"),
            _("缺少“%(column)s”列，请使用本系统导出的表格") % {"column": heads[key]},
            NO_COLUMN,
        )
        for key in NEEDED
        if key not in places
    ]
    if problems:
        raise Refused(problems)
    return places


def _filled(number: int, cells: Sequence[ReadValue], places: Mapping[str, int]) -> Filled | None:
    texts = {
        key: _text(cells[place]) if place < len(cells) else "" for key, place in places.items()
    }
    if not any(texts.get(key) for key in ("code", "unit", *FILLED_IN)):
        return None
    return Filled(
        number,
        texts["code"],
        texts["unit"],
        texts["value"],
        texts.get("narrative", ""),
        texts.get("reason", ""),
    )


def _text(cell: ReadValue) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell).strip()


def figure_of(filled: Filled) -> tuple[Decimal | None, list[Problem]]:
    """The figure of a row, or what is wrong with it."""
    try:
        return parse_figure(filled.value), []
    except ValueError as error:
        return None, [Problem(titles()["value"], str(error))]
