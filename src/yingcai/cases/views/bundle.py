"""Applying for several programmes at once: choosing them, one form, one receipt."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingcai.audit import clock
from yingcai.cases.actions.bundling import (
    asked_by,
    bring_to_all,
    leave_out,
    start_bundle,
    submit_bundle,
)
from yingcai.cases.actions.files import detach
from yingcai.cases.actions.opening import lacking_materials, renew_draft, save_answers
from yingcai.cases.bundle_forms import Sheet, sheet_of
from yingcai.cases.errors import CaseError, InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Bundle, Case
from yingcai.cases.queries import story
from yingcai.cases.queries.bundles import own_bundle
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.materials import EXEMPT
from yingcai.cases.queries.questions import range_words
from yingcai.cases.viewers import viewer_of
from yingcai.cases.views.accounts import account_form, keep_account
from yingcai.cases.views.form import MATERIAL, Sent, Slot, problems_told, read_sent, uploads
from yingcai.cases.views.guides import NEEDS
from yingcai.identity.access import StaffRequest, once_per_form, signed_in
from yingcai.registry.evidence_files import SIZE_LIMIT

MOST_TOLD = 400
CARRIED = ("subject", "own", "told", "passed")  # of the search, to go back to it
Cases = Sequence[Case]


@signed_in
@require_POST
@once_per_form
def start(request: StaffRequest) -> HttpResponse:
    """Begin the programmes that were chosen, with what was said while looking for them."""
    lines = request.POST.getlist("told")[:MOST_TOLD]
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    try:
        bundle = start_bundle(
            request.POST.getlist("choose")[:MOST_TOLD], said, actor=request.user, now=clock.now()
        )
    except CaseError as refusal:
        context = {
            "problems": [{"text": one} for one in refusal.problems],
            "carried": [
                (name, value)
                for name in CARRIED
                for value in request.POST.getlist(name)[:MOST_TOLD]
            ],
        }
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return render(request, "cases/bundle_refused.html", context, status=status)
    return redirect("cases:bundle_form", bundle.handle)


def _found(request: StaffRequest, handle: UUID) -> tuple[Bundle, list[Case]]:
    """Raises: Http404."""
    found = own_bundle(request.user, handle, clock.today())
    if found is None:
        raise Http404
    return found


@sensitive_post_parameters("account_number")
@signed_in
@require_http_methods(["GET", "POST"])
def bundle_form(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One form for all drafts of a bundle."""
    bundle, every = _found(request, handle)
    cases = [case for case in every if case.status == Case.Status.DRAFT]
    if bundle.submitted_at or not cases:
        return redirect("cases:bundle_receipt", bundle.handle)
    if request.method != "POST":
        return _page(request, bundle, cases, None)
    if request.POST.get("drop"):
        return _dropped(request, bundle, cases)
    return _kept(request, bundle, cases)


def _dropped(request: StaffRequest, bundle: Bundle, cases: Cases) -> HttpResponse:
    """One programme is taken out and stays a draft by itself."""
    case = next((one for one in cases if str(one.handle) == request.POST["drop"]), None)
    if case is None:
        raise Http404
    try:
        leave_out(case, actor=request.user, now=clock.now())
    except CaseError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已移出，草稿还在“我的事项”中。"))
    if len(cases) == 1:
        return redirect("cases:my_cases")
    return redirect("cases:bundle_form", bundle.handle)


def _kept(request: StaffRequest, bundle: Bundle, cases: Cases) -> HttpResponse:
    """Keep what can be kept, whatever else was asked for; then do that."""
    sent = Sent({}, 0, shown=frozenset(request.POST.getlist("shown")))
    for case in cases:
        _keep(request, case, sent)
    _bundle, cases = _found(request, bundle.handle)
    cases = [case for case in cases if case.status == Case.Status.DRAFT]
    if not cases:
        return redirect("cases:bundle_receipt", bundle.handle)
    _keep_files(request, cases, sent)
    sent.problems |= keep_account(request, cases, required=request.POST.get("do") == "submit")
    if sent.clean and request.POST.get("remove"):
        _remove(request, cases, sent)
    if request.POST.get("do") == "submit" and not sent.stale:
        return _handed_in(request, bundle, cases, sent)
    if sent.clean:
        messages.success(request, _("已保存。可以换一台设备接着填。"))
        return redirect("cases:bundle_form", bundle.handle)
    return _page(request, bundle, cases, sent)


def _keep(request: StaffRequest, case: Case, sent: Sent) -> None:
    """The answers of one case; what is wrong with them is told once."""
    own = read_sent(case, request.POST, version=request.POST.get(f"version.{case.handle}", ""))
    wanted = asked_by(case)
    own.texts = {name: text for name, text in own.texts.items() if name in wanted}
    sent.texts |= own.texts
    sent.among |= own.among
    try:
        if renew_draft(case, now=clock.now()):
            raise StaleCase(_("政策已经更新，表单按新的规定更新了，请核对后再提交"))
        save_answers(case, own.texts, version=own.version, actor=request.user, now=clock.now())
    except StaleCase:
        sent.stale = True
    except InvalidCase as refusal:
        facts = book_of_case(case).rules.facts
        for name in refusal.fields:
            several = _("有几项符合，请选一项。") if name in sent.among else ""
            unread = _("这个回答读不懂，请按说明改正。")
            sent.problems[name] = several or range_words(facts[name]) or unread
        sent.general += [] if refusal.fields else refusal.problems
    except CaseError as refusal:
        sent.general += refusal.problems


