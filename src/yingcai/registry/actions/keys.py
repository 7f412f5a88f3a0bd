"""Wrapping the keys of subjects anew, after a new wrapping key was made. Values stay as they are."""

from datetime import datetime

from django.db import transaction

from yingcai.audit.actions import record
from yingcai.registry.keys import key_ring
from yingcai.registry.models import SubjectKey

BATCH = 1000


def rewrap_keys(*, now: datetime) -> int:
    """Wrap every key that an old wrapping key wraps; how many. Safe to stop and to repeat."""
    ring, done = key_ring(), 0
    while True:
        old = SubjectKey.objects.exclude(key_id=ring.current).select_related("subject")
        rows = list(old.order_by("id")[:BATCH])
        if not rows:
            return done
        with transaction.atomic():
            for row in rows:
                handle = str(row.subject.handle)
                key = ring.unwrap(bytes(row.wrapped), row.key_id, handle)
                row.wrapped, row.key_id = ring.wrap(key, handle)
            SubjectKey.objects.bulk_update(rows, ["wrapped", "key_id"])
            details = {"rows": len(rows), "key": ring.current}
            record("key.rewrapped", SubjectKey, actor=None, details=details, at=now)
        done += len(rows)
