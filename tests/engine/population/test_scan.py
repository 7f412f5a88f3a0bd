"""A scan: everybody's decisions counted, by programme and group, with reasons and a file of them all."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.engine.population.make import (
    GRANT,
    GRANT_PEOPLE,
    Connection,
    ceiling,
    opened,
    people,
    scanned,
)
from tests.engine.rules.random_rules import World, random_world
from tests.engine.rules.texts import rules_of
from yingcai.engine.population.decided import GROUP_RULES, clusters, decided_groups
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.scan import (
    Block,
    Tally,
    group_value,
    group_words,
    scan,
    write_decisions,
)
from yingcai.engine.population.snapshot import open_population
from yingcai.engine.rules.closures import prepared
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.subject import read_subject

TITLE = """
programme: title
title: {zh: 称号, en: Title}
kind: recognition
conditions:
  - {id: fit, when: person.suitable}
result: person.level
"""


def test_people_and_fen_by_hand(db: Connection, tmp_path: Path) -> None:
    found = scanned(db, people(tmp_path, GRANT_PEOPLE), rules_of(GRANT))

    assert found.tallies == (
        Tally("grant", (), 3, 2, 1, 0, no_amount=1, amount=70_000_00, payable=70_000_00),
    )
    assert found.notes == ()


def test_by_level_and_full_time_and_year(db: Connection, tmp_path: Path) -> None:
    text = """
id,person.full_time,person.months_insured,person.level,case.applied_on
a,true,6,top,2019-05-06
b,true,12,senior,2019-01-01
c,true,12,senior,2018-12-31
d,,12,senior,2018-12-31
e,true,12,,2018-01-01
"""
    rules = rules_of(GRANT)
    by = ("person.level", "person.full_time", "year")
    found = scanned(db, people(tmp_path, text), rules, by)

    assert [(one.group, one.yes, one.unknown, one.amount) for one in found.tallies] == [
        ((1, True, 2018), 1, 0, 20_000_00),
        ((1, True, 2019), 1, 0, 20_000_00),
        ((1, None, 2018), 0, 1, 0),
        ((3, True, 2019), 1, 0, 50_000_00),
        ((None, True, 2018), 1, 0, 0),
    ]
    assert found.total("grant") == Tally("grant", (), 4, 0, 1, 0, 1, 90_000_00, 90_000_00)
    words = [
        group_words(value, name, rules, "zh")
        for value, name in zip((1, True, 2018), by, strict=True)
    ]
    assert words == ["高级人才", "是", "2018"]
    assert group_words(None, "person.level", rules, "en") == "unknown"
    assert group_words(3, "person.level", rules, "en") == "top"
    assert [group_value(value, name, rules) for value, name in zip((1, None, 2018), by, strict=True)] == [
        "senior", None, 2018,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["person.salary", "person.hair", "person.introduced_on"])
def test_a_group_that_is_none_names_those_that_are(
    db: Connection, tmp_path: Path, name: str
) -> None:
    path = people(tmp_path, GRANT_PEOPLE)
    with pytest.raises(PopulationError) as error:
        scanned(db, path, rules_of(GRANT), (name,))
    assert str(error.value) == (
        f"cannot group by {name}; by `year` or one of: "
        "person.level, person.trade, person.full_time, person.suitable"
    )


NO_DAY = """
sources: [{id: register, zh: 登记, en: Register, kind: register}]
facts: [{id: person.full_time, label: {zh: 全职, en: Full-time}, type: boolean, source: register}]
"""


@pytest.mark.parametrize(
    "stacking", ["", f"stacking: {{ceilings: [{ceiling('person', 'YUAN(1)')}]}}"]
)
def test_years_and_ceilings_need_the_day(db: Connection, tmp_path: Path, stacking: str) -> None:
    rules = rules_of(
        f"programme: p\nconditions: [{{id: a, when: person.full_time}}]\namount: YUAN(2)\n{stacking}",
        facts=NO_DAY,
    )
    (tmp_path / "a.csv").write_text("id,person.full_time\n1,yes\n", "utf-8")
    population = open_population(db, tmp_path / "a.csv", rules)

    with pytest.raises(
        PopulationError, match=r"need the fact case\.applied_on, which the pack lacks"
    ):
        scan(population, rules, by=() if stacking else ("year",))

    if not stacking:
        assert scan(population, rules).total("p").amount == 200


def test_an_empty_population(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(GRANT, TITLE)
    population = opened(db, people(tmp_path, "id,person.level"), rules, ["person.level"])

    assert scan(population, rules).tallies == (
        Tally("grant", (), *[0] * 7), Tally("title", (), *[0] * 7),
    )  # fmt: skip
    by_level = scan(population, rules, by=["person.level"], reasons=True)
    assert by_level.tallies == ()
    assert by_level.total("grant") == Tally("grant", (), 0, 0, 0, 0, 0, 0, 0, waiting=0)
    assert [(one.refused, one.alone, one.undecided) for one in by_level.blocks] == [(0, 0, 0)] * 3
    assert by_level.notes == (
        "not in the file, so unknown for everybody: "
        "person.full_time, person.months_insured, person.suitable",
    )


def test_a_recognition_has_no_amount_that_could_be_missing(db: Connection, tmp_path: Path) -> None:
    text = "id,person.suitable,person.level\na,yes,top\nb,no,top\nc,,top\nd,yes,\n"
    found = scanned(db, people(tmp_path, text), rules_of(TITLE))

    assert found.tallies == (Tally("title", (), 2, 1, 0, 1, no_amount=0, amount=0, payable=0),)


def test_reasons_by_hand(db: Connection, tmp_path: Path) -> None:
    versions = """
