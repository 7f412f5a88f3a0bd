"""Publish a checked pack and its units in one go."""

import sys

from django.db import transaction

from yingcai.audit import clock
from yingcai.engine.packs.archive import pack_archive
from yingcai.engine.packs.load import Pack
from yingcai.identity.actions.units import load_units
from yingcai.identity.errors import InvalidUnits
from yingcai.plan.actions.packs import publish_pack


def publish(pack: Pack) -> int:
    """Make ``pack`` the active one and load its units; all or nothing. Exit code."""
    now = clock.now()
    try:
        with transaction.atomic():
            publish_pack(
                pack.pack,
                pack.digest,
                vocabulary=pack.vocabulary,
                archive=pack_archive(pack.folder),
                actor=None,
                now=now,
            )
            loaded = load_units(pack.units, actor=None, now=now)
    except InvalidUnits as error:
        sys.stderr.write(f"units.yaml: {error}\n")
        return 1
    counts = (
        f"{len(loaded.created)} new, {len(loaded.changed)} changed, {len(loaded.retired)} retired"
    )
    sys.stdout.write(
        f"{pack.pack['id']} {pack.pack['version']} sha256:{pack.digest[:12]} · units: {counts}\n"
    )
    return 0
