"""What waits for a user today: the figures and orders on which it is their turn to act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext

from yingcai.reporting.queries.scope import (
    Scope,
    scope_of,
    visible_orders,
    visible_reports,
    waiting_for,
)
from yingcai.web.navigation import address

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True)
class Waiting:
    """One pile on the desk. ``tone`` as in components/stat.html."""

    label: str
    count: int
    unit: str
    href: str
    icon: str
    tone: str = ""


def waiting(user: "User", on: date) -> list[Waiting]:
    """The piles that hold something; empty when nothing waits for ``user``."""
    scope = scope_of(user, on)
    return [pile for pile in (*_figures(scope), *_orders(scope, on)) if pile.count]


def _figures(scope: Scope) -> Iterator[Waiting]:
    open_ones = visible_reports(scope).filter(waiting_for(scope), month__status="open")
    counts = dict(open_ones.order_by().values_list("status").annotate(number=Count("pk")))
    inbox = address("reporting:inbox")
    for status, label, icon, tone in (
        ("returned", gettext("被退回、要改的数字"), "arrow-return-left", "bad"),
        ("draft", gettext("要填的数字"), "pencil-square", ""),
        ("submitted", gettext("要审核的数字"), "check2-square", ""),
        ("approved", gettext("要核定的数字"), "patch-check", ""),
    ):
        yield Waiting(label, counts.get(status, 0), "个", inbox, icon, tone)


def _orders(scope: Scope, on: date) -> Iterator[Waiting]:
    """Units answer open orders; the talent office closes answered ones."""
    mine = Q(status="open", unit__in=scope.own)
    counts = (
        visible_orders(scope)
        .order_by()
        .aggregate(
            overdue=Count("pk", filter=mine & Q(due_on__lt=on)),
            due=Count("pk", filter=mine & Q(due_on__gte=on)),
            answered=Count("pk", filter=Q(status="answered")),
        )
    )
    board = address("reporting:orders")
    overdue, due = gettext("已超期的督办单"), gettext("待反馈的督办单")
    yield Waiting(overdue, counts["overdue"], "件", board, "exclamation-triangle", "bad")
    yield Waiting(due, counts["due"], "件", board, "clipboard2", "warn")
    if scope.office:
        answered = gettext("已反馈、待办结的督办单")
        yield Waiting(answered, counts["answered"], "件", board, "clipboard2-check")
