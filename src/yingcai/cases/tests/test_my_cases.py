"""我的事项: where a case stands, letters, reasons, files, a correction, a withdrawal; only one's own."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import answers_of
from yingcai.cases.actions.opening import confirm, save_answers, start_case, submit
from yingcai.cases.errors import NotAllowed
from yingcai.cases.models import Case, CaseNotice
from yingcai.cases.tests.case_city import NOW, PDF, City, build_city, later, step
from yingcai.registry.models import Look, Subject
from yingcai.registry.tests.browsing import in_a_line, signed_in, text
from yingcai.registry.tests.make import make_person, make_talent

pytestmark = pytest.mark.django_db
MONTHS = "person.insured_months"


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_city(tmp_path / "city")


def page_of(case: Case) -> str:
    return f"/my/cases/{case.handle}/"


def sent_back(city: City, months: str = "3") -> Case:
    case = city.submitted(months=months)
    return step(
        case, city.window, "return", to="correction", reason="看不清", items=("学位证书背面",)
    )


def test_the_list_says_what_is_next_and_drafts_stand_on_top(city: City) -> None:
    case = city.submitted()
    draft = city.draft("bonus")
    page = in_a_line(signed_in(city.talent).get("/my/cases/"))

    assert page.index(f"/apply/form/{draft.handle}/") < page.index(page_of(case))
    assert "参保奖励" in page
    assert f'<span class="yc-code">{case.number}</span> · 2018年6月11日提交' in page
    assert "环节：受理 · 由谁办理：市人力社保局窗口 · 2018年6月19日前" in page
    assert not Look.objects.exists()


def test_the_list_is_paged_and_asks_little(city: City) -> None:
    case = city.submitted()
    ended = {"status": "withdrawn", "stage": "withdrawn", "submitted_at": NOW, "ended_at": NOW}
    fields = ("programme", "pack", "workflow", "subject", "side", "applicant", "lead", "county")
    same = {name: getattr(case, name) for name in fields}
    Case.objects.bulk_create(
        Case(**same, **ended, created_at=NOW, changed_at=NOW) for _ in range(20)
    )
    client = signed_in(city.talent)
    client.get("/my/cases/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        first = text(client.get("/my/cases/"))

    assert len(asked) <= 10  # five of them the shell's
    assert first.count('class="yc-code"') == 20
    oldest = Case.objects.order_by("-id")[19]
    assert f"?before={oldest.pk}" in first
    assert text(client.get(f"/my/cases/?before={oldest.pk}")).count('class="yc-code"') == 1


def test_the_page_of_a_case_tells_where_why_and_what_was_done(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "agree")
    client = signed_in(city.talent)
    with CaptureQueriesContext(connection) as asked:
        page = in_a_line(client.get(page_of(case)))

    assert len(asked) <= 25
    assert "市人力社保局经办人" in page
    assert "您的申请已经受理。" in page
    assert "本市社会保险缴费月数：<span>24个月</span>" in page
    assert "本次申请填报" in page
    assert '博士</span> <span class="yc-note">学历学位证书 · 2018年6月8日' in page
    assert "证.pdf" in page
    assert "<strong>同意</strong> · 市人力社保局窗口" in page
    assert "window" not in page.split("办理经过")[1]  # a unit and a role, no login
    assert ["<ol><li>" in page, "datetime" in page, "{&#x27;" in page] == [False] * 3  # words alone
    assert CaseNotice.objects.filter(case=case, read_at=None).count() == 0


def test_anothers_case_its_files_and_its_picture_are_not_there(city: City) -> None:
    case = city.submitted()
    paper = f"{page_of(case)}papers/{case.files.get().pk}/"
    addresses = [page_of(case), f"{page_of(case)}receipt/", f"{page_of(case)}steps.svg", paper]
    stranger = make_talent(make_person("何云飞"))

    for user in (stranger, city.hr, city.window):
        for address in addresses:
            assert signed_in(user).get(address).status_code == 404
        told = {"reason": "不办了", "version": str(case.version)}
        assert signed_in(user).post(f"{page_of(case)}withdraw/", told).status_code == 404
    assert [signed_in(city.talent).get(one).status_code for one in addresses] == [200] * 4
    assert Case.objects.get().status == "running"


def test_a_file_comes_back_as_it_was_and_can_do_nothing_here(city: City) -> None:
    case = city.submitted()
    answer = signed_in(city.talent).get(f"{page_of(case)}papers/{case.files.get().pk}/")

    assert answer.content == PDF
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_of_somebody_who_was_erased_nothing_is_shown_any_more(city: City) -> None:
    case = start_case("bonus", city.person, "employer", actor=city.hr, now=NOW)
    Subject.objects.filter(pk=city.person.pk).update(standing="erased")

    assert signed_in(city.hr).get(f"/apply/form/{case.handle}/").status_code == 404
    assert case.number not in text(signed_in(city.hr).get("/my/cases/"))


def test_the_picture_marks_the_stage(city: City) -> None:
    case = city.submitted()
    answer = signed_in(city.talent).get(f"{page_of(case)}steps.svg")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "受理" in text(answer)


def test_what_was_missing_is_handed_in_with_answers_changed(city: City) -> None:
    case = sent_back(city)
    client, form = signed_in(city.talent), f"/apply/form/{case.handle}/"
    assert "学位证书背面" in text(client.get(page_of(case)))
    client.post(form, {"version": str(Case.objects.get().version), MONTHS: "24", "note": "已补",
                       "material.other": SimpleUploadedFile("背面.pdf", PDF), "do": "submit"})  # fmt: skip

    case = Case.objects.get()
    assert (case.stage, case.decisions.latest("number").outcome) == ("intake", "yes")
    assert answers_of(case).own == {MONTHS: "24"}
    assert case.files.count() == 2
    changed = Event.objects.get(action="case.answers_changed")
    assert changed.details == {"programme": "grant", "facts": [MONTHS]}
    page = in_a_line(client.get(page_of(case)))
    assert "<strong>提交补正</strong> · 申请人" in page
    assert client.get(form).headers["Location"] == page_of(case)


def test_answers_are_changed_during_a_correction_and_only_then(city: City) -> None:
    case = city.submitted()

    with pytest.raises(NotAllowed, match="已经提交，不能再修改"):
        save_answers(case, {MONTHS: "99"}, version=case.version, actor=city.talent, now=NOW)
    case = step(case, city.window, "return", to="correction", reason="看不清", items=("背面",))
    with pytest.raises(NotAllowed):
        save_answers(case, {MONTHS: "99"}, version=case.version, actor=city.window, now=NOW)
    assert answers_of(Case.objects.get()).own == {MONTHS: "24"}


def test_an_application_is_withdrawn_with_a_reason_while_the_stage_lets_it(city: City) -> None:
    case = city.submitted()
    client = signed_in(city.talent)
    told = {"version": str(case.version)}
    client.post(f"{page_of(case)}withdraw/", {**told, "reason": " "})
    assert Case.objects.get().status == "running"
    client.post(f"{page_of(case)}withdraw/", {**told, "reason": "已调离"})

    assert Case.objects.get().status == "withdrawn"
    assert "已调离" in text(client.get(page_of(case)))


def test_where_it_is_too_late_to_withdraw_the_page_says_so(city: City) -> None:
    case = city.submitted()
    for who in (city.window, city.officer, city.county):
        step(case, who, "agree")
    page = text(signed_in(city.talent).get(page_of(case)))

    assert "到了“公示”不能再撤回。" in page
    assert 'name="reason"' not in page


def test_a_firm_that_filed_does_not_read_the_letters_in_the_persons_place(city: City) -> None:
    case = start_case("bonus", city.person, "employer", actor=city.hr, now=NOW)
    case = save_answers(case, {MONTHS: "24"}, version=case.version, actor=city.hr, now=NOW)
    case = submit(case, version=case.version, actor=city.hr, now=NOW)
    case = confirm(case, version=case.version, actor=city.talent, now=NOW)

    assert "已收到申请" in text(signed_in(city.hr).get(page_of(case)))
    assert CaseNotice.objects.filter(case=case, read_at=None).count() == 2
    look = Look.objects.get(viewer=city.hr)
    assert (look.subject, look.fields) == (city.person, ["person.insured_months"])
    signed_in(city.talent).get(page_of(case))
    assert not CaseNotice.objects.filter(case=case, read_at=None).exists()


def test_a_refusal_tells_each_condition_with_its_value(city: City) -> None:
    case = city.submitted("bonus", months="2")
    page = in_a_line(signed_in(city.talent).get(page_of(case)))

    assert case.status == "declined"
    assert "您的申请没有通过。" in page
    assert "不符合“参加社会保险满6个月”" in page
    assert "还差4个月" in page


def test_the_menu_leads_whoever_may_apply_to_his_cases(city: City) -> None:
    def menu(user: Any) -> str:
        return text(signed_in(user).get("/my/cases/")).split("<main")[0]

    assert 'href="/my/cases/"' in menu(city.talent)
    assert 'href="/my/cases/"' in menu(city.hr)
    assert 'href="/my/cases/"' not in menu(city.head)


def test_a_person_reads_of_a_case_in_english(city: City) -> None:
    case = sent_back(city)
    client = signed_in(city.talent)
    client.cookies["yingcai_language"] = "en"
    page = in_a_line(client.get(page_of(case)))

    assert "Settling grant" in page
    assert "It is your turn: something is missing" in page
    assert "Your application has been received under the number" in page


def test_what_was_sent_back_stands_on_top_until_it_is_answered(city: City, settings: Any) -> None:
    case = sent_back(city)
    city.submitted("bonus", months="24")
    client = signed_in(city.talent)

    page = in_a_line(client.get("/my/cases/"))

    top, rest = page.split("已经提交", 1)
    assert [page_of(case) in top, page_of(case) in rest] == [True, False]
    assert "请您补正" in top
    assert "已过期" not in page
    settings.YINGCAI_TODAY = later(60).date()
    assert "已过期" in in_a_line(client.get("/my/cases/"))


def test_an_answer_that_adds_nothing_is_asked_for_a_word(city: City) -> None:
    case = sent_back(city)
    client, address = signed_in(city.talent), f"/apply/form/{case.handle}/"
    sent = {"version": case.version, "person.insured_months": "3", "do": "submit"}

    refused = client.post(address, sent)

    assert refused.status_code == 422
    assert "还没有补充任何内容" in in_a_line(refused)
    case.refresh_from_db()
    assert case.stage == "correction"
    sent |= {"version": case.version, "note": "证书背面没有内容。"}
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert case.stage == "intake"


def test_another_answer_is_enough_without_a_word(city: City) -> None:
    case = sent_back(city)
    sent = {"version": case.version, "person.insured_months": "13", "do": "submit"}

    assert signed_in(city.talent).post(f"/apply/form/{case.handle}/", sent).status_code == 302
    case.refresh_from_db()
    assert case.stage == "intake"


def test_each_faulty_file_is_named(city: City) -> None:
    case = city.draft()
    wrong = [SimpleUploadedFile(name, b"no pdf") for name in ("一.pdf", "二.pdf")]
    sent = {"version": case.version, "material.diploma": wrong, "do": "save"}

    page = in_a_line(signed_in(city.talent).post(f"/apply/form/{case.handle}/", sent))

    assert "一.pdf：" in page
    assert "二.pdf：" in page
    assert case.files.filter(removed_at=None).count() == 1  # that of the draft
