"""The one written form of rows, links and roots from which their digests are made.

It is the same whichever database holds the rows, and never changes: another form gets another number.
docs/audit.md describes it for whoever writes a verifier of his own.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple

from yingcai.engine.sealing import Profile

START = "0" * 64  # stands for the link before the first, and for the root before the first
ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode
MOMENT_LENGTH = len("2018-06-08T04:00:00.000000Z")


class Row(NamedTuple):
    """Every column of an audit row, as values of JSON; moments are in UTC to the microsecond."""

    id: Any
    at: Any
    written_at: Any
    actor: Any
    action: Any
    object_type: Any
    object_id: Any
    details: Any
    request_id: Any


class LinkFields(NamedTuple):
    """What a link says beside its two digests."""

    position: int
    event: int
    profile: str
    key: str
    sealed_at: str


class RootFields(NamedTuple):
    """What a root says beside its digest and its seal."""

    number: int
    day: str
    position: int
    chain: str
    links: int
    previous: str
    profile: str
    key: str
    made_at: str


def moment(at: datetime) -> str:
    """A moment in UTC to the microsecond: 2018-06-08T04:00:00.000000Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def written_moment(text: Any) -> Any:
    """What a database wrote for a moment, in our form; what is no moment stays as it is.

    Somebody who writes nonsense past the application must not be able to stop the sealing.
    """
    if not isinstance(text, str) or (len(text) == MOMENT_LENGTH and text.endswith("Z")):
        return text
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(read if read.tzinfo else read.replace(tzinfo=UTC))


def written_details(text: Any) -> Any:
    """What a database wrote for the details, as values; what is no JSON stays text."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text, parse_float=_number)
    except ValueError:
        return text


def _number(text: str) -> int | float:
    """PostgreSQL writes 1e2 as 100 and keeps 1.0; a number is a whole one wherever it can be."""
    number = float(text)
    if not isfinite(number):
        return number
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else number


def row_digest(row: Row, profile: Profile) -> str:
    """The digest of all columns of a row."""
    return profile.digest(ENCODE(["yingcai.audit.event/1", *row]).encode("ascii"))


def link_digest(fields: LinkFields, *, previous: str, row: str, profile: Profile) -> str:
    """The chain up to and including this link; whoever has the rows can compute it without a key."""
    return profile.digest(_lines("yingcai.audit.link/1", *fields, previous, row))


def link_seal(
    fields: LinkFields, *, previous: str, chain: str, profile: Profile, secret: bytes
) -> str:
    """What only a holder of the key can write for this link."""
    return profile.mac(secret, _lines("yingcai.audit.seal/1", *fields, previous, chain))


def root_digest(fields: RootFields, profile: Profile) -> str:
    """What is published of a root."""
    return profile.digest(_lines("yingcai.audit.root/1", *fields))


def root_seal(digest: str, *, profile: Profile, secret: bytes) -> str:
    """What only a holder of the key can write for this root."""
    return profile.mac(secret, _lines("yingcai.audit.root-seal/1", digest))


def _lines(*fields: object) -> bytes:
    """Fields a line each; none of them can hold a line break."""
    return "\n".join(map(str, fields)).encode("utf-8", "backslashreplace")
