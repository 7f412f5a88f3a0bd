"""G26: locks that grow, answers that tell nobody which accounts there are, sessions that end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from django.contrib.auth import hashers
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from tests.architecture.world import shared_handler
from yingcai.audit import clock
from yingcai.identity.actions import close_account, grant_role, revoke_role
from yingcai.identity.passwords import VALIDATORS
from yingcai.identity.queries import Role
from yingcai.identity.tests.door import code_now, give_second_factor, sign_in, signed_in
from yingcai.identity.tests.make import PASSWORD, make_user
from yingcai.identity.tests.test_accounts import NOW
from yingcai.identity.tests.test_passwords import refusals

WRONG = "Wrong-guess-2018"
ME, STEP = "/identity/me/", "/accounts/2fa/authenticate/"
_addresses = (f"203.0.113.{n % 250 + 1}" for n in count())


def browser() -> Client:
    client = Client(raise_request_exception=False)
    client.handler = shared_handler()
    return client


@contextmanager
def at(**span: float) -> Iterator[None]:
    """The machine's clock is ahead by a span."""
    moment = timezone.now() + timedelta(**span)
    with patch.object(clock, "machine_now", lambda: moment):
        yield


def attempt(name: str, password: str = WRONG, *, address: str = "") -> Any:
    return sign_in(browser(), name, password, REMOTE_ADDR=address or next(_addresses))


def lock_faults() -> list[str]:
    """Five failures lock a name from everywhere, each time longer; thirty lock an address."""
    faults = []
    make_user("wu", password=PASSWORD)
    passed, waits = 0.0, list[int]()
    for _lock in range(4):
        with at(minutes=passed):
            answers = [attempt("wu").status_code for _ in range(5)]
            refused = attempt("wu", PASSWORD)
        if answers != [200, 200, 200, 200, 429] or refused.status_code != 429:
            faults.append(f"after {len(waits)} locks: {answers}, then {refused.status_code}")
            break
        waits.append(round(int(refused["Retry-After"]) / 60))
        passed += waits[-1] + 1
    if waits != [5, 15, 45, 120]:
        faults.append(f"locks last {waits} minutes")
    one = [attempt(f"nobody{n}", address="198.51.100.7").status_code for n in range(31)]
    if one != [200] * 29 + [429] * 2:
        faults.append(f"one address with many names: {one}")
    return faults


def oracle_faults() -> list[str]:
    """A name without an account, a closed one and a wrong password: one answer, one hash computed."""
    make_user("qian", password=PASSWORD)
    make_user("gone", password=PASSWORD, is_active=False)
    told = {}
    for name, password in (("qian", WRONG), ("nobody", PASSWORD), ("gone", PASSWORD)):
        with _counted_hashes() as hashes:
            answer = attempt(name, password)
        text = answer.content.decode().replace(name, "NAME")
        told[name] = (answer.status_code, _problems(text), len(hashes))
    return [f"{name}: {one}" for name, one in told.items() if one != told["qian"]]


def _problems(text: str) -> str:
    start = text.find("yc-errors")
    return text[start : start + 400] if start >= 0 else ""


@contextmanager
def _counted_hashes() -> Iterator[list[int]]:
    """How often a password is hashed: the time of an answer is that of its hashes."""
    found: list[int] = []
    kind = type(hashers.get_hasher())
    encode: Callable[..., str] = kind.encode

    def counted(self: Any, *args: Any, **more: Any) -> str:
        found.append(1)
        return encode(self, *args, **more)

    with patch.object(kind, "encode", counted):
        yield found


def session_faults() -> list[str]:
    """A session gets a new key at sign-in and at a step-up, and ends when time, duty or account does."""
    sun = make_user("sun", password=PASSWORD)
    client = browser()
    client.get("/accounts/login/")
    faults = []
    before = _planted_key(client)
    sign_in(client, "sun")
    if client.session.session_key == before:
        faults.append("the key is the one from before the sign-in")
    before = str(client.session.session_key)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    if client.session.session_key == before or not signed_in(client):
        faults.append("the key is the one from before the step-up")
    faults += _times()
    grant = grant_role(sun, Role.OFFICE, actor=None, now=NOW)
    opened = [client.get("/identity/").status_code]
    revoke_role(grant, actor=None, now=NOW)
    opened.append(client.get("/identity/").status_code)
    if opened != [200, 403]:
        faults.append(f"a role and its end count late: {opened}")
    other = browser()
    sign_in(other, "sun")
    close_account(sun, actor=None, now=NOW)
    if [one.get(ME).status_code for one in (client, other)] != [302, 302]:
        faults.append("a session outlives its account")
    return faults


def _planted_key(client: Client) -> str:
    """A session that somebody else knows the key of."""
    session = client.session
    session["before"] = "1"
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return str(session.session_key)


def _times() -> Iterator[str]:
    make_user("li", password=PASSWORD)
    for spans, ends in (([15.2], True), ([14], False), ([*range(14, 480, 14), 480.2], True)):
        client = browser()
        sign_in(client, "li")
        for minutes in spans:
            with at(minutes=minutes):
                status = client.get(ME).status_code
        if (status == 302) is not ends:
            yield f"after {spans[-1]} minutes: {status}"


def factor_faults() -> list[str]:
    """Staff owe the second factor; no code opens twice; five wrong ones lock like passwords."""
    faults = []
    zhou = make_user("zhou", password=PASSWORD, role=Role.OFFICE)
    with override_settings(SECOND_FACTOR="staff"):
        client = browser()
        sign_in(client, "zhou")
        if [client.get(one).status_code for one in (ME, "/registry/")] != [302, 302]:
            faults.append("staff work without a second factor")
    code = code_now(give_second_factor(zhou))
    opened = []
    for _time in range(2):
        client = browser()
        sign_in(client, "zhou")
        client.post(STEP, {"code": code})
        cache.clear()  # what another process would know
        opened.append(signed_in(client))
    if opened != [True, False]:
        faults.append(f"one code twice: {opened}")
    client = browser()
    sign_in(client, "zhou")
    answers = [client.post(STEP, {"code": "000000"}).status_code for _ in range(5)]
    if 429 not in answers:
        faults.append(f"wrong codes without end: {answers}")
    return faults


def password_faults() -> list[str]:
    """Both profiles refuse what they must and take a good password."""
    wanted = {
        "djbh3": {"Qm7-x": {"Length"}, "quietorchardfog": {"Kinds"}, "Quiet-orchard-81": set()},
        "asvs": {"Qm7-x": {"Length"}, "Password-2018!": {"NotCommon"}, "quietorchardfog": set()},
    }
    assert set(wanted) == set(VALIDATORS)
    return [
        f"{profile} on {password}: {found}"
        for profile, cases in wanted.items()
        for password, rules in cases.items()
        if (found := refusals(password, profile=profile)) != rules
    ]
