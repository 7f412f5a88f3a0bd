"""Plans laid out in different ways give the same kind of reading."""

import pytest

from tests.engine.reading.plans import (
    ACTIONS,
    ARTICLES,
    BRACKETED,
    LABELLED,
    TABLED,
    WEB,
    all_targets,
)
from yingcai.engine.reading import Reading, ReadingError, read_plan

Units = list[list[tuple[str, str]]]


def units(reading: Reading) -> Units:
    return [[(u.name, u.role) for u in m.units] for m in reading.measures[1:]]


@pytest.mark.parametrize(
    ("text", "titles", "sections"),
    [
        (BRACKETED, ["引进领军人才", "建设平台"], ["一", "一"]),
        (LABELLED, ["集聚顶尖人才", "储备青年人才", "加大投入"], ["二", "二", "三"]),
        (ACTIONS, ["培优农技人才", "培育乡村工匠"], ["二", "二"]),
        (ARTICLES, ["引进人才", "支持创业"], [None, None]),
        (WEB, ["遴选人才", "筹集住房"], ["二", "三"]),
        (TABLED, ["引育工匠", "建设平台"], ["一", "一"]),
    ],
    ids=["bracketed", "labelled", "actions", "articles", "web", "tabled"],
)
def test_measures(text: str, titles: list[str], sections: list[str | None]) -> None:
    measures = read_plan(text).measures[1:]

    assert [m.title for m in measures] == titles
    assert [m.section for m in measures] == sections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BRACKETED, [[("市委组织部", "lead"), ("市科技局", "joint")], [("市科技局", "lead")]]),
        (
            LABELLED,
            [
                [
                    ("市科技局", "lead"),
                    ("市委组织部", "joint"),
                    ("各县（市、区）人民政府", "joint"),
                ],
                [("市人社局", "lead"), ("团市委", "joint")],
                [("市财政局", "lead")],
            ],
        ),
        (
            ACTIONS,
            [
                [("县农业农村局", "lead"), ("县科技局", "joint"), ("县人社局", "joint")],
                [("县人社局", "lead"), ("各乡镇", "joint")],
            ],
        ),
        (
            ARTICLES,
            [
                [("区人社局", "lead"), ("区教育局", "joint")],
                [("区科技局", "lead"), ("区财政局", "joint")],
            ],
        ),
        (WEB, [[("市委组织部", "lead")], [("市建设局", "lead")]]),
        (
            TABLED,
            [
                [("区人社局", "lead"), ("区总工会", "joint"), ("区教育局", "joint")],
                [("区科技局", "lead"), ("区财政局", "joint")],
            ],
        ),
    ],
    ids=["bracketed", "labelled", "actions", "articles", "web", "tabled"],
)
def test_units(text: str, expected: Units) -> None:
    assert units(read_plan(text)) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (BRACKETED, [30, 5, 2]),
        (LABELLED, [220000, 260000, 3, 5, 15, 300, 200000000]),
        (ACTIONS, [10000, 300, 50, 500, 120]),
        (ARTICLES, [20, 100000]),
        (WEB, [150000, 60, 50, 5000]),
        (TABLED, [90, 4]),
    ],
    ids=["bracketed", "labelled", "actions", "articles", "web", "tabled"],
)
def test_values(text: str, values: list[int]) -> None:
    assert [int(t.value) for t in all_targets(read_plan(text))] == values


def test_numbers_that_restart_are_counted_through_and_keep_their_label() -> None:
    measures = read_plan(LABELLED).measures[1:]

    assert [(m.number, m.label) for m in measures] == [(1, "（一）"), (2, "（二）"), (3, "（一）")]


def test_goals_are_measure_zero_with_their_years() -> None:
    goals = read_plan(LABELLED).measures[0]

    assert (goals.number, goals.title, goals.section) == (0, "总体要求", "一")
    assert [(int(t.value), t.by) for t in goals.targets] == [(220000, 2023), (260000, 2025)]


def test_deadlines_of_a_table_belong_to_the_measure_of_its_row() -> None:
    measures = read_plan(TABLED).measures[1:]

    assert [[d.by for d in m.deadlines] for m in measures] == [[2022], [2021]]


