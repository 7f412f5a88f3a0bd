"""Publish a pack: the city's data under one digest, one version active at a time."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yingcai.audit.actions import record
from yingcai.plan.models import Pack

if TYPE_CHECKING:
    from yingcai.identity.models import User


@transaction.atomic
def publish_pack(
    document: Mapping[str, Any],
    digest: str,
    *,
    vocabulary: Mapping[str, Any] | None = None,
    archive: bytes = b"",
    actor: "User | None",
    now: datetime,
) -> Pack:
    """Make the pack with this digest the active one; safe to repeat.

    ``document`` is pack.yaml as checked by the pack loader, ``digest`` that of all its files;
    ``vocabulary`` holds `facts` and `registry`, the files of these names; ``archive`` all files
    (`engine.packs.archive`), without which nothing is decided by this pack.
    """
    known = Pack.objects.filter(digest=digest).first()
    if known is not None and known.active and (known.archive or not archive):
        return known
    Pack.objects.filter(active=True).update(active=False)
    pack, _made = Pack.objects.update_or_create(
        digest=digest,
        defaults={
            "code": document["id"],
            "version": document["version"],
            "document": dict(document),
            "vocabulary": json.loads(json.dumps(vocabulary or {}, default=str)),
            **({"archive": archive} if archive else {}),
            "active": True,
            "published_at": now,
            "published_by": actor,
        },
    )
    record("pack.published", pack, actor=actor, at=now, details={"digest": digest})
    return pack
