"""What the compiler reads: a pack's files as plain data, and how it says what is wrong.

The packs layer reads the files and checks their shapes; the compiler trusts shapes, not contents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str | int, ...]

_VERSION_KEYS = (
    "window", "conditions", "steps", "amount", "result", "parameters", "tables", "source", "status",
)  # fmt: skip
# What stands above `versions`: replaced by a version's own, or joined with it by name or in a list.
_SHARED = ("amount", "result", "source", "status")
_NAMED = ("parameters", "tables")
_LISTED = ("conditions", "steps")


@dataclass(frozen=True)
class RuleProblem:
    """One thing wrong: the file as the source names it, the way to the value, and the words."""

    file: str
    key: Key
    text: str


@dataclass(frozen=True)
class SourceFile:
    """A file of a pack: its name for problems, and its contents as plain values."""

    name: str
    value: Mapping[str, Any]


@dataclass(frozen=True)
class RuleSource:
    """Everything that rules are made of.

    ``facts`` is facts.yaml. ``programmes`` in order of file name; a table read from a CSV file
    stands in its programme as an inline one (``columns``, ``rows`` of cells, and where the file has
    them ``sources`` and ``statuses`` of rows). ``domains``: for ``values_from``, the values of an
    enum with their words. ``catalogue`` is catalogue/index.yaml, ``editions`` the other files there.
    """

    facts: SourceFile
    programmes: Sequence[SourceFile]
    domains: Mapping[str, Sequence[tuple[str, Mapping[str, str]]]] = field(default_factory=dict)
    catalogue: SourceFile | None = None
    editions: Sequence[SourceFile] = ()


def versions_of(entry: Mapping[str, Any]) -> Sequence[tuple[Key, Mapping[str, Any]]]:
    """Each version's place in the file and its form, with what stands above all versions."""
    versions = entry.get("versions")
    if versions is None:
        return [((), {key: entry[key] for key in _VERSION_KEYS if key in entry})]
    shared = {key: entry[key] for key in _SHARED if key in entry}
    return [
        (
            ("versions", place),
            {
                **shared,
                **form,
                **{key: {**entry.get(key, {}), **form.get(key, {})} for key in _NAMED},
                **{key: [*entry.get(key, []), *form.get(key, [])] for key in _LISTED},
            },
        )
        for place, form in enumerate(versions)
    ]


def place_of(key: Key, entry: Mapping[str, Any], inner: Key) -> Key:
    """The way to a value from the top of the file: some of a version stands above all versions.

    ``key`` is the version's place, () where there are none; ``inner`` the way from there.
    """
    if not key or not inner:
        return (*key, *inner)
    name = str(inner[0])
    own = entry["versions"][key[1]]
    if name in _SHARED and name not in own:
        return inner
    if name in _NAMED and len(inner) > 1 and inner[1] not in own.get(name, {}):
        return inner
    if name in _LISTED and len(inner) > 1:
        shared = len(entry.get(name, []))
        place = int(inner[1])
        return inner if place < shared else (*key, name, place - shared, *inner[2:])
    return (*key, *inner)
