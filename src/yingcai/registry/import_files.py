"""Uploaded files in quarantine: rows and whole files sealed under the key of their batch.

A file lies in the folder of evidence as pieces, each with its length, each sealed for its place, so
that it can be read as a stream. The last piece is empty: a file that was cut off does not open.
"""

import hashlib
import io
import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from yingcai.audit.durable import sync_folder
from yingcai.engine.sealing import NotSealed, unseal
from yingcai.registry.evidence_files import place_of
from yingcai.registry.keys import profile

PIECE = 1 << 20


@dataclass(frozen=True)
class Stored:
    """A file that was laid down: its name there, its digest and its size before sealing."""

    stored_as: str
    sha256: str
    size: int


def lay_down_sealed(pieces: Iterable[bytes], key: bytes, handle: uuid.UUID) -> Stored:
    """Write a file under a generated name; file and folder are on disk when this returns."""
    stored_as = f"{uuid.uuid4().hex}.sealed"
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    seen, size, place = hashlib.sha256(), 0, 0
    with (folder / stored_as).open("xb") as file:
        for piece in pieces:
            if piece:
                seen.update(piece)
                size += len(piece)
                _write_piece(file, piece, key, handle, place)
                place += 1
        _write_piece(file, b"", key, handle, place)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    return Stored(stored_as, seen.hexdigest(), size)


def _write_piece(file: IO[bytes], piece: bytes, key: bytes, handle: uuid.UUID, place: int) -> None:
    sealed = profile().seal(key, piece, _bound(handle, f"file/{place}"))
    file.write(len(sealed).to_bytes(4, "big") + sealed)


def opener(stored_as: str, key: bytes, handle: uuid.UUID) -> Callable[[], IO[bytes]]:
    """A function that opens the file anew, from its beginning."""
    return lambda: io.BufferedReader(_SealedFile(stored_as, key, handle), PIECE)


class _SealedFile(io.RawIOBase):
    """A sealed file as a stream of what was sealed. Reading raises NotSealed where it was changed."""

    def __init__(self, stored_as: str, key: bytes, handle: uuid.UUID) -> None:
        self._file = place_of(stored_as).open("rb")
        self._pieces = _pieces(self._file, key, handle)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


def _pieces(file: IO[bytes], key: bytes, handle: uuid.UUID) -> Iterator[bytes]:
    place = 0
    while True:
        sealed = file.read(int.from_bytes(file.read(4), "big"))
        piece = unseal(key, sealed, _bound(handle, f"file/{place}"))
        if not piece:
            return
        yield piece
        place += 1


def take_away(stored_as: str) -> None:
    """Remove a file; one that is gone already is no harm."""
    if stored_as:
        with suppress(FileNotFoundError):
            place_of(stored_as).unlink()


def seal_cells(key: bytes, handle: uuid.UUID, number: int, cells: Iterable[str]) -> bytes:
    """The cells of one row (number 0: the titles), sealed for their place."""
    plain = json.dumps(list(cells), ensure_ascii=False, separators=(",", ":")).encode()
    return profile().seal(key, plain, _bound(handle, f"row/{number}"))


def open_cells(key: bytes, handle: uuid.UUID, number: int, sealed: bytes) -> tuple[str, ...]:
    """What was sealed for this row. Raises: NotSealed."""
    found = json.loads(unseal(key, sealed, _bound(handle, f"row/{number}")))
    if not isinstance(found, list):
        raise NotSealed("this is no row")
    return tuple(map(str, found))


def _bound(handle: uuid.UUID, place: str) -> bytes:
    return f"import/{handle}/{place}".encode()
