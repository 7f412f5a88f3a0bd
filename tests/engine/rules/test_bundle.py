"""Stories of stacking with amounts by hand: 就高不重复, 互斥, 抵扣, 补差, 封顶."""

import pytest

from tests.engine.rules.make_bundle import (
    ceiling,
    entitled,
    known,
    programme,
    rule,
    rule_set,
    yuan,
)
from yingcai.engine.rules.bundle import (
    Bundle,
    Claim,
    Interval,
    LeftOut,
    Line,
    Open,
    Relations,
    best_bundle,
    claims_of,
)
from yingcai.engine.rules.model import RuleSet, Stacking
from yingcai.engine.rules.nodes import DATE, MONEY, Const, Fact, Param
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.types import Known

FREE = Stacking()


def solve(rules: RuleSet, claims: dict[str, Claim], facts: dict[str, Known]) -> Bundle:
    return best_bundle(Relations(rules.programmes), claims, facts)


def paid(bundle: Bundle) -> dict[str, int]:
    """What each programme is paid, in fen; the amounts must be certain."""
    assert all(one.payable.low == one.payable.high for one in bundle.payments)
    assert bundle.payable == (bundle.total, bundle.total)
    return {one.programme: one.payable.low for one in bundle.payments}


def sure(amount: int) -> Interval:
    return Interval(yuan(amount), yuan(amount))


def between(low: int, high: int) -> Interval:
    return Interval(yuan(low), yuan(high))


def test_unrelated_programmes_are_all_paid() -> None:
    rules = rule_set({"settling": FREE, "award": FREE})

    bundle = solve(rules, entitled(settling=50_000, award=20_000), known(rules))

    assert paid(bundle) == {"settling": yuan(50_000), "award": yuan(20_000)}
    assert (bundle.left_out, bundle.open, bundle.asks) == ((), (), ())
    assert bundle.payments[0].lines == (Line("gross", sure(50_000), sure(50_000), "settling#1"),)


HOUSING = {"voucher": Stacking(deducts=("rent-allowance",)), "rent-allowance": FREE}


def test_rent_already_received_is_deducted_from_the_voucher() -> None:
    rules = rule_set(HOUSING)

    bundle = solve(rules, entitled(voucher=600_000), known(rules, {"rent-allowance": 24_000}))

    assert paid(bundle) == {"voucher": yuan(576_000)}
    assert bundle.payments[0].lines[1:] == (
        Line("received", sure(24_000), sure(576_000), "voucher#1", "rent-allowance"),
    )


def test_rent_that_the_voucher_would_swallow_is_not_worth_an_application() -> None:
    rules = rule_set(HOUSING)

    bundle = solve(rules, entitled(voucher=600_000, rent_allowance=12_000), known(rules))

    assert paid(bundle) == {"voucher": yuan(600_000)}
    assert bundle.left_out == (
        LeftOut("rent-allowance", "no_gain", ("voucher",), ("voucher#1",), loss=0),
    )


def test_what_two_programmes_deduct_would_lower_the_total() -> None:
    rules = rule_set({**HOUSING, "loan-interest": Stacking(deducts=("rent-allowance",))})
    claims = entitled(voucher=600_000, rent_allowance=12_000, loan_interest=30_000)

    bundle = solve(rules, claims, known(rules))

    assert paid(bundle) == {"voucher": yuan(600_000), "loan-interest": yuan(30_000)}
    assert bundle.left_out == (
        LeftOut(
            "rent-allowance",
            "no_gain",
            ("loan-interest", "voucher"),
            ("loan-interest#1", "voucher#1"),
            loss=yuan(12_000),
        ),
    )


