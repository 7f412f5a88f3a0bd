"""The story's months: history that is locked and circulated, and a current month half way."""

import random
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from yingcai.audit.clock import SHANGHAI
from yingcai.engine.indicators import months_between
from yingcai.engine.packs.story import ReportRow, Series, tell
from yingcai.plan.queries import ledger
from yingcai.reporting.actions.bulletins import draft_bulletin, publish_bulletin
from yingcai.reporting.actions.history import HistoryRow, import_history
from yingcai.reporting.actions.months import open_month
from yingcai.reporting.actions.orders import (
    Demand,
    answer_order,
    close_order,
    open_order,
)
from yingcai.reporting.actions.reports import (
    Entry,
    accept_report,
    approve_report,
    save_report,
    submit_report,
)
from yingcai.reporting.queries.indicators import line_baseline, line_path
from yingcai.reporting.queries.laggards import laggards
from yingcai.reporting.queries.months import due_day_of, goal_for, reporters_of
from yingcai.web.demo.people import People

if TYPE_CHECKING:
    from yingcai.identity.models import Unit
    from yingcai.plan.models import Plan, Target
    from yingcai.reporting.models import Report, SupervisionOrder

# Measure words that are never counted in fractions.
DIVISIBLE = {"%", "元", "平方米"}


def at(day: date, hour: int = 10) -> datetime:
    """A moment in the morning of ``day`` in the city."""
    return datetime.combine(day, time(hour), SHANGHAI)


def month_ends(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of every month from the month of ``first`` to the month of ``last``."""
    found = []
    for step in range(months_between(first, last) + 1):
        place = first.month - 1 + step
        start = date(first.year + place // 12, place % 12 + 1, 1)
        following = date(first.year + (place + 1) // 12, (place + 1) % 12 + 1, 1)
        found.append((start, following - timedelta(days=1)))
    return found


def reporting_units(plan: "Plan") -> list["Unit"]:
    """Every unit that reports on some target, in the pack's order."""
    units = {unit.pk: unit for target in ledger(plan) for unit in reporters_of(target)}
    return sorted(units.values(), key=lambda unit: unit.order)


def rows_of(plan: "Plan", story: dict[str, Any], until: date) -> list[ReportRow]:
    """The story's figures for all months up to that of ``until``."""
    series = [
        _series(target, unit, until) for target in ledger(plan) for unit in reporters_of(target)
    ]
    return list(tell(story, series))


def _series(target: "Target", unit: "Unit", until: date) -> Series:
    goal = goal_for(target, unit.pk)
    ends = month_ends(target.starts_on, min(until, target.due_on))
    share = None if goal == target.value else goal
    baseline = line_baseline(target, share)
    path = tuple(
        (month, line_path(target, unit.pk, goal, baseline, on=end).at(end)) for month, end in ends
    )
    return Series(
        target=target.code,
        unit=unit.code,
        goal=goal,
        baseline=baseline,
        path=path,
        word=target.measure_word,
        whole=target.measure_word not in DIVISIBLE,
        restarts=target.course == "yearly",
        document=target.kind == "document",
        ceiling=goal if target.kind == "coverage" else None,
    )


def tell_history(plan: "Plan", rows: Iterable[ReportRow], people: People, before: date) -> int:
    """Lock every month before ``before`` with the story's figures; returns how many."""
    by_month: dict[date, list[HistoryRow]] = {}
    for row in rows:
        if row.month < before:
            by_month.setdefault(row.month, []).append(
                HistoryRow(row.month, row.target, row.unit, row.value, row.narrative, row.reason)
            )
    for month in sorted(by_month):
        closed = at(due_day_of(month) + timedelta(days=1))
        import_history(plan, by_month[month], actor=people.office(), now=closed)
    return len(by_month)


def circulate(plan: "Plan", months: Iterable[date], people: People) -> int:
    """Publish the bulletin of each month, three days after its reports were due."""
    count = 0
    for month in months:
        now = at(due_day_of(month) + timedelta(days=3))
        draft = draft_bulletin(plan, month, actor=people.office(), now=now)
        publish_bulletin(draft, version=draft.version, actor=people.office(1), now=now)
        count += 1
    return count


def demand_answers(plan: "Plan", month: date, people: People) -> int:
    """Open supervision orders for the reddest targets; one is answered, one settled."""
    story = people.story
    opened_on = due_day_of(month) + timedelta(days=4)
    made: list[tuple[SupervisionOrder, Unit]] = []
    for target, unit in laggards(plan, month)[: story["orders"]]:
        demand = Demand(
            unit=unit,
            title=target.title[:200],
            text=story["order_demand"],
            due_on=opened_on + timedelta(days=10 + 6 * len(made)),
            target=target,
        )
        order = open_order(plan, demand, actor=people.office(), on=opened_on, now=at(opened_on))
        made.append((order, unit))
    for order, unit in made[1:3]:
        answered = at(opened_on + timedelta(days=6))
        answer_order(
            order, text=story["order_answer"], actor=people.someone("reporter", unit), now=answered
        )
    for order, _unit in made[2:3]:
        closed_on = opened_on + timedelta(days=8)
        close_order(
            order,
            text=story["order_close"],
            actor=people.office(),
            on=closed_on,
            now=at(closed_on),
        )
    return len(made)


def begin_month(
    plan: "Plan", month: date, rows: Iterable[ReportRow], people: People, today: date
) -> int:
    """Open ``month`` and bring its reports as far as the story says; returns how many have begun."""
    opened, _count = open_month(plan, month, actor=people.office(), now=at(month))
    told = {(row.target, row.unit): row for row in rows if row.month == month}
    begun = 0
    for report in opened.reports.select_related("target", "unit", "month"):
        row = told.get((report.target.code, report.unit.code))
        if row is not None:
            begun += _advance(report, row, people, today)
    return begun


def _advance(report: "Report", row: ReportRow, people: People, today: date) -> int:
    """Take one report as far as the dice say; 0 when it is still missing."""
    stage = _stage(people.story, row)
    if stage == "missing":
        return 0
    reporter = people.someone("reporter", report.unit)
    head = people.someone("head", report.unit)
    # A figure that jumps or falls needs a reason; the story has one at hand for each.
    reason = row.reason or people.story["reasons"][0]
    entry = Entry(value=row.value, narrative=row.narrative, reason=reason)
    day = min(due_day_of(row.month), today)
    report = save_report(report, entry, actor=reporter, now=at(day - timedelta(days=3)))
    if stage == "draft":
        return 1
    report = submit_report(report, actor=reporter, now=at(day - timedelta(days=2)))
    if stage != "submitted":
        report = approve_report(report, actor=head, now=at(day - timedelta(days=1)))
    if stage == "accepted":
        accept_report(report, actor=people.office(), now=at(day))
    return 1


def _stage(story: Mapping[str, Any], row: ReportRow) -> str:
    dice = random.Random(f"{story['seed']}:{row.target}:{row.unit}:{row.month}")  # noqa: S311
    throw = dice.randrange(100)
    if row.unit in story["unreported"]:
        return "draft" if throw < 40 else "missing"
    for stage, share in story["current"].items():
        if throw < share:
            return str(stage)
        throw -= share
    return "missing"
