"""`yingcai workflow show`: stages as text, the diagram as a file, and what cannot be shown."""

from pathlib import Path

import pytest

from yingcai.engine.cli import main

STAGES = """补助申领  20个工作日
1. 受理 [受理]
   牵头单位窗口
   时限1个工作日
   下一步：评审
   不同意：不予受理
   可退回：补正
2. 补正 [补正]
   申请人
   回到退回的环节：受理
   总时限停表
3. 评审 [评审]
   评审专家
   下一步：公示
4. 公示 [公示]
   牵头单位经办人
   时限5个工作日
   下一步：认定
   异议成立：不予受理
   总时限停表
5. 认定 [认定]
   系统
   下一步：办结
6. 办结 [办结]
7. 不予受理 [不予受理]
"""


def test_it_prints_the_stages_and_writes_the_diagram(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "claim.svg"

    code = main(["workflow", "show", str(pack), "claim", "--svg", str(file), "--stage", "review"])

    assert (code, capsys.readouterr().out) == (0, STAGES)
    assert "▶ 当前：评审" in file.read_text("utf-8")


def test_without_a_name_it_lists_them(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", "show", str(pack), "--language", "en"]) == 0
    assert capsys.readouterr().out == "claim            Claim\n"


def test_a_workflow_without_days_says_none(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = pack / "workflows/claim.yaml"
    file.write_text(file.read_text("utf-8").replace("days: 20\n", ""), "utf-8")

    assert main(["workflow", "show", str(pack), "claim", "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("Claim\n1. Intake [acceptance]\n")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["gone"], 2, "gone: 没有这个流程 no such workflow\n"),
        (["claim", "--stage", "gone"], 2, "gone: 没有这个环节 no such stage\n"),
        (
            ["claim", "--svg", "/nowhere/claim.svg"],
            2,
            "/nowhere/claim.svg: 无法写入 cannot write: ",
        ),
    ],
)
def test_what_is_not_there_is_named(
    pack: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert main(["workflow", "show", str(pack), *words]) == code
    assert capsys.readouterr().err.startswith(told)


def test_a_folder_that_is_no_pack_or_a_broken_one(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["workflow", "show", str(empty)]) == 2

    (pack / "workflows/claim.yaml").write_text("workflow: claim\n", "utf-8")
    assert main(["workflow", "show", str(pack)]) == 1
    assert "workflows/claim.yaml:1: the file lacks `stages`" in capsys.readouterr().err
