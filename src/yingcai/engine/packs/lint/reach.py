"""Conditions that every subject meets, that none meets, or that cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yingcai.engine.packs.document import Key
from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.lint.view import View
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.bounds import Leaves, Options, bounds
from yingcai.engine.rules.model import Condition
from yingcai.engine.rules.narrow import contradict


def lint_conditions(views: Sequence[View]) -> Iterator[Finding]:
    """One finding for each condition, or for each part of an expression that decides nothing."""
    for view in views:
        impossible = set()
        for key, condition in view.conditions:
            always = _constant(condition.test, view.declared)
            if always is None:
                yield from _parts(view, key, condition.test)
                continue
            if not always:
                impossible.add(condition.name)
            yield _whole(view, key, condition, always=always)
        for key, node in view.values:
            yield from _parts(view, key, node)
        yield from _contradiction(view, impossible)


def _constant(test: n.Node, leaves: Leaves) -> bool | None:
    """What a test is for every subject; None where it decides something."""
    reach = bounds(test, leaves)
    if isinstance(reach, Options) and len(reach.values) == 1:
        return bool(next(iter(reach.values)))
    return False if contradict(leaves, [test]) else None


def _whole(view: View, key: Key, condition: Condition, *, always: bool) -> Finding:
    zh, en = view.say(condition.test, "zh"), view.say(condition.test, "en")
    if always:
        zh = f"条件 `{condition.name}` 总是满足：{zh}"
        en = f"every subject meets the condition `{condition.name}`: {en}"
        return view.finding("always-met", zh, en, *key)
    zh = f"条件 `{condition.name}` 无人能够满足：{zh}"
    en = f"no subject can meet the condition `{condition.name}`: {en}"
    return view.finding("never-met", zh, en, *key)


def _parts(view: View, key: Key, node: n.Node) -> Iterator[Finding]:
    """Comparisons whose answer the ranges of the facts settle: a threshold lies outside them."""
    for part in n.walk(node):
        if not isinstance(part, n.Compare | n.Member):
            continue
        always = _constant(part, view.declared)
        if always is not None:
            yield view.finding(
                "part-constant",
                f"按事实的取值范围，这一部分{'总是成立' if always else '不可能成立'}：{view.say(part, 'zh')}",
                f"by the ranges of the facts this part {'always' if always else 'never'} holds:"
                f" {view.say(part, 'en')}",
                *key,
            )


def _contradiction(view: View, impossible: set[str]) -> Iterator[Finding]:
    """The first condition that those before it leave nothing of."""
    earlier: list[Condition] = []
    for key, condition in view.conditions:
        if condition.name in impossible:
            continue
        left = view.left_by(earlier)
        if _constant(condition.test, left) is False:
            others = [one.name for one in earlier if set(one.facts) & set(condition.facts)]
            yield view.finding(
                "contradiction",
                f"条件 `{condition.name}` 与前面的条件不可能同时满足：{'、'.join(others)}",
                f"condition `{condition.name}` cannot hold together with: {', '.join(others)}",
                *key,
            )
            return
        earlier.append(condition)
