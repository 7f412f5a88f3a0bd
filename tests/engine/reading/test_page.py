"""The page of a reading: whole text, linked both ways, safe."""

import re

from tests.engine.reading.plans import BRACKETED, HEAD, LABELLED, WEB
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


def test_every_kind_is_told_with_what_it_says() -> None:
    text = (
        f"{HEAD}1. 做好工作。2022年底前印发人才办法。实现镇街全覆盖。每季度通报进度。"
        "引进人才5名。（责任单位：市人社局）"
    )

    page = render_html(text, read_plan(text))

    details = re.findall(r'<div class="more">(.*?)</div>', page)
    assert details == ["印发：人才办法，到 2022 年", "镇街", "每季度", "人才"]


def test_what_needs_a_look_is_listed() -> None:
    text = BRACKETED.replace("2. 建", "4. 建")

    page = render_html(text, read_plan(text))

    assert "<h3>请核对</h3><ul><li>措施编号从 1 跳到 4，中间可能有缺漏</li></ul>" in page
