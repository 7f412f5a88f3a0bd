"""The ways in which a measure says who leads and who joins."""

import pytest

from tests.engine.reading.plans import HEAD
from yingcai.engine.reading import read_plan

Lists = tuple[list[str], list[str]]


def units(printed: str) -> Lists:
    measure = read_plan(f"{HEAD}1. 做好工作。新建平台9家。{printed}").measures[1]
    lead = [unit.name for unit in measure.units if unit.role == "lead"]
    return lead, [unit.name for unit in measure.units if unit.role == "joint"]


@pytest.mark.parametrize(
    ("printed", "lead", "joint"),
    [
        ("\n责任单位：市科技局会同市教育局、市财政局", ["市科技局"], ["市教育局", "市财政局"]),
        ("\n责任单位：市科技局会同市教育局，各县", ["市科技局"], ["市教育局", "各县"]),
        (
            "\n责任单位：市科技局牵头，市教育局、市财政局配合",
            ["市科技局"],
            ["市教育局", "市财政局"],
        ),
        ("\n责任单位：市科技局牵头、市教育局参与", ["市科技局"], ["市教育局"]),
        ("\n责任单位：市科技局、市教育局等", ["市科技局"], ["市教育局"]),
        ("\n责任单位：市科技局、市教育局等部门按职责分工负责", ["市科技局"], ["市教育局"]),
        ("\n责任单位：会同县科技局、会同县教育局", ["会同县科技局"], ["会同县教育局"]),
        ("［责任单位：市科技局、各镇（街道）］", ["市科技局"], ["各镇（街道）"]),
        ("【责任单位：市科技局、市教育局】", ["市科技局"], ["市教育局"]),
        ("\n【责任单位】市科技局、市教育局", ["市科技局"], ["市教育局"]),
        ("\n【牵头单位】市科技局【配合单位】市教育局", ["市科技局"], ["市教育局"]),
        ("（市科技局会同市教育局、市财政局落实）", ["市科技局"], ["市教育局", "市财政局"]),
        ("［市科技局牵头，会同市教育局、市财政局实施］", ["市科技局"], ["市教育局", "市财政局"]),
        ("（市科技局牵头，市政协办、市财政局）", ["市科技局"], ["市政协办", "市财政局"]),
        ("\n市科技局牵头，市教育局、市财政局配合。", ["市科技局"], ["市教育局", "市财政局"]),
        ("由市科技局牵头，市教育局配合。", ["市科技局"], ["市教育局"]),
        ("由市科技局牵头。", ["市科技局"], []),
    ],
)
def test_who_leads_and_who_joins(printed: str, lead: list[str], joint: list[str]) -> None:
    assert units(printed) == (lead, joint)


@pytest.mark.parametrize(
    "printed",
    [
        "由市科技局牵头制定办法。",
        "（具体办法另行制定）",
        "\n坚持政府引导、市场主导，各方参与。",
    ],
)
def test_words_that_name_no_unit_name_none(printed: str) -> None:
    assert units(printed) == ([], [])
