"""``yingcai decide`` and ``yingcai bundle``: exact words, exit codes, JSON, and what is said of bad input."""

import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.engine.packs.make import change
from tests.engine.packs.make_rules import person, rules_pack
from yingcai.engine.packs.rules_command import Refused, load_rules
from yingcai.engine.population.subject_command import MAX_BYTES, bundle, decide

Capture = pytest.CaptureFixture[str]
PLAN = "《澜川市人才行动计划（2026—2028年）》第1条"
PLAN_EN = "Talent plan of Lanchuan (2026-2028), 1"
SHIPPED = Path(__file__).parents[3] / "packs" / "taizhou"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rules_pack(tmp_path / "pack")


def ran(capsys: Capture, code: int) -> tuple[list[str], list[str]]:
    said = capsys.readouterr()
    return said.out.splitlines(), said.err.splitlines()


DOCTOR = {
    "degree": "doctor",
    "insured_months": {"value": 6, "source": "social-insurance", "on": "2026-05-01"},
}


def test_a_doctor_in_chinese(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    assert decide([str(rules), str(person(tmp_path, person=DOCTOR))]) == 1

    months = "本市社会保险缴费月数：6个月〔社会保险登记 2026-05-01〕"
    assert capsys.readouterr().out.splitlines() == [
        "可以享受：",
        "  租房补贴  符合  1.2万元",
        f"    ✓ 申请日期不早于2026年1月1日（申请日期：2026年5月6日，{PLAN}）",
        f"    ✓ 本市社会保险缴费月数不少于6个月（{months}，{PLAN}）",
        f"    ✓ 学历在硕士以上（学历学位：博士，{PLAN}）",
        "      标准额：2万元",
        "  博士安家补助  符合  10万元  〔示例〕",
        f"    ✓ 申请日期在2026年1月1日至2028年12月31日之间（申请日期：2026年5月6日，{PLAN}）",
        f"    ✓ 学历学位不低于博士（学历学位：博士，{PLAN}）",
        f"    ✓ 本市社会保险缴费月数不少于6个月（{months}，{PLAN}）",
        "",
        "需要人工认定：",
        "  专家 <认定>  需人工认定  〔示例〕",
        "    还需要：评议合适（由人员认定）",
        "",
    ]


def test_a_bachelor_in_english(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    low = {"degree": "bachelor", "insured_months": 3}
    path = person(tmp_path, person=low, case={"applied_on": "2026-05-06", "fit": False})

    assert decide([str(rules), str(path), "--language", "en", "--programme", "rent"]) == 0

    months = "Months of social insurance in the city"
    assert capsys.readouterr().out.splitlines() == [
        "Not entitled:",
        "  Rent allowance  not entitled",
        f"    ✓ Day of application is not before 2026-01-01 (Day of application: 2026-05-06; {PLAN_EN})",
        f"    ✗ {months} is at least 6 months ({months}: 3 months; {PLAN_EN})",
        f"    ✗ A master's degree or more (Highest degree: Bachelor; {PLAN_EN})",
        f"    → {months} from 3 months to 6 months (3 months more): meets one of the conditions",
        "    → Highest degree from Bachelor to Master: meets one of the conditions",
        f"    → {months} from 3 months to 6 months (3 months more), and Highest degree from Bachelor to Master: then entitled",
        "",
    ]


def test_what_to_ask_next(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(tmp_path, person={})

    assert decide([str(rules), str(path), "--language", "en"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3:] == [
        "What to answer next, the most useful first:",
        "  Months of social insurance in the city (concerns 3 programmes)",
        "  Highest degree (concerns 3 programmes)",
    ]
    assert "  Rent allowance  facts missing  8,000 yuan to 12,000 yuan" in lines

    assert decide([str(rules), str(path), "--programme", "settling-in"]) == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "接下来最该补充的信息（先答前面的，最快得出结果）：",
        "  学历学位（关系到1个项目）",
        "  本市社会保险缴费月数（关系到1个项目）",
    ]


def test_all_reasons_are_asked_for(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(tmp_path, person={"degree": "bachelor", "insured_months": 6})

    decide([str(rules), str(path)])
    short = capsys.readouterr().out
    decide([str(rules), str(path), "--all"])
    full = capsys.readouterr().out

    assert "✓" not in short
    assert full.count("✓ 本市社会保险缴费月数") == 3


def test_json_holds_fen(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(
        tmp_path,
        person={"degree": "master", "insured_months": 5},
        case={"applied_on": "2027-01-01", "fit": True},
    )
    assert decide([str(rules), str(path), "--json", "--language", "en"]) == 0

    said = json.loads(capsys.readouterr().out)
    expert, rent, grant = said["programmes"]
    assert (expert["programme"], expert["outcome"], expert["result"]) == ("expert", "yes", "second")
    assert (expert["amount_fen"], expert["at_least_fen"], expert["sample"]) == (None, None, True)
    assert (rent["outcome"], rent["amount_fen"]) == ("no", 0)
    assert [one["id"] for one in rent["conditions"]] == ["in-force", "insured", "degree"]
    assert rent["conditions"][1] == {
        "id": "insured",
        "holds": False,
        "text": "Months of social insurance in the city is at least 6 months",
        "source": "plan-2026#1",
        "facts": {"person.insured_months": "5"},
    }
    assert rent["steps"] == [{"id": "base", "label": "Base", "value": "8000"}]
    assert rent["ways"] == [
        {
            "condition": "insured",
            "whole": True,
            "changes": [{"fact": "person.insured_months", "needed": "6"}],
        }
    ]
    assert [way["whole"] for way in grant["ways"]] == [False, False, True]
    assert said["ask"] == []
    assert said["pack"] == load_rules(rules).pack.digest


def test_json_of_an_open_case(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    assert decide([str(rules), str(person(tmp_path, person={"insured_months": 6})), "--json"]) == 1

    said = json.loads(capsys.readouterr().out)
    rent = said["programmes"][1]
    assert (rent["outcome"], rent["amount_fen"]) == ("unknown", None)
    assert (rent["at_least_fen"], rent["at_most_fen"], rent["ask"]) == (
        8_000_00,
        12_000_00,
        ["person.degree"],
    )
    assert rent["conditions"][2]["facts"] == {"person.degree": None}
    assert rent["steps"][0]["value"] is None
    assert [(one["fact"], one["concerns"]) for one in said["ask"]] == [("person.degree", 3)]


def test_a_person_from_standard_input(
    rules: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '{"case": {"applied_on": "2026-05-06"}, "person": {"degree": "doctor", "insured_months": 6}}'
    monkeypatch.setattr("sys.stdin", io.StringIO(text))

    assert decide([str(rules), "-", "--programme", "settling-in", "--language", "en"]) == 0
    assert (
        "Settling-in grant for doctors  entitled  100,000 yuan  [sample]" in capsys.readouterr().out
    )


# What cannot be answered


def errors(capsys: Capture) -> list[str]:
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"person": {}\n  "case": 1}', ":2:3: 不是 JSON not JSON: Expecting ',' delimiter"),
        ("", ":1:1: 不是 JSON not JSON: Expecting value"),
        ("[1]", ': must hold groups of facts, such as {"person": {…}}'),
        ("[" * 100_000, ": 无法读取 cannot be read: maximum recursion depth exceeded"),
        (
            '{"person": {"insured_months": ' + "9" * 5000 + "}}",
            ": 无法读取 cannot be read: Exceeds the limit",
        ),
        (" " * (MAX_BYTES + 1), f": 文件太大 larger than {MAX_BYTES} bytes"),
        (b"\xb2\xa9\xca\xbf", ": 无法读取 cannot be read: 'utf-8' codec can't decode"),
    ],
)
def test_a_file_that_is_no_subject(
    rules: Path, tmp_path: Path, capsys: Capture, text: str | bytes, words: str
) -> None:
    path = tmp_path / "person.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    for command in (decide, bundle):
        assert command([str(rules), str(path)]) == 2
        (line,) = errors(capsys)
        assert line.startswith(f"{path}{words}")


def test_every_fact_that_is_wrong_is_named(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(
        tmp_path, person={"degree": "Doctor", "insured_months": 721, "hair": "red"}, case={}
    )

    assert decide([str(rules), str(path)]) == 2
    assert errors(capsys) == [
        f"{path}: `person.degree`: 'Doctor' is not one of: none, bachelor, master, doctor",
        f"{path}: `person.insured_months`: 721 is outside 0 to 720",
        f"{path}: `person.hair` is not a fact of the pack",
        f"{path}: `case.applied_on` is always needed",
    ]


def test_a_missing_file_and_a_missing_pack(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    missing = tmp_path / "none.json"
    assert decide([str(rules), str(missing)]) == 2
    assert errors(capsys)[0].startswith(f"{missing}: 无法读取 cannot be read: ")

    assert decide([str(tmp_path / "nowhere"), str(person(tmp_path))]) == 2
    assert errors(capsys)[0].startswith(f"{tmp_path / 'nowhere'}: 这里没有城市包 no pack here: ")


def test_an_unknown_programme_names_the_known(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(tmp_path)
    assert decide([str(rules), str(path), "--programme", "rent", "--programme", "lent"]) == 2
    assert errors(capsys) == ["没有这个项目 no such programme: lent; expert, rent, settling-in"]


def test_problems_of_a_pack_stand_on_their_lines(
    rules: Path, tmp_path: Path, capsys: Capture
) -> None:
    """One that the loader finds, then one that only the compiler does."""
    path = person(tmp_path)
    change(rules, "programmes/rent.yaml", "kind: benefit", "kind: present")
    assert decide([str(rules), str(path)]) == 1
    (line,) = errors(capsys)
    assert line.startswith(f"{rules}/programmes/rent.yaml:3: ")

    change(rules, "programmes/rent.yaml", "kind: present", "kind: benefit")
    change(rules, "programmes/rent.yaml", "person.insured_months >=", "person.insured_years >=")
    assert decide([str(rules), str(path)]) == 1
    (line,) = errors(capsys)
    assert line.startswith(f"{rules}/programmes/rent.yaml:14: ")
    assert "person.insured_years" in line

    with pytest.raises(Refused) as refused:
        load_rules(rules)
    assert refused.value.code == 1


def test_help_and_misuse(capsys: Capture) -> None:
    for command, name in ((decide, "decide"), (bundle, "bundle")):
        with pytest.raises(SystemExit) as leaving:
            command(["--help"])
        assert leaving.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: yingcai {name} ")
        with pytest.raises(SystemExit) as leaving:
            command([])
        assert leaving.value.code == 2
        assert "PACK" in capsys.readouterr().err


# Bundles

RECEIVED_NOTHING: dict[str, Any] = {"settling-in": 0}


def test_the_best_bundle_in_english(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(
        tmp_path,
        person={"degree": "doctor", "insured_months": 6},
        case={"applied_on": "2026-05-06", "fit": False},
        received=RECEIVED_NOTHING,
    )
    assert bundle([str(rules), str(path), "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Payable together, in all: 100,000 yuan",
        "  Settling-in grant for doctors: 100,000 yuan",
        "",
        "Left out:",
        f"  Expert <title>: The conditions are not met. ({PLAN_EN})",
        "  Rent allowance: It and “Settling-in grant for doctors” exclude each other; "
        f"with it the total would be 88,000 yuan less. ({PLAN_EN})",
    ]


def test_a_bundle_that_waits_in_chinese(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(tmp_path, person={"degree": "master", "insured_months": 6})

    assert bundle([str(rules), str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "可同时享受，合计：0元至8,000元",
        "  租房补贴：0元至8,000元",
        "    核定金额8,000元。",
        "    是否领取过互斥的“博士安家补助”尚不清楚，若领取过则不发放。",
        "",
        "未列入：",
        f"  专家 <认定>：不发放资金，不参与组合。（{PLAN}）",
        f"  博士安家补助：不符合条件。（{PLAN}）",
        "",
        "补充以下信息后金额可以确定：已领取：博士安家补助",
    ]


def test_what_is_not_decided_stands_beside_the_bundle(
    rules: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = person(tmp_path, person={"degree": "master"}, received=RECEIVED_NOTHING)

    assert bundle([str(rules), str(path), "--language", "en"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["Payable together, in all: 0 yuan", "", "Not decided yet:", lines[3]]
    assert lines[3].startswith("  Rent allowance: ")


def test_a_bundle_as_json(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = person(
        tmp_path, person={"degree": "doctor", "insured_months": 6}, received=RECEIVED_NOTHING
    )

    assert bundle([str(rules), str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["total_fen"], said["payable_fen"]) == (100_000_00, [100_000_00, 100_000_00])
    (paid,) = said["payments"]
    assert (paid["programme"], paid["payable_fen"]) == ("settling-in", [100_000_00, 100_000_00])
    assert paid["lines"][0]["kind"] == "gross"
    assert paid["lines"][0]["fen"] == [100_000_00, 100_000_00]
    left = {one["programme"]: (one["kind"], one["by"], one["loss_fen"]) for one in said["left_out"]}
    assert left["rent"] == ("excluded", ["settling-in"], 88_000_00)
    assert (said["open"], said["ask"]) == ([], [])


def test_a_bundle_that_leaves_nothing_out(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    (rules / "programmes/expert.yaml").unlink()
    change(rules, "programmes/rent.yaml", "stacking:\n  excludes: [settling-in]\n", "")
    path = person(tmp_path, person={"degree": "doctor", "insured_months": 6})

    assert bundle([str(rules), str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "可同时享受，合计：11.2万元",
        "  博士安家补助：10万元",
        "  租房补贴：1.2万元",
    ]


# One row of a table of people

ROWS = """id,firm.id,person.degree,person.insured_months,case.applied_on,case.fit,note
17,f,doctor,6,2026/5/6,,"a, b"
18,f,bachelor,3,2026-05-06,yes,
19,f,doctor,many,2026-05-06,,
20,f,doctor,,2026-05-06,,
20,f,doctor,1,2026-05-06,,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_a_row_of_a_table_says_what_the_same_person_as_json_does(
    rules: Path, table: Path, tmp_path: Path, capsys: Capture
) -> None:
    alone = person(tmp_path, person={"degree": "doctor", "insured_months": 6})
    for command in (decide, bundle):
        assert command([str(rules), str(alone), "--json"]) == 1
        said = capsys.readouterr().out
        assert command([str(rules), str(table), "--id", "17", "--json"]) == 1
        assert capsys.readouterr().out == said


def test_a_row_of_parquet_has_values_of_its_own_types(
    rules: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "people.parquet"
    duckdb.execute(
        'COPY (SELECT 7 AS id, \'doctor\' AS "person.degree", 6 AS "person.insured_months", '
        'TRUE AS "case.fit", TIMESTAMP \'2026-05-06 00:00:00\' AS "case.applied_on") '
        f"TO '{path}' (FORMAT parquet)"
    )

    assert decide([str(rules), str(path), "--json"]) == 0  # the only row needs no --id
    said = json.loads(capsys.readouterr().out)["programmes"]
    assert {one["programme"]: one["outcome"] for one in said} == {
        "settling-in": "yes", "expert": "yes", "rent": "yes",
    }  # fmt: skip


def test_a_row_of_a_snapshot(rules: Path, table: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "people.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"CREATE TABLE people AS FROM read_csv('{table}', all_varchar = true) WHERE id = '18'"
        )

    assert decide([str(rules), str(path), "--id", "18", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["programmes"]
    assert [one["outcome"] for one in said] == ["yes", "no", "no"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "has many rows; choose one by --id, or decide all by `yingcai scan`"),
        (["--id", "99"], "no row has the id 99"),
        (["--id", "20"], "several rows have the id 20"),
        (["--id", "19"], "`person.insured_months`: 'many' is not a number"),
    ],
)
def test_a_row_that_is_not_one(
    rules: Path, table: Path, capsys: Capture, chosen: list[str], said: str
) -> None:
    assert decide([str(rules), str(table), *chosen]) == 2
    assert ran(capsys, 2) == ([], [f"{table}: {said}"])


def test_tables_that_cannot_be_read(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    empty, broken = tmp_path / "empty.csv", tmp_path / "broken.csv"
    empty.write_text("id,person.degree\n", "utf-8")
    broken.write_text("id,person.degree\n" + "1,doctor\n" * 30000 + '2,"doctor\n', "utf-8")
    assert decide([str(rules), str(empty)]) == 2
    assert ran(capsys, 2) == ([], [f"{empty}: is empty"])
    assert decide([str(rules), str(broken), "--id", "99"]) == 2
    assert ran(capsys, 2)[1][0].startswith(f"{broken}: is no table that can be read")


def test_an_id_is_for_tables(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    alone = person(tmp_path, person={"degree": "doctor"})
    assert decide([str(rules), str(alone), "--id", "1"]) == 2
    (line,) = ran(capsys, 2)[1]
    assert line == (f"{alone}: --id 只用于表格 is for tables: .csv, .parquet, .pq, .duckdb, .ddb")


# The shipped pack


def test_an_agency_fee_of_the_shipped_pack(tmp_path: Path, capsys: Capture) -> None:
    """The plan's own sentence: half of the fee, and at most 300,000 yuan."""
    path = tmp_path / "firm.json"
    path.write_text(
        json.dumps(
            {
                "firm": {"kind": "private", "city_event": True, "agency_fee": 600000.02},
                "person": {"full_time": True},
                "case": {"applied_on": "2019-05-06"},
            }
        ),
        "utf-8",
    )
    assert decide([str(SHIPPED), str(path), "--programme", "agency-fee", "--json"]) == 0
    (fee,) = json.loads(capsys.readouterr().out)["programmes"]
    assert (fee["outcome"], fee["amount_fen"], fee["sample"]) == ("yes", 300_000_00, False)
    assert fee["steps"][0]["value"] == "300000.01"
