"""The signing key of an installation that was given none: made once, kept in the data folder."""

import secrets
from pathlib import Path

from yingcai.audit.secret_file import make_once


def secret_key(folder: Path) -> str:
    """Read the key of ``folder``, or make one that only its owner can read."""
    path = folder / "secret.key"
    if not path.exists():
        make_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
