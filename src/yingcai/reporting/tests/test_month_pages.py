"""The pages of the month, as each role sees them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from yingcai.plan.tests.make import make_pack, make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.indicators import compute_indicators
from yingcai.reporting.models import IndicatorValue, Report, ReportingMonth
from yingcai.reporting.tests.make import (
    APRIL,
    MAY,
    NOW,
    make_accepted,
    make_month,
    make_order,
    make_report,
    make_staff,
)

pytestmark = pytest.mark.django_db
D = Decimal
HTMX = {"HX-Request": "true"}


def enter(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_report(value: int | None = None, *, status: str = "draft") -> Report:
    unit = make_unit()
    target = make_target(make_plan(), value=100, owners={unit: "lead"})
    return make_report(make_month(target.plan), target, unit, value, status=status)


def text_of(response: Any) -> str:
    content: str = response.content.decode()
    return content


# -- the inbox -----------------------------------------------------------------------------------


def test_without_a_plan_the_page_says_where_to_begin() -> None:
    page = enter(make_user(role="reporter", unit=make_unit())).get(reverse("reporting:inbox"))
    assert "报送从发布计划开始" in text_of(page)


def test_a_reporter_finds_the_rows_of_the_unit_only() -> None:
    mine = a_report()
    other = make_report(mine.month, make_target(mine.month.plan, code="9-9"), make_unit())
    page = enter(make_user(role="reporter", unit=mine.unit)).get(reverse("reporting:inbox"))
    text = text_of(page)
    assert f'id="v{mine.pk}"' in text
    assert "9-9" not in text
    assert reverse("reporting:report_save", args=[other.pk]) not in text


def test_a_county_office_covers_the_units_under_its_county() -> None:
    report = a_report()
    county = make_unit(kind="county")
    report.unit.parent = county
    report.unit.save()
    page = enter(make_user(role="county", unit=county)).get(reverse("reporting:inbox"))
    assert f'id="v{report.pk}"' in text_of(page)


def test_a_row_is_saved_in_place() -> None:
    report = a_report()
    client = enter(make_user(role="reporter", unit=report.unit))
    page = client.post(
        reverse("reporting:report_save", args=[report.pk]),
        {"version": 1, "value": "1,0", "narrative": "两家签约", "reason": ""},
        headers=HTMX,
    )
    assert page.status_code == 200
    assert 'name="version" value="2"' in text_of(page)
    assert "已保存" in text_of(page)
    assert Report.objects.get(pk=report.pk).value == 10


def test_a_wrong_number_is_told_in_place_and_not_kept() -> None:
    report = a_report()
    client = enter(make_user(role="reporter", unit=report.unit))
    page = client.post(
        reverse("reporting:report_save", args=[report.pk]),
        {"version": 1, "value": "十家"},
        headers=HTMX,
    )
    assert page.status_code == 422
    assert "不是数字" in text_of(page)
    assert Report.objects.get(pk=report.pk).value is None


def test_a_stale_row_is_told_in_place() -> None:
    report = a_report()
    client = enter(make_user(role="reporter", unit=report.unit))
    address = reverse("reporting:report_save", args=[report.pk])
    client.post(address, {"version": 1, "value": "3"}, headers=HTMX)
    page = client.post(address, {"version": 1, "value": "4"}, headers=HTMX)
    assert "刚被别人改过" in text_of(page)
    assert Report.objects.get(pk=report.pk).value == 3


def test_without_scripts_saving_comes_back_to_the_row() -> None:
    report = a_report()
    client = enter(make_user(role="reporter", unit=report.unit))
    page = client.post(
        reverse("reporting:report_save", args=[report.pk]), {"version": 1, "value": "3"}
    )
    assert page.headers["Location"] == f"/reporting/?month=2018-05#r{report.pk}"


def test_a_jump_is_shown_while_the_draft_is_kept() -> None:
    report = a_report()
    client = enter(make_user(role="reporter", unit=report.unit))
    page = client.post(
        reverse("reporting:report_save", args=[report.pk]),
        {"version": 1, "value": "90"},
        headers=HTMX,
    )
    assert "变动超过 50%" in text_of(page)
    assert Report.objects.get(pk=report.pk).value == 90


@pytest.mark.parametrize("role", ["reporter", "head", "office", "leader", "auditor"])
def test_nobody_else_writes_a_units_row(role: str) -> None:
    report = a_report()
    unit = report.unit if role == "head" else make_unit()
    client = enter(make_user(role=role, unit=unit))
    page = client.post(
        reverse("reporting:report_save", args=[report.pk]), {"version": 1, "value": "3"}
    )
    assert page.status_code == 404
    assert Report.objects.get(pk=report.pk).value is None


def test_filled_rows_are_submitted_together_and_approved_together() -> None:
    report = a_report(10)
    make_report(report.month, make_target(report.month.plan), report.unit)
    people = make_staff(report.unit)
    enter(people.reporter).post(reverse("reporting:submit_ready"), {"month": "2018-05"})
    assert list(report.month.reports.values_list("status", flat=True)) == ["submitted", "draft"]
    client = enter(people.head)
    assert "待我审核" in text_of(client.get(reverse("reporting:inbox")))
    client.post(reverse("reporting:approve_shown"), {"month": "2018-05", "shown": f"{report.pk}:2"})
    assert Report.objects.get(pk=report.pk).status == "approved"


def test_a_head_cannot_approve_the_rows_of_another_unit() -> None:
    report = a_report(10, status="submitted")
    stranger = enter(make_user(role="head", unit=make_unit()))
    page = stranger.post(
        reverse("reporting:approve_shown"), {"month": "2018-05", "shown": f"{report.pk}:1"}
    )
    assert page.status_code == 404
    assert Report.objects.get(pk=report.pk).status == "submitted"


def test_a_long_month_is_paged_forth_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingcai.reporting.queries.inbox.PAGE", 2)
    report = a_report()
    for _ in range(4):
        make_report(report.month, make_target(report.month.plan), report.unit)
    client = enter(make_user(role="reporter", unit=report.unit))
    address, seen = reverse("reporting:inbox"), []
    page = client.get(address)
    for _ in range(3):
        seen.append([row.report.target.order for row in page.context["rows"]])
        last, page = page, client.get(address + page.context["older"])
    assert seen == [[1, 2], [3, 4], [5]]
    assert last.context["older"] == ""
    back = client.get(address + last.context["newer"])
    assert [row.report.target.order for row in back.context["rows"]] == [3, 4]
    first = client.get(address + back.context["newer"])
    assert [row.report.target.order for row in first.context["rows"]] == [1, 2]
    assert first.context["newer"] == ""


def test_the_list_narrows_to_one_status_and_ignores_nonsense() -> None:
    report = a_report()
    make_report(report.month, make_target(report.month.plan), report.unit, 3, status="returned")
    client = enter(make_user(role="reporter", unit=report.unit))
    page = client.get(reverse("reporting:inbox") + "?status=returned&after=x-y")
    assert [row.report.status for row in page.context["rows"]] == ["returned"]
    page = client.get(reverse("reporting:inbox") + "?status=purple&before=1-2-3")
    assert len(page.context["rows"]) == 2


def test_the_inbox_opens_the_oldest_month_in_which_something_waits() -> None:
    report = a_report()
    june = make_month(report.month.plan, date(2018, 6, 1))
    make_report(june, report.target, report.unit)
    client = enter(make_user(role="reporter", unit=report.unit))
    assert client.get(reverse("reporting:inbox")).context["month"].month == MAY
    report.status = "submitted"
    report.save()
    assert client.get(reverse("reporting:inbox")).context["month"] == june


def test_a_report_sent_after_the_day_stays_marked_as_late() -> None:
    report = a_report(10)
    people = make_staff(report.unit)
    address = reverse("reporting:report_submit", args=[report.pk])
    enter(people.reporter).post(address, {"version": 1})  # on the eighth; due was the fifth
    Report.objects.update(status="accepted")
    page = enter(people.office).get(reverse("reporting:month", args=[MAY]))
    assert [cell.state for cell in page.context["matrix"][0].cells] == ["done_late"]


def test_the_inbox_keeps_its_query_budget(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_pack()
    report = a_report()
    for _ in range(15):
        make_report(report.month, make_target(report.month.plan), report.unit)
    make_order(report.month.plan, report.unit)
    client = enter(make_user(role="reporter", unit=report.unit))
    client.get(
        reverse("reporting:inbox")
    )  # the first request of a session writes down that it began
    with django_assert_max_num_queries(12):
        client.get(reverse("reporting:inbox"))


# -- one report ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("reporter", True, 200),
        ("head", True, 200),
        ("office", False, 200),
        ("leader", False, 200),
        ("auditor", False, 200),
        ("reporter", False, 404),
        ("head", False, 404),
    ],
)
def test_a_report_is_read_by_its_unit_and_those_who_read_all(
    role: str, status: int, *, own: bool
) -> None:
    report = a_report(3)
    user = make_user(role=role, unit=report.unit if own else make_unit())
    assert enter(user).get(reverse("reporting:report", args=[report.pk])).status_code == status


def test_a_visitor_is_asked_to_sign_in() -> None:
    page = Client().get(reverse("reporting:inbox"))
    assert page.status_code == 302
    assert "/login/" in page.headers["Location"]


def test_a_report_walks_through_its_page() -> None:
    report = a_report(10)
    people = make_staff(report.unit)
    for user, act in [
        (people.reporter, "submit"),
        (people.head, "approve"),
        (people.office, "accept"),
    ]:
        report.refresh_from_db()
        address = reverse(f"reporting:report_{act}", args=[report.pk])
        enter(user).post(address, {"version": report.version})
    report.refresh_from_db()
    assert report.status == "accepted"
    page = enter(people.reporter).get(reverse("reporting:report", args=[report.pk]))
    assert "(10−0)÷(100−0)=10.0%" in text_of(page)


def test_the_office_returns_an_approved_report_and_the_unit_reads_why() -> None:
    report = a_report(10, status="approved")
    address = reverse("reporting:report_return", args=[report.pk])
    enter(make_user(role="office")).post(address, {"version": 1, "note": "请附名单"})
    page = enter(make_user(role="reporter", unit=report.unit)).get(reverse("reporting:inbox"))
    assert "请附名单" in text_of(page)


def test_a_head_does_not_return_what_is_with_the_office() -> None:
    report = a_report(10, status="approved")
    client = enter(make_user(role="head", unit=report.unit))
    client.post(
        reverse("reporting:report_return", args=[report.pk]), {"version": 1, "note": "再改"}
    )
    assert Report.objects.get(pk=report.pk).status == "approved"


# -- the desk ------------------------------------------------------------------------------------


def test_the_desk_shows_units_and_who_is_late() -> None:
    report = a_report(status="draft")
    page = enter(make_user(role="office")).get(reverse("reporting:month", args=[MAY]))
    assert report.unit.name in text_of(page)
    assert "逾期" in text_of(page)


@pytest.mark.parametrize("role", ["reporter", "head", "county"])
def test_units_do_not_sit_at_the_desk(role: str) -> None:
    a_report()
    client = enter(make_user(role=role, unit=make_unit()))
    assert client.get(reverse("reporting:month", args=[MAY])).status_code == 403


def test_leaders_read_the_desk_and_change_nothing() -> None:
    report = a_report(10, status="approved")
    client = enter(make_user(role="leader"))
    assert client.get(reverse("reporting:month", args=[MAY])).status_code == 200
    for name in ("month_accept_confirm", "month_lock_confirm", "month_reopen"):
        assert client.post(reverse(f"reporting:{name}", args=[MAY])).status_code == 403
    assert Report.objects.get(pk=report.pk).status == "approved"


def test_the_office_opens_accepts_and_locks_a_month() -> None:
    unit = make_unit()
    plan = make_plan()
    make_target(plan, owners={unit: "lead"})
    make_target(plan, code="0-1")
    client = enter(make_user(role="office"))
    page = client.post(reverse("reporting:month_open"), {"month": "2018-05"}, follow=True)
    assert "0-1" in text_of(page)
    report = Report.objects.get()
    Report.objects.update(value=4, status="approved")
    preview = client.get(reverse("reporting:month_accept", args=[MAY]))
    shown = preview.context["shown"]
    client.post(reverse("reporting:month_accept_confirm", args=[MAY]), {"shown": shown})
    report.refresh_from_db()
    assert report.status == "accepted"
    client.post(reverse("reporting:month_lock_confirm", args=[MAY]), {"version": 1})
    month = ReportingMonth.objects.get()
    assert month.status == "locked"
    client.post(reverse("reporting:month_reopen", args=[MAY]), {"version": 2, "reason": "漏报"})
    month.refresh_from_db()
    assert month.status == "open"


def test_locking_with_missing_reports_asks_first() -> None:
    report = a_report()
    client = enter(make_user(role="office"))
    page = client.get(reverse("reporting:month_lock", args=[MAY]))
    assert report.target.code in text_of(page)
    confirm = reverse("reporting:month_lock_confirm", args=[MAY])
    client.post(confirm, {"version": 1})
    assert ReportingMonth.objects.get().status == "open"
    client.post(confirm, {"version": 1, "without_missing": "yes"})
    assert ReportingMonth.objects.get().status == "locked"


def test_a_month_that_does_not_exist_is_not_found() -> None:
    make_plan()
    assert enter(make_user(role="office")).get("/reporting/2031-01/").status_code == 404


def test_the_desk_keeps_its_query_budget(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_pack()
    report = a_report(3, status="approved")
    for _ in range(15):
        make_report(report.month, make_target(report.month.plan), make_unit(), status="approved")
    client = enter(make_user(role="office"))
    client.get(
        reverse("reporting:month", args=[MAY])
    )  # the first request of a session writes down that it began
    with django_assert_max_num_queries(12):
        client.get(reverse("reporting:month", args=[MAY]))


# -- overview and standing -----------------------------------------------------------------------


def a_city() -> tuple[Any, Any, Any]:
    """A plan with one shared and one led target, reported in April and May."""
    plan, lead = make_plan(), make_unit("lead", name="云岫市科技局")
    east = make_unit("east", name="东县", kind="county")
    led = make_target(plan, code="1-1", value=100, owners={lead: "lead"})
    shared = make_target(plan, code="1-2", value=30, owners={lead: "lead"}, shares={east: 30})
    for month, figure in ((APRIL, 2), (MAY, 4)):
        row = make_month(plan, month, status="locked")
        make_accepted(row, led, lead, figure)
        make_accepted(row, shared, east, 0)
    compute_indicators(plan, APRIL, now=NOW)
    return plan, led, shared


def test_the_overview_counts_and_lists() -> None:
    make_pack()
    a_city()
    page = enter(make_user(role="leader")).get(reverse("reporting:dashboard"))
    assert page.context["total"].total == 2
    assert [row.target.code for row in page.context["page"].rows] == ["1-1", "1-2"]
    assert "2018年5月" in text_of(page)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("light=yellow", ["1-2"]),
        ("light=green", ["1-1"]),
        ("light=purple", ["1-1", "1-2"]),
        ("unit=east", ["1-2"]),
        ("unit=lead", ["1-1", "1-2"]),
        ("measure=1", ["1-1", "1-2"]),
        ("measure=7", []),
        ("kind=document", []),
        ("month=2018-04", ["1-1", "1-2"]),
    ],
)
def test_the_overview_filters(query: str, codes: list[str]) -> None:
    a_city()
    client = enter(make_user(role="leader"))
    page = client.get(f"{reverse('reporting:dashboard')}?{query}")
    assert [row.target.code for row in page.context["page"].rows] == codes
    lines = client.get(f"{reverse('reporting:dashboard_csv')}?{query}").content.decode("utf-8-sig")
    assert len(lines.strip().splitlines()) == len(codes) + 1


def test_the_overview_pages_forth_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingcai.reporting.queries.dashboard.PAGE", 2)
    plan, lead = make_plan(), make_unit()
    month = make_month(plan)
    for number in range(5):
        target = make_target(plan, code=f"1-{number}", owners={lead: "lead"})
        make_accepted(month, target, lead, 1)
    compute_indicators(plan, MAY, now=NOW)
    client = enter(make_user(role="leader"))
    seen = []
    query = ""
    for _ in range(3):
        page = client.get(f"{reverse('reporting:dashboard')}?{query}")
        seen.append([row.target.code for row in page.context["page"].rows])
        query = page.context["older"]
    assert (seen, query) == ([["1-0", "1-1"], ["1-2", "1-3"], ["1-4"]], "")
    back = client.get(f"{reverse('reporting:dashboard')}?{page.context['newer']}")
    assert [row.target.code for row in back.context["page"].rows] == ["1-2", "1-3"]


def test_the_overview_before_the_first_month_says_so() -> None:
    make_plan()
    page = enter(make_user(role="leader")).get(reverse("reporting:dashboard"))
    assert "还没有可看的月份" in text_of(page)


def test_an_unknown_month_is_not_found() -> None:
    a_city()
    client = enter(make_user(role="leader"))
    for name in ("dashboard", "dashboard_csv"):
        assert client.get(f"{reverse(f'reporting:{name}')}?month=2030-01").status_code == 404


def test_the_overview_keeps_its_query_budget(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_pack()
    plan, units = make_plan(), [make_unit(kind="county") for _ in range(4)]
    month = make_month(plan)
    for _ in range(20):
        target = make_target(plan, owners={units[0]: "lead"}, shares=dict.fromkeys(units, 5))
        make_accepted(month, target, units[0], 1)
    compute_indicators(plan, MAY, now=NOW)
    client = enter(make_user(role="leader"))
    client.get(
        reverse("reporting:dashboard")
    )  # the first request of a session writes down that it began
    with django_assert_max_num_queries(12):
        client.get(reverse("reporting:dashboard"))


def test_a_standing_shows_formula_sentence_and_the_reports_behind() -> None:
    make_pack()
    _, led, _ = a_city()
    behind = Report.objects.get(target=led, month__month=MAY)
    text = text_of(enter(make_user(role="leader")).get(reverse("reporting:standing", args=["1-1"])))
    assert "(4−0)÷(100−0)=4.0%，时间进度 5.0%，落后 1.0 个百分点" in text
    assert led.clause.text in text
    assert reverse("reporting:report", args=[behind.pk]) in text


def test_every_value_of_a_standing_opens() -> None:
    a_city()
    client = enter(make_user(role="leader"))
    page = client.get(reverse("reporting:standing", args=["1-1"]) + "?month=2018-04")
    assert page.context["row"].value == 2
    assert (
        client.get(reverse("reporting:standing", args=["1-1"]) + "?month=2030-01").status_code
        == 404
    )


def test_a_share_has_a_standing_of_its_own() -> None:
    a_city()
    client = enter(make_user(role="leader"))
    page = client.get(reverse("reporting:standing", args=["1-2"]) + "?unit=east")
    assert page.context["row"].unit.code == "east"
    assert client.get(reverse("reporting:standing", args=["1-2"]) + "?unit=lead").status_code == 404


def test_the_words_of_other_units_stay_closed() -> None:
    _, led, _ = a_city()
    Report.objects.filter(target=led).update(narrative="内部说明")
    stranger = make_user(role="reporter", unit=make_unit())
    text = text_of(enter(stranger).get(reverse("reporting:standing", args=["1-1"])))
    assert "内部说明" not in text
    assert "(4−0)÷(100−0)" in text


def test_the_formula_on_the_page_gives_the_stored_light() -> None:
    a_city()
    client = enter(make_user(role="leader"))
    for row in IndicatorValue.objects.select_related("target", "unit"):
        query = f"?month={row.month:%Y-%m}" + (f"&unit={row.unit.code}" if row.unit else "")
        page = client.get(reverse("reporting:standing", args=[row.target.code]) + query)
        assert page.context["row"] == row
        assert f"is-{row.light}" in text_of(page)


def test_an_english_page_speaks_english() -> None:
    a_city()
    client = enter(make_user(role="leader"))
    client.cookies["yingcai_language"] = "en"
    page = client.get(reverse("reporting:dashboard"))
    assert page.headers["Content-Language"] == "en"


def test_a_yearly_standing_draws_a_path_for_each_year() -> None:
    lead = make_unit()
    target = make_target(
        code="1-1", value=12, course="yearly", owners={lead: "lead"}, due_on=date(2019, 12, 31)
    )
    make_accepted(make_month(target.plan), target, lead, 3)
    compute_indicators(target.plan, MAY, now=NOW)
    page = enter(make_user(role="leader")).get(reverse("reporting:standing", args=["1-1"]))
    assert page.context["course"].path == [
        (date(2018, 4, 1), D(0)),
        (date(2018, 12, 31), D(12)),
        (date(2019, 1, 1), D(0)),
        (date(2019, 12, 31), D(12)),
    ]
