"""Numbers of a policy that stand bare in an expression: no clause, no date, no what-if."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.lint.view import View, ceilings_of
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.types import Integer, Money, Ratio


def lint_numbers(views: Sequence[View]) -> Iterator[Finding]:
    """Money but nothing, shares but none and all, whole numbers above 1; ages and years, too."""
    for view in views:
        for key, tree in view.trees:
            for node in _bare(tree):
                yield view.finding("bare-number", *_words(view, node), *key)
        for key, tree in ceilings_of(view):
            for node in _bare(tree):
                yield view.finding("bare-number", *_words(view, node), *key)


def _words(view: View, node: n.Const) -> tuple[str, str]:
    return (
        f"{view.say(node, 'zh')}直接写在表达式里；改为参数可以注明依据和日期",
        f"{view.say(node, 'en')} stands bare in the expression; a parameter would name its clause",
    )


def _bare(tree: n.Node) -> Iterator[n.Const]:
    if isinstance(tree, n.Const) and _counts(tree):
        yield tree
    if isinstance(tree, n.Arithmetic) and isinstance(tree.type, Ratio):
        yield from _bare(tree.left)  # the reader's own factor brings a share to another scale
        return
    for child in n.children(tree):
        yield from _bare(child)


def _counts(node: n.Const) -> bool:
    if isinstance(node.type, Money):
        return node.value != 0
    if isinstance(node.type, Ratio):
        return node.value not in (0, node.type.scale)
    return isinstance(node.type, Integer) and node.value > 1
