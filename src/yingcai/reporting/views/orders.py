"""督办: the board, one order, and the acts of office and unit."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.engine.indicators import plain
from yingcai.identity.access import StaffRequest, once_per_form
from yingcai.identity.queries import Role, units_by_code
from yingcai.plan.queries import target_by_code
from yingcai.reporting.actions.orders import (
    RANK,
    Demand,
    answer_order,
    ask_again,
    close_order,
    escalate_order,
    open_order,
)
from yingcai.reporting.errors import Problem, ReportingError
from yingcai.reporting.forms import AskAgainForm, OrderForm
from yingcai.reporting.models import IndicatorValue, SupervisionOrder
from yingcai.reporting.queries.months import reporters_of
from yingcai.reporting.queries.orders import board
from yingcai.reporting.queries.scope import Scope, visible_orders
from yingcai.reporting.views.asking import attempt, posted_version, staff, staff_on_plan, tell

if TYPE_CHECKING:
    from yingcai.identity.models import Unit
    from yingcai.plan.models import Plan, Target

CLOSED_SHOWN = 20
USUAL_DAYS = 10
Status = SupervisionOrder.Status


@require_safe
@staff_on_plan()
def orders_board(request: StaffRequest, scope: Scope, plan: "Plan") -> HttpResponse:
    """Every order that the visitor may see, by colour and state."""
    visible = visible_orders(scope).filter(plan=plan)
    live = list(visible.exclude(status=Status.CLOSED))
    closed = list(visible.filter(status=Status.CLOSED).order_by("-closed_on", "-id")[:CLOSED_SHOWN])
    columns = board([*live, *closed])
    today = clock.today()
    context = {
        "columns": columns,
        "any": bool(live or closed),
        "late": {
            order.pk for order in live if order.status == Status.OPEN and today > order.due_on
        },
        "scope": scope,
    }
    return render(request, "reporting/orders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_on_plan(Role.OFFICE)
@once_per_form
def order_new(request: StaffRequest, scope: Scope, plan: "Plan") -> HttpResponse:
    """A new order: empty, or prepared from a light (``?target=8-3&unit=code``)."""
    units = list(units_by_code().values())
    choices = [(unit.pk, unit.label) for unit in units]
    if request.method != "POST":
        form = OrderForm(units=choices, initial=_prepared(request, plan, units))
        return render(request, "reporting/order_new.html", {"form": form})
    form = OrderForm(request.POST, units=choices)
    problems: list[Problem] = []
    if form.is_valid():
        demand, problems = _demand(form, plan, units)
        if demand is not None:
            try:
                order = open_order(
                    plan, demand, actor=request.user, on=clock.today(), now=clock.now()
                )
                return redirect("reporting:order", order.pk)
            except ReportingError as error:
                problems = list(error.problems)
    context = {"form": form, "problems": problems}
    return render(request, "reporting/order_new.html", context, status=422)


def _demand(
    form: OrderForm, plan: "Plan", units: "list[Unit]"
) -> tuple[Demand | None, list[Problem]]:
    given = form.cleaned_data
    target = target_by_code(plan, given["target"].strip()) if given["target"].strip() else None
    if given["target"].strip() and target is None:
        return None, [Problem(_("相关目标"), _("台账里没有这个编号，请核对后再填"))]
    unit = next(unit for unit in units if unit.pk == given["unit"])
    return Demand(unit, given["title"], given["text"], given["due_on"], target, given["colour"]), []


def _prepared(request: StaffRequest, plan: "Plan", units: "list[Unit]") -> dict[str, object]:
    initial: dict[str, object] = {"due_on": clock.today() + timedelta(days=USUAL_DAYS)}
    target = target_by_code(plan, request.GET.get("target", "")[:20])
    if target is None:
        return initial
    code = request.GET.get("unit", "")
    unit = next((unit for unit in units if unit.code == code), None)
    if unit is None:
        unit = next(iter(reporters_of(target)), None)
    return initial | _from_light(target, unit, chosen=bool(code))


def _from_light(target: "Target", unit: "Unit | None", *, chosen: bool) -> dict[str, object]:
    """The words of an order that a light calls for."""
    rows = IndicatorValue.objects.filter(target=target).order_by("-month")
    row = rows.filter(unit=unit).first() if chosen and unit is not None else None
    row = row or rows.filter(unit=None).first()
    prepared: dict[str, object] = {
        "target": target.code,
        "title": _("加快推进：%(title)s") % {"title": target.title[:150]},
    }
    if unit is not None:
        prepared["unit"] = unit.pk
    if row is not None and row.progress is not None and row.gap is not None and row.gap > 0:
        prepared["colour"] = "yellow" if row.light == IndicatorValue.Light.RED else "blue"
        prepared["text"] = _(
            "截至%(month)s，该目标完成 %(progress)s%%，落后时间进度 %(gap)s 个百分点。"
            "请分析原因，提出赶上进度的措施、时间节点和责任人，于期限前书面反馈。"
        ) % {"month": f"{row.month:%Y-%m}", "progress": plain(row.progress), "gap": plain(row.gap)}
    return prepared


@require_safe
@staff()
def order_page(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    order = get_object_or_404(visible_orders(scope), pk=pk)
    form = AskAgainForm(
        initial={
            "version": order.version,
            "due_on": clock.today() + timedelta(days=USUAL_DAYS),
        }
    )
    place = RANK.index(SupervisionOrder.Colour(order.colour))
    context = {
        "order": order,
        "steps": order.steps.select_related("actor"),
        "late": order.status == Status.OPEN and clock.today() > order.due_on,
        "may_answer": order.status == Status.OPEN and order.unit_id in scope.own,
        "may_settle": scope.office and order.status != Status.CLOSED,
        "ask_form": form,
        "colours": list(RANK[place + 1 :]),
    }
    return render(request, "reporting/order.html", context)


@require_safe
@staff()
def order_print(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    """督办单 on paper: one page with room for signatures."""
    order = get_object_or_404(visible_orders(scope), pk=pk)
    context = {"order": order, "steps": order.steps.select_related("actor")}
    return render(request, "reporting/order_print.html", context)


def _seen(request: StaffRequest, scope: Scope, pk: int) -> SupervisionOrder:
    order = get_object_or_404(visible_orders(scope), pk=pk)
    order.version = posted_version(request)
    return order


@require_POST
@staff()
def answer(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    order = _seen(request, scope, pk)
    if order.unit_id not in scope.own:
        raise Http404
    text = request.POST.get("text", "")
    attempt(
        request,
        lambda: answer_order(order, text=text, actor=request.user, now=clock.now()),
        done=_("已反馈"),
    )
    return redirect("reporting:order", pk)


@require_POST
@staff(Role.OFFICE)
def again(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    order = _seen(request, scope, pk)
    form = AskAgainForm(request.POST)
    if not form.is_valid():
        tell(
            request,
            [
                Problem(str(form[name].label), str(error))
                for name, errors in form.errors.items()
                for error in errors
            ],
        )
        return redirect("reporting:order", pk)
    text: str = form.cleaned_data["text"]
    due_on: date = form.cleaned_data["due_on"]
    attempt(
        request,
        lambda: ask_again(
            order,
            text=text,
            due_on=due_on,
            actor=request.user,
            on=clock.today(),
            now=clock.now(),
        ),
        done=_("已退回补充，期限已更新"),
    )
    return redirect("reporting:order", pk)


@require_POST
@staff(Role.OFFICE)
def close(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    order = _seen(request, scope, pk)
    text = request.POST.get("text", "")
    attempt(
        request,
        lambda: close_order(
            order, text=text, actor=request.user, on=clock.today(), now=clock.now()
        ),
        done=_("已办结"),
    )
    return redirect("reporting:order", pk)


@require_POST
@staff(Role.OFFICE)
def escalate(request: StaffRequest, scope: Scope, pk: int) -> HttpResponse:
    order = _seen(request, scope, pk)
    colour, text = request.POST.get("colour", ""), request.POST.get("text", "")
    attempt(
        request,
        lambda: escalate_order(
            order, colour=colour, text=text, actor=request.user, now=clock.now()
        ),
        done=_("已升级"),
    )
    return redirect("reporting:order", pk)
