"""Rows of a file of papers against the register and the cases: whom a number names, what is there already."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from yingcai.cases.models import Award, PaperDecision
from yingcai.cases.paper.rows import Said
from yingcai.engine.values import digest
from yingcai.registry.importing.words import Found
from yingcai.registry.queries.import_matches import plain_name, subjects_by_number
from yingcai.registry.queries.merged import members_of_ids
from yingcai.registry.queries.scope import EMPLOYER, SELF, mandates_in_force

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import Subject

AT_ONCE = 300
KINDS = {"person": "person", "firm": "organisation"}
Key = tuple[int, str, str]  # subject, programme, number of the paper
Day = tuple[int, str, date | None]


@dataclass
class Match:
    """What is known about one row. ``named``: whose number it bears, whatever is wrong with the row.

    ``known``: the same paper says the same already.
    """

    subject: "Subject | None" = None
    named: "Subject | None" = None
    known: bool = False
    found: list[Found] = field(default_factory=list)


def matches_of(said: Sequence[Said], sender: "User", on: date) -> list[Match]:
    """One match for each row, with what contradicts the register or what is there."""
    found = list[Match]()
    own = own_subjects(sender, on)
    for start in range(0, len(said), AT_ONCE):
        found += _some(said[start : start + AT_ONCE], own)
    return found


def _some(said: Sequence[Said], own: frozenset[int]) -> list[Match]:
    named = subjects_by_number({(one.number_kind, one.number) for one in said if one.number})
    found = [_match(one, named.get((one.number_kind, one.number)), own) for one in said]
    ids = {match.subject.pk for match in found if match.subject}
    papers, days = _papers(ids), _days(ids)
    for one, match in zip(said, found, strict=True):
        if match.subject is not None and one.offer is not None:
            _compare(one, match, papers, days)
    return found


def own_subjects(user: "User", on: date) -> frozenset[int]:
    """The subjects that the natural person behind a login is or acts for, by whatever login."""
    held = mandates_in_force(on).filter(kind__in=[SELF, EMPLOYER], user__person_key=user.person_key)
    return frozenset(members_of_ids(held.values("subject_id")).values_list("pk", flat=True))


def _match(said: Said, subject: "Subject | None", own: frozenset[int]) -> Match:
    match, column = Match(subject, subject), said.number_field
    if not said.number or said.offer is None:
        return match
    if subject is None:
        match.found.append(Found("subject-unknown", column))
    elif subject.standing != "active":
        match.found.append(Found("subject-closed", column))
    elif subject.kind != KINDS.get(said.offer.kind):
        match.found.append(Found("subject-other", column))
    elif said.name and plain_name(subject.name) != plain_name(said.name):
        match.found.append(Found("number-other-name", column))
    elif subject.pk in own:
        match.found.append(Found("own-case", column))
    if match.found:
        match.subject = None
    return match


def _papers(ids: Iterable[int]) -> dict[Key, PaperDecision]:
    rows = PaperDecision.objects.filter(subject__in=members_of_ids(ids), taken_back_at=None)
    return {
        (_now(row.subject), row.programme, row.held_as): row
        for row in rows.select_related("subject")
    }


def _days(ids: Iterable[int]) -> frozenset[Day]:
    """By subject and programme the days on which awards that stand were granted."""
    rows = Award.objects.filter(subject__in=members_of_ids(ids), voided_at=None)
    rows = rows.select_related("subject").only(
        "programme", "granted_on", "subject__id", "subject__merged_into"
    )
    return frozenset((_now(row.subject), row.programme, row.granted_on) for row in rows)


def _now(subject: "Subject") -> int:
    """The number of the subject that this one is now."""
    return int(subject.merged_into_id or subject.pk)


def _compare(
    said: Said, match: Match, papers: dict[Key, PaperDecision], days: frozenset[Day]
) -> None:
    if match.subject is None or said.offer is None:
        return
    there = papers.get((match.subject.pk, said.offer.name, said.held_as))
    if there is not None:
        match.known = written(there) == read(said)
        if not match.known:
            match.found.append(Found("paper-differs", "paper_number"))
    elif said.agreed and (match.subject.pk, said.offer.name, said.decided_on) in days:
        match.found.append(Found("award-there", "decided_on"))


def written(row: PaperDecision) -> tuple[Any, ...]:
    """What a paper that was taken in says; the remark aside."""
    return (
        row.applied_on, row.decided_on, row.agreed, row.amount, row.result, row.valid_until,
        row.paid_on, row.archive,
    )  # fmt: skip


def read(said: Said) -> tuple[Any, ...]:
    """The same of a row of a file."""
    return (
        said.applied_on, said.decided_on, said.agreed, said.amount, said.result, said.valid_until,
        said.paid_on, said.archive,
    )  # fmt: skip


def twice(rows: Sequence[tuple[int, Said, Match]]) -> Iterator[tuple[int, Found]]:
    """Rows of one file that are about the same paper, or grant the same on the same day, with another one of them."""
    papers: dict[Any, list[int]] = {}
    days: dict[Any, list[int]] = {}
    for number, one, match in rows:
        if not one.number or one.offer is None:
            continue
        subject = match.subject.pk if match.subject else (one.number_kind, one.number)
        if one.held_as:
            papers.setdefault((subject, one.offer.name, one.held_as), []).append(number)
        if one.agreed and one.decided_on:
            days.setdefault((subject, one.offer.name, one.decided_on), []).append(number)
    same = {pair for numbers in papers.values() for pair in _pairs(numbers)}
    yield from (
        (number, Found("row-twice", "paper_number", other)) for number, other in sorted(same)
    )
    again = {pair for numbers in days.values() for pair in _pairs(numbers)} - same
    yield from (
        (number, Found("day-twice", "decided_on", other)) for number, other in sorted(again)
    )


def _pairs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Each of several rows with the first other one."""
    if len(numbers) > 1:
        yield numbers[0], numbers[1]
        yield from ((number, numbers[0]) for number in numbers[1:])


def digest_of(rows: Iterable[tuple[int, Said, Match]], pack: str) -> str:
    """A text for exactly what was checked: another row, subject or value gives another."""
    said = [
        [
            number,
            str(match.subject.handle) if match.subject else "",
            match.known,
            one.offer.name if one.offer else "",
            one.paper_number,
            one.remark,
            *(str(value) for value in read(one)),
        ]
        for number, one, match in rows
    ]
    return digest(json.dumps([pack, said], ensure_ascii=False).encode())
