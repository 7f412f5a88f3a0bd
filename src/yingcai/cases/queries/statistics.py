"""How the work goes: what waits and for how long, what was promised and kept, what was sent back and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from yingcai.audit import clock
from yingcai.cases.models import Award, Case, CaseAct
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import RuleBook
from yingcai.identity.queries import units_by_code

DONE = (Case.Status.GRANTED, Case.Status.DECLINED, Case.Status.NOT_ACCEPTED)


@dataclass(frozen=True)
class Work:
    """One programme or unit. ``oldest``: days since the oldest open case came in; ``kept`` of ``promised``
    decided cases came within their term; ``sent_back``: decided ones that were returned at least once."""

    name: str
    label: str
    open: int
    overdue: int
    oldest: int | None
    granted: int
    declined: int
    promised: int
    kept: int
    sent_back: int


@dataclass(frozen=True)
class StageWork:
    """One stage of one workflow: how many wait in it, working days that those who left it had spent."""

    workflow: str
    stage: str
    label: str
    open: int
    overdue: int
    left: int
    average: float | None
    longest: int | None
    returned: int


@dataclass(frozen=True)
class Granted:
    """Awards of a programme that stand, and their sum in fen; how much of it was decided on paper before."""

    name: str
    label: str
    awards: int
    amount: int
    papers: int
    paper_amount: int


def by_programme(rows: QuerySet[Case], book: RuleBook, on: date) -> list[Work]:
    """Work by programme, what waits most first."""
    titles = {name: in_language(one.title) for name, one in book.rules.programmes.items()}
    rows = rows.filter(kind=Case.Kind.APPLICATION)
    return _work(rows, "programme", titles, on)


def by_unit(rows: QuerySet[Case], on: date) -> list[Work]:
    """The same by lead unit; what was decided on paper before is nobody's work here."""
    rows = rows.exclude(kind=Case.Kind.PAPER)
    names = {code: unit.label for code, unit in units_by_code().items()}
    return _work(rows, "lead__code", names, on)


def _work(rows: QuerySet[Case], key: str, labels: Mapping[str, str], on: date) -> list[Work]:
    running, decided = Q(status=Case.Status.RUNNING), Q(status__in=DONE)
    promised = decided & Q(promised_on__isnull=False)
    counted = (
        rows.order_by()
        .annotate(ended_day=TruncDate("ended_at", tzinfo=clock.SHANGHAI))
        .values(key)
        .annotate(
            open=Count("pk", filter=running),
            overdue=Count("pk", filter=running & Q(due_on__lt=on)),
            first=Min("submitted_at", filter=running),
            granted=Count("pk", filter=Q(status=Case.Status.GRANTED)),
            declined=Count("pk", filter=decided & ~Q(status=Case.Status.GRANTED)),
            promised=Count("pk", filter=promised),
            kept=Count("pk", filter=promised & Q(ended_day__lte=F("promised_on"))),
        )
    )
    back = _sent_back(rows, key)
    found = [
        Work(
            name=one[key],
            label=labels.get(one[key], one[key]),
            open=one["open"],
            overdue=one["overdue"],
            oldest=(on - clock.day_of(one["first"])).days if one["first"] else None,
            granted=one["granted"],
            declined=one["declined"],
            promised=one["promised"],
            kept=one["kept"],
            sent_back=back.get(one[key], 0),
        )
        for one in counted
    ]
    return sorted(found, key=lambda one: (-one.open, -one.overdue, one.label))


def awards_by_programme(rows: QuerySet[Case], book: RuleBook) -> list[Granted]:
    """What was granted by some cases and stands, by programme, the most first; papers are told apart."""
    titles = {name: in_language(one.title) for name, one in book.rules.programmes.items()}
    standing = Award.objects.filter(voided_at=None, case__in=rows.order_by().values("pk"))
    on_paper = Q(paper__isnull=False)
    counted = (
        standing.order_by()
        .values("programme")
        .annotate(
            awards=Count("pk"),
            sum=Sum("amount"),
            papers=Count("pk", filter=on_paper),
            paper_sum=Sum("amount", filter=on_paper),
        )
    )
    found = [
        Granted(
            name=one["programme"],
            label=titles.get(one["programme"], one["programme"]),
            awards=one["awards"],
            amount=one["sum"] or 0,
            papers=one["papers"],
            paper_amount=one["paper_sum"] or 0,
        )
        for one in counted
    ]
    return sorted(found, key=lambda one: (-one.awards, one.label))


def _sent_back(rows: QuerySet[Case], key: str) -> dict[str, int]:
    """Cases that were returned at least once, by programme or unit."""
    back = CaseAct.objects.filter(move="return", case__in=rows.order_by().values("pk"))
    counted = back.order_by().values_list(f"case__{key}")
    return dict(counted.annotate(many=Count("case", distinct=True)))


def by_stage(rows: QuerySet[Case], book: RuleBook, on: date) -> list[StageWork]:
    """What waits in each stage, and the working days that stages took."""
    waiting = {
        (one["workflow"], one["stage"]): one
        for one in rows.filter(status=Case.Status.RUNNING)
        .order_by()
        .values("workflow", "stage")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)))
    }
    left = {
        (one["case__workflow"], one["from_stage"]): one
        for one in CaseAct.objects.filter(days__isnull=False, case__in=rows.order_by().values("pk"))
        .order_by()
        .values("case__workflow", "from_stage")
        .annotate(
            left=Count("pk"),
            average=Avg("days"),
            longest=Max("days"),
            returned=Count("pk", filter=Q(move="return")),
        )
    }
    found = []
    for workflow, file in book.pack.workflows.items():
        for stage in file["stages"]:
            key = (workflow, stage["id"])
            now, then = waiting.get(key, {}), left.get(key, {})
            if now or then:
                found.append(
                    StageWork(
                        workflow=in_language(file["title"]),
                        stage=stage["id"],
                        label=in_language(stage["words"]),
                        open=now.get("open", 0),
                        overdue=now.get("overdue", 0),
                        left=then.get("left", 0),
                        average=then.get("average"),
                        longest=then.get("longest"),
                        returned=then.get("returned", 0),
                    )
                )
    return found
