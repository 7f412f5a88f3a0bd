"""docs/evidence.md names exactly the bugs that are planted, each under its goal, at least two a goal."""

import re
from collections import defaultdict
from pathlib import Path

from tests.evidence import (
    bugs_of_access,
    bugs_of_doing,
    bugs_of_pages,
    bugs_of_privacy,
    bugs_of_the_door,
)
from tests.evidence.plants import BUGS

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"
GOALS = {
    goal
    for module in (bugs_of_access, bugs_of_doing, bugs_of_pages, bugs_of_privacy, bugs_of_the_door)
    for goal in module.CHECKS
}


def told() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in PAGE.read_text("utf-8").split("\n## ")[1:]:
        names = re.findall(r"^- `([a-z-]+)`$", part, re.M)
        if names:
            found[part.split()[0]] = names
    return found


def test_the_page_names_the_bugs_that_are_planted() -> None:
    planted = defaultdict(list)
    for one in BUGS:
        planted[one.goal].append(one.name)

    assert told() == dict(planted)


def test_each_goal_has_a_check_and_at_least_two_bugs() -> None:
    assert set(told()) == GOALS == {
        "G5", "G17", "G19", "G20", "G23", "G24", "G26", "G28", "G30", "G39",
    }  # fmt: skip
    assert [goal for goal, names in told().items() if len(names) < 2] == []
