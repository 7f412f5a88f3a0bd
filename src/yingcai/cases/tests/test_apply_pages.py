"""The form of an application: for whom, only what is not known, once; another's draft is not there."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import Used, answers_of
from yingcai.cases.models import Case, CaseFile
from yingcai.cases.reasons import Sayer
from yingcai.cases.tests.case_city import FILES, GRANT, PDF, City, build_city
from yingcai.cases.tests.make import publish_city
from yingcai.cases.viewers import viewer_of
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.browsing import in_a_line, signed_in, text
from yingcai.registry.tests.make import (
    employ,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.django_db
MONTHS = "person.insured_months"


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_city(tmp_path / "city")


def begin(city: City, user: Any = None, programme: str = "grant") -> str:
    """The address of the form of a new draft."""
    answer = signed_in(user or city.talent).post(
        f"/apply/{programme}/", {"subject": str(city.person.handle)}
    )
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["Location"])


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def send(user: Any, address: str, **given: Any) -> Any:
    """The form as it is shown, sent with some fields more."""
    client = signed_in(user)
    shown = {"version": version(text(client.get(address)))}
    return client.post(
        address, {**shown, **{name.replace("__", "."): one for name, one in given.items()}}
    )


def diploma(data: bytes = PDF, name: str = "证.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_the_guide_leads_to_the_application_where_it_is_open_and_has_a_way(city: City) -> None:
    client = signed_in(city.talent)

    assert 'href="/apply/grant/"' in text(client.get("/guide/grant/"))
    assert 'href="/apply/fee/"' not in text(client.get("/guide/fee/"))
    refused = client.post("/apply/fee/", {"subject": str(city.firm.handle)})
    assert refused.status_code == 404
    assert not Case.objects.exists()


def test_what_one_can_get_leads_to_the_application(city: City) -> None:
    told = ["person.degree=doctor", f"{MONTHS}=24"]
    page = text(Client().post("/entitled/", {"subject": "person", "told": told}))

    assert 'href="/apply/grant/"' in page
    assert 'href="/apply/settling-in/"' not in page  # it has no workflow


def test_a_visitor_signs_in_first_and_comes_back(client: Any) -> None:
    assert client.get("/apply/grant/").headers["Location"] == "/accounts/login/?next=/apply/grant/"


def test_a_login_that_may_apply_for_nobody_reads_what_to_do(city: City) -> None:
    page = text(signed_in(city.officer).get("/apply/grant/"))

    assert "您的账号还不能申请" in page
    assert "开始填写" not in page


def test_the_form_asks_only_what_the_city_does_not_know(city: City) -> None:
    page = text(signed_in(city.talent).get(begin(city)))

    assert f'name="{MONTHS}"' in page
    assert 'name="person.degree"' not in page
    known = page[page.index("本市已经掌握") :]
    assert re.search(r"<dt>学历.*?</dt><dd>博士", known)
    assert not Look.objects.exists()  # he looked at himself


def test_a_form_is_kept_checked_and_handed_in_once(city: City) -> None:
    address = begin(city)
    assert begin(city) == address  # the draft that is there

    assert send(city.talent, address, **{MONTHS: "24"}).status_code == 302
    refused = send(city.talent, address, **{MONTHS: "24", "do": "submit"})
    assert refused.status_code == 422
    assert "缺少必交材料：学位证书" in text(refused)
    assert Case.objects.get().status == "draft"
    seen = {"version": version(text(signed_in(city.talent).get(address)))}
    sent = send(
        city.talent, address, **{MONTHS: "24", "material.diploma": diploma(), "do": "submit"}
    )

    case = Case.objects.get()
    assert sent.headers["Location"] == f"/my/cases/{case.handle}/receipt/"
    assert (case.status, case.stage, case.files.count()) == ("running", "intake", 1)
    again = signed_in(city.talent).post(address, {**seen, MONTHS: "3", "do": "submit"})
    assert again.headers["Location"] == f"/my/cases/{case.handle}/"
    assert (Case.objects.count(), answers_of(Case.objects.get()).own) == (1, {MONTHS: "24"})
    assert Event.objects.filter(action="case.submitted").count() == 1


def test_everything_that_lacks_is_said_at_once_and_what_nobody_knows_may_stay_open(
    city: City,
) -> None:
    address = begin(city)
    refused = in_a_line(send(city.talent, address, do="submit"))

    assert "请回答这一项" in refused
    assert "缺少必交材料：学位证书" in refused
    send(city.talent, address, do="submit", unsure="1", **{"material.diploma": diploma()})
    assert Case.objects.get().status == "running"


def test_what_would_be_refused_is_handed_in_only_by_who_says_so(city: City) -> None:
    address = begin(city, programme="bonus")
    refused = send(city.talent, address, **{MONTHS: "2", "do": "submit"})

    assert "按目前的信息不符合条件" in text(refused)
    assert "还差4个月" in text(refused)
    assert Case.objects.get().status == "draft"
    send(city.talent, address, **{MONTHS: "2", "do": "submit", "anyway": "1"})
    assert Case.objects.get().status == "declined"  # by the rules, with the clause


def test_a_wrong_answer_and_a_wrong_file_keep_the_rest(city: City) -> None:
    address = begin(city)
    refused = send(
        city.talent,
        address,
        **{MONTHS: "two years", "material.diploma": diploma(b"MZ", "证.exe"), "do": "submit"},
    )

    assert refused.status_code == 422
    page = in_a_line(refused)
    assert 'value="two years"' in page
    assert "证.exe：只收 PDF、PNG、JPG、DOCX、XLSX 文件" in page
    refused = send(city.talent, address, **{MONTHS: "24", "material.diploma": diploma(b"MZ")})
    assert refused.status_code == 422
    case = Case.objects.get()
    assert answers_of(case).own == {MONTHS: "24"}
    assert (case.status, CaseFile.objects.count()) == ("draft", 0)


def test_a_stale_form_says_so_and_loses_nothing(city: City) -> None:
    address, client = begin(city), signed_in(city.talent)
    old = version(text(client.get(address)))
    send(city.talent, address, **{MONTHS: "12"})

    answer = client.post(address, {"version": old, MONTHS: "36", "do": "submit"})

    assert answer.status_code == 409
    assert "在别处改过" in text(answer)
    assert 'value="36"' in text(answer)
    assert answers_of(Case.objects.get()).own == {MONTHS: "12"}
    client.post(address, {"version": version(text(answer)), MONTHS: "36"})
    assert answers_of(Case.objects.get()).own == {MONTHS: "36"}


def test_a_form_follows_rules_that_were_published_meanwhile(city: City, tmp_path: Path) -> None:
    address, client = begin(city), signed_in(city.talent)
    old, before = version(text(client.get(address))), Case.objects.get().pack
    doubled = GRANT.replace("YUAN(50000)", "YUAN(100000)")
    publish_city(tmp_path / "later", more={**FILES, "programmes/grant.yaml": doubled})

    shown = client.get(address)
    assert "政策已经更新：保存以后" in text(shown)
    assert Case.objects.get().pack == before  # who only looks changes nothing
    answer = client.post(address, {"version": old, MONTHS: "36", "do": "submit"})

    assert (answer.status_code, 'value="36"' in text(answer)) == (409, True)
    assert Case.objects.get().status == "draft"
    client.post(address, {"version": version(text(answer)), MONTHS: "36"})
    assert "10万元" in text(client.get(address))


def test_a_file_of_a_draft_is_taken_back(city: City) -> None:
    address = begin(city)
    send(city.talent, address, **{"material.diploma": [diploma(), diploma(name="二.pdf")]})
    first, second = CaseFile.objects.order_by("id")

    send(city.talent, address, remove=str(first.pk))

    assert list(CaseFile.objects.filter(removed_at=None)) == [second]
    assert "二.pdf" in text(signed_in(city.talent).get(address))


def test_a_draft_is_thrown_away_after_a_second_question(city: City) -> None:
    address = begin(city)
    asked = send(city.talent, address, do="discard")

    assert "不能恢复" in text(asked)
    assert Case.objects.get().status == "draft"
    send(city.talent, address, do="sure")
    assert Case.objects.get().sealed_answers is None
    assert signed_in(city.talent).get(address).status_code == 404
    assert "还没有申请" in text(signed_in(city.talent).get("/my/cases/"))


def test_anothers_draft_is_not_there(city: City) -> None:
    address = begin(city)
    stranger = make_talent(make_person("何云飞"))

    for user in (stranger, city.hr, city.window, city.county):
        assert signed_in(user).get(address).status_code == 404
        assert signed_in(user).post(address, {MONTHS: "3", "do": "submit"}).status_code == 404
    assert answers_of(Case.objects.get()).own == {}


def test_a_firm_applies_for_its_own_staff_only(city: City) -> None:
    other = make_person("何云飞")
    employ(other, make_firm("别家公司"), date(2017, 1, 1))
    hr = signed_in(city.hr)

    page = text(hr.get("/apply/grant/"))
    assert "林之川" in page
    assert "何云飞" not in page
    assert Look.objects.filter(viewer=city.hr, subject=city.person).count() == 1
    assert hr.post("/apply/grant/", {"subject": str(other.handle)}).status_code == 404
    assert hr.post("/apply/grant/", {"subject": "nobody"}).status_code == 404
    assert "何云飞" not in text(hr.get(f"/apply/grant/?subject={other.handle}"))
    assert not Case.objects.exists()


def test_who_files_for_somebody_leaves_a_look(city: City) -> None:
    page = text(signed_in(city.hr).get(begin(city, city.hr)))

    assert "博士" in page
    look = Look.objects.filter(viewer=city.hr).latest("id")
    assert (look.capacity, look.fields) == ("employer", ["person.degree"])


def test_a_firm_sees_no_sensitive_value_and_a_person_none_of_his_firm(city: City) -> None:
    case = city.draft()
    secret, register = Used("7654321", "tax", by="register", sensitive=True), Used("1", "tax")
    hr, own = (viewer_of(case, user, date(2018, 6, 11)) for user in (city.hr, city.talent))
    classes = {"person.salary": "sensitive", "person.degree": "personal", "firm.sales": "internal"}
    hr, own = replace(hr, classes=classes), replace(own, classes=classes)

    assert [hr.shows(name, register) for name in classes] == [False, True, True]
    assert [own.shows(name, register) for name in classes] == [True, True, False]
    hr = replace(hr, classes={"person.degree": "sensitive"})
    line = Sayer(case, {"person.degree": secret}, hr).value("person.degree")
    assert (line.words, line.masked, line.sensitive) == ("已掌握，不在这里显示", True, False)


def test_what_a_firm_filed_waits_for_the_person_who_confirms_it(city: City) -> None:
    address = begin(city, city.hr)
    sent = send(city.hr, address, **{MONTHS: "24", "material.diploma": diploma(), "do": "submit"})
    case = Case.objects.get()

    assert "等待本人确认" in text(signed_in(city.hr).get(sent.headers["Location"]))
    assert (case.status, case.submitted_at) == ("unconfirmed", None)
    own = f"/my/cases/{case.handle}/"
    page = in_a_line(signed_in(city.talent).get(own))
    assert "24个月" in page
    assert "证.pdf" in page
    word = {"word": "yes", "version": str(case.version)}
    signed_in(city.hr).post(f"{own}answer/", word)
    assert Case.objects.get().status == "unconfirmed"  # only the person himself
    signed_in(city.talent).post(f"{own}answer/", word)
    assert Case.objects.get().status == "running"


def test_what_a_person_does_not_agree_to_goes_back_to_who_filled_it_in(city: City) -> None:
    address = begin(city, city.hr)
    send(city.hr, address, **{MONTHS: "24", "material.diploma": diploma(), "do": "submit"})
    case = Case.objects.get()
    signed_in(city.talent).post(
        f"/my/cases/{case.handle}/answer/", {"word": "no", "version": str(case.version)}
    )

    assert Case.objects.get().status == "draft"
    assert signed_in(city.hr).get(address).status_code == 200
    assert signed_in(city.talent).get(address).status_code == 404


def test_a_person_without_a_login_needs_no_confirmation(city: City) -> None:
    other = make_person("何云飞")
    employ(other, city.firm, date(2017, 1, 1))
    answer = signed_in(city.hr).post("/apply/grant/", {"subject": str(other.handle)})
    degree = {"person.degree": "doctor", MONTHS: "24"}
    send(
        city.hr,
        answer.headers["Location"],
        **degree,
        **{"material.diploma": diploma(), "do": "submit"},
    )

    assert Case.objects.get().status == "running"


def test_the_talent_office_comes_from_a_subject_and_files_at_the_window(city: City) -> None:
    office = make_user("office", role="office")
    page = text(signed_in(office).get("/apply/grant/"))
    assert "林之川" not in page  # the whole register is no list
    page = text(signed_in(office).get(f"/apply/grant/?subject={city.person.handle}"))

    assert "林之川" in page
    begin(city, office)
    assert Case.objects.get().side == "window"


def test_an_officer_of_another_firm_who_lost_the_mandate_sees_nothing_any_more(city: City) -> None:
    address = begin(city, city.hr)
    city.hr.mandates.update(ended_on=date(2018, 6, 10))

    assert signed_in(city.hr).get(address).status_code == 404
    assert signed_in(make_officer(make_firm("别家公司"))).get(address).status_code == 404


def test_answers_that_open_questions_say_so_and_have_them_asked_first(city: City) -> None:
    other = make_person("何云飞")
    employ(other, city.firm, date(2017, 1, 1))
    answer = signed_in(city.hr).post("/apply/grant/", {"subject": str(other.handle)})
    address = answer.headers["Location"]

    def shown() -> list[str]:
        return re.findall(r'name="shown" value="([^"]+)"', text(signed_in(city.hr).get(address)))

    assert set(shown()) == {"person.degree", MONTHS}
    send(city.hr, address, **{"person.degree": "none"})
    assert shown() == ["person.degree"]  # it settles the answer
    given = {"person.degree": "doctor", "shown": ["person.degree"], "unsure": "1", "do": "submit"}
    asked = send(city.hr, address, **given, **{"material.diploma": diploma()})

    assert asked.status_code == 422
    assert "新增了 1 个问题" in in_a_line(asked)
    assert Case.objects.get().status == "draft"
    send(city.hr, address, **{"person.degree": "none"})
    saved = send(city.hr, address, **{"person.degree": "doctor", "shown": ["person.degree"]})
    assert saved.headers["Location"] == f"{address}?new={MONTHS}"
    assert "新增了 1 个问题" in in_a_line(signed_in(city.hr).get(saved.headers["Location"]))
