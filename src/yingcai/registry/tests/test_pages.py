"""Pages of the registry in a browser's eyes: who sees what, in both languages, and what is written down."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.requests import Upload, Wish, request_change
from yingcai.registry.actions.subjects import register_subject
from yingcai.registry.evidence_files import place_of
from yingcai.registry.models import ChangeRequest, Consent, Look, Subject
from yingcai.registry.tests.browsing import signed_in, text
from yingcai.registry.tests.make import (
    NOW,
    OTHER_RESIDENT,
    RESIDENT,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def page(subject: Subject) -> str:
    return reverse("registry:subject", args=[subject.handle])


def test_the_office_finds_by_initials_and_the_look_is_written() -> None:
    lin = make_person("林之川")
    make_person("王一")
    client = signed_in(make_user(role=Role.OFFICE))

    found = text(client.get("/registry/?q=lzc"))

    assert "林之川" in found
    assert "王一" not in found
    assert [(one.subject, one.fields) for one in Look.objects.all()] == [(lin, ["name"])]


def following(page: str) -> str:
    """The address of the next page; empty on the last one."""
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""


def all_pages(client: Client, address: str) -> list[str]:
    """The names of every page, in order."""
    names: list[str] = []
    while address:
        shown = text(client.get(f"/registry/{address}"))
        names += re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', shown)
        address = following(shown)
    return names


def test_lists_are_paged_by_pinyin_and_each_is_there_once() -> None:
    for number in range(45):
        make_person(f"张{number:02d}")
    make_person("阿一"), make_person("张00"), make_firm("中山公司")
    client = signed_in(make_user(role=Role.OFFICE))

    found = all_pages(client, "?")

    people = sorted([f"张{number:02d}" for number in range(45)] + ["张00"])
    assert found == ["阿一", *people, "中山公司"]
    assert all_pages(client, "?kind=organisation") == ["中山公司"]


def test_latin_letters_find_initials_first_then_pinyin_and_nobody_twice() -> None:
    for name in ("李安", "林之川", "安丽", "Lisa Li"):  # la, lzc, al, ll
        make_person(name)
    client = signed_in(make_user(role=Role.OFFICE))

    assert all_pages(client, "?q=l") == ["李安", "Lisa Li", "林之川"]
    assert all_pages(client, "?q=li") == ["李安", "林之川", "Lisa Li"]
    assert all_pages(client, "?q=Lin Zhi") == ["林之川"]
    assert all_pages(client, "?q=林之") == ["林之川"]
    assert all_pages(client, "?q=之川") == []


def test_pages_go_on_from_initials_to_pinyin() -> None:
    for number in range(25):
        make_person(f"林乙{number:02d}")  # ly00 …
    for number in range(25):
        make_person(f"吕一{number:02d}")  # ly00 …, too
    make_person("李洋")  # ly
    make_person("柳")  # l: by pinyin only
    client = signed_in(make_user(role=Role.OFFICE))

    found = all_pages(client, "?q=l")

    assert len(found) == len(set(found)) == 52
    assert all_pages(client, "?q=liu") == ["柳"]


def test_a_place_that_is_none_shows_the_first_page() -> None:
    make_person("林之川")
    client = signed_in(make_user(role=Role.OFFICE))
    for query in ("along=pinyin&after=z&id=x", "along=salary&after=z&id=1", "after=z&id=1"):
        assert "林之川" in text(client.get(f"/registry/?{query}"))


def test_a_list_of_twenty_asks_the_database_seven_times(django_assert_num_queries: Any) -> None:
    """Session, user, roles and mandates, pack, counties, the list; and the looks are written."""
    for number in range(30):
        make_person(f"张{number:02d}")
    client = signed_in(make_user(role=Role.OFFICE))
    client.get("/registry/")
    with django_assert_num_queries(7):
        client.get("/registry/")


def test_a_page_of_a_person_shows_values_contradictions_and_stars() -> None:
    lin = make_person("林之川", number=RESIDENT)
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.degree", "master", "employer")
    make_fact(lin, "person.salary", 500000)
    client = signed_in(make_user(role=Role.OFFICE))

    found = text(client.get(page(lin)))

    assert "博士" in found
    assert "用人单位填报：硕士" in " ".join(found.split())
    assert "50万元" not in found
    assert RESIDENT not in found
    assert "3310**********1236" in found
    (look,) = Look.objects.all()
    assert (look.fields, look.revealed) == (["person.degree"], False)


def test_out_of_scope_is_not_there() -> None:
    east, west = make_county("东云县"), make_county("西川市")
    mine, other = make_person(county=east), make_person(county=west)
    client = signed_in(make_user(role=Role.COUNTY, unit=east))
    assert client.get(page(mine)).status_code == 200
    assert client.get(page(other)).status_code == 404
    assert Look.objects.filter(subject=other).count() == 0


def test_an_employer_sees_its_staff_and_nothing_of_their_other_employment() -> None:
    firm, rival = make_firm("甲公司"), make_firm("乙公司")
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.salary", 500000)
    employ(lin, firm, NOW.date())
    employ(lin, rival, NOW.date())
    client = signed_in(make_officer(firm))

    found = text(client.get(page(lin)))

    assert "博士" in found
    assert "乙公司" not in found
    assert "查看完整号码" not in found
    assert client.get(page(rival)).status_code == 404


def test_a_sensitive_value_is_shown_after_a_reason_and_the_person_reads_it() -> None:
    lin = make_person("林之川", number=RESIDENT)
    salary = make_fact(lin, "person.salary", 500000)
    office = make_user("meng", role=Role.OFFICE)
    client = signed_in(office)
    address = reverse("registry:reveal", args=[lin.handle, "fact", salary.pk])

    assert "50万元" not in text(client.get(address))
    refused = client.post(address, {"reason": " "})
    assert (refused.status_code, "请写明查看敏感信息的理由" in text(refused)) == (422, True)
    assert not Look.objects.filter(revealed=True).exists()
    assert "50万元" in text(client.post(address, {"reason": "核对纳税"}))

    seen = text(signed_in(make_talent(lin)).get("/registry/me/looks/"))
    assert ("meng" in seen, "核对纳税" in seen, "年薪" in seen) == (True, True, True)


def test_a_number_is_looked_up_by_a_form_and_stands_in_no_address() -> None:
    lin = make_person("林之川", number=RESIDENT)
    client = signed_in(make_user(role=Role.OFFICE))
    given = {"number_kind": "resident-id", "number": RESIDENT}

    found = client.post("/registry/by-number/", given)
    assert (found.status_code, found["Location"]) == (302, page(lin))
    missed = client.post("/registry/by-number/", {**given, "number": OTHER_RESIDENT})
    assert (missed.status_code, "没有找到" in text(missed)) == (404, True)
    assert OTHER_RESIDENT not in text(missed)
    wrong = client.post("/registry/by-number/", {**given, "number_kind": "shoe"})
    assert wrong.status_code == 422
    for _ in range(20):
        last = client.post("/registry/by-number/", given)
    assert last.status_code == 429


def test_a_talent_sees_what_is_known_missing_and_contradicted() -> None:
    lin = make_person("林之川", number=RESIDENT)
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.degree", "master", "employer")
    make_fact(lin, "person.level", 3, until=NOW.date())
    client = signed_in(make_talent(lin))

    found = " ".join(text(client.get("/registry/me/")).split())

    assert "“学历学位”在不同来源不一致，可以申请更正。" in found
    assert "“人才层次”有效至2018年6月8日，请及时更新。" in found
    assert "参保月数" in found.split("还缺的信息")[1]
    assert not Look.objects.exists()  # one's own look is not written


def test_a_wrong_degree_is_corrected_from_the_page_to_the_desk() -> None:
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "master")
    talent, office = signed_in(make_talent(lin)), signed_in(make_user(role=Role.OFFICE))

    empty = talent.post("/registry/me/change/person.degree/", {"value": "", "reason": ""})
    assert (empty.status_code, ChangeRequest.objects.count()) == (422, 0)
    sent = talent.post(
        "/registry/me/change/person.degree/",
        {
            "value": "doctor",
            "since": "2017年6月30日",
            "reason": "取得博士学位",
            "evidence": SimpleUploadedFile("学位证.pdf", b"%PDF-1.7 invented"),
        },
    )
    assert sent.status_code == 302
    row = ChangeRequest.objects.get()
    assert "更正审核中" in text(talent.get("/registry/me/"))

    assert "林之川" in text(office.get("/registry/requests/"))
    desk = text(office.get(f"/registry/requests/{row.pk}/"))
    assert ("硕士" in desk, "博士" in desk, "学位证.pdf" in desk) == (True, True, True)
    file = office.get(f"/registry/requests/{row.pk}/evidence/")
    assert (file["Content-Disposition"].split(";")[0], file.content) == (
        "attachment", b"%PDF-1.7 invented",
    )  # fmt: skip
    assert (file["Cache-Control"], file["Content-Security-Policy"]) == (
        "no-store, private", "sandbox; default-src 'none'",
    )  # fmt: skip
    no_reason = office.post(f"/registry/requests/{row.pk}/", {"word": "no", "answer": ""})
    assert no_reason.status_code == 422
    assert office.post(f"/registry/requests/{row.pk}/", {"word": "yes"}).status_code == 302

    mine = " ".join(text(talent.get("/registry/me/")).split())
    assert ("博士" in mine, "已核验" in mine, "已更正" in mine) == (True, True, True)


def test_evidence_whose_file_is_gone_is_not_there() -> None:
    lin = make_person()
    talent = make_talent(lin)
    wish = Wish("person.degree", "doctor", "有证")
    upload = Upload("证.pdf", b"%PDF-1.7")
    row = request_change(lin, wish, evidence=upload, actor=talent, now=NOW)
    office = signed_in(make_user(role=Role.OFFICE))
    address = f"/registry/requests/{row.pk}/evidence/"
    assert office.get(address).status_code == 200

    place_of(row.evidence_stored_as).unlink()

    assert office.get(address).status_code == 404


def test_a_request_that_was_decided_meanwhile_says_so() -> None:
    lin = make_person()
    row = request_change(
        lin, Wish("person.degree", "doctor", "有证"), actor=make_talent(lin), now=NOW
    )
    office = signed_in(make_user(role=Role.OFFICE))
    office.post(f"/registry/requests/{row.pk}/", {"word": "no", "answer": "查无此证"})
    again = office.post(f"/registry/requests/{row.pk}/", {"word": "yes"})
    assert (again.status_code, "已经处理" in text(again)) == (422, True)


def test_a_request_is_withdrawn_by_who_made_it() -> None:
    lin, wang = make_person(), make_person()
    talent = make_talent(lin)
    row = request_change(lin, Wish("person.degree", "doctor", "有证"), actor=talent, now=NOW)
    address = f"/registry/me/requests/{row.pk}/withdraw/"
    assert signed_in(make_talent(wang)).post(address).status_code == 404
    assert signed_in(talent).post(address).status_code == 302
    row.refresh_from_db()
    assert row.status == "withdrawn"


def test_agreeing_and_withdrawing_are_one_press_each() -> None:
    lin = make_person()
    client = signed_in(make_talent(lin))
    assert "未同意" in text(client.get("/registry/me/consents/"))
    stale = client.post(
        "/registry/me/consents/", {"purpose": "bank", "version": "2", "word": "yes"}
    )
    assert "告知内容已经更新" in text(client.get(stale["Location"]))
    client.post("/registry/me/consents/", {"purpose": "bank", "version": "1", "word": "yes"})
    assert "已同意" in text(client.get("/registry/me/consents/"))
    client.post("/registry/me/consents/", {"purpose": "bank", "word": "no"})
    assert [one.granted for one in Consent.objects.order_by("id")] == [True, False]


def test_the_copy_holds_every_value_of_ones_own_and_of_nobody_else() -> None:
    lin, firm = make_person("林之川", number=RESIDENT), make_firm("甲公司")
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.salary", 500000)
    employ(lin, firm, NOW.date())
    make_person("王一", number=OTHER_RESIDENT)
    talent = make_talent(lin)
    request_change(lin, Wish("person.level", "3", "有证"), actor=talent, now=NOW)

    answer = signed_in(talent).get("/registry/me/copy/")
    told = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert [one["number"] for one in told["numbers"]] == [RESIDENT]
    assert {one["fact"]: one["value"] for one in told["facts"]} == {
        "person.degree": "doctor", "person.salary": "500000",
    }  # fmt: skip
    assert [one["other"] for one in told["relations"]] == ["甲公司"]
    assert [one["value"] for one in told["requests"]] == ["3"]
    assert OTHER_RESIDENT not in text(answer)


def test_ones_own_salary_is_shown_at_a_press() -> None:
    lin, wang = make_person(), make_person()
    mine, others = make_fact(lin, "person.salary", 500000), make_fact(wang, "person.salary", 1)
    client = signed_in(make_talent(lin))
    assert "50万元" in text(client.post(f"/registry/me/reveal/fact/{mine.pk}/"))
    assert client.post(f"/registry/me/reveal/fact/{others.pk}/").status_code == 404


def test_the_privacy_centre_is_open_to_everyone() -> None:
    found = text(Client().get("/registry/privacy/"))
    assert ("事项办理" in found, "须经同意" in found, "年薪" in found) == (True, True, True)
    english = text(Client(headers={"cookie": "yingcai_language=en"}).get("/registry/privacy/"))
    assert ("Casework" in english, "needs consent" in english) == (True, True)


def test_nobody_is_shown_when_the_city_has_no_vocabulary(db: None) -> None:
    office = signed_in(make_user(role=Role.OFFICE))
    assert "没有符合条件的主体" in text(office.get("/registry/"))


def test_an_officer_registers_somebody_and_all_mistakes_are_said() -> None:
    client = signed_in(make_user(role=Role.OFFICE))
    given = {"kind": "person", "name": "林之川", "number_kind": "resident-id", "number": RESIDENT}

    refused = client.post("/registry/new/", {**given, "number": "331002199002301238"})
    assert (refused.status_code, "不是有效的出生日期" in text(refused)) == (422, True)
    assert not Subject.objects.exists()
    made = client.post("/registry/new/", given)

    lin = Subject.objects.get()
    assert (made["Location"], lin.identifiers.get().mask) == (page(lin), "3310**********1236")
    assert client.post("/registry/new/", given)["Location"] == page(lin)  # the same form again
    twice = client.post("/registry/new/", {**given, "name": "何云飞"})
    assert (twice.status_code, "另一个主体" in text(twice)) == (422, True)
    assert Subject.objects.get() == lin


def test_a_county_registers_in_its_own_county_only() -> None:
    east, west = make_county("东云县"), make_county("西川市")
    client = signed_in(make_user(role=Role.COUNTY, unit=east))
    refused = client.post("/registry/new/", {"kind": "person", "name": "王一", "county": west.pk})
    assert refused.status_code == 422
    client.post("/registry/new/", {"kind": "person", "name": "林之川"})
    assert Subject.objects.get().county == east


def test_an_officer_records_a_fact_and_corrects_it_from_the_same_source() -> None:
    lin = make_person("林之川")
    office = make_user(role=Role.OFFICE)
    client = signed_in(office)
    address = reverse("registry:record", args=[lin.handle, "person.degree"])
    given = {"value": "master", "source": "education", "since": "2012-07-01"}

    assert "博士" in text(client.get(address))
    client.post(address, given)
    client.post(address, {**given, "value": "doctor"})

    rows = list(lin.facts.order_by("id"))
    assert [(row.verified_by, row.replaces_id) for row in rows] == [
        (office, None), (office, rows[0].pk),
    ]  # fmt: skip
    shown = text(client.get(page(lin)))
    assert ("博士" in shown, "硕士" in shown, "已核验" in shown) == (True, False, True)
    backwards = client.post(address, {**given, "until": "2011-01-01"})
    assert (backwards.status_code, "早于开始日期" in text(backwards)) == (422, True)
    firm = reverse("registry:record", args=[lin.handle, "firm.capital"])
    assert client.get(firm).status_code == 404


def test_an_officer_takes_a_wrong_number_out_of_use_and_registers_the_right_one() -> None:
    east = make_county("东云县")
    lin = make_person("林之川", number=RESIDENT, county=east)
    row = lin.identifiers.get()
    wei = make_user(role=Role.COUNTY, unit=east)
    client = signed_in(wei)
    away = reverse("registry:number_retire", args=[lin.handle, row.pk])
    add = reverse("registry:number_new", args=[lin.handle])
    assert away in text(client.get(page(lin)))
    assert row.mask in text(client.get(away))

    assert client.post(away, {"reason": " "}).status_code == 422
    row.refresh_from_db()
    assert row.retired_at is None

    assert client.post(away, {"reason": "登记时抄错"}).status_code == 302
    row.refresh_from_db()
    assert (row.retired_by, row.retired_reason) == (wei, "登记时抄错")
    assert client.get(away).status_code == 404
    wrong = client.post(add, {"kind": "resident-id", "number": RESIDENT[:-1] + "0"})
    assert wrong.status_code == 422
    assert client.post(add, {"kind": "resident-id", "number": OTHER_RESIDENT}).status_code == 302
    numbers = list(lin.identifiers.values_list("mask", "retired_at"))
    assert [(mask, at is None) for mask, at in numbers] == [
        (row.mask, False), (lin.identifiers.latest("id").mask, True),
    ]  # fmt: skip
    shown = text(client.get(page(lin)))
    assert (OTHER_RESIDENT in shown, numbers[1][0] in shown) == (False, True)


def test_a_number_that_names_another_is_not_registered_twice() -> None:
    make_person("王一", number=RESIDENT)
    lin = make_person("林之川")
    client = signed_in(make_user(role=Role.OFFICE))
    add = reverse("registry:number_new", args=[lin.handle])

    answer = client.post(add, {"kind": "resident-id", "number": RESIDENT})

    assert (answer.status_code, "已登记在另一个主体名下" in text(answer)) == (422, True)
    assert lin.identifiers.count() == 0


def test_numbers_are_not_an_employers_nor_another_countys_nor_a_projects() -> None:
    east, west = make_county("东云县"), make_county("西云县")
    firm = make_firm()
    lin = make_person("林之川", number=RESIDENT, county=east)
    employ(lin, firm, date(2017, 1, 1))
    row = lin.identifiers.get()
    addresses = [
        reverse("registry:number_new", args=[lin.handle]),
        reverse("registry:number_retire", args=[lin.handle, row.pk]),
    ]
    officer, elsewhere = make_officer(firm), make_user(role=Role.COUNTY, unit=west)
    for user, status in ((officer, 403), (elsewhere, 404)):
        for address in addresses:
            assert signed_in(user).post(address, {"reason": "x"}).status_code == status
    assert "numbers/new" not in text(signed_in(officer).get(page(lin)))
    row.refresh_from_db()
    assert row.retired_at is None
    project = register_subject("project", "云上", source="x", actor=None, now=NOW)
    client = signed_in(make_user(role=Role.OFFICE))
    assert client.get(reverse("registry:number_new", args=[project.handle])).status_code == 404
    assert "numbers/new" not in text(client.get(page(project)))
