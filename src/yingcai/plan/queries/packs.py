"""Reads of the active pack."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypedDict

from yingcai.engine.packs import load as engine
from yingcai.engine.packs.archive import open_archive
from yingcai.plan.models import Pack


class PackNotKept(LookupError):
    """The files of the active pack were not kept when it was published."""


class LightThresholds(TypedDict):
    """Points behind the path at which a light turns; months after which not started is red."""

    yellow: Decimal
    red: Decimal
    not_started_red_months: int


# What a request has asked for once; None outside requests, where every call asks anew.
_asked: ContextVar[list[str] | None] = ContextVar("asked_pack", default=None)


@contextmanager
def one_pack() -> Iterator[None]:
    """Within this context the active pack is asked for once, so that a page sees one city."""
    token = _asked.set([])
    try:
        yield
    finally:
        _asked.reset(token)


def active_pack() -> dict[str, Any]:
    """pack.yaml of the active pack as a dict (names of city and site, thresholds); empty without one."""
    return _document(active_digest())


def active_digest() -> str:
    """The digest of the active pack, asked for once within `one_pack`; empty without one."""
    asked = _asked.get()
    if asked is None:
        return _active_digest()
    if not asked:
        asked.append(_active_digest())
    return asked[0]


def _active_digest() -> str:
    digest = Pack.objects.filter(active=True).values_list("digest", flat=True).first()
    return digest or ""


@lru_cache(maxsize=4)
def vocabulary_of(digest: str) -> dict[str, Any]:
    """`facts` and `registry` of a pack (facts.yaml, registry.yaml); empty for no digest."""
    if not digest:
        return {}
    words: dict[str, Any] = Pack.objects.values_list("vocabulary", flat=True).get(digest=digest)
    return words


@lru_cache(maxsize=4)
def _document(digest: str) -> dict[str, Any]:
    if not digest:
        return {}
    # Packs are immutable by digest, so this can be kept for ever.
    document: dict[str, Any] = Pack.objects.values_list("document", flat=True).get(digest=digest)
    return document


@lru_cache(maxsize=4)
def kept_pack(digest: str) -> engine.Pack:
    """A published pack, read again from the files that were kept with it.

    Raises: PackNotKept for one that was published without its files, NotThePack.
    """
    return open_archive(kept_archive(digest), digest)


def kept_archive(digest: str) -> bytes:
    """The files of a published pack as they were kept. Raises: PackNotKept."""
    archive = Pack.objects.values_list("archive", flat=True).get(digest=digest)
    if not archive:
        raise PackNotKept(f"{digest[:12]}: publish the pack again with `yingcai pack load`")
    return bytes(archive)


def lights_thresholds() -> LightThresholds:
    """The thresholds of the lights as the active pack sets them (percentage points, months)."""
    lights = active_pack().get("lights", {})
    return {
        "yellow": Decimal(str(lights.get("yellow", 10))),
        "red": Decimal(str(lights.get("red", 30))),
        "not_started_red_months": int(lights.get("not_started_red_months", 3)),
    }
