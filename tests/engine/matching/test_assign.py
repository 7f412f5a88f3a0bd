"""Assignment: every project has its sheets, no conflict is crossed, and what cannot be is told in words."""

import random
from collections import Counter
from itertools import combinations

import pytest

from yingcai.engine.matching import assign as module
from yingcai.engine.matching.assign import MISFIT, Blocked, Pair, assign
from yingcai.engine.matching.shortfall import Problem, Shortfall, shortfall_words, shortfalls

PANELS = 10_000


def small(chance: random.Random) -> Problem:
    """A panel of up to four projects and five experts, with conflicts in some of its pairs."""
    projects = [str(n) for n in range(1, chance.randint(2, 5))]
    experts = [f"E{n}" for n in range(1, chance.randint(3, 6))]
    return Problem(
        needs={one: chance.randint(1, 2) for one in projects},
        limits={one: chance.randint(0, 4) for one in experts},
        pairs={
            (one, expert): chance.random() < 0.5
            for one in projects
            for expert in experts
            if chance.random() > 0.2
        },
        loads={experts[0]: chance.randint(0, 2)},
    )


def feasible(problem: Problem) -> bool:
    """Whether sheets can be given at all, by trying: project after project, every choice of experts."""

    def rest(projects: list[str], room: Counter[str]) -> bool:
        if not projects:
            return True
        open_to = [e for p, e in problem.pairs if p == projects[0] and room[e] > 0]
        return any(
            rest(projects[1:], room - Counter(choice))
            for choice in combinations(open_to, problem.needs[projects[0]])
        )

    return rest([*problem.needs], Counter(problem.limits))


def cost(problem: Problem, pairs: list[Pair]) -> int:
    loads = Counter(expert for _, expert in pairs)
    misfits = sum(not problem.pairs[pair] for pair in pairs)
    steps = sum(
        problem.loads.get(expert, 0) + n for expert, many in loads.items() for n in range(many)
    )
    return MISFIT * misfits + steps


def test_no_assignment_of_ten_thousand_panels_crosses_a_conflict() -> None:
    chance = random.Random(27)  # noqa: S311 (a test's)
    assigned = blocked = 0
    for number in range(PANELS):
        problem = small(chance)
        if shortfalls(problem):
            blocked += 1
            with pytest.raises(Blocked):
                assign(problem, str(number))
            assert not feasible(problem)
            continue
        pairs = assign(problem, str(number))
        assigned += 1
        assert {*pairs} <= {*problem.pairs}
        assert Counter(project for project, _ in pairs) == problem.needs
        loads = Counter(expert for _, expert in pairs)
        assert all(loads[expert] <= limit for expert, limit in problem.limits.items())
    assert (assigned > 3_000, blocked > 1_000) == (True, True)


def test_the_assignment_is_the_cheapest_there_is() -> None:
    chance = random.Random(3)  # noqa: S311 (a test's)
    for _time in range(60):
        problem = small(chance)
        if shortfalls(problem):
            continue
        many = sum(problem.needs.values())
        rivals = (
            cost(problem, [*choice])
            for choice in combinations(problem.pairs, many)
            if Counter(p for p, _ in choice) == problem.needs
            and all(n <= problem.limits[e] for e, n in Counter(e for _, e in choice).items())
        )
        assert cost(problem, assign(problem, "s")) == min(rivals)


def test_lots_decide_between_equals_and_the_seed_gives_them_again() -> None:
    projects, experts = [str(n) for n in range(1, 7)], [f"E{n}" for n in range(1, 5)]
    equal = Problem(
        needs=dict.fromkeys(projects, 2),
        limits=dict.fromkeys(experts, 6),
        pairs={(one, expert): True for one in projects for expert in experts},
    )
    first = assign(equal, "seed")
    assert first == assign(equal, "seed")
    assert first != assign(equal, "another")
    assert Counter(expert for _, expert in first) == dict.fromkeys(experts, 3)


def test_who_has_sheets_already_gets_fewer() -> None:
    problem = Problem(
        needs={"1": 1, "2": 1},
        limits={"E1": 5, "E2": 5},
        pairs={(p, e): True for p in "12" for e in ("E1", "E2")},
        loads={"E1": 4},
    )
    assert [expert for _, expert in assign(problem, "s")] == ["E2", "E2"]


def test_nothing_is_assigned_where_nothing_is_needed() -> None:
    assert assign(Problem({"1": 0}, {"E1": 1}, {("1", "E1"): True}), "s") == []


def test_everything_that_blocks_is_told_at_once() -> None:
    problem = Problem(
        needs={"1": 1, "2": 1, "7": 3},
        limits={"E1": 1, "E2": 1, "E3": 1},
        pairs={("7", "E2"): True, ("7", "E3"): True, ("1", "E1"): True, ("2", "E1"): True},
    )
    with pytest.raises(Blocked) as error:
        assign(problem, "s")
    assert [shortfall_words(one, "zh") for one in error.value.found] == [
        "第7号项目只有2位无冲突专家，需3位",
        "专家合计只能承担3份评分，需5份",
        "第1、2号项目合计需2份评分，能评这些项目的专家只能承担1份",
    ]
    assert [shortfall_words(one, "en") for one in error.value.found] == [
        "project 7 has 2 experts without a conflict and needs 3",
        "all experts together take 3 sheets, and 5 are needed",
        "projects 1, 2 need 2 sheets, and the experts who may judge them take 1",
    ]


def test_a_group_that_shares_too_few_experts_is_named_as_a_whole() -> None:
    problem = Problem(
        needs={"1": 1, "2": 2, "3": 1, "4": 1},
        limits={"E1": 1, "E2": 2, "E3": 9},
        pairs={
            ("1", "E1"): True, ("2", "E1"): True, ("2", "E2"): True, ("3", "E2"): True,
            ("4", "E3"): True, ("4", "E2"): True,
        },
    )  # fmt: skip
    assert shortfalls(problem) == [Shortfall("group", ("1", "2"), 2, 3)]


def test_sheets_are_moved_where_that_makes_room() -> None:
    problem = Problem(
        needs={"1": 1, "2": 1, "3": 1},
        limits={"E1": 1, "E2": 1, "E3": 1},
        pairs={
            ("1", "E1"): True, ("1", "E2"): True, ("2", "E1"): True, ("2", "E3"): True,
            ("3", "E1"): True,
        },
    )  # fmt: skip
    assert assign(problem, "s") == [("1", "E2"), ("2", "E3"), ("3", "E1")]


def test_an_answer_in_parts_of_a_sheet_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_whole", lambda values: False)
    with pytest.raises(ArithmeticError, match="parts of a sheet"):
        assign(Problem({"1": 1}, {"E1": 1}, {("1", "E1"): True}), "s")


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assign(Problem({"1": 1}, {"E1": 1}, {("1", "E1"): True}), "s")
    assert capfd.readouterr().out == ""
