"""Numerals, marks, rates, years and rules in the many ways such texts have for them."""

from decimal import Decimal

import pytest

from tests.engine.reading.plans import HEAD, measure, targets
from yingcai.engine.reading import read_plan


@pytest.mark.parametrize(
    ("body", "value", "unit"),
    [
        ("高技能人才占比达到三成五。", "35", "%"),
        ("占比超过四成半。", "45", "%"),
        ("培训骨干300人（次）。", "300", "人次"),
        ("举办讲座40场（次）。", "40", "场次"),
        ("实训面积达到3000m2。", "3000", "平方米"),
        ("新增面积1.5万m²。", "15000", "平方米"),
        ("出版丛书3辑。", "3", "辑"),
        ("摄制专题片二十集。", "20", "集"),
    ],
)
def test_numerals_and_measure_words(body: str, value: str, unit: str) -> None:
    assert [(t.value, t.unit) for t in targets(body)] == [(Decimal(value), unit)]


@pytest.mark.parametrize(
    ("body", "reason", "number"),
    [
        ("青年人才占比提高到五分之二以上。", "分数", "五分之二"),
        ("支持学校、医院、企业三类单位用才。", "泛指", "三类"),
        ("面向教师、医生等8类人才开展服务。", "泛指", "8类"),
        ("规划人才大道，全长12公里。", "修饰语", "12公里"),
        ("产业园占地300亩。", "修饰语", "300亩"),
    ],
)
def test_numbers_that_promise_nothing(body: str, reason: str, number: str) -> None:
    reading = read_plan(f"{HEAD}1. 做好工作。{body}（责任单位：市人社局）")

    assert reading.measures[1].items() == []
    assert {u.text: u.reason for u in reading.unclassified}[number] == reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("学院、基地分别达到15个和40个。", [(">=", "学院"), (">=", "基地")]),
        ("新增名师、名医分别不少于3人、2人。", [(">=", "名师"), (">=", "名医")]),
        ("轮岗教师比例不低于符合条件教师的10%。", [(">=", "轮岗教师比例")]),
        ("经费占比不低于上年度财政收入的2%。", [(">=", "经费占比")]),
        ("办理时限由9个工作日压减到4个工作日。", [("<=", "办理时限")]),
        ("审批事项从30项减少到12项。", [("<=", "审批事项")]),
        ("床位由300张增加到500张。", [(">=", "床位")]),
        ("比例从2020年的22%提高到2025年的40%。", [(">=", "比例")]),
        ("平台在现有6家的基础上再建设4家。", [("=", "平台")]),
    ],
)
def test_marks_and_subjects(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(t.comparator, t.subject) for t in targets(body)] == expected


@pytest.mark.parametrize(
    ("body", "pers"),
    [
        ("每村培育致富带头人2名。", ["each"]),
        ("每个行政村至少配备农技员1名、信息员2名。", ["each", "each"]),
        ("每站每年推介人才20名。", ["year"]),
        ("组织企业家研修，年均3批、每批40人。", ["year", "each"]),
        ("年培训农民3000人次。", ["year"]),
        ("年度接纳实习生600人次。", ["year"]),
        ("年招生规模达到800人。", ["total"]),
        ("年培训能力达到800人次。", ["total"]),
        ("每年培训教师900人，其中校长60人。", ["year", "year"]),
        ("每年组织“英才行”活动，邀请博士120名。", ["year"]),
        ("每年推荐项目20个，三年引进团队9个。", ["year", "total"]),
        ("市级领导每人联系专家2名。", ["each"]),
        ("每百名职工中技术人员达到12名。", ["total"]),
    ],
)
def test_per(body: str, pers: list[str]) -> None:
    assert [t.per for t in targets(body)] == pers


@pytest.mark.parametrize(
    ("body", "growth"),
    [
        ("带动农户年均增收8%。", True),
        ("专项资金保持每年10%以上的增长。", True),
        ("人才贡献率稳定在45%以上。", False),
        ("产值较2020年翻两番。", True),
    ],
)
def test_growth(body: str, growth: bool) -> None:  # noqa: FBT001 - data of the test
    assert [t.baseline == "growth" for t in targets(body)] == [growth]


@pytest.mark.parametrize(
    ("body", "years"),
    [
        ("占比从2021年的20%提高到2022年的35%。", [2022]),
        ("2021年底前交付公寓200套，三年总投资1亿元。", [2021, 2023]),
        ("到2022年建成平台3家。引进博士60名。", [2022, None]),
        ("2021—2023年分别建成学校1所、2所和3所。", [2021, 2022, 2023]),
    ],
)
def test_years(body: str, years: list[int | None]) -> None:
    assert [t.by for t in targets(body)] == years


