"""收款账户: the part of a form that asks where money goes, the page that changes it, and its number for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.cases.actions.naming_account import asks_agreement, choose_account, write_account
from yingcai.cases.actions.revealing import account_revealed
from yingcai.cases.desk.lights import INSIDE
from yingcai.cases.errors import CaseError, InvalidCase
from yingcai.cases.models import Case
from yingcai.cases.queries.accounts import account_of, choices, may_name, named_for
from yingcai.cases.queries.scope import case_scope, own_case
from yingcai.cases.queries.seats import is_about
from yingcai.cases.queries.story import title_of
from yingcai.cases.viewers import viewer_of
from yingcai.cases.views.desk import SEATS, case_or_404
from yingcai.cases.views.looking import look_at
from yingcai.identity.access import StaffRequest, roles_required, signed_in
from yingcai.registry.actions.accounts import Written
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.errors import RegistryError

if TYPE_CHECKING:
    from yingcai.registry.models import PayeeAccount

ACCOUNT, NEW, LATER = "account", "new", "later"
FIELDS = ("bank", "number", "holder")


@dataclass(frozen=True, repr=False)
class AccountForm:
    """What is asked. ``chosen``: a handle, `new` or `later`; ``problems``: by field, with what was typed."""

    accounts: "list[PayeeAccount]"
    chosen: str
    may_wait: bool
    bank: str
    number: str
    holder: str
    asks_holder: bool
    asks_agreement: bool
    for_another: bool
    problems: dict[str, str]


def account_form(
    request: StaffRequest, cases: Sequence[Case], problems: dict[str, str] | None = None
) -> AccountForm | None:
    """The part of the form of some cases of one subject; None where none of them pays to an account.

    What somebody else wrote for him stands in the list, but ready only where it was named for this case.
    """
    on = clock.today()
    case = next((one for one in cases if may_name(one, request.user, on)), None)
    if case is None:
        return None
    known, row = choices(case, request.user, on), named_for(case)
    own = row is not None and row.named_by_id == request.user.pk
    named = row.account if row and row.account.ended_at is None else None
    accounts = [*known, *([named] if named and own and named not in known else [])]
    own_words = [one for one in known if one.named_by_id == request.user.pk]
    ready = named if named in accounts else next(iter(own_words), None)
    wrong = {
        key.removeprefix(f"{ACCOUNT}."): said
        for key, said in (problems or {}).items()
        if key.startswith(f"{ACCOUNT}.")
    }
    typed = {name: _typed(request, name) if wrong else "" for name in FIELDS}
    return AccountForm(
        accounts=accounts,
        chosen=(request.POST.get(ACCOUNT) if wrong else None)
        or (str(ready.handle) if ready else NEW),
        may_wait=named is None,
        asks_holder=case.subject.kind == "project",
        asks_agreement=asks_agreement(case, request.user, on),
        for_another=case.subject.kind == "person" and not is_about(case, request.user, on),
        problems=wrong,
        **typed,
    )


def _typed(request: StaffRequest, name: str) -> str:
    return request.POST.get(f"{ACCOUNT}_{name}", "").strip()[:130]


def keep_account(request: StaffRequest, cases: Sequence[Case], *, required: bool) -> dict[str, str]:
    """Keep what was chosen or written for those of some cases that ask for it; problems by field, each once.

    ``required``: whoever leaves it empty has to say that it comes later.
    """
    on, wish = clock.today(), request.POST.get(ACCOUNT, "")
    asked = [case for case in cases if may_name(case, request.user, on)]
    written = Written(*(_typed(request, name) for name in FIELDS))
    if not asked or wish in ("", LATER):
        return {}
    if wish == NEW and not (written.bank or written.number):
        said = _("请填写开户银行和账号，或者选“以后再填”。")
        return {f"{ACCOUNT}.bank": said} if required else {}
    try:
        for case in asked:
            _keep(request, case, wish, written)
    except InvalidCase as refusal:
        fields = refusal.fields or {"choice": str(refusal)}
        return {f"{ACCOUNT}.{name}": said for name, said in fields.items()}
    except CaseError as refusal:
        return {f"{ACCOUNT}.choice": str(refusal)}
    return {}


def _keep(request: StaffRequest, case: Case, wish: str, written: Written) -> None:
    now, named = clock.now(), account_of(case)
    if wish == NEW:
        agreed = f"{ACCOUNT}_agreed" in request.POST
        write_account(case, written, agreed=agreed, actor=request.user, now=now)
    elif named is None or str(named.handle) != wish:
        choose_account(case, wish, actor=request.user, now=now)


@sensitive_post_parameters("account_number")
@signed_in
@require_http_methods(["GET", "POST"])
def my_account(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Where the money of one's own case goes: to see and to change."""
    on = clock.today()
    case = own_case(request.user, handle, on)
    if case is None:
        raise Http404
    if not may_name(case, request.user, on):
        return redirect("cases:my_case", case.handle)
    problems: dict[str, str] = {}
    if request.method == "POST":
        before = account_of(case)
        problems = keep_account(request, [case], required=True)
        if not problems:
            if account_of(case) != before:
                messages.success(request, _("收款账户已保存。"))
            return redirect("cases:my_case", case.handle)
    look_at(case, viewer_of(case, request.user, on))
    context = {
        "case": case,
        "title": title_of(case),
        "pay": account_form(request, [case], problems),
        "named": named_for(case),
        "problems": [{"text": said, "href": href_of(key)} for key, said in problems.items()],
    }
    return render(request, "cases/my_account.html", context, status=422 if problems else 200)


def href_of(key: str) -> str:
    """Where the field of a problem with an account stands in the page."""
    return "#" + key.replace(".", "-")


@require_http_methods(["GET", "POST"])
@roles_required(*SEATS, act=gettext_lazy("查看事项的收款账号（逐项留痕）"))
def reveal(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Ask for the reason, write the look, show the number once."""
    case, held = case_or_404(request, handle)
    row = named_for(case)
    if row is None:
        raise Http404
    scope = case_scope(request.user, case, clock.today(), held)
    context: dict[str, object] = {"case": case, "title": title_of(case), "label": _("收款账号")}
    note_looks(scope, [case.subject], INSIDE if request.method == "GET" else NAME, now=clock.now())
    if request.method == "GET":
        return render(request, "cases/desk_reveal.html", context)
    reason = request.POST.get("reason", "")[:200]
    try:
        secret = account_revealed(scope, case, row.account, reason=reason, now=clock.now())
    except RegistryError as refusal:
        again = {**context, "problems": refusal.problems, "reason": reason}
        return render(request, "cases/desk_reveal.html", again, status=422)
    return render(request, "cases/desk_reveal.html", {**context, "value": secret.plain})
