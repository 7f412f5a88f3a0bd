"""Documents that cannot rot: what the code has, the pages name."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
    pinned = re.findall(r"^[\w.-]+==", lock, re.M)
    assert len(pinned) == len(re.findall(r"^[\w.-]+==.* \\\n    --hash=sha256:", lock, re.M))
