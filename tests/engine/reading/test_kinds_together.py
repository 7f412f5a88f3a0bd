"""Sentences in which one kind of item stands beside or inside another."""

from decimal import Decimal

import pytest

from tests.engine.reading.plans import HEAD, measure, targets
from yingcai.engine.reading import read_plan


def items(body: str) -> list[tuple[str, str]]:
    return [(kind, item.text) for kind, item in measure(body).items()]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "制定《人才办法》全覆盖。",
            [("deliverables", "制定《人才办法》"), ("coverage", "全覆盖")],
        ),
        (
            "制定《人才办法》零的突破。",
            [("deliverables", "制定《人才办法》"), ("targets", "零的突破")],
        ),
        (
            "引进人才5名、村居覆盖、镇街全覆盖。",
            [("targets", "引进人才5名"), ("coverage", "村居覆盖、镇街全覆盖")],
        ),
        ("制定《人才服务全覆盖办法》。", [("deliverables", "制定《人才服务全覆盖办法》")]),
        ("每季度实现走访全覆盖。", [("coverage", "每季度实现走访全覆盖")]),
        ("引进年薪50万元以上人才30名。", [("targets", "引进年薪50万元以上人才30名")]),
        ("按标准发放生活补贴（硕士3000元）。", [("incentives", "硕士3000元")]),
        ("由市科技局牵头。", []),
    ],
)
def test_no_word_is_in_two_items(body: str, expected: list[tuple[str, str]]) -> None:
    assert items(body) == expected


def test_a_bracket_closes_before_the_list_goes_on() -> None:
    reading = read_plan(
        f"{HEAD}1. 做好工作。支持甲类平台（2020年启动）、乙类平台3家。（责任单位：市人社局）"
    )

    (target,) = reading.measures[1].targets
    assert (target.value, target.subject) == (Decimal(3), "乙类平台")


@pytest.mark.parametrize(
    ("body", "years"),
    [
        ("2021年、2022年分别筹集住房300套、500套。", [2021, 2022]),
        ("2021年、2022年、2023年分别筹集住房300套、500套。", [2023, 2023]),  # which year is unsaid
    ],
)
def test_years_are_shared_out_only_when_there_are_as_many_numbers(
    body: str, years: list[int]
) -> None:
    assert [t.by for t in targets(body)] == years


def test_latin_words_keep_their_blank_where_a_line_ends() -> None:
    assert [t.subject for t in targets("引进IT\nOut人才5名。")] == ["IT Out人才"]
