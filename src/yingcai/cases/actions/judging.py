"""Facts that people say: those that only they can judge (equivalent level, exceptions), and what an appeal finds out."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.appealing import with_found
from yingcai.cases.actions.deciding import Answers, answers_of, decide, sealed_answers
from yingcai.cases.actions.moving import locked, seats_in
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case, Decision
from yingcai.cases.queries.appeals import may_find
from yingcai.cases.queries.exceptional import settled_fact
from yingcai.cases.queries.experts import stage_that_says
from yingcai.cases.queries.flows import book_of_case, flow_of, state_now
from yingcai.cases.queries.seats import actor_in
from yingcai.engine.rules.subject import in_range
from yingcai.engine.rules.written import NotReadable, read_value, write_value
from yingcai.engine.workflow.model import OWN

if TYPE_CHECKING:
    from yingcai.identity.models import User


def judge(
    case: Case, name: str, written: str, *, version: int, actor: "User", now: datetime
) -> Decision | None:
    """Say what a judged fact is in this case, by whoever has a task in it; the rules are asked anew.

    In an appeal: what a fact of the first case was found to be; nothing is asked before it is decided.

    Raises: NotAllowed, InvalidCase, StaleCase.
    """
    case = locked(case, version)
    state = state_now(case) if case.live else None
    seats = seats_in(flow_of(case), state) if state else ()
    who = actor_in(case, seats, actor, clock.day_of(now))
    held = [one for one in who.seats if one.role not in OWN]
    if state is None or not held or {who.person, *who.also} & {*state.own}:
        raise NotAllowed(_("只有这一步的经办人可以认定"))
    fact = book_of_case(case).rules.facts.get(name)
    if name and name == settled_fact(case):
        raise InvalidCase(_("这一项由一事一议记录确定，不能直接填写"))
    saying = stage_that_says(case, name) if case.asks_rules else ""
    if saying:
        raise InvalidCase(_("这一项由“%s”表决认定，不能直接填写") % saying)
    judged = fact is not None and (fact.judged if case.asks_rules else name in may_find(case))
    if fact is None or not judged:
        raise InvalidCase(_("这一项不由人工认定"))
    try:
        value = write_value(in_range(read_value(written, fact.type), fact), fact.type)
    except NotReadable:
        raise InvalidCase(_("这个值读不懂，请重新选择"), fields={name: written}) from None
    kept = _with(case, name, value)
    with transaction.atomic():
        changed = Case.objects.filter(pk=case.pk, version=case.version).update(
            sealed_answers=kept, changed_at=now, version=case.version + 1
        )
        if not changed:
            raise StaleCase(_("这件事项已有新的办理动作，请刷新页面，核对后再操作"))
        case.sealed_answers, case.version = kept, case.version + 1
        record("case.judged", case, actor=actor, details={"fact": name}, at=now)
        return decide(case, on=clock.day_of(now), now=now) if case.asks_rules else None


def _with(case: Case, name: str, value: str) -> bytes:
    """The answers of the case with this one more; of an appeal beside what was said in it."""
    if not case.asks_rules:
        return with_found(case, name, value)
    answers = answers_of(case)
    return sealed_answers(case, Answers(answers.own, {**answers.judged, name: value}))
