"""docs/rules.md is played: its lesson, its examples, its messages; so are the rules of the READMEs."""

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.programmes import PROGRAMME_SHAPE
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.rules.bounds import declared_bounds
from yingcai.engine.rules.bundle import MANY
from yingcai.engine.rules.closures import evaluate
from yingcai.engine.rules.functions import FUNCTIONS
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.parse import MAX_NODES, parse
from yingcai.engine.rules.scope import Scope
from yingcai.engine.rules.subject import read_subject
from yingcai.engine.rules.syntax import MAX_DEPTH, MAX_TEXT
from yingcai.engine.rules.table_form import MAX_ROWS, read_cell
from yingcai.engine.rules.types import LIMIT, Known
from yingcai.engine.rules.version import Surroundings, read_standing
from yingcai.engine.rules.vocabulary import MAX_NAME
from yingcai.engine.rules.written import write_value

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rules.md").read_text("utf-8")
READMES = ("README.md", "README.zh-CN.md")


@cache
def tool() -> ModuleType:
    """tools/rules_page.py."""
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "tools/rules_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the lesson has been played; what it should look like is in `fresh.md`."""
    place = tmp_path_factory.mktemp("lesson")
    fresh = tool().played(PAGE, place)
    (place / "fresh.md").write_text(fresh, "utf-8")
    return place


@pytest.fixture(scope="module")
def rules(folder: Path) -> RuleSet:
    pack, problems = load_pack(folder / "lanchuan")
    assert pack is not None, problems
    rules, problems = compile_pack(pack)
    assert rules is not None, problems
    return rules


@pytest.fixture(scope="module")
def scope(rules: RuleSet) -> Scope:
    """What the examples may name: the facts of the lesson, and what its award brings."""
    types = {name: fact.type for name, fact in rules.facts.items()}
    where = Surroundings(rules.facts, types, declared_bounds(rules.facts), {})
    scope, _ = read_standing(rules.programmes["practice-award"].details, where)
    return scope


def tables() -> Iterator[list[list[str]]]:
    """The cells of each table of the page, its heads first."""
    for found in re.findall(r"(?:^\|.*\n)+", PAGE, re.M):
        rows = [re.split(r"(?<!\\) ?\| ?", line.strip().strip("|")) for line in found.splitlines()]
        yield [
            [cell.strip().replace("\\|", "|") for cell in row] for row in rows if row[0] != "---"
        ]


def table(*heads: str) -> list[dict[str, str]]:
    """The rows of all tables that have these heads."""
    return [
        dict(zip(rows[0], row, strict=True))
        for rows in tables()
        if set(heads) <= set(rows[0])
        for row in rows[1:]
    ]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# -- the lesson ----------------------------------------------------------------------------------


def test_the_lesson_gives_what_the_page_shows(folder: Path) -> None:
    assert (folder / "fresh.md").read_text("utf-8").splitlines() == PAGE.splitlines()


def test_the_lesson_runs_every_command_that_it_promises() -> None:
    ran = set(re.findall(r"^yingcai (pack \w+|\w+)", PAGE, re.M))
    assert ran == {"pack new", "pack check", "decide", "bundle", "scan", "whatif"}


# -- the language --------------------------------------------------------------------------------

EXAMPLES = table("example", "gives", "nothing known")


def answer(expression: str, scope: Scope, known: Mapping[str, Known]) -> str:
    node, problems = parse(expression, scope)
    assert node is not None, problems
    value = evaluate(node, known)
    return "unknown" if value is None else write_value(value, node.type)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["example"])
def test_an_example_gives_what_the_page_says(
    row: dict[str, str], scope: Scope, rules: RuleSet, folder: Path
) -> None:
    subject, problems = read_subject(json.loads((folder / "known.json").read_text("utf-8")), rules)
    assert subject is not None, problems
    (expression,) = code(row["example"])
    given = [answer(expression, scope, known) for known in (subject.values, {})]
    assert given == [row["gives"], row["nothing known"]]


