"""The pages of a panel: the office's, the expert's, the applicant's, everybody's. Who may open what, and what they say."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.cases.actions.panels.concluding import conclude_panel
from yingcai.cases.actions.panels.conflicts import declare_conflict
from yingcai.cases.actions.panels.defending import call_next, draw_defence
from yingcai.cases.models import Call, ConflictReport, Panel, PanelExpert, ScoreSheet
from yingcai.cases.queries.panels.defence import turns
from yingcai.cases.tests.case_city import later
from yingcai.cases.tests.desk_browsing import read, signed_in, text_of
from yingcai.cases.tests.panel_city import (
    PanelCity,
    build_panel_city,
    fresh,
    hand_in,
    score_all,
    seat_of,
)
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look

pytestmark = pytest.mark.django_db
GIVEN = {"novelty": "50", "team": "30", "chain": "0", "false-claim": "0"}


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> PanelCity:
    """Three sheets a project, four experts; the pages take the 21st of June for today."""
    settings.YINGCAI_TODAY = date(2018, 6, 21)
    return build_panel_city(tmp_path / "city", experts=4, experts_each=3)


def before(city: PanelCity, projects: int = 2) -> Panel:
    city.apply(projects)
    return city.assigned(city.invited(city.panel(city.call())))


def do(user: Any, panel: Panel, deed: str, **given: Any) -> Any:
    form = {"deed": deed, "version": str(fresh(panel).version), **given}
    return signed_in(user).post(f"/panels/{panel.handle}/act/", form)


def test_the_office_goes_from_the_call_to_the_result(city: PanelCity) -> None:
    office = signed_in(city.office)
    assert "还没有申报批次" in text_of(office.get("/panels/"))
    form = {
        "programme": "elite",
        "title": "2018年申报",
        "opens_on": "2018-06-01",
        "closes_on": "2018-06-15",
        "places": "1",
    }
    assert office.post("/panels/calls/", form).status_code == 302
    city.apply(2)
    call = Call.objects.get()
    assert call.places == 1
    answer = office.post(f"/panels/calls/{call.handle}/open/", {"opens_on": "2018-06-30"})
    panel = Panel.objects.get()
    assert answer["Location"] == f"/panels/{panel.handle}/"

    assert (
        do(city.office, panel, "invite", expert=[str(one.pk) for one in city.experts]).status_code
        == 302
    )
    for seat in PanelExpert.objects.select_related("user"):
        sent = {"deed": "accept", "limit": "5", "field": ["auto", "health"]}
        assert signed_in(seat.user).post(f"/reviews/{seat.handle}/", sent).status_code == 302
    assert do(city.office, panel, "assign").status_code == 302
    for sheet in ScoreSheet.objects.select_related("expert__user"):
        points = {f"points-{name}": value for name, value in GIVEN.items()}
        reasons = {"reason-novelty": "好", "reason-team": "好"}
        sent = {"deed": "submit", "version": "1", **points, **reasons}
        assert (
            signed_in(sheet.expert.user).post(f"/reviews/sheets/{sheet.handle}/", sent).status_code
            == 302
        )
    assert (
        signed_in(city.office).get(f"/panels/{panel.handle}/results/").status_code == 302
    )  # sealed
    assert do(city.office, panel, "open").status_code == 302
    assert "还要另一人确认" in read(city.office, f"/panels/{panel.handle}/")
    assert do(city.auditor, panel, "open").status_code == 403
    assert do(city.office2, panel, "open").status_code == 302
    page = read(city.auditor, f"/panels/{panel.handle}/results/")
    assert "80.0000" in page
    assert do(city.office, panel, "conclude").status_code == 302
    assert fresh(panel).state == "concluded"
    assert list(panel.cases.order_by("rank").values_list("admitted", flat=True)) == [True, False]


def test_what_is_wrong_is_said_at_once_and_what_was_typed_stays(city: PanelCity) -> None:
    office = signed_in(city.office)
    answer = office.post(
        "/panels/calls/",
        {"programme": "elite", "title": "一", "opens_on": "x", "closes_on": "2018-06-15"},
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert "请填写批次名称" in page
    assert "请填写申报开始日期" in page
    assert 'value="2018-06-15"' in page
    wrong = office.post("/panels/calls/", {"programme": "elite", "title": "一二", "places": "x"})
    assert "入选名额请填正整数" in text_of(wrong)
    call = city.call()
    late = office.post(f"/panels/calls/{call.handle}/open/", {"opens_on": ""})
    assert (late.status_code, "请填写启封日期" in text_of(late)) == (422, True)
    assert (
        office.post("/panels/calls/00000000-0000-0000-0000-000000000000/open/").status_code == 404
    )


def test_a_stale_or_unknown_deed_changes_nothing(city: PanelCity) -> None:
    panel = before(city)
    assert do(city.office, panel, "assign", version="1").status_code == 409
    assert do(city.office, panel, "dance").status_code == 422
    assert do(city.office, panel, "assign").status_code == 422  # nothing lacks
    assert signed_in(city.head).get(f"/panels/{panel.handle}/").status_code == 403
    assert signed_in(city.head).get("/panels/").status_code == 403


def test_an_expert_sees_the_project_without_names_and_without_what_is_personal(
    city: PanelCity,
) -> None:
    before(city)
    sheet = ScoreSheet.objects.select_related("expert__user", "case__case__subject").order_by("pk")[
        0
    ]
    expert, subject = sheet.expert.user, sheet.case.case.subject
    assert "等您评分" in read(expert, "/reviews/")
    assert f"第 {sheet.case.number} 号项目" in read(expert, f"/reviews/{sheet.expert.handle}/")
    page = read(expert, f"/reviews/sheets/{sheet.handle}/")
    assert f"第 {sheet.case.number} 号项目" in page
    assert "产业领域" in page
    for hidden in (
        subject.name,
        "社会保险缴费月数",
        sheet.case.case.number,
        "证.pdf",
        "计划书.pdf",
        "学位证书",
    ):
        assert hidden not in page
    assert Look.objects.filter(subject=subject, viewer=expert).exists()

    papers = sheet.case.case.files
    shown, hidden_paper = papers.get(material="plan"), papers.get(material="diploma")
    answer = signed_in(expert).get(f"/reviews/sheets/{sheet.handle}/papers/{shown.pk}/")
    assert answer.status_code == 200
    assert f"{sheet.case.number}-plan.pdf" in answer["Content-Disposition"]
    assert (
        signed_in(expert)
        .get(f"/reviews/sheets/{sheet.handle}/papers/{hidden_paper.pk}/")
        .status_code
        == 404
    )


def test_a_sheet_that_lacks_something_comes_back_with_what_was_typed(city: PanelCity) -> None:
    before(city)
    sheet = ScoreSheet.objects.select_related("expert__user").order_by("pk")[0]
    expert = signed_in(sheet.expert.user)
    sent = {"deed": "submit", "version": "1", "points-novelty": "99", "reason-novelty": "很新"}
    answer = expert.post(f"/reviews/sheets/{sheet.handle}/", sent)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "“创新性”请填0到60的整数" in page
    assert 'value="99"' in page
    assert "很新" in page
    kept = {"deed": "keep", "version": "1", "points-novelty": "45"}
    assert expert.post(f"/reviews/sheets/{sheet.handle}/", kept).status_code == 302
    assert 'value="45"' in text_of(expert.get(f"/reviews/sheets/{sheet.handle}/"))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.version) == ("draft", 2)
    hand_in(sheet, {"novelty": 44})
    page = text_of(expert.get(f"/reviews/sheets/{sheet.handle}/"))
    assert "44 / 60" in page
    assert "存草稿" not in page


def test_nobody_opens_the_sheet_of_another_and_an_expert_in_conflict_not_even_his(
    city: PanelCity,
) -> None:
    panel = before(city)
    sheet = ScoreSheet.objects.select_related(
        "expert__user", "case__panel__call", "case__case__subject"
    ).order_by("pk")[0]
    address = f"/reviews/sheets/{sheet.handle}/"
    other = next(one for one in city.experts if one != sheet.expert.user)
    assert signed_in(other).get(address).status_code == 404
    assert signed_in(other).get(f"/reviews/{sheet.expert.handle}/").status_code == 404
    for user in (city.office, city.auditor, city.applicants[0]):
        assert signed_in(user).get(address).status_code == 403
    assert signed_in(sheet.expert.user).get(address).status_code == 200
    sent = {"deed": "declare", "number": str(sheet.case.number), "words": "我指导过他"}
    assert (
        signed_in(sheet.expert.user).post(f"/reviews/{sheet.expert.handle}/", sent).status_code
        == 302
    )
    assert signed_in(sheet.expert.user).get(address).status_code == 404
    assert f"第 {sheet.case.number} 号项目" not in read(
        sheet.expert.user, f"/reviews/{sheet.expert.handle}/"
    )
    again = signed_in(sheet.expert.user).post(f"/reviews/{sheet.expert.handle}/", sent)
    assert (again.status_code, "请选择项目" in text_of(again)) == (422, True)
    assert "不计入 1" in read(city.office, f"/panels/{panel.handle}/")


def test_an_answer_that_is_wrong_keeps_what_was_ticked(city: PanelCity) -> None:
    city.apply(1)
    panel = city.panel(city.call())
    do(city.office, panel, "invite", expert=[str(city.experts[0].pk)])
    seat = seat_of(panel, city.experts[0])
    sent = {"deed": "accept", "limit": "50", "field": ["auto"]}
    answer = signed_in(city.experts[0]).post(f"/reviews/{seat.handle}/", sent)
    assert (answer.status_code, 'value="50"' in text_of(answer)) == (422, True)
    assert (
        signed_in(city.experts[0]).post(f"/reviews/{seat.handle}/", {"deed": "decline"}).status_code
        == 302
    )
    assert "谢绝" in read(city.experts[0], "/reviews/")
    assert "没有评审邀请" in read(city.experts[1], "/reviews/")


def test_the_applicant_names_whom_to_keep_away_and_the_office_answers(city: PanelCity) -> None:
    panel = before(city)
    case = panel.cases.select_related("case__applicant").order_by("pk")[0].case
    address = f"/my/cases/{case.handle}/panel/"
    assert address in read(case.applicant, f"/my/cases/{case.handle}/")
    mine = signed_in(case.applicant)
    assert mine.post(address, {"words": ""}).status_code == 422
    assert mine.post(address, {"words": "王某是竞争对手"}).status_code == 302
    assert "等待处理" in text_of(mine.get(address))
    assert (
        signed_in(
            city.applicants[1] if case.applicant == city.applicants[0] else city.applicants[0]
        )
        .get(address)
        .status_code
        == 404
    )

    report = ConflictReport.objects.get()
    assert "王某是竞争对手" in read(city.office, f"/panels/{panel.handle}/")
    assert "王某是竞争对手" not in read(city.auditor, f"/panels/{panel.handle}/")
    given = {"report": str(report.handle), "words": "查无此人"}
    assert do(city.office, panel, "settle", expert="", **given).status_code == 422
    assert do(city.office, panel, "settle", expert="none", **given).status_code == 302
    report.refresh_from_db()
    assert report.state == "dismissed"
    assert do(city.office, panel, "report", number="1", words="来信反映").status_code == 302
    assert do(city.office, panel, "report", number="9", words="来信反映").status_code == 422
    assert (
        do(city.office, panel, "settle", report="x", words="查", expert="none").status_code == 422
    )
    third = ConflictReport.objects.get(state="waiting")
    seat = panel.experts.all()[0]
    assert (
        do(
            city.office,
            panel,
            "settle",
            report=str(third.handle),
            words="属实",
            expert=str(seat.handle),
        ).status_code
        == 302
    )
    third.refresh_from_db()
    assert (third.state, third.expert) == ("upheld", seat)


def test_nobody_handles_a_panel_with_a_project_of_his_own(city: PanelCity) -> None:
    panel = before(city)
    twin = make_user("twin", role="office", person_key=city.applicants[0].person_key)
    assert signed_in(twin).get(f"/panels/{panel.handle}/").status_code == 404
    assert do(twin, panel, "assign").status_code == 404
    judge = make_user("judge", role="auditor", person_key=city.experts[0].person_key)
    assert signed_in(judge).get(f"/panels/{panel.handle}/").status_code == 404


def test_the_day_of_the_defence(city: PanelCity) -> None:
    panel = before(city, projects=3)
    office, address = signed_in(city.office), f"/panels/{panel.handle}/defence/"
    assert "还没有安排答辩" in text_of(office.get(address))
    assert Client().get(f"/defence/{panel.handle}/").status_code == 404
    assert office.post(f"{address}deed/", {"deed": "draw", "begins_at": "x"}).status_code == 422
    assert (
        office.post(
            f"{address}deed/", {"deed": "draw", "begins_at": "2018-06-25T09:00"}
        ).status_code
        == 302
    )
    third = panel.slots.get(place=3).case.case
    page = read(third.applicant, f"/my/cases/{third.handle}/panel/")
    assert "您是第 3 个，约2018年6月25日 09:30" in page
    assert "前面还有 2 个项目" in page

    assert office.post(f"{address}deed/", {"deed": "next", "place": "1"}).status_code == 302
    assert (
        office.post(f"{address}deed/", {"deed": "next", "place": "1"}).status_code == 409
    )  # pressed twice
    assert office.post(f"{address}deed/", {"deed": "skip", "place": "2"}).status_code == 302
    assert office.post(f"{address}deed/", {"deed": "finish", "place": "1"}).status_code == 302
    assert office.post(f"{address}deed/", {"deed": "dance", "place": "3"}).status_code == 422
    assert (
        office.post(
            f"{address}deed/", {"deed": "draw", "begins_at": "2018-06-26T09:00"}
        ).status_code
        == 422
    )
    states = list(panel.slots.order_by("place").values_list("state", flat=True))
    assert states == ["done", "skipped", "waiting"]
    live = text_of(Client().get(f"/defence/{panel.handle}/"))
    assert "等待叫号" in live
    for subject in city.subjects:
        assert subject.name not in live
    assert signed_in(city.head).get(address).status_code == 403


def test_times_move_with_the_day(city: PanelCity) -> None:
    panel = before(city, projects=3)
    draw_defence(panel, later(11), actor=city.office, now=later(10))
    assert [one.about for one in turns(panel, now=later(10))] == [
        later(11), later(11).replace(minute=15), later(11).replace(minute=30),
    ]  # fmt: skip
    began = later(11).replace(minute=20)  # twenty minutes late
    call_next(panel, "next", place=1, actor=city.office, now=began)
    found = turns(panel, now=began.replace(minute=40))  # and longer than its fifteen minutes
    assert [(one.slot.state, one.minutes, one.over, one.ahead) for one in found] == [
        ("now", 20, True, 0),
        ("waiting", 0, False, 1),
        ("waiting", 0, False, 2),
    ]
    assert [one.about for one in found[1:]] == [began.replace(minute=40), began.replace(minute=55)]


def test_the_files_are_everybodys_when_the_panel_is_over_and_name_nobody(city: PanelCity) -> None:
    panel = before(city)
    address = f"/panels/{panel.handle}/files.zip"
    assert Client().get(address).status_code == 404
    score_all(panel)
    panel = city.opened(panel)
    assert Client().get(address).status_code == 404
    conclude_panel(panel, version=panel.version, actor=city.office, now=later(12))
    answer = Client().get(address)
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert answer["Content-Disposition"].endswith('.zip"')
    assert sorted(packed.namelist()) == [
        "assignment.csv", "conflicts.csv", "experts.csv", "order.csv", "pairs.csv", "panel.json",
        "projects.csv", "ranking.csv", "sheets.csv",
    ]  # fmt: skip
    assert address in str(Client().get("/guide/elite/").content, "utf-8")


def test_the_pages_speak_english(city: PanelCity) -> None:
    panel = before(city)
    seat = seat_of(panel, city.experts[0])
    for user, address, words in (
        (city.office, "/panels/", "Announce a call"),
        (city.office, f"/panels/{panel.handle}/", "Sheets handed in"),
        (city.experts[0], "/reviews/", "My reviews"),
        (city.experts[0], f"/reviews/{seat.handle}/", "Declare a conflict"),
    ):
        assert words in read(user, address, english=True)


def test_pages_ask_the_database_a_bounded_number_of_times(
    city: PanelCity, django_assert_max_num_queries: Any
) -> None:
    panel = before(city, projects=6)
    score_all(panel)
    panel = city.opened(panel)
    office, expert = signed_in(city.office), signed_in(city.experts[0])
    with django_assert_max_num_queries(25):
        office.get(f"/panels/{panel.handle}/")
    with django_assert_max_num_queries(20):
        office.get(f"/panels/{panel.handle}/results/")
    with django_assert_max_num_queries(15):
        expert.get("/reviews/")


def test_a_declared_conflict_before_the_assignment_takes_the_project_off_the_list(
    city: PanelCity,
) -> None:
    city.apply(2)
    panel = city.invited(city.panel(city.call()))
    seat = seat_of(panel, city.experts[0])
    project = panel.cases.select_related("case__subject", "panel").get(number=1)
    declare_conflict(seat, project, "同门", actor=city.experts[0], now=later(9))
    assert '<option value="1">' not in read(city.experts[0], f"/reviews/{seat.handle}/")
