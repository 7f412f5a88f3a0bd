"""Measure the rule engine and its peers side by side, each in a process of its own.

Prints Markdown and keeps it in benchmarks/rules/RESULTS.md (a quick run only with --out).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rules import environment, report, rows
from benchmarks.rules import people as people_of

ROOT = Path(__file__).parents[2]
SAMPLE = 10_000  # people whose totals are also taken one by one
MANY = 10_000_000  # people: so many need no more than two passes a process
WHAT_IF_AT_MOST = 1_000_000  # people
ONE_JOB_S = 600
LEAST_S = 3  # with less left no job is begun


@dataclass(frozen=True)
class Runner:
    """Starts workers, one after the other, until the time is over."""

    peers: environment.Peers
    until: float

    def work(self, job: str, row: rows.Row, path: Path, amount: object) -> dict[str, Any]:
        """What the worker found; `missing` or `failed` with a sentence where it found nothing."""
        left = self.until - time.monotonic()
        if left < LEAST_S:
            return {"failed": "no time was left"}
        python = self.peers.python if row.is_peer else sys.executable
        if python is None:
            return {"missing": "the peers' environment could not be made"}
        command = [str(python), "-m", "benchmarks.rules.worker", job, row.module, row.variant]
        try:
            done = subprocess.run(  # noqa: S603
                [*command, str(path), str(amount)],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
                capture_output=True,
                text=True,
                timeout=min(left, ONE_JOB_S),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"failed": "it took too long and was stopped"}
        if done.returncode:
            return {"failed": _last_words(done.stderr)}
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def rounds(
        self, count: int, job: str, chosen: Iterable[rows.Row], path: Path, amount: object
    ) -> dict[str, list[dict[str, Any]]]:
        """Each row once in each round, so that what is compared ran next to each other."""
        listed = list(chosen)
        found: dict[str, list[dict[str, Any]]] = {row.label: [] for row in listed}
        for _ in range(count):
            for row in listed:
                print(f"{job}: {row.label}", file=sys.stderr)
                found[row.label].append(self.work(job, row, path, amount))
        return found


def _last_words(text: str) -> str:
    """The last line with words: some errors end in a line that points at a place."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" ^~")]
    return lines[-1] if lines else "it said nothing"


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one run, as plain data."""
    print("preparing the peers' environment", file=sys.stderr)
    peers = environment.make(options.cache)
    runner = Runner(peers, time.monotonic() + options.limit * 60)
    nobody = Path(os.devnull)
    found: dict[str, Any] = {
        "missing": peers.missing,
        "machine": runner.work("machine", rows.FLOOR, nobody, 0),
        "versions": {
            "here": runner.work("versions", rows.FLOOR, nobody, 0),
            "peers": runner.work("versions", rows.BASE, nobody, 0),
        },
        "load": {"before": os.getloadavg()[0]},
    }
    sample = people(runner, options.cache, SAMPLE)
    found["sample"] = {
        "by_hand": runner.work("exact", rows.FLOOR, sample, SAMPLE),
        "floor": runner.work("population", rows.FLOOR, sample, 1),
    }
    found["population"] = {
        str(size): runner.rounds(
            options.rounds,
            "population",
            rows.POPULATION,
            people(runner, options.cache, size),
            passes(size, options.repeats),
        )
        for size in options.sizes
    }
    found["pack"] = {
        str(size): runner.rounds(
            options.rounds,
            "population",
            rows.PACK,
            people(runner, options.cache, size, options.pack),
            passes(size, options.repeats),
        )
        for size in options.sizes
        if options.pack
    }
    found["cases"] = runner.rounds(options.rounds, "cases", rows.CASES, sample, options.seconds)
    largest = people(runner, options.cache, min(max(options.sizes), WHAT_IF_AT_MOST))
    found["what_if"] = runner.rounds(
        options.rounds, "figures", rows.WHAT_IF, largest, options.repeats
    )
    compiled = rows.COMPILING[: options.compile]
    found["compiling"] = runner.rounds(1, "figures", compiled, sample, options.repeats)
    native = rows.NATIVE[: options.native]
    found["native"] = runner.rounds(1, "figures", native, sample, options.repeats)
    found["load"]["after"] = os.getloadavg()[0]
    return found


def passes(size: int, repeats: int) -> int:
    return repeats if size < MANY else min(repeats, 2)


def people(runner: Runner, cache: Path, count: int, pack: Path | None = None) -> Path:
    """The people's file; named by what makes them, too, so that other makers make others."""
    here = Path(__file__).parent
    makers = [here / "people.py", here / "whole_pack.py", people_of.WORKLOAD / "facts.yaml"]
    makers += sorted((pack or here).glob("programmes/*")) + sorted((pack or here).glob("*.yaml"))
    mark = hashlib.sha256(b"".join(one.read_bytes() for one in makers)).hexdigest()[:8]
    path = cache / f"people-{pack.name if pack else 'workload'}-{count}-{mark}.parquet"
    row = rows.Row("people", "whole_pack", str(pack)) if pack else rows.Row("people", "people", "")
    runner.work("people", row, path, count)
    return path


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/rules/run.py", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="about a minute, three at most: 100,000 people, one round",
    )
    parser.add_argument(
        "--large", action="store_true", help="10,000,000 people, too (40 minutes at most)"
    )
    parser.add_argument(
        "--sizes", type=_sizes, metavar="N,N", help="people (default 100000,1000000)"
    )
    parser.add_argument("--rounds", type=int, help="processes for each figure (default 3)")
    parser.add_argument("--repeats", type=int, help="passes within each process (default 5)")
    parser.add_argument(
        "--seconds", type=float, help="of single cases within each process (default 2)"
    )
    parser.add_argument(
        "--pack", type=_folder, help="whose programmes, too (default the shipped pack; quick: none)"
    )
    parser.add_argument(
        "--limit", type=float, metavar="MINUTES", help="begin nothing after (default 15)"
    )
    parser.add_argument(
        "--cache", type=Path, default=_cache(), help="people and the peers' environment"
    )
    parser.add_argument(
        "--out", type=Path, help="the Markdown (default RESULTS.md beside this program)"
    )
    parser.add_argument("--json", type=Path, help="all figures as JSON")
    options = parser.parse_args(arguments)
    preset = _preset(quick=options.quick, large=options.large)
    for name, value in preset.items():
        if getattr(options, name, None) is None:
            setattr(options, name, value)
    return options


def _preset(*, quick: bool, large: bool) -> dict[str, Any]:
    if quick:
        return {
            "sizes": [100_000],
            "rounds": 1,
            "repeats": 3,
            "seconds": 0.5,
            "compile": 2,
            "native": 1,
            "limit": 3.0,
        }
    sizes = [100_000, 1_000_000] + [10_000_000] * large
    return {
        "sizes": sizes,
        "rounds": 3,
        "repeats": 5,
        "seconds": 2.0,
        "pack": _shipped_pack(),
        "compile": 3,
        "native": 3 if large else 2,
        "limit": 40.0 if large else 15.0,
        "out": Path(__file__).parent / "RESULTS.md",
    }


def _sizes(text: str) -> list[int]:
    return [int(float(one)) for one in text.split(",")]


def _folder(text: str) -> Path:
    return Path(text).resolve()


def _shipped_pack() -> Path:
    return min((ROOT / "packs").glob("*/pack.yaml")).parent


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "yingcai-benchmarks"


def main() -> None:
    options = parse(sys.argv[1:])
    found = measure(options)
    text = report.markdown(found)
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
