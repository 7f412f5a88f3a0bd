"""The month as a spreadsheet: out, filled in, checked, previewed, back in."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yingcai.engine.documents.sheet import Value, read_sheet, write_csv
from yingcai.plan.tests.make import make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.month_sheet import check_sheet, import_sheet
from yingcai.reporting.errors import MonthClosed, Refused, Stale
from yingcai.reporting.models import Report, ReportingMonth
from yingcai.reporting.sheets import Filled, read_month
from yingcai.reporting.tests.make import APRIL, MAY, NOW, make_accepted, make_month, make_report

pytestmark = pytest.mark.django_db
HEAD = ["目标编号", "填报单位", "截至本月末数值", "进展说明", "原因说明"]


def enter(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_month() -> tuple[ReportingMonth, Any, list[Report]]:
    """May with three targets of one unit; ten were reported in April for the first."""
    plan, unit = make_plan(), make_unit(name="云岫市科技局")
    april, may = make_month(plan, APRIL), make_month(plan, MAY)
    targets = [
        make_target(plan, code=f"1-{n}", value=100, owners={unit: "lead"}) for n in (1, 2, 3)
    ]
    make_accepted(april, targets[0], unit, 10)
    return may, unit, [make_report(may, target, unit) for target in targets]


def filled(*rows: Sequence[str]) -> list[Filled]:
    return [
        Filled(number, *[*row, *[""] * (5 - len(row))]) for number, row in enumerate(rows, start=2)
    ]


def upload(*rows: Sequence[Value]) -> SimpleUploadedFile:
    return SimpleUploadedFile("五月.csv", write_csv([HEAD, *rows]))


def test_what_goes_out_comes_back_as_it_was() -> None:
    may, unit, reports = a_month()
    Report.objects.filter(pk=reports[0].pk).update(value=12, narrative="=两家签约")
    client = enter(make_user(role="reporter", unit=unit))
    for query in ("", "?format=csv"):
        page = client.get(reverse("reporting:month_sheet", args=[MAY]) + query)
        rows = read_month(page.content, name="五月")
        assert [(row.code, row.unit, row.value, row.narrative) for row in rows] == [
            ("1-1", "云岫市科技局", "12", "=两家签约"),
            ("1-2", "云岫市科技局", "", ""),
            ("1-3", "云岫市科技局", "", ""),
        ]
        checked = check_sheet(may, rows, frozenset({unit.pk}))
        assert (checked.changes, checked.same, checked.blank, checked.problems) == ([], 1, 2, [])


def test_the_sheet_shows_goal_and_last_figure() -> None:
    a_month()
    page = enter(make_user(role="office")).get(reverse("reporting:month_sheet", args=[MAY]))
    first = read_sheet(page.content, name="五月.xlsx").rows[1].cells
    assert first[:7] == ("1-1", "云岫市科技局", first[2], "家", 100, 10, None)


def test_a_unit_takes_out_its_own_rows_only() -> None:
    may, unit, _ = a_month()
    make_report(may, make_target(may.plan, code="9-9"), make_unit())
    page = enter(make_user(role="reporter", unit=unit)).get(
        reverse("reporting:month_sheet", args=[MAY])
    )
    assert "9-9" not in [row.code for row in read_month(page.content, name="五月.xlsx")]
    stranger = enter(make_user(role="reporter", unit=make_unit()))
    assert stranger.get(reverse("reporting:month_sheet", args=[MAY])).status_code == 404


def test_every_wrong_row_is_told_with_row_column_and_way_out() -> None:
    may, unit, reports = a_month()
    make_report(may, make_target(may.plan, code="2-1"), make_unit(name="云岫市教育局"), 1)
    Report.objects.filter(pk=reports[2].pk).update(status="submitted", value=1)
    rows = filled(
        ("1-1", "云岫市科技局", "9"),
        ("1-2", "云岫市科技局", "一二"),
        ("1-2", "云岫市科技局", "2.5"),
        ("1-3", "云岫市科技局", "2"),
        ("2-1", "云岫市教育局", "2"),
        ("7-7", "云岫市科技局", "2"),
    )
    found = check_sheet(may, rows, frozenset({unit.pk})).problems
    assert [str(problem) for problem in found] == [
        "第 2 行 原因说明：由上期 10 降为 9，累计数一般不减少，请说明原因",
        "第 3 行 截至本月末数值：“一二”不是数字，请填写如 412 或 3.5 的数字",
        "第 4 行 数值：按“家”计数，应为整数",
        "第 4 行：同一目标和单位在表中出现两次，请只留一行",
        "第 5 行：这一项现在是“待负责人审核”，不能再改；需要更正请先请其退回",
        "第 6 行：本月没有由您填报的“云岫市教育局”目标 2-1，请核对编号和单位名称",
        "第 7 行：本月没有由您填报的“云岫市科技局”目标 7-7，请核对编号和单位名称",
    ]


def test_one_wrong_row_keeps_every_row_out() -> None:
    may, unit, reports = a_month()
    rows = filled(("1-2", "云岫市科技局", "3"), ("1-3", "云岫市科技局", "三"))
    with pytest.raises(Refused):
        import_sheet(
            may,
            rows,
            {reports[1].pk: 1},
            writable=frozenset({unit.pk}),
            actor=make_user(),
            now=NOW,
        )
    assert not may.reports.exclude(value=None).exists()


def test_nothing_is_written_when_a_row_changed_after_the_preview() -> None:
    may, unit, reports = a_month()
    rows = filled(("1-2", "云岫市科技局", "3"))
    with pytest.raises(Stale, match="没有写入任何一行"):
        import_sheet(
            may, rows, {reports[1].pk: 7}, writable=frozenset({unit.pk}), actor=make_user(), now=NOW
        )
    assert not may.reports.exclude(value=None).exists()


def test_a_locked_month_takes_no_sheet() -> None:
    may, unit, reports = a_month()
    ReportingMonth.objects.filter(pk=may.pk).update(status="locked")
    with pytest.raises(MonthClosed):
        import_sheet(
            may,
            filled(("1-2", "云岫市科技局", "3")),
            {reports[1].pk: 1},
            writable=frozenset({unit.pk}),
            actor=make_user(),
            now=NOW,
        )


def test_a_sheet_is_previewed_then_written() -> None:
    may, unit, reports = a_month()
    client = enter(make_user(role="reporter", unit=unit))
    address = reverse("reporting:month_import", args=[MAY])
    preview = client.post(
        address,
        {
            "file": upload(
                ["1-1", "云岫市科技局", 12, "两家签约", ""], ["1-2", "云岫市科技局", None, "", ""]
            )
        },
    )
    assert not may.reports.exclude(value=None).exists()
    sealed, shown = preview.context["sealed"], preview.context["shown"]
    confirm = reverse("reporting:month_import_confirm", args=[MAY])
    done = client.post(confirm, {"sealed": sealed, "shown": shown})
    assert done.headers["Location"] == "/reporting/?month=2018-05"
    first = Report.objects.get(pk=reports[0].pk)
    assert (first.value, first.narrative, first.status) == (Decimal(12), "两家签约", "draft")
    client.post(confirm, {"sealed": sealed, "shown": shown})
    assert Report.objects.get(pk=reports[0].pk).version == 2


def test_a_wrong_sheet_is_answered_with_its_problems() -> None:
    _, unit, _ = a_month()
    client = enter(make_user(role="reporter", unit=unit))
    page = client.post(
        reverse("reporting:month_import", args=[MAY]),
        {"file": upload(["1-1", "云岫市科技局", "九", "", ""])},
    )
    assert page.status_code == 422
    assert "第 2 行" in page.content.decode()
    assert "sealed" not in page.context


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.csv", b"", "是空的"),
        ("别的.csv", "甲,乙\n1,2\n".encode(), "缺少“目标编号”列"),
        ("坏.xlsx", b"PK\x03\x04nothing", "坏.xlsx"),
    ],
)
def test_a_file_that_is_no_month_is_answered_in_words(name: str, data: bytes, words: str) -> None:
    _, unit, _ = a_month()
    client = enter(make_user(role="reporter", unit=unit))
    page = client.post(
        reverse("reporting:month_import", args=[MAY]), {"file": SimpleUploadedFile(name, data)}
    )
    assert page.status_code == 422
    assert words in page.content.decode()


def test_no_file_at_all_is_answered_in_words() -> None:
    _, unit, _ = a_month()
    client = enter(make_user(role="reporter", unit=unit))
    page = client.post(reverse("reporting:month_import", args=[MAY]))
    assert (page.status_code, "请先选择文件" in page.content.decode()) == (422, True)


def test_a_preview_that_was_tampered_with_writes_nothing() -> None:
    may, unit, reports = a_month()
    client = enter(make_user(role="reporter", unit=unit))
    page = client.post(
        reverse("reporting:month_import_confirm", args=[MAY]),
        {"sealed": "made-up", "shown": f"{reports[0].pk}:1"},
        follow=True,
    )
    assert "预览已过期或不完整" in page.content.decode()
    assert not may.reports.exclude(value=None).exists()


def test_the_office_does_not_fill_in_for_units() -> None:
    a_month()
    client = enter(make_user(role="office"))
    assert client.get(reverse("reporting:month_import", args=[MAY])).status_code == 403


def test_heads_of_columns_are_known_in_english_too() -> None:
    rows = read_month(
        write_csv([["Target", "目标编号", "填报单位", "截至本月末数值"], ["x", "1-1", "甲局", 3]]),
        name="a.csv",
    )
    assert (rows[0].code, rows[0].value, rows[0].number) == ("1-1", "3", 2)
