"""Telling an event over HTTP: signed, once, to an address that was checked, and nowhere else.

Signed as Standard Webhooks (standardwebhooks.com, v1) says: HMAC-SHA256 over id, time and body. The name is
resolved once and the connection goes to the address that was checked, so that a name cannot point inside
after it was looked at. No redirect is followed, no proxy is asked, no answer but its status is read.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import secrets
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from yingcai.registry.models import Delivery

Reason = Delivery.Reason
PREFIX = "whsec_"
SECONDS = 5.0  # without a sign of the other side
WHOLE = 10.0  # for the whole call
# Addresses that stand for IPv4 addresses and would hide an inner one.
HIDING = [ipaddress.ip_network(text) for text in ("64:ff9b::/32", "2002::/16", "2001::/32")]


@dataclass(frozen=True)
class Told:
    """How a call ended. ``status`` is the other side's, if it answered; no ``reason``: it arrived."""

    status: int | None
    reason: str


class _NotAllowed(Exception):
    """The address lies inside, and no setting allows it."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, message: str, body: bytes, *, second: int) -> dict[str, str]:
    """The headers of a call. ``message`` is the event's id, the same however often it is sent."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message.encode(), str(second).encode(), body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Yingcai",
        "webhook-id": message,
        "webhook-timestamp": str(second),
        "webhook-signature": f"v1,{signature}",
    }


def message_of(row: Delivery) -> str:
    return f"evt_{row.event}"


def body_of(row: Delivery, more: Mapping[str, str]) -> bytes:
    """What is told: that something happened to a subject, and nothing about it.

    ``more``: what the app that it happened in adds.
    """
    subject = row.subject.merged_into or row.subject
    told = {
        "type": row.action,
        "timestamp": row.happened_at.isoformat(),
        "data": {
            "event": row.event,
            "object": row.object_type,
            "subject": str(subject.handle),
            **more,
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def is_allowed(address: str, *, inside: Collection[str]) -> bool:
    """Whether an address may be called at all, before its name is looked up.

    ``inside``: hosts, or hosts with a port, that may lie inside and may do without TLS.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or not address.isascii():
        return False
    if _is_inside(parts, inside):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and not (_literal(host) and not _is_public(host))


def post(address: str, body: bytes, headers: dict[str, str], *, inside: Collection[str]) -> Told:
    """Send ``body`` and say how it ended; never longer than about ``WHOLE`` seconds once it is connected."""
    parts = urlsplit(address)
    try:
        if not is_allowed(address, inside=inside):
            return Told(None, Reason.ADDRESS)
        connection = _connected(parts, inside)
    except _NotAllowed:
        return Told(None, Reason.ADDRESS)
    except TimeoutError:
        return Told(None, Reason.TIMEOUT)
    except (OSError, UnicodeError):
        return Told(None, Reason.CONNECTION)
    return _asked(
        connection, f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers
    )


def _asked(
    connection: http.client.HTTPConnection, target: str, body: bytes, headers: dict[str, str]
) -> Told:
    late = threading.Event()

    def cut() -> None:
        late.set()
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(WHOLE, cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        timed_out = late.is_set() or isinstance(error, TimeoutError)
        return Told(None, Reason.TIMEOUT if timed_out else Reason.CONNECTION)
    finally:
        timer.cancel()
        connection.close()
    if 200 <= status < 300:
        return Told(status, "")
    return Told(status, Reason.REDIRECT if 300 <= status < 400 else Reason.STATUS)


def _connected(parts: SplitResult, inside: Collection[str]) -> http.client.HTTPConnection:
    """A connection to the address that was checked. Raises: _NotAllowed, OSError."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [str(one[4][0]) for one in found]
    if not _is_inside(parts, inside) and not all(map(_is_public, places)):
        raise _NotAllowed
    sock = socket.create_connection((places[0], port), timeout=SECONDS)
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    connection.sock = (
        ssl.create_default_context().wrap_socket(sock, server_hostname=host) if secure else sock
    )
    return connection


def _is_inside(parts: SplitResult, inside: Collection[str]) -> bool:
    host = parts.hostname or ""
    return host in inside or f"{host}:{parts.port}" in inside


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    """Whether an address lies outside: none of this machine, of inner networks, of groups."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    hidden = any(found in network for network in HIDING if network.version == found.version)
    return found.is_global and not found.is_multicast and not hidden
