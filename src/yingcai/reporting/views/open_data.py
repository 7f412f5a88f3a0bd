"""Open data: the dictionary page, and each data set as CSV or JSON, streamed month by month."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingcai.engine.documents.sheet import Value, write_csv
from yingcai.plan.queries import current_plan
from yingcai.reporting import open_data as sets
from yingcai.reporting.queries import public as reads

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

BOM = b"\xef\xbb\xbf"
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is to take, what each column means, under which licence."""
    plan = current_plan()
    months = reads.published_months(plan) if plan else []
    context = {"plan": plan, "sets": sets.SETS.values(), "months": months, "kinds": list(KINDS)}
    return render(request, "reporting/open_data.html", context)


@require_safe
def open_data_file(
    request: HttpRequest, name: str, kind: str
) -> HttpResponse | StreamingHttpResponse:
    """One data set as a file."""
    if name not in sets.SETS or kind not in KINDS:
        raise Http404
    plan = current_plan()
    chunks = rows_of(name, plan) if plan else iter(())
    chosen = sets.SETS[name]
    content = csv_stream(chosen, chunks) if kind == "csv" else json_stream(chosen, chunks)
    response = StreamingHttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def rows_of(name: str, plan: "Plan") -> Iterator[sets.Rows]:
    """The rows of a data set in pieces; values come one month at a time."""
    if name == "values":
        for values in reads.all_values(plan):
            yield sets.value_rows(values)
        return
    months = reads.published_months(plan)
    if name == "measures":
        yield sets.measure_rows(months)
    elif name == "bulletins":
        yield sets.bulletin_rows(months)
    elif months:
        snapshot = reads.published_snapshot(plan, months[0].month)
        yield sets.target_rows(reads.targets_in(snapshot) if snapshot else [])


def csv_stream(chosen: sets.DataSet, chunks: Iterator[sets.Rows]) -> Iterator[bytes]:
    """CSV through the one writer, so that no cell is ever a formula."""
    yield write_csv([chosen.names])
    for rows in chunks:
        yield write_csv(rows).removeprefix(BOM)


def json_stream(chosen: sets.DataSet, chunks: Iterator[sets.Rows]) -> Iterator[bytes]:
    """A JSON list of objects; decimals are strings, so that no digit is lost."""
    yield b"["
    first = True
    for rows in chunks:
        for row in rows:
            yield b"\n" if first else b",\n"
            first = False
            yield json.dumps(
                dict(zip(chosen.names, map(_plain, row), strict=True)), ensure_ascii=False
            ).encode()
    yield b"\n]\n"


def _plain(value: Value) -> str | int | None:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, int | str) or value is None else value.isoformat()
