"""The keys that are not in the database: one that wraps the keys of subjects, one for blind indexes.

They stand in the file that the setting ``KEY_FILE`` names, readable by its owner only. Who has the
database without this file can read no sensitive value, and cannot even test whether a number is in it.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yingcai.engine.sealing import PROFILES, Profile, derived, new_key, unseal


@dataclass(frozen=True)
class KeyRing:
    """``wrapping`` by id, old ones too; ``current`` is the one that wraps from now on."""

    current: str
    wrapping: dict[str, bytes]
    index: bytes

    def wrap(self, key: bytes, subject: str) -> tuple[bytes, str]:
        """A subject's key, sealed for it, and the id of the key that did it."""
        sealed = profile().seal(self.wrapping[self.current], key, subject.encode())
        return sealed, self.current

    def unwrap(self, wrapped: bytes, key_id: str, subject: str) -> bytes:
        """Raises: NotSealed; KeyError for a wrapping key that is not in the file."""
        return unseal(self.wrapping[key_id], wrapped, subject.encode())

    def blind_index(self, kind: str, number: str) -> str:
        """A keyed digest of a number in its normal form, by which alone it is found."""
        return profile().mac(derived(self.index, kind), number.encode())


def profile() -> Profile:
    """The algorithms that this installation seals by."""
    return PROFILES[settings.CRYPTO]


def key_ring() -> KeyRing:
    """The keys of this installation; made at the first call."""
    return _read(Path(settings.KEY_FILE))


@lru_cache(maxsize=4)
def _read(path: Path) -> KeyRing:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(
            path, {"current": "1", "wrapping": {"1": _text(new_key())}, "index": _text(new_key())}
        )
    found = json.loads(path.read_text("ascii"))
    wrapping = {name: base64.b64decode(key) for name, key in found["wrapping"].items()}
    return KeyRing(found["current"], wrapping, base64.b64decode(found["index"]))


def add_wrapping_key() -> KeyRing:
    """A new wrapping key becomes the current one; the old ones stay until nothing is wrapped by them."""
    path = Path(settings.KEY_FILE)
    key_ring()
    found = json.loads(path.read_text("ascii"))
    found["current"] = str(max(map(int, found["wrapping"])) + 1)
    found["wrapping"][found["current"]] = _text(new_key())
    draft = _draft(path, found)
    draft.replace(path)
    _read.cache_clear()
    return key_ring()


def _write(path: Path, content: dict[str, object]) -> None:
    """Of several processes that start at once one makes the file, whole, and all read that one."""
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, content: dict[str, object]) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
