"""Every address × method × login, asked once; the tests of access, headers, looks and marks read the answers."""

import io
import logging
import os
import pickle
import re
import signal
import tempfile
import traceback
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any, NoReturn
from unittest.mock import patch

from django.core.cache import cache
from django.db import connection, transaction

from tests.architecture.world import (
    ELSEWHERE,
    RELATED,
    WHO,
    Route,
    World,
    build,
    parameters,
    routes,
)
from yingcai.identity.queries import Role
from yingcai.registry import sealed
from yingcai.registry.models import Look

METHODS = ("GET", "POST")
LONGEST = 600  # seconds of the half that is asked beside
# Nothing takes these, and a look by HEAD is a look by GET without the text.
OTHER_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
# A session is not what the request is about.
NOT_COUNTED = {"django_session"}
_WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.I)
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")  # how JSON writes Chinese
Fields = frozenset[tuple[str, str]]  # handle of a subject, name of a fact or kind of a number


@dataclass(frozen=True)
class Answer:
    """What one login got from one address, and what that left behind."""

    route: str
    method: str
    who: str
    status: int
    headers: dict[str, str]
    body: str
    wrote: frozenset[str]  # tables
    opened: Fields  # sealed values that were unsealed
    looked: Fields  # looks that were written


@lru_cache(maxsize=1)
def survey() -> tuple[Answer, ...]:
    """All answers. Needs the database the first time; writes of requests are undone one by one."""
    world, every = build(), routes()
    with _quiet():
        if connection.vendor != "sqlite":  # a connection to a server cannot be shared
            return tuple(_all(world, every))
        with _beside(lambda: tuple(_all(world, every[1::2]))) as others:
            own = tuple(_all(world, every[::2]))
        return (*own, *others())


def _all(world: World, some: Sequence[Route]) -> Iterator[Answer]:
    yield from ask(world, some, METHODS, (*WHO, *RELATED))
    yield from ask(world, some, OTHER_METHODS, (Role.OFFICE,))


@contextmanager
def _quiet() -> Iterator[None]:
    """Meanwhile refusals, of which there are thousands, are not told with their tracebacks; what breaks is."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _beside(work: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """Meanwhile the same process once more does ``work`` on a copy of the database, which is in memory.

    Raises: ChildProcessError where it broke; what went wrong stands in its errors.
    """
    with tempfile.TemporaryFile() as file:
        child = os.fork()
        if not child:
            _work_and_end(work, file)
        found: list[Any] = []
        try:
            yield lambda: found[0]
        finally:
            _, status = os.waitpid(child, 0)
        if status:
            raise ChildProcessError(f"the other half of the survey ended with {status}")
        file.seek(0)
        found.append(pickle.load(file))  # noqa: S301 - our own


def _work_and_end(work: Callable[[], Any], file: IO[bytes]) -> NoReturn:
    status = 1
    try:
        signal.alarm(LONGEST)
        pickle.dump(work(), file)
        file.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)  # nothing of the tests may go on here


def small_survey(
    names: Iterable[str], who: Sequence[str], methods: Sequence[str] = METHODS
) -> list[Answer]:
    """The answers of some addresses, in a world of its own that the caller's transaction undoes."""
    wanted = set(names)
    world = build()
    return list(ask(world, [one for one in routes() if one.name in wanted], methods, who))


def pages() -> Iterator[Answer]:
    """The answers that are pages in a browser."""
    for answer in survey():
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            yield answer


def ask(
    world: World, some: Sequence[Route], methods: Sequence[str], who: Sequence[str]
) -> Iterator[Answer]:
    """The answers of some addresses to some logins; of those elsewhere where an address is about something."""
    for route in some:
        about = any(parameters(route))
        for method in methods:
            for one in who:
                if about or one not in ELSEWHERE:
                    yield _ask(world, route, method, one)


def _ask(world: World, route: Route, method: str, who: str) -> Answer:
    cache.clear()  # else limits of requests a minute would answer
    with transaction.atomic(), _watched() as (wrote, opened):
        response = world.client(who).generic(method, world.address(route))
        text = _text(response)
        looked = _looked(response) if Look._meta.db_table in wrote else set()
        transaction.set_rollback(True)
    return Answer(
        route.name, method, who, response.status_code, dict(response.headers), text,
        frozenset(wrote - NOT_COUNTED), frozenset(opened), frozenset(looked),
    )  # fmt: skip


def _looked(response: Any) -> set[tuple[str, str]]:
    """The looks that were written for an answer."""
    looks = Look.objects.filter(request_id=response.headers.get("X-Request-Id", "-"))
    return {
        (str(handle), name)
        for handle, names in looks.values_list("subject__handle", "fields")
        for name in names
    }


@contextmanager
def _watched() -> Iterator[tuple[set[str], set[tuple[str, str]]]]:
    """The tables that are written to, and the values of subjects that are unsealed, meanwhile."""
    wrote: set[str] = set()
    opened: set[tuple[str, str]] = set()
    unseal: Callable[[bytes, bytes, bytes], bytes] = vars(sealed)["unseal"]

    def statement(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if found := _WRITE.match(sql):
            wrote.add(found[1])
        return execute(sql, *rest)

    def watched(key: bytes, value: bytes, bound: bytes) -> bytes:
        handle, _, field = bound.decode().partition("/")
        sort, _, name = field.partition("/")
        opened.add((handle, "case" if sort == "case" else name))  # whatever stands in a case is one
        return unseal(key, value, bound)

    with connection.execute_wrapper(statement), patch.object(sealed, "unseal", watched):
        yield wrote, opened


def _text(response: Any) -> str:
    """What an answer says; of an archive what its members say."""
    content = response.getvalue() if response.streaming else response.content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    text = str(content, "utf-8", "replace")
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text)
    return text
