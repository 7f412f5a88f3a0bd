"""What an officer does to a case: one move, or his judgement of a fact; then on to the next case."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yingcai.audit import clock
from yingcai.cases.actions.judging import judge as judge_fact
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.desk.lights import stage_words
from yingcai.cases.desk.moves import OFFERED
from yingcai.cases.errors import CaseError, NotAllowed, StaleCase
from yingcai.cases.models import Case
from yingcai.cases.queries.inbox import next_case
from yingcai.cases.queries.seats import Held
from yingcai.cases.queries.story import move_words, title_of
from yingcai.cases.views.desk import SEATS, case_or_404, place_in, shown
from yingcai.engine.workflow.moves import HANDED
from yingcai.identity.access import StaffRequest, roles_required
from yingcai.identity.queries import user_by_name

if TYPE_CHECKING:
    from yingcai.identity.models import User

KEPT = ("move", "to", "reason", "items", "person", "name", "value")  # of a form that is refused
MOST = 4000  # letters of a reason


@require_POST
@roles_required(*SEATS, act=gettext_lazy("办理事项：同意、退回等"))
def act(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Make a move in a case as it was shown."""
    case, held = case_or_404(request, handle)
    posted = request.POST
    try:
        step = _step(posted, request.user)
        after = move(case, step, version=_version(posted), actor=request.user, now=clock.now())
    except CaseError as refusal:
        return _again(request, case, held, refusal)
    messages.success(request, _done(case, after, step.move))
    return _onward(request, after, held)


@require_POST
@roles_required(*SEATS, act=gettext_lazy("办理事项：人工认定"))
def judge(request: StaffRequest, handle: UUID) -> HttpResponse:
    """Say what a fact is that only people can judge; the rules are asked anew."""
    case, held = case_or_404(request, handle)
    name, written = request.POST.get("name", ""), request.POST.get("value", "")[:40]
    try:
        judge_fact(
            case, name, written, version=_version(request.POST), actor=request.user,
            now=clock.now(),
        )  # fmt: skip
    except CaseError as refusal:
        return _again(request, case, held, refusal)
    messages.success(request, _("已记录您的认定，并按规则重新核验"))
    return redirect("cases:desk_case", case.handle)


def _step(posted: QueryDict, user: "User") -> Step:
    """Raises: NotAllowed for a move that the desk has not, or a colleague that is none."""
    name = posted.get("move", "")
    if name not in OFFERED:
        raise NotAllowed(_("没有这个办理动作"))
    person = None
    if name in HANDED:
        person = user_by_name(posted.get("person", ""))
        if person is None or not person.is_active or person.program:
            raise NotAllowed(_("请选择交给谁办理"))
    return Step(
        name,
        to=posted.get("to", ""),
        reason=posted.get("reason", "")[:MOST],
        items=tuple(posted.get("items", "")[:MOST].splitlines()) if name == "return" else (),
        person=person,
    )


def _version(posted: QueryDict) -> int:
    written = posted.get("version", "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _again(request: StaffRequest, case: Case, held: Held, refusal: CaseError) -> HttpResponse:
    """The page as the case is now, with why nothing was done and what was typed."""
    fresh, _held = case_or_404(request, case.handle)
    typed = {name: request.POST.get(name, "")[:MOST] for name in KEPT}
    status = 409 if isinstance(refusal, StaleCase) else 422
    return shown(request, fresh, held, typed=typed, problems=refusal.problems, status=status)


def _done(before: Case, after: Case, name: str) -> str:
    """What was done to which case, and where it is now."""
    words = {
        "move": move_words(name),
        "number": after.number,
        "title": title_of(after),
        "stage": stage_words(after),
    }
    if before.stage == after.stage:
        return _("%(number)s %(title)s：已办理“%(move)s”") % words
    return _("%(number)s %(title)s：已办理“%(move)s”，转到“%(stage)s”") % words


def _onward(request: StaffRequest, case: Case, held: Held) -> HttpResponse:
    """To the case that came after this one in the inbox; to the inbox when nothing waits."""
    place = place_in(request.POST.get("place", "")) or (date.min, 0)
    following = next_case(request.user, clock.today(), place, but=case, held=held)
    if following is None:
        return redirect("cases:desk")
    return redirect("cases:desk_case", following.handle)
