"""Sealing of values and chains: authenticated encryption, keyed digests, digests, in two profiles.

`default` is AES-256-GCM and SHA-256, `gm` is SM4-GCM (GB/T 32907) and SM3 (GB/T 32905). What is sealed
says by which profile and under which key, so that keys and profiles may change while old values stay
readable. Keys come from outside; nothing here stores one.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 32  # of every key, whatever a profile's cipher takes of it
NONCE_BYTES, TAG_BYTES = 12, 16
_FORM = 1


class NotSealed(Exception):
    """Bytes that were not sealed under this key for this place, or were changed since."""


@dataclass(frozen=True)
class Profile:
    """A choice of algorithms. ``code`` stands in every sealed value, ``hash_name`` is `hashlib`'s."""

    name: str
    code: int
    hash_name: str
    _cipher: Callable[[bytes], algorithms.AES | algorithms.SM4]

    def seal(self, key: bytes, plain: bytes, bound: bytes) -> bytes:
        """``plain`` encrypted and authenticated together with ``bound``, which says where it belongs.

        Form, profile, nonce, ciphertext, tag. A nonce is random: a key seals at most 2**32 values
        (NIST SP 800-38D), which a key for each subject never reaches.
        """
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(self._cipher(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        text = encryptor.update(plain) + encryptor.finalize()
        return bytes((_FORM, self.code)) + nonce + text + encryptor.tag

    def unseal(self, key: bytes, sealed: bytes, bound: bytes) -> bytes:
        """What was sealed. Raises: NotSealed."""
        nonce, rest = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        text, tag = rest[:-TAG_BYTES], rest[-TAG_BYTES:]
        decryptor = Cipher(self._cipher(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(bound)
        try:
            return decryptor.update(text) + decryptor.finalize()
        except InvalidTag:
            raise NotSealed("the value was not sealed for this place under this key") from None

    def digest(self, data: bytes) -> str:
        """A digest in lower-case hexadecimal, 64 characters."""
        return hashlib.new(self.hash_name, data).hexdigest()

    def mac(self, key: bytes, data: bytes) -> str:
        """A keyed digest (HMAC, RFC 2104) in lower-case hexadecimal, 64 characters."""
        return hmac.new(key, data, self.hash_name).hexdigest()


PROFILES: Mapping[str, Profile] = {
    "default": Profile("default", 1, "sha256", lambda key: algorithms.AES(key)),
    "gm": Profile("gm", 2, "sm3", lambda key: algorithms.SM4(key[:16])),
}
_BY_CODE = {one.code: one for one in PROFILES.values()}


def profile_of(sealed: bytes) -> Profile:
    """The profile by which a value was sealed. Raises: NotSealed."""
    if len(sealed) < 2 + NONCE_BYTES + TAG_BYTES or sealed[0] != _FORM:
        raise NotSealed("this is no sealed value")
    profile = _BY_CODE.get(sealed[1])
    if profile is None:
        raise NotSealed(f"it was sealed by a profile that is not known here ({sealed[1]})")
    return profile


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What was sealed, by whichever profile. Raises: NotSealed."""
    return profile_of(sealed).unseal(key, sealed, bound)


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for a purpose, so that one kept secret serves several (HKDF-Expand, RFC 5869)."""
    return hmac.new(key, purpose.encode() + b"\x01", "sha256").digest()
