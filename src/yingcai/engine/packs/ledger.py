"""The confirmed ledger of a pack: what people agreed that the plan promises, anchored by its words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import Document, Problem, load_document
from yingcai.engine.packs.shape import ListOf, Map, Number, Ref, Text
from yingcai.engine.packs.shape import check as check_shape

KINDS = ("target", "coverage", "deliverable", "incentive", "deadline")
_OPTIONAL = Text(optional=True)
_COUNT = Number(optional=True)
_ITEM = Map(
    {
        "kind": Text(choices=KINDS),
        "text": Text(),
        "subject": _OPTIONAL,
        "title": _OPTIONAL,
        "title_en": _OPTIONAL,
        "value": _COUNT,
        "value_max": _COUNT,
        "unit": _OPTIONAL,
        "comparator": Text(choices=(">=", "~", "=", "<="), optional=True),
        "per": Text(choices=("total", "year", "county", "each"), optional=True),
        "baseline": Text(choices=("growth",), optional=True),
        "by": _COUNT,
        "every": _OPTIONAL,
        "action": Text(choices=("issue", "revise"), optional=True),
        "part_of": _OPTIONAL,
    },
    open=True,  # `values` of incentives and `cumulative` have shapes of their own
)
LEDGER_SHAPE = Map(
    {
        "source_sha256": Text(),
        "measures": ListOf(
            Map(
                {
                    "number": Number(),
                    "lead": ListOf(Text(), optional=True),
                    "joint": ListOf(Text(), optional=True),
                    "items": ListOf(_ITEM),
                }
            )
        ),
        "assignments": ListOf(
            Map(
                {
                    "measure": Number(),
                    "text": Text(),
                    "lead": ListOf(Ref("unit"), optional=True),
                    "joint": ListOf(Ref("unit"), optional=True),
                    "shares": Map({}, optional=True, open=True),
                    "reason": Text(),
                    "status": Text(choices=("sample", "rule")),
                }
            ),
            optional=True,
        ),
    }
)


@dataclass(frozen=True)
class LedgerItem:
    """One confirmed item of a measure; ``text`` is found in the plan whatever its line breaks."""

    line: int
    kind: str
    text: str
    subject: str = ""
    title_en: str = ""
    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str = ""
    comparator: str = ""
    per: str = ""
    cumulative: bool = False
    baseline: str = ""
    by: int | None = None
    part_of: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LedgerMeasure:
    number: int
    lead: tuple[str, ...]
    joint: tuple[str, ...]
    items: tuple[LedgerItem, ...]


@dataclass(frozen=True)
class Assignment:
    """What the city decided beyond the words of the plan: who answers for an item, and county shares.

    Units by id; ``shares`` in the item's own measure word.
    """

    line: int
    measure: int
    text: str
    lead: tuple[str, ...]
    joint: tuple[str, ...]
    shares: dict[str, Decimal]
    reason: str


@dataclass(frozen=True)
class Ledger:
    """``source_sha256`` says which file's text was confirmed."""

    source_sha256: str
    measures: tuple[LedgerMeasure, ...]
    assignments: tuple[Assignment, ...] = ()


def load_ledger(folder: Path, name: str) -> tuple[Ledger | None, list[Problem]]:
    """Read and check the ledger file ``name`` of a pack."""
    document, problems = load_document(folder / name, name=name)
    if document is None:
        return None, problems
    problems = [*check_shape(document, LEDGER_SHAPE)]
    problems += [*check_shares(document)] if not problems else []
    if problems:
        return None, problems
    measures = tuple(
        _measure(document, place, entry) for place, entry in enumerate(document.value["measures"])
    )
    assignments = tuple(
        _assignment(document.line("assignments", place), entry)
        for place, entry in enumerate(document.value.get("assignments", []))
    )
    return Ledger(document.value["source_sha256"], measures, assignments), []


def check_shares(document: Document) -> Iterator[Problem]:
    """Shares are whole numbers; a county may have none."""
    for place, entry in enumerate(document.value.get("assignments", [])):
        for code, value in entry.get("shares", {}).items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                yield document.problem(
                    f"the share of `{code}` must be a whole number from 0",
                    "assignments",
                    place,
                    "shares",
                    code,
                )


def _assignment(line: int, entry: dict[str, Any]) -> Assignment:
    return Assignment(
        line=line,
        measure=entry["measure"],
        text=entry["text"],
        lead=tuple(entry.get("lead", [])),
        joint=tuple(entry.get("joint", [])),
        shares={code: Decimal(value) for code, value in entry.get("shares", {}).items()},
        reason=entry["reason"],
    )


def _measure(document: Document, place: int, entry: dict[str, Any]) -> LedgerMeasure:
    return LedgerMeasure(
        number=entry["number"],
        lead=tuple(entry.get("lead", [])),
        joint=tuple(entry.get("joint", [])),
        items=tuple(
            _item(document.line("measures", place, "items", i), item)
            for i, item in enumerate(entry["items"])
        ),
    )


def _item(line: int, entry: dict[str, Any]) -> LedgerItem:
    target = entry["kind"] == "target"
    details = {key: entry[key] for key in ("title", "action", "every", "values") if key in entry}
    if entry.get("title_en"):
        details["title_en"] = entry["title_en"]
    return LedgerItem(
        line=line,
        kind=entry["kind"],
        text=entry["text"],
        subject=entry.get("subject", ""),
        title_en=entry.get("title_en", ""),
        value=_decimal(entry.get("value")),
        value_max=_decimal(entry.get("value_max")),
        unit=entry.get("unit", ""),
        comparator=entry.get("comparator", "=" if target else ""),
        per=entry.get("per", "total" if target else ""),
        cumulative=bool(entry.get("cumulative", False)),
        baseline=entry.get("baseline", ""),
        by=entry.get("by"),
        part_of=entry.get("part_of", ""),
        details=details,
    )


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
