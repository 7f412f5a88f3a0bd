"""The story of a case, for whoever may see it: where it stands, who acts, what was done, what was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yingcai.cases.models import Case, CaseAct, CaseFile, CaseNotice
from yingcai.cases.queries.flows import Flow, book_of_case, flow_of, in_correction, stages_of
from yingcai.cases.queries.guides import capital, in_language
from yingcai.cases.queries.materials import EXCEPTIONAL, OTHER, materials_of
from yingcai.cases.queries.rule_book import language
from yingcai.cases.sealed import ACT, FILE, NOTICE, Opened, taken_all
from yingcai.engine.workflow import terms
from yingcai.engine.workflow.diagram import svg
from yingcai.engine.workflow.model import OWN, SYSTEM, Seat, Stage
from yingcai.engine.workflow.moves import Actor, Look, why_not
from yingcai.engine.workflow.state import State
from yingcai.engine.workflow.words import (
    MOVE_WORDS,
    days_words,
    refusal_words,
    seat_words,
    who_words,
)
from yingcai.identity.queries import names_behind

if TYPE_CHECKING:
    from django.utils.functional import Promise

TOLD = ("return", "pause", "withdraw", "stop")  # whose words whoever applies reads in the history
Status, Kind = Case.Status, CaseNotice.Kind
# The notices that a letter goes with.
LETTERS = (
    Kind.ACCEPTED, Kind.MISSING, Kind.GRANTED, Kind.DECLINED, Kind.NOT_ACCEPTED, Kind.STOPPED,
    Kind.WITHDRAWN,
)  # fmt: skip
TONES: Mapping[str, str] = {
    Status.DRAFT: "muted",
    Status.UNCONFIRMED: "warn",
    Status.RUNNING: "info",
    Status.GRANTED: "ok",
    Status.DECLINED: "bad",
    Status.NOT_ACCEPTED: "bad",
    Status.WITHDRAWN: "muted",
    Status.STOPPED: "bad",
    Status.TAKEN_BACK: "muted",
}


@dataclass(frozen=True)
class Brief:
    """A case in a list. ``waits``: it is the applicant's turn; ``next``: what happens next, or who acts."""

    case: Case
    title: str
    status: "str | Promise"
    tone: str
    stage: str
    next: str
    waits: bool


@dataclass(frozen=True)
class Deed:
    """An act: what was done, by whom, where it led. ``who`` empty: the program; ``person``: to whom it was handed."""

    at: datetime
    words: str
    who: str
    stage: str
    to: str
    reason: str
    items: tuple[str, ...]
    person: str = ""


@dataclass(frozen=True)
class Letter:
    """A notice with what its page says. ``document``: it is the last one that is to be had as a document."""

    row: CaseNotice
    said: Mapping[str, Any]
    document: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """What is missing, the reasons of a decision, why the clock stands still."""
        reason = self.said.get("reason")
        return (*self.said["items"], *self.said.get("reasons", ()), *([reason] if reason else ()))


@dataclass(frozen=True)
class Clock:
    """A term in words. ``due_on`` empty: it stands still. ``presumed``: holidays on the way are not known."""

    label: str
    days: str
    spent: str
    due_on: date | None
    presumed: bool
    over: bool


@dataclass(frozen=True)
class Brought:
    """A file with the words of its material."""

    row: CaseFile
    material: str
    name: str


def title_of(case: Case) -> str:
    """The programme; of an appeal or a complaint also what it is."""
    title = in_language(book_of_case(case).rules.programmes[case.programme].title)
    if case.asks_rules:
        return title
    return _("%(kind)s：%(title)s") % {"kind": case.get_kind_display(), "title": title}


def brief(case: Case) -> Brief:
    """What a list says; nothing is unsealed for it. Raises: PackNotKept."""
    stage = stage_now(case)
    correction = in_correction(case)
    status = _("待补正") if correction else case.get_status_display()
    return Brief(
        case=case,
        title=title_of(case),
        status=status,
        tone="warn" if correction else TONES[case.status],
        stage=in_language(stage.words) if stage else "",
        next=_next(case, stage),
        waits=correction or case.status in (Status.DRAFT, Status.UNCONFIRMED),
    )


def _next(case: Case, stage: Stage | None) -> str:
    if case.status == Status.DRAFT:
        return _("核对续期申请，提交") if case.renews_id else _("继续填写，检查后提交")
    if case.status == Status.UNCONFIRMED:
        return _("等待本人确认")
    if in_correction(case):
        return _("请按通知补正")
    if not case.live or stage is None:
        return ""
    return _units(stage, case)


