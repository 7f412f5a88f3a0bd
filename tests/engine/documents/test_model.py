"""A document is checked as a whole when it is made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.engine.documents.make import ISSUED_ON, make_document
from yingcai.engine.documents import (
    BEHIND,
    Annex,
    Column,
    Document,
    DocumentError,
    Heading,
    Light,
    Paragraph,
    RedHead,
    Row,
    Table,
    Tone,
)


def test_all_problems_are_told_at_once() -> None:
    short_row = Table((Column("单位"), Column("完成")), (Row(("云溪县",)),))

    with pytest.raises(DocumentError) as refusal:
        Document(
            title=" ",
            blocks=(Heading(5, "过深"), Heading(1, ""), short_row),
            issued_on=ISSUED_ON,
            head=RedHead(""),
            annexes=(Annex("", (Table((), ()),)),),
            printed_on=date(2026, 5, 7),
        )

    assert refusal.value.problems == [
        "标题是空的：请填写",
        "发文机关标志是空的：请填写",
        "附件1的标题是空的：请填写",
        "有印发日期而没有印发机关：请填写印发机关",
        "印发日期 2026-05-07 早于成文日期 2026-05-08：请改正其中一个日期",
        "正文第 1 段的标题层级是 5：只能是 1 至 4",
        "正文第 2 段的标题是空的：请填写或删去",
        "正文第 3 段的表格第 1 行有 1 格：应为 2 格",
        "附件1第 1 段的表格有 0 栏：只能是 1 至 24 栏",
    ]


TOO_LONG = "长" * 301


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: replace(d, title=TOO_LONG), "标题有 301 字：最多 300 字，请缩短"),
        (lambda d: replace(d, signature=TOO_LONG), "发文机关署名有 301 字：最多 300 字，请缩短"),
        (
            lambda d: replace(d, blocks=(Paragraph("字" * 3_000_001),)),
            "公文超过 3000000 字：请分成几件，或把明细另存为表格",
        ),
    ],
)
def test_what_is_too_long_is_refused(change: Callable[[Document], Document], problem: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        change(make_document())

    assert refusal.value.problems == [problem]


def test_a_table_too_long_for_print_is_refused() -> None:
    rows = (Row(("云溪县",)),) * 20_001

    with pytest.raises(DocumentError, match="有 20001 行：最多 20000 行，请另存为表格文件"):
        make_document(Table((Column("单位"),), rows))


def test_a_column_without_width_is_refused() -> None:
    with pytest.raises(DocumentError, match="第 1 栏宽度是 0：只能是 1 至 1000"):
        make_document(Table((Column("单位", width=0),), ()))


def test_a_light_says_its_word_beside_its_shape() -> None:
    assert BEHIND.text == "▲滞后"
    assert Light(Tone.NONE, "本月不报").text == "○本月不报"


def test_no_two_lights_share_shape_or_colour() -> None:
    assert len({tone.value for tone in Tone}) == len({tone.colour for tone in Tone}) == 4


@pytest.mark.parametrize("tone", Tone)
def test_the_colour_of_a_light_reads_on_white(tone: Tone) -> None:
    channels = [int(tone.colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert 1.05 / (luminance + 0.05) >= 4.5  # WCAG 2.2, 1.4.3
