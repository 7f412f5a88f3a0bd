"""Any stacking: the search finds what trying all subsets finds, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, combinations
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.engine.rules.make_bundle import ceiling, programme, rule
from yingcai.engine.rules.bundle import (
    Bundle,
    Claim,
    Interval,
    Relations,
    best_bundle,
    check,
)
from yingcai.engine.rules.model import Ceiling, Outcome, RuleSet, Stacking
from yingcai.engine.rules.nodes import MONEY, Const
from yingcai.engine.rules.types import Known

Claims = dict[str, Claim]
Facts = dict[str, Known]
LETTERS = "abcdefghij"
AMOUNTS = st.integers(0, 12) | st.sampled_from([100, 100, 250])


# -- trying all subsets: written from docs/stacking.md, slow and apart from the product -------------


def excluding(rules: RuleSet, one: str, other: str) -> bool:
    says = rules.programmes
    return other in says[one].stacking.excludes or one in says[other].stacking.excludes


def same_group(rules: RuleSet, one: str, other: str) -> bool:
    group = rules.programmes[one].stacking.highest_of
    return bool(group) and group == rules.programmes[other].stacking.highest_of


def lawful(rules: RuleSet, names: tuple[str, ...]) -> bool:
    return not any(
        excluding(rules, one, other) or same_group(rules, one, other)
        for one, other in combinations(names, 2)
    )


def stage(rules: RuleSet, name: str) -> int:
    deducts = rules.programmes[name].stacking.deducts
    return max((1 + stage(rules, one) for one in deducts), default=0)


def received(facts: Facts, name: str) -> int:
    return facts.get(f"received.{name}") or 0


def pay(rules: RuleSet, claims: Claims, facts: Facts, names: tuple[str, ...]) -> dict[str, int]:
    amounts = {name: claims[name].amount or 0 for name in names}
    paid: dict[str, int] = {}
    for name in sorted(names, key=lambda one: (stage(rules, one), -amounts[one], one)):
        stacking = rules.programmes[name].stacking
        rest = amounts[name]
        for other in rules.programmes:
            if (
                (other == name and stacking.top_up)
                or (other != name and same_group(rules, name, other))
                or other in stacking.deducts
            ):
                rest -= received(facts, other)
            if other in stacking.deducts:
                rest -= paid.get(other, 0)
            if other != name and excluding(rules, name, other) and received(facts, other) > 0:
                rest = 0
        rest = max(rest, 0)
        paid[name] = min([rest, *(allowed(one, facts, paid, rest) for one in over(rules, name))])
    return paid


def over(rules: RuleSet, name: str) -> list[Ceiling]:
    written = chain.from_iterable(one.stacking.ceilings for one in rules.programmes.values())
    return [one for one in written if name in one.group]


def allowed(limit: Ceiling, facts: Facts, paid: Mapping[str, int], claim: int) -> int:
    assert isinstance(limit.amount, Const)
    cap, fact = limit.amount.value, facts.get(limit.fact) or 0
    used = sum(amount for name, amount in paid.items() if name in limit.group)
    if limit.share == "by_date":
        return max(cap - fact - used, 0)
    total = max(fact, claim)
    share = claim if total <= cap else claim * cap // total
    return min(share, max(cap - used, 0))


def subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def by_trying(
    rules: RuleSet, claims: Claims, facts: Facts, *, paying: str = ""
) -> tuple[int, tuple[str, ...]]:
    """The best total and its programmes; with ``paying`` only bundles that pay that one."""
    yes = sorted(name for name, one in claims.items() if one.outcome == "yes" and one.amount)
    found = []
    for names in subsets(yes):
        if lawful(rules, names):
            paid = pay(rules, claims, facts, names)
            if not paying or paid.get(paying):
                found.append((-sum(paid.values()), len(names), names))
    total, _, best = min(found)
    return -total, best


# -- any rule set, claims and facts -----------------------------------------------------------------


@st.composite
def rule_sets(draw: DrawFn) -> RuleSet:
    """Up to ten programmes without faults, but for a group that only one of them names."""
    names = draw(st.permutations(LETTERS[: draw(st.integers(1, 10))]))
    groups = {name: draw(st.sampled_from(["", "", "", "g", "h"])) for name in names}
    pairs = (
        draw(st.lists(st.sampled_from(list(combinations(names, 2))), max_size=8))
        if names[1:]
        else []
    )
    excludes: dict[str, list[str]] = {name: [] for name in names}
    deducts: dict[str, list[str]] = {name: [] for name in names}
    for one, other in dict.fromkeys(pairs):
        deducting = draw(st.booleans())
        if deducting:
            deducts[other].append(one)
        elif not groups[one] or groups[one] != groups[other]:
            left, right = draw(st.permutations([one, other]))
            excludes[left].append(right)
    programmes = {}
    for number, name in enumerate(names):
        stacking = Stacking(
            highest_of=groups[name],
            excludes=tuple(excludes[name]),
            deducts=tuple(deducts[name]),
            top_up=draw(st.booleans()),
            ceilings=draw(ceilings(name, names)),
        )
        programmes[name] = programme(name, stacking, rules=(number,))
    one_each = tuple(rule(number, name, Const(1, MONEY)) for number, name in enumerate(names))
    return RuleSet({}, programmes, one_each)


@st.composite
def ceilings(draw: DrawFn, name: str, names: list[str]) -> tuple[Ceiling, ...]:
    if draw(st.integers(0, 2)):
        return ()
    group = draw(st.sets(st.sampled_from(names))) | {name}
    shares: list[Literal["by_date", "pro_rata"]] = ["by_date", "by_date", "pro_rata"]
    share = draw(st.sampled_from(shares))
    amount = Const(draw(AMOUNTS), MONEY)
    return (ceiling(name, amount, group=tuple(sorted(group)), share=share),)


@st.composite
def subjects(draw: DrawFn) -> tuple[RuleSet, Claims, Facts]:
    rules = draw(rule_sets())
    said: list[Outcome] = ["yes", "yes", "yes", "yes", "no", "unknown", "person"]
    outcomes = st.sampled_from(said)
    claims = {name: Claim(draw(outcomes), draw(AMOUNTS | st.none())) for name in rules.programmes}
    ids = [f"received.{name}" for name in rules.programmes]
    ids += [
        one.fact for name in rules.programmes for one in rules.programmes[name].stacking.ceilings
    ]
    past = st.sampled_from([0, 0, 0, 0, 0, None, None]) | st.integers(0, 12)
    return rules, claims, {name: draw(past) for name in ids}


def solve(rules: RuleSet, claims: Claims, facts: Facts) -> Bundle:
    return best_bundle(Relations(rules.programmes), claims, facts)


@given(subjects())
@settings(max_examples=60, deadline=None)
def test_the_bundle_is_the_best_of_all_subsets(subject: tuple[RuleSet, Claims, Facts]) -> None:
    rules, claims, facts = subject

    bundle = solve(rules, claims, facts)

    names = tuple(sorted(one.programme for one in bundle.payments))
    assert (bundle.total, names) == by_trying(rules, claims, facts)


@given(subjects())
@settings(max_examples=120, deadline=None)
def test_every_programme_has_a_place_and_every_loss_is_true(
    subject: tuple[RuleSet, Claims, Facts],
) -> None:
    rules, claims, facts = subject

    bundle = solve(rules, claims, facts)

    chosen = tuple(one.programme for one in bundle.payments)
    named = [
        *chosen,
        *(one.programme for one in bundle.left_out),
        *(one.programme for one in bundle.open),
    ]
    assert sorted(named) == sorted(claims)
    for one in bundle.left_out:
        assert one.sources
        assert set(one.by) <= set(rules.programmes)
        with_it = sum(pay(rules, claims, facts, (*chosen, one.programme)).values())
        if one.kind in ("excluded", "highest"):
            forced, _ = by_trying(rules, claims, facts, paying=one.programme)
            assert (one.loss, bool(one.by)) == (bundle.total - forced, True)
        elif one.kind == "no_gain":
            assert (one.loss, bool(one.by)) == (bundle.total - with_it, True)
        elif one.kind not in ("not_entitled", "zero"):
            assert (one.loss, with_it) == (None, bundle.total)


@given(subjects())
@settings(max_examples=80, deadline=None)
def test_what_an_open_programme_adds_is_what_a_yes_adds(
    subject: tuple[RuleSet, Claims, Facts],
) -> None:
    rules, claims, facts = subject

    for one in solve(rules, claims, facts).open:
        if claims[one.programme].amount is None:
            assert one.adds is None
        else:
            yes = claims[one.programme]._replace(outcome="yes")
            more = solve(rules, {**claims, one.programme: yes}, facts).total
            assert one.adds == more - solve(rules, claims, facts).total


@given(subjects(), st.data())
@settings(max_examples=150, deadline=None)
def test_intervals_hold_whatever_the_unknown_facts_are(
    subject: tuple[RuleSet, Claims, Facts], data: st.DataObject
) -> None:
    rules, claims, facts = subject
    bundle = solve(rules, claims, facts)
    asked = {name: data.draw(AMOUNTS, name) for name in bundle.asks}

    chosen = tuple(one.programme for one in bundle.payments)
    paid = pay(rules, claims, {**facts, **asked}, chosen)

    for one in bundle.payments:
        assert one.payable.low <= paid[one.programme] <= one.payable.high
        assert one.lines[-1].left == one.payable
    assert bundle.payable.low <= min(sum(paid.values()), bundle.total)
    assert bundle.payable.high >= max(sum(paid.values()), bundle.total)
    if not bundle.asks:
        assert bundle.payable == Interval(bundle.total, bundle.total)


@given(subjects(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_programmes_changes_nothing(
    subject: tuple[RuleSet, Claims, Facts], random: object
) -> None:
    rules, claims, facts = subject
    order = list(rules.programmes)
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    mixed = RuleSet({}, {name: rules.programmes[name] for name in order}, rules.rules)

    assert solve(mixed, dict(reversed(claims.items())), facts) == solve(rules, claims, facts)


@given(subjects(), AMOUNTS, st.data())
@settings(max_examples=120, deadline=None)
def test_one_more_entitlement_never_lowers_the_total(
    subject: tuple[RuleSet, Claims, Facts], amount: int, data: st.DataObject
) -> None:
    rules, claims, facts = subject
    name = data.draw(st.sampled_from(sorted(claims)))
    fewer = solve(rules, {**claims, name: Claim("no", 0)}, facts)
    more = solve(rules, {**claims, name: Claim("yes", amount)}, facts)

    assert more.total >= fewer.total


@given(subjects(), AMOUNTS, st.data())
@settings(max_examples=120, deadline=None)
def test_one_more_programme_in_the_pack_never_lowers_the_total(
    subject: tuple[RuleSet, Claims, Facts], amount: int, data: st.DataObject
) -> None:
    rules, claims, facts = subject
    names = st.sets(st.sampled_from(sorted(claims)), max_size=3)
    excludes = data.draw(names)
    new = Stacking(
        highest_of=data.draw(st.sampled_from(["", "g", "h"])),
        excludes=tuple(excludes),
        deducts=tuple(data.draw(names) - excludes),
        ceilings=(ceiling("new", Const(50, MONEY)),),
    )
    larger = RuleSet({}, {**rules.programmes, "new": programme("new", new)}, rules.rules)
    past: Facts = {**facts, "received.new": 0}

    more = solve(larger, {**claims, "new": Claim("yes", amount)}, past)
    assert more.total >= solve(rules, claims, facts).total


@given(rule_sets())
@settings(max_examples=60, deadline=None)
def test_the_rule_sets_of_this_file_have_no_faults(rules: RuleSet) -> None:
    assert [one for one in check(rules) if "is alone in the group" not in one.text] == []
