"""What other apps keep of a person, for the copy that he takes of himself: told by the apps that know of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.module_loading import import_string

Copied = Mapping[str, Sequence[Mapping[str, Any]]]


class Table(NamedTuple):
    """A part of the copy to be read and printed: its title, the heads of its columns, and its rows as text."""

    title: str
    heads: list[str]
    rows: list[list[str]]


# Dotted names of functions: numbers of a person's rows -> plain data by a name for it; the whole copy -> a table.
_told_by: dict[str, str] = {}


def add_to_copies(name: str, *, table: str) -> None:
    """Have each copy that a person takes of himself hold what a function of an app tells of him, and its ``table``."""
    _told_by[name] = table


def kept_elsewhere(subjects: Sequence[int]) -> dict[str, Any]:
    """What each app tells of the rows of one person. Raises: Erased, NotSealed."""
    found: dict[str, Any] = {}
    for name in _told_by:
        told: Callable[[Sequence[int]], Copied] = import_string(name)
        found.update(told(subjects))
    return found


def tables_elsewhere(copy: Mapping[str, Any]) -> list[Table]:
    """The same of a copy that was taken, as tables."""
    found = []
    for name in _told_by.values():
        told: Callable[[Mapping[str, Any]], Table] = import_string(name)
        found.append(told(copy))
    return found
