"""Hostile files, built here byte by byte: archives that lie, bombs, polyglots, workbooks that hide something."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from docx import Document
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

HEAD = ["姓名", "证件号码"]
ROWS = [["赵明", "331002196001010012"], ["钱华", "33100219600102002X"]]
TEXT = "\r\n".join(",".join(row) for row in [HEAD, *ROWS])
SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Member:
    """A member of an archive as its directory tells of it, true or not."""

    name: str
    raw: bytes
    method: int = zipfile.ZIP_STORED
    size: int | None = None
    crc: int | None = None
    flags: int = 0
    mode: int = 0o100644
    at: int | None = None  # where it says that it begins


def archive(members: Iterable[Member]) -> bytes:
    """A ZIP archive with a directory that says what it is told to say."""
    body, entries = bytearray(), bytearray()
    count = 0
    for member in members:
        size = len(member.raw) if member.size is None else member.size
        crc = zlib.crc32(member.raw) if member.crc is None else member.crc
        name, extra, small = member.name.encode(), b"", size
        if size >= 0xFFFFFFFF:
            extra, small = struct.pack("<HHQ", 1, 8, size), 0xFFFFFFFF
        same = struct.pack(
            "<HHHHHIIIHH", 45, member.flags, member.method, 0, 0x21, crc,
            len(member.raw), small, len(name), len(extra),
        )  # fmt: skip
        place = len(body) if member.at is None else member.at
        entries += b"PK\x01\x02" + struct.pack("<H", 0x0300 | 45) + same
        entries += struct.pack("<HHHII", 0, 0, 0, member.mode << 16, place) + name + extra
        body += b"PK\x03\x04" + same + name + extra + member.raw
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(entries), len(body), 0)
    return bytes(body + entries + b"PK\x05\x06" + end)


def zeros(megabytes: int) -> bytes:
    """A packed stream that unpacks to so many megabytes of zeros; each of them takes a kilobyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def book(fill: Callable[[Workbook, Worksheet], object], **options: bool) -> bytes:
    """A workbook as somebody else would make it, with two people on its first sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as made:
        made.set_properties({"created": datetime(2018, 6, 8)})  # noqa: DTZ001 - equal on every day
        sheet = made.add_worksheet("名单")
        for number, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(number, 0, row)
        fill(made, sheet)
    return buffer.getvalue()


def word(*paragraphs: str) -> bytes:
    buffer = io.BytesIO()
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(buffer)
    return buffer.getvalue()


def held(data: bytes) -> list[Member]:
    """The members of an archive, unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return [Member(name, opened.read(name)) for name in opened.namelist()]


def with_member(data: bytes, *more: Member) -> bytes:
    return archive([*held(data), *more])


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    """The archive with one piece of text in a member replaced."""
    text = {member.name: member.raw for member in held(data)}[name]
    assert old.encode() in text, f"{old} is not in {name}"
    return archive(
        Member(
            one.name, one.raw.replace(old.encode(), new.encode()) if one.name == name else one.raw
        )
        for one in held(data)
    )


def declared(data: bytes, name: str, doctype: str, *, old: str, new: str) -> bytes:
    """The archive with a document type before the root of a member, and text that uses it."""
    text = {member.name: member.raw for member in held(data)}[name].decode()
    root = text.index("<", text.index("?>"))
    return changed(changed(data, name, old, new), name, text[:root], text[:root] + doctype)


SOUND = book(lambda made, sheet: None)
PLAN = word("云州市人才计划（2018—2020年）", "一、到2020年，引进人才100名。（市人社局）")
LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def overlapping(data: bytes) -> bytes:
    """Two names of one stream of bytes: it counts once and unpacks twice."""
    first = held(data)[0]
    return with_member(
        data, Member("xl/copy.xml", b"", size=len(first.raw), crc=zlib.crc32(first.raw), at=0)
    )


def blank_rows(count: int) -> bytes:
    rows = "".join(f'<row r="{number}"/>' for number in range(4, count + 1))
    return packed(changed(SOUND, SHEET, "</sheetData>", f"{rows}</sheetData>"))


def packed(data: bytes) -> bytes:
    """The archive as a program would pack it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for member in held(data):
            made.writestr(member.name, member.raw)
    return buffer.getvalue()


def shared_text(cells: int) -> bytes:
    """A long text, kept once and used in every cell."""
    long = "长" * 30_000
    data = changed(SOUND, "xl/sharedStrings.xml", "<t>姓名</t>", f"<t>{long}</t>")
    more = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(4, cells))
    return packed(changed(data, SHEET, "</sheetData>", more + "</sheetData>"))


def pdf(*objects: str, junk: bytes = b"") -> bytes:
    """A PDF of the given objects, the first of them its catalogue."""
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    return (
        body + f"trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode() + junk
    )


def pdf_bomb(megabytes: int) -> bytes:
    """A page whose words are packed ten thousand times too tightly."""
    stream = zlib.compress(b"BT /F1 9 Tf " + b"(x) Tj " * 100 + b" " * megabytes * MEGABYTE, 9)
    body = f"<</Length {len(stream)}/Filter/FlateDecode>>\nstream\n{stream.decode('latin-1')}\nendstream"
    return pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        body,
    )


PICTURE = b"\x89PNG\r\n\x1a\n" + struct.pack(
    ">I4sIIBBBBB", 13, b"IHDR", 90_000, 90_000, 8, 6, 0, 0, 0
)
