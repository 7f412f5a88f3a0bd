"""Consent at the moment of use (G24): any order of words, two connections at once."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.evidence.consent import STEPS, consent_faults, race_faults
from yingcai.registry.tests.conftest import city
from yingcai.registry.tests.make import make_city

__all__ = ["city"]


@pytest.mark.usefixtures("city")
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(["give", "version", "withdraw", "give"])
@example(["give", "classes", "classes", "withdraw"])
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=8))
def test_the_last_word_about_what_is_asked_now_decides_each_use(steps: list[str]) -> None:
    assert consent_faults(steps) == []


@pytest.mark.django_db(transaction=True)
def test_no_use_is_written_after_a_withdrawal_has_committed(tmp_path: Path) -> None:
    make_city()

    assert race_faults(tmp_path) == []
