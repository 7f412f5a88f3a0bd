"""A flawed plan is read as far as it can be, and what is wrong is said with its place."""

import pytest

from tests.engine.reading.plans import BRACKETED, HEAD, LABELLED, TABLED
from yingcai.engine.reading import read_plan

OWNER = "（责任单位：市人社局）"


@pytest.mark.parametrize(
    ("text", "codes", "measures"),
    [
        (BRACKETED, [], 2),
        (LABELLED, [], 3),
        (f"{HEAD}1. 甲事。抓好落实。{OWNER}\n2. 乙事。加强宣传。{OWNER}\n", ["no-numbers"], 2),
        (f"{HEAD}1. 甲事。引进1名。{OWNER}\n1. 乙事。引进2名。{OWNER}\n", ["duplicate-number"], 2),
        (f"{HEAD}1. 甲事。引进1名。{OWNER}\n4. 乙事。引进2名。{OWNER}\n", ["gap"], 2),
        (f"{HEAD}1. 甲事。引进1名。\n2. 乙事。引进2名。{OWNER}\n", ["no-units"], 2),
        (TABLED, ["table"], 2),
        ("云汀市人才计划\n到2023年，引进人才10名，建设平台3个。", ["no-measures"], 0),
    ],
    ids=["good", "good-labelled", "no-numbers", "duplicate", "gap", "no-units", "table", "prose"],
)
def test_problems(text: str, codes: list[str], measures: int) -> None:
    reading = read_plan(text)

    assert [problem.code for problem in reading.problems] == codes
    assert len(reading.measures) == measures + 1


def test_both_measures_of_a_repeated_number_are_kept() -> None:
    reading = read_plan(f"{HEAD}1. 甲事。引进1名。{OWNER}\n1. 乙事。引进2名。{OWNER}\n")

    assert [(m.title, [int(t.value) for t in m.targets]) for m in reading.measures[1:]] == [
        ("甲事", [1]),
        ("乙事", [2]),
    ]
    (problem,) = reading.problems
    assert problem.span == reading.measures[2].span


def test_goals_of_a_plan_without_measures_are_kept() -> None:
    reading = read_plan("云汀市人才计划\n到2023年，引进人才10名，建设平台3个。")

    assert [(int(t.value), t.by) for t in reading.measures[0].targets] == [(10, 2023), (3, 2023)]
