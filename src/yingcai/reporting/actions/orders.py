"""督办单: open, answer, ask again, escalate, close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.reporting.errors import Problem, Refused, Stale, WrongState
from yingcai.reporting.models import OrderStep, SupervisionOrder
from yingcai.reporting.queries.orders import next_number, to_escalate

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User
    from yingcai.plan.models import Plan, Target

Status = SupervisionOrder.Status
Colour = SupervisionOrder.Colour
RANK = [Colour.BLUE, Colour.YELLOW, Colour.RED]
TEXT_LIMIT = 4000

# act: (the states it may be done in, the state it leads to)
MOVES: Mapping[str, tuple[frozenset[str], str]] = {
    "answer": (frozenset({Status.OPEN}), Status.ANSWERED),
    "ask_again": (frozenset({Status.ANSWERED}), Status.OPEN),
    "close": (frozenset({Status.OPEN, Status.ANSWERED}), Status.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Demand:
    """What a supervision order asks: of whom, by when, about what."""

    unit: "Unit"
    title: str
    text: str
    due_on: date
    target: "Target | None" = None
    colour: str = Colour.BLUE


@transaction.atomic
def open_order(
    plan: "Plan", demand: Demand, *, actor: "User | None", on: date, now: datetime
) -> SupervisionOrder:
    """Open a supervision order with the next number of the year.

    Raises: Refused with every problem of the demand at once.
    """
    problems = _demand_problems(plan, demand, on)
    if problems:
        raise Refused(problems)
    order = SupervisionOrder(
        plan=plan,
        number=next_number(on),
        target=demand.target,
        unit=demand.unit,
        title=demand.title.strip(),
        demand=demand.text.strip(),
        colour=demand.colour,
        opened_on=on,
        due_on=demand.due_on,
    )
    try:
        order.save(force_insert=True)
    except IntegrityError as error:  # somebody took the number in the same moment
        raise Stale(_("编号 %(n)s 刚被占用，请再试一次") % {"n": order.number}) from error
    _trace(order, "open", order.demand, actor=actor, now=now)
    return order


def _demand_problems(plan: "Plan", demand: Demand, on: date) -> list[Problem]:
    checks = [
        (not demand.title.strip(), _("事项"), _("请写明督办事项")),
        (len(demand.title.strip()) > 200, _("事项"), _("最多 200 字，详情请写在要求里")),
        (not demand.text.strip(), _("要求"), _("请写明要求")),
        (len(demand.text) > TEXT_LIMIT, _("要求"), _("最多 %(n)s 字") % {"n": TEXT_LIMIT}),
        (demand.due_on <= on, _("期限"), _("期限应晚于今天（%(on)s）") % {"on": on.isoformat()}),
        (demand.colour not in RANK, _("颜色"), _("请在蓝、黄、红中选择")),
        (
            demand.target is not None and demand.target.plan_id != plan.pk,
            _("目标"),
            _("这一目标不属于本计划"),
        ),
    ]
    return [Problem(where, message) for wrong, where, message in checks if wrong]


@transaction.atomic
def answer_order(
    order: SupervisionOrder, *, text: str, actor: "User", now: datetime
) -> SupervisionOrder:
    """The unit says what it has done. Raises: Refused (no words), WrongState, Stale."""
    return _move(order, "answer", _words(_("反馈"), text), actor=actor, now=now)


@transaction.atomic
def ask_again(
    order: SupervisionOrder, *, text: str, due_on: date, actor: "User", on: date, now: datetime
) -> SupervisionOrder:
    """The answer does not settle it: the order is open again until ``due_on``.

    Raises: Refused (no words, day past), WrongState, Stale.
    """
    words = _words(_("意见"), text)
    if due_on <= on:
        raise Refused(
            [Problem(_("期限"), _("新的期限应晚于今天（%(on)s）") % {"on": on.isoformat()})]
        )
    return _move(order, "ask_again", words, actor=actor, now=now, fields={"due_on": due_on})


@transaction.atomic
def close_order(
    order: SupervisionOrder, *, text: str, actor: "User", on: date, now: datetime
) -> SupervisionOrder:
    """The matter is settled, and the words say how. Raises: Refused (no words), WrongState, Stale."""
    words = _words(_("办结意见"), text)
    return _move(order, "close", words, actor=actor, now=now, fields={"closed_on": on})


@transaction.atomic
def escalate_order(
    order: SupervisionOrder, *, colour: str, text: str, actor: "User | None", now: datetime
) -> SupervisionOrder:
    """Turn an open order to a more urgent colour (blue, yellow, red), never back.

    Raises: Refused, WrongState, Stale.
    """
    if colour not in RANK or RANK.index(Colour(colour)) <= RANK.index(Colour(order.colour)):
        raise Refused([Problem(_("颜色"), _("只能升级为更紧急的颜色（蓝、黄、红）"))])
    _change(order, frozenset({Status.OPEN}), {"colour": colour})
    _trace(order, "escalate", text.strip()[:TEXT_LIMIT], actor=actor, now=now)
    return order


@transaction.atomic
def escalate_orders(plan: "Plan", *, on: date, now: datetime) -> list[SupervisionOrder]:
    """Turn every open order of ``plan`` to the colour that its delay has earned by ``on``.

    Safe to repeat: a second run on the same day changes nothing.
    """
    changed = []
    for order, colour in to_escalate(plan, on):
        days = {"days": (on - order.due_on).days}
        text = _("逾期 %(days)s 天未反馈，自动升级") % days
        changed.append(escalate_order(order, colour=colour, text=text, actor=None, now=now))
    return changed


def _words(where: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > TEXT_LIMIT:
        limit = {"limit": TEXT_LIMIT}
        raise Refused([Problem(where, _("请填写（不超过 %(limit)s 字）") % limit)])
    return text


def _move(
    order: SupervisionOrder,
    act: str,
    text: str,
    *,
    actor: "User",
    now: datetime,
    fields: Mapping[str, Any] | None = None,
) -> SupervisionOrder:
    allowed, after = MOVES[act]
    _change(order, allowed, {"status": after, **(fields or {})})
    _trace(order, act, text, actor=actor, now=now)
    return order


def _change(order: SupervisionOrder, allowed: frozenset[str], fields: Mapping[str, Any]) -> None:
    row = SupervisionOrder.objects.filter(pk=order.pk, status__in=allowed, version=order.version)
    if row.update(version=F("version") + 1, **fields) == 1:
        order.refresh_from_db(fields=["version", *fields])
        return
    current = SupervisionOrder.objects.get(pk=order.pk)
    if current.version != order.version:
        raise Stale(_("督办单刚被别人改过，请刷新页面，核对后再试"))
    raise WrongState(
        _("督办单现在是“%(status)s”，不能这样办理") % {"status": current.get_status_display()}
    )


def _trace(
    order: SupervisionOrder, act: str, text: str, *, actor: "User | None", now: datetime
) -> None:
    OrderStep.objects.create(
        order=order, action=act, text=text, colour=order.colour, actor=actor, at=now
    )
    details = {"number": order.number, "status": order.status, "colour": order.colour}
    record(f"order.{act}", order, actor=actor, details=details, at=now)
