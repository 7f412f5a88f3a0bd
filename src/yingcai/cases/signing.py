"""The key by which the city signs proofs and certificates (Ed25519, RFC 8032); its public half is published.

It stands in the file ``city.key`` of the data folder, readable by its owner only, and is made at the first use.
"""

import base64
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from yingcai.audit.secret_file import make_once


def signing_key() -> Ed25519PrivateKey:
    """The key of this installation."""
    return _read(Path(settings.DATA_DIR) / "city.key")


def public_key() -> str:
    """What others check signatures by, base64."""
    return base64.b64encode(signing_key().public_key().public_bytes_raw()).decode()


@lru_cache(maxsize=4)
def _read(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        new = Ed25519PrivateKey.generate().private_bytes_raw()
        make_once(path, base64.b64encode(new).decode())
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text("ascii")))
