"""Doing a write once: the same key again gets the first answer again, and nothing is done twice.

The key's row is unique for a user and is written in the transaction of the effect. Of two that come at once
the second waits for the first at that row: it finds the answer, or, where the first was refused, does the
work itself. A refused write keeps no row, so that a mended one may use the same key.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit.digests import keyed_digest
from yingcai.identity.errors import KeyReused
from yingcai.identity.models import FirstAnswer, User

KEPT = timedelta(days=30)


class Answer(NamedTuple):
    """What a write was answered; ``again``: it had been done before."""

    body: dict[str, Any]
    again: bool


def once(
    user: User, key: str, asked: str, act: Callable[[], dict[str, Any]], *, now: datetime
) -> Answer:
    """Do ``act`` unless this user's key has an answer; ``asked`` is the whole request as text.

    Raises: KeyReused where the key was used for something else; whatever ``act`` raises.
    """
    digest = keyed_digest(asked, purpose="first-answer")
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = FirstAnswer.objects.create(user=user, key=key, asked=digest, made_at=now)
        except IntegrityError:
            return _first(FirstAnswer.objects.get(user=user, key=key), digest)
        body = act()
        FirstAnswer.objects.filter(pk=row.pk).update(answer=body)
    return Answer(body, again=False)


def once_leading_to(user: User, key: str, act: Callable[[], str], *, now: datetime) -> Answer:
    """Do ``act`` unless this user's form of this key was sent before; ``act`` gives the address where it led.

    An empty address: it was refused, and keeps no row. Of two at once the second comes to the row of the first,
    and what it did itself is undone. Raises: whatever ``act`` raises.
    """
    before = FirstAnswer.objects.filter(user=user, key=key)
    if not before:
        try:
            with transaction.atomic():
                answer = {"to": act()}
                if answer["to"]:
                    row = {"user": user, "key": key, "asked": key[-20:], "answer": answer}
                    FirstAnswer.objects.create(**row, made_at=now)
            return Answer(answer, again=False)
        except IntegrityError:
            if not before.all():
                raise
    return Answer(before.all()[0].answer, again=True)


def forget_answers(*, now: datetime) -> int:
    """Drop answers that are too old to be asked for again; how many. Safe to repeat."""
    return FirstAnswer.objects.filter(made_at__lt=now - KEPT).delete()[0]


def _first(row: FirstAnswer, digest: str) -> Answer:
    if row.asked != digest:
        raise KeyReused(_("这个 Idempotency-Key 已用于另一个请求，请换一个"))
    return Answer(row.answer, again=True)
