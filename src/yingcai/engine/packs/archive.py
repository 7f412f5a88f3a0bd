"""A pack's files as one piece of bytes, so that a decision can be repeated when the folder is long gone."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from yingcai.engine.packs.load import Pack, digest_of, load_pack

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes, whenever they were written


class NotThePack(ValueError):
    """The bytes are not the pack they are kept as."""


def pack_archive(folder: Path) -> bytes:
    """Every file that the digest of a pack counts, as a ZIP archive in order of name."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(folder):
            archive.writestr(
                zipfile.ZipInfo(name, EPOCH), content, compress_type=zipfile.ZIP_DEFLATED
            )
    return whole.getvalue()


def open_archive(archive: bytes, digest: str) -> Pack:
    """The pack that `pack_archive` put away.

    Raises: NotThePack where the bytes do not have that digest or do not load in this version.
    """
    with TemporaryDirectory(prefix="yingcai-pack-") as place:
        folder = Path(place)
        try:
            with zipfile.ZipFile(io.BytesIO(archive)) as files:
                files.extractall(folder)  # extractall keeps every name inside the folder
        except zipfile.BadZipFile as error:
            raise NotThePack(f"pack {digest[:12]}: {error}") from None
        found = digest_of(folder)
        if found != digest:
            raise NotThePack(f"pack {digest[:12]}: the files kept have the digest {found[:12]}")
        pack, problems = load_pack(folder)
    if pack is None:
        raise NotThePack(f"pack {digest[:12]}: {problems[0]}")
    return pack


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield path.relative_to(folder).as_posix(), path.read_bytes()
