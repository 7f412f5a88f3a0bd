"""A project as its experts see it: by number, without names and without what is personal, where the pack says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from yingcai.cases.actions.deciding import basis_kept
from yingcai.cases.models import Case, CaseFile, PanelCase
from yingcai.cases.queries.materials import EXCEPTIONAL, materials_of
from yingcai.cases.queries.panels.rounds import field_words, rules_of
from yingcai.cases.reasons import Sayer, Value
from yingcai.cases.viewers import expert_of
from yingcai.engine.rules.version import APPLIED_ON


@dataclass(frozen=True)
class Seen:
    """``name``: empty where the panel is blind. ``papers``: files with the words of their material."""

    number: int
    field: str
    name: str
    facts: tuple[Value, ...]
    papers: tuple[tuple[CaseFile, str], ...]
    names: tuple[str, ...]  # of the facts that are shown, for the look


def seen_by_expert(project: PanelCase, on: date) -> Seen:
    """Raises: Erased, NotSealed."""
    case, rules = project.case, rules_of(project.panel)
    blind = rules["blind"] == "hide"
    facts = dict(_facts(case, blind=blind))
    words = materials_of(case)
    return Seen(
        number=project.number,
        field=field_words(project.panel).get(project.field, ""),
        name="" if blind else case.subject.name,
        facts=tuple(facts.values()),
        papers=tuple((row, words.get(row.material, row.material)) for row in papers_shown(project)),
        names=tuple(facts),
    )


def _facts(case: Case, *, blind: bool) -> Iterator[tuple[str, Value]]:
    """The facts of the last decision that experts may know; what people still judge is left to them."""
    row = case.decisions.order_by("-number").first()
    if row is None:
        return
    row.case = case
    basis, audience = basis_kept(row), expert_of(case, blind=blind)
    sayer = Sayer(case, basis, audience)
    for name in audience.classes:
        if name not in basis or name == APPLIED_ON or sayer.book.rules.facts[name].judged:
            continue
        if audience.shows(name, basis[name]):
            yield name, sayer.value(name)


def papers_shown(project: PanelCase) -> list[CaseFile]:
    """The files of materials that are handed in without names; of a panel that is not blind, all."""
    rules = rules_of(project.panel)
    rows = project.case.files.filter(removed_at=None).exclude(material=EXCEPTIONAL).order_by("id")
    if rules["blind"] == "hide":
        rows = rows.filter(material__in=rules.get("shows", []))
    return list(rows)
