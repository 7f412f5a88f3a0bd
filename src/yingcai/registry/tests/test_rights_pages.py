"""My rights and the officers' desk in a browser's eyes: who sees what, and the whole way of one request."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look, RightsRequest, Subject, SubjectKey
from yingcai.registry.tests.browsing import signed_in, text
from yingcai.registry.tests.make import (
    RESIDENT,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.ERASURES = tmp_path / "evidence", tmp_path / "erasures.journal"


@pytest.fixture
def lin() -> Subject:
    lin = make_person("林之川", number=RESIDENT)
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.salary", 500000)
    return lin


def press(client: Client, row: RightsRequest, word: str, **more: str) -> Any:
    row.refresh_from_db()
    sent = {"word": word, "version": str(row.version), **more}
    return client.post(reverse("registry:right", args=[row.pk]), sent)


def test_one_asks_one_proposes_another_confirms_and_the_answer_is_read_afterwards(
    lin: Subject,
) -> None:
    talent = signed_in(make_talent(lin))
    office, second = (signed_in(make_user(role=Role.OFFICE)) for _ in range(2))
    shown = text(talent.get("/registry/me/rights/ask/erase/"))
    assert "证明材料文件" in shown  # every effect is told before
    talent.post("/registry/me/rights/ask/erase/", {"reason": "不再需要"})
    row = RightsRequest.objects.get()
    own = reverse("registry:my_right", args=[row.pk])
    assert row.number in text(talent.get("/registry/me/rights/"))

    desk = text(office.get("/registry/rights/"))
    assert (row.number in desk, "林之川" in desk) == (True, True)
    page = text(office.get(reverse("registry:right", args=[row.pk])))
    assert "不再需要" in page
    assert not any(value in page for value in (RESIDENT, "博士", "50万元"))  # kinds and counts only
    assert press(office, row, "propose", ground="own-wish", remark="按申请办理").status_code == 302
    assert press(office, row, "confirm").status_code == 422
    assert SubjectKey.objects.exists()
    assert press(second, row, "confirm").status_code == 302

    assert not SubjectKey.objects.exists()
    answer = text(talent.get(own))
    assert "第四十七条第一款" in answer
    assert "信息已经删除" in answer
    assert talent.get("/registry/me/").status_code == 403
    assert "/registry/me/rights/" in text(talent.get("/"))  # the menu still leads there
    closed = text(office.get("/registry/rights/?tab=closed"))
    assert (row.number in closed, "林之川" in closed) == (True, False)


def test_who_was_erased_closes_the_account(lin: Subject) -> None:
    user = make_talent(lin, "lin", display_name="林之川")
    talent = signed_in(user)
    talent.post("/registry/me/rights/ask/erase/", {})
    row = RightsRequest.objects.get()
    leave = reverse("registry:right_leave", args=[row.pk])
    assert talent.post(leave).status_code == 404  # not yet
    press(signed_in(make_user(role=Role.OFFICE)), row, "propose", ground="own-wish")
    press(signed_in(make_user(role=Role.OFFICE)), row, "confirm")

    talent.post(leave)

    user.refresh_from_db()
    assert (user.is_active, user.display_name, user.has_usable_password()) == (False, "", False)
    assert user.username.startswith("left-")


def test_a_withdrawn_request_cannot_be_answered(lin: Subject) -> None:
    talent, office = signed_in(make_talent(lin)), signed_in(make_user(role=Role.OFFICE))
    talent.post("/registry/me/rights/ask/restrict/", {})
    row = RightsRequest.objects.get()
    talent.post(reverse("registry:right_withdraw", args=[row.pk]))

    assert press(office, row, "propose", ground="own-wish").status_code == 422

    row.refresh_from_db()
    assert (row.status, row.answer) == ("withdrawn", "")


def test_a_page_that_is_no_longer_true_decides_nothing(lin: Subject) -> None:
    talent, office = signed_in(make_talent(lin)), signed_in(make_user(role=Role.OFFICE))
    talent.post("/registry/me/rights/ask/restrict/", {})
    row = RightsRequest.objects.get()
    sent = {"word": "propose", "ground": "own-wish", "version": "7"}
    answer = office.post(reverse("registry:right", args=[row.pk]), sent)
    assert answer.status_code == 422
    assert "请刷新页面" in text(answer)
    row.refresh_from_db()
    assert row.status == "open"


def test_the_desk_is_the_offices_alone_and_requests_are_ones_own(lin: Subject) -> None:
    talent = signed_in(make_talent(lin))
    talent.post("/registry/me/rights/ask/restrict/", {})
    row = RightsRequest.objects.get()
    others = [
        make_user(role=Role.COUNTY, unit=make_county()),
        make_user(role=Role.AUDITOR),
        make_talent(make_person()),
        make_officer(make_firm()),
    ]
    for user in others:
        client = signed_in(user)
        assert client.get("/registry/rights/").status_code == 403
        assert client.get(reverse("registry:right", args=[row.pk])).status_code == 403
        assert client.get(reverse("registry:right_new", args=[lin.handle])).status_code == 403
        assert client.get(reverse("registry:my_right", args=[row.pk])).status_code == 404
        assert client.post(reverse("registry:right_withdraw", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.status == "open"


def test_a_restricted_person_is_found_on_the_desk_and_nowhere_else(lin: Subject) -> None:
    talent = signed_in(make_talent(lin))
    office, second = (signed_in(make_user(role=Role.OFFICE)) for _ in range(2))
    talent.post("/registry/me/rights/ask/restrict/", {})
    row = RightsRequest.objects.get()
    press(office, row, "propose", ground="own-wish")
    press(second, row, "confirm")
    assert office.get(reverse("registry:subject", args=[lin.handle])).status_code == 404
    assert "林之川" in text(office.get("/registry/rights/?tab=restricted"))
    assert "申请解除限制" in text(talent.get("/registry/me/rights/"))

    sent = {"kind": "lift", "asker": "office", "reason": "事由已经消失"}
    answer = office.post(reverse("registry:right_new", args=[lin.handle]), sent)

    assert answer.status_code == 302
    started = RightsRequest.objects.get(kind="lift")
    assert started.number in text(talent.get("/registry/me/rights/"))  # told to the person


def test_a_relative_is_noted_down_and_the_form_says_all_that_is_missing(lin: Subject) -> None:
    office = signed_in(make_user(role=Role.OFFICE))
    address = reverse("registry:right_new", args=[lin.handle])
    answer = office.post(address, {})
    assert (answer.status_code, text(answer).count('<li><a href="#')) == (422, 3)
    sent = {"kind": "erase", "asker": "relative", "reason": "林某，配偶，已核验死亡证明"}
    assert office.post(address, sent).status_code == 302
    row = RightsRequest.objects.get()
    assert (row.asker, row.kind, row.subject) == ("relative", "erase", lin)
    assert "配偶".encode() not in bytes(row.sealed_reason or b"")


def test_the_readable_copy_says_what_the_file_says(lin: Subject) -> None:
    page = text(signed_in(make_talent(lin)).get("/registry/me/copy/page/"))
    for words in (RESIDENT, "博士", "50万元", "学历学位信息", "林之川"):
        assert words in page
    assert not Look.objects.exists()


def test_whoever_reads_the_reasons_of_looks_is_written_down(lin: Subject) -> None:
    office = make_user(role=Role.OFFICE)
    signed_in(office).get(reverse("registry:looks", args=[lin.handle]))
    assert [(one.viewer, one.fields) for one in Look.objects.all()] == [(office, ["reason"])]
