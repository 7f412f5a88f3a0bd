"""Sent twice (G5): every unsafe address has a test that sends it; eight at once have one effect."""

import json
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.evidence.doubles import unlisted_routes
from tests.evidence.replays import reviewed
from yingcai.audit.models import Event
from yingcai.identity.models import FirstAnswer
from yingcai.identity.queries import Role
from yingcai.identity.tests.at_once import at_once
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Subject
from yingcai.registry.tests.make import make_city
from yingcai.registry.tests.make_calls import make_access, send

AT_ONCE = 8


def test_each_unsafe_address_is_sent_twice_by_a_test_or_has_a_reason() -> None:
    assert unlisted_routes() == []
    assert sum(bool(row.test) for row in reviewed().values()) >= 135


@pytest.mark.django_db(transaction=True)
def test_eight_of_the_same_form_at_once_register_one() -> None:
    make_city()
    user = make_user(role=Role.OFFICE)
    form = {"kind": "person", "name": "何云飞"}
    signed_in = Client()
    signed_in.force_login(user)

    def act() -> Any:
        browser = Client()
        browser.cookies = signed_in.cookies
        return browser.post(reverse("registry:new"), form)

    answers = at_once(act, AT_ONCE)

    made = Subject.objects.get()
    assert {(one.status_code, one["Location"]) for one in answers} == {
        (302, f"/registry/{made.handle}/")
    }
    assert (len(answers), FirstAnswer.objects.count()) == (AT_ONCE, 1)
    assert Event.objects.filter(action="subject.registered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_of_the_same_call_at_once_are_answered_the_same() -> None:
    make_city()
    token = make_access(make_user(role=Role.OFFICE)).text
    lin = {"kind": "person", "name": "林之川", "numbers": []}

    answers = at_once(lambda: send(token, "subjects", lin, key="key-of-eight"), AT_ONCE)

    told = Counter(json.dumps(one) for one in answers)
    assert told == {json.dumps([201, {"handle": str(Subject.objects.get().handle)}]): AT_ONCE}
