"""Who judges which project: the best assignment that the rules allow, the same for the same seed.

First the fewest sheets outside an expert's fields and the most even load; among the equally good ones the
lots decide. Both are linear programs over a network, so their corners are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import highspy

from yingcai.engine.matching.draws import lot
from yingcai.engine.matching.shortfall import Problem, Shortfall, shortfalls

MISFIT = 4  # a sheet outside an expert's fields weighs as much as four sheets more of load
Pair = tuple[str, str]  # project, expert


class Blocked(Exception):
    """No assignment exists; ``found`` says why, all at once."""

    def __init__(self, found: Sequence[Shortfall]) -> None:
        super().__init__("; ".join(one.kind for one in found))
        self.found = tuple(found)


def assign(problem: Problem, seed: str) -> list[Pair]:
    """The pairs, in the order of ``problem.pairs``. Raises: Blocked."""
    found = shortfalls(problem)
    if found:
        raise Blocked(found)
    if not sum(problem.needs.values()):
        return []
    return _Program(problem).solved(seed)


class _Quiet(highspy.Highs):
    """The solver without its banner: what it prints would stand in the output of commands."""

    def enableCallbacks(self) -> None:
        self.setOptionValue("output_flag", "false")
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class _Program:
    """A variable a pair, and one for each further sheet of an expert, dearer than the last."""

    def __init__(self, problem: Problem) -> None:
        self.pairs = [pair for pair in problem.pairs if problem.needs.get(pair[0], 0)]
        self.highs = _Quiet()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("solver", "simplex")
        self.costs: list[int] = []
        for pair in self.pairs:
            self._variable(0 if problem.pairs[pair] else MISFIT)
        for project, needs in problem.needs.items():
            self._row(needs, [i for i, pair in enumerate(self.pairs) if pair[0] == project])
        for expert, limit in problem.limits.items():
            self._expert(expert, limit, problem.loads.get(expert, 0))

    def _expert(self, expert: str, limit: int, load: int) -> None:
        own = [i for i, pair in enumerate(self.pairs) if pair[1] == expert]
        steps = [self._variable(load + n) for n in range(min(limit, len(own)))]
        self._row(0, own, steps)

    def _variable(self, cost: int) -> int:
        place = len(self.costs)
        self.highs.addVar(0.0, 1.0)
        self.highs.changeColCost(place, float(cost))
        self.costs.append(cost)
        return place

    def _row(self, value: int, plus: Sequence[int], minus: Sequence[int] = ()) -> None:
        places = [*plus, *minus]
        weights = [1.0] * len(plus) + [-1.0] * len(minus)
        self.highs.addRow(float(value), float(value), len(places), places, weights)

    def solved(self, seed: str) -> list[Pair]:
        self.highs.run()
        best = sum(cost for cost, taken in zip(self.costs, self._taken(), strict=True) if taken)
        priced = [place for place, cost in enumerate(self.costs) if cost]
        prices = [float(self.costs[place]) for place in priced]
        self.highs.addRow(float(best), float(best), len(priced), priced, prices)
        for place in range(len(self.costs)):
            cost = lot(seed, *self.pairs[place]) if place < len(self.pairs) else 0
            self.highs.changeColCost(place, float(cost))
        self.highs.run()
        taken = self._taken()
        return [pair for i, pair in enumerate(self.pairs) if taken[i]]

    def _taken(self) -> list[bool]:
        values = self.highs.getSolution().col_value
        if not _whole(values):
            raise ArithmeticError("an assignment must be whole; the solver gave parts of a sheet")
        return [value > 0.5 for value in values]


def _whole(values: Iterable[float]) -> bool:
    return all(min(abs(value), abs(value - 1)) < 1e-6 for value in values)
