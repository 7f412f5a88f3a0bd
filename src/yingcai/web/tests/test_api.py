"""The API: what is open, what is not, its bounds, and the committed snapshot of its schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.plan.tests.make import make_user
from yingcai.reporting.tests.make_bulletin import APRIL, City, fill_month, make_city, make_published
from yingcai.web.api import api, operations

ASKS = ("/api/entitlement",)  # what is said travels in the body, and nothing is written

ROOT = Path(__file__).parents[4]
pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    """April is published, May is counted and not published."""
    city = make_city()
    fill_month(city, APRIL)
    make_published(city, APRIL)
    fill_month(city)
    return city


def get(client: Client, path: str) -> tuple[int, Any]:
    response = client.get(f"/api/{path}")
    return response.status_code, json.loads(response.content)


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role=role))
    return client


def test_published_values_are_open_and_exact(city: City, client: Client) -> None:
    status, answer = get(client, "values?month=2018-04&unit=city")
    assert status == 200
    assert answer["items"][0] == {
        "month": "2018-04",
        "code": "1-1",
        "unit": "",
        "unit_name": "",
        "word": "家",
        "goal": "20",
        "value": "5",
        "expected": "2",
        "progress": "25.0",
        "gap": "0.0",
        "light": "green",
    }
    assert answer["next"] is None


def test_pages_join_without_gap_or_overlap(city: City, client: Client) -> None:
    whole = get(client, "values?month=2018-04")[1]["items"]
    found, after = [], 0
    while after is not None:
        answer = get(client, f"values?month=2018-04&limit=2&after={after}")[1]
        found += answer["items"]
        after = answer["next"]
    assert found == whole
    assert len(whole) == 5


def test_staff_pages_join_too(city: City) -> None:
    client = signed_in("auditor")
    found, after = [], 0
    while after is not None:
        answer = get(client, f"values?month=2018-05&scope=staff&limit=2&after={after}")[1]
        found += [(row["code"], row["unit"]) for row in answer["items"]]
        after = answer["next"]
    assert len(found) == len(set(found)) == 5


def test_an_unpublished_month_is_not_there_for_the_public(city: City, client: Client) -> None:
    assert get(client, "values?month=2018-05") == (
        404,
        {"detail": "no bulletin of 2018-05 is published"},
    )


def test_the_staff_scope_asks_for_a_session_and_a_role(city: City, client: Client) -> None:
    address = "values?month=2018-05&scope=staff"
    assert get(client, address)[0] == 401
    assert get(signed_in(""), address)[0] == 403
    status, answer = get(signed_in("reporter"), f"{address}&unit=city")
    assert status == 200
    assert [row["code"] for row in answer["items"]] == ["1-1", "2-2"]


def test_standings_of_a_target_run_over_months(city: City, client: Client) -> None:
    assert [row["month"] for row in get(client, "standings/2-2")[1]["items"]] == ["2018-04"]
    staff = get(signed_in("office"), "standings/2-2?scope=staff")[1]["items"]
    assert [row["month"] for row in staff] == ["2018-04", "2018-05"]
    assert get(client, "standings/9-9")[0] == 404


def test_bulletins_come_with_counts_and_digest_and_without_words(
    city: City, client: Client
) -> None:
    status, answer = get(client, "bulletins/2018-04")
    assert status == 200
    assert len(answer["digest"]) == 64
    assert answer["overall"]["red"] == 1
    assert [row["light"] for row in answer["measures"]] == ["green", "red"]
    assert "征地滞后" not in json.dumps(answer, ensure_ascii=False)
    assert get(client, "bulletins/2018-05")[0] == 404
    assert [row["month"] for row in get(client, "bulletins")[1]["items"]] == ["2018-04"]


@pytest.mark.parametrize(
    "query",
    [
        "values",
        "values?month=2018-13",
        "values?month=2018-04&limit=0",
        "values?month=2018-04&limit=201",
        "values?month=2018-04&after=-1",
        "values?month=2018-04&scope=all",
        "values?month=2018-04&after=99999999999999999999",
        "values?month=2018-04%00",
        "bulletins?limit=x",
        "bulletins/2018-4",
        "plans?limit=0",
    ],
)
def test_what_cannot_be_used_is_named(city: City, client: Client, query: str) -> None:
    status, answer = get(client, query)
    assert status == 422
    assert answer["detail"]


def test_without_a_plan_there_is_nothing(client: Client) -> None:
    assert get(client, "bulletins") == (404, {"detail": "no plan is published"})


def test_every_call_tells_its_refusals() -> None:
    for call in operations(dict(api.get_openapi_schema())):
        writes = call.method == "POST" and call.path not in ASKS
        assert {"201" if writes else "200", "401", "403", "404", "422"} <= {
            code for code, _ in call.responses
        }, call


def test_the_committed_schema_is_current() -> None:
    committed = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    current = json.loads(json.dumps(api.get_openapi_schema()))
    assert committed == current, "run tools/openapi.py and review the diff"


def test_the_page_of_reference_needs_no_stranger(client: Client) -> None:
    text = client.get("/api/docs/").content.decode()
    assert "GET /api/values" in text
    assert "https://" not in text.split("<body")[1].split("<footer")[0]
    schema = client.get("/api/openapi.json")
    assert schema["Content-Type"].startswith("application/json")
