"""A case as the experts read it who judge one fact of it: what that fact is for, and what it is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass

from yingcai.cases.actions.deciding import Basis, basis_kept
from yingcai.cases.models import Case, CaseFile
from yingcai.cases.queries.flows import book_of_case, details_of, flow_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.materials import EXCEPTIONAL, materials_of
from yingcai.cases.reasons import Sayer, Value, alone
from yingcai.cases.viewers import expert_of
from yingcai.engine.rules.model import Condition, Rule
from yingcai.engine.rules.version import APPLIED_ON


@dataclass(frozen=True)
class Asked:
    """``fact``: what is judged; ``conditions``: what the rules make of it, in words. ``names``: for the look."""

    stage: str
    fact: str
    title: str
    name: str
    conditions: tuple[str, ...]
    facts: tuple[Value, ...]
    papers: tuple[tuple[CaseFile, str], ...]
    names: tuple[str, ...]


def asked_of_experts(case: Case) -> Asked:
    """Only what bears on the fact: the conditions that stand on it, their facts, their materials.

    Raises: Erased, NotSealed, PackNotKept.
    """
    stage = flow_of(case).workflow.by_name[case.stage]
    row = case.decisions.select_related("case").order_by("-number")[0]
    basis = basis_kept(row)
    answer, sayer = alone(case, basis), _sayer(case, basis)
    shown = dict(_values(sayer, answer.rule, stage.says))
    return Asked(
        stage=in_language(stage.words),
        fact=in_language(book_of_case(case).rules.facts[stage.says].label),
        title=in_language(details_of(case)["title"]),
        name=case.subject.name,
        conditions=tuple(
            text.text for text, _holds in answer.conditions if stage.says in text.facts
        ),
        facts=tuple(shown.values()),
        papers=tuple(_papers(case, answer.rule, stage.says)),
        names=tuple(shown),
    )


def _sayer(case: Case, basis: Basis) -> Sayer:
    return Sayer(case, basis, expert_of(case, blind=False))


def _near(rule: Rule, fact: str) -> list[Condition]:
    """The conditions that stand on a fact, and those that share another fact with one of them."""
    first = [one for one in rule.conditions if fact in one.facts]
    shared = {name for one in first for name in one.facts} - {APPLIED_ON}
    return [one for one in rule.conditions if shared & {*one.facts}]


def _values(sayer: Sayer, rule: Rule, fact: str) -> Iterator[tuple[str, Value]]:
    names = dict.fromkeys(name for one in _near(rule, fact) for name in one.facts)
    for name in names:
        used = sayer.basis.get(name)
        if used and name not in (fact, APPLIED_ON) and sayer.audience.shows(name, used):
            yield name, sayer.value(name)


def _papers(case: Case, rule: Rule, fact: str) -> Iterator[tuple[CaseFile, str]]:
    wanted = {str(one["id"]) for near in _near(rule, fact) for one in near.evidence}
    words = materials_of(case)
    rows = case.files.filter(removed_at=None, material__in=wanted).exclude(material=EXCEPTIONAL)
    for row in rows.order_by("id"):
        yield row, words.get(row.material, row.material)
