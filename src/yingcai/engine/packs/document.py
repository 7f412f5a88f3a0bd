"""YAML files of a pack as plain values with the line of each.

Untrusted input: bounded in size, depth and number of values while it is read; no aliases, no tags.
Values are those of YAML 1.2 and exact: `no` is a word, `12.5` a Decimal, `2018-04-13` a date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import yaml

MAX_BYTES = 5 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 20
MAX_MESSAGE = 1_000

Key = tuple[str | int, ...]

# libyaml is ten times as fast; the events of both are the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAG = "tag:yaml.org,2002:str"
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,29})")
_PADDED = re.compile(r"[-+]?0[0-9]+(\.[0-9]+)?")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,29})\.[0-9]{1,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a pack: where, and what to do about it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        """One line of bounded length, whatever words of the file it quotes."""
        text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", self.text)
        short = text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…"
        return f"{self.file}:{self.line}: {short}"


@dataclass(frozen=True)
class Document:
    """A parsed file: plain values, and the line on which each of them starts (1-based)."""

    file: str
    value: Any
    lines: dict[Key, int]

    def line(self, *key: str | int) -> int:
        """The line on which a value starts; of the value around it where there is none."""
        while key not in self.lines:
            key = key[:-1]
        return self.lines[key]

    def problem(self, text: str, *key: str | int) -> Problem:
        return Problem(self.file, self.line(*key), text)


def load_document(path: Path, *, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse one YAML file; a file that cannot be parsed gives the reason instead."""
    text, problems = read_text(path, name=name)
    return (None, problems) if text is None else _parse(text, name)


def read_text(path: Path, *, name: str) -> tuple[str | None, list[Problem]]:
    """A file of UTF-8 text, at most MAX_BYTES."""
    data, problems = read_bytes(path, name=name)
    if data is None:
        return None, problems
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(name, line, "not UTF-8 text; save the file as UTF-8")]


def read_bytes(path: Path, *, name: str) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a file, at most MAX_BYTES."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return None, [Problem(name, 1, "the file is missing or cannot be read; add it to the pack")]
    if len(data) > MAX_BYTES:
        return None, [Problem(name, 1, f"larger than {MAX_BYTES} bytes; split the file")]
    return data, []


def _parse(text: str, name: str) -> tuple[Document | None, list[Problem]]:
    builder = _Builder(name, yaml.parse(text, Loader=_LOADER))
    try:
        value = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        return None, [Problem(name, line, f"not valid YAML: {error.problem or error}")]
    except yaml.YAMLError as error:
        return None, [Problem(name, 1, f"not valid YAML: {type(error).__name__}")]
    except _Refused as refusal:
        return None, [refusal.problem]
    if builder.problems:
        return None, builder.problems
    return Document(name, value, builder.lines), []


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Builder:
    """Turns the events of a YAML text into plain values and remembers their lines."""

    def __init__(self, name: str, events: Iterator[yaml.Event]) -> None:
        self.name = name
        self.events = events
        self.lines: dict[Key, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def document(self) -> Any:
        """The value of the only document of the text."""
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise _Refused(Problem(self.name, 1, "the file is empty"))
        value = self._value(next(self.events), ())
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refuse("a second document begins; one file holds one", after)
        return value

    def _value(self, event: yaml.Event, key: Key) -> Any:
        self.lines[key] = _line(event)
        self.nodes += 1
        if self.nodes > MAX_NODES or len(key) > MAX_DEPTH:
            raise self._refuse("too many or too deeply nested values", event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(key)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(key)
        raise self._refuse("YAML aliases (&, *) are not allowed in packs", event)

    def _sequence(self, key: Key) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*key, len(found))))
        return found

    def _mapping(self, key: Key) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse("a key must be a plain word", event)
            name = str(event.value)
            if name in found:
                self._note(f"`{name}` is given twice", event)
            found[name] = self._value(next(self.events), (*key, name))
        return found

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text = str(event.value)
        if event.tag not in (None, "!", _TEXT_TAG):
            raise self._refuse(f"cannot read the value {text!r}; tags (!) are not allowed", event)
        if event.tag is not None or not event.implicit[0]:
            return text
        if _PADDED.fullmatch(text):
            self._note(f"{text} begins with 0; put it in quotes or leave out the zeros", event)
        try:
            return plain_scalar(text)
        except ValueError:
            self._note(f"there is no day {text}", event)
            return text

    def _note(self, text: str, event: yaml.Event) -> None:
        self.problems.append(Problem(self.name, _line(event), text))

    def _refuse(self, text: str, event: yaml.Event) -> _Refused:
        return _Refused(Problem(self.name, _line(event), text))


def _line(event: yaml.Event) -> int:
    return cast("yaml.Mark", event.start_mark).line + 1


def plain_scalar(text: str) -> str | int | Decimal | date | bool | None:
    """What a scalar without quotes stands for. Raises: ValueError on a day that does not exist."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    return text
