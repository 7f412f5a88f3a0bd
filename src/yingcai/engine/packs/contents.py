"""All files of a pack, read and each checked by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem, load_document, read_text
from yingcai.engine.packs.entries import part_of
from yingcai.engine.packs.kinds import KINDS, Kind, kind_of
from yingcai.engine.packs.programmes import body_places
from yingcai.engine.packs.shape import check, tidy
from yingcai.engine.packs.tables import csv_name, read_table
from yingcai.engine.packs.texts import SUFFIXES, check_template

MAX_FILES = 5_000
_NOTES = re.compile(r"(.*/)?([^/]+\.md|LICENSE[^/]*|NOTICE[^/]*)")
_SUBJECTS = re.compile(r"demo/[^/]+\.(json|csv)")  # invented ones, for `decide` and `scan`
_TEMPLATE = re.compile(rf"texts/.+({'|'.join(map(re.escape, SUFFIXES))})")


@dataclass
class Contents:
    """``documents``: the files whose shape is right, tidied, by name. ``broken``: the kinds of the others."""

    folder: Path
    names: list[str]
    documents: dict[str, Document] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def of(self, kind: str) -> list[Document]:
        """The documents of a kind, by name."""
        return [self.documents[name] for name in self.documents if self.kinds[name].name == kind]

    def one(self, kind: str) -> Document | None:
        """The only document of a kind that has one; None where it is left out or broken."""
        return next(iter(self.of(kind)), None)

    def entries(self, kind: str, key: str) -> list[dict[str, Any]]:
        """The list under ``key`` of the only document of a kind."""
        document = self.one(kind)
        return document.value[key] if document else []


def read_contents(folder: Path) -> Contents:
    """Read and check every file of the pack at ``folder``; the problems are in the contents."""
    names, problems = _file_names(folder)
    contents = Contents(folder, names, problems=problems)
    _read(contents, "pack.yaml", KINDS["pack"])
    _read(contents, "units.yaml", KINDS["units"])
    for name in _named(contents):
        kind = KINDS["ledger"] if name == _ledger_name(contents) else kind_of(name)
        if kind:
            _read(contents, name, kind)
    _read_tables(contents)
    _read_templates(contents)
    contents.problems += _check_named_files(contents)
    contents.problems += _strays(contents)
    return contents


def _file_names(folder: Path) -> tuple[list[str], list[Problem]]:
    """The names of all files as they stand in the pack, in order."""
    inside = folder.resolve()
    names: list[str] = []
    problems: list[Problem] = []
    for path in folder.rglob("*"):
        if len(names) >= MAX_FILES:
            return names, [Problem("pack.yaml", 1, f"the pack has more than {MAX_FILES} files")]
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if not name.isprintable():
            problems.append(Problem(ascii(name), 1, "give the file a name of letters and digits"))
        elif not path.resolve().is_relative_to(inside):
            problems.append(Problem(name, 1, "the file is a link that leads out of the pack"))
        else:
            names.append(name)
    return sorted(names), problems


def _named(contents: Contents) -> Iterator[str]:
    return (name for name in contents.names if name not in ("pack.yaml", "units.yaml"))


def _ledger_name(contents: Contents) -> str | None:
    pack = contents.one("pack")
    return pack.value["plan"].get("ledger") if pack else None


def _read(contents: Contents, name: str, kind: Kind) -> None:
    contents.kinds[name] = kind
    document, problems = load_document(contents.folder / name, name=name)
    if document is not None:
        problems = [*check(document, kind.shape)]
    contents.problems += problems
    if document is None or problems:
        contents.broken.add(kind.name)
        return
    document = Document(name, tidy(kind.shape, document.value), document.lines)
    contents.documents[name] = document
    contents.problems += kind.check(document)
    stem = PurePosixPath(name).stem
    if kind.id_key and document.value[kind.id_key] != stem:
        text = f"`{kind.id_key}` must be the name of the file, {stem}"
        contents.problems.append(document.problem(text, kind.id_key))


def _read_tables(contents: Contents) -> None:
    """Put the tables of all programmes into one form, whether they stand in YAML or in CSV."""
    for document in contents.of("programme"):
        for place in body_places(document.value):
            tables = part_of(document.value, (*place, "tables")) or {}
            for name in tables:
                table, problems = read_table(contents.folder, document, (*place, "tables", name))
                tables[name] = table
                contents.problems += problems


def _read_templates(contents: Contents) -> None:
    for name in contents.names:
        if _TEMPLATE.fullmatch(name) and name.endswith(".txt"):
            text, problems = read_text(contents.folder / name, name=name)
            contents.problems += problems if text is None else check_template(name, text)


def _files_named(contents: Contents) -> Iterator[tuple[Document, Key, str]]:
    """Where a file of the pack is named by another one."""
    pack, documents = contents.one("pack"), contents.one("documents")
    for key in (("plan", "text"), ("plan", "ledger"), ("map", "file")):
        name = part_of(pack.value, key) if pack else None
        if pack and name:
            yield pack, key, name
    for i, entry in enumerate(documents.value["documents"] if documents else []):
        if documents and "file" in entry:
            yield documents, ("documents", i, "file"), entry["file"]


def _check_named_files(contents: Contents) -> Iterator[Problem]:
    inside = contents.folder.resolve()
    for document, key, name in _files_named(contents):
        path = Path(inside, name).resolve() if "\0" not in name else inside
        if not path.is_relative_to(inside):
            yield document.problem(f"`{name}` leads out of the pack", *key)
        elif not path.is_file():
            yield document.problem(f"there is no file `{name}` in the pack", *key)


def _strays(contents: Contents) -> Iterator[Problem]:
    """Files that no kind, no other file and no custom explains; silent while a namer is broken."""
    if contents.broken & {"pack", "documents"}:
        return
    named = {name for _, _, name in _files_named(contents)}
    tables = _table_files(contents)
    for name in contents.names:
        if name in contents.kinds or name in named or _explained(name):
            continue
        if re.fullmatch(r"programmes/[^/]+\.csv", name):
            if name not in tables and "programme" not in contents.broken:
                yield Problem(name, 1, "no table of a programme names this file")
        elif not _TEMPLATE.fullmatch(name):
            yield Problem(name, 1, "no file of a pack; remove it, or name it in documents.yaml")


def _explained(name: str) -> bool:
    """Whether a file is a note for people or holds invented subjects; no other file names those."""
    return bool(_NOTES.fullmatch(name) or _SUBJECTS.fullmatch(name))


def _table_files(contents: Contents) -> set[str]:
    return {
        csv_name(document.value["programme"], table["file"].removeprefix("programmes/"))
        for document in contents.of("programme")
        for place in body_places(document.value)
        for table in (part_of(document.value, (*place, "tables")) or {}).values()
        if "file" in table
    }
