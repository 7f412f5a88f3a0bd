"""Write docs/cli.md from the commands and their own help; ``check`` compares."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
PAGE = ROOT / "docs" / "cli.md"
sys.path.insert(0, str(SOURCE))

from yingcai.engine.cli import COMMANDS  # noqa: E402  # the checkout is on the path from here

MANAGE = ("manage",)
HEAD = """\
# Commands 命令

`yingcai NOUN VERB`. Results go to standard output, notes to standard error. Exit codes: 0 done, 1 findings or a
refusal that is explained, 2 misuse or a file that cannot be read. `yingcai --help` lists the commands,
`yingcai NOUN VERB --help` explains one.
结果输出到标准输出，提示输出到标准错误。退出码：0 完成，1 有发现或被拒绝（已说明原因），2 用法有误或文件读不了。

The engine’s commands need no database and no web framework; the others need the extra `web`.

This page is made from the commands by `python tools/cli_doc.py write`; a test compares them.
"""
DATED = """\
## Management commands 管理命令

`yingcai manage NAME` runs these, and any command of Django. They are dated and safe to repeat: run them as often as
you like, for today or for `--on` another day. When to run them is in [deployment.md](deployment.md).

| command | does | options |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| [`yingcai {' '.join(name)}`](#{anchor(name)}) | {command.english} "
        f"| {command.chinese} | {'web' if command.web else 'engine'} |"
        for name, command in COMMANDS.items()
    ]
    table = "| command | does | 用途 | needs |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    each = [
        f"## yingcai {' '.join(name)}\n\n```text\n{told(name)}\n```\n"
        for name in COMMANDS
        if name != MANAGE
    ]
    managed = "\n".join(row for row in dated_commands())
    return "\n".join([HEAD, table, *each, f"{DATED}{managed}\n"])


def anchor(name: tuple[str, ...]) -> str:
    """Where on the page a command is explained."""
    return "management-commands-管理命令" if name == MANAGE else f"yingcai-{'-'.join(name)}"


def told(name: tuple[str, ...]) -> str:
    """What a command says about itself, in lines of a hundred characters."""
    done = subprocess.run(  # noqa: S603  # our own commands
        [sys.executable, "-m", "yingcai.engine.cli", *name, "--help"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "100",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def dated_commands() -> Iterator[str]:
    """A row for each management command of ours, without the options that Django gives to all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
    django.setup()
    common = {action.dest for action in options_of(BaseCommand())}
    for file in sorted(SOURCE.glob("yingcai/*/management/commands/[a-z]*.py")):
        command = load_command_class(f"yingcai.{file.parents[2].name}", file.stem)
        own = [action for action in options_of(command) if action.dest not in common]
        options = "；".join(f"`{action.option_strings[0]}` {action.help}" for action in own)
        yield f"| `yingcai manage {file.stem}` | {command.help} | {options} |"


def options_of(command: BaseCommand) -> list[argparse.Action]:
    return list(command.create_parser("yingcai manage", "")._actions)


def main(argv: list[str]) -> int:
    if argv == ["write"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    if argv == ["check"]:
        fresh = PAGE.exists() and PAGE.read_text("utf-8") == page()
        print("docs/cli.md is up to date" if fresh else "run python tools/cli_doc.py write")
        return 0 if fresh else 1
    print("usage: cli_doc.py write|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
