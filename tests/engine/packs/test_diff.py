"""Stories of a reform: what a policy officer reads, and nothing for another order or layout."""

import json
import shutil
from pathlib import Path

import pytest

from tests.engine.packs.make import EDITION, change, make_pack
from tests.engine.packs.make_clean import FILE, VOUCHER, make_clean
from yingcai.engine import cli
from yingcai.engine.packs.diff import Change, change_lines, diff
from yingcai.engine.packs.rules_command import load_rules
from yingcai.engine.rules.words import Language

Capture = pytest.CaptureFixture[str]
SETTLING = "programmes/settling-in.yaml"
HEAD = "programme “Housing voucher” (voucher)"


@pytest.fixture
def draft(clean: Path) -> Path:
    """A copy of the clean pack, to be changed."""
    return make_clean(clean.parent / "draft")


def changes(old: Path, new: Path) -> list[Change]:
    return diff(load_rules(old), load_rules(new))


def told(old: Path, new: Path, language: Language = "en") -> list[str]:
    return [line.removeprefix("  ") for line in change_lines(changes(old, new), language)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 50000, source", "value: 50000.00, source"),
        (
            "      - [master, 30000]\n      - [doctor, 80000]\n",
            "      - [doctor, 80000.0]\n      - [ master ,30000]\n",
        ),
        ("person.degree >= 'master'", "( person.degree>='master' )"),
        ("LEAST(step.base, param.cap)", "least(step.base,  (param.cap))"),
        ("kind: benefit\nsubject: person\n", "subject: person\nkind: benefit\n"),
        ("programme: voucher\n", "# A note.\nprogramme: voucher\n"),
        (
            "  - {id: base, value: LOOKUP('base'), label: {zh: 标准额, en: Standard}}\n"
            "  - {id: most, value: param.most, label: {zh: 总额, en: In all}}\n",
            "  - {id: most, value: param.most, label: {zh: 总额, en: In all}}\n"
            "  - {id: base, value: LOOKUP('base'), label: {zh: 标准额, en: Standard}}\n",
        ),
        # What all versions say is the same, written once or in each of them.
        (
            'amount: LEAST(step.base, param.cap)\nversions:\n  - id: "2026"\n',
            'versions:\n  - id: "2026"\n    amount: LEAST(step.base, param.cap)\n',
        ),
    ],
)
def test_another_order_or_layout_is_no_difference(
    clean: Path, draft: Path, old: str, new: str
) -> None:
    change(draft, FILE, old, new)
    if old.startswith("amount"):
        later = "    window: {date: case.applied_on, from: 2027-07-01}\n"
        change(draft, FILE, later, f"{later}    amount: LEAST(step.base, param.cap)\n")

    assert changes(clean, draft) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("value: 60000", "value: 70000",
         ["parameter cap: 60,000 yuan → 70,000 yuan (from 2026-01-01)"]),
        ("    values:\n      - {from: 2026-01-01,", "    values:\n      - {from: 2025-12-01,",
         ["parameter cap: none → 60,000 yuan (from 2025-12-01)"]),
        ("      - {from: 2027-07-01, value: 50000, source: plan-2026#1}\n",
         "      - {from: 2027-07-01, value: 50000, source: plan-2026#1}\n"
         "      - {from: 2028-01-01, value: 40000, source: plan-2026#1}\n",
         ["parameter cap: 50,000 yuan → 40,000 yuan (from 2028-01-01)"]),
        ("months: {value: 6, unit: month, source: plan-2026#1}",
         "months: {unit: month, by: case.applied_on, values: [{from: 2026-01-01, value: 6,"
         " source: plan-2026#1}, {from: 2028-01-01, value: 9, source: plan-2026#0}]}",
         ["clause months: plan-2026#1 → plan-2026#0 (from 2028-01-01)",
          "parameter months: 6 months → 9 months (from 2028-01-01)",
          "date that counts for months: new Day of application"]),
        ("  months: {value: 6", "  spare: {value: 12.5, unit: percent, source: plan-2026#1}\n  months: {value: 6",
         ["parameter spare: new 12.5%"]),
        ("value: 90000, unit: CNY, source: plan-2026#1",
         "value: 90000, unit: CNY, source: plan-2026#1, status: rule",
         ["status most: sample → rule"]),
        ("status: sample", "status: rule", ["status: sample → rule"]),
    ],
)  # fmt: skip
def test_parameters_with_the_day_from_which_they_hold(
    clean: Path, draft: Path, old: str, new: str, expected: list[str]
) -> None:
    change(draft, FILE, old, new)

    assert told(clean, draft) == [HEAD, *expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[doctor, 80000]", "[doctor, 90000]", ["table base Doctor: 80,000 yuan → 90,000 yuan"]),
        ("      - [doctor, 80000]\n", '      - ["none |bachelor", 10]\n      - [doctor, 80000]\n',
         ["table base Bachelor|None: new 10 yuan"]),
        ("      - [doctor, 80000]\n    source", "      - [doctor, 80000]\n    otherwise: [5]\n    source",
         ["table base otherwise: new 5 yuan"]),
        ("person.degree >= 'master'", "person.degree >= 'doctor'",
         ["condition degree: person.degree >= 'master' → person.degree >= 'doctor'"]),
        ("text: {zh: 硕士以上。, en: A master or doctor.}",
         "text: {zh: 须为硕士。, en: At least a master.}",
         ["condition degree: A master or doctor → At least a master"]),
        ("zh: 硕士以上。", "zh: 须为硕士。", ["condition degree: changed otherwise: A master or doctor"]),
        ("  - id: degree\n",
         "  - {id: third, when: person.degree > 'none', source: plan-2026#1, verified_by: talent}\n"
         "  - id: degree\n",
         ["condition third: new Highest degree is above None", "verified by third: new Talent Office"]),
        ("need: required", "need: deferrable",
         ["evidence degree: diploma: Diploma (required) → Diploma (may follow later)"]),
        ("verified_by: labour", "verified_by: talent", ["verified by insured: Labour Bureau → Talent Office"]),
        ("LEAST(step.base, param.cap)", "step.base",
         ["amount: the lower of Standard and 60,000 yuan (from 2026-01-01), 50,000 yuan"
          " (from 2027-07-01) → Standard"]),
        ("label: {zh: 标准额, en: Standard}", "label: {zh: 基准, en: Standard}",
         ["step Standard: changed otherwise: the value of the table for Highest degree"]),
        ("share: by_date", "share: pro_rata",
         ["ceiling per person: 90,000 yuan in all, first come, first served: Housing voucher →"
          " 90,000 yuan in all, in proportion: Housing voucher"]),
        ("stacking:\n", "stacking:\n  highest_of: homes\n  excludes: [settling-in]\n  top_up: true\n",
         ["highest of: new homes", "excludes settling-in: new Settling-in grant for doctors",
          "top-up: new yes"]),
        ("stacking:\n", "stacking:\n  deducts: [settling-in]\n",
         ["deducts settling-in: new Settling-in grant for doctors"]),
        ("to: 2027-06-30", "to: 2027-05-31",
         ["[2026] window Day of application: 2026-01-01 to 2027-06-30 → 2026-01-01 to 2027-05-31"]),
        ("{date: case.applied_on, from: 2026-01-01, to: 2027-06-30}", "{date: case.applied_on, to: 2027-06-30}",
         ["[2026] window Day of application: 2026-01-01 to 2027-06-30 → until 2027-06-30"]),
        ("in_force: {from: 2026-01-01}", "in_force: {from: 2026-01-01, to: 2028-12-31}",
         ["in force: from 2026-01-01 → 2026-01-01 to 2028-12-31"]),
        ("lead: labour\njoint: [talent]", "lead: talent\njoint: [labour]",
         ["lead unit: Labour Bureau → Talent Office", "joint unit labour: new Labour Bureau",
          "joint unit talent: gone Talent Office"]),
        ("title: {zh: 购房券, en: Housing voucher}", "title: {zh: 购房券, en: Voucher}",
         ["title: Housing voucher → Voucher"]),
        ("source: plan-2026#1\nstatus", "source: plan-2026#0\nstatus", ["clause: plan-2026#1 → plan-2026#0"]),
        ("  - name: 硕士三万元", "  - name: 硕士",
         ["example 硕士: new grants 30000", "example 硕士三万元: gone grants 30000"]),
        ("status: sample\n", "status: sample\nbudget_line: homes\n", ["budget line: new homes"]),
        ('  - id: "2027"\n', '  - id: "2028"\n', ["version 2028: was 2027"]),
        ('  - id: "2027"\n    window: {date: case.applied_on, from: 2027-07-01}\n',
         '  - id: "2027"\n    window: {date: case.applied_on, from: 2027-07-01, to: 2027-12-31}\n'
         '  - id: "2028"\n    window: {date: case.applied_on, from: 2028-01-01}\n',
         ["version 2028: new: from 2028-01-01",
          "[2027] window Day of application: from 2027-07-01 → 2027-07-01 to 2027-12-31"]),
        ('  - id: "2027"\n    window: {date: case.applied_on, from: 2027-07-01}\n', "", ["version 2027: gone"]),
    ],
)  # fmt: skip
def test_a_reform_of_one_programme(
    clean: Path, draft: Path, old: str, new: str, expected: list[str]
) -> None:
    change(draft, FILE, old, new)
    lines = told(clean, draft)

    assert lines == [
        HEAD.replace("Housing voucher", lines[0].split("“")[1].split("”")[0]),
        *expected,
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{parts: 2, every: year}", "{shares: [50, 30, 20], every: month}",
         ["instalments: 2 parts, one a year → 50%, 30%, 20%, one a month"]),
        ("months: 24", "months: 36",
         ["obligation stay: Two years of work in the city (24 months) →"
          " Two years of work in the city (36 months)"]),
        # One text becomes one of two: it goes on as the version that is most alike.
        ("amount: param.grant\n",
         "amount: param.grant\nversions:\n"
         '  - {id: "2026", window: {date: case.applied_on, from: 2026-01-01, to: 2026-12-31}}\n'
         '  - {id: "2027", window: {date: case.applied_on, from: 2027-01-01},'
         " steps: [{id: a, value: param.grant, label: {zh: 甲, en: A}}], amount: step.a}\n",
         ["version 2027: new: from 2027-01-01",
          "[2026] window Day of application: new 2026-01-01 to 2026-12-31"]),
    ],
)  # fmt: skip
def test_what_else_a_programme_says(
    clean: Path, draft: Path, old: str, new: str, expected: list[str]
) -> None:
    change(draft, SETTLING, old, new)

    assert told(clean, draft) == [
        "programme “Settling-in grant for doctors” (settling-in)",
        *expected,
    ]


