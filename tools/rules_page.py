"""Play the lesson of docs/rules.md: ``write`` fills in what its commands answer, ``check`` compares.

A block is a file where the sentence before it says so: ``Save as `F`:``, ``Add at the end of `F`:``,
``Add to `F`, below the line `L`:``, ``Replace in `F` the line `L`:``. Commands stand in a block of
`sh`; the block after it holds their answer.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
sys.path.insert(0, str(ROOT / "src"))

from yingcai.engine.cli import main as yingcai  # noqa: E402  # the checkout is on the path from here

_BLOCK = re.compile(r"(?<=\n)```(\w+)\n(.*?)```\n", re.S)
_SAVE = re.compile(r"Save\sas\s`([^`]+)`:\s*$")
_APPEND = re.compile(r"Add\sat\sthe\send\sof\s`([^`]+)`:\s*$")
_BELOW = re.compile(r"Add\sto\s`([^`]+)`,\sbelow\sthe\sline\s`([^`]+)`:\s*$")
_REPLACE = re.compile(r"Replace\sin\s`([^`]+)`\sthe\sline\s`([^`]+)`:\s*$")


def played(page: str, folder: Path) -> str:
    """The page with the answers that its commands give in the empty ``folder``."""
    parts: list[str] = []
    answer: str | None = None
    end = 0
    for block in _BLOCK.finditer(page):
        before, (kind, body) = page[end : block.start()], block.groups()
        end = block.end()
        if answer is not None and kind == "text":
            body, answer = answer, None
        elif kind == "sh":
            answer = answers(body, folder)
        else:
            _edit(before, body, folder)
        parts += [before, f"```{kind}\n{body}```\n"]
    return "".join([*parts, page[end:]])


def answers(commands: str, folder: Path) -> str:
    """What commands print, notes and results, without blanks at the ends of lines."""
    shown = StringIO()
    with _inside(folder), redirect_stdout(shown), redirect_stderr(shown):
        for line in commands.splitlines():
            yingcai(line.split()[1:])
    text = "\n".join(line.rstrip() for line in shown.getvalue().strip().splitlines())
    return text + "\n"


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _edit(before: str, body: str, folder: Path) -> None:
    """Do with a block what the sentence before it says; a block without one is only shown."""
    if found := _SAVE.search(before):
        (folder / found[1]).write_text(body, "utf-8")
    elif found := _APPEND.search(before):
        path = folder / found[1]
        path.write_text(path.read_text("utf-8") + body, "utf-8")
    elif found := _BELOW.search(before):
        _change(folder / found[1], found[2], found[2] + "\n" + body)
    elif found := _REPLACE.search(before):
        _change(folder / found[1], found[2], body)


def _change(path: Path, line: str, text: str) -> None:
    """Put ``text`` in the place of the one line that says ``line``."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (place,) = [place for place, one in enumerate(lines) if one.strip() == line]
    lines[place] = text
    path.write_text("".join(lines), "utf-8")


def main(argv: list[str]) -> int:
    page = PAGE.read_text("utf-8")
    with TemporaryDirectory() as folder:
        fresh = played(page, Path(folder))
    if argv == ["write"]:
        PAGE.write_text(fresh, "utf-8")
        return 0
    if argv == ["check"]:
        print("docs/rules.md is up to date" if page == fresh else "run tools/rules_page.py write")
        return 0 if page == fresh else 1
    print("usage: rules_page.py write|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
