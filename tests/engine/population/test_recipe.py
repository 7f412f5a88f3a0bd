"""demo/people.yaml: every mistake is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import make_pack
from tests.engine.population.make_recipe import RECIPE, read
from yingcai.engine.population.pack_recipe import RECIPE as FILE
from yingcai.engine.population.pack_recipe import load_recipe
from yingcai.engine.population.recipe_file import plain_number

DEGREE = "{weights: {none: 60, bachelor: 30, doctor: 10}, null: 2.5}"
ONE_OF = "must have one of: weights, share, spread, from, between, copy, depends"
MISTAKES = [
    # -- the file ------------------------------------------------------------------------------
    ("person.local: {share", "person.lokal: {share", 21, "there is no fact `person.lokal`"),
    ("person.local: {share", "person.lokal: {share", 6, "`facts` lacks `person.local`"),
    ("  rent: {share: 10}", "  lent: {share: 10}", 30, "there is no programme `lent`"),
    ("12: 1}}", "12: 9000}}", 2, "`firms` has more than 100000 people"),
    ("{1: 2, 3: 1}", "{1: 0}", 3, "`households` is empty"),
    # -- an entry ------------------------------------------------------------------------------
    (DEGREE, "{null: 1}", 7, f"`person.degree` {ONE_OF}"),
    (DEGREE, "{share: 1, copy: firm.side}", 7, f"`person.degree` {ONE_OF}"),
    ("null: 2.5}", "nill: 2.5}", 7, "`nill` does not belong here; weights, at_least, at_most, per, null"),
    ("null: 2.5}", "null: many}", 7, "`null` must be a number of percent from 0 to 100"),
    ("null: 2.5}", "null: 100.1}", 7, "`null` must be a number of percent from 0 to 100"),
    ("null: 2.5}", "null: {often: 1}}", 7, f"`null` {ONE_OF}"),
    ("per: household}", "null: 1}", 6, "`null` does not belong here; spread, step, at_least, at_most, per"),
    ("per: household}", "per: street}", 6, "`per` is firm or household, and for facts of neither"),
    ("spread: [0, 3]}", "spread: [0, 3], per: firm}", 27, "`per` is firm or household, and for facts of neither"),
    # -- weights and shares --------------------------------------------------------------------
    ("bachelor: 30", "bachelor: many", 7, "the weight of `bachelor` must be a number from 0"),
    ("bachelor: 30", "bachelor: -1", 7, "the weight of `bachelor` must be a number from 0"),
    ("bachelor: 30", "bachelor: true", 7, "the weight of `bachelor` must be a number from 0"),
    ("bachelor: 30", "batchelor: 30", 7, "'batchelor' is not one of: none, bachelor, doctor"),
    ("{none: 60, bachelor: 30, doctor: 10}", "{none: 0}", 7, "the weights are 0 in all"),
    ("{none: 60, bachelor: 30, doctor: 10}", "[none]", 7, "`weights` must hold named values (key: value)"),
    (DEGREE, "{share: 5}", 7, "`share` is for booleans; `person.degree` is enum person.degree"),
    ("local: {share: 25}", "local: {share: -1}", 21, "`share` must be a number of percent from 0 to 100"),
    # -- spreads -------------------------------------------------------------------------------
    (DEGREE, "{spread: [none, doctor]}", 7, "`spread` is for numbers and days; use `weights`"),
    ("spread: [1, 30]", "spread: [30]", 23, "`spread` must be a list of two or more"),
    ("spread: [1, 30]", "spread: [30, 1]", 23, "the points must rise"),
    ("spread: [1, 30]", "spread: [1, many]", 23, "'many' is not a number"),
    ("spread: [1, 30]", "spread: [1, 1000001]", 23, "1000001 is out of the range of person.office"),
    ("spread: [0, 1000, 5000]", "spread: [0, 10000000000], step: 0.01", 26, "has too many values; give a larger `step`"),
    ("step: 1000}", "step: 0}", 17, "0 is no step of money"),
    ("step: 1000}", "step: 0.001}", 17, "0.001 is no step of money"),
    ("step: 1000}", "step: big}", 17, "big is no step of money"),
    # -- days and lengths of time --------------------------------------------------------------
    ("from: case.applied_on", "from: case.applied", 9, "there is no fact `case.applied`"),
    ("from: case.applied_on", "from: person.children", 9, "`from` takes a day to another one by `days`, `months` or `years`"),
    ("    years: [-70", "    days: [0, 1]\n    years: [-70", 9, "`from` takes a day to another one by `days`, `months` or `years`"),
    ("years: [-70, -40, -18]", "years: [-70, old]", 10, "`years` must be a list of numbers"),
    ("years: [-70, -40, -18]", "years: [-7000, 1]", 10, "a point is larger than 100000"),
    ("percent: [0, 40]", "step: 1", 11, "`step` does not belong here; between, percent, at_least, at_most, per, null"),
    (", percent: [0, 40]", "", 11, "`person.insured_months` lacks `percent`"),
    ("[person.born_on, case.applied_on]", "[person.born_on, case.applied_on, case.applied_on]", 11, "`between` takes two facts of type date"),
    ("[person.born_on, case.applied_on]", "[person.born_on, person.children]", 11, "`between` counts days, months or years from one day to another"),
    ("{spread: [1, 30], per: firm}", "{between: [person.born_on, case.applied_on], percent: [0, 1]}", 23, "`between` counts days, months or years from one day to another"),
    # -- other facts ---------------------------------------------------------------------------
    ("copy: firm.side", "copy: person.degree", 22, "`person.degree` has other values than `person.side`"),
    ("copy: firm.side", "copy: [firm.side]", 22, "there is no fact `['firm.side']`"),
    ("copy: firm.side", "copy: firm.side, at_most: person.children", 22, "`person.children` is no bound of a value of type enum person.side"),
    ("at_most: household.homes", "at_most: person.salary", 12, "`person.salary` is no bound of a value of type integer (item)"),
    ("spread: [0, 3]}", "spread: [0, 3], at_most: person.children}", 27, "`person.children` differs from person to person; household.homes does not"),
    ("spread: [1, 30], per: firm", "spread: [1, 30], per: firm, at_most: household.homes", 23, "`household.homes` differs from person to person; person.office does not"),
    ("    depends: person.degree\n    by:", "    depends: person.grade\n    by:", 14, "there is no fact `person.grade`"),
    ("by: {doctor: {share: 40}}, otherwise", "otherwise", 4, "`projects` lacks `by`"),
    ("by: {doctor: {share: 40}}, otherwise", "by: many, otherwise", 4, "`by` must hold named values (key: value)"),
    (", otherwise: {share: 5}}", "}", 4, "lacks none, bachelor; or give `otherwise`"),
    ("false: {spread: [0, 7], step: 2}}", "}", 18, "lacks false; or give `otherwise`"),
    ("{doctor: {share: 40}}", "{docter: {share: 40}}", 4, "'docter' is not one of: none, bachelor, doctor"),
    ("null: {depends: firm.side, by: {north: {share: 100}}, otherwise: {share: 0}}", "null: {depends: firm.premium, by: {0: {share: 1}}}", 26, "lacks further values; or give `otherwise`"),
    ("null: {depends: firm.side, by: {north: {share: 100}}, otherwise: {share: 0}}", "null: {depends: firm.premium, by: {}}", 26, "lacks further values; or give `otherwise`"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line", "text"), MISTAKES)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, right: str, wrong: str, line: int, text: str
) -> None:
    assert right in RECIPE

    recipe, problems = read(tmp_path, RECIPE.replace(right, wrong, 1))

    assert recipe is None
    assert f"people.yaml:{line}: {text}" in problems


def test_all_mistakes_are_named_at_once_in_order(tmp_path: Path) -> None:
    text = RECIPE.replace("share: 25", "share: 101").replace("none: 60", "nun: 60")
    text = text.replace("{1: 4, 2: 2, 12: 1}", "{1: 4}").replace(
        "{doctor: {share: 40}}", "{d: {}, e: {}}"
    )

    recipe, problems = read(tmp_path, text)

    assert recipe is None
    assert [problem.split(":")[1] for problem in problems] == ["4", "4", "7", "21"]


def test_facts_that_are_drawn_from_one_another_are_named(tmp_path: Path) -> None:
    text = RECIPE.replace(
        "person.born_on:\n    from: case.applied_on\n    years: [-70, -40, -18]",
        "person.born_on: {spread: [1990-01-01, 1999-12-31], at_least: case.applied_on}",
    ).replace("2020-12-31], per: household}", "2020-12-31], at_most: person.born_on}")

    recipe, problems = read(tmp_path, text)

    assert recipe is None
    ring = "case.applied_on, person.born_on, person.insured_months"
    assert problems == [f"people.yaml:6: drawn from one another in a ring: {ring}"]


@pytest.mark.parametrize("written", [True, "1/0", "many", None, [1]])
def test_what_is_no_number_is_none(written: object) -> None:
    assert plain_number(written) is None


# -- a whole pack ------------------------------------------------------------------------------


def test_a_pack_without_people_says_what_is_missing(tmp_path: Path) -> None:
    recipe, problems = load_recipe(make_pack(tmp_path / "pack"))

    assert recipe is None
    assert [str(one) for one in problems] == [
        f"{FILE}:1: the file is missing; it says how people are made"
    ]


def test_a_mistake_elsewhere_in_the_pack_comes_first(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "pack")
    (folder / "demo").mkdir(exist_ok=True)
    (folder / FILE).write_text("firms: {sizes: {0: 1}}\n", "utf-8")

    recipe, problems = load_recipe(folder)

    assert recipe is None
    assert {one.file for one in problems} == {FILE}
    assert "lacks `facts`" in " ".join(one.text for one in problems)


def test_a_fact_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "pack")
    (folder / "demo").mkdir(exist_ok=True)
    (folder / FILE).write_text(
        "firms: {sizes: {1: 1}}\nhouseholds: {sizes: {1: 1}}\nprojects: {share: 1}\nfacts: {}\napplied: {}\n",
        "utf-8",
    )
    facts = folder / "facts.yaml"
    one = "{id: firm.not, label: {zh: 且, en: And}, type: boolean, source: education, class: public, retention: 5}"
    facts.write_text(f"{facts.read_text('utf-8')}  - {one}\n", "utf-8")

    recipe, problems = load_recipe(folder)

    assert recipe is None
    assert [one.file for one in problems] == ["facts.yaml"]
