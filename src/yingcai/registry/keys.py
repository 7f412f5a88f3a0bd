"""The keys that are not in the database: one that wraps the keys of subjects, one for blind indexes.

They stand in the file that the setting ``KEY_FILE`` names, readable by its owner only. Who has the
database without this file can read no sensitive value, and cannot even test whether a number is in it.
"""

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yingcai.audit.secret_file import make_once, put_in_place
from yingcai.engine.sealing import PROFILES, Profile, derived, new_key, unseal
from yingcai.registry.errors import KeysMissing
from yingcai.registry.models import SubjectKey


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
    """The keys of this installation; made at the first call, when nothing is sealed yet.

    Raises: KeysMissing where something is sealed and the file is gone: new keys would open nothing.
    """
    return _read(Path(settings.KEY_FILE))


@lru_cache(maxsize=4)
def _read(path: Path) -> KeyRing:
    if not path.exists():
        if SubjectKey.objects.exists():
            raise KeysMissing(f"{path} 不在：已加密的个人信息无法读取，请从备份恢复密钥文件")
        ring = {"current": "1", "wrapping": {"1": _text(new_key())}, "index": _text(new_key())}
        make_once(path, json.dumps(ring))
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
    put_in_place(path, json.dumps(found))
    _read.cache_clear()
    return key_ring()


def keys_are_missing() -> bool:
    """Whether something is sealed and the file that opens it is not there."""
    return not Path(settings.KEY_FILE).exists() and SubjectKey.objects.exists()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
