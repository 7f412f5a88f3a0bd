"""Invented people: the same for the same seed, any part alone, and as the recipe says."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import duckdb
import pytest

from tests.engine.population.make_recipe import RECIPE, read
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.population.pack_recipe import load_recipe
from yingcai.engine.population.people import MOST_PEOPLE, _watch, make_people
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.recipe import Recipe
from yingcai.engine.population.snapshot import open_population, workspace

PACK = next((Path(__file__).parents[3] / "packs").iterdir())
PEOPLE = 3_000


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    found, problems = read(tmp_path_factory.mktemp("recipe"), RECIPE)
    assert problems == []
    assert found is not None
    return found


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand people of the pack."""
    found, problems = load_recipe(PACK)
    assert problems == []
    assert found is not None
    out = tmp_path_factory.mktemp("city") / "people.parquet"
    make_people(found, out, people=10_000, seed=1)
    return out


def rows(recipe: Recipe, folder: Path, **options: Any) -> list[tuple[Any, ...]]:
    out = folder / "people.parquet"
    make_people(recipe, out, **{"people": PEOPLE, "seed": 1, **options})
    return ask(out, "SELECT * FROM people")


def ask(out: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW people AS FROM read_parquet('{out}')")
        return connection.execute(query).fetchall()


def count(out: Path, condition: str) -> int:
    """How many people there are of whom the condition is true."""
    query = "SELECT count(*) FROM people WHERE {}"
    return int(ask(out, query.format(condition))[0][0])


def ages(out: Path) -> list[tuple[Any, ...]]:
    """Youngest and oldest on the day of application."""
    age = 'datesub(\'year\', "person.born_on", "case.applied_on")'
    query = "SELECT min({0}), max({0}) FROM people"
    return ask(out, query.format(age))


def column(recipe: Recipe, name: str, folder: Path, **options: Any) -> list[Any]:
    out = folder / "people.parquet"
    make_people(recipe, out, **{"people": PEOPLE, "seed": 1, **options})
    query = 'SELECT "{}" FROM people ORDER BY id'
    return [row[0] for row in ask(out, query.format(name))]


# -- the same every time -----------------------------------------------------------------------


def test_a_seed_makes_the_same_people_on_every_machine(recipe: Recipe, tmp_path: Path) -> None:
    made = rows(recipe, tmp_path)

    assert [row[0] for row in made] == list(range(1, PEOPLE + 1))
    assert sha256(repr(made).encode()).hexdigest() == (
        "59b7f41ab52394334d89e47849a8eb9099431422d4cb5fa3b533032d0569584c"
    )


def test_another_seed_makes_other_people(recipe: Recipe, tmp_path: Path) -> None:
    one, other = rows(recipe, tmp_path), rows(recipe, tmp_path, seed=2)

    for place in range(3, len(one[0])):
        assert [row[place] for row in one] != [row[place] for row in other]


def test_a_part_made_alone_is_the_same_part(recipe: Recipe, tmp_path: Path) -> None:
    whole = rows(recipe, tmp_path)

    assert rows(recipe, tmp_path, first=1001, people=77) == whole[1000:1077]


def test_another_fact_leaves_the_others_as_they_are(recipe: Recipe, tmp_path: Path) -> None:
    facts = {"person.tall": {"type": "boolean"}}
    text = RECIPE.replace("applied:", "  person.tall: {share: 50}\napplied:")
    more, problems = read(tmp_path, text, **facts)
    assert (problems, more is None) == ([], False)
    assert more is not None
    out = tmp_path / "people.parquet"
    make_people(more, out, people=PEOPLE, seed=1)

    assert ask(out, 'SELECT * EXCLUDE ("person.tall") FROM people') == rows(recipe, tmp_path)


# -- as the recipe says ------------------------------------------------------------------------


def test_columns_are_typed_as_people_write_values(recipe: Recipe, tmp_path: Path) -> None:
    rows(recipe, tmp_path)

    described = ask(tmp_path / "people.parquet", "DESCRIBE people")

    assert [(row[0], row[1]) for row in described] == [
        ("id", "BIGINT"), ("firm.id", "BIGINT"), ("household.id", "BIGINT"),
        ("case.applied_on", "DATE"), ("person.degree", "VARCHAR"), ("person.born_on", "DATE"),
        ("person.insured_months", "INTEGER"), ("person.children", "INTEGER"),
        ("person.salary", "DECIMAL(18,2)"), ("person.effort", "DECIMAL(14,4)"),
        ("person.local", "BOOLEAN"), ("person.side", "VARCHAR"), ("person.office", "INTEGER"),
        ("person.rooms", "INTEGER"), ("firm.side", "VARCHAR"), ("firm.premium", "DECIMAL(18,2)"),
        ("household.homes", "INTEGER"), ("project.capital", "DECIMAL(18,2)"),
        ("applied.rent", "BOOLEAN"),
    ]  # fmt: skip


def test_shares_are_those_of_the_recipe(recipe: Recipe, tmp_path: Path) -> None:
    out = tmp_path / "people.parquet"
    make_people(recipe, out, people=20_000, seed=1)

    counted = dict(ask(out, 'SELECT "person.degree", count(*) FROM people GROUP BY 1'))

    assert counted == {None: 471, "none": 11_742, "bachelor": 5_847, "doctor": 1_940}
    assert count(out, '"person.local"') == 4_998  # of 5,000
    assert count(out, '"applied.rent"') == 1_906  # of 2,000
    # Of 1,700: 40 % of the doctors, 5 % of the others.
    assert count(out, '"project.capital" IS NOT NULL') == 1_726


def test_each_gap_of_a_spread_has_the_same_chance(recipe: Recipe, tmp_path: Path) -> None:
    made = column(recipe, "person.effort", tmp_path, people=20_000)

    assert (min(made), max(made)) == (Decimal("12.5"), Decimal(100))
    assert sum(one < 20 for one in made) == 10_113
    assert {one % Decimal("0.5") for one in made} == {0}


def test_an_amount_keeps_its_grain(recipe: Recipe, tmp_path: Path) -> None:
    out = tmp_path / "people.parquet"
    make_people(recipe, out, people=20_000, seed=1)
    query = (
        'SELECT DISTINCT "person.salary" FROM people '
        'WHERE "person.degree" = \'{}\' AND "person.salary" {} ORDER BY 1'
    )

    fine = ask(out, query.format("none", "< 50000"))
    assert any(amount != amount.to_integral_value() for (amount,) in fine)
    coarse = [amount for (amount,) in ask(out, query.format("bachelor", "IS NOT NULL"))]
    assert coarse[0] == 50_000
    assert all(amount % 1000 == 0 for amount in coarse)
    assert ask(out, query.format("doctor", "IS NOT NULL")) == [(Decimal("100000.5"),)]


def test_values_not_on_the_grain_end_before_the_end(tmp_path: Path) -> None:
    text = RECIPE.replace("person.effort: {spread: [12.5, 20, 100], step: 0.5}",
                          "person.effort: {spread: [0, 5, 9], step: 3}")  # fmt: skip
    recipe, problems = read(tmp_path, text)
    assert (problems, recipe is None) == ([], False)
    assert recipe is not None

    assert sorted(set(column(recipe, "person.effort", tmp_path))) == [0, 3, 5, 8]


def test_members_share_what_is_their_firms_or_households(recipe: Recipe, tmp_path: Path) -> None:
    rows(recipe, tmp_path)
    query = """SELECT max(different) FROM (
        SELECT count(DISTINCT coalesce(CAST("{}" AS VARCHAR), '?')) AS different
        FROM people GROUP BY "{}")"""

    for name, group in (
        ("firm.side", "firm.id"), ("person.office", "firm.id"), ("firm.premium", "firm.id"),
        ("household.homes", "household.id"), ("case.applied_on", "household.id"),
    ):  # fmt: skip
        assert ask(tmp_path / "people.parquet", query.format(name, group)) == [(1,)]


def test_firms_have_the_sizes_of_the_recipe(recipe: Recipe, tmp_path: Path) -> None:
    rows(recipe, tmp_path, people=2000)
    query = """SELECT size, count(*) FROM (SELECT count(*) AS size FROM people GROUP BY "{}")
        GROUP BY 1 ORDER BY 1"""

    assert ask(tmp_path / "people.parquet", query.format("firm.id")) == [
        (1, 400),
        (2, 200),
        (12, 100),
    ]
    assert ask(tmp_path / "people.parquet", query.format("household.id")) == [(1, 800), (3, 400)]


def test_what_depends_on_a_fact_depends_on_it_known_or_not(recipe: Recipe, tmp_path: Path) -> None:
    out = tmp_path / "people.parquet"
    make_people(recipe, out, people=PEOPLE, seed=1)

    assert count(out, '"person.salary" IS NULL AND "person.local"') == 0
    assert count(out, '"person.salary" IS NOT NULL AND NOT "person.local"') == 0
    assert count(out, '"firm.side" IS NULL AND "firm.premium" IS NULL') > 0
    assert count(out, '"firm.side" = \'north\' AND "firm.premium" IS NOT NULL') == 0
    assert count(out, '"person.side" IS NULL') == 0
    assert count(out, '"person.side" <> "firm.side"') == 0
    assert count(out, '"person.children" > "household.homes"') == 0
    assert count(out, '"person.rooms" < "household.homes"') == 0


def test_a_day_and_a_length_of_time_follow_the_days_they_count_from(
    recipe: Recipe, tmp_path: Path
) -> None:
    out = tmp_path / "people.parquet"
    make_people(recipe, out, people=PEOPLE, seed=1)
    months = 'datesub(\'month\', "person.born_on", "case.applied_on")'

    assert ages(out) == [(18, 69)]
    assert count(out, f'"person.insured_months" > least(720, {months} * 40 // 100)') == 0
    assert count(out, f'"person.insured_months" > {months} * 30 // 100') > PEOPLE // 5


def test_a_length_of_time_is_nothing_when_its_end_comes_first(tmp_path: Path) -> None:
    text = RECIPE.replace(
        "between: [person.born_on, case.applied_on]", "between: [case.applied_on, person.born_on]"
    )
    recipe, problems = read(tmp_path, text)
    assert (problems, recipe is None) == ([], False)
    assert recipe is not None

    assert set(column(recipe, "person.insured_months", tmp_path)) == {0, None}


def test_a_value_stays_in_the_range_of_its_fact(tmp_path: Path) -> None:
    recipe, problems = read(tmp_path, RECIPE.replace("[-70, -40, -18]", "[-200, 200]"))
    assert (problems, recipe is None) == ([], False)
    assert recipe is not None

    made = column(recipe, "person.born_on", tmp_path)

    assert (min(made), max(made)) == (date(1940, 1, 1), date(2015, 12, 31))


def test_all_can_apply_on_one_day(recipe: Recipe, tmp_path: Path) -> None:
    day = date(2022, 2, 28)

    assert set(column(recipe.on(day), "case.applied_on", tmp_path)) == {day}
    born = column(recipe.on(day), "person.born_on", tmp_path)
    assert (min(born).year, max(born).year) == (1952, 2004)


def test_nobody_applies_on_a_day_out_of_range_or_where_there_is_none(
    recipe: Recipe, tmp_path: Path
) -> None:
    with pytest.raises(PopulationError, match=r"2031-01-01 is no day .* \(case.applied_on\)"):
        recipe.on(date(2031, 1, 1))
    timeless = Recipe((1,), (1,), {}, ())
    with pytest.raises(PopulationError, match="2022-02-28 is no day"):
        timeless.on(date(2022, 2, 28))


# -- the people of the pack --------------------------------------------------------------------


def test_every_value_of_the_pack_can_be_read_and_lies_in_its_range(city: Path) -> None:
    pack, _ = load_pack(PACK)
    assert pack is not None
    rules, _ = compile_pack(pack)
    assert rules is not None
    with workspace(threads=1) as connection:
        population = open_population(connection, city, rules)

    assert (population.rows, population.bad_rows, population.bad) == (10_000, 0, ())
    assert set(population.columns) >= {f"applied.{name}" for name in rules.programmes}
    vocabulary = {name for name in rules.facts if name.split(".")[0] not in ("received", "ceiling")}
    assert set(population.columns) >= vocabulary
    always = next(name for name in vocabulary if rules.facts[name].always)
    assert count(city, f'"{always}" IS NULL') == 0


def test_the_lives_of_the_pack_hang_together(city: Path) -> None:
    order = (
        ("person.born_on", "person.graduated_on"), ("person.graduated_on", "person.introduced_on"),
        ("person.introduced_on", "case.applied_on"), ("person.employed_on", "case.applied_on"),
        ("person.first_insured_on", "case.applied_on"), ("case.honour_on", "case.applied_on"),
        ("household.home_bought_on", "case.applied_on"),
        ("project.hightech_on", "case.applied_on"), ("project.leader_share", "project.team_share"),
        ("household.homes_urban", "household.homes"),
    )  # fmt: skip
    for first, later in order:
        assert count(city, f'"{first}" > "{later}"') == 0
        assert count(city, f'"{first}" <= "{later}"') > 0
    assert ages(city) == [(18, 69)]
    assert 50 < count(city, '"project.stage" IS NOT NULL') < 200


# -- the file ----------------------------------------------------------------------------------


def test_progress_is_told_to_the_end(recipe: Recipe, tmp_path: Path) -> None:
    told: list[float] = []

    make_people(recipe, tmp_path / "p.parquet", people=400_000, seed=1, progress=told.append)

    assert told == sorted(told)
    assert (min(told) >= 0, told[-1]) == (True, 100)


@pytest.mark.parametrize(
    ("people", "first"), [(0, 1), (MOST_PEOPLE + 1, 1), (1, 0), (2, MOST_PEOPLE)]
)
def test_only_so_many_people_can_be_made(
    recipe: Recipe, tmp_path: Path, people: int, first: int
) -> None:
    with pytest.raises(PopulationError, match="from 1 to 10000000 people"):
        make_people(recipe, tmp_path / "p.parquet", people=people, seed=1, first=first)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    recipe: Recipe, tmp_path: Path
) -> None:
    with pytest.raises(PopulationError, match=r"p\.parquet: cannot be written"):
        make_people(recipe, tmp_path / "no folder" / "p.parquet", people=5, seed=1)
    taken = tmp_path / "taken.parquet"
    (taken / "inside").mkdir(parents=True)
    with pytest.raises(PopulationError, match=r"taken\.parquet: cannot be written"):
        make_people(recipe, taken, people=5, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.parquet"]


def test_progress_never_goes_back_when_the_connection_forgets_it() -> None:
    """As on a slow machine: the statement is over, and whoever waits for it has not said so yet."""
    answers, done = iter([-1.0, 62.5, 0.0, 0.0]), Event()
    told: list[float] = []

    class Forgets:
        def query_progress(self) -> float:
            answer = next(answers, None)
            if answer is None:
                done.set()
            return answer or 0.0

    _watch(Forgets(), told.append, done)  # type: ignore[arg-type]

    assert told == [0.0, 62.5, 62.5, 62.5, 62.5, 100.0]
