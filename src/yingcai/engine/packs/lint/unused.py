"""What a pack writes down and never uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from yingcai.engine.packs.document import Key
from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.lint.view import View, ceilings_of
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.words import blanks

_STEP = re.compile(r"\bstep\.([a-z0-9_]+)", re.I)
_KINDS = {"parameters": ("parameter", "参数"), "tables": ("table", "表"), "steps": ("step", "步骤")}


def lint_unused(pack: Pack, rules: RuleSet, views: Sequence[View]) -> Iterator[Finding]:
    yield from _parts(views)
    yield from _facts(pack, rules)
    yield from _sources(pack)
    yield from _scores(pack)


def _parts(views: Sequence[View]) -> Iterator[Finding]:
    """Parameters, tables, steps that no version uses."""
    written: dict[tuple[str, Key], tuple[View, str, str, Key]] = {}
    used: set[tuple[str, Key]] = set()
    for view in views:
        names = _used(view)
        for kind, name, inner in _named(view):
            place = view.file, view.place(*inner)
            written.setdefault(place, (view, kind, name, inner))
            if name in names[kind]:
                used.add(place)
    for place, (view, kind, name, inner) in written.items():
        if place not in used:
            word, zh = _KINDS[kind]
            yield view.finding(
                f"{word}-unused", f"{zh} `{name}` 没有用到", f"{word} `{name}` is not used", *inner
            )


def _named(view: View) -> Iterator[tuple[str, str, Key]]:
    for kind in ("parameters", "tables"):
        yield from ((kind, name, (kind, name)) for name in view.form.get(kind, {}))
    for i, step in enumerate(view.rule.steps):
        yield "steps", step.name, ("steps", i)


def _used(view: View) -> dict[str, set[str]]:
    """The names that the trees, the texts and the ceilings of a rule use, by kind."""
    names: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    trees = [tree for _, tree in (*view.trees, *ceilings_of(view))]
    for node in (node for tree in trees for node in n.walk(tree)):
        if isinstance(node, n.Param):
            names["parameters"].add(node.name)
        elif isinstance(node, n.Lookup | n.Covered):
            names["tables"].add(node.table.name)
        elif isinstance(node, n.Step):
            names["steps"].add(node.name)
    for condition in view.rule.conditions:
        names["parameters"] |= {name for text in condition.text.values() for name in blanks(text)}
    stacking = view.pack.programmes[view.programme.name].get("stacking", {})
    for ceiling in stacking.get("ceilings", []):
        names["steps"] |= set(_STEP.findall(str(ceiling["amount"])))
    return names


def _facts(pack: Pack, rules: RuleSet) -> Iterator[Finding]:
    used = {*rules.used_facts}
    if pack.catalogue:
        used |= {pack.catalogue["index"][key] for key in ("level", "honour", "date")}
    used |= {one.get("fact") for score in pack.scores.values() for one in score["items"]}
    used |= {one.get("fact") for target in pack.indicators.values() for one in target["from"]}
    for i, fact in enumerate(pack.facts["facts"]):
        if fact["id"] not in used and not (fact.get("always") or fact.get("search")):
            yield Finding(
                "facts.yaml",
                pack.files["facts.yaml"].line("facts", i),
                "fact-unused",
                f"没有规则用到事实 `{fact['id']}`",
                f"no rule uses the fact `{fact['id']}`",
            )


def _sources(pack: Pack) -> Iterator[Finding]:
    used = {fact["source"] for fact in pack.facts["facts"]}
    for i, source in enumerate(pack.facts["sources"]):
        if source["id"] not in used:
            yield Finding(
                "facts.yaml",
                pack.files["facts.yaml"].line("sources", i),
                "source-unused",
                f"没有事实来自 `{source['id']}`",
                f"no fact comes from `{source['id']}`",
            )


def _scores(pack: Pack) -> Iterator[Finding]:
    """Score sheets by which no stage is scored, by a panel or by hand, and nothing is evaluated."""
    stages = [stage for value in pack.workflows.values() for stage in value["stages"]]
    used = {stage.get("score") for stage in stages}
    used |= {entry.get("evaluation", {}).get("score") for entry in pack.programmes.values()}
    for name in pack.scores:
        if name not in used:
            file = f"scores/{name}.yaml"
            zh = f"没有流程环节或者项目使用评分表 `{name}`"
            en = f"no stage and no programme uses the score sheet `{name}`"
            yield Finding(file, pack.files[file].line("score"), "score-unused", zh, en)
