"""A sealed audit, small and boring, and its export as lines."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection

from yingcai.audit.actions import make_root, seal
from yingcai.audit.export import export_lines, span_of
from yingcai.audit.keys import key_file
from yingcai.audit.models import Event
from yingcai.verifier import verify_audit

NOW = datetime(2018, 6, 8, 4, tzinfo=UTC)
TODAY = date(2018, 6, 8)


def make_events(count: int, *, step: int = 3) -> list[Event]:
    """Rows a minute apart; their numbers have gaps, as after transactions that were undone."""
    highest = max(Event.objects.values_list("pk", flat=True), default=0)
    there = Event.objects.count()
    made = Event.objects.bulk_create(
        Event(
            pk=highest + step * (n + 1 - there),
            at=NOW + timedelta(minutes=n),
            written_at=NOW + timedelta(minutes=n),
            action="unit.changed" if n % 3 else "account.created",
            object_type="identity.unit",
            object_id=str(1000 + n),
            details={"fields": ["name", "order"], "n": n, "rate": n / 8, "名": "值"},
            request_id=f"request-{n}",
        )
        for n in range(there, there + count)
    )
    # Rows that the product writes next get numbers behind these.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Event]):
            cursor.execute(statement)
    return made


def make_sealed(days: Sequence[int] = (20, 20, 20)) -> None:
    """A day for each number, of so many rows, each sealed and closed with a root."""
    for n, count in enumerate(days):
        rows = make_events(count)
        sealed_at = rows[-1].at + timedelta(seconds=20)
        seal(now=sealed_at, whole=True)
        make_root(TODAY + timedelta(days=n), now=sealed_at + timedelta(seconds=1))


def export(
    since: date | None = None, until: date | None = None, *, now: datetime = NOW
) -> list[str]:
    return list(export_lines(span_of(since, until), now=now + timedelta(days=1)))


def check(lines: Sequence[str], *, keyless: bool = False) -> verify_audit.Report:
    """What the verifier says with the keys of this installation."""
    keys = {} if keyless else verify_audit.read_keys(key_file())
    return verify_audit.verify(lines, keys, [])


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and published roots of this test alone."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path
