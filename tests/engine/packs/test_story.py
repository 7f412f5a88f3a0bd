"""The fictional city's history: seeded, believable, and the same every time."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from yingcai.engine.packs.document import Problem
from yingcai.engine.packs.ledger import load_ledger
from yingcai.engine.packs.story import Series, load_story, tell

ROOT = Path(__file__).parents[3]
PACK = next((ROOT / "packs").iterdir())
MONTHS = [date(2018 + n // 12, n % 12 + 1, 1) for n in range(24)]


def series(**changes: object) -> Series:
    values: dict[str, object] = {
        "target": "1-1",
        "unit": "east",
        "goal": Decimal(240),
        "baseline": Decimal(0),
        "path": tuple((month, Decimal(10 * (n + 1))) for n, month in enumerate(MONTHS)),
        "word": "名",
        "whole": True,
        "restarts": False,
        "document": False,
    }
    return Series(**{**values, **changes})  # type: ignore[arg-type]  # test data by name


@pytest.fixture(scope="module")
def story() -> dict[str, object]:
    found, problems = load_story(PACK)
    assert problems == []
    assert found is not None
    return found


def test_the_same_story_is_told_twice(story: dict[str, object]) -> None:
    assert list(tell(story, [series()])) == list(tell(story, [series()]))


def test_another_target_does_not_change_the_history_of_the_first(story: dict[str, object]) -> None:
    alone = list(tell(story, [series()]))
    together = list(tell(story, [series(target="1-2"), series()]))
    assert [row for row in together if row.target == "1-1"] == alone


@pytest.mark.parametrize("unit", ["east", "west", "north", "south"])
def test_a_count_never_falls_and_comes_in_whole_pieces(story: dict[str, object], unit: str) -> None:
    values = [row.value for row in tell(story, [series(unit=unit)])]
    assert values == sorted(values)
    assert all(value == int(value) for value in values)


def test_a_document_is_issued_once_and_stays_issued(story: dict[str, object]) -> None:
    path = tuple((month, Decimal(0)) for month in MONTHS)
    rows = list(tell(story, [series(document=True, goal=Decimal(1), path=path, word="份")]))
    values = [row.value for row in rows]
    assert values == sorted(values)
    assert set(values) == {Decimal(0), Decimal(1)}


def test_a_yearly_count_begins_anew_in_january(story: dict[str, object]) -> None:
    path = tuple((month, Decimal(10 * month.month)) for month in MONTHS)
    rows = {row.month: row.value for row in tell(story, [series(restarts=True, path=path)])}
    assert rows[date(2018, 12, 1)] > rows[date(2019, 1, 1)]


def test_what_lags_says_why_and_what_does_not_needs_no_reason(story: dict[str, object]) -> None:
    rows = [row for n in range(40) for row in tell(story, [series(unit=f"u{n}")])]
    behind = [row for row in rows if row.reason]
    assert behind
    assert len(behind) < len(rows)
    assert all(row.reason in story["reasons"] for row in behind)  # type: ignore[operator]  # a list


def test_large_amounts_are_written_as_people_write_them(story: dict[str, object]) -> None:
    path = tuple((month, Decimal(50_000_000) * (n + 1)) for n, month in enumerate(MONTHS))
    money = series(goal=Decimal(1_200_000_000), path=path, word="元", whole=False)
    told = "".join(row.narrative for row in tell(story, [money]))
    assert "亿元" in told
    assert "00000元" not in told


def test_a_story_with_faults_names_them_all(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    text = (PACK / "demo/story.yaml").read_text("utf-8")
    broken = text.replace("seed: 2018", "seed: spring").replace("orders: 6", "order: 6")
    (tmp_path / "demo/story.yaml").write_text(broken, "utf-8")
    found, problems = load_story(tmp_path)
    assert found is None
    assert {problem.text.split(";")[0] for problem in problems} == {
        "`seed` must be a whole number from 0",
        "the file lacks `orders`",
        "`order` is not a known key",
    }


def test_a_pack_without_story_or_ledger_says_which_file_to_add(tmp_path: Path) -> None:
    missing = "the file is missing or cannot be read; add it to the pack"

    assert load_story(tmp_path) == (None, [Problem("demo/story.yaml", 1, missing)])
    assert load_ledger(tmp_path, "ledger.yaml") == (None, [Problem("ledger.yaml", 1, missing)])


def test_the_shipped_ledger_is_valid_and_shares_add_up() -> None:
    ledger, problems = load_ledger(PACK, "plan/ledger.yaml")
    assert problems == []
    assert ledger is not None
    goals = {
        (entry.number, item.text): item.value for entry in ledger.measures for item in entry.items
    }
    for assigned in ledger.assignments:
        if assigned.shares:
            assert sum(assigned.shares.values()) == goals[assigned.measure, assigned.text]


def test_a_share_that_is_no_number_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "ledger.yaml").write_text(
        "source_sha256: x\nmeasures: []\nassignments:\n"
        "  - {measure: 0, text: 一, shares: {east: many}, reason: r, status: sample}\n",
        "utf-8",
    )
    ledger, problems = load_ledger(tmp_path, "ledger.yaml")
    assert ledger is None
    assert [str(problem) for problem in problems] == [
        "ledger.yaml:4: the share of `east` must be a whole number from 0"
    ]


def test_a_coverage_never_passes_all_of_it(story: dict[str, object]) -> None:
    path = tuple((month, Decimal(100)) for month in MONTHS)
    rows = [
        row
        for n in range(30)
        for row in tell(
            story,
            [series(unit=f"u{n}", goal=Decimal(100), path=path, word="%", ceiling=Decimal(100))],
        )
    ]
    assert max(row.value for row in rows) == 100
