"""The recipe of a pack: its demo/people.yaml, read for its facts and programmes."""

from __future__ import annotations

from pathlib import Path

from yingcai.engine.packs.document import Problem
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.rule_source import problem_at, rule_source
from yingcai.engine.population.recipe import Recipe
from yingcai.engine.population.recipe_file import read_recipe
from yingcai.engine.rules.vocabulary import read_vocabulary

RECIPE = "demo/people.yaml"


def load_recipe(folder: Path) -> tuple[Recipe | None, list[Problem]]:
    """The recipe of the pack at ``folder``, or everything that is wrong with it."""
    pack, problems = load_pack(folder)
    if pack is None:
        return None, problems
    if RECIPE not in pack.files:
        return None, [Problem(RECIPE, 1, "the file is missing; it says how people are made")]
    facts, wrong = read_vocabulary(rule_source(pack))
    if wrong:
        return None, sorted(problem_at(pack, one) for one in wrong)
    return read_recipe(pack.files[RECIPE], facts, pack.programmes)
