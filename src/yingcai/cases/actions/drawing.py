"""Acts of a case with what people have to judge in it: experts are drawn by lot, and what they say is kept.

The lot is drawn by a fresh seed; seed and names go into the audit, so that anybody with them draws it again.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import (
    Answers,
    answers_of,
    basis_of,
    decided,
    sealed_answers,
)
from yingcai.cases.errors import NotAllowed
from yingcai.cases.models import Case
from yingcai.cases.queries.exceptional import open_record
from yingcai.cases.queries.experts import free_to_judge
from yingcai.cases.queries.flows import Flow
from yingcai.cases.queries.rule_book import language
from yingcai.engine.matching.draws import drawn
from yingcai.engine.workflow.act import Act, Applied, Effect, Judging
from yingcai.engine.workflow.model import Stage
from yingcai.engine.workflow.moves import Refusal, Refused
from yingcai.engine.workflow.words import refusal_words

if TYPE_CHECKING:
    from yingcai.identity.models import User

LOT = "experts"


def applied(
    case: Case, flow: Flow, act: Act, run: Callable[[Act], Applied], *, now: datetime
) -> tuple[Act, Applied]:
    """The act with what the rules wait for people to judge, and what ``run`` makes of it.

    Where it leads to experts they are drawn first; call it in a transaction. Raises: NotAllowed with the reason.
    """
    act = replace(act, judging=_open_facts(case, flow, now))
    try:
        return act, run(act)
    except Refused as error:
        stage = flow.workflow.by_name.get(error.refusal.place)
        if error.refusal.code != "no-experts" or stage is None:
            raise NotAllowed(refusal_words(flow.workflow, error.refusal, language())) from None
    others = tuple(one for one in act.judging if one.fact != stage.says)
    with transaction.atomic():  # a lot that leads nowhere leaves no record
        act = replace(act, judging=(*others, _drawn(case, stage, now)))
        try:
            return act, run(act)
        except Refused:
            raise NotAllowed(_too_few(flow, stage, act)) from None


def _open_facts(case: Case, flow: Flow, now: datetime) -> tuple[Judging, ...]:
    """The facts that stages of the workflow say and that the rules still wait for."""
    said = {one.says for one in flow.workflow.stages if one.says}
    if not said or not case.asks_rules or open_record(case) is not None:
        return ()
    answer = decided(case, basis_of(case, answers_of(case), on=clock.day_of(now)))
    return tuple(Judging(name) for name in answer.ask if name in said)


def _drawn(case: Case, stage: Stage, now: datetime) -> Judging:
    """As many as the stage needs at most, in the order of their lots."""
    on, seed = clock.day_of(now), secrets.token_hex(16)
    among = sorted(str(one.person_key) for one in free_to_judge(case, stage.says, on))
    most = sum(one.many for one in stage.who)
    persons = tuple(drawn(seed, LOT, among)[:most])
    details = {"stage": stage.name, "seed": seed, "among": among}
    record("case.experts_drawn", case, actor=None, details=details, at=now)
    return Judging(stage.says, persons)


def _too_few(flow: Flow, stage: Stage, act: Act) -> str:
    have = next((len(one.persons) for one in act.judging if one.fact == stage.says), 0)
    words = refusal_words(flow.workflow, Refusal("no-experts", stage.name), language())
    return _("%(words)s现在可抽的有%(have)s人，请先在人员页授予专家角色") % {
        "words": words,
        "have": have,
    }


def keep_said(
    case: Case, flow: Flow, effects: Iterable[Effect], *, actor: "User | None", now: datetime
) -> bool:
    """Keep what the votes of a stage said as a judged fact of the case; whether there was any.

    Call it in the transaction of the act. Raises: Erased, NotSealed.
    """
    stages = flow.workflow.by_name
    said = {stages[one.stage].says: one.note for one in effects if one.kind == "judged"}
    if not said:
        return False
    kept = answers_of(case)
    sealed = sealed_answers(case, Answers(kept.own, {**kept.judged, **said}))
    Case.objects.filter(pk=case.pk).update(sealed_answers=sealed)
    case.sealed_answers = sealed
    for name in said:
        record("case.judged", case, actor=actor, details={"fact": name}, at=now)
    return True
