"""The map of the city: outlines from the pack's boundary file, values from a month's shares."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import yaml

from yingcai.identity.queries import counties
from yingcai.reporting.geometry import Drawing, MapUnreadable, draw, tiles
from yingcai.reporting.models import IndicatorValue
from yingcai.reporting.queries.pack_files import pack_file

if TYPE_CHECKING:
    from yingcai.plan.models import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """A county or zone; zones have no division code and no outline."""

    code: str
    name: str
    name_en: str
    division: str


@dataclass(frozen=True, slots=True)
class SharedTarget:
    code: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class ShareValue:
    """A unit's part of one target."""

    unit: str
    value: Decimal | None
    goal: Decimal
    progress: Decimal | None
    light: str
    word: str


def places() -> list[Place]:
    """Counties and zones in the pack's order."""
    rows = counties().values_list("code", "name", "name_en", "division_code")
    return [Place(*row) for row in rows]


def outlines() -> Drawing | None:
    """The drawing of the pack's boundary file; None when the pack has none that can be drawn."""
    described = pack_file("pack.yaml")
    if described is None:
        return None
    name = _map_name(described.read_bytes())
    path = pack_file(name) if name else None
    if path is None:
        return None
    data = path.read_bytes()
    return _drawn(hashlib.sha256(data).hexdigest(), data)


def tile_drawing(where: list[Place]) -> Drawing:
    """Every place as a square of equal size."""
    return tiles([place.code for place in where])


@lru_cache(maxsize=4)
def _map_name(document: bytes) -> str:
    pack = yaml.safe_load(document)
    part = pack.get("map") if isinstance(pack, dict) else None
    return str(part.get("file") or "") if isinstance(part, dict) else ""


@lru_cache(maxsize=4)
def _drawn(digest: str, data: bytes) -> Drawing | None:
    try:
        return draw(data)
    except MapUnreadable:
        return None  # the page falls back to tiles, and says so


def shared_targets(plan: "Plan", month: date) -> list[SharedTarget]:
    """Targets of which some unit has a share in ``month``, in the plan's order."""
    rows = (
        IndicatorValue.objects.filter(target__plan=plan, month=month, unit__isnull=False)
        .order_by("target__order", "target_id")
        .values_list("target__code", "target__title", "target__title_en", "target__order")
        .distinct()
    )
    return [SharedTarget(code, title, title_en) for code, title, title_en, _ in rows]


def share_values(plan: "Plan", month: date, code: str) -> dict[str, ShareValue]:
    """Unit -> its part of the target ``code`` at the end of ``month``."""
    rows = IndicatorValue.objects.filter(
        target__plan=plan, target__code=code, month=month, unit__isnull=False
    ).values_list("unit__code", "value", "goal", "progress", "light", "target__measure_word")
    return {row[0]: ShareValue(*row) for row in rows}
