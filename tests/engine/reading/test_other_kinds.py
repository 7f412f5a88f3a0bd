"""Coverage, documents, rules and dates are kinds of their own and never targets."""

import pytest

from tests.engine.reading.plans import measure


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("实现乡镇人才驿站全覆盖。", "乡镇人才驿站"),
        ("推动资金池全覆盖。", "资金池"),
        ("重点行业专项政策全覆盖。", "重点行业专项政策"),
        ("鼓励规上企业设立人才官，三年内实现全覆盖。", "鼓励规上企业设立人才官"),
    ],
)
def test_coverage(body: str, subject: str) -> None:
    found = measure(body)

    assert [c.subject for c in found.coverage] == [subject]
    assert found.targets == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("出台《柔性引才办法》。", [("柔性引才办法", "issue", None)]),
        ("修订完善《关于引才的实施意见》。", [("关于引才的实施意见", "revise", None)]),
        ("出台教育、卫生专项人才政策。", [("教育、卫生专项人才政策", "issue", None)]),
        ("2022年底前制定实施细则。", [("实施细则", "issue", 2022)]),
        ("发布紧缺人才目录。", [("紧缺人才目录", "issue", None)]),
        ("完善人才政策。", []),
        ("政策出台后抓好落实。", []),
        ("制定本方案。", []),
        ("根据《人才条例》开展工作。", []),
    ],
)
def test_deliverables(body: str, expected: list[tuple[str, str, int | None]]) -> None:
    assert [(d.title, d.action, d.by) for d in measure(body).deliverables] == expected


def test_counted_documents_are_a_target() -> None:
    found = measure("制修订国际、国家标准200项。")

    assert [(str(t.value), t.unit) for t in found.targets] == [("200", "项")]
    assert found.deliverables == ()


Amounts = list[tuple[str, str, str]]


@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        (
            "中介费用给予50%补助，单家企业最高不超过30万元。",
            [("50", "%", "="), ("300000", "元", "<=")],
        ),
        ("分别给予50万元、30万元的一次性奖励。", [("500000", "元", "="), ("300000", "元", "=")]),
        ("每引进1名博士，奖励2万元。", [("20000", "元", "=")]),
        ("每成功培育1家企业，给予相应奖励。", []),
        ("对获得一等奖的选手，给予十万元奖励。", [("100000", "元", "=")]),
        ("收益的50%用于奖励团队。", [("50", "%", "=")]),
        (
            "购房补贴分为两类，分别为100万元、60万元。",
            [("1000000", "元", "="), ("600000", "元", "=")],
        ),
        ("可预留10%的编制、5%的高级岗位。", [("10", "%", "="), ("5", "%", "=")]),
        (
            "给予50万元启动资金，并提供不少于100平方米的场所，3年内免收租金。",
            [("500000", "元", "=")],
        ),
        (
            "按工资总额的1.5%提取经费，其中60%以上用于一线职工。",
            [("1.5", "%", "="), ("60", "%", ">=")],
        ),
        ("指标每提高1个百分点，奖励5万元。", [("1", "个百分点", "="), ("50000", "元", "=")]),
        ("对完成率低于80%的单位进行约谈。", [("80", "%", "<=")]),
        ("引进年薪60万元以上人才，按其年薪的10%给予奖励。", [("10", "%", "=")]),
        ("按不超过研发投入的25%给予补助。", [("25", "%", "<=")]),
    ],
)
def test_rules_are_incentives_and_no_targets(body: str, amounts: Amounts) -> None:
    found = measure(body)

    assert [
        (str(v.value), v.unit, v.comparator) for i in found.incentives for v in i.values
    ] == amounts
    assert len(found.incentives) == 1
    assert found.targets == ()


@pytest.mark.parametrize(
    "body",
    [
        "资助100名优秀人才参加交流。",
        "授信额度达到2亿元以上。",
        "设立规模5亿元以上的基金。",
        "资助项目3个。",
    ],
)
def test_money_and_grants_that_are_goals_are_targets(body: str) -> None:
    found = measure(body)

    assert len(found.targets) == 1
    assert found.incentives == ()


@pytest.mark.parametrize(
    ("body", "by", "every"),
    [
        ("2022年底前建成服务平台。", 2022, None),
        ("到2023年，跻身全省前列。", 2023, None),
        ("每两年开展一次评选。", None, "两年"),
        ("领导小组每半年听取一次汇报。", None, "半年"),
        ("每年9月举办人才周。", None, "一年"),
    ],
)
def test_deadlines(body: str, by: int | None, every: str | None) -> None:
    found = measure(body)

    assert [(d.by, d.every) for d in found.deadlines] == [(by, every)]
    assert found.targets == ()
