"""``yingcai pack check``: what it prints, how it ends, and the packs that we ship."""

import json
import re
from pathlib import Path

import pytest

from tests.engine.packs.make import change, make_pack
from tests.engine.packs.make_clean import FILE, make_clean
from yingcai.engine import cli
from yingcai.engine.packs.check_command import check_pack
from yingcai.engine.packs.new import new_pack

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[3]
SHIPPED = sorted(path.parent for path in ROOT.glob("packs/*/pack.yaml"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_shipped_packs_have_no_findings(folder: Path) -> None:
    checked = check_pack(folder)

    assert [str(one.told("en")) for one in checked.findings if not one.note] == []
    assert checked.pack is not None
    assert checked.examples > len(checked.pack.programmes)


def test_packs_are_shipped() -> None:
    assert SHIPPED


def test_a_new_pack_has_nothing_to_find(tmp_path: Path) -> None:
    new_pack(tmp_path / "new", city="lanchuan", name="澜川市", name_en="Lanchuan")

    assert check_pack(tmp_path / "new").findings == []


def test_a_clean_pack_ends_with_0(clean: Path, capsys: Capture) -> None:
    assert cli.main(["pack", "check", str(clean)]) == 0

    assert capsys.readouterr() == ("", "2个项目，9个示例；0个问题，0个提示\n")


def test_notes_are_told_and_end_with_0(clean: Path, capsys: Capture) -> None:
    change(clean, "documents.yaml", "    issued_on: 2026-01-01\n", "")

    assert cli.main(["pack", "check", str(clean)]) == 0

    assert capsys.readouterr() == (
        f"{clean}/documents.yaml:3: 提示：文件 `plan-2026` 是金额的依据，但没有印发日期\n",
        "2个项目，9个示例；0个问题，1个提示\n",
    )


def test_findings_end_with_1(clean: Path, capsys: Capture) -> None:
    change(clean, FILE, "from: 2027-07-01}\nst", "from: 2027-07-02}\nst")

    assert cli.main(["pack", "check", str(clean), "--language", "en", "--no-lint"]) == 1

    out, err = capsys.readouterr()
    assert out.startswith(
        f"{clean}/{FILE}:57: example “博士封顶” should grant 50,000 yuan; it came out:"
    )
    assert out.count("\n") == 1
    assert err == "programmes: 2, examples: 9; findings: 1, notes: 0\n"


def test_findings_as_data(clean: Path, capsys: Capture) -> None:
    change(clean, FILE, "zh: 硕士以上。", "zh: 硕士(以上)。")

    assert cli.main(["pack", "check", str(clean), "--json"]) == 1

    data = json.loads(capsys.readouterr().out)
    assert re.fullmatch("[0-9a-f]{64}", data["pack"])
    assert data["findings"] == [
        {
            "file": FILE,
            "line": 31,
            "rule": "half-width",
            "severity": "finding",
            "text": "中文后使用了半角标点：士(",
        }
    ]


def test_notes_as_data_in_english(clean: Path, capsys: Capture) -> None:
    change(clean, "documents.yaml", "    issued_on: 2026-01-01\n", "")

    assert cli.main(["pack", "check", str(clean), "--json", "--language", "en"]) == 0

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["severity"] == "note"
    assert finding["text"] == "money stands on `plan-2026`, whose day of issue is not given"


def test_a_pack_that_does_not_load_says_only_why(clean: Path, capsys: Capture) -> None:
    change(clean, FILE, "    unit: CNY\n", "")
    change(clean, "documents.yaml", "    issued_on: 2026-01-01\n", "")

    assert cli.main(["pack", "check", str(clean)]) == 1

    assert capsys.readouterr() == (
        f"{clean}/{FILE}:13: `cap` lacks `unit`\n", "0个项目，0个示例；1个问题，0个提示\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (FILE, "value: 90000, unit: CNY, source: plan-2026#1}", "value: 90000, unit: CNY}",
         "load programmes/voucher.yaml:18: `most` lacks `source`"),
        (FILE, "    source: plan-2026#1\nconditions:", "conditions:",
         "load programmes/voucher.yaml:22: the table lacks `source`, for all or as a column"),
        (FILE, "status: sample\n", "", "load programmes/voucher.yaml:1: the file lacks `status`"),
        ("facts.yaml", "    source: social-insurance", "    source: nobody",
         "load facts.yaml:25: there is no fact source `nobody`"),
        (FILE, "      - [doctor, 80000]\n", "      - [doctor, 80000]\n      - [doctor, 1]\n",
         "compile programmes/voucher.yaml:26: `rows`: row 3 overlaps row 2"),
        (FILE, "amount: LEAST(step.base, param.cap)", "amount: LEAST(step.base, param.lid)",
         "compile programmes/voucher.yaml:42: `LEAST(step.base, param.lid)` there is no parameter"
         " `lid`; there is: cap, most, months"),
    ],
)  # fmt: skip
def test_what_money_and_facts_must_say_is_seen_before_the_linter(
    clean: Path, file: str, old: str, new: str, expected: str
) -> None:
    change(clean, file, old, new)

    told = [f"{one.rule} {one.told('zh')}" for one in check_pack(clean).findings]
    assert expected in told
    assert not [line for line in told if not line.startswith(("load ", "compile "))]


def test_a_folder_without_a_pack_ends_with_2(tmp_path: Path, capsys: Capture) -> None:
    assert cli.main(["pack", "check", str(tmp_path)]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{tmp_path}: 这里没有城市包 no pack here:")


def test_the_only_pack_of_a_folder_is_found(tmp_path: Path, capsys: Capture) -> None:
    make_clean(tmp_path / "packs/lanchuan")

    assert cli.main(["pack", "check", str(tmp_path / "packs")]) == 0


def test_a_pack_with_every_kind_of_file_is_checked(tmp_path: Path) -> None:
    rules = {finding.rule for finding in check_pack(make_pack(tmp_path / "pack")).findings}

    assert rules == {
        "always-met", "bare-number", "condition-untested", "fact-unused", "language-missing",
        "stage-term",
    }  # fmt: skip
