"""What somebody looks for in the register, and the subjects in scope that fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

from django.db.models import F, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from yingcai.registry.errors import InvalidFilter
from yingcai.registry.models import Subject
from yingcai.registry.queries.facets import entries_of, facets_for, has_value, index_is_whole
from yingcai.registry.queries.merged import KEPT, kept_ids, members_of_ids
from yingcai.registry.queries.scope import EMPLOYED, Scope, relations_on
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit

FACET = "f."  # before the name of a fact in addresses and in kept filters
MOST_FACETS = 3
# Up to so many the subjects with a value are read first and then sorted. Of more, a list without text goes
# along the entries of the value, and one with text along the names: a page is full soon enough.
FEW = 200
LAST = "\U0010ffff"  # comes after every sign; columns are compared by code points on both databases


@dataclass(frozen=True)
class Filters:
    """Conditions that all have to be met; empty ones are none. ``county`` is a unit's code, ``firm`` a handle."""

    text: str = ""
    kind: str = ""
    sort: str = ""
    county: str = ""
    firm: str = ""
    facets: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """From an address or from what `written` gave. Nothing is checked against a pack yet."""

        def one(name: str, most: int) -> str:
            return str(told.get(name, "")).strip().replace("\x00", "")[:most]

        facets = [
            (name.removeprefix(FACET), one(name, 50)) for name in told if name.startswith(FACET)
        ]
        return cls(
            text=one("q", 60),
            kind=one("kind", 12) if one("kind", 12) in Subject.Kind.values else "",
            sort=one("sort", 20),
            county=one("county", 40),
            firm=one("firm", 120),
            facets=tuple(sorted((name, value) for name, value in facets if value)),
        )

    def written(self) -> dict[str, str]:
        """For an address, or to be kept."""
        told = {
            "q": self.text, "kind": self.kind, "sort": self.sort, "county": self.county,
            "firm": self.firm, **{f"{FACET}{name}": value for name, value in self.facets},
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}

    @property
    def broad(self) -> Self:
        """The same without facts."""
        return replace(self, facets=())

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns at whose beginning the text is looked for, each in its order."""
        if not self.text:
            return ("pinyin",)
        return ("initials", "pinyin") if self.text.isascii() else ("name",)

    @property
    def wanted(self) -> str:
        """The text as names are kept."""
        parts = self.text.split()
        return "".join(parts).lower() if self.text.isascii() else " ".join(parts)

    def begins(self, column: str) -> Q:
        """The condition that a column begins with the text."""
        return Q(**{f"{column}__gte": self.wanted, f"{column}__lt": self.wanted + LAST})


def check_filters(scope: Scope, filters: Filters) -> None:
    """Raises: InvalidFilter with every condition that there is not, or that the purpose does not allow.

    One sentence for both, so that it tells nothing.
    """
    known, problems = facets_for(scope), []
    for name, value in filters.facets:
        if name not in known or value not in known[name].values:
            problems.append(
                _("没有“%(name)s”这个查询条件，或者您的处理目的不能按它查找") % {"name": name}
            )
    if len(filters.facets) > MOST_FACETS:
        problems.append(_("一次最多用 %(most)s 项事实作条件") % {"most": MOST_FACETS})
    if filters.sort and filters.sort not in vocabulary().kinds:
        problems.append(_("没有这种机构类型"))
    if filters.facets and not problems and not index_is_whole():
        problems.append(_("查询索引还没有建立，暂时不能按事实查找；请联系管理员"))
    if problems:
        raise InvalidFilter(problems)


def fitting(scope: Scope, filters: Filters) -> QuerySet[Subject]:
    """The subjects in scope that meet every condition but the text, in no order. Raises: InvalidFilter."""
    return rows_met(scope, filters, met_by(scope, filters))


def rows_met(
    scope: Scope, filters: Filters, met: "Met", *, but: "Narrow | None" = None
) -> QuerySet[Subject]:
    """As `fitting`, once it is read who meets the conditions that few may meet; ``but``: without this one."""
    rows = _plainly(scope, filters)
    few: set[int] | None = None
    for one, found in zip(met.narrow, met.found, strict=True):
        if one is but:
            continue
        if len(found) > FEW:
            rows = rows.filter(one.condition)
        else:
            few = found if few is None else few & found
    return rows if few is None else rows.filter(pk__in=few)


def _plainly(scope: Scope, filters: Filters) -> QuerySet[Subject]:
    """The subjects in scope by what stands in their own rows, without the text."""
    rows = scope.subjects()
    for column in ("kind", "sort"):
        if getattr(filters, column):
            rows = rows.filter(**{column: getattr(filters, column)})
    return rows.filter(county__code=filters.county) if filters.county else rows


class Narrow(NamedTuple):
    """A condition that few may meet: the rows that say who does, by which column, and the same as a condition."""

    rows: QuerySet[Any, Any]
    named: Any
    condition: Any
    fact: bool


@dataclass(frozen=True)
class Met:
    """Who meets each condition that few may meet, up to ``FEW`` + 1; and, if asked, whom all but the facts fit."""

    narrow: list[Narrow]
    found: list[set[int]]
    broad: set[int]

    @property
    def leading(self) -> Narrow | None:
        """Where many meet each condition, the fact whose first entries lie farthest apart: the rarest."""
        if any(len(found) <= FEW for found in self.found):
            return None
        facts = [place for place, one in enumerate(self.narrow) if one.fact]
        rarest = max(facts, key=lambda place: max(self.found[place]), default=None)
        return None if rarest is None else self.narrow[rarest]


def met_by(scope: Scope, filters: Filters, *, broad: int = 0) -> Met:
    """Read in one query, whatever the number of facts. ``broad``: how many of those to read.

    Raises: InvalidFilter.
    """
    check_filters(scope, filters)
    narrow = list(_narrowing(scope, filters))
    asked = [
        one.rows.model._default_manager.filter(pk__in=one.rows.values("pk")[: FEW + 1])
        .order_by()
        .values_list(Value(place), one.named)
        for place, one in enumerate(narrow)
    ]
    if broad:
        rows = _plainly(scope, filters)
        for one in narrow:
            rows = rows if one.fact else rows.filter(one.condition)
        some = with_text(rows, filters).order_by().values("pk")[:broad]
        beside = Subject.objects.filter(pk__in=some).order_by()
        asked.append(beside.values_list(Value(len(narrow)), "pk"))
    found: list[set[int]] = [set() for _ in range(len(narrow) + 1)]
    for place, pk in asked[0].union(*asked[1:], all=True) if asked else ():
        found[place].add(pk)
    return Met(narrow, found[:-1], found[-1])


def matching(scope: Scope, filters: Filters) -> QuerySet[Subject]:
    """As `fitting`, the text met too. Raises: InvalidFilter."""
    return with_text(fitting(scope, filters), filters)


def with_text(rows: QuerySet[Subject], filters: Filters) -> QuerySet[Subject]:
    if not filters.text:
        return rows
    return rows.filter(_any(filters.begins(column) for column in filters.columns))


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for one in conditions:
        found |= one
    return found


def _narrowing(scope: Scope, filters: Filters) -> Iterable[Narrow]:
    for name, value in filters.facets:
        rows = entries_of(scope, name, value)
        rows = rows.order_by("subject_id")
        yield Narrow(rows, F("subject_id"), has_value(scope, name, value), fact=True)
    if filters.firm:
        staff = _staff(scope, filters.firm)
        yield Narrow(staff, KEPT, Q(pk__in=staff), fact=False)


def _staff(scope: Scope, handle: str) -> QuerySet[Any, Any]:
    """Who works at a firm of the scope today."""
    firm = firm_in(scope, handle)
    held = relations_on(scope.on).filter(
        kind=EMPLOYED, other__in=members_of_ids([firm.pk] if firm else [])
    )
    return kept_ids(held.values("subject_id"))


class Firm(NamedTuple):
    """An organisation that a search names: its row and its name."""

    pk: int
    name: str


def firm_in(scope: Scope, handle: str) -> Firm | None:
    """The organisation of the scope with a handle; looked for once a scope."""
    if handle not in scope.firms:
        found = _firms(scope, handle).values_list("pk", "name").first()
        scope.firms[handle] = Firm(*found) if found else None
    firm: Firm | None = scope.firms[handle]
    return firm


def places_in(scope: Scope, handle: str) -> "list[Unit]":
    """The places of a scope; the firm with a handle is looked for in the same query, for `firm_in`."""
    rows, firms = scope.places(), _firms(scope, handle)
    if not firms.query.is_empty():
        row = {"firm_pk": Subquery(firms.values("pk")), "firm_name": Subquery(firms.values("name"))}
        rows = rows.annotate(**row)
    found: list[Any] = list(rows)
    if found and hasattr(found[0], "firm_pk"):
        first = found[0]
        scope.firms[handle] = Firm(first.firm_pk, first.firm_name) if first.firm_pk else None
    return found


def _firms(scope: Scope, handle: str) -> QuerySet[Subject]:
    """None or one."""
    try:
        named = UUID(handle)
    except ValueError:
        return Subject.objects.none()
    firms = scope.subjects().filter(kind=Subject.Kind.ORGANISATION)
    return firms.filter(handle=named).order_by()
