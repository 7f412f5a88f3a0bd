"""Cliffs are found where they were planted, and nowhere else."""

from datetime import date
from pathlib import Path

import pytest

from tests.engine.population.make import Connection, opened, people
from tests.engine.rules.texts import FACTS, rules_of
from yingcai.engine.population import cliffs
from yingcai.engine.population.cliffs import Cliff, find_cliffs
from yingcai.engine.rules.types import civil


def found(
    db: Connection, folder: Path, text: str, *programmes: str, facts: str = FACTS
) -> list[Cliff]:
    rules = rules_of(*programmes, facts=facts)
    return find_cliffs(opened(db, people(folder, text), rules), rules, list(rules.programmes))


SALARY = """
programme: rent
conditions: [{id: full-time, when: person.full_time}]
amount: "CASE WHEN person.salary <= YUAN(100000) THEN YUAN(12000) ELSE YUAN(2000) END"
"""
EARNERS = """
id,person.full_time,person.salary
a,yes,100000
b,yes,99000
c,yes,90000.01
d,yes,90000
e,yes,100000.01
f,no,100000
g,,100000
h,yes,
"""


def test_one_more_fen_of_salary(db: Connection, tmp_path: Path) -> None:
    """All who work full-time lose 10,000 there; a, b and c earn little less."""
    assert found(db, tmp_path, EARNERS, SALARY) == [
        Cliff("rent", "person.salary", 100_000_01, people=6, loss=10_000_00, near=3, sample=8)
    ]


def test_a_cliff_at_a_month(db: Connection, tmp_path: Path) -> None:
    text = "id,person.months_insured\na,30\nb,35\nc,36\nd,3\n"
    programme = """
programme: wages
conditions: [{id: new, when: person.months_insured < 36}]
amount: "CASE WHEN person.months_insured >= 12 THEN YUAN(3000) ELSE YUAN(1000) END"
"""
    assert found(db, tmp_path, text, programme) == [
        Cliff("wages", "person.months_insured", 36, people=4, loss=3_000_00, near=1, sample=4)
    ]


def test_a_cliff_at_a_day(db: Connection, tmp_path: Path) -> None:
    text = "id,person.introduced_on\na,2020-02-29\nb,2019-03-01\nc,2019-02-27\nd,2020-03-01\n"
    programme = """
programme: voucher
versions:
  - {id: old, window: {date: person.introduced_on, to: 2020-02-29}, conditions: [], amount: YUAN(900)}
  - {id: new, window: {date: person.introduced_on, from: 2020-03-01}, conditions: [], amount: YUAN(400)}
"""
    assert found(db, tmp_path, text, programme) == [
        Cliff("voucher", "person.introduced_on", civil(date(2020, 3, 1)), people=4, loss=500_00, near=2, sample=4)
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["<2020-03-01", "<=2020-02-29", "2000-01-01..2020-02-29"])
def test_a_cut_between_two_days(db: Connection, tmp_path: Path, cell: str) -> None:
    programme = f"""
programme: p
conditions: []
tables:
  rate:
    columns: [person.introduced_on, "-> amount CNY"]
    rows: [["{cell}", 9], [">2020-02-29", 5]]
    otherwise: [0]
amount: LOOKUP('rate')
"""
    text = "id,person.introduced_on\na,2019-06-01\n"
    assert [(one.edge, one.loss) for one in found(db, tmp_path, text, programme)] == [
        (civil(date(2020, 3, 1)), 4_00)
    ]


@pytest.mark.parametrize(
    "programme",
    [
        "conditions: [{id: a, when: person.months_insured >= 6}]\namount: YUAN(10)",
        'conditions: []\namount: "CASE WHEN person.salary > YUAN(5) THEN YUAN(5) ELSE person.salary END"',
        "conditions: [{id: a, when: person.full_time}, {id: b, when: person.level IN ('top')}]\namount: YUAN(1)",
        "conditions: []\namount: person.salary",
        # a threshold at the ends of the range, where nothing lies below or above
        'conditions: []\namount: "CASE WHEN person.months_insured >= 0 THEN YUAN(1) ELSE YUAN(9) END"',
        'conditions: []\namount: "CASE WHEN person.months_insured > 600 THEN YUAN(1) ELSE YUAN(9) END"',
    ],
)
def test_no_cliff_where_the_amount_only_rises(
    db: Connection, tmp_path: Path, programme: str
) -> None:
    text = "id,person.full_time,person.salary,person.months_insured,person.level\na,yes,5,6,top\nb,,,,\n"
    assert found(db, tmp_path, text, f"programme: p\n{programme}") == []


def test_the_last_day_of_all_days(db: Connection, tmp_path: Path) -> None:
    facts = FACTS.replace("range: [2000-01-01, 2040-12-31]", "range: [2000-01-01, 9999-12-31]")
    programme = """
programme: p
conditions: [{id: a, when: "case.applied_on < DATE '9999-12-31'"}, {id: b, when: "case.applied_on <= DATE '9999-12-31'"}]
amount: YUAN(1)
"""
    assert [one.edge for one in found(db, tmp_path, "id\na\n", programme, facts=facts)] == [
        civil(date(9999, 12, 31))
    ]


def test_the_deepest_first_and_only_of_the_named(db: Connection, tmp_path: Path) -> None:
    deep = SALARY.replace("rent", "deep").replace("YUAN(2000)", "YUAN(0)")
    rules = rules_of(SALARY, deep, SALARY.replace("rent", "third"))
    population = opened(db, people(tmp_path, EARNERS), rules)

    seen = find_cliffs(population, rules, ["third", "deep", "gone"])

    assert [(one.programme, one.loss) for one in seen] == [
        ("deep", 12_000_00),
        ("third", 10_000_00),
    ]


def test_a_large_population_is_sampled(
    db: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cliffs, "SAMPLE_ROWS", 3)
    rules = rules_of(SALARY)
    text = "id,person.full_time,person.salary\n" + "".join(f"{n},yes,1\n" for n in range(50))
    runs = [
        find_cliffs(opened(db, people(tmp_path, text), rules), rules, ["rent"]) for _ in range(2)
    ]

    assert [(one.people, one.sample, one.near) for one in runs[0]] == [(3, 3, 0)]
    assert runs[0] == runs[1]
    assert db.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("people_read",)]
