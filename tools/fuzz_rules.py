"""Throw changed expressions and packs at the engine: ``python tools/fuzz_rules.py --seconds 180 --seed 1``.

Each input must be refused in words or decided alike by all back ends, within a few seconds of the
processor, and without opening files, sockets or processes. The first that does otherwise ends the
run with its seed and exit code 1; ``--expression SEED`` or ``--pack SEED`` tries one again.
"""

import argparse
import faulthandler
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.engine.packs.make import make_pack
from tests.engine.rules.mangled import BUDGET, Count, try_expression, try_pack

Try = Callable[[int, Count], None]
PACK_EVERY = 4  # a pack takes longer than an expression
STUCK = 60  # seconds after which even compiled code is stopped, with a trace of where


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        pack = make_pack(Path(folder) / "pack")
        tries: dict[str, Try] = {
            "expression": try_expression,
            "pack": lambda seed, count: try_pack(pack, seed, count),
        }
        counts = {name: Count() for name in tries}
        for name in tries:
            if (seed := getattr(options, name)) is not None:
                return _tried(tries[name], name, seed, counts[name])
        until, seed = time.monotonic() + options.seconds, options.seed * 10_000_000
        failed = 0
        while time.monotonic() < until and not failed:
            seed += 1
            name = "pack" if seed % PACK_EVERY == 0 else "expression"
            failed = _tried(tries[name], name, seed, counts[name])
    for name, count in counts.items():
        print(f"{name}s: {count.inputs:,}, of which accepted {count.accepted:,};"
              f" the slowest took {count.slowest:.2f} s of {BUDGET:.0f}")  # fmt: skip
    return failed


def _tried(one: Try, name: str, seed: int, count: Count) -> int:
    faulthandler.dump_traceback_later(STUCK, exit=True)
    try:
        one(seed, count)
    except Exception as error:  # whatever it is, it is what is looked for
        traceback.print_exc()
        print(f"--{name} {seed}: {type(error).__name__}: {str(error)[:500]}")
        return 1
    finally:
        faulthandler.cancel_dump_traceback_later()
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--expression", type=int, help="one alone")
    parser.add_argument("--pack", type=int, help="one alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
