"""Goes on with moves for several cases, with files of papers and with large counts, beside the server."""

from datetime import datetime
from typing import TYPE_CHECKING

from yingcai.audit import clock
from yingcai.cases.actions.bulk import go_on
from yingcai.cases.actions.papers.working import work_on
from yingcai.cases.actions.versions import work_move
from yingcai.cases.errors import CaseError
from yingcai.cases.queries.bulk import open_runs
from yingcai.cases.queries.paper_batches import to_work_on
from yingcai.cases.queries.versions import moves_to_work
from yingcai.registry.actions.counting import make_counts
from yingcai.web.rounds import Rounds

if TYPE_CHECKING:
    from yingcai.cases.models import PaperBatch

SECONDS = 3
AT_ONCE = 20  # cases of a run, before the next run has its turn
TURNS = 50  # of every run, before the thread looks whether it has to end


class BulkWorker(Rounds):
    """A thread of a server process. Several may run: a case of a run is done once."""

    label = "bulk-worker"
    work = "working on cases in bulk"

    def __init__(self, *, seconds: float = SECONDS) -> None:
        super().__init__(seconds=seconds)

    def round(self) -> None:
        make_counts(now=clock.now())
        for _turn in range(TURNS):
            now = clock.now()
            worked = [go_on(run, now=now, most=AT_ONCE) for run in open_runs()]
            worked += [work_move(row, now=now, most=AT_ONCE) for row in moves_to_work()]
            worked += [_work_on_papers(batch, now) for batch in to_work_on()]
            if not any(worked) or self.ending:
                break


def _work_on_papers(batch: "PaperBatch", now: datetime) -> bool:
    """One step of a file; whether there may be more. What it refuses is told on its page, and by the next round."""
    try:
        return work_on(batch, now=now, steps=1)
    except CaseError:
        return False
