"""Every write is an action that leaves an audit row; nothing else writes."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "yingcai"
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "save", "get_or_create"}
WRITES |= {"update_or_create"}


def action_files() -> list[Path]:
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if ("actions" in path.parts or path.name == "actions.py") and "tests" not in path.parts
    ]


def test_models_are_written_only_in_actions() -> None:
    elsewhere = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if {"tests", "migrations", "engine", "actions"} & set(parts) or path.name == "actions.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
                and "objects" in ast.unparse(node.func.value)
            ):
                elsewhere.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert elsewhere == []


def test_no_signal_receivers() -> None:
    found = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if "tests" not in path.parts and "@receiver" in path.read_text("utf-8")
    ]
    assert found == []


def test_actions_know_no_request_and_no_clock() -> None:
    wrong = []
    for path in action_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.arg) and node.arg == "request":
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} request")
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "timezone.now",
                "clock.now",
                "clock.today",
                "date.today",
                "datetime.now",
            }:
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} clock")
    # The audit writer itself may fall back to the clock.
    assert [w for w in wrong if not w.startswith("audit/")] == []
