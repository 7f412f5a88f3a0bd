"""Seal, export and verify a million audit rows, and print what it took.

    python benchmarks/audit.py                                    on SQLite, in a folder of its own
    YINGCAI_DATABASE_URL=postgresql://… python benchmarks/audit.py --rows 200000

On PostgreSQL name an empty database: the tables are made there, and the rows stay.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERIFIER = ROOT / "src" / "yingcai" / "verifier" / "verify_audit.py"
FIRST = datetime(2018, 1, 1, tzinfo=UTC)


def set_up(folder: Path, profile: str) -> None:
    """Point Django at a database in ``folder`` (or at the one of the environment) and start it."""
    os.environ["YINGCAI_DATA_DIR"] = str(folder)
    os.environ["YINGCAI_CRYPTO"] = profile
    os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
    import django  # noqa: PLC0415  # settings must be told first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)


def write_rows(count: int) -> None:
    """Rows of the usual kind, a few seconds apart."""
    from django.apps import apps  # noqa: PLC0415

    event = apps.get_model("audit", "Event")
    for start in range(0, count, 10_000):
        event.objects.bulk_create(
            event(
                at=FIRST + timedelta(seconds=3 * n),
                action="report.saved" if n % 3 else "signin.succeeded",
                object_type="reporting.report",
                object_id=str(n % 5_000),
                details={"fields": ["value", "note"], "to": "submitted", "n": n},
                request_id=f"{n:032x}",
            )
            for n in range(start, min(start + 10_000, count))
        )


def timed(what: str, work: Callable[[], object], rows: int) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    took, busy = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{what:<34}{took:8.1f} s   CPU {busy:6.1f} s   {rows / took:10,.0f} rows/s", flush=True)


def verify(export: Path, *options: str) -> None:
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-I", "-S", str(VERIFIER), str(export), *options],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    print(done.stdout.strip().splitlines()[-1], f"(exit {done.returncode})")


def run(folder: Path, rows: int) -> None:
    from yingcai.audit import clock  # noqa: PLC0415
    from yingcai.audit.actions import seal  # noqa: PLC0415
    from yingcai.audit.export import export_lines, span_of  # noqa: PLC0415
    from yingcai.audit.queries import sealing_state  # noqa: PLC0415
    from yingcai.web.sealer import seal_round  # noqa: PLC0415

    now = clock.machine_now
    export = folder / "audit.jsonl"
    key = str(folder / "audit.key")

    def write_export() -> None:
        with export.open("w", encoding="utf-8") as file:
            file.writelines(export_lines(span_of(None, None), now=now()))

    timed("rows written", lambda: write_rows(rows), rows)
    timed("sealed", lambda: seal(now=now(), limit=rows, whole=True), rows)
    write_rows(100)
    timed("a round with 100 new rows", lambda: seal(now=now()), 100)
    timed("a look at the whole table", lambda: seal(now=now(), whole=True), rows)
    timed("the state for the page", lambda: sealing_state(now=now()), 1)
    seal_round(whole=False)
    timed("exported", write_export, rows)
    print(f"the export has {export.stat().st_size / 1e6:,.0f} MB")
    timed("verified with the key", lambda: verify(export, "--key-file", key), rows)
    timed("verified without the key", lambda: verify(export), rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--profile", default="default", choices=["default", "gm"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yingcai-audit-") as folder:
        set_up(Path(folder), options.profile)
        run(Path(folder), options.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
