"""How a case stands with its term: a light that has a word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yingcai.cases.models import Case, CaseMark, CaseTask
from yingcai.cases.queries.flows import flow_of
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import language, rule_book
from yingcai.cases.queries.story import title_of
from yingcai.engine.workflow.words import days_words

SOON = 2  # working days left
INSIDE = ["name", "case"]  # the fields of a look at what stands in a case


@dataclass(frozen=True)
class Light:
    """A tone of the house's status words, and the word."""

    tone: str
    word: str


@dataclass(frozen=True)
class Line:
    """A case as a list shows it."""

    case: Case
    title: str
    stage: str
    due_on: date | None
    light: Light


def line_of(row: CaseTask | CaseMark, on: date) -> Line:
    """Raises: PackNotKept."""
    case = row.case
    return Line(case, title_of(case), stage_words(case), case.due_on, light_of(case, on))


def programme_titles(names: Iterable[str]) -> dict[str, str]:
    """By the active pack; a programme that it no longer has by its name."""
    book = rule_book()
    known = book.rules.programmes if book else {}
    return {one: in_language(known[one].title) if one in known else one for one in names}


def programme_stages(name: str) -> dict[str, str]:
    """The stages of a programme in words, by the active pack."""
    book = rule_book()
    if book is None or name not in book.rules.programmes:
        return {}
    workflow = str(book.rules.programmes[name].details.get("workflow", ""))
    stages = book.pack.workflows.get(workflow, {}).get("stages", [])
    return {one["id"]: in_language(one["words"]) for one in stages}


def stage_words(case: Case) -> str:
    return in_language(flow_of(case).workflow.by_name[case.stage].words)


def light_of(case: Case, on: date) -> Light:
    """By the term of the stage, in working days of the city."""
    flow = flow_of(case)
    if not case.live:
        return Light("muted", case.get_status_display())
    if case.due_on is None:
        timed = flow.workflow.by_name[case.stage].clock
        return Light("info", _("停表中")) if timed else Light("muted", _("不限时"))
    if case.due_on < on:
        days = flow.calendar.working_days_between(case.due_on, on)
        late = _("超期%(days)s") % {"days": days_words(days, language())}
        return Light("bad", late if days else _("超期"))
    if case.due_on == on:
        return Light("warn", _("今天到期"))
    days = flow.calendar.working_days_between(on, case.due_on)
    left = _("还有%(days)s") % {"days": days_words(days, language())}
    return Light("warn" if days <= SOON else "ok", left)
