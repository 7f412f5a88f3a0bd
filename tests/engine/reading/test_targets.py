"""Forms of sentences that promise a number: exact values, and nothing else found."""

from decimal import Decimal

import pytest

from tests.engine.reading.plans import measure, targets

Expected = tuple[str, str]  # value (a range as "5-8"), unit


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("引进人才100名。", [("100", "名")]),
        ("引进人才１００名。", [("100", "名")]),
        ("引进人才 1 00 名。", [("100", "名")]),
        ("引进人才1,200名。", [("1200", "名")]),
        ("引进人才10万人。", [("100000", "人")]),
        ("培训1.5万人次。", [("15000", "人次")]),
        ("规模达到5亿元。", [("500000000", "元")]),
        ("规模达到3000万元。", [("30000000", "元")]),
        ("新增面积15万平方米。", [("150000", "平方米")]),
        ("新增面积30万㎡。", [("300000", "平方米")]),
        ("示范面积达到3万亩。", [("30000", "亩")]),
        ("推广装备60台套。", [("60", "台套")]),
        ("开设课程20门，编写教材八部。", [("20", "门"), ("8", "部")]),
        ("建设工作室三十家。", [("30", "家")]),
        ("引进毕业生一万二千名。", [("12000", "名")]),
        ("转化率达到百分之三十。", [("30", "%")]),
        ("转化率达到百分之三点五以上。", [("3.5", "%")]),
        ("留用率达到四成以上。", [("40", "%")]),
        ("布局联络点5—8家。", [("5-8", "家")]),
        ("布局联络点5至8家。", [("5-8", "家")]),
        ("布局联络点5家至8家。", [("5-8", "家")]),
        ("布局联络点三至五家。", [("3-5", "家")]),
        ("引进人才10-20万人。", [("100000-200000", "人")]),
        ("成交额较2020年翻一番。", [("100", "%")]),
        ("实现专家零的突破。", [("1", "名")]),
        ("参赛选手实现“零”的突破。", [("1", "名")]),
        ("人才总量由2020年的42万人增加到60万人。", [("600000", "人")]),
        ("引进100名以上领军人才和25个以上团队。", [("100", "名"), ("25", "个")]),
        ("技能人才总量实现翻番。", [("100", "%")]),
        ("实现上市企业零的突破。", [("1", "家")]),
    ],
)
def test_value_and_unit(body: str, expected: list[Expected]) -> None:
    found = [
        (f"{t.value}-{t.value_max}" if t.value_max is not None else str(t.value), t.unit)
        for t in targets(body)
    ]

    assert found == expected


@pytest.mark.parametrize(
    ("body", "comparators"),
    [
        ("引进人才100名以上。", [">="]),
        ("引进人才不少于100名。", [">="]),
        ("引进人才不低于100名。", [">="]),
        ("至少引进100名人才。", [">="]),
        ("人才总量力争突破9万人。", [">="]),
        ("引进人才100名左右。", ["~"]),
        ("引进人才约100名。", ["~"]),
        ("不良率控制在3%以内。", ["<="]),
        ("逾期率不超过3%。", ["<="]),
        ("引进人才100余名。", [">="]),
        ("引进人才100名。", ["="]),
        ("引进博士10名、硕士20名以上。", ["=", ">="]),
    ],
)
def test_comparator(body: str, comparators: list[str]) -> None:
    assert [t.comparator for t in targets(body)] == comparators


@pytest.mark.parametrize(
    ("body", "pers"),
    [
        ("每年举办论坛2场。", ["year"]),
        ("每年举办论坛2场，资助项目3个。", ["year", "year"]),
        ("每年举办论坛2场，累计发布岗位3万个。", ["year", "total"]),
        ("收入年均增长8%。", ["year"]),
        ("每个县（市、区）建设基地3个以上。", ["county"]),
        ("各县（市、区）均建立1个以上基金。", ["county"]),
        ("新建学校、医院各1家。", ["each"]),
        ("每名专员联系企业8家。", ["each"]),
        ("培训医生1000人次/年。", ["year"]),
        ("引进人才100名。", ["total"]),
    ],
)
def test_per(body: str, pers: list[str]) -> None:
    assert [t.per for t in targets(body)] == pers


def test_a_list_that_shares_one_number_is_one_target() -> None:
    (target,) = targets("新建专家工作站、外国专家工作站各10家。")

    assert target.value == 10
    assert target.subject == "专家工作站、外国专家工作站"