def test_what_is_paid_now_is_settled_before_it_is_deducted() -> None:
    rules = rule_set(
        {**HOUSING, "rent-allowance": Stacking(ceilings=(ceiling("rent-allowance", 9_000),))}
    )
    claims = entitled(voucher=6_000, rent_allowance=12_000)

    bundle = solve(rules, claims, known(rules))

    assert paid(bundle) == {"rent-allowance": yuan(9_000)}
    assert bundle.left_out == (LeftOut("voucher", "covered", ("rent-allowance",), ("voucher#1",)),)


def test_a_capped_programme_is_worth_what_it_deducts() -> None:
    capped = Stacking(deducts=("rent-allowance",), ceilings=(ceiling("voucher", 80),))
    rules = rule_set({"voucher": capped, "rent-allowance": FREE})

    bundle = solve(rules, entitled(voucher=100, rent_allowance=30), known(rules))

    assert paid(bundle) == {"rent-allowance": yuan(30), "voucher": yuan(70)}
    assert bundle.payments[1].lines == (
        Line("gross", sure(100), sure(100), "voucher#1"),
        Line("paid", sure(30), sure(70), "voucher#1", "rent-allowance"),
    )


def test_an_uncertain_payment_is_deducted_as_an_interval() -> None:
    capped = Stacking(deducts=("rent-allowance",), ceilings=(ceiling("voucher", 80),))
    limit = ceiling("rent-allowance", 50, per="household")
    rules = rule_set({"voucher": capped, "rent-allowance": Stacking(ceilings=(limit,))})
    facts = {**known(rules), limit.fact: None}

    bundle = solve(rules, entitled(voucher=100, rent_allowance=30), facts)

    assert {one.programme: one.payable for one in bundle.payments} == {
        "rent-allowance": between(0, 30),
        "voucher": between(70, 80),
    }
    assert (bundle.total, bundle.payable) == (yuan(100), between(70, 110))


def test_only_the_highest_of_a_group_is_paid() -> None:
    rules = rule_set({"flat": Stacking(highest_of="home"), "house": Stacking(highest_of="home")})

    bundle = solve(rules, entitled(flat=80_000, house=100_000), known(rules))

    assert paid(bundle) == {"house": yuan(100_000)}
    assert bundle.left_out == (
        LeftOut("flat", "highest", ("house",), ("flat#1",), loss=yuan(20_000)),
    )


def test_an_upgrade_inside_a_group_pays_the_difference() -> None:
    rules = rule_set({"flat": Stacking(highest_of="home"), "house": Stacking(highest_of="home")})
    facts = known(rules, {"flat": 80_000})

    bundle = solve(rules, entitled(flat=80_000, house=100_000), facts)

    # The flat was paid before; a second one is not topped up and would pay 80,000 again.
    assert paid(bundle) == {"flat": yuan(80_000)}
    assert bundle.left_out[0].kind == "highest"

    bundle = solve(rules, entitled(house=100_000), facts)
    assert paid(bundle) == {"house": yuan(20_000)}
    assert bundle.payments[0].lines[1] == Line(
        "received", sure(80_000), sure(20_000), "house#1", "flat"
    )


def test_an_upgrade_of_one_programme_pays_the_difference_and_never_less_than_nothing() -> None:
    rules = rule_set({"settling": Stacking(top_up=True)})

    up = solve(rules, entitled(settling=500_000), known(rules, {"settling": 300_000}))
    down = solve(rules, entitled(settling=200_000), known(rules, {"settling": 300_000}))

    assert paid(up) == {"settling": yuan(200_000)}
    assert paid(down) == {}
    assert down.left_out == (LeftOut("settling", "received", ("settling",), ("settling#1",)),)


def test_what_is_subtracted_for_two_reasons_is_subtracted_once() -> None:
    both = Stacking(highest_of="home", deducts=("flat",))
    rules = rule_set({"flat": Stacking(highest_of="home"), "house": both})

    bundle = solve(rules, entitled(house=100_000), known(rules, {"flat": 80_000}))

    assert paid(bundle) == {"house": yuan(20_000)}


