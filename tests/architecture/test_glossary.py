"""The glossary and the page on packs name what the code has, and nothing that it lacks."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils.translation import override

from yingcai.audit.vocabulary import action_label
from yingcai.engine import packs
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.shape import (
    Dated,
    Expression,
    Figure,
    Flag,
    ListOf,
    Map,
    MapOf,
    Number,
    OneOrMany,
    Scalar,
    Source,
    Text,
)
from yingcai.engine.rules.model import Outcome
from yingcai.engine.rules.words import outcome_words
from yingcai.reporting.bulletin import texts

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "yingcai"
GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")
PACKS = (ROOT / "docs/packs.md").read_text("utf-8")
# The heading under which docs/packs.md explains the file that a shape describes.
FILES = {
    "PACK_SHAPE": "pack.yaml",
    "UNITS_SHAPE": "units.yaml",
    "DOCUMENTS_SHAPE": "documents.yaml",
    "CALENDAR_SHAPE": "calendar.yaml",
    "FACTS_SHAPE": "facts.yaml",
    "REGISTRY_SHAPE": "registry.yaml",
    "CATALOGUE_SHAPE": "catalogue/index.yaml",
    "EDITION_SHAPE": "catalogue/EDITION.yaml",
    "AWARDS_SHAPE": "awards.yaml",
    "PROGRAMME_SHAPE": "programmes/PROGRAMME.yaml",
    "WORKFLOW_SHAPE": "workflows/WORKFLOW.yaml",
    "INDICATOR_SHAPE": "indicators/INDICATOR.yaml",
    "SCORE_SHAPE": "scores/SCORE.yaml",
    "OFFERING_SHAPE": "offerings/OFFERING.yaml",
    "TEXTS_SHAPE": "texts",
    "LEDGER_SHAPE": "plan/ledger.yaml",
    "STORY_SHAPE": "demo/story.yaml",
    "PEOPLE_SHAPE": "demo/people.yaml",
    "SUBJECTS_SHAPE": "demo/subjects.yaml",
}


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The table rows below a heading: the cells after the first, by the first cell's `code`."""
    parts = re.split(r"^##+ +(.+)$", page, flags=re.M)
    found: dict[str, list[str]] = {}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        if title.strip("` ") != heading:
            continue
        for line in body.splitlines():
            row = re.match(r"\| `([^`]+)` \|(.*)\|$", line)
            if row:
                assert row[1] not in found, f"{heading}: {row[1]} has two rows"
                found[row[1]] = [cell.strip() for cell in row[2].split(" | ")]
    return found


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("yingcai.")]


# -- outcomes: docs/glossary.md and docs/rules.md ------------------------------------------------


@pytest.mark.parametrize("page", ["glossary.md", "rules.md"])
def test_every_outcome_has_its_row_with_its_chinese(page: str) -> None:
    heading = {"glossary.md": "Outcomes", "rules.md": "The four outcomes"}[page]
    named = rows((ROOT / "docs" / page).read_text("utf-8"), heading)
    words = {outcome: outcome_words(outcome, "zh") for outcome in get_args(Outcome)}
    assert {outcome: cells[0] for outcome, cells in named.items()} == words


# -- models, kinds, audit actions: docs/glossary.md ----------------------------------------------


def test_every_model_has_its_row() -> None:
    named = rows(GLOSSARY, "Models")
    wanted = {model.__name__: model._meta.app_label for model in models()}
    assert {name: cells[-1] for name, cells in named.items()} == {
        name: f"`{app}`" for name, app in wanted.items()
    }


def test_every_choice_has_its_row_with_its_chinese() -> None:
    named = rows(GLOSSARY, "States, kinds and roles")
    with override("zh-hans"):
        wanted = {
            f"{model.__name__}.{name}": " · ".join(
                f"`{value}` {label}" for value, label in choices.choices
            )
            for model in models()
            for name, choices in vars(model).items()
            if isinstance(choices, type) and hasattr(choices, "choices")
        }
    assert {name: cells[0] for name, cells in named.items()} == wanted


