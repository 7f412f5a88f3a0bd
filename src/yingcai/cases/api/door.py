"""How the API of cases is entered: by the site's session, or by a token with the scope that the call needs.

Whatever a call may see is asked of `cases.queries.scope`, as on the pages. A token that is narrowed to one
purpose opens the desk where that is what its user looks at cases for, and nobody's own cases.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import SessionAuth
from ninja.throttling import SimpleRateThrottle

from yingcai.audit import clock
from yingcai.cases.models import Case
from yingcai.cases.queries.scope import WORKING, own_case, own_cases, usual_purpose
from yingcai.cases.queries.scope import desk_case as case_of_desk
from yingcai.cases.queries.seats import Held, held_seats, may_apply_as
from yingcai.cases.tokens import APPLY, WORK
from yingcai.identity.access import client_address
from yingcai.identity.bearer import Bearer
from yingcai.identity.queries import Role
from yingcai.plan.api import Invalid, Problem

if TYPE_CHECKING:
    from yingcai.identity.models import User

ANSWERS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Invalid, 429: Problem}
READERS = WORKING | {str(Role.AUDITOR)}
RATE = "60/m"  # of questions without an account, from one address


@dataclass(frozen=True)
class Caller:
    """Who calls, on which day; ``purpose``: what the token is narrowed to, empty for none."""

    user: "User"
    on: date
    purpose: str

    def held(self) -> Held:
        return held_seats(self.user, self.on)


class Asked(HttpRequest):
    """A call that was let in."""

    auth: Caller


class Token(Bearer):
    """A token with one scope."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        found = super().authenticate(request, token)
        return _let_in(Caller(found.user, clock.today(), found.purpose), self.needs)


class Session(SessionAuth):
    """A browser that is signed in."""

    def __init__(self, needs: str) -> None:
        self.needs = needs
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        user = super().authenticate(request, key)
        if user is None:
            raise HttpError(401, "sign in first, or send a token")
        return _let_in(Caller(user, clock.today(), ""), self.needs)


def _let_in(caller: Caller, needs: str) -> Caller:
    """Before anything that was sent is looked at. Raises: HttpError 403."""
    if needs == APPLY and not may_apply_as(caller.user, caller.on):
        raise HttpError(403, "your account applies for nobody")
    if needs == WORK and not {role for role, _unit in caller.held()} & WORKING:
        raise HttpError(403, "your roles do not work on cases")
    return caller


class ByAddress(SimpleRateThrottle):
    """So many calls in a while from one address, in one process."""

    def __init__(self) -> None:
        super().__init__(RATE)

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"cases.api/{client_address(request)}"


def door(needs: str) -> list[Callable[..., Any]]:
    """Who may call: a token with this scope, or a session."""
    return [Token(needs), Session(needs)]


def own(caller: Caller) -> Caller:
    """Raises: HttpError 403 for a token that is narrowed to a purpose of staff or firms."""
    if caller.purpose:
        raise HttpError(403, "a token with a purpose opens no case of one's own")
    return caller


def case_at(caller: Caller, handle: UUID) -> Case:
    """One's own case, or one that was filed for somebody. Raises: HttpError 404."""
    case = own_case(own(caller).user, handle, caller.on)
    if case is None:
        raise HttpError(404, "there is no such case of yours")
    return case


def cases_of(caller: Caller) -> Any:
    return own_cases(own(caller).user, caller.on)


def at_desk(caller: Caller) -> Held:
    """The seats that a caller holds. Raises: HttpError 403 where he has no business with cases."""
    held = caller.held()
    if not {role for role, _unit in held} & READERS:
        raise HttpError(403, "your roles do not work on cases")
    if caller.purpose and caller.purpose != usual_purpose(held):
        raise HttpError(403, "the purpose of the token is not for this call")
    return held


def desk_case_at(caller: Caller, handle: UUID) -> tuple[Case, Held]:
    """A case in which the caller's office has a part. Raises: HttpError 403, 404."""
    held = at_desk(caller)
    case = case_of_desk(caller.user, handle, caller.on)
    if case is None:
        raise HttpError(404, "there is no such case within your duty")
    return case, held
