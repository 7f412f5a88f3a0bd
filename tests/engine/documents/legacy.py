"""Make a small .xls file by hand: a compound file with one stream of records."""

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SECTOR = 512
_END_OF_CHAIN, _TABLE, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def record(kind: int, body: bytes) -> bytes:
    """One record of the workbook stream."""
    return struct.pack("<HH", kind, len(body)) + body


def number(row: int, column: int, value: int) -> bytes:
    """A cell that holds a number."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def dimensions(rows: int, columns: int, *, first: int = 0) -> bytes:
    """The record that says how far the cells of a sheet reach."""
    return record(0x0200, struct.pack("<IIHHH", first, rows, 0, columns, 0))


def xls(*cells: bytes) -> bytes:
    """A workbook with one sheet 填报 of the given records."""
    return compound(book_stream(*cells))


def book_stream(*cells: bytes) -> bytes:
    """The records of that workbook."""
    begin, end = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600), record(0x000A, b"")
    name = "填报".encode("utf-16-le")
    bound = struct.pack("<IBBBB", 0, 0, 0, 2, 1) + name
    start = len(record(0x0809, begin) + record(0x0085, bound) + end)
    bound = struct.pack("<I", start) + bound[4:]
    sheet = record(0x0809, begin.replace(b"\x05", b"\x10", 1)) + b"".join(cells) + end
    return record(0x0809, begin) + record(0x0085, bound) + end + sheet


def compound(stream: bytes, *, name: str = "Workbook") -> bytes:
    """A compound file with one stream, padded so that it is kept in whole sectors."""
    count = max(-(-len(stream) // _SECTOR), 8)
    body = stream.ljust(count * _SECTOR, b"\0")
    table = [_TABLE, _END_OF_CHAIN, *range(3, count + 2), _END_OF_CHAIN]
    root = _entry("Root Entry", 5, _END_OF_CHAIN, 0, child=1)
    return _file(table, root + _entry(name, 2, 2, len(body)), body)


def mini_compound(stream: bytes) -> bytes:
    """A compound file whose stream is so short that it is kept in sectors of 64 bytes."""
    count = -(-len(stream) // 64)
    links = struct.pack(f"<{count}I", *range(1, count), _END_OF_CHAIN)
    sectors = -(-count * 64 // _SECTOR)
    table = [_TABLE, _END_OF_CHAIN, _END_OF_CHAIN, *range(4, sectors + 3), _END_OF_CHAIN]
    root = _entry("Root Entry", 5, 3, sectors * _SECTOR, child=1)
    body = links.ljust(_SECTOR, b"\xff") + stream.ljust(sectors * _SECTOR, b"\0")
    return _file(table, root + _entry("Workbook", 2, 0, len(stream)), body, mini=2)


def far_table(data: bytes) -> bytes:
    """The compound file with the place of its table kept in a sector of its own at the end.

    Files of more than seven megabytes keep the places that the header has no room for like this.
    """
    place = len(data) // _SECTOR - 1
    header = data[:68] + struct.pack("<III", place, 1, 0) + data[80:_SECTOR]
    places = struct.pack("<128I", 0, *[_FREE] * 126, _END_OF_CHAIN)
    return header + data[_SECTOR:] + places


def _file(table: list[int], entries: bytes, body: bytes, *, mini: int = _END_OF_CHAIN) -> bytes:
    table = table + [_FREE] * (_SECTOR // 4 - len(table))
    counts = (0, 1, 1, 0, 4096, mini, int(mini != _END_OF_CHAIN), _END_OF_CHAIN, 0, 0)
    header = SIGNATURE + bytes(16) + struct.pack("<5H6x10I", 0x3E, 3, 0xFFFE, 9, 6, *counts)
    header += struct.pack("<108I", *[_FREE] * 108)
    return header + struct.pack("<128I", *table) + entries.ljust(_SECTOR, b"\0") + body


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    links = (_FREE, _FREE, child)
    head = struct.pack("<64sHBB3I36x", text, len(text) + 2, kind, 1, *links)
    return head + struct.pack("<III", start, size, 0)
