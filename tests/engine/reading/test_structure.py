"""Chapters and parts, contents, boxes, tables and what a plan tells of the past."""

from decimal import Decimal

import pytest

from tests.engine.reading.plans import all_targets
from tests.engine.reading.styles import CHAPTERS
from yingcai.engine.reading import Reading, read_plan


@pytest.fixture
def chapters() -> Reading:
    return read_plan(CHAPTERS)


def values(reading: Reading, number: int) -> list[tuple[int, str]]:
    return [(int(t.value), t.unit) for t in reading.measures[number].targets]


def test_chapters_are_sections_and_their_parts_are_measures(chapters: Reading) -> None:
    assert [s.title for s in chapters.sections] == [
        "发展基础",
        "总体要求",
        "建设人才队伍",
        "保障措施",
    ]
    assert [(m.number, m.label, m.title, m.section) for m in chapters.measures[1:]] == [
        (1, "第一节", "壮大科研队伍", "三"),
        (2, "第二节", "培养工匠队伍", "三"),
        (3, "第一节", "增加投入", "四"),
    ]


def test_sub_items_and_boxes_belong_to_the_part_they_stand_in(chapters: Reading) -> None:
    assert values(chapters, 1) == [(900, "名"), (8, "家"), (240, "名")]
    assert values(chapters, 2) == [(2, "所")]


def test_a_closing_table_names_the_units_by_title(chapters: Reading) -> None:
    assert [[(u.name, u.role) for u in m.units] for m in chapters.measures[1:]] == [
        [("市科技局", "lead"), ("市教育局", "joint"), ("霁原学院", "joint")],
        [("市人力资源社会保障局", "lead"), ("市总工会", "joint")],
        [("市财政局", "lead"), ("市金融办", "joint")],
    ]


def test_rows_of_indicators_are_targets_of_the_last_year(chapters: Reading) -> None:
    goals = chapters.measures[0].targets

    assert [(t.subject, str(t.value), t.unit, t.comparator, t.by) for t in goals] == [
        ("人才总量", "240000", "人", ">=", 2025),
        ("人才总量", "240000", "人", "=", 2025),
        ("研发经费投入强度", "3", "%", ">=", 2025),
        ("引进博士", "900", "名", "=", 2025),
    ]
    assert [t.cumulative for t in goals] == [False, False, False, True]


def test_a_row_spans_its_name_and_its_values(chapters: Reading) -> None:
    row = chapters.measures[0].targets[1]

    assert CHAPTERS[row.span.start : row.span.end] == "人才总量（万人）|17.5|20|24"


def test_what_was_reached_before_is_no_promise_but_is_listed(chapters: Reading) -> None:
    past = {u.text: u.reason for u in chapters.unclassified if u.reason == "现状"}

    assert past == {"17.5万人": "现状", "6家": "现状", "320名": "现状"}


def test_a_list_of_contents_is_left_out_and_its_pages_are_listed(chapters: Reading) -> None:
    pages = [u.text for u in chapters.unclassified if u.reason == "目录"]

    assert pages == ["1", "2", "2", "4", "4", "6", "8", "8"]
    assert CHAPTERS.index("第一章 发展基础\n2020年") == chapters.sections[0].span.start


@pytest.mark.parametrize("border", ["\t", " | ", "｜"])
def test_cells_may_have_any_border(border: str) -> None:
    text = "霁原市人才计划（2021—2025年）\n一、主要目标\n" + "\n".join(
        border.join(row)
        for row in (
            ("指标名称", "单位", "2020年基期值", "2025年目标值"),
            ("技能人才总量", "万人", "8.4", "12.5"),
            ("人才公寓", "套", "300", "2000左右"),
            ("高新技术企业年均增长", "%", "5", "8以上"),
        )
    )

    found = all_targets(read_plan(text))

    assert [(t.value, t.unit, t.comparator, t.baseline) for t in found] == [
        (Decimal(125000), "人", "=", None),
        (Decimal(2000), "套", "~", None),
        (Decimal(8), "%", ">=", "growth"),
    ]


def test_a_table_of_a_web_page_may_have_an_empty_cell() -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for row in (
            ("指标", "2022年", "2025年"),
            ("引进团队（个）", "", "40"),
            ("人才总量（万人）", "9", "13"),
        )
    )

    found = all_targets(
        read_plan(f"霁原市人才计划（2023—2025年）<p>一、主要目标</p><table>{rows}</table>")
    )

    assert [(int(t.value), t.unit) for t in found] == [(40, "个"), (130000, "人")]


def test_without_parts_the_bracketed_headings_are_measures() -> None:
    text = CHAPTERS.split("第三章 建设人才队伍\n")[0].replace("第一节 发展目标\n", "") + (
        "第三章 建设人才队伍\n（一）引进博士。引进博士90名。\n（二）建设平台。新建平台8家。\n"
    )

    assert [m.title for m in read_plan(text).measures[1:]] == ["引进博士", "建设平台"]
    assert [s.title for s in read_plan(text).sections] == ["发展基础", "总体要求", "建设人才队伍"]


def test_titles_of_a_closing_table_tell_which_headings_are_measures() -> None:
    text = (
        "霁原市人才计划（2023—2025年）\n一、重点任务\n（一）壮大队伍\n1. 引进博士\n引进博士90名。\n"
        "2. 培养工匠\n培养工匠500名。\n（二）建强平台\n1. 新建学院\n新建学院2所。\n"
        "附表：任务分工\n任务\t责任单位\t配合单位\n引进博士\t市科技局\t市教育局\n"
        "培养工匠\t市人社局\t市总工会\n新建学院\t市教育局\t市财政局\n"
    )

    reading = read_plan(text)

    assert [(m.number, m.title) for m in reading.measures[1:]] == [
        (1, "引进博士"),
        (2, "培养工匠"),
        (3, "新建学院"),
    ]
    assert [(u.name, u.role) for u in reading.measures[3].units] == [
        ("市教育局", "lead"),
        ("市财政局", "joint"),
    ]


def test_only_what_is_said_of_the_present_is_left_out() -> None:
    text = (
        "霁原市人才计划（2023—2025年）\n一、发展目标\n每万人中研发人员仅为48人年。到2025年，研发人员达到60人年。\n"
        "二、任务\n1. 建设平台。国家级平台在现有3家的基础上再增加2家。（责任单位：市科技局）\n"
    )
    reading = read_plan(text)

    assert [(int(t.value), t.unit) for t in all_targets(reading)] == [(60, "人年"), (2, "家")]
    assert [u.text for u in reading.unclassified if u.reason == "现状"] == ["48人年"]
