"""Sealing: every committed row gets its link in the chain.

Two sealers may run at once: a link's position is unique, so of two that go on from the same link one
writes and the other begins again. Links and roots leave no audit row of their own, for that row would
need a link in its turn.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit.canonical import (
    START,
    LinkFields,
    RootFields,
    Row,
    link_digest,
    link_seal,
    moment,
    root_digest,
    root_seal,
    row_digest,
)
from yingcai.audit.errors import NothingSealed
from yingcai.audit.keys import Ring, key_ring
from yingcai.audit.models import Link, Root
from yingcai.audit.queries import NEAR, newest_link, newest_root
from yingcai.audit.rows import BATCH, read_rows, unsealed

LIMIT = 1_000_000
MOST_CLASHES = 50


def seal(*, now: datetime, limit: int = LIMIT, whole: bool = False) -> int:
    """Link committed rows that have no link yet, in the order of their numbers; how many were linked.

    ``whole`` looks through the whole table and not only near its end. Each batch is a transaction of its own.

    Raises: KeyMissing; IntegrityError when the database refuses links for another reason than a second sealer.
    """
    last = newest_link()
    ring = key_ring(used=last.key if last else "")
    after = 0 if whole or last is None else max(last.event_id - NEAR, 0)
    done = clashes = 0
    while done < limit:
        rows = read_rows(unsealed(after=after)[: min(BATCH, limit - done)])
        if not rows:
            break
        links = _links(rows, last, ring=ring, now=now)
        try:
            with transaction.atomic():
                Link.objects.bulk_create(links)
        except IntegrityError:
            clashes += 1
            if clashes > MOST_CLASHES:
                raise
            last = newest_link()
            continue
        last, after = links[-1], rows[-1].id
        done += len(rows)
    return done


def close_day(day: date, *, now: datetime) -> Root | None:
    """Seal all and make the root of ``day``, which is over, unless it or a later one is there; safe to repeat.

    Raises: KeyMissing.
    """
    newest = newest_root()
    if newest and newest.day >= day:
        return None
    seal(now=now, whole=True)
    if newest_link() is None:
        return None
    try:
        return make_root(day, now=now)
    except IntegrityError:  # another process made it
        return None


def make_root(day: date, *, now: datetime) -> Root:
    """Make one more root of the chain as it stands; ``day`` is the last day that is over.

    Raises: NothingSealed, KeyMissing; IntegrityError when another process made a root meanwhile.
    """
    last, before = newest_link(), newest_root()
    if last is None:
        raise NothingSealed(_("还没有封存任何审计记录，没有可公布的根。"))
    ring = key_ring(used=last.key)
    fields = RootFields(
        number=before.number + 1 if before else 1,
        day=day.isoformat(),
        position=last.position,
        chain=last.chain,
        links=last.position - (before.position if before else 0),
        previous=before.digest if before else START,
        profile=ring.profile.name,
        key=ring.current,
        made_at=moment(now),
    )
    digest = root_digest(fields, ring.profile)
    with transaction.atomic():
        return Root.objects.create(
            **{**fields._asdict(), "day": day, "made_at": now},
            digest=digest,
            seal=root_seal(digest, profile=ring.profile, secret=ring.secret),
        )


def _links(rows: Iterable[Row], last: Link | None, *, ring: Ring, now: datetime) -> list[Link]:
    position = last.position if last else 0
    chain = last.chain if last else START
    links, profile, sealed_at = [], ring.profile, moment(now)
    for row in rows:
        position += 1
        fields = LinkFields(position, row.id, profile.name, ring.current, sealed_at)
        previous = chain
        chain = link_digest(
            fields, previous=previous, row=row_digest(row, profile), profile=profile
        )
        seal_ = link_seal(
            fields, previous=previous, chain=chain, profile=profile, secret=ring.secret
        )
        links.append(
            Link(
                position=position,
                event_id=row.id,
                sealed_at=now,
                profile=profile.name,
                key=ring.current,
                chain=chain,
                seal=seal_,
            )
        )
    return links
