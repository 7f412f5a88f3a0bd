"""Offerings name units, programmes and levels that exist."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "offering: flat",
            "offering: house",
            ["offerings/flat.yaml:1: `offering` must be the name of the file, flat"],
        ),
        ("unit: talent", "unit: navy", ["offerings/flat.yaml:4: there is no unit `navy`"]),
        (
            "level: [top]",
            "level: [best]",
            ["offerings/flat.yaml:7: `best` is no value; known: senior, top"],
        ),
        (
            "who: [{programme: rent}, {level: [top]}]",
            "who: []",
            ["offerings/flat.yaml:7: `who` must not be empty"],
        ),
    ],
)
def test_a_mistake_in_flat_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "offerings/flat.yaml", old, new)

    assert problems(pack) == expected
