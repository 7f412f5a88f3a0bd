"""`yingcai plan …`: what is said when a file, a folder or an option is not what it should be."""

import io
import shutil
from pathlib import Path

import pytest
from docx import Document

from tests.engine.reading.gold_loader import FOLDER
from tests.engine.reading.plans import BRACKETED
from yingcai.engine.reading import command
from yingcai.engine.reading.source import MAX_BYTES

Capture = pytest.CaptureFixture[str]

GOLD = "yunxiu-2022-2024"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YINGCAI_PACK", raising=False)
    path = tmp_path / "plan.txt"
    path.write_text(BRACKETED, encoding="utf-8")
    return path


def test_a_table_in_a_word_file_is_noted_and_is_no_fault(plan: Path, capsys: Capture) -> None:
    document = Document()
    for line in BRACKETED.splitlines():
        document.add_paragraph(line)
    document.add_table(1, 2)
    buffer = io.BytesIO()
    document.save(buffer)
    path = plan.with_suffix(".docx")
    path.write_bytes(buffer.getvalue())

    assert command.read([str(path)]) == 0
    assert capsys.readouterr().err == f"{path}: 文件里有 1 个表格，已逐行读作文字\n"


def test_a_page_that_cannot_be_written(plan: Path, capsys: Capture) -> None:
    page = plan.parent / "nowhere" / "page.html"

    assert command.read([str(plan), "--html", str(page)]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"{page}:1: 写不了文件。请换一个位置。\n"
    assert not page.exists()


def test_a_file_larger_than_any_plan_is_not_opened(plan: Path, capsys: Capture) -> None:
    with plan.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)

    assert command.read([str(plan)]) == 2

    size = MAX_BYTES // (1024 * 1024)
    assert capsys.readouterr().err == (
        f"{plan}:1: 文件太大（{size} MB，上限 {size} MB）。请只保留计划正文后再试。\n"
    )


def test_compare_with_an_edition_that_is_not_there(plan: Path, capsys: Capture) -> None:
    missing = plan.parent / "newer.txt"

    assert command.compare([str(plan), str(missing)]) == 2
    assert capsys.readouterr().err.startswith(f"{missing}:1: 文件打不开")


def test_score_of_several_plans_ends_with_the_total(plan: Path, capsys: Capture) -> None:
    folder = plan.parent / "gold"
    folder.mkdir()
    labels = (FOLDER / f"{GOLD}.yaml").read_text(encoding="utf-8")
    shutil.copy(FOLDER / f"{GOLD}.txt", folder)
    for name in ("first", "second"):
        text = labels.replace("tests/engine/reading/gold/", "")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    assert command.score(["--gold", str(folder)]) == 0

    printed = capsys.readouterr().out
    heads = [line for line in printed.splitlines() if line and line[0] in "fs合"]
    assert heads == ["first", "second", "合计 total"]


def test_score_picks_the_labels_of_the_plan_from_a_folder(plan: Path, capsys: Capture) -> None:
    assert command.score([str(FOLDER / f"{GOLD}.txt"), "--gold", str(FOLDER)]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith(f"{GOLD}\n")
    assert "合计" not in printed


def test_score_of_an_empty_folder(plan: Path, capsys: Capture) -> None:
    folder = plan.parent / "empty"
    folder.mkdir()

    assert command.score(["--gold", str(folder)]) == 2
    assert capsys.readouterr().err == (
        f"{folder}:1: 文件夹里没有标注文件。请用 --gold 指明位置。\n"
    )


@pytest.mark.parametrize("share", ["很高", "1/0", "1.01", "-0.5"])
def test_a_threshold_is_a_share(share: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stop:
        command.score([f"--min={share}"])

    assert stop.value.code == 2
    assert "请给 0 到 1 之间的数" in capsys.readouterr().err