def goals(text: str) -> list[tuple[int, int | None]]:
    plan = f"云汀市“十四五”人才规划（2021—2025年）\n一、发展目标\n{text}\n二、任务\n1. 建设平台。建设平台7家。\n"
    return [(int(t.value), t.by) for t in read_plan(plan).measures[0].targets]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "到2025年，人才达到9万人。引进博士500名。",
            [(90000, 2025), (500, 2025)],
        ),
        (
            "三年内，引进团队60个。新建平台30家。",
            [(60, 2023), (30, 2023)],
        ),
        (
            "“十四五”期间，引进团队60个。新建平台30家。",
            [(60, 2025), (30, 2025)],
        ),
        (
            "到2025年，人才达到9万人。\n展望2035年，人才达到15万人。平台达到90家。",
            [(90000, 2025), (150000, 2035), (90, 2035)],
        ),
        (
            "到2025年，人才达到9万人。\n新建平台30家。",
            [(90000, 2025), (30, None)],
        ),
    ],
)
def test_a_year_at_the_head_of_goals_holds_to_the_end_of_the_paragraph(
    text: str, expected: list[tuple[int, int | None]]
) -> None:
    assert goals(text) == expected


@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        ("每成功举荐1名专家，奖励举荐人5万元。", [("50000", "元")]),
        ("对完成率不足60%的县，取消评优资格。", [("60", "%")]),
        ("对连续三年末位的单位予以通报。", []),
        ("对考核后两位的乡镇，由组织部约谈。", []),
        ("按合同额给予补助，每家企业每年享受补助不超过6人。", [("6", "人")]),
        ("按票面额发放服务券，同一企业累计不超过8万元。", [("80000", "元")]),
        ("专家可免费乘坐地铁200次。", [("200", "次")]),
        ("人才每年享受1次免费体检。", [("1", "次")]),
        ("求职毕业生可免费入住驿站7天。", [("7", "天")]),
        ("培训费用由财政承担六成、企业承担四成。", [("60", "%"), ("40", "%")]),
        ("贷款损失由政府与银行按7:3分担，按1:1配套奖励。", []),
        ("考核权重不低于8%。", [("8", "%")]),
        ("每批研修不少于3个月。", [("3", "个月")]),
        ("编制使用周期一般不超过4年。", [("4", "年")]),
        ("租金不高于市场价的六成。", [("60", "%")]),
        ("引进的团队给予500万元资助，其中人员经费不低于30%。", [("5000000", "元"), ("30", "%")]),
    ],
)
def test_rules(body: str, amounts: list[tuple[str, str]]) -> None:
    found = measure(body)

    assert [(str(v.value), v.unit) for i in found.incentives for v in i.values] == amounts
    assert len(found.incentives) == 1
    assert found.targets == ()


@pytest.mark.parametrize(
    "body",
    [
        "为企业提供免费培训3000人次。",
        "每名专员联系企业不超过10家。",
        "承担省级课题90项。",
        "发放人才贷款20亿元。",
        "发放服务卡1000张。",
        "举办创业大赛、论坛等10场活动。",
        "对接高校20所。",
        "建设云计算、大数据中心各2个。",
        "向社会公开承诺事项30项。",
        "可容纳人才800名的公寓建成3栋。",
    ],
)
def test_goals_that_look_like_rules(body: str) -> None:
    found = measure(body)

    assert found.targets != ()
    assert found.incentives == ()


@pytest.mark.parametrize(
    ("body", "every"),
    [
        ("每季度通报项目进展。", "季度"),
        ("领导小组每月研究人才工作。", "月"),
        ("建立“每月一访”制度。", None),
        ("租房的每月给予补贴。", None),
    ],
)
def test_a_rhythm_needs_no_number(body: str, every: str | None) -> None:
    assert [d.every for d in measure(body).deadlines] == ([every] if every else [])


@pytest.mark.parametrize(
    ("body", "subjects"),
    [
        ("人才总量突破85万人，年均增长6%以上。", ["人才总量", "人才总量"]),
        ("高新技术企业达到300家，总数翻一番。", ["高新技术企业", "高新技术企业"]),
        ("引进博士60名。其中海外20名。", ["博士", "海外"]),
        ("达到100名。", ["做好工作"]),
    ],
)
def test_no_target_is_nameless(body: str, subjects: list[str]) -> None:
    assert [t.subject for t in targets(body)] == subjects
