"""What is compared about subjects, and the pairs that were found: who may see them, what they contradict."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yingcai.engine.rules.types import Date, Enum
from yingcai.identity.queries import Role, units_of
from yingcai.registry.linking import BIRTH, SINGLE, Compared, linkage_digest
from yingcai.registry.models import Duplicate, LinkageDigest, Merge, Subject
from yingcai.registry.queries.merged import persons_behind
from yingcai.registry.queries.scope import COUNTY, Scope, relations_known
from yingcai.registry.queries.search import numbers_of
from yingcai.registry.vocabulary import FactWord, vocabulary

PAGE = 20
KINDS = (Subject.Kind.PERSON, Subject.Kind.ORGANISATION)


def compared_facts() -> dict[str, FactWord]:
    """The facts that are compared: days and choices, none of them sensitive."""
    return {
        name: word
        for name, word in vocabulary().facts.items()
        if not word.sensitive and isinstance(word.type.type, Date | Enum)
    }


def _sets() -> dict[int, set[str]]:
    return defaultdict(set)


@dataclass
class _Gathered:
    """The tokens of the subjects of a kind, by subject."""

    singles: dict[int, str] = field(default_factory=dict)
    births: dict[int, set[str]] = field(default_factory=_sets)
    numbers: dict[int, set[str]] = field(default_factory=_sets)
    days: dict[int, set[str]] = field(default_factory=_sets)
    choices: dict[int, set[str]] = field(default_factory=_sets)
    ties: dict[int, set[str]] = field(default_factory=_sets)
    dated_ties: dict[int, set[str]] = field(default_factory=_sets)


def compared(kind: str, *, on: date) -> list[Compared]:
    """Every subject of a kind that is in use, as digests, with the relations that had begun by a day."""
    now_is = dict(
        Subject.objects.exclude(merged_into=None).order_by().values_list("pk", "merged_into_id")
    )
    found = _Gathered()
    _gather_digests(found, kind, now_is)
    _gather_ties(found, kind, now_is, on)
    rows = Subject.objects.filter(kind=kind, standing=Subject.Standing.ACTIVE).order_by("pk")
    told = rows.values_list("pk", "name", "pinyin", "county_id")
    return [
        Compared(
            pk=pk,
            name=linkage_digest("name", name),
            sounds=linkage_digest("sounds", " ".join(sorted((pinyin or name).split()))),
            births=frozenset(found.births[pk]),
            number=found.singles.get(pk, ""),
            numbers=frozenset(found.numbers[pk]),
            ties=frozenset(found.ties[pk]),
            dated_ties=frozenset(found.dated_ties[pk]),
            days=frozenset(found.days[pk]),
            choices=frozenset(found.choices[pk]),
            county=str(county or ""),
        )
        for pk, name, pinyin, county in told.iterator()
    ]


def _gather_digests(found: _Gathered, kind: str, now_is: dict[int, int]) -> None:
    days = {n for n, word in compared_facts().items() if isinstance(word.type.type, Date)}
    rows = LinkageDigest.objects.filter(
        Q(fact=None) | Q(fact__replaced_by=None), subject__kind=kind
    ).order_by()
    told = rows.values_list("subject_id", "name", "digest", "fact_id", "identifier__retired_at")
    for subject, name, digest, fact, retired_at in told.iterator():
        pk = now_is.get(subject, subject)
        if name == BIRTH:
            found.births[pk].add(digest)
        elif fact is not None:
            (found.days if name in days else found.choices)[pk].add(digest)
        else:
            found.numbers[pk].add(digest)
            if name in SINGLE and retired_at is None:
                found.singles[pk] = digest


def _gather_ties(found: _Gathered, kind: str, now_is: dict[int, int], on: date) -> None:
    for one, other, told, since in _ties(kind, on):
        pk, tie = now_is.get(one, one), f"{told}/{now_is.get(other, other)}"
        found.ties[pk].add(linkage_digest("tie", tie))
        found.dated_ties[pk].add(linkage_digest("tie", f"{tie}/{since}"))


def _ties(kind: str, on: date) -> Iterator[tuple[int, int, str, date]]:
    """The relations of subjects of a kind in both directions: one, other, which, its first day."""
    rows = relations_known().filter(starts_on__lte=on).order_by()
    columns = ("subject_id", "other_id", "kind", "starts_on")
    for one, other, told, since in rows.filter(subject__kind=kind).values_list(*columns).iterator():
        yield one, other, told, since
    for one, other, told, since in rows.filter(other__kind=kind).values_list(*columns).iterator():
        yield other, one, f"{told}/back", since


# -- pairs that were found -----------------------------------------------------------------------


def duplicates_in(scope: Scope) -> QuerySet[Duplicate]:
    """The pairs both of whose subjects are in scope; one that was merged is where it was merged into.

    A county sees a pair only where both are its own.
    """
    subjects = scope.subjects()
    found = Duplicate.objects.annotate(
        first_is=Coalesce("first__merged_into_id", "first_id"),
        second_is=Coalesce("second__merged_into_id", "second_id"),
    ).filter(
        Exists(subjects.filter(pk=OuterRef("first_is"))),
        Exists(subjects.filter(pk=OuterRef("second_is"))),
    )
    if scope.capacity == COUNTY:
        own = units_of(scope.user, {Role.COUNTY}, scope.on)
        found = found.filter(first__county__in=own, second__county__in=own)
    return found


def duplicate_in(scope: Scope, pk: int) -> Duplicate | None:
    """One pair in scope, with what its page shows."""
    rows = duplicates_in(scope).select_related(
        "first__county", "second__county", "first__merged_into", "second__merged_into",
        "proposed_by", "decided_by",
    )  # fmt: skip
    return rows.filter(pk=pk).first()


def duplicates_page(
    scope: Scope, *, status: str, after: tuple[int, int] | None = None
) -> list[Duplicate]:
    """Up to ``PAGE`` + 1 pairs of a status, the heaviest first, after a weight and number."""
    rows = duplicates_in(scope).filter(status=status)
    if after is not None:
        weight, pk = after
        rows = rows.filter(Q(weight__lt=weight) | Q(weight=weight, pk__lt=pk))
    shown = rows.select_related("first__county", "second__county", "proposed_by")
    return list(shown.order_by("-weight", "-id")[: PAGE + 1])


def merge_in_force(duplicate: Duplicate) -> Merge | None:
    """The merge of a pair that nothing has undone."""
    rows = duplicate.merges.filter(undoes=None, undone_by=None)
    return rows.select_related("kept", "gone", "by", "second").first()


def history_of(duplicate: Duplicate) -> list[Merge]:
    """Merges of a pair and what undid them, the newest first."""
    return list(duplicate.merges.select_related("kept", "gone", "by", "second"))


def obstacles(first: Subject, second: Subject, *, on: date) -> list[str]:
    """Why two subjects cannot be merged as they are, each with the way out."""
    problems = []
    active = Subject.Standing.ACTIVE
    if first.kind != second.kind:
        problems.append(_("两个主体不是同一类"))
    if first.standing != active or second.standing != active:
        problems.append(_("只有在册的主体可以合并：其中一个已合并、已删除或被限制处理"))
    for kind in sorted(_clashing(first, second)):
        label = {"resident-id": _("居民身份证号"), "credit-code": _("统一社会信用代码")}[kind]
        problems.append(
            _("两个主体各有一个在用的%(label)s，而且不同：先核实并停用错误的号码")
            % {"label": label}
        )
    if _two_people(first, second, on):
        problems.append(_("两个主体的本人账号属于两个不同的人：先终止错误的授权"))
    return problems


def _clashing(first: Subject, second: Subject) -> set[str]:
    """The single numbers of which both have one in use that the other has not."""
    held = [{(row.kind, row.blind_index) for row in numbers_of(one)} for one in (first, second)]
    kinds = [{kind for kind, _index in one if kind in SINGLE} for one in held]
    same = {kind for kind, _index in held[0] & held[1]}
    return (kinds[0] & kinds[1]) - same


def _two_people(first: Subject, second: Subject, on: date) -> bool:
    keys = [persons_behind(one, on=on) for one in (first, second)]
    return bool(keys[0] and keys[1] and keys[0] != keys[1])
