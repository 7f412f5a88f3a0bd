"""Every address × method × login: the refusals and what they leave behind (G17), and the looks (G20)."""

import pytest

from tests.architecture.survey import survey
from tests.architecture.world import TALENT
from tests.evidence.access import (
    look_faults,
    method_faults,
    refusal_faults,
    write_faults,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("survey"),
    pytest.mark.timeout(900),  # the first of them asks all addresses
]


def test_what_is_out_of_reach_is_not_there_and_what_is_no_duty_is_refused() -> None:
    assert list(refusal_faults(survey())) == []


def test_a_refusal_writes_nothing() -> None:
    assert list(write_faults(survey())) == []
    wrote = {table for one in survey() for table in one.wrote}
    assert {"audit_event", "registry_look"} <= wrote  # or the test would see nothing


def test_no_other_method_comes_by_a_guard() -> None:
    assert list(method_faults(survey())) == []


def test_each_value_that_is_opened_and_each_person_that_is_named_has_a_look() -> None:
    assert list(look_faults(survey())) == []
    opened = {one.who for one in survey() if one.opened}
    assert {TALENT, "office", "county", "employer"} <= opened  # or the test would see nothing
