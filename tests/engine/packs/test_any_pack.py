"""Whatever a person does to the files of a pack: a pack or its problems, never a crash."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.packs.make import WHOLE, make_pack
from yingcai.engine.packs.check_command import check_pack
from yingcai.engine.packs.diff import diff
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.rule_source import problem_at, rule_source
from yingcai.engine.packs.rules_command import load_rules
from yingcai.engine.rules.source_form import RuleProblem

Change = Callable[[list[str]], list[str]]
NAMES = sorted(
    {"pack.yaml", "units.yaml", "facts.yaml", "documents.yaml", "programmes/settling-in.yaml"}
    | {name for name in WHOLE if name.endswith((".yaml", ".csv"))}
)
VALUES = st.sampled_from(  # whatever a hand may type
    [
        "",
        "~",
        "5",
        "-1",
        "1.5",
        "true",
        "no",
        "[]",
        "{}",
        "[[]]",
        "{a: 1}",
        "2026-02-30",
        "'",
        "*a",
        "2026-01-01",
        "a#b",
        "{",
        "é\u2028",
        '"\\0"',
        "rent",
        "window",
        "x" * 3000,
        "9" * 50,
        "- a",
    ]
)


@cache
def whole() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        pack = make_pack(Path(folder) / "pack")
        return {name: (pack / name).read_text("utf-8") for name in NAMES}


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, str]:
    """A file and its text after a few of the slips that people make."""
    name = draw(st.sampled_from(NAMES))
    lines = whole()[name].splitlines()
    for _ in range(draw(st.integers(1, 3))):
        lines = draw(st.sampled_from([delete, repeat, swap, retype, indent]))(draw, lines)
    return name, "\n".join(lines) + "\n"


def delete(draw: st.DrawFn, lines: list[str]) -> list[str]:
    at = draw(st.integers(0, len(lines)))
    return lines[:at] + lines[at + draw(st.integers(1, 4)) :]


def repeat(draw: st.DrawFn, lines: list[str]) -> list[str]:
    at = draw(st.integers(0, len(lines)))
    return lines[:at] + lines[at : at + 2] + lines[at:]


def swap(draw: st.DrawFn, lines: list[str]) -> list[str]:
    return draw(st.permutations(lines)) if len(lines) < 6 else lines[::-1]


def retype(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """Put another sort of value behind a colon or between two commas."""
    at = draw(st.integers(0, max(len(lines) - 1, 0)))
    line = lines[at] if lines else "a: b"
    separator = draw(st.sampled_from([": ", ", ", "["]))
    parts = line.split(separator)
    parts[draw(st.integers(0, len(parts) - 1))] = draw(VALUES)
    return [*lines[:at], separator.join(parts), *lines[at + 1 :]]


def indent(draw: st.DrawFn, lines: list[str]) -> list[str]:
    at = draw(st.integers(0, len(lines)))
    return lines[:at] + [f"  {line}" for line in lines[at:]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pack(tmp_path_factory.mktemp("any") / "pack")


@contextmanager
def spoiled(folder: Path, name: str, content: bytes) -> Iterator[None]:
    """The pack with one file changed, and whole again afterwards."""
    kept = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    try:
        yield
    finally:
        (folder / name).write_bytes(kept)


@settings(max_examples=150, deadline=None)
@given(changes())
def test_a_pack_changed_by_slips_is_a_pack_or_a_list_of_problems(
    folder: Path, change: tuple[str, str]
) -> None:
    name, text = change
    with spoiled(folder, name, text.encode()):
        pack, problems = load_pack(folder)

        assert (pack is None) == bool(problems)
        assert len(problems) < 500
        for problem in problems:
            assert "\n" not in str(problem)
            assert problem.line >= 1
        if pack is not None:
            source = rule_source(pack)
            keys = [("versions", 0, "tables", "flat", "rows", 0), ("tables", "base", "columns", 0)]
            for file in source.programmes:
                for key in keys:
                    assert problem_at(pack, RuleProblem(file.name, key, "x")).line >= 1
            check_and_compare(folder)


def check_and_compare(folder: Path) -> None:
    """The check of a pack that loads says where; a pack that compiles equals itself."""
    findings = check_pack(folder).findings
    assert all(finding.line >= 1 and finding.zh and finding.en for finding in findings)
    if not any(finding.rule == "compile" for finding in findings):
        assert diff(load_rules(folder), load_rules(folder)) == []


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_bytes_that_are_no_file_of_a_pack_are_refused(
    folder: Path, content: bytes, name: str
) -> None:
    with spoiled(folder, name, content):
        pack, problems = load_pack(folder)

        assert (pack is None) == bool(problems)


def test_a_pack_may_be_copied_anywhere(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "a")
    shutil.copytree(folder, tmp_path / "b")

    first, second = load_pack(folder)[0], load_pack(tmp_path / "b")[0]

    assert first is not None
    assert second is not None
    assert first.digest == second.digest
