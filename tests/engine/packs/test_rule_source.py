"""A pack as the compiler wants it, and the compiler's problems on their lines."""

from datetime import date
from pathlib import Path

import pytest

from tests.engine.packs.make import loaded
from yingcai.engine.packs.document import Problem
from yingcai.engine.packs.rule_source import problem_at, rule_source
from yingcai.engine.rules.source_form import RuleProblem


def test_the_compiler_gets_plain_values(pack: Path) -> None:
    source = rule_source(loaded(pack))

    assert [one.name for one in source.programmes] == [
        "programmes/rent.yaml",
        "programmes/settling-in.yaml",
    ]
    rent = source.programmes[0].value
    assert rent["versions"][0]["window"]["to"] == date(2026, 12, 31)
    assert rent["versions"][1]["conditions"][0]["when"] == "true"
    assert rent["stacking"]["ceilings"][0]["amount"] == "YUAN(20000)"
    assert [fact["id"] for fact in source.facts.value["facts"]][-1] == "firm.patents"
    assert source.catalogue is not None
    assert source.editions[0].name == "catalogue/2026.yaml"
    assert source.editions[0].value["items"][1]["id"] == "world_prize"
    assert [*source.domains] == ["divisions", "honours"]


def told(key: tuple[str | int, ...]) -> str:
    """A problem that names nothing gets the name of the value."""
    names = [part for part in key if isinstance(part, str)]
    return f"`{names[-1]}`: wrong" if names else "wrong"


RENT, CSV = "programmes/rent.yaml", "programmes/rent.base.csv"


@pytest.mark.parametrize(
    ("file", "key", "place"),
    [
        (RENT, ("versions", 0, "conditions", 0, "when"), (RENT, 18)),
        (RENT, ("versions", 0, "amount", "nothing"), (RENT, 21)),
        (RENT, ("versions", 0), (RENT, 15)),
        (RENT, ("tables", "base"), (RENT, 13)),
        (RENT, ("tables", "base", "otherwise", 0), (RENT, 13)),
        (RENT, ("tables", "base", "columns", 0), (CSV, 1)),
        (RENT, ("tables", "base", "rows"), (RENT, 13)),
        (RENT, ("tables", "base", "rows", 0), (CSV, 2)),
        (RENT, ("tables", "base", "rows", 1, 1), (CSV, 4)),
        (RENT, ("tables", "base", "sources", 1), (CSV, 4)),
        (RENT, ("tables", "none", "rows", 1), (RENT, 13)),
        (RENT, ("tables",), (RENT, 13)),
        (RENT, ("versions", 1, "tables", "flat", "columns", 0), (RENT, 26)),
        (RENT, ("versions", 1, "tables", "flat", "rows", 1, 0), (RENT, 27)),
        (RENT, ("versions", 1, "tables", "flat", "statuses", 1), (RENT, 27)),
        ("catalogue/2026.yaml", ("items", 1, "level"), ("catalogue/2026.yaml", 8)),
        ("facts.yaml", ("facts", 0, "id"), ("facts.yaml", 7)),
        ("facts.yaml", (), ("facts.yaml", 2)),
    ],
)
def test_a_problem_of_the_compiler_gets_its_line(
    pack: Path, file: str, key: tuple[str | int, ...], place: tuple[str, int]
) -> None:
    assert problem_at(loaded(pack), RuleProblem(file, key, "wrong")) == Problem(*place, told(key))
