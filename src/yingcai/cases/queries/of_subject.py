"""The cases and awards of one subject, and of all that were merged into it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yingcai.cases.models import Award, Case
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.queries.scope import DRAFTS
from yingcai.cases.queries.story import title_of
from yingcai.registry.queries.merged import members

if TYPE_CHECKING:
    from yingcai.registry.models import Subject

MOST = 200


@dataclass(frozen=True)
class Line:
    """A case of a subject. ``given``: what was granted in words; empty where nothing was."""

    case: Case
    title: str
    stage: str
    given: str


def cases_of(subject: "Subject") -> list[Line]:
    """What was handed in for a subject, the newest first; drafts are nobody's business yet."""
    rows = Case.objects.filter(subject__in=members([subject])).exclude(status__in=DRAFTS)
    found = list(rows.exclude(submitted_at=None).select_related("lead").order_by("-pk")[:MOST])
    standing = Award.objects.filter(voided_at=None, case__in=found)
    awards = {one.case_id: one for one in standing}
    return [_line(case, awards.get(case.pk)) for case in found]


def _line(case: Case, award: Award | None) -> Line:
    return Line(
        case,
        title_of(case),
        "" if case.on_paper else _stage(case),
        given_words(case, award.amount, award.result) if award else "",
    )


def _stage(case: Case) -> str:
    stages = book_of_case(case).pack.workflows[case.workflow]["stages"]
    words = next((one["words"] for one in stages if one["id"] == case.stage), {"zh": case.stage})
    return in_language(words)
