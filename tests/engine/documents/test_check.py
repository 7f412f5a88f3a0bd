"""Our documents pass the check; each planted fault is found, alone, with its clause."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from tests.engine.documents.make import make_bulletin, make_document, make_table
from tests.engine.documents.unpack import parts, planted
from yingcai.engine.documents import Document, DocumentError, Heading, Paragraph, RedHead
from yingcai.engine.documents.check import check_layout
from yingcai.engine.documents.command import check
from yingcai.engine.documents.docx import write_docx


def full_document() -> Document:
    return make_document(
        Paragraph("现将有关情况通报如下。"),
        Heading(1, "总体情况"),
        Heading(2, "目标进展"),
        Heading(3, "引进人才"),
        Heading(4, "高校毕业生"),
        Paragraph("累计到岗2380名。", lead="进度正常。"),
        make_table(),
    )


GOOD = write_docx(full_document())
STYLES = "word/styles.xml"
ODD, EVEN = "word/footer_odd.xml", "word/footer_even.xml"


@pytest.mark.parametrize(
    "document",
    [
        make_document(),
        make_document(plain=True),
        full_document(),
        make_bulletin(),
        make_document(make_table(wide=True)),
        replace(make_document(), head=RedHead("云溪市文件", kind="每月通报", issue="第3期")),
    ],
    ids=["letter", "plain", "full", "bulletin", "landscape", "kind"],
)
def test_a_document_of_ours_has_no_finding(document: Document) -> None:
    assert check_layout(write_docx(document)) == []


def style(key: str, old: str, new: str) -> bytes:
    """The good document with a property of one style changed."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        sheet = archive.read(STYLES).decode()
    start = sheet.index(f'w:styleId="{key}"')
    end = sheet.index("</w:style>", start)
    found = sheet[start:end]
    assert old in found, f"{old} is not in style {key}"
    return planted(GOOD, found, found.replace(old, new), part=STYLES)


