"""What was done stays on record: the database itself refuses to change a step."""

from typing import Any

import pytest
from django.db import DatabaseError, models, transaction

from yingcai.plan.tests.make import make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.months import open_month
from yingcai.reporting.actions.orders import answer_order
from yingcai.reporting.models import MonthStep, OrderStep, ReportStep
from yingcai.reporting.tests.make import MAY, NOW, make_month, make_order, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def steps() -> list[models.Model]:
    unit, actor = make_unit(), make_user()
    plan = make_plan()
    target = make_target(plan, owners={unit: "lead"})
    order = make_order(plan, unit)
    answer_order(order, text="已办", actor=actor, now=NOW)
    report = make_report(make_month(plan), target, unit)
    ReportStep.objects.create(report=report, action="save", status="draft", actor=actor, at=NOW)
    open_month(make_plan(), MAY, actor=actor, now=NOW)
    return [OrderStep.objects.get(), ReportStep.objects.get(), MonthStep.objects.get()]


def test_no_step_is_changed_or_removed(steps: list[Any]) -> None:
    for step in steps:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            type(step).objects.filter(pk=step.pk).update(action="other")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            type(step).objects.filter(pk=step.pk).delete()
        assert type(step).objects.get(pk=step.pk).action == step.action
