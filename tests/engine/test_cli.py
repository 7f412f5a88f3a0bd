"""`yingcai NOUN VERB`: what it prints where, and its exit codes."""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.reading.gold_loader import FOLDER
from tests.engine.reading.plans import BRACKETED
from yingcai.engine import cli

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YINGCAI_PACK", raising=False)
    path = tmp_path / "plan.txt"
    path.write_text(BRACKETED, encoding="utf-8")
    return path


def test_help_lists_every_command_and_loads_nothing_slow() -> None:
    program = (
        "import sys\nfrom yingcai.engine.cli import main\ncode = main(['--help'])\n"
        "slow = {'django', 'docx', 'pypdfium2', 'yaml', 'argparse', 'yingcai.engine.reading'}\n"
        "sys.exit(code or len(slow & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert all(" ".join(name) in done.stdout for name in cli.COMMANDS)


def test_reading_a_text_loads_no_reader_of_other_files(plan: Path) -> None:
    program = (
        f"import sys\nfrom yingcai.engine.cli import main\ncode = main(['plan', 'read', {str(plan)!r}])\n"
        "sys.exit(code or len({'django', 'docx', 'pypdfium2'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(cli.COMMANDS), ids=" ".join)
def test_every_command_has_its_function(name: tuple[str, ...]) -> None:
    module, _, function = cli.COMMANDS[name].target.partition(":")

    found = importlib.util.find_spec(module)

    assert found is not None
    assert found.origin is not None
    assert f"def {function}(" in Path(found.origin).read_text(encoding="utf-8")


@pytest.mark.parametrize("argv", [[], ["plan"], ["plan", "burn"], ["nonsense"]])
def test_misuse(argv: list[str], capsys: Capture) -> None:
    assert cli.main(argv) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_version_is_that_of_the_installed_package(capsys: Capture) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"yingcai {importlib.metadata.version('yingcai')}\n"


def test_run_as_a_file_it_takes_its_words_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "argv", ["yingcai", "nonsense"])

    with pytest.raises(SystemExit) as stop:
        runpy.run_path(cli.__file__, run_name="__main__")

    assert stop.value.code == 2
    assert "没有这个命令 no such command: nonsense" in capsys.readouterr().err


def test_a_reader_that_goes_away_early_is_no_fault(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    notes = io.StringIO()
    out = os.fdopen(writer, "w", buffering=1, encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", notes)

    assert cli.main(["plan", "read", str(plan), "--json"]) == 0

    assert notes.closed  # so that the interpreter cannot complain either
    with contextlib.suppress(BrokenPipeError):
        out.close()


def test_an_interrupted_command_says_so(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def interrupted(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("yingcai.engine.reading.command.read", interrupted)

    assert cli.main(["plan", "read", "plan.txt"]) == 2
    assert capsys.readouterr().err == "已中断 interrupted\n"


def test_read_prints_json_on_stdout_and_nothing_else(plan: Path, capsys: Capture) -> None:
    assert cli.main(["plan", "read", str(plan), "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert [m["number"] for m in document["measures"]] == [0, 1, 2]
    assert document["source"]["name"] == "plan.txt"
    assert document["source"]["encoding"] == "utf-8"


def test_read_tells_findings_on_stderr_with_their_line(plan: Path, capsys: Capture) -> None:
    plan.write_text(BRACKETED.replace("2. 建", "4. 建"), encoding="utf-8")

    assert cli.main(["plan", "read", str(plan)]) == 1
    assert capsys.readouterr().err == f"{plan}:7: 措施编号从 1 跳到 4，中间可能有缺漏\n"


def test_read_writes_a_page(plan: Path, tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "page.html"

    assert cli.main(["plan", "read", str(plan), "--html", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("place", ["--units", "YINGCAI_PACK", "packs"])
def test_units_come_from_a_file_a_pack_or_the_only_pack(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, place: str
) -> None:
    folder = tmp_path / ("packs/city" if place == "packs" else "elsewhere")
    folder.mkdir(parents=True)
    (folder / "units.yaml").write_text(
        "units:\n- {id: org, name: 市委组织部}\n- {id: science, name: 科技局, aliases: [市科技局]}\n",
        encoding="utf-8",
    )
    if place == "YINGCAI_PACK":
        monkeypatch.setenv("YINGCAI_PACK", str(folder))
    options = ["--units", str(folder / "units.yaml")] if place == "--units" else []

    assert cli.main(["plan", "read", str(plan), "--json", *options]) == 0

    document = json.loads(capsys.readouterr().out)
    assert [u["unit"] for u in document["measures"][1]["units"]] == ["org", "science"]


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "文件打不开"), (b"", "文件是空的"), ("随便写写。".encode(), "不像一份计划")],
)
def test_unreadable(tmp_path: Path, capsys: Capture, content: bytes | None, what: str) -> None:
    path = tmp_path / "plan.txt"
    if content is not None:
        path.write_bytes(content)

    assert cli.main(["plan", "read", str(path), "--json"]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert what in captured.err


@pytest.mark.parametrize("content", ["[", "units: 5", "- 1", "units: [{name: x}]", "units: [3]"])
def test_units_that_cannot_be_read(
    plan: Path, tmp_path: Path, capsys: Capture, content: str
) -> None:
    units = tmp_path / "units.yaml"
    units.write_text(content, encoding="utf-8")

    assert cli.main(["plan", "read", str(plan), "--units", str(units)]) == 2
    assert "读不出单位名录" in capsys.readouterr().err


def test_score_passes_and_fails_at_the_threshold(tmp_path: Path, capsys: Capture) -> None:
    gold = FOLDER / "yunxiu-2022-2024.yaml"
    strict = tmp_path / "strict.yaml"
    labels = gold.read_text(encoding="utf-8").replace("value: 260000", "value: 270000")
    strict.write_text(labels, encoding="utf-8")
    plan = FOLDER / "yunxiu-2022-2024.txt"

    assert cli.main(["plan", "score", "--gold", str(gold), "--min", "0.95"]) == 0
    assert "targets" in capsys.readouterr().out
    assert cli.main(["plan", "score", str(plan), "--gold", str(strict), "--min", "1"]) == 1
    assert "missed targets" in capsys.readouterr().err


def test_score_of_a_plan_that_nobody_labelled(plan: Path, capsys: Capture) -> None:
    assert cli.main(["plan", "score", str(plan), "--gold", str(FOLDER)]) == 2
    assert "没有这份计划的标注" in capsys.readouterr().err


def test_compare_tells_each_change(plan: Path, tmp_path: Path, capsys: Capture) -> None:
    newer = tmp_path / "newer.txt"
    newer.write_text(BRACKETED.replace("30名", "50名"), encoding="utf-8")

    assert cli.main(["plan", "compare", str(plan), str(plan)]) == 0
    assert cli.main(["plan", "compare", str(plan), str(newer)]) == 1
    assert capsys.readouterr().out == (
        "改动 目标（措施 1）：三年内引进领军人才30名 → 三年内引进领军人才50名\n"
    )


def test_a_web_command_without_the_web_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert cli.main(["serve"]) == 2
    assert "pip install 'yingcai[web]'" in capsys.readouterr().err
