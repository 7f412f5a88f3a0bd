"""Reading .xlsx files to import. The package is looked through before a parser sees it.

Formulas, links to other files, embedded files and merged cells are refused: what is imported must be
what the sender saw, and every row must stand for itself.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)
from python_calamine import SheetVisibleEnum as Visible

from yingcai.engine.documents.sheet_package import AreaTooLarge, PackageTooLarge, check_package
from yingcai.registry.importing.files import (
    Clock,
    FileRefused,
    Limits,
    Line,
    Opener,
    Table,
    cleaned,
    kind_of,
    read_csv,
    with_head,
)

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 64
_CHUNK = 1 << 20
# Folders and files inside a package that a table of rows has no use for, with the refusal of each.
_UNWANTED = {
    "xl/externallinks/": "file-links",
    "xl/embeddings/": "file-embedded",
    "xl/activex/": "file-embedded",
    "xl/vbaproject.bin": "file-macros",
    "xl/connections.xml": "file-links",
}
_PACKED = (".zip", ".xlsx", ".xlsm", ".docx", ".7z", ".rar", ".gz")
Raw = int | float | str | bool | time | date | datetime | timedelta


def open_table(opened: Opener, size: int, limits: Limits = Limits()) -> Table:  # noqa: B008 - frozen
    """The table of a file of ``size`` bytes, CSV or .xlsx by its content. Raises: FileRefused."""
    with opened() as raw:
        kind = kind_of(raw.read(16))
    most = limits.xlsx_bytes if kind == "xlsx" else limits.csv_bytes
    if size > most:
        raise FileRefused("file-size", most=most // 1_000_000)
    if kind == "csv":
        return read_csv(opened, limits)
    with opened() as raw:
        data = raw.read(most + 1)
    return read_workbook(data, limits)


def read_workbook(data: bytes, limits: Limits) -> Table:
    """The first visible sheet. Raises: FileRefused."""
    _look_through(data)
    try:
        return _opened(data, limits)
    except FileRefused:
        raise
    except PasswordError:
        raise FileRefused("file-password") from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise FileRefused("file-damaged") from None
    except BaseException as error:
        # The parser is native; where it gives up it raises a panic that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused("file-damaged") from None


def _look_through(data: bytes) -> None:
    try:
        check_package(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                _check_name(name.lower().lstrip("/"))
            for name in archive.namelist():
                if name.lower().endswith((".xml", ".rels")):
                    _check_part(archive, name)
    except FileRefused:
        raise
    except PackageTooLarge:
        raise FileRefused("file-unpacked") from None
    except AreaTooLarge as area:
        raise FileRefused("file-area", row=area.rows, column=area.columns) from None
    except Exception:  # a damaged package breaks in many ways; one answer to a person
        raise FileRefused("file-damaged") from None


def _check_name(name: str) -> None:
    for beginning, code in _UNWANTED.items():
        if name.startswith(beginning):
            raise FileRefused(code)
    if name.endswith(_PACKED) or ".." in name.split("/"):
        raise FileRefused("file-embedded")


def _check_part(archive: zipfile.ZipFile, name: str) -> None:
    """Formulas in sheets, and entities anywhere, which a spreadsheet program never writes."""
    sheet = name.lower().lstrip("/").startswith("xl/worksheets/")
    with archive.open(name) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            if b"<!" in tail + chunk and _DECLARED.search(tail + chunk):
                raise FileRefused("file-damaged")
            if sheet and _FORMULA.search(tail + chunk):
                raise FileRefused("file-formula")
            tail = chunk[-_OVERLAP:]


def _opened(data: bytes, limits: Limits) -> Table:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    shown = [one.name for one in sheets if one.visible == Visible.Visible]
    if not shown:
        raise FileRefused("file-hidden")
    sheet = book.get_sheet_by_name(shown[0])
    if sheet.total_height > limits.rows:
        raise FileRefused("file-rows", most=limits.rows)
    if sheet.total_width > limits.columns:
        raise FileRefused("file-columns", most=limits.columns)
    if sheet.merged_cell_ranges:
        raise FileRefused("file-merged", row=min(one[0][0] for one in sheet.merged_cell_ranges) + 1)
    return with_head(_lines(sheet, Clock(limits)), "xlsx")


def _lines(sheet: CalamineSheet, clock: Clock) -> Iterator[Line]:
    left = (sheet.start or (0, 0))[
        1
    ]  # rows come from the first on, columns from the first used one
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = ("",) * left + tuple(_written(cell) for cell in row)
        clock.check(number, cells)
        yield Line(number, cells)


def _written(cell: Raw) -> str:
    """A cell as somebody would write it. A number of more than 15 digits was rounded: it keeps its `E+`."""
    if isinstance(cell, str):
        return cleaned(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    return str(cell)


def _number(cell: float) -> str:
    if abs(cell) >= 1e15:
        return f"{cell:.5E}"
    if cell.is_integer():
        return str(int(cell))
    return format(Decimal(repr(cell)), "f")
