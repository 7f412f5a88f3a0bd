"""How a call that writes is done: once for its key, and refused with every problem at its field."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from ninja import Status
from ninja.errors import HttpError

from yingcai.audit import clock
from yingcai.cases.api.door import ANSWERS, Asked
from yingcai.cases.errors import CaseError, InvalidCase, NotAllowed, StaleCase
from yingcai.identity.actions.once import once
from yingcai.identity.errors import KeyReused
from yingcai.plan.api import Problem
from yingcai.registry.api.doing import Key, Where, invalid
from yingcai.registry.errors import RegistryError

CONFLICT: dict[int, Any] = {**ANSWERS, 409: Problem, 410: Problem}
STATUSES = {NotAllowed: 403, StaleCase: 409}
Act = Callable[[], dict[str, Any]]
__all__ = ["CONFLICT", "Key", "done"]


def done(
    request: Asked,
    key: str,
    answer: HttpResponse,
    act: Act,
    *,
    inside: str = "answers",
    sent: bytes | None = None,
) -> Status[dict[str, Any]]:
    """Do ``act`` once for this key. ``inside``: where in the body the fields of a refusal stand.

    ``sent``: the file of a call that brings one. Raises: ValidationError, HttpError.
    """
    body = request.body.decode() if sent is None else hashlib.sha256(sent).hexdigest()
    asked = f"{request.method} {request.get_full_path()}\n{body}"
    try:
        made = once(request.auth.user, key, asked, act, now=clock.machine_now())
    except KeyReused as refusal:
        raise invalid({("header", "Idempotency-Key"): refusal.problems}) from None
    except InvalidCase as refusal:
        raise invalid(_placed(refusal, inside)) from None
    except CaseError as refusal:
        raise HttpError(STATUSES[type(refusal)], str(refusal)) from None
    except RegistryError as refusal:
        raise HttpError(410, str(refusal)) from None
    if made.again:
        answer["Idempotent-Replayed"] = "true"
    return Status(201, made.body)


def _placed(refusal: InvalidCase, inside: str) -> Where:
    """Each sentence at its field, the others at the body itself."""
    fields: Mapping[str, str] = refusal.fields
    rest = [one for one in refusal.problems if one not in fields.values()]
    found: Where = {("body", inside, name): [said] for name, said in fields.items()}
    return {**found, ("body",): rest} if rest else found
