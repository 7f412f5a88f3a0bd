"""The keys of the chain: kept outside the database, the last one in use, all of them readable.

They are lines of hexadecimal in ``audit.key`` of the data folder, or in YINGCAI_AUDIT_KEYS. A key is
named by a digest of itself, so that a name cannot stand for another key.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yingcai.audit.errors import KeyMissing
from yingcai.audit.secret_file import make_once, put_in_place
from yingcai.engine.sealing import KEY_BYTES, PROFILES, Profile, derived, new_key

NAME_LENGTH = 16  # hexadecimal digits
KEY = re.compile(rf"[0-9a-f]{{{KEY_BYTES * 2}}}")


@dataclass(frozen=True)
class Ring:
    """The keys of this installation by name, the name of the one in use, and how to compute."""

    secrets: Mapping[str, bytes]
    current: str
    profile: Profile

    @property
    def secret(self) -> bytes:
        return self.secrets[self.current]


def key_file() -> Path:
    """Where the keys are, unless the environment holds them."""
    folder: Path = settings.DATA_DIR
    return folder / "audit.key"


def key_ring(*, used: str) -> Ring:
    """The keys of this installation. ``used`` names the key of the newest link, empty for no chain.

    The first key is made here when nothing is sealed yet.

    Raises: KeyMissing when there is no key at all, or the newest link was sealed with one that is not here.
    """
    written: Sequence[str] = settings.AUDIT_KEYS
    if not written:
        if not used and not key_file().exists():
            make_once(key_file(), _file_of([new_key().hex()]))
        written = read_keys(key_file())
    named = {key_name(key): derived(key, "audit.chain/1") for key in map(_secret, written)}
    if not named or (used and used not in named):
        raise KeyMissing(
            _(
                "审计链由密钥 %(name)s 封存，而 %(file)s（或 YINGCAI_AUDIT_KEYS）里没有它：请从备份恢复这个密钥。"
            )
            % {"name": used or "—", "file": key_file()}
        )
    return Ring(named, list(named)[-1], PROFILES[settings.CRYPTO])


def key_name(key: bytes) -> str:
    """The public name of a key."""
    return derived(key, "audit.name/1").hex()[:NAME_LENGTH]


def key_names() -> list[str]:
    """The names of the keys at hand, oldest first."""
    return [key_name(_secret(key)) for key in settings.AUDIT_KEYS or read_keys(key_file())]


def read_keys(path: Path) -> list[str]:
    """The keys of a file; empty when there is no file."""
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def add_key() -> str:
    """Put a new key behind those of the file, and name it.

    Raises: KeyMissing when the keys are in the environment, where this program cannot write.
    """
    if settings.AUDIT_KEYS:
        raise KeyMissing(_("密钥在环境变量 YINGCAI_AUDIT_KEYS 里：请在其末尾加上新密钥后重启。"))
    key = new_key()
    put_in_place(key_file(), _file_of([*read_keys(key_file()), key.hex()]))
    return key_name(key)


def _file_of(keys: Sequence[str]) -> str:
    return "".join(f"{key}\n" for key in keys)


def _secret(text: str) -> bytes:
    if not KEY.fullmatch(text):
        raise KeyMissing(
            _("%(file)s（或 YINGCAI_AUDIT_KEYS）里有一行不是密钥：须为 64 位十六进制数字。")
            % {"file": key_file()}
        )
    return bytes.fromhex(text)
