"""The people of the benchmark: invented, seeded, as one Parquet file; and two ways to read them back.

Columns are named by fact and hold what a person would write: words of enums, yuan, percent, dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml

WORKLOAD = Path(__file__).parent / "workload"
SEED = 7
CHUNK = 1_000_000
PEOPLE_PER_FIRM = 40
GROUP = "firm.id"  # the column that says who belongs to one firm
WIDTH = {"boolean": 1, "enum": 1, "integer": 2, "ratio": 4, "date": 4, "money": 8}  # bytes
SQL_TYPE = {
    "boolean": "BOOLEAN", "enum": "UTINYINT", "integer": "SMALLINT", "ratio": "INTEGER",
    "date": "INTEGER", "money": "BIGINT",
}  # fmt: skip

Array = Any  # a NumPy array
Facts = dict[str, Any]  # fact to bool, int, word, date; money in fen, ratios in millionths

# How often a fact is unknown; case.applied_on never is.
UNKNOWN = {
    "person.level": 0.05, "person.annual_salary": 0.03, "person.insured_months": 0.04,
    "firm.kind": 0.02, "firm.district": 0.01, "person.age": 0.01, "person.degree": 0.05,
    "person.arrived_on": 0.03, "person.first_home": 0.05, "person.house_price": 0.10,
    "person.housing_received": 0.05, "firm.industry": 0.02, "person.full_time": 0.02,
    "person.agency_fee": 0.02, "person.overseas_event": 0.03, "person.award_scope": 0.02,
    "project.score": 0.10, "person.asset_gain": 0.10, "person.equity_share": 0.05,
    "person.staff_years": 0.03,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    type: str
    values: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def facts() -> tuple[Fact, ...]:
    """The vocabulary, in the order of the file."""
    written = yaml.safe_load((WORKLOAD / "facts.yaml").read_text("utf-8"))["facts"]
    return tuple(
        Fact(one["id"], one["type"], tuple(value["id"] for value in one.get("values", ())))
        for one in written
    )


def bytes_per_person() -> float:
    """What has to be read of a person at least: values at their natural width, one bit each for known, the firm."""
    return sum(WIDTH[one.type] for one in facts()) + len(facts()) / 8 + 4


def make(path: Path, count: int, seed: int = SEED) -> Path:
    """Write ``count`` people, unless the file is there. The same seed gives the same people."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        drawn = _draw(size, firms=max(count // PEOPLE_PER_FIRM, 1), seed=(seed, start))
        drawn["id"] = np.arange(start, start + size, dtype=np.int64)
        connection.register("drawn", drawn)
        verb = "INSERT INTO people" if start else "CREATE TABLE people AS"
        connection.execute(f'{verb} SELECT id, "{GROUP}", {", ".join(_written())} FROM drawn')  # noqa: S608
        connection.unregister("drawn")
    part = path.with_suffix(".part")
    connection.execute(f"COPY people TO '{part}' (FORMAT parquet)")
    part.rename(path)
    return path


def make_people(_: str, path: Path, count: int) -> None:
    make(path, count)


def _draw(count: int, *, firms: int, seed: tuple[int, int]) -> dict[str, Array]:
    """Codes of enums, fen, hundredths of a percent and days since 1970, each with a mask of the unknown."""
    random = np.random.default_rng(seed)
    drawn: dict[str, Array] = {GROUP: random.integers(0, firms, count, dtype=np.int32)}
    drawn |= _words(random, count) | _flags(random, count) | _counts(random, count)
    drawn |= _sums(random, count) | _dates(random, count)
    for name, share in UNKNOWN.items():
        drawn[f"{name}?"] = random.random(count) < share
    return drawn


def _words(random: np.random.Generator, count: int) -> dict[str, Array]:
    shares = {
        "person.level": (0.01, 0.03, 0.06, 0.1, 0.2, 0.6),
        "firm.kind": (0.6, 0.2, 0.05, 0.15),
        "firm.district": (0.15, 0.12, 0.12, 0.15, 0.15, 0.1, 0.08, 0.08, 0.05),
        "person.degree": (0.4, 0.4, 0.15, 0.05),
        "firm.industry": (0.1,) * 10,
        "person.award_scope": (0.9, 0.06, 0.03, 0.01),
    }
    return {
        name: random.choice(len(share), count, p=share).astype(np.int8)
        for name, share in shares.items()
    }


def _flags(random: np.random.Generator, count: int) -> dict[str, Array]:
    shares = {"person.first_home": 0.6, "person.full_time": 0.9, "person.overseas_event": 0.3}
    return {name: random.random(count) < share for name, share in shares.items()}


