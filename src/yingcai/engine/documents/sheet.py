"""The one writer of spreadsheets, and the door to the one reader.

Every export of the product goes through `write_sheet` or `write_csv`: text stays text whatever it
starts with, numbers are numbers, a cap holds, and the file says who took it out and when.

Needs the extra ``web``.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from yingcai.engine.documents.sheet_cells import ReadValue, SheetError, Value, guarded
from yingcai.engine.documents.sheet_reader import Rows, SheetRow, read_sheet, read_sheet_apart
from yingcai.engine.documents.wording import text_width

__all__ = [
    "ReadValue",
    "Rows",
    "Sheet",
    "SheetColumn",
    "SheetError",
    "SheetRow",
    "Value",
    "read_sheet",
    "read_sheet_apart",
    "write_csv",
    "write_sheet",
]

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_SHEETS = 50
MAX_CELL = 32_767
_EXACT_DIGITS = 15
"""A spreadsheet program rounds longer numbers; they are written as text instead."""

_WIDTH_SAMPLE = 200
_NARROWEST, _WIDEST = 8, 60
_INLINE_CHOICES = 255
_NAME_LENGTH = 31
_CHOICES_SHEET = "选项"
_ABOUT_SHEET = "说明"


@dataclass(frozen=True)
class SheetColumn:
    """One column. ``number_format`` is Excel's (``#,##0``, ``0.0%``); ``choices`` make a list.

    ``editable`` matters on a protected sheet only. Units: ``width`` in Latin characters, found
    from the content when 0. ``hint`` is shown beside a selected cell of a column with choices.
    """

    title: str
    number_format: str = ""
    choices: tuple[str, ...] = ()
    editable: bool = False
    width: int = 0
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a frozen head row and rows under it; ``protected`` opens editable columns only.

    ``spare_rows`` empty rows of a protected sheet carry the lists too, for rows to be added.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Value]]
    protected: bool = False
    spare_rows: int = 0


def write_sheet(
    sheets: Sequence[Sheet], *, mark: str = "", notes: Sequence[str] = (), on: date | None = None
) -> bytes:
    """The sheets as the bytes of an .xlsx file.

    ``mark`` says who took the file out and when; it is printed at the foot of every page and
    stands on a last sheet 说明 with ``notes``. ``on`` dates the file; equal input gives equal
    bytes.

    Raises: SheetError with all problems, before anything is written.
    """
    problems = list(_problems(sheets))
    if problems:
        raise SheetError(problems)
    buffer = io.BytesIO()
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        moment = datetime.combine(on or date(2000, 1, 1), datetime.min.time())
        book.set_properties({"created": moment, "comments": guarded(mark)})
        formats = _Formats(book)
        lists = _Lists()
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats, lists, mark=mark)
        _write_about(book, formats, mark=mark, notes=notes)
        lists.write(book)
    return buffer.getvalue()


def write_csv(rows: Sequence[Sequence[Value]]) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8 with the mark that makes Excel read it as such.

    Raises: SheetError if there are more rows or longer cells than a spreadsheet can take.
    """
    problems = list(_row_problems("表格", rows, columns=None))
    if problems:
        raise SheetError(problems)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([[_plain_text(value) for value in row] for row in rows])
    return buffer.getvalue().encode("utf-8-sig")


def _plain_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return guarded(value) if isinstance(value, str) else str(value)


class _Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **properties: object) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]

    def head(self, column: SheetColumn) -> Format:
        fill = "#FFF4CE" if column.editable else "#DCE9F7"
        return self.get(bold=True, align="center", bg_color=fill, border=1, text_wrap=True)

    def cell(self, column: SheetColumn, value: Value) -> Format:
        properties: dict[str, object] = {"locked": not column.editable, "border": 1}
        if isinstance(value, str) or value is None:
            # 常规 on an empty cell would turn a typed ID number into a rounded one.
            properties |= {
                "num_format": column.number_format or "@",
                "text_wrap": "\n" in guarded(value or ""),
            }
        elif isinstance(value, date):
            properties["num_format"] = column.number_format or "yyyy-mm-dd"
        elif column.number_format:
            properties["num_format"] = column.number_format
        return self.get(**properties)


class _Lists:
    """Lists of choices too long for a validation rule stand on a hidden sheet."""

    def __init__(self) -> None:
        self._lists: list[tuple[str, ...]] = []

    def source(self, choices: tuple[str, ...]) -> str | list[str]:
        """What a validation rule names: the choices, or the cells that hold them."""
        plain = not any("," in choice or choice.startswith("=") for choice in choices)
        if plain and len(",".join(choices)) <= _INLINE_CHOICES:
            return list(choices)
        if choices not in self._lists:
            self._lists.append(choices)
        column = _letters(self._lists.index(choices))
        return f"='{_CHOICES_SHEET}'!${column}$1:${column}${len(choices)}"

    def write(self, book: Any) -> None:
        if not self._lists:
            return
        worksheet = book.add_worksheet(_CHOICES_SHEET)
        worksheet.hide()
        for row in range(max(map(len, self._lists))):
            for column, choices in enumerate(self._lists):
                if row < len(choices):
                    worksheet.write_string(row, column, guarded(choices[row]))


