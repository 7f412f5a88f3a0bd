"""A project as its experts see it: by number, without names and without what is personal, where the pack says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from yingcai.cases.actions.deciding import basis_kept, values_of
from yingcai.cases.models import Case, CaseFile, PanelCase
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import teller
from yingcai.cases.queries.materials import EXCEPTIONAL, materials_of
from yingcai.cases.queries.panels.rounds import field_words, rules_of
from yingcai.cases.reasons import Value, value_of
from yingcai.engine.rules.version import APPLIED_ON

SHOWN = ("public", "internal")  # classes of facts that name nobody


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
    book, basis = book_of_case(case), basis_kept(row)
    words = teller(book, values_of(book, basis))
    classes = {one["id"]: one["class"] for one in book.pack.facts["facts"]}
    for name in classes:
        if name not in basis or name == APPLIED_ON or book.rules.facts[name].judged:
            continue
        if classes[name] in SHOWN or (not blind and classes[name] == "personal"):
            yield name, value_of(name, basis[name], words, hidden=False)


def papers_shown(project: PanelCase) -> list[CaseFile]:
    """The files of materials that are handed in without names; of a panel that is not blind, all."""
    rules = rules_of(project.panel)
    rows = project.case.files.filter(removed_at=None).exclude(material=EXCEPTIONAL).order_by("id")
    if rules["blind"] == "hide":
        rows = rows.filter(material__in=rules.get("shows", []))
    return list(rows)
