"""The recipe of a pack: `demo/people.yaml`, read for the pack's facts and programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import Document, Problem, load_document
from yingcai.engine.population.recipe import Recipe
from yingcai.engine.population.recipe_file import read_recipe
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.vocabulary import read_vocabulary

RECIPE = "demo/people.yaml"
_DIVISIONS = ("county", "zone")


def load_recipe(folder: Path) -> tuple[Recipe | None, list[Problem]]:
    """The recipe of the pack at ``folder``, or everything that is wrong with it."""
    recipe, problems = load_document(folder / RECIPE, name=RECIPE)
    facts, more = _facts(folder)
    if recipe is None or facts is None:
        return None, [*problems, *more]
    programmes = [path.stem for path in sorted((folder / "programmes").glob("*.yaml"))]
    return read_recipe(recipe, facts, programmes)


def _facts(folder: Path) -> tuple[Mapping[str, FactType] | None, list[Problem]]:
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    editions = sorted((folder / "catalogue").glob("[0-9]*.yaml"))
    for path in (folder / "facts.yaml", folder / "units.yaml", *editions):
        name = path.relative_to(folder).as_posix()
        document, more = load_document(path, name=name)
        problems += more
        if document is not None:
            documents[name] = document
    if problems:
        return None, problems
    source = RuleSource(
        SourceFile("facts.yaml", documents["facts.yaml"].value), (), _domains(documents)
    )
    facts, wrong = read_vocabulary(source)
    problems = [documents["facts.yaml"].problem(one.text, *one.key) for one in wrong]
    return (None, problems) if problems else (facts, [])


def _domains(documents: Mapping[str, Document]) -> dict[str, Sequence[tuple[str, Any]]]:
    """The lists that enums with `values_from` take their values from."""
    units = documents["units.yaml"].value["units"]
    editions = [one.value for name, one in documents.items() if name.startswith("catalogue/")]
    honours = {item["id"]: item for edition in editions for item in edition["items"]}
    return {
        "divisions": [(unit["id"], unit) for unit in units if unit["kind"] in _DIVISIONS],
        "honours": list(honours.items()),
    }
