"""Weighing pairs with Splink on DuckDB, in this process and in memory: nothing is written to a disk.

Only this file needs the extra `link`. What agrees by chance is counted in the register itself, what
agrees among equals is set in `linking.LEVELS`; nothing is drawn at random, so equal registers give equal
pairs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import duckdb
import pyarrow
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from yingcai.registry.linking import (
    LEAST,
    LEVELS,
    SEEN,
    Compared,
    Level,
    Pair,
    chance,
    in_order,
    pair_of,
    prior_bits,
)

# A pair is looked at when one of these agrees; none of them is a name alone.
BLOCKS = (("numbers",), ("births", "sounds"), ("ties", "sounds"), ("births", "dated_ties"))
ANY = "list_has_any({0}_l, {0}_r)"
CONDITIONS = {
    "name": ("name_l = name_r", "sounds_l = sounds_r"),
    "birth": (ANY.format("births"),),
    "number": (ANY.format("numbers"),),
    "tie": (ANY.format("dated_ties"), ANY.format("ties")),
    "day": (ANY.format("days"),),
    "choice": (ANY.format("choices"),),
    "county": ("county_l = county_r",),
}
EMPTY = "len({0}_l) = 0 OR len({0}_r) = 0"
NO_NUMBER = f"(number_l IS NULL OR number_r IS NULL) AND NOT {ANY.format('numbers')}"
UNKNOWN_WHEN = {
    "name": "name_l IS NULL OR name_r IS NULL",
    "birth": EMPTY.format("births"),
    "number": NO_NUMBER,
    "tie": EMPTY.format("ties"),
    "day": EMPTY.format("days"),
    "choice": EMPTY.format("choices"),
    "county": "county_l IS NULL OR county_r IS NULL",
}
# Which values two subjects must share for each level of a column.
SHARED: dict[str, tuple[Callable[[Compared], Iterable[str]], ...]] = {
    "name": (lambda one: [one.name], lambda one: [one.sounds]),
    "birth": (lambda one: one.births,),
    "number": (lambda one: one.numbers,),
    "tie": (lambda one: one.dated_ties, lambda one: one.ties),
    "day": (lambda one: one.days,),
    "choice": (lambda one: one.choices,),
    "county": (lambda one: [one.county] if one.county else [],),
}
LISTS = ("births", "numbers", "ties", "dated_ties", "days", "choices")
WORDS = ("name", "sounds", "number", "county")
HIGHEST = 0.9  # what nearly everybody shares still says a little


def weighed_pairs(records: Sequence[Compared]) -> list[Pair]:
    """The pairs worth showing, the heaviest first."""
    if len(records) < 2:
        return []
    by_pk = {record.pk: record for record in records}
    found = (
        pair_of(by_pk[first], by_pk[second], bits) for first, second, bits in _predicted(records)
    )
    return in_order(pair for pair in found if pair is not None)


def _predicted(records: Sequence[Compared]) -> list[tuple[int, int, float]]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET temp_directory = ''")  # what does not fit is refused, not written
        connection.execute("SET preserve_insertion_order = false")
        _load(connection, "compared", _table(records))
        names = Counter(record.name for record in records)
        _load(connection, "names", _frequencies(names, len(records)))
        api = DuckDBAPI(connection)
        linker = Linker(api.register("compared"), _settings(records), log_level=None)
        linker.table_management.register_term_frequency_lookup(api.register("names"), "name")
        found = linker.inference.predict(threshold_match_weight=LEAST, warning_mode="never")
        rows = found.as_duckdbpyrelation().select("unique_id_l", "unique_id_r", "match_weight")
        return rows.fetchall()


def _load(connection: duckdb.DuckDBPyConnection, name: str, table: pyarrow.Table) -> None:
    connection.register("given", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608  # our own names
    connection.unregister("given")


def _table(records: Sequence[Compared]) -> pyarrow.Table:
    texts, lists = pyarrow.string(), pyarrow.list_(pyarrow.string())
    columns: dict[str, Any] = {"unique_id": pyarrow.array([one.pk for one in records])}
    for name in WORDS:
        columns[name] = pyarrow.array([getattr(one, name) or None for one in records], texts)
    for name in LISTS:
        columns[name] = pyarrow.array([sorted(getattr(one, name)) for one in records], lists)
    return pyarrow.table(columns)


def _frequencies(names: Counter[str], subjects: int) -> pyarrow.Table:
    """How common each name is, with the first guess behind it."""
    guess = LEVELS["name"][0].by_chance * SEEN
    shares = [(count + guess) / (subjects + SEEN) for count in names.values()]
    return pyarrow.table({"name": list(names), "tf_name": shares})


def _settings(records: Sequence[Compared]) -> SettingsCreator:
    odds = 2 ** prior_bits(len(records))
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(column, records) for column in LEVELS],
        blocking_rules_to_generate_predictions=[
            block_on(*columns, arrays_to_explode=[one for one in columns if one in LISTS])
            for columns in BLOCKS
        ],
        probability_two_random_records_match=odds / (1 + odds),
        retain_matching_columns=False,
        linker_uid="registry",
    )


def _comparison(column: str, records: Sequence[Compared]) -> dict[str, Any]:
    levels = [
        {
            "sql_condition": UNKNOWN_WHEN[column],
            "is_null_level": True,
            "label_for_charts": "unknown",
        }
    ]
    rest_same, rest_chance = 1.0, 1.0
    told = zip(LEVELS[column], CONDITIONS[column], SHARED[column], strict=True)
    for level, condition, values in told:
        by_chance = min(_counted(level, values, records), HIGHEST / len(LEVELS[column]))
        levels.append(_level(condition, level.sign, level.among_same, by_chance))
        rest_same, rest_chance = rest_same - level.among_same, rest_chance - by_chance
    if column == "name":
        levels[1]["tf_adjustment_column"] = "name"
    levels.append(_level("ELSE", "differ", rest_same, rest_chance))
    return {"output_column_name": column, "comparison_levels": levels}


def _level(condition: str, label: str, among_same: float, by_chance: float) -> dict[str, Any]:
    return {
        "sql_condition": condition,
        "label_for_charts": label,
        "m_probability": among_same,
        "u_probability": by_chance,
    }


def _counted(
    level: Level, values: Callable[[Compared], Iterable[str]], records: Sequence[Compared]
) -> float:
    counts = Counter(value for record in records for value in values(record))
    return chance(level, sum(n * (n - 1) for n in counts.values()), len(records))
