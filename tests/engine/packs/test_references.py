"""What one file says of another exists."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "number: 1",
            "number: one",
            ["plan/ledger.yaml:3: `number` must be a whole number from 0"],
        ),
    ],
)
def test_a_mistake_in_ledger_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "plan/ledger.yaml", old, new)

    assert problems(pack) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "plan/ledger.yaml",
            "plan/none.yaml",
            ["pack.yaml:17: there is no file `plan/none.yaml` in the pack"],
        ),
    ],
)
def test_a_mistake_in_pack_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "pack.yaml", old, new)

    assert problems(pack) == expected