SONG = 'w:eastAsia="宋体"'
FANGSONG = 'w:eastAsia="仿宋_GB2312"'
FAULTS = {
    "paper": (planted(GOOD, 'w:h="16838"', 'w:h="15840"'), "5.1"),
    "margin": (planted(GOOD, 'w:top="2098"', 'w:top="1440"'), "5.2.1"),
    "mark-colour": (style("Mark", "E60012", "000000"), "7.2.4"),
    "mark-font": (style("Mark", 'w:eastAsia="方正小标宋简体"', SONG), "7.2.4"),
    "number": (planted(GOOD, "云人才办〔2026〕5号", "云人才办[2026]第05号"), "7.2.5"),
    "title": (planted(GOOD, "关于4月份人才工作进展情况的通报", ""), "7.3.1"),
    "title-align": (style("Title", 'w:jc w:val="center"', 'w:jc w:val="left"'), "7.3.1"),
    "title-font": (style("Title", 'w:eastAsia="方正小标宋简体"', SONG), "7.3.1"),
    "title-size": (style("Title", 'w:sz w:val="44"', 'w:sz w:val="36"'), "7.3.1"),
    "heading-font-1": (style("Heading1", 'w:eastAsia="黑体"', SONG), "7.3.3"),
    "heading-font-2": (style("Heading2", 'w:eastAsia="楷体_GB2312"', SONG), "7.3.3"),
    "heading-font-3": (style("Heading3", FANGSONG, SONG), "7.3.3"),
    "heading-font-4": (style("Heading4", FANGSONG, SONG), "7.3.3"),
    "body-font": (style("BodyText", FANGSONG, SONG), "5.2.2"),
    "body-size": (style("BodyText", 'w:sz w:val="32"', 'w:sz w:val="28"'), "5.2.2"),
    "line-pitch": (style("BodyText", 'w:lineRule="exact"', 'w:lineRule="auto"'), "5.2.3"),
    "indent": (style("BodyText", 'w:firstLineChars="200" w:firstLine="630"', ""), "7.3.3"),
    "date": (planted(GOOD, "2026年5月8日", "2026年05月08日"), "7.3.5.4"),
    "punctuation": (planted(GOOD, "现将有关情况通报如下。", "现将有关情况,通报如下。"), "9"),
    "imprint-size": (style("Imprint", 'w:sz w:val="28"', 'w:sz w:val="32"'), "7.4.2"),
    "page-number-form": (planted(GOOD, "— ", "第", part=ODD), "7.5"),
    "page-number-place": (planted(GOOD, 'w:val="right"', 'w:val="center"', part=ODD), "7.5"),
    "page-number-size": (style("Footer", 'w:sz w:val="28"', 'w:sz w:val="18"'), "7.5"),
    "page-number-font": (style("Footer", 'w:ascii="宋体"', 'w:ascii="Calibri"'), "7.5"),
    "page-number-sides": (
        planted(GOOD, "<w:evenAndOddHeaders/>", "", part="word/settings.xml"),
        "7.5",
    ),
    "page-number-height": (planted(GOOD, 'w:footer="1417"', 'w:footer="850"'), "7.5"),
    "page-number": (
        planted(planted(GOOD, "PAGE", "DATE", part=ODD), "PAGE", "DATE", part=EVEN),
        "7.5",
    ),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_planted_fault_is_the_only_finding(rule: str) -> None:
    faulty, clause = FAULTS[rule]

    findings = check_layout(faulty)

    assert {finding.rule for finding in findings} == {rule}
    assert clause in {finding.clause for finding in findings}


def test_a_finding_says_where_what_and_by_which_clause() -> None:
    (finding,) = check_layout(FAULTS["margin"][0])

    assert str(finding) == (
        "第 1 节上边距：现为25.4 毫米，应为37 毫米（±1）（GB/T 9704-2012 第5.2.1条）"
    )


@pytest.mark.parametrize(
    "number",
    [
        "云人才办[2026]5号",
        "云人才办（2026）5号",
        "云人才办〔26〕5号",
        "云人才办〔2026〕第5号",
        "云人才办〔2026〕05号",
        "云人才办〔2026〕5",
    ],
)
def test_each_wrong_form_of_the_number_is_found(number: str) -> None:
    findings = check_layout(planted(GOOD, "云人才办〔2026〕5号", number))

    assert [finding.rule for finding in findings if finding.rule != "punctuation"] == ["number"]
    assert number in findings[0].found


@pytest.mark.parametrize("day", ["2026-05-08", "2026.5.8", "二〇二六年五月八日", "26年5月8日"])
def test_each_wrong_form_of_the_date_is_found(day: str) -> None:
    (finding,) = check_layout(planted(GOOD, "2026年5月8日", day))

    assert finding.rule == "date"
    assert day in finding.found


def test_the_same_fault_in_many_paragraphs_is_one_finding() -> None:
    document = make_document(*(Paragraph(f"第{n}项,完成。") for n in range(40)))

    (finding,) = check_layout(write_docx(document))

    assert finding.where.startswith("第 5 段“第0项,完成。”、第 6 段")
    assert finding.where.endswith("等 40 处")


def test_a_document_typed_without_care_is_told_everything() -> None:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("各单位请注意,情况如下.")
    document.save(buffer)

    rules = {finding.rule for finding in check_layout(buffer.getvalue())}

    assert {"paper", "margin", "title", "page-number", "punctuation"} <= rules


def test_text_whose_font_no_style_names_is_told_so() -> None:
    styles = parts(GOOD)[STYLES]
    bare = planted(GOOD, styles, re.sub("<w:rFonts[^>]*/>", "", styles), part=STYLES)

    (finding,) = (finding for finding in check_layout(bare) if finding.rule == "title-font")

    assert (finding.found, finding.expected) == ("未指定字体", "方正小标宋简体")


def test_footers_that_are_missing_from_the_file_number_no_page() -> None:
    links = "word/_rels/document.xml.rels"
    gone = planted(GOOD, "footer_odd.xml", "gone_odd.xml", part=links)
    gone = planted(gone, "footer_even.xml", "gone_even.xml", part=links)

    assert [finding.rule for finding in check_layout(gone)] == ["page-number"]


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>" + b" " * 201_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "不是可以读取的Word文件"),
        (b"PK\x03\x04 broken", "不是可以读取的Word文件"),
        (planted(GOOD, "<w:body>", "<w:body"), "不是可以读取的Word文件"),
        (bytes(30_000_001), "超过 30 MB"),
        (bomb(), "解开后过大"),
    ],
    ids=["empty", "broken", "bad xml", "large", "bomb"],
)
def test_what_is_no_word_file_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence):
        check_layout(data)


def test_an_entity_in_a_file_is_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密")
    declared = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document '
    trap = planted(planted(GOOD, "<w:document ", declared), "累计到岗", "&x;,累计到岗")

    assert not any("机密" in str(finding) for finding in check_layout(trap))


def test_the_command_tells_findings_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "通报.docx"
    file.write_bytes(FAULTS["margin"][0])

    assert check([str(file)]) == 1

    out, err = capsys.readouterr()
    assert out.startswith(f"{file}：第 1 节上边距：现为25.4 毫米")
    assert err == f"{file}：发现 1 处不符\n"


def test_the_command_is_silent_about_a_good_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "通报.docx"
    file.write_bytes(GOOD)

    assert check([str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_the_command_says_what_is_no_word_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "通报.docx"
    file.write_text("no")

    assert check([str(file)]) == 2
    assert "不是可以读取的Word文件" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["no-such.docx"], ["--wrong"]])
def test_the_command_answers_misuse_with_two(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(argv) == 2
    assert capsys.readouterr().err
