"""The native back end: machine code of a rule set, decided over columns by all processors.

Blocks of rows go through all rules while they are in the cache, so a population is read once.
Every sum is of whole numbers, so neither threads nor the order of rows change an answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from yingcai.engine.rules import kernel_numbers
from yingcai.engine.rules.kernel_layout import WIDTHS, WORD_BITS, Place, layout, width_of, words
from yingcai.engine.rules.kernel_source import SUMS, Mode, RuleSource, rule_source
from yingcai.engine.rules.model import RuleSet

Array = NDArray[Any]
Function = Callable[..., None]
THREADS = os.cpu_count() or 1
BLOCK = 1 << 14
FUNCTIONS = (
    "divided", "whole_months", "day_number", "segment", "gather", "count_outcomes", "count_groups",
)  # fmt: skip
_EPOCH_MONTH = 1970 * 12


@dataclass(frozen=True)
class KernelColumns:
    """The facts of ``rows`` subjects as the kernels of one rule set read them.

    ``blocks``: for 1, 2, 4 and 8 bytes the columns of that width, [column, row]; ``words``: the bits
    "is known", [word, row] (``kernel_layout``).
    """

    rows: int
    places: Mapping[str, Place]
    blocks: tuple[Array, ...]
    words: Array

    def column(self, name: str) -> Array:
        """The inside values of a fact; where it is unknown, its lowest."""
        place = self.places[name]
        column: Array = self.blocks[WIDTHS.index(place.width)][place.row]
        return column


class Budget(NamedTuple):
    """Sums of each rule: [rule], or [group, rule]. ``amount`` in fen, over the amounts that are known.

    ``amount_unknown`` counts the subjects that are ``yes`` without a known amount; it is 0 for a rule
    that has none.
    """

    no: Array
    yes: Array
    unknown: Array
    person: Array
    amount_unknown: Array
    amount: Array


class Decisions(NamedTuple):
    """What each rule says of each row: [rule, row].

    ``outcome`` is a place in ``OUTCOMES``. ``amount`` in fen, or ``NO_AMOUNT``; ``result`` the code of
    the enum, or ``NO_RESULT``. With reasons, bit c of ``true`` and ``known`` tells of condition c.
    """

    outcome: Array
    amount: Array
    result: Array
    true: Array | None = None
    known: Array | None = None


def from_arrays(rules: RuleSet, arrays: Mapping[str, Array]) -> KernelColumns:
    """Columns by fact id, masked or not, to what the kernels of ``rules`` read.

    Each holds inside values (fen, codes, civil codes); dates may be ``datetime64`` and then are unknown
    where they are NaT. A fact without a column is unknown everywhere. Columns of other facts are left.
    Raises: ValueError, with every problem: lengths that differ, values that are no whole numbers or
    outside the declared range, unknown values of a fact that is always known.
    """
    places = layout(rules)
    rows = max((len(array) for array in arrays.values()), default=0)
    blocks = tuple(
        np.zeros((sum(one.width == width for one in places.values()), rows), dtype=f"i{width}")
        for width in WIDTHS
    )
    columns = KernelColumns(rows, places, blocks, np.zeros((words(places), rows), dtype=np.uint32))
    problems = [
        f"{name}: {problem}"
        for name in places
        for problem in _fill(columns, name, arrays.get(name))
    ]
    if problems:
        raise ValueError("; ".join(problems))
    return columns


def _fill(columns: KernelColumns, name: str, array: Array | None) -> list[str]:
    """Write one column and its bit, or say what is wrong with it."""
    place = columns.places[name]
    if array is None:
        array = np.ma.masked_array(np.zeros(columns.rows, dtype=np.int8), mask=True)
    if len(array) != columns.rows:
        return [f"has {len(array)} rows, not {columns.rows}"]
    values, known = _plain(array)
    if values.dtype.kind not in "biu":
        return [f"holds {array.dtype}, not whole numbers"]
    if place.bit is None and not known.all():
        return ["is always known, but not here"]
    outside = known & ((values < place.low) | (values > place.high))
    if outside.any():
        return [f"{outside.sum()} values are not from {place.low} to {place.high}"]
    column = columns.column(name)
    column.fill(place.low)
    np.copyto(column, values, where=known, casting="unsafe")  # its range fits
    if place.bit is not None:
        word = columns.words[place.bit // WORD_BITS]
        word |= known.astype(np.uint32) << np.uint32(place.bit % WORD_BITS)
    return []


def _plain(array: Array) -> tuple[Array, Array]:
    """Values, and where they are known."""
    values, known = np.ma.getdata(array), ~np.ma.getmaskarray(array)
    if values.dtype.kind != "M":
        return values, known
    known &= ~np.isnat(values)
    return civil_codes(np.where(known, values, np.datetime64(0, "D"))), known


def civil_codes(days: Array) -> Array:
    """Days (``datetime64``) as civil codes."""
    months = days.astype("M8[M]")
    day = (days.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64) + 1
    codes: Array = (months.astype(np.int64) + _EPOCH_MONTH) << 5 | day
    return codes


@lru_cache(maxsize=1024)
def native(source: RuleSource) -> Function:
    """Machine code of a rule, made at the first call; equal sources share it."""
    names: dict[str, Any] = {"i64": np.int64, "u64": np.uint64, **_FUNCTIONS}
    names.update((name, _narrow(values)) for name, values in source.constants)
    exec(source.text, names)  # noqa: S102 - our own text; no name or text of a pack is in it
    return _compiled(names["rule"])


def _compiled(function: Callable[..., Any]) -> Function:
    compiled: Function = numba.njit(nogil=True, error_model="numpy")(function)
    return compiled


def _narrow(values: tuple[int, ...]) -> Array:
    return np.array(values, dtype=f"i{width_of(min(values), max(values))}")


@intrinsic
def _chosen(context: Any, test: Any, one: Any, other: Any) -> Any:
    """``kernel_numbers.chosen`` as one instruction."""
    both = types.boolean if one == other == types.boolean else types.int64

    def instruction(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    return both(types.boolean, both, both), instruction


_FUNCTIONS = {
    "chosen": _chosen,
    **{name: _compiled(getattr(kernel_numbers, name)) for name in FUNCTIONS},
}


class Kernel:
    """A rule set, ready to be decided over columns; each way of deciding is compiled when first used.

    ``load`` makes a function of a source.
    """

    def __init__(self, rules: RuleSet, load: Callable[[RuleSource], Function] = native) -> None:
        self.rules = rules
        self._load = load
        self._places = layout(rules)
        self._functions: dict[Mode, list[Function]] = {}

    def budget(
        self, columns: KernelColumns, groups: Array | None = None, *, threads: int = THREADS
    ) -> Budget:
        """Counts and sums of each rule; with ``groups``, a whole number from 0 for each row, by group.

        Raises: ValueError where ``groups`` does not give each row a group, or columns are of other rules.
        """
        if groups is None:
            tallies = self._run("budget", columns, threads, self._tallying(()))
            return Budget(*np.moveaxis(np.sum(tallies, axis=0), -1, 0))
        numbers = _group_numbers(groups, columns.rows)
        count = int(numbers.max(initial=-1)) + 1
        tallies = self._run("groups", columns, threads, self._tallying((count,), numbers))
        return Budget(*np.moveaxis(np.sum(tallies, axis=0), (-1, 0), (0, -1)))

    def _tallying(self, shape: tuple[int, ...], *group: Array) -> Callable[[], _Fill]:
        """For each thread its own sums, which only it writes."""

        def start() -> _Fill:
            tally = np.zeros((len(self.rules.rules), *shape, len(SUMS)), dtype=np.int64)
            scratch = np.empty(BLOCK, dtype=np.int8), np.empty(BLOCK, dtype=np.uint32)
            return _Fill(tally, [(one, *group, *scratch) for one in tally])

        return start

    def full(
        self, columns: KernelColumns, *, reasons: bool = False, threads: int = THREADS
    ) -> Decisions:
        """The outcome, amount and result of every rule and row; with ``reasons`` its conditions, too.

        Raises: ValueError where a rule has more conditions than a mask has bits, or columns are of
        other rules.
        """
        shape = len(self.rules.rules), columns.rows
        kinds: list[Any] = [np.int8, np.int64, np.int16]
        if reasons:
            most = max((len(rule.conditions) for rule in self.rules.rules), default=0)
            kinds += [np.min_scalar_type((1 << most) - 1)] * 2
        made = [np.empty(shape, dtype=kind) for kind in kinds]

        def start() -> _Fill:
            pick = np.empty(BLOCK, dtype=np.uint32)
            return _Fill(made[0], [(*row, pick) for row in zip(*made, strict=True)])

        self._run("reasons" if reasons else "full", columns, threads, start)
        return Decisions(*made)

    def _run(
        self, mode: Mode, columns: KernelColumns, threads: int, start: Callable[[], _Fill]
    ) -> list[Array]:
        """Decide all rows, each thread one run of them; what the threads filled."""
        functions = self._ready(mode, columns, start())

        def work(part: int) -> Array:
            fill = start()
            end = columns.rows * (part + 1) // threads
            for first in range(columns.rows * part // threads, end, BLOCK):
                self._decide(functions, columns, (first, min(first + BLOCK, end)), fill)
            return fill.made

        if threads == 1:
            return [work(0)]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, range(threads)))

    def _ready(self, mode: Mode, columns: KernelColumns, fill: _Fill) -> list[Function]:
        """The functions of a mode, compiled by deciding no rows, before threads share them."""
        if columns.places != self._places:
            raise ValueError("these columns were made for other rules")
        if mode not in self._functions:
            self._functions[mode] = [
                self._load(rule_source(rule, self.rules, self._places, mode))
                for rule in self.rules.rules
            ]
            self._decide(self._functions[mode], columns, (0, 0), fill)
        return self._functions[mode]

    @staticmethod
    def _decide(
        functions: list[Function], columns: KernelColumns, run: tuple[int, int], fill: _Fill
    ) -> None:
        for function, arguments in zip(functions, fill.arguments, strict=True):
            function(*run, *columns.blocks, columns.words, *arguments)


class _Fill(NamedTuple):
    """What a thread fills, and by rule the arguments that say so."""

    made: Array
    arguments: list[tuple[Array, ...]]


def _group_numbers(groups: Array, rows: int) -> Array:
    whole = groups.shape == (rows,) and groups.dtype.kind in "iu"
    if not whole or groups.min(initial=0) < 0 or groups.max(initial=0) >= 1 << 31:
        raise ValueError(f"groups need one whole number of 31 bits for each of the {rows} rows")
    return groups.astype(np.int32)


def compile_kernel(rules: RuleSet) -> Kernel:
    """The kernel of a rule set."""
    return Kernel(rules)
