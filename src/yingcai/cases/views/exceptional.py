"""一事一议: what is settled in one case beside the rules, signing it, and the register of all of them."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.evidencing import note_register
from yingcai.cases.actions.exceptional import (
    LONGEST,
    Settlement,
    propose_exceptional,
    refuse_exceptional,
    sign_exceptional,
    why_not_propose,
    why_not_sign,
    withdraw_exceptional,
)
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.models import Case, ExceptionalDecision
from yingcai.cases.queries import exceptional_register as register
from yingcai.cases.queries.exceptional import (
    Told,
    limit_words,
    open_record,
    path_of,
    records_of,
    results_of,
    signers_of,
)
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import teller
from yingcai.cases.queries.scope import case_scope
from yingcai.cases.queries.story import title_of
from yingcai.cases.views.appeals import files_of
from yingcai.cases.views.desk import READERS, case_or_404
from yingcai.cases.views.reading import refuse_readers
from yingcai.engine.documents.sheet import Sheet, SheetColumn, write_csv, write_sheet
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import Role
from yingcai.identity.views.downloads import attachment
from yingcai.registry.actions.looking import NAME, note_looks

REGISTER = (Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.HEAD, Role.OFFICER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 5000
TABS = {
    "settled": gettext_lazy("已签署"),
    "proposed": gettext_lazy("待签署"),
    "others": gettext_lazy("没有成立"),
}


@require_http_methods(["GET", "POST"])
@roles_required(*READERS, act=gettext_lazy("一事一议：提出、签署"))
def desk_exceptional(request: StaffRequest, handle: UUID) -> HttpResponse:
    """What is settled in one case beside what the rules say; proposing it, signing it."""
    refuse_readers(request)
    case, held = case_or_404(request, handle)
    path = path_of(case)
    if path is None:
        raise Http404
    told, fields, status = list[str](), {}, 200
    if request.method == "POST":
        try:
            messages.success(request, _act(request, case))
        except CaseError as refusal:
            told, status = refusal.problems, 409 if isinstance(refusal, StaleCase) else 422
            fields = refusal.fields if isinstance(refusal, InvalidCase) else {}
            case, held = case_or_404(request, handle)
        else:
            return redirect("cases:exceptional", handle)
    scope = case_scope(request.user, case, clock.today(), held)
    note_looks(scope, [case.subject], INSIDE, now=clock.now())
    found = records_of(case)
    waiting = next((one for one in found if one.row.status == "proposed"), None)
    current = next((one for one in found if one.row.status in ("proposed", "settled")), None)
    on, why = clock.today(), why_not_propose(case, request.user, clock.today())
    context = {
        "case": case,
        "title": title_of(case),
        "path": path,
        "clause": teller(book_of_case(case)).clause(path.source),
        "limit": limit_words(case, path),
        "current": current,
        "signers": signers_of(case, current.row if current else None),
        "older": [one for one in found if one is not current],
        "why_not_sign": why_not_sign(waiting.row, request.user, on) if waiting else "",
        "waits": waiting is not None,
        "mine": waiting is not None and waiting.row.proposed_by_id == request.user.pk,
        "why_not_propose": why,
        "results": results_of(case) if "result" in path.settles else [],
        "typed": _typed(request, current) if not why else {},
        "kept": current.files if current else (),
        "told": told,
        "problems": fields,
        "longest": LONGEST,
    }
    return render(request, "cases/desk_exceptional.html", context, status=status)


def _typed(request: HttpRequest, current: Told | None) -> dict[str, object]:
    """What stands in the form: what was typed, else the record that would be changed."""
    if request.POST.get("do") == "propose":
        return dict(request.POST.items())
    if current is None:
        return {}
    row = current.row
    yuan = f"{row.amount // 100}.{row.amount % 100:02d}" if row.amount else ""
    return {
        "amount": yuan,
        "result": row.result,
        "basis": row.basis,
        "basis_on": row.basis_on.isoformat(),
        "reason": current.reason,
        "terms": "\n".join(current.terms),
    }


def _act(request: StaffRequest, case: Case) -> str:
    """What was done, in words. Raises: CaseError."""
    posted, actor, now = request.POST, request.user, clock.now()
    wish = posted.get("do", "")
    if wish == "propose":
        settlement = Settlement(
            reason=posted.get("reason", "")[:LONGEST],
            basis=posted.get("basis", ""),
            basis_on=_day(posted.get("basis_on", "")),
            amount=posted.get("amount", "")[:40],
            result=posted.get("result", "")[:40],
            terms=tuple(posted.get("terms", "")[:LONGEST].splitlines()),
            files=files_of(request),
            keep=frozenset(int(one) for one in posted.getlist("keep") if one.isdecimal()),
        )
        version = posted.get("version", "")
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        propose_exceptional(case, settlement, version=number, actor=actor, now=now)
        return _("已提出，等规定的人签署。")
    row = open_record(case)
    shown = posted.get("shown", "")
    if row is None or row.digest != shown:
        raise StaleCase(_("记录已经更改，请刷新页面，核对后再签署"))
    if wish == "sign":
        done = sign_exceptional(row, shown=shown, actor=actor, now=now)
        return _("已签署，全部签署完成。") if done.stands else _("已签署，等另一人签署。")
    if wish == "refuse":
        refuse_exceptional(row, posted.get("text", "")[:LONGEST], actor=actor, now=now)
        return _("已记录：不予签署。")
    withdraw_exceptional(row, actor=actor, now=now)
    return _("已撤回。")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
@roles_required(*REGISTER, act=gettext_lazy("查看一事一议台账"))
def exceptional_register(request: StaffRequest) -> HttpResponse:
    """Every record of the cases that one may see, with what the rules said beside it."""
    return _listed(request, [])


def _listed(request: StaffRequest, problems: list[str]) -> HttpResponse:
    on = clock.today()
    which, text = request.GET.get("show", "settled"), request.GET.get("before", "")
    which = which if which in register.SHOWN else "settled"
    rows = register.records(request.user, on)
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    found, following = register.page_of(rows, which, before)
    _look(request, found)
    counts = register.counted(rows)
    context = {
        "which": which,
        "tabs": [(name, TABS[name], counts[name]) for name in register.SHOWN],
        "rows": [register.entry(row) for row in found],
        "total": register.total(rows),
        "next": f"?show={which}&before={following}" if following else "",
        "problems": problems,
        "reason": request.POST.get("reason", "")[:200],
    }
    status = 422 if problems else 200
    return render(request, "cases/exceptional_register.html", context, status=status)


def _look(request: StaffRequest, rows: list[ExceptionalDecision]) -> None:
    if rows:
        scope = case_scope(request.user, rows[0].case, clock.today())
        subjects = {row.case.subject_id: row.case.subject for row in rows}
        note_looks(scope, subjects.values(), NAME, now=clock.now())


@require_POST
@roles_required(*REGISTER, act=gettext_lazy("导出一事一议台账"))
def exceptional_file(request: StaffRequest) -> HttpResponse:
    """The register as a file, for a reason that is typed in and that each person reads."""
    reason = request.POST.get("reason", "").strip()
    rows = list(register.records(request.user, clock.today()).order_by("-pk")[: MOST + 1])
    problems = [] if reason and len(reason) <= 200 else [_("请写明导出的理由，不超过200个字")]
    if len(rows) > MOST:
        problems.append(_("超过%(most)s行，不能一次导出") % {"most": MOST})
    if problems:
        return _listed(request, problems)
    if rows:
        scope = case_scope(request.user, rows[0].case, clock.today())
        note_register(rows, scope, reason=reason, now=clock.now())
    head, table = _table(rows)
    name = _("一事一议台账")
    if request.POST.get("form") == "csv":
        return attachment(write_csv([head, *table]), f"{name}.csv", "text/csv; charset=utf-8")
    mark = _("%(who)s 于 %(day)s 下载") % {
        "who": str(request.user),
        "day": clock.today().isoformat(),
    }
    columns = tuple(SheetColumn(title) for title in head)
    data = write_sheet([Sheet(name, columns, table)], mark=mark, on=clock.today())
    return attachment(data, f"{name}.xlsx", XLSX)


def _table(rows: list[ExceptionalDecision]) -> tuple[list[str], list[list[str]]]:
    head = [
        _("事项编号"), _("办理事项"), _("对象"), _("牵头单位"), _("按规则"), _("议定"), _("差别"),
        _("依据"), _("依据日期"), _("状态"), _("签署人"), _("是否兑现"), _("记录摘要"),
    ]  # fmt: skip
    table = []
    for one in map(register.entry, rows):
        row = one.row
        table.append([
            row.case.number, one.title, row.case.subject.name, row.case.lead.label, one.by_rule,
            one.given, one.difference, row.basis, row.basis_on.isoformat(),
            str(row.get_status_display()), "；".join(one.signers),
            _("是") if one.granted else _("否"), row.digest,
        ])  # fmt: skip
    return head, table