programme: two
versions:
  - id: early
    window: {date: person.introduced_on, to: 2018-12-31}
    conditions: [{id: fit, when: person.suitable}]
    amount: YUAN(1)
  - id: late
    window: {date: person.introduced_on, from: 2019-01-01}
    conditions:
      - {id: fit, when: person.suitable}
      - {id: again, when: person.suitable}
    amount: YUAN(2)
"""
    always = "programme: always\nconditions: []\namount: YUAN(3)"
    text = """
id,person.full_time,person.months_insured,person.introduced_on,person.suitable
a,false,7,2018-01-01,yes
b,false,5,2018-01-01,no
c,true,5,2019-01-01,no
d,true,,2019-01-01,
e,,5,,yes
f,false,,2019-01-01,yes
"""
    found = scanned(db, people(tmp_path, text), rules_of(GRANT, versions, always), reasons=True)

    assert found.blocks == (
        Block("grant", "", "full-time", refused=3, alone=1, undecided=1),  # a alone; b, f
        Block("grant", "", "insured", refused=3, alone=1, undecided=2),  # c alone; b, e
        Block("two", "early", "window", refused=3, alone=1, undecided=1),  # f alone; c, d
        Block("two", "early", "fit", refused=2, alone=1, undecided=1),  # b alone; c
        Block("two", "late", "window", refused=2, alone=1, undecided=1),  # a alone; b
        Block("two", "late", "fit", refused=2, alone=0, undecided=1),  # with its twin
        Block("two", "late", "again", refused=2, alone=0, undecided=1),
    )
    assert [(one.yes, one.no, one.unknown, one.person) for one in found.tallies] == [
        (0, 5, 1, 0), (2, 2, 1, 1), (6, 0, 0, 0),
    ]  # fmt: skip


def test_reasons_of_a_programme_that_asks_nothing(db: Connection, tmp_path: Path) -> None:
    rules = rules_of("programme: always\nconditions: []\namount: YUAN(3)")
    found = scanned(db, people(tmp_path, "id\n1\n2\n"), rules, reasons=True)

    assert found.blocks == ()
    assert found.total("always").amount == 600


def test_waiting_is_entitled_and_not_applied(db: Connection, tmp_path: Path) -> None:
    rows = [("yes", 6, "a"), ("no", 6, "b"), ("", 6, "c"), ("no", 5, "d"), ("", "", "e")]
    text = "id,applied.grant,person.full_time,person.months_insured,person.level\n" + "".join(
        f"{name},{applied},yes,{months},top\n" for applied, months, name in rows
    )
    rules = rules_of(GRANT, TITLE)
    found = scanned(db, people(tmp_path, text), rules)

    assert found.total("grant").waiting == 2
    assert found.total("title").waiting is None
    by_level = scanned(db, people(tmp_path, text), rules, ["person.level"])
    assert by_level.total("grant").waiting == 2


def test_progress_counts_programmes(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(
        *(f"programme: p{place}\nconditions: []\namount: YUAN(1)" for place in range(30))
    )
    seen: list[tuple[int, int]] = []

    scanned(db, people(tmp_path, "id\n1\n"), rules, progress=lambda *step: seen.append(step))

    assert seen == [(24, 30), (30, 30)]


# Groups of programmes


def test_programmes_under_one_ceiling_stand_in_one_statement() -> None:
    def named(name: str, *group: str) -> str:
        ceilings = ceiling("person", "YUAN(1)", group=(name, *group)) if group else ""
        return f"programme: {name}\nconditions: []\namount: YUAN(1)\nstacking: {{ceilings: [{ceilings}]}}"

    rules = rules_of(
        named("a"),
        named("b", "d"),
        named("c", "missing"),
        named("d"),
        named("e", "c", "d"),
        named("f"),
    )

    assert clusters(rules) == [["a"], ["e", "c", "b", "d"], ["f"]]
    parts = [[one.programme for one in part.programmes] for part in decided_groups(rules)]
    assert parts == [["a", "b", "c", "d", "e", "f"]]


def test_no_programme_makes_no_statement() -> None:
    assert list(decided_groups(RuleSet({}, {}, ()))) == []


# A file of all decisions


def written(db: Connection, path: Path, out: Path, rules: RuleSet, **more: Any) -> list[Any]:
    population = opened(db, path, rules)
    rows = write_decisions(population, rules, out, **more)
    with duckdb.connect() as reader:
        found = reader.execute("SELECT * FROM read_parquet(?)", [str(out)]).fetchall()
    assert rows == len(found)
    return found


def test_every_decision_in_a_csv(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(GRANT, TITLE)
    population = opened(db, people(tmp_path, GRANT_PEOPLE), rules)
    out = tmp_path / "it's all.csv"

    assert write_decisions(population, rules, out) == 6

    assert out.read_text("utf-8").splitlines() == [
        "id,grant,grant CNY,title",
        "a,yes,50000.00,person",
        "b,yes,20000.00,person",
        "c,no,0.00,person",
        "d,no,0.00,person",
        "e,unknown,,person",
        "f,yes,,person",
    ]
    left = db.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert left == [("people_read",)]


def test_all_programmes_are_written_and_to_the_fen(db: Connection, tmp_path: Path) -> None:
    """More programmes than one statement decides, and sums that no binary fraction holds."""
    count = 2 * GROUP_RULES + 3
    rules = rules_of(
        *(
            f"programme: p-{place}\nconditions: [{{id: a, when: person.months_insured >= {place}}}]\n"
            f"amount: YUAN(9007199254740.{place:02})"
            for place in range(count)
        )
    )
    path = people(
        tmp_path, "id,person.months_insured\n" + "".join(f"{n:03},{n}\n" for n in range(60))
    )
    out = tmp_path / "all.parquet"

    rows = written(db, path, out, rules)

    assert [row[0] for row in rows] == [f"{n:03}" for n in range(60)]
    for months, row in enumerate(rows):
        assert row[1::2] == tuple("yes" if months >= place else "no" for place in range(count))
        paid = [
            f"9007199254740.{place:02}" if months >= place else "0.00" for place in range(count)
        ]
        assert [str(value) for value in row[2::2]] == paid


def test_only_those_who_have_not_applied(db: Connection, tmp_path: Path) -> None:
    text = """
