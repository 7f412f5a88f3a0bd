"""Goes on with moves for several cases and with large counts, beside the server."""

from yingcai.audit import clock
from yingcai.cases.actions.bulk import go_on
from yingcai.cases.actions.versions import work_move
from yingcai.cases.queries.bulk import open_runs
from yingcai.cases.queries.versions import moves_to_work
from yingcai.registry.actions.counting import make_counts
from yingcai.web.rounds import Rounds

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
            if not any(worked) or self.ending:
                break
