"""Files behind a report: which are taken, where they lie, who takes them back."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from yingcai.audit.models import Event
from yingcai.engine.archives import Room
from yingcai.plan.tests.make import make_target, make_unit, make_user
from yingcai.registry.evidence_files import SIZE_LIMIT, clean_name, file_type, place_of
from yingcai.reporting.actions import evidence
from yingcai.reporting.actions.evidence import add_evidence, withdraw_evidence
from yingcai.reporting.errors import Refused, Stale, WrongState
from yingcai.reporting.models import Evidence, Report
from yingcai.reporting.tests.make import NOW, make_month, make_report

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 list of names"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


def office_file(*members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for member in ["[Content_Types].xml", *members]:
            archive.writestr(member, "x")
    return held.getvalue()


def a_report(status: str = Report.Status.DRAFT) -> Report:
    unit = make_unit()
    target = make_target(owners={unit: "lead"})
    return make_report(make_month(target.plan), target, unit, 3, status=status)


def lying(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_lies_under_a_generated_name(folder: Path) -> None:
    file = add_evidence(a_report(), name="入选名单.pdf", data=PDF, actor=make_user(), now=NOW)
    assert (file.name, file.content_type, file.size) == (
        "入选名单.pdf",
        "application/pdf",
        len(PDF),
    )
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert place_of(file.stored_as).read_bytes() == PDF
    assert "入选" not in file.stored_as
    assert Event.objects.get(action="evidence.added").details["size"] == len(PDF)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("空.pdf", b"", "文件是空的"),
        ("大.pdf", b"%PDF-" + b"0" * SIZE_LIMIT, "超过 20 MB"),
        ("程序.pdf", b"MZ\x90\x00", "只收 PDF"),
        ("名单.zip", office_file("a.txt"), "只收 PDF"),
        ("名单.png", PDF, "后缀不符"),
        ("网页.html", b"<html><script>", "只收 PDF"),
        ("图.svg", b"<svg onload='x'>", "只收 PDF"),
        ("宏.xlsx", office_file("xl/workbook.xml", "xl/vbaProject.bin"), "只收 PDF"),
        ("坏.docx", b"PK\x03\x04 broken", "只收 PDF"),
        ("无后缀", PDF, "后缀不符"),
    ],
)
def test_other_files_are_refused_and_leave_nothing(
    folder: Path, name: str, data: bytes, message: str
) -> None:
    with pytest.raises(Refused, match=message):
        add_evidence(a_report(), name=name, data=data, actor=make_user(), now=NOW)
    assert lying(folder) == []
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"\x89PNG\r\n\x1a\n...", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (office_file("word/document.xml"), ".docx"),
        (office_file("xl/workbook.xml"), ".xlsx"),
    ],
)
def test_files_are_known_by_their_content(data: bytes, suffix: str) -> None:
    found = file_type(data)
    assert found is not None
    assert suffix in found.suffixes


def test_an_archive_that_unfolds_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = office_file("xl/workbook.xml")
    monkeypatch.setattr("yingcai.registry.evidence_files.ROOM", Room(unpacked=1))
    assert file_type(data) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\用户\\名单.pdf", "名单.pdf"),
        ("a\x00b\u202ecod.pdf", "abcod.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_lose_folders_and_tricks(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_when_the_row_fails_the_file_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(evidence, "record", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        add_evidence(a_report(), name="名单.pdf", data=PDF, actor=make_user(), now=NOW)
    assert lying(folder) == []
    assert not Evidence.objects.exists()


def test_the_same_file_is_not_kept_twice(folder: Path) -> None:
    report = a_report()
    add_evidence(report, name="名单.pdf", data=PDF, actor=make_user(), now=NOW)
    with pytest.raises(Refused, match="已经上传过"):
        add_evidence(report, name="又一份.pdf", data=PDF, actor=make_user(), now=NOW)
    assert len(lying(folder)) == 1


def test_files_are_not_added_to_what_was_handed_in(folder: Path) -> None:
    with pytest.raises(WrongState, match="附件不能再改"):
        add_evidence(
            a_report(Report.Status.SUBMITTED), name="名单.pdf", data=PDF, actor=make_user(), now=NOW
        )
    assert lying(folder) == []


def test_a_report_has_room_for_so_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "FILES_A_REPORT", 1)
    report = a_report()
    add_evidence(report, name="一.pdf", data=PDF, actor=make_user(), now=NOW)
    with pytest.raises(Refused, match="最多 1 个附件"):
        add_evidence(report, name="二.pdf", data=PDF + b"2", actor=make_user(), now=NOW)


def test_a_withdrawn_file_stays_on_record() -> None:
    file = add_evidence(a_report(), name="名单.pdf", data=PDF, actor=make_user(), now=NOW)
    withdraw_evidence(file, actor=make_user(), now=NOW)
    assert Evidence.objects.get().withdrawn_at == NOW
    assert place_of(file.stored_as).exists()
    with pytest.raises(Stale, match="已经撤下"):
        withdraw_evidence(file, actor=make_user(), now=NOW)
