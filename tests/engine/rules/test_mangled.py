"""Whatever stands in a rule: refused in words or decided alike, soon, and nothing outside is touched.

`tools/fuzz_rules.py` does the same for as long as one likes.
"""

import socket
import subprocess
from pathlib import Path

import pytest

from tests.engine.packs.make import make_pack
from tests.engine.rules.mangled import (
    BUDGET,
    Count,
    Forbidden,
    Spent,
    guarded,
    try_expression,
    try_pack,
    within_budget,
)


def test_changed_expressions_are_refused_or_decided_alike() -> None:
    count = Count()
    for seed in range(80):
        try_expression(seed, count)
    assert count.inputs == 80
    assert 5 < count.accepted < 40
    assert count.slowest < BUDGET


def test_changed_packs_are_refused_or_decided_alike(tmp_path: Path) -> None:
    pack, count = make_pack(tmp_path / "pack"), Count()
    before = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    for seed in range(60):
        try_pack(pack, seed, count)
    assert count.inputs == 60
    assert 0 < count.accepted < 30
    assert {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()} == before


def test_the_guard_forbids_files_sockets_processes_and_code(tmp_path: Path) -> None:
    inside, outside = tmp_path / "a" / "x", tmp_path / "x"
    inside.parent.mkdir()
    inside.write_text("in")
    outside.write_text("out")
    with guarded(str(inside.parent)):
        assert inside.read_text() == "in"
        for touch in (
            outside.read_text,
            lambda: outside.unlink(),
            lambda: socket.getaddrinfo("localhost", 1),
            lambda: subprocess.run(["true"], check=True),
            lambda: exec("1"),  # noqa: S102 - what is forbidden here
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                touch()
    assert outside.read_text() == "out"


def _for_ever() -> None:
    while True:
        pass


def test_the_budget_ends_what_does_not_end() -> None:
    with pytest.raises(Spent), within_budget(0.05):
        _for_ever()
