"""The door of the API for programs: ``Authorization: Bearer`` with a token.

A request by token is a request of the token's user, and no more than that: whatever asks which roles and
mandates he has today asks it for every request. A text that opens nothing is refused at once, whatever
session comes with it. A token that is good is never kept waiting by an address that others failed from.
"""

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from yingcai.audit import clock
from yingcai.audit.actions import by_token
from yingcai.identity.access import client_address
from yingcai.identity.actions.tokens import count_token_failure, note_token_use
from yingcai.identity.lockout import address_locked_until
from yingcai.identity.tokens import caller_digest, token_of

UNKNOWN = "the token is unknown, has expired or was revoked, or its account is closed"


class Bearer(HttpBearer):
    """A token with one scope."""

    def __init__(self, needs: str) -> None:
        self.needs = needs
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token. Raises: HttpError 401 or 429 for one that opens nothing, 403 without the scope."""
        found = token_of(token, at=clock.machine_now())
        if found is None:
            raise _refusal(request)
        if self.needs not in found.scopes:
            raise HttpError(403, f"the token lacks the scope {self.needs}")
        note_token_use(found, at=clock.machine_now())
        request.user = found.user
        by_token.set(found.handle)
        return found


def _refusal(request: HttpRequest) -> HttpError:
    at, caller = clock.machine_now(), caller_digest(client_address(request))
    if address_locked_until(caller, at=at):
        return HttpError(429, "too many tokens from this address that open nothing; try later")
    count_token_failure(caller, at=at, now=clock.now())
    return HttpError(401, UNKNOWN)
