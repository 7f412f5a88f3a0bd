"""How the register's API is entered: by the site's session, or by a token with the scope that the call needs.

Either way a call begins with a `Scope`, what its user may see today; a token may narrow it to one purpose.
Calls by session that write need the site's CSRF token; calls by token do not.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path
from ninja.errors import HttpError
from ninja.security import SessionAuth

from yingcai.audit import clock
from yingcai.engine.identifiers import KINDS
from yingcai.identity.bearer import Bearer
from yingcai.plan.api import Invalid, Problem
from yingcai.registry.access import asked_from
from yingcai.registry.actions.looking import note_search
from yingcai.registry.errors import OutOfScope, TooMany
from yingcai.registry.models import ChangeRequest, Subject
from yingcai.registry.queries.scope import CAPACITIES, Scope, scope, usual_scope
from yingcai.registry.queries.search import requests_in, subject_in

ANSWERS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Invalid, 429: Problem}
Number = Annotated[int, Path(ge=1, le=2**53, description="`id` of the row")]


class Asked(HttpRequest):
    """A call that was let in, with what its user may see."""

    auth: Scope


class Token(Bearer):
    """A token with one scope, for users in some capacities."""

    def __init__(self, needs: str, among: tuple[str, ...]) -> None:
        self.among = among
        super().__init__(needs)

    def authenticate(self, request: HttpRequest, token: str) -> Scope:
        found = super().authenticate(request, token)
        return _scope(request, self.among, found.purpose)


class Session(SessionAuth):
    """A browser that is signed in, for users in some capacities."""

    def __init__(self, among: tuple[str, ...]) -> None:
        self.among = among
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Scope:
        if super().authenticate(request, key) is None:
            raise HttpError(401, "sign in first, or send a token")
        return _scope(request, self.among, "")


def by_session(*among: str) -> list[Callable[..., Any]]:
    """Who may call when no token may: where sensitive values are told."""
    return [Session(among or CAPACITIES)]


def door(needs: str, *among: str) -> list[Callable[..., Any]]:
    """Who may call: a token with this scope or a session, in one of these capacities (empty: any)."""
    return [Token(needs, among or CAPACITIES), *by_session(*among)]


def _scope(request: HttpRequest, among: tuple[str, ...], purpose: str) -> Scope:
    """Raises: HttpError 403 where nothing is open to who asks."""
    on = clock.today()
    try:
        if not purpose:
            return usual_scope(request.user, on=on, among=among)
        found = scope(request.user, purpose, on=on)
    except OutOfScope as refusal:
        raise HttpError(403, str(refusal)) from None
    if found.capacity not in among:
        raise HttpError(403, "the purpose of the token is not for this call")
    return found


def subject_at(scope: Scope, handle: UUID) -> Subject:
    """A subject of the scope. Raises: HttpError 404."""
    found = subject_in(scope, str(handle))
    if found is None:
        raise HttpError(404, "there is no such subject within your duty")
    return found


def own_subject(scope: Scope) -> Subject:
    """Who asks, as a subject. Raises: HttpError 404."""
    found = scope.subjects().filter(kind=Subject.Kind.PERSON).first()
    if found is None:
        raise HttpError(404, "no person is registered for this login")
    return found


def request_at(scope: Scope, number: int) -> ChangeRequest:
    """A request about a subject of the scope. Raises: HttpError 404."""
    rows = requests_in(scope).select_related("subject__merged_into", "made_by", "wrong__subject")
    found = rows.filter(pk=number).first()
    if found is None:
        raise HttpError(404, "there is no such request within your duty")
    return found


def count_question(request: Asked, kind: str, number: str) -> None:
    """Whoever adds a number learns whether it is taken, and asks no oftener than on the pages.

    Outside the call's own transaction, so that a refused call counts, too. Raises: HttpError 429.
    """
    if kind not in KINDS or not number.strip():
        return
    try:
        note_search(
            kind, number, actor=request.auth.user, address=asked_from(request), now=clock.now()
        )
    except TooMany as refusal:
        raise HttpError(429, str(refusal)) from None
