"""facts.yaml: the vocabulary, and where each fact comes from."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import repeated
from yingcai.engine.packs.shape import (
    Flag,
    ListOf,
    Map,
    Number,
    Ref,
    Scalar,
    Text,
    identifier,
    value_id,
    words,
)

SUBJECTS = ("person", "firm", "project", "household", "case")
KEPT = ("person", "firm", "project")  # subjects that the register keeps facts of
TYPES = ("boolean", "integer", "money", "ratio", "date", "enum")
_RANGED = ("integer", "money", "ratio", "date")
FACT_ID = rf"(?=.{{1,50}}$)({'|'.join(SUBJECTS)})\.[a-z][a-z0-9_]*"

FACTS_SHAPE = Map(
    {
        "sources": ListOf(
            Map(
                {
                    "id": identifier(),
                    "zh": Text(),
                    "en": Text(),
                    "kind": Text(choices=("register", "applicant", "committee", "office")),
                }
            ),
            about="事实的来源 where facts come from",
        ),
        "facts": ListOf(
            Map(
                {
                    "id": Text(pattern=FACT_ID, looks="SUBJECT.name, at most 50 characters"),
                    "label": words(),
                    "type": Text(choices=TYPES),
                    "values": ListOf(
                        Map({"id": value_id(), "zh": Text(), "en": Text()}),
                        optional=True,
                        filled=True,
                        about="枚举的取值 the values of an enum",
                    ),
                    "values_from": Text(choices=("divisions", "honours"), optional=True),
                    "ordered": Flag(optional=True, about="取值由低到高 the values rise"),
                    "unit": Text(pattern=r"[a-z][a-z_]*", looks="a word in a-z", optional=True),
                    "range": ListOf(
                        Scalar(),
                        optional=True,
                        size=2,
                        about="最小值和最大值 first and last value",
                    ),
                    "source": Ref("fact source"),
                    "class": Text(choices=("public", "internal", "personal", "sensitive")),
                    "retention": Number(about="保存年限 years"),
                    "moves": Text(choices=("any", "up", "down", "never"), optional=True),
                    "always": Flag(optional=True, about="必有 never unknown"),
                    "question": words(optional=True),
                    "search": Flag(optional=True, about="可作查询条件 subjects are found by it"),
                }
            ),
            about="事实词汇 the vocabulary",
        ),
    },
    about="事实词汇表 facts: names, types, sources",
)


def check_facts(document: Document) -> Iterator[Problem]:
    """What the shape cannot say: ids once, and keys that fit the type."""
    yield from repeated(document, ("sources",), "source")
    yield from repeated(document, ("facts",), "fact")
    for i, fact in enumerate(document.value["facts"]):
        yield from repeated(document, ("facts", i, "values"), "value")
        for key, text in _faults(fact):
            yield document.problem(f"fact `{fact['id']}` {text}", "facts", i, key)


def _faults(fact: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The key and what is wrong with it."""
    kind = fact["type"]
    enum = kind == "enum"
    if enum and ("values" in fact) == ("values_from" in fact):
        yield "type", "is an enum: give `values` or `values_from`"
    if kind == "integer" and "unit" not in fact:
        yield "type", "is an integer: give its `unit`, such as month, person, item"
    fitting = {
        "values": enum,
        "values_from": enum,
        "ordered": enum,
        "unit": kind == "integer",
        "range": kind in _RANGED,
    }
    for key, fits in fitting.items():
        if key in fact and not fits:
            yield key, f"is of type {kind}, which has no `{key}`"
    if fact.get("search"):
        yield from _search_faults(fact)
    if "range" in fact and kind in _RANGED:
        yield from _range_faults(fact["range"], kind)


def _search_faults(fact: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Subjects are found by few values that repeat, and never by what is shown one by one only."""
    if fact["type"] not in ("enum", "boolean"):
        yield "search", "is searched by, so its type is enum or boolean"
    if fact["class"] == "sensitive":
        yield "search", "is of class sensitive: nobody may be found by it"
    if fact["id"].split(".")[0] not in KEPT:
        yield "search", f"is searched by, so it is about one of: {', '.join(KEPT)}"


def _range_faults(bounds: list[Any], kind: str) -> Iterator[tuple[str, str]]:
    if not all(_fits(bound, kind) for bound in bounds):
        wanted = {
            "integer": "whole numbers",
            "money": "yuan with at most two decimals",
            "ratio": "percent, 12.5 for 12.5 %",
            "date": "days, yyyy-mm-dd without quotes",
        }
        yield "range", f"needs a range in {wanted[kind]}"
    elif bounds[0] > bounds[1]:
        yield "range", "has a range that ends before it begins"


def _fits(bound: Any, kind: str) -> bool:
    if kind == "date":
        return isinstance(bound, date)
    if kind == "integer":
        return type(bound) is int
    decimals = {"money": Decimal("0.01"), "ratio": Decimal("0.0001")}[kind]
    return type(bound) is int or (isinstance(bound, Decimal) and bound % decimals == 0)
