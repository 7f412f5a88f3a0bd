"""The reader against hand-labelled plans, and how its work grows with the text."""

import sys
from fractions import Fraction
from types import FrameType
from typing import Any

import pytest

from tests.engine.reading.gold_loader import FOLDER
from yingcai.engine.reading import load_text, read_plan
from yingcai.engine.reading.gold import load_gold, plan_of
from yingcai.engine.reading.score import Score, score

GOLDS = sorted(FOLDER.glob("*.yaml"))
LEAST = Fraction(99, 100)


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    found = {}
    for path in GOLDS:
        plan = plan_of(path)
        text = load_text(plan.read_bytes(), name=plan.name).text
        found[path.stem] = score(read_plan(text), load_gold(path, text))
    return found


@pytest.mark.parametrize("name", [path.stem for path in GOLDS])
def test_targets(scores: dict[str, Score], name: str) -> None:
    tally = scores[name].kinds["targets"]

    assert tally.precision >= LEAST, tally.false
    assert tally.recall >= LEAST, tally.missed


@pytest.mark.parametrize("name", [path.stem for path in GOLDS])
def test_every_measure_and_every_responsible_unit(scores: dict[str, Score], name: str) -> None:
    assert scores[name].measures.missed + scores[name].measures.false == []
    assert scores[name].units.missed + scores[name].units.false == []


@pytest.mark.parametrize("kind", ["coverage", "deliverables", "incentives", "deadlines"])
def test_the_other_kinds_together(scores: dict[str, Score], kind: str) -> None:
    total = Score()
    for one in scores.values():
        total.add(one)

    assert total.kinds[kind].f1 >= LEAST, (total.kinds[kind].missed, total.kinds[kind].false)


@pytest.mark.parametrize(
    "field", ["comparator", "per", "cumulative", "baseline", "value_max", "by"]
)
def test_fields_of_targets(scores: dict[str, Score], field: str) -> None:
    total = Score()
    for one in scores.values():
        total.add(one)

    assert total.fields[field].recall >= LEAST, total.fields[field].missed


def calls(text: str) -> int:
    """How many Python calls reading ``text`` takes: the same on every machine."""
    count = 0

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(watch)
    try:
        read_plan(text)
    finally:
        sys.setprofile(None)
    return count


def plan_of_size(measures: int) -> str:
    body = "".join(
        f"{n}. 做好第一件工作。引进领军人才{n}名以上，新建平台{n}家、实验室2家，每年举办论坛3场，给予每人5万元补助。"
        "（责任单位：市人社局、市科技局）\n\n"
        for n in range(1, measures + 1)
    )
    return f"云汀市人才行动计划（2021—2023年）\n\n一、任务\n\n{body}"


def test_work_grows_in_step_with_the_text() -> None:
    small, large = plan_of_size(20), plan_of_size(80)

    assert calls(large) < 5 * calls(small)


@pytest.mark.parametrize(
    "piece",
    [
        "一",
        "1",
        "（",
        "“",
        "《",
        "、",
        "，",
        "每",
        "责任单位：",
        "人才、",
        "<",
        "&",
        "A",
        "二十",
        "到2023年",
        "（责任单位：",
        "1:",
        "|",
        "分别",
        "第一节",
        "不低于人才",
        "每人才",
        "市科技局牵头，",
        "［",
    ],
)
def test_no_repetition_makes_it_slow(piece: str) -> None:
    """Patterns that go back over what they have read would not end here within the time limit."""
    text = f"云汀市人才计划\n1. 引进人才。引进人才10名。{piece * 20_000}"

    assert read_plan(text).measures[1].number == 1
