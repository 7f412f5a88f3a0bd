"""The figures of one run as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.rules import rows
from benchmarks.rules.people import bytes_per_person
from benchmarks.rules.reference import PROGRAMMES

Rounds = list[dict[str, Any]]
PACKAGES = {
    "here": ("duckdb", "numpy", "numba", "sqlglot", "sqlglotc"),
    "peers": (
        "openfisca-core", "zen-engine", "cel-expr-python", "business-rules", "spiffworkflow",
        "duckdb", "numpy",
    ),
}  # fmt: skip


def markdown(found: dict[str, Any]) -> str:
    parts = [
        "# Rules: measured side by side",
        "Written by `python benchmarks/rules/run.py`; the words of the tables are explained in"
        " [benchmarks/README.md](../README.md). Every figure is the median of its rounds.",
        "\n".join(_machine(found)),
        "\n".join(_missing(found)),
        *(
            "\n".join(_population(found, int(size), rounds))
            for size, rounds in found["population"].items()
        ),
        *("\n".join(_pack(int(size), rounds)) for size, rounds in found["pack"].items()),
        "\n".join(_cases(found["cases"])),
        "\n".join(_what_if(found["what_if"])),
        "\n".join(_compiling(found["compiling"], found["native"])),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _machine(found: dict[str, Any]) -> Iterator[str]:
    about = found["machine"]
    facts = about["facts"]
    yield "## Machine and versions\n"
    yield (
        f"- {facts['processor']}, {facts['cores']} cores, {facts['memory']}; {facts['system']};"
        f" Python {facts['python']}"
    )
    yield f"- Two threads read {about['gb_per_s']:.1f} GB a second."
    yield (
        f"- Other work on the machine: load {found['load']['before']:.1f} at the beginning,"
        f" {found['load']['after']:.1f} at the end, this run included."
    )
    for place, packages in PACKAGES.items():
        known = found["versions"][place]
        listed = ", ".join(f"{name} {known[name]}" for name in packages if name in known)
        yield f"- {'Ours' if place == 'here' else 'The peers'}: {listed or 'none'}"
    yield f"- {_sample(found['sample'])}"


def _sample(sample: dict[str, Any]) -> str:
    by_hand, floor = (sample[name].get("totals") for name in ("by_hand", "floor"))
    if by_hand is None or floor is None:
        return "The exact totals could not be checked by hand."
    equal = sum(by_hand[name] == floor[name] for name in by_hand)
    return (
        f"Exact totals come from NumPy by hand; on 10,000 people {equal} of {len(by_hand)}"
        " totals are those of the same rules written one person at a time with fractions."
    )


def _missing(found: dict[str, Any]) -> Iterator[str]:
    for pin, why in found["missing"].items():
        yield f"- **Could not be installed:** {pin}: {why}"


def _population(found: dict[str, Any], size: int, measured: dict[str, Rounds]) -> Iterator[str]:
    limit_s = size * bytes_per_person() / 1e9 / found["machine"]["gb_per_s"]
    exact = _first(measured[rows.FLOOR.label], "totals")
    base = measured[rows.BASE.label]
    yield f"## {size:,} people, {len(PROGRAMMES)} programmes\n"
    yield (
        f"The limit is {limit_s * 1e3:.3g} ms: {bytes_per_person():.0f} bytes a person, read once by"
        " two threads.\n"
    )
    yield from _table_head(
        "engine", "wall ms", "CPU ms", "ns CPU a person and programme", "wall, times the limit",
        "CPU, times OpenFisca's", "peak GB", "totals",
    )  # fmt: skip
    for label, rounds in measured.items():
        if problem := _problem(rounds):
            yield _line(label, *["-"] * 6, problem)
            continue
        wall, cpu = _median(rounds, "wall_s"), _median(rounds, "cpu_s")
        yield _line(
            label,
            f"{wall * 1e3:,.1f}",
            f"{cpu * 1e3:,.1f}",
            f"{cpu * 1e9 / size / len(PROGRAMMES):.1f}",
            f"{wall / limit_s:,.0f}",
            _paired(rounds, base, "cpu_s"),
            f"{_median(rounds, 'peak_gb'):.2f}",
            difference(_first(rounds, "totals"), exact),
        )


def _pack(size: int, measured: dict[str, Rounds]) -> Iterator[str]:
    first = _first(measured[rows.PACK[0].label], "totals")
    count = len(first or ())
    yield f"## {size:,} people, all {count} programmes of the shipped pack\n"
    yield from _table_head(
        "back end", "wall ms", "CPU ms", "ns CPU a person and programme", "peak GB",
        "entitled and fen by programme",
    )  # fmt: skip
    for label, rounds in measured.items():
        if problem := _problem(rounds):
            yield _line(label, *["-"] * 4, problem)
            continue
        wall, cpu = _median(rounds, "wall_s"), _median(rounds, "cpu_s")
        same = difference(_first(rounds, "totals"), first)
        yield _line(
            label,
            f"{wall * 1e3:,.1f}",
            f"{cpu * 1e3:,.1f}",
            f"{cpu * 1e9 / size / count:.1f}" if count else "-",
            f"{_median(rounds, 'peak_gb'):.2f}",
            "as the first row" if same == "exact" else same,
        )


def difference(totals: dict[str, Any] | None, exact: dict[str, Any] | None) -> str:
    """How far totals are from the exact ones, in words; each is (holding, unknown or None, fen)."""
    if totals is None or exact is None:
        return "not compared"
    counts = sum(
        one is not None and one != right
        for name, given in totals.items()
        for one, right in zip(given[:2], exact[name][:2], strict=True)
    )
    off = {
        name: given[2] - exact[name][2]
        for name, given in totals.items()
        if given[2] != exact[name][2]
    }
    if not counts and not off:
        return "exact"
    words = [f"{name} {fen / 100:+,.2f} yuan" for name, fen in off.items()]
    return ", ".join(words + [f"{counts} counts differ"] * bool(counts))


def _cases(measured: dict[str, Rounds]) -> Iterator[str]:
    yield f"## One case, {len(PROGRAMMES)} programmes\n"
    yield from _table_head("engine", "p50 us", "p99 us", "its answer", "answers wrong")
    for label, rounds in measured.items():
        if problem := _problem(rounds):
            yield _line(label, "-", "-", problem, "-")
            continue
        wrong = f"{_first(rounds, 'different')} of {_first(rounds, 'compared'):,}"
        p50, p99 = (_median(rounds, name) for name in ("p50_us", "p99_us"))
        yield _line(label, f"{p50:,.1f}", f"{p99:,.1f}", _first(rounds, "says"), wrong)


def _compiling(measured: dict[str, Rounds], native: dict[str, Rounds]) -> Iterator[str]:
    yield "## From text to each back end, CPU ms\n"
    yield (
        "SQL is lowered, printed and planned in groups of 20 programmes. Machine code is made once for"
        " a text, one rule after the other.\n"
    )
    merged = {count: _merged(rounds + native.get(count, [])) for count, rounds in measured.items()}
    stages = dict.fromkeys(name for made in merged.values() for name in made)
    yield from _table_head("programmes", *stages)
    for count, made in merged.items():
        yield _line(count, *(f"{made[name]:,.1f}" if name in made else "-" for name in stages))
        if problem := _problem(measured[count]):
            yield _line(problem, *["-"] * len(stages))


def _merged(rounds: Rounds) -> dict[str, float]:
    return {name: figure for one in _good(rounds) for name, figure in one.items()}


def _what_if(measured: dict[str, Rounds]) -> Iterator[str]:
    yield "## What if one parameter of one programme changes: CPU ms\n"
    for rounds in measured.values():
        if problem := _problem(rounds):
            yield problem
            continue
        good = _good(rounds)
        programmes = good[0]["programmes"]
        yield from _table_head(
            "back end", "all programmes again", "the touched one alone",
            f"its part of a pass (1 of {programmes} is {1 / programmes:.2f})", "compiling it first",
        )  # fmt: skip
        for name in good[0]["back ends"]:
            whole, touched, ratio, compiling = (
                statistics.median(one["back ends"][name][kind] for one in good)
                for kind in ("whole_ms", "touched_ms", "ratio", "compile_ms")
            )
            yield _line(
                name, f"{whole:,.1f}", f"{touched:,.1f}", f"{ratio:.2f}", f"{compiling:,.1f}"
            )


def _problem(rounds: Rounds) -> str:
    """Why a row has no figures, or nothing."""
    if _good(rounds):
        return ""
    for one in rounds:
        for kind in ("missing", "failed"):
            if kind in one:
                return f"not measured: {one[kind]}"
    return "not measured"


def _good(rounds: Rounds) -> Rounds:
    return [one for one in rounds if not {"missing", "failed"} & one.keys()]


def _median(rounds: Rounds, name: str) -> float:
    return float(statistics.median(one[name] for one in _good(rounds)))


def _first(rounds: Rounds, name: str) -> Any:
    good = _good(rounds)
    return good[0][name] if good else None


def _paired(rounds: Rounds, base: Rounds, name: str) -> str:
    """The median of what one round says against the same round of the base."""
    ratios = [
        one[name] / other[name]
        for one, other in zip(rounds, base, strict=True)
        if name in one and other.get(name)
    ]
    return f"{statistics.median(ratios):.2f}" if ratios else "-"


def _table_head(*names: str) -> Iterable[str]:
    return _line(*names), "|" + "---|" * len(names)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
