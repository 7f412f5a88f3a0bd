"""The city of a pack: pack.yaml and units.yaml."""

from collections.abc import Iterator

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.shape import ListOf, Map, Number, Text, status

_OPTIONAL = Text(optional=True)
_STATUS = status()

PACK_SHAPE = Map(
    {
        "id": Text(),
        "version": Text(),
        "languages": ListOf(Text(choices=("zh-hans", "en"))),
        "city": Map({"name": Text(), "name_en": Text(), "short": Text()}),
        "site": Map(
            {
                "name": Text(),
                "name_en": Text(),
                "subtitle": Text(),
                "subtitle_en": Text(),
                "seal": Text(),
                "host": Text(),
                "host_en": Text(),
                "contact": Text(),
                "contact_en": _OPTIONAL,
                "site_code": Text(),
                "site_code_en": _OPTIONAL,
                "record_number": Text(),
                "record_number_en": _OPTIONAL,
                "notice": _OPTIONAL,
                "notice_en": _OPTIONAL,
            }
        ),
        "plan": Map({"text": Text(), "ledger": _OPTIONAL}),
        "lights": Map(
            {
                "yellow": Number(),
                "red": Number(),
                "not_started_red_months": Number(minimum=1),
                "status": _STATUS,
            }
        ),
        "reporting": Map(
            {
                "due_day": Number(minimum=1),
                "jump_percent": Number(minimum=1),
                "reminder_days": ListOf(Number()),
                "late_days": ListOf(Number(minimum=1), optional=True),
                "status": _STATUS,
            }
        ),
        "orders": Map(
            {
                "number_prefix": Text(),
                "yellow_after_days": Number(minimum=1),
                "red_after_days": Number(minimum=1),
                "status": _STATUS,
            },
            optional=True,
        ),
        "small_cells": Number(),
        "bulletin": Map(
            {
                "organ": Text(),
                "organ_en": Text(),
                "mark": Text(),
                "number_prefix": Text(),
                "addressee": Text(),
                "copy_to": Text(),
                "printed_by": Text(),
                "title_template": Text(),
                "status": _STATUS,
            }
        ),
        "map": Map({"file": Text(), "notice": Text(), "notice_en": Text()}, optional=True),
    }
)

KINDS = ("bureau", "county", "zone", "institution", "company", "collective")
UNITS_SHAPE = Map(
    {
        "units": ListOf(
            Map(
                {
                    "id": Text(),
                    "name": Text(),
                    "name_en": Text(),
                    "full_name": _OPTIONAL,
                    "kind": Text(choices=KINDS),
                    "division": _OPTIONAL,
                    "parent": _OPTIONAL,
                    "members": ListOf(Text(), optional=True),
                    "aliases": ListOf(Text(), optional=True),
                }
            )
        )
    }
)


def check_units(document: Document) -> Iterator[Problem]:
    """Units have names of their own, and those whom they name exist."""
    yield from _check_names(document)
    yield from _check_relations(document)


def _check_names(document: Document) -> Iterator[Problem]:
    """Ids are unique, and a printed name stands for one unit only."""
    ids: set[str] = set()
    names: dict[str, str] = {}
    for i, unit in enumerate(document.value["units"]):
        if unit["id"] in ids:
            yield document.problem(f"unit id `{unit['id']}` is used twice", "units", i, "id")
        ids.add(unit["id"])
        for name in [unit["name"], *unit.get("aliases", [])]:
            if names.setdefault(name, unit["id"]) != unit["id"]:
                yield document.problem(
                    f"{name!r} names both `{names[name]}` and `{unit['id']}`", "units", i
                )


def _check_relations(document: Document) -> Iterator[Problem]:
    """Parents and members exist, and a collective has members."""
    units = document.value["units"]
    ids = {unit["id"] for unit in units}
    for i, unit in enumerate(units):
        others = [*unit.get("members", []), *filter(None, [unit.get("parent")])]
        for other in others:
            if other not in ids:
                yield document.problem(f"there is no unit `{other}`", "units", i)
        if unit["kind"] == "collective" and not unit.get("members"):
            yield document.problem(f"collective `{unit['id']}` has no members", "units", i)