def test_every_example_of_a_row_uses_what_the_row_is_about() -> None:
    lost = [row["write"] for row in EXAMPLES if "write" in row and not _used(row)]
    assert lost == []


def _used(row: dict[str, str]) -> bool:
    (word,) = code(row["write"])
    return bool(re.search(rf"(?<![\w<>=]){re.escape(word)}(?![\w<>=])", row["example"]))


def test_every_function_and_operator_has_its_row() -> None:
    named = [word for row in EXAMPLES if "write" in row for word in code(row["write"])]
    operators = ["=", "<>", "<", "<=", ">", ">=", "+", "-", "*"]
    words = ["AND", "OR", "NOT", "BETWEEN", "IN", "CASE", "LEAST", "GREATEST"]
    functions = [name.rstrip("_") for name in FUNCTIONS]
    assert sorted(named) == sorted([*operators, *words, *functions])


MESSAGES = table("written", "the check says", "mend")


@pytest.mark.parametrize("row", MESSAGES, ids=lambda row: row["written"])
def test_a_message_is_what_the_check_says(row: dict[str, str], scope: Scope) -> None:
    (expression,) = code(row["written"])
    _, problems = parse(expression, scope)
    assert problems == [row["the check says"]]


def test_every_mend_that_is_an_expression_can_be_read(scope: Scope) -> None:
    mends = [
        found for row in MESSAGES for found in code(row["mend"]) if "." in found and "(" in found
    ]
    assert len(mends) > 0
    assert [parse(mend, scope)[1] for mend in mends] == [[]] * len(mends)


def test_every_cell_form_can_be_read(rules: RuleSet) -> None:
    forms = [(code(row["cell"]), row["for"]) for row in table("cell", "for", "matches")]
    assert len(forms) > 4
    months = rules.facts["person.insured_months"].type
    degree = rules.facts["person.degree"].type
    for cells, kind in forms:
        for cell in cells:
            read_cell(cell, degree if kind.startswith("lists") else months)


def test_every_key_of_a_programme_is_named() -> None:
    named = [key for row in table("keys", "for") for key in code(row["keys"])]
    assert sorted(named) == sorted(PROGRAMME_SHAPE.fields)


def test_the_limits_are_those_of_the_engine() -> None:
    limits = [int(row["value"].replace(",", "")) for row in table("limit", "value")]
    assert limits == [MAX_TEXT, MAX_DEPTH, MAX_NODES, MAX_ROWS, MAX_NAME, MANY, LIMIT]


# -- what the READMEs show -----------------------------------------------------------------------


def shown(page: str) -> list[Any]:
    """Each command of the engine on a README with the lines that stand below it."""
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"```sh\n([^`]*)```\n\n```text\n([^`]*)```", text)
    return [
        pytest.param(commands, answer, id=f"{page}: {commands.split(maxsplit=1)[1].strip()}")
        for commands, answer in blocks
    ]


@pytest.mark.parametrize(("commands", "lines"), [*shown(READMES[0]), *shown(READMES[1])])
def test_a_readme_shows_what_its_command_says(commands: str, lines: str) -> None:
    """In order; where lines were left out there stands an ellipsis."""
    said = tool().answers(commands, ROOT).splitlines()
    for part in re.split(r"^…$\n?", lines, flags=re.M):
        wanted = part.rstrip("\n").splitlines()
        places = [i for i in range(len(said)) if said[i : i + len(wanted)] == wanted]
        assert places, f"not said, or not in this order:\n{part}"
        said = said[places[0] + len(wanted) :]


def test_both_readmes_show_the_rules_at_work() -> None:
    for page in READMES:
        text = (ROOT / page).read_text("utf-8")
        ran = set(re.findall(r"^\.venv/bin/yingcai (\w+)", text, re.M))
        assert {"decide", "bundle", "scan", "whatif"} <= ran, page
