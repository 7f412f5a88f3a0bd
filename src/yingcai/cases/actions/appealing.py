"""Appeals and complaints: cases about another case, for people alone.

Who acted in the first case does not decide again where the workflow says so. An appeal that is upheld lets the
first case be dealt with anew, through its own door (`moving`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.files import file_faults, lay_down
from yingcai.cases.actions.moving import Step, begin, locked, move
from yingcai.cases.actions.opening import behind, joint_units
from yingcai.cases.actions.parties import seat_units
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case
from yingcai.cases.queries.appeals import (
    FOUND,
    SAID,
    found_of,
    said_of,
    who_acted,
    why_no,
    workflow_for,
)
from yingcai.cases.queries.flows import flow, in_correction, state_now
from yingcai.cases.queries.materials import OTHER
from yingcai.cases.queries.seats import acts_as_applicant
from yingcai.cases.sealed import ANSWERS, put
from yingcai.engine.workflow.moves import Refused
from yingcai.engine.workflow.run import opened
from yingcai.engine.workflow.words import refusal_words

if TYPE_CHECKING:
    from yingcai.identity.models import User

Files = Iterable[tuple[str, bytes]]
Kind, Side, Status = Case.Kind, Case.Side, Case.Status
LONGEST = 4000  # signs of what is written


def appeal(
    first: Case, kind: str, text: str, files: Files = (), *, actor: "User", now: datetime
) -> Case:
    """Appeal against the decision of a case, or complain about how it was dealt with; one at a time of each.

    Raises: InvalidCase with every reason, NotAllowed, StaleCase, Erased.
    """
    on, files = clock.day_of(now), list(files)
    if kind not in (Kind.APPEAL, Kind.COMPLAINT) or not acts_as_applicant(first, actor, on):
        raise NotAllowed(_("只有申请人可以申诉或投诉"))
    why = why_no(first, kind, on)
    if why:
        raise NotAllowed(why)
    _check(text, files)
    try:
        with transaction.atomic():
            case = _row(first, kind, text, actor=actor, now=now)
            for name, data in files:
                lay_down(case, OTHER, name, data, actor=actor, now=now)
            details = {"about": first.pk, "kind": kind, "programme": case.programme}
            record("case.appealed", case, actor=actor, details=details, at=now)
            return _begun(case, now)
    except IntegrityError:  # two tabs at once
        raise StaleCase(_("已有一件正在办理，请等待结果")) from None


def _row(first: Case, kind: str, text: str, *, actor: "User", now: datetime) -> Case:
    own = Side.SELF if first.subject.kind == "person" else Side.EMPLOYER
    case = Case(
        kind=kind,
        about=first,
        programme=first.programme,
        pack=first.pack,
        workflow=workflow_for(first, kind),
        subject=first.subject,
        side=first.side if first.applicant_id == actor.pk else own,
        applicant=actor,
        lead=first.lead,
        county=first.county,
        status=Status.RUNNING,
        created_at=now,
        changed_at=now,
        submitted_at=now,
    )
    case.sealed_answers = _sealed(case, [text.strip()])
    case.save(force_insert=True)
    return case


def _begun(case: Case, now: datetime) -> Case:
    """Its first stage, with whose case it is and who acted in the first one. Raises: InvalidCase."""
    workflow, on = flow(case.pack, case.workflow).workflow, clock.day_of(now)
    own = behind(case, now) | {str(case.applicant.person_key)}
    units = seat_units(case, joint_units(case))
    acted = who_acted(state_now(case.about)) if case.about else []
    try:
        state, effects = opened(workflow, units, sorted(own), on, acted)
    except Refused as error:
        raise InvalidCase(refusal_words(workflow, error.refusal, "zh")) from None
    return begin(case, state, effects, now=now)


def _sealed(case: Case, said: list[str], found: Mapping[str, str] = MappingProxyType({})) -> bytes:
    return put(case, ANSWERS, {SAID: said, FOUND: dict(found)})


def with_found(case: Case, name: str, value: str) -> bytes:
    """What was said in an appeal, with a fact more that was found out; sealed."""
    return _sealed(case, said_of(case), {**found_of(case), name: value})


def _check(text: str, files: list[tuple[str, bytes]]) -> None:
    """Raises: InvalidCase with every reason at once."""
    problems: dict[str, str] = {}
    if not text.strip():
        problems["text"] = _("请写明事实和理由")
    elif len(text) > LONGEST:
        problems["text"] = _("事实和理由最多%(most)s个字") % {"most": LONGEST}
    faults = file_faults(files)
    if faults:
        problems["files"] = faults
    if problems:
        raise InvalidCase(problems.values(), fields=problems)


def answer_notice(
    case: Case, text: str, files: Files = (), *, version: int, actor: "User", now: datetime
) -> Case:
    """Say and bring what a notice said to be missing in an appeal; it goes back to who asked.

    Raises: InvalidCase with every reason, NotAllowed, StaleCase, Erased.
    """
    case, files = locked(case, version), list(files)
    waits = not case.asks_rules and in_correction(case)
    if not waits or not acts_as_applicant(case, actor, clock.day_of(now)):
        raise NotAllowed(_("现在不能补充：请等待补正通知"))
    _check(text, files)
    with transaction.atomic():
        fields: Mapping[str, object] = {
            "sealed_answers": _sealed(case, [*said_of(case), text], found_of(case))
        }
        Case.objects.filter(pk=case.pk, version=version).update(**fields)
        for name, data in files:
            lay_down(case, OTHER, name, data, actor=actor, now=now)
        return move(case, Step("agree"), version=version, actor=actor, now=now)
