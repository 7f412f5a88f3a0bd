"""Running cases that go by another text of their workflow than the one that is published."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yingcai.cases.models import Case, VersionMove
from yingcai.cases.queries.flows import flow
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import RuleBook

MOST = 500  # cases of one move


@dataclass(frozen=True)
class Outdated:
    """A workflow with how many running cases go by other texts of it."""

    name: str
    title: str
    cases: int


def outdated(book: RuleBook) -> list[Outdated]:
    """The workflows of today with the running cases that go by another text."""
    found = []
    for name, file in book.pack.workflows.items():
        many = cases_to_move(book, name).count()
        if many:
            found.append(Outdated(name, in_language(file["title"]), many))
    return found


def cases_to_move(book: RuleBook, name: str) -> QuerySet[Case]:
    """The running cases of a workflow whose text is not the published one, in their order."""
    running = Case.objects.filter(workflow=name, status=Case.Status.RUNNING)
    texts = running.order_by().values_list("pack", "flow_pack").annotate(many=Count("pk"))
    now = flow(book.digest, name).workflow.digest
    other = Q(pk__in=[])
    for pack, flow_pack, _many in texts:
        if flow(flow_pack or pack, name).workflow.digest != now:
            other |= Q(pack=pack, flow_pack=flow_pack)
    rows = running.filter(other).exclude(subject__standing="erased")
    return rows.select_related("subject", "lead", "county", "applicant").order_by("pk")


def version_moves() -> list[VersionMove]:
    """The last moves, the newest first."""
    return list(VersionMove.objects.select_related("made_by", "confirmed_by")[:50])


def version_move(handle: UUID) -> VersionMove | None:
    rows = VersionMove.objects.select_related("made_by", "confirmed_by")
    return rows.filter(handle=handle).first()


def moves_to_work() -> list[VersionMove]:
    """Those that are confirmed and not over, the oldest first."""
    return list(VersionMove.objects.filter(ended_at=None).exclude(confirmed_at=None).order_by("id"))
