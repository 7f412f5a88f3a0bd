"""More plans of invented places, in other styles.

The facts of the first two were written down before the reader was run on them. Eight of them were
wrong by the conventions in gold/README.md and were put right afterwards: partners of 联合3家企业 count, a
rate goes on to the clause behind it, and paragraphs of goals without a year have none.
"""

from functools import cache

import pytest

from tests.engine.reading.styles import COUNTY, HEALTH, ZONE
from yingcai.engine.reading import Reading, read_plan
from yingcai.engine.reading.model import Measure

Fact = tuple[int, str, str, str, str, int | None]  # measure, value, unit, comparator, per, by

COUNTY_TARGETS: list[Fact] = [
    (0, "26000", "人", ">=", "total", 2027),
    (0, "12", "%", "~", "year", 2027),
    (0, "100", "%", "=", "total", None),
    (0, "64", "人", ">=", "total", None),
    (0, "60", "%", ">=", "total", None),
    (0, "3", "名", ">=", "county", None),
    (0, "1", "名", "=", "county", None),
    (0, "1", "个", "=", "total", 2025),
    (0, "12", "个", "=", "total", 2026),
    (1, "40", "名", "=", "year", None),
    (1, "2-3", "名", "=", "each", None),
    (2, "300", "人", "=", "total", 2027),
    (3, "2000000", "元", "=", "year", None),
    (3, "12000", "人次", "=", "year", None),
    (3, "2000", "人次", ">=", "year", None),
    (3, "36", "处", "=", "total", None),
    (3, "80", "集", "=", "total", None),
    (4, "100", "名", "=", "total", None),
    (4, "240", "名", "~", "total", None),
    (5, "2", "个", "=", "total", None),
    (5, "50000", "平方米", ">=", "total", None),
    (5, "60", "家", ">=", "total", None),
    (5, "1500", "人", "=", "total", None),
    (6, "4", "所", "=", "total", None),
    (6, "80", "人次", "=", "total", None),
    (6, "2", "个", "=", "each", None),
    (8, "20000000", "元", "=", "total", None),
    (8, "60000000", "元", ">=", "total", 2027),
    (8, "100000000", "元", ">=", "total", 2027),
]
ZONE_TARGETS: list[Fact] = [
    (0, "120000", "人", ">=", "total", 2028),
    (0, "1500", "人", ">=", "total", 2028),
    (0, "18000", "人", ">=", "total", 2028),
    (0, "150", "人", "=", "total", 2028),
    (0, "1.5", "个百分点", "=", "year", 2028),
    (0, "90", "个", "=", "total", None),
    (1, "3-5", "名", "=", "total", None),
    (1, "6", "家", ">=", "total", 2028),
    (2, "8000", "名", ">=", "year", None),
    (2, "200", "名", ">=", "year", None),
    (2, "100", "家", ">=", "year", None),
    (3, "1", "届", "=", "year", None),
    (3, "500", "个", ">=", "year", None),
    (3, "20", "%", ">=", "total", None),
    (4, "3", "家", "=", "total", None),
    (4, "2", "所", "=", "total", None),
    (4, "2400", "人", ">=", "total", None),
    (4, "65", "%", ">=", "total", None),
    (5, "100", "名", "=", "total", None),
    (5, "50000", "人", ">=", "total", None),
    (5, "6", "家", "=", "total", None),
    (6, "40", "家", ">=", "total", None),
    (6, "300", "%", "=", "total", None),
    (7, "2000", "套", "=", "total", 2026),
    (7, "2500", "套", "=", "total", 2027),
    (7, "3000", "套", "=", "total", 2028),
    (8, "1", "条", "=", "each", None),
    (8, "3", "个工作日", "<=", "total", None),
    (9, "800000000", "元", "=", "total", None),
    (9, "60", "%", ">=", "total", None),
]
COUNTY_UNITS = {
    1: (["县委组织部"], ["县农业农村局", "县退役军人事务局"]),
    2: (["县教育局"], ["县财政局"]),
    3: (["县农业农村局"], ["县融媒体中心", "各乡镇"]),
    4: (["县人力资源社会保障局"], ["县农业农村局"]),
    5: (["县商务局"], ["县财政局", "县农商银行"]),
    6: (["县科技局"], ["县科协"]),
    7: (["县委组织部"], []),
    8: (["县财政局"], ["县委组织部"]),
}
ZONE_UNITS = {
    1: (["组织人事部"], ["科技创新局", "财政金融局"]),
    2: (["社会事业局"], ["组织人事部", "各街道"]),
    3: (["科技创新局"], ["招商局"]),
    4: (["社会事业局"], ["雁浦理工大学", "区内龙头企业"]),
    5: (["组织人事部"], ["总工会"]),
    6: (["组织人事部"], []),
    7: (["建设交通局"], ["开发区城建集团"]),
    8: (["社会事业局"], ["人民医院"]),
    9: (["财政金融局"], []),
}
PLANS = {"county": COUNTY, "zone": ZONE, "health": HEALTH}