def test_tables_that_give_shares_grades_and_counts(clean: Path, draft: Path) -> None:
    for folder in (clean, draft):
        change(
            folder,
            FILE,
            '"-> amount CNY"]',
            '"-> amount CNY", "-> share percent", "-> degree person.degree", "-> months month"]',
        )
        change(folder, FILE, "[master, 30000]", "[master, 30000, 50, master, 6]")
        change(folder, FILE, "[doctor, 80000]", "[doctor, 80000, 100, doctor, 12]")
        change(folder, FILE, "LOOKUP('base')", "LOOKUP('base.amount')")
    change(draft, FILE, "[master, 30000, 50, master, 6]", "[master, 30000.0, 12.50, doctor, 1]")

    assert told(clean, draft) == [
        HEAD,
        "table base Master: 30,000 yuan, 50%, Master, 6 months → 30,000 yuan, 12.5%, Doctor, 1 month",
    ]


def test_chinese(clean: Path, draft: Path) -> None:
    change(draft, FILE, "value: 60000", "value: 70000")
    change(
        draft,
        FILE,
        "  - id: degree\n",
        "  - {id: third, when: person.degree > 'none', source: plan-2026#1}\n  - id: degree\n",
    )
    change(draft, FILE, "[doctor, 80000]", "[doctor, 90000]")
    change(draft, FILE, "zh: 硕士以上。, en: A master or doctor.", "zh: 硕士以上。, en: A master.")
    change(draft, FILE, '  - id: "2027"\n', '  - id: "2028"\n')
    change(draft, FILE, "to: 2027-06-30", "to: 2027-05-31")
    change(draft, FILE, "share: by_date, within: ever", "share: pro_rata, within: year")
    change(draft, "pack.yaml", "version: 0.1.0", "version: 0.2.0")

    assert told(clean, draft, "zh") == [
        "项目“购房券”（voucher）",
        "版本 2028：原为 2027",
        "封顶 person：累计9万元，先到先得：购房券 → 每年9万元，按比例：购房券",
        "〔2026〕适用时段 申请日期：2026年1月1日至2027年6月30日 → 2026年1月1日至2027年5月31日",
        "参数 cap：6万元 → 7万元（自2026-01-01起）",
        "表 base 博士：8万元 → 9万元",
        "条件 third：新增 学历学位高于无",
        "条件 degree：另有改动：硕士以上",
        "包内文件 pack.yaml",
        "内容有改动",
    ]


