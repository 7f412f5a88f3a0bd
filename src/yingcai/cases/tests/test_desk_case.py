"""One case at the desk: what it shows and masks, what may be done, and who may not."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.models import Award, Case, CaseAct
from yingcai.cases.tests.case_city import NOW, City, build_city, later, step
from yingcai.cases.tests.desk_browsing import act, address, on, read, signed_in, text_of
from yingcai.cases.tests.paid_city import build_paid_city
from yingcai.identity.models import Unit
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.make import make_fact
from yingcai.registry.written import look_reasons

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SALARY_WORDS = ("123457", "123,457", "12.3457")


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    on(settings, NOW)
    return build_city(tmp_path / "city")


def without_diploma(case: Case) -> Case:
    """As the case would stand if its material had been asked for only later."""
    case.files.update(removed_at=NOW)
    return case


def test_the_page_tells_facts_reasons_and_story(city: City) -> None:
    case = without_diploma(city.submitted())

    page = read(city.window, address(case))

    assert ["按规则符合" in page, "5万元" in page] == [True, True]
    assert ["具有博士学位" in page, "参加社会保险满12个月" in page] == [True, True]
    assert ["本人填报" in page, "24个月" in page, "第1条" in page] == [True, True, True]
    assert '学位证书</span> <span class="yc-status is-bad">未提交' in page
    assert "已收到申请" in page


def test_a_case_of_another_unit_is_not_there(city: City) -> None:
    case = city.submitted()
    stranger = make_user(role="officer", unit=make_unit())
    elsewhere = make_user(role="county", unit=make_unit(kind=Unit.Kind.COUNTY))

    for user in (stranger, elsewhere):
        read(user, address(case), answers=404)
        assert act(user, case, "agree").status_code == 404
        read(user, address(case, "steps.svg"), answers=404)
    read(city.talent, address(case), answers=403)
    assert not Look.objects.filter(viewer__in=[stranger, elsewhere, city.talent]).exists()
    assert CaseAct.objects.count() == 0


def test_a_draft_is_nobodys_at_the_desk(city: City) -> None:
    read(city.window, address(city.draft()), answers=404)


def test_the_look_names_what_was_shown(city: City) -> None:
    case = city.submitted()
    read(city.window, address(case))

    look = Look.objects.get(viewer=city.window)
    assert (look.subject, look.capacity, look.purpose, look.revealed) == (
        city.person, "window", "casework", False,
    )  # fmt: skip
    assert {"name", "person.degree", "person.insured_months"} <= set(look.fields)


def paid(city: City) -> Case:
    """A case that stands on a salary."""
    case = start_case("pay", city.person, "self", actor=city.talent, now=NOW)
    case = save_answers(
        case, {"person.salary": "123457"}, version=case.version, actor=city.talent, now=NOW
    )
    return submit(case, version=case.version, actor=city.talent, now=NOW)


def test_a_sensitive_value_is_not_in_the_page(tmp_path: Path, settings: Any) -> None:
    on(settings, NOW)
    city = build_paid_city(tmp_path / "paid")
    case = paid(city)
    make_fact(city.person, "person.salary", 123458, "social-insurance")

    page = read(city.window, address(case))

    assert "年薪" in page
    assert "<del>******</del> → <ins>******</ins>" in page
    marks = (*SALARY_WORDS, "123458", "123,458", "12.3458", "12345.7", "12,345.7", "1.23457")
    assert [mark for mark in marks if mark in page] == []


def test_a_sensitive_value_is_opened_with_a_reason_and_a_look(
    tmp_path: Path, settings: Any
) -> None:
    on(settings, NOW)
    city = build_paid_city(tmp_path / "paid")
    where, client = address(paid(city), "reveal/person.salary/"), signed_in(city.window)
    assert not any(mark in text_of(client.get(where)) for mark in SALARY_WORDS)

    refused = client.post(where, {"reason": "  "})
    assert (refused.status_code, "请写明查看敏感信息的理由" in text_of(refused)) == (422, True)
    assert not any(mark in text_of(refused) for mark in SALARY_WORDS)
    assert not Look.objects.filter(revealed=True).exists()

    assert "123,457元" in text_of(client.post(where, {"reason": "核对工资单"}))
    look = Look.objects.get(revealed=True)
    assert (look.viewer, look.fields, look.capacity) == (city.window, ["person.salary"], "window")
    assert look_reasons([look]) == {look.pk: "核对工资单"}
    stranger = make_user(role="officer", unit=make_unit())
    assert signed_in(stranger).post(where, {"reason": "好奇"}).status_code == 404


def test_an_officer_judges_what_only_people_can(tmp_path: Path, settings: Any) -> None:
    on(settings, NOW)
    city = build_paid_city(tmp_path / "paid")
    case = paid(city)
    assert "需人工认定" in read(city.window, address(case))
    form = {"name": "person.outstanding", "value": "yes", "version": str(case.version)}

    assert signed_in(city.officer).post(address(case, "judge/"), form).status_code == 422
    answer = signed_in(city.window).post(address(case, "judge/"), form)

    assert (answer.status_code, answer["Location"]) == (302, address(case))
    page = read(city.window, address(case))
    assert ["按规则符合" in page, "人工认定" in page, "第 2 次核验" in page] == [True, True, True]
    stale = signed_in(city.window).post(address(case, "judge/"), form)
    assert (stale.status_code, case.decisions.count()) == (409, 2)


def test_nobody_works_on_his_own_case_or_reads_what_the_office_says_of_it(city: City) -> None:
    case = city.submitted()
    window = city.window
    window.person_key = city.talent.person_key
    window.save()

    read(window, address(case), answers=404)

    assert act(window, case, "agree").status_code == 404
    assert (CaseAct.objects.count(), Look.objects.filter(viewer=window).count()) == (0, 0)
    assert case.number in read(city.talent, f"/my/cases/{case.handle}/")


def test_the_next_case_follows_and_the_message_names_what_was_done(city: City) -> None:
    case = city.submitted()

    answer = act(city.window, case, "agree")

    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    said = text_of(signed_in(city.window).get("/desk/"))
    assert case.number not in said
    assert Case.objects.get(pk=case.pk).stage == "review"


def test_when_it_is_done_the_next_case_of_the_inbox_opens(city: City) -> None:
    first, second = city.submitted(), city.submitted("bonus")
    step(first, city.window, "agree")
    page = read(city.officer, address(second))
    place = re.findall(r'name="place" value="([^"]+)"', page)[0]
    assert f'href="/desk/{first.handle}/" data-desk-next' in page

    answer = act(city.officer, second, "agree", place=place)

    assert answer["Location"] == address(first)
    assert Case.objects.get(pk=second.pk).status == "granted"
    client = signed_in(city.officer)
    client.post(
        address(first, "act/"), {"move": "agree", "version": Case.objects.get(pk=first.pk).version}
    )
    assert f"{first.number} 安家补助：已办理“同意”" in text_of(client.get("/desk/"))


def test_of_two_opposite_decisions_one_wins_and_the_other_is_told(city: City) -> None:
    case = city.submitted()
    assert act(city.window, case, "agree", version=case.version).status_code == 302
    second = make_user(role="window", unit=city.window.grants.get().unit)

    answer = act(second, case, "refuse", version=case.version, reason="材料不属实")

    assert answer.status_code == 409
    page = text_of(answer)
    assert ["已有新的办理动作" in page, Case.objects.get(pk=case.pk).stage] == [True, "review"]
    assert [one.move for one in CaseAct.objects.all()] == ["agree"]


def test_what_was_typed_is_kept_when_a_move_is_refused(city: City) -> None:
    case = city.submitted()

    answer = act(city.window, case, "return", to="correction", reason="缺页", items=" \n ")

    page = text_of(answer)
    assert (answer.status_code, "请一次列全要补正的内容" in page, ">缺页</textarea>" in page) == (
        422, True, True,
    )  # fmt: skip
    assert CaseAct.objects.count() == 0


def test_what_is_missing_is_suggested_and_told_once(city: City) -> None:
    case = without_diploma(city.submitted(months=""))
    page = read(city.window, address(case))
    suggested = re.search(r'<textarea[^>]* name="items"[^>]*>([^<]*)<', page)
    assert suggested is not None
    assert suggested[1].split() == ["本市社会保险缴费月数", "学位证书"]

    answer = act(
        city.window, case, "return", to="correction", reason="请补正", items="学位证书\n参保证明"
    )

    assert answer.status_code == 302
    assert CaseAct.objects.get().to_stage == "correction"
    assert "参保证明" in read(city.window, address(case))


def test_a_colleague_of_the_unit_can_be_given_the_case(city: City) -> None:
    case = city.submitted()
    mate = make_user("mate", role="window", unit=city.window.grants.get().unit)
    page = read(city.window, address(case))
    chosen = re.search(r'<select[^>]* name="person"[^>]*>(.*?)</select>', page)
    assert chosen is not None
    assert set(re.findall(r'value="(\w+)"', chosen[1])) == {"mate", "officer", "head"}

    assert act(city.window, case, "transfer", person="mate", reason="休假").status_code == 302

    assert case.number not in read(city.window, "/desk/")
    assert case.number in read(mate, "/desk/")
    assert "mate" in read(mate, address(case))


def test_the_rules_warn_before_somebody_grants(city: City, settings: Any) -> None:
    case = city.submitted(months="3")
    for who in (city.window, city.officer, city.county):
        step(case, who, "agree")
    on(settings, later(9))

    assert run_by_time(Case.objects.get(pk=case.pk), now=later(9))

    page = read(city.head, address(case))
    assert ["按规则现在还不能同意" in page, "不符合“参加社会保险满12个月”" in page] == [True, True]
    answer = act(city.head, case, "agree")
    assert (answer.status_code, Award.objects.count()) == (422, 0)


def test_what_has_changed_since_is_marked(city: City) -> None:
    case = city.submitted()
    make_fact(city.person, "person.insured_months", 9, "social-insurance")

    page = read(city.window, address(case))

    assert "<del>24个月</del> → <ins>9个月</ins>" in page
    assert case.decisions.count() == 1  # a look decides nothing


def test_files_open_with_a_look_and_can_do_nothing_here(city: City) -> None:
    draft = city.draft(person__insured_months="24")
    row = attach(draft, "diploma", "学位证书.png", PNG, actor=city.talent, now=NOW)
    case = submit(draft, version=draft.version, actor=city.talent, now=NOW)
    assert "学位证书.png" in read(city.window, address(case))
    before = Look.objects.count()

    answer = signed_in(city.window).get(address(case, f"papers/{row.pk}/"))

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Look.objects.count() == before + 1
    assert Look.objects.first().fields == ["name", "case"]  # type: ignore[union-attr]
    stranger = make_user(role="officer", unit=make_unit())
    assert signed_in(stranger).get(address(case, f"papers/{row.pk}/")).status_code == 404


def test_the_picture_marks_the_stage(city: City) -> None:
    case = city.submitted()

    assert "当前在“受理”" in read(city.window, address(case, "steps.svg"))


def test_the_page_asks_the_database_thirty_times_at_most(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "return", to="correction", reason="缺页", items=("学位证书",))
    step(case, city.talent, "agree")
    step(case, city.window, "agree")
    client = signed_in(city.officer)
    client.get(address(case))

    with CaptureQueriesContext(connection) as asked:
        client.get(address(case))

    assert len(asked) <= 30, "\n".join(one["sql"][:150] for one in asked)


def test_the_page_is_english_too(city: City) -> None:
    page = read(city.window, address(city.submitted()), english=True)

    assert ["Has a doctorate" in page, "50,000 yuan" in page] == [True, True]
