"""Load a pack's folder: all of it or the list of everything that is wrong with it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import (
    Document,
    ListOf,
    Map,
    Number,
    Problem,
    Text,
    check,
    load_document,
)

_OPTIONAL = Text(optional=True)
_STATUS = Text(choices=("sample", "rule"), optional=True)

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
                "record_number": Text(),
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


@dataclass(frozen=True)
class Pack:
    """A valid pack: its documents as plain values and the digest of every file in it."""

    folder: Path
    digest: str
    pack: dict[str, Any]
    units: list[dict[str, Any]]


def find_pack(folder: Path) -> Path:
    """The pack at ``folder``, or the only pack in it.

    Raises: FileNotFoundError saying what was looked for.
    """
    if (folder / "pack.yaml").is_file():
        return folder
    found = sorted(path.parent for path in folder.glob("*/pack.yaml"))
    if len(found) != 1:
        raise FileNotFoundError(
            f"{folder} holds {len(found)} packs; name one folder that has a pack.yaml"
        )
    return found[0]


def load_pack(folder: Path) -> tuple[Pack | None, list[Problem]]:
    """Read and check a whole pack; with any problem there is no pack, only the problems."""
    pack, problems = load_document(folder / "pack.yaml", name="pack.yaml")
    units, more = load_document(folder / "units.yaml", name="units.yaml")
    problems = problems + more
    if pack is not None:
        problems += [*check(pack, PACK_SHAPE)]
    if units is not None:
        shape_problems = [*check(units, UNITS_SHAPE)]
        problems += shape_problems or [*_check_units(units)]
    if pack is None or units is None or problems:
        return None, sorted(problems)
    problems = [*_check_files(folder, pack)]
    if problems:
        return None, sorted(problems)
    return Pack(folder, digest_of(folder), pack.value, units.value["units"]), []


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of the pack, in order of name."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _check_files(folder: Path, pack: Document) -> Iterator[Problem]:
    named = [("plan", "text"), ("plan", "ledger"), ("map", "file")]
    for section, key in named:
        name = pack.value.get(section, {}).get(key)
        if name is None:
            continue
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            yield pack.problem(f"`{name}` leads out of the pack", section, key)
        elif not path.is_file():
            yield pack.problem(f"there is no file `{name}` in the pack", section, key)


def _check_units(document: Document) -> Iterator[Problem]:
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
