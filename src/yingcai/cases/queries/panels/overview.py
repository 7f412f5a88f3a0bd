"""One panel at a glance: its experts, its projects by number, what was reported. No score, no name of an applicant."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from yingcai.cases.models import Conflict, ConflictReport, Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.panels.rounds import field_words
from yingcai.cases.sealed import Opened
from yingcai.engine.sealing import NotSealed
from yingcai.identity.queries import Role, colleagues
from yingcai.registry.errors import Erased

if TYPE_CHECKING:
    from yingcai.identity.models import User

ASIDE, IN = ScoreSheet.State.SET_ASIDE, ScoreSheet.State.SUBMITTED


@dataclass(frozen=True)
class Expert:
    """``given``: sheets in force; ``done``: those handed in; ``conflicts``: projects he keeps away from."""

    seat: PanelExpert
    fields: tuple[str, ...]
    given: int
    done: int
    conflicts: int


@dataclass(frozen=True)
class Project:
    """The same for a project; ``aside``: sheets that were set aside."""

    row: PanelCase
    field: str
    given: int
    done: int
    aside: int
    conflicts: int


@dataclass(frozen=True)
class Reported:
    """A report with its words; empty where the person was erased."""

    row: ConflictReport
    words: str
    answer: str


def _sheets(panel: Panel) -> list[tuple[int, int, str]]:
    rows = ScoreSheet.objects.filter(case__panel=panel).order_by()
    return list(rows.values_list("case_id", "expert_id", "state"))


def _pairs(panel: Panel) -> set[tuple[int, int]]:
    rows = Conflict.objects.filter(case__panel=panel).order_by()
    return set(rows.values_list("case_id", "expert_id"))


def experts_of(panel: Panel) -> list[Expert]:
    """In the order of their invitations."""
    words, sheets = field_words(panel), _sheets(panel)
    given = Counter(expert for _, expert, state in sheets if state != ASIDE)
    done = Counter(expert for _, expert, state in sheets if state == IN)
    away = Counter(expert for _, expert in _pairs(panel))
    return [
        Expert(
            one,
            tuple(words.get(name, name) for name in one.fields),
            given[one.pk],
            done[one.pk],
            away[one.pk],
        )
        for one in panel.experts.select_related("user")
    ]


def projects_of(panel: Panel) -> list[Project]:
    """By number."""
    words, sheets = field_words(panel), _sheets(panel)
    given = Counter(case for case, _, state in sheets if state != ASIDE)
    done = Counter(case for case, _, state in sheets if state == IN)
    aside = Counter(case for case, _, state in sheets if state == ASIDE)
    away = Counter(case for case, _ in _pairs(panel))
    return [
        Project(
            one,
            words.get(one.field, one.field),
            given[one.pk],
            done[one.pk],
            aside[one.pk],
            away[one.pk],
        )
        for one in panel.cases.select_related("case")
    ]


def free_experts(panel: Panel, on: date) -> list["User"]:
    """Who has the role of an expert and was not invited yet."""
    there = set(panel.experts.values_list("user_id", flat=True))
    return [one for one in colleagues("", {Role.EXPERT}, on) if one.pk not in there]


def reports_of(panel: Panel) -> list[Reported]:
    """What was reported, those that wait first."""
    rows = ConflictReport.objects.filter(case__panel=panel)
    rows = rows.select_related("case__case__subject", "case__panel", "expert__user", "made_by")
    found = [_reported(row) for row in rows.order_by("id")]
    return sorted(found, key=lambda one: one.row.state != ConflictReport.State.WAITING)


def _reported(row: ConflictReport) -> Reported:
    try:
        opened = Opened(row.case.case)
        words = opened(f"report/{row.handle}", row.sealed)
        answer = opened(f"report/{row.handle}/answer", row.sealed_answer)
    except (Erased, NotSealed):
        return Reported(row, "", "")
    return Reported(row, str(words), str(answer or ""))
