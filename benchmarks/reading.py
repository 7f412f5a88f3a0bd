"""CPU of reading a plan after start, how it grows with the text, beside one regular-expression pass."""

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from yingcai.engine.reading import read_plan

ROOT = Path(__file__).parents[1]
# The least that any reader must do: find every number with its measure word.
FLOOR = re.compile(r"[\d.〇零一二三四五六七八九十百千万亿]+\s*(?:名|家|个|项|人|元|场|件|所|%)")


def cpu(work: Callable[[], object], runs: int) -> float:
    work()
    figures = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        figures.append(time.process_time() - begun)
    return statistics.median(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    path = options.file or next(iter(sorted(ROOT.glob("packs/*/plan/*.txt"))))
    text = path.read_text("utf-8")
    results = {}
    for times in (1, 2, 4, 8):
        # Later copies get other measure numbers nowhere: the cost of length is what is asked here.
        longer = text * times
        floor = cpu(lambda longer=longer: FLOOR.findall(longer), options.runs)  # type: ignore[misc]
        reading = cpu(lambda longer=longer: read_plan(longer), options.runs)  # type: ignore[misc]
        results[times] = {"characters": len(longer), "cpu_s": reading, "floor_s": floor}
        print(
            f"{len(longer):8,} characters  {reading:.3f} s CPU"
            f"  {reading / len(longer) * 1e6:.2f} us a character  {reading / floor:.0f} x one pass"
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
