"""Importing people into an empty register: a CSV file of invented people, checked, approved, written.

``python benchmarks/registry.py --people 100000`` prints seconds and people a second for each stage, the
peak of memory, and the size of the database (SQLite in a folder that is removed afterwards; PostgreSQL
with YINGCAI_DATABASE_URL, in an empty database that is yours to fill).
"""

import argparse
import csv
import gc
import json
import os
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

FOLDER = tempfile.TemporaryDirectory(prefix="yingcai-registry-")
os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
os.environ["YINGCAI_DATA_DIR"] = FOLDER.name
os.environ.setdefault("YINGCAI_TODAY", "2018-06-08")
django.setup()

# What needs the settings is imported after they are there.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from yingcai.identity.queries import Role  # noqa: E402
from yingcai.identity.tests.make import make_user  # noqa: E402
from yingcai.registry.actions.imports.applying import apply_batch  # noqa: E402
from yingcai.registry.actions.imports.checking import check_batch  # noqa: E402
from yingcai.registry.actions.imports.deciding import approve_batch, submit_batch  # noqa: E402
from yingcai.registry.actions.imports.receiving import (  # noqa: E402
    Upload,
    Wanted,
    agree_columns,
    proposed_columns,
    receive_file,
)
from yingcai.registry.models import Fact, Identifier, Relation, Subject  # noqa: E402
from yingcai.registry.tests.make import CREDIT_CODE, NOW, make_city, make_firm  # noqa: E402
from yingcai.registry.tests.make_imports import HEAD, person, scope_of  # noqa: E402


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    begun, worked = time.perf_counter(), time.process_time()
    yield
    seconds[stage] = time.perf_counter() - begun
    seconds[f"{stage} CPU"] = time.process_time() - worked


def write_people(path: Path, people: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(person(serial) for serial in range(people))


def run(path: Path) -> dict[str, float]:
    """Seconds of each stage, as a talent office would go through them."""
    seconds: dict[str, float] = {}
    gc.freeze()  # as the command does
    make_city()
    firm = make_firm("云州精工", code=CREDIT_CODE)
    lin, meng = (make_user(name, role=Role.OFFICE) for name in ("lin", "meng"))
    scope = scope_of(lin)
    upload = Upload(path.name, path.stat().st_size, lambda: path.open("rb"))
    with timed(seconds, "receive"):
        batch = receive_file(
            upload, Wanted("person", "insurance", firm), scope=scope, actor=lin, now=NOW
        )
    agree_columns(batch, proposed_columns(batch), scope=scope, actor=lin, now=NOW)
    with timed(seconds, "check"):
        check_batch(batch, actor=lin, now=NOW)
    submit_batch(batch, scope=scope, actor=lin, now=NOW)
    with timed(seconds, "approve"):
        approve_batch(batch, actor=meng, now=NOW)
    with timed(seconds, "write"):
        assert apply_batch(batch, now=NOW)
    return seconds


def database_size() -> int:
    """Bytes of the database that was filled."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return Path(name).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(%s)", [name])
        return int(cursor.fetchone()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    people: int = options.people
    call_command("migrate", verbosity=0)
    path = Path(FOLDER.name) / "people.csv"
    write_people(path, people)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = run(path)
    counts = [model.objects.count() for model in (Subject, Identifier, Fact, Relation)]
    assert counts == [people + 1, people + 1, 2 * people, people], counts
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database = database_size()
    seconds["all"] = sum(spent for stage, spent in seconds.items() if "CPU" not in stage)
    seconds["all CPU"] = sum(spent for stage, spent in seconds.items() if "CPU" in stage)
    for stage, spent in seconds.items():
        print(f"{stage:12} {spent:8.1f} s  {people / spent:10,.0f} people/s")
    print(f"peak memory {peak / 1024:.0f} MB (before {before / 1024:.0f} MB)")
    print(
        f"{connection.vendor} database {database / 1e6:.0f} MB; {platform.python_implementation()} {platform.python_version()}"
    )
    if options.json:
        figures = {"people": people, "peak_mb": peak // 1024, "database_bytes": database}
        options.json.write_text(json.dumps({**figures, "seconds": seconds}, indent=2), "utf-8")


if __name__ == "__main__":
    main()
