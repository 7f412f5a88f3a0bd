"""Until when subjects are busy with matters of other apps: told by the apps that know of them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.utils.module_loading import import_string

ENDLESS = date.max  # something is still under way
# Dotted names of functions: numbers of subjects -> pairs of such a number and its last busy day.
_told_by: list[str] = []


def ask_about_activity(name: str) -> None:
    """Have terms and erasures ask a function of an app what it still does for some subjects."""
    if name not in _told_by:
        _told_by.append(name)


def busy_until(subjects: Sequence[int]) -> Iterable[tuple[int, date]]:
    """The last busy day of some subjects by each app; `ENDLESS` while something runs."""
    for name in _told_by:
        told: Callable[[Sequence[int]], Iterable[tuple[int, date]]] = import_string(name)
        yield from told(subjects)


def is_busy(subjects: Sequence[int]) -> bool:
    """Whether something is still under way for one of some subjects."""
    return any(last == ENDLESS for _, last in busy_until(subjects))
