"""The view of a text: every character knows where it came from."""

from yingcai.engine.reading.view import View, lines_of
from yingcai.engine.values import Span


def test_what_only_looks_like_an_entity_is_text() -> None:
    (line,) = lines_of("研&dx;发&amp;造")

    assert line.text == "研&dx；发&造"
    assert line.starts == [0, 1, 2, 3, 4, 5, 6, 11]
    assert line.ends == [1, 2, 3, 4, 5, 6, 11, 12]


def test_an_empty_stretch_stands_where_its_next_character_does() -> None:
    view = View("研发", [3, 7], [4, 8])

    assert view.raw(0, 2) == Span(3, 8)
    assert view.raw(1, 1) == Span(7, 7)
    assert view.raw(2, 2) == Span(0, 0)
