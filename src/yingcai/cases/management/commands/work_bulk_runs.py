"""Go on with moves for several cases: ``work_bulk_runs``. Safe to repeat and to stop."""

from typing import Any

from django.core.management.base import BaseCommand

from yingcai.audit import clock
from yingcai.cases.actions.bulk import go_on
from yingcai.cases.actions.papers.working import work_on
from yingcai.cases.actions.versions import work_move
from yingcai.cases.errors import CaseError
from yingcai.cases.queries.bulk import open_runs
from yingcai.cases.queries.paper_batches import to_work_on
from yingcai.cases.queries.versions import moves_to_work


class Command(BaseCommand):
    help = "继续批量办理、改用新流程和纸质决定补录；可重复执行，中断后再次执行即可继续。"

    def handle(self, *args: Any, **options: Any) -> None:
        runs = open_runs()
        worked = sum(go_on(run, now=clock.now()) for run in runs)
        moves = moves_to_work()
        moved = sum(work_move(row, now=clock.now()) for row in moves)
        self.stdout.write(f"批量办理 {len(runs)} 次，共 {worked} 件")
        papers = to_work_on()
        for batch in papers:
            try:
                work_on(batch, now=clock.now())
            except CaseError as refusal:
                self.stderr.write(f"{batch.handle}：{refusal}")
        if papers:
            self.stdout.write(f"纸质决定文件 {len(papers)} 个")
        if moves:
            self.stdout.write(f"改用新流程 {len(moves)} 次，共 {moved} 件")
