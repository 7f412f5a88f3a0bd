"""Facts of a month to the snapshot of a bulletin: every figure, with the rows behind it.

The snapshot is JSON of strings, integers and lists only (never a float), so that its digest is
the same on every machine. Texts, tables, documents and open data are all made from it.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yingcai.reporting.bulletin.facts import (
    COUNTY_KINDS,
    LIGHTS,
    ON_TIME,
    MonthFacts,
    Standing,
    TargetFacts,
    Words,
)
from yingcai.reporting.bulletin.numbers import (
    difference,
    elapsed,
    month_end,
    percent,
    plain,
    ranks,
    tenth,
)

SCHEMA = 1
HIGHLIGHTS = 6  # most lines under 亮点
LAGGARDS = 20  # most lines under 滞后事项; the rest stand in annex 1
HEADLINES = 3  # targets shown in the table of counties
WORDS = 200  # characters of a unit's words that a bulletin quotes
WORST_FIRST = {"red": 0, "yellow": 1}

Json = dict[str, Any]


def canonical(snapshot: Json) -> bytes:
    """The one spelling of a snapshot that its digest is taken of."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(snapshot: Json) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def snapshot(facts: MonthFacts) -> Json:
    """Every figure of the month's bulletin. The same facts give the same snapshot."""
    rows, shares = _rows(facts), _shares(facts)
    tables = _unit_tables(facts)
    return {
        "schema": SCHEMA,
        "month": f"{facts.month:%Y-%m}",
        "plan": _plan(facts),
        "overall": _overall(facts),
        "measures": _measures(facts, rows),
        **tables,
        "headlines": _headlines(facts),
        "rows": rows,
        "shares": shares,
        "highlights": _highlights(facts, rows),
        "laggards": _laggards(facts, rows, shares),
        "orders": [
            {
                "number": order.number,
                "unit": order.unit,
                "code": order.code,
                "title": order.title,
                "colour": order.colour,
                "due_on": order.due_on.isoformat(),
            }
            for order in facts.orders
        ],
        "names": _names(facts, rows, tables),
        **_settled(facts),
    }


def _settled(facts: MonthFacts) -> Json:
    """What was granted case by case this month; nothing is said of it where nothing was."""
    rows = [
        {
            "number": one.number,
            "title": one.title,
            "name": one.name,
            "fen": one.amount,
            "basis": one.basis,
            "on": one.on.isoformat(),
        }
        for one in facts.settled
    ]
    return {"settled": rows} if rows else {}


def _names(facts: MonthFacts, rows: list[Json], tables: dict[str, list[Json]]) -> Json:
    """Names of the units that the bulletin mentions, so that no other unit touches its digest."""
    mentioned = {unit for row in rows for unit in row["leads"]}
    mentioned |= {row["unit"] for table in tables.values() for row in table}
    mentioned |= {row.unit for row in facts.now if row.unit is not None}
    mentioned |= {words.unit for words in facts.words} | {order.unit for order in facts.orders}
    return {unit.code: [unit.name, unit.name_en] for unit in facts.units if unit.code in mentioned}


def summary(snapshot: Json) -> Json:
    """The part of a snapshot that lists, the trend and the public page need; a few kilobytes."""
    return {key: snapshot[key] for key in ("month", "plan", "overall", "measures")}


def count_lights(lights: Iterable[str]) -> Json:
    """Counts by light, how many are on time (正常 or 已完成), and their share of all in percent."""
    counted = Counter(lights)
    total = sum(counted.values())
    on_time = sum(counted[light] for light in ON_TIME)
    return {
        "targets": total,
        "lights": {light: counted[light] for light in LIGHTS},
        "on_time": on_time,
        "share": percent(on_time, total),
    }


def worst_light(lights: Json) -> str:
    """The light of a measure: its worst target's; no data only when none has any."""
    for light in ("red", "yellow", "green"):
        if lights[light]:
            return light
    return (
        "done" if lights["done"] and not lights["none"] else "green" if lights["done"] else "none"
    )


