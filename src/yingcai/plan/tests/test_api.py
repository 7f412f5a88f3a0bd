"""Plans over HTTP: published ones only, page by page, within few queries."""

from decimal import Decimal
from typing import Any

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient
from pytest_django import DjangoAssertNumQueries

from yingcai.plan.api import router
from yingcai.plan.models import Plan
from yingcai.plan.tests.make import (
    make_clause,
    make_measure,
    make_plan,
    make_target,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(router)


def get(api: TestClient, address: str) -> Any:
    answer = api.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_only_published_editions_are_listed(api: TestClient) -> None:
    make_plan(status=Plan.Status.DRAFT)
    make_plan(status=Plan.Status.SUBMITTED)
    old = make_plan(slug="a", edition=1, status=Plan.Status.SUPERSEDED)
    new = make_plan(slug="a", edition=2)

    assert [plan["id"] for plan in get(api, "/plans")["items"]] == [old.pk, new.pk]
    assert get(api, f"/plans/{new.pk}")["edition"] == 2


@pytest.mark.parametrize("path", ["", "/measures", "/clauses", "/targets", "/targets/1-1"])
def test_a_draft_is_not_found(api: TestClient, path: str) -> None:
    plan = make_plan(status=Plan.Status.DRAFT)
    make_target(plan, code="1-1")

    assert api.get(f"/plans/{plan.pk}{path}").status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "after=-1", "limit=x", "after=99e99"])
def test_a_bad_page_is_refused_with_the_field(api: TestClient, query: str) -> None:
    answer = api.get(f"/plans?{query}")

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "query"


def test_pages_hold_every_row_once(api: TestClient) -> None:
    plan = make_plan()
    for number in range(1, 6):
        make_target(plan, code=f"1-{number}")
    codes: list[str] = []
    after = 0

    while after is not None:
        page = get(api, f"/plans/{plan.pk}/targets?limit=2&after={after}")
        codes += [target["code"] for target in page["items"]]
        after = page["next"]

    assert codes == ["1-1", "1-2", "1-3", "1-4", "1-5"]


def test_a_target_comes_with_owners_shares_and_its_sentence(api: TestClient) -> None:
    unit, county = make_unit("kcj", name="市科创局"), make_unit("north", name="北县", kind="county")
    target = make_target(
        code="1-1", value=Decimal("20.5"), owners={unit: "lead"}, shares={county: 3}
    )

    found = get(api, f"/plans/{target.plan_id}/targets/1-1")

    assert Decimal(str(found["value"])) == Decimal("20.5")
    assert found["clause"] == target.clause_id
    assert found["owners"] == [{"code": "kcj", "name": "市科创局", "role": "lead"}]
    assert [share["code"] for share in found["shares"]] == ["north"]
    assert api.get(f"/plans/{target.plan_id}/targets/9-9").status_code == 404


def test_clauses_are_those_people_agreed_to(api: TestClient) -> None:
    measure = make_measure(make_plan())
    kept = make_clause(measure)
    make_clause(measure, status="rejected")
    make_clause(measure, status="proposed")
    rule = make_clause(measure, kind="incentive", details={"condition": "条件"})

    found = get(api, f"/plans/{measure.plan_id}/clauses")["items"]

    assert [clause["id"] for clause in found] == [kept.pk, rule.pk]
    assert found[0]["measure"] == 1
    only = get(api, f"/plans/{measure.plan_id}/clauses?kind=incentive")["items"]
    assert [clause["details"] for clause in only] == [{"condition": "条件"}]


def test_measures_come_with_their_units(api: TestClient) -> None:
    plan = make_plan()
    make_measure(plan, units={make_unit("kcj", name="市科创局"): "lead"})

    found = get(api, f"/plans/{plan.pk}/measures")["items"][0]

    assert found["units"] == [{"name": "市科创局", "code": "kcj", "role": "lead"}]


def test_lists_take_few_queries(
    api: TestClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan()
    unit, county = make_unit(), make_unit(kind="county")
    for number in range(1, 31):
        measure = make_measure(plan, number, units={unit: "lead"})
        make_target(plan, measure=measure, owners={unit: "lead"}, shares={county: 20})

    for name in ("measures", "clauses", "targets"):
        with django_assert_max_num_queries(6):
            assert len(get(api, f"/plans/{plan.pk}/{name}")["items"]) == 30


def test_every_refusal_is_documented() -> None:
    api = NinjaAPI(urls_namespace="plan-document")
    api.add_router("", router)

    paths = api.get_openapi_schema(path_prefix="")["paths"]

    for path in paths.values():
        assert {401, 403, 404, 422} <= set(path["get"]["responses"])
