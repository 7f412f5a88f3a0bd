"""The text of an expression to a validated tree, or everything that is wrong with it.

SQLGlot parses; it is not the semantics. Every node class that `reader.py` does not know is refused,
so the language is exactly what stands there and in `functions.py`. `docs/rules.md` describes it for
the people who write rules.
"""

from __future__ import annotations

from sqlglot import exp

from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import overflow
from yingcai.engine.rules.functions import call
from yingcai.engine.rules.reader import Reader, Refused, named
from yingcai.engine.rules.scope import Scope
from yingcai.engine.rules.syntax import MAX_DEPTH, read_syntax
from yingcai.engine.rules.types import Enum, Type

MAX_NODES = 400


def parse(
    text: str, scope: Scope, *, want: type[Type] | Type | None = None
) -> tuple[n.Node | None, list[str]]:
    """The tree of ``text``, or None and every problem found, in words.

    ``want`` is a class of types or, for an enum, the type itself.
    """
    tree, problems = read_syntax(text)
    if tree is None:
        return None, problems
    reader = Reader(scope, call)
    expected = want if isinstance(want, Enum) else None
    try:
        node = reader.read(tree, expected)
    except Refused:
        return None, list(dict.fromkeys(reader.problems))
    if want is not None and not _fits(node.type, want):
        return None, [f"is {node.type}; it must be {named(want)}"]
    problems = _size(node) or overflow(node, scope.leaves)
    return (None, problems) if problems else (node, [])


def readable_name(name: str) -> bool:
    """Whether an expression can name the fact ``name``: some words are SQL's own."""
    tree, _ = read_syntax(f"{name} = 1")
    return isinstance(tree, exp.EQ) and isinstance(tree.this, exp.Column)


def _size(node: n.Node) -> list[str]:
    count, depth = 0, 0
    layer: list[n.Node] = [node]
    while layer:
        count, depth = count + len(layer), depth + 1
        layer = [child for one in layer for child in n.children(one)]
    if count > MAX_NODES or depth > MAX_DEPTH:
        return [f"has {count} parts, {depth} deep; at most {MAX_NODES} and {MAX_DEPTH}: use steps"]
    return []


def _fits(kind: Type, want: type[Type] | Type) -> bool:
    return isinstance(kind, want) if isinstance(want, type) else kind == want
