"""How the work on cases goes, over HTTP: counts alone, within what the caller may see."""

from datetime import date

from ninja import Router, Schema

from yingcai.cases.api.door import ANSWERS, Asked, at_desk, door
from yingcai.cases.api.public import book_or_404
from yingcai.cases.queries import statistics
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.tokens import READ

router = Router(tags=["desk"])


class WorkOut(Schema):
    """One programme or unit: what is open, what was decided, within its term or not."""

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


class StageOut(Schema):
    workflow: str
    stage: str
    label: str
    open: int
    overdue: int
    left: int
    average: float | None
    longest: int | None
    returned: int


class GrantedOut(Schema):
    """Awards that stand, with their sum in fen; how many of them, and how much, were decided on paper before."""

    name: str
    label: str
    awards: int
    amount: int
    papers: int
    paper_amount: int


class StatisticsOut(Schema):
    """How the work goes, within what the caller may see: counts alone. Papers are no work; awards count them."""

    on: date
    programmes: list[WorkOut]
    units: list[WorkOut]
    stages: list[StageOut]
    granted: list[GrantedOut]


@router.get(
    "/desk/statistics",
    auth=door(READ),
    response={200: StatisticsOut, **ANSWERS},
    summary="How the work goes: by programme, unit and stage",
)
def read_statistics(request: Asked) -> StatisticsOut:
    caller = request.auth
    at_desk(caller)
    rows, book = desk_cases(caller.user, caller.on), book_or_404()
    return StatisticsOut(
        on=caller.on,
        programmes=[_work(one) for one in statistics.by_programme(rows, book, caller.on)],
        units=[_work(one) for one in statistics.by_unit(rows, caller.on)],
        stages=[_stage(one) for one in statistics.by_stage(rows, book, caller.on)],
        granted=[GrantedOut(**vars(one)) for one in statistics.awards_by_programme(rows, book)],
    )


def _work(one: statistics.Work) -> WorkOut:
    return WorkOut(
        name=one.name,
        label=one.label,
        open=one.open,
        overdue=one.overdue,
        oldest=one.oldest,
        granted=one.granted,
        declined=one.declined,
        promised=one.promised,
        kept=one.kept,
        sent_back=one.sent_back,
    )


def _stage(one: statistics.StageWork) -> StageOut:
    return StageOut(
        workflow=one.workflow,
        stage=one.stage,
        label=one.label,
        open=one.open,
        overdue=one.overdue,
        left=one.left,
        average=one.average,
        longest=one.longest,
        returned=one.returned,
    )
