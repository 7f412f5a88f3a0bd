"""A panel computed again from what it published: every line that is not as the rules and the seed give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from yingcai.engine.matching.assign import Blocked, Pair, assign
from yingcai.engine.matching.draws import drawn
from yingcai.engine.matching.files import Given, Published
from yingcai.engine.matching.rank import Result, results
from yingcai.engine.matching.sheets import Sheet, faults
from yingcai.engine.matching.shortfall import Problem

Difference = tuple[str, int, str, str]  # file, line, what stands there, what it should be


def problem_of_round(panel: Published, number: int, held: Iterable[Given]) -> Problem:
    """What a round had to assign: what projects lack, what experts still take, whom no conflict keeps away.

    ``held``: the sheets of earlier rounds, those that were set aside since among them.
    """
    closed = {(one.project, one.expert): one.closed for one in panel.pairs}
    kept = [one for one in held if not _shut(closed[one.project, one.expert], number)]
    mine = [one.expert for one in kept]
    has = [one.project for one in kept]
    experts = [one for one in panel.experts if one.since <= number]
    names, held_pairs = {one.name for one in experts}, {(one.project, one.expert) for one in kept}
    return Problem(
        needs={
            one.name: max(panel.method.sheets - has.count(one.name), 0)
            for one in panel.projects
            if not _shut(one.left, number)
        },
        limits={one.name: max(one.limit - mine.count(one.name), 0) for one in experts},
        pairs={
            (one.project, one.expert): one.fits
            for one in panel.pairs
            if one.expert in names
            if not _shut(one.closed, number) and (one.project, one.expert) not in held_pairs
        },
        loads={one.name: mine.count(one.name) for one in experts},
    )


def _shut(since: int, number: int) -> bool:
    return 0 < since <= number


def seed_of_round(seed: str, number: int) -> str:
    return f"{seed}/{number}"


def in_force(panel: Published) -> list[Pair]:
    """The sheets that count: no conflict came up, and the project stayed."""
    shut = {(one.project, one.expert) for one in panel.pairs if one.closed}
    left = {one.name for one in panel.projects if one.left}
    pairs = [(one.project, one.expert) for one in panel.assignment]
    return [pair for pair in pairs if pair not in shut and pair[0] not in left]


def differences(panel: Published) -> list[Difference]:
    """Every line of the files that differs from what they themselves lead to."""
    return [*_assignment(panel), *_sheets(panel), *_ranking(panel), *_order(panel)]


def _assignment(panel: Published) -> Iterator[Difference]:
    rounds = sorted({one.round for one in panel.assignment})
    known = {(one.project, one.expert) for one in panel.pairs}
    strangers = [one for one in panel.assignment if (one.project, one.expert) not in known]
    if strangers:
        line = panel.assignment.index(strangers[0]) + 2
        yield "assignment.csv", line, _row(strangers[0]), ""
        return
    for number in rounds:
        held = [one for one in panel.assignment if one.round < number]
        there = [one for one in panel.assignment if one.round == number]
        try:
            pairs = assign(problem_of_round(panel, number, held), seed_of_round(panel.seed, number))
        except Blocked:
            pairs = []
        right = [Given(number, *pair) for pair in pairs]
        first = panel.assignment.index(there[0]) + 2
        yield from _unlike("assignment.csv", [*map(_row, there)], [*map(_row, right)], first)


def _row(values: Sequence[object]) -> str:
    return ",".join(map(str, values))


def _unlike(
    file: str, there: Sequence[str], right: Sequence[str], first: int
) -> Iterator[Difference]:
    """Rows that are there and should not be, then rows that should be and are not."""
    missing = [one for one in right if one not in there]
    for place, one in enumerate(there):
        if one not in right:
            yield file, first + place, one, missing.pop(0) if missing else ""
    for one in missing:
        yield file, first + len(there), "", one


def _sheets(panel: Published) -> Iterator[Difference]:
    """Sheets only of who was assigned; every item within its points."""
    counted = {*in_force(panel)}
    line = 2
    for sheet in panel.sheets:
        if (sheet.project, sheet.expert) not in counted:
            yield "sheets.csv", line, f"{sheet.project},{sheet.expert}", ""
        for name, what, most in faults(panel.method, sheet.points):
            given = sheet.points.get(name, "")
            right = "" if what == "unknown" else f"0-{most}"
            row = f"{sheet.project},{sheet.expert},{name},{given}"
            yield "sheets.csv", line, row, right
        line += len(sheet.points)


def _ranking(panel: Published) -> Iterator[Difference]:
    if any(True for sheet in panel.sheets for _ in faults(panel.method, sheet.points)):
        return  # nothing can be counted; the lines are named already
    right = results(panel.method, _counted(panel), panel.seed)
    there, should = [*map(_told, panel.ranking)], [*map(_told, right)]
    for place in range(max(len(there), len(should))):
        one, other = there[place : place + 1], should[place : place + 1]
        if one != other:
            yield "ranking.csv", place + 2, "".join(one), "".join(other)


def _counted(panel: Published) -> list[Sheet]:
    counted = {*in_force(panel)}
    return [sheet for sheet in panel.sheets if (sheet.project, sheet.expert) in counted]


def _told(one: Result) -> str:
    values = {**asdict(one), "score": f"{one.score:.4f}"}
    names = ("rank", "project", "score", "spread", "disagree", "vetoed", "low", "high", "admitted")
    return ",".join(
        str(int(values[n])) if isinstance(values[n], bool) else str(values[n]) for n in names
    )


def _order(panel: Published) -> Iterator[Difference]:
    """The order of the defence is drawn among the projects that it names."""
    right = drawn(panel.seed, "defence", panel.order)
    for place, (one, other) in enumerate(zip(panel.order, right, strict=True)):
        if one != other:
            yield "order.csv", place + 2, f"{place + 1},{one}", f"{place + 1},{other}"
