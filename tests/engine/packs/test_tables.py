"""Tables of programmes, in YAML and in CSV, come in one form or with their mistakes."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "doctor,20000",
            "doctor,20000,5",
            ["programmes/rent.base.csv:2: the row has 5 cells, the table 4"],
        ),
        (
            "plan-2026#1",
            "plan-2026",
            ["programmes/rent.base.csv:2: 'plan-2026' names no clause: DOCUMENT#CLAUSE"],
        ),
        (
            "plan-2026#1",
            "plan-2027#1",
            [
                "programmes/rent.base.csv:2: there is no document `plan-2027`; add it to documents.yaml"
            ],
        ),
        ("status", "source", ["programmes/rent.base.csv:1: every column needs a name of its own"]),
        (
            "doctor,",
            '"doctor,',
            ["programmes/rent.base.csv:2: not valid CSV: unexpected end of data"],
        ),
        (
            "master,10000,,sample",
            "master,10000,,perhaps",
            ["programmes/rent.base.csv:4: the status is 'perhaps'; use one of: sample, rule"],
        ),
        (
            "master,10000,,sample",
            "master,10000,plan-2026#5,sample",
            ["programmes/rent.base.csv:4: the plan has no measure 5"],
        ),
    ],
)
def test_a_mistake_in_rent_base_csv_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "programmes/rent.base.csv", old, new)

    assert problems(pack) == expected
