"""docs/reading.md reads as the reader reads: every example sentence on it is tried."""

import ast
import doctest
import re
from pathlib import Path

import pytest

from yingcai.engine.reading import read_plan
from yingcai.engine.reading.model import Coverage, Deadline, Deliverable, Incentive, Measure, Target

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reading.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table below a heading."""
    body = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("| ")]
    return [[cell.strip(" `") for cell in line.strip("| ").split(" |")] for line in lines[1:]]


def plan(sentence: str, units: str = "（责任单位：市人才办）") -> str:
    return f"澜川市人才行动计划（2026—2028年）\n一、主要措施\n1. 试行措施。{sentence}{units}"


def measure(sentence: str) -> Measure:
    return read_plan(plan(sentence)).measures[1]


@pytest.mark.parametrize("row", rows("Targets"), ids=lambda row: row[0])
def test_a_target_is_read_as_the_page_says(row: list[str]) -> None:
    targets = measure(row[0]).targets
    last = targets[-1]
    cells = [f"{last.value:f}", last.unit, last.comparator, last.per, also(last, targets)]
    assert cells == [*row[1:5], row[5] if len(row) > 5 else ""]


def also(target: Target, targets: tuple[Target, ...]) -> str:
    """What the last column says of a target."""
    whole = targets[target.part_of] if target.part_of is not None else None
    said = {
        f"up to {target.value_max}": target.value_max is not None,
        "cumulative": target.cumulative,
        f"by {target.by}": target.by is not None,
        "growth": target.baseline == "growth",
        f"part of {whole.value if whole else ''}": whole is not None,
    }
    return ", ".join(words for words, true in said.items() if true)


@pytest.mark.parametrize("row", rows("Other kinds"), ids=lambda row: row[0])
def test_another_kind_is_read_as_the_page_says(row: list[str]) -> None:
    found = [
        (type(item).__name__.lower(), said(item))
        for _, item in measure(row[0]).items()
        if not isinstance(item, Target)
    ]
    assert found == [(row[1], row[2])]
    assert measure(row[0]).targets == ()


def said(item: Coverage | Deliverable | Incentive | Deadline) -> str:
    """What the last column says of an item."""
    by = f", by {item.by}" if isinstance(item, Coverage) and item.by else ""
    if isinstance(item, Coverage):
        return f"{item.subject}{by}"
    if isinstance(item, Deliverable):
        return f"{item.action} {item.title}"
    if isinstance(item, Incentive):
        return ", ".join(f"{a.comparator} {a.value:f} {a.unit}" for a in item.values)
    return f"every {item.every}" if item.every else f"by {item.by}"


@pytest.mark.parametrize("row", rows("Unclassified numbers"), ids=lambda row: row[0])
def test_a_number_is_left_out_for_the_reason_of_the_page(row: list[str]) -> None:
    reading = read_plan(plan(row[0]))
    place = plan(row[0]).index(row[0])
    found = [(u.text, u.reason) for u in reading.unclassified if u.span.start >= place]
    assert found == [(row[1], row[2])]
    assert reading.measures[1].items() == []


def responsible_units() -> list[list[str]]:
    return [row for row in rows("Head, sections and measures") if row[0].startswith("（")]


@pytest.mark.parametrize("row", responsible_units(), ids=lambda row: row[0])
def test_units_are_read_as_the_page_says(row: list[str]) -> None:
    units = read_plan(plan("建设平台9家。", row[0])).measures[1].units
    lead = [unit.name for unit in units if unit.role == "lead"]
    joint = [unit.name for unit in units if unit.role == "joint"]
    joins = "joins" if len(joint) == 1 else "join"
    assert row[1] == f"{' and '.join(lead)} leads, {' and '.join(joint)} {joins}"


def test_every_problem_has_its_row() -> None:
    codes = {
        str(node.args[0].value)
        for path in (ROOT / "src/yingcai/engine/reading").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Problem"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {row[0] for row in rows("Problems")} == codes


def test_the_page_shows_code_that_runs() -> None:
    ran = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert ran.attempted > 0
    assert ran.failed == 0


def test_the_page_names_the_commands_that_are_there() -> None:
    named = set(re.findall(r"`?yingcai (plan \w+)", PAGE.read_text("utf-8")))
    cli = (ROOT / "src/yingcai/engine/cli.py").read_text("utf-8")
    assert named == {f"{noun} {verb}" for noun, verb in re.findall(r'\("(plan)", "(\w+)"\)', cli)}
