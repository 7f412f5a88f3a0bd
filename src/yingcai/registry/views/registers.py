"""Asking registers from a page, and the monitor of all registers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yingcai.audit import clock
from yingcai.registry.access import for_purpose, scoped, subject_or_404
from yingcai.registry.actions.registers import ask_registers
from yingcai.registry.errors import RegistryError
from yingcai.registry.models import RegisterAnswer, Subject
from yingcai.registry.queries.registers import health
from yingcai.registry.queries.scope import AUDITOR, COUNTY, OFFICE, SELF, Scope
from yingcai.registry.registers.choose import registers
from yingcai.registry.views.subject import SENSITIVE


@require_POST
@scoped(OFFICE, COUNTY, act=gettext_lazy("向登记系统核对"))
def ask(request: HttpRequest, scope: Scope, handle: str) -> HttpResponse:
    """Ask all registers about a subject; its number is used, which is written down."""
    found = subject_or_404(scope, handle)
    _ask(request, for_purpose(request, SENSITIVE), found)
    return redirect("registry:subject", handle)


@require_POST
@scoped(SELF, act=gettext_lazy("请登记系统核对自己的信息"))
def ask_own(request: HttpRequest, scope: Scope) -> HttpResponse:
    own = scope.subjects().filter(kind=Subject.Kind.PERSON).first()
    if own is None:
        raise Http404
    _ask(request, scope, own)
    return redirect("registry:me")


def _ask(request: HttpRequest, scope: Scope, found: Subject) -> None:
    try:
        answers = ask_registers(scope, found, registers(), actor=scope.user, now=clock.now())
    except RegistryError as refusal:
        messages.error(request, str(refusal))
        return
    down = [one for one in answers if one.state == RegisterAnswer.State.DOWN]
    if not answers:
        messages.info(request, _("刚刚核对过，五分钟后可以再次核对。"))
    elif down:
        text = _("已核对；有 %(down)s 个登记系统暂时不可用，不影响已有信息，请稍后再试。")
        messages.warning(request, text % {"down": len(down)})
    else:
        messages.success(request, _("已核对。"))


@require_safe
@scoped(OFFICE, AUDITOR, act=gettext_lazy("查看登记系统的状态"))
def monitor(request: HttpRequest, scope: Scope) -> HttpResponse:
    """How each register has answered during the last day."""
    return render(request, "registry/registers.html", {"rows": health(now=clock.now())})
