"""Indicators count what exists."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "fact: person.degree",
            "fact: person.age",
            ["indicators/needed.yaml:9: there is no fact `person.age`"],
        ),
        (
            "values: [doctor]",
            "values: [doctor, saint]",
            [
                "indicators/needed.yaml:9: `saint` is no value; known: none, bachelor, master, doctor"
            ],
        ),
        (
            "{programme: rent, reached: paid}",
            "{programme: rent, values: [a]}",
            ["indicators/needed.yaml:8: `values` goes with `fact`"],
        ),
        (
            "{programme: rent, reached: paid}",
            "{programme: rent, fact: person.degree}",
            [
                "indicators/needed.yaml:8: item 1 of `from` needs one of `programme`, `fact`, and only one"
            ],
        ),
        (
            "引进急需人才500名",
            "引进急需人才600名",
            ["indicators/needed.yaml:4: no item of measure 1 in the ledger has these words"],
        ),
    ],
)
def test_a_mistake_in_needed_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "indicators/needed.yaml", old, new)

    assert problems(pack) == expected
