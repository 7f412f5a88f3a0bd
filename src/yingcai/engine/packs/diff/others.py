"""Facts, editions of the catalogue, documents and other files as pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from yingcai.engine.packs.diff.piece import (
    STATUS,
    Area,
    Part,
    Piece,
    Pieces,
    Place,
    canonical,
    days,
    plain_piece,
)
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.model import FactType, RuleSet, Words

_ATTRIBUTES = (
    "source", "class", "retention", "moves", "always", "question", "values_from", "search",
)  # fmt: skip
_WORDS = ("source", "class", "moves", "values_from")


def fact_pieces(pack: Pack, rules: RuleSet) -> Pieces:
    for fact in pack.facts["facts"]:
        for what, name, piece in _fact(fact, rules.facts[fact["id"]]):
            yield Place("fact", fact["id"], None, what, name), piece


def _fact(entry: Mapping[str, Any], fact: FactType) -> Iterator[Part]:
    kind = f"{entry['type']} {entry.get('unit', '')}".strip()
    yield "type", "", plain_piece(kind)
    yield "title", "", Piece(canonical(entry["label"]), words=entry["label"])
    if "range" in entry:
        low, high = (str(end) for end in entry["range"])
        words = {"zh": f"{low}至{high}", "en": f"{low} to {high}"}
        yield "range", "", Piece(f"{low}, {high}", words=words)
    for value in entry.get("values", []):
        yield "value", value["id"], Piece(canonical(value), words=value)
    if entry.get("ordered"):
        yield "order", "", plain_piece(" < ".join(fact.value_labels))
    for key in _ATTRIBUTES:
        if key in entry:
            value = entry[key]
            yield "attribute", key, plain_piece(value if key in _WORDS else canonical(value))


def edition_pieces(pack: Pack, rules: RuleSet) -> Pieces:
    for edition, labels in _editions(pack, rules):
        for what, name, piece in _edition(edition, labels):
            yield Place("edition", edition["edition"], None, what, name), piece


def _editions(pack: Pack, rules: RuleSet) -> Iterator[tuple[dict[str, Any], Mapping[str, Words]]]:
    if pack.catalogue:
        labels = rules.facts[pack.catalogue["index"]["level"]].value_labels
        for edition in pack.catalogue["editions"].values():
            yield edition, labels


def _edition(edition: Mapping[str, Any], labels: Mapping[str, Words]) -> Iterator[Part]:
    yield "in-force", "", Piece(canonical(edition["in_force"]), words=days(edition["in_force"]))
    yield "status", "", Piece(edition["status"], words=STATUS[edition["status"]])
    yield "source", "", plain_piece(edition["source"])
    yield "attribute", "complete", plain_piece(canonical(edition["complete"]))
    for item in edition["items"]:
        level = item["level"]
        also = canonical({key: value for key, value in item.items() if key != "level"})
        label = {"zh": item["zh"], "en": item.get("en", item["zh"])}
        plain = f"{level} (equivalent)" if item.get("equivalent") else level
        yield "item", item["id"], Piece(plain, also, labels[level], label)


def document_pieces(pack: Pack) -> Pieces:
    for document in pack.documents:
        for key, value in document.items():
            if key not in ("id", "zh", "en"):
                place = Place("document", document["id"], None, "attribute", key)
                yield place, plain_piece(str(value))
        title = {"zh": document["zh"], "en": document.get("en", document["zh"])}
        yield Place("document", document["id"], None, "title"), Piece(canonical(title), words=title)


def file_pieces(pack: Pack) -> Pieces:
    """Every file that is not taken apart above: YAML by what it says, others by their bytes."""
    apart = ("facts.yaml", "documents.yaml")
    for path in sorted(pack.folder.rglob("*")):
        name = path.relative_to(pack.folder).as_posix()
        kind = PurePosixPath(name)
        if not path.is_file() or kind.suffix == ".md" or name in apart:
            continue
        if kind.parts[0] == "programmes" or (
            kind.parts[0] == "catalogue" and kind.name != "index.yaml"
        ):
            continue
        document = pack.files.get(name)
        content = canonical(document.value).encode() if document else path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        yield Place("file", name, None, "content"), plain_piece(digest)


def names_of(pack: Pack, rules: RuleSet) -> dict[tuple[Area, str], Words]:
    """What the owners of pieces are called."""
    names: dict[tuple[Area, str], Words] = {
        ("programme", name): one.title for name, one in rules.programmes.items()
    }
    names |= {("fact", one["id"]): one["label"] for one in pack.facts["facts"]}
    names |= {
        ("document", one["id"]): {"zh": one["zh"], "en": one.get("en", one["zh"])}
        for one in pack.documents
    }
    title = pack.catalogue["index"]["title"] if pack.catalogue else {}
    for edition, _ in _editions(pack, rules):
        names["edition", edition["edition"]] = title
    return names
