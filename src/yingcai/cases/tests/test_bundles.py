"""Several programmes with one form: asked once, one set of documents, handed in together, once."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yingcai.audit.models import Event
from yingcai.cases.actions.bundling import start_bundle, submit_bundle
from yingcai.cases.actions.deciding import answers_of
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Bundle, Case, CaseFile
from yingcai.cases.tests.case_city import FILES, NOW, PDF, City, build_city
from yingcai.identity.models import User
from yingcai.registry.tests.browsing import in_a_line, signed_in, text
from yingcai.registry.tests.make import make_person, make_talent

pytestmark = pytest.mark.django_db
MONTHS = "person.insured_months"
MOVING = """programme: moving
title: {zh: 搬家补助, en: Moving grant}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
conditions:
  - id: degree
    when: person.degree >= 'master'
    source: plan-2026#1
    text: {zh: 具有硕士以上学位。, en: Has a master's degree or more.}
    evidence: [{id: diploma, zh: 学位证书, en: Diploma, need: required}]
  - id: insured
    when: person.insured_months >= 3
    source: plan-2026#1
    text: {zh: 参加社会保险满3个月。, en: Insured for 3 months.}
amount: YUAN(3000)
workflow: examined
"""


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_city(tmp_path / "city", {**FILES, "programmes/moving.yaml": MOVING})


def begun(city: City, *programmes: str, **said: str) -> Bundle:
    given = {name.replace("__", "."): value for name, value in said.items()}
    return start_bundle(programmes or ("grant", "moving"), given, actor=city.talent, now=NOW)


def address(bundle: Bundle) -> str:
    return f"/apply/bundles/{bundle.handle}/"


def send(user: User, bundle: Bundle, wish: str, **given: Any) -> Any:
    """The form as it is shown, sent with some fields more."""
    client = signed_in(user)
    page = text(client.get(address(bundle)))
    versions = dict(re.findall(r'name="(version\.[\w-]+)" value="(\d+)"', page))
    fields = {name.replace("__", "."): value for name, value in given.items()}
    return client.post(address(bundle), {**versions, "do": wish, **fields})


def test_the_search_offers_what_can_be_applied_for_together(city: City) -> None:
    asked = {"subject": "person", "own": "1", "told": f"{MONTHS}=24"}
    page = in_a_line(signed_in(city.talent).post("/entitled/", asked))

    ticked = set(re.findall(r'name="choose" value="([\w-]+)" checked', page))
    assert {"grant", "moving"} <= ticked
    assert "bonus" not in ticked  # it is not paid beside the grant
    assert 'name="choose"' not in text(signed_in(city.hr).post("/entitled/", asked))

    form = {"choose": ["grant", "moving"], "told": f"{MONTHS}=24"}
    answer = signed_in(city.talent).post("/apply/bundles/", form)
    bundle = Bundle.objects.get()
    assert answer.headers["Location"] == address(bundle)
    assert [answers_of(case).own for case in bundle.cases.all()] == [{MONTHS: "24"}] * 2


def test_what_is_to_be_ticked_is_in_sight(city: City) -> None:
    """Where nothing is sure yet every group was folded, and the page asked to tick what nobody saw."""
    page = in_a_line(signed_in(city.talent).post("/entitled/", {"subject": "person"}))

    assert "申请勾选的事项" in page
    assert '<details class="yc-group is-unknown" open>' in page
    nobody = in_a_line(Client().post("/entitled/", {"subject": "person"}))
    assert '<details class="yc-group is-unknown">' in nobody


def test_each_question_and_each_document_stands_there_once(city: City) -> None:
    page = in_a_line(signed_in(city.talent).get(address(begun(city))))

    assert page.count(f'name="{MONTHS}"') == 1
    assert page.count('name="material.diploma"') == 2  # to choose a file, or to take a picture
    assert page.count("安家补助") >= 1
    assert "博士" in page  # it is known and not asked


def test_one_form_becomes_a_case_each_once(city: City) -> None:
    bundle = begun(city)
    paper = SimpleUploadedFile("证.pdf", PDF)

    refused = send(city.talent, bundle, "submit", person__insured_months="24")
    assert refused.status_code == 422
    assert "缺少必交材料：学位证书" in text(refused)
    assert set(Case.objects.values_list("status", flat=True)) == {"draft"}
    answer = send(
        city.talent, bundle, "submit", **{"material.diploma": paper, "person__insured_months": "24"}
    )

    assert answer.headers["Location"] == f"/my/bundles/{bundle.handle}/"
    assert set(Case.objects.values_list("status", "stage")) == {("running", "intake")}
    assert CaseFile.objects.count() == 2
    assert len(set(CaseFile.objects.values_list("sha256", flat=True))) == 1
    receipt = in_a_line(signed_in(city.talent).get(answer.headers["Location"]))
    assert all(case.number in receipt for case in Case.objects.all())
    assert receipt.count("证.pdf") == 1
    again = signed_in(city.talent).post(address(bundle), {"do": "submit"})
    assert again.headers["Location"] == f"/my/bundles/{bundle.handle}/"
    assert Event.objects.filter(action="case.submitted").count() == 2
    assert Event.objects.filter(action="bundle.submitted").count() == 1


def test_all_are_handed_in_or_none(city: City) -> None:
    bundle = begun(city, "recognition", "grant", person__insured_months="24")
    versions = {case.pk: case.version for case in bundle.cases.all()}

    with pytest.raises(InvalidCase, match="安家补助：缺少必交材料"):
        submit_bundle(bundle, versions, actor=city.talent, now=NOW)

    assert set(Case.objects.values_list("status", flat=True)) == {"draft"}
    assert Bundle.objects.get().submitted_at is None
    with pytest.raises(StaleCase):
        submit_bundle(bundle, dict.fromkeys(versions, 99), actor=city.talent, now=NOW)
    with pytest.raises(NotAllowed):
        submit_bundle(bundle, versions, actor=city.hr, now=NOW)
    assert not Event.objects.filter(action="case.submitted").exists()


def test_what_excludes_each_other_is_not_begun_together(city: City) -> None:
    with pytest.raises(InvalidCase, match="“安家补助”和“参保奖励”不能同时享受"):
        begun(city, "grant", "bonus")
    with pytest.raises(InvalidCase, match="请选择2至12项"):
        begun(city, "grant")
    with pytest.raises(InvalidCase):
        begun(city, "grant", "ghost")
    with pytest.raises(NotAllowed):
        start_bundle(["grant", "moving"], {}, actor=city.hr, now=NOW)

    assert not Case.objects.exists()
    assert not Bundle.objects.exists()


def test_why_one_cannot_be_begun_is_told_with_its_name(city: City) -> None:
    city.submitted("grant")

    with pytest.raises(InvalidCase, match="安家补助：同一事项已有一件正在办理"):
        begun(city)

    assert not Bundle.objects.exists()
    assert Case.objects.get().programme == "grant"


def test_one_is_taken_out_and_stays_a_draft(city: City) -> None:
    bundle = begun(city)
    moving = Case.objects.get(programme="moving")

    signed_in(city.talent).post(address(bundle), {"drop": str(moving.handle)})

    moving.refresh_from_db()
    assert (moving.bundle, moving.status) == (None, "draft")
    assert "搬家补助" not in text(signed_in(city.talent).get(address(bundle)))


def test_a_document_is_taken_back_from_all(city: City) -> None:
    bundle = begun(city)
    paper = SimpleUploadedFile("证.pdf", PDF)
    send(city.talent, bundle, "save", **{"material.diploma": paper})
    digest = CaseFile.objects.values_list("sha256", flat=True)[0]

    send(city.talent, bundle, "save", remove=digest)

    assert not CaseFile.objects.filter(removed_at=None).exists()


def test_what_cannot_be_read_is_told_once_and_stays_typed(city: City) -> None:
    bundle = begun(city)

    answer = send(city.talent, bundle, "submit", person__insured_months="many")

    page = in_a_line(answer)
    assert answer.status_code == 422
    assert page.count('id="person-insured_months-problem"') == 1
    assert 'value="many"' in page


def test_nobody_else_finds_a_bundle(city: City) -> None:
    bundle = begun(city)
    other = make_talent(make_person("何云飞"), "stranger")

    for user in (other, city.hr, city.officer):
        assert signed_in(user).get(address(bundle)).status_code == 404
        assert signed_in(user).get(f"/my/bundles/{bundle.handle}/").status_code == 404
        assert signed_in(user).post(address(bundle), {"do": "submit"}).status_code == 404
    assert set(Case.objects.values_list("status", flat=True)) == {"draft"}
