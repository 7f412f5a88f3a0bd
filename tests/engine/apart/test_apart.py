"""A reader in a process apart: what it reads comes back; what takes too much is stopped and leaves nothing."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yingcai.engine.apart import child, parent
from yingcai.engine.apart.parent import Bounds, Stopped, apart, resident

HERE = "tests.engine.apart.readers:"


def stopped(reader: str, given: object = None, bounds: Bounds = parent.BOUNDS) -> str:
    with pytest.raises(Stopped) as refusal:
        list(apart(HERE + reader, [b""], given, bounds=bounds))
    return refusal.value.reason


def test_what_is_read_comes_back_in_order() -> None:
    found = list(apart(HERE + "echo", [b"ab", b"c"], {"名": 1}))

    assert found == [{"given": {"名": 1}, "bytes": 3}, "英才\ud800"]


def test_many_values_come_back_all() -> None:
    assert list(apart(HERE + "count", [], 20_000)) == list(range(20_000))


def test_a_reader_that_takes_too_much_memory_is_stopped() -> None:
    assert stopped("greedy", 256_000_000) == "memory"
    assert list(apart(HERE + "greedy", [], 100_000_000)) == [100_000_000]


def test_a_reader_that_computes_too_long_is_stopped() -> None:
    assert stopped("busy", bounds=Bounds(seconds=1)) == "time"


def test_a_reader_that_does_nothing_is_stopped() -> None:
    assert stopped("asleep", bounds=Bounds(patience=0.5)) == "time"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (signal.SIGABRT, "memory"),
        (signal.SIGTRAP, "memory"),
        (signal.SIGXCPU, "time"),
        (signal.SIGSEGV, "broken"),
    ],
)
def test_a_native_library_that_ends_the_process_ends_nothing_else(
    number: signal.Signals, reason: str
) -> None:
    assert stopped("ended", number.value) == reason


def test_a_reader_with_a_fault_is_broken() -> None:
    assert stopped("broken") == "broken"
    assert stopped("half_a_line") == "broken"


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_LONGEST", 1000)

    assert stopped("long_line", 5000) == "memory"


def test_a_reader_writes_no_file_begins_no_process_and_sees_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINGCAI_DATABASE_URL", "postgresql://secret")
    # The limit of processes does not bind the superuser.
    begun = "begun" if os.geteuid() == 0 else "BlockingIOError"

    seen, written, started, loaded, *_ = apart(HERE + "surroundings", [], str(tmp_path / "x"))

    assert "YINGCAI_DATABASE_URL" not in seen
    assert (written, started, loaded) == ("OSError", begun, [])
    assert (tmp_path / "x").stat().st_size == 0


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_a_reading_that_is_given_up_ends_its_process() -> None:
    told = apart(HERE + "surroundings", [], "/nowhere/x")
    pid = [next(told) for _ in range(5)][4]
    assert alive(pid)

    told.close()  # type: ignore[attr-defined]  # a generator

    assert not alive(pid)


def test_a_file_that_cannot_be_handed_over_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    start = parent._started

    def started(*given: Any) -> "subprocess.Popen[bytes]":
        begun.append(start(*given))
        return begun[-1]

    monkeypatch.setattr(parent, "_started", started)

    def pieces() -> Iterator[bytes]:
        yield b"x"
        raise ValueError("the sealed file was changed")

    with pytest.raises(ValueError, match="was changed"):
        list(apart(HERE + "echo", pieces()))

    assert begun[0].returncode == -signal.SIGKILL


def test_when_the_site_dies_the_process_dies_too() -> None:
    code = (
        "from yingcai.engine.apart.parent import apart\n"
        f"told = apart('{HERE}surroundings', [b'x' * 10_000_000], '/nowhere/x')\n"
        "print([next(told) for _ in range(5)][4], flush=True)\n"
        f"rest = apart('{HERE}count', [], 10_000_000)\n"
        "next(rest); import os; os.kill(os.getpid(), 9)\n"
    )
    site = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    ends = time.monotonic() + 30
    while alive(int(site.stdout)) and time.monotonic() < ends:
        time.sleep(0.05)

    assert site.returncode == -signal.SIGKILL
    assert not alive(int(site.stdout))


def test_memory_is_watched_where_the_system_sets_no_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        parent, "sys", SimpleNamespace(platform="darwin", executable=sys.executable, path=sys.path)
    )
    monkeypatch.setattr(parent, "resident", lambda pid: 300_000_000)

    assert stopped("asleep") == "memory"
    monkeypatch.setattr(parent, "resident", lambda pid: 1_000)
    assert stopped("asleep", bounds=Bounds(patience=0.5)) == "time"


def test_the_memory_of_a_process_is_found() -> None:
    assert 1_000_000 < resident(os.getpid()) < 10_000_000_000
    assert resident(2**22 + 1) == 0


def test_limits_are_set_before_anything_is_read() -> None:
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_CORE")
    found: dict[str, Any] = {}
    system = SimpleNamespace(**{name: name for name in names}, setrlimit=found.__setitem__)

    child.limit(system, 256, 10)

    assert found == {
        "RLIMIT_AS": (256, 256),
        "RLIMIT_CPU": (10, 11),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_NPROC": (0, 0),
        "RLIMIT_CORE": (0, 0),
    }


class Streams:
    """Standard input and output of a process, as bytes in memory."""

    def __init__(self, source: bytes) -> None:
        self.stdin = SimpleNamespace(buffer=io.BytesIO(source))
        self.stdout = SimpleNamespace(buffer=io.BytesIO())

    def run(self, monkeypatch: pytest.MonkeyPatch, reader: str, platform: str) -> bytes:
        words = ["-c", HERE + reader, "256", "10"]
        fake = SimpleNamespace(**vars(self), argv=words, platform=platform, exit=sys.exit)
        monkeypatch.setattr(child, "sys", fake)
        monkeypatch.setattr(child, "limit", lambda *given: self.limits.append(given[1:]))
        self.limits: list[Any] = []
        child.main()
        written: bytes = self.stdout.buffer.getvalue()
        return written


def test_the_process_says_what_it_reads_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams(b"9000\nabc")
    answer = streams.run(monkeypatch, "count", "linux")

    assert streams.limits == [(256, 10)]
    assert answer.startswith(b"[0,1,2,")
    assert answer.endswith(b"8999]\n\n")
    assert answer.count(b"\n") == 3


def test_on_windows_no_limit_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams(b"2\n")

    assert streams.run(monkeypatch, "count", "win32") == b"[0,1]\n\n"
    assert streams.limits == []


def test_without_memory_the_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(child, "serve", none)
    with pytest.raises(SystemExit) as ended:
        Streams(b"").run(monkeypatch, "count", "linux")

    assert ended.value.code == child.NO_ROOM
