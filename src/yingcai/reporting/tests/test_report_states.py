"""Whatever people try in whatever order, a report only ever takes the steps of the table."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.plan.tests.make import make_target, make_unit, make_user
from yingcai.reporting.actions.reports import (
    Entry,
    accept_report,
    approve_report,
    return_report,
    save_report,
    submit_report,
)
from yingcai.reporting.errors import ReportingError
from yingcai.reporting.models import IndicatorValue, Report
from yingcai.reporting.tests.make import NOW, make_month, make_report

STEPS = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("approved", "accept"): "accepted",
    ("submitted", "return"): "returned",
    ("approved", "return"): "returned",
    ("accepted", "return"): "returned",
    ("draft", "save"): "draft",
    ("returned", "save"): "returned",
}


class _Undo(Exception):
    """Ends an example without leaving a row."""


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tries=st.lists(
        st.tuples(
            st.sampled_from(["save", "submit", "approve", "accept", "return"]),
            st.integers(min_value=0, max_value=2),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_a_report_only_takes_the_steps_of_the_table(
    db: None, tries: list[tuple[str, int, bool]]
) -> None:
    with pytest.raises(_Undo), transaction.atomic():
        _play(tries)


def _do(act: str, report: Report, actor: User, number: int) -> None:
    if act == "save":
        save_report(report, Entry(Decimal(number + 2)), actor=actor, now=NOW)
    elif act == "return":
        return_report(report, note="请核对", actor=actor, now=NOW)
    else:
        plain = {"submit": submit_report, "approve": approve_report, "accept": accept_report}
        plain[act](report, actor=actor, now=NOW)


def _play(tries: list[tuple[str, int, bool]]) -> None:
    unit = make_unit()
    target = make_target(value=100, owners={unit: "lead"})
    report = make_report(make_month(target.plan), target, unit, 1)
    people = [make_user() for _ in range(3)]
    submitted_by = None
    for number, (act, who, stale) in enumerate(tries):
        fresh = Report.objects.get(pk=report.pk)
        before = (fresh.status, fresh.version, Event.objects.count())
        if stale:
            fresh.version += 1
        allowed = (before[0], act) in STEPS and not stale
        if act in {"approve", "accept"} and submitted_by == who:
            allowed = False
        if allowed:
            _do(act, fresh, people[who], number)
            submitted_by = who if act == "submit" else submitted_by
        else:
            with pytest.raises(ReportingError), transaction.atomic():
                _do(act, fresh, people[who], number)
        after = Report.objects.get(pk=report.pk)
        if allowed:
            assert (after.status, after.version) == (STEPS[before[0], act], before[1] + 1)
        else:
            assert (after.status, after.version, Event.objects.count()) == before
        counted = IndicatorValue.objects.filter(target=target, value__isnull=False).exists()
        assert counted is (after.status == "accepted")
    raise _Undo
