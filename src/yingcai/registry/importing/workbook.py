"""Reading .xlsx files to import, in a process apart. The package is looked through before a parser sees it.

Formulas, links to other files, embedded files, merged cells and hidden rows are refused: what is imported
must be what the sender saw, and every row must stand for itself.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)
from python_calamine import SheetVisibleEnum as Visible

from yingcai.engine.apart.parent import BOUNDS, BROKEN, MEMORY, TIME, Stopped, apart
from yingcai.engine.archives import ArchiveRefused, Room, members
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

ROOM = Room()
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_HIDDEN = re.compile(rb"""<(?:\w+:)?(?:row|col)\s[^>]*\shidden\s*=\s*["'](?:1|true)""")
_TARGET = re.compile(rb"""\sTarget\s*=\s*["']([^"']*)""")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 256  # bytes; a tag that two pieces of a part share is seen in the second
_CHUNK = 1 << 20
_STOPPED = {MEMORY: "file-heavy", TIME: "file-slow", BROKEN: "file-damaged"}
# Folders and files inside a package that a table of rows has no use for, with the refusal of each.
_UNWANTED = {
    "xl/externallinks/": "file-links",
    "xl/embeddings/": "file-embedded",
    "xl/activex/": "file-embedded",
    "xl/vbaproject.bin": "file-macros",
    "xl/connections.xml": "file-links",
}
_PACKED = (".zip", ".xlsx", ".xlsm", ".docx", ".7z", ".rar", ".gz")
_WORKBOOK, _LINKS, _SHEETS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/"
_OTHER_KINDS = ("content.xml", "xl/workbook.bin")
_ARCHIVES = {"damaged": "file-damaged", "large": "file-unpacked", "hostile": "file-hostile"}
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
    return with_head(_read_apart(opened, limits), "xlsx")


def _read_apart(opened: Opener, limits: Limits) -> Iterator[Line]:
    with opened() as raw:
        pieces = iter(lambda: raw.read(_CHUNK), b"")
        reader = f"{__name__}:{told_rows.__name__}"
        try:
            for number, told in apart(reader, pieces, asdict(limits)):
                if not number:
                    raise FileRefused(told["code"], **told["places"])
                yield Line(number, tuple(told))
        except Stopped as stopped:
            raise FileRefused(_STOPPED[stopped.reason], most=BOUNDS.seconds) from None


def told_rows(data: bytes, given: dict[str, Any]) -> Iterator[tuple[int, object]]:
    """What runs apart: number and cells of each row; number 0 tells why the file is refused."""
    try:
        for line in read_workbook(data, Limits(**given)):
            yield line.number, line.cells
    except FileRefused as refused:
        yield 0, {"code": refused.code, "places": refused.places}


def read_workbook(data: bytes, limits: Limits) -> Iterator[Line]:
    """The rows of the first visible sheet. Raises: FileRefused."""
    _look_through(data)
    try:
        sheet = _opened(data, limits)
        yield from _lines(sheet, Clock(limits))
    except (FileRefused, MemoryError):
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
        found = members(data, ROOM)
        _check_names({_plain(member) for member in found})
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = _linked(archive, found)
            for member in found:
                sheet = _plain(member) in sheets or _plain(member).startswith(_SHEETS)
                _check_part(archive, member, sheet=sheet)
    except (FileRefused, MemoryError):
        raise
    except ArchiveRefused as refused:
        raise FileRefused(_ARCHIVES[refused.code]) from None
    except Exception:  # a damaged package breaks in many ways; one answer to a person
        raise FileRefused("file-damaged") from None


def _plain(member: zipfile.ZipInfo) -> str:
    return member.filename.lower().lstrip("/")


def _check_names(names: set[str]) -> None:
    if _WORKBOOK not in names or names & set(_OTHER_KINDS):
        raise FileRefused("file-damaged")
    for name in sorted(names):
        for beginning, code in _UNWANTED.items():
            if name.startswith(beginning):
                raise FileRefused(code)
        if name.endswith(_PACKED):
            raise FileRefused("file-embedded")


def _linked(archive: zipfile.ZipFile, found: list[zipfile.ZipInfo]) -> set[str]:
    """The parts that a workbook names, wherever they lie: a parser takes each of them for a sheet if told so."""
    links = [archive.read(member) for member in found if _plain(member) == _LINKS]
    targets = [target for text in links for target in _TARGET.findall(text)]
    if any(b"&" in target for target in targets):
        raise FileRefused("file-damaged")  # a name in disguise
    return {
        posixpath.normpath(posixpath.join("/xl", target.decode().lower())).lstrip("/")
        for target in targets
    }


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, sheet: bool) -> None:
    """Every member is unpacked to its end, for it may be damaged; its markup is looked through."""
    markup = sheet or _plain(member).endswith((".xml", ".rels"))
    with archive.open(member) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            if markup:
                _check_markup(tail + chunk, sheet=sheet)
            tail = chunk[-_OVERLAP:]


def _check_markup(text: bytes, *, sheet: bool) -> None:
    """Entities anywhere, which a spreadsheet program never writes; formulas and hidden rows in sheets.

    Looking for a word first is many times quicker than the expression, and most pieces have none of them.
    """
    if b"\0" in text or (b"<!" in text and _DECLARED.search(text)):
        raise FileRefused("file-damaged")
    if sheet and (b"<f" in text or b":f" in text) and _FORMULA.search(text):
        raise FileRefused("file-formula")
    if sheet and b"hidden" in text and _HIDDEN.search(text):
        raise FileRefused("file-hidden-rows")


def _opened(data: bytes, limits: Limits) -> CalamineSheet:
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
    return sheet


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
