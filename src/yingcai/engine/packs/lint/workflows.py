"""Workflows that load and are most likely not meant so: terms, votes, silence, persons, holidays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from yingcai.engine.packs.document import Key
from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.load import Pack
from yingcai.engine.packs.workflows import many_voices, seat_places
from yingcai.engine.workflow.model import (
    CORRECTION,
    DECIDING,
    OWN,
    PUBLICITY,
    Workflow,
    workflow_of,
)

_WEEK = 5  # working days
_REST = 21  # days of holidays that a term may meet


def lint_workflows(pack: Pack) -> Iterator[Finding]:
    users = _users(pack)
    appeals = {
        value.get(key) for value in pack.workflows.values() for key in ("appeal", "complaint")
    }
    for name, value in pack.workflows.items():
        workflow = workflow_of(value)
        for i, stage in enumerate(value["stages"]):
            key: Key = ("stages", i)
            yield from _term(pack, name, value, stage, key)
            yield from _votes(pack, workflow, stage, key)
            yield from _silence(pack, name, stage, key, users.get(name, {}))
            yield from _persons(pack, name, value, stage, key)
        yield from _collectives(pack, name, value)
        if name not in users and name not in appeals:
            zh, en = f"没有项目使用流程 `{name}`", f"no programme uses the workflow `{name}`"
            yield _finding(pack, name, "workflow-unused", zh, en, "workflow")
        for programme, entry in users.get(name, {}).items():
            yield from _parties(pack, value, programme, entry)
            yield from _days(pack, value, programme, entry)


def _users(pack: Pack) -> dict[str, dict[str, dict[str, Any]]]:
    """The programmes that use each workflow."""
    users: dict[str, dict[str, dict[str, Any]]] = {}
    for programme, entry in pack.programmes.items():
        if "workflow" in entry:
            users.setdefault(entry["workflow"], {})[programme] = entry
    return users


def _finding(pack: Pack, name: str, rule: str, zh: str, en: str, *key: str | int) -> Finding:
    file = f"workflows/{name}.yaml"
    return Finding(file, pack.files[file].line(*key), rule, zh, en)


def _term(
    pack: Pack, name: str, value: Mapping[str, Any], stage: Mapping[str, Any], key: Key
) -> Iterator[Finding]:
    """Whoever is waited for has a term; waiting for the applicant or the public is not the office's."""
    id_ = stage["id"]
    if "who" in stage and "clock" not in stage:
        zh, en = f"环节 `{id_}` 没有时限", f"stage `{id_}` has no term: give `clock`"
        yield _finding(pack, name, "stage-term", zh, en, *key)
    halts = stage["kind"] in (CORRECTION, PUBLICITY)
    if halts and "days" in value and not stage.get("pauses"):
        zh = f"环节 `{id_}` 是{stage['kind']}，总时限没有停表"
        en = f"stage `{id_}` is {stage['kind']} and the clock of the whole runs on: `pauses`"
        yield _finding(pack, name, "clock-runs", zh, en, *key)


def _votes(pack: Pack, workflow: Workflow, stage: Mapping[str, Any], key: Key) -> Iterator[Finding]:
    """Votes of a stage that may be entered again are lost unless the file says what becomes of them."""
    if not many_voices(dict(stage)) or "votes" in stage:
        return
    reached = {stage["id"]}
    fresh = {*workflow.ways(workflow.by_name[stage["id"]])}
    while fresh - reached:
        reached |= fresh
        fresh = {way for one in fresh for way in workflow.ways(workflow.by_name[one])}
    if any(stage["id"] in workflow.ways(workflow.by_name[one]) for one in reached):
        zh = f"环节 `{stage['id']}` 可能再次进入，没有写明此前的表态是否有效"
        en = f"stage `{stage['id']}` may be entered again and does not say what becomes of its `votes`"
        yield _finding(pack, workflow.name, "votes-lost", zh, en, *key)


