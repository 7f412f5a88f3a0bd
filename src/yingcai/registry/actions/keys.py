"""Wrapping the keys of subjects and of imported files anew, after a new wrapping key was made.

Values stay as they are.
"""

from datetime import datetime

from django.db import transaction

from yingcai.audit.actions import record
from yingcai.registry.keys import key_ring
from yingcai.registry.models import FileKey, ImportKey, SubjectKey

BATCH = 1000


def rewrap_keys(*, now: datetime) -> int:
    """Wrap every key that an old wrapping key wraps; how many. Safe to stop and to repeat."""
    ring, done = key_ring(), 0
    while True:
        old = SubjectKey.objects.exclude(key_id=ring.current).select_related("subject")
        rows = list(old.order_by("id")[:BATCH])
        if not rows:
            return done + _rewrap_imports(now) + _rewrap_files(now)
        with transaction.atomic():
            for row in rows:
                handle = str(row.subject.handle)
                key = ring.unwrap(bytes(row.wrapped), row.key_id, handle)
                row.wrapped, row.key_id = ring.wrap(key, handle)
            SubjectKey.objects.bulk_update(rows, ["wrapped", "key_id"])
            details = {"rows": len(rows), "key": ring.current}
            record("key.rewrapped", SubjectKey, actor=None, details=details, at=now)
        done += len(rows)


def _rewrap_imports(now: datetime) -> int:
    """The keys of files that are still in quarantine; there are few."""
    ring = key_ring()
    rows = list(ImportKey.objects.exclude(key_id=ring.current).select_related("batch"))
    with transaction.atomic():
        for row in rows:
            bound = f"import/{row.batch.handle}"
            key = ring.unwrap(bytes(row.wrapped), row.key_id, bound)
            row.wrapped, row.key_id = ring.wrap(key, bound)
            row.save(update_fields=["wrapped", "key_id"])
        if rows:
            details = {"rows": len(rows), "key": ring.current}
            record("key.rewrapped", ImportKey, actor=None, details=details, at=now)
    return len(rows)


def _rewrap_files(now: datetime) -> int:
    """The keys of files that other apps hold for a while."""
    ring = key_ring()
    rows = list(FileKey.objects.exclude(key_id=ring.current))
    with transaction.atomic():
        for row in rows:
            key = ring.unwrap(bytes(row.wrapped), row.key_id, row.bound)
            row.wrapped, row.key_id = ring.wrap(key, row.bound)
            row.save(update_fields=["wrapped", "key_id"])
        if rows:
            details = {"rows": len(rows), "key": ring.current}
            record("key.rewrapped", FileKey, actor=None, details=details, at=now)
    return len(rows)


def keep_file_key(bound: str, key: bytes, *, now: datetime) -> None:
    """Keep the key of a sealed file, wrapped, until `destroy_file_key`. Call it in the transaction of the file."""
    wrapped, key_id = key_ring().wrap(key, bound)
    FileKey.objects.create(bound=bound, wrapped=wrapped, key_id=key_id, made_at=now)


def destroy_file_key(bound: str) -> None:
    """What was sealed under the key of this file is nothing from now on."""
    FileKey.objects.filter(bound=bound).delete()
