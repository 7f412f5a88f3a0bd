"""Queries and CPU of lists and dashboards at 10 years x 20 counties x 500 targets (1.26 million values).

Builds a database of that size once in the folder given (SQLite), then asks for every page a few times
as the talent office, a unit's reporter and a visitor.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

YEARS, COUNTIES, TARGETS, MEASURES = 10, 20, 500, 30
FIRST = date(2018, 1, 1)
TODAY = date(2018 + YEARS, 1, 8)
NOW = datetime(2028, 1, 8, tzinfo=UTC)
QUERY_BUDGET, CPU_BUDGET_MS = 12, 100


def set_up(folder: Path) -> None:
    """Point Django at a database in ``folder`` and start it."""
    os.environ["YINGCAI_DATA_DIR"] = str(folder)
    os.environ["YINGCAI_TODAY"] = TODAY.isoformat()
    os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
    import django  # noqa: PLC0415  # settings must be told first

    django.setup()


def months() -> list[date]:
    return [date(2018 + n // 12, n % 12 + 1, 1) for n in range(YEARS * 12)]


def build() -> None:
    """Fill the database; nothing is done when it is there already."""
    from django.apps import apps  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    model = apps.get_model
    if model("plan", "Target").objects.exists():
        return
    counties = _units(model("identity", "Unit"))
    _users(model, counties)
    targets = _plan(model, counties)
    _reports(model, targets, counties)
    _values(model, targets, counties)


def _units(unit_model: Any) -> list[Any]:
    counties = [
        unit_model(code=f"c{i}", name=f"第{i}县", kind="county", order=i, division_code=f"99{i:04}")
        for i in range(COUNTIES)
    ]
    bureaus = [
        unit_model(code=f"b{i}", name=f"第{i}局", kind="bureau", order=100 + i) for i in range(30)
    ]
    unit_model.objects.bulk_create([*counties, *bureaus])
    return counties


def _users(model: Callable[[str, str], Any], counties: list[Any]) -> None:
    users = model("identity", "User").objects
    for name, role, unit in [("office", "office", None), ("reporter", "reporter", counties[0])]:
        user = users.create(username=name, display_name=name, unit=unit)
        model("identity", "RoleGrant").objects.create(
            user=user, role=role, unit=unit, starts_on=FIRST
        )


def _plan(model: Callable[[str, str], Any], counties: list[Any]) -> list[Any]:
    text = "".join(f"第{i}项目标100名。" for i in range(TARGETS))
    plan = model("plan", "Plan").objects.create(
        slug="large",
        title="大计划",
        issued_on=FIRST,
        period_start=2018,
        period_end=2018 + YEARS - 1,
        text=text,
        source_name="large.txt",
        source_sha256="0" * 64,
        source_format="txt",
        status="draft",
        created_at=NOW,
    )
    measures = model("plan", "Measure").objects.bulk_create(
        model("plan", "Measure")(
            plan=plan, number=i, title=f"第{i}项措施", section="一", start=0, end=len(text), order=i
        )
        for i in range(MEASURES)
    )
    clauses = model("plan", "Clause").objects.bulk_create(
        model("plan", "Clause")(
            plan=plan,
            measure=measures[i % MEASURES],
            kind="target",
            start=i * 5,
            end=i * 5 + 5,
            text=f"第{i}项目标",
            subject=f"第{i}项目标",
            value=100 * COUNTIES,
            measure_word="名",
            comparator=">=",
            per="total",
            status="confirmed",
        )
        for i in range(TARGETS)
    )
    targets = model("plan", "Target").objects.bulk_create(
        model("plan", "Target")(
            plan=plan,
            code=f"{i % MEASURES}-{i // MEASURES + 1}",
            clause=clause,
            measure=measures[i % MEASURES],
            kind="quantity",
            title=clause.subject,
            value=100 * COUNTIES,
            measure_word="名",
            starts_on=FIRST,
            due_on=date(2018 + YEARS - 1, 12, 31),
            order=i,
        )
        for i, clause in enumerate(clauses)
    )
    bureaus = list(model("identity", "Unit").objects.filter(kind="bureau"))
    model("plan", "TargetOwner").objects.bulk_create(
        model("plan", "TargetOwner")(target=target, unit=bureaus[i % 30], role="lead")
        for i, target in enumerate(targets)
    )
    model("plan", "TargetShare").objects.bulk_create(
        (
            model("plan", "TargetShare")(target=target, unit=county, value=100)
            for target in targets
            for county in counties
        ),
        batch_size=5000,
    )
    model("plan", "Plan").objects.filter(pk=plan.pk).update(status="published", digest="1" * 64)
    return list(targets)


def _reports(model: Callable[[str, str], Any], targets: list[Any], counties: list[Any]) -> None:
    report = model("reporting", "Report")
    plan_id = targets[0].plan_id
    for number, month in enumerate(months()):
        last = number == YEARS * 12 - 1
        row = model("reporting", "ReportingMonth").objects.create(
            plan_id=plan_id,
            month=month,
            due_on=month + timedelta(days=35),
            status="open" if last else "locked",
            opened_at=NOW,
        )
        report.objects.bulk_create(
            (
                report(
                    month=row,
                    target=target,
                    unit=county,
                    value=number,
                    status="approved" if last else "accepted",
                    updated_at=NOW,
                )
                for target in targets
                for county in counties
            ),
            batch_size=5000,
        )


def _values(model: Callable[[str, str], Any], targets: list[Any], counties: list[Any]) -> None:
    value = model("reporting", "IndicatorValue")

    def rows(number: int, month: date) -> Iterator[Any]:
        for place, target in enumerate(targets):
            for unit in [None, *counties]:
                pace = 80 + (place * 7 + (unit.pk if unit else 0)) % 40
                goal = Decimal(100 if unit else 100 * COUNTIES)
                done = goal * (number + 1) * pace / 100 / (YEARS * 12)
                gap = Decimal((number + 1) * (100 - pace)) / (YEARS * 12)
                light = "green" if gap <= 10 else "yellow" if gap <= 30 else "red"
                yield value(
                    target=target,
                    unit=unit,
                    month=month,
                    value=done.quantize(Decimal("0.0001")),
                    goal=goal,
                    expected=goal * (number + 1) / (YEARS * 12),
                    progress=(done / goal * 100).quantize(Decimal("0.01")),
                    gap=gap.quantize(Decimal("0.01")),
                    light=light,
                    formula="1",
                    rows=COUNTIES if unit is None else 1,
                )

    for number, month in enumerate(months()):
        value.objects.bulk_create(rows(number, month), batch_size=2000)


def pages() -> list[tuple[str, str]]:
    """(who, address) of the pages that list or sum up."""
    staff = [
        "/plan/",
        "/plan/ledger/",
        "/plan/targets/0-1/",
        "/progress/",
        "/progress/targets/0-1/",
        "/reporting/2027-12/",
        "/orders/",
        "/bulletins/",
        "/leader/",
        "/map/",
        "/audit/",
        "/identity/",
        "/api/plans/1/targets",
        "/api/plans/1/targets?limit=200",
    ]
    return [
        *(("office", page) for page in staff),
        ("reporter", "/reporting/"),
        ("", "/"),
        ("", "/public/"),
        ("", "/open-data/"),
    ]


def measure(runs: int) -> list[dict[str, Any]]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    results = []
    for who, page in pages():
        client = Client(headers={"host": "127.0.0.1"})
        if who:
            user = get_user_model().objects.get(username=who)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            status = client.get(page).status_code
        queries = len(captured)  # later requests empty the log
        figures = []
        for _ in range(runs):
            begun = time.process_time()
            client.get(page)
            figures.append((time.process_time() - begun) * 1000)
        results.append(
            {
                "who": who or "visitor",
                "page": page,
                "status": status,
                "queries": queries,
                "cpu_ms": round(statistics.median(figures), 1),
            }
        )
    return results


def bulletin() -> dict[str, Any]:
    """Draft the bulletin of the last locked month and throw it away."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from yingcai.plan.queries import current_plan  # noqa: PLC0415
    from yingcai.reporting.actions.bulletins import draft_bulletin  # noqa: PLC0415

    plan = current_plan()
    assert plan is not None
    actor = get_user_model().objects.get(username="office")
    begun, cpu = time.perf_counter(), time.process_time()
    with transaction.atomic():
        draft_bulletin(plan, months()[-2], actor=actor, now=NOW)
        transaction.set_rollback(True)
    return {
        "wall_s": round(time.perf_counter() - begun, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the database here and use it again")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="yingcai-bench-"))
    set_up(folder)
    begun = time.perf_counter()
    build()
    print(f"database in {folder}: ready in {time.perf_counter() - begun:.0f} s")
    results = measure(options.runs)
    over = 0
    for row in results:
        late = row["queries"] > QUERY_BUDGET or row["cpu_ms"] > CPU_BUDGET_MS
        late = late or row["status"] != 200
        over += late
        mark = "  over budget or no page" if late else ""
        print(
            f"{row['who']:9} {row['page']:26} {row['status']}  {row['queries']:3} queries"
            f"  {row['cpu_ms']:7.1f} ms CPU{mark}"
        )
    drafted = bulletin()
    print(
        f"bulletin of 500 targets x 20 counties: {drafted['cpu_s']} s CPU, {drafted['wall_s']} s wall"
    )
    print(f"{len(results) - over} of {len(results)} pages within {QUERY_BUDGET} queries and 100 ms")
    if options.json:
        options.json.write_text(
            json.dumps({"pages": results, "bulletin": drafted}, indent=2), encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
