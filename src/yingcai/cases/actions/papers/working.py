"""Going on with files of papers that wait: checked, taken in or taken back, whichever is next."""

from datetime import datetime

from yingcai.cases.actions.papers.applying import apply_papers
from yingcai.cases.actions.papers.checking import check_papers
from yingcai.cases.actions.papers.undoing import undo_papers
from yingcai.cases.models import PaperBatch

Status = PaperBatch.Status


def work_on(batch: PaperBatch, *, now: datetime, steps: int | None = None) -> bool:
    """Go on with a file, so many steps of it (empty: to its end); whether there is more to do.

    Safe to stop and to repeat. Raises: CaseError.
    """
    if batch.status == Status.UPLOADED:
        check_papers(batch, actor=None, now=now)
        return False
    act = undo_papers if batch.status == Status.UNDOING else apply_papers
    return not act(batch, now=now, steps=steps)
