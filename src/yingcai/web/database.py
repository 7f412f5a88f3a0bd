"""Turns a database address into Django's configuration, with the settings our promises rest on."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL and FULL: an acknowledged write survives power loss. IMMEDIATE: no writer loses to a lock upgrade.
# secure_delete: what is removed is overwritten in the file, too.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-20000; PRAGMA secure_delete=ON;"
    ),
}


def database_config(url: str, *, default: Path) -> dict[str, Any]:
    """Configuration for ``sqlite:///path`` or ``postgresql://user:password@host:port/name``.

    Raises: ImproperlyConfigured naming what is wrong with the address.
    """
    if not url:
        default.parent.mkdir(parents=True, exist_ok=True)
        return _sqlite(str(default))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path.removeprefix("/") or ":memory:")
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.removeprefix("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"options": "-c statement_timeout=30000 -c synchronous_commit=on"},
        }
    raise ImproperlyConfigured(
        f"YINGCAI_DATABASE_URL starts with {parts.scheme!r}; use sqlite:///file or postgresql://…"
    )


def _sqlite(name: str) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": dict(SQLITE_OPTIONS)}
