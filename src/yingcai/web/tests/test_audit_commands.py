"""``yingcai audit …`` as an operator and an auditor run it, and the sealer beside the server."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from yingcai.verifier import verify_audit
from yingcai.web.tests.processes import environment, free_port

VERIFIER = Path(verify_audit.__file__)
DAY = "2018-06-08"

pytestmark = pytest.mark.xdist_group("installation")  # it is made once for all of them


def audit(folder: Path, verb: str, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    line = (
        f"import sys; from yingcai.web.commands.audit import {verb}; sys.exit({verb}(sys.argv[1:]))"
    )
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", line, *words],
        env=environment(folder, YINGCAI_TODAY=DAY, **more),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def verify(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The verifier by itself: no site packages, no project, another folder."""
    copy = folder / "elsewhere" / "verify_audit.py"
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(VERIFIER, copy)
    return subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", str(copy), *words],
        cwd=folder,
        env={"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def write_rows(folder: Path, count: int, *, day: str = "2018-05-20") -> None:
    """Rows as a program of the database would write them."""
    with sqlite3.connect(folder / "yingcai.sqlite3") as database:
        database.executemany(
            "INSERT INTO audit_event (at, action, object_type, object_id, details, request_id)"
            " VALUES (?, 'unit.changed', 'identity.unit', ?, '{\"n\": 1}', '')",
            [(f"{day} 04:00:00", str(n)) for n in range(count)],
        )


def positions(folder: Path) -> list[int]:
    with sqlite3.connect(folder / "yingcai.sqlite3") as database:
        found = database.execute("SELECT position FROM audit_link ORDER BY position")
        return [position for (position,) in found]


def test_an_auditor_finds_the_one_row_that_an_administrator_changed(installation: Path) -> None:
    write_rows(installation, 60)
    made = audit(installation, "root")
    assert made.returncode == 0, made.stderr
    shutil.copytree(installation / "audit-roots", installation / "kept")
    options = ["--key-file", "audit.key", "--roots", "kept/2018.jsonl"]
    days = ["--from", "2018-05-01", "--to", "2018-05-31", "--out", "may.jsonl"]
    assert audit(installation, "export", *days).returncode == 0
    before = verify(installation, "may.jsonl", *options)
    with sqlite3.connect(installation / "yingcai.sqlite3") as database:
        database.execute("DROP TRIGGER append_only_audit_event_update")
        database.execute("UPDATE audit_event SET object_id = 'X' WHERE id = 37")

    assert audit(installation, "export", *days).returncode == 0
    after = verify(installation, "may.jsonl", *options, "--printed", made.stdout.split()[-1])

    assert (before.returncode, after.returncode) == (0, 1)
    assert "nothing was changed" in before.stdout
    assert "第 37 环，记录 37：记录在封存后被改动" in after.stdout
    assert "1 found, the first at position 37 (event 37)" in after.stdout


def test_processes_that_seal_at_once_make_one_chain(installation: Path) -> None:
    write_rows(installation, 9_000)
    line = "import sys; from yingcai.web.commands.audit import seal; sys.exit(seal([]))"
    sealers = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", line],
            env=environment(installation),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]

    told = [sealer.communicate(timeout=100)[1] for sealer in sealers]

    assert [sealer.returncode for sealer in sealers] == [0, 0], told
    assert positions(installation) == list(range(1, 9_001))


def test_the_running_site_seals_by_itself(installation: Path) -> None:
    write_rows(installation, 5)
    port = free_port()
    line = "import sys; from yingcai.web.commands.serve import run; sys.exit(run(sys.argv[1:]))"
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", line, "--port", str(port), "--workers", "1"],
        env=environment(installation, YINGCAI_TODAY=DAY),
        cwd=installation,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        for _ in range(600):  # a minute, on a machine with much to do
            if positions(installation) and (installation / "audit-roots/2018.jsonl").exists():
                break
            time.sleep(0.1)
        assert positions(installation) == [1, 2, 3, 4, 5]
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/").status == 200
    finally:
        server.send_signal(signal.SIGTERM)
        told = server.communicate(timeout=30)[1]
    assert b"Traceback" not in told
