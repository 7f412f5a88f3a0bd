"""What the compiler reads: a pack's files as plain data, and how it says what is wrong.

The packs layer reads the files and checks their shapes; the compiler trusts shapes, not contents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str | int, ...]


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
