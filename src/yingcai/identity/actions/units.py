"""Units come from the pack as one list; the table is made equal to it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.identity.errors import InvalidUnits
from yingcai.identity.models import Unit, UnitAlias, User

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
DIVISION = re.compile(r"\d{6}")
LIMITS = {"name": 80, "name_en": 120, "full_name": 120}


@dataclass(frozen=True)
class UnitEntry:
    """One unit as the pack gives it."""

    code: str
    name: str
    kind: str
    order: int
    name_en: str = ""
    full_name: str = ""
    division_code: str = ""
    parent: str = ""
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the unit's own row, references left out."""
        return {
            "name": self.name,
            "name_en": self.name_en,
            "full_name": self.full_name,
            "kind": self.kind,
            "division_code": self.division_code,
            "order": self.order,
            "active": True,
        }


@dataclass(frozen=True)
class UnitsLoaded:
    """What a load changed: codes of units."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]


def load_units(
    units: Sequence[Mapping[str, Any]], *, actor: User | None, now: datetime
) -> UnitsLoaded:
    """Make the table of units equal to ``units`` (the list of the pack's units.yaml); safe to repeat.

    Each unit: ``id``, ``name``, ``kind``; optional ``full_name``, ``name_en``, ``division`` (GB/T 2260),
    ``parent`` and ``members`` (ids), ``aliases``. A unit that the list no longer has is retired, not deleted.

    Raises: InvalidUnits with every problem of the list; nothing is written then.
    """
    entries = _entries(units)
    with transaction.atomic():
        before = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        created, changed = [], []
        for entry in entries:
            if entry.code not in before:
                before[entry.code] = Unit.objects.create(code=entry.code, **entry.columns)
                created.append(entry.code)
            elif _update_columns(before[entry.code], entry):
                changed.append(entry.code)
        changed += [
            entry.code
            for entry in entries
            if _update_references(entry, before) and entry.code not in {*created, *changed}
        ]
        _free_aliases(entries)
        changed += [
            entry.code
            for entry in entries
            if _update_aliases(entry, before[entry.code]) and entry.code not in {*created, *changed}
        ]
        listed = {entry.code for entry in entries}
        retired = [code for code, unit in before.items() if code not in listed and unit.active]
        Unit.objects.filter(code__in=retired).update(active=False)
        _record(before, {"created": created, "changed": changed, "retired": retired}, actor, now)
    return UnitsLoaded(tuple(created), tuple(changed), tuple(retired))


def _record(
    units: Mapping[str, Unit], codes: dict[str, list[str]], actor: User | None, now: datetime
) -> None:
    for change, these in codes.items():
        for code in these:
            record(f"unit.{change}", units[code], actor=actor, details={"code": code}, at=now)


def _update_columns(unit: Unit, entry: UnitEntry) -> bool:
    fresh = {name: value for name, value in entry.columns.items() if getattr(unit, name) != value}
    for name, value in fresh.items():
        setattr(unit, name, value)
    if fresh:
        unit.save(update_fields=list(fresh))
    return bool(fresh)


def _update_references(entry: UnitEntry, units: Mapping[str, Unit]) -> bool:
    unit = units[entry.code]
    parent = units[entry.parent] if entry.parent else None
    moved = unit.parent_id != (parent.pk if parent else None)
    if moved:
        unit.parent = parent
        unit.save(update_fields=["parent"])
    members = {units[code].pk for code in entry.members}
    regrouped = set(unit.members.values_list("pk", flat=True)) != members
    if regrouped:
        unit.members.set(members)
    return moved or regrouped


def _free_aliases(entries: Sequence[UnitEntry]) -> None:
    """Delete aliases that leave their unit, so that another unit can take the name."""
    kept = {(entry.code, name) for entry in entries for name in entry.aliases}
    gone = [
        pk
        for pk, code, name in UnitAlias.objects.values_list("pk", "unit__code", "name")
        if (code, name) not in kept
    ]
    UnitAlias.objects.filter(pk__in=gone).delete()


def _update_aliases(entry: UnitEntry, unit: Unit) -> bool:
    known = set(unit.aliases.values_list("name", flat=True))
    fresh = [UnitAlias(unit=unit, name=name) for name in entry.aliases if name not in known]
    UnitAlias.objects.bulk_create(fresh)
    return bool(fresh)


def _entries(units: Sequence[Mapping[str, Any]]) -> list[UnitEntry]:
    """The list as entries. Raises: InvalidUnits with all problems."""
    problems: list[str] = []
    entries = []
    for order, row in enumerate(units, start=1):
        found = list(_row_problems(row, order))
        problems += found
        if not found:
            entries.append(_entry(row, order))
    if not units:
        problems.append(_("单位名单是空的：请检查数据包中的 units.yaml。"))
    if not problems:
        problems = [*_repeated(entries), *_dangling(entries)]
    if problems:
        raise InvalidUnits(problems)
    return entries


def _entry(row: Mapping[str, Any], order: int) -> UnitEntry:
    name = str(row["name"]).strip()
    aliases = dict.fromkeys(str(alias).strip() for alias in row.get("aliases") or ())
    return UnitEntry(
        code=str(row["id"]),
        name=name,
        kind=str(row["kind"]),
        order=order,
        name_en=str(row.get("name_en") or "").strip(),
        full_name=str(row.get("full_name") or "").strip(),
        division_code=str(row.get("division") or ""),
        parent=str(row.get("parent") or ""),
        members=tuple(dict.fromkeys(str(code) for code in row.get("members") or ())),
        aliases=tuple(alias for alias in aliases if alias and alias != name),
    )


def _row_problems(row: Mapping[str, Any], order: int) -> Iterator[str]:
    place = {"order": order, "code": row.get("id") or "?"}
    if not CODE.fullmatch(str(row.get("id") or "")):
        yield (
            _(
                "第 %(order)s 个单位的 id “%(code)s” 不合规则：请用小写字母、数字、连字符，不超过 40 个字符。"
            )
            % place
        )
    if not str(row.get("name") or "").strip():
        yield _("第 %(order)s 个单位（%(code)s）没有名称 name。") % place
    if str(row.get("kind")) not in Unit.Kind.values:
        yield _("第 %(order)s 个单位（%(code)s）的类别 kind “%(kind)s” 未知：可用 %(kinds)s。") % {
            **place,
            "kind": row.get("kind"),
            "kinds": "、".join(Unit.Kind.values),
        }
    if row.get("division") and not DIVISION.fullmatch(str(row["division"])):
        yield _("第 %(order)s 个单位（%(code)s）的区划代码应为六位数字（GB/T 2260）。") % place
    yield from _shape_problems(row, place)


def _shape_problems(row: Mapping[str, Any], place: Mapping[str, Any]) -> Iterator[str]:
    for word, limit in LIMITS.items():
        if len(str(row.get(word) or "")) > limit:
            yield _("第 %(order)s 个单位（%(code)s）的 %(word)s 超过 %(limit)s 个字。") % {
                **place,
                "word": word,
                "limit": limit,
            }
    for key in ("members", "aliases"):
        if not isinstance(row.get(key) or [], (list, tuple)):
            yield _("第 %(order)s 个单位（%(code)s）的 %(key)s 应当是一个列表。") % {
                **place,
                "key": key,
            }


def _repeated(entries: Sequence[UnitEntry]) -> Iterator[str]:
    """A code twice; a printed name that would stand for two units."""
    seen: set[str] = set()
    for entry in entries:
        if entry.code in seen:
            yield _("单位 id “%(code)s” 出现了两次。") % {"code": entry.code}
        seen.add(entry.code)
    owner: dict[str, str] = {}
    for entry in entries:
        for name in dict.fromkeys([entry.name, entry.full_name, *entry.aliases]):
            if name and owner.setdefault(name, entry.code) != entry.code:
                yield _(
                    "名称“%(name)s”同时属于 %(first)s 和 %(second)s：一个名称只能指一个单位。"
                ) % {
                    "name": name,
                    "first": owner[name],
                    "second": entry.code,
                }


def _dangling(entries: Sequence[UnitEntry]) -> Iterator[str]:
    """References to units that the list lacks, and parents that go round in a circle."""
    by_code = {entry.code: entry for entry in entries}
    for entry in entries:
        for code in filter(None, [entry.parent, *entry.members]):
            if code not in by_code:
                yield _("单位 %(code)s 引用了名单中没有的单位 %(other)s。") % {
                    "code": entry.code,
                    "other": code,
                }
        if _circular(entry, by_code):
            yield _("单位 %(code)s 的上级单位绕成了一圈。") % {"code": entry.code}


def _circular(entry: UnitEntry, by_code: Mapping[str, UnitEntry]) -> bool:
    above = by_code.get(entry.parent)
    for _step in range(len(by_code)):
        if above is None:
            return False
        if above.code == entry.code:
            return True
        above = by_code.get(above.parent)
    return False