def _silence(
    pack: Pack,
    name: str,
    stage: Mapping[str, Any],
    key: Key,
    users: Mapping[str, Mapping[str, Any]],
) -> Iterator[Finding]:
    """Silence gives no money, unless a clause says so."""
    silence = stage.get("silence", {})
    if silence.get("means") != "agreed" or "source" in silence:
        return
    paying = [programme for programme, entry in users.items() if _pays(entry)]
    if paying:
        zh = f"环节 `{stage['id']}` 逾期视为同意，而项目 `{paying[0]}` 发放资金，须写明依据"
        en = (
            f"silence agrees in stage `{stage['id']}` and `{paying[0]}` pays money:"
            " name the clause that says so"
        )
        yield _finding(pack, name, "silence-money", zh, en, *key, "silence")


def _pays(entry: Mapping[str, Any]) -> bool:
    return any("amount" in form for form in (entry, *entry.get("versions", [])))


def _persons(
    pack: Pack, name: str, value: Mapping[str, Any], stage: Mapping[str, Any], key: Key
) -> Iterator[Finding]:
    """A right or money is given by another person than those who examined it."""
    before = value["stages"][: value["stages"].index(stage)]
    examined = any(who["role"] not in OWN for one in before for who in one.get("who", []))
    if stage["kind"] in DECIDING and "who" in stage and examined and "apart_from" not in stage:
        zh = f"环节 `{stage['id']}` 作出{stage['kind']}，没有要求与审核的人不同"
        en = f"stage `{stage['id']}` decides and may be done by who examined: `apart_from`"
        yield _finding(pack, name, "one-person", zh, en, *key)


def _collectives(pack: Pack, name: str, value: dict[str, Any]) -> Iterator[Finding]:
    """Nobody sits in a collective of units."""
    collectives = {unit["id"] for unit in pack.units if unit["kind"] == "collective"}
    for key, seat in seat_places(value):
        if seat.get("unit") in collectives:
            zh = f"`{seat['unit']}` 是多个单位的合称，没有人在其中任职"
            en = f"nobody sits in `{seat['unit']}`, which stands for several units"
            yield _finding(pack, name, "seat-empty", zh, en, *key, "unit")


def _parties(
    pack: Pack, value: dict[str, Any], programme: str, entry: Mapping[str, Any]
) -> Iterator[Finding]:
    """Joint units act where the programme has some."""
    joint = any(seat.get("unit") == "joint" for _, seat in seat_places(value))
    if joint and not entry.get("joint"):
        zh = f"流程 `{entry['workflow']}` 有配合单位办理的环节，项目没有配合单位"
        en = f"joint units act in the workflow `{entry['workflow']}` and the programme has none"
        yield _at_programme(pack, programme, "joint-missing", zh, en)


def _days(
    pack: Pack, value: Mapping[str, Any], programme: str, entry: Mapping[str, Any]
) -> Iterator[Finding]:
    """Years in which terms run and whose holidays the pack does not know."""
    first, last = entry["in_force"]["from"], entry["in_force"].get("to")
    term = max([value.get("days", 0), *(stage.get("clock", 0) for stage in value["stages"])])
    if not term or not pack.calendar:
        return
    until: date = (last or first) + timedelta(days=term * 7 // _WEEK + _REST)
    known = {year["year"] for year in pack.calendar}
    missing = [str(year) for year in range(first.year, until.year + 1) if year not in known]
    if missing:
        zh = f"期限可能落在{'、'.join(missing)}年，放假安排尚未录入"
        en = f"terms may run in {', '.join(missing)}, whose holidays calendar.yaml does not have"
        yield _at_programme(pack, programme, "calendar-end", zh, en)


def _at_programme(pack: Pack, programme: str, rule: str, zh: str, en: str) -> Finding:
    file = f"programmes/{programme}.yaml"
    return Finding(file, pack.files[file].line("workflow"), rule, zh, en)