def test_programmes_that_are_new_gone_or_renamed(clean: Path, draft: Path) -> None:
    (draft / SETTLING).unlink()
    shutil.move(draft / FILE, draft / "programmes/home.yaml")
    change(draft, "programmes/home.yaml", "programme: voucher", "programme: home")
    new = VOUCHER.replace("programme: voucher", "programme: bonus").replace("'master'", "'doctor'")
    for old, other in (
        ("购房券,", "奖金,"),
        ("person.insured_months", "0"),
        ("value: ", "value: 1"),
        ("labour", "talent"),
    ):
        new = new.replace(old, other)
    new = new[: new.index("steps:")] + "amount: param.most\n"
    (draft / "programmes/bonus.yaml").write_text(
        new.replace("LOOKUP('base')", "param.most"), "utf-8"
    )

    assert told(clean, draft) == [
        "programme “Housing voucher” (bonus): new",
        "programme “Housing voucher” (home): was voucher",
        "programme “Settling-in grant for doctors” (settling-in): gone",
    ]
    assert told(clean, draft, "zh")[1:] == [
        "项目“购房券”（home）：原为 voucher",
        "项目“博士安家补助”（settling-in）：取消",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("range: [0, 720]", "range: [0, 600]",
         ["fact “Months of social insurance in the city” (person.insured_months)",
          "range: 0 to 720 → 0 to 600"]),
        ("- {id: bachelor,", "- {id: college, zh: 大专, en: College}\n      - {id: bachelor,",
         ["fact “Highest degree” (person.degree)", "value college: new College",
          "order of the values: none < bachelor < master < doctor →"
          " none < college < bachelor < master < doctor"]),
        ("    retention: 10\n    moves: up\n  - id: case", "    retention: 12\n    moves: never\n  - id: case",
         ["fact “Months of social insurance in the city” (person.insured_months)",
          "attribute retention: 10 → 12", "attribute moves: up → never"]),
        ("  - id: case.applied_on",
         "  - {id: firm.patents, label: {zh: 专利, en: Patents}, type: integer, unit: item,"
         " source: education, class: public, retention: 5}\n  - id: case.applied_on",
         ["fact “Patents” (firm.patents): new"]),
    ],
)  # fmt: skip
def test_facts(clean: Path, draft: Path, old: str, new: str, expected: list[str]) -> None:
    change(draft, "facts.yaml", old, new)

    assert told(clean, draft) == expected


