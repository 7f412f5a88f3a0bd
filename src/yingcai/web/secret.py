"""The signing key of an installation that was given none: made once, kept in the data folder."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Read the key of ``folder``, or make one that only its owner can read.

    Of several processes that start at once, one makes the key and all read that one.
    """
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Write the key beside its place and link it there whole; a key that came first stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
