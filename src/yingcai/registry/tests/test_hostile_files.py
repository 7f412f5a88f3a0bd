"""A hostile file is refused with a code, or read as what it is; where it is refused nothing of it stays."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from yingcai.audit.models import Event
from yingcai.engine import archives
from yingcai.engine.apart import parent
from yingcai.engine.apart.parent import Bounds
from yingcai.engine.reading import ReadingError, read_sent
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.plan.actions import import_plan
from yingcai.plan.errors import Unreadable
from yingcai.plan.models import Plan
from yingcai.registry.actions.requests import Upload, Wish, request_change
from yingcai.registry.errors import InvalidFact, InvalidSubject
from yingcai.registry.evidence_files import PDF, file_problem, file_type
from yingcai.registry.importing import files, workbook
from yingcai.registry.importing.files import FileRefused, Limits
from yingcai.registry.importing.words import FILES, file_words
from yingcai.registry.importing.workbook import open_table, told_rows
from yingcai.registry.models import ChangeRequest, ImportBatch, ImportKey, ImportRow
from yingcai.registry.pictures import pixels
from yingcai.registry.tests.make import NOW, make_person
from yingcai.registry.tests.make_hostile import (
    HEAD,
    LAUGHS,
    MEGABYTE,
    OUTSIDE,
    PICTURE,
    PLAN,
    ROWS,
    SHEET,
    SOUND,
    TEXT,
    Member,
    archive,
    blank_rows,
    book,
    changed,
    declared,
    held,
    overlapping,
    packed,
    pdf,
    pdf_bomb,
    shared_text,
    with_member,
    zeros,
)
from yingcai.registry.tests.make_imports import check, upload

Made = Callable[[], bytes]
Told = list[tuple[str, ...]]
DAY = date(1931, 2, 3)


def read(data: bytes) -> Told:
    """The titles and the rows."""
    table = open_table(lambda: io.BytesIO(data), len(data))
    return [table.head, *(line.cells for line in table.lines)]


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read(data)
    assert file_words(refused.value.code, refused.value.places)
    return refused.value.code


def bomb(megabytes: int, *, says: int) -> bytes:
    raw = zeros(megabytes)
    return with_member(SOUND, Member("xl/media/x.bin", raw, zipfile.ZIP_DEFLATED, size=says, crc=0))


def dated(serial: str, **options: bool) -> bytes:
    """A third row whose first cell is formatted as a day, with this number in it."""
    look = {"num_format": "yyyy-mm-dd"}
    data = book(
        lambda made, sheet: sheet.write_datetime(3, 0, DAY, made.add_format(look)), **options
    )
    written = "9895" if options else "11357"
    return changed(data, SHEET, f"<v>{written}</v>", f"<v>{serial}</v>")


INSIDE = Member("a.txt", b"a")
REFUSED: dict[str, tuple[Made, str]] = {
    "an archive in the archive": (
        lambda: with_member(SOUND, Member("xl/media/x.zip", archive([INSIDE]))),
        "file-embedded",
    ),
    "members that overlap": (lambda: overlapping(SOUND), "file-hostile"),
    "two members of one name": (lambda: with_member(SOUND, held(SOUND)[0]), "file-hostile"),
    "10 GB in 10 MB": (partial(bomb, 10_240, says=10_240 * MEGABYTE), "file-unpacked"),
    "10 GB that say they are 1 KB": (partial(bomb, 10_240, says=1000), "file-damaged"),
    "100 MB in 100 KB": (partial(bomb, 100, says=100 * MEGABYTE), "file-unpacked"),
    "an entity from a file": (
        lambda: declared(SOUND, "xl/sharedStrings.xml", OUTSIDE, old="姓名", new="&a;"),
        "file-damaged",
    ),
    "a billion laughs": (
        lambda: declared(SOUND, "xl/sharedStrings.xml", LAUGHS, old="姓名", new="&j;"),
        "file-damaged",
    ),
    "an entity that is not used": (
        lambda: declared(SOUND, "xl/sharedStrings.xml", OUTSIDE, old="姓名", new="姓名"),
        "file-damaged",
    ),
    "merged cells": (
        lambda: book(lambda made, sheet: sheet.merge_range("A5:B5", "合计")),
        "file-merged",
    ),
    "a formula with its last value": (
        lambda: book(lambda made, sheet: sheet.write_formula("A5", "=1+1", None, 2)),
        "file-formula",
    ),
    "a sheet of formulas kept elsewhere": (
        lambda: changed(
            archive(
                Member("xl/other/one.xml" if one.name == SHEET else one.name, one.raw)
                for one in held(book(lambda made, sheet: sheet.write_formula("A5", "=1+1")))
            ),
            "xl/_rels/workbook.xml.rels",
            "worksheets/sheet1.xml",
            "other/one.xml",
        ),
        "file-formula",
    ),
    "a sheet under a name in disguise": (
        lambda: changed(SOUND, "xl/_rels/workbook.xml.rels", "worksheets/sheet1", "worksheets/shee&#116;1"),
        "file-damaged",
    ),
    "a link to another file": (
        lambda: with_member(SOUND, Member("xl/externalLinks/externalLink1.xml", b"<x/>")),
        "file-links",
    ),
    "a hidden row": (
        lambda: book(lambda made, sheet: sheet.set_row(1, None, None, {"hidden": True})),
        "file-hidden-rows",
    ),
    "a hidden column": (
        lambda: book(lambda made, sheet: sheet.set_column(1, 1, None, None, {"hidden": True})),
        "file-hidden-rows",
    ),
    "a link instead of a member": (
        lambda: with_member(SOUND, Member("xl/media/x.xml", b"/etc/passwd", mode=0o120777)),
        "file-hostile",
    ),
    "a path upwards": (lambda: with_member(SOUND, Member("../../x.xml", b"<x/>")), "file-hostile"),
    "a path upwards the other way": (
        lambda: with_member(SOUND, Member("xl\\..\\..\\x.xml", b"<x/>")),
        "file-hostile",
    ),
    "a path from a drive": (lambda: with_member(SOUND, Member("C:/x.xml", b"<x/>")), "file-hostile"),
    "encrypted members": (
        lambda: archive(Member(one.name, one.raw, flags=1) for one in held(SOUND)),
        "file-damaged",
    ),
    "members packed in another way": (
        lambda: archive(Member(one.name, one.raw, method=12) for one in held(SOUND)),
        "file-damaged",
    ),
    "3,000 members": (
        lambda: with_member(SOUND, *(Member(f"xl/media/{n}", b"") for n in range(3000))),
        "file-unpacked",
    ),
    "an encrypted or old workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "file-old",
    ),
    "a binary workbook under this name": (
        lambda: archive([Member("[Content_Types].xml", b"<x/>"), Member("xl/workbook.bin", b"x")]),
        "file-damaged",
    ),
    "an open document under this name": (
        lambda: archive([Member("mimetype", b"x"), Member("content.xml", b"<x/>")]),
        "file-damaged",
    ),
    "a PDF that is an archive too": (lambda: pdf("<</Type/Catalog>>", junk=SOUND), "file-other"),
    "a picture that is a script too": (lambda: b"GIF89a/*" + b"*/=1;alert(1)", "file-other"),
    "a far cell": (
        lambda: changed(SOUND, SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "file-heavy",
    ),
    "a long text in every cell": (lambda: shared_text(10_000), "file-heavy"),
    "a CSV with NUL": (lambda: TEXT.replace("赵明", "赵\0明").encode(), "file-control"),
    "a quote that never closes": (
        lambda: (TEXT + '\r\n"' + "钱华\r\n" * 50_000).encode(),
        "file-quotes",
    ),
    "a record that never ends": (lambda: (TEXT + '\r\n"' + 'x","\n' * 300_000).encode(), "file-record"),
    "10 MB in one line": (lambda: b"x" * 10_000_000, "file-record"),
    "10 million commas in one line": (lambda: b"," * 10_000_000, "file-record"),
    "100,000 columns": (lambda: b"a," * 100_000, "file-columns"),
}  # fmt: skip

PEOPLE = [tuple(row) for row in [HEAD, *ROWS]]
READ: dict[str, tuple[Made, Told]] = {
    "1,048,576 blank rows": (partial(blank_rows, 1_048_576), PEOPLE),
    "a hidden sheet beside the one that is seen": (
        lambda: book(lambda made, sheet: made.add_worksheet("备份").hide()),
        PEOPLE,
    ),
    "days counted from 1904": (partial(dated, "9895", date_1904=True), [*PEOPLE, ("1931-02-03", "")]),
    "the first day of 1900": (partial(dated, "1"), [*PEOPLE, ("1900-01-01", "")]),
    "a day before 1900, which is no day": (partial(dated, "-400"), [*PEOPLE, ("00:00:00", "")]),
    "GBK": (lambda: TEXT.encode("gbk"), PEOPLE),
    "UTF-16": (lambda: TEXT.encode("utf-16"), PEOPLE),
    "a mark at the beginning": (lambda: TEXT.encode("utf-8-sig"), PEOPLE),
    "mixed ends of lines": (
        lambda: "姓名,证件号码\r赵,1\n钱,2\r\n孙,3".encode(),
        [tuple(HEAD), ("赵", "1"), ("钱", "2"), ("孙", "3")],
    ),
    "digits in full width": (
        lambda: "姓名,证件号码\n赵,３３１\n".encode(),
        [tuple(HEAD), ("赵", "３３１")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_list_is_refused_with_its_code(kind: str) -> None:
    made, code = REFUSED[kind]

    assert refusal(made()) == code


@pytest.mark.parametrize("kind", READ)
def test_an_odd_list_is_read_as_what_it_is(kind: str) -> None:
    made, rows = READ[kind]

    assert read(made()) == rows


def test_a_workbook_cut_off_anywhere_is_damaged() -> None:
    for percent in range(1, 100):
        data = SOUND[: len(SOUND) * percent // 100]
        assert list(told_rows(data, {})) == [(0, {"code": "file-damaged", "places": {}})]


def test_every_code_of_the_corpus_has_words_in_both_languages() -> None:
    for _made, code in REFUSED.values():
        assert set(FILES[code]) == {"zh", "en"}


# -- nothing is left ---------------------------------------------------------------------------


def lying() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT)
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.fixture
def office(city: None) -> User:
    return make_user("meng", role=Role.OFFICE)


@pytest.mark.parametrize("kind", ["members that overlap", "a far cell", "a record that never ends"])
def test_a_refused_list_leaves_no_batch_no_file_and_no_audit_row(kind: str, office: User) -> None:
    made, code = REFUSED[kind]
    files_before, events = lying(), Event.objects.count()
    batch = None

    if (
        kind == "a record that never ends"
    ):  # its titles can be read; the rest is found when it is checked
        batch = check(upload(office, made()), office)
    else:
        with pytest.raises(InvalidSubject):
            upload(office, made())

    assert lying() == files_before
    assert not ImportRow.objects.exists()
    assert not ImportKey.objects.exists()
    if batch is None:
        assert not ImportBatch.objects.exists()
        assert Event.objects.count() == events
    else:
        assert batch.status == ImportBatch.Status.REFUSED
        assert batch.unreadable == {"code": code, "places": {"row": 4, "most": 1_000_000}}
        assert batch.stored_as == ""


PLANS: dict[str, tuple[Made, str]] = {
    "a Word file with a billion laughs": (
        lambda: declared(PLAN, "word/document.xml", LAUGHS, old="一、", new="&j;一、"),
        "这个 Word 文件已损坏或不是 .docx",
    ),
    "a Word file whose members overlap": (
        lambda: with_member(PLAN, Member("word/x.xml", b"", size=99, at=0)),
        "这个 Word 文件已损坏或不是 .docx",
    ),
    "a Word file with a path upwards": (
        lambda: with_member(PLAN, Member("../x", b"x")),
        "这个 Word 文件已损坏或不是 .docx",
    ),
    "a Word file with a bomb": (
        lambda: with_member(PLAN, Member("word/x.xml", zeros(50), 8, size=50 * MEGABYTE, crc=0)),
        "文件解压后超出一份计划的大小，为安全起见没有打开",
    ),
    "a Word table a thousand million columns wide": (
        lambda: changed(
            PLAN,
            "word/document.xml",
            "<w:sectPr",
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl><w:sectPr',
        ),
        "文件太大，读取它需要的内存超过一份计划的限度",
    ),
    "a Word file nested half a million times": (
        lambda: packed(
            changed(PLAN, "word/document.xml", "<w:sectPr", "<w:x>" * 99_999 + "</w:x>" * 99_999 + "<w:sectPr")
        ),
        "这个 Word 文件已损坏或不是 .docx",
    ),
    "a workbook under the name of a Word file": (
        lambda: SOUND,
        "压缩包里没有 Word 正文，不是 .docx 文件",
    ),
    "a PDF that unpacks to a gigabyte": (
        lambda: pdf_bomb(1000),
        "文件太大，读取它需要的内存超过一份计划的限度",
    ),
    "a PDF whose pages run in a circle": (
        lambda: pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999>>"),
        "文件有 99999 页，一份计划不超过 400 页",
    ),
    "a PDF that is an archive too": (
        lambda: pdf("<</Type/Catalog>>", junk=SOUND),
        "这个 PDF 文件已损坏或加了密码",
    ),
    "a picture that is a script too": (
        lambda: b"GIF89a/*" + bytes(200) + b"*/=1;alert(1)",
        "读不出文字，编码不是 UTF-8、UTF-16 或 GB18030",
    ),
    "a text of bytes": (lambda: bytes(range(256)) * 40, "读不出文字，编码不是 UTF-8、UTF-16 或 GB18030"),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLANS)
def test_a_hostile_plan_is_refused_with_its_sentence(kind: str) -> None:
    made, what = PLANS[kind]

    with pytest.raises(ReadingError) as refusal:
        read_sent(made(), name="计划", units={})

    assert (refusal.value.what, refusal.value.where) == (what, "计划")
    assert refusal.value.way_out.startswith("请")


def test_an_entity_of_a_plan_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("一、到2020年，引进密探99名。", encoding="utf-8")
    outside = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    data = declared(PLAN, "word/document.xml", outside, old="一、到", new="一、&a;到")

    text = read_sent(data, name="计划", units={}).source.text

    assert "云州市人才计划" in text
    assert "密探" not in text


def test_a_text_that_is_made_to_be_slow_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "BOUNDS", Bounds(seconds=2))
    quick = partial(parent.apart, bounds=Bounds(seconds=2))
    monkeypatch.setattr("yingcai.engine.reading.sent.apart", quick)

    with pytest.raises(ReadingError, match="文件太复杂，10 秒内没有读完"):
        read_sent(("亿元" * 100_000).encode(), name="计划", units={})


def test_a_refused_plan_leaves_no_row_and_no_audit_row(office: User) -> None:
    events = Event.objects.count()

    with pytest.raises(Unreadable, match="太大"):
        import_plan(pdf_bomb(1000), "计划.pdf", actor=office, now=NOW)

    assert not Plan.objects.exists()
    assert Event.objects.count() == events


EVIDENCE: dict[str, tuple[str, Made, str]] = {
    "a picture of 8,100 million pixels": ("证明.png", lambda: PICTURE, "图片超过一亿像素"),
    "a picture that is a script too": ("证明.gif", lambda: b"GIF89a/*" + b"*/=1;alert(1)", "只收"),
    "a Word file whose members overlap": (
        "证明.docx",
        lambda: with_member(PLAN, Member("word/x.xml", b"", size=99, at=0)),
        "只收",
    ),
    "a workbook with a path upwards": ("证明.xlsx", lambda: with_member(SOUND, Member("../x", b"")), "只收"),
    "a workbook with a bomb": ("证明.xlsx", partial(bomb, 10_240, says=10_240 * MEGABYTE), "只收"),
    "60,000 members": (
        "证明.docx",
        lambda: archive(Member("x", b"") for _ in range(60_000)),
        "只收",
    ),
    "a PDF under the name of a picture": ("证明.png", lambda: pdf("<<>>"), "与文件名的后缀不符"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVIDENCE)
def test_hostile_evidence_is_refused_and_nothing_of_it_stays(kind: str, office: User) -> None:
    name, made, sentence = EVIDENCE[kind]
    person = make_person("赵明")
    files_before, events = lying(), Event.objects.count()

    with pytest.raises(InvalidFact) as refused:
        request_change(
            person,
            Wish("person.degree", "master", "写错了"),
            evidence=Upload(name, made()),
            actor=office,
            now=NOW,
        )

    assert [
        problem
        for problem in refused.value.problems
        if problem.startswith(sentence) or sentence in problem
    ]
    assert lying() == files_before
    assert not ChangeRequest.objects.exists()
    assert Event.objects.count() == events


def test_a_pdf_that_is_an_archive_too_is_kept_as_a_pdf_that_nothing_opens() -> None:
    data = pdf("<</Type/Catalog>>", junk=SOUND)

    assert file_type(data) is PDF
    assert file_problem("证明.pdf", data) == ""


def test_the_pixels_of_a_picture_stand_in_its_header() -> None:
    frame = b"\xff\xc0\x00\x11\x08" + (7000).to_bytes(2, "big") + (9000).to_bytes(2, "big")
    remark = b"\xff\xfe\x00\x04ab"

    assert pixels(PICTURE) == 90_000 * 90_000
    assert pixels(b"\xff\xd8" + remark + b"\xff" + frame) == 63_000_000
    assert pixels(b"\xff\xd8\xff\xd0" + frame) == 63_000_000
    assert pixels(b"\xff\xd8\xff") == 0
    assert pixels(b"\xff\xd8\xff\xe0\x00\x04ab12") == 0
    assert pixels(b"\x89PNG\r\n\x1a\n" + bytes(8) + b"JUNK" + bytes(8)) == 0


# -- planted faults: each check of this page finds the fault that it is for ------------------------


def without(name: str, module: Any = archives) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(module, name, lambda *given, **more: None)


PLANTED: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "the sizes and the ratio are not looked at": ("100 MB in 100 KB", without("_check_sizes")),
    "the places are not looked at": ("members that overlap", without("_check_places")),
    "the names are not looked at": ("a path upwards", without("_check_member")),
    "links are not looked at": ("a link instead of a member", without("_check_member")),
    "the names of parts are not looked at": ("an archive in the archive", without("_check_names", workbook)),
    "formulas and hidden rows are not looked at": ("a hidden row", without("_check_markup", workbook)),
    "entities are not looked at": ("an entity that is not used", without("_check_markup", workbook)),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_planted_in_the_looks_lets_the_file_through(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, plant = PLANTED[fault]
    made, code = REFUSED[kind]
    data = made()
    (_number, told), *_ = told_rows(data, {})
    assert told == {"code": code, "places": {}}

    plant(monkeypatch)

    (_number, told), *_ = told_rows(data, {})
    assert told != {"code": code, "places": {}}


def test_without_the_bound_of_a_record_a_line_would_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "_RECORD", 10**9)

    assert refusal(REFUSED["10 million commas in one line"][0]()) == "file-columns"


def test_without_the_process_apart_the_limits_are_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roomy = partial(parent.apart, bounds=Bounds(memory=1_500_000_000))
    monkeypatch.setattr(workbook, "apart", roomy)

    assert refusal(shared_text(10_000)) == "file-cell"
    assert Limits().cell < 30_000
