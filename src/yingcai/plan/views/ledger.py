"""The ledger: the table of targets with filters and exports; one target with everything about it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.engine.documents.sheet import Sheet, SheetColumn, Value, write_csv, write_sheet
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import unit_by_code
from yingcai.plan.models import Plan, Target
from yingcai.plan.queries import current_plan, target_by_code
from yingcai.plan.queries.desk import around, pieces
from yingcai.plan.queries.ledger import (
    LedgerFilter,
    ledger_page,
    ledger_rows,
    measures_of,
    owner_choices,
    path_through,
)
from yingcai.plan.queries.readiness import label_of
from yingcai.plan.templatetags.plan_desk import comparator_word, per_word
from yingcai.plan.views.desk import desk_url
from yingcai.plan.views.wording import changes_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@roles_required()
@require_safe
def ledger(request: StaffRequest) -> HttpResponse:
    """The targets of the plan in force, a page at a time."""
    plan = current_plan()
    if plan is None:
        return render(request, "plan/ledger.html", {"plan": None})
    wanted = _wanted(request)
    rows = ledger_rows(plan, wanted)
    page = ledger_page(rows, after=_place(request, "after"), before=_place(request, "before"))
    context = {
        "plan": plan,
        "page": page,
        "wanted": wanted,
        "measures": list(measures_of(plan)),
        "units": owner_choices(plan),
        "kinds": Target.Kind.choices,
        "query": urlencode(_query(wanted)),
        "newer_href": _href(wanted, "before", page.newer),
        "older_href": _href(wanted, "after", page.older),
    }
    return render(request, "plan/ledger.html", context)


def _wanted(request: HttpRequest) -> LedgerFilter:
    measure = request.GET.get("measure", "")
    kind = request.GET.get("kind", "")
    return LedgerFilter(
        words=request.GET.get("q", "").strip()[:80],
        measure=int(measure) if measure.isdecimal() else None,
        unit=request.GET.get("unit", "")[:40],
        kind=kind if kind in Target.Kind.values else "",
    )


def _place(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _query(wanted: LedgerFilter) -> dict[str, str]:
    given = {
        "q": wanted.words,
        "measure": str(wanted.measure or ""),
        "unit": wanted.unit,
        "kind": wanted.kind,
    }
    return {name: value for name, value in given.items() if value}


def _href(wanted: LedgerFilter, name: str, place: int | None) -> str:
    if place is None:
        return ""
    return "?" + urlencode({**_query(wanted), name: str(place)})


@roles_required()
@require_safe
def ledger_file(request: StaffRequest, form: str) -> HttpResponse:
    """The filtered ledger as xlsx or csv, every row of it."""
    plan = current_plan()
    if plan is None:
        raise Http404
    rows = [_row(target) for target in ledger_rows(plan, _wanted(request))]
    columns = _columns()
    today = clock.today()
    if form == "csv":
        data = write_csv([[column.title for column in columns], *rows])
    else:
        mark = f"{request.user} {today.isoformat()}"
        sheet = Sheet(str(_("目标台账")), columns, rows)
        data = write_sheet([sheet], mark=mark, notes=[plan.title, plan.digest], on=today)
    response = HttpResponse(data, content_type=CSV if form == "csv" else XLSX)
    name = f"ledger-{plan.slug}-{plan.edition}.{form}"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""  # noqa: FBT003
    return response


def _columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(_("编号")),
        SheetColumn(_("目标")),
        SheetColumn(_("类别")),
        SheetColumn(_("措施")),
        SheetColumn(_("牵头单位")),
        SheetColumn(_("配合单位")),
        SheetColumn(_("比较方式")),
        SheetColumn(_("目标值"), number_format="#,##0.####"),
        SheetColumn(_("上限"), number_format="#,##0.####"),
        SheetColumn(_("计量单位")),
        SheetColumn(_("统计口径")),
        SheetColumn(_("计数方式")),
        SheetColumn(_("基数"), number_format="#,##0.####"),
        SheetColumn(_("开始日期")),
        SheetColumn(_("截止日期")),
        SheetColumn(_("分解单位数")),
    )


def _row(target: Target) -> list[Value]:
    owners = list(target.owners.all())
    return [
        target.code,
        target.label,
        str(target.get_kind_display()),
        f"{label_of(target.measure)} {target.measure.title}".strip(),
        "、".join(owner.unit.label for owner in owners if owner.role == "lead"),
        "、".join(owner.unit.label for owner in owners if owner.role == "joint"),
        comparator_word(target.comparator),
        target.value,
        target.value_max,
        target.measure_word,
        per_word(target.per),
        str(target.get_course_display()),
        target.baseline_value,
        target.starts_on,
        target.due_on,
        getattr(target, "share_count", 0),
    ]


@roles_required()
@require_safe
def target(request: StaffRequest, code: str) -> HttpResponse:
    """One target: its sentence, owners, shares, path, parts and everything that was changed."""
    found = target_or_404(code)
    unit_code = request.GET.get("unit", "")
    share = next((one for one in found.shares.all() if one.unit.code == unit_code), None)
    milestones = list(found.milestones.filter(unit=share.unit_id if share else None))
    context: dict[str, Any] = {
        "plan": found.plan,
        "target": found,
        "pieces": pieces(found.plan.text, around(found.plan, found.clause), [found.clause]),
        "path": path_through(found, milestones, goal=share.value if share else found.value),
        "share": share,
        "milestones": milestones,
        "desk": desk_url(found.plan, found.measure),
        "parts": list(found.parts.all()),
        "changes": changes_of(found),
        "line": _line(found),
    }
    return render(request, "plan/target.html", context)


def target_or_404(code: str) -> Target:
    plan: Plan | None = current_plan()
    found = target_by_code(plan, code) if plan else None
    if found is None:
        raise Http404
    return found


def _line(found: Target) -> list[Target]:
    """The same promise in earlier editions, the nearest first."""
    line: list[Target] = []
    step = found.previous
    while step is not None and len(line) < 20:
        line.append(step)
        step = step.previous
    return line


def unit_or_404(code: str) -> str:
    if code and unit_by_code(code) is None:
        raise Http404
    return code
