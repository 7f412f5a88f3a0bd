"""The journal of erasures outside the database: whom a restored backup must not bring back.

One line of JSON an erasure: the handle, when, on which ground; nothing of the person. A line is never
taken out. The file lies beside the database and is copied elsewhere like the roots of the audit.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from yingcai.audit.durable import sync_folder
from yingcai.audit.secret_file import put_in_place
from yingcai.registry.models import Erasure


@dataclass(frozen=True)
class Line:
    """One erasure; ``reason`` is a ground of the pack."""

    handle: UUID
    at: datetime
    reason: str


def journal() -> list[Line]:
    """Every erasure that the table or the file tells, the oldest first."""
    told = {line.handle: line for line in (*_in_file(), *_in_table())}
    return sorted(told.values(), key=lambda line: (line.at, line.handle))


def keep_journal() -> None:
    """Write the lines that the file lacks; on disk when this returns."""
    lines, held = journal(), {line.handle for line in _in_file()}
    if {line.handle for line in lines} <= held:
        return
    path = Path(settings.ERASURES)
    path.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(path, "".join(f"{_written(line)}\n" for line in lines))
    sync_folder(path.parent)


def _in_table() -> Iterable[Line]:
    rows = Erasure.objects.values_list("handle", "at", "reason")
    return (Line(*row) for row in rows)


def _in_file() -> list[Line]:
    path = Path(settings.ERASURES)
    if not path.exists():
        return []
    return [_read(json.loads(text)) for text in path.read_text("ascii").splitlines() if text]


def _read(told: dict[str, str]) -> Line:
    at = datetime.fromisoformat(told["at"])
    return Line(UUID(told["handle"]), at, told["reason"])


def _written(line: Line) -> str:
    return json.dumps(asdict(line), default=str)
