"""Readers that behave as a broken or hostile file makes them; they run in the process apart."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def echo(data: bytes, given: Any) -> Iterator[Any]:
    yield {"given": given, "bytes": len(data)}
    yield "英才\ud800"


def count(data: bytes, given: int) -> Iterator[int]:
    yield from range(given)


def greedy(data: bytes, given: int) -> Iterator[int]:
    yield len(bytearray(given))


def busy(data: bytes, given: None) -> Iterator[int]:
    while True:
        pass


def asleep(data: bytes, given: None) -> Iterator[int]:
    time.sleep(600)
    yield 1


def ended(data: bytes, given: int) -> Iterator[int]:
    os.kill(os.getpid(), given)
    yield 1


def broken(data: bytes, given: None) -> Iterator[int]:
    yield 1
    raise RuntimeError("a fault of the reader")


def long_line(data: bytes, given: int) -> Iterator[str]:
    yield "x" * given


def half_a_line(data: bytes, given: None) -> Iterator[int]:
    sys.stdout.buffer.write(b"[1")
    sys.stdout.buffer.flush()
    os.kill(os.getpid(), signal.SIGTERM)
    yield 1


def surroundings(data: bytes, given: str) -> Iterator[Any]:
    """What the process can see and do: its environment, a file, a process, its number."""
    yield dict(os.environ)
    try:
        Path(given).write_bytes(b"x")
    except OSError as error:
        yield type(error).__name__
    try:
        subprocess.run(["/bin/true"], check=True)
        yield "begun"
    except OSError as error:
        yield type(error).__name__
    yield [name for name in ("django", "yingcai.web", "xlsxwriter") if name in sys.modules]
    yield os.getpid()
    yield socket.__name__
