"""Decision tables of programmes, from YAML or CSV into one form of texts.

The form: ``columns``, ``rows`` (lists of texts), ``lines`` (the line of each row), ``sources`` and
``statuses`` of the rows where the table has these two columns at its end; the other keys as written.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem, read_bytes
from yingcai.engine.packs.shape import CITED, STATUS, scalar_text

MAX_ROWS = 20_000
MAX_COLUMNS = 30
MAX_CELL = 2_000


@dataclass(frozen=True)
class Grid:
    """Columns and rows of texts of ``file``, and the line of each row."""

    file: str
    head: int
    columns: list[str]
    rows: list[list[str]]
    lines: list[int]


def csv_name(programme: str, file: str) -> str:
    """The pack's name of a table's file: `base.csv` of programme p is programmes/p.base.csv."""
    own = file if file.startswith(f"{programme}.") else f"{programme}.{file}"
    return f"programmes/{own}"


def read_table(folder: Path, document: Document, key: Key) -> tuple[dict[str, Any], list[Problem]]:
    """The table at ``key`` of a programme in the form above; with problems it is not to be used."""
    table = document.value
    for part in key:
        table = table[part]
    if "file" in table:
        if "columns" in table:
            text = "the first line of the CSV file holds the columns; leave `columns` out"
            return table, [document.problem(text, *key, "columns")]
        name = csv_name(document.value["programme"], table["file"])
        grid, problems = read_csv(folder / name, name=name)
    else:
        name = document.file
        grid, problems = _inline(document, key, table), []
    if grid is None:
        return table, problems
    problems = [*problems, *_check_grid(grid)]
    if problems:
        return table, problems
    form = {**table, **_split(grid)}
    if "file" in table:
        form["file"] = name
    return form, [*_check_form(document, key, form), *_check_notes(name, form)]


def _inline(document: Document, key: Key, table: dict[str, Any]) -> Grid:
    rows = [[scalar_text(cell) for cell in row] for row in table["rows"]]
    lines = [document.line(*key, "rows", i) for i in range(len(rows))]
    head = document.line(*key, "columns")
    return Grid(document.file, head, list(table.get("columns", [])), rows, lines)


def read_csv(path: Path, *, name: str) -> tuple[Grid | None, list[Problem]]:
    """A CSV file: UTF-8 with or without its mark, or GB 18030. Empty rows are left out."""
    data, problems = read_bytes(path, name=name)
    if data is None:
        return None, problems
    text = _decoded(data)
    if text is None:
        return None, [Problem(name, 1, "neither UTF-8 nor GB 18030; save the file as UTF-8")]
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append(cells)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        return None, [Problem(name, line, f"not valid CSV: {error}")]
    if len(rows) < 2:
        return None, [Problem(name, 1, "the table needs a line of columns and at least one row")]
    return Grid(name, lines[0], rows[0], rows[1:], lines[1:]), []


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _check_grid(grid: Grid) -> Iterator[Problem]:
    width = len(grid.columns)
    if len(set(grid.columns)) < width or "" in grid.columns:
        yield Problem(grid.file, grid.head, "every column needs a name of its own")
    if not any(name.startswith("->") for name in grid.columns):
        yield Problem(grid.file, grid.head, "the table has no output column: `-> NAME UNIT`")
    if len(grid.rows) > MAX_ROWS or width > MAX_COLUMNS:
        text = f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns; split the table"
        yield Problem(grid.file, grid.head, text)
        return
    for row, line in zip(grid.rows, grid.lines, strict=True):
        if len(row) != width:
            yield Problem(grid.file, line, f"the row has {len(row)} cells, the table {width}")
        if any(len(cell) > MAX_CELL for cell in row):
            yield Problem(grid.file, line, f"a cell is longer than {MAX_CELL} characters")


def _split(grid: Grid) -> dict[str, Any]:
    """The grid with its last columns `source` and `status` apart."""
    columns, rows = list(grid.columns), grid.rows
    notes: dict[str, Any] = {}
    for name, plural in (("status", "statuses"), ("source", "sources")):
        if columns[-1] == name:
            notes[plural] = [row[-1] for row in rows]
            columns, rows = columns[:-1], [row[:-1] for row in rows]
    return {"columns": columns, "rows": rows, "lines": list(grid.lines), **notes}


def _check_form(document: Document, key: Key, form: dict[str, Any]) -> Iterator[Problem]:
    outputs = sum(name.startswith("->") for name in form["columns"])
    otherwise = [scalar_text(value) for value in form.get("otherwise", [])]
    if otherwise and len(otherwise) != outputs:
        yield document.problem(
            f"`otherwise` needs one value for each of {outputs} outputs", *key, "otherwise"
        )
    if otherwise:
        form["otherwise"] = otherwise
    if "source" not in form and "sources" not in form:
        yield document.problem("the table lacks `source`, for all or as a column", *key)


def _check_notes(file: str, form: dict[str, Any]) -> Iterator[Problem]:
    for line, said in zip(form["lines"], form.get("statuses", []), strict=False):
        if said not in ("", *STATUS):
            yield Problem(file, line, f"the status is {said!r}; use one of: {', '.join(STATUS)}")
    for line, source in zip(form["lines"], form.get("sources", []), strict=False):
        if source and not CITED.fullmatch(source):
            yield Problem(file, line, f"{source!r} names no clause: DOCUMENT#CLAUSE")
        if not source and "source" not in form:
            yield Problem(file, line, "the row lacks its source")
