"""Other systems are told what happened to cases: handle and number, within the duty of who answers for them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from yingcai.audit.actions import seal
from yingcai.cases.models import Case
from yingcai.cases.tests.case_city import NOW, City, build_city, step
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.actions.endpoints import Proposed, confirm_endpoint, propose_endpoint
from yingcai.registry.sending import send_round
from yingcai.registry.tests.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_city(tmp_path / "city")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    with receiving() as found:
        settings.PUSH_HOSTS = [found.host]
        yield found


def opened(receiver: Receiver, owner: User, *wants: str) -> None:
    """An address that is told from now on."""
    given = Proposed("省平台", receiver.address, wants or ("case", "award"), owner)
    made = propose_endpoint(
        given, inside=[receiver.host], actor=make_user(role=Role.OFFICE), now=NOW
    )
    seal(now=NOW)
    confirm_endpoint(made.endpoint, actor=make_user(role=Role.OFFICE), now=NOW)


def told(receiver: Receiver) -> list[dict[str, Any]]:
    """Everything that was sent, in order."""
    seal(now=NOW)
    send_round(on=NOW.date())
    return [json.loads(call.body) for call in receiver.calls]


def test_a_bureau_is_told_of_its_cases_by_handle_and_number_alone(
    city: City, receiver: Receiver
) -> None:
    opened(receiver, city.officer)
    case = city.submitted("bonus")
    step(case, city.officer, "agree")

    messages = told(receiver)

    assert [one["type"] for one in messages] == [
        "case.submitted", "case.agree", "case.agree", "case.decided", "award.made",
    ]  # fmt: skip
    assert {one["data"]["case"] for one in messages} == {str(case.handle)}
    assert {one["data"]["number"] for one in messages} == {case.number}
    assert set(messages[0]["data"]) == {"event", "object", "subject", "case", "number"}
    assert "林之川" not in json.dumps(messages, ensure_ascii=False)


def test_nobody_is_told_of_drafts_nor_of_cases_of_others(city: City, receiver: Receiver) -> None:
    elsewhere = make_user("elsewhere", role=Role.OFFICER, unit=make_unit("other", name="民政局"))
    opened(receiver, elsewhere)
    city.draft("bonus")
    city.submitted("grant")

    assert told(receiver) == []


def test_a_return_is_told_to_who_wants_returns_alone(city: City, receiver: Receiver) -> None:
    opened(receiver, make_user("office", role=Role.OFFICE), "case.return")
    case = city.submitted("grant")
    step(case, city.window, "return", to="correction", reason="看不清", items=("学位证书",))

    (message,) = told(receiver)

    assert message["type"] == "case.return"
    assert message["data"]["number"] == Case.objects.get().number
    assert "学位" not in json.dumps(message, ensure_ascii=False)