def _letters(column: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _write(
    worksheet: Worksheet, sheet: Sheet, formats: _Formats, lists: _Lists, *, mark: str
) -> None:
    _set_page(worksheet, mark=mark)
    for number, column in enumerate(sheet.columns):
        width = column.width or _width(column, [row[number] for row in sheet.rows[:_WIDTH_SAMPLE]])
        worksheet.set_column(number, number, width, formats.cell(column, None))
        last = len(sheet.rows) + sheet.spare_rows
        if column.choices and last:
            worksheet.data_validation(1, number, last, number, _validation(column, lists))
    for number, column in enumerate(sheet.columns):
        worksheet.write_string(0, number, guarded(column.title), formats.head(column))
    for row_number, row in enumerate(sheet.rows, start=1):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(worksheet, row_number, number, value, formats.cell(column, value))
    if sheet.protected:
        # No password: the lock keeps a reporter from slips, it is not a secret.
        allowed = {"format_columns": True, "autofilter": True, "sort": True}
        worksheet.protect("", allowed)


def _set_page(worksheet: Worksheet, *, mark: str) -> None:
    worksheet.freeze_panes(1, 0)
    worksheet.repeat_rows(0)
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    # & is a code in a page footer, and the whole may have 255 characters.
    text = " ".join(guarded(mark).split())[:100].replace("&", "&&")
    worksheet.set_footer(f"&L{text}&R第&P页，共&N页")


def _write_cell(worksheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    if value is None or value == "":
        worksheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        worksheet.write_string(row, column, guarded(value), look)
    elif isinstance(value, date):
        worksheet.write_datetime(row, column, value, look)
    elif len(Decimal(value).as_tuple().digits) > _EXACT_DIGITS:
        worksheet.write_string(row, column, _plain_text(value), look)
    else:
        worksheet.write_number(row, column, value, look)


def _validation(column: SheetColumn, lists: _Lists) -> dict[str, object]:
    rule: dict[str, object] = {
        "validate": "list",
        "source": lists.source(column.choices),
        "error_title": "不在可选范围",
        "error_message": "请从下拉列表中选择一项。",
    }
    if column.hint:
        rule["input_message"] = column.hint[:255]
    return rule


def _width(column: SheetColumn, values: list[Value]) -> int:
    texts = [column.title, *(_plain_text(value) for value in values)]
    widest = max(text_width(line) for text in texts for line in text.split("\n"))
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _write_about(book: Any, formats: _Formats, *, mark: str, notes: Sequence[str]) -> None:
    lines = [line for line in (mark, *notes) if line]
    if not lines:
        return
    worksheet = book.add_worksheet(_ABOUT_SHEET)
    worksheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        worksheet.write_string(row, 0, guarded(line), formats.get(text_wrap=True))


def _problems(sheets: Sequence[Sheet]) -> Iterator[str]:
    if not 1 <= len(sheets) <= MAX_SHEETS:
        yield f"表格文件有 {len(sheets)} 张表：只能是 1 至 {MAX_SHEETS} 张"
    taken = {_CHOICES_SHEET, _ABOUT_SHEET}
    for sheet in sheets:
        yield from _name_problems(sheet.name, taken)
        taken.add(sheet.name.casefold())
        columns = len(sheet.columns)
        if not 1 <= columns <= MAX_COLUMNS:
            yield f"表“{sheet.name}”有 {columns} 列：只能是 1 至 {MAX_COLUMNS} 列"
        yield from _row_problems(f"表“{sheet.name}”", sheet.rows, columns=columns)


def _name_problems(name: str, taken: set[str]) -> Iterator[str]:
    if not 1 <= len(name) <= _NAME_LENGTH:
        yield f"表名“{name}”有 {len(name)} 字：只能是 1 至 {_NAME_LENGTH} 字"
    if set(name) & set("[]:*?/\\") or name != name.strip("'") or guarded(name) != name:
        yield f"表名“{name}”含有表格文件不允许的符号：请去掉 [ ] : * ? / \\ 以及首尾的引号"
    if name.casefold() in taken:
        yield f"表名“{name}”重复或与自带的表同名：请改名"


def _row_problems(
    where: str, rows: Sequence[Sequence[Value]], *, columns: int | None
) -> Iterator[str]:
    if len(rows) > MAX_ROWS:
        yield f"{where}有 {len(rows)} 行，超过上限 {MAX_ROWS} 行：请缩小范围，分几次导出"
        return
    for number, row in enumerate(rows, start=1):
        if columns is not None and len(row) != columns:
            yield f"{where}第 {number} 行有 {len(row)} 格：应为 {columns} 格"
        for place, value in enumerate(row, start=1):
            if isinstance(value, str) and len(value) >= MAX_CELL:
                yield f"{where}第 {number} 行第 {place} 格超过 {MAX_CELL - 1} 字：请缩短"
            if isinstance(value, Decimal) and not value.is_finite():
                yield f"{where}第 {number} 行第 {place} 格不是有限的数：请改正后再导出"
            if isinstance(value, date) and value.year < 1900:
                yield f"{where}第 {number} 行第 {place} 格的日期早于 1900 年：请改为文字"
