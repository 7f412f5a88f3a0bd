"""Reads of plans, targets and the active pack."""

from functools import lru_cache
from typing import Any

from yingcai.plan.models import Pack


def active_pack() -> dict[str, Any]:
    """pack.yaml of the active pack as a dict (names of city and site, thresholds); empty without one."""
    digest = Pack.objects.filter(active=True).values_list("digest", flat=True).first()
    return _document(digest) if digest else {}


@lru_cache(maxsize=4)
def _document(digest: str) -> dict[str, Any]:
    # Packs are immutable by digest, so this can be kept for ever.
    document: dict[str, Any] = Pack.objects.values_list("document", flat=True).get(digest=digest)
    return document