def test_a_fact_that_counts_in_another_unit(clean: Path, draft: Path) -> None:
    for name in ("facts.yaml", FILE, SETTLING):
        change(draft, name, "unit: month", "unit: day")

    assert told(clean, draft) == [
        "programme “Settling-in grant for doctors” (settling-in)",
        "parameter months: 6 months → 6 days",
        HEAD,
        "parameter months: 6 months → 6 days",
        "fact “Months of social insurance in the city” (person.insured_months)",
        "type: integer month → integer day",
    ]


@pytest.fixture
def whole(pack: Path) -> Path:
    """A copy of the pack with a catalogue and all other kinds of files, to be changed."""
    return make_pack(pack.parent / "whole")


def test_honours_that_moved_to_another_level(pack: Path, whole: Path) -> None:
    change(
        whole,
        "catalogue/2026.yaml",
        "{id: city-prize, level: senior",
        "{id: city-prize, level: top",
    )
    change(whole, "catalogue/2026.yaml", "  - {id: world_prize, level: top, zh: 世界奖}\n",
           "  - {id: new_prize, level: senior, zh: 新奖}\n")  # fmt: skip
    change(whole, "catalogue/2026.yaml", "zh: 相当层次, equivalent: true", "zh: 相当层次")
    change(whole, "catalogue/2026.yaml", "complete: false", "complete: true")
    change(whole, "catalogue/2026.yaml", "status: sample", "status: rule")

    assert told(pack, whole) == [
        "edition of the catalogue “Catalogue” (2026)",
        "status: sample → rule",
        "attribute complete: false → true",
        "item City prize: Senior → Top",
        "item 新奖: new Senior",
        "item 相当层次: top (equivalent) → top",
        "item 世界奖: gone Top",
    ]


def test_a_new_edition_and_one_that_is_gone(pack: Path, whole: Path) -> None:
    (whole / "catalogue/2027.yaml").unlink()
    edition = EDITION.replace("2026-", "2028-").replace('"2026"', '"2028"')
    (whole / "catalogue/2028.yaml").write_text(edition, "utf-8")

    assert told(pack, whole, "zh") == [
        "目录版本“人才分类目录”（2028）：新增",
        "目录版本“人才分类目录”（2027）：取消",
    ]


