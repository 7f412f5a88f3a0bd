"""Every form and every call that changes something is sent again at once, in the test that is named for its address (G5).

The test's own request runs as it would; the same fields are then sent again in a transaction that is taken back. The
second sending must change no row and must be answered. Of the interface also: the same answer as at first, 422 for
another body under the same key, and no write without a key. `replays.csv` names for each address the test that sends
it, and what may change at the second sending, with the reason; the test fails where it sends it no longer.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test.client import ClientHandler, FakePayload
from django.urls import Resolver404, resolve

PAGE = Path(__file__).with_name("replays.csv")
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
KEY = "HTTP_IDEMPOTENCY_KEY"
# What says that somebody came or looked; and the rows that know what was sent before.
TRACES = {"django_session", "registry_look", "identity_firstanswer"}
_WRITE = re.compile(r'^\s*(INSERT|UPDATE|DELETE|REPLACE)\b(?:\s+INTO|\s+FROM)?\s+"?(\w+)', re.I)
Environ = dict[str, Any]
Handle = Callable[[ClientHandler, Environ], Any]


class Row(NamedTuple):
    """What is reviewed of an address: the test that sends it, and the tables that a second sending may change."""

    test: str
    again: frozenset[str]
    reason: str


class Tried(NamedTuple):
    """The answer to a request that was taken back, and the tables that it would have changed."""

    status: int
    content: bytes
    changed: frozenset[str]


class Noted:
    """What was sent twice in one test, and what was wrong with it."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.faults: list[str] = []


@cache
def reviewed() -> Mapping[str, Row]:
    """The reviewed file, by address."""
    with PAGE.open(encoding="utf-8", newline="") as file:
        return {
            row["route"]: Row(row["test"], frozenset(row["again"].split()), row["reason"])
            for row in csv.DictReader(file)
        }


@cache
def sending_tests() -> frozenset[str]:
    """The tests that are named for an address."""
    return frozenset(row.test for row in reviewed().values() if row.test)


def not_sent(test: str, noted: Noted) -> list[str]:
    """The addresses that this test is named for and has not sent with an effect."""
    return [
        f"{route}: this test is named in {PAGE.name} and does not send it any more"
        for route, row in reviewed().items()
        if row.test == test and not noted.sent[route]
    ]


@contextmanager
def sent_twice(mp: pytest.MonkeyPatch) -> Iterator[Noted]:
    """Meanwhile each unsafe request of a test's browser that is taken is sent again."""
    noted = Noted()
    handle: Handle = vars(ClientHandler)["__call__"]

    def call(self: ClientHandler, environ: Environ) -> Any:
        if environ["REQUEST_METHOD"] not in UNSAFE:
            return handle(self, environ)
        body = environ["wsgi.input"].read()
        with _written() as wrote:
            answer = handle(self, _with(environ, body))
        if answer.status_code < 400 and wrote - TRACES:
            route = name_of(environ["PATH_INFO"])
            noted.sent[route] += 1
            found = _faults(lambda more: handle(self, more), environ, body, answer, route)
            noted.faults += [f"{environ['REQUEST_METHOD']} {route}: {one}" for one in found]
        return answer

    mp.setattr(ClientHandler, "__call__", call)
    yield noted


def name_of(path: str) -> str:
    """The name of an address; what several of the interface share is the first one's."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def _with(environ: Environ, body: bytes) -> Environ:
    return {**environ, "wsgi.input": FakePayload(body), "CONTENT_LENGTH": str(len(body))}


def _faults(
    send: Callable[[Environ], Any], environ: Environ, body: bytes, first: Any, route: str
) -> Iterator[str]:
    """What is wrong with the answers to the same request again."""
    row = reviewed().get(route)
    again = _tried(send, _with(environ, body))
    changed = sorted(again.changed - (row.again if row else frozenset()))
    if again.status >= 500:
        yield f"sent again: {again.status}"
    if changed:
        yield f"sent again ({again.status}): changed {changed}"
    if KEY not in environ:
        return
    if (again.status, again.content) != (first.status_code, first.content):
        yield f"sent again: another answer, {again.status}"
    other = _tried(send, _with(environ, _other(body)))
    changed = sorted(other.changed - (row.again if row else frozenset()))
    if other.status != 422 or changed:
        yield f"another body under the same key: {other.status}, changed {changed}"
    keyless = {name: value for name, value in environ.items() if name != KEY}
    none = _tried(send, _with(keyless, body))
    if none.status != 422 or none.changed:
        yield f"without a key: {none.status}, changed {sorted(none.changed)}"


def _other(body: bytes) -> bytes:
    """Another body: a blank after JSON, a sign more in the last part of a form with a file."""
    end = body.rfind(b"\r\n--")
    return body + b" " if end < 0 else body[:end] + b" " + body[end:]


def _tried(send: Callable[[Environ], Any], environ: Environ) -> Tried:
    """Send it and take back whatever it did."""
    with transaction.atomic():
        with _written() as wrote:
            answer = send(environ)
        content = b"" if answer.streaming else answer.content
        after = {table: rows_of(table) for table in wrote - TRACES}
        transaction.set_rollback(True)
    changed = frozenset(table for table, rows in after.items() if rows != rows_of(table))
    return Tried(answer.status_code, content, changed)


def rows_of(table: str) -> list[tuple[Any, ...]]:
    """All rows of a table, as they lie there."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return sorted(cursor.fetchall(), key=repr)


@contextmanager
def _written() -> Iterator[set[str]]:
    """The tables in which rows are written meanwhile."""
    wrote: set[str] = set()

    def statement(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        found = _WRITE.match(sql)
        # A row that is put in and read back at once has no count yet.
        if found and (found[1].upper() in ("INSERT", "REPLACE") or rest[-1]["cursor"].rowcount):
            wrote.add(found[2])
        return result

    with connection.execute_wrapper(statement):
        yield wrote
