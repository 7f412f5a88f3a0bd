"""Sealed files in the folder of evidence: in pieces, so that they can be written and read as a stream.

Each piece has its length and is sealed for its place in a file that is bound to one thing: an import, or
the evidence of one request. The last piece is empty: a file that was cut off does not open.
"""

import hashlib
import io
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from yingcai.audit.durable import sync_folder
from yingcai.engine.sealing import unseal
from yingcai.registry.evidence_files import place_of
from yingcai.registry.keys import profile

SUFFIX = ".sealed"
PIECE = 1 << 20


@dataclass(frozen=True)
class Stored:
    """A file that was laid down: its name there, its digest and its size before sealing."""

    stored_as: str
    sha256: str
    size: int


def lay_down_sealed(pieces: Iterable[bytes], key: bytes, bound: str, *, stem: str = "") -> Stored:
    """Write a file under a generated name, or under ``stem``; it is on disk when this returns."""
    stored_as = f"{stem or uuid.uuid4().hex}{SUFFIX}"
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    seen, size, place = hashlib.sha256(), 0, 0
    with (folder / stored_as).open("wb" if stem else "xb") as file:
        for piece in pieces:
            if piece:
                seen.update(piece)
                size += len(piece)
                _write_piece(file, piece, key, bound, place)
                place += 1
        _write_piece(file, b"", key, bound, place)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    return Stored(stored_as, seen.hexdigest(), size)


def _write_piece(file: IO[bytes], piece: bytes, key: bytes, bound: str, place: int) -> None:
    sealed = profile().seal(key, piece, f"{bound}/file/{place}".encode())
    file.write(len(sealed).to_bytes(4, "big") + sealed)


def opener(stored_as: str, key: bytes, bound: str) -> Callable[[], IO[bytes]]:
    """A function that opens the file anew, from its beginning."""
    return lambda: io.BufferedReader(_SealedFile(stored_as, key, bound), PIECE)


class _SealedFile(io.RawIOBase):
    """A sealed file as a stream of what was sealed. Reading raises NotSealed where it was changed."""

    def __init__(self, stored_as: str, key: bytes, bound: str) -> None:
        self._file = place_of(stored_as).open("rb")
        self._pieces = _pieces(self._file, key, bound)
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


def _pieces(file: IO[bytes], key: bytes, bound: str) -> Iterator[bytes]:
    place = 0
    while True:
        sealed = file.read(int.from_bytes(file.read(4), "big"))
        piece = unseal(key, sealed, f"{bound}/file/{place}".encode())
        if not piece:
            return
        yield piece
        place += 1
