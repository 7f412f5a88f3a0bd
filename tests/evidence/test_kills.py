"""G8: the program is killed in the midst of submissions and approvals, and nothing that it acknowledged is lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from yingcai.web.tests.processes import environment

DRILL = Path(__file__).parent / "kills.py"


def drilled(folder: Path, rounds: int, planted: str = "") -> dict[str, Any]:
    """What the drill counted on an installation of its own."""
    words = [sys.executable, str(DRILL), str(folder), str(rounds), "8", planted]
    done = subprocess.run(  # our own drill
        words, env=environment(folder), capture_output=True, text=True, timeout=500, check=False
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (1 if told["bad"] else 0)
    return told


@pytest.mark.timeout(520)
def test_nothing_acknowledged_is_lost_in_two_hundred_kills(tmp_path: Path) -> None:
    told = drilled(tmp_path, 200)

    counted = told["counted"]
    assert (told["bad"], told["integrity"], counted["kills"]) == ([], "ok", 200)
    # The kills fell where it matters: in the midst of both kinds of act.
    assert counted["retry: done now"] >= 50
    assert counted["submitting"] > counted["submitted"] > 100
    assert counted["approving"] > counted["approved"] > 50


@pytest.mark.parametrize(
    ("planted", "loss"),
    [("early", "is not there"), ("apart", "was handed in and has no state")],
)
def test_a_planted_fault_is_found(tmp_path: Path, planted: str, loss: str) -> None:
    """Acknowledged before the commit; written without a transaction."""
    bad = drilled(tmp_path, 12, planted)["bad"]

    assert any(loss in one for one in bad)
