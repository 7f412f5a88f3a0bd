"""What holds for any text: no crash, honest spans, every number accounted for once."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.reading.gold_loader import FOLDER, load_all
from tests.engine.reading.plans import ACTIONS, ARTICLES, BRACKETED, LABELLED, TABLED, WEB
from tests.engine.reading.styles import CHAPTERS, COUNTY, HEALTH, ZONE
from yingcai.engine.reading import Reading, ReadingError, read_plan
from yingcai.engine.values import Span

HELD_OUT = [
    path.read_bytes().decode("utf-8") for path in sorted((FOLDER.parent / "heldout").glob("*.txt"))
]
PLANS = [
    *(BRACKETED, LABELLED, ACTIONS, ARTICLES, WEB, TABLED),
    *(gold.text for gold in load_all()),
    *(CHAPTERS, COUNTY, HEALTH, ZONE, *HELD_OUT),
]
PIECES = [
    "引进",
    "人才",
    "100",
    "名",
    "以上",
    "一、",
    "（一）",
    "1.",
    "2、",
    "第一条",
    "（责任单位：",
    "）",
    "、",
    "，",
    "。",
    "；",
    "：",
    "“",
    "”",
    "《",
    "》",
    "（",
    "\n",
    "\n\n",
    "\t",
    "各",
    "每年",
    "其中",
    "全覆盖",
    "出台",
    "办法",
    "给予",
    "万元",
    "50%",
    "三年内",
    "到2023年",
    "十",
    "百",
    "万",
    "亿",
    "-",
    "—",
    "3",
    "〔2018〕",
    "<p>",
    "&nbsp;",
    "<br/>",
    "牵头单位：",
    "序号",
    "措施",
    "时限",
    "市科技局",
    "累计",
    "左右",
    "零的突破",
    "每两年",
    "一次",
    "５",
    "百分之",
    "翻一番",
    "21°",
    "PCT",
    "的",
    "和",
    "\x00",
    "\ufeff",
    " | ",
    "目录",
    "第一章",
    "第一节",
    "专栏1",
    "［",
    "］",
    "指标",
    "2020年",
    "2025年",
    "（万人）",
    "1:1",
    "三成五",
    "三分之一",
    "分别",
    "会同",
    "牵头",
    "配合",
    "对",
    "享受",
    "免费",
    "“十四五”期间，",
    "从",
    "提高到",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def read_or_refuse(text: str) -> Reading | None:
    try:
        return read_plan(text)
    except ReadingError:
        return None


def item_spans(reading: Reading) -> list[Span]:
    found = [item.span for m in reading.measures for _, item in m.items()]
    return sorted([*found, *(entry.span for entry in reading.unclassified)])


def assert_honest(text: str, reading: Reading) -> None:
    spans = item_spans(reading)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_words_is_read_or_refused(text: str) -> None:
    reading = read_or_refuse(text)

    if reading is not None:
        assert_honest(text, reading)
        reading.as_json()


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    reading = read_or_refuse(text)

    if reading is not None:
        assert_honest(text, reading)


@pytest.mark.parametrize("text", PLANS, ids=range(len(PLANS)))
def test_spans_are_honest_and_disjoint(text: str) -> None:
    assert_honest(text, read_plan(text))


@pytest.mark.parametrize("text", PLANS, ids=range(len(PLANS)))
def test_every_digit_is_in_exactly_one_item_or_unclassified(text: str) -> None:
    spans = item_spans(read_plan(text))
    shown = re.sub(r"<[a-zA-Z/][^<>]*>|&#?\w+;", lambda m: " " * len(m.group()), text)

    loose = [
        text[max(0, m.start() - 10) : m.end() + 10]
        for m in re.finditer(r"\d", shown)
        if sum(start <= m.start() < end for start, end in spans) != 1
    ]

    assert loose == []


@pytest.mark.parametrize("text", PLANS, ids=range(len(PLANS)))
def test_every_unclassified_number_has_a_reason(text: str) -> None:
    assert all(entry.reason for entry in read_plan(text).unclassified)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_same_text_gives_the_same_reading(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")

    assert read_plan(text) == read_plan(text)


def values(text: str) -> list[tuple[int, str, str, str, str]]:
    return [
        (m.number, str(t.value), t.unit, t.comparator, t.subject)
        for m in read_plan(text).measures
        for t in m.targets
    ]


SENTENCE = (
    "新建重点实验室12家以上，每年培训技能人才1.5万人次，其中工匠300名左右，实现园区服务站全覆盖"
)
NOISES = st.lists(
    st.tuples(
        st.integers(1, len(SENTENCE) - 1),
        st.sampled_from([" ", "\n", "\r\n", "\n\n", "\u3000", "\u200b"]),
    ),
    min_size=1,
    max_size=4,
)


@given(NOISES)
@settings(max_examples=120, deadline=None)
def test_breaks_and_blanks_inside_a_sentence_change_no_value(noises: list[tuple[int, str]]) -> None:
    plan = BRACKETED.replace("新建实验室5家以上", SENTENCE)
    begin = plan.index(SENTENCE)
    noisy = plan
    for at, noise in sorted(noises, reverse=True):
        noisy = noisy[: begin + at] + noise + noisy[begin + at :]

    assert values(noisy) == values(plan)
