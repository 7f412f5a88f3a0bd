"""A sweep: the same answers as many drafts, in the database and in native code."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.engine.packs.make_rules import rules_pack
from tests.engine.population.make import people
from tests.engine.rules.texts import facts_of, rules_of
from yingcai.engine.population.command import what_if_people
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.scan import facts_beside
from yingcai.engine.population.snapshot import open_population, workspace
from yingcai.engine.population.sweep import Point, sweep
from yingcai.engine.population.sweep_command import sweep_people
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.free import FREE, free_parameter, written_parameter
from yingcai.engine.rules.model import RuleSet

Capture = pytest.CaptureFixture[str]
SHIPPED = Path(__file__).parents[3] / "packs" / "taizhou"
GRADUATES = SHIPPED / "demo" / "graduates.csv"
PEOPLE = """
id,person.degree,person.insured_months,case.fit,case.applied_on
a,doctor,6,yes,2026-01-01
b,doctor,6,,2026-01-01
c,master,6,no,2027-06-01
d,bachelor,6,yes,2027-06-01
e,,5,yes,2027-06-01
"""
VERSIONS = """
programme: rent
parameters:
  months: {value: 6, unit: month}
  cap: {unit: CNY, by: case.applied_on, values: [{from: 2018-01-01, value: 100}, {from: 2019-01-01, value: 50}]}
  since: {value: 2018-01-01, unit: date}
steps: [{id: twice, value: param.cap * 2}]
conditions: [{id: insured, when: person.months_insured >= param.months}]
versions:
  - id: "2018"
    window: {date: person.introduced_on, to: 2018-12-31}
    amount: LEAST(step.twice, person.salary)
  - id: "2019"
    window: {date: person.introduced_on, from: 2019-01-01}
    amount: param.cap
"""
CROWD = """
id,person.introduced_on,person.months_insured,person.salary,case.applied_on
1,2018-05-01,6,1000,2018-06-01
2,2018-05-01,6,1000,2019-06-01
3,2019-05-01,7,,2019-06-01
4,,7,1000,2019-06-01
5,2019-05-01,,1000,2019-06-01
6,2019-05-01,5,1000,2017-06-01
7,2019-05-01,7,1000,2017-06-01
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rules_pack(tmp_path / "pack")


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    return people(tmp_path, PEOPLE)


def swept(
    text: str, crowd: Path, parameter: str, values: list[int], *, fast: bool = False
) -> list[Point]:
    compiled = rules_of(text)
    programme = next(iter(compiled.programmes))
    with workspace(threads=1) as connection:
        beside = facts_beside(compiled, ())
        population = open_population(connection, crowd, compiled, keep=beside)
        return sweep(population, compiled, programme, parameter, values, fast=fast)


@pytest.mark.parametrize("fast", [False, True])
def test_the_last_dated_value_moves_and_the_earlier_stays(tmp_path: Path, *, fast: bool) -> None:
    found = swept(VERSIONS, people(tmp_path, CROWD), "cap", [30_00, 60_00], fast=fast)

    # 1 stays at twice 100; 2 gets twice the new cap, 3 the new cap; 4 and 5 are open; 7 has no cap yet.
    assert found == [
        Point(30_00, entitled=4, open=2, payable=200_00 + 60_00 + 30_00),
        Point(60_00, entitled=4, open=2, payable=200_00 + 120_00 + 60_00),
    ]


@pytest.mark.parametrize("fast", [False, True])
def test_a_threshold_moves(tmp_path: Path, *, fast: bool) -> None:
    found = swept(VERSIONS, people(tmp_path, CROWD), "months", [5, 6, 7, 8], fast=fast)
    assert [(one.entitled, one.open) for one in found] == [(5, 2), (4, 2), (2, 2), (0, 1)]


def test_one_version_counts_what_is_open_in_native_code_too(tmp_path: Path) -> None:
    text = "programme: p\nparameters: {least: {value: 6, unit: month}}\nconditions: [{id: a, when: person.months_insured >= param.least AND person.suitable}]"
    crowd = people(
        tmp_path,
        "id,person.months_insured,case.applied_on\n1,6,2019-01-01\n2,,2019-01-01\n3,5,2019-01-01\n",
    )
    found = [swept(text, crowd, "least", [6], fast=fast) for fast in (False, True)]
    assert found == [[Point(6, entitled=0, open=2, payable=0)]] * 2


def test_a_free_parameter_decides_like_the_written_one() -> None:
    compiled = rules_of(VERSIONS)
    free = free_parameter(compiled, "rent", "cap", low=0, high=10**6)
    assert free.facts[FREE].always
    assert FREE in free.rules[0].facts
    for day in ("2017-05-06", "2018-05-06", "2019-05-06"):
        facts = facts_of(
            compiled, case={"applied_on": day},
            person={"introduced_on": "2018-02-03", "months_insured": 6, "salary": 150},
        )  # fmt: skip
        assert decide(free, {**facts, FREE: 50_00}) == decide(compiled, facts)


