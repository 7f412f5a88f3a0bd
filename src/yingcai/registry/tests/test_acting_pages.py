"""Who may act for whom, on the pages: given by one, agreed by another, covered for a week, ended."""

from datetime import date, timedelta
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.mandates import (
    agree_mandate,
    cover_mandate,
    end_mandate,
    give_mandate,
)
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.queries.scope import acts_for, capacities
from yingcai.registry.tests.browsing import at, signed_in
from yingcai.registry.tests.browsing import in_a_line as text
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    employ,
    make_county,
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


def test_two_officers_connect_a_login_with_a_person() -> None:
    lin, talent = make_person("林之川"), make_user("talent2")
    meng, qiu = make_user("meng", role=Role.OFFICE), make_user("qiu", role=Role.OFFICE)
    first, second = signed_in(meng), signed_in(qiu)
    assert "没有本人账号" in text(first.get(at("acting", lin)))

    sent = first.post(at("mandate_new", lin), {"login": "Talent2", "reason": "持证到场核对"})

    assert (sent.status_code, sent["Location"]) == (302, at("acting", lin))
    row = Mandate.objects.get()
    assert (row.user, row.waiting, capacities(talent, TODAY)) == (talent, True, frozenset())
    assert signed_in(talent).get("/registry/me/").status_code == 403
    shown = text(first.get(at("acting", lin)))
    assert ("待第二人确认" in shown, at("mandate_agree", lin, row.pk) in shown) == (True, False)
    refused = first.post(at("mandate_agree", lin, row.pk))
    assert (refused.status_code, "须由另一位工作人员确认" in text(refused)) == (422, True)

    assert at("mandate_agree", lin, row.pk) in text(second.get(at("acting", lin)))
    assert "持证到场核对" in text(second.get(at("mandate_agree", lin, row.pk)))
    assert second.post(at("mandate_agree", lin, row.pk)).status_code == 302

    assert "林之川" in text(signed_in(talent).get("/registry/me/"))
    shown = text(first.get(at("acting", lin)))
    assert ("meng授权" in shown, "qiu确认" in shown) == (True, True)
    assert list(Event.objects.filter(action__startswith="mandate.").values_list("action", "actor"))[
        ::-1
    ] == [("mandate.given", meng.pk), ("mandate.agreed", qiu.pk)]


def test_neither_his_second_login_nor_his_cover_nor_the_person_is_a_second_officer() -> None:
    meng = make_user(role=Role.OFFICE)
    lin, talent = make_person(), make_user()
    row = give_mandate(talent, lin, "self", reason="核对", actor=meng, now=NOW)
    again = make_user(role=Role.OFFICE, person_key=meng.person_key)
    himself = make_user(role=Role.OFFICE, person_key=talent.person_key)

    for actor in (meng, again, himself):
        with pytest.raises(OutOfScope, match="须由另一位工作人员确认"):
            agree_mandate(row, actor=actor, now=NOW)
    row.refresh_from_db()
    assert row.waiting


def test_what_an_officer_may_not_give() -> None:
    meng, lin = make_user(role=Role.OFFICE), make_person()
    other, talent = make_person(), make_user()
    make_talent(other, "busy")
    busy = User.objects.get(username="busy")

    def refusal(user: User, **more: Any) -> list[str]:
        with pytest.raises(InvalidSubject) as refused:
            give_mandate(user, lin, "self", actor=meng, now=NOW, **more)
        return refused.value.problems

    assert refusal(meng, reason="我") == ["不能给自己授权：请另一位工作人员办理"]
    assert refusal(talent) == ["请写明授权的理由和依据"]
    assert refusal(talent, reason="x", starts_on=TODAY - DAY) == ["授权不能从过去的日期开始"]
    assert refusal(busy, reason="x") == ["这个账号已经连接另一个人；如果是一个人重复登记，请先合并"]
    assert Mandate.objects.filter(subject=lin).count() == 0


