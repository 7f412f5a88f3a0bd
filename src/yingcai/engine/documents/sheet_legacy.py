"""Bound an .xls file before a parser sees it.

The old format is a small file system (MS-CFB) that holds one stream of records (MS-XLS). A few
bytes in it can claim a sheet of four thousand million cells, and the native parser then takes the
whole process down with it. So the places of the cells are read first, by the same path.
"""

import struct
from collections.abc import Iterator

from yingcai.engine.documents.sheet_package import MAX_CELLS, AreaTooLarge

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not places."""

_STREAMS = ("workbook", "book")
_MAX_SHEETS = 256
_MAX_RECORDS = 3_000_000
_ENTRY = 128

_EOF, _BOUND_SHEET, _DIMENSIONS, _STRINGS = 0x000A, 0x0085, 0x0200, 0x00FC
_MULTIPLE = (0x00BD, 0x00BE)
_CELLS = (
    0x0006,
    0x00D6,
    0x00FD,
    0x0201,
    0x0203,
    0x0204,
    0x0205,
    0x0206,
    0x0207,
    0x027E,
    *_MULTIPLE,
)


def check_legacy(data: bytes) -> None:
    """Look through an .xls file before it is parsed.

    Raises: AreaTooLarge; any other exception if it is no sound .xls file.
    """
    files = _CompoundFile(data)
    books = [entry for entry in files.entries() if entry.name in _STREAMS]
    if not 1 <= len(books) <= len(_STREAMS):
        raise ValueError("no workbook in the file, or too many")
    for entry in books:
        _check_stream(files.read(entry))


class _Entry:
    """A directory entry: a stream's name, first sector and size."""

    def __init__(self, raw: bytes) -> None:
        length = max(min(struct.unpack_from("<H", raw, 64)[0], 64) - 2, 0)
        self.name = raw[:length].decode("utf-16-le").casefold()
        self.kind = raw[66]
        self.start, self.size = struct.unpack_from("<II", raw, 116)


class _CompoundFile:
    """Just enough of MS-CFB to read a stream; every chain is bounded by the file's size."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("sector size")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        # How many sectors of each kind there are: a parser may take room for them at once.
        counts = [struct.unpack_from("<I", data, place)[0] for place in (40, 44, 64, 72)]
        if max(counts) > len(data) // self._size + 1:
            raise ValueError("more sectors than the file holds")
        self._directory, _, self._cutoff, self._mini_start = struct.unpack_from("<IIII", data, 48)
        self._table = self._allocation()
        self._entries = list(self._read_entries())
        self._mini_table = self._numbers(self._chain(self._mini_start))
        root = next(entry for entry in self._entries if entry.kind == 5)
        self._mini = self._chain(root.start)

    def entries(self) -> list[_Entry]:
        return [entry for entry in self._entries if entry.kind == 2]

    def read(self, entry: _Entry) -> bytes:
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        step = self._mini_size
        places = _followed(entry.start, self._mini_table)
        return b"".join(self._mini[n * step : (n + 1) * step] for n in places)[: entry.size]

    def _allocation(self) -> list[int]:
        """The sector that follows each sector."""
        heads = list(struct.unpack_from("<109I", self._data, 76))
        more, count = struct.unpack_from("<II", self._data, 68)
        for _ in range(min(count, len(self._data) // self._size)):
            block = self._numbers(self._sector(more))
            heads += block[:-1]
            more = block[-1]
        return self._numbers(b"".join(self._sector(head) for head in heads if head < _END))

    def _read_entries(self) -> Iterator[_Entry]:
        raw = self._chain(self._directory)
        for place in range(0, len(raw) - _ENTRY + 1, _ENTRY):
            if raw[place + 66]:
                yield _Entry(raw[place : place + _ENTRY])

    def _chain(self, place: int) -> bytes:
        return b"".join(self._sector(n) for n in _followed(place, self._table))

    def _sector(self, place: int) -> bytes:
        start = (place + 1) * self._size
        sector = self._data[start : start + self._size]
        if not sector:
            raise ValueError("a sector lies outside the file")
        return sector

    @staticmethod
    def _numbers(raw: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _followed(place: int, table: list[int]) -> Iterator[int]:
    """The places of a chain, each naming the next in the table."""
    for _ in range(len(table) + 1):
        if place >= _END:
            return
        yield place
        place = table[place]
    raise ValueError("a chain runs in a circle")


def _check_stream(stream: bytes) -> None:
    budget = [_MAX_RECORDS]
    sheets = []
    for kind, body in _records(stream, 0, budget):
        if kind == _BOUND_SHEET:
            sheets.append(struct.unpack_from("<I", body)[0])
        if kind == _STRINGS and struct.unpack_from("<I", body, 4)[0] > len(stream):
            raise ValueError("more strings than the file holds")
    if len(sheets) > _MAX_SHEETS:
        raise ValueError("too many sheets")
    for start in sheets:
        rows = columns = 0
        for kind, body in _records(stream, start, budget):
            row, column = _reach(kind, body)
            rows, columns = max(rows, row), max(columns, column)
        if rows * columns > MAX_CELLS:
            raise AreaTooLarge(rows, columns)


def _records(stream: bytes, place: int, budget: list[int]) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the next end mark; ``budget`` bounds all walks together."""
    while place + 4 <= len(stream):
        budget[0] -= 1
        if budget[0] < 0:
            raise ValueError("too many records")
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        if kind == _EOF:
            return
        place += 4 + length


def _reach(kind: int, body: bytes) -> tuple[int, int]:
    """How many rows and columns a record claims."""
    if kind == _DIMENSIONS:
        first, rows, left, columns = struct.unpack_from(
            "<IIHH" if len(body) >= 14 else "<HHHH", body
        )
        if first > rows or left > columns:
            raise ValueError("a sheet ends before it starts")
        return rows, columns
    if kind not in _CELLS or len(body) < 4:
        return 0, 0
    row, column = struct.unpack_from("<HH", body)
    if kind in _MULTIPLE:
        column = max(column, struct.unpack_from("<H", body, len(body) - 2)[0])
    return row + 1, column + 1
