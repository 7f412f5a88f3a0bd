"""The catalogue and its editions: each mistake is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'edition: "2026"',
            'edition: "2025"',
            ["catalogue/2026.yaml:1: `edition` must be the name of the file, 2026"],
        ),
        (
            "id: equal",
            "id: city-prize",
            ["catalogue/2026.yaml:9: item `city-prize` is there twice"],
        ),
        (
            "to: 2026-12-31",
            "to: 2027-01-01",
            ["catalogue/2027.yaml:2: begins before edition `2026` ends"],
        ),
        (", to: 2026-12-31", "", ["catalogue/2027.yaml:2: begins before edition `2026` ends"]),
        ("to: 2026-12-31", "to: 2025-01-01", ["catalogue/2026.yaml:2: `to` comes before `from`"]),
        (
            "level: senior",
            "level: junior",
            ["catalogue/2026.yaml:7: `junior` is no level; known: senior, top"],
        ),
    ],
)
def test_a_mistake_in_2026_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "catalogue/2026.yaml", old, new)

    assert problems(pack) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "level: person.level",
            "level: firm.patents",
            ["catalogue/index.yaml:2: `level` must be an enum that is ordered"],
        ),
        (
            "level: person.level",
            "level: person.rank",
            ["catalogue/index.yaml:2: there is no fact `person.rank`"],
        ),
        (
            "honour: case.honour",
            "honour: person.level",
            ["catalogue/index.yaml:3: `honour` must be an enum with `values_from: honours`"],
        ),
        (
            "date: case.honour_on",
            "date: person.level",
            ["catalogue/index.yaml:4: `date` must be a fact of type date"],
        ),
    ],
)
def test_a_mistake_in_index_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "catalogue/index.yaml", old, new)

    assert problems(pack) == expected