id,applied.grant,person.full_time,person.months_insured,person.level
a,yes,yes,6,top
b,no,yes,6,top
c,,yes,6,senior
d,no,yes,5,top
e,no,yes,,top
"""
    out = tmp_path / "waiting.parquet"

    rows = written(db, people(tmp_path, text), out, rules_of(TITLE, GRANT), only_waiting="grant")

    assert [(*row[:2], str(row[2])) for row in rows] == [
        ("b", "yes", "50000.00"), ("c", "yes", "20000.00"),
    ]  # fmt: skip


def test_nothing_says_who_has_applied(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(GRANT)
    population = opened(db, people(tmp_path, GRANT_PEOPLE), rules)

    with pytest.raises(PopulationError, match=r"^the file has no column `applied\.grant`$"):
        write_decisions(population, rules, tmp_path / "out.csv", only_waiting="grant")
    assert not (tmp_path / "out.csv").exists()


def test_a_place_that_cannot_be_written(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(GRANT)
    population = opened(db, people(tmp_path, GRANT_PEOPLE), rules)
    out = tmp_path / "none" / "out.csv"

    with pytest.raises(PopulationError) as error:
        write_decisions(population, rules, out)

    assert str(error.value).startswith(f"{out}: cannot be written: ")


# The totals are the sums of the single cases


def compiled(world: World) -> RuleSet:
    catalogue, editions, domains = None, [], {}
    if world.catalogue is not None:
        catalogue = SourceFile("catalogue/index.yaml", world.catalogue["index"])
        editions = [
            SourceFile(f"catalogue/{one['edition']}.yaml", one)
            for one in world.catalogue["editions"]
        ]
        items = [item for one in world.catalogue["editions"] for item in one["items"]]
        domains = {
            "honours": list(
                {one["id"]: {"zh": one["zh"], "en": one["en"]} for one in items}.items()
            )
        }
    rules, problems = compile_rules(
        RuleSource(
            facts=SourceFile("facts.yaml", world.vocabulary),
            programmes=[SourceFile(f"{one['programme']}.yaml", one) for one in world.programmes],
            domains=domains,
            catalogue=catalogue,
            editions=editions,
        )
    )
    assert problems == []
    assert rules is not None
    return rules


def as_csv(world: World, subjects: list[dict[str, Any]]) -> str:
    names = [fact["id"] for fact in world.vocabulary["facts"]]

    def lines() -> Iterator[str]:
        yield ",".join(["id", *names])
        for place, subject in enumerate(subjects):
            cells = [
                subject.get(owner, {}).get(name)
                for owner, name in (one.split(".") for one in names)
            ]
            yield ",".join([str(place), *("" if cell is None else str(cell) for cell in cells)])

    return "\n".join(lines()) + "\n"


def one_by_one(
    rules: RuleSet, subjects: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], list[RuleOutcome]]]:
    decide = prepared(rules)
    for document in subjects:
        subject, problems = read_subject(document, rules)
        assert problems == []
        assert subject is not None
        yield dict(subject.values), decide(subject.values)


def over_versions(outcomes: list[RuleOutcome]) -> tuple[str, int | None]:
    said = [one.outcome for one in outcomes]
    for one in outcomes:
        if one.outcome == "yes":
            return "yes", one.amount
    if set(said) == {"no"}:
        return "no", 0
    return ("unknown" if "unknown" in said else "person"), None


@pytest.mark.parametrize("seed", range(6))
def test_totals_are_the_sums_of_single_decisions(db: Connection, tmp_path: Path, seed: int) -> None:
    world = random_world(seed, programmes=8)
    rules = compiled(world)
    subjects = [world.subject(number) for number in range(120)]
    path = tmp_path / "people.csv"
    path.write_text(as_csv(world, subjects), "utf-8")
    boolean = next(fact["id"] for fact in world.vocabulary["facts"] if fact["type"] == "boolean")
    enum = next(fact["id"] for fact in world.vocabulary["facts"] if fact["type"] == "enum")
    by = (boolean, "year", enum)

    found = scanned(db, path, rules, by, reasons=True)

    people_in: Counter[Any] = Counter()
    fen: Counter[Any] = Counter()
    refused: Counter[Any] = Counter()
    for values, outcomes in one_by_one(rules, subjects):
        group = (values.get(boolean), (values["case.applied_on"] >> 5) // 12, values.get(enum))
        for name, programme in rules.programmes.items():
            outcome, amount = over_versions([outcomes[number] for number in programme.rules])
            people_in[name, group, outcome] += 1
            fen[name, group] += amount or 0
        for rule, one in zip(rules.rules, outcomes, strict=True):
            for condition, holds in zip(rule.conditions, one.conditions, strict=True):
                key = (rule.programme, rule.version, condition.name)
                refused[*key, "refused"] += holds is False
                refused[*key, "undecided"] += holds is None
                refused[*key, "alone"] += (
                    holds is False and one.conditions.count(True) == len(one.conditions) - 1
                )
    assert {
        (one.programme, one.group, word): getattr(one, word)
        for one in found.tallies
        for word in ("yes", "no", "unknown", "person")
        if getattr(one, word)
    } == dict(people_in)
    assert {(one.programme, one.group): one.amount for one in found.tallies} == dict(fen)
    assert {
        (one.programme, one.version, one.condition, word): getattr(one, word)
        for one in found.blocks
        for word in ("refused", "undecided", "alone")
    } == dict(refused)
    assert sum(found.total(name).yes for name in rules.programmes) > 50
