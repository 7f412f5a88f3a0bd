"""One report from the first draft to the office's acceptance."""

from decimal import Decimal

import pytest

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_cover
from yingcai.plan.tests.make import make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.months import lock_month
from yingcai.reporting.actions.reports import (
    Entry,
    accept_all,
    accept_report,
    approve_all,
    approve_report,
    return_report,
    save_report,
    submit_all,
    submit_report,
    warning_of,
)
from yingcai.reporting.errors import MonthClosed, Refused, SamePerson, Stale, WrongState
from yingcai.reporting.models import IndicatorValue, Report, ReportStep
from yingcai.reporting.tests.make import (
    APRIL,
    NOW,
    make_accepted,
    make_month,
    make_report,
    make_staff,
)

pytestmark = pytest.mark.django_db
D = Decimal
Status = Report.Status


def a_report(value: int | None = None, *, status: str = Status.DRAFT) -> Report:
    unit = make_unit()
    target = make_target(value=100, owners={unit: "lead"})
    return make_report(make_month(target.plan), target, unit, value, status=status)


def test_a_draft_is_kept_with_its_history_and_its_audit_row() -> None:
    report = a_report()
    reporter = make_user()
    save_report(report, Entry(D(12), "新建两家", ""), actor=reporter, now=NOW)
    saved = Report.objects.get(pk=report.pk)
    assert (saved.value, saved.narrative, saved.version) == (D(12), "新建两家", 2)
    assert [(step.action, step.value) for step in saved.steps.all()] == [("save", D(12))]
    assert Event.objects.get(action="report.save").details == {"status": "draft", "version": 2}


def test_saving_the_same_again_writes_nothing() -> None:
    report = a_report()
    save_report(report, Entry(D(12)), actor=make_user(), now=NOW)
    save_report(report, Entry(D(12)), actor=make_user(), now=NOW)
    assert (report.version, ReportStep.objects.count()) == (2, 1)


def test_an_impossible_figure_is_refused_with_everything_that_is_wrong() -> None:
    report = a_report()
    with pytest.raises(Refused) as refused:
        save_report(report, Entry(D("-1.5"), "字" * 3000, "字" * 301), actor=make_user(), now=NOW)
    assert [problem.where for problem in refused.value.problems] == [
        "数值",
        "数值",
        "进展说明",
        "原因说明",
    ]
    assert Report.objects.get(pk=report.pk).version == 1


def test_a_draft_without_its_reason_is_kept_but_not_submitted() -> None:
    report = a_report()
    save_report(report, Entry(D(90)), actor=make_user(), now=NOW)
    assert "变动超过 50%" in warning_of(report)
    with pytest.raises(Refused, match="原因说明"):
        submit_report(report, actor=make_user(), now=NOW)
    assert Report.objects.get(pk=report.pk).status == Status.DRAFT
    save_report(report, Entry(D(90), "", "补报一季度"), actor=make_user(), now=NOW)
    assert warning_of(report) == ""
    assert submit_report(report, actor=make_user(), now=NOW).status == Status.SUBMITTED


def test_a_fall_below_the_last_accepted_month_needs_a_reason() -> None:
    report = a_report(9)
    make_accepted(make_month(report.month.plan, APRIL), report.target, report.unit, 10)
    with pytest.raises(Refused, match="由上期 10 降为 9"):
        submit_report(report, actor=make_user(), now=NOW)


def test_a_report_without_a_figure_is_not_submitted() -> None:
    with pytest.raises(Refused, match="请填写截至本月末的数值"):
        submit_report(a_report(), actor=make_user(), now=NOW)


def test_a_report_walks_from_the_reporter_to_the_months_figure() -> None:
    report = a_report(12)
    people = make_staff(report.unit)
    submit_report(report, actor=people.reporter, now=NOW)
    approve_report(report, actor=people.head, now=NOW)
    assert not IndicatorValue.objects.exists()
    accept_report(report, actor=people.office, now=NOW)
    assert IndicatorValue.objects.get().value == 12
    assert [step.action for step in report.steps.all()] == ["submit", "approve", "accept"]


def test_the_head_is_not_the_person_who_submitted() -> None:
    report = a_report(12)
    reporter = make_user()
    submit_report(report, actor=reporter, now=NOW)
    second_login = make_user()
    User.objects.filter(pk=second_login.pk).update(person_key=reporter.person_key)
    second_login.refresh_from_db()
    with pytest.raises(SamePerson, match="不同的人"):
        approve_report(report, actor=second_login, now=NOW)
    with pytest.raises(SamePerson, match="不同的人"):
        approve_report(report, actor=make_cover(reporter), now=NOW)
    assert Report.objects.get(pk=report.pk).status == Status.SUBMITTED


def test_the_office_does_not_accept_what_the_same_person_submitted() -> None:
    report = a_report(12)
    both = make_user()
    submit_report(report, actor=both, now=NOW)
    approve_report(report, actor=make_user(), now=NOW)
    with pytest.raises(SamePerson):
        accept_report(report, actor=both, now=NOW)
    assert not IndicatorValue.objects.exists()


