"""Ordinals, dates, names and titles as official documents print them."""

import doctest
from datetime import date

import pytest

from yingcai.engine.documents import wording
from yingcai.engine.documents.layout import mark_size, signature_insets
from yingcai.engine.documents.title import title_lines
from yingcai.engine.documents.wording import (
    HeadingNumbers,
    chinese_number,
    clean_text,
    join_names,
    text_width,
    with_colon,
)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(wording).failed == 0


@pytest.mark.parametrize("number", [0, 10_000, -1])
def test_a_number_out_of_range_has_no_chinese_form(number: int) -> None:
    with pytest.raises(ValueError, match="is not between 1 and 9999"):
        chinese_number(number)


def test_headings_are_numbered_anew_under_each_parent() -> None:
    numbers = HeadingNumbers()

    printed = [numbers.next(level) for level in (1, 2, 3, 4, 4, 3, 2, 1, 2, 3)]

    assert printed == [
        "一、",
        "（一）",
        "1.",
        "（1）",
        "（2）",
        "2.",
        "（二）",
        "二、",
        "（一）",
        "1.",
    ]


def test_controls_and_directional_marks_are_dropped_and_lines_joined() -> None:
    assert clean_text("金额\u202e123\x00元\r\n\t左\ud800右 ") == "金额123元 左右"


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (("市委办公室", "市政府办公室"), "市委办公室、市政府办公室。"),
        (("市委办公室，", "各县。"), "市委办公室，各县。"),
        ((), ""),
        (("",), ""),
    ],
)
def test_copies_are_parted_and_ended(names: tuple[str, ...], line: str) -> None:
    assert join_names(names) == line


def test_the_addressee_ends_with_one_full_width_colon() -> None:
    assert [with_colon(name) for name in ("各县", "各县：", "各县:", " ")] == [
        "各县：",
        "各县：",
        "各县：",
        "",
    ]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于进展情况的通报", ["关于进展情况的通报"]),
        (
            "关于2026年4月全市人才工作重点目标任务进展情况的通报",
            ["关于2026年4月全市人才工作", "重点目标任务进展情况的通报"],
        ),
        (
            "云溪市人才工作领导小组关于印发《云溪市人才新政实施细则》的通知",
            ["云溪市人才工作领导小组", "关于印发《云溪市人才新政实施细则》的通知"],
        ),
        ("作者自己断的标题\n第二行", ["作者自己断的标题", "第二行"]),
    ],
)
def test_a_title_turns_where_its_meaning_does(title: str, lines: list[str]) -> None:
    assert title_lines(title, characters=20) == lines


def test_no_line_of_a_title_is_wider_than_the_page_and_no_word_is_lost() -> None:
    title = "关于" + "加快建设新时代人才强市和青年发展型城市、" * 6 + "的若干意见"

    lines = title_lines(title, characters=20)

    assert "".join(lines) == title
    assert max(map(text_width, lines)) <= 40
    assert not any(line[0] in "、，。的" for line in lines)


def test_a_title_that_lines_of_even_width_cannot_hold_takes_one_line_more() -> None:
    # Eighty half characters fill two lines, but a wide character cannot be cut in the middle.
    title = "A" + "云" * 39 + "B"

    lines = title_lines(title, characters=20)

    assert "".join(lines) == title
    assert [text_width(line) for line in lines] == [27, 26, 27]


def test_a_word_wider_than_the_page_is_broken_all_the_same() -> None:
    assert title_lines("A" * 90, characters=20) == ["A" * 30] * 3
    assert title_lines("  ", characters=20) == []


def test_the_mark_fills_the_line_within_bounds() -> None:
    sizes = [mark_size("云" * characters) for characters in (4, 12, 30)]

    assert [str(size) for size in sizes] == ["42", "35", "22"]


def test_the_date_stands_four_characters_in_and_the_organ_is_centred_on_it() -> None:
    organ, day = signature_insets("云溪市人才办", date(2026, 5, 8))

    assert organ == 4
    assert day == 4


def test_a_long_organ_stays_in_the_text_block_and_moves_the_date() -> None:
    organ, day = signature_insets("云溪市人才工作领导小组办公室综合协调科", date(2026, 5, 8))

    assert organ == 0
    assert day == 6.5
