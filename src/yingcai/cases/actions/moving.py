"""Moving a case along its workflow: one act, one transaction, one audit row, changed by compare-and-set.

Every change of a submitted case goes through `move` or `run_by_time`; what follows from an act (votes that
the rules give, notices, awards, lines of the inboxes) is done in the same transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions import changing
from yingcai.cases.actions.awarding import (
    follow_up,
    grant_problems,
    lacking_words,
    refusing_words,
    unpayable,
)
from yingcai.cases.actions.deciding import decide
from yingcai.cases.actions.drawing import applied, keep_said
from yingcai.cases.actions.noticing import tell
from yingcai.cases.actions.parties import add_parties
from yingcai.cases.errors import NotAllowed, StaleCase
from yingcai.cases.models import Case, CaseAct, CaseTask
from yingcai.cases.queries.exceptional import open_record
from yingcai.cases.queries.flows import Flow, flow_of, is_granted, state_now
from yingcai.cases.queries.seats import actor_in
from yingcai.cases.sealed import ACT, STATE, put
from yingcai.engine.workflow.act import Act, Applied, Effect
from yingcai.engine.workflow.model import CORRECTION, DECIDING, OWN, SYSTEM, Seat
from yingcai.engine.workflow.moves import Actor
from yingcai.engine.workflow.reopening import changed, redone, reopened
from yingcai.engine.workflow.run import apply
from yingcai.engine.workflow.state import State, plain
from yingcai.engine.workflow.terms import seats_of, stage_term, whole_term
from yingcai.identity.queries import units_by_code

if TYPE_CHECKING:
    from yingcai.identity.models import User

NO_TERM = date.max  # lines without a term come last
PROGRAM = Actor("", (SYSTEM,))
MOST_VOTES = 20  # of the rules in a row; a workflow that would go on for ever is cut here
# What people may do; `lapse` is of time alone.
STEPS = frozenset({
    "agree", "refuse", "return", "add_sign", "transfer", "delegate", "recuse", "pause", "resume",
    "object", "uphold", "dismiss", "withdraw", "stop",
})  # fmt: skip
# What somebody may do while a panel scores; the votes there are the panel's.
BESIDE_PANEL = frozenset({"withdraw", "stop", "resume"})
RULES = "系统按规则核验"
ENDED = {
    "不予受理": Case.Status.NOT_ACCEPTED,
    "撤回": Case.Status.WITHDRAWN,
    "终止": Case.Status.STOPPED,
}
DECIDED = (Case.Status.GRANTED, Case.Status.DECLINED, Case.Status.NOT_ACCEPTED)


@dataclass(frozen=True)
class Step:
    """What somebody wants to do: a move of the engine with its words. ``person``: to whom it is handed."""

    move: str
    to: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()
    person: "User | None" = None
    seat: Seat | None = None


def move(
    case: Case,
    step: Step,
    *,
    version: int,
    actor: "User",
    now: datetime,
    by_panel: bool = False,
) -> Case:
    """Make a move in a case as it was at ``version``; the case as it is then.

    ``by_panel``: the vote of an expert, by the result of his panel. Raises: NotAllowed with the reason, StaleCase where somebody was first, Erased, NotSealed.
    """
    on = clock.day_of(now)
    case = locked(case, version)
    if step.move not in STEPS or not case.live:
        raise NotAllowed(_("这件事项已经结束，或者没有这个办理动作"))
    flow, state = flow_of(case), state_now(case)
    if state.here.stage == flow.scored and step.move not in BESIDE_PANEL and not by_panel:
        raise NotAllowed(_("这一步由评审组评分决定，不能单独表态"))
    who = actor_in(case, seats_in(flow, state), actor, on)
    act = Act(
        move=step.move,
        actor=who,
        on=on,
        to=step.to,
        reason=step.reason.strip(),
        items=tuple(one.strip() for one in step.items if one.strip()),
        person=str(step.person.person_key) if step.person else "",
        seat=step.seat,
    )
    with transaction.atomic():
        _may_grant(case, flow, state, act, now)
        return _acted(case, flow, state, act, actor=actor, now=now)


def run_by_time(case: Case, *, now: datetime) -> bool:
    """Let a term that has passed have its meaning; whether anything happened. Safe to repeat."""
    flow, state = flow_of(case), state_now(case)
    act = Act("lapse", PROGRAM, clock.day_of(now))
    try:
        with transaction.atomic():
            _acted(case, flow, state, act, actor=None, now=now)
    except (NotAllowed, StaleCase):
        return False
    return True


def locked(case: Case, version: int) -> Case:
    """The case as the database has it, if it still is as it was shown. Raises: StaleCase."""
    found = Case.objects.select_related("subject", "lead", "county", "applicant").get(pk=case.pk)
    if found.version != version:
        raise StaleCase(_("这件事项已有新的办理动作，请刷新页面，核对后再操作"))
    return found


def seats_in(flow: Flow, state: State) -> tuple[Seat, ...]:
    """Every seat that may be asked for where a case stands: of its tasks, of who may stop it."""
    seats = [task.seat for task in state.here.tasks]
    stops = [one for seat in flow.workflow.stopped_by for one in seats_of(state, seat)]
    return (*seats, *stops)


def begin(case: Case, state: State, effects: Iterable[Effect], *, now: datetime) -> Case:
    """Keep the first state of a case that was just submitted; call it in the transaction of the submission."""
    flow = flow_of(case)
    keep_state(case, flow, state, now=now)
    add_parties(case, flow, state)
    if case.asks_rules:
        decide(case, on=clock.day_of(now), now=now)
    tell(case, flow, state, effects, None, now)
    return _by_rules(case, flow, state, now=now)


def _acted(
    case: Case, flow: Flow, state: State, act: Act, *, actor: "User | None", now: datetime
) -> Case:
    act, (after, effects) = applied(case, flow, act, _applier(flow, state), now=now)
    keep_state(case, flow, after, now=now)
    _write(case, state, after, act, actor=actor, now=now)
    said = keep_said(case, flow, effects, actor=actor, now=now)
    if said or (case.asks_rules and _corrected(flow, state, after)):
        decide(case, on=act.on, now=now)
    granted = is_granted(flow.workflow, after)
    follow_up(case, granted=granted, ended=not case.live, actor=actor, now=now)
    tell(case, flow, after, effects, act, now)
    if case.kind == Case.Kind.APPEAL and granted and not case.live:
        _redo(case, flow.workflow.by_name[after.here.stage].changes, now=now)
    return _by_rules(case, flow, after, now=now)


def _applier(flow: Flow, state: State) -> Callable[[Act], Applied]:
    return lambda act: apply(flow.workflow, flow.calendar, state, act)


def _redo(appeal: Case, how: str, *, now: datetime) -> None:
    """The case that an appeal was about is decided otherwise (``how``), or dealt with anew. Raises: NotAllowed."""
    case = _taken_up(appeal)
    flow, state = flow_of(case), state_now(case)
    actor = changing.decider_of(appeal) if how else None
    person = Actor(str(actor.person_key), ()) if actor else PROGRAM
    reason = changing.appeal_words(appeal) if how else appeal.number
    to, on = redone(flow.workflow, state), clock.day_of(now)
    act = Act("change" if how else "reopen", person, on, to=to, reason=reason)
    anew = changed if how else reopened
    run: Callable[[Act], Applied] = lambda act: anew(flow.workflow, state, act)  # noqa: E731
    act, (after, effects) = applied(case, flow, act, run, now=now)
    if actor is not None:
        changing.change(appeal, case, how, actor=actor, now=now)
    keep_state(case, flow, after, now=now)
    _write(case, state, after, act, actor=actor, now=now)
    granted = is_granted(flow.workflow, after)
    follow_up(case, granted=granted, ended=not case.live, actor=actor, now=now)
    if not how:
        decide(case, on=act.on, now=now)
    tell(case, flow, after, effects, act, now)
    if how:
        changing.tell_change(appeal, case, after.version, reason, now=now)
    _by_rules(case, flow, after, now=now)


def _taken_up(appeal: Case) -> Case:
    """The case that an appeal is about, as the database has it. Raises: NotAllowed where another one runs."""
    first = Case.objects.get(later_cases=appeal)
    case = locked(first, first.version)
    others = Case.objects.filter(subject=case.subject, programme=case.programme)
    if others.filter(status=Case.Status.RUNNING, kind=case.kind).exists():
        raise NotAllowed(_("申请人就同一事项另有一件正在办理，请等它办结后再重新办理原事项"))
    return case


def _write(
    case: Case, before: State, after: State, act: Act, *, actor: "User | None", now: datetime
) -> None:
    row = CaseAct(
        case=case,
        number=after.version,
        move=act.move,
        from_stage=before.here.stage,
        to_stage=after.here.stage,
        days=_days_spent(case, before, after, act.on),
        actor=actor,
        at=now,
        sealed=put(case, ACT, plain(act)),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise StaleCase(_("这件事项已有新的办理动作，请刷新页面，核对后再操作")) from None
    details = {"programme": case.programme, "from": row.from_stage, "to": row.to_stage}
    name = act.move
    record(f"case.{name}", case, actor=actor, details=details, at=now)
    if case.status in DECIDED:
        details = {"programme": case.programme, "status": str(case.status)}
        record("case.decided", case, actor=actor, details=details, at=now)


def _days_spent(case: Case, before: State, after: State, on: date) -> int | None:
    """Working days in the stage that a move left; None where it stayed."""
    if len(after.visits) == len(before.visits):
        return None
    return flow_of(case).calendar.working_days_between(before.here.entered, on)


def _corrected(flow: Flow, before: State, after: State) -> bool:
    """Whether the applicant has just handed in what was missing: the rules are asked anew."""
    moved = before.here.stage != after.here.stage
    return moved and flow.workflow.by_name[before.here.stage].kind == CORRECTION


def _may_grant(case: Case, flow: Flow, state: State, act: Act, now: datetime) -> None:
    """Nobody grants what the rules refuse. Asked anew on the day of the decision. Raises: NotAllowed."""
    stage = flow.workflow.by_name[state.here.stage]
    if act.move != "agree" or stage.kind not in DECIDING:
        return
    if not case.asks_rules:
        _may_change(case, flow, act, now)
        return
    row = decide(case, on=act.on, now=now)
    problems = grant_problems(case, row)
    if problems:
        raise NotAllowed(problems)


def vote_by_rules(case: Case, *, now: datetime) -> None:
    """Where the program waited for people to sign what they settle, it votes now."""
    _by_rules(case, flow_of(case), state_now(case), now=now)


def _may_change(case: Case, flow: Flow, act: Act, now: datetime) -> None:
    """An appeal changes a decision only to what the rules give by what it found out. Raises: NotAllowed."""
    how = flow.workflow.changing(act.to)
    if how and case.kind != Case.Kind.APPEAL:
        raise NotAllowed(_("投诉不改变决定，请选择其他去向"))
    problems = changing.change_of(case, how, now=now).problems if how else ()
    if problems:
        raise NotAllowed(list(problems))


def _by_rules(case: Case, flow: Flow, state: State, *, now: datetime) -> Case:
    """Where the program itself has a vote, it votes as the rules decide, again and again."""
    for _time in range(MOST_VOTES):
        if not case.live or not any(
            task.seat == SYSTEM and not task.spoken for task in state.here.tasks
        ):
            break
        found = _voted(case, flow, state, now)
        if found is None:
            break
        act, (after, effects) = found
        keep_state(case, flow, after, now=now)
        _write(case, state, after, act, actor=None, now=now)
        granted = is_granted(flow.workflow, after)
        follow_up(case, granted=granted, ended=not case.live, actor=None, now=now)
        tell(case, flow, after, effects, act, now)
        state = after
    return case


def _voted(case: Case, flow: Flow, state: State, now: datetime) -> tuple[Act, Applied] | None:
    """The first vote that the workflow lets the program give; None where it lets none, and people look."""
    for act in _votes(case, flow, state, clock.day_of(now)):
        try:
            return applied(case, flow, act, _applier(flow, state), now=now)
        except NotAllowed:
            continue
    return None


def _votes(case: Case, flow: Flow, state: State, on: date) -> Iterator[Act]:
    """How the program would vote, best first: what lacks is asked for, a no is refused, the rest goes on.

    What people have to judge goes on to them.
    """
    row = case.decisions.order_by("-number").first()
    if row is None:
        return
    settlement = open_record(case)
    if settlement is not None:
        yield from _settled_votes(grant_problems(case, row), on, stands=settlement.stands)
        return
    stage = flow.workflow.by_name[state.here.stage]
    lacking = lacking_words(case, row)
    if row.outcome == "unknown":
        for name in stage.return_to:
            if flow.workflow.by_name[name].kind == CORRECTION:
                yield Act("return", PROGRAM, on, to=name, reason=RULES, items=tuple(lacking))
    problems = [*refusing_words(case, row), *unpayable(case, row)]
    if row.outcome == "unknown":
        problems += lacking
    if problems:
        yield Act("refuse", PROGRAM, on, reason="；".join(problems))
    else:
        yield Act("agree", PROGRAM, on)


def _settled_votes(problems: list[str], on: date, *, stands: bool) -> Iterator[Act]:
    """By what people settled, once all have signed it; none before."""
    if stands:
        yield Act("refuse" if problems else "agree", PROGRAM, on, reason="；".join(problems))


def keep_state(case: Case, flow: Flow, state: State, *, now: datetime) -> None:
    """The state into its row by compare-and-set, and the lines of the inboxes that follow. Raises: StaleCase."""
    on = clock.day_of(now)
    stage = flow.workflow.by_name[state.here.stage]
    term = stage_term(flow.workflow, state, flow.calendar, on)
    whole = whole_term(flow.workflow, state, flow.calendar, on)
    due = term.due.on if term and term.due and not stage.ends else None
    fields: dict[str, object] = {
        "stage": stage.name,
        "status": _status(flow, state),
        "sealed_state": put(case, STATE, plain(state)),
        "entered_on": state.here.entered,
        "due_on": due,
        "promised_on": whole.due.on if whole and whole.due else case.promised_on,
        "public_until": due if stage.public else None,
        "changed_at": now,
        "ended_at": now if stage.ends else None,
        "version": case.version + 1,
    }
    changed = Case.objects.filter(pk=case.pk, version=case.version).update(**fields)
    if not changed:
        raise StaleCase(_("这件事项已有新的办理动作，请刷新页面，核对后再操作"))
    for name, value in fields.items():
        setattr(case, name, value)
    _tasks(case, state, due, scored=stage.name == flow.scored)


def _status(flow: Flow, state: State) -> str:
    stage = flow.workflow.by_name[state.here.stage]
    if not stage.ends:
        return Case.Status.RUNNING
    granted = is_granted(flow.workflow, state)
    return ENDED.get(stage.kind, Case.Status.GRANTED if granted else Case.Status.DECLINED)


def _tasks(case: Case, state: State, due: date | None, *, scored: bool) -> None:
    """The open voices of staff as lines of the inboxes; those of the applicant stand with his cases.

    Experts of a panel have none: they find their sheets without names.
    """
    units = units_by_code()
    CaseTask.objects.filter(case=case).delete()
    CaseTask.objects.bulk_create(
        CaseTask(
            case=case,
            programme=case.programme,
            stage=case.stage,
            role=task.seat.role,
            unit=units.get(task.seat.unit),
            person=task.person or None,
            delegate=task.delegate or None,
            due_on=due,
            sort_on=due or NO_TERM,
        )
        for task in (state.here.tasks if case.live and not scored else ())
        if not task.spoken and task.seat != SYSTEM and task.seat.role not in OWN
    )
