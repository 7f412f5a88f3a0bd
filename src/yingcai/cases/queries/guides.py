"""办事指南: what the pack says of a programme, in the language of the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yingcai.cases.queries.grids import Grid, grid
from yingcai.cases.queries.rule_book import RuleBook, language
from yingcai.engine.packs.telling import Teller
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import Ceiling, Condition, Programme, Rule, Words
from yingcai.engine.rules.speaker import Speaker, condition_words
from yingcai.engine.rules.subject import Subject, read_subject
from yingcai.engine.rules.tables import Table
from yingcai.engine.workflow.diagram import svg
from yingcai.engine.workflow.model import Workflow, workflow_of
from yingcai.engine.workflow.words import days_words, who_words

NEEDS = ("required", "deferrable", "exempt")
OPEN, FUTURE, OVER = "open", "future", "over"
MOST_ROWS = 60  # a longer table is no reading matter


@dataclass(frozen=True)
class Guide:
    """A programme in a list. ``lead`` is the code of a unit, ``last`` the last day on which it is open."""

    name: str
    title: str
    summary: str
    kind: str
    subject: str
    lead: str
    sample: bool
    standing: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Requirement:
    """A condition in words, the clause it stands in, the code of the unit that verifies it."""

    words: str
    clause: str
    verified_by: str


@dataclass(frozen=True)
class Version:
    """What holds for those of one window of days. ``steps``: label and words of each step of the amount."""

    name: str
    sample: bool
    partly_sample: bool
    requirements: tuple[Requirement, ...]
    answer: str
    steps: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class Material:
    """What is asked for: required, deferrable (it may follow) or exempt (we have it)."""

    words: str
    need: str


@dataclass(frozen=True)
class Step:
    """A stage on the way: what happens, who acts, in how many working days (empty: no term)."""

    words: str
    who: str
    term: str


@dataclass(frozen=True)
class Way:
    """办理流程: the workflow of a programme. ``whole``: its term in words; ``sample``: no known rule."""

    workflow: Workflow
    whole: str
    sample: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Example:
    """A case that the policy office agreed to, and what the rules say of it."""

    words: str
    answer: str


def guides(book: RuleBook, *, on: date) -> list[Guide]:
    """Every programme: those open on the day, then those to come, then those that are over."""
    found = [_guide(one, on) for one in book.rules.programmes.values()]
    return sorted(found, key=lambda one: (OPEN, FUTURE, OVER).index(one.standing))


def guide(book: RuleBook, name: str, *, on: date) -> Guide | None:
    programme = book.rules.programmes.get(name)
    return _guide(programme, on) if programme else None


def can_apply(book: RuleBook, name: str, on: date) -> bool:
    """Whether a programme is open on a day and has a way that a case takes."""
    found = guide(book, name, on=on)
    way_of = book.pack.programmes[name].get("workflow")
    return found is not None and found.standing == OPEN and way_of is not None


def _guide(programme: Programme, on: date) -> Guide:
    details: Mapping[str, Any] = programme.details
    first, last = details["in_force"]["from"], details["in_force"].get("to")
    return Guide(
        name=programme.name,
        title=in_language(programme.title),
        summary=in_language(details.get("summary", {})),
        kind=programme.kind,
        subject=programme.subject,
        lead=programme.lead,
        sample=programme.sample,
        standing=FUTURE if on < first else OVER if last and last < on else OPEN,
        first=first,
        last=last,
    )


def in_language(words: Words) -> str:
    return words.get(language()) or words.get("zh", "")


def versions(book: RuleBook, name: str) -> list[Version]:
    """The versions of a programme, the newest first."""
    rules = [book.rules.rules[number] for number in book.rules.programmes[name].rules]
    return [_version(book, rule) for rule in reversed(rules)]


def _version(book: RuleBook, rule: Rule) -> Version:
    speaker = Speaker(book.rules.facts, rule, language())
    answer = rule.amount or rule.result
    return Version(
        name=rule.version,
        sample=rule.sample,
        partly_sample=rule.partly_sample,
        requirements=tuple(_requirement(one, rule, book) for one in rule.conditions),
        answer="" if answer is None else capital(speaker.say(answer)),
        steps=tuple(
            (one.label.get(language(), one.name), capital(speaker.say(one.value)))
            for one in rule.steps
        ),
        grids=tuple(grid(table, keys, speaker) for table, keys in _tables(rule)),
    )


def _requirement(one: Condition, rule: Rule, book: RuleBook) -> Requirement:
    words = condition_words(one, rule, book.rules.facts, language()).rstrip("。.")
    clause = teller(book).clause(one.source) if one.source else ""
    return Requirement(capital(words), clause, one.verified_by)


def _tables(rule: Rule) -> Iterator[tuple[Table, tuple[n.Node, ...]]]:
    """The tables that a rule looks into, each once; long ones (lists of honours) are left out."""
    seen: set[str] = set()
    for tree in rule.trees:
        for part in n.walk(tree):
            if isinstance(part, n.Lookup) and part.table.name not in seen:
                seen.add(part.table.name)
                if len(part.table.rows) <= MOST_ROWS:
                    yield part.table, part.keys


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def teller(book: RuleBook, subject: Subject | None = None) -> Teller:
    return Teller(book.rules, book.names, subject or Subject({}, {}), language())


def materials(book: RuleBook, name: str) -> list[Material]:
    """What one brings, each thing once, with the strictest need that any condition gives it."""
    found: dict[str, Material] = {}
    for number in book.rules.programmes[name].rules:
        for condition in book.rules.rules[number].conditions:
            for entry in condition.evidence:
                one: Mapping[str, Any] = entry
                known = found.get(one["id"])
                if known is None or NEEDS.index(one["need"]) < NEEDS.index(known.need):
                    found[one["id"]] = Material(in_language(one), one["need"])
    return sorted(found.values(), key=lambda one: NEEDS.index(one.need))


def together(book: RuleBook, name: str) -> list[str]:
    """How a programme goes with others, and its ceilings, a sentence each."""
    programme = book.rules.programmes[name]
    stacking = programme.stacking
    rivals = [
        one.name
        for one in book.rules.programmes.values()
        if stacking.highest_of and one.stacking.highest_of == stacking.highest_of
        if one.name != name
    ]
    lines = []
    if rivals:
        lines.append(_("与%(others)s就高享受，不重复。") % _others(rivals, book))
    if stacking.excludes:
        lines.append(_("与%(others)s互斥，不可同时享受。") % _others(stacking.excludes, book))
    if stacking.deducts:
        lines.append(_("已领取的%(others)s从中扣除。") % _others(stacking.deducts, book))
    if stacking.top_up:
        lines.append(_("层次提高后补足差额。"))
    speaker = Speaker(book.rules.facts, book.rules.rules[programme.rules[-1]], language())
    return lines + [_ceiling(one, speaker) for one in stacking.ceilings]


def _others(names: Sequence[str], book: RuleBook) -> dict[str, str]:
    titles = (_("“%s”") % in_language(book.rules.programmes[one].title) for one in names)
    return {"others": _("、").join(titles)}


def _ceiling(one: Ceiling, speaker: Speaker) -> str:
    sentences = {
        ("person", "ever"): _("每人累计不超过%(amount)s。"),
        ("person", "year"): _("每人每年不超过%(amount)s。"),
        ("household", "ever"): _("每户累计不超过%(amount)s。"),
        ("household", "year"): _("每户每年不超过%(amount)s。"),
        ("firm", "ever"): _("每家企业累计不超过%(amount)s。"),
        ("firm", "year"): _("每家企业每年不超过%(amount)s。"),
    }
    return sentences[one.per, one.within] % {"amount": speaker.say(one.amount)}


def way(book: RuleBook, name: str) -> Way | None:
    """The stages that a case of a programme passes; None where the pack names no workflow."""
    named = book.pack.programmes[name].get("workflow")
    if named is None:
        return None
    file, tongue, units = book.pack.workflows[named], language(), book.pack.unit_words
    workflow = workflow_of(file)
    return Way(
        workflow,
        days_words(workflow.days, tongue) if workflow.days else "",
        file.get("status") == "sample",
        tuple(
            Step(
                in_language(stage.words),
                who_words(stage, tongue, units),
                days_words(stage.clock, tongue) if stage.clock else "",
            )
            for stage in workflow.stages
            if not stage.ends
        ),
    )


def diagram(book: RuleBook, one: Way) -> str:
    """The same as an SVG."""
    return svg(one.workflow, language(), units=book.pack.unit_words)


def examples(book: RuleBook, name: str) -> list[Example]:
    """The pack's own examples, each decided now by the rules that are shown."""
    whole: Mapping[str, Any] = book.pack.programmes[name]
    return [
        Example(
            one["name"], teller(book, subject).answer(book.decider.decide(subject.values)[name])
        )
        for one in whole.get("examples", [])
        if (subject := read_subject(one["facts"], book.rules)[0]) is not None
    ]
