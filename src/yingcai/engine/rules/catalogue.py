"""The catalogue of levels as a decision table: an honour, judged by the edition of its own day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yingcai.engine.rules.source_form import RuleProblem, SourceFile
from yingcai.engine.rules.table_form import read_table
from yingcai.engine.rules.tables import Table
from yingcai.engine.rules.types import Date, Enum, Type


def catalogue_table(
    index: SourceFile, editions: Sequence[SourceFile], types: Mapping[str, Type]
) -> tuple[Table | None, list[RuleProblem]]:
    """The table `catalogue`: the keys are honour and its date, the output is `level`.

    Items marked `equivalent` are not in it: a committee decides them.
    """
    problems = [*_check_index(index, types)]
    if problems:
        return None, problems
    rows, places = [], []
    for file in editions:
        for place, item in enumerate(file.value["items"]):
            if not item.get("equivalent"):
                rows.append([item["id"], _span(file.value["in_force"]), item["level"]])
                places.append((file.name, place))
    form = {
        "columns": [index.value["honour"], index.value["date"], f"-> level {index.value['level']}"],
        "rows": rows,
    }
    keys = [types[index.value["honour"]], types[index.value["date"]]]
    table, found = read_table("catalogue", form, keys, types)
    for key, text in found:
        file_name, place = places[int(key[1])] if len(key) > 1 else (index.name, 0)
        problems.append(RuleProblem(file_name, ("items", place) if len(key) > 1 else (), text))
    return table, problems


def _check_index(index: SourceFile, types: Mapping[str, Type]) -> Iterator[RuleProblem]:
    for key, kind in (("honour", Enum), ("date", Date), ("level", Enum)):
        name = index.value[key]
        if not isinstance(types.get(name), kind):
            word = "a date" if kind is Date else "a fact with a list of values"
            yield RuleProblem(index.name, (key,), f"`{name}` is not {word} of facts.yaml")


def _span(in_force: Mapping[str, Any]) -> str:
    start, end = in_force.get("from"), in_force.get("to")
    if start and end:
        return f"{start}..{end}"
    return f">={start}" if start else f"<={end}" if end else "*"
