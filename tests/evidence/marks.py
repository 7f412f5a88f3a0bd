"""G19: a mark in each sensitive field, looked for wherever a value could leak; what is sealed does not bend."""

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import override_settings

from tests.architecture.test_canary import rows_of
from tests.evidence.door import browser
from yingcai.engine.sealing import NotSealed
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry import sealed
from yingcai.registry.actions.keys import rewrap_keys
from yingcai.registry.actions.requests import Wish, request_change
from yingcai.registry.keys import add_wrapping_key
from yingcai.registry.models import Fact, ImportBatch, Subject, SubjectKey
from yingcai.registry.sealed import subject_key, unsealed
from yingcai.registry.tests.make import (
    NOW,
    employ,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_imports import as_csv, check, resident, upload
from yingcai.registry.views import finding

NUMBER, LISTED = resident(77_001), resident(77_002)
SALARY, MONTHS = 918_273_645, 48_611
# What stands in sealed fields: a number, facts of both classes, what is asked for, rows of a file.
MARKS = {
    "number": NUMBER,
    "birth in the number": NUMBER[6:14],
    "sensitive fact": str(SALARY),
    "personal fact": str(MONTHS),
    "value asked for": "39527",
    "row of a file": LISTED,
}


def mark_faults() -> list[str]:
    """Where which mark shows: tables, bytes of the database and its copy, files, log, mail, cache, pages."""
    with _listening() as log, tempfile.TemporaryDirectory() as media:
        with override_settings(MEDIA_ROOT=media):
            lin = _marked()
            bodies = list(_answers(lin))
            kept = {str(path): path.read_bytes() for path in Path(media).iterdir()}
        places = {
            **{
                table: "\n".join(rows_of(table)).encode("latin-1", "replace") for table in _tables()
            },
            **_bytes_of_the_database(),
            **kept,
            "log": "\n".join(log).encode(),
            "mail": repr([vars(one) for one in mail.outbox]).encode(),
            "cache": repr([vars(one) for one in caches.all()]).encode(),
            **{f"page {place}": body for place, body in enumerate(bodies)},
        }
    return [
        f"{what} in {place}"
        for place, content in places.items()
        for what, mark in MARKS.items()
        if mark.encode() in content
    ]


def _marked() -> Subject:
    firm = make_firm()
    lin = make_person("林之川", number=NUMBER)
    employ(lin, firm, date(2017, 1, 1))
    make_fact(lin, "person.salary", SALARY)
    make_fact(lin, "person.insured_months", MONTHS)
    request_change(
        lin, Wish("person.insured_months", "39527", "有证"), actor=make_talent(lin), now=NOW
    )
    officer = make_officer(firm)
    batch = check(
        upload(officer, as_csv([["何一", LISTED, "2017-01-01", "博士", "3"]]), firm), officer
    )
    assert batch.status == ImportBatch.Status.CHECKED
    return lin


def _answers(lin: Subject) -> Iterator[bytes]:
    """Lists, pages and refusals of logins that are not to see the marks, and the page of an error."""
    for role in (Role.OFFICE, Role.LEADER, Role.AUDITOR):
        client = browser()
        client.force_login(make_user(role=role))
        for address in ("/registry/", "/api/v1/registry/subjects"):
            yield client.get(address).content
        if role != Role.OFFICE:  # who handles cases sees personal values, with a look
            for address in (f"/registry/{lin.handle}/", f"/api/v1/registry/subjects/{lin.handle}"):
                yield client.get(address).content
            continue
        found = {"number_kind": "resident-id", "number": LISTED}
        yield client.post("/registry/by-number/", found).content
        with patch.object(finding, "find_by_number", _breaks):
            yield client.post("/registry/by-number/", {**found, "number": NUMBER}).content


def _breaks(*_args: Any, **_more: Any) -> None:
    raise RuntimeError("an error nobody thought of")


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Every line of the log, with tracebacks, of whatever level."""
    lines: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(record))

    handler, root = Keeps(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _bytes_of_the_database() -> dict[str, bytes]:
    """What lies in the file, pages that are free included; a backup of SQLite is the same bytes."""
    if connection.vendor != "sqlite":
        return {}
    connection.ensure_connection()
    return {"the file of the database": connection.connection.serialize()}


def seal_faults() -> list[str]:
    """A bit that flipped, a value in another place, a wrapped key that was changed: each is refused."""
    lin, wang = make_person(number=NUMBER), make_person()
    value = bytes(make_fact(lin, "person.salary", SALARY).sealed or b"")
    faults = [
        f"bit {bit} of byte {place} flipped"
        for place in range(len(value))
        for bit in (0, 7)
        if _opens(lin, "person.salary", _flipped(value, place, bit))
    ]
    faults += ["in another field"] if _opens(lin, "person.degree", value) else []
    faults += ["with another subject"] if _opens(wang, "person.salary", value) else []
    SubjectKey.objects.filter(subject=lin).update(wrapped=_flipped(bytes(lin.key.wrapped), 20, 3))
    return faults + (
        ["under a key that was changed"] if _opens(lin, "person.salary", value) else []
    )


def _flipped(value: bytes, place: int, bit: int) -> bytes:
    return value[:place] + bytes([value[place] ^ (1 << bit)]) + value[place + 1 :]


def _opens(subject: Subject, name: str, value: bytes) -> bool:
    try:
        return bool(unsealed(subject, f"fact/{name}", value).plain)
    except (NotSealed, UnicodeDecodeError):
        return False


def rotation_faults() -> list[str]:
    """After a new wrapping key nothing hangs on the old one, and no file or row shows a key or a value."""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(KEY_FILE=Path(folder) / "registry.keys"),
    ):
        lin = make_person(number=NUMBER)
        row = make_fact(lin, "person.salary", SALARY)
        key = subject_key(lin)
        add_wrapping_key()
        rewrap_keys(now=NOW)
        path = Path(folder) / "registry.keys"
        ring = json.loads(path.read_text())
        del ring["wrapping"]["1"]  # what was wrapped by it would now be lost
        other = Path(folder) / "later.keys"
        other.write_text(json.dumps(ring))
        bytes_of = {one.name: one.read_bytes() for one in Path(folder).iterdir()}
        with override_settings(KEY_FILE=other):
            faults = [] if _still(lin, row) else ["a value hangs on the key of before"]
    bytes_of |= _bytes_of_the_database()
    marks = [*[mark.encode() for mark in MARKS.values()], key]
    return faults + [
        f"plain in {name}" for name, one in bytes_of.items() if any(m in one for m in marks)
    ]


def _still(lin: Subject, row: Fact) -> bool:
    fresh = Subject.objects.get(pk=lin.pk)
    sealed._unwrapped.cache_clear()  # another process has seen no key yet
    try:
        return unsealed(fresh, f"fact/{row.name}", bytes(row.sealed or b"")).plain == str(SALARY)
    except NotSealed:
        return False
