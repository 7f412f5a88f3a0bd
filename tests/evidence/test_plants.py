"""Each check has nothing to say about the product, and finds every bug that is planted in it."""

from collections.abc import Callable

import pytest

from tests.evidence import (
    bugs_of_access,
    bugs_of_doing,
    bugs_of_pages,
    bugs_of_privacy,
    bugs_of_the_door,
)
from tests.evidence.bugs_of_privacy import race
from tests.evidence.plants import BUGS, Bug, undone
from yingcai.registry.tests.make import make_city

CHECKS = [
    (goal, check)
    for module in (bugs_of_access, bugs_of_doing, bugs_of_pages, bugs_of_privacy, bugs_of_the_door)
    for goal, checks in module.CHECKS.items()
    for check in checks
]
OWN_WORLD = {"G5", "G17", "G20", "G28", "G30"}  # these build what they need
AT_ONCE = [one for one in BUGS if one.check is not race]
RACES = [one for one in BUGS if one.check is race]


def found(goal: str, check: Callable[[], list[str]]) -> list[str]:
    with undone():
        if goal not in OWN_WORLD:
            make_city()
        return check()


@pytest.mark.django_db
@pytest.mark.parametrize(("goal", "check"), CHECKS, ids=lambda one: getattr(one, "__name__", one))
def test_the_check_has_nothing_to_say(goal: str, check: Callable[[], list[str]]) -> None:
    assert found(goal, check) == []


@pytest.mark.django_db
@pytest.mark.parametrize("bug", AT_ONCE, ids=str)
def test_the_check_finds(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)

    assert found(bug.goal, bug.check) != []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bug", RACES, ids=str)
def test_the_check_of_two_connections_finds(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    make_city()
    bug.plant(monkeypatch)

    assert bug.check() != []
