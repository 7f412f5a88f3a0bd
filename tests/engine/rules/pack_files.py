"""The pack of the repository as plain dictionaries, for tests: read without any of the engine."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.engine.rules.random_rules import World
from tests.engine.rules.random_text import Near

_PACKS = Path(__file__).resolve().parents[3] / "packs"
_EXTRA = {"source": "sources", "status": "statuses"}  # columns of a CSV file that are no keys


@cache
def pack_world() -> tuple[World, tuple[dict[str, Any], ...]]:
    """The vocabulary, programmes and catalogue of the only pack, and its counties and zones."""
    (folder,) = (path.parent for path in _PACKS.glob("*/facts.yaml"))
    index = _read(folder / "catalogue/index.yaml")
    editions = [
        _read(path)
        for path in sorted((folder / "catalogue").glob("*.yaml"))
        if path.name != "index.yaml"
    ]
    programmes = [_programme(path) for path in sorted((folder / "programmes").glob("*.yaml"))]
    divisions = tuple(
        unit for unit in _read(folder / "units.yaml")["units"] if unit["kind"] in ("county", "zone")
    )
    near = Near()
    near.words["divisions"] = [unit["id"] for unit in divisions]
    near.words["honours"] = list(
        dict.fromkeys(item["id"] for edition in editions for item in edition["items"])
    )
    catalogue = {"index": index, "editions": editions}
    return World(_read(folder / "facts.yaml"), programmes, catalogue, near), divisions


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return loaded


def _programme(path: Path) -> dict[str, Any]:
    programme = _read(path)
    for holder in (programme, *programme.get("versions", [])):
        for table in holder.get("tables", {}).values():
            if "file" in table:
                _fill(table, path.with_name(f"{programme['programme']}.{table['file']}"), path)
    return programme


def _fill(table: dict[str, Any], file: Path, programme: Path) -> None:
    """Put the rows of a CSV file in place, its sources and statuses apart."""
    path = file if file.exists() else programme.with_name(table["file"])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        columns, *rows = (row for row in csv.reader(stream) if row)
    width = len(columns) - sum(name in columns for name in _EXTRA)
    table["columns"], table["rows"] = columns[:width], [row[:width] for row in rows]
    for name, key in _EXTRA.items():
        if name in columns:
            table[key] = [row[columns.index(name)] for row in rows]
