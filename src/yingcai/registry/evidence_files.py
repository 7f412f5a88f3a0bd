"""What kind of file an upload really is, and how it is laid down so that it survives a crash."""

import os
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yingcai.audit.durable import sync_folder
from yingcai.engine.archives import ArchiveRefused, Room, members
from yingcai.registry.pictures import pixels

SIZE_LIMIT = 20 * 1024 * 1024
ROOM = Room(members=5000)
NAME_LIMIT = 120
PIXEL_LIMIT = (
    100_000_000  # a few kilobytes can claim a picture that fills the memory of who opens it
)


@dataclass(frozen=True, slots=True)
class FileType:
    suffixes: tuple[str, ...]
    content_type: str


PDF = FileType((".pdf",), "application/pdf")
PNG = FileType((".png",), "image/png")
JPEG = FileType((".jpg", ".jpeg"), "image/jpeg")
DOCX = FileType(
    (".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)
XLSX = FileType((".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
# What stands at the beginning of a file, and in an Office file the part that makes it one.
MAGIC = [(b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG)]
OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


def clean_name(name: str) -> str:
    """The name without folders and control characters, short enough to show."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    stem, dot, suffix = kept.rpartition(".")
    if not dot:
        return kept[:NAME_LIMIT]
    return f"{stem[: NAME_LIMIT - len(suffix) - 1]}.{suffix[:10]}"


def file_problem(name: str, data: bytes) -> str:
    """What speaks against the file, with the way out; empty when it is welcome."""
    if not data:
        return _("文件是空的，请重新选择")
    if len(data) > SIZE_LIMIT:
        return _("文件超过 20 MB，请压缩或拆分后再上传")
    found = file_type(data)
    if found is None:
        return _("只收 PDF、PNG、JPG、DOCX、XLSX 文件（按内容识别），请另存为其中一种")
    if Path(name).suffix.lower() not in found.suffixes:
        return _("文件内容是 %(type)s，与文件名的后缀不符，请改正文件名") % {
            "type": found.suffixes[0].removeprefix(".").upper()
        }
    if found in (PNG, JPEG) and pixels(data) > PIXEL_LIMIT:
        return _("图片超过一亿像素，请缩小后再上传")
    return ""


def file_type(data: bytes) -> FileType | None:
    """The kind of file by its content, None when it is not one we take."""
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    return _office_type(data) if data.startswith(b"PK\x03\x04") else None


def _office_type(data: bytes) -> FileType | None:
    """Word and Excel files without macros; other archives, and those that unfold too far, are not taken."""
    try:
        names = {member.filename for member in members(data, ROOM)}
    except ArchiveRefused:
        return None
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if macros or "[Content_Types].xml" not in names:
        return None
    return next((kind for part, kind in OFFICE.items() if part in names), None)


def lay_down(data: bytes, suffix: str) -> str:
    """Write ``data`` under a generated name; file and folder are on disk when this returns."""
    stored_as = f"{uuid.uuid4().hex}{suffix}"
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / stored_as).open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    return stored_as


def take_away(stored_as: str) -> bool:
    """Remove a file; one that is gone already, or never was, is no harm. Whether it was there."""
    if not stored_as:
        return False
    place = place_of(stored_as)
    there = place.exists()
    place.unlink(missing_ok=True)
    return there


def place_of(stored_as: str) -> Path:
    return Path(settings.MEDIA_ROOT) / stored_as
