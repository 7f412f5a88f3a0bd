"""Shapes check values, tidy them and give a schema."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from yingcai.engine.packs.document import Document
from yingcai.engine.packs.schema import json_schema
from yingcai.engine.packs.shape import (
    MAX_EXPRESSION,
    MAX_TEXT,
    Dated,
    Expression,
    Figure,
    Flag,
    ListOf,
    Map,
    MapOf,
    Number,
    OneOrMany,
    Ref,
    Scalar,
    Source,
    Text,
    check,
    identifier,
    leaves,
    tidy,
    words,
)


def faults(shape: Any, value: Any) -> list[str]:
    return [problem.text for problem in check(Document("a", value, {(): 1}), shape)]


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Text(), "a"),
        (identifier(), "a-1"),
        (Number(minimum=1), 1),
        (Figure(), 0),
        (Figure(), Decimal("0.5")),
        (Flag(), False),
        (Dated(), date(2026, 1, 1)),
        (Dated(), "2026-01-01"),
        (Scalar(), "a"),
        (Scalar(), False),
        (Scalar(empty=True), None),
        (Expression(), "a + b"),
        (Expression(), 5),
        (Expression(), True),
        (Ref("unit"), "east"),
        (Source(), "plan#1"),
        (ListOf(Number(), size=2), [1, 2]),
        (OneOrMany(Text()), "a"),
        (OneOrMany(Text()), ["a", "b"]),
        (MapOf(Number()), {"a_1": 1}),
        (Map({"a": Number()}, open=True), {"a": 1, "b": "free"}),
        (words(), {"zh": "甲", "en": "A"}),
    ],
)
def test_what_fits_a_shape_has_no_fault(shape: Any, value: Any) -> None:
    assert faults(shape, value) == []


@pytest.mark.parametrize(
    ("shape", "value", "fault"),
    [
        (Text(), 5, "must be text; put it in quotes"),
        (Text(), " ", "must be text; put it in quotes"),
        (Text(), "x" * (MAX_TEXT + 1), f"is longer than {MAX_TEXT} characters"),
        (
            identifier(most=3),
            "abcd",
            "is 'abcd'; it must look like: small letters, digits and hyphens, at most 3",
        ),
        (Number(), True, "must be a whole number from 0"),
        (Number(), Decimal("1.5"), "must be a whole number from 0"),
        (Figure(), Decimal("-0.1"), "must be a number from 0 in plain digits"),
        (Figure(), True, "must be a number from 0 in plain digits"),
        (Flag(), "yes", "must be true or false"),
        (Dated(), "2026-02-30", "must be a day, yyyy-mm-dd"),
        (Dated(), "1 May", "must be a day, yyyy-mm-dd"),
        (Scalar(), None, "must be one value: text, a number, a day, true or false"),
        (Scalar(empty=True), [], "must be one value: text, a number, a day, true or false"),
        (
            Expression(),
            "x" * (MAX_EXPRESSION + 1),
            f"must be an expression of at most {MAX_EXPRESSION} characters",
        ),
        (Ref("unit"), "", "must be text; put it in quotes"),
        (Source(), "plan#", "must name a clause: DOCUMENT#CLAUSE"),
        (ListOf(Number(), size=2), [1], "must have 2 entries"),
        (ListOf(Number(), filled=True), [], "must not be empty"),
        (MapOf(Number()), [1], "must hold named values (key: value)"),
    ],
)
def test_what_does_not_fit_is_said(shape: Any, value: Any, fault: str) -> None:
    assert faults(shape, value) == [f"the file {fault}"]


def test_tidied_values_have_one_form() -> None:
    shape = Map(
        {
            "day": Dated(),
            "when": ListOf(Expression()),
            "each": MapOf(Dated()),
            "some": OneOrMany(Text()),
        },
        open=True,
    )
    raw = {
        "day": "2026-01-02",
        "when": [True, 5, Decimal("12.50"), date(2026, 1, 2), "a + b"],
        "each": {"a": date(2026, 1, 2)},
        "some": ["x"],
        "free": 1,
    }

    assert tidy(shape, raw) == {
        "day": date(2026, 1, 2),
        "when": ["true", "5", "12.50", "2026-01-02", "a + b"],
        "each": {"a": date(2026, 1, 2)},
        "some": ["x"],
        "free": 1,
    }


def test_leaves_are_the_single_values_with_their_keys() -> None:
    shape = Map(
        {"a": ListOf(MapOf(Ref("unit"))), "b": OneOrMany(Source()), "c": Text(optional=True)}
    )

    found = leaves(shape, {"a": [{"n": "east"}], "b": ["p#1", "p#2"]})

    assert sorted((key, value) for _, key, value in found) == [
        (("a", 0, "n"), "east"),
        (("b", 0), "p#1"),
        (("b", 1), "p#2"),
    ]


def test_a_schema_says_what_the_shape_says() -> None:
    shape = Map(
        {"a": Text(choices=("x",)), "b": ListOf(Number(minimum=1), size=2, optional=True)},
        one_of=("a", "b"),
        about="甲 a thing",
    )

    assert json_schema(shape) == {
        "description": "甲 a thing",
        "type": "object",
        "properties": {
            "a": {"enum": ["x"]},
            "b": {
                "type": "array",
                "items": {"type": "integer", "minimum": 1},
                "minItems": 2,
                "maxItems": 2,
            },
        },
        "required": ["a"],
        "additionalProperties": False,
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
