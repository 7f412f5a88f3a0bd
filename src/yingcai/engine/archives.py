"""What a ZIP archive of a stranger says about itself, before anything in it is unpacked.

Word files and spreadsheets are such archives. An archive that two readers could understand in two ways is
refused: members that overlap, that have one name, that lead out of their folder or to another file.
"""

import io
import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_ENTRY = b"PK\x01\x02"
_HEADER = 30  # bytes of the header before a member, without its name
_SMALL = 2_000_000  # bytes; what unpacks to less may be packed as tightly as it likes
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Room:
    """What an archive may hold: members, bytes unpacked, bytes unpacked for each byte packed."""

    members: int = 2_000
    unpacked: int = 200_000_000
    ratio: int = 200


class ArchiveRefused(ValueError):
    """``code`` is ``damaged``, ``large`` (too many members, too much in them) or ``hostile``."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def members(data: bytes, room: Room) -> list[zipfile.ZipInfo]:
    """The members of an archive that is sound by what it says. Raises: ArchiveRefused."""
    if data.count(_ENTRY) > room.members:
        # Counted in the raw bytes: a list of a million members would fill the memory.
        raise ArchiveRefused("large", "too many members")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise ArchiveRefused("damaged", str(error)) from error
    _check_sizes(found, room)
    _check_places(found)
    for member in found:
        _check_member(member)
    return found


def _check_sizes(found: Sequence[zipfile.ZipInfo], room: Room) -> None:
    """The whole and each member: a bomb may hide beside a picture that is hardly packed at all."""
    unpacked = sum(member.file_size for member in found)
    if unpacked > room.unpacked:
        raise ArchiveRefused("large", "it unpacks to too much")
    for member in found:
        packed = max(1, member.compress_size)
        if member.file_size > _SMALL and member.file_size > packed * room.ratio:
            raise ArchiveRefused("large", "a member unpacks to too much")


def _check_places(found: Sequence[zipfile.ZipInfo]) -> None:
    """No two members share bytes or a name; readers would differ, and a bomb would count once."""
    placed = sorted(found, key=lambda member: member.header_offset)
    for one, following in pairwise(placed):
        end = one.header_offset + _HEADER + len(one.orig_filename) + one.compress_size
        if end > following.header_offset:
            raise ArchiveRefused("hostile", "members overlap")
    if len({member.filename.lower() for member in found}) != len(found):
        raise ArchiveRefused("hostile", "two members have one name")


def _check_member(member: zipfile.ZipInfo) -> None:
    parts = member.orig_filename.replace("\\", "/").split("/")
    if ".." in parts or "\x00" in member.orig_filename or ":" in parts[0]:
        raise ArchiveRefused("hostile", "a name leads elsewhere")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveRefused("hostile", "a member is a link")
    if member.flag_bits & 1 or member.compress_type not in _METHODS:
        raise ArchiveRefused("damaged", "packed in another way or encrypted")
