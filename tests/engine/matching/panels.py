"""A panel made up for the tests: who judges what, what they gave, and what is published of it."""

from __future__ import annotations

import random
from dataclasses import replace

from yingcai.engine.matching.assign import assign
from yingcai.engine.matching.draws import drawn
from yingcai.engine.matching.files import Expert, Given, Pairing, Project, Published
from yingcai.engine.matching.rank import results
from yingcai.engine.matching.sheets import Item, Method, Sheet
from yingcai.engine.matching.verify import problem_of_round, seed_of_round

WORDS = {"zh": "项", "en": "item"}
ITEMS = (
    Item("novelty", "linear", 60, WORDS),
    Item("team", "linear", 40, WORDS),
    Item("chain", "bonus", 5, WORDS),
    Item("fraud", "veto", 1, WORDS),
)
METHOD = Method(
    items=ITEMS, sheets=5, quorum=3, method="trimmed-mean", calibrate="z", spread=25,
    ties=("novelty", "draw"), passing=60, places=10,
)  # fmt: skip
SEED = "2019-elite"


def sheet(project: str, expert: str, novelty: int, team: int = 0, *, fraud: int = 0) -> Sheet:
    points = {"novelty": novelty, "team": team, "chain": 0, "fraud": fraud}
    return Sheet(project, expert, points)


def empty_panel(projects: int = 30, experts: int = 9) -> Published:
    """Nine experts of two fields, thirty projects, a conflict in every tenth pair."""
    names = [str(n) for n in range(1, projects + 1)]
    people = [f"E{n}" for n in range(1, experts + 1)]
    chance = random.Random(7)  # noqa: S311 (a test's)
    pairs = tuple(
        Pairing(one, expert, (int(one) + n) % 2 == 0)
        for one in names
        for n, expert in enumerate(people)
        if chance.random() > 0.1
    )
    return Published(
        title="创业项目评审", pack="0" * 64, seed=SEED, method=METHOD,
        projects=tuple(Project(one, "auto" if int(one) % 2 else "health") for one in names),
        experts=tuple(Expert(one, 20, 1) for one in people),
        pairs=pairs, assignment=(), sheets=(), ranking=(), order=(), conflicts={"employer": 3},
    )  # fmt: skip


def next_round(panel: Published) -> Published:
    """The panel with what its next round assigns."""
    number = max((one.round for one in panel.assignment), default=0) + 1
    problem = problem_of_round(panel, number, panel.assignment)
    given = [Given(number, *pair) for pair in assign(problem, seed_of_round(panel.seed, number))]
    return replace(panel, assignment=(*panel.assignment, *given))


def conflict(panel: Published, project: str, expert: str) -> Published:
    """The panel when a conflict comes up after its last round."""
    number = max(one.round for one in panel.assignment) + 1
    pairs = [
        replace_closed(one, number) if (one.project, one.expert) == (project, expert) else one
        for one in panel.pairs
    ]
    return replace(panel, pairs=tuple(pairs))


def replace_closed(pair: Pairing, number: int) -> Pairing:
    return pair._replace(closed=number)


def scored(panel: Published) -> Published:
    """All sheets in, ranked, and the defence of the first ten drawn."""
    chance = random.Random(11)  # noqa: S311 (a test's)
    closed = {(one.project, one.expert) for one in panel.pairs if one.closed}
    left = {one.name for one in panel.projects if one.left}
    sheets = tuple(
        sheet(one.project, one.expert, chance.randint(20, 60), chance.randint(10, 40))
        for one in panel.assignment
        if (one.project, one.expert) not in closed and one.project not in left
    )
    ranking = tuple(results(panel.method, sheets, panel.seed))
    invited = [one.project for one in ranking[:10]]
    order = tuple(drawn(panel.seed, "defence", invited))
    return replace(panel, sheets=sheets, ranking=ranking, order=order)
