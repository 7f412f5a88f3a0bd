"""How long a command takes to start: user + system CPU and wall of whole processes, medians."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "yingcai --help": [str(BIN / "yingcai"), "--help"],
    "django-admin --version": [str(BIN / "django-admin"), "--version"],
}


def once(command: list[str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)  # noqa: S603
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {}
    for name, command in COMMANDS.items():
        once(command)  # warm the file cache
        figures = [once(command) for _ in range(options.runs)]
        results[name] = {
            "cpu_s": round(statistics.median(cpu for cpu, _ in figures), 4),
            "wall_s": round(statistics.median(wall for _, wall in figures), 4),
        }
    floor = results["python -c pass"]["cpu_s"]
    for name, row in results.items():
        print(
            f"{name:26} {row['cpu_s']:.3f} s CPU  {row['wall_s']:.3f} s wall"
            f"  {row['cpu_s'] / floor:.1f} x bare interpreter"
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
