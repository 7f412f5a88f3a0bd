"""A pack put away as bytes comes back the same, or not at all."""

import os
from pathlib import Path

import pytest

from yingcai.engine.packs.archive import NotThePack, open_archive, pack_archive
from yingcai.engine.packs.load import digest_of, load_pack

TAIZHOU = Path(__file__).parents[3] / "packs" / "taizhou"


def test_a_pack_comes_back_with_its_digest_and_its_programmes() -> None:
    pack, _ = load_pack(TAIZHOU)
    assert pack is not None

    kept = open_archive(pack_archive(TAIZHOU), pack.digest)

    assert kept.digest == pack.digest
    assert kept.programmes == pack.programmes
    assert kept.vocabulary == pack.vocabulary


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_text("id: x\n", encoding="utf-8")
    os.utime(tmp_path / "two" / "pack.yaml", (0, 0))

    assert pack_archive(tmp_path / "one") == pack_archive(tmp_path / "two")


def test_files_of_another_digest_are_refused() -> None:
    with pytest.raises(NotThePack, match=r"pack 0{12}: the files kept have the digest"):
        open_archive(pack_archive(TAIZHOU), "0" * 64)


def test_bytes_that_are_no_archive_are_refused() -> None:
    with pytest.raises(NotThePack, match=r"pack 0{12}: File is not a zip file"):
        open_archive(b"no archive", "0" * 64)


def test_a_pack_that_this_version_does_not_load_says_its_first_problem(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("id: x\n", encoding="utf-8")

    with pytest.raises(NotThePack, match=r"pack\.yaml"):
        open_archive(pack_archive(tmp_path), digest_of(tmp_path))
