"""Each problem that a check tells has a number of its own, so that it can be looked up and silenced."""

import ast
from collections import defaultdict
from pathlib import Path

SOURCE = Path(__file__).parents[2]


def numbers_in(function: ast.FunctionDef) -> set[str]:
    given = {
        str(node.value.value)
        for node in ast.walk(function)
        if isinstance(node, ast.keyword)
        and node.arg == "id"
        and isinstance(node.value, ast.Constant)
    }
    return {number for number in given if number.startswith("yingcai.")}


def test_two_checks_share_no_number() -> None:
    """One check may tell its number twice, for one thing in two words."""
    places = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for number in numbers_in(function):
                    places[number].add(f"{path.name}:{function.name}")
    assert {number: where for number, where in places.items() if len(where) > 1} == {}