def recorded(tree: ast.Module) -> Iterator[ast.expr]:
    """The first argument of each call of `record(...)`: the name of an action."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) == "record":
            yield node.args[0]


def product_trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"tests", "migrations", "engine"} & set(path.relative_to(SOURCE).parts):
            yield path, ast.parse(path.read_text("utf-8"))


def words_given(tree: ast.Module, name: str) -> set[str]:
    """The words that a file passes for the parameter `name` of its own functions."""
    places = {
        node.name: [argument.arg for argument in node.args.args].index(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and name in [a.arg for a in node.args.args]
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in places:
            found |= {
                given.value
                for given in node.args[places[ast.unparse(node.func)] :][:1]
                if isinstance(given, ast.Constant) and isinstance(given.value, str)
            }
    return found


def prefixed(action: ast.expr) -> tuple[str, str]:
    """The fixed beginning and the name of the rest: f"report.{act}" is ("report.", "act")."""
    found = re.fullmatch(r"f'([a-z_]+\.[a-z_]*)\{(\w+)\}'", ast.unparse(action))
    assert found, f"an action is a word or begins with one: {ast.unparse(action)}"
    return found[1], found[2]


def test_every_audit_action_has_its_row() -> None:
    named = set(rows(GLOSSARY, "Audit actions"))
    used: set[str] = set()
    for _, tree in product_trees():
        for action in recorded(tree):
            if isinstance(action, ast.Constant):
                used.add(str(action.value))
                continue
            prefix, name = prefixed(action)
            used |= {prefix + word for word in words_given(tree, name)}
            assert any(row.startswith(prefix) for row in named), f"no row begins with {prefix}"
    assert used - named == set()


def test_no_row_names_an_action_that_nobody_records() -> None:
    exact: set[str] = set()
    endings: dict[str, set[str]] = {}
    for path, tree in product_trees():
        for action in recorded(tree):
            if isinstance(action, ast.Constant):
                exact.add(str(action.value))
            else:
                app = SOURCE / path.relative_to(SOURCE).parts[0]
                endings[prefixed(action)[0]] = words_of(app)
    stale = {
        name
        for name in rows(GLOSSARY, "Audit actions").keys() - exact
        if not any(
            name.startswith(prefix) and name.removeprefix(prefix) in words
            for prefix, words in endings.items()
        )
    }
    assert stale == set()


def test_an_action_has_the_word_that_the_audit_page_shows() -> None:
    named = {name: cells[0] for name, cells in rows(GLOSSARY, "Audit actions").items()}
    with override("zh-hans"):
        shown = {name: action_label(name) for name in named}
    # An action that no app has named is shown by its code.
    assert {n: word for n, word in named.items() if shown[n] not in (n, word)} == {}


def words_of(app: Path) -> set[str]:
    return {
        node.value
        for path in app.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def places() -> list[str]:
    """What the fourth column of the words names: modules, functions, fields, files."""
    body = GLOSSARY.split("\n## Words\n")[1].split("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("| ")][1:]
    return [place for line in lines for place in re.findall(r"`([^`]+)`", line.split(" | ")[3])]


@pytest.mark.parametrize("place", [place for place in places() if re.fullmatch(r"[\w.]+", place)])
def test_a_word_names_a_place_that_is_there(place: str) -> None:
    first, _, rest = place.partition(".")
    model = next((model for model in models() if model.__name__ == first), None)
    assert resolved(model, rest) if model else importable(place)


def resolved(owner: Any, place: str) -> bool:
    """Whether `owner` has what the dotted `place` names."""
    for name in place.split("."):
        if not hasattr(owner, name):
            return False
        owner = getattr(owner, name)
    return True


def importable(place: str) -> bool:
    """Whether the dotted `place` is a module of the product or something in one."""
    parts = place.split(".")
    for length in range(len(parts), 0, -1):
        name = f"yingcai.{'.'.join(parts[:length])}"
        if (SOURCE / Path(*parts[:length])).with_suffix(".py").is_file() or (
            SOURCE / Path(*parts[:length]) / "__init__.py"
        ).is_file():
            rest = ".".join(parts[length:])
            return not rest or resolved(importlib.import_module(name), rest)
    return False


# -- keys of packs: docs/packs.md ----------------------------------------------------------------


def shapes() -> dict[str, Any]:
    """Every *_SHAPE of the pack loaders, by name."""
    modules = [
        importlib.import_module(f"{packs.__name__}.{info.name}")
        for info in pkgutil.iter_modules(packs.__path__)
    ]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if name.endswith("_SHAPE")
    }


def is_words(field: Any) -> bool:
    """Whether a group is nothing but the same words in two languages."""
    return isinstance(field, Map) and set(field.fields) == {"zh", "en"}


def keys(shape: Any, place: str = "", told: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """The dotted place of each value in a shape; a list is walked into, names of one's own are NAME.

    A group that stands in two places (conditions at the top and in a version) is told once.
    """
    told = set() if told is None else told
    if isinstance(shape, ListOf):
        yield from keys(shape.item, place, told)
    elif isinstance(shape, MapOf):
        inner = f"{place}.NAME".lstrip(".")
        yield inner, shape.item
        yield from keys(shape.item, inner, told)
    elif isinstance(shape, Map):
        for name, field in shape.fields.items():
            inner = f"{place}.{name}".lstrip(".")
            yield inner, field
            if id(field) not in told and not is_words(field):
                told.add(id(field))
                yield from keys(field, inner, told)


def open_places(shape: Any, place: str = "") -> set[str]:
    """The places under which further keys are allowed."""
    if isinstance(shape, ListOf):
        return open_places(shape.item, place)
    if not isinstance(shape, Map):
        return set()
    found = {place} if shape.open else set()
    for name, field in shape.fields.items():
        found |= open_places(field, f"{place}.{name}".lstrip("."))
    return found


SAID = {
    Dated: "day",
    Expression: "expression",
    Figure: "number from 0",
    Flag: "true or false",
    Map: "group",
    MapOf: "group",
    Scalar: "value",
    Source: "clause",
}


def kind(field: Any) -> str:
    """What docs/packs.md calls the kind of a value."""
    if isinstance(field, ListOf):
        return f"list: {kind(field.item)}"
    if isinstance(field, Number):
        return f"whole number from {field.minimum}"
    if isinstance(field, Text):
        return " or ".join(f"`{choice}`" for choice in field.choices) or "text"
    if is_words(field):
        return "words"
    if isinstance(field, OneOrMany):
        return f"{kind(field.item)}, or a list"
    return SAID.get(type(field), "text")


def test_every_shape_has_its_part_of_the_page() -> None:
    assert set(shapes()) == set(FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_key_of_a_pack_file_has_its_row(name: str) -> None:
    shape = shapes()[name]
    wanted = {
        place: ["no" if field.optional else "yes", kind(field)] for place, field in keys(shape)
    }
    named = {place: cells[:2] for place, cells in rows(PACKS, FILES[name]).items()}
    free = open_places(shape)
    extra = {place for place in named.keys() - wanted.keys() if place.rpartition(".")[0] in free}
    assert {place: cells for place, cells in named.items() if place not in extra} == wanted


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_row_says_what_its_key_means(name: str) -> None:
    silent = [place for place, cells in rows(PACKS, FILES[name]).items() if not all(cells[2:])]
    assert silent == []


def test_every_sentence_of_a_bulletin_has_its_row() -> None:
    named = {
        key: frozenset(re.findall(r"`(\w+)`", cells[-1]))
        for key, cells in rows(PACKS, "texts/bulletin.yaml").items()
    }
    assert named == texts.KEYS


def examples(page: str) -> Mapping[str, str]:
    """The example files of a page: a fenced block whose first line is `# <name of the file>`."""
    blocks = re.findall(r"^```\w*\n# (\S+)\n(.*?)^```$", page, re.S | re.M)
    return dict(blocks)


def test_the_example_pack_of_the_page_loads(tmp_path: Path) -> None:
    for name, body in examples(PACKS).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
    pack, problems = load_pack(tmp_path)
    assert [str(problem) for problem in problems] == []
    assert pack is not None
    assert [unit["id"] for unit in pack.units] == ["talent", "industry", "qingyu", "counties"]


def test_the_audit_page_calls_each_action_by_the_glossarys_word() -> None:
    page = (ROOT / "docs/glossary.md").read_text("utf-8")
    named = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]+?) \|", page, re.M)
    assert len(named) > 40
    assert {code: action_label(code) for code, _word in named} == dict(named)
