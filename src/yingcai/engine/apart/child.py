"""What runs in the process apart: limits first, then one reader, then what it reads as lines of JSON."""

import importlib
import json
import sys
from typing import IO, Any

NO_ROOM = 77  # the exit code of a reader that ran out of memory
END = b"\n"  # ends each line; a line without values says that all was read
_LINE = 32_000  # characters after which a line is full
_ENCODED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def main() -> None:
    """``main READER MEMORY SECONDS``: the first line of the input is what the reader is given, the rest the file."""
    reader, memory, seconds = sys.argv[1:]
    if sys.platform != "win32":
        limit(importlib.import_module("resource"), int(memory), int(seconds))
    try:
        serve(reader, sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:
        sys.exit(NO_ROOM)


def limit(system: Any, memory: int, seconds: int) -> None:
    """Bytes of memory, seconds of the processor, and no files written, processes begun or cores left.

    ``system`` is the standard library's ``resource``.
    """
    system.setrlimit(system.RLIMIT_AS, (memory, memory))
    system.setrlimit(system.RLIMIT_CPU, (seconds, seconds + 1))
    for none in (system.RLIMIT_FSIZE, system.RLIMIT_NPROC, system.RLIMIT_CORE):
        system.setrlimit(none, (0, 0))


def serve(reader: str, source: IO[bytes], answers: IO[bytes]) -> None:
    """Run ``module:function`` on the file and write down what it yields, some values a line."""
    given = json.loads(source.readline())
    module, _, name = reader.partition(":")
    read = getattr(importlib.import_module(module), name)
    some: list[str] = []
    length = 0
    for value in read(source.read(), given):
        some.append(_ENCODED(value))
        length += len(some[-1])
        if length > _LINE:
            _write(answers, some)
            some, length = [], 0
    _write(answers, some)
    answers.write(END)
    answers.flush()


def _write(answers: IO[bytes], some: list[str]) -> None:
    answers.write(f"[{','.join(some)}]".encode("utf-8", "surrogatepass") + END)
