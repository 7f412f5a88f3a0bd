"""A plan that somebody sends is read in a process apart, and comes back as if it had been read here."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document

from yingcai.engine.apart.parent import Stopped
from yingcai.engine.reading import docx_text, sent
from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.read import read_plan
from yingcai.engine.reading.source import load_text
from yingcai.engine.reading.units import UnitNames

PLAN = "云岫市人才行动计划（2018-2020）\n一、总体目标\n到2020年，引进高层次人才100名。\n".encode()


def test_it_comes_back_as_if_it_had_been_read_here() -> None:
    here = load_text(PLAN, name="计划.txt")

    found = sent.read_sent(PLAN, name="计划.txt", units={})

    assert found.source == here
    assert found.document == read_plan(here.text, units=UnitNames({})).as_dict()


def test_what_runs_apart_tells_the_reading_or_the_refusal() -> None:
    given = {"name": "计划.txt", "units": {}}

    assert [set(told) for told in sent.told_plan(PLAN, given)] == [{"source", "document"}]
    assert list(sent.told_plan(b"", given)) == [
        {"code": "plan-empty", "where": "计划.txt", "places": {}}
    ]


def test_a_refusal_comes_back_with_its_way_out() -> None:
    with pytest.raises(ReadingError) as refused:
        sent.read_sent(b"", name="计划.txt", units={})

    assert (refused.value.code, refused.value.where) == ("plan-empty", "计划.txt")
    assert str(refused.value) == "计划.txt：文件是空的。请选择含有计划全文的文件。"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("memory", "内存超过一份计划的限度"), ("time", "秒内没有读完"), ("broken", "读不出来")],
)
def test_a_reader_that_was_stopped_is_told_as_that(
    reason: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_given: Any) -> Iterator[Any]:
        raise Stopped(reason)
        yield

    monkeypatch.setattr(sent, "apart", stopped)

    with pytest.raises(ReadingError, match=words):
        sent.read_sent(PLAN, name="计划.txt", units={})


def test_a_word_file_whose_main_part_is_other_xml_is_refused() -> None:
    sound, other = io.BytesIO(), io.BytesIO()
    Document().save(sound)
    with zipfile.ZipFile(sound) as held, zipfile.ZipFile(other, "w") as written:
        for name in held.namelist():
            written.writestr(name, b"<a/>" if name == "word/document.xml" else held.read(name))

    with pytest.raises(ReadingError, match="已损坏或不是"):
        docx_text.read(other.getvalue(), name="计划.docx")