def _units(stage: Stage, case: Case) -> str:
    words = dict(book_of_case(case).pack.unit_words)
    words["lead"] = words.get(case.lead.code, {})
    if case.county is not None:
        words["county"] = words.get(case.county.code, {})
    tongue = language()
    told = [
        _seat(who.seat, words) if who.seat.unit else seat_words(who.seat, tongue, words)
        for who in stage.who
    ]
    return _("、").join(dict.fromkeys(told)) or who_words(stage, tongue, words) or _("系统核验")


def _seat(seat: Seat, words: Mapping[str, Mapping[str, str]]) -> str:
    """The unit by its own name where the word for it stands for one."""
    tongue = language()
    named = words.get(seat.unit, {}).get(tongue, "")
    if not named:
        return seat_words(seat, tongue, words)
    role = seat_words(Seat(seat.role), tongue, words)
    return f"{named}{role}" if tongue == "zh" else f"{role}, {named}"


def stage_now(case: Case) -> Stage | None:
    """None before the submission. Raises: PackNotKept."""
    return flow_of(case).workflow.by_name[case.stage] if case.stage else None


def waiting_for(case: Case, state: State) -> list[str]:
    """Whose voice is still missing, each unit with its role."""
    words = book_of_case(case).pack.unit_words
    open_tasks = [task.seat for task in state.here.tasks if not task.spoken]
    return list(
        dict.fromkeys(seat_words(seat, language(), words) for seat in open_tasks if case.live)
    )


def whole_term(case: Case) -> str:
    """How long the whole takes from the acceptance on, in words; empty where the workflow does not say."""
    days = flow_of(case).workflow.days
    return days_words(days, language()) if days else ""


def picture(case: Case) -> str:
    """The workflow with the stage in which the case is, and those it has been in."""
    passed = case.acts.order_by("number").values_list("from_stage", flat=True)
    return svg(
        flow_of(case).workflow,
        language(),
        units=book_of_case(case).pack.unit_words,
        here=case.stage,
        passed=list(dict.fromkeys(passed)),
    )


def refusal_of(flow: Flow, state: State, actor: Actor, move: str, on: date) -> str:
    """Why somebody may not make a move, in words; empty where he may."""
    refusal = why_not(Look(flow.workflow, flow.calendar, state, actor, on), move)
    return refusal_words(flow.workflow, refusal, language()) if refusal else ""


def history(case: Case, opened: Opened | None = None) -> list[Deed]:
    """What was done as whoever applies reads it, by unit and role, never by name. Raises: Erased, NotSealed."""
    words = book_of_case(case).pack.unit_words
    return [
        _deed(
            case,
            row,
            act,
            words=_judged(case, row) or _did(row.move, act),
            who=_who(act, words),
            reason=act["reason"] if row.move in TOLD else "",
        )
        for row, act in _acts(case, opened)
    ]


def deeds_of(case: Case, opened: Opened) -> list[Deed]:
    """What was done as staff read it, by name. Raises: Erased, NotSealed."""
    acts = _acts(case, opened)
    names = names_behind({act["person"] for _row, act in acts if act["person"]})
    return [
        _deed(
            case,
            row,
            act,
            words=move_words(row.move),
            who=str(row.actor) if row.actor else "",
            reason=_reason(flow_of(case), act["reason"]),
            person=names.get(act["person"], ""),
        )
        for row, act in acts
    ]


def _acts(case: Case, opened: Opened | None) -> list[tuple[CaseAct, Mapping[str, Any]]]:
    """Every act with what is sealed of it, the oldest first."""
    rows = list(case.acts.select_related("actor").order_by("number"))
    said = _opened_all(case, opened, [(ACT, row.sealed) for row in rows])
    return list(zip(rows, said, strict=True))


def _opened_all(case: Case, opened: Opened | None, sealed: Sequence[tuple[str, Any]]) -> list[Any]:
    return [opened(*one) for one in sealed] if opened else taken_all(case, sealed)


def _deed(case: Case, row: CaseAct, act: Mapping[str, Any], **read: str) -> Deed:
    stages = stages_of(case)
    return Deed(
        at=row.at,
        stage=in_language(stages[row.from_stage].words),
        to=in_language(stages[row.to_stage].words) if row.to_stage != row.from_stage else "",
        items=tuple(act["items"]),
        **read,
    )


def move_words(name: str) -> str:
    """A move as a button or a line begins with it."""
    return capital(MOVE_WORDS[name][language() == "en"])


def _judged(case: Case, row: CaseAct) -> str:
    """How single experts voted is not told: what they found together stands in the decision."""
    drawn = stages_of(case)[row.from_stage].drawn
    return _("专家评议") if drawn and row.move in ("agree", "refuse") else ""


