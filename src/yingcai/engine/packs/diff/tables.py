"""A decision table as pieces, one for each row, found again by its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from yingcai.engine.packs.diff.piece import STATUS, Part, Piece, in_both, plain_piece
from yingcai.engine.rules.model import FactType, Words
from yingcai.engine.rules.types import Integer, Money, Type
from yingcai.engine.rules.words import Language, value_words
from yingcai.engine.rules.written import plain, read_value

Facts = Mapping[str, FactType]


def table_pieces(name: str, table: Mapping[str, Any], facts: Facts, status: str) -> Iterator[Part]:
    """``status`` is that of the rule, which holds where neither the row nor the table says one."""
    columns: list[str] = table["columns"]
    keys = [column for column in columns if not column.startswith("->")]
    outputs = [column.removeprefix("->").split() for column in columns[len(keys) :]]
    for place, row in enumerate(table["rows"]):
        cells = [_cell(cell) for cell in row[: len(keys)]]
        row_name = f"{name}: {', '.join(cells)}"
        label = in_both(partial(_cells, keys, cells, facts))
        yield "row", row_name, _row(outputs, row[len(keys) :], facts, label)
        yield "source", row_name, plain_piece(_note(table, "source", "sources", place) or "")
        said = _note(table, "status", "statuses", place) or status
        yield "status", row_name, Piece(said, words=STATUS[said])
    if "otherwise" in table:
        label = {"zh": "其他情形", "en": "otherwise"}
        yield "row", f"{name}: otherwise", _row(outputs, table["otherwise"], facts, label)


def _note(table: Mapping[str, Any], whole: str, rows: str, place: int) -> str | None:
    """What a row says of itself, or the table of all rows."""
    own = table[rows][place] if rows in table else ""
    return own or table.get(whole)


def _cell(cell: str) -> str:
    """A cell in one form: blanks and the order of alternatives are no difference."""
    return "|".join(sorted("".join(cell.split()).split("|")))


def _cells(keys: Sequence[str], cells: Sequence[str], facts: Facts, language: Language) -> str:
    said = [
        "|".join(_value(key, part, facts, language) for part in cell.split("|"))
        for key, cell in zip(keys, cells, strict=True)
    ]
    return ("、" if language == "zh" else ", ").join(said)


def _value(fact: str, value: str, facts: Facts, language: Language) -> str:
    labels = facts[fact].value_labels if fact in facts else {}
    return str(labels[value][language]) if value in labels else value


def _row(
    outputs: Sequence[Sequence[str]], values: Sequence[str], facts: Facts, label: Words
) -> Piece:
    """What a row gives; how many decimals are written is no difference."""
    given = list(zip(outputs, values, strict=True))
    words = in_both(
        lambda language: ("，" if language == "zh" else ", ").join(
            _said(unit, value, facts, language) for (_, unit), value in given
        )
    )
    written = [f"{name} {_number(unit, value)} {unit}" for (name, unit), value in given]
    return Piece("; ".join(written), "", words, label)


def _number(unit: str, value: str) -> str:
    return value if "." in unit else plain(Decimal(value))


def _said(unit: str, value: str, facts: Facts, language: Language) -> str:
    if unit == "percent":
        return f"{plain(Decimal(value))}%"
    if "." in unit:
        return _value(unit, value, facts, language)
    kind: Type = Money() if unit == "CNY" else Integer(unit)
    return value_words(read_value(value, kind), kind, language)
