"""How a call that writes is done: once for its key, and refused with every problem at its field."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.http import HttpResponse
from ninja import Header, Status
from ninja.errors import HttpError, ValidationError

from yingcai.audit import clock
from yingcai.identity.actions.once import once
from yingcai.identity.errors import KeyReused
from yingcai.plan.api import Problem
from yingcai.registry.api.door import ANSWERS, Asked
from yingcai.registry.errors import (
    Erased,
    InvalidFact,
    InvalidSubject,
    OutOfScope,
    RegistryError,
    StaleRecord,
)
from yingcai.registry.queries.scope import Scope

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{8,80}$",
        description="made anew for each write and sent again with it: what was done is not done twice",
    ),
]
CONFLICT: dict[int, Any] = {**ANSWERS, 409: Problem}
Field = tuple[str | int, ...]
Where = dict[Field, list[str]]
Act = Callable[[Scope], dict[str, Any]]


def done(
    request: Asked, key: str, answer: HttpResponse, act: Act, where: Where | None = None
) -> Status[dict[str, Any]]:
    """Do ``act`` once for this key. Raises: ValidationError, HttpError."""
    scope = request.auth
    asked = f"{request.method} {request.get_full_path()}\n{request.body.decode()}"
    try:
        made = once(scope.user, key, asked, lambda: act(scope), now=clock.machine_now())
    except KeyReused as refusal:
        raise invalid({("header", "Idempotency-Key"): refusal.problems}) from None
    except (InvalidSubject, InvalidFact) as refusal:
        raise invalid(_placed(refusal.problems, where or {})) from None
    except RegistryError as refusal:
        status = {OutOfScope: 403, StaleRecord: 409, Erased: 409}.get(type(refusal), 422)
        raise HttpError(status, str(refusal)) from None
    if made.again:
        answer["Idempotent-Replayed"] = "true"
    return Status(201, made.body)


def _placed(problems: Sequence[str], where: Where) -> Where:
    """Problems at the fields of the body where they are, the others at the body itself."""
    found = {("body", *field): sentences for field, sentences in where.items() if sentences}
    told = {sentence for sentences in found.values() for sentence in sentences}
    return {**found, ("body",): [one for one in problems if one not in told]}


def invalid(where: Where) -> ValidationError:
    """The refusal that names each problem where it is."""
    return ValidationError(
        [
            {"type": "refused", "loc": list(field), "msg": sentence}
            for field, sentences in where.items()
            for sentence in sentences
        ]
    )


def refuse_any(where: Where) -> None:
    problems = [sentence for sentences in where.values() for sentence in sentences]
    if problems:
        raise InvalidFact(problems)


Row = TypeVar("Row")


def there(row: Row | None) -> Row:
    """Raises: HttpError 404."""
    if row is None:
        raise HttpError(404, "the subject has no such row")
    return row
