"""What comes with a case: what must be there, what may follow, what the city gets by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yingcai.cases.models import Case
from yingcai.cases.queries.flows import book_of_case, in_correction
from yingcai.cases.queries.guides import NEEDS, in_language
from yingcai.engine.rules.decide import Decision

REQUIRED, DEFERRABLE, EXEMPT = NEEDS
OTHER = "other"  # what an officer asked for that the programme does not name
EXCEPTIONAL = "exceptional"  # attachments of what people settle: the office's own papers


@dataclass(frozen=True)
class Need:
    """A material with its words. ``spared``: it must only be there where another answer would have led."""

    id: str
    words: str
    need: str
    spared: bool = False


def needed(answer: Decision) -> list[Need]:
    """By the version that applies, each thing once, with the strictest need that any condition gives it.

    A condition that holds although a fact of it is not known holds by its other half ("introduced, or nine
    months a year"): what would prove it may follow, if an officer asks for it.
    """
    found: dict[str, Need] = {}
    for one in _asked(answer):
        known = found.get(one.id)
        if known is None or _rank(one) < _rank(known):
            found[one.id] = one
    return sorted(found.values(), key=_rank)


def _rank(one: Need) -> tuple[int, bool]:
    return NEEDS.index(one.need), one.spared


def _asked(answer: Decision) -> Iterator[Need]:
    for condition, (text, holds) in zip(answer.rule.conditions, answer.conditions, strict=True):
        open_half = any(answer.facts.get(name) is None for name in text.facts)
        for entry in condition.evidence:
            one: Mapping[str, Any] = entry
            spared = holds is True and open_half and one["need"] == REQUIRED
            need = DEFERRABLE if spared else one["need"]
            yield Need(one["id"], in_language(one), need, spared)


def materials_of(case: Case) -> dict[str, str]:
    """Every material that some version of the programme names, with its words. Raises: PackNotKept."""
    book = book_of_case(case)
    return {
        str(one["id"]): in_language({name: str(text) for name, text in one.items()})
        for number in book.rules.programmes[case.programme].rules
        for condition in book.rules.rules[number].conditions
        for one in condition.evidence
    }


def not_handed_in(case: Case) -> frozenset[int]:
    """The files that can still be taken back: of a draft all, of an answer to a notice those brought since."""
    rows = case.files.filter(removed_at=None)
    if case.status != Case.Status.DRAFT:
        if not in_correction(case):
            return frozenset()
        asked = case.acts.filter(to_stage=case.stage).exclude(from_stage=case.stage)
        last = asked.order_by("-number").first()
        rows = rows.filter(act__gte=last.number) if last else rows.none()
    return frozenset(rows.values_list("pk", flat=True))
