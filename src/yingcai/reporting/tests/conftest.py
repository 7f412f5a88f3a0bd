"""Tests of reporting may empty tables that hold published plans and bulletins."""

import pytest

from yingcai.plan.tests.flush import let_tests_empty_published_plans
from yingcai.reporting.tests.flush import let_tests_empty_published_bulletins


@pytest.fixture(scope="session", autouse=True)
def _emptiable_plans_and_bulletins() -> None:
    let_tests_empty_published_plans()
    let_tests_empty_published_bulletins()
