"""Checks that many files of a pack share: ids given once, days in their order."""

from collections.abc import Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem


def repeated(document: Document, key: Key, what: str, *, by: str = "id") -> Iterator[Problem]:
    """Each entry of the list at ``key`` whose ``by`` an earlier one has; no list, no problem."""
    seen: set[Any] = set()
    for i, entry in enumerate(part_of(document.value, key) or []):
        if entry[by] in seen:
            yield document.problem(f"{what} `{entry[by]}` is there twice", *key, i, by)
        seen.add(entry[by])


def part_of(value: Any, key: Key) -> Any:
    """The part of a value at ``key``; None where a name of it is left out."""
    for name in key:
        if isinstance(value, dict) and name not in value:
            return None
        value = value[name]
    return value


def backwards(document: Document, key: Key) -> Iterator[Problem]:
    """A span of days at ``key`` (`from`, `to`, each may be left out) that ends before it begins."""
    span = part_of(document.value, key) or {}
    if "from" in span and "to" in span and span["from"] > span["to"]:
        yield document.problem("`to` comes before `from`", *key, "to")
