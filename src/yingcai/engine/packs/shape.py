"""Shapes: what a file of a pack may hold. A shape checks values and tidies them; see schema.py.

``about`` is what a shape says of itself in the schema, Chinese first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem

MAX_TEXT = 20_000
MAX_EXPRESSION = 2_000
IDENTIFIER = r"[a-z0-9]+(-[a-z0-9]+)*"
VALUE = r"(?=.{1,60}$)[a-z0-9]+([-_][a-z0-9]+)*"
CITATION = rf"{IDENTIFIER}#\S.{{0,79}}"
CITED = re.compile(CITATION)
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True)
class Text:
    """Text; ``pattern`` (with ``looks``, an example of it in words) or ``choices`` narrow it."""

    choices: tuple[str, ...] = ()
    optional: bool = False
    pattern: str = ""
    looks: str = ""
    about: str = ""


@dataclass(frozen=True)
class Number:
    """A whole number."""

    minimum: int = 0
    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Figure:
    """A whole or decimal number from 0, exact."""

    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Flag:
    """True or false."""

    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Dated:
    """A day, yyyy-mm-dd, with or without quotes."""

    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Scalar:
    """One value of any kind: text, a number, a day, true or false; ``empty``: or nothing."""

    empty: bool = False
    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Expression:
    """An expression of the rule language; a lone number, day or truth value is one, too."""

    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Ref:
    """The id of something that the pack says elsewhere; ``to`` is what: unit, fact, programme ….

    ``also``: words that may stand there instead.
    """

    to: str
    also: tuple[str, ...] = ()
    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Source:
    """The clause that something stands on: DOCUMENT#CLAUSE, the document one of documents.yaml."""

    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class ListOf:
    """``filled``: never empty. ``size``: so many entries."""

    item: Any
    optional: bool = False
    filled: bool = False
    size: int | None = None
    about: str = ""


@dataclass(frozen=True)
class Map:
    """Named values; ``one_of``: keys of which exactly one must be given."""

    fields: dict[str, Any]
    optional: bool = False
    open: bool = False  # further keys allowed
    one_of: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class MapOf:
    """Values of one shape under names that the file chooses."""

    item: Any
    optional: bool = False
    pattern: str = r"[a-z][a-z0-9_]*"
    looks: str = "a-z, 0-9 and _"
    about: str = ""


@dataclass(frozen=True)
class OneOrMany:
    """A value of one shape, or a list of them."""

    item: Any
    optional: bool = False
    about: str = ""


def identifier(*, most: int = 40, optional: bool = False, about: str = "") -> Text:
    """An id: small letters, digits and single hyphens."""
    return Text(
        pattern=rf"(?=.{{1,{most}}}$){IDENTIFIER}",
        looks=f"small letters, digits and hyphens, at most {most}",
        optional=optional,
        about=about,
    )


def value_id() -> Text:
    """The id of a value of an enum."""
    return Text(pattern=VALUE, looks="small letters, digits, - and _, at most 60")


STATUS = ("sample", "rule")


def status(*, optional: bool = True) -> Text:
    """Whether something is a known rule of the city or an example."""
    return Text(choices=STATUS, optional=optional, about="示例或规定 an example or a known rule")


def words(*, optional: bool = False, about: str = "") -> Map:
    """The same words in Chinese and English."""
    return Map({"zh": Text(), "en": Text()}, optional=optional, about=about)


# -- checking ------------------------------------------------------------------------------------


def check(document: Document, shape: Any, key: Key = ()) -> Iterator[Problem]:
    """Every way in which the document differs from ``shape``, each with its line."""
    value = document.value
    for part in key:
        value = value[part]
    if isinstance(shape, Map):
        yield from _check_map(document, shape, key, value)
    elif isinstance(shape, MapOf):
        yield from _check_map_of(document, shape, key, value)
    elif isinstance(shape, ListOf):
        yield from _check_list(document, shape, key, value)
    elif isinstance(shape, OneOrMany):
        yield from check(document, _chosen(shape, value), key)
    else:
        fault = _fault(shape, value)
        if fault:
            yield document.problem(f"{place(key)} {fault}", *key)


def _chosen(shape: OneOrMany, value: Any) -> Any:
    return ListOf(shape.item) if isinstance(value, list) else shape.item


def place(key: Key) -> str:
    """How a person would name the value: `red`, or item 2 of `units`."""
    if not key:
        return "the file"
    if isinstance(key[-1], int):
        return f"item {key[-1] + 1} of {place(key[:-1])}"
    return f"`{key[-1]}`"


def _fault(shape: Any, value: Any) -> str:
    """What is wrong with a single value; empty when nothing is."""
    if isinstance(shape, Text):
        return _text_fault(shape, value)
    if isinstance(shape, Number):
        fits = type(value) is int and value >= shape.minimum
        return "" if fits else f"must be a whole number from {shape.minimum}"
    if isinstance(shape, Scalar) and shape.empty and value is None:
        return ""
    accepts, wanted = _ACCEPTS[type(shape)]
    return "" if accepts(value) else wanted


