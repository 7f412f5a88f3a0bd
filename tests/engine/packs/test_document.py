"""YAML as packs read it: values of YAML 1.2, exact, bounded, each with its line."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from yingcai.engine.packs.document import MAX_MESSAGE, MAX_NODES, Document, Problem, load_document


def read(folder: Path, text: str) -> tuple[Document | None, list[str]]:
    (folder / "a.yaml").write_text(text, "utf-8")
    document, found = load_document(folder / "a.yaml", name="a.yaml")
    return document, [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("12.50", Decimal("12.50")),
        ("0.1", Decimal("0.1")),
        ("12345678901234567890.1", Decimal("12345678901234567890.1")),
        ("2018-04-13", date(2018, 4, 13)),
        ('"2018-04-13"', "2018-04-13"),
        ('"12"', "12"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("true", True),
        ("FALSE", False),
        ("no", "no"),
        ("on", "on"),
        ("~", None),
        ("null", None),
        ("", None),
        ("1e5", "1e5"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("2018-04", "2018-04"),
        ("1.2.3", "1.2.3"),
        ("9" * 40, "9" * 40),
    ],
)
def test_a_scalar_is_taken_as_it_stands(tmp_path: Path, text: str, value: Any) -> None:
    document, found = read(tmp_path, f"a: {text}\n")

    assert found == []
    assert document is not None
    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 010\nb: 00.5\n", [
            "a.yaml:1: 010 begins with 0; put it in quotes or leave out the zeros",
            "a.yaml:2: 00.5 begins with 0; put it in quotes or leave out the zeros",
        ]),
        ("a: 2018-02-30\n", ["a.yaml:1: there is no day 2018-02-30"]),
        ("a: 1\n---\nb: 2\n", ["a.yaml:2: a second document begins; one file holds one"]),
        ("a: !!float 1\n", ["a.yaml:1: cannot read the value '1'; tags (!) are not allowed"]),
        ("a: &x 1\nb: *x\n", ["a.yaml:2: YAML aliases (&, *) are not allowed in packs"]),
        ("# nothing\n", ["a.yaml:1: the file is empty"]),
    ],
)  # fmt: skip
def test_what_could_be_misread_is_refused(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert read(tmp_path, text) == (None, expected)


def test_a_file_of_too_many_values_is_not_read_to_its_end(tmp_path: Path) -> None:
    _, found = read(tmp_path, "[" + "1," * (MAX_NODES + 1) + "]")

    assert found == ["a.yaml:1: too many or too deeply nested values"]


def test_an_error_without_a_place_is_told_on_the_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    error = yaml.MarkedYAMLError(problem="odd")
    monkeypatch.setattr(yaml, "parse", lambda text, Loader: iter(_failing(error)))

    assert read(tmp_path, "a: 1\n") == (None, ["a.yaml:1: not valid YAML: odd"])


def _failing(error: Exception) -> Any:
    raise error
    yield


def test_a_value_that_is_not_there_is_found_on_the_line_around_it(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a:\n  b:\n    - c: 1\n")

    assert document is not None
    assert [document.line("a", "b", 0, "c"), document.line("a", "b", 0, "d", 5)] == [3, 3]
    assert document.line("z") == 1


def test_a_schema_comment_of_an_editor_is_no_part_of_the_file(tmp_path: Path) -> None:
    document, found = read(tmp_path, "# yaml-language-server: $schema=x.schema.json\na: 1\n")

    assert found == []
    assert document is not None
    assert (document.value, document.line("a")) == ({"a": 1}, 2)


def test_a_problem_is_one_line_of_bounded_length() -> None:
    text = str(Problem("a.yaml", 1, "x\n\x1b[31m" + "y" * 2 * MAX_MESSAGE))

    assert text.startswith("a.yaml:1: x��[31myyy")
    assert text.endswith("y…")
    assert len(text) == len("a.yaml:1: ") + MAX_MESSAGE + 1
