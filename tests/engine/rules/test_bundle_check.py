"""The linter of stacking: what is refused, with its words."""

from itertools import pairwise

from tests.engine.rules.make_bundle import ceiling, known, rule_set
from yingcai.engine.rules.bundle import MANY, Fault, Relations, check, received_fact
from yingcai.engine.rules.model import Stacking

FREE = Stacking()


def texts(stacking: dict[str, Stacking], *, moneyless: tuple[str, ...] = ()) -> list[str]:
    found = check(rule_set(stacking, moneyless=moneyless))
    return [f"{one.programme} {one.text}" for one in found]


def test_sound_stacking_has_no_faults() -> None:
    stacking = {
        "voucher": Stacking(highest_of="home", deducts=("rent",), top_up=True),
        "flat": Stacking(highest_of="home", ceilings=(ceiling("flat", 9, group=("flat", "rent")),)),
        "rent": Stacking(excludes=("dormitory",)),
        "dormitory": FREE,
        "title": FREE,
    }
    assert texts(stacking, moneyless=("title",)) == []


def test_names_that_are_not_there() -> None:
    group = (ceiling("a", 9, group=("a", "lost")),)
    stacking = {"a": Stacking(excludes=("gone",), deducts=("away",), ceilings=group)}
    assert texts(stacking) == [
        "a excludes gone, which is no programme",
        "a deducts away, which is no programme",
        "a shares a ceiling with lost, which is no programme",
    ]


def test_programmes_without_money_take_no_part() -> None:
    stacking = {"a": Stacking(excludes=("title",)), "title": Stacking(deducts=("a",))}
    assert texts(stacking, moneyless=("title",)) == [
        "a excludes title, which pays no money",
        "title has stacking but no amount; remove the stacking",
        "a excludes title, but one deducts the other; say one of both",
    ]


def test_a_programme_that_names_itself() -> None:
    assert texts({"a": Stacking(excludes=("a",))}) == ["a excludes itself; remove that"]
    assert texts({"a": Stacking(deducts=("a",))}) == [
        "a deducts itself; for earlier payments under it say top_up"
    ]


def test_exclusions_that_contradict() -> None:
    assert texts({"a": Stacking(excludes=("b",), deducts=("b",)), "b": FREE}) == [
        "a excludes b, but one deducts the other; say one of both"
    ]
    assert texts({"a": Stacking(excludes=("b",)), "b": Stacking(deducts=("a",))}) == [
        "a excludes b, but one deducts the other; say one of both"
    ]
    group = {"a": Stacking(highest_of="g", excludes=("b",)), "b": Stacking(highest_of="g")}
    assert texts(group) == ["a excludes b of its own group g; say one of both"]


def test_a_group_of_one() -> None:
    assert texts({"a": Stacking(highest_of="hosing"), "b": FREE}) == [
        "a is alone in the group hosing; name it in another or remove it"
    ]


def test_deductions_in_a_ring_are_told_once_each() -> None:
    stacking = {
        "a": Stacking(deducts=("b",)),
        "b": Stacking(deducts=("c",)),
        "c": Stacking(deducts=("a",)),
        "d": Stacking(deducts=("a", "e")),
        "e": Stacking(deducts=("d",)),
    }
    assert texts(stacking) == [
        "a is in a ring of deductions: a, b, c; remove one",
        "d is in a ring of deductions: d, e; remove one",
    ]


def test_ceilings_that_miss_their_programme_or_share_a_fact() -> None:
    stray = (ceiling("a", 9, group=("b",)),)
    assert texts({"a": Stacking(ceilings=stray), "b": FREE}) == [
        "a has a ceiling per firm whose group leaves it out; name it in the group"
    ]
    twice = (ceiling("a", 9), ceiling("a", 4, within="year"), ceiling("a", 5, per="person"))
    assert texts({"a": Stacking(ceilings=twice)}) == [
        "a has two ceilings per firm; one fact counts for both"
    ]


def test_too_many_programmes_that_hang_together() -> None:
    names = [f"p{number:02}" for number in range(MANY + 1)]
    chain = {name: Stacking(deducts=(before,)) for before, name in pairwise(names)}
    found = check(rule_set({names[0]: FREE, **chain, "apart": FREE}))

    assert found == [
        Fault(
            "p00",
            "the stacking of 25 programmes hangs together, 24 are the most: " + ", ".join(names),
        )
    ]
    assert check(rule_set({names[0]: FREE, **dict(list(chain.items())[:-1])})) == []


def test_the_facts_that_bundles_read() -> None:
    stacking = {
        "a": Stacking(excludes=("b",)),
        "b": FREE,
        "c-1": Stacking(highest_of="g"),
        "c-2": Stacking(highest_of="g"),
        "d": Stacking(top_up=True),
        "e": Stacking(deducts=("f",)),
        "f": FREE,
        "g": FREE,
    }
    rules = rule_set(stacking)
    names = Relations(rules.programmes).received_names()

    assert names == {"a", "b", "c-1", "c-2", "d", "f"}
    assert {received_fact(name) for name in names} <= set(known(rules))
    assert received_fact("c-1") == "received.c_1"
