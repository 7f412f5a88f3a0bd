"""`yingcai people make`: what it prints where, and its exit codes."""

from pathlib import Path

import duckdb
import pytest

from yingcai.engine.cli import main

PACK = next((Path(__file__).parents[3] / "packs").iterdir())
Capture = pytest.CaptureFixture[str]


def make(*arguments: object) -> int:
    return main(["people", "make", *map(str, arguments)])


def test_people_are_made_on_a_day(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "people.parquet"

    code = make(PACK, out, "--people", 200, "--seed", 7, "--on", "2019-06-08", "--memory", "2GB")

    assert code == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{out}: 200 人 people\n", "")
    with duckdb.connect() as connection:
        connection.execute("SET VARIABLE file = ?", [str(out)])
        query = """SELECT count(*), min("case.applied_on"), max("case.applied_on")
            FROM read_parquet(getvariable('file'))"""
        found = [str(one) for one in connection.execute(query).fetchall()[0]]
    assert found == ["200", "2019-06-08", "2019-06-08"]


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "people.parquet"
    out.write_text("precious", "utf-8")

    assert make(PACK, out, "--people", 5) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{out}: 文件已存在，加 --force 覆盖 is there already; --force replaces it\n"
    assert out.read_text("utf-8") == "precious"

    assert make(PACK, out, "--people", 5, "--force") == 0
    assert out.read_bytes()[:4] == b"PAR1"


def test_problems_of_the_pack_are_listed(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "pack.yaml").write_text("id: nowhere\n", "utf-8")

    assert make(tmp_path, tmp_path / "people.parquet") == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert "pack.yaml:1: the file lacks `version`\n" in told.err
    assert not (tmp_path / "people.parquet").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--people", "0"], "from 1 to 10000000 people can be made"),
        (["--on", "1999-01-01"], "1999-01-01 is no day on which one can apply"),
    ],
)
def test_what_cannot_be_made_is_said(
    tmp_path: Path, capsys: Capture, options: list[str], words: str
) -> None:
    assert make(PACK, tmp_path / "people.parquet", *options) == 2

    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_pack_is_misuse(tmp_path: Path, capsys: Capture) -> None:
    assert make(tmp_path, tmp_path / "people.parquet") == 2

    assert "holds 0 packs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["out.csv"], "must end in .parquet"),
        (["out.parquet", "--on", "yesterday"], "a day such as 2019-06-08"),
        (["out.parquet", "--memory", "much"], "a size such as 2GB"),
        (["out.parquet", "--people", "many"], "invalid int value"),
    ],
)
def test_misuse_is_told(capsys: Capture, arguments: list[str], words: str) -> None:
    with pytest.raises(SystemExit) as exit_:
        make(PACK, *arguments)

    assert exit_.value.code == 2
    assert words in capsys.readouterr().err
