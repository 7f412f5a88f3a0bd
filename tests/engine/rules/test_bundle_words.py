"""The words for every line and every reason, in Chinese and English."""

import re
from pathlib import Path
from typing import get_args

import pytest

from tests.engine.rules.make_bundle import ceiling
from yingcai.engine.rules.bundle import (
    Interval,
    LeftOut,
    Line,
    Open,
    left_out_words,
    line_words,
    open_words,
)
from yingcai.engine.rules.bundle.model import LeftOutKind, LineKind

TITLES = {
    "rent": {"zh": "租房补贴", "en": "Rent allowance"},
    "voucher": {"zh": "购房券", "en": "Housing voucher"},
}
FIRM = ceiling("rent", 300_000)
HOUSEHOLD = ceiling("rent", 300_000, per="household", within="year")
REASONS: list[tuple[LeftOut, str, str]] = [
    (LeftOut("x", "not_entitled"), "不符合条件。", "The conditions are not met."),
    (
        LeftOut("x", "no_money"),
        "不发放资金，不参与组合。",
        "It pays no money, so there is nothing to combine.",
    ),
    (LeftOut("x", "zero"), "计算金额为零。", "Its amount is nothing."),
    (
        LeftOut("x", "blocked", ("rent",)),
        "已领取与其互斥的“租房补贴”。",
        "Something was received under “Rent allowance”, and they exclude each other.",
    ),
    (
        LeftOut("x", "received", ("rent",)),
        "扣除“租房补贴”已领金额后无差额可补。",
        "What was received under “Rent allowance” leaves nothing to pay.",
    ),
    (
        LeftOut("x", "ceiling", ceiling=FIRM),
        "每家企业累计上限已用完。",
        "Nothing is left of the ceiling per firm.",
    ),
    (
        LeftOut("x", "ceiling", ("rent",), ceiling=HOUSEHOLD),
        "每户年度上限由本次发放的“租房补贴”用完。",
        "“Rent allowance”, paid now, uses up the yearly ceiling per household.",
    ),
    (
        LeftOut("x", "excluded", ("rent", "voucher"), loss=20_000_00),
        "与“租房补贴”“购房券”互斥，不可同时享受；若选本项，总额减少2万元。",
        "It and “Rent allowance” and “Housing voucher” exclude each other; with it the total would be 20,000 yuan less.",
    ),
    (
        LeftOut("x", "highest", ("voucher",), loss=0),
        "就高不重复：本组已选“购房券”；若选本项，总额不增加。",
        "Only the highest of its group is paid: “Housing voucher”; with it the total would not rise.",
    ),
    (
        LeftOut("x", "covered", ("rent",)),
        "抵扣本次发放的“租房补贴”后无余额。",
        "“Rent allowance” is paid now and deducted, which leaves nothing.",
    ),
    (
        LeftOut("x", "no_gain", ("voucher",), loss=50),
        "加入后“购房券”相应减少；若选本项，总额减少0.50元。",
        "Beside it “Housing voucher” would be paid less; with it the total would be 0.50 yuan less.",
    ),
]
SURE, OPEN = Interval(100_00, 100_00), Interval(0, 1_234_50)
LINES: list[tuple[Line, str, str]] = [
    (Line("gross", SURE, SURE, ""), "核定金额100元。", "Amount: 100 yuan."),
    (
        Line("blocked", SURE, SURE, "", "rent"),
        "是否领取过互斥的“租房补贴”尚不清楚，若领取过则不发放。",
        "Nothing is paid if anything was received under “Rent allowance”, which is unknown.",
    ),
    (
        Line("received", OPEN, SURE, "", "rent"),
        "扣除“租房补贴”已领0元至1,234.50元。",
        "Minus 0 yuan to 1,234.50 yuan received under “Rent allowance”.",
    ),
    (
        Line("paid", SURE, SURE, "", "rent"),
        "抵扣本次发放的“租房补贴”100元。",
        "Minus 100 yuan paid now under “Rent allowance”.",
    ),
    (
        Line("ceiling", SURE, SURE, "", ceiling=FIRM),
        "每家企业累计上限内可发100元。",
        "The ceiling per firm leaves 100 yuan.",
    ),
]


@pytest.mark.parametrize(("reason", "zh", "en"), REASONS, ids=lambda one: str(one)[:40])
def test_reasons(reason: LeftOut, zh: str, en: str) -> None:
    assert left_out_words(reason, TITLES) == {"zh": zh, "en": en}


@pytest.mark.parametrize(("line", "zh", "en"), LINES, ids=lambda one: str(one)[:40])
def test_lines(line: Line, zh: str, en: str) -> None:
    assert line_words(line, TITLES) == {"zh": zh, "en": en}


def test_every_kind_has_words() -> None:
    assert {reason.kind for reason, _, _ in REASONS} == set(get_args(LeftOutKind))
    assert {line.kind for line, _, _ in LINES} == set(get_args(LineKind))


def test_the_page_explains_every_reason_and_no_other() -> None:
    page = (Path(__file__).parents[3] / "docs/stacking.md").read_text("utf-8")
    told = page.partition("## Why a programme is left out")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", told, re.M) == list(get_args(LeftOutKind))


@pytest.mark.parametrize(
    ("one", "zh", "en"),
    [
        (
            Open("x", "facts", 30_00),
            "尚缺信息，未能认定；若认定，总额可增加30元。",
            "Facts are missing, so it is not decided; if it is granted, the total rises by up to 30 yuan.",
        ),
        (Open("x", "person", None), "待人工认定。", "A person has to decide it."),
        (
            Open("x", "amount", None),
            "符合条件，金额尚不能确定。",
            "Entitled, but the amount is not known yet.",
        ),
    ],
)
def test_open_programmes(one: Open, zh: str, en: str) -> None:
    assert open_words(one) == {"zh": zh, "en": en}