def test_a_list_that_shares_one_verb_has_a_target_for_each_number() -> None:
    found = targets("累计引进院士1名、专家50名、工程师100名以上。")

    assert [(str(t.value), t.subject) for t in found] == [
        ("1", "院士"),
        ("50", "专家"),
        ("100", "工程师"),
    ]
    assert [t.cumulative for t in found] == [True, True, True]


def test_numbers_joined_by_and_are_two_targets() -> None:
    found = targets("引进博士20名和硕士100名。")

    assert [(str(t.value), t.subject) for t in found] == [("20", "博士"), ("100", "硕士")]


def test_a_size_before_a_counted_noun_is_part_of_its_subject() -> None:
    (target,) = targets("培育产值5亿元以上企业10家。")

    assert (target.value, target.unit) == (Decimal(10), "家")
    assert "5亿元" in target.text


def test_where_something_is_counted_is_no_target_of_its_own() -> None:
    (target,) = targets("在5个海岛乡镇各建工作室1家。")

    assert (target.value, target.unit) == (Decimal(1), "家")


def test_a_clause_without_a_subject_takes_it_from_the_clause_before() -> None:
    (target,) = targets("推进知识产权质押融资，达到15亿元。")

    assert target.subject == "知识产权质押融资"


def test_a_number_without_a_noun_counts_what_the_number_before_counts() -> None:
    found = targets("高新技术企业数量翻一番、达到1600家。")

    assert [(str(t.value), t.unit, t.subject) for t in found] == [
        ("100", "%", "高新技术企业"),
        ("1600", "家", "高新技术企业"),
    ]


def test_an_act_upon_what_is_there_is_a_promise() -> None:
    (target,) = targets("优化整合现有平台300余家。")

    assert (target.value, target.comparator) == (Decimal(300), ">=")


def test_a_part_knows_its_whole() -> None:
    whole, part, inner, sibling, other = targets(
        "引进人才1000名，其中专家150名以上（含自主申报60名以上），工程师45名；另建平台9家。"
    )

    assert (whole.part_of, part.part_of, inner.part_of) == (None, 0, 1)
    assert (sibling.part_of, other.part_of) == (0, None)


@pytest.mark.parametrize(
    ("body", "years"),
    [
        ("到2022年，引进人才10名。", [2022]),
        ("2022年底前建成平台1个。", [2022]),
        ("三年内引进人才10名。", [2023]),
        ("两年内引进人才10名。", [2022]),
        ("引进人才10名。", [None]),
        ("到2022年建成公寓2千套；到2023年建成公寓8千套。", [2022, 2023]),
        ("投入较2020年增长30%。", [None]),
        ("2022年起每年提供岗位2万个。", [None]),
        ("2021年、2022年分别筹集住房300套、400套，建设社区1个。", [2021, 2022, None]),
        ("面向毕业5年内的毕业生，提供岗位300个。", [None]),
    ],
)
def test_by(body: str, years: list[int | None]) -> None:
    assert [t.by for t in targets(body)] == years


@pytest.mark.parametrize(
    ("body", "baselines"),
    [
        ("申请量同比增长10%。", ["growth"]),
        ("成交额翻一番。", ["growth"]),
        ("占比提高到35%。", [None]),
        ("占比提高5个百分点。", ["growth"]),
        ("新增人才10名。", [None]),
    ],
)
def test_baseline(body: str, baselines: list[str | None]) -> None:
    assert [t.baseline for t in targets(body)] == baselines


@pytest.mark.parametrize(
    "body",
    [
        "实施“500英才计划”和《三年行动方案（2018-2020）》。",
        "统筹211人才培养工程。",
        "与世界500强企业合作。",
        "打造一支高素质队伍。",
        "谋划一批重大项目，引进一个能带动产业的团队。",
        "培育千亿产业。",
        "服务六大万亩级平台。",
        "在近三年内连续工作满两年。",
        "第三方机构参与评价，获得一等奖。",
        "四位一体推进。",
        "热线12345全天受理，电话0987-2345678。",
        "选派数十名专家、上门服务几百家企业。",
        "截至2020年底，全市现有人才18.6万人。",
        "聚焦制茶、评茶、茶旅三个方向。",
        "对前10名给予通报表扬。",
        "考核结果占综合考核权重的5%。",
        "推行24小时自助办理。",
    ],
)
def test_what_counts_nothing_is_no_target(body: str) -> None:
    found = measure(body)

    assert found.targets == ()
    assert found.incentives == ()
