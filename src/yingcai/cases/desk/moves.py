"""What an officer may do with a case: every move with where it leads, those that are not open with the reason."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.cases.actions.awarding import grant_problems
from yingcai.cases.actions.moving import seats_in
from yingcai.cases.desk.papers import Paper
from yingcai.cases.models import Case
from yingcai.cases.queries.appeals import may_find
from yingcai.cases.queries.exceptional import settled_fact
from yingcai.cases.queries.experts import stage_that_says
from yingcai.cases.queries.flows import Flow, book_of_case
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import language
from yingcai.cases.queries.seats import HOLDERS, actor_in
from yingcai.cases.queries.story import move_words, told_items
from yingcai.cases.reasons import Reasons
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.types import Boolean, Enum
from yingcai.engine.workflow.model import CORRECTION, DECIDING, OWN, Seat
from yingcai.engine.workflow.moves import HANDED, REASONED, Choice, Look, allowed
from yingcai.engine.workflow.state import State
from yingcai.engine.workflow.words import refusal_words
from yingcai.identity.queries import colleagues

if TYPE_CHECKING:
    from yingcai.identity.models import User

# What the desk offers. Objections and withdrawals have pages of their own; time alone lapses.
OFFERED = (
    "agree", "refuse", "return", "add_sign", "transfer", "delegate", "pause", "resume",
    "uphold", "dismiss", "stop",
)  # fmt: skip
MOST_COLLEAGUES = 200


@dataclass(frozen=True)
class Move:
    """A move on the desk. ``leads``: stages by name and words; ``why``: why it is not open, empty where it is."""

    name: str
    words: str
    leads: tuple[tuple[str, str], ...]
    why: str
    needs_reason: bool
    hands: bool


@dataclass(frozen=True)
class Judged:
    """A fact that people judge: its values to choose from, or (none) a field."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Moves:
    """``items``: what to ask for, suggested; ``fixed``: this stage has asked before, and adds nothing.

    ``warnings``: why the rules would not let it be granted.
    """

    open: tuple[Move, ...]
    closed: tuple[Move, ...]
    correction: str = ""
    items: tuple[str, ...] = ()
    fixed: bool = False
    warnings: tuple[str, ...] = ()
    pauses: tuple[tuple[str, str], ...] = ()
    colleagues: tuple["User", ...] = ()
    judged: tuple[Judged, ...] = field(default=())
    finds: tuple[Judged, ...] = ()  # what an appeal may find out


def look_at(case: Case, flow: Flow, state: State, user: "User", on: date) -> Look:
    """A running case as one login sees it on a day."""
    actor = actor_in(case, seats_in(flow, state), user, on)
    return Look(flow.workflow, flow.calendar, state, actor, on)


def moves_of(
    case: Case, flow: Flow, look: Look, reasons: Reasons | None, papers: list[Paper], user: "User"
) -> Moves:
    """Everything that the desk offers for a case now."""
    found = [_move(flow, one) for one in allowed(look) if one.move in OFFERED]
    opened = tuple(one for one in found if not one.why)
    names = {one.name for one in opened}
    told = told_items(look.state, look.stage.name)
    return Moves(
        open=opened,
        closed=tuple(one for one in found if one.why),
        correction=_correction(flow, look) if "return" in names else "",
        items=told or _missing(case, reasons, papers),
        fixed=bool(told),
        warnings=_warnings(case, look, reasons) if "agree" in names else (),
        pauses=_pauses(flow),
        colleagues=_colleagues(look, user) if names & {*HANDED} else (),
        judged=_judged(case, reasons) if _acts(look) else (),
        finds=_asked_for(case, may_find(case)) if _acts(look) else (),
    )


def _move(flow: Flow, one: Choice) -> Move:
    stages = flow.workflow.by_name
    return Move(
        one.move,
        move_words(one.move),
        tuple((name, in_language(stages[name].words)) for name in one.to if name in stages),
        refusal_words(flow.workflow, one.refusal, language()) if one.refusal else "",
        one.move in REASONED,
        one.move in HANDED,
    )


def _acts(look: Look) -> bool:
    """Whether a task of the case is his, and the case is not."""
    mine = look.place >= 0 and look.task.seat.role not in OWN
    return mine and not look.counted & {*look.state.own}


def _correction(flow: Flow, look: Look) -> str:
    """The stage that asks the applicant for what is missing, if one can be reached from here."""
    names = [
        name for name in look.stage.return_to if flow.workflow.by_name[name].kind == CORRECTION
    ]
    return names[0] if names else ""


def _missing(case: Case, reasons: Reasons | None, papers: list[Paper]) -> tuple[str, ...]:
    """Facts that nobody knows and materials that were not brought."""
    book = book_of_case(case)
    asked = reasons.asks if reasons else ()
    facts = [label for name, label in asked if not book.rules.facts[name].judged]
    return (*facts, *(one.words for one in papers if one.lacks))


def _warnings(case: Case, look: Look, reasons: Reasons | None) -> tuple[str, ...]:
    if reasons is None or reasons.row is None or look.stage.kind not in DECIDING:
        return ()
    return tuple(grant_problems(case, reasons.row))


def _pauses(flow: Flow) -> tuple[tuple[str, str], ...]:
    return tuple((name, in_language(one)) for name, one in flow.workflow.pause_reasons.items())


def _colleagues(look: Look, user: "User") -> tuple["User", ...]:
    """Logins with a role in the unit of the task; where it is of no unit, with the same role. Nobody of the case."""
    seat: Seat = look.task.seat
    found = colleagues(seat.unit, HOLDERS.get(seat.role, frozenset()), look.on)
    out = {str(user.person_key), look.task.person, *look.state.own}
    return tuple(one for one in found[:MOST_COLLEAGUES] if str(one.person_key) not in out)


def _judged(case: Case, reasons: Reasons | None) -> tuple[Judged, ...]:
    if reasons is None:
        return ()
    facts, settled = book_of_case(case).rules.facts, settled_fact(case)
    names = [
        name
        for name in reasons.answer.rule.facts
        if facts[name].judged and name != settled and not stage_that_says(case, name)
    ]
    return _asked_for(case, names)


def _asked_for(case: Case, names: list[str]) -> tuple[Judged, ...]:
    facts = book_of_case(case).rules.facts
    return tuple(
        Judged(name, in_language(facts[name].label), _choices(facts[name])) for name in names
    )


def _choices(fact: FactType) -> tuple[tuple[str, str], ...]:
    if isinstance(fact.type, Boolean):
        return (("yes", _("是")), ("no", _("否")))
    if isinstance(fact.type, Enum):
        labels = fact.value_labels
        return tuple((one, in_language(labels.get(one, {})) or one) for one in fact.type.values)
    return ()
