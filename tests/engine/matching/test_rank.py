"""Ranking: calibrated and trimmed as the method says, ties by its rule, and how firm each rank is."""

from dataclasses import replace
from decimal import Decimal

from tests.engine.matching.panels import ITEMS, METHOD, sheet
from yingcai.engine.matching.rank import calibrated, results, variants
from yingcai.engine.matching.sheets import Sheet, faults, method_of

PLAIN = replace(METHOD, method="mean", calibrate="none", places=0, passing=50, ties=())


def test_the_mean_of_the_sheets_is_the_score() -> None:
    sheets = [sheet("1", "A", 50), sheet("1", "B", 61 - 10), sheet("2", "A", 40, 20)]
    found = results(PLAIN, sheets, "s")
    assert [(one.rank, one.project, str(one.score), one.admitted) for one in found] == [
        (1, "2", "60.0000", True),
        (2, "1", "50.5000", True),
    ]


def test_the_trimmed_mean_leaves_out_the_highest_and_the_lowest() -> None:
    sheets = [
        sheet("1", expert, points)
        for expert, points in zip("ABCDE", (0, 50, 51, 53, 60), strict=True)
    ]
    trimmed = replace(PLAIN, method="trimmed-mean")
    assert str(results(trimmed, sheets, "s")[0].score) == "51.3333"
    assert str(results(trimmed, sheets[:2], "s")[0].score) == "25.0000"  # too few to trim


def test_experts_who_disagree_are_flagged() -> None:
    sheets = [sheet("1", "A", 60), sheet("1", "B", 35), sheet("2", "A", 60), sheet("2", "B", 36)]
    assert {one.project: (one.spread, one.disagree) for one in results(PLAIN, sheets, "s")} == {
        "2": (24, False),
        "1": (25, True),
    }


def test_calibration_brings_a_strict_and_a_mild_expert_to_one_scale() -> None:
    strict = [sheet(str(n), "A", points) for n, points in enumerate((10, 20, 30), 1)]
    mild = [sheet(str(n), "B", points) for n, points in enumerate((40, 50, 60), 1)]
    found = calibrated(replace(PLAIN, calibrate="z"), [*strict, *mild])
    assert found["1", "A"] == found["1", "B"]
    assert found["2", "A"] == found["2", "B"] == Decimal("35.0000")


def test_an_expert_with_few_sheets_keeps_his_points_and_one_who_gives_all_the_same_says_nothing() -> (
    None
):
    few = [sheet("1", "A", 10), sheet("2", "A", 60)]
    same = [sheet(str(n), "B", 30) for n in (1, 2, 3)]
    found = calibrated(replace(PLAIN, calibrate="z"), [*few, *same])
    assert (found["1", "A"], found["2", "A"]) == (Decimal(10), Decimal(60))
    assert {found[str(n), "B"] for n in (1, 2, 3)} == {Decimal("32.0000")}
    assert calibrated(replace(PLAIN, calibrate="z"), []) == {}


def test_a_tie_is_broken_by_the_items_of_the_rule_then_by_lot_or_shared() -> None:
    sheets = [sheet("1", "A", 30, 30), sheet("2", "A", 40, 20), sheet("3", "A", 40, 20)]
    by_item = results(replace(PLAIN, ties=("novelty",)), sheets, "s")
    assert [(one.rank, one.project) for one in by_item] == [(1, "2"), (1, "3"), (3, "1")]
    by_lot = results(replace(PLAIN, ties=("novelty", "draw")), sheets, "s")
    assert sorted(one.rank for one in by_lot) == [1, 2, 3]
    assert by_lot == results(replace(PLAIN, ties=("novelty", "draw")), sheets, "s")


def test_a_project_that_most_experts_veto_is_out_and_last() -> None:
    sheets = [
        sheet("1", "A", 60, fraud=1), sheet("1", "B", 60, fraud=1), sheet("1", "C", 60),
        sheet("2", "A", 50, fraud=1), sheet("2", "B", 50),
    ]  # fmt: skip
    found = results(PLAIN, sheets, "s")
    assert [(one.project, one.vetoed, one.admitted) for one in found] == [
        ("2", False, True),
        ("1", True, False),
    ]


def test_places_and_the_pass_mark_decide_who_is_admitted() -> None:
    sheets = [sheet(str(n), "A", points) for n, points in enumerate((60, 55, 52, 40), 1)]
    assert [one.admitted for one in results(replace(PLAIN, places=2), sheets, "s")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [one.admitted for one in results(PLAIN, sheets, "s")] == [True, True, True, False]


def test_the_interval_of_ranks_tells_what_hangs_on_one_expert() -> None:
    sheets = [
        sheet("1", "A", 60), sheet("1", "B", 40), sheet("1", "C", 40),
        sheet("2", "A", 20), sheet("2", "B", 45), sheet("2", "C", 45),
        sheet("3", "A", 10),
    ]  # fmt: skip
    found = {one.project: (one.rank, one.low, one.high) for one in results(PLAIN, sheets, "s")}
    assert found == {"1": (1, 1, 2), "2": (2, 1, 2), "3": (3, 3, 3)}
    changed = {one.name: dict(one.ranks) for one in variants(PLAIN, sheets, "s")}
    assert changed["A"] == {"1": 2, "2": 1}  # the third has no sheet left
    assert changed["trimmed-mean"] == {"2": 1, "1": 2, "3": 3}
    assert [one.name for one in variants(METHOD, sheets, "s")][-1] == "mean"


def test_a_sheet_lacks_no_item_and_has_no_more_points_than_there_are() -> None:
    given = {"novelty": 61, "team": -1, "chain": 5, "luck": 3}
    assert sorted(faults(METHOD, given)) == [
        ("fraud", "missing", 1),
        ("luck", "unknown", 0),
        ("novelty", "range", 60),
        ("team", "range", 40),
    ]
    assert [
        *faults(METHOD, Sheet("1", "A", {"novelty": 60, "team": 0, "chain": 5, "fraud": 1}).points)
    ] == []


def test_the_method_is_the_packs() -> None:
    words = {"zh": "项", "en": "item"}
    score = {
        "items": [
            {"id": "novelty", "words": words, "kind": "linear", "points": 60},
            {"id": "team", "words": words, "kind": "linear", "points": 40},
            {"id": "chain", "words": words, "kind": "bonus", "points": 2, "cap": 5},
            {"id": "fraud", "words": words, "kind": "veto"},
        ],
        "pass": 60,
        "panel": {"quorum": 3, "method": "trimmed-mean", "calibrate": "z", "spread": 25, "ties": ["novelty", "draw"]},
    }  # fmt: skip
    assert method_of(score, sheets=5, places=10) == METHOD
    assert METHOD.items == ITEMS
