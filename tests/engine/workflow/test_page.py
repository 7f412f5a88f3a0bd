"""docs/workflows.md says what is so: its moves, its example, the workflows of the pack."""

import re
from pathlib import Path

from tests.engine.workflow.make import shipped
from yingcai.engine.workflow.moves import MOVES

PAGE = (Path(__file__).parents[3] / "docs/workflows.md").read_text("utf-8")


def test_every_move_has_its_row() -> None:
    rows = PAGE.partition("## A case")[2].partition("\n## ")[0]

    assert sorted(
        move
        for row in re.findall(r"^\| (`[^|]+) \|", rows, re.M)
        for move in re.findall(r"`(\w+)`", row)
    ) == sorted(MOVES)


def test_the_example_gives_the_days_that_stand_beside_it() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names: dict[str, object] = {}
    told = []
    for line in code.splitlines():
        expression, _, day = line.partition("  # ")
        if day:
            told.append((str(eval(expression, names)), day))  # noqa: S307 - our own page
        else:
            exec(line, names)  # noqa: S102

    assert told == [("2018-06-19", "2018-06-19"), ("2018-06-27", "2018-06-27")]


def test_every_shipped_workflow_has_its_row() -> None:
    rows = PAGE.partition("## The workflows of Taizhou")[2]

    assert {*re.findall(r"^\| `([a-z-]+)` \|", rows, re.M)} == {*shipped()[0]}
