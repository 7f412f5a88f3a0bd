"""What a panel that is over publishes: tables without names, by which everybody computes its result again."""

import io
import zipfile
from dataclasses import replace
from datetime import date

from django.db.models import Count

from yingcai.cases.models import Conflict, Panel
from yingcai.cases.queries.panels.rounds import as_assigned, points, ranking
from yingcai.engine.matching.files import Published, written


def published(panel: Panel) -> Published:
    """The panel with its points, ranks and order of the defence; conflicts only as counts."""
    slots = panel.slots.select_related("case").order_by("place")
    rows = Conflict.objects.filter(case__panel=panel).order_by().values_list("kind")
    return replace(
        as_assigned(panel),
        sheets=tuple(points(panel)),
        ranking=tuple(ranking(panel)),
        order=tuple(str(one.case.number) for one in slots),
        conflicts={str(kind): many for kind, many in rows.annotate(many=Count("id"))},
    )


def archive(panel: Panel, on: date) -> bytes:
    """The files as one ZIP, the same bytes every time."""
    buffer = io.BytesIO()
    moment = (on.year, on.month, on.day, 0, 0, 0)
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in written(published(panel)).items():
            packed.writestr(zipfile.ZipInfo(name, moment), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
