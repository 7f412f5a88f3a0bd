"""What people wrote in imported files, row by row, sealed under the key of their batch."""

import json
import uuid
from collections.abc import Iterable

from yingcai.engine.sealing import NotSealed, unseal
from yingcai.registry.keys import profile


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


def bound_to(handle: uuid.UUID) -> str:
    """What a batch's file and rows are bound to."""
    return f"import/{handle}"


def _bound(handle: uuid.UUID, place: str) -> bytes:
    return f"{bound_to(handle)}/{place}".encode()
