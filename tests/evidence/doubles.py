"""G5: what is sent twice is done once, in a few forms and calls; and each unsafe address has a test that sends it."""

import csv
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.world import routes
from tests.evidence.access import FOLDER
from tests.evidence.plants import undone
from tests.evidence.replays import reviewed, sent_twice
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.plan.tests.make import make_plan, make_target
from yingcai.registry.tests.make import make_city
from yingcai.registry.tests.make_calls import make_access, send
from yingcai.reporting.models import Report
from yingcai.reporting.tests.make import make_month, make_report

SENT = {"registry:new", "reporting:report_approve", "api:list_subjects"}


def double_faults() -> list[str]:
    """What is done again by a form that makes, a form that moves, and a call under a key."""
    with pytest.MonkeyPatch.context() as mp, undone(), sent_twice(mp) as noted:
        make_city()
        _register()
        _approve()
        lin = {"kind": "person", "name": "林之川", "numbers": []}
        send(make_access(make_user(role=Role.OFFICE)).text, "subjects", lin)
        missing = sorted(SENT - set(noted.sent))
    return [*noted.faults, *(f"{name} was not taken" for name in missing)]


def _register() -> None:
    browser = Client()
    browser.force_login(make_user(role=Role.OFFICE))
    browser.post(reverse("registry:new"), {"kind": "person", "name": "何云飞"})


def _approve() -> None:
    unit, plan = make_unit(), make_plan()
    report = make_report(
        make_month(plan), make_target(plan, owners={unit: "lead"}), unit, 3,
        status=Report.Status.SUBMITTED,
    )  # fmt: skip
    browser = Client()
    browser.force_login(make_user(role=Role.HEAD, unit=unit))
    address = reverse("reporting:report_approve", args=[report.pk])
    browser.post(address, {"version": report.version})


def unlisted_routes() -> list[str]:
    """Unsafe addresses without a row, rows of none, rows whose test is not there, exemptions without a reason."""
    unsafe, rows = set(_unsafe()), reviewed()
    return [
        *(f"{route} is sent by no test" for route in sorted(unsafe - set(rows))),
        *(f"{route} is no unsafe address" for route in sorted(set(rows) - unsafe)),
        *(f"{route}: {row.test} is not there" for route, row in rows.items() if not _there(row.test)),
        *(f"{route} needs a reason" for route, row in rows.items() if _wants_reason(row) and not row.reason),
    ]  # fmt: skip


def _unsafe() -> Iterator[str]:
    """Addresses that take something else than a look; of those that share one, the first."""
    with (FOLDER / "access_matrix.csv").open(encoding="utf-8", newline="") as file:
        looks_only = {
            row["route"]
            for row in csv.DictReader(file)
            if row["method"] == "POST" and "405" in row.values()
        }
    seen: set[str] = set()
    for route in routes():
        if route.pattern not in seen and route.name not in looks_only:
            seen.add(route.pattern)
            yield route.name


def _there(test: str) -> bool:
    path, _colon, name = test.partition("::")
    file = FOLDER.parents[1] / path
    return not test or (
        file.exists() and f"def {name.partition('[')[0]}(" in file.read_text("utf-8")
    )


def _wants_reason(row: object) -> bool:
    return not getattr(row, "test", "") or bool(getattr(row, "again", ""))
