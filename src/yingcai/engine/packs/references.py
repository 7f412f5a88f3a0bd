"""What one file of a pack says of another: every unit, fact, document, target that is named exists."""

from collections.abc import Iterator, Mapping
from typing import Any

from yingcai.engine.packs.catalogue import check_catalogue, check_turns
from yingcai.engine.packs.contents import Contents
from yingcai.engine.packs.document import Document, Key, Problem
from yingcai.engine.packs.entries import part_of
from yingcai.engine.packs.exceptional import check_settled_facts
from yingcai.engine.packs.panels import check_panels
from yingcai.engine.packs.programmes import body_places
from yingcai.engine.packs.saying import check_saying
from yingcai.engine.packs.shape import Ref, Source, leaves

# Where ids are made: of what, in which kind of file, in which of its lists.
_LISTS = (
    ("unit", "units", "units"),
    ("document", "documents", "documents"),
    ("fact", "facts", "facts"),
    ("fact source", "facts", "sources"),
)
_FILES = ("programme", "workflow", "score")


def check_references(contents: Contents) -> Iterator[Problem]:
    """Every name that leads nowhere. Names into files that are broken are left alone."""
    ids = _ids(contents)
    plan = _Plan(contents)
    for name, document in contents.documents.items():
        for shape, key, value in leaves(contents.kinds[name].shape, document.value):
            if isinstance(shape, Ref):
                text = _missing(shape, value, ids)
            else:
                text = _uncited(value, ids, plan) if isinstance(shape, Source) else ""
            if text:
                yield document.problem(text, *key)
    yield from _check_table_sources(contents, ids, plan)
    yield from _check_targets(contents, plan)
    yield from _check_levels(contents)
    facts = {fact["id"]: fact for fact in contents.entries("facts", "facts")}
    yield from check_settled_facts(contents.of("programme"), facts)
    yield from check_panels(contents)
    yield from check_saying(contents)


def _ids(contents: Contents) -> dict[str, set[str]]:
    """The ids of each sort; a sort is left out when one of its files is broken."""
    ids = {
        sort: {entry["id"] for entry in contents.entries(kind, key)}
        for sort, kind, key in _LISTS
        if kind not in contents.broken
    }
    for kind in _FILES:
        if kind not in contents.broken:
            ids[kind] = {document.value[kind] for document in contents.of(kind)}
    return ids


def _missing(shape: Ref, value: str, ids: Mapping[str, set[str]]) -> str:
    if value in shape.also or shape.to not in ids or value in ids[shape.to]:
        return ""
    return f"there is no {shape.to} `{value}`"


class _Plan:
    """The confirmed ledger as what a clause or an anchor may point to."""

    def __init__(self, contents: Contents) -> None:
        self.broken = "ledger" in contents.broken or "pack" in contents.broken
        pack = contents.one("pack")
        text = pack.value["plan"]["text"] if pack else None
        self.documents = {
            entry["id"]
            for entry in contents.entries("documents", "documents")
            if entry.get("file") == text
        }
        self.items = {
            measure["number"]: [squeezed(item["text"]) for item in measure["items"]]
            for measure in contents.entries("ledger", "measures")
        }

    def lacks_measure(self, document: str, clause: str) -> bool:
        """Whether a clause is a number of a measure that the plan does not have."""
        known = self.items and not self.broken and document in self.documents
        return bool(known) and clause.isdecimal() and int(clause) not in {0, *self.items}

    def lacks_target(self, measure: int, text: str) -> bool:
        anchor = squeezed(text)
        return not self.broken and not any(anchor in one for one in self.items.get(measure, []))


def squeezed(text: str) -> str:
    """Words of a plan without blanks and line breaks."""
    return "".join(text.split())


def _uncited(citation: str, ids: Mapping[str, set[str]], plan: _Plan) -> str:
    document, _, clause = citation.partition("#")
    if "document" in ids and document not in ids["document"]:
        return f"there is no document `{document}`; add it to documents.yaml"
    return f"the plan has no measure {clause}" if plan.lacks_measure(document, clause) else ""


