"""The page of a reading: whole text, linked both ways, safe."""

import re

from tests.engine.reading.plans import BRACKETED, LABELLED, WEB
from yingcai.engine.reading import read_plan, render_html


def test_every_item_is_linked_with_its_words() -> None:
    page = render_html(LABELLED, read_plan(LABELLED))

    anchors = set(re.findall(r'id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))

    assert links == anchors
    assert len(anchors) == len(re.findall(r"<mark ", page)) * 2


def test_the_whole_text_is_there() -> None:
    page = render_html(BRACKETED, read_plan(BRACKETED))

    shown = page[page.index('<div class="text">') : page.index("</div></section>")]

    assert re.sub(r"<sup>.*?</sup>|<[^>]+>", "", shown) == BRACKETED


def test_markup_of_the_plan_is_shown_and_never_run() -> None:
    text = WEB.replace("遴选人才", "<script>alert(1)</script>遴选人才")

    page = render_html(text, read_plan(text))

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_kinds_are_told_in_words_and_not_by_colour_alone() -> None:
    page = render_html(BRACKETED, read_plan(BRACKETED))

    assert "<sup>目标</sup>" in page
    assert "<sup>规则</sup>" in page


def test_the_page_needs_nothing_else() -> None:
    page = render_html(BRACKETED, read_plan(BRACKETED))

    assert re.findall(r"(?:src|href)=\"(?!#)", page) == []
    assert '<html lang="zh-CN">' in page
    assert "@media print" in page
