"""Sweeping values whose term is over: some of a million facts of invented people, on SQLite in a folder of its own.

``python benchmarks/registry_sweep.py --facts 1000000 --due 100000`` prints the seconds of a run, of a second
run that finds nothing, and the peak of memory. Values are bytes that nobody sealed: a sweep opens none.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import django

FOLDER = tempfile.TemporaryDirectory(prefix="yingcai-sweep-")
os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
os.environ["YINGCAI_DATA_DIR"] = FOLDER.name
os.environ.setdefault("YINGCAI_TODAY", "2018-06-08")
django.setup()

# What needs the settings is imported after they are there.
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from yingcai.audit.models import Event  # noqa: E402
from yingcai.registry.actions.sweeping import Run, sweep  # noqa: E402
from yingcai.registry.models import Fact, Subject  # noqa: E402
from yingcai.registry.tests.make import make_city  # noqa: E402

EACH = 5  # facts of a person
ON = date(2018, 6, 8)
NOW = datetime(2018, 6, 8, 4, tzinfo=UTC)
LATELY, LONG_AGO = (datetime(year, 1, 1, tzinfo=UTC) for year in (2017, 2007))


def fill(facts: int, due: int) -> None:
    """People with five facts each; of every tenth of them, spread evenly, the terms are over."""
    people, every = facts // EACH, facts // due
    for first in range(0, people, 10_000):
        several = range(first, min(first + 10_000, people))
        with transaction.atomic():
            rows = Subject.objects.bulk_create(
                Subject(kind="person", name=f"人{one}", created_at=LATELY) for one in several
            )
            Fact.objects.bulk_create(
                Fact(
                    subject=row,
                    name="person.degree",
                    sealed=os.urandom(36),
                    fingerprint=os.urandom(32).hex(),
                    source="education",
                    recorded_at=LONG_AGO if one % every == 0 else LATELY,
                )
                for one, row in zip(several, rows, strict=True)
                for _ in range(EACH)
            )


def timed_sweep() -> tuple[int, float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    found = sweep(Run(ON, NOW, 0.0)).total()
    return found, time.perf_counter() - begun, time.process_time() - worked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    make_city()
    fill(options.facts, options.due)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    swept, seconds, cpu = timed_sweep()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    again, idle, idle_cpu = timed_sweep()
    assert (swept, again) == (options.due, 0), (swept, again)
    batches = Event.objects.filter(action="fact.swept").count()
    print(f"swept {swept:,} of {options.facts:,} facts in {batches} batches")
    print(
        f"first run {seconds:.1f} s ({cpu:.1f} s CPU), second run {idle:.1f} s ({idle_cpu:.1f} s CPU)"
    )
    print(f"peak memory {peak / 1024:.0f} MB (before {before / 1024:.0f} MB)")
    if options.json:
        figures = {"facts": options.facts, "due": swept, "seconds": seconds, "cpu": cpu}
        more = {"second_cpu": idle_cpu, "peak_mb": peak // 1024, "batches": batches}
        options.json.write_text(json.dumps({**figures, **more}, indent=2), "utf-8")


if __name__ == "__main__":
    main()
