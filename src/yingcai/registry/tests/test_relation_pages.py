"""Who belongs to whom, on the pages: added, ended, corrected, retracted; a firm and its own people."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.audit.models import Event
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look, Relation, Subject
from yingcai.registry.tests.browsing import at, signed_in
from yingcai.registry.tests.browsing import in_a_line as text
from yingcai.registry.tests.make import (
    CREDIT_CODE,
    NOW,
    TODAY,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.usefixtures("city")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.YINGCAI_TODAY = TODAY


@pytest.fixture
def office() -> Client:
    return signed_in(make_user("meng", role=Role.OFFICE))


def said(**more: str) -> dict[str, str]:
    return {"kind": "employed-by", "since": "2017-01-01", "source": "insurance", **more}


def test_the_other_side_is_found_by_name_and_the_relation_recorded(office: Client) -> None:
    lin, firm = make_person("林之川"), make_firm("东云机电公司")
    assert "还没有登记关系" in text(office.get(at("relations", lin)))

    found = text(office.get(at("relation_find", lin) + "?q=东云"))
    assert at("relation_new", lin, firm.handle) in found
    form = text(office.get(at("relation_new", lin, firm.handle)))
    assert ("任职单位" in form, "在职人员" in form) == (True, False)
    done = office.post(at("relation_new", lin, firm.handle), said(until="2018-01-31"))

    assert (done.status_code, done["Location"]) == (302, at("relations", lin))
    row = Relation.objects.get()
    assert (row.subject, row.other, row.starts_on, row.ends_on, row.source) == (
        lin, firm, date(2017, 1, 1), date(2018, 1, 31), "insurance",
    )  # fmt: skip
    assert "东云机电公司" in text(office.get(at("relations", lin)))
    assert "林之川" in text(office.get(at("relations", firm)))


def test_the_other_side_is_found_by_its_number_and_it_may_be_said_from_there(
    office: Client,
) -> None:
    lin, firm = make_person("林之川"), make_firm(code=CREDIT_CODE)
    number = {"number_kind": "credit-code", "number": CREDIT_CODE}

    found = office.post(at("relation_find", lin), number)
    assert found["Location"] == at("relation_new", lin, firm.handle)
    assert office.post(at("relation_find", lin), {**number, "number": "x"}).status_code == 422
    sent = said(kind="holds-shares/", percent="12.5")
    assert office.post(at("relation_new", firm, lin.handle), sent).status_code == 302

    row = Relation.objects.get()
    assert (row.subject, row.other, row.share) == (lin, firm, 125_000)
    assert "12.5%" in text(office.get(at("relations", lin)))


def test_what_cannot_be_is_refused_with_every_reason(office: Client) -> None:
    lin, firm, other = make_person(), make_firm(), make_firm()
    sent = said(until="2016-12-31", percent="5")
    refused = office.post(at("relation_new", lin, firm.handle), sent)
    shown = text(refused)
    assert refused.status_code == 422
    assert "结束日期早于开始日期" in shown
    assert "只用于持股关系" in shown
    assert "之间没有适用的关系" in text(office.get(at("relation_new", firm, other.handle)))
    assert not Relation.objects.exists()


def test_a_county_connects_its_own_with_its_own(office: Client) -> None:
    east, west = make_county("东云县"), make_county("西川市")
    lin, mine, other = make_person(county=east), make_firm(county=east), make_firm(county=west)
    client = signed_in(make_user(role=Role.COUNTY, unit=east))
    assert client.post(at("relation_new", lin, other.handle), said()).status_code == 404
    assert client.post(at("relation_new", other, lin.handle), said()).status_code == 404
    assert client.post(at("relation_new", lin, mine.handle), said()).status_code == 302
    assert [row.other for row in Relation.objects.all()] == [mine]


def test_a_wrong_relation_is_replaced_and_what_was_known_stays(office: Client) -> None:
    lin, firm = make_person("林之川"), make_firm()
    old = employ(lin, firm, date(2017, 1, 1))
    address = at("relation_correct", lin, old.pk)

    assert office.post(address, said(since="2017-03-01", reason=" ")).status_code == 422
    done = office.post(address, said(since="2017-03-01", reason="合同写明三月"))

    assert done.status_code == 302
    new = Relation.objects.get(replaces=old)
    assert (new.starts_on, new.reason) == (date(2017, 3, 1), "合同写明三月")
    old.refresh_from_db()
    assert old.starts_on == date(2017, 1, 1)
    shown = text(office.get(at("relations", lin)))
    assert ("2017年3月1日" in shown, "2017年1月1日" in shown) == (True, False)
    assert office.get(address).status_code == 404  # it is no longer what is known
    assert Event.objects.latest("pk").action == "relation.corrected"


def test_what_never_was_is_retracted_and_opens_nothing_any_more(office: Client) -> None:
    lin, firm = make_person("林之川"), make_firm()
    old = employ(lin, firm, date(2017, 1, 1))
    officer = signed_in(make_officer(firm))
    assert officer.get(at("subject", lin)).status_code == 200

    done = office.post(at("relation_correct", lin, old.pk), {"word": "never", "reason": "同名"})

    assert done.status_code == 302
    assert officer.get(at("subject", lin)).status_code == 404
    assert "还没有登记关系" in text(office.get(at("relations", lin)))
    assert Relation.objects.get(replaces=old).retracts


def test_a_firm_says_that_one_of_its_people_left_and_the_person_sees_it() -> None:
    firm, rival, lin = make_firm("甲公司"), make_firm("乙公司"), make_person("林之川")
    own = employ(lin, firm, date(2017, 1, 1))
    foreign = employ(lin, rival, date(2017, 1, 1))
    client = signed_in(make_officer(firm))
    assert "乙公司" not in text(client.get(at("relations", lin)))
    last = {"until": str(TODAY - DAY)}

    assert client.post(at("relation_end", lin, foreign.pk), last).status_code == 404
    assert client.post(at("relation_correct", lin, own.pk), said(reason="x")).status_code == 403
    done = client.post(at("relation_end", lin, own.pk), last)

    assert (done.status_code, done["Location"]) == (302, reverse("registry:subjects"))
    assert client.get(at("subject", lin)).status_code == 404
    row = Relation.objects.get(replaces=own)
    assert (row.ends_on, row.source) == (TODAY - DAY, "employer")
    shown = text(signed_in(make_talent(lin)).get("/registry/me/"))
    assert ("甲公司" in shown, "2018年6月7日" in shown, "用人单位填报" in shown) == (
        True, True, True,
    )  # fmt: skip


def test_a_relation_of_somebody_else_is_not_there(office: Client) -> None:
    lin, wang, firm = make_person(), make_person(), make_firm()
    row = employ(wang, firm, date(2017, 1, 1))
    for address in ("relation_end", "relation_correct"):
        assert office.get(at(address, lin, row.pk)).status_code == 404


def test_who_is_restricted_has_no_page_of_relations(office: Client) -> None:
    lin = make_person()
    Subject.objects.filter(pk=lin.pk).update(standing=Subject.Standing.RESTRICTED)
    for address in ("relations", "relation_find", "acting", "steps", "subject_requests"):
        assert office.get(at(address, lin)).status_code == 404


def test_the_trajectory_is_opened_only_on_its_own_page(office: Client) -> None:
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "master", since=date(2010, 7, 1), until=date(2012, 7, 1))
    make_fact(lin, "person.degree", "doctor", since=date(2013, 7, 1))

    assert "硕士" not in text(office.get(at("subject", lin)))
    looks = Look.objects.count()
    shown = text(office.get(at("steps", lin)))
    assert ("硕士" in shown, "博士" in shown) == (True, True)
    assert Look.objects.count() == looks + 1


def test_a_page_of_a_person_asks_the_database_no_more_than_before(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    lin, firm = make_person("林之川"), make_firm()
    make_fact(lin, "person.degree", "doctor")
    employ(lin, firm, date(2017, 1, 1))
    make_talent(lin)
    # One of each is the look that is written.
    for name, most in (("subject", 12), ("steps", 12), ("relations", 9), ("acting", 8)):
        office.get(at(name, lin))
        with django_assert_max_num_queries(most):
            office.get(at(name, lin))


def test_tabs_are_links_and_say_where_one_is(office: Client) -> None:
    lin = make_person("林之川")
    shown = text(office.get(at("relations", lin)))
    assert f'<a href="{at("relations", lin)}" aria-current="page">关系</a>' in shown
    for name in ("subject", "steps", "acting", "subject_requests", "looks"):
        assert f'href="{at(name, lin)}"' in shown
    assert NOW.date() == TODAY