def _plan(facts: MonthFacts) -> Json:
    plan = facts.plan
    return {
        "slug": plan.slug,
        "edition": plan.edition,
        "title": plan.title,
        "number": plan.number,
        "digest": plan.digest,
    }


def _overall(facts: MonthFacts) -> Json:
    city = [row for row in facts.now if row.unit is None]
    before = [row for row in facts.last if row.unit is None]
    counts = count_lights(row.light for row in city)
    last = count_lights(row.light for row in before) if before else None
    return {
        **counts,
        "missing": sum(row.missing for row in city),
        "time": elapsed(facts.plan.starts_on, facts.plan.ends_on, month_end(facts.month)),
        "last": last,
        "share_change": difference(counts["share"], last["share"] if last else None),
    }


def _measures(facts: MonthFacts, rows: list[Json]) -> list[Json]:
    lights: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        lights[row["measure"]].append(row["light"])
    result = []
    for measure in facts.measures:
        counts = count_lights(lights[measure.number])
        result.append(
            {
                "number": measure.number,
                "title": measure.title,
                "section": measure.section,
                **counts,
                "light": worst_light(counts["lights"]),
            }
        )
    return result


def _rows(facts: MonthFacts) -> list[Json]:
    now = {row.code: row for row in facts.now if row.unit is None}
    last = {row.code: row for row in facts.last if row.unit is None}
    reports: dict[str, list[int]] = defaultdict(list)
    for words in facts.words:
        reports[words.code].append(words.report)
    return [
        _row(target, now[target.code], last.get(target.code), reports[target.code])
        for target in facts.targets
        if target.code in now
    ]


def _row(target: TargetFacts, now: Standing, last: Standing | None, reports: list[int]) -> Json:
    figures = _figures(now)
    before = tenth(last.progress) if last else None
    return {
        "code": target.code,
        "title": target.title,
        "title_en": target.title_en,
        "measure": target.measure,
        "kind": target.kind,
        "word": target.word,
        "leads": list(target.leads),
        **figures,
        "last_value": plain(last.value) if last else None,
        "last_light": last.light if last else None,
        "change": difference(figures["progress"], before),
        "missing": now.missing,
        "reports": sorted(reports),
    }


def _figures(row: Standing) -> Json:
    return {
        "indicator": row.id,
        "value": plain(row.value),
        "goal": plain(row.goal),
        "expected": plain(row.expected),
        "progress": tenth(row.progress),
        "gap": tenth(row.gap),
        "light": row.light,
    }


def _shares(facts: MonthFacts) -> list[Json]:
    order = {target.code: position for position, target in enumerate(facts.targets)}
    places = {unit.code: position for position, unit in enumerate(facts.units)}
    reports = {(words.code, words.unit): words.report for words in facts.words}
    rows = [row for row in facts.now if row.unit is not None and row.code in order]
    rows.sort(key=lambda row: (order[row.code], places.get(row.unit or "", 0)))
    return [
        {
            "code": row.code,
            "unit": row.unit,
            **_figures(row),
            "reports": [found] if (found := reports.get((row.code, row.unit or ""))) else [],
        }
        for row in rows
    ]


def lights_by_unit(
    targets: Iterable[TargetFacts], standings: Iterable[Standing]
) -> dict[str, dict[str, str]]:
    """Unit -> target -> light: a unit's own share where it has one, else the targets it leads."""
    leads = {target.code: target.leads for target in targets}
    own: dict[str, dict[str, str]] = defaultdict(dict)
    standings = list(standings)
    for row in standings:
        if row.unit is None:
            for unit in leads.get(row.code, ()):
                own[unit][row.code] = row.light
    for row in standings:
        if row.unit is not None:
            own[row.unit][row.code] = row.light
    return own