def test_what_waits_is_agreed_once_and_may_be_refused() -> None:
    meng, qiu = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    lin, talent = make_person(), make_user()
    row = give_mandate(talent, lin, "self", reason="核对", actor=meng, now=NOW)
    with pytest.raises(InvalidSubject, match="请写明终止的理由"):
        end_mandate(row, actor=qiu, now=NOW)
    end_mandate(row, reason="不是本人", actor=qiu, now=NOW)

    with pytest.raises(StaleRecord):
        agree_mandate(row, actor=qiu, now=NOW)
    assert capacities(talent, TODAY) == frozenset()


def test_a_login_acts_for_a_firm_until_the_office_ends_it_at_once() -> None:
    firm, user = make_firm("甲公司"), make_user("hr9")
    office = signed_in(make_user("meng", role=Role.OFFICE))

    office.post(at("mandate_new", firm), {"login": "hr9", "reason": "授权书〔2018〕3号"})
    row = Mandate.objects.get()
    client = signed_in(user)
    assert client.get("/registry/firm/")["Location"] == at("acting", firm)
    shown = text(client.get(at("acting", firm)))
    assert ("hr9" in shown, "meng授权" in shown, "授权书〔2018〕3号" in shown) == (True, True, True)

    refused = office.post(at("mandate_end", firm, row.pk), {"reason": " "})
    assert (refused.status_code, "请写明终止的理由" in text(refused)) == (422, True)
    assert office.post(at("mandate_end", firm, row.pk), {"reason": "调离"}).status_code == 302

    assert client.get(at("acting", firm)).status_code == 403
    assert "调离" in text(office.get(at("acting", firm)))


def test_a_county_gives_for_its_own_firms_only() -> None:
    east, west = make_county("东云县"), make_county("西川市")
    mine, other = make_firm(county=east), make_firm(county=west)
    make_user("hr9")
    client = signed_in(make_user(role=Role.COUNTY, unit=east))
    given = {"login": "hr9", "reason": "授权书"}

    assert client.post(at("mandate_new", other), given).status_code == 404
    assert client.get(at("acting", other)).status_code == 404
    assert client.post(at("mandate_new", mine), given).status_code == 302
    assert [row.subject for row in Mandate.objects.all()] == [mine]


def test_no_list_of_accounts_and_no_word_on_which_are_closed() -> None:
    firm = make_firm()
    make_user("closed", is_active=False)
    client = signed_in(make_user(role=Role.OFFICE))
    for login in ("closed", "nobody"):
        answer = client.post(at("mandate_new", firm), {"login": login, "reason": "x"})
        assert answer.status_code == 422
        assert "没有这个账号，或者账号已经停用" in text(answer)
    assert Mandate.objects.count() == 0


def test_hr_gives_cover_for_a_week_and_takes_it_back(settings: Any) -> None:
    firm, rival = make_firm("甲公司"), make_firm("乙公司")
    lin = make_person("林之川")
    employ(lin, firm, date(2017, 1, 1))
    hr, hr2 = make_officer(firm, "hr"), make_user("hr2")
    held, client, cover = Mandate.objects.get(user=hr), signed_in(hr), signed_in(hr2)
    days = {"login": "hr2", "starts_on": str(TODAY), "ends_on": str(TODAY + 6 * DAY)}
    assert cover.get(at("acting", firm)).status_code == 403

    assert client.post(at("mandate_cover", firm, held.pk), days).status_code == 302

    assert "林之川" in text(cover.get("/registry/"))
    assert cover.get(at("acting", rival)).status_code == 404
    made = Mandate.objects.get(stands_in_for=held)
    assert "代理 hr（hr）" in text(client.get(at("acting", firm)))
    # He does not pass it on, nor end it, nor end whom he covers.
    for address in ("mandate_cover", "mandate_end"):
        for row in (made, held):
            assert cover.post(at(address, firm, row.pk), days).status_code == 404
    settings.YINGCAI_TODAY = TODAY + 6 * DAY
    assert cover.get("/registry/").status_code == 200
    settings.YINGCAI_TODAY = TODAY + 7 * DAY
    assert cover.get("/registry/").status_code == 403
    settings.YINGCAI_TODAY = TODAY
    assert client.post(at("mandate_end", firm, made.pk), {}).status_code == 302
    assert cover.get("/registry/").status_code == 403
    assert client.get("/registry/").status_code == 200


