"""For whom an actor stands in: told by the apps that know of leave cover."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.module_loading import import_string

# Dotted names of functions (login, day) -> numbers of the logins that it stands in for.
_told_by: list[str] = []


def ask_about_covers(name: str) -> None:
    """Have every audit row say for whom its actor stands in, as a function of an app answers."""
    if name not in _told_by:
        _told_by.append(name)


def stood_in_for(actor: Any, on: date) -> list[str]:
    """Asked once for a login at hand and a day, for one act may leave many rows."""
    known: dict[date, list[str]] = vars(actor).setdefault("_stands_in_for", {})
    if on not in known:
        known[on] = sorted({str(pk) for name in _told_by for pk in _ask(name, actor, on)})
    return known[on]


def _ask(name: str, actor: Any, on: date) -> Iterable[int]:
    told: Callable[[Any, date], Iterable[int]] = import_string(name)
    return told(actor, on)
