"""Throw changed files at every reader of uploads: ``python tools/fuzz_uploads.py --inputs 20000 --seed 1``.

Each file must be read or refused in words, within the memory and the time of the process apart. Whatever
else happens is a fault: it is printed with its seed, and the exit code is 1. ``--reader xlsx`` tries one
reader; ``--only 17`` tries one seed in this process, with its traceback, and ``--write FILE`` keeps the file.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.conf import settings

from yingcai.registry.tests.mangled_files import SOME, TARGETS, Count, mangled, outcome, run

APART = 1_000_000_000  # seeds of one run do not meet those of another


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    settings.configure(USE_I18N=False)
    django.setup()
    readers = [options.reader] if options.reader else list(TARGETS)
    if options.only is not None:
        if options.write:
            options.write.write_bytes(mangled(readers[0], options.only))
        print(outcome(readers[0], options.only))
        return 0
    faults = [fault for name in readers for fault in _tried(name, options.inputs, options.seed)]
    print(*faults, sep="\n")
    return 1 if faults else 0


def _tried(name: str, inputs: int, seed: int) -> list[str]:
    count, faults = Count(), list[str]()
    begin = seed * APART
    for first in range(begin, begin + inputs, SOME):
        faults += run(name, first, min(begin + inputs, first + SOME), count)
        print(f"{name}: {count.inputs:,} of {inputs:,}", end="\r", file=sys.stderr, flush=True)
    print(
        f"{name}: {count.inputs:,} files, {len(faults)} faults; slowest {count.slowest:.2f} s,"
        f" most memory {count.memory / 1e6:.0f} MB", flush=True,
    )  # fmt: skip
    for what, times in count.outcomes.most_common():
        print(f"  {times:7,}  {what}")
    return faults


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=20_000, help="files for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=list(TARGETS))
    parser.add_argument("--only", type=int, help="one file alone, with its traceback")
    parser.add_argument("--write", type=Path, help="where to keep it")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