def test_a_firm_near_its_ceiling_gets_the_rest() -> None:
    rules = rule_set({"agency-fee": Stacking(ceilings=(ceiling("agency-fee", 300_000),))})

    bundle = solve(rules, entitled(agency_fee=80_000), known(rules, agency_fee_firm=250_000))

    assert paid(bundle) == {"agency-fee": yuan(50_000)}
    line = bundle.payments[0].lines[1]
    assert (line.kind, line.amount, line.left) == ("ceiling", sure(50_000), sure(50_000))
    assert (line.source, line.ceiling) == (
        "agency-fee#ceiling",
        rules.programmes["agency-fee"].stacking.ceilings[0],
    )


def test_a_firm_over_its_ceiling_gets_nothing() -> None:
    rules = rule_set({"agency-fee": Stacking(ceilings=(ceiling("agency-fee", 300_000),))})

    bundle = solve(rules, entitled(agency_fee=80_000), known(rules, agency_fee_firm=310_000))

    assert paid(bundle) == {}
    (left,) = bundle.left_out
    assert (left.kind, left.by, left.sources) == ("ceiling", (), ("agency-fee#ceiling",))
    assert left.ceiling == rules.programmes["agency-fee"].stacking.ceilings[0]


def test_a_shared_ceiling_goes_to_the_larger_first_whoever_writes_it() -> None:
    shared = ceiling("small", 100, group=("small", "large", "middle"))
    rules = rule_set({"small": Stacking(ceilings=(shared,)), "large": FREE, "middle": FREE})

    bundle = solve(rules, entitled(small=20, middle=50, large=70), known(rules))

    assert paid(bundle) == {"large": yuan(70), "middle": yuan(30)}
    (left,) = bundle.left_out
    assert (left.programme, left.kind, left.by) == ("small", "ceiling", ("large", "middle"))


def test_a_programme_named_twice_uses_its_ceiling_once() -> None:
    limit = ceiling("a", 100, group=("a", "a", "b"))
    rules = rule_set({"a": Stacking(ceilings=(limit,)), "b": FREE})

    assert solve(rules, entitled(a=60, b=30), known(rules)).total == yuan(90)


def test_a_ceiling_pro_rata_pays_the_share_of_the_group() -> None:
    limit = ceiling("agency-fee", 300_000, share="pro_rata")
    rules = rule_set({"agency-fee": Stacking(ceilings=(limit,))})

    over = solve(rules, entitled(agency_fee=100_000), known(rules, agency_fee_firm=700_000))
    under = solve(rules, entitled(agency_fee=100_000), known(rules, agency_fee_firm=200_000))

    assert paid(over) == {"agency-fee": 42_857_14}  # 100,000 × 300,000 ÷ 700,000, down to the fen
    assert paid(under) == {"agency-fee": yuan(100_000)}


def test_an_exclusion_chain_pays_both_ends() -> None:
    rules = rule_set({"a": Stacking(excludes=("b",)), "b": FREE, "c": Stacking(excludes=("b",))})

    bundle = solve(rules, entitled(a=60, b=100, c=60), known(rules))

    assert paid(bundle) == {"a": yuan(60), "c": yuan(60)}
    assert bundle.left_out == (LeftOut("b", "excluded", ("a", "c"), ("a#1", "c#1"), loss=yuan(20)),)


def test_an_exclusion_chain_pays_the_middle_when_it_is_worth_more() -> None:
    rules = rule_set({"a": Stacking(excludes=("b",)), "b": FREE, "c": Stacking(excludes=("b",))})

    bundle = solve(rules, entitled(a=60, b=130, c=60), known(rules))

    assert paid(bundle) == {"b": yuan(130)}
    assert [(one.programme, one.kind, one.by, one.loss) for one in bundle.left_out] == [
        ("a", "excluded", ("b",), yuan(10)),
        ("c", "excluded", ("b",), yuan(10)),
    ]


