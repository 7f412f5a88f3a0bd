"""The home page counts what waits for its user, and nothing that waits for others."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from yingcai.identity.models import Unit
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.plan.tests.make import make_plan, make_target
from yingcai.reporting.models import Report, ReportingMonth
from yingcai.reporting.tests.make import make_month, make_order, make_report
from yingcai.web.desk import waiting

pytestmark = pytest.mark.django_db

TODAY = date(2018, 6, 8)


@pytest.fixture
def bureau() -> Unit:
    return make_unit("first", name="第一局")


@pytest.fixture
def month(bureau: Unit) -> ReportingMonth:
    """An open month with one report in each state, and an order that is overdue."""
    plan = make_plan()
    opened = make_month(plan)
    for order, status in enumerate(Report.Status):
        target = make_target(plan, code=f"1-{order}")
        make_report(opened, target, bureau, 1, status=status)
    make_order(plan, bureau, due_on=date(2018, 6, 7))
    return opened


def piles(role: str, unit: Unit | None = None) -> dict[str, int]:
    return {pile.label: pile.count for pile in waiting(make_user(role=role, unit=unit), TODAY)}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("reporter", {"被退回、要改的数字": 1, "要填的数字": 1, "已超期的督办单": 1}),
        ("head", {"要审核的数字": 1, "已超期的督办单": 1}),
    ],
)
def test_a_unit_sees_what_it_has_to_do(
    month: ReportingMonth, bureau: Unit, role: str, expected: dict[str, int]
) -> None:
    assert piles(role, bureau) == expected


def test_another_unit_sees_nothing_of_it(month: ReportingMonth) -> None:
    assert piles("reporter", make_unit("second", name="第二局")) == {}


def test_the_talent_office_checks_and_answers_no_orders(month: ReportingMonth) -> None:
    assert piles("office") == {"要核定的数字": 1}


def test_a_locked_month_waits_for_nobody(month: ReportingMonth, bureau: Unit) -> None:
    ReportingMonth.objects.update(status=ReportingMonth.Status.LOCKED)

    assert piles("office") == {}
    assert piles("reporter", bureau) == {"已超期的督办单": 1}


def test_a_leader_has_no_pile(month: ReportingMonth) -> None:
    assert piles("leader") == {}


def test_the_home_page_asks_at_most_twelve_queries(
    client: Client,
    month: ReportingMonth,
    bureau: Unit,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(
        make_user(role="reporter", unit=bureau),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    client.get("/")  # the first request of a session also stamps the session

    with django_assert_max_num_queries(12):
        page = client.get("/").content.decode()

    assert "待我处理" in page
