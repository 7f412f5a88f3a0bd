"""Other people's files are what VENDOR.md says; pages carry nothing inline; names resolve."""

import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find, get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

ROOT = Path(__file__).parents[4]
SOURCE = ROOT / "src" / "yingcai"
ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.M)
LISTED = ROW.findall((SOURCE / "web" / "VENDOR.md").read_text("utf-8"))
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|javascript:|<script(?![^>]*(?:\ssrc=|application/json))"""
)
ICONS = set(
    re.findall(
        r"\.bi-([a-z0-9-]+)::?before",
        (SOURCE / "web/static/vendor/bootstrap-icons/bootstrap-icons.min.css").read_text("utf-8"),
    )
)


@pytest.mark.parametrize(("name", "digest"), LISTED)
def test_a_vendored_file_is_the_listed_one(name: str, digest: str) -> None:
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest


def test_no_vendored_file_is_missing_from_the_list() -> None:
    present = {
        str(path.relative_to(ROOT))
        for folder in (SOURCE / "web/static/vendor", ROOT / "tests/browser/vendor")
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert present == {name for name, _ in LISTED}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_template_carries_no_inline_style_script_or_handler(path: Path) -> None:
    assert INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_files_and_icons_a_template_names_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    files = re.findall(r"""\{%\s*static\s+['"]([^'"]+)['"]""", text)
    icons = re.findall(r"\bbi-([a-z0-9-]+)(?=[\s\"'])", text)

    assert [name for name in files if find(name) is None] == []
    assert [name for name in icons if name not in ICONS and name != "xl"] == []


def test_a_manifest_of_static_files_can_be_built(tmp_path: Path) -> None:
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    found = {name: (origin, name) for finder in get_finders() for name, origin in finder.list([])}
    ours = {name: pair for name, pair in found.items() if name.startswith(("vendor", "css", "js"))}
    for name, (origin, _) in ours.items():
        with origin.open(name) as content:
            storage.save(name, content)

    results = list(storage.post_process({name: (storage, name) for name in ours}))

    assert [outcome for _, _, outcome in results if isinstance(outcome, Exception)] == []
