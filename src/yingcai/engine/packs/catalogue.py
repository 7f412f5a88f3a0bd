"""The catalogue of high-level talents: catalogue/index.yaml and its editions, one file each."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import backwards, repeated
from yingcai.engine.packs.shape import (
    Dated,
    Flag,
    ListOf,
    Map,
    Ref,
    Source,
    Text,
    status,
    value_id,
    words,
)

CATALOGUE_SHAPE = Map(
    {
        "title": words(),
        "level": Ref("fact"),
        "honour": Ref("fact"),
        "date": Ref("fact"),
    },
    about="人才分类目录 the catalogue of talents",
)
EDITION_SHAPE = Map(
    {
        "edition": Text(pattern=r"[a-z0-9][a-z0-9.-]{0,39}", looks="the name of the file"),
        "in_force": Map({"from": Dated(), "to": Dated(optional=True)}),
        "source": Source(),
        "status": status(optional=False),
        "complete": Flag(about="是否收全 whether all items are known"),
        "items": ListOf(
            Map(
                {
                    "id": value_id(),
                    "level": Text(),
                    "no": Text(optional=True),
                    "zh": Text(),
                    "en": Text(optional=True),
                    "evidence": Text(optional=True),
                    "mark": Text(choices=("V", "V-", "I", "N"), optional=True),
                    "equivalent": Flag(optional=True, about="相当层次 a committee decides"),
                }
            )
        ),
    },
    about="目录的一版 an edition of the catalogue",
)


def check_edition(document: Document) -> Iterator[Problem]:
    """An item stands once in an edition; the edition ends after it begins."""
    yield from repeated(document, ("items",), "item")
    yield from backwards(document, ("in_force",))


def check_catalogue(
    index: Document, editions: list[Document], facts: Mapping[str, Mapping[str, object]]
) -> Iterator[Problem]:
    """The facts that the index names have the right types, every item has a level of theirs.

    ``facts``: the entries of facts.yaml by id; the ones that the index names exist.
    """
    named = {key: facts[index.value[key]] for key in ("level", "honour", "date")}
    if named["level"]["type"] != "enum" or not named["level"].get("ordered"):
        yield index.problem("`level` must be an enum that is ordered", "level")
    if named["honour"].get("values_from") != "honours":
        yield index.problem("`honour` must be an enum with `values_from: honours`", "honour")
    if named["date"]["type"] != "date":
        yield index.problem("`date` must be a fact of type date", "date")
    values = named["level"].get("values")
    levels = [value["id"] for value in values] if isinstance(values, list) else []
    for edition in editions:
        for i, item in enumerate(edition.value["items"]):
            if levels and item["level"] not in levels:
                known = ", ".join(levels)
                yield edition.problem(
                    f"`{item['level']}` is no level; known: {known}", "items", i, "level"
                )


def check_turns(editions: list[Document]) -> Iterator[Problem]:
    """No day belongs to two editions."""
    turns = sorted(editions, key=lambda edition: edition.value["in_force"]["from"])
    for before, after in pairwise(turns):
        end = before.value["in_force"].get("to")
        if end is None or end >= after.value["in_force"]["from"]:
            yield after.problem(
                f"begins before edition `{before.value['edition']}` ends", "in_force", "from"
            )
