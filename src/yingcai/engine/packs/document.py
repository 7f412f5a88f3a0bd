"""YAML files of a pack with the line of every value, and a small shape language to check them.

Untrusted input: safe loading only, bounded in size, depth and nodes; aliases are refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 5 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 20

Key = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a pack: where, and what to do about it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Document:
    """A parsed file: plain values, and the line on which each of them starts (1-based)."""

    file: str
    value: Any
    lines: dict[Key, int]

    def line(self, *key: str | int) -> int:
        """The line on which a value of the file starts."""
        return self.lines[key]

    def problem(self, text: str, *key: str | int) -> Problem:
        return Problem(self.file, self.line(*key), text)


def load_document(path: Path, *, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse one YAML file; a file that cannot be parsed gives the reason instead."""
    try:
        data = path.read_bytes()
    except OSError:
        return None, [Problem(name, 1, "the file is missing or cannot be read; add it to the pack")]
    if len(data) > MAX_BYTES:
        return None, [Problem(name, 1, f"larger than {MAX_BYTES} bytes; split the file")]
    try:
        return _parse(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(name, line, "not UTF-8 text; save the file as UTF-8")]


def _parse(text: str, name: str) -> tuple[Document | None, list[Problem]]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        return None, [Problem(name, line, f"not valid YAML: {error.problem or error}")]
    except (yaml.YAMLError, RecursionError) as error:
        return None, [Problem(name, 1, f"not valid YAML: {type(error).__name__}")]
    if root is None:
        return None, [Problem(name, 1, "the file is empty")]
    builder = _Builder(name)
    try:
        value = builder.build(root, ())
    except _Refused as refusal:
        return None, [refusal.problem]
    if builder.problems:
        return None, builder.problems
    return Document(name, value, builder.lines), []


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Builder:
    """Turns YAML nodes into plain values and remembers their lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Key, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0
        self.seen: set[int] = set()
        self.scalars = yaml.SafeLoader("")

    def build(self, node: yaml.Node, key: Key) -> Any:
        line = node.start_mark.line + 1
        self.lines[key] = line
        self.nodes += 1
        if self.nodes > MAX_NODES or len(key) > MAX_DEPTH:
            raise _Refused(Problem(self.name, line, "too many or too deeply nested values"))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if id(node) in self.seen:
            raise _Refused(Problem(self.name, line, "YAML aliases (&, *) are not allowed in packs"))
        self.seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*key, i)) for i, child in enumerate(node.value)]
        return self._mapping(node, key)

    def _mapping(self, node: yaml.Node, key: Key) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name_node, child in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                raise _Refused(Problem(self.name, line, "a key must be a plain word"))
            name = str(name_node.value)
            if name in found:
                self.problems.append(Problem(self.name, line, f"`{name}` is given twice"))
            found[name] = self.build(child, (*key, name))
        return found

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Any:
        try:
            return self.scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):
            raise _Refused(
                Problem(self.name, line, f"cannot read the value {node.value!r}")
            ) from None


# -- shapes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Number:
    minimum: int = 0
    optional: bool = False


@dataclass(frozen=True)
class ListOf:
    item: Any
    optional: bool = False


@dataclass(frozen=True)
class Map:
    fields: dict[str, Any]
    optional: bool = False
    open: bool = False  # further keys allowed


def check(document: Document, shape: Any, key: Key = ()) -> Iterator[Problem]:
    """Every way in which the document differs from ``shape``, each with its line."""
    value = document.value
    for part in key:
        value = value[part]
    name = _place(key)
    if isinstance(shape, Map):
        yield from _check_map(document, shape, key, value)
    elif isinstance(shape, ListOf):
        if not isinstance(value, list):
            yield document.problem(f"{name} must be a list", *key)
            return
        for i in range(len(value)):
            yield from check(document, shape.item, (*key, i))
    elif isinstance(shape, Text):
        yield from _check_text(document, shape, key, value)
    elif not isinstance(value, int) or isinstance(value, bool) or value < shape.minimum:
        yield document.problem(f"{name} must be a whole number from {shape.minimum}", *key)


def _place(key: Key) -> str:
    """How a person would name the value: `red`, or item 2 of `units`."""
    if not key:
        return "the file"
    if isinstance(key[-1], int):
        return f"item {key[-1] + 1} of {_place(key[:-1])}"
    return f"`{key[-1]}`"


def _check_text(document: Document, shape: Text, key: Key, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip():
        yield document.problem(f"{_place(key)} must be text; put it in quotes", *key)
    elif shape.choices and value not in shape.choices:
        allowed = ", ".join(shape.choices)
        yield document.problem(f"{_place(key)} is {value!r}; use one of: {allowed}", *key)


def _check_map(document: Document, shape: Map, key: Key, value: Any) -> Iterator[Problem]:
    where = _place(key)
    if not isinstance(value, dict):
        yield document.problem(f"{where} must hold named values (key: value)", *key)
        return
    for name, field in shape.fields.items():
        if name in value:
            yield from check(document, field, (*key, name))
        elif not field.optional:
            yield document.problem(f"{where} lacks `{name}`", *key)
    if not shape.open:
        for name in value.keys() - shape.fields.keys():
            known = ", ".join(shape.fields)
            yield document.problem(f"`{name}` is not a known key; known: {known}", *key, name)
