"""Rows of a file against the register: whom a number names, which employer a code names, who works elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from yingcai.registry.importing.rows import Said
from yingcai.registry.importing.words import Found
from yingcai.registry.keys import key_ring
from yingcai.registry.models import Identifier, ImportBatch, ImportRow, Relation, Subject
from yingcai.registry.queries.merged import kept, members_of_ids
from yingcai.registry.queries.scope import EMPLOYED, relations_known

CODE = "credit-code"
_DOTS = str.maketrans(dict.fromkeys("•・．‧∙", "·"))


@dataclass
class Match:
    """What the register knows about one row."""

    index: str = ""  # of the number, blind
    subject: Subject | None = None
    employer: Subject | None = None
    found: list[Found] = field(default_factory=list)

    @property
    def subject_id(self) -> int | None:
        return self.subject.pk if self.subject else None


class Matcher:
    """Matches rows some hundred at a time, in three queries."""

    def __init__(self, batch: ImportBatch) -> None:
        self._batch = batch
        self._ring = key_ring()
        self._employers: dict[str, Subject | None] = {}

    def match(self, said: Sequence[Said]) -> list[Match]:
        """One match for each row, with what contradicts the register."""
        matches = [Match(self._index(one.number_kind, one.number)) for one in said]
        self._find_employers({one.employer_code for one in said if one.employer_code})
        known = _named({match.index for match in matches if match.index})
        for one, match in zip(said, matches, strict=True):
            match.subject = known.get(match.index)
            self._compare(one, match)
            self._employ(one, match)
        self._elsewhere(said, matches)
        return matches

    def _index(self, kind: str, number: str) -> str:
        return self._ring.blind_index(kind, number) if number else ""

    def _find_employers(self, codes: Iterable[str]) -> None:
        indexes = {self._index(CODE, code): code for code in codes if code not in self._employers}
        found = _named(indexes)
        self._employers.update({code: found.get(index) for index, code in indexes.items()})

    def _compare(self, said: Said, match: Match) -> None:
        column = "number" if self._batch.kind == ImportBatch.Kind.PERSON else "credit_code"
        if match.subject is None:
            return
        if match.subject.standing != Subject.Standing.ACTIVE:
            match.found.append(Found("subject-closed", column))
        elif said.name and plain_name(match.subject.name) != plain_name(said.name):
            match.found.append(Found("number-other-name", column))

    def _employ(self, said: Said, match: Match) -> None:
        """Whose employee a row says somebody is."""
        if said.employer_code:
            match.employer = self._employers[said.employer_code]
            if match.employer is None or match.employer.kind != Subject.Kind.ORGANISATION:
                match.employer = None
                code = "employer-other" if self._batch.organisation_id else "employer-unknown"
                match.found.append(Found(code, "credit_code"))
        else:
            match.employer = self._batch.organisation
        own = self._batch.organisation
        if own is not None and match.employer is not None and match.employer.pk != own.pk:
            match.found.append(Found("employer-other", "credit_code"))
        if match.employer and said.employer_name:
            same = plain_name(match.employer.name) == plain_name(said.employer_name)
            match.found += [] if same else [Found("employer-name", "organisation_name")]

    def _elsewhere(self, said: Sequence[Said], matches: Sequence[Match]) -> None:
        jobs = employments(match.subject_id for match in matches if match.subject_id)
        for one, match in zip(said, matches, strict=True):
            since = one.since or self._batch.as_of
            if match.subject_id is None or match.employer is None or since is None:
                continue
            if any(
                kept(row.other).pk != match.employer.pk and overlap(row, since, one.until)
                for row in jobs[match.subject_id]
            ):
                match.found.append(Found("employed-elsewhere", "since"))


def _named(indexes: Iterable[str]) -> dict[str, Subject]:
    rows = Identifier.objects.filter(
        kind__in=("resident-id", "passport", CODE), blind_index__in=list(indexes), retired_at=None
    ).select_related("subject__merged_into__county", "subject__county")
    return {row.blind_index: kept(row.subject) for row in rows}


def subjects_by_number(numbers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Subject]:
    """The subjects that some numbers name, by kind and number in its normal form; unknown ones are left out."""
    ring = key_ring()
    indexes = {ring.blind_index(kind, number): (kind, number) for kind, number in numbers}
    return {indexes[index]: subject for index, subject in _named(indexes).items()}


def employments(subject_ids: Iterable[int]) -> dict[int, list[Relation]]:
    """The employments of some people as they are known now, by person."""
    found: dict[int, list[Relation]] = defaultdict(list)
    rows = (
        relations_known()
        .filter(subject__in=members_of_ids(list(subject_ids)), kind=EMPLOYED)
        .select_related("other__merged_into", "subject")
    )
    for row in rows:
        found[row.subject.merged_into_id or row.subject_id].append(row)
    return found


def strangers_named(firm: Subject, *, since: datetime) -> int:
    """How many registered people, none of them ever known as the firm's, its files of late name."""
    own = Relation.objects.filter(kind=EMPLOYED, other__in=members_of_ids([firm.pk]))
    rows = ImportRow.objects.filter(
        batch__organisation__in=members_of_ids([firm.pk]),
        batch__uploaded_at__gt=since,
        subject__isnull=False,
    ).exclude(subject__in=own.values("subject_id"))
    return rows.values("subject_id").distinct().count()


def overlap(row: Relation, since: date, until: date | None) -> bool:
    """Whether a relation holds on some day from one to another (empty: still)."""
    return (until is None or row.starts_on <= until) and (
        row.ends_on is None or since <= row.ends_on
    )


def plain_name(name: str) -> str:
    """A name for comparing: blanks, dots and case of one form.

    >>> plain_name("阿卜杜拉•买买提") == plain_name("阿卜杜拉·买买提")
    True
    """
    return "".join(name.split()).translate(_DOTS).casefold()
