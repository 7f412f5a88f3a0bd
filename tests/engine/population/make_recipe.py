"""A small vocabulary, a recipe for it, and ways to spoil the recipe."""

from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import load_document
from yingcai.engine.population.recipe import Recipe
from yingcai.engine.population.recipe_file import read_recipe
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.vocabulary import read_vocabulary

DEGREES = [{"id": name} for name in ("none", "bachelor", "doctor")]
SIDES = [{"id": name} for name in ("north", "south")]
FACTS: dict[str, dict[str, Any]] = {
    "case.applied_on": {"type": "date", "range": ["2018-01-01", "2030-12-31"], "always": True},
    "person.degree": {"type": "enum", "values": DEGREES, "ordered": True},
    "person.born_on": {"type": "date", "range": ["1940-01-01", "2015-12-31"]},
    "person.insured_months": {"type": "integer", "unit": "month", "range": [0, 720]},
    "person.children": {"type": "integer", "unit": "item", "range": [0, 20]},
    "person.salary": {"type": "money", "range": [0, 10000000]},
    "person.effort": {"type": "ratio"},
    "person.local": {"type": "boolean"},
    "person.side": {"type": "enum", "values": SIDES},
    "person.office": {"type": "integer", "unit": "floor"},
    "person.rooms": {"type": "integer", "unit": "item"},
    "firm.side": {"type": "enum", "values": SIDES},
    "firm.premium": {"type": "money"},
    "household.homes": {"type": "integer", "unit": "item", "range": [0, 50]},
    "project.capital": {"type": "money"},
}
RECIPE = """\
status: sample
firms: {sizes: {1: 4, 2: 2, 12: 1}}
households: {sizes: {1: 2, 3: 1}}
projects: {depends: person.degree, by: {doctor: {share: 40}}, otherwise: {share: 5}}
facts:
  case.applied_on: {spread: [2019-01-01, 2020-12-31], per: household}
  person.degree: {weights: {none: 60, bachelor: 30, doctor: 10}, null: 2.5}
  person.born_on:
    from: case.applied_on
    years: [-70, -40, -18]
  person.insured_months: {between: [person.born_on, case.applied_on], percent: [0, 40], null: 10}
  person.children: {spread: [0, 5], at_most: household.homes}
  person.salary:
    depends: person.degree
    by:
      none: {spread: [20000, 50000, 90000], step: 0.01}
      bachelor: {spread: [50000, 50000, 200000], step: 1000}
      doctor: {depends: person.local, by: {true: {weights: {100000.5: 1}}, false: {spread: [0, 7], step: 2}}}
    null: {depends: person.local, by: {true: {share: 0}, false: {share: 100}}}
  person.effort: {spread: [12.5, 20, 100], step: 0.5}
  person.local: {share: 25}
  person.side: {copy: firm.side}
  person.office: {spread: [1, 30], per: firm}
  person.rooms: {spread: [0, 1], at_least: household.homes}
  firm.side: {weights: {north: 3, south: 1}, null: 20}
  firm.premium: {spread: [0, 1000, 5000], null: {depends: firm.side, by: {north: {share: 100}}, otherwise: {share: 0}}}
  household.homes: {spread: [0, 3]}
  project.capital: {spread: [100000, 500000]}
applied:
  rent: {share: 10}
"""


def facts(**changes: dict[str, Any]) -> dict[str, FactType]:
    """The vocabulary as the compiler reads it."""
    written = [{"id": name, "label": {}} | one for name, one in (FACTS | changes).items()]
    found, problems = read_vocabulary(RuleSource(SourceFile("facts.yaml", {"facts": written}), []))
    assert problems == []
    return found


def read(folder: Path, text: str, **changes: dict[str, Any]) -> tuple[Recipe | None, list[str]]:
    """A recipe read from a text: it, or its problems as a person sees them."""
    path = folder / "people.yaml"
    path.write_text(text, "utf-8")
    document, problems = load_document(path, name="people.yaml")
    assert document is not None, problems
    recipe, found = read_recipe(document, facts(**changes), ("rent",))
    return recipe, [str(problem) for problem in found]
