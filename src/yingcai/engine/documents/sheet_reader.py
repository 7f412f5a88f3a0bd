"""The one reader of spreadsheets that people send in: .xlsx, .xls and .csv.

A file of a stranger is read in a process apart (`read_sheet_apart`): a few bytes can claim thousands of
millions of cells, and a parser that believes them fills the memory it may have.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from yingcai.engine.apart.parent import BOUNDS, MEMORY, TIME, Stopped, apart
from yingcai.engine.archives import ArchiveRefused, Room, members
from yingcai.engine.documents.sheet_cells import ReadValue, SheetError, unguarded

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 256
MAX_CELLS = 500_000
"""Cells of all rows that are not empty."""

MAX_TEXT = 20_000_000
"""Characters in all of them; a few bytes can stand for a long text in every cell."""

_ZIP = b"PK\x03\x04"
_WORKBOOK, _OTHER_KINDS = "xl/workbook.xml", ("content.xml", "xl/workbook.bin")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Raw = int | float | str | bool | time | date | datetime | timedelta
"""A cell as the parser gives it."""


@dataclass(frozen=True)
class SheetRow:
    """One row that is not empty; ``number`` is the one the spreadsheet program shows."""

    number: int
    cells: tuple[ReadValue, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of the first visible sheet (its name is empty for CSV)."""

    sheet: str
    rows: tuple[SheetRow, ...]


def read_sheet_apart(data: bytes, *, name: str) -> Rows:
    """`read_sheet` in a process apart, for files of strangers. Every cell comes as text, as it is written.

    Raises: SheetError with a sentence a person can act on.
    """
    _check_bytes(data, name)
    try:
        answers = list(apart(f"{__name__}:{told_sheet.__name__}", [data], name))
    except Stopped as stopped:
        raise SheetError([_stopped(stopped.reason, name)]) from None
    if "problems" in answers[0]:
        raise SheetError(answers[0]["problems"])
    rows = (SheetRow(number, tuple(cells)) for number, cells in answers[1:])
    return Rows(answers[0]["sheet"], tuple(rows))


def told_sheet(data: bytes, name: str) -> Iterator[Any]:
    """What runs apart: the name of the sheet, or the problems; then number and cells of each row."""
    try:
        found = read_sheet(data, name=name)
    except SheetError as refused:
        yield {"problems": refused.problems}
        return
    yield {"sheet": found.sheet}
    for row in found.rows:
        yield row.number, [_written(cell) for cell in row.cells]


def _written(cell: ReadValue) -> str | None:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return None if cell is None else str(cell)


def read_sheet(data: bytes, *, name: str) -> Rows:
    """The rows of a spreadsheet file; ``name`` is what its sender calls it.

    Numbers come as int or Decimal, days as date, an empty cell as None; text without the quote
    that our own export puts before a formula sign. Formulas give their last value.

    Raises: SheetError with a sentence a person can act on.
    """
    _check_bytes(data, name)
    if data.startswith((_ZIP, _OLE)):
        if data.startswith(_ZIP):
            _look_through(data, name)
        return _read_workbook(data, name)
    return _read_csv(data, name)


def _check_bytes(data: bytes, name: str) -> None:
    if not data:
        raise SheetError([f"文件“{name}”是空的：请重新选择文件"])
    if len(data) > MAX_BYTES:
        raise SheetError(
            [f"文件“{name}”超过 {MAX_BYTES // 1_000_000} MB：请删去图片或分成几个文件"]
        )


def _stopped(reason: str, name: str) -> str:
    if reason == MEMORY:
        return f"文件“{name}”太大，或一直延伸到很远的空白行列：请删去空白行列后另存，或分成几个文件"
    if reason == TIME:
        return f"文件“{name}”读取超过 {BOUNDS.seconds} 秒：请分成几个文件"
    return _damaged(name)


def _look_through(data: bytes, name: str) -> None:
    """Refuse a package that unpacks to too much, or is none."""
    try:
        names = {member.filename.lower().lstrip("/") for member in members(data, Room())}
    except ArchiveRefused as refused:
        if refused.code == "large":
            sentence = f"文件“{name}”解开后过大：请只留下数据，另存为新的文件"
            raise SheetError([sentence]) from None
        raise SheetError([_damaged(name)]) from None
    if _WORKBOOK not in names or names & set(_OTHER_KINDS):
        raise SheetError([_damaged(name)])


def _read_workbook(data: bytes, name: str) -> Rows:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == Visible.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            if not shown:
                raise SheetError([f"文件“{name}”没有可见的工作表：请取消隐藏后再上传"])
            sheet = book.get_sheet_by_name(shown[0])
            _check_size(sheet.total_height, sheet.total_width, name)
            # Rows come from the first on, columns from the first used one.
            left = (None,) * (sheet.start or (0, 0))[1]
            rows = ((*left, *map(_value, row)) for row in sheet.iter_rows())
            return Rows(shown[0], _kept(rows, name))
    except (SheetError, MemoryError):
        raise
    except PasswordError as error:
        raise SheetError([f"文件“{name}”设有打开密码：请取消密码后再上传"]) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise SheetError([_damaged(name)]) from error
    except BaseException as error:
        # The parser is native; where it gives up it raises a panic that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError([_damaged(name)]) from error


def _kept(rows: Iterable[tuple[ReadValue, ...]], name: str) -> tuple[SheetRow, ...]:
    """The rows that are not empty, as many as a person can have meant."""
    kept: list[SheetRow] = []
    cells = length = 0
    for number, row in enumerate(rows, start=1):
        _check_size(number, len(row), name)
        if any(value is not None for value in row):
            kept.append(SheetRow(number, row))
            cells += len(row)
            length += sum(len(value) for value in row if isinstance(value, str))
        if cells > MAX_CELLS or length > MAX_TEXT:
            raise SheetError([_stopped(MEMORY, name)])
    return tuple(kept)


def _value(cell: Raw) -> ReadValue:
    if isinstance(cell, str):
        return unguarded(cell) if cell.strip() else None
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else Decimal(repr(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date()
    if isinstance(cell, date):
        return cell
    return str(cell)


def _read_csv(data: bytes, name: str) -> Rows:
    text = _decoded(data, name)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = (tuple(unguarded(cell) if cell.strip() else None for cell in row) for row in reader)
    try:
        return Rows("", _kept(rows, name))
    except csv.Error as error:
        raise SheetError(
            [f"文件“{name}”第 {reader.line_num} 行的引号不成对或单元格过长：请用表格软件打开后另存"]
        ) from error


def _decoded(data: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030, which Chinese Excel writes."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise SheetError([_damaged(name)])


def _check_size(rows: int, columns: int, name: str) -> None:
    if rows > MAX_ROWS:
        raise SheetError([f"文件“{name}”有 {rows} 行以上：最多 {MAX_ROWS} 行，请分成几个文件上传"])
    if columns > MAX_COLUMNS:
        raise SheetError([f"文件“{name}”有 {columns} 列：最多 {MAX_COLUMNS} 列，请删去多余的列"])


def _damaged(name: str) -> str:
    return (
        f"文件“{name}”不是可以读取的表格：请用表格软件打开，另存为“.xlsx”或“.csv（UTF-8）”后再上传"
    )
