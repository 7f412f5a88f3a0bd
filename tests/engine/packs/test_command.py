"""``yingcai pack new`` and ``yingcai pack schema``."""

import json
from pathlib import Path

import pytest

from tests.engine.packs.make import loaded
from yingcai.engine.packs.command import new, schema
from yingcai.engine.packs.kinds import KINDS
from yingcai.engine.packs.schema import schema_of

Capture = pytest.CaptureFixture[str]


def arguments(folder: Path, **changed: str) -> list[str]:
    values = {"id": "lanchuan", "name": "澜川市", "name-en": "Lanchuan", **changed}
    return [str(folder), *(word for name, value in values.items() for word in (f"--{name}", value))]


def test_a_new_pack_passes_the_check(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "packs/lanchuan"

    assert new(arguments(folder)) == 0

    pack = loaded(folder)
    assert pack.pack["city"] == {"name": "澜川市", "name_en": "Lanchuan", "short": "澜川"}
    assert pack.pack["id"] == "lanchuan"
    assert [unit["id"] for unit in pack.units] == ["talent", "labour", "east", "west", "counties"]
    assert len(pack.programmes["settling-in"]["examples"]) == 4
    assert pack.documents[0]["zh"] == "澜川市人才行动计划（2026—2028年）"
    assert capsys.readouterr().out.splitlines() == [
        f"{folder}/{name}"
        for name in (
            "documents.yaml",
            "facts.yaml",
            "pack.yaml",
            "plan/2026-2028.txt",
            "programmes/settling-in.yaml",
            "units.yaml",
        )
    ]


def test_a_new_pack_leaves_no_mark_unfilled(tmp_path: Path) -> None:
    new(arguments(tmp_path / "a"))

    texts = [path.read_text("utf-8") for path in (tmp_path / "a").rglob("*.*")]
    assert not any("@" in text for text in texts)


def test_a_name_that_is_nothing_but_its_rank_stays(tmp_path: Path) -> None:
    new(arguments(tmp_path / "a", name="市"))

    assert loaded(tmp_path / "a").pack["city"]["short"] == "市"


def test_nothing_is_overwritten(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "kept.txt").write_text("mine", "utf-8")

    assert new(arguments(tmp_path)) == 1

    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert capsys.readouterr().err == f"{tmp_path} is not empty; name a new folder\n"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine", "utf-8")

    assert new(arguments(tmp_path / "a")) == 1
    assert (tmp_path / "a").read_text("utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_misuse(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine", "utf-8")

    assert new(arguments(tmp_path / "a/b")) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "Lan Chuan"},
        {"id": "a" * 41},
        {"name": 'a": b'},
        {"name": "a\nb"},
        {"name-en": ""},
        {"name-en": "x" * 41},
    ],
)
def test_words_that_would_break_the_files_are_refused(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        new(arguments(tmp_path / "a", **changed))

    assert stopped.value.code == 2
    assert not (tmp_path / "a").exists()


def test_the_kinds_are_listed(capsys: Capture) -> None:
    assert schema([]) == 0

    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == len(KINDS)
    assert "programme  programmes/*.yaml" in listed


def test_one_schema_is_printed(capsys: Capture) -> None:
    assert schema(["programme"]) == 0

    assert json.loads(capsys.readouterr().out) == schema_of("programme")


def test_all_schemas_are_written(tmp_path: Path, capsys: Capture) -> None:
    assert schema(["--out", str(tmp_path / "s")]) == 0

    written = sorted(path.name for path in (tmp_path / "s").iterdir())
    assert written == sorted(f"{kind}.schema.json" for kind in KINDS)
    assert capsys.readouterr().err == f"{tmp_path / 's'}: {len(KINDS)} schemas\n"


def test_one_schema_is_written(tmp_path: Path) -> None:
    assert schema(["facts", "--out", str(tmp_path)]) == 0

    assert [path.name for path in tmp_path.iterdir()] == ["facts.schema.json"]


def test_a_place_that_cannot_be_written_is_misuse(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a").write_text("mine", "utf-8")

    assert schema(["--out", str(tmp_path / "a")]) == 2
    assert "cannot write" in capsys.readouterr().err
