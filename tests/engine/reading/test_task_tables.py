"""Tables set in lines, with what goes wrong when they are printed: wraps, short rows, notes."""

from decimal import Decimal

import pytest

from tests.engine.reading.plans import HEAD
from yingcai.engine.reading import Reading, read_plan, render_html

TASKS = (
    "青陶区人才计划（2020—2022年）\n\n一、任务\n\n1、引育工匠。引育工匠90名。\n"
    "2、建设平台。建设平台4个。\n3、做好服务。服务人才8名。\n\n附件：任务分工表\n"
)
Owners = list[tuple[list[str], list[str]]]


def owners(reading: Reading) -> Owners:
    return [
        (
            [u.name for u in m.units if u.role == "lead"],
            [u.name for u in m.units if u.role == "joint"],
        )
        for m in reading.measures[1:]
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "序号 任务 牵头单位 配合单位\n1 引育工匠 区人社局 区总工会、\n区教育局\n"
            "2 建设平台 区科技局\n区财政局\n3 做好服务 区教育局 区财政局\n注：略。\n",
            [
                (["区人社局"], ["区总工会", "区教育局"]),
                (["区科技局"], ["区财政局"]),
                (["区教育局"], ["区财政局"]),
            ],
        ),
        (
            "序号 任务 牵头单位 配合单位\n（续表）\n1 引育工匠 区人社局 区总工会\n"
            "2 建设平台 区科技局\n、区财政局\n3 做好服务\n注：略。\n",
            [(["区人社局"], ["区总工会"]), (["区科技局", "区财政局"], []), ([], [])],
        ),
        (
            "序号\t任务\t牵头单位\t配合单位\n1\t引育工匠\t区人社局\t区总工会\n"
            "2\t建设平台\t区科技局\t区财政局\n以上任务请抓好落实。\n",
            [(["区人社局"], ["区总工会"]), (["区科技局"], ["区财政局"]), ([], [])],
        ),
    ],
    ids=["wrapped", "short-rows", "closing-sentence"],
)
def test_owners(table: str, expected: Owners) -> None:
    assert owners(read_plan(TASKS + table)) == expected


def test_a_row_that_two_measures_share_is_marked_once_on_the_page() -> None:
    text = (
        TASKS.replace("2、建设平台", "2、引育工匠")
        + "序号\t任务\t牵头单位\t配合单位\t完成时限\n1\t引育工匠\t区人社局\t区总工会\t2022年底\n"
    )
    reading = read_plan(text)

    page = render_html(text, reading)

    assert [len(m.deadlines) for m in reading.measures] == [0, 1, 1, 0]
    assert page.count('id="t-deadlines-') == 1
    assert "请核对" in page


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("指标名称 单位 2020年 2023年\n人才总量 万人 3 5\n", [("人才总量", "50000", "人")]),
        # A name with blanks in it: the cells are counted from the right.
        ("指标名称 单位 2020年 2023年\n研究 人员 占比 % 3 8\n", [("研究人员占比", "8", "%")]),
        # Without a unit, without a number, or with no year to come, nothing is promised.
        ("指标名称 单位 2020年 2023年\n人才指数 — 3 5\n技能人才 人 少 多\n", []),
        ("指标名称|单位|2020年实际|2022年实际\n人才总量|万人|3|5\n", []),
        ("指标名称 单位 2020年 2023年\n", []),
        (
            "指标名称 单位 2020年 2023年\n人才总量 万人 3 5\n上述 指标 逐年 考核。\n",
            [("人才总量", "50000", "人")],
        ),
    ],
)
def test_rows_of_indicators(table: str, expected: list[tuple[str, str, str]]) -> None:
    text = f"{HEAD}主要指标\n{table}1. 做好工作。引进人才5名。（责任单位：市人社局）"

    goals = read_plan(text).measures[0].targets

    assert [(t.subject, t.value, t.unit) for t in goals] == [
        (subject, Decimal(value), unit) for subject, value, unit in expected
    ]