def test_a_returned_report_says_why_and_can_be_mended() -> None:
    report = a_report(12, status=Status.SUBMITTED)
    with pytest.raises(Refused, match="退回意见"):
        return_report(report, note=" ", actor=make_user(), now=NOW)
    return_report(report, note="请附名单", actor=make_user(), now=NOW)
    assert (report.status, report.returned_note) == (Status.RETURNED, "请附名单")
    save_report(report, Entry(D(13)), actor=make_user(), now=NOW)
    assert report.status == Status.RETURNED
    submit_report(report, actor=make_user(), now=NOW)
    assert (report.status, report.returned_note) == (Status.SUBMITTED, "")


def test_returning_an_accepted_report_takes_its_figure_back() -> None:
    report = a_report(12, status=Status.APPROVED)
    accept_report(report, actor=make_user(), now=NOW)
    return_report(report, note="口径有误", actor=make_user(), now=NOW)
    assert IndicatorValue.objects.get().value is None


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.ACCEPTED])
def test_what_was_handed_in_is_not_changed_any_more(status: str) -> None:
    report = a_report(12, status=status)
    with pytest.raises(WrongState, match="现在是"):
        save_report(report, Entry(D(13)), actor=make_user(), now=NOW)
    assert Report.objects.get(pk=report.pk).value == 12


def test_of_two_savers_the_second_is_told() -> None:
    report = a_report()
    stale = Report.objects.get(pk=report.pk)
    save_report(report, Entry(D(12)), actor=make_user(), now=NOW)
    with pytest.raises(Stale, match="刷新"):
        save_report(stale, Entry(D(99)), actor=make_user(), now=NOW)
    assert Report.objects.get(pk=report.pk).value == 12


def test_a_locked_month_takes_nothing() -> None:
    report = a_report()
    lock_month(report.month, actor=make_user(), now=NOW, without_missing=True)
    with pytest.raises(MonthClosed, match="2018-05 已锁定"):
        save_report(report, Entry(D(12)), actor=make_user(), now=NOW)
    assert Report.objects.get(pk=report.pk).value is None


def test_everything_shown_is_accepted_at_once() -> None:
    plan, unit = make_plan(), make_unit()
    month = make_month(plan)
    targets = [make_target(plan, owners={unit: "lead"}) for _ in range(3)]
    rows = [make_report(month, one, unit, 2, status=Status.APPROVED) for one in targets]
    shown = {row.pk: row.version for row in rows[:2]}
    assert accept_all(month, shown, actor=make_user(), now=NOW) == 2
    assert list(month.reports.values_list("status", flat=True)) == [
        "accepted",
        "accepted",
        "approved",
    ]
    assert IndicatorValue.objects.filter(value=2).count() == 2
    assert Event.objects.filter(action="month.reports_accepted").count() == 1


def test_nothing_is_accepted_when_one_changed_after_the_preview() -> None:
    plan, unit = make_plan(), make_unit()
    month = make_month(plan)
    targets = [make_target(plan, owners={unit: "lead"}) for _ in range(2)]
    rows = [make_report(month, one, unit, 2, status=Status.APPROVED) for one in targets]
    shown = {row.pk: row.version for row in rows}
    return_report(rows[1], note="请核对", actor=make_user(), now=NOW)
    with pytest.raises(Stale, match="没有办理任何一项"):
        accept_all(month, shown, actor=make_user(), now=NOW)
    assert not month.reports.filter(status=Status.ACCEPTED).exists()


def test_accepting_all_refuses_ones_own() -> None:
    report = a_report(12)
    both = make_user()
    submit_report(report, actor=both, now=NOW)
    approve_report(report, actor=make_user(), now=NOW)
    with pytest.raises(SamePerson) as refused:
        accept_all(report.month, {report.pk: report.version}, actor=both, now=NOW)
    assert report.target.code in str(refused.value.problems[0])
    with pytest.raises(SamePerson):
        accept_all(report.month, {report.pk: report.version}, actor=make_cover(both), now=NOW)
    assert Report.objects.get(pk=report.pk).status == Status.APPROVED


def test_reports_are_submitted_together_or_not_at_all() -> None:
    plan, unit = make_plan(), make_unit()
    month = make_month(plan)
    good = make_report(month, make_target(plan, code="1-1", value=100), unit, 2)
    jump = make_report(month, make_target(plan, code="1-2", value=100), unit, 90)
    empty = make_report(month, make_target(plan, code="1-3", value=100), unit)
    with pytest.raises(Refused) as refused:
        submit_all([good, jump, empty], actor=make_user(), now=NOW)
    assert [problem.where for problem in refused.value.problems] == ["1-2 原因说明", "1-3 数值"]
    assert set(month.reports.values_list("status", flat=True)) == {"draft"}
    good.refresh_from_db()
    assert submit_all([good], actor=make_user(), now=NOW) == 1


def test_the_head_approves_what_was_shown() -> None:
    report = a_report(12)
    people = make_staff(report.unit)
    submit_report(report, actor=people.reporter, now=NOW)
    shown = {report.pk: report.version}
    assert approve_all(report.month, shown, actor=people.head, now=NOW) == 1
    assert Report.objects.get(pk=report.pk).status == Status.APPROVED
    assert not IndicatorValue.objects.exists()
    with pytest.raises(Stale):
        approve_all(report.month, shown, actor=people.head, now=NOW)
