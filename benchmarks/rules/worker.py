"""One measurement in a process of its own; prints one line of JSON.

    python -m benchmarks.rules.worker JOB MODULE VARIANT PEOPLE AMOUNT

MODULE is below `benchmarks.rules`. JOB and AMOUNT: `population` and the number of repeats, `cases` and
seconds, `figures` and the number of repeats (a variant of `FIGURES` gives its own figures), `people`
and how many to make (VARIANT is the folder of a pack), `machine` (AMOUNT is not used), `versions`.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from benchmarks.rules import machine, measure, people, reference


def population(module: str, variant: str, path: Path, repeats: str) -> dict[str, Any]:
    prepared = _part(module, "POPULATION", variant)(path)
    return measure.passes(prepared.decide, prepared.totals, int(repeats))


def cases(module: str, variant: str, path: Path, seconds: str) -> dict[str, Any]:
    chosen = people.complete_cases(path)
    one_case = _part(module, "CASES", variant)(chosen)
    different = sum(
        _different(one_case.answers(one_case.decide(given)), reference.decide(facts))
        for given, facts in zip(one_case.inputs, chosen, strict=True)
    )
    taken = measure.latencies(one_case.decide, one_case.inputs, float(seconds))
    compared = len(chosen) * len(reference.PROGRAMMES)
    return taken | {"says": one_case.says, "different": different, "compared": compared}


def _different(answers: dict[str, int], right: dict[str, reference.Answer]) -> int:
    return sum(
        answers[name] != (holds if isinstance(answers[name], bool) else fen)
        for name, (holds, fen) in right.items()
    )


def figures(module: str, variant: str, path: Path, repeats: str) -> dict[str, Any]:
    found: dict[str, Any] = _part(module, "FIGURES", variant)(path, int(repeats))
    return found


def make_people(module: str, variant: str, path: Path, count: str) -> dict[str, Any]:
    importlib.import_module(f"benchmarks.rules.{module}").make_people(variant, path, int(count))
    return {"bytes": path.stat().st_size}


def exact(module: str, variant: str, path: Path, count: str) -> dict[str, Any]:
    """The totals by hand, one person at a time: for a small file."""
    return {"totals": reference.totals(people.read_cases(path, int(count)))}


def this_machine(module: str, variant: str, path: Path, amount: str) -> dict[str, Any]:
    return {"facts": machine.facts(), "gb_per_s": machine.read_gb_per_s()}


def versions(module: str, variant: str, path: Path, amount: str) -> dict[str, Any]:
    return {one.metadata["Name"].lower(): one.version for one in distributions()}


def _part(module: str, kind: str, variant: str) -> Callable[..., Any]:
    loaded = importlib.import_module(f"benchmarks.rules.{module}")
    part: Callable[..., Any] = getattr(loaded, kind)[variant]
    return part


JOBS: dict[str, Callable[[str, str, Path, str], dict[str, Any]]] = {
    "population": population,
    "cases": cases,
    "figures": figures,
    "people": make_people,
    "exact": exact,
    "machine": this_machine,
    "versions": versions,
}


def main() -> None:
    job, module, variant, path, amount = sys.argv[1:]
    try:
        found = JOBS[job](module, variant, Path(path), amount)
    except ModuleNotFoundError as missing:
        found = {"missing": f"{missing.name} is not installed"}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
