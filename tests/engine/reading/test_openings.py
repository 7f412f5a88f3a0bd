"""What stands before the body of a plan: its title in the many ways it is set, organs, date."""

import pytest

from yingcai.engine.reading import Reading, read_plan

BODY = "一、重点任务\n1. 引进人才。引进人才5名。（责任单位：市人社局）\n"


def opened(head: str, end: str = "") -> Reading:
    reading = read_plan(head + BODY + end)
    assert [m.number for m in reading.measures] == [0, 1]
    return reading


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "关于印发《澄湾市人才三年行动计划（2021—2023年）》的通知\n各县：\n",
            "澄湾市人才三年行动计划（2021—2023年）",
        ),
        ("澄湾市新时代人才集聚的三年行动\n计划\n", "澄湾市新时代人才集聚的三年行动计划"),
        (
            "澄湾市人才行动计划（2021—2023年）\n关于做好有关工作的通知\n",
            "澄湾市人才行动计划（2021—2023年）",
        ),
        ("澄湾市人才工作部署及三年行动安排\n", "澄湾市人才工作部署及三年行动安排"),
        ("通告\n澄湾市引才行动，2021年版\n", None),
        ("", None),
    ],
    ids=["quoted", "broken", "notice-below", "no-kind-of-plan", "sentence", "none"],
)
def test_title(head: str, title: str | None) -> None:
    assert opened(head).header.title == title


@pytest.mark.parametrize(
    "head",
    [
        "中共澄湾市委澄湾市人民政府关于加快人才集聚的意见\n",
        "中共澄湾市委、澄湾市人民政府关于加快人才集聚的意见\n",
    ],
)
def test_two_organs_in_the_title(head: str) -> None:
    assert opened(head).header.issuers == ("中共澄湾市委", "澄湾市人民政府")


@pytest.mark.parametrize(
    ("end", "date"),
    [
        ("二〇二一年三月九日\n", "2021-03-09"),
        ("二〇二一年十月二十九日\n", "2021-10-29"),
        ("二〇二一年十三月九日\n", None),
    ],
)
def test_a_date_in_chinese_numerals(end: str, date: str | None) -> None:
    assert opened("澄湾市人才行动计划\n", end).header.issued_on == date


def test_headings_that_follow_a_full_stop_begin_a_line() -> None:
    reading = read_plan(
        "澄湾市人才行动计划\n总则。一、引进人才。引进人才5名。（责任单位：市人社局）"
        "二、建设平台。建设平台3家。（责任单位：市科技局）\n"
    )

    assert [(m.title, [u.name for u in m.units]) for m in reading.measures[1:]] == [
        ("引进人才", ["市人社局"]),
        ("建设平台", ["市科技局"]),
    ]


def test_a_heading_that_runs_into_its_text_goes_on_in_the_next_line() -> None:
    reading = read_plan(
        "澄湾市人才行动计划\n一、重点任务\n1. 引进人才。引进人才5名。\n2. 建设平台。建设平台3家。\n"
        "3. 组织开展青年\n论坛。举办论坛2场。\n"
    )

    assert [m.title for m in reading.measures[1:]] == ["引进人才", "建设平台", "组织开展青年论坛"]


def test_a_line_that_comes_twice_between_whole_sentences_is_no_running_head() -> None:
    reading = read_plan(
        "澄湾市人才行动计划\n" + BODY + "举办论坛3场\n2. 建设平台。建设平台3家。\n举办论坛3场\n"
    )

    assert [u for u in reading.unclassified if u.reason == "页码或页眉"] == []
    assert [int(t.value) for m in reading.measures for t in m.targets] == [5, 3, 3, 3]
