"""Show that every back end gives one answer: ``python tools/prove_equal.py --subjects 200000 --seed 1``.

Random subjects with missing facts go through the rules of the repository's pack and through random
rule sets (``tests/engine/rules/random_rules.py``): an independent slow model, closures, generated
Python with and without a trace, DuckDB with reasons, and the kernel. Every cell (outcome, amount,
result, conditions, steps) is compared with the slow model and with the closures. Machine code is
made for the pack and for every twentieth rule set; for the others Python runs the source of the kernel.
Then rows are mixed, one and two threads decide, and halves are added up: nothing may change.

Prints cells, unknown cells and differences of each back end and how to see a difference again, and
exits 1 where there is any. ``--part`` repeats one part alone: ``--part 17/3/500/native`` is world 17.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.engine.rules.metamorphic import database_changes, kernel_changes
from tests.engine.rules.proof import Part, Tally, facts_of, prove
from yingcai.engine.population.kernel import Kernel

PACK_PART, WORLD_PART = 4_000, 500  # subjects at a time
NATIVE_EVERY = 20  # worlds
MOVED = 40_000  # subjects whose order is changed: several blocks of a kernel for each thread


def parts_of(subjects: int, seed: int) -> Iterator[Part]:
    """Half of the subjects go through the pack, the other half through random worlds."""
    for place, count in enumerate(_cut(subjects // 2, PACK_PART)):
        yield Part(None, seed * 1_000 + place, count, native=True)
    for place, count in enumerate(_cut(subjects - subjects // 2, WORLD_PART)):
        native = place % NATIVE_EVERY == 0
        yield Part(seed * 1_000 + place, seed, count, native=native)


def _cut(whole: int, most: int) -> Iterator[int]:
    for begun in range(0, whole, most):
        yield min(most, whole - begun)


def moved(part: Part) -> list[str]:
    """What changes by order, threads or halves, on one part."""
    rules, facts = facts_of(part)
    found = [f"kernel: {name}" for name in kernel_changes(Kernel(rules), facts)]
    return found + [f"DuckDB: {name}" for name in database_changes(rules, facts)]


def tried(part: Part) -> Tally:
    """A part that breaks off counts as a difference, and the others go on."""
    try:
        return prove(part)
    except Exception as error:
        told = f"{part}: {type(error).__name__}: {str(error)[:500]}"
        return Tally(different=Counter({"broken off": 1}), examples=[told])


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    parts = [options.part] if options.part else parts_of(options.subjects, options.seed)
    moving = [] if options.part else [Part(None, options.seed, min(MOVED, options.subjects))]
    tally, begun = Tally(), time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        changes = pool.map(moved, moving)
        for done in pool.map(tried, parts):
            tally.add(done)
            _progress(tally)
        changed = None if options.part else [one for found in changes for one in found]
    _report(tally, changed, time.monotonic() - begun)
    return 1 if changed or tally.different.total() else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--subjects", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--part", type=Part.read, help="repeat one part alone, as a difference names it"
    )
    return parser.parse_args(arguments)


def _progress(tally: Tally) -> None:
    print(
        f"\r{tally.subjects:>9,} subjects, {tally.different.total()} differences",
        end="", file=sys.stderr, flush=True,
    )  # fmt: skip


def _report(tally: Tally, changed: Sequence[str] | None, seconds: float) -> None:
    outcomes = ", ".join(f"{word} {count:,}" for word, count in sorted(tally.outcomes.items()))
    print(f"\n{tally.subjects:,} subjects in {seconds:,.0f} s; decisions: {outcomes}")
    print(f"{'back end':<18}{'cells compared':>16}{'unknown':>14}{'different':>11}")
    for name in {**tally.cells, **tally.different}:
        cells, unknown, different = (
            one[name] for one in (tally.cells, tally.unknown, tally.different)
        )
        print(f"{name:<18}{cells:>16,}{unknown:>14,}{different:>11,}")
    if changed is not None:
        print("changed by order, threads, halves:", ", ".join(changed) or "nothing")
    for example in tally.examples:
        print(example)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
