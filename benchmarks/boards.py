"""A bulletin and the pages above it at a province's size: queries and CPU of each.

Builds a throw-away SQLite database (``--targets``, ``--counties``, ``--months``), then asks each page twice and
prints the second time.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
os.environ["YINGCAI_DATA_DIR"] = tempfile.mkdtemp(prefix="yingcai-bench-")
os.environ["YINGCAI_TODAY"] = "2020-06-08"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from yingcai.reporting.actions.bulletins import draft_bulletin, publish_bulletin  # noqa: E402
from yingcai.reporting.tests.make_bulletin import (  # noqa: E402
    NOW,
    City,
    months_before,
    random_city,
    random_month,
)

PAGES = (
    "/leader/",
    "/map/",
    "/bulletins/",
    "/public/",
    "/public/measures/1/",
    "/api/values?month=2020-05&limit=200",
    "/bulletins/2020-05/",
    "/bulletins/2020-05/docx",
    "/bulletins/2020-05/xlsx",
    "/open-data/values.csv",
)


def measured(work: Callable[[], Any]) -> tuple[float, int]:
    """CPU seconds and queries of one run."""
    with CaptureQueriesContext(connection) as queries:
        begun = time.process_time()
        work()
        return time.process_time() - begun, len(queries)


def build(options: argparse.Namespace) -> tuple[City, list[date]]:
    call_command("migrate", verbosity=0)
    city = random_city(
        targets=options.targets, counties=options.counties, bureaus=30, seed=1, shared_every=1
    )
    months = months_before(date(2020, 5, 1), options.months)
    for seed, month in enumerate(months):
        random_month(city, month, seed=seed)
    return city, months


def page(client: Client, address: str) -> None:
    response: Any = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")
    if response.streaming:
        for _ in response.streaming_content:
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=500)
    parser.add_argument("--counties", type=int, default=20)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    city, months = build(options)
    office = city.office
    drafted: list[Any] = []
    results: dict[str, dict[str, float]] = {}
    for month in months[-2:]:
        cpu, queries = measured(
            lambda month=month: drafted.append(  # type: ignore[misc]
                draft_bulletin(city.plan, month, actor=office, now=NOW)
            )
        )
        results["draft a bulletin"] = {"cpu_s": cpu, "queries": queries}
        bulletin = drafted[-1]
        publish_bulletin(bulletin, version=bulletin.version, actor=office, now=NOW)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(office)
    for address in PAGES:
        page(client, address)
        cpu, queries = measured(lambda address=address: page(client, address))  # type: ignore[misc]
        results[address] = {"cpu_s": cpu, "queries": queries}
    for name, row in results.items():
        print(f"{name:40} {row['cpu_s'] * 1000:8.0f} ms CPU  {row['queries']:3.0f} queries")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
