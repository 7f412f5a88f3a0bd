"""Giving faulty rows of a file of papers back to whoever brought it, with what is wrong with each; an export."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.actions.papers.receiving import in_reach
from yingcai.cases.errors import StaleCase
from yingcai.cases.models import PaperBatch, PaperProblem, PaperRow
from yingcai.cases.paper.words import problem_words, title_of
from yingcai.cases.queries.paper_batches import head_of, key_of
from yingcai.registry.import_files import open_cells
from yingcai.registry.importing.sheets import Faulty

if TYPE_CHECKING:
    from yingcai.identity.models import User


def export_faulty_papers(
    batch: PaperBatch, *, actor: "User", now: datetime
) -> tuple[list[str], list[Faulty]]:
    """The titles and the faulty rows as they were sent, with the reasons. Raises: NotAllowed, StaleCase."""
    in_reach(batch, actor, now)
    key = key_of(batch)
    if key is None:
        raise StaleCase(_("这个文件的内容已经销毁"))
    faulty = PaperRow.objects.filter(batch=batch, status=PaperRow.Status.FAULTY)
    rows = list(faulty.order_by("number"))
    record("paper.exported", batch, actor=actor, details={"rows": len(rows)}, at=now)
    sentences: dict[int, list[str]] = defaultdict(list)
    for one in PaperProblem.objects.filter(batch=batch):
        sentences[one.number].append(sentence(one))
    columns = batch.columns or []
    kept = [place for place, name in enumerate(columns) if name != "problem"]
    found = []
    for row in rows:
        cells = open_cells(key, batch.handle, row.number, bytes(row.sealed))
        found.append(Faulty(row.number, [cells[place] for place in kept], sentences[row.number]))
    head = head_of(batch)
    return [head[place] for place in kept], found


def sentence(one: PaperProblem) -> str:
    """A problem with its row and column: never a value."""
    where = _("第 %(n)s 行") % {"n": one.number}
    column = f"“{title_of(one.field)}”" if one.field else ""
    return f"{where}{column}{_('：')}{problem_words(one.code, one.other)}"
