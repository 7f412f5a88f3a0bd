"""Days without a rule: gaps between versions, parameters that begin too late; money without a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.lint.view import View
from yingcai.engine.packs.load import Pack


def lint_days(pack: Pack, views: Sequence[View]) -> Iterator[Finding]:
    by_programme: dict[str, list[View]] = {}
    for view in views:
        by_programme.setdefault(view.file, []).append(view)
        yield from _late(view)
    for versions in by_programme.values():
        yield from _gaps(versions)
    yield from _undated(pack, views)


def _gaps(versions: Sequence[View]) -> Iterator[Finding]:
    """Days between two windows that no version covers."""
    windows = [view for view in versions if "window" in view.form]
    windows.sort(key=lambda view: view.form["window"].get("from", date.min))
    for earlier, later in pairwise(windows):
        # Windows do not overlap, so only the last one may be open at its end.
        first = earlier.form["window"]["to"] + timedelta(days=1)
        last = later.form["window"]["from"] - timedelta(days=1)
        if first <= last:
            span = f"{first}" if first == last else f"{first} – {last}"
            yield later.finding(
                "window-gap",
                f"没有版本适用于：{span}",
                f"no version covers {span}",
                "window",
            )


def _late(view: View) -> Iterator[Finding]:
    """Before its first day a parameter is unknown, so the window's first days pay nobody."""
    window = view.form.get("window", {})
    for name, parameter in view.form.get("parameters", {}).items():
        if "values" not in parameter or parameter["by"] != window.get("date"):
            continue
        first = parameter["values"][0]["from"]
        if window.get("from", date.min) < first:
            since = window.get("from")
            yield view.finding(
                "parameter-late",
                f"参数 `{name}` 自{first}起才有值，适用时段{f'自{since}起' if since else '没有起始日'}",
                f"parameter `{name}` has no value before {first}, the window"
                f" {f'begins on {since}' if since else 'has no first day'}",
                "parameters", name,
            )  # fmt: skip


def _undated(pack: Pack, views: Sequence[View]) -> Iterator[Finding]:
    """Documents that money stands on and whose day of issue is not given."""
    cited = {source.partition("#")[0] for view in views for source in _money_sources(view.form)}
    for i, document in enumerate(pack.documents):
        if document["id"] in cited and "issued_on" not in document:
            file = pack.files["documents.yaml"]
            yield Finding(
                file.file,
                file.line("documents", i),
                "undated-money",
                f"文件 `{document['id']}` 是金额的依据，但没有印发日期",
                f"money stands on `{document['id']}`, whose day of issue is not given",
            )


def _money_sources(form: Any) -> Iterator[str]:
    for parameter in form.get("parameters", {}).values():
        if parameter["unit"] == "CNY":
            yield from _sources(parameter, parameter.get("values", []))
    for table in form.get("tables", {}).values():
        if any(column.startswith("->") and column.endswith("CNY") for column in table["columns"]):
            yield from _sources(table, [{"source": one} for one in table.get("sources", [])])


def _sources(owner: Any, parts: Sequence[Any]) -> Iterator[str]:
    """Each clause, that of the whole where a part names none."""
    whole = owner.get("source", "")
    yield from [part.get("source") or whole for part in parts] or [whole]
