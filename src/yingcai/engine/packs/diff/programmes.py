"""A programme as pieces: what stands once, and what each version says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from sqlglot import exp

from yingcai.engine.packs.diff.piece import (
    STATUS,
    Part,
    Piece,
    Pieces,
    Place,
    both,
    canonical,
    days,
    in_both,
    plain_piece,
)
from yingcai.engine.packs.diff.tables import table_pieces
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import (
    Ceiling,
    Condition,
    Parameter,
    Programme,
    Rule,
    RuleSet,
    Words,
)
from yingcai.engine.rules.source_form import versions_of
from yingcai.engine.rules.speaker import Speaker, condition_words
from yingcai.engine.rules.syntax import read_syntax
from yingcai.engine.rules.types import Integer, from_civil
from yingcai.engine.rules.version import IN_FORCE, WINDOW
from yingcai.engine.rules.words import value_words
from yingcai.engine.rules.written import write_value

NEED: Mapping[str, Words] = {
    "required": {"zh": "必交", "en": "required"},
    "deferrable": {"zh": "可容缺", "en": "may follow later"},
    "exempt": {"zh": "免提交", "en": "spared"},
}
_NONE: Words = {}
_ONCE = ("kind", "subject", "budget_line")


def programme_pieces(pack: Pack, rules: RuleSet, programme: Programme) -> Pieces:
    """Everything that a programme says."""
    for what, name, piece in _once(pack, rules, programme):
        yield Place("programme", programme.name, None, what, name), piece
    versions = versions_of(programme.details)
    for number, (_, form) in zip(programme.rules, versions, strict=True):
        version = _Version(pack, rules, rules.rules[number], form)
        for what, name, since, piece in version.pieces():
            place = Place("programme", programme.name, version.rule.version, what, name, since)
            yield place, piece


def _expression(text: object, words: Words, *, label: Words = _NONE, also: str = "") -> Piece:
    """An expression: it is compared by its structure, however it was laid out or put in brackets."""
    tree = cast(exp.Expr, read_syntax(str(text))[0])  # the rules of the pack compile
    bare = tree.transform(lambda node: node.unnest() if isinstance(node, exp.Paren) else node)
    return Piece(repr(bare), also, words, label, tree.sql("duckdb"))


def _once(pack: Pack, rules: RuleSet, programme: Programme) -> Iterator[Part]:
    entry: Mapping[str, Any] = programme.details
    units = _units(pack)
    for key in ("title", "summary"):
        if key in entry:
            yield key, "", Piece(canonical(entry[key]), words=entry[key])
    for key in _ONCE:
        if key in entry:
            yield key, "", plain_piece(entry[key])
    yield "lead", "", Piece(programme.lead, words=units[programme.lead])
    for name in _list(entry, "joint"):
        yield "joint", name, Piece(name, words=units[name])
    yield "in-force", "", Piece(canonical(entry["in_force"]), words=days(entry["in_force"]))
    yield from _afterwards(pack, entry)
    yield from _stacking(rules, programme)
    for example in _list(entry, "examples"):
        rest = {key: value for key, value in example.items() if key != "name"}
        answer = ", ".join(f"{key} {value}" for key, value in rest.items() if key != "facts")
        yield "example", example["name"], Piece(canonical(rest), words=both(answer))


def _units(pack: Pack) -> dict[str, Words]:
    return {unit["id"]: {"zh": unit["name"], "en": unit["name_en"]} for unit in pack.units}


def _afterwards(pack: Pack, entry: Mapping[str, Any]) -> Iterator[Part]:
    """How a case goes on, how it is paid and what is owed for it."""
    if "workflow" in entry:
        workflow = entry["workflow"]
        yield "workflow", "", Piece(workflow, words=pack.workflows[workflow]["title"])
    if "instalments" in entry:
        parts = entry["instalments"]
        yield "instalments", "", Piece(canonical(parts), words=_instalments(parts))
    for feed in _list(entry, "feeds"):
        yield "feed", f"{feed['measure']}: {feed['text']}", plain_piece(feed["text"])
    for one in _list(entry, "obligations"):
        months = in_both(partial(value_words, one["months"], Integer("month")))
        words = {"zh": f"{one['zh']}（{months['zh']}）", "en": f"{one['en']} ({months['en']})"}
        yield "obligation", one["id"], Piece(canonical(one), words=words)


def _instalments(form: Mapping[str, Any]) -> Words:
    zh, en = {"year": ("每年", "a year"), "month": ("每月", "a month")}[form["every"]]
    if "parts" in form:
        return {"zh": f"分{form['parts']}期，{zh}一期", "en": f"{form['parts']} parts, one {en}"}
    shares = [f"{share}%" for share in form["shares"]]
    return {"zh": f"{'、'.join(shares)}，{zh}一期", "en": f"{', '.join(shares)}, one {en}"}


def _list(entry: Mapping[str, Any], key: str) -> Sequence[Any]:
    found: Sequence[Any] = entry.get(key, [])
    return found


def _stacking(rules: RuleSet, programme: Programme) -> Iterator[Part]:
    stacking = programme.stacking
    titles = {name: one.title for name, one in rules.programmes.items()}
    if stacking.highest_of:
        yield "group", "", plain_piece(stacking.highest_of)
    for name in stacking.excludes:
        yield "excludes", name, Piece(name, words=titles[name])
    for name in stacking.deducts:
        yield "deducts", name, Piece(name, words=titles[name])
    if stacking.top_up:
        yield "top-up", "", Piece("true", words={"zh": "是", "en": "yes"})
    forms: Any = programme.details.get("stacking", {})
    for form, ceiling in zip(forms.get("ceilings", []), stacking.ceilings, strict=True):
        amount = _say(rules, rules.rules[programme.rules[0]], ceiling.amount)
        others = sorted({*ceiling.group} - {programme.name})
        also = canonical([ceiling.share, ceiling.within, others])
        words = _ceiling(ceiling, amount, titles)
        yield "ceiling", ceiling.per, _expression(form["amount"], words, also=also)
        yield "source", f"ceiling {ceiling.per}", plain_piece(ceiling.source)


_SHARE = {
    "pro_rata": ("按比例", "in proportion"),
    "by_date": ("先到先得", "first come, first served"),
}
_WITHIN = {"ever": ("累计", "in all"), "year": ("每年", "a year")}


def _ceiling(ceiling: Ceiling, amount: Words, titles: Mapping[str, Words]) -> Words:
    """A ceiling in words; the programmes that share it are named."""
    share, within = _SHARE[ceiling.share], _WITHIN[ceiling.within]
    group = sorted(ceiling.group)
    zh = "、".join(titles[name]["zh"] for name in group)
    en = ", ".join(titles[name]["en"] for name in group)
    return {
        "zh": f"{within[0]}{amount['zh']}，{share[0]}：{zh}",
        "en": f"{amount['en']} {within[1]}, {share[1]}: {en}",
    }


def _say(rules: RuleSet, rule: Rule, node: n.Node) -> Words:
    return in_both(lambda language: Speaker(rules.facts, rule, language).say(node))


class _Version:
    def __init__(self, pack: Pack, rules: RuleSet, rule: Rule, form: Mapping[str, Any]) -> None:
        self.pack, self.rules, self.rule, self.form = pack, rules, rule, form
        self.status = str(form["status"])

    def pieces(self) -> Iterator[tuple[str, str, str, Piece]]:
        """The kind, the name, the first day and the piece of each."""
        for parameter in self.rule.parameters:
            yield from self._parameter(parameter)
        for what, name, piece in self._parts():
            yield what, name, "", piece

    def _parts(self) -> Iterator[Part]:
        yield "status", "", Piece(self.status, words=STATUS[self.status])
        yield "source", "", plain_piece(str(self.form["source"]))
        if "window" in self.form:
            window = self.form["window"]
            label = self.rules.facts[window["date"]].label
            yield "window", "", Piece(canonical(window), words=days(window), label=label)
        for name, table in self.form.get("tables", {}).items():
            yield from table_pieces(name, table, self.rules.facts, self.status)
        conditions = [one for one in self.rule.conditions if one.name not in (WINDOW, IN_FORCE)]
        for form, condition in zip(_list(self.form, "conditions"), conditions, strict=True):
            yield from self._condition(form, condition)
        for form, step in zip(_list(self.form, "steps"), self.rule.steps, strict=True):
            piece = self._value(form["value"], step.value, label=step.label)
            yield "step", step.name, piece
        for key, node in (("amount", self.rule.amount), ("result", self.rule.result)):
            if node is not None:
                yield key, "", self._value(self.form[key], node, label={})

    def _value(self, written: object, node: n.Node, *, label: Words) -> Piece:
        words = _say(self.rules, self.rule, node)
        return _expression(written, words, label=label, also=canonical(label))

    def _parameter(self, parameter: Parameter) -> Iterator[tuple[str, str, str, Piece]]:
        form = self.form["parameters"][parameter.name]
        if parameter.by:
            label = self.rules.facts[parameter.by].label
            yield "by", parameter.name, "", Piece(parameter.by, words=label)
        entries = form.get("values", [form])
        for (day, value, source, _), entry in zip(parameter.values, entries, strict=True):
            since = from_civil(day).isoformat() if day else ""
            plain = f"{write_value(value, parameter.type)} {parameter.unit}"
            words = in_both(partial(value_words, value, parameter.type))
            yield "parameter", parameter.name, since, Piece(plain, words=words)
            status = entry.get("status", form.get("status", self.status))
            yield "status", parameter.name, since, Piece(status, words=STATUS[status])
            yield "source", parameter.name, since, plain_piece(source)

    def _condition(self, form: Mapping[str, Any], condition: Condition) -> Iterator[Part]:
        name = condition.name
        say = partial(condition_words, condition, self.rule, self.rules.facts)
        words = in_both(lambda language: say(language).rstrip("。."))
        yield "condition", name, _expression(form["when"], words, also=canonical(condition.text))
        yield "source", name, plain_piece(condition.source)
        if condition.verified_by:
            unit = _units(self.pack)[condition.verified_by]
            yield "verified", name, Piece(condition.verified_by, words=unit)
        for one in _list(form, "evidence"):
            need = NEED[one["need"]]
            words = {"zh": f"{one['zh']}（{need['zh']}）", "en": f"{one['en']} ({need['en']})"}
            yield "evidence", f"{name}: {one['id']}", Piece(canonical(one), words=words)
