"""The generator reaches what it promises: a comparison of trees that never differ would show nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from tests.engine.rules.back_ends import oracle
from tests.engine.rules.random_nodes import kinds, rule_set, seeded, subjects, tops
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import evaluate
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.tables import matches
from yingcai.engine.rules.types import LIMIT, Known

SETS = [
    (rules, subjects(random, rules, 50))
    for random in map(seeded, range(40))
    for rules in [rule_set(random)]
]


def standing_alone(rules: RuleSet) -> Iterator[n.Node]:
    for rule in rules.rules:
        for top in tops(rule):
            yield from n.walk(n.inlined(top, rule.step_values))


def test_every_kind_of_node_comes_often() -> None:
    found = Counter(kind for rules, _ in SETS for kind in kinds(rules))
    assert min(found[kind] for kind in n.KINDS) >= 10


def test_every_outcome_is_reached_with_known_and_unknown_amounts_and_results() -> None:
    found = [one for rules, people in SETS for row in oracle(rules, people) for one in row]
    assert min(Counter(one.outcome for one in found).values()) > 100
    yes = Counter((one.amount is None, one.result is None) for one in found if one.outcome == "yes")
    assert len(yes) == 4
    assert min(yes.values()) > 20


def test_many_pairs_of_days_tell_the_two_ways_to_count_months_apart() -> None:
    apart = sum(
        evaluate(node, one) != evaluate(replace(node, month_end=not node.month_end), one)
        for rules, people in SETS
        for node in standing_alone(rules)
        if isinstance(node, n.Months)
        for one in people
    )
    assert apart > 20


def test_values_come_to_the_limit_and_never_beyond() -> None:
    steps = [
        value
        for rules, people in SETS
        for row in oracle(rules, people)
        for one in row
        for value in (one.amount, *one.steps)
        if value is not None
    ]
    assert max(map(abs, steps)) == LIMIT
    assert steps.count(-LIMIT) > 0


def test_no_two_rows_of_a_table_match_one_subject() -> None:
    def found(node: n.Lookup | n.Covered, known: list[Known]) -> int:
        return sum(all(map(matches, row.cells, known)) for row in node.table.rows)  # type: ignore[arg-type]  # none is None

    counts: Counter[int] = Counter()
    for rules, people in SETS:
        for node in standing_alone(rules):
            if isinstance(node, n.Lookup | n.Covered):
                for one in islice(people, 20):
                    known = [evaluate(key, one) for key in node.keys]
                    counts.update([] if None in known else [found(node, known)])
    assert set(counts) == {0, 1}
    assert min(counts.values()) > 500
