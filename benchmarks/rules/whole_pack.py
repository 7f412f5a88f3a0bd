"""All programmes of a shipped pack over invented people: our back ends against each other.

The people are no likely ones: each fact takes the values at which some rule answers differently, so
that every branch is taken. Beside their file stands the name of the pack whose rules they are for.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from benchmarks.rules.cases import Population, Totals
from benchmarks.rules.ours import THREADS, load
from benchmarks.rules.people import PEOPLE_PER_FIRM, SEED, Array
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.rule_source import rule_source
from yingcai.engine.population import snapshot
from yingcai.engine.population.kernel import Budget, compile_kernel, from_arrays
from yingcai.engine.population.scan import Scan, scan
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.probes import probes, thresholds
from yingcai.engine.rules.written import write_value

UNKNOWN = 0.04  # of the values of a fact
OWNERS = ("firm.id", "household.id", "person.id")


def pack_rules(folder: Path) -> RuleSet:
    pack, problems = load_pack(folder)
    if pack is None:
        raise ValueError("; ".join(map(str, problems)))
    compiled, wrong = compile_rules(rule_source(pack))
    if compiled is None:
        raise ValueError("; ".join(f"{one.file}: {one.text}" for one in wrong))
    return compiled


def make(path: Path, count: int, folder: Path) -> None:
    """Write ``count`` people for the rules of a pack, unless the file is there."""
    if path.exists():
        return
    compiled = pack_rules(folder)
    cuts = thresholds([tree for rule in compiled.rules for tree in rule.trees])
    random = np.random.default_rng(SEED)
    drawn: dict[str, Array] = {"id": np.arange(count, dtype=np.int64)}
    for owner in OWNERS:
        drawn[owner] = random.integers(0, max(count // PEOPLE_PER_FIRM, 1), count, dtype=np.int32)
    chosen = ["id", *(f'"{owner}"' for owner in OWNERS)]
    for name in compiled.used_facts:
        fact = compiled.facts[name]
        words = [write_value(value, fact.type) for value in probes(fact, cuts)]
        drawn[name] = random.integers(0, len(words), count, dtype=np.int16)
        drawn[f"{name}?"] = np.zeros(count, bool) if fact.always else random.random(count) < UNKNOWN
        chosen.append(f'CASE WHEN NOT "{name}?" THEN {words}["{name}" + 1] END AS "{name}"')
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.register("drawn", drawn)
    part = path.with_suffix(".part")
    query = f"SELECT {', '.join(chosen)} FROM drawn"  # noqa: S608  # our own names and words
    connection.execute(f"COPY ({query}) TO '{part}' (FORMAT parquet)")
    _beside(path).write_text(str(folder), "utf-8")
    part.rename(path)


def make_people(folder: str, path: Path, count: int) -> None:
    make(path, count, Path(folder))


def _beside(path: Path) -> Path:
    return path.with_suffix(".pack")


def prepared(path: Path) -> tuple[RuleSet, snapshot.Population]:
    compiled = pack_rules(Path(_beside(path).read_text("utf-8")))
    return compiled, load(path, compiled)


def scanned(path: Path) -> Population:
    compiled, people = prepared(path)

    def totals(found: Scan) -> Totals:
        every = {name: found.total(name) for name in compiled.programmes}
        return {name: (one.yes, None, one.amount) for name, one in every.items()}

    return Population(lambda: scan(people, compiled), totals)


def native_budget(path: Path) -> Population:
    """Sums are before ceilings, as the amounts of a scan are."""
    compiled, people = prepared(path)
    columns = {name: snapshot.column_of(name) for name in compiled.used_facts}
    query = f"SELECT {', '.join(columns.values())} FROM {people.table}"  # noqa: S608  # our own names
    read = people.connection.execute(query).fetchnumpy()
    people.connection.close()
    arrays = from_arrays(compiled, {name: read[column] for name, column in columns.items()})
    kernel = compile_kernel(compiled)

    def totals(budget: Budget) -> Totals:
        return {
            name: (
                sum(int(budget.yes[rule]) for rule in programme.rules),
                None,
                sum(int(budget.amount[rule]) for rule in programme.rules),
            )
            for name, programme in compiled.programmes.items()
        }

    return Population(lambda: kernel.budget(arrays, threads=THREADS), totals)


POPULATION = {"scanned": scanned, "native_budget": native_budget}
