"""The text of an expression to SQLGlot's tree, within bounds, or why it cannot be read."""

from __future__ import annotations

import logging
import re

import sqlglot
import sqlglot.optimizer.annotate_types  # else the parser imports it at the first bracket
from sqlglot import exp
from sqlglot.errors import SqlglotError

# It warns of commands, such as COPY, on the screen; we refuse them in our own words.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MAX_TEXT = 2_000
MAX_DEPTH = 40
_MAX_LAYERS = 4 * MAX_DEPTH  # brackets, casts and names are layers of their own
_TOO_DEEP = f"nests deeper than {MAX_DEPTH}; split it into steps"
# SQLGlot keeps PERCENT for another use; under this name it is a function like others.
PERCENT = "PERCENT_"
# What SQLGlot raises, besides its own errors, on text that is no SQL at all, such as `->`.
_STUMBLES = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_PERCENT_CALL = re.compile(r"\bPERCENT\s*\(", re.I)


def read_syntax(text: str) -> tuple[exp.Expr | None, list[str]]:
    """SQLGlot's tree of ``text``, not yet validated, or None and what is wrong."""
    if len(text) > MAX_TEXT:
        return None, [f"is longer than {MAX_TEXT} characters; split it into steps"]
    if _nesting(text) > MAX_DEPTH:
        return None, [_TOO_DEEP]
    try:
        tree = sqlglot.parse_one(_PERCENT_CALL.sub(f"{PERCENT}(", text), dialect="duckdb")
    except SqlglotError as error:
        return None, [_syntax_words(error)]
    except _STUMBLES:
        return None, ["cannot be read"]
    return _checked(tree)


def _checked(tree: exp.Expr) -> tuple[exp.Expr | None, list[str]]:
    """A tree without comments that can be walked by recursion: signs and NOT nest without brackets."""
    layer: list[exp.Expr] = [tree]
    depth = 0
    while layer:
        depth += 1
        if depth > _MAX_LAYERS:
            return None, [_TOO_DEEP]
        if any(one.comments for one in layer):
            return None, ["holds a comment; put it into the YAML file instead"]
        layer = [child for one in layer for child in one.iter_expressions()]
    return tree, []


def _nesting(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def _syntax_words(error: SqlglotError) -> str:
    details = getattr(error, "errors", None) or [{}]
    column, near = details[0].get("col"), details[0].get("highlight")
    return f"cannot be read near {near!r}, column {column}" if near else "cannot be read"
