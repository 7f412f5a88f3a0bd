"""A plan that somebody sends, read in a process apart: its text, and the reading as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from yingcai.engine.apart.parent import BOUNDS, MEMORY, TIME, Stopped, apart
from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.model import Source
from yingcai.engine.reading.read import read_plan
from yingcai.engine.reading.refusals import refused
from yingcai.engine.reading.source import SourceText, load_text
from yingcai.engine.reading.units import UnitNames


@dataclass(frozen=True, slots=True)
class Sent:
    """What a file says. ``document`` has the shape of ``schema.json``."""

    source: SourceText
    document: dict[str, Any]


def read_sent(data: bytes, *, name: str, units: Mapping[str, str]) -> Sent:
    """`load_text` and `read_plan` for the file of a stranger. ``units``: ids by their names.

    Raises: ReadingError.
    """
    given = {"name": name, "units": dict(units)}
    try:
        told = next(apart(f"{__name__}:{told_plan.__name__}", [data], given))
    except Stopped as stopped:
        raise _stopped(stopped.reason, name) from None
    if "code" in told:
        raise refused(told["code"], where=told["where"], **told["places"])
    source = told["source"]
    kept = {**source, "notes": tuple(source["notes"]), "source": Source(**source["source"])}
    return Sent(SourceText(**kept), told["document"])


def told_plan(data: bytes, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What runs apart: everything about the file, or why it is refused."""
    try:
        source = load_text(data, name=given["name"])
        reading = read_plan(source.text, units=UnitNames(given["units"]))
    except ReadingError as error:
        yield {"code": error.code, "where": error.where, "places": error.places}
        return
    yield {"source": asdict(source), "document": reading.as_dict()}


def _stopped(reason: str, name: str) -> ReadingError:
    code = {MEMORY: "plan-heavy", TIME: "plan-slow"}.get(reason, "plan-broken")
    return refused(code, where=name, most=BOUNDS.seconds)
