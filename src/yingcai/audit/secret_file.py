"""Secrets in files of the data folder: made once, read by their owner only."""

import os
import secrets
from pathlib import Path

OTHERS = 0o077  # permission bits of group and others


def make_once(path: Path, text: str) -> None:
    """Write ``text`` beside ``path`` and link it there whole; a file that came first stays.

    Of several processes that start at once, one makes the file and all read that one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def put_in_place(path: Path, text: str) -> None:
    """Put a file with ``text`` in the place of ``path``, whole or not at all."""
    _draft(path, text).replace(path)


def readable_by_others(path: Path) -> bool:
    """Whether somebody else on this machine may read the file (never so on Windows, which has no bits)."""
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & OTHERS)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
