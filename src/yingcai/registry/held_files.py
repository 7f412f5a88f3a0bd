"""Sealed files in the folder of evidence that rows of other apps name: told by the apps that know of them."""

from collections.abc import Callable, Collection, Iterable

from django.utils.module_loading import import_string

# Dotted names of functions: names of files -> those of them that a row of the app names.
_told_by: list[str] = []


def ask_about_files(name: str) -> None:
    """Have the sweep ask a function of an app which files are still its own: the others are taken away."""
    if name not in _told_by:
        _told_by.append(name)


def held_elsewhere(names: Collection[str]) -> set[str]:
    """Those of some files that other apps hold."""
    found: set[str] = set()
    for name in _told_by:
        told: Callable[[Collection[str]], Iterable[str]] = import_string(name)
        found.update(told(names))
    return found