def test_a_firms_officer_arranges_nothing_for_a_colleague() -> None:
    firm = make_firm()
    hr, colleague = make_officer(firm, "hr"), make_officer(firm, "hr3")
    theirs = Mandate.objects.get(user=colleague)
    client = signed_in(hr)
    days = {"login": "hr", "starts_on": str(TODAY), "ends_on": str(TODAY)}
    assert client.post(at("mandate_cover", firm, theirs.pk), days).status_code == 404
    assert client.post(at("mandate_end", firm, theirs.pk), {"reason": "x"}).status_code == 404
    assert client.post(at("mandate_new", firm), {"login": "hr", "reason": "x"}).status_code == 403


def test_a_firm_does_not_see_which_login_is_whose() -> None:
    firm, lin = make_firm(), make_person()
    employ(lin, firm, date(2017, 1, 1))
    make_talent(lin, "private-login")
    client = signed_in(make_officer(firm))
    assert client.get(at("acting", lin)).status_code == 404
    assert "经办与授权" not in text(client.get(at("subject", lin)))


def test_a_project_has_nobody_to_act_for_it() -> None:
    from_one = Subject.objects.create(kind="project", name="某项目", created_at=NOW)
    client = signed_in(make_user(role=Role.OFFICE))
    assert client.get(at("acting", from_one)).status_code == 404


def test_an_auditor_reads_and_does_nothing() -> None:
    firm = make_firm()
    make_officer(firm, "hr")
    client = signed_in(make_user(role=Role.AUDITOR))
    row = Mandate.objects.get()
    assert "hr" in text(client.get(at("acting", firm)))
    for address in ("mandate_end", "mandate_cover"):
        assert client.post(at(address, firm, row.pk), {"reason": "x"}).status_code == 403


def test_the_same_login_covers_again_next_year() -> None:
    firm, hr2 = make_firm(), make_user()
    hr = make_officer(firm)
    held = Mandate.objects.get(user=hr)
    cover_mandate(held, hr2, starts_on=TODAY, ends_on=TODAY, actor=hr, now=NOW)
    later = NOW + 365 * DAY
    cover_mandate(
        held, hr2, starts_on=TODAY + 365 * DAY, ends_on=TODAY + 366 * DAY, actor=hr, now=later
    )
    assert capacities(hr2, TODAY + 366 * DAY) == {"employer"}
    assert held.covers.filter(ended_on=TODAY + DAY).count() == 1


def test_who_acts_for_a_firm_by_another_login_or_as_a_cover_acts_for_it() -> None:
    firm, hr2 = make_firm(), make_user(role=Role.OFFICE)
    hr = make_officer(firm)
    held = Mandate.objects.get(user=hr)
    assert not acts_for(hr2, firm, TODAY)
    cover_mandate(held, hr2, starts_on=TODAY, ends_on=TODAY, actor=hr, now=NOW)
    assert acts_for(hr2, firm, TODAY)
    assert acts_for(make_user(person_key=hr2.person_key), firm, TODAY)
    assert not acts_for(hr2, firm, TODAY + DAY)


def test_what_a_cover_of_a_firm_does_is_written_down_as_such() -> None:
    firm, hr2, third = make_firm(), make_user(role=Role.OFFICE), make_user()
    hr = make_officer(firm)
    cover_mandate(
        Mandate.objects.get(user=hr), hr2, starts_on=TODAY, ends_on=TODAY, actor=hr, now=NOW
    )
    give_mandate(third, firm, "employer", reason="授权书", actor=hr2, now=NOW)
    assert Event.objects.latest("pk").details["stands_in_for"] == [str(hr.pk)]
