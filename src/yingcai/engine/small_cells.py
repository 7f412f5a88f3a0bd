"""Hiding small counts in a table with its totals, and enough others that nothing gives them back.

A count from one to below the threshold is hidden, a total too. Where shown counts and totals would still
fix a hidden one, the cheapest others are hidden with it. Zeros are always shown: nobody is in such a cell,
and a reader who knows that a hidden count is at least one is reckoned with.

The table with its totals is a network: each line adds up, so counts can change only along closed ways that
turn from row to column and back. A hidden count is safe where a whole person can go round such a way of
hidden counts, none of which falls below one: then two tables at least fit all that is shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

Place = tuple[int, int]  # row and column; the last of each are the totals
Node = tuple[str, int]  # a row or a column
Way = list[Place]


@dataclass(frozen=True)
class Published:
    """What may be shown; None is hidden. ``cells`` by row, then totals of rows, of columns, and of all."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def suppressed(counts: Sequence[Sequence[int]], least: int) -> Published:
    """The table with every count of 1 to ``least`` - 1 hidden, and what would give it back.

    Counts of people, at least one row and one column, all rows of one length. The dearest counts stay:
    of all ways to make one safe the one that hides the fewest people more.
    Raises: ValueError for a negative count or a table without cells.
    """
    table = _Table(counts)
    hidden = {place for place, count in table.counts.items() if 0 < count < least}
    safe: set[Place] = set()
    for place in sorted(hidden, key=lambda one: (table.counts[one], one)):
        if place not in safe:
            way = table.cheapest_way(place, hidden)
            hidden |= set(way)
            safe |= set(way)
    return table.without(hidden)


class _Table:
    """Counts with their totals in the last row and column."""

    def __init__(self, counts: Sequence[Sequence[int]]) -> None:
        self.height, self.width = len(counts), len(counts[0]) if counts else 0
        if not self.width or any(len(row) != self.width or min(row) < 0 for row in counts):
            raise ValueError("a table has cells in rows of one length, none below zero")
        with_totals = [[*row, sum(row)] for row in counts]
        with_totals.append([sum(column) for column in zip(*with_totals, strict=True)])
        self.counts = {(r, c): n for r, row in enumerate(with_totals) for c, n in enumerate(row)}
        self.everybody = max(self.counts[self.height, self.width], 1)

    def cheapest_way(self, place: Place, hidden: set[Place]) -> Way:
        """The closed way on which a place can grow that hides the fewest people more, the place included.

        There is always one: a cell, the totals of its row and column, and that of all can grow together.
        """
        row, column = ("row", place[0]), ("column", place[1])
        grows_forward = not self._is_margin(place)
        start, end = (column, row) if grows_forward else (row, column)
        best: list[tuple[int, Node, Way]] = [(0, start, [place])]
        done: set[Node] = set()
        while best[0][1] != end:
            cost, node, way = heappop(best)
            done.add(node)
            for one, following in self._steps(node):
                if one != place and following not in done:
                    price = 0 if one in hidden else self._price(one)
                    heappush(best, (cost + price, following, [*way, one]))
        return best[0][2]

    def _steps(self, node: Node) -> Iterator[tuple[Place, Node]]:
        """The places at a node that can change by one so that its line still adds up."""
        kind, number = node
        if kind == "row":
            for column in range(self.width + 1):
                if self._free((number, column), forward=True):
                    yield (number, column), ("column", column)
        else:
            for row in range(self.height + 1):
                if self._free((row, number), forward=False):
                    yield (row, number), ("row", row)

    def _free(self, place: Place, *, forward: bool) -> bool:
        """Whether a place can change: a count grows when it is passed from row to column, a total the other way.

        Zeros are shown and stay; a count of one cannot fall, for then it would be shown as zero.
        """
        least = 1 if forward != self._is_margin(place) else 2
        return self.counts[place] >= least

    def _is_margin(self, place: Place) -> bool:
        """Whether it is the total of one row or one column."""
        return (place[0] == self.height) != (place[1] == self.width)

    def _price(self, place: Place) -> int:
        """People hidden with a place; a total only where no cell serves."""
        is_total = place[0] == self.height or place[1] == self.width
        return self.counts[place] + self.everybody * self.height * self.width * is_total

    def without(self, hidden: set[Place]) -> Published:
        shown = [
            [None if (r, c) in hidden else self.counts[r, c] for c in range(self.width + 1)]
            for r in range(self.height + 1)
        ]
        *rows, last = shown
        return Published(
            cells=tuple(tuple(row[:-1]) for row in rows),
            rows=tuple(row[-1] for row in rows),
            columns=tuple(last[:-1]),
            total=last[-1],
        )
