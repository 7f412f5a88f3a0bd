"""The calls on docs/api.md do what the page says."""

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import Any

import pytest
from django.test import Client

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Fact, Subject
from yingcai.registry.posting import signed_headers
from yingcai.registry.tests.make import make_firm, make_person
from yingcai.registry.tests.make_calls import make_access
from yingcai.registry.tests.receiver import Call, is_signed
from yingcai.registry.tokens import SCOPES

PAGE = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")

pytestmark = pytest.mark.usefixtures("city")


def calls() -> Iterator[str]:
    """Each call of the page with what it says of the answer."""
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S):
        yield from block.replace("\\\n", " ").splitlines()


def asked(line: str, known: dict[str, str]) -> Any:
    """The answer to a call of curl."""
    words = shlex.split(Template(line).substitute(known))
    headers, body, address = {}, None, words[-1]
    for option, value in pairwise(words):
        if option == "-H":
            name, text = value.split(": ", 1)
            headers[name] = text
        if option == "-d":
            body = value
    if body is None:
        return Client().get(address, headers=headers)
    return Client().post(address, body, content_type="application/json", headers=headers)


def test_every_call_of_the_page_is_answered_as_it_says() -> None:
    known = {
        "SITE": "",
        "TOKEN": make_access(make_user(role=Role.OFFICE)).text,
        "LIN": str(make_person("林之川").handle),
        "FIRM": str(make_firm().handle),
    }
    played = 0
    for line in calls():
        call, said = line.rsplit(" # ", 1)
        status, *kept = said.split()
        answer = asked(call, known)
        assert answer.status_code == int(status), (call, answer.content.decode())
        if kept:
            found = json.loads(answer.content)[kept[0]]
            known[kept[1]] = str(found[0] if isinstance(found, list) else found)
        played += 1

    assert played == 12
    assert Subject.objects.filter(name="沈一舟").count() == 1
    assert Fact.objects.filter(name="person.level").count() == 2


def test_the_page_names_every_scope() -> None:
    assert set(re.findall(r"^\| `(\w+:\w+)`", PAGE, re.M)) == set(SCOPES)


def test_the_signature_is_that_of_the_specification() -> None:
    """Its own example: standardwebhooks.com, “Signature scheme”, as every library computes it."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, second=1614265330)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert is_signed(Call({name.lower(): value for name, value in headers.items()}, body), secret)
