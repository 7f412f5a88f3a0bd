"""Where one case stands: plain immutable values that go to JSON and back unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

from yingcai.engine.workflow.model import Seat

LATER = frozenset({"apart"})  # fields that states of earlier releases lack
OPEN, AGREED, REFUSED, SILENT, DROPPED = "open", "agreed", "refused", "silent", "dropped"


@dataclass(frozen=True)
class Task:
    """One voice that a stage waits for, and what became of it.

    ``person``: whose task it is; empty: of whoever holds the seat. ``delegate`` may act for that
    person. ``behind``: the natural persons who answer for what was said: who said it, and for whom.
    ``given_by``: the persons who handed it on or added it, in order. ``added``: one voice more than
    the file asks. ``kept``: said on an earlier stay.
    """

    seat: Seat
    person: str = ""
    delegate: str = ""
    given_by: tuple[str, ...] = ()
    verdict: str = OPEN
    by: str = ""
    behind: tuple[str, ...] = ()
    on: date | None = None
    reason: str = ""
    added: bool = False
    kept: bool = False

    @property
    def spoken(self) -> bool:
        return bool(self.behind)


@dataclass(frozen=True)
class Objection:
    """An objection to what was published (异议); ``settled``: empty, upheld or dismissed."""

    person: str
    reason: str
    on: date
    settled: str = ""
    by: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Visit:
    """One stay in a stage. ``came``: from which stage; ``back``: by a return, a refusal or an objection."""

    stage: str
    entered: date
    tasks: tuple[Task, ...] = ()
    came: str = ""
    back: bool = False
    left: date | None = None
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class Standstill:
    """The clock of the whole stands still, with the reason that the applicant is told.

    ``reason``: one of the file's, or the name of a stage that pauses. ``until`` is empty while it lasts.
    """

    reason: str
    since: date
    until: date | None = None
    by: str = ""


@dataclass(frozen=True)
class Notice:
    """What was said to be missing (补正通知), by which stage."""

    stage: str
    items: tuple[str, ...]
    on: date


@dataclass(frozen=True)
class State:
    """``parties``: the units that `lead`, `joint` and `county` stand for. ``own``: whose case it is.

    ``apart``: the natural persons who acted in the case that this one is about.
    ``counted_from``: the day after which the clock of the whole counts. ``version`` goes up by one
    with every act.
    """

    workflow: str
    digest: str
    parties: dict[str, tuple[str, ...]]
    own: tuple[str, ...]
    opened: date
    last: date
    visits: tuple[Visit, ...]
    version: int = 0
    counted_from: date | None = None
    standstills: tuple[Standstill, ...] = ()
    notices: tuple[Notice, ...] = ()
    apart: tuple[str, ...] = ()

    @property
    def here(self) -> Visit:
        return self.visits[-1]

    @property
    def paused(self) -> Standstill | None:
        """The standstill that somebody ordered and that still lasts."""
        last = self.standstills[-1] if self.standstills else None
        return last if last and last.by and last.until is None else None


def plain(value: Any) -> Any:
    """Dataclasses, tuples and days as values of JSON."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def state_of(value: Mapping[str, Any]) -> State:
    """The state that ``plain`` wrote. Raises: KeyError where something lacks."""
    found: State = _read(State, value)
    return found


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        there = [name for name in hints if name in value or name not in LATER]
        return kind(**{name: _read(hints[name], value[name]) for name in there})
    if kind is Seat:
        return Seat(*value)
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        return tuple(_read(inner[0], one) for one in value)
    if get_origin(kind) is dict:
        return {key: _read(inner[1], one) for key, one in value.items()}
    if date in (kind, *inner) and value is not None:
        return date.fromisoformat(value)
    return value
