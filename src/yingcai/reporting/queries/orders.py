"""Supervision orders: the board, and what a day demands of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from yingcai.plan.queries import active_pack
from yingcai.reporting.models import SupervisionOrder

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

Colour = SupervisionOrder.Colour
Status = SupervisionOrder.Status
LIVE = [Status.OPEN, Status.ANSWERED]


@dataclass(frozen=True, slots=True)
class Escalation:
    """Days after the due day on which an order without an answer turns yellow and red."""

    yellow_after: int
    red_after: int


def escalation_rule() -> Escalation:
    setting = active_pack().get("orders", {})
    return Escalation(
        yellow_after=int(setting.get("yellow_after_days", 1)),
        red_after=int(setting.get("red_after_days", 10)),
    )


def live_orders(plan: "Plan") -> QuerySet[SupervisionOrder]:
    """The orders of ``plan`` that are not closed."""
    return SupervisionOrder.objects.filter(plan=plan, status__in=LIVE)


def colour_on(order: SupervisionOrder, on: date, rule: Escalation) -> str:
    """The colour that an order without an answer has on ``on``; it never turns back."""
    late = (on - order.due_on).days
    if order.colour == Colour.RED or late >= rule.red_after:
        return Colour.RED
    if order.colour == Colour.YELLOW or late >= rule.yellow_after:
        return Colour.YELLOW
    return Colour.BLUE


def to_escalate(plan: "Plan", on: date) -> list[tuple[SupervisionOrder, str]]:
    """The open orders whose colour has to change on ``on``, with their new colour."""
    rule = escalation_rule()
    first_late = on - timedelta(days=min(rule.yellow_after, rule.red_after))
    late = SupervisionOrder.objects.filter(
        plan=plan, status=Status.OPEN, due_on__lte=first_late
    ).select_related("unit")
    coloured = [(order, colour_on(order, on, rule)) for order in late]
    return [(order, colour) for order, colour in coloured if colour != order.colour]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board."""

    key: str
    orders: list[SupervisionOrder]


def board(orders: Sequence[SupervisionOrder]) -> list[Column]:
    """Open orders by colour (most urgent first), then the answered and the closed ones."""
    columns: dict[str, list[SupervisionOrder]] = {
        key: [] for key in (Colour.RED, Colour.YELLOW, Colour.BLUE, Status.ANSWERED, Status.CLOSED)
    }
    for order in orders:
        columns[order.colour if order.status == Status.OPEN else order.status].append(order)
    return [Column(key, rows) for key, rows in columns.items()]


def next_number(on: date) -> str:
    """The number of the next order of the year, e.g. 督办〔2018〕3号 (the word before is the pack's)."""
    prefix = active_pack().get("orders", {}).get("number_prefix", "督办")
    head = f"{prefix}〔{on.year}〕"
    taken = SupervisionOrder.objects.filter(number__startswith=head).values_list(
        "number", flat=True
    )
    numbers = [int(text) for number in taken if (text := number[len(head) : -1]).isdigit()]
    return f"{head}{max(numbers, default=0) + 1}号"
