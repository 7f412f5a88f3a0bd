"""Why sheets cannot be assigned: every rule that blocks it, found by a flow through the open pairs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Problem:
    """``needs``: sheets by project. ``limits``: sheets that an expert still takes; ``loads``: that he has.

    ``pairs``: (project, expert) that may be assigned, and whether the project is in a field that the
    expert named. A pair with a conflict is not among them.
    """

    needs: Mapping[str, int]
    limits: Mapping[str, int]
    pairs: Mapping[tuple[str, str], bool]
    loads: Mapping[str, int] = field(default_factory=dict)


class Shortfall(NamedTuple):
    """``kind``: `experts` (of one project), `capacity` (of all), `group` (of some projects together)."""

    kind: str
    projects: tuple[str, ...]
    has: int
    needs: int


def shortfalls(problem: Problem) -> list[Shortfall]:
    """Everything that speaks against an assignment; nothing where one exists."""
    found = [*_few(problem)]
    needed, capacity = sum(problem.needs.values()), sum(problem.limits.values())
    if capacity < needed:
        found.append(Shortfall("capacity", (), capacity, needed))
    group = _group(problem, {one for short in found for one in short.projects})
    if group and (capacity >= needed or group.has < capacity):
        found.append(group)
    return found


def _few(problem: Problem) -> Iterator[Shortfall]:
    for project, needs in problem.needs.items():
        has = len(_experts(problem, project))
        if has < needs:
            yield Shortfall("experts", (project,), has, needs)


def _experts(problem: Problem, project: str) -> list[str]:
    return [expert for one, expert in problem.pairs if one == project]


def _group(problem: Problem, without: Iterable[str]) -> Shortfall | None:
    """Projects whose experts together take too few sheets; those that lack experts anyway are left out."""
    flow = _Flow(problem, {*problem.needs} - {*without})
    short = [project for project in flow.needs if not flow.fill(project)]
    if not short:
        return None
    projects = flow.reached(short)
    group = set(projects)
    has = sum(
        min(limit, sum((one, expert) in problem.pairs for one in group))
        for expert, limit in problem.limits.items()
    )
    return Shortfall("group", tuple(projects), has, sum(problem.needs[one] for one in projects))


class _Flow:
    """Sheets given one by one, moved where that makes room."""

    def __init__(self, problem: Problem, projects: Iterable[str]) -> None:
        wanted = {*projects}
        self.needs = {one: many for one, many in problem.needs.items() if one in wanted}
        self.room = dict(problem.limits)
        self.open = {one: _experts(problem, one) for one in self.needs}
        self.given: set[tuple[str, str]] = set()

    def fill(self, project: str) -> bool:
        """Give a project all its sheets, if that can be."""
        for _sheet in range(self.needs[project]):
            way = self._way(project)
            if not way:
                return False
            # Forward steps give, backward steps take back: (project, expert) pairs in turn.
            for pair in way:
                self.given ^= {pair}
            self.room[way[-1][1]] -= 1
        return True

    def _way(self, project: str) -> list[tuple[str, str]]:
        came: dict[str, tuple[str, str]] = {}  # an expert: by which pair he was reached
        back: dict[str, str] = {project: ""}  # a project: from which expert it was reached
        waiting = deque([project])
        while waiting:
            one = waiting.popleft()
            for expert in self.open[one]:
                if expert in came or (one, expert) in self.given:
                    continue
                came[expert] = (one, expert)
                if self.room[expert] > 0:
                    return self._steps(expert, came, back)
                for other, holder in sorted(self.given):
                    if holder == expert and other not in back:
                        back[other] = expert
                        waiting.append(other)
        return []

    def _steps(
        self, expert: str, came: Mapping[str, tuple[str, str]], back: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        steps: list[tuple[str, str]] = []
        while expert:
            pair = came[expert]
            steps.append(pair)
            before = back[pair[0]]
            if before:
                steps.append((pair[0], before))
            expert = before
        return steps[::-1]

    def reached(self, short: Iterable[str]) -> list[str]:
        """Every project that competes with the short ones for the same experts, in order."""
        found, waiting = {*short}, deque(short)
        while waiting:
            one = waiting.popleft()
            full = {expert for expert in self.open[one] if (one, expert) not in self.given}
            for other, holder in sorted(self.given):
                if holder in full and other not in found:
                    found.add(other)
                    waiting.append(other)
        return [one for one in self.needs if one in found]


_WORDS = {
    "experts": (
        "第{projects}号项目只有{has}位无冲突专家，需{needs}位",
        "project {projects} has {has} experts without a conflict and needs {needs}",
    ),
    "capacity": (
        "专家合计只能承担{has}份评分，需{needs}份",
        "all experts together take {has} sheets, and {needs} are needed",
    ),
    "group": (
        "第{projects}号项目合计需{needs}份评分，能评这些项目的专家只能承担{has}份",
        "projects {projects} need {needs} sheets, and the experts who may judge them take {has}",
    ),
}


def shortfall_words(short: Shortfall, language: str) -> str:
    """The rule that blocks, in words."""
    english = language == "en"
    joined = (", " if english else "、").join(short.projects)
    words = _WORDS[short.kind][english]
    return words.format(projects=joined, has=short.has, needs=short.needs)
