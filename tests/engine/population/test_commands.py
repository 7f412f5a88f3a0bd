"""``yingcai scan`` and ``yingcai whatif``: words, exit codes, JSON, files and the report."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.engine.packs.make import change
from tests.engine.packs.make_rules import rules_pack
from tests.engine.population.make import people
from yingcai.engine.packs.rules_command import load_rules
from yingcai.engine.population.ceilings import Capped
from yingcai.engine.population.cliffs import Cliff
from yingcai.engine.population.command import scan_people, what_if_people
from yingcai.engine.population.scan import Scan, Tally
from yingcai.engine.population.tables import TableMaker

Capture = pytest.CaptureFixture[str]
SHIPPED = Path(__file__).parents[3] / "packs" / "taizhou"
PEOPLE = """
id,person.degree,person.insured_months,case.fit,applied.rent,case.applied_on
a,doctor,6,yes,yes,2026-01-01
b,doctor,6,,no,2026-01-01
c,master,6,no,,2027-06-01
d,bachelor,6,yes,,2027-06-01
e,,5,yes,,2027-06-01
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rules_pack(tmp_path / "pack")


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    return people(tmp_path, PEOPLE)


def cells(text: str) -> list[list[str]]:
    """The rows of the tables on the terminal."""
    marks = str.maketrans("┃", "│")
    return [
        [cell.strip() for cell in line.translate(marks).strip("│").split("│")]
        for line in text.splitlines()
        if line.startswith(("│", "┃"))
    ]


def test_a_scan_in_chinese(rules: Path, crowd: Path, capsys: Capture) -> None:
    assert scan_people([str(rules), str(crowd)]) == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert [line.rstrip() for line in said.out.splitlines() if line[0] not in "│┃┏┡├└"] == [
        "按项目统计",
        "按牵头单位",
    ]
    assert cells(said.out) == [
        ["项目", "符合", "不符合", "待补充", "待认定", "应发金额", "限额前金额", "符合未申请"],
        ["专家 <认定>", "3", "1", "0", "1", "0元", "0元", ""],
        ["租房补贴", "3", "2", "0", "0", "3.20万元", "3.20万元", "2"],
        ["博士安家补助", "2", "3", "0", "0", "20.00万元", "20.00万元", ""],
        ["牵头单位", "符合（人次）", "应发金额"],
        ["市人力社保局", "5", "23.20万元"],
        ["市人才办", "3", "0元"],
    ]


def test_a_scan_in_english_by_degree_and_year(rules: Path, crowd: Path, capsys: Capture) -> None:
    options = ["--language", "en", "--by", "person.degree", "--by", "year", "--programme", "rent"]
    assert (
        scan_people(
            [str(rules), str(crowd), *options, "--reasons", "--memory", "1GB", "--threads", "1"]
        )
        == 0
    )

    months = "Months of social insurance in the city is at least 6 months"
    assert cells(capsys.readouterr().out) == [
        ["Programme", "Highest degree", "Year", "Entitled", "Not", "Facts missing", "Needs a person", "Payable",
         "Before ceilings", "Not applied"],
        ["Rent allowance", "Bachelor", "2027", "0", "1", "0", "0", "0 yuan", "0 yuan", "0"],
        ["Rent allowance", "Master", "2027", "1", "0", "0", "0", "8,000 yuan", "8,000 yuan", "1"],
        ["Rent allowance", "Doctor", "2026", "2", "0", "0", "0", "24,000 yuan", "24,000 yuan", "1"],
        ["Rent allowance", "unknown", "2027", "0", "1", "0", "0", "0 yuan", "0 yuan", "0"],
        ["Lead unit", "Entitled", "Payable"],
        ["Labour Bureau", "3", "32,000 yuan"],
        ["Programme", "Version", "Condition", "Not met", "Only this one", "Unknown"],
        ["Rent allowance", "", "Day of application is not before 2026-01-01", "0", "0", "0"],
        ["Rent allowance", "", months, "1", "0", "0"],
        ["Rent allowance", "", "A master's degree or more", "1", "1", "1"],
    ]  # fmt: skip


