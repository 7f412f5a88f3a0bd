"""Fixtures of the plan tests."""

import pytest

from yingcai.plan.tests.flush import let_tests_empty_published_plans


@pytest.fixture(scope="session", autouse=True)
def _emptiable_plans() -> None:
    let_tests_empty_published_plans()