def test_what_a_whole_pack_may_change(pack: Path, whole: Path) -> None:
    change(
        whole, "programmes/rent.base.csv", "master,10000,,sample", "master,12000,plan-2026#0,rule"
    )
    change(whole, "programmes/rent.yaml", "workflow: claim\n", "")
    change(whole, "programmes/rent.yaml", "feeds: [{measure: 1, text: 引进急需人才 500名}]\n", "")
    change(whole, "programmes/rent.yaml", '[">= 12", 500.5, sample]', '[">=12", 500.50, sample]')
    change(whole, "documents.yaml", "issued_on: 2026-01-01", "issued_on: 2026-01-02")
    change(whole, "texts/letter.txt", "请领取", "请查收")
    change(whole, "workflows/claim.yaml", "days: 20", "days: 15")
    (whole / "README.md").write_text("Other words.\n", "utf-8")
    (whole / "texts/letter.docx").unlink()

    assert told(pack, whole) == [
        "programme “Rent allowance” (rent)",
        "workflow: gone Claim",
        "target 1: 引进急需人才 500名: gone 引进急需人才 500名",
        "status base: master: sample → rule",
        "clause base: master: plan-2026#1 → plan-2026#0",
        "table base Master: 10,000 yuan → 12,000 yuan",
        "document “Talent plan of Lanchuan (2026-2028)” (plan-2026)",
        "attribute issued_on: 2026-01-01 → 2026-01-02",
        "file texts/letter.txt",
        "its contents changed",
        "file workflows/claim.yaml",
        "its contents changed",
        "file texts/letter.docx: gone",
    ]


def test_a_document_that_is_new_or_named_otherwise(clean: Path, draft: Path) -> None:
    change(
        draft,
        "documents.yaml",
        "documents:\n",
        "documents:\n  - {id: other, zh: 通知, read: part}\n",
    )
    change(draft, "documents.yaml", "Talent plan of Lanchuan", "Plan of Lanchuan")

    assert told(clean, draft) == [
        "document “通知” (other): new",
        "document “Plan of Lanchuan (2026-2028)” (plan-2026)",
        "title: Talent plan of Lanchuan (2026-2028) → Plan of Lanchuan (2026-2028)",
    ]


def test_equal_packs_end_with_0(clean: Path, draft: Path, capsys: Capture) -> None:
    assert cli.main(["pack", "diff", str(clean), str(draft)]) == 0

    assert capsys.readouterr() == ("", "")


def test_packs_that_differ_end_with_1(clean: Path, draft: Path, capsys: Capture) -> None:
    change(draft, FILE, "value: 60000", "value: 70000")

    assert cli.main(["pack", "diff", str(clean), str(draft)]) == 1

    out, err = capsys.readouterr()
    assert out == "项目“购房券”（voucher）\n  参数 cap：6万元 → 7万元（自2026-01-01起）\n"
    assert err == ""


def test_changes_as_data(clean: Path, draft: Path, capsys: Capture) -> None:
    change(draft, FILE, "value: 60000", "value: 70000")
    change(draft, FILE, "to: 2027-06-30", "to: 2027-05-31")
    (draft / SETTLING).unlink()

    assert cli.main(["pack", "diff", str(clean), str(draft), "--json"]) == 1

    parameter, window, gone = json.loads(capsys.readouterr().out)["changes"]
    assert parameter == {
        "act": "changed",
        "area": "programme",
        "owner": "voucher",
        "version": None,
        "what": "parameter",
        "name": "cap",
        "since": "2026-01-01",
        "old": {"written": "60000 CNY", "zh": "6万元", "en": "60,000 yuan"},
        "new": {"written": "70000 CNY", "zh": "7万元", "en": "70,000 yuan"},
    }
    assert (window["what"], window["version"]) == ("window", "2026")
    assert (gone["act"], gone["what"], gone["old"], gone["new"]) == (
        "removed",
        "programme",
        None,
        None,
    )


def test_an_unreadable_pack_ends_with_2(clean: Path, draft: Path, capsys: Capture) -> None:
    change(draft, FILE, "    unit: CNY\n", "")
    assert cli.main(["pack", "diff", str(clean), str(draft)]) == 2
    assert capsys.readouterr() == ("", f"{draft}/{FILE}:13: `cap` lacks `unit`\n")

    assert cli.main(["pack", "diff", str(clean.parent / "nowhere"), str(clean)]) == 2
