"""An archive of a stranger: what it says about itself is looked at before anything is unpacked."""

import io
import zipfile

import pytest

from yingcai.engine.archives import ArchiveRefused, Room, members

LINK = 0o120777 << 16


def packed(
    *found: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in found:
            archive.writestr(name, content, compress_type=method)
    return whole.getvalue()


def linked(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = LINK
    return member


def overlapping() -> bytes:
    """Two members of which the list says that they begin at one place."""
    data = bytearray(packed(("a.xml", b"<a/>"), ("b.xml", b"<b/>"), method=zipfile.ZIP_STORED))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = b"\0\0\0\0"
    return bytes(data)


def test_a_sound_archive_is_listed() -> None:
    found = members(packed(("a.xml", b"<a/>"), ("b/c.xml", b"<c/>")), Room())

    assert [member.filename for member in found] == ["a.xml", "b/c.xml"]


@pytest.mark.parametrize(
    ("data", "code", "why"),
    [
        (packed(*((f"{n}", b"") for n in range(9))), "large", "too many members"),
        (packed(("a", b"\0" * 3000), ("b", b"x" * 90_000)), "large", "it unpacks to too much"),
        (overlapping(), "hostile", "members overlap"),
        (packed(("a.xml", b"1"), ("A.XML", b"2")), "hostile", "two members have one name"),
        (packed(("../a.xml", b"1")), "hostile", "a name leads elsewhere"),
        (packed(("C:/a.xml", b"1")), "hostile", "a name leads elsewhere"),
        (packed((linked("a.xml"), b"/etc/passwd")), "hostile", "a member is a link"),
        (packed(("a", b"1"), method=zipfile.ZIP_BZIP2), "damaged", "packed in another way"),
        (b"PK\x03\x04 and no more", "damaged", "File is not a zip file"),
    ],
)
def test_what_is_wrong_with_an_archive_has_its_code(data: bytes, code: str, why: str) -> None:
    with pytest.raises(ArchiveRefused, match=why) as refused:
        members(data, Room(members=8, unpacked=50_000))

    assert refused.value.code == code


def test_a_member_that_unpacks_to_far_more_than_its_bytes_is_refused() -> None:
    bomb = packed(("a", b"\0" * 3_000_000))

    with pytest.raises(ArchiveRefused, match="a member unpacks to too much"):
        members(bomb, Room())
    assert len(members(bomb, Room(ratio=10_000))) == 1
