"""Sentences of the bulletin: templates of the pack filled with figures, safely."""

import pytest

from yingcai.reporting.bulletin.snapshot import LAGGARDS, Json, snapshot
from yingcai.reporting.bulletin.texts import (
    KEYS,
    TextsWrong,
    closed,
    default_texts,
    fill,
    foreign_numbers,
    generate,
    read_texts,
    short_title,
)
from yingcai.reporting.queries.bulletins import month_facts
from yingcai.reporting.tests.make_bulletin import (
    APRIL,
    MAY,
    City,
    fill_month,
    make_city,
    make_order,
)


@pytest.fixture
def city(db: None) -> City:
    return make_city()


def texts_of(city: City, source: str = "") -> dict[str, str]:
    return generate(figures(city), read_texts(source, name="texts.yaml"))


def figures(city: City) -> Json:
    return snapshot(month_facts(city.plan, MAY, pack={}))


def test_the_product_brings_a_sentence_for_every_key() -> None:
    assert set(default_texts()) == set(KEYS)
    assert read_texts("", name="x") == default_texts()


def test_a_template_is_filled_once_and_never_evaluated() -> None:
    assert fill("{a}和{b}", {"a": "{b}", "b": "{a.__class__}"}) == "{b}和{a.__class__}"


def test_every_problem_of_a_file_is_named() -> None:
    source = "overall: '{nothing}'\nnext: [好, 3]\nunheard: x\nhighlights_words: '{unit}{title}'"
    with pytest.raises(TextsWrong) as wrong:
        read_texts(source, name="texts.yaml")
    problems = wrong.value.problems
    assert len(problems) == 4
    assert "“overall”用了未知的占位 {nothing}" in problems[0]
    assert problems[1] == "texts.yaml 的“next”应是文字或文字的列表"
    assert "“unheard”不是可用的键" in problems[2]
    assert problems[3].endswith("可用的有：unit、words")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a: [", "texts.yaml第 1 行不是有效的 YAML"),
        ("- a", "texts.yaml 应是“键: 文字”的列表"),
        ("overall: '{a.b}'", "未知的占位 {a.b}"),
    ],
)
def test_a_file_that_is_no_list_of_texts_is_refused(source: str, problem: str) -> None:
    with pytest.raises(TextsWrong) as wrong:
        read_texts(source, name="texts.yaml")
    assert problem in str(wrong.value)


def test_the_overall_text_says_the_counts(city: City) -> None:
    fill_month(city)
    assert texts_of(city)["overall"] == (
        "截至2018年5月底，《云岫市人才强市行动计划（2018-2020）》确定的2项目标中，已完成0项，正常1项，"
        "滞后0项，严重滞后1项，尚无数据0项；已完成和正常的目标占50.0%。计划时间进度为13.8%。"
        "本期没有上月数据可比。"
    )


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (("red", "red"), "上升50个百分点，滞后和严重滞后的目标由2项变为1项"),
        (("green", "done"), "下降50个百分点，滞后和严重滞后的目标由0项变为1项"),
        (("green", "red"), "持平，滞后和严重滞后的目标由1项变为1项"),
    ],
)
def test_the_overall_text_compares_with_last_month(
    city: City, last: tuple[str, str], words: str
) -> None:
    fill_month(city, APRIL, lights=last)
    fill_month(city)
    assert words in texts_of(city)["overall"]


def test_a_laggard_is_told_with_gap_units_and_reason(city: City) -> None:
    fill_month(city)
    assert texts_of(city)["laggards"].split("\n")[1] == (
        "“科创平台2”（2-2，二局牵头）：目标30家，已达15家，完成率50.0%，落后序时进度12.3个百分点，"
        "严重滞后。其中进度落后的有西县。西县反映：征地滞后。"
    )


def test_a_month_without_laggards_says_so(city: City) -> None:
    fill_month(city, lights=("green", "green"))
    assert texts_of(city)["laggards"] == "本月没有滞后和严重滞后的目标。"


def test_the_text_lists_the_worst_and_counts_the_rest(city: City) -> None:
    fill_month(city)
    found = figures(city)
    found["laggards"] = found["laggards"] * (LAGGARDS + 3)
    text = generate(found, default_texts())["laggards"].split("\n")
    assert len(text) == 1 + LAGGARDS + 1
    assert text[-1] == "其余3项滞后目标见附件1。"


def test_next_steps_name_units_and_open_orders(city: City) -> None:
    fill_month(city)
    make_order(city.plan, city.bureaus[1], target=city.targets[1])
    text = texts_of(city)["next"]
    assert "严重滞后目标的牵头单位（二局）" in text
    assert text.endswith("督办单督〔2018〕1号，二局，加快平台建设，2018年6月20日前反馈。")


def test_ties_share_the_first_and_the_last_place(city: City) -> None:
    fill_month(city)
    assert "按期率最高的是东县、港区（100.0%），最低的是西县（0.0%）" in texts_of(city)["counties"]


def test_a_city_without_shares_says_so(city: City) -> None:
    fill_month(city)
    found = {**figures(city), "counties": []}
    assert generate(found, default_texts())["counties"] == "本月没有分解到县（市、区）的数据。"


def test_a_pack_replaces_single_sentences(city: City) -> None:
    fill_month(city)
    text = texts_of(city, "next: [抓紧落实。]\nnext_red: ''\n")["next"]
    assert text == "抓紧落实。"


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("关于印发《人才计划 (2018-2020)》的通知", "人才计划（2018-2020）"),
        ("人才计划（2018-2020）", "人才计划（2018-2020）"),
    ],
)
def test_a_plan_is_quoted_by_its_name(title: str, short: str) -> None:
    assert short_title(title) == short


@pytest.mark.parametrize("said", ["征地滞后", "征地滞后。", "征地滞后；", "征地滞后. "])
def test_what_a_unit_wrote_ends_with_one_stop(said: str) -> None:
    assert closed(said) == "征地滞后。"


def test_numbers_that_are_no_figures_of_the_month_are_pointed_out() -> None:
    generated = "目标1,000名，已达412名。"
    assert foreign_numbers("目标1000名，已达413名，占41.3%。", generated, ["41.3"]) == ["413"]