def _unit_tables(facts: MonthFacts) -> dict[str, list[Json]]:
    now = lights_by_unit(facts.targets, facts.now)
    last = lights_by_unit(facts.targets, facts.last)
    tables: dict[str, list[Json]] = {"units": [], "counties": []}
    for unit in facts.units:
        if unit.code not in now or unit.kind == "collective":
            continue
        counts = count_lights(now[unit.code].values())
        before = count_lights(last[unit.code].values())["share"] if unit.code in last else None
        place = "counties" if unit.kind in COUNTY_KINDS else "units"
        tables[place].append(
            {
                "unit": unit.code,
                **counts,
                "share_change": difference(counts["share"], before),
                "codes": sorted(now[unit.code]),
            }
        )
    return {name: _ranked(table) for name, table in tables.items()}


def _ranked(table: list[Json]) -> list[Json]:
    places = ranks(Fraction(row["on_time"], row["targets"]) for row in table)
    ranked = [{**row, "rank": place} for row, place in zip(table, places, strict=True)]
    return sorted(ranked, key=lambda row: int(row["rank"]))  # stable: the pack's order among equals


def _headlines(facts: MonthFacts) -> list[str]:
    """Codes of the targets that the table of counties shows: those shared most widely."""
    held = Counter(row.code for row in facts.now if row.unit is not None)
    widest = sorted(
        (target.code for target in facts.targets if held[target.code]),
        key=lambda code: -held[code],
    )
    return widest[:HEADLINES]


def _highlights(facts: MonthFacts, rows: list[Json]) -> list[Json]:
    """Targets reached this month, then those that moved most, each with the words of its unit."""
    reached = [
        row for row in rows if row["light"] == "done" and row["last_light"] not in (None, "done")
    ]
    taken = {row["code"] for row in reached}
    moved = [
        row
        for row in rows
        if row["code"] not in taken
        and row["light"] == "green"
        and row["change"] is not None
        and Decimal(row["change"]) > 0
    ]
    moved.sort(key=lambda row: Decimal(row["change"]), reverse=True)
    chosen = [("reached", row) for row in reached] + [("moved", row) for row in moved]
    said = _words_by_code(facts.words)
    return [
        {
            "code": row["code"],
            "kind": kind,
            "words": [_quote(words, words.narrative) for words in said[row["code"]][:1]],
        }
        for kind, row in chosen[:HIGHLIGHTS]
    ]


def _laggards(facts: MonthFacts, rows: list[Json], shares: list[Json]) -> list[Json]:
    behind: dict[str, list[str]] = defaultdict(list)
    for share in shares:
        if share["light"] in WORST_FIRST:
            behind[share["code"]].append(share["unit"])
    late = [row for row in rows if row["light"] in WORST_FIRST]
    late.sort(key=lambda row: (WORST_FIRST[row["light"]], -Decimal(row["gap"] or 0)))
    reasons: dict[str, list[Words]] = defaultdict(list)
    for words in facts.words:
        if words.reason or words.narrative:
            reasons[words.code].append(words)
    return [
        {
            "code": row["code"],
            "behind": behind[row["code"]],
            "reasons": list(_reasons(reasons[row["code"]], behind[row["code"]])),
        }
        for row in late
    ]


def _reasons(said: list[Words], behind: list[str]) -> Iterator[Json]:
    """Why a target lags: from the units that lag where it is shared, at most three."""
    chosen = [words for words in said if words.unit in behind] or said
    for words in chosen[:3]:
        yield _quote(words, words.reason or words.narrative)


def _words_by_code(words: Iterable[Words]) -> dict[str, list[Words]]:
    said: dict[str, list[Words]] = defaultdict(list)
    for item in words:
        if item.narrative.strip():
            said[item.code].append(item)
    return said


def _quote(words: Words, text: str) -> Json:
    flat = " ".join(text.split())
    cut = flat if len(flat) <= WORDS else flat[: WORDS - 1] + "…"
    return {"report": words.report, "unit": words.unit, "text": cut}