def _keep_files(request: StaffRequest, cases: Cases, sent: Sent) -> None:
    for material, upload in uploads(request):
        data = upload.read(SIZE_LIMIT + 1)
        try:
            bring_to_all(cases, material, upload.name, data, actor=request.user, now=clock.now())
        except InvalidCase as refusal:
            sent.faulty(material, upload.name, str(refusal))
        except CaseError as refusal:
            sent.general += refusal.problems


def _remove(request: StaffRequest, cases: Cases, sent: Sent) -> None:
    """A document is taken back from each case that it came with."""
    digest = request.POST["remove"]
    for case in cases:
        for row in case.files.filter(sha256=digest, removed_at=None):
            try:
                detach(row, version=case.version, actor=request.user, now=clock.now())
            except CaseError as refusal:
                sent.general += refusal.problems


def _handed_in(request: StaffRequest, bundle: Bundle, cases: Cases, sent: Sent) -> HttpResponse:
    """Everything that stands in the way is said at once."""
    sheet = _sheet(request, cases, None)
    sent.fresh = [name for name in sheet.open if sent.shown and name not in sent.shown]
    if "unsure" not in request.POST or sent.fresh:
        sent.add(dict.fromkeys(sheet.open, _("请回答这一项。")))
    for case in cases:
        for name, said in lacking_materials(case, on=clock.today()).items():
            sent.add({f"{MATERIAL}{name}": said})
    if "anyway" not in request.POST:
        sent.doubt = any(part.reasons.outcome == "no" for part in sheet.parts)
    if sent.clean:
        versions = {case.pk: case.version for case in cases}
        try:
            submit_bundle(bundle, versions, actor=request.user, now=clock.now())
        except CaseError as refusal:
            sent.general += refusal.problems
        else:
            return redirect("cases:bundle_receipt", bundle.handle)
    return _page(request, bundle, _found(request, bundle.handle)[1], sent)


def _sheet(request: StaffRequest, cases: Cases, sent: Sent | None) -> Sheet:
    on = clock.today()
    viewers = {case.pk: viewer_of(case, request.user, on) for case in cases}
    typed = sent.typed if sent else None
    return sheet_of(cases, viewers, on=on, typed=typed, fresh=sent.fresh if sent else ())


def _page(request: StaffRequest, bundle: Bundle, cases: Cases, sent: Sent | None) -> HttpResponse:
    sheet = _sheet(request, cases, sent)
    problems: Mapping[str, str] = sent.problems if sent else {}
    context = {
        "bundle": bundle,
        "sheet": sheet,
        "new": [one for one in sheet.fields if one.new and not one.written],
        "materials": list(_materials(cases, sheet, problems)),
        "pay": account_form(request, cases, sent.problems if sent else None),
        "sent": sent,
        "problems": list(_problems(sheet, sent)) if sent else [],
        "unsure": bool(problems.keys() & set(sheet.open)),
    }
    status = 200 if sent is None else 409 if sent.stale else 422
    return render(request, "cases/bundle_form.html", context, status=status)


def _materials(cases: Cases, sheet: Sheet, problems: Mapping[str, str]) -> Iterator[Slot]:
    """Each document once, with its files once, whichever cases they came with."""
    there: dict[str, dict[str, Any]] = {}
    for case in cases:
        for file in story.brought_with(case):
            there.setdefault(file.row.material, {}).setdefault(file.row.sha256, file)
    for one in sheet.needs:
        word, about = NEEDS[one.need]
        files = tuple(there.get(one.id, {}).values())
        problem = problems.get(f"{MATERIAL}{one.id}", "")
        yield Slot(one, word, about, files, problem, one.need != EXEMPT, frozenset())


def _problems(sheet: Sheet, sent: Sent) -> Iterator[dict[str, str]]:
    doubt = _("其中有按目前的信息不符合条件的：请移出，或者勾选“仍要申请”。")
    return problems_told(sheet.fields, sent, doubt=doubt)


@signed_in
@require_safe
def bundle_receipt(request: StaffRequest, handle: UUID) -> HttpResponse:
    """One receipt with a line for each case; to print."""
    bundle, cases = _found(request, handle)
    if bundle.submitted_at is None:
        return redirect("cases:bundle_form", bundle.handle)
    files = {
        (file.material, file.name): file for case in cases for file in story.brought_with(case)
    }
    context = {
        "bundle": bundle,
        "rows": [story.brief(case) for case in cases],
        "files": list(files.values()),
    }
    return render(request, "cases/bundle_receipt.html", context)
