"""The one reader of files to import: rows one by one, within hard limits, hostile files refused.

A file is refused as a whole with one sentence (`FileRefused`); what is wrong with a row is the
business of `importing.rows`. The first row that is not empty holds the titles of the columns.
"""

import codecs
import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from yingcai.engine.documents.sheet_cells import unguarded

Cells = tuple[str, ...]
Opener = Callable[[], IO[bytes]]

_CHUNK = 1 << 20
_RECORD = 1_000_000  # characters of one row of a CSV file; 200 columns of 2,000 have less than half
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WELL = 10  # characters of several bytes after which broken UTF-8 is not taken for GB18030
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"GIF8",
    b"{\\rtf",
)


@dataclass(frozen=True)
class Limits:
    """What a file may hold. Sizes in bytes, ``cell`` in characters, ``seconds`` to read it in."""

    csv_bytes: int = 200_000_000
    xlsx_bytes: int = 50_000_000
    rows: int = 1_100_000
    columns: int = 200
    cell: int = 2_000
    seconds: float = 600


class FileRefused(Exception):
    """A file that is not read; ``code`` stands in `importing.words`, ``places`` fill its sentence."""

    def __init__(self, code: str, **places: object) -> None:
        super().__init__(code)
        self.code = code
        self.places = places


@dataclass(frozen=True)
class Line:
    """A row that is not empty, by the number that a spreadsheet program shows."""

    number: int
    cells: Cells


@dataclass
class Table:
    """The titles and the rows under them. ``lines`` is read once, and may still raise FileRefused."""

    head: Cells
    lines: Iterator[Line]
    form: str  # utf-8, utf-16, gb18030 or xlsx


class Clock:
    """Time and rows are counted while reading; the machine's clock, for no date depends on it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._ends = time.monotonic() + limits.seconds

    def check(self, number: int, cells: Cells) -> None:
        """Raises: FileRefused beyond a limit."""
        limits = self.limits
        if number > limits.rows:
            raise FileRefused("file-rows", most=limits.rows)
        if len(cells) > limits.columns:
            raise FileRefused("file-columns", most=limits.columns)
        whole = "".join(cells)  # one look at a row is quicker than one at each of its cells
        if len(whole) > limits.cell or _CONTROL.search(whole):
            self._check_cells(number, cells)
        if number % 1000 == 0 and time.monotonic() > self._ends:
            raise FileRefused("file-slow", most=int(limits.seconds))

    def _check_cells(self, number: int, cells: Cells) -> None:
        for place, cell in enumerate(cells, start=1):
            if len(cell) > self.limits.cell:
                raise FileRefused("file-cell", row=number, column=place, most=self.limits.cell)
            if _CONTROL.search(cell):
                raise FileRefused("file-control", row=number, column=place)


def with_head(rows: Iterator[Line], form: str) -> Table:
    """A table out of rows, its titles taken off. Raises: FileRefused where there is no second row."""
    filled = (line for line in rows if any(line.cells))
    first = next(filled, None)
    if first is None:
        raise FileRefused("file-empty")
    head = first.cells
    while head and not head[-1]:
        head = head[:-1]
    return Table(head, _even(filled, len(head)), form)


def _even(rows: Iterator[Line], width: int) -> Iterator[Line]:
    """Rows as wide as the head. Raises: FileRefused for a cell under no title."""
    for line in rows:
        if len(line.cells) != width:
            if any(line.cells[width:]):
                raise FileRefused("file-wide", row=line.number, most=width)
            line = Line(line.number, (line.cells + ("",) * width)[:width])
        yield line


def kind_of(start: bytes) -> str:
    """``xlsx`` or ``csv`` by the first bytes. Raises: FileRefused for anything else."""
    if not start:
        raise FileRefused("file-empty")
    if start.startswith(_ZIP):
        return "xlsx"
    if start.startswith(_OLE):
        raise FileRefused("file-old")
    if start.startswith(_FOREIGN) or start[:4] in (b"PK\x05\x06", b"PK\x07\x08"):
        raise FileRefused("file-other")
    return "csv"


def read_csv(opened: Opener, limits: Limits) -> Table:
    """The rows of a CSV file in UTF-8, UTF-16 or GB18030, parted by comma, semicolon or tab.

    The file is opened twice: once to find its writing, once to read it. Raises: FileRefused.
    """
    form = _encoding(opened)
    with opened() as raw, _text(raw, form) as text:
        first = text.readline(_CHUNK)
    delimiter = max(",\t;", key=_outside_quotes(first).count)
    return with_head(_csv_lines(opened, form, delimiter, Clock(limits)), form.removesuffix("-sig"))


def _text(raw: IO[bytes], form: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding=form, newline="")


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


class _Lines:
    """The lines of a text for a reader of records, which gets only so much for one record.

    A line without an end, or a quote that never closes, would otherwise fill the memory.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._readline = text.readline
        self.left = _RECORD

    def __iter__(self) -> Iterator[str]:
        while line := self._readline(self.left + 1):
            self.left -= len(line)
            if self.left < 0:
                raise _RecordTooLong
            yield line


class _RecordTooLong(Exception):
    pass


def _csv_lines(opened: Opener, form: str, delimiter: str, clock: Clock) -> Iterator[Line]:
    number = 0
    with opened() as raw, _text(raw, form) as text:
        lines = _Lines(text)
        try:
            for number, record in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), 1):
                lines.left = _RECORD
                cells = tuple(map(cleaned, record))
                clock.check(number, cells)
                yield Line(number, cells)
        except csv.Error:
            raise FileRefused("file-quotes", row=number + 1) from None
        except _RecordTooLong:
            raise FileRefused("file-record", row=number + 1, most=_RECORD) from None


def cleaned(cell: str) -> str:
    """A cell without blanks around it, and without the quote that our own files put before signs."""
    return unguarded(cell.strip())


def _encoding(opened: Opener) -> str:
    """The writing in which the whole file can be read. Raises: FileRefused."""
    with opened() as raw:
        start = raw.read(4096)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _only(opened, "utf-16")
    bare = _bare_utf16(start)
    if bare:
        return _only(opened, bare)
    if start.startswith(codecs.BOM_UTF8):
        return _only(opened, "utf-8-sig")
    good, well = _decodes(opened, "utf-8")
    if good:
        return "utf-8"
    if well >= _WELL:
        raise FileRefused("file-broken")
    return _only(opened, "gb18030")


def _bare_utf16(start: bytes) -> str:
    """UTF-16 without its mark has zeros in every second place only."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even == odd or min(even, odd) * 20 > max(even, odd) or max(even, odd) * 10 < len(start):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _only(opened: Opener, form: str) -> str:
    if not _decodes(opened, form)[0]:
        raise FileRefused("file-broken")
    return form


def _decodes(opened: Opener, form: str) -> tuple[bool, int]:
    """Whether every byte has a meaning, and how many characters beyond ASCII did until one had none."""
    decoder = codecs.getincrementaldecoder(form)()
    well = 0
    with opened() as raw:
        while True:
            chunk = raw.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start]).decode(form, "ignore")
                return False, well + sum(sign > "\x7f" for sign in before)
            if not chunk:
                return True, well
            well += len(text) - len(text.encode("ascii", "ignore"))
