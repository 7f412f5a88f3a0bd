"""The one writer of the audit table."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction

from yingcai.audit import clock
from yingcai.audit.covers import stood_in_for
from yingcai.audit.export import Span
from yingcai.audit.keys import add_key, key_names
from yingcai.audit.models import Event

# Set per request by the middleware, so that actions need not know requests.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# The public name of the token by which a program asks; empty for people. See identity.bearer.
by_token: ContextVar[str] = ContextVar("by_token", default="")


def record(
    action: str,
    obj: models.Model | type[models.Model],
    *,
    actor: models.Model | AnonymousUser | None,
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """Write one audit row; call it inside the transaction of the write it describes.

    ``obj`` is the row that was written, or its model where there is no one row (a refused sign-in, a list).
    ``details`` holds field names, handles and digests, never personal values. Of an actor who stands in for
    others that day it names their logins, too: which right the act needed is not known here.
    """
    at = at or clock.now()
    signed_in = actor is not None and not isinstance(actor, AnonymousUser)
    one_row = isinstance(obj, models.Model)
    covered = stood_in_for(actor, clock.day_of(at)) if signed_in else []
    return Event.objects.create(
        at=at,
        actor_id=actor.pk if signed_in and actor is not None else None,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk) if one_row else "",
        details=_with_token({**(details or {}), **({"stands_in_for": covered} if covered else {})}),
        request_id=request_id.get(),
    )


def _with_token(details: dict[str, Any]) -> dict[str, Any]:
    token = by_token.get()
    return {**details, "token": token} if token else details


def record_export(*, actor: models.Model, rows: int, wanted: dict[str, Any], at: datetime) -> Event:
    """Note that ``actor`` took ``rows`` audit rows out of the house, and by which filter."""
    details = {"rows": rows, "filter": wanted}
    return record("audit.exported", Event, actor=actor, details=details, at=at)


def record_sealed_export(*, actor: models.Model | None, span: Span, at: datetime) -> Event:
    """Note that ``actor`` took these positions of the chain out of the house, with their rows."""
    days = {"first": span.since, "last": span.until}
    wanted = {name: day.isoformat() for name, day in days.items() if day}
    details = {"rows": span.rows, "filter": wanted, "positions": [span.first, span.last]}
    return record("audit.exported", Event, actor=actor, details=details, at=at)


@transaction.atomic
def change_key(*, actor: models.Model | None, at: datetime) -> str:
    """Seal with a new key from now on; its name. Old keys stay, for old links are verified with them.

    Raises: KeyMissing when the keys are in the environment.
    """
    before = key_names()
    name = add_key()
    details = {"from": before[-1] if before else "", "to": name}
    record("audit.key_changed", Event, actor=actor, details=details, at=at)
    return name
