"""The changes of a target in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from yingcai.identity.queries import units_by_code
from yingcai.plan.models import MeasureUnit, Target, TargetChange

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

FIELDS = {
    "owners": _("责任单位"),
    "shares": _("分解到各地"),
    "milestones": _("推进路径"),
    "baseline_value": _("基数"),
    "dates": _("起止日期"),
    "course": _("计数方式"),
    "edition": _("承接上一版"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One change as a row of the page."""

    at: datetime
    actor: "User | None"
    what: str
    old: str
    new: str
    reason: str


def changes_of(target: Target) -> list[Changed]:
    """The latest hundred changes of ``target``, the newest first, with units by name."""
    rows = list(target.changes.select_related("actor")[:100])
    units = units_by_code() if any(_names_units(row) for row in rows) else {}
    return [
        Changed(
            row.at,
            row.actor,
            _what(row, units),
            said(row, row.old, units),
            said(row, row.new, units),
            row.reason,
        )
        for row in rows
    ]


def _names_units(row: TargetChange) -> bool:
    return row.field in ("owners", "shares") or ":" in row.field


def _what(row: TargetChange, units: Mapping[str, "Unit"]) -> str:
    field, _colon, code = row.field.partition(":")
    label = str(FIELDS.get(field, field))
    return f"{label} {_name(code, units)}" if code else label


def _name(code: str, units: Mapping[str, "Unit"]) -> str:
    return units[code].label if code in units else code


def said(row: TargetChange, value: Any, units: Mapping[str, "Unit"]) -> str:
    """A kept value as people read it."""
    if not value:
        return "—"
    if row.field == "owners":
        roles = dict(MeasureUnit.Role.choices)
        return _list(
            f"{_name(code, units)} {roles.get(role, role)}" for code, role in value.items()
        )
    if row.field == "shares":
        return _list(f"{_name(code, units)} {amount}" for code, amount in value.items())
    if row.field.startswith("milestones"):
        return _list(f"{day} {amount}" for day, amount in value)
    if row.field == "course":
        return str(dict(Target.Course.choices).get(value, value))
    if isinstance(value, dict):
        return _list(str(part) for part in value.values())
    return " – ".join(value) if isinstance(value, list) else str(value)


def _list(parts: Iterable[str]) -> str:
    return "；".join(parts)
