"""Bound an .xlsx package before a parser sees it.

A spreadsheet of a few bytes can claim sixteen thousand million cells, and a parser that trusts
it fills the memory of the machine. So the places of the cells are read from the raw markup
first, and whatever would hide them from this look is refused.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

MAX_UNPACKED_BYTES = 200_000_000
MAX_PARTS = 2_000
MAX_CELLS = 4_000_000

_WORKBOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_OTHER_KINDS = ("content.xml", "xl/workbook.bin")
_CHUNK = 1 << 20
_OVERLAP = 256
_TOKEN = re.compile(
    rb"""<(?:\w+:)?(row|c)(?=[\s/>])|\sr\s*=\s*["']\s*([A-Za-z]{0,4})(\d{1,10})\s*["']"""
)
# A character reference or padding wider than the overlap of two chunks would hide a place.
_DISGUISED = re.compile(rb"""\sr\s*=\s*["'][^"']{0,40}&|\sr\s{50}|\sr\s*=\s{50}""")
_SHEET_LINK = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


class PackageTooLarge(ValueError):
    """The package unpacks to more than is reasonable."""


class AreaTooLarge(ValueError):
    """The cells of a sheet span too wide an area."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(f"{rows} rows, {columns} columns")
        self.rows = rows
        self.columns = columns


def check_package(data: bytes) -> None:
    """Look through a package before it is parsed.

    Raises: PackageTooLarge; AreaTooLarge; any other exception if it is no sound .xlsx package.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
            raise PackageTooLarge
        names = {entry.filename.lower().lstrip("/") for entry in entries}
        if _WORKBOOK not in names or names & set(_OTHER_KINDS):
            raise ValueError("not an .xlsx package")
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels")):
                _check_part(_chunks(data, entry))
            if entry.filename.lower().endswith(_LINKS):
                _check_links(archive.read(entry))


def _chunks(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part piece by piece, each with the end of the one before.

    It is unpacked here to its very end, because the size that the package declares may lie.
    """
    tail, read = b"", 0
    for chunk in _inflated(data, entry):
        read += len(chunk)
        if read > entry.file_size:
            raise ValueError("a part is larger than it says")
        yield tail + chunk
        tail = chunk[-_OVERLAP:]


def _inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + 30 + name + extra
    raw = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (raw[place : place + _CHUNK] for place in range(0, len(raw), _CHUNK))
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & 1:
        raise ValueError("packed in another way or encrypted")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while chunk := inflater.decompress(raw, _CHUNK):
        yield chunk
        raw = inflater.unconsumed_tail


def _check_part(chunks: Iterator[bytes]) -> None:
    rows = columns = row_tags = cells_in_row = 0
    for chunk in chunks:
        if b"\x00" in chunk or _DISGUISED.search(chunk):
            raise ValueError("a place is hidden")
        for tag, letters, digits in _TOKEN.findall(chunk):
            if tag == b"row":
                row_tags, cells_in_row = row_tags + 1, 0
            elif tag:
                cells_in_row += 1
            else:
                rows = max(rows, int(digits))
            columns = max(columns, cells_in_row, _column_number(letters))
        rows = max(rows, row_tags)
        if rows * max(columns, 1) > MAX_CELLS:
            raise AreaTooLarge(rows, columns)


def _check_links(links: bytes) -> None:
    """A sheet may only be kept in a part that has been looked through."""
    for link in _SHEET_LINK.findall(links):
        if (b"worksheet" in link or b"&" in link) and b".xml" not in link.lower():
            raise ValueError("a sheet is hidden")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
