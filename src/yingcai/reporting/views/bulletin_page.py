"""A snapshot as the page of a bulletin shows it: decimals, names in the page's language. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from yingcai.reporting.bulletin.snapshot import LAGGARDS, Json
from yingcai.reporting.bulletin.texts import foreign_numbers
from yingcai.reporting.documents import COUNT_LIGHTS, HEADINGS, document_number, unit_lines
from yingcai.reporting.models import Bulletin
from yingcai.reporting.queries.bulletins import BLOCK_TITLES

DECIMALS = (
    "value",
    "goal",
    "expected",
    "progress",
    "gap",
    "change",
    "share",
    "share_change",
    "time",
)
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Section:
    """One part of the bulletin: its heading, its paragraphs, and which tables stand under them."""

    name: str
    number: str
    heading: str
    paragraphs: list[str]


def frozen_of(bulletin: Bulletin, *, on: date, head: Json) -> Json:
    """The snapshot with texts and head: as frozen, or for a draft as it would be published today."""
    if bulletin.status == Bulletin.Status.PUBLISHED:
        snapshot: Json = bulletin.snapshot
        return snapshot
    texts = {name: block["text"] for name, block in bulletin.blocks.items()}
    return {
        **bulletin.snapshot,
        "texts": texts,
        "head": {**head, "year": on.year, "issue": bulletin.issue, "issued_on": on.isoformat()},
    }


def page_of(frozen: Json) -> dict[str, Any]:
    """Everything the template of a bulletin needs, as plain values."""
    rows = {row["code"]: row for row in frozen["rows"]}
    return {
        "title": frozen["texts"]["title"],
        "head": frozen["head"],
        "number": document_number(frozen["head"]),
        "issued_on": date.fromisoformat(frozen["head"]["issued_on"]),
        "month": date.fromisoformat(f"{frozen['month']}-01"),
        "plan": frozen["plan"],
        "overall": _counts(frozen["overall"]),
        "last": _counts(frozen["overall"]["last"]) if frozen["overall"]["last"] else None,
        "lights": COUNT_LIGHTS,
        "sections": list(_sections(frozen)),
        "units": _ranking(frozen, "units"),
        "counties": _ranking(frozen, "counties"),
        "headlines": _headlines(frozen, rows),
        "highlights": [target_row(frozen, rows[item["code"]]) for item in frozen["highlights"]],
        "laggards": [
            target_row(frozen, rows[item["code"]]) for item in frozen["laggards"][:LAGGARDS]
        ],
        "orders": [
            {**order, "unit_name": name_of(frozen, order["unit"])} for order in frozen["orders"]
        ],
    }


def annex_targets(frozen: Json) -> list[dict[str, Any]]:
    """Annex 1: every target of the city."""
    return [target_row(frozen, row) for row in frozen["rows"]]


def annex_units(frozen: Json) -> list[dict[str, Any]]:
    """Annex 2: every unit with its targets."""
    units: dict[str, list[dict[str, Any]]] = {}
    for unit, row in unit_lines(frozen):
        units.setdefault(unit, []).append(target_row(frozen, row))
    return [
        {"code": code, "name": name_of(frozen, code), "rows": rows} for code, rows in units.items()
    ]


def target_row(frozen: Json, row: Json) -> dict[str, Any]:
    """A target's figures as decimals, with the names of its lead units."""
    english = row["title_en"] if get_language() == "en" else ""
    gap = row["gap"]
    return {
        **_decimals(row),
        "title": english or row["title"],
        "lead_names": [name_of(frozen, unit) for unit in row["leads"]],
        "ahead": None if gap is None else -Decimal(gap),
    }


def edit_blocks(bulletin: Bulletin, posted: dict[str, str]) -> list[dict[str, Any]]:
    """Each text as the editing page shows it: words, generated words, numbers to look at."""
    known = list(_figures(bulletin.snapshot))
    return [
        {
            "name": name,
            "label": label,
            "text": posted.get(name, bulletin.blocks[name]["text"]),
            "generated": bulletin.blocks[name]["generated"],
            "edited": bulletin.blocks[name]["text"] != bulletin.blocks[name]["generated"],
            "foreign": foreign_numbers(
                bulletin.blocks[name]["text"], bulletin.blocks[name]["generated"], known
            ),
            "lines": min(24, 2 + bulletin.blocks[name]["text"].count("\n") * 2),
        }
        for name, label in BLOCK_TITLES.items()
        if name in bulletin.blocks
    ]


def doubtful_numbers(bulletin: Bulletin) -> list[str]:
    """Numbers in edited words that are no figure of the month; shown before publication."""
    return [number for block in edit_blocks(bulletin, {}) for number in block["foreign"]]


def name_of(frozen: Json, unit: str) -> str:
    """A unit's name in the language of the page."""
    name, english = frozen["names"].get(unit, [unit, ""])
    return str(english or name) if get_language() == "en" else str(name)


def _figures(snapshot: Json) -> Iterator[str]:
    for row in [*snapshot["rows"], *snapshot["units"], *snapshot["counties"]]:
        yield from (str(row[key]) for key in DECIMALS if row.get(key) is not None)


def _sections(frozen: Json) -> Iterator[Section]:
    for number, (name, heading) in zip(NUMERALS, HEADINGS, strict=False):
        yield Section(name, number, heading, frozen["texts"][name].split("\n"))


def _ranking(frozen: Json, key: str) -> list[dict[str, Any]]:
    return [{**_counts(row), "name": name_of(frozen, row["unit"])} for row in frozen[key]]


def _counts(counts: Json) -> dict[str, Any]:
    return {
        **_decimals(counts),
        "light_counts": [(light, counts["lights"][light]) for light in COUNT_LIGHTS],
    }


def _headlines(frozen: Json, rows: dict[str, Json]) -> dict[str, Any]:
    shares = {(row["code"], row["unit"]): row for row in frozen["shares"]}
    codes = [code for code in frozen["headlines"] if code in rows]
    return {
        "targets": [target_row(frozen, rows[code]) for code in codes],
        "rows": [
            {
                "unit": county["unit"],
                "name": name_of(frozen, county["unit"]),
                "cells": [
                    {**_decimals(share), "word": rows[code]["word"]} if share else None
                    for code in codes
                    for share in [shares.get((code, county["unit"]))]
                ],
            }
            for county in frozen["counties"]
        ],
    }


def _decimals(row: Json) -> dict[str, Any]:
    return {
        key: Decimal(value) if key in DECIMALS and value is not None else value
        for key, value in row.items()
    }


def decimals_of(rows: Iterable[Json]) -> list[dict[str, Any]]:
    """Rows of a snapshot with their figures as decimals."""
    return [_decimals(row) for row in rows]
