"""A draft of a policy as a few changed parameters, without a second pack: ``agency-fee.cap=500000``."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from yingcai.engine.rules.source_form import RuleSource, SourceFile

_CHANGE = re.compile(
    r"(?P<programme>[a-z0-9-]+)(?:\[(?P<version>[^\]]+)\])?\.(?P<parameter>[a-z0-9_]+)"
    r"(?:@(?P<day>\d{4}-\d\d-\d\d))?=(?P<value>\S+)"
)


class ParameterChange(NamedTuple):
    """``version`` and ``day`` are empty where all versions, or the last dated value, are meant."""

    programme: str
    version: str
    parameter: str
    day: str
    value: str


def read_change(text: str) -> ParameterChange | None:
    """``PROGRAMME.PARAMETER=VALUE``, ``PROGRAMME[VERSION].…``, ``….PARAMETER@2019-07-01=VALUE``."""
    found = _CHANGE.fullmatch(text.strip())
    return (
        ParameterChange(*(found[name] or "" for name in ParameterChange._fields)) if found else None
    )


def changed(source: RuleSource, changes: Iterable[ParameterChange]) -> tuple[RuleSource, list[str]]:
    """The same rules with other parameters, and what could not be changed, in words."""
    programmes = {str(one.value["programme"]): one for one in source.programmes}
    problems: list[str] = []
    for change in changes:
        file = programmes.get(change.programme)
        if file is None:
            problems.append(f"there is no programme `{change.programme}`")
            continue
        form = copy.deepcopy(dict(file.value))
        problem = _change(form, change)
        if problem:
            problems.append(problem)
        programmes[change.programme] = SourceFile(file.name, form)
    return (
        RuleSource(
            facts=source.facts,
            programmes=list(programmes.values()),
            domains=source.domains,
            catalogue=source.catalogue,
            editions=source.editions,
        ),
        problems,
    )


def _change(form: dict[str, Any], change: ParameterChange) -> str:
    """Change a programme in place; a sentence where there is nothing to change."""
    holders = [form, *form.get("versions", [])]
    if change.version:
        versions = {str(one.get("id")): one for one in form.get("versions", [])}
        if change.version not in versions:
            there = ", ".join(versions) or "none"
            return f"`{change.programme}` has no version `{change.version}`; there is: {there}"
        holders = [versions[change.version]]
    found = [
        one["parameters"][change.parameter]
        for one in holders
        if change.parameter in one.get("parameters", {})
    ]
    if not found:
        known = sorted({name for one in holders for name in one.get("parameters", {})})
        return (
            f"`{change.programme}` has no parameter `{change.parameter}`; "
            f"there is: {', '.join(known) or 'none'}"
        )
    changed_any = [_set(parameter, change) for parameter in found]
    if any(changed_any):
        return ""
    return f"`{change.programme}.{change.parameter}` has no value from {change.day}"


def _set(parameter: dict[str, Any], change: ParameterChange) -> bool:
    entries: list[dict[str, Any]] = parameter.get("values", [parameter])
    if not change.day:
        entries = entries[-1:]
    chosen = [one for one in entries if _matches(one, change.day)]
    for one in chosen:
        one["value"] = change.value
    return bool(chosen)


def _matches(entry: Mapping[str, Any], day: str) -> bool:
    return not day or str(entry.get("from")) == day
