"""Giving faulty rows back to whoever sent them, with what is wrong with each; written down as an export."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.registry.actions.imports.receiving import in_reach
from yingcai.registry.errors import Erased
from yingcai.registry.import_files import open_cells
from yingcai.registry.importing.columns import title_of
from yingcai.registry.importing.rows import problem_words
from yingcai.registry.importing.sheets import Faulty
from yingcai.registry.models import ImportBatch, ImportProblem, ImportRow
from yingcai.registry.queries.imports import batch_key, head_of
from yingcai.registry.queries.scope import Scope

if TYPE_CHECKING:
    from yingcai.identity.models import User

MOST = 20_000  # rows of one file that goes out


def export_faulty(
    batch: ImportBatch, *, scope: Scope, actor: "User", now: datetime
) -> tuple[list[str], list[Faulty]]:
    """The titles and the faulty rows as they were sent, the first ``MOST``, with the reasons.

    Raises: OutOfScope, Erased.
    """
    in_reach(batch, scope)
    key = batch_key(batch)
    if key is None:
        raise Erased(_("这个文件的内容已经销毁"))
    rows = list(
        ImportRow.objects.filter(batch=batch, status=ImportRow.Status.FAULTY).order_by("number")[
            :MOST
        ]
    )
    details = {"rows": len(rows)}
    record("import.exported", batch, actor=actor, details=details, at=now)
    sentences = _sentences(batch, rows)
    columns = batch.columns or []
    kept = [place for place, name in enumerate(columns) if name != "problem"]
    found = []
    for row in rows:
        cells = open_cells(key, batch.sealed_for, row.number, bytes(row.sealed))
        found.append(Faulty(row.number, [cells[place] for place in kept], sentences[row.number]))
    head = head_of(batch)
    return [head[place] for place in kept], found


def _sentences(batch: ImportBatch, rows: Sequence[ImportRow]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    if rows:
        span = (rows[0].number, rows[-1].number)
        for one in ImportProblem.objects.filter(batch=batch, fault=True, number__range=span):
            found[one.number].append(sentence(one))
    return found


def sentence(one: ImportProblem) -> str:
    """A problem with its row and column: never a value."""
    where = _("第 %(n)s 行") % {"n": one.number}
    column = f"“{title_of(one.field)}”" if one.field else ""
    return f"{where}{column}{_('：')}{problem_words(one.code, one.field, one.other)}"