def test_header() -> None:
    header = read_plan(
        "中共云汀市委文件\n\n云委发〔2021〕8号\n\n中共云汀市委 云汀市人民政府\n关于印发《云汀市人才行动计划（2021—2023年）》的通知\n\n"
        "各区党委和政府：\n\n中共云汀市委\n云汀市人民政府\n2021年3月5日\n\n" + BRACKETED
    ).header

    assert header.issuers == ("中共云汀市委", "云汀市人民政府")
    assert header.number == "云委发〔2021〕8号"
    assert header.title == "云汀市人才行动计划（2021—2023年）"
    assert header.issued_on == "2021-03-05"
    assert header.period == (2021, 2023)


def test_an_organ_named_in_two_words_is_one_unit() -> None:
    text = BRACKETED.replace("市委组织部、市科技局", "市科技局，各县区党委、政府")

    assert units(read_plan(text))[0] == [("市科技局", "lead"), ("各县区党委、政府", "joint")]


def test_page_numbers_and_running_heads_inside_a_sentence_change_no_value() -> None:
    pages = (
        "青陶区人才计划（2020—2022年）\n\n一、任务\n\n1、引育工匠。三年共引育各类工匠和高技能人\n"
        "— 1 —\n青陶区人才计划\n才1\n20名，建设工匠学院2所，支持企业开展自主评价并建\n— 2 —\n青陶区人才计划\n设工作室3家。\n"
    )

    reading = read_plan(pages)

    assert [int(t.value) for t in all_targets(reading)] == [120, 2, 3]


DOTTED = """柳荫区“十四五”卫生人才发展规划

1 总体目标
到2025年，卫生人员总量达到1.2万人。
2 主要任务
2.1 壮大公共卫生队伍
配备调查人员60名，建立
2.5万人次的培训能力。
牵头部门：区卫生健康委
2.2 加强基层人才培养
培训乡村医生1000人次/年。
牵头部门：区卫生健康委
配合部门：区教育局
"""


def test_decimal_numbering() -> None:
    reading = read_plan(DOTTED)

    assert [(s.number, s.title) for s in reading.sections] == [("1", "总体目标"), ("2", "主要任务")]
    assert [(m.number, m.title) for m in reading.measures] == [
        (0, "总体目标"),
        (1, "壮大公共卫生队伍"),
        (2, "加强基层人才培养"),
    ]
    assert [[int(t.value) for t in m.targets] for m in reading.measures] == [
        [12000],
        [60, 25000],
        [1000],
    ]


def test_the_number_of_a_five_year_plan_gives_its_years() -> None:
    assert read_plan(DOTTED).header.period == (2021, 2025)


def test_an_article_of_goals_is_measure_zero_and_leaves_no_gap() -> None:
    reading = read_plan(
        "青陶市人才意见（2024-2027年）\n第一条 引进人才。引进人才10名。责任单位：市人社局。\n"
        "第二条 主要目标。到2027年，人才达到2万人。\n第三条 建设平台。建设平台3个。责任单位：市科技局。\n"
    )

    assert [(m.number, [int(t.value) for t in m.targets]) for m in reading.measures] == [
        (0, [20000]),
        (1, [10]),
        (3, [3]),
    ]
    assert reading.problems == ()


def test_a_line_with_the_time_limit_is_a_deadline() -> None:
    text = LABELLED.replace("配合单位：市委组织部", "完成时限：2024年12月\n配合单位：市委组织部")

    reading = read_plan(text)

    assert [[(d.text, d.by) for d in m.deadlines] for m in reading.measures[1:]] == [
        [("2024年12月", 2024)],
        [],
        [],
    ]


def test_a_row_with_fewer_cells_than_its_heading_ends_the_table() -> None:
    """Found by the search of mixtures: the column of the name lay beyond that of the value."""
    table = "2020年\t引进&nbsp;指标\n引进"

    with pytest.raises(ReadingError):
        read_plan(table)
    assert len(all_targets(read_plan(f"{BRACKETED}\n{table}"))) == len(
        all_targets(read_plan(BRACKETED))
    )