def _check_table_sources(
    contents: Contents, ids: Mapping[str, set[str]], plan: _Plan
) -> Iterator[Problem]:
    for document in contents.of("programme"):
        for place in body_places(document.value):
            tables = part_of(document.value, (*place, "tables")) or {}
            for table in tables.values():
                file = table.get("file", document.file)
                for line, source in zip(
                    table.get("lines", []), table.get("sources", []), strict=False
                ):
                    text = _uncited(source, ids, plan) if source else ""
                    if text:
                        yield Problem(file, line, text)


def _check_targets(contents: Contents, plan: _Plan) -> Iterator[Problem]:
    anchors: list[tuple[Document, Key, dict[str, Any]]] = [
        (document, ("feeds", i, "text"), feed)
        for document in contents.of("programme")
        for i, feed in enumerate(document.value.get("feeds", []))
    ]
    anchors += [
        (document, ("target", "text"), document.value["target"])
        for document in contents.of("indicator")
    ]
    for document, key, anchor in anchors:
        if plan.lacks_target(anchor["measure"], anchor["text"]):
            text = f"no item of measure {anchor['measure']} in the ledger has these words"
            yield document.problem(text, *key)


def _check_levels(contents: Contents) -> Iterator[Problem]:
    """The catalogue, and whatever stands on the values of facts."""
    editions = contents.of("edition")
    yield from check_turns(editions)
    index = contents.one("catalogue")
    facts = {fact["id"]: fact for fact in contents.entries("facts", "facts")}
    if index is None and "catalogue" not in contents.broken:
        yield from (
            edition.problem("an edition needs catalogue/index.yaml beside it")
            for edition in editions
        )
    if index is not None and {index.value[key] for key in ("level", "honour", "date")} <= {*facts}:
        yield from check_catalogue(index, editions, facts)
    yield from _check_values(contents, facts)
    if "facts" not in contents.broken and not contents.broken & {"catalogue", "units", "edition"}:
        yield from _check_domains(contents)


def _check_values(contents: Contents, facts: Mapping[str, Any]) -> Iterator[Problem]:
    index = contents.one("catalogue")
    for document in contents.of("indicator"):
        for i, source in enumerate(document.value["from"]):
            fact = facts.get(source.get("fact"))
            yield from _unknown(document, ("from", i, "values"), fact)
    level = facts.get(index.value["level"]) if index else None
    for document in contents.of("offering"):
        for i in range(len(document.value.get("who", []))):
            yield from _unknown(document, ("who", i, "level"), level)


def _unknown(document: Document, key: Key, fact: Any) -> Iterator[Problem]:
    """Values at ``key`` that an enum with values of its own does not have."""
    values = [value["id"] for value in fact.get("values", [])] if fact else []
    for i, value in enumerate(part_of(document.value, key) or []):
        if values and value not in values:
            known = ", ".join(values)
            yield document.problem(f"`{value}` is no value; known: {known}", *key, i)


def _check_domains(contents: Contents) -> Iterator[Problem]:
    document = contents.one("facts")
    domains = domains_of(contents)
    for i, fact in enumerate(contents.entries("facts", "facts")):
        if document and not domains.get(fact.get("values_from"), {"": ""}):
            text = f"the pack has no {fact['values_from']} for this fact"
            yield document.problem(text, "facts", i, "values_from")


def domains_of(contents: Contents) -> dict[str | None, dict[str, dict[str, str]]]:
    """The values of enums that other files hold, each with its words, in order."""
    return {
        "divisions": {
            unit["id"]: {"zh": unit["name"], "en": unit["name_en"]}
            for unit in contents.entries("units", "units")
            if unit["kind"] in ("county", "zone")
        },
        "honours": {
            item["id"]: {"zh": item["zh"], "en": item.get("en", item["zh"])}
            for edition in contents.of("edition")
            for item in edition.value["items"]
        },
    }