def _text_fault(shape: Text, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "must be text; put it in quotes"
    if shape.choices and value not in shape.choices:
        return f"is {value!r}; use one of: {', '.join(shape.choices)}"
    if shape.pattern and not re.fullmatch(shape.pattern, value):
        return f"is {value!r}; it must look like: {shape.looks}"
    if len(value) > MAX_TEXT:
        return f"is longer than {MAX_TEXT} characters"
    return ""


def _is_day(value: Any) -> bool:
    if not isinstance(value, str):
        return isinstance(value, date)
    if not re.fullmatch(DAY, value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_scalar(value: Any) -> bool:
    return isinstance(value, int | Decimal | date) or (isinstance(value, str) and value != "")


def _is_figure(value: Any) -> bool:
    return type(value) in (int, Decimal) and value >= 0


def _is_expression(value: Any) -> bool:
    return _is_scalar(value) and len(scalar_text(value)) <= MAX_EXPRESSION


def _is_citation(value: Any) -> bool:
    return isinstance(value, str) and CITED.fullmatch(value) is not None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


_ACCEPTS = {
    Ref: (_is_name, "must be text; put it in quotes"),
    Source: (_is_citation, "must name a clause: DOCUMENT#CLAUSE"),
    Flag: (lambda value: isinstance(value, bool), "must be true or false"),
    Figure: (_is_figure, "must be a number from 0 in plain digits"),
    Dated: (_is_day, "must be a day, yyyy-mm-dd"),
    Scalar: (_is_scalar, "must be one value: text, a number, a day, true or false"),
    Expression: (_is_expression, f"must be an expression of at most {MAX_EXPRESSION} characters"),
}


def _check_list(document: Document, shape: ListOf, key: Key, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield document.problem(f"{place(key)} must be a list", *key)
        return
    if shape.size is not None and len(value) != shape.size:
        yield document.problem(f"{place(key)} must have {shape.size} entries", *key)
    if shape.filled and not value:
        yield document.problem(f"{place(key)} must not be empty", *key)
    for i in range(len(value)):
        yield from check(document, shape.item, (*key, i))


def _check_map(document: Document, shape: Map, key: Key, value: Any) -> Iterator[Problem]:
    where = place(key)
    if not isinstance(value, dict):
        yield document.problem(f"{where} must hold named values (key: value)", *key)
        return
    for name, field in shape.fields.items():
        if name in value:
            yield from check(document, field, (*key, name))
        elif not field.optional:
            yield document.problem(f"{where} lacks `{name}`", *key)
    if shape.one_of and sum(name in value for name in shape.one_of) != 1:
        names = ", ".join(f"`{name}`" for name in shape.one_of)
        yield document.problem(f"{where} needs one of {names}, and only one", *key)
    if not shape.open:
        for name in value.keys() - shape.fields.keys():
            known = ", ".join(shape.fields)
            yield document.problem(f"`{name}` is not a known key; known: {known}", *key, name)


def _check_map_of(document: Document, shape: MapOf, key: Key, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield document.problem(f"{place(key)} must hold named values (key: value)", *key)
        return
    for name in value:
        if not re.fullmatch(shape.pattern, name):
            yield document.problem(f"the name `{name}` must look like: {shape.looks}", *key, name)
        yield from check(document, shape.item, (*key, name))


def leaves(shape: Any, value: Any, key: Key = ()) -> Iterator[tuple[Any, Key, Any]]:
    """Every single value of a checked value: its shape, its key and itself."""
    if isinstance(shape, Map):
        for name in shape.fields.keys() & value.keys():
            yield from leaves(shape.fields[name], value[name], (*key, name))
    elif isinstance(shape, MapOf):
        for name, part in value.items():
            yield from leaves(shape.item, part, (*key, name))
    elif isinstance(shape, ListOf):
        for i, part in enumerate(value):
            yield from leaves(shape.item, part, (*key, i))
    elif isinstance(shape, OneOrMany):
        yield from leaves(_chosen(shape, value), value, key)
    else:
        yield shape, key, value


# -- tidying -------------------------------------------------------------------------------------


def tidy(shape: Any, value: Any) -> Any:
    """A checked value in one form: days are dates, expressions are texts."""
    if isinstance(shape, Map):
        known = shape.fields
        return {
            name: tidy(known[name], part) if name in known else part for name, part in value.items()
        }
    if isinstance(shape, MapOf):
        return {name: tidy(shape.item, part) for name, part in value.items()}
    if isinstance(shape, ListOf):
        return [tidy(shape.item, part) for part in value]
    if isinstance(shape, OneOrMany):
        return tidy(_chosen(shape, value), value)
    if isinstance(shape, Dated) and isinstance(value, str):
        return date.fromisoformat(value)
    return scalar_text(value) if isinstance(shape, Expression) else value


def scalar_text(value: Any) -> str:
    """A single value as a person would write it: true, 12.50, 2018-04-13."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
