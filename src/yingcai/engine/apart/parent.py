"""Start a process apart, hand a file over, and take what was read; stop it when it takes too much."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, cast

from yingcai.engine.apart.child import END, NO_ROOM

MEMORY, TIME, BROKEN = "memory", "time", "broken"
_LONGEST = 64_000_000  # bytes of one answer
_STEP = 0.2  # seconds between two looks at a process
# A native library that gets no memory ends its process by one of these.
_OUT_OF_MEMORY = ("SIGABRT", "SIGTRAP", "SIGILL")
_OUT_OF_TIME = ("SIGXCPU", "SIGKILL")
# Passwords in the environment are nothing for the process; these it may need in order to start.
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True)
class Bounds:
    """What a reader may use: bytes of memory, seconds of the processor, seconds that somebody waits for it.

    The processor's time is the limit that counts; on a machine with much to do, waiting takes longer.
    """

    memory: int = 256_000_000
    seconds: int = 10
    patience: float = 30


BOUNDS = Bounds()


class Stopped(Exception):
    """The reader did not come to its end; ``reason`` is ``memory``, ``time`` or ``broken``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def apart(
    reader: str, pieces: Iterable[bytes], given: object = None, *, bounds: Bounds = BOUNDS
) -> Iterator[Any]:
    """What ``reader`` (``module:function``) yields for a file, read in a process of its own.

    The function takes the bytes of the file and ``given``, and yields values of JSON. ``pieces`` go
    straight to it, so that no second copy of the file is made. An iteration that is given up ends the process.

    Raises: Stopped when the process took too much or broke.
    """
    child = _started(reader, bounds)
    source, answers = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    watch = _Watch(child, bounds)
    try:
        with suppress(BrokenPipeError):  # it is dead already; its exit code says why
            _hand_over(source, given, pieces)
        while (line := answers.readline(_LONGEST)) != END:
            if not line.endswith(END):
                raise Stopped(watch.reason or _reason(child, line))
            watch.rest()
            yield from json.loads(line)
            watch.go_on()
    finally:
        watch.end()
        child.kill()
        child.wait()
        for pipe in (source, answers):
            with suppress(BrokenPipeError):
                pipe.close()


def _started(reader: str, bounds: Bounds) -> "subprocess.Popen[bytes]":
    # Without the site module and the environment, so that it starts quickly and sees no secrets.
    code = f"import sys; sys.path[:0] = {sys.path!r}; from yingcai.engine.apart.child import main; main()"
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-ISc", code, reader, str(bounds.memory), str(bounds.seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )


def _hand_over(source: IO[bytes], given: object, pieces: Iterable[bytes]) -> None:
    source.write(json.dumps(given).encode() + END)
    for piece in pieces:
        source.write(piece)
    source.close()


def _reason(child: "subprocess.Popen[bytes]", line: bytes) -> str:
    """Why a process ended, or has to end, before it was done."""
    if line:
        return MEMORY if len(line) == _LONGEST else BROKEN
    code = child.wait()
    ended_by = next((one.name for one in signal.Signals if -one == code), "")
    if code == NO_ROOM or ended_by in _OUT_OF_MEMORY:
        return MEMORY
    return TIME if ended_by in _OUT_OF_TIME else BROKEN


class _Watch:
    """Ends a process that lets somebody wait too long, or that grew where the system sets no limit."""

    def __init__(self, child: "subprocess.Popen[bytes]", bounds: Bounds) -> None:
        self.reason = ""
        self._child, self._bounds = child, bounds
        self._left = bounds.patience
        self._since: float | None = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def rest(self) -> None:
        """Somebody works with what was read; the process need not hurry."""
        since, self._since = self._since, None
        self._left -= time.monotonic() - (since or 0)

    def go_on(self) -> None:
        self._since = time.monotonic()

    def end(self) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_STEP) and not self.reason:
            since = self._since
            if since is not None and time.monotonic() - since > self._left:
                self._stop(TIME)
            elif sys.platform == "darwin" and resident(self._child.pid) > self._bounds.memory:
                self._stop(MEMORY)

    def _stop(self, reason: str) -> None:
        self.reason = reason
        self._child.kill()


def resident(pid: int) -> int:
    """Bytes of memory that a process has now; 0 when it is gone. For macOS, which sets no such limit."""
    told = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False
    )
    return int(told.stdout or 0) * 1024
