"""Load a pack's folder: all of it or the list of everything that is wrong with it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from yingcai.engine.packs.contents import Contents, read_contents
from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.references import check_references, domains_of

Named = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Pack:
    """A valid pack as plain values, and the digest of every file in it.

    Days are dates, money and shares int or Decimal; what the pack leaves out is empty. Tables of
    programmes stand in the form of `tables.py`. ``files``: every YAML file with the line of each value.
    """

    folder: Path
    digest: str
    pack: dict[str, Any]
    units: list[dict[str, Any]]
    documents: list[dict[str, Any]] = field(default_factory=list)
    calendar: list[dict[str, Any]] = field(default_factory=list)  # years whose holidays are known
    facts: dict[str, Any] = field(default_factory=dict)
    registry: dict[str, Any] | None = None
    catalogue: dict[str, Any] | None = None  # index, and its editions by file name
    domains: Named = field(default_factory=dict)  # of enums with values_from
    programmes: Named = field(default_factory=dict)
    workflows: Named = field(default_factory=dict)
    indicators: Named = field(default_factory=dict)
    scores: Named = field(default_factory=dict)
    grounds: list[dict[str, Any]] = field(default_factory=list)  # awards.yaml
    offerings: Named = field(default_factory=dict)
    texts: Named = field(default_factory=dict)
    subjects: dict[str, Any] | None = None  # demo/subjects.yaml
    files: Mapping[str, Document] = field(default_factory=dict)

    @property
    def vocabulary(self) -> dict[str, Any]:
        """What the register of subjects needs of it: `facts.yaml` and `registry.yaml`.

        Enums whose `values_from` names another file carry their values themselves.
        """
        facts = [_with_values(fact, self.domains) for fact in self.facts.get("facts", [])]
        return {"facts": {**self.facts, "facts": facts}, "registry": self.registry or {}}

    @property
    def unit_words(self) -> dict[str, dict[str, str]]:
        """The names of the units by id, in both languages."""
        return {unit["id"]: {"zh": unit["name"], "en": unit["name_en"]} for unit in self.units}


def _with_values(fact: dict[str, Any], domains: Named) -> dict[str, Any]:
    """A fact whose values stand in another file, as if they stood here."""
    if "values_from" not in fact:
        return fact
    own = {key: value for key, value in fact.items() if key != "values_from"}
    values = domains[fact["values_from"]].items()
    return {**own, "values": [{"id": value, **words} for value, words in values]}


def find_pack(folder: Path) -> Path:
    """The pack at ``folder``, or the only pack in it.

    Raises: FileNotFoundError saying what was looked for.
    """
    if (folder / "pack.yaml").is_file():
        return folder
    found = sorted(path.parent for path in folder.glob("*/pack.yaml"))
    if len(found) != 1:
        raise FileNotFoundError(
            f"{folder} holds {len(found)} packs; name one folder that has a pack.yaml"
        )
    return found[0]


def load_pack(folder: Path) -> tuple[Pack | None, list[Problem]]:
    """Read and check a whole pack; with any problem there is no pack, only the problems."""
    contents = read_contents(folder)
    problems = {*contents.problems, *check_references(contents)}
    if problems:
        return None, sorted(problems)
    return _pack(contents), []


def _pack(contents: Contents) -> Pack:
    index = contents.one("catalogue")
    editions = {document.file: document.value for document in contents.of("edition")}
    facts, registry = contents.one("facts"), contents.one("registry")
    subjects = contents.one("subjects")
    return Pack(
        folder=contents.folder,
        digest=digest_of(contents.folder),
        pack=contents.of("pack")[0].value,
        units=contents.entries("units", "units"),
        documents=contents.entries("documents", "documents"),
        calendar=contents.entries("calendar", "years"),
        facts=facts.value if facts else {"sources": [], "facts": []},
        registry=registry.value if registry else None,
        catalogue={"index": index.value, "editions": editions} if index else None,
        domains={str(name): values for name, values in domains_of(contents).items()},
        programmes=_by_stem(contents, "programme"),
        workflows=_by_stem(contents, "workflow"),
        indicators=_by_stem(contents, "indicator"),
        scores=_by_stem(contents, "score"),
        grounds=contents.entries("awards", "grounds"),
        offerings=_by_stem(contents, "offering"),
        texts=_by_stem(contents, "texts"),
        subjects=subjects.value if subjects else None,
        files=contents.documents,
    )


def _by_stem(contents: Contents, kind: str) -> dict[str, dict[str, Any]]:
    return {PurePosixPath(one.file).stem: one.value for one in contents.of(kind)}


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of the pack, in order of name."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
