"""Reading files: what is taken in which writing, what is refused with which sentence, never a traceback."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
import xlsxwriter
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from yingcai.engine.documents.sheet import Sheet, SheetColumn, Value, write_csv, write_sheet
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.types import Enum
from yingcai.engine.sealing import NotSealed, new_key
from yingcai.registry.evidence_files import place_of, take_away
from yingcai.registry.import_files import bound_to, open_cells, seal_cells
from yingcai.registry.importing.files import FileRefused, Limits
from yingcai.registry.importing.rows import _labels, problem_words
from yingcai.registry.importing.sheets import Faulty, faulty_csv, faulty_xlsx
from yingcai.registry.importing.words import FILES, file_words
from yingcai.registry.importing.workbook import open_table
from yingcai.registry.sealed_files import lay_down_sealed, opener
from yingcai.registry.tests.make import make_city
from yingcai.registry.vocabulary import FactWord

HEAD = ["姓名", "证件号码"]
ROWS = [["赵明", "331002196001010012"], ["钱华", "33100219600102002X"]]
TEXT = "\r\n".join(",".join(row) for row in [HEAD, *ROWS])


def read(data: bytes, limits: Limits = Limits()) -> list[tuple[int, tuple[str, ...]]]:  # noqa: B008 - frozen
    table = open_table(lambda: io.BytesIO(data), len(data), limits)
    return [(0, table.head), *((line.number, line.cells) for line in table.lines)]


def refusal(data: bytes, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    with pytest.raises(FileRefused) as refused:
        read(data, limits)
    sentence = file_words(refused.value.code, refused.value.places)
    assert "\n" not in sentence
    assert "{" not in sentence
    return refused.value.code


EXPECTED = [(0, tuple(HEAD)), (2, tuple(ROWS[0])), (3, tuple(ROWS[1]))]


@pytest.mark.parametrize(
    "form", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_usual_writing(form: str, delimiter: str) -> None:
    # Without its mark UTF-16 is told by the zeros of Latin letters and digits.
    text = TEXT.replace(",", delimiter)
    assert read(text.encode(form)) == EXPECTED


def test_an_xlsx_is_read_as_somebody_would_write_it() -> None:
    columns = tuple(SheetColumn(title) for title in ("a", "b", "c", "d"))
    rows: list[list[Value]] = [
        ["=1+1", date(1931, 2, 3), 12, "  x "],
        [None, None, None, None],
        ["y", None, None, None],
    ]
    assert read(write_sheet([Sheet("表", columns, rows)])) == [
        (0, ("a", "b", "c", "d")),
        (2, ("=1+1", "1931-02-03", "12", "x")),
        (4, ("y", "", "", "")),
    ]


def book(fill: Callable[[Workbook, Worksheet], object]) -> bytes:
    """An .xlsx as somebody else would make it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet("名单")
        for number, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(number, 0, row)
        fill(made, sheet)
    return buffer.getvalue()


