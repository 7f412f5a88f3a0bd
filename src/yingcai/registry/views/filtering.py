"""The conditions of a search as a page asks for them, and as its form shows them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yingcai.identity.queries import counties
from yingcai.registry.models import Subject
from yingcai.registry.queries.facets import facets_for
from yingcai.registry.queries.filters import FACET, Filters, firm_in, places_in
from yingcai.registry.queries.scope import Scope
from yingcai.registry.queries.search import find
from yingcai.registry.vocabulary import in_language, vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import Unit


@dataclass(frozen=True)
class Asked:
    """What was asked for, and the places there are; what is wrong with it; firms of which one has to be chosen."""

    filters: Filters
    places: "list[Unit]"
    problems: list[str]
    firms: list[tuple[Subject, str]]
    firm_words: str = ""

    @property
    def answerable(self) -> bool:
        return not self.problems and not self.firms


def asked_in(request: HttpRequest, scope: Scope) -> Asked:
    """The conditions in an address. Where several firms fit what was typed, one is to be chosen."""
    filters = Filters.read(request.GET.dict())
    places = places_in(scope, filters.firm)
    if not filters.firm:
        return Asked(filters, places, [], [])
    chosen = firm_in(scope, filters.firm)
    if chosen is not None:
        return Asked(filters, places, [], [], chosen.name)
    typed = filters.firm
    rows = find(scope, Filters(kind=Subject.Kind.ORGANISATION, text=typed)).rows
    same = [row for row in rows if row.name == typed]
    rows = same or rows
    if len(rows) == 1:
        return Asked(replace(filters, firm=str(rows[0].handle)), places, [], [], rows[0].name)
    if not rows:
        problem = _("您的职责范围内没有这个单位：%(name)s") % {"name": typed}
        return Asked(filters, places, [problem], [], typed)
    firms = [(row, query(replace(filters, firm=str(row.handle)))) for row in rows]
    return Asked(filters, places, [], firms, typed)


def query(filters: Filters, **more: str) -> str:
    """The conditions as the end of an address."""
    told = {**filters.written(), **{name: value for name, value in more.items() if value}}
    return f"?{urlencode(told)}"


def form_of(asked: Asked, scope: Scope) -> dict[str, Any]:
    """What the form of the filters needs."""
    filters, chosen = asked.filters, dict(asked.filters.facets)
    facets = [
        {
            "field": f"{FACET}{name}",
            "label": word.label,
            "chosen": chosen.get(name, ""),
            "values": [(value, word.words(value)) for value in word.values],
        }
        for name, word in facets_for(scope).items()
    ]
    return {
        "filters": filters,
        "firm_words": asked.firm_words,
        "firms": asked.firms,
        "facets": facets,
        "kinds": Subject.Kind.choices,
        "sorts": [(name, in_language(words)) for name, words in vocabulary().kinds.items()],
        "counties": [(unit.code, unit.label) for unit in asked.places],
        "filtered": bool(filters.written()),
        "more_open": bool(filters.facets or filters.sort or filters.firm or filters.county),
    }


def described(filters: Filters, scope: Scope) -> list[tuple[str, str]]:
    """Conditions in words; those that are not open to the purpose by their name only."""
    words, counties_by_code = vocabulary(), {unit.code: unit.label for unit in counties()}
    told = [(_("名称、拼音或首字母"), filters.text)]
    if filters.kind:
        told.append((_("类别"), str(Subject.Kind(filters.kind).label)))
    told.append((_("所在地"), counties_by_code.get(filters.county, filters.county)))
    told.append((_("机构类型"), in_language(words.kinds.get(filters.sort, {"zh": filters.sort}))))
    if filters.firm:
        firm = firm_in(scope, filters.firm)
        told.append((_("现任职单位"), firm.name if firm else _("不在您的职责范围内")))
    for name, value in filters.facets:
        word = words.facets.get(name)
        told.append((word.label, word.words(value)) if word else (name, value))
    return [(label, value) for label, value in told if value]