def _counts(random: np.random.Generator, count: int) -> dict[str, Array]:
    spans = {
        "person.insured_months": (0, 80),
        "person.age": (20, 66),
        "project.score": (30, 101),
        "person.staff_years": (0, 15),
        "person.equity_share": (0, 3001),
    }
    return {
        name: random.integers(low, high, count, dtype=np.int16)
        for name, (low, high) in spans.items()
    }


def _sums(random: np.random.Generator, count: int) -> dict[str, Array]:
    yuan = {
        "person.annual_salary": random.lognormal(11.3, 0.6, count),
        "person.house_price": random.lognormal(14.0, 0.5, count),
        "person.housing_received": (random.random(count) < 0.1) * random.integers(0, 100000, count),
        "person.agency_fee": (random.random(count) < 0.5) * random.lognormal(11.3, 0.7, count),
        "person.asset_gain": random.normal(200000, 600000, count),
    }
    return {name: np.rint(sums * 100).astype(np.int64) for name, sums in yuan.items()}


def _dates(random: np.random.Generator, count: int) -> dict[str, Array]:
    spans = {
        "person.arrived_on": ("2014-01-01", "2020-12-31"),
        "case.applied_on": ("2018-05-01", "2020-12-31"),
    }
    days = {name: np.array(span, "M8[D]").astype(np.int32) for name, span in spans.items()}
    return {name: random.integers(low, high, count) for name, (low, high) in days.items()}


def _written() -> Iterator[str]:
    """SQL of each fact as a person would write it."""
    for one in facts():
        code = f'"{one.name}"'
        text = {
            "boolean": code,
            "enum": f"{list(one.values)}[{code} + 1]",
            "integer": code,
            "date": f"DATE '1970-01-01' + {code}::INTEGER",
        }.get(one.type, f"({code}::DECIMAL(14, 0) * 0.01)::DECIMAL(14, 2)")
        known = f'NOT "{one.name}?"' if one.name in UNKNOWN else "TRUE"
        yield f'CASE WHEN {known} THEN {text} END AS "{one.name}"'


@dataclass(frozen=True, slots=True)
class Columns:
    """Whole columns: codes of enums, fen, millionths, civil codes of dates; 0 where a fact is not known."""

    count: int
    firm: Array
    values: dict[str, Array]
    known: dict[str, Array]


def read_columns(path: Path) -> Columns:
    chosen = [f'"{GROUP}" AS firm']
    for one in facts():
        value = f"COALESCE({_coded(one)}, {'FALSE' if one.type == 'boolean' else 0})"
        chosen.append(f'{value}::{SQL_TYPE[one.type]} AS "{one.name}"')
        chosen.append(f'"{one.name}" IS NOT NULL AS "{one.name}?"')
    read = duckdb.execute(f"SELECT {', '.join(chosen)} FROM '{path}'").fetchnumpy()  # noqa: S608
    return Columns(
        len(read["firm"]),
        read["firm"],
        {one.name: read[one.name] for one in facts()},
        {one.name: read[f"{one.name}?"] for one in facts()},
    )


def _coded(one: Fact) -> str:
    name = f'"{one.name}"'
    if one.type == "enum":
        arms = " ".join(f"WHEN '{word}' THEN {code}" for code, word in enumerate(one.values))
        return f"CASE {name} {arms} END"
    if one.type == "date":
        return f"(((year({name}) * 12 + month({name}) - 1) * 32) + day({name}))"
    factor = {"money": 100, "ratio": 10_000}.get(one.type)
    return name if factor is None else f"({name} * {factor})"


def read_cases(path: Path, count: int) -> list[Facts]:
    """The first ``count`` people one by one, with their id and firm; None is unknown."""
    chosen = ["id", f'"{GROUP}" AS firm']
    for one in facts():
        factor = {"money": 100, "ratio": 10_000}.get(one.type)
        name = f'"{one.name}"'
        chosen.append(f"({name} * {factor})::BIGINT AS {name}" if factor else name)
    query = f"SELECT {', '.join(chosen)} FROM '{path}' WHERE id < {count} ORDER BY id"  # noqa: S608
    rows = duckdb.execute(query)
    names = [one[0] for one in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def complete_cases(path: Path, count: int = 200) -> list[Facts]:
    """People of whom all is known; every fourth is one with a level and full-time, so that amounts are not all 0."""
    known = [one for one in read_cases(path, 10_000) if None not in one.values()]
    leading = [one for one in known if one["person.level"] in "abc" and one["person.full_time"]]
    return known[: count - count // 4] + leading[: count // 4]
