"""Counting subjects by one or two of their traits, in one statement of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from yingcai.engine.small_cells import Published, suppressed
from yingcai.plan.queries import active_pack
from yingcai.registry.errors import InvalidFilter
from yingcai.registry.facets import facet_digest
from yingcai.registry.models import Subject
from yingcai.registry.queries.facets import digest_today, facets_for, index_is_whole
from yingcai.registry.queries.scope import Scope
from yingcai.registry.vocabulary import in_language, vocabulary

COLUMNS = {"county": "county__code", "kind": "kind", "sort": "sort"}
UNKNOWN = ""
SMALL = 5  # where a pack does not say


@dataclass(frozen=True)
class Trait:
    """Something by which subjects are counted: its name, its words, the words of its values in order."""

    name: str
    label: str
    values: dict[str, str]


@dataclass(frozen=True)
class Counted:
    """A table as it may be shown. ``columns`` is empty where only one trait is counted."""

    rows: Trait
    columns: Trait | None
    heads: list[str]
    lines: list[tuple[str, list[int | None], int | None]]  # words, counts, total
    foot: list[int | None]
    total: int | None
    hidden: bool  # small counts are, and some are there
    least: int


def traits_for(scope: Scope, counties: dict[str, str]) -> dict[str, Trait]:
    """By what a scope may count: facts of other classes would tell by their counts."""
    words = vocabulary()
    sorts = {name: in_language(one) for name, one in words.kinds.items()}
    found = [
        Trait("county", _("所在地"), counties),
        Trait("kind", _("类别"), {str(k): str(k.label) for k in Subject.Kind}),
        Trait("sort", _("机构类型"), sorts),
    ]
    found += [
        Trait(name, word.label, {value: word.words(value) for value in word.values})
        for name, word in facets_for(scope).items()
    ]
    return {one.name: one for one in found}


def count_by(
    scope: Scope, subjects: QuerySet[Subject], rows: Trait, columns: Trait | None
) -> Counted:
    """The subjects by one trait or two, see `grouped` and `as_table`. Raises: InvalidFilter."""
    names = [one.name for one in (rows, columns) if one]
    return as_table(scope, rows, columns, grouped(scope, subjects, names))


def grouped(scope: Scope, subjects: QuerySet[Subject], names: Sequence[str]) -> list[list[Any]]:
    """For each combination of values of some traits, as they are kept: the values, and how many have them.

    Raises: InvalidFilter where facts are to be counted and there is no whole index.
    """
    if not COLUMNS.keys() >= set(names) and not index_is_whole():
        raise InvalidFilter(_("查询索引还没有建立，暂时不能按事实统计；请联系管理员"))
    given: dict[str, Any] = {
        f"trait_{n}": F(COLUMNS[name]) if name in COLUMNS else digest_today(scope, name)
        for n, name in enumerate(names)
    }
    rows = subjects.order_by().annotate(**given).values_list(*given).annotate(people=Count("pk"))
    return [list(row) for row in rows]


def as_table(
    scope: Scope, rows: Trait, columns: Trait | None, kept: Sequence[Sequence[Any]]
) -> Counted:
    """What `grouped` found, in words; small counts hidden unless the purpose says that they are shown."""
    found = _by_value([rows, columns] if columns else [rows], kept)
    down = _present(rows, {key[0] for key in found})
    across = _present(columns, {key[1] for key in found}) if columns else {UNKNOWN: ""}
    table = [[found.get((r, c) if columns else (r,), 0) for c in across] for r in down]
    least = 0 if scope.purpose.exact_counts else int(active_pack().get("small_cells", SMALL))
    shown = suppressed(table or [[0]], least)
    return _counted(rows, columns, list(down.values()), list(across.values()), shown, least)


def _counted(
    rows: Trait,
    columns: Trait | None,
    down: Sequence[str],
    across: list[str],
    shown: Published,
    least: int,
) -> Counted:
    lines = [
        (words, list(cells) if columns else [], total)
        for words, cells, total in zip(down, shown.cells, shown.rows, strict=False)
    ]
    everything = [*(one for cells in shown.cells for one in cells), *shown.rows]
    return Counted(
        rows=rows,
        columns=columns,
        heads=across if columns else [],
        lines=lines,
        foot=list(shown.columns) if columns else [],
        total=shown.total,
        hidden=None in everything,
        least=least,
    )


def _by_value(traits: Sequence[Trait], kept: Sequence[Sequence[Any]]) -> dict[tuple[str, ...], int]:
    """How many subjects have which values; what is not known, or is no longer a value, is `UNKNOWN`."""
    names = [_names(one) for one in traits]
    found: dict[tuple[str, ...], int] = {}
    for *values, people in kept:
        key = tuple(known.get(value, UNKNOWN) for known, value in zip(names, values, strict=True))
        found[key] = found.get(key, 0) + people
    return found


def _names(trait: Trait) -> dict[str, str]:
    if trait.name in COLUMNS:
        return {value: value for value in trait.values}
    return {facet_digest(trait.name, value): value for value in trait.values}


def _present(trait: Trait, values: set[str]) -> dict[str, str]:
    """The values that are there, in their order, what is not known last."""
    found = {value: words for value, words in trait.values.items() if value in values}
    return {**found, UNKNOWN: _("未登记")} if UNKNOWN in values else found
