"""Score sheets add up."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "points: 60, ",
            "",
            [
                "scores/sheet.yaml:5: the linear items come to 40 points",
                "scores/sheet.yaml:8: item `team` lacks `points`",
            ],
        ),
        ("points: 60", "points: 61", ["scores/sheet.yaml:5: the linear items come to 101 points"]),
        ("pass: 60", "pass: 101", ["scores/sheet.yaml:6: nobody can reach the points to pass"]),
        (
            "kind: veto,",
            "kind: veto, points: 5,",
            ["scores/sheet.yaml:12: item `fraud` is a veto and has no `points`"],
        ),
        ("cap: 10", "cap: 4", ["scores/sheet.yaml:11: item `prize` has a `cap` below its points"]),
        (
            "points: 60,",
            "points: 60, cap: 70,",
            ["scores/sheet.yaml:8: item `team` is no bonus and has no `cap`"],
        ),
        (
            ", range: [0, 20]",
            "",
            [
                "scores/sheet.yaml:9: item `patents` needs `fact` and `range` together, when it is linear"
            ],
        ),
        ("id: patents", "id: team", ["scores/sheet.yaml:9: item `team` is there twice"]),
    ],
)
def test_a_mistake_in_sheet_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "scores/sheet.yaml", old, new)

    assert problems(pack) == expected
