"""Boundaries of divisions (GeoJSON) as SVG paths, and as tiles without boundaries. Pure.

Degrees become drawing units by an equirectangular projection with the cosine of the middle
latitude, which is true enough for one city. Coordinates are floats: they are drawn, not counted.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 720
MARGIN = 12
MAX_POINTS = 200_000
TILE, GAP = 132, 12
COLUMNS = 4

Ring = Sequence[Sequence[float]]


class MapUnreadable(ValueError):
    """The boundary file cannot be drawn; the message says what is wrong with it."""


@dataclass(frozen=True)
class Outline:
    """One division: its GB/T 2260 code, its SVG path, and where its label stands."""

    code: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    outlines: tuple[Outline, ...]


def draw(data: bytes) -> Drawing:
    """The divisions of a GeoJSON FeatureCollection, larger ones first.

    Raises: MapUnreadable when the file is no such collection or is too large to draw.
    """
    features = list(_features(data))
    points = [point for _, rings, _ in features for ring in rings for point in ring]
    if not points or len(points) > MAX_POINTS:
        raise MapUnreadable(f"{len(points)} points; a map has 1 to {MAX_POINTS}")
    projection = _Projection.of(points)
    outlines = tuple(
        Outline(code, _path(rings, projection), *map(round, projection.at(*label)))
        for code, rings, label in features
    )
    return Drawing(WIDTH, math.ceil(projection.height), outlines)


def tiles(codes: Sequence[str]) -> Drawing:
    """One square a place, in the order given: a view that draws no boundary at all."""
    rows = max(1, math.ceil(len(codes) / COLUMNS))
    outlines = []
    for position, code in enumerate(codes):
        row, column = divmod(position, COLUMNS)
        left, top = MARGIN + column * (TILE + GAP), MARGIN + row * (TILE + GAP)
        path = f"M{left} {top}h{TILE}v{TILE}h-{TILE}Z"
        outlines.append(Outline(code, path, left + TILE // 2, top + TILE // 2))
    width = 2 * MARGIN + COLUMNS * (TILE + GAP) - GAP
    height = 2 * MARGIN + rows * (TILE + GAP) - GAP
    return Drawing(width, height, tuple(outlines))


@dataclass(frozen=True)
class _Projection:
    west: float
    north: float
    across: float  # drawing units a degree of longitude
    along: float
    height: float

    @classmethod
    def of(cls, points: Iterable[Sequence[float]]) -> "_Projection":
        longitudes, latitudes = zip(*((p[0], p[1]) for p in points), strict=True)
        west, east = min(longitudes), max(longitudes)
        south, north = min(latitudes), max(latitudes)
        squeeze = math.cos(math.radians((south + north) / 2))
        along = (WIDTH - 2 * MARGIN) / max((east - west) * squeeze, 1e-9)
        return cls(west, north, along * squeeze, along, 2 * MARGIN + (north - south) * along)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (
            MARGIN + (longitude - self.west) * self.across,
            MARGIN + (self.north - latitude) * self.along,
        )


def _path(rings: list[Ring], projection: _Projection) -> str:
    pieces = []
    for ring in rings:
        points = [projection.at(point[0], point[1]) for point in ring[:-1]]
        pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(pieces)


def _features(data: bytes) -> Iterator[tuple[str, list[Ring], tuple[float, float]]]:
    try:
        collection = json.loads(data)
        for feature in collection["features"]:
            properties, geometry = feature["properties"], feature["geometry"]
            rings = list(_rings(geometry))
            label = properties.get("centroid") or properties.get("center") or rings[0][0]
            yield str(properties["adcode"]), rings, (float(label[0]), float(label[1]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise MapUnreadable(f"not a collection of divisions: {error!r}") from error


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    parts = geometry["coordinates"]
    for polygon in parts if geometry["type"] == "MultiPolygon" else [parts]:
        for ring in polygon:
            if len(ring) < 4 or any(not math.isfinite(value) for p in ring for value in p[:2]):
                raise MapUnreadable("a ring needs four points of finite degrees")
            yield ring