@cache
def reading(name: str) -> Reading:
    return read_plan(PLANS[name])


def facts(measure: Measure) -> list[Fact]:
    return [
        (
            measure.number,
            f"{t.value:f}" + (f"-{t.value_max:f}" if t.value_max is not None else ""),
            t.unit,
            t.comparator,
            t.per,
            t.by,
        )
        for t in measure.targets
    ]


@pytest.mark.parametrize(
    ("name", "number"),
    [("county", n) for n in range(9)] + [("zone", n) for n in range(10)],
)
def test_targets(name: str, number: int) -> None:
    expected = COUNTY_TARGETS if name == "county" else ZONE_TARGETS

    assert facts(reading(name).measures[number]) == [fact for fact in expected if fact[0] == number]


@pytest.mark.parametrize("name", ["county", "zone"])
def test_units(name: str) -> None:
    found = {
        m.number: (
            [u.name for u in m.units if u.role == "lead"],
            [u.name for u in m.units if u.role == "joint"],
        )
        for m in reading(name).measures[1:]
        if m.units
    }

    assert found == (COUNTY_UNITS if name == "county" else ZONE_UNITS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("county", {1: 1, 2: 1, 4: 1, 5: 1, 6: 1, 7: 1}),
        ("zone", {1: 1, 2: 1, 3: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1}),
    ],
)
def test_rules(name: str, expected: dict[int, int]) -> None:
    found = {m.number: len(m.incentives) for m in reading(name).measures if m.incentives}

    assert found == expected


def test_the_period_of_the_zone_stands_in_its_opening() -> None:
    assert reading("zone").header.period == (2026, 2028)
    assert reading("county").header.period == (2025, 2027)


def test_what_is_no_promise() -> None:
    reasons = {u.text: u.reason for u in reading("county").unclassified}

    assert {reasons[text] for text in ("1.86万人", "32人", "11个", "40%", "26人")} == {"现状"}
    assert reasons["三分之一"] == "分数"


def test_articles_that_run_on_through_the_parts_are_measures() -> None:
    found = reading("health").measures[1:]

    assert [(m.number, m.label, m.section) for m in found] == [
        (n, f"第{label}条", "三") for n, label in enumerate("一二三四五", 1)
    ]
    assert [u.name for u in found[0].units] == [
        "市卫生健康委",
        "市人力资源社会保障局",
        "市财政局",
    ]


def test_a_table_set_with_blanks_is_read_as_one_with_borders() -> None:
    rows = reading("health").measures[0].targets[-3:]

    assert [(t.subject, f"{t.value:f}", t.unit, t.by) for t in rows] == [
        ("卫生人才总量", "68000", "人", 2030),
        ("每千人口执业医师数", "3.6", "人", 2030),
        ("本科及以上学历占比", "75", "%", 2030),
    ]


def test_contents_without_a_heading_are_left_out() -> None:
    assert [s.title for s in reading("health").sections] == ["规划背景", "发展目标", "主要任务"]
    assert [u.text for u in reading("health").unclassified if u.reason == "目录"] == list("113558")


def test_subjects_are_free_of_times_and_marks() -> None:
    found = [t.subject for m in reading("health").measures[2:5] for t in m.targets]

    assert found == [
        "骨干医师",
        "住院医师规范化培训招收规模",
        "结业通过率",
        "疾控机构专业技术人员占比",
        "县级疾控机构硕士以上人员",
        "平均每个社区卫生服务站配备公卫医师",
        "公卫实训基地",
        "公卫实训基地",
        "培训",
        "家庭医生签约服务居民",
        "重点人群签约率",
    ]