def test_equal_totals_take_fewer_programmes_then_the_alphabet() -> None:
    rules = rule_set({"a": Stacking(excludes=("c",)), "b": Stacking(excludes=("c",)), "c": FREE})
    twins = rule_set({"x": Stacking(excludes=("y",)), "y": FREE})

    assert paid(solve(rules, entitled(a=40, b=60, c=100), known(rules))) == {"c": yuan(100)}
    bundle = solve(twins, entitled(y=70, x=70), known(twins))
    assert paid(bundle) == {"x": yuan(70)}
    assert bundle.left_out[0].loss == 0


def test_the_alphabet_decides_among_bundles_of_one_size_wherever_the_larger_amount_is() -> None:
    rules = rule_set(
        {
            "z": Stacking(excludes=("y", "a")),
            "b": Stacking(excludes=("y", "a")),
            "y": FREE,
            "a": FREE,
        }
    )

    bundle = solve(rules, entitled(z=70, b=30, y=60, a=40), known(rules))

    assert paid(bundle) == {"y": yuan(60), "a": yuan(40)}


def test_a_pair_may_be_worth_more_than_its_larger_member_alone() -> None:
    capped = Stacking(deducts=("rent",), ceilings=(ceiling("voucher", 30),))
    rules = rule_set(
        {"voucher": capped, "rent": FREE, "house": Stacking(excludes=("voucher", "rent"))}
    )

    bundle = solve(rules, entitled(house=90, rent=80, voucher=100), known(rules))

    assert paid(bundle) == {"rent": yuan(80), "voucher": yuan(20)}


def test_what_was_received_under_an_excluded_programme_blocks_from_either_side() -> None:
    rules = rule_set({"a": Stacking(excludes=("b",)), "b": FREE})

    for received, blocked in (("a", "b"), ("b", "a")):
        bundle = solve(
            rules, {blocked: Claim("yes", 100)}, {**known(rules), f"received.{received}": 1}
        )
        assert bundle.left_out == (LeftOut(blocked, "blocked", (received,), ("a#1",)),)


def test_those_that_are_not_contenders_are_named_with_their_reason() -> None:
    names = ("no", "title", "zero", "waiting", "judged", "vague")
    rules = rule_set(dict.fromkeys(names, FREE), moneyless=("title",))
    claims = {
        "no": Claim("no", 0),
        "title": Claim("yes", None, money=False),
        "zero": Claim("yes", 0),
        "waiting": Claim("unknown", yuan(30)),
        "judged": Claim("person", None),
        "vague": Claim("yes", None),
    }

    bundle = solve(rules, claims, known(rules))

    assert bundle.left_out == (
        LeftOut("no", "not_entitled", sources=("no#1",)),
        LeftOut("title", "no_money", sources=("title#1",)),
        LeftOut("zero", "zero", sources=("zero#1",)),
    )
    assert bundle.open == (
        Open("judged", "person", None),
        Open("vague", "amount", None),
        Open("waiting", "facts", yuan(30)),
    )
    assert (bundle.payments, bundle.total) == ((), 0)


def test_an_open_programme_adds_only_what_the_others_leave() -> None:
    rules = rule_set({"a": FREE, "b": Stacking(excludes=("a",)), "c": Stacking(top_up=True)})
    claims = {
        "a": Claim("yes", yuan(70)),
        "b": Claim("person", yuan(100)),
        "c": Claim("person", yuan(10)),
    }

    bundle = solve(rules, claims, known(rules, {"c": 10}))

    assert bundle.open == (Open("b", "person", yuan(30)), Open("c", "person", 0))
    assert paid(bundle) == {"a": yuan(70)}


