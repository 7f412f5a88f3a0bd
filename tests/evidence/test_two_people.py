"""Dual control (G28): each signing × who comes as the second person; only another natural person with the duty signs."""

import pytest

from tests.evidence.signings import SIGNINGS
from tests.evidence.two_people import dual_faults, unlisted_guards


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNINGS)
def test_only_another_person_with_the_duty_signs(name: str) -> None:
    assert dual_faults(name) == []


def test_each_comparison_of_persons_is_asked_by_a_signing() -> None:
    assert unlisted_guards() == []
