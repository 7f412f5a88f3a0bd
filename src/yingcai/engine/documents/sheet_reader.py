"""The one reader of spreadsheets that people send in: .xlsx, .xls and .csv.

The file is untrusted: its size is bounded here, and what it claims
to hold in `sheet_package` and `sheet_legacy`, before a parser sees it.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from yingcai.engine.documents.sheet_cells import ReadValue, SheetError, unguarded
from yingcai.engine.documents.sheet_legacy import check_legacy
from yingcai.engine.documents.sheet_package import AreaTooLarge, PackageTooLarge, check_package

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 256

_ZIP = b"PK\x03\x04"
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


def read_sheet(data: bytes, *, name: str) -> Rows:
    """The rows of a spreadsheet file; ``name`` is what its sender calls it.

    Numbers come as int or Decimal, days as date, an empty cell as None; text without the quote
    that our own export puts before a formula sign. Formulas give their last value.

    Raises: SheetError with a sentence a person can act on.
    """
    if not data:
        raise SheetError([f"文件“{name}”是空的：请重新选择文件"])
    if len(data) > MAX_BYTES:
        raise SheetError(
            [f"文件“{name}”超过 {MAX_BYTES // 1_000_000} MB：请删去图片或分成几个文件"]
        )
    for start, check in ((_ZIP, check_package), (_OLE, check_legacy)):
        if data.startswith(start):
            _look_through(check, data, name)
            return _read_workbook(data, name)
    return _read_csv(data, name)


def _look_through(check: Callable[[bytes], None], data: bytes, name: str) -> None:
    """Refuse what unpacks to too much, spans too wide an area, or is damaged."""
    try:
        check(data)
    except PackageTooLarge as error:
        raise SheetError([f"文件“{name}”解开后过大：请只留下数据，另存为新的文件"]) from error
    except AreaTooLarge as area:
        raise SheetError(
            [
                f"文件“{name}”的单元格一直延伸到第 {area.rows} 行第 {area.columns} 列："
                f"最多读 {MAX_ROWS} 行 {MAX_COLUMNS} 列，请删去数据以外的空白行和列后另存"
            ]
        ) from area
    except Exception as error:  # a damaged package breaks in many ways; one answer to a person
        raise SheetError([_damaged(name)]) from error


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
            cells = sheet.to_python(skip_empty_area=False)
    except SheetError:
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
    return Rows(shown[0], tuple(_rows(cells)))


def _rows(cells: list[list[Raw]]) -> Iterator[SheetRow]:
    for number, row in enumerate(cells, start=1):
        values = tuple(_value(cell) for cell in row)
        if any(value is not None for value in values):
            yield SheetRow(number, values)


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
    rows: list[SheetRow] = []
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            _check_size(number, len(record), name)
            cells = tuple(unguarded(cell) if cell.strip() else None for cell in record)
            if any(cell is not None for cell in cells):
                rows.append(SheetRow(number, cells))
    except csv.Error as error:
        raise SheetError(
            [f"文件“{name}”第 {number + 1} 行的引号不成对或单元格过长：请用表格软件打开后另存"]
        ) from error
    return Rows("", tuple(rows))


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
