"""What other apps ask plan about."""

from decimal import Decimal

import pytest

from yingcai.plan.models import Plan
from yingcai.plan.queries import (
    active_pack,
    current_plan,
    ledger,
    lights_thresholds,
    target_by_code,
)
from yingcai.plan.tests.make import make_pack, make_plan, make_target, make_unit

pytestmark = pytest.mark.django_db


def test_a_target_comes_with_its_owners_lead_first_and_its_shares() -> None:
    lead, joint, county = make_unit(), make_unit(), make_unit(kind="county")
    target = make_target(owners={joint: "joint", lead: "lead"}, shares={county: 3})

    found = ledger(target.plan).get()

    assert [owner.unit for owner in found.owners.all()] == [lead, joint]
    assert [(share.unit, share.value) for share in found.shares.all()] == [(county, Decimal(3))]


def test_a_target_is_found_by_its_code_in_its_own_plan_only() -> None:
    target = make_target(code="8-3")

    assert target_by_code(target.plan, "8-3") == target
    assert target_by_code(make_plan(), "8-3") is None


def test_the_current_plan_is_the_newest_published_edition() -> None:
    make_plan(slug="a", edition=1, status=Plan.Status.SUPERSEDED)
    second = make_plan(slug="a", edition=2)
    make_plan(slug="a", edition=3, status=Plan.Status.DRAFT)

    assert current_plan() == second


def test_without_a_pack_the_thresholds_are_ten_and_thirty_points() -> None:
    assert active_pack() == {}
    assert lights_thresholds() == {
        "yellow": Decimal(10),
        "red": Decimal(30),
        "not_started_red_months": 3,
    }


def test_the_pack_sets_the_thresholds() -> None:
    make_pack(lights={"yellow": 5, "red": 12.5, "not_started_red_months": 2})

    assert lights_thresholds()["red"] == Decimal("12.5")
    assert lights_thresholds()["not_started_red_months"] == 2
