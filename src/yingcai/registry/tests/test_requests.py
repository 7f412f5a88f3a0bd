"""Asking for a correction: with evidence, decided by somebody else, the old value kept as known before."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_cover, make_user
from yingcai.registry.actions.requests import (
    Upload,
    Wish,
    accept_request,
    refuse_request,
    request_change,
    withdraw_request,
)
from yingcai.registry.errors import InvalidFact, OutOfScope, StaleRecord
from yingcai.registry.models import ChangeRequest, Fact
from yingcai.registry.queries.facts import known, standing
from yingcai.registry.queries.scope import scope
from yingcai.registry.queries.search import open_requests
from yingcai.registry.sealed import unsealed
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    make_county,
    make_fact,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.usefixtures("city")
LATER = NOW + timedelta(days=3)
CERTIFICATE = Upload("学位证.pdf", b"%PDF-1.7 invented")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def plain(row: Fact) -> str:
    assert row.sealed is not None
    return unsealed(row.subject, f"fact/{row.name}", bytes(row.sealed)).plain


def test_a_wrong_degree_is_corrected_with_a_certificate() -> None:
    lin = make_person("林之川")
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    wrong = make_fact(lin, "person.degree", "master")
    wish = Wish("person.degree", "doctor", "2017年取得博士学位", date(2017, 6, 30), wrong)

    row = request_change(lin, wish, evidence=CERTIFICATE, actor=talent, now=NOW)

    assert (row.status, row.due_on) == ("open", TODAY + timedelta(days=30))
    assert b"doctor" not in bytes(row.sealed)
    assert plain(standing(lin, on=TODAY)[0].fact) == "master"  # nothing has changed yet
    casework = scope(office, "casework", on=TODAY)
    assert list(open_requests(casework)) == [row]

    fact = accept_request(casework, row, actor=office, now=LATER)

    assert (plain(fact), fact.verified_by, fact.replaces, fact.source) == (
        "doctor", office, wrong, "education",
    )  # fmt: skip
    assert [plain(one) for one in known([lin])] == ["doctor"]
    assert [plain(one) for one in known([lin], at=NOW)] == ["master"]
    assert list(open_requests(casework)) == []


def test_a_refusal_says_why_and_changes_nothing() -> None:
    lin = make_person()
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    row = request_change(lin, Wish("person.degree", "doctor", "有证"), actor=talent, now=NOW)
    casework = scope(office, "casework", on=TODAY)

    with pytest.raises(InvalidFact, match="理由"):
        refuse_request(casework, row, answer=" ", actor=office, now=LATER)
    refuse_request(casework, row, answer="证书查无此号", actor=office, now=LATER)

    row.refresh_from_db()
    assert (row.status, row.answer, row.decided_by) == ("refused", "证书查无此号", office)
    assert not Fact.objects.exists()


def test_who_asks_does_not_decide() -> None:
    lin = make_person()
    office = make_user(role=Role.OFFICE)
    talent = make_talent(lin, person_key=office.person_key)  # the officer's other login
    row = request_change(lin, Wish("person.degree", "doctor", "有证"), actor=talent, now=NOW)
    with pytest.raises(OutOfScope, match="自己"):
        accept_request(scope(office, "casework", on=TODAY), row, actor=office, now=LATER)
    other = make_cover(talent, make_user(role=Role.OFFICE))
    with pytest.raises(OutOfScope, match="自己"):
        accept_request(scope(other, "casework", on=TODAY), row, actor=other, now=LATER)
    assert not Fact.objects.exists()


def test_another_county_does_not_decide() -> None:
    lin = make_person(county=make_county())
    other = make_user(role=Role.COUNTY, unit=make_county("西川市"))
    row = request_change(
        lin, Wish("person.degree", "doctor", "有证"), actor=make_talent(lin), now=NOW
    )
    with pytest.raises(OutOfScope):
        accept_request(scope(other, "casework", on=TODAY), row, actor=other, now=LATER)


def test_a_request_is_decided_once() -> None:
    lin = make_person()
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    row = request_change(lin, Wish("person.degree", "doctor", "有证"), actor=talent, now=NOW)
    casework = scope(office, "casework", on=TODAY)
    accept_request(casework, row, actor=office, now=LATER)
    for act in (accept_request, accept_request):
        with pytest.raises(StaleRecord):
            act(casework, row, actor=office, now=LATER)
    with pytest.raises(StaleRecord):
        withdraw_request(row, actor=talent, now=LATER)
    assert Fact.objects.count() == 1


def test_only_one_is_open_for_a_fact_and_the_second_leaves_no_file(tmp_path: Path) -> None:
    lin = make_person()
    talent = make_talent(lin)
    wish = Wish("person.degree", "doctor", "有证")
    row = request_change(lin, wish, actor=talent, now=NOW)
    with pytest.raises(StaleRecord):
        request_change(lin, wish, evidence=CERTIFICATE, actor=talent, now=NOW)
    assert list(tmp_path.iterdir()) == []

    withdraw_request(row, actor=talent, now=NOW)
    request_change(lin, wish, actor=talent, now=NOW)
    assert ChangeRequest.objects.count() == 2


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lin, wang = make_person(), make_person()
    foreign = make_fact(wang, "person.degree", "master")
    wish = Wish("person.degree", "professor", "", wrong=foreign)
    with pytest.raises(InvalidFact) as refused:
        request_change(lin, wish, evidence=Upload("证.exe", b"MZ"), actor=make_talent(lin), now=NOW)
    assert refused.value.problems[:3] == [
        "“professor”不能作为“学历学位”",
        "请写明申请更正的理由",
        "要更正的不是这一项",
    ]
    assert "PDF" in refused.value.problems[3]
    assert not ChangeRequest.objects.exists()


def test_only_who_asked_takes_it_back() -> None:
    lin = make_person()
    row = request_change(
        lin, Wish("person.degree", "doctor", "有证"), actor=make_talent(lin), now=NOW
    )
    with pytest.raises(OutOfScope):
        withdraw_request(row, actor=make_user(role=Role.OFFICE), now=NOW)
