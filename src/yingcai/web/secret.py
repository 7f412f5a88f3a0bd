"""The signing key of an installation that was given none: made once, kept in the data folder."""

import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Read the key of ``folder``, or make one that only its owner can read."""
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
