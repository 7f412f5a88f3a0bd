"""G8: the program is killed in the midst of submissions and approvals, on the database of the lane, and nothing that it acknowledged is lost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from yingcai.web.tests.processes import environment

DRILL = Path(__file__).parent / "kills.py"
# Of the lane: empty for a file of SQLite. A server is drilled more briefly; docs/evidence.md has a long run.
SERVER = os.environ.get("YINGCAI_DATABASE_URL", "")
ROUNDS = 40 if SERVER else 200

pytestmark = pytest.mark.database


@contextmanager
def a_database() -> Iterator[dict[str, str]]:
    """The settings of an empty database: a file of the folder, or one on the server that goes afterwards."""
    if not SERVER:
        yield {}
        return
    name = f"yingcai_kills_{os.getpid()}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield {"YINGCAI_DATABASE_URL": f"{SERVER.rpartition('/')[0]}/{name}"}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def drilled(folder: Path, rounds: int, planted: str = "") -> dict[str, Any]:
    """What the drill counted on an installation of its own."""
    words = [sys.executable, str(DRILL), str(folder), str(rounds), "8", planted]
    with a_database() as more:
        done = subprocess.run(  # our own drill
            words,
            env=environment(folder, **more),
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (1 if told["bad"] else 0)
    return told


@pytest.mark.timeout(520)
def test_nothing_acknowledged_is_lost_by_kills(tmp_path: Path) -> None:
    told = drilled(tmp_path, ROUNDS)

    counted = told["counted"]
    assert (told["bad"], told["integrity"], counted["kills"]) == ([], "ok", ROUNDS)
    # The kills fell where it matters: in the midst of both kinds of act.
    assert counted["retry: done now"] >= ROUNDS // 4
    assert counted["submitting"] > counted["submitted"] > ROUNDS // 2
    assert counted["approving"] > counted["approved"] > ROUNDS // 4


@pytest.mark.parametrize(
    ("planted", "loss"),
    [("early", "is not there"), ("apart", "was handed in and has no state")],
)
def test_a_planted_fault_is_found(tmp_path: Path, planted: str, loss: str) -> None:
    """Acknowledged before the commit; written without a transaction."""
    bad = drilled(tmp_path, 12, planted)["bad"]

    assert any(loss in one for one in bad)
