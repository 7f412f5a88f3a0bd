"""Every address × method × role, asked once; the tests of access and of headers look at the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import transaction

from tests.architecture.world import WHO, Route, World, build, routes

METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Answer:
    """What one login got from one address."""

    route: str
    method: str
    who: str
    status: int
    headers: dict[str, str]
    body: str


@lru_cache(maxsize=1)
def survey() -> tuple[Answer, ...]:
    """All answers. Needs the database the first time; writes of requests are undone one by one."""
    world = build()
    return tuple(
        _ask(world, route, method, who) for route in routes() for method in METHODS for who in WHO
    )


def pages() -> Iterator[Answer]:
    """The answers that are pages in a browser."""
    for answer in survey():
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            yield answer


def _ask(world: World, route: Route, method: str, who: str) -> Answer:
    cache.clear()  # else limits of requests a minute would answer
    with transaction.atomic():
        response = world.client(who).generic(method, world.address(route))
        transaction.set_rollback(True)
    return Answer(
        route.name, method, who, response.status_code, dict(response.headers), _text(response)
    )


def _text(response: Any) -> str:
    kind = response.headers.get("Content-Type", "")
    if response.streaming or not kind.startswith(("text/", "application/json")):
        return ""
    return str(response.content, "utf-8", "replace")