def repacked(data: bytes, extra: dict[str, bytes]) -> bytes:
    """The package with further members."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in extra.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def replaced(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one member changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == member else content)
    return buffer.getvalue()


SOUND = book(lambda made, sheet: None)
FIRST = "xl/worksheets/sheet1.xml"


def far_row(content: bytes) -> bytes:
    return content.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file-empty"),
    "only titles": ("姓名,证件号码".encode() + b"\n", ""),
    "blank rows": (b",,\n" * 1000, "file-empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "file-other"),
    "a PDF": (b"%PDF-1.7 ...", "file-other"),
    "an old or sealed workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file-old"),
    "a zero in a cell": ("姓名\n赵\0明\n".encode(), "file-control"),
    "a bell in a cell": ("姓名\n赵\a明\n".encode(), "file-control"),
    "broken UTF-8 with its mark": (b"\xef\xbb\xbf" + "姓名".encode() + b"\n\xff\n", "file-broken"),
    "broken UTF-8 late": (("姓名\n" + "赵明华\n" * 20).encode() + b"\xe8\xb5\n", "file-broken"),
    "half a UTF-16": ("姓名\n赵明".encode("utf-16") + b"\x00", "file-broken"),
    "a quote without end": ('姓名\n"赵明\n'.encode() + "钱华\n".encode() * 30_000, "file-quotes"),
    "a cell under no title": ("姓名\n赵明,331002\n".encode(), "file-wide"),
    "a long cell": (("姓名\n" + "赵" * 2001).encode(), "file-cell"),
    "too many columns": (("列," * 201).encode() + b"\nx", "file-columns"),
    "a formula": (
        book(lambda made, sheet: sheet.write_formula("C2", "=HYPERLINK(A1)", None, "x")),
        "file-formula",
    ),
    "merged cells": (
        book(lambda made, sheet: sheet.merge_range("A5:B5", "合计")),
        "file-merged",
    ),
    "no visible sheet": (
        replaced(
            SOUND,
            "xl/workbook.xml",
            lambda content: content.replace(
                b'name="\xe5\x90\x8d\xe5\x8d\x95"', b'name="x" state="hidden"'
            ),
        ),
        "file-hidden",
    ),
    "a link outside": (
        repacked(SOUND, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        "file-links",
    ),
    "macros": (repacked(SOUND, {"xl/vbaProject.bin": b"x"}), "file-macros"),
    "a nested archive": (repacked(SOUND, {"xl/media/more.zip": b"PK"}), "file-embedded"),
    "an embedded file": (repacked(SOUND, {"xl/embeddings/one.bin": b"x"}), "file-embedded"),
    "a path upwards": (repacked(SOUND, {"../../evil.xml": b"<x/>"}), "file-hostile"),
    "a bomb": (repacked(SOUND, {"xl/media/x.bin": b"\0" * 210_000_000}), "file-unpacked"),
    "too many members": (
        repacked(SOUND, {f"xl/media/{n}.bin": b"" for n in range(2001)}),
        "file-unpacked",
    ),
    "a cell at the very end": (replaced(SOUND, FIRST, far_row), "file-heavy"),
    "entities": (
        replaced(
            SOUND,
            FIRST,
            lambda content: (
                b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content.replace(b"<v>0</v>", b"<v>&a;</v>")
            ),
        ),
        "file-damaged",
    ),
    "a torn package": (SOUND[: len(SOUND) // 2], "file-damaged"),
    "another package": (repacked(b"", {"word/document.xml": b"<x/>"}), "file-damaged"),
}


@pytest.mark.parametrize("case", [name for name, (_, code) in HOSTILE.items() if code])
def test_a_hostile_file_is_refused_with_one_sentence(case: str) -> None:
    data, code = HOSTILE[case]
    assert refusal(data) == code


def test_titles_alone_are_a_table_without_rows() -> None:
    assert read(HOSTILE["only titles"][0]) == [(0, tuple(HEAD))]


def test_hidden_sheets_beside_a_visible_one_are_not_read() -> None:
    data = book(lambda made, sheet: made.add_worksheet("备份").hide())
    assert read(data) == EXPECTED


def test_a_table_that_begins_further_down_keeps_the_numbers_of_its_rows() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet("名单")
        sheet.write_row(2, 1, HEAD)
        sheet.write_row(5, 1, ROWS[0])
    assert read(buffer.getvalue()) == [(0, ("", *HEAD)), (6, ("", *ROWS[0]))]


def test_a_rounded_number_shows_that_it_is() -> None:
    data = book(lambda made, sheet: sheet.write_number(1, 1, 331002196001010012))
    assert read(data)[1] == (2, ("赵明", "3.31002E+17"))


def test_limits_hold_while_reading() -> None:
    data = TEXT.encode()
    assert refusal(data, Limits(rows=2)) == "file-rows"
    assert refusal(data, Limits(csv_bytes=10)) == "file-size"
    assert refusal(SOUND, Limits(xlsx_bytes=10)) == "file-size"
    assert refusal(("名\n" + "x\n" * 1000).encode(), Limits(seconds=-1)) == "file-slow"


def test_a_million_blank_rows_are_refused_or_passed_over() -> None:
    assert refusal(TEXT.encode() + b"\n," * 1_100_001) == "file-rows"
    assert read(TEXT.encode() + b"\n," * 10_000) == EXPECTED


def test_every_refusal_has_both_languages() -> None:
    for words in FILES.values():
        assert words["zh"]
        assert words["en"]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]),
    max_size=12,
).map(lambda text: " ".join(text.split()))


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_our_writer_wrote_is_read_as_it_was(rows: list[list[str]]) -> None:
    head = ["甲", "乙", "丙"]
    wanted = [(0, tuple(head))]
    wanted += [(n, tuple(row)) for n, row in enumerate(rows, start=2) if any(row)]
    columns = tuple(SheetColumn(title) for title in head)
    assert read(write_sheet([Sheet("表", columns, rows)])) == wanted
    assert read(write_csv([head, *rows])) == wanted


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe", "姓名,号码\n".encode()):
        try:
            read(start + data)
        except FileRefused as refused:
            assert file_words(refused.code, refused.places)  # noqa: PT017 - either is right


@given(st.lists(st.text(max_size=20), max_size=6), st.integers(0, 2_000_000))
@settings(max_examples=60, deadline=None)
def test_a_sealed_row_opens_as_it_was_and_nowhere_else(cells: list[str], number: int) -> None:
    cells = [cell.encode("utf-8", "ignore").decode() for cell in cells]
    key, handle = new_key(), uuid4()
    sealed = seal_cells(key, handle, number, cells)
    assert open_cells(key, handle, number, sealed) == tuple(cells)
    for other in ((handle, number + 1), (uuid4(), number)):
        with pytest.raises(NotSealed):
            open_cells(key, *other, sealed)


def test_a_sealed_file_is_read_as_a_stream_and_whole() -> None:
    key, bound = new_key(), bound_to(uuid4())
    data = TEXT.encode("gb18030") * 3
    stored = lay_down_sealed([data[:5], b"", data[5:]], key, bound)
    opened = opener(stored.stored_as, key, bound)
    assert (stored.size, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    for _ in range(2):
        with opened() as file:
            assert file.read(3) + file.read() == data

    path = place_of(stored.stored_as)
    path.write_bytes(path.read_bytes()[:-46])  # its last, empty piece
    with opened() as file, pytest.raises(NotSealed):
        file.read()
    take_away(stored.stored_as)
    take_away(stored.stored_as)
    assert not path.exists()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_what_looks_like_a_formula_goes_out_as_text_and_comes_back_as_it_was(sign: str) -> None:
    cells = [f"{sign}cmd|' /C calc'!A0", "331002"]
    rows = [Faulty(2, cells, ["没有填写"])]
    data = faulty_xlsx(HEAD, rows, mark=f"{sign}1")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "sheets/" in name]
    assert not any(re.search(rb"<f[ >]", part) for part in parts)
    for form in (data, faulty_csv(HEAD, rows)):
        assert read(form)[1] == (2, (*cells, "没有填写"))


def labels(*pairs: tuple[str, str]) -> dict[str, str]:
    """What a list of values with these ids and Chinese labels is chosen by."""
    values = [{"id": name, "zh": zh, "en": name} for name, zh in pairs]
    kind = Enum("person.x", tuple(name for name, _ in pairs))
    word = FactType("person.x", kind, {"zh": "某"}, value_labels={one["id"]: one for one in values})
    return _labels(FactWord("person.x", word, "personal", 1, "applicant"))


def test_a_value_is_chosen_by_its_label_or_the_remark_in_it() -> None:
    found = labels(("bachelor", "本科（学士）"), ("master", "硕士"))
    assert found == {
        "本科": "bachelor",
        "学士": "bachelor",
        "bachelor": "bachelor",
        "硕士": "master",
        "master": "master",
    }


def test_a_remark_of_two_values_chooses_neither() -> None:
    found = labels(("a", "教授（正高）"), ("b", "主任医师（正高）"))
    assert "正高" not in found
    assert (found["教授"], found["主任医师"]) == ("a", "b")


def test_a_wrong_value_is_told_with_those_that_can_stand(db: None) -> None:
    make_city()
    assert problem_words("value", "person.degree") == "不是这一项可用的值：可用 学士、硕士、博士"
    assert problem_words("value", "person.salary") == "不是这一项可用的值"
    with translation.override("en"):
        said = problem_words("value", "person.degree")
    assert said == "it is no value that this column takes; it takes: Bachelor, Master, Doctor"
    assert problem_words("number-twice", "number", 7) == "与第 7 行的号码相同"
