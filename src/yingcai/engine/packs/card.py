"""A talent's card as one line of text, signed by the city, short enough for a QR code, checked offline.

``YC1.<fields>.<signature>``: the fields as compact JSON and an Ed25519 signature (RFC 8032) over them, both in
base64url without padding (RFC 4648, 5).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORM = "YC1"
MOST_SIGNS = 2000  # of the whole line; a QR code of version 40 holds more
_NAMES = ("city", "number", "name", "level", "granted", "until")


@dataclass(frozen=True)
class Card:
    """What a card says. ``level`` in the words of the city; ``until``: the last day, None where it has none."""

    city: str
    number: str
    name: str
    level: str
    granted: date
    until: date | None = None

    def holds_on(self, on: date) -> bool:
        """Whether it counts on a day, as far as the card itself can tell."""
        return self.granted <= on and (self.until is None or on <= self.until)


class NotACard(ValueError):
    """A text that is no card of the city, with the reason in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.words = {"zh": zh, "en": en}


def card_text(card: Card, key: Ed25519PrivateKey) -> str:
    """The signed line of a card."""
    said = [card.city, card.number, card.name, card.level, card.granted.isoformat()]
    said.append(card.until.isoformat() if card.until else "")
    body = f"{FORM}.{_coded(json.dumps(said, ensure_ascii=False, separators=(',', ':')).encode())}"
    return f"{body}.{_coded(key.sign(body.encode()))}"


def read_card(text: str, public: bytes) -> Card:
    """The card that a line holds. Raises: NotACard where the city's key did not sign exactly this line."""
    line = "".join(text.split())
    body, _, signature = line.rpartition(".")
    form, _, coded = body.partition(".")
    if form != FORM or len(line) > MOST_SIGNS:
        raise NotACard("不是人才卡的内容", "this is no talent card")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_plain(signature), body.encode())
    except (InvalidSignature, ValueError):
        raise NotACard(
            "签名不符：不是本市签发的，或者被改动过",
            "the signature does not fit: it is not of this city, or was changed",
        ) from None
    said: Any = json.loads(_plain(coded))
    values = dict(zip(_NAMES, said, strict=True))
    until = values.pop("until")
    return Card(
        **{**values, "granted": date.fromisoformat(values["granted"])},
        until=date.fromisoformat(until) if until else None,
    )


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _plain(text: str) -> bytes:
    """Raises: ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