def test_a_scan_as_json(rules: Path, crowd: Path, capsys: Capture) -> None:
    assert (
        scan_people(
            [
                str(rules),
                str(crowd),
                "--json",
                "--by",
                "person.degree",
                "--by",
                "case.fit",
                "--reasons",
            ]
        )
        == 0
    )

    said = json.loads(capsys.readouterr().out)
    assert (said["people"], said["left_out"], said["by"]) == (5, 0, ["person.degree", "case.fit"])
    rent = [one for one in said["tallies"] if one["programme"] == "rent"]
    assert [(one["group"], one["amount"], one["waiting"]) for one in rent] == [
        (["bachelor", True], 0, 0),
        (["master", False], 8_000_00, 1),
        (["doctor", True], 12_000_00, 0),
        (["doctor", None], 12_000_00, 1),
        ([None, True], 0, 0),
    ]
    assert said["reasons"][0]["condition"] == "in-force"
    assert said["reasons"][1] == {
        "programme": "expert", "version": "", "condition": "fit", "refused": 1, "alone": 1, "undecided": 1,
    }  # fmt: skip
    assert said["ceilings"] == {}
    assert said["pack"] == load_rules(rules).pack.digest


def test_progress_never_meets_the_result(
    rules: Path, crowd: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the bar is drawn beside the JSON, which stays whole."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    for command in (
        [*map(str, (rules, crowd))],
        [str(rules), str(crowd), "--set", "rent.months=5"],
    ):
        run = what_if_people if "--set" in command else scan_people
        assert run([*command, "--json"]) == 0
        said = capsys.readouterr()
        assert json.loads(said.out)["people"] == 5
        assert "测算 deciding" in said.err


