"""Printed names become ids only when the pack says so."""

import pytest

from tests.engine.reading.plans import BRACKETED
from yingcai.engine.reading import UnitNames, read_plan

NAMES = UnitNames(
    {
        "市建设局（规划局）": "housing",
        "市规划局": "planning",
        "市人社局": "labour",
        "市人力社保局": "labour",
        "各县（市、区）": "counties",
        "市科技局": "science",
    }
)


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        ("市人社局", "labour"),
        ("市 人社局", "labour"),
        ("市建设局(规划局)", "housing"),
        ("市规划局＜建设局＞", "planning"),
        ("各县市区", "counties"),
        ("各县(市、区)", "counties"),
        ("市人社", None),
        ("区人社局", None),
        ("市人社局和财政局", None),
    ],
)
def test_resolve(printed: str, unit: str | None) -> None:
    assert NAMES.resolve(printed) == unit


def test_two_names_that_mean_different_units_are_not_guessed() -> None:
    names = UnitNames({"甲局": "a", "乙局": "b"})

    assert names.resolve("甲局<乙局>") is None


def test_from_the_units_of_a_pack() -> None:
    names = UnitNames.from_units(
        [
            {
                "id": "labour",
                "name": "市人社局",
                "full_name": "人力资源局",
                "aliases": ["市人力社保局"],
            }
        ]
    )

    assert [names.resolve(n) for n in ("市人社局", "人力资源局", "市人力社保局")] == ["labour"] * 3


def test_unknown_names_are_kept_and_reported_once() -> None:
    reading = read_plan(BRACKETED, units=UnitNames({"市委组织部": "org"}))

    assert [[u.unit for u in m.units] for m in reading.measures[1:]] == [["org", None], [None]]
    assert [p.text for p in reading.problems] == ["单位名录里没有“市科技局”，出现 2 次"]
