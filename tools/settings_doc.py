"""Write docs/settings.md from the environment variables that settings.py reads; ``check`` compares."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "src" / "yingcai" / "web" / "settings.py"
PAGE = ROOT / "docs" / "settings.md"
HEAD = """\
# Settings 配置

Every setting is an environment variable, and every one has a default: an installation without any runs on
SQLite, on this machine only. A value that does not fit stops the start and names the variable.
每项配置都是环境变量，都有默认值；写错的值会在启动时指出变量名并停止。

This page is made from `src/yingcai/web/settings.py` by `python tools/settings_doc.py write`; a test compares them.

| variable | kind | default | meaning |
|---|---|---|---|
"""
TAIL = """
Before real duty run `yingcai check --deploy`: it says what an installation for a city still lacks, among it
that SQLite cannot reach the third level of GB/T 22239-2019 (off-site real-time backup and redundancy, 8.1.4.9 b and c).
正式启用前运行 `yingcai check --deploy`。
"""


@dataclass(frozen=True)
class Setting:
    """One environment variable as settings.py reads it."""

    name: str
    kind: str
    default: str
    meaning: str


def settings(source: str) -> Iterator[Setting]:
    """Every ``env.kind("NAME", default=…)`` of ``source`` with the comment above it."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        for node in ast.walk(statement):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "env":
                yield _setting(node, node.func.attr, _comment(lines, statement.lineno))


def _setting(call: ast.Call, kind: str, meaning: str) -> Setting:
    name = ast.literal_eval(call.args[0])
    given = {word.arg: word.value for word in call.keywords}
    default = given.get("default")
    choices = [
        ast.literal_eval(node.args[0])
        for node in ast.walk(call)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "OneOf"
    ]
    if choices:
        kind = " or ".join(f"`{choice}`" for choice in choices[0])
    return Setting(str(name), kind, _shown(default), meaning)


def _shown(default: ast.expr | None) -> str:
    if default is None:
        return "required"
    if isinstance(default, ast.Call):
        return f"`{ast.literal_eval(default.args[0])}`"
    if isinstance(default, ast.Name):
        return "see there"
    value = ast.literal_eval(default)
    if value in ("", None, []):
        return "empty"
    return f"`{','.join(value) if isinstance(value, list) else value}`"


def _comment(lines: list[str], number: int) -> str:
    """The comment lines that stand right above line ``number``."""
    found: list[str] = []
    for line in reversed(lines[: number - 1]):
        if line.startswith("_"):  # a value that only prepares the default
            continue
        if not line.startswith("# ") or line.startswith("# --"):
            break
        found.insert(0, line.removeprefix("# "))
    return " ".join(found)


def page() -> str:
    rows = settings(SETTINGS.read_text("utf-8"))
    table = "".join(
        f"| `{row.name}` | {row.kind} | {row.default} | {row.meaning} |\n" for row in rows
    )
    return HEAD + table + TAIL


def main(argv: list[str]) -> int:
    if argv == ["write"]:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(), "utf-8")
        return 0
    if argv == ["check"]:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == page()
        print("docs/settings.md is up to date" if fresh else "run tools/settings_doc.py write")
        return 0 if fresh else 1
    print("usage: settings_doc.py write|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