def test_rows_that_cannot_be_read(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    rows = "".join(f"x{number:02},much,6,,,2026-01-01\n" for number in range(12))
    path = people(tmp_path, PEOPLE + rows)

    assert scan_people([str(rules), str(path), "--json"]) == 1

    said = capsys.readouterr()
    assert json.loads(said.out)["left_out"] == 12
    assert said.err.splitlines() == [
        *[f"{path}: id x{number:02}, person.degree: 'much'" for number in range(10)],
        f"{path}: 12 行无法读取，未参与测算 rows could not be read and took no part",
    ]


def test_what_the_file_lacks_is_said(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    path = people(
        tmp_path, "id,person.degree,person.insured_months,case.applied_on\na,doctor,6,2026-01-01\n"
    )

    assert scan_people([str(rules), str(path)]) == 0
    assert capsys.readouterr().err == "not in the file, so unknown for everybody: case.fit\n"


def test_decisions_go_to_a_file(rules: Path, crowd: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "all.csv"
    assert scan_people([str(rules), str(crowd), "--out", str(out)]) == 0
    assert capsys.readouterr().err == f"{out}: 5\n"
    assert out.read_text("utf-8").splitlines() == [
        "id,expert,rent,rent CNY,settling-in,settling-in CNY",
        "a,yes,yes,12000.00,yes,100000.00",
        "b,person,yes,12000.00,yes,100000.00",
        "c,no,yes,8000.00,no,0.00",
        "d,yes,no,0.00,no,0.00",
        "e,yes,no,0.00,no,0.00",
    ]

    assert scan_people([str(rules), str(crowd), "--out", str(out), "--not-applied", "rent"]) == 0
    assert out.read_text("utf-8").splitlines() == [
        "id,rent,rent CNY",
        "b,yes,12000.00",
        "c,yes,8000.00",
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--not-applied", "rent"], "--not-applied 需要 needs --out FILE"),
        (
            ["--programme", "lent"],
            "没有这个项目 no such programme: lent; expert, rent, settling-in",
        ),
        (
            ["--programme", "rent", "--not-applied", "expert", "--out", "x.csv"],
            "没有这个项目 no such programme: expert; rent",
        ),
        (["--not-applied", "expert", "--out", "x.csv"], "the file has no column `applied.expert`"),
        (
            ["--by", "person.insured_months"],
            "cannot group by person.insured_months; by `year` or one of: "
            "person.degree, case.fit, person.grade",
        ),
        (["--memory", "much"], "'much' is no size of memory; write 2GB"),
        (["--threads", "-1"], "-1 is no number of threads; write 1, or 0 for all"),
    ],
)
def test_misuse_of_a_scan(
    rules: Path, crowd: Path, capsys: Capture, options: list[str], words: str
) -> None:
    assert scan_people([str(rules), str(crowd), *options]) == 2
    assert capsys.readouterr() == ("", f"{words}\n")


def test_files_that_are_missing_or_broken(
    rules: Path, crowd: Path, tmp_path: Path, capsys: Capture
) -> None:
    none = tmp_path / "none.csv"
    assert scan_people([str(rules), str(none)]) == 2
    assert capsys.readouterr() == ("", f"{none}: there is no such file\n")

    out = tmp_path / "nowhere" / "a.html"
    assert (
        what_if_people([str(rules), str(crowd), "--set", "rent.months=5", "--report", str(out)])
        == 2
    )
    said = capsys.readouterr()
    assert (said.out, str(out) in said.err) == ("", True)

    change(rules, "programmes/rent.yaml", "kind: benefit", "kind: present")
    assert scan_people([str(rules), str(crowd)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.startswith(f"{rules}/programmes/rent.yaml:3: ")) == ("", True)


CEILING = "stacking:\n  ceilings:\n    - {per: firm, amount: YUAN(15000), share: by_date, within: ever, group: [rent, settling-in], source: plan-2026#1}\n"


def test_a_ceiling_is_an_interval_while_claims_are_open(
    rules: Path, tmp_path: Path, capsys: Capture
) -> None:
    """Choosing one programme brings the other one under the ceiling with it."""
    change(rules, "programmes/rent.yaml", "stacking:\n  excludes: [settling-in]\n", CEILING)
    rows = "a,f,master,6,2026-01-01\nb,f,,6,2026-01-02\nc,g,bachelor,6,2026-01-02\n"
    path = people(
        tmp_path, f"id,firm.id,person.degree,person.insured_months,case.applied_on\n{rows}"
    )

    assert scan_people([str(rules), str(path), "--programme", "rent", "--language", "en"]) == 0
    said = cells(capsys.readouterr().out)
    assert [row[:1] + row[5:7] for row in said[1:3]] == [
        ["Rent allowance", "8,000 yuan – 15,000 yuan", "8,000 yuan"],
        ["Settling-in grant for doctors", "0 yuan – 15,000 yuan", "0 yuan"],
    ]
    assert (
        scan_people(
            [str(rules), str(path), "--programme", "rent", "--by", "year", "--language", "en"]
        )
        == 0
    )
    assert [row[6] for row in cells(capsys.readouterr().out)[1:3]] == ["8,000 yuan", "0 yuan"]


# What if


def test_a_draft_in_chinese(rules: Path, crowd: Path, capsys: Capture) -> None:
    change(rules, "programmes/rent.yaml", "text: 引进急需人才500名", "text: 引进急需人才500名以上")
    assert (
        what_if_people(
            [str(rules), str(crowd), "--set", "rent.months=7", "--set", "rent.cap@2026-01-01=9000"]
        )
        == 0
    )

    said = capsys.readouterr()
    assert said.err == ""
    assert cells(said.out) == [
        ["项目", "现行金额", "调整后金额", "增减", "受益人数", "增加", "减少人数", "减少", "新增享受", "不再享受", "待定"],
        ["租房补贴", "3.20万元", "0元", "-3.20万元", "0", "0元", "3", "3.20万元", "0", "3", "0"],
        ["条款", "目标", "项目", "现行符合", "调整后符合", "增减"],
        ["1", "引进急需人才500名以上", "租房补贴", "3", "0", "-3"],
    ]  # fmt: skip


def test_a_draft_in_english_with_cliffs(rules: Path, crowd: Path, capsys: Capture) -> None:
    change(rules, "programmes/rent.yaml", "amount: LEAST(step.base, param.cap)",
           "amount: CASE WHEN person.insured_months <= 36 THEN step.base ELSE YUAN(1) END")  # fmt: skip
    options = ["--set", "rent.months=5", "--cliffs", "--by", "case.fit", "--language", "en"]
    assert what_if_people([str(rules), str(crowd), *options]) == 0

    found = cells(capsys.readouterr().out)
    assert found[1:4] == [
        ["Rent allowance", "no", "8,000 yuan", "8,000 yuan", "0 yuan", *["0", "0 yuan"] * 2, "0", "0", "0"],
        ["Rent allowance", "yes", "20,000 yuan", "20,000 yuan", "0 yuan", *["0", "0 yuan"] * 2, "0", "0", "1"],
        ["Rent allowance", "unknown", "20,000 yuan", "20,000 yuan", "0 yuan", *["0", "0 yuan"] * 2, "0", "0", "0"],
    ]  # fmt: skip
    assert found[-1] == [
        "Rent allowance", "Months of social insurance in the city", "37 months", "15,999 yuan", "3", "0",
    ]  # fmt: skip


def test_a_draft_as_json(rules: Path, crowd: Path, capsys: Capture) -> None:
    change(rules, "programmes/rent.yaml", "amount: LEAST(step.base, param.cap)",
           "amount: CASE WHEN case.applied_on <= DATE '2026-12-31' THEN param.cap ELSE YUAN(1) END")  # fmt: skip
    options = ["--set", "rent.cap@2026-01-01=13000", "--json", "--by", "person.degree", "--cliffs"]
    assert what_if_people([str(rules), str(crowd), *options]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["people"], said["touched"]) == (5, ["rent"])
    assert said["untouched"] == ["expert", "settling-in"]
    assert [(one["group"], one["won"]) for one in said["effects"]] == [
        (["bachelor"], 0), (["master"], 0), (["doctor"], 2_000_00), ([None], 0),
    ]  # fmt: skip
    assert (said["total"]["before"], said["total"]["after"]) == (24_001_00, 26_001_00)
    assert said["cliffs"] == [
        {"programme": "rent", "fact": "case.applied_on", "edge": "2027-01-01", "people": 3,
         "loss": 12_999_00, "near": 2, "sample": 5}
    ]  # fmt: skip


def test_the_draft_as_a_pack(rules: Path, crowd: Path, tmp_path: Path, capsys: Capture) -> None:
    """One programme is gone, one is new; both can be named."""
    draft = rules_pack(tmp_path / "draft")
    text = (draft / "programmes/rent.yaml").read_text("utf-8")
    (draft / "programmes/rent.yaml").unlink()
    (draft / "programmes/flat.yaml").write_text(
        text.replace("programme: rent", "programme: flat"), "utf-8"
    )
    command = [str(rules), str(crowd), "--new", str(draft), "--json"]

    assert what_if_people(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["touched"] == ["rent", "flat"]
    assert (said["total"]["before"], said["total"]["after"]) == (32_000_00, 32_000_00)
    assert (said["total"]["entered"], said["total"]["left"]) == (3, 3)

    for name in ("rent", "flat"):
        assert what_if_people([*command, "--programme", name]) == 0
        assert json.loads(capsys.readouterr().out)["touched"] == [name]
    assert what_if_people([*command, "--programme", "lent"]) == 2
    assert (
        capsys.readouterr().err
        == "没有这个项目 no such programme: lent; expert, rent, settling-in, flat\n"
    )


def test_the_same_rules(rules: Path, crowd: Path, tmp_path: Path, capsys: Capture) -> None:
    report = tmp_path / "report.html"
    options = [str(rules), str(crowd), "--set", "rent.months=6", "--report", str(report)]
    assert what_if_people([*options, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["effects"] == []
    assert (
        said.err.splitlines()[0]
        == "两套规则相同，没有影响 the rules are the same, so nothing changes"
    )
    assert "受影响的项目：无。" in report.read_text("utf-8")

    assert what_if_people([*options, "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Effects of the change: 没有 none", "Effect on the plan's targets: 没有 none",
    ]  # fmt: skip
    assert "Touched: none." in report.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], ["请用 --set 或 --new 给出调整 give the draft: either --set or --new"]),
        (
            ["--set", "rent.months=5", "--new", "x"],
            ["请用 --set 或 --new 给出调整 give the draft: either --set or --new"],
        ),
        (
            ["--set", "months=5", "--set", "rent.years=5", "--set", "lent.months=5"],
            [
                "'months=5': PROGRAMME.PARAMETER=VALUE",
                "`rent` has no parameter `years`; there is: cap, months",
                "there is no programme `lent`",
            ],
        ),
        (
            ["--set", "rent.months=soon"],
            ["programmes/rent.yaml: parameters.months: 'soon' is not a number"],
        ),
    ],
)
def test_misuse_of_a_draft(
    rules: Path, crowd: Path, capsys: Capture, options: list[str], words: list[str]
) -> None:
    assert what_if_people([str(rules), str(crowd), *options]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.splitlines()[: len(words)]) == ("", words)


def test_packs_with_other_words(rules: Path, crowd: Path, tmp_path: Path, capsys: Capture) -> None:
    draft = rules_pack(tmp_path / "draft")
    change(draft, "facts.yaml", "{id: first, zh: 一级, en: First}, ", "")
    change(draft, "programmes/expert.yaml", "rows: [[doctor, first]]", "rows: [[doctor, second]]")

    assert what_if_people([str(rules), str(crowd), "--new", str(draft)]) == 2
    assert capsys.readouterr().err.startswith("`person.grade` has other values in the two packs")


def test_the_shipped_pack(tmp_path: Path, capsys: Capture) -> None:
    """Four applications of one firm, 200,000 each; its ceiling leaves 300,000, by the draft 500,000."""
    rows = "".join(f"{n},f,private,yes,400000,yes,2019-0{n}-01\n" for n in range(1, 5))
    head = "id,firm.id,firm.kind,firm.city_event,firm.agency_fee,person.full_time,case.applied_on"
    path = people(tmp_path, f"{head}\n{rows}")
    command = [str(SHIPPED), str(path), "--programme", "agency-fee", "--json"]

    assert scan_people(command) == 0
    said = json.loads(capsys.readouterr().out)
    (tally,) = said["tallies"]
    assert (tally["yes"], tally["amount"], tally["payable"]) == (4, 800_000_00, 300_000_00)
    assert said["ceilings"] == {"agency-fee": {"at_least": 300_000_00, "at_most": 300_000_00}}

    assert what_if_people([*command, "--set", "agency-fee.cap=500000"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert (total["before"], total["after"]) == (300_000_00, 500_000_00)
    # the second and the third are paid 100,000 more each, the fourth still nothing
    assert (total["winners"], total["won"], total["losers"]) == (2, 200_000_00, 0)


def test_the_whole_shipped_pack(tmp_path: Path, capsys: Capture) -> None:
    path = people(
        tmp_path,
        "id,case.applied_on,firm.id,person.degree\n1,2019-05-06,f,doctor\n2,2019-05-06,,\n",
    )

    assert scan_people([str(SHIPPED), str(path), "--reasons", "--by", "year"]) == 0
    said = capsys.readouterr()
    assert len(cells(said.out)) > 26 + 26
    assert (
        what_if_people([str(SHIPPED), str(path), "--set", "agency-fee.share=60", "--cliffs"]) == 0
    )


# The report


class Page(HTMLParser):
    """Reads a page; fails on a tag that is not closed."""

    EMPTY = ("meta", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def report(rules: Path, crowd: Path, tmp_path: Path, *options: str) -> Page:
    out = tmp_path / "report.html"
    assert what_if_people([str(rules), str(crowd), "--report", str(out), *options]) == 0
    return Page(out.read_text("utf-8"))


EXPERTS = ["--set", "expert.months=7"]


def test_a_report_in_both_languages(
    rules: Path, crowd: Path, tmp_path: Path, capsys: Capture
) -> None:
    draft = ["--set", "rent.cap@2026-01-01=9000", "--by", "person.degree"]
    zh = report(rules, crowd, tmp_path, *draft)
    en = report(rules, crowd, tmp_path, *draft, "--language", "en")

    assert capsys.readouterr().err == f"{tmp_path / 'report.html'}\n" * 2
    assert (zh.all("html"), en.all("html")) == ([{"lang": "zh-Hans"}], [{"lang": "en"}])
    assert zh.words[0] == "政策调整测算报告"
    assert (
        "测算对象5人（单位）。受影响的项目：租房补贴。金额由3.20万元变为2.60万元，增减-6,000元；0人增加，<5人减少，0人因信息不全未能判断。"
        in zh.words
    )
    assert (
        "5 people or firms. Touched: Rent allowance. The cost goes from 32,000 yuan to 26,000 yuan, a difference of "
        "-6,000 yuan; 0 gain, <5 lose, 0 cannot be decided because facts are missing."
    ) in en.words
    for page in (zh, en):
        assert page.all("script") == []
        assert not [
            name for _, attributes in page.seen for name in attributes if name.startswith("on")
        ]
        # a bar only for the doctors, whose cost changes
        (bar,) = page.all("rect")
        assert bar["class"] == "less"
        assert len(page.all("tr")) == 1 + 4 + 1 + 1
    assert "Programmes that the change does not touch" in en.words
    assert "Expert <title>, Settling-in grant for doctors" in en.words
    assert "Doctor" in en.words  # the bar's; one programme alone is not named with each


def test_small_counts_do_not_leave_the_house(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    """The terminal shows them, the report does not; nor can a difference give them away."""
    rows = "".join(f"{n},doctor,{6 if n < 3 else 7},2026-01-01\n" for n in range(9))
    path = people(tmp_path, f"id,person.degree,person.insured_months,case.applied_on\n{rows}")

    page = report(rules, path, tmp_path, "--set", "rent.months=7", "--language", "en")
    assert "3" in [cell for row in cells(capsys.readouterr().out) for cell in row]
    assert "3" not in page.words
    assert page.words.count("<5") == 2  # losers, no longer entitled
    assert "-3" in page.words  # of 9 and 6, which may be shown

    page = report(rules, path, tmp_path, "--set", "rent.months=8", "--language", "en")
    assert ("9" in page.words, "-9" in page.words) == (True, True)
    few = people(tmp_path, f"id,person.degree,person.insured_months,case.applied_on\n{rows[:88]}")
    page = report(rules, few, tmp_path, "--set", "rent.months=7", "--language", "en")
    assert "-3" not in page.words
    assert "-1" not in page.words


def test_a_report_escapes_what_the_pack_says(rules: Path, crowd: Path, tmp_path: Path) -> None:
    change(
        rules,
        "programmes/rent.yaml",
        "en: Rent allowance",
        'en: "Rent <script>alert(1)</script> & [red]so on[/red]"',
    )
    page = report(rules, crowd, tmp_path, "--set", "rent.months=7", "--language", "en", "--cliffs")

    assert page.all("script") == []
    assert "Rent <script>alert(1)</script> & [red]so on[/red]" in page.words
    assert "None found." in page.words  # no cliffs


def test_the_terminal_prints_what_the_pack_says(rules: Path, crowd: Path, capsys: Capture) -> None:
    change(
        rules, "programmes/rent.yaml", "en: Rent allowance", 'en: "Rent [red]so :smile: on[/red]"'
    )
    assert scan_people([str(rules), str(crowd), "--language", "en"]) == 0
    assert cells(capsys.readouterr().out)[2][0] == "Rent [red]so :smile: on[/red]"


def test_a_report_on_all_programmes(rules: Path, crowd: Path, tmp_path: Path) -> None:
    page = report(
        rules, crowd, tmp_path, "--set", "rent.months=5", "--programme", "rent", "--language", "en"
    )
    assert "Programmes that the change does not touch" not in page.words
    assert (page.all("svg"), page.all("figure")) == ([], [])  # the cost stays as it is


def test_bars_to_both_sides(rules: Path, crowd: Path, tmp_path: Path) -> None:
    page = report(
        rules,
        crowd,
        tmp_path,
        "--set",
        "rent.cap@2026-01-01=24000",
        "--set",
        "settling-in.months=7",
    )
    bars = page.all("rect")
    assert [bar["class"] for bar in bars] == ["more", "less"]
    # 16,000 more beside 200,000 less; each side has half of the width
    assert [(bar["x"], bar["width"]) for bar in bars] == [
        ("50.00%", "4.00%"),
        ("0.00%", "50.00%"),
    ]


# Tables on their own


def made(rules: Path, **more: Any) -> TableMaker:
    return TableMaker(load_rules(rules).rules, "zh", **more)


@pytest.mark.parametrize(
    ("fen", "zh"),
    [
        (999_999, "9,999.99元"),
        (1_000_000, "1.00万元"),
        (1_005_000, "1.01万元"),
        (-1_015_000, "-1.02万元"),
        (123_456_789_012_345_678, "123,456,789,012.35万元"),
    ],
)
def test_sums_in_ten_thousands_are_rounded_as_people_do(rules: Path, fen: int, zh: str) -> None:
    assert made(rules).money(fen) == zh


def test_a_unit_that_the_pack_does_not_name(rules: Path) -> None:
    found = Scan((), (Tally("rent", (), 3, 0, 0, 0, 0, 5, 5),), {})
    assert made(rules).by_unit(found).rows == (("labour", "3", "0.05元"),)
    assert made(rules, small=5).by_unit(found).rows == (("labour", "<5", "0.05元"),)


def test_a_sum_that_nothing_bounds(rules: Path) -> None:
    found = Scan((), (Tally("rent", (), 3, 0, 0, 0, 0, 5, 5),), {"rent": Capped(5, None)})
    assert made(rules).scanned(found).rows[0][5] == "至少0.05元"


def test_a_cliff_in_words(rules: Path) -> None:
    table = made(rules, small=5).cliffs(
        [Cliff("rent", "person.insured_months", 37, 1200, 5_000_00, 4, 2000)]
    )
    assert table.rows == (("租房补贴", "本市社会保险缴费月数", "37个月", "5,000元", "1,200", "<5"),)
