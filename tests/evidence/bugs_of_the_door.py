"""Planted: locks, answers, sessions and second factors that are not what they should be; a careless verifier."""

from typing import Any

import pytest
from django.contrib.auth import models
from django.contrib.auth.backends import ModelBackend

from tests.evidence.door import (
    factor_faults,
    lock_faults,
    oracle_faults,
    password_faults,
    session_faults,
)
from tests.evidence.plants import around, bug
from tests.evidence.tampering import tamper_faults
from yingcai.identity import access, adapter, lockout, sessions
from yingcai.identity.actions import accounts, signin
from yingcai.identity.queries import seats_on, user_by_name
from yingcai.identity.views import door
from yingcai.verifier import verify_audit
from yingcai.web import middleware

CHECKS = {
    "G26": (lock_faults, oracle_faults, session_faults, factor_faults, password_faults),
    "G39": (tamper_faults,),
}


@bug("G26", lock_faults)
def a_lock_that_never_grows(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(signin, "lock_length", lambda _locks: lockout.FIRST_LOCK)


@bug("G26", lock_faults)
def a_lock_of_no_address(mp: pytest.MonkeyPatch) -> None:
    mp.setitem(lockout.LIMITS, "address", 10**6)


@bug("G26", lock_faults)
def a_lock_that_the_right_password_opens(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(adapter, "locked_until", lambda _attempt, at: None)


@bug("G26", oracle_faults)
def a_quick_answer_to_unknown_names(mp: pytest.MonkeyPatch) -> None:
    def hasty(check: Any) -> Any:
        def authenticate(self: Any, request: Any, username: Any = None, **more: Any) -> Any:
            known = user_by_name(username or "")
            return check(self, request, username=username, **more) if known else None

        return authenticate

    around(mp, ModelBackend, "authenticate", hasty)


@bug("G26", session_faults)
def a_session_that_goes_on_under_its_key(mp: pytest.MonkeyPatch) -> None:
    mp.setattr("django.contrib.sessions.backends.base.SessionBase.cycle_key", lambda _self: None)


@bug("G26", session_faults)
def a_session_that_only_tires(mp: pytest.MonkeyPatch) -> None:
    """Work keeps it going for ever."""
    mp.setattr(sessions, "ABSOLUTE", sessions.ABSOLUTE * 10)


@bug("G26", session_faults)
def a_session_that_never_tires(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(sessions, "IDLE", sessions.IDLE * 10)


@bug("G26", session_faults)
def roles_that_are_remembered(mp: pytest.MonkeyPatch) -> None:
    known: dict[int, frozenset[tuple[str, str]]] = {}
    original = seats_on

    def remembered(user: Any, on: Any) -> frozenset[tuple[str, str]]:
        found = original(user, on)
        return known.setdefault(user.pk, found) if found or user.pk in known else found

    mp.setattr(access, "seats_on", remembered)


@bug("G26", session_faults)
def an_account_that_closes_and_stays(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(ModelBackend, "user_can_authenticate", lambda _self, _user: True)
    mp.setattr(accounts, "make_password", lambda _password: "!")
    mp.setattr(models.AbstractBaseUser, "get_session_auth_hash", lambda self: str(self.pk))


@bug("G26", factor_faults)
def staff_who_owe_nothing(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(middleware, "owes_second_factor", lambda _roles: False)


@bug("G26", factor_faults)
def a_code_that_opens_twice(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(door, "use_code", lambda _user, _code: True)


@bug("G26", factor_faults)
def codes_without_end(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(door, "count_failure", lambda *_args, **_more: False)


@bug("G39", tamper_faults)
def a_verifier_without_the_keyed_digest(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(verify_audit.Chain, "_sealed", lambda *_args: True)


@bug("G39", tamper_faults)
def a_verifier_that_counts_no_positions(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(verify_audit.Chain, "_gap", lambda _chain, until: None)


@bug("G39", tamper_faults)
def a_verifier_that_believes_the_roots(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(verify_audit, "check_roots", lambda *_args: "")
