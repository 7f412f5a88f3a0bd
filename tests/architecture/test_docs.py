"""Documents that cannot rot: what the code has, the pages name; what the pages name, the code has."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from yingcai.engine.cli import COMMANDS
from yingcai.engine.documents.sheet_refusals import REFUSALS as SHEETS
from yingcai.engine.reading.refusals import REFUSALS as PLANS
from yingcai.registry.importing.words import FILES
from yingcai.reporting.sheets import NO_COLUMN, NO_FILE, TOO_LARGE

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/**/*.md"))
    if not {"var", "node_modules"} & set(page.relative_to(ROOT).parts)
)
MAX_PICTURE = 200 * 1024
FENCE = re.compile(r"^ *```.*?^ *```", re.M | re.S)


def prose(page: Path) -> str:
    """The text of a page without its blocks of code."""
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    """Where the page leads inside the project: addresses as written."""
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose(page)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The headings of a page as hosts turn them into anchors."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {re.split(r"[\[><=~! ]", name)[0].lower() for group in groups for name in group}
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    listed = {row.lower() for row in re.findall(r"^\| ([\w.-]+) \|", page, re.M)} - {"package"}
    assert declared - listed == set()
    assert listed - declared == set()


def test_the_lock_names_no_address_and_hashes_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    name = r"^[\w.-]+(?:\[[\w, -]+\])?=="
    pinned = re.findall(name, lock, re.M)
    assert len(pinned) == len(re.findall(name + r".* \\\n    --hash=sha256:", lock, re.M)) > 60


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def shape(page: Path) -> dict[str, list[str]]:
    """What two languages of one page have in common; comments in code are words too.

    What commands answer may be in the language of the page; test_rules_page.py runs them.
    """
    text = page.read_text("utf-8")
    blocks = FENCE.findall(text)
    code = [line for block in blocks if block.startswith("```sh") for line in block.splitlines()]
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)
    return {
        "headings": re.findall(r"^(#+) ", prose(page), re.M),
        "code": [line.split(" # ")[0].rstrip().removesuffix(" --language en") for line in code],
        "lines of blocks": [str(len(block.splitlines())) for block in blocks],
        "pictures": [Path(picture).name for picture in pictures],
        "rows of tables": re.findall(r"^\|.*?(?=\w|-)", text, re.M),
        "links": sorted(
            {link for link in links(page) if not link.startswith(("docs/img", "README"))}
        ),
    }


def test_both_readmes_have_the_same_shape() -> None:
    english, chinese = map(shape, READMES)
    assert english == chinese


def test_every_picture_is_shown_and_small() -> None:
    shown = {(page.parent / link).resolve() for page in READMES for link in links(page)}
    pictures = set((ROOT / "docs/img").rglob("*.*"))
    assert pictures - shown == set()
    assert [path.name for path in pictures if path.stat().st_size > MAX_PICTURE] == []


def commands_in(text: str) -> Iterator[str]:
    """What stands after ``yingcai`` in code: up to two words that could be a command."""
    code = FENCE.findall(text) + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    for found in re.findall(
        r"(?<![\w/.-])(?:\S*/bin/)?yingcai((?: [a-z][\w.-]*){1,2})", "\n".join(code)
    ):
        yield found.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_is_there(page: Path) -> None:
    known = {" ".join(name) for name in COMMANDS}
    named = set(commands_in(page.read_text("utf-8")))
    assert {words for words in named if not {words, words.split()[0]} & known} == set()


def test_every_management_command_that_is_named_is_there() -> None:
    ours = {path.stem for path in (ROOT / "src").glob("yingcai/*/management/commands/*.py")}
    django = {"shell", "clearsessions"}
    named = {
        name
        for page in PAGES
        for name in re.findall(r"yingcai manage ([a-z]\w+)", page.read_text("utf-8"))
    }
    assert named - ours - django == set()
    assert ours - named - {"__init__"} == set()


def test_every_code_of_a_refused_file_stands_on_the_page() -> None:
    page = (ROOT / "docs/registry-import.md").read_text("utf-8")
    named = set(re.findall(r"`((?:file|sheet|plan)-[a-z-]+)`", page))
    assert named == {*FILES, *PLANS, *SHEETS, NO_FILE, TOO_LARGE, NO_COLUMN}


def test_every_make_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {
        name
        for page in PAGES
        for name in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.M)
    }
    assert named - targets == set()


def test_every_setting_that_is_named_is_there() -> None:
    settings = (ROOT / "docs/settings.md").read_text("utf-8")
    known = set(re.findall(r"YINGCAI_\w+", settings))
    tests_only = {"YINGCAI_TEST_DATABASE_URL", "YINGCAI_CHROMIUM", "YINGCAI_SHOTS"}
    named = {name for page in PAGES for name in re.findall(r"YINGCAI_\w+", page.read_text("utf-8"))}
    assert named - known - tests_only == set()


def names_of(path: Path) -> set[str]:
    """Functions, classes and constants at the top of a module."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def test_the_tour_names_what_is_there() -> None:
    tour = ROOT / "docs/tour.md"
    stops = re.findall(r"\]\((\S+\.py)\):((?:\s+`\w+`,?)+)", tour.read_text("utf-8"))
    assert len(stops) > 20
    missing = [
        f"{path}: {name}"
        for path, words in stops
        for name in re.findall(r"`(\w+)`", words)
        if name not in names_of((tour.parent / path).resolve())
    ]
    assert missing == []


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    done = subprocess.run(
        [sys.executable, "tools/cli_doc.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_version_stands_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    public = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    released = re.findall(r"^## \[(\d\S+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert public["softwareVersion"] == version
    assert released[0] == version