@pytest.mark.parametrize("name", ["nix", "since"])
def test_only_numbers_of_the_programme_can_be_set_free(name: str) -> None:
    with pytest.raises(ValueError, match=f"has no number `{name}`; it has: cap, months, since"):
        free_parameter(rules_of(VERSIONS), "rent", name, low=0, high=1)


def test_a_parameter_as_written() -> None:
    compiled = rules_of(VERSIONS)
    found = written_parameter(compiled, "rent", "months")
    assert found is not None
    assert found.unit == "month"
    assert written_parameter(compiled, "rent", "nix") is None
    assert written_parameter(compiled, "nix", "months") is None


CAPPED = """
programme: p
parameters: {cap: {value: 100, unit: CNY}}
amount: person.salary
stacking: {ceilings: [{per: person, amount: param.cap, share: by_date, within: ever}]}
"""


def test_a_ceiling_moves_in_the_database_and_is_refused_in_native_code(tmp_path: Path) -> None:
    crowd = people(tmp_path, CROWD)
    assert [one.payable for one in swept(CAPPED, crowd, "cap", [10_00, 2000_00])] == [
        60_00,
        6000_00,
    ]
    with pytest.raises(PopulationError, match="leave --fast away"):
        swept(CAPPED, crowd, "cap", [10_00], fast=True)


def test_native_code_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = people(tmp_path, CROWD)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PopulationError, match=r"pip install 'yingcai\[fast\]'"):
        swept(VERSIONS, crowd, "cap", [1], fast=True)


def test_a_sweep_has_some_values_and_not_too_many(tmp_path: Path) -> None:
    crowd = people(tmp_path, CROWD)
    for values in ([], list(range(201))):
        with pytest.raises(PopulationError, match=f"1 to 200 values, not {len(values)}"):
            swept(VERSIONS, crowd, "cap", values)
    with pytest.raises(PopulationError, match="has no number `nix`"):
        swept(VERSIONS, crowd, "nix", [1])


def test_the_command_in_chinese_and_as_json(rules: Path, crowd: Path, capsys: Capture) -> None:
    assert sweep_people([str(rules), str(crowd), "rent.cap=4000..10000/3000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].rstrip() == "参数变动的影响"
    assert [
        [cell.strip() for cell in line.strip("│").split("│")] for line in lines if line[0] == "│"
    ] == [
        ["4,000元", "3", "0", "2.80万元", ""],
        ["7,000元", "3", "0", "3.10万元", "3,000元"],
        ["1万元", "3", "0", "3.20万元", "1,000元"],
    ]

    assert sweep_people([str(rules), str(crowd), "rent.months=5..6/1", "--json", "--fast"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["left_out"], told["decided_by"]) == (5, 0, "native code")
    assert told["points"] == [
        {"value": "5", "entitled": 3, "open": 1, "payable": 3_200_000},
        {"value": "6", "entitled": 3, "open": 0, "payable": 3_200_000},
    ]


def test_shares_move_in_steps_finer_than_the_written_one(capsys: Capture) -> None:
    assert (
        sweep_people(
            [str(SHIPPED), str(GRADUATES), "graduate-settling-in.bonus=0..30/7.5", "--json"]
        )
        == 0
    )
    costs = [one["payable"] for one in json.loads(capsys.readouterr().out)["points"]]
    for share, cost in zip((0, 7.5, 15, 22.5, 30), costs, strict=True):
        change = f"graduate-settling-in.bonus={share}"
        code = what_if_people([str(SHIPPED), str(GRADUATES), "--set", change, "--json"])
        told = json.loads(capsys.readouterr().out)
        assert code == 0
        assert told["total"]["after"] == cost if told["touched"] else share == 30


@pytest.mark.parametrize(
    ("sweep_text", "words"),
    [
        ("rent.cap=1..5", "'rent.cap=1..5': PROGRAMME.PARAMETER=FROM..TO/STEP"),
        ("rent.cap=5..1/1", "5..1/1: 1 to 200 values, not 0"),
        ("rent.cap=1..5/0", "1..5/0: 1 to 200 values, not 0"),
        ("rent.cap=1..500/1", "1..500/1: 1 to 200 values, not 500"),
        ("nix.cap=1..5/1", "没有这个项目 no such programme: nix; expert, rent, settling-in"),
        ("rent.nix=1..5/1", "`rent` 没有数值参数 has no number `nix`; cap, months"),
        ("rent.months=1..2/0.5", "rent.months=1..2/0.5: Decimal('1.5') has more decimals than integer (month) can hold"),
        ("rent.cap=0..9999999999999999999/9999999999999999999", "programmes/rent.yaml"),
    ],
)  # fmt: skip
def test_a_sweep_that_is_wrong_says_so(
    rules: Path, crowd: Path, capsys: Capture, sweep_text: str, words: str
) -> None:
    assert sweep_people([str(rules), str(crowd), sweep_text]) == 2
    assert words in capsys.readouterr().err


def test_a_rule_set_of_one_programme_is_left() -> None:
    both: RuleSet = rules_of(VERSIONS, CAPPED)
    assert list(free_parameter(both, "p", "cap", low=0, high=1).programmes) == ["p"]