def test_an_unknown_ceiling_fact_gives_an_interval_and_asks() -> None:
    limit = ceiling("agency-fee", 300_000)
    rules = rule_set({"agency-fee": Stacking(ceilings=(limit,)), "award": FREE})

    bundle = solve(rules, entitled(agency_fee=400_000, award=10), {})

    assert [one.payable for one in bundle.payments] == [between(0, 300_000), sure(10)]
    assert (bundle.total, bundle.payable) == (yuan(300_010), between(10, 300_010))
    assert bundle.asks == ("ceiling.agency_fee_firm",)


def test_what_a_shared_ceiling_leaves_is_uncertain_when_the_first_payment_is() -> None:
    shared = ceiling("large", 100, group=("large", "middle"))
    rules = rule_set({"large": Stacking(top_up=True, ceilings=(shared,)), "middle": FREE})
    facts = {**known(rules), "received.large": None}

    bundle = solve(rules, entitled(large=70, middle=50), facts)

    assert [one.payable for one in bundle.payments] == [between(0, 70), between(30, 50)]
    assert (bundle.total, bundle.payable) == (yuan(100), between(30, 120))


def test_a_ceiling_of_unknown_amount_limits_nothing_yet_and_promises_nothing() -> None:
    applied = Fact("case.applied_on", DATE)
    amount = Param("cap", MONEY, applied, ((1, yuan(50)),))
    limits = (ceiling("a", 70, group=("a", "b")), ceiling("b", amount))
    rules = rule_set({"a": Stacking(ceilings=limits[:1]), "b": Stacking(ceilings=limits[1:])})

    bundle = solve(rules, entitled(b=100), known(rules))

    assert [one.payable for one in bundle.payments] == [between(0, 70)]
    assert bundle.asks == ("case.applied_on",)
    assert solve(rules, entitled(b=100), {**known(rules), "case.applied_on": 2}).total == yuan(50)
    full = solve(rules, entitled(b=100), known(rules, a_firm=70))
    assert full.left_out[0].ceiling == limits[0]


def test_unknown_past_payments_are_taken_off_the_lower_end() -> None:
    rules = rule_set(
        {"a": Stacking(deducts=("b",)), "b": FREE, "c": Stacking(excludes=("b",)), "d": FREE}
    )

    bundle = solve(rules, entitled(a=100, c=40, d=1), {})

    assert {one.programme: one.payable for one in bundle.payments} == {
        "a": between(0, 100),
        "c": between(0, 40),
        "d": sure(1),
    }
    assert {line.kind for one in bundle.payments for line in one.lines} == {
        "gross",
        "received",
        "blocked",
    }
    assert (bundle.asks, bundle.payable) == (("received.b",), between(1, 141))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("no", 0), ("yes", 70)], Claim("yes", 70)),
        ([("no", 0), ("no", 0)], Claim("no", 0)),
        ([("no", 0), ("person", None)], Claim("person", 900)),
        ([("unknown", None), ("person", None)], Claim("unknown", 900)),
        ([("unknown", None), ("no", 0)], Claim("unknown", 500)),
    ],
)
def test_versions_make_one_claim(said: list[tuple[str, int | None]], expected: Claim) -> None:
    rules = versions(Const(500, MONEY), Const(900, MONEY))
    outcomes = [RuleOutcome(outcome, amount, None) for outcome, amount in said]  # type: ignore[arg-type]  # test data

    assert claims_of(rules, outcomes, {}) == {"grant": expected}


def test_the_amount_of_an_open_programme_may_be_unknown_or_missing() -> None:
    person = RuleOutcome("person", None, None)

    vague = versions(Const(500, MONEY), Fact("firm.fee", MONEY))
    assert claims_of(vague, [person, person], {}) == {"grant": Claim("person", None)}
    title = versions(None, None)
    assert claims_of(title, [person, person], {}) == {"grant": Claim("person", 0, money=False)}


def versions(*amounts: Const | Fact | None) -> RuleSet:
    rules = tuple(rule(n, "grant", one, version=str(n)) for n, one in enumerate(amounts))
    return RuleSet({}, {"grant": programme("grant", FREE, rules=(0, 1))}, rules)