def _did(move: str, act: Mapping[str, Any]) -> str:
    roles = {seat[0] for seat in act["actor"][1]}
    return _("提交补正") if move == "agree" and roles & set(OWN) else move_words(move)


def _who(act: Mapping[str, Any], words: Mapping[str, Mapping[str, str]]) -> str:
    seats = [Seat(*one) for one in act["actor"][1]]
    if not act["actor"][0] or SYSTEM in seats:
        return seat_words(SYSTEM, language(), words)
    own = act["move"] == "withdraw" or any(one.role in OWN for one in seats)
    told = [Seat("applicant")] if own or not seats else seats[:1]
    return capital(seat_words(told[0], language(), words))


def _reason(flow: Flow, reason: str) -> str:
    """What was written, or the name of one of the workflow's reasons for stopping the clock."""
    named = flow.workflow.pause_reasons.get(reason)
    return in_language(named) if named else reason


def letters(case: Case, opened: Opened | None = None) -> list[Letter]:
    """The notices, the newest first. Raises: Erased, NotSealed."""
    rows = list(case.notices.order_by("-id"))
    sealed = [(f"{NOTICE}/{row.kind}/{row.act}", row.sealed) for row in rows]
    said = _opened_all(case, opened, sealed)
    last = next((row for row in rows if row.kind in LETTERS and not case.on_paper), None)
    return [
        Letter(row, _words(case, one or {}), row is last)
        for row, one in zip(rows, said, strict=True)
    ]


def _words(case: Case, said: Mapping[str, Any]) -> dict[str, Any]:
    """Days as days, the reason of a standstill in words. ``items`` is there always: templates ask for it."""
    found = {"items": [], **said}
    for name in ("items", "reasons", "what"):
        if name in found:
            found[name] = _chosen(found[name])
    for name in ("promised", "due", "until", "by"):
        if found.get(name):
            found[name] = date.fromisoformat(found[name])
    if "reason" in found:
        found["reason"] = _reason(flow_of(case), found["reason"])
    return found


def _chosen(said: Any) -> Any:
    """Words that are kept in both languages in that of the page."""
    if isinstance(said, list):
        return [_chosen(one) for one in said]
    return in_language(said) if isinstance(said, dict) else said


def brought_with(case: Case, opened: Opened | None = None) -> list[Brought]:
    """The files that are there, in the order in which they came. Raises: Erased, NotSealed."""
    rows: Sequence[CaseFile] = list(
        case.files.filter(removed_at=None).exclude(material=EXCEPTIONAL).order_by("id")
    )
    sealed = [(f"{FILE}/{row.stored_as}", row.sealed_name) for row in rows]
    names = _opened_all(case, opened, sealed)
    words = {**materials_of(case), OTHER: _("其他材料")}
    return [
        Brought(row, words.get(row.material, row.material), str(name or ""))
        for row, name in zip(rows, names, strict=True)
    ]


def asked_for(letters_of: Iterable[Letter]) -> tuple[str, ...]:
    """What the last notice of a correction lists."""
    for one in letters_of:
        if one.row.kind == CaseNotice.Kind.MISSING:
            return tuple(one.said.get("items", ()))
    return ()


def clocks_of(flow: Flow, state: State, on: date) -> list[Clock]:
    """The term of the stage and that of the whole, as far as there are any."""
    stage = terms.stage_term(flow.workflow, state, flow.calendar, on)
    whole = terms.whole_term(flow.workflow, state, flow.calendar, on)
    found = [(_("本环节"), stage), (_("全程"), whole)]
    return [_clock(label, term) for label, term in found if term]


def _clock(label: str, term: terms.Term) -> Clock:
    tongue = language()
    return Clock(
        label,
        days_words(term.days, tongue),
        days_words(term.spent, tongue),
        term.due.on if term.due else None,
        term.due.presumed if term.due else False,
        bool(term.due) and term.over > 0,
    )


def stills_of(flow: Flow, state: State) -> list[tuple[str, date, date | None]]:
    """Why the clock of the whole stood still, since when, until when."""
    stages = flow.workflow.by_name
    return [
        (
            in_language(stages[one.reason].words)
            if one.reason in stages
            else _reason(flow, one.reason),
            one.since,
            one.until,
        )
        for one in state.standstills
    ]


def told_items(state: State, stage: str) -> tuple[str, ...]:
    """What this stage has asked for already: nothing is added to it later."""
    return next((one.items for one in state.notices if one.stage == stage), ())
