"""What the applicant is told about his case: a row for each thing, its words sealed, in the language of the page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from yingcai.audit import clock
from yingcai.cases.actions.settling import settled
from yingcai.cases.models import Case, CaseNotice
from yingcai.cases.queries.flows import Flow
from yingcai.cases.sealed import NOTICE, put
from yingcai.engine.workflow.act import Act, Effect
from yingcai.engine.workflow.state import State

if TYPE_CHECKING:
    from yingcai.identity.models import User

Kind = CaseNotice.Kind
ENDS = {
    Case.Status.GRANTED: Kind.GRANTED,
    Case.Status.DECLINED: Kind.DECLINED,
    Case.Status.NOT_ACCEPTED: Kind.NOT_ACCEPTED,
    Case.Status.STOPPED: Kind.STOPPED,
    Case.Status.WITHDRAWN: Kind.WITHDRAWN,
}


def tell(
    case: Case, flow: Flow, state: State, effects: Iterable[Effect], act: Act | None, now: datetime
) -> None:
    """Leave the notices that follow from an act (None: the submission); once each, in its transaction."""
    effects = list(effects)
    if any(one.kind == "published" for one in effects):
        _keep_published(case, now)
    rows = dict(_notices(case, flow, state, effects, act))
    number = state.version if act else 0
    CaseNotice.objects.bulk_create(
        CaseNotice(
            case=case,
            kind=kind,
            act=number,
            at=now,
            sealed=put(case, f"{NOTICE}/{kind}/{number}", said) if said else None,
        )
        for kind, said in rows.items()
    )


def _keep_published(case: Case, now: datetime) -> None:
    """What would be paid after what was received before, for the list that everybody reads."""
    row = case.decisions.order_by("-number").first() if case.asks_rules else None
    amount = settled(case, row, on=clock.day_of(now)).amount if row else None
    Case.objects.filter(pk=case.pk).update(published_amount=amount)
    case.published_amount = amount


def _notices(
    case: Case, flow: Flow, state: State, effects: Iterable[Effect], act: Act | None
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each with what its page says: items, the day until which, the reasons of those who spoke."""
    if act is None:
        yield Kind.RECEIVED, {}
    for effect in effects:
        say = _SAYINGS.get(effect.kind)
        said = say(case, flow, effect) if say else None
        if said is not None and not (act is None and effect.kind == "clock-started"):
            yield said
    if not case.live:
        ordered = act is not None and act.move in ("withdraw", "stop")
        reasons = [act.reason] if act and ordered else _reasons(state)
        changes = flow.workflow.by_name[state.here.stage].changes
        more = {"changes": changes} if changes else {}
        yield ENDS[Case.Status(case.status)], {"reasons": reasons, **more}


Said = tuple[str, dict[str, object]]


def _accepted(case: Case, flow: Flow, effect: Effect) -> Said | None:
    return Kind.ACCEPTED, {"promised": _day(case.promised_on)}


def _missing(case: Case, flow: Flow, effect: Effect) -> Said | None:
    return Kind.MISSING, {"items": effect.note.split("\n"), "due": _day(case.due_on)}


def _published(case: Case, flow: Flow, effect: Effect) -> Said | None:
    return Kind.PUBLISHED, {"until": _day(case.due_on)}


def _paused(case: Case, flow: Flow, effect: Effect) -> Said | None:
    ordered = effect.note in flow.workflow.pause_reasons
    return (Kind.PAUSED, {"reason": effect.note}) if ordered else None


def _resumed(case: Case, flow: Flow, effect: Effect) -> Said | None:
    ordered = effect.note in flow.workflow.pause_reasons
    return (Kind.RESUMED, {"promised": _day(case.promised_on)}) if ordered else None


def _reopened(case: Case, flow: Flow, effect: Effect) -> Said | None:
    return Kind.REOPENED, {"appeal": effect.note}


_SAYINGS: Mapping[str, Callable[[Case, Flow, Effect], Said | None]] = {
    "clock-started": _accepted,
    "missing": _missing,
    "published": _published,
    "clock-stopped": _paused,
    "clock-runs": _resumed,
    "reopened": _reopened,
}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _reasons(state: State) -> list[str]:
    """The words of those who spoke in the last stage that had voices."""
    for visit in reversed(state.visits):
        said = [task.reason for task in visit.tasks if task.spoken and task.reason]
        if visit.tasks:
            return said
    return []


def mark_read(case: Case, *, actor: "User", now: datetime) -> None:
    """Whoever applies has seen what he was told so far; the first time counts."""
    CaseNotice.objects.filter(case=case, read_at=None).update(read_at=now)
