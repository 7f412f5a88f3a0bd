"""The linter of workflows: each rule finds its planted fault, with file and line, and not the near miss."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change
from tests.engine.packs.make_clean import linted

FILE = "workflows/claim.yaml"
CLAIM = """workflow: claim
title: {zh: 补助申领, en: Claim}
status: sample
days: 20
stages:
  - {id: intake, words: {zh: 受理, en: Intake}, kind: 受理, who: [{role: window, unit: lead}], clock: 5, next: [joint], return_to: [repair]}
  - {id: repair, words: {zh: 补正, en: Repair}, kind: 补正, who: [{role: applicant}], clock: 9, pauses: true, next: [back]}
  - {id: joint, words: {zh: 联审, en: Joint}, kind: 联审, who: [{role: officer, unit: joint}], votes: kept, clock: 5, next: [public], return_to: [intake]}
  - {id: public, words: {zh: 公示, en: Public}, kind: 公示, who: [{role: officer, unit: lead}], clock: 5, pauses: true, next: [decide], refused_to: joint}
  - {id: decide, words: {zh: 决定, en: Decide}, kind: 决定, who: [{role: head, unit: lead}], clock: 3, apart_from: [joint], next: [done]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
"""
CALENDAR = """years:
  - {year: 2026, source: plan-2026#1, worked: [], holidays: [{zh: 元旦, en: New Year, from: 2026-01-01, to: 2026-01-01}]}
  - {year: 2027, source: plan-2026#1, worked: [], holidays: [{zh: 元旦, en: New Year, from: 2027-01-01, to: 2027-01-01}]}
"""
PROGRAMME = "programmes/voucher.yaml"
SHEET = """score: sheet
title: {zh: 评分表, en: Sheet}
use: assessment
status: sample
total: 100
items:
  - {id: work, words: {zh: 工作, en: Work}, kind: linear, points: 100, formula: {zh: 按进度, en: By progress}}
"""
EVALUATION = """evaluation:
  score: sheet
  grades: [low, high]
  bands: [{from: 60, means: promote}, {from: 0, means: keep}]
  source: plan-2026#1
  status: sample
examples:
"""


@pytest.fixture
def flowing(clean: Path) -> Path:
    """A clean pack whose programme names a workflow, with a calendar."""
    (clean / "workflows").mkdir()
    (clean / FILE).write_text(CLAIM, "utf-8")
    (clean / "calendar.yaml").write_text(CALENDAR, "utf-8")
    change(clean, PROGRAMME, "examples:\n", "workflow: claim\nexamples:\n")
    return clean


def test_a_sound_workflow_has_no_findings(flowing: Path) -> None:
    assert linted(flowing) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "clock: 3, ",
            "",
            [f"stage-term {FILE}:10: stage `decide` has no term: give `clock`"],
        ),
        (
            "kind: 决定, who: [{role: head, unit: lead}], clock: 3, apart_from: [joint]",
            "kind: 决定, automatic: true",
            [],
        ),
        (
            "clock: 9, pauses: true",
            "clock: 9",
            [
                f"clock-runs {FILE}:7: stage `repair` is 补正 and the clock of the whole runs on: `pauses`"
            ],
        ),
        (
            "clock: 5, pauses: true",
            "clock: 5",
            [
                f"clock-runs {FILE}:9: stage `public` is 公示 and the clock of the whole runs on: `pauses`"
            ],
        ),
        (
            "votes: kept, ",
            "",
            [
                f"votes-lost {FILE}:8: stage `joint` may be entered again and does not say what"
                " becomes of its `votes`"
            ],
        ),
        ("votes: kept, ", "votes: again, ", []),
        (
            "clock: 3, ",
            "clock: 3, silence: {means: agreed}, ",
            [
                f"silence-money {FILE}:10: silence agrees in stage `decide` and `voucher` pays money:"
                " name the clause that says so"
            ],
        ),
        ("clock: 3, ", "clock: 3, silence: {means: agreed, source: plan-2026#1}, ", []),
        ("clock: 3, ", "clock: 3, silence: {means: waits}, ", []),
        (
            "apart_from: [joint], ",
            "",
            [
                f"one-person {FILE}:10: stage `decide` decides and may be done by who examined: `apart_from`"
            ],
        ),
        (
            "{role: head, unit: lead}",
            "{role: head, unit: counties}",
            [f"seat-empty {FILE}:10: nobody sits in `counties`, which stands for several units"],
        ),
    ],
)
def test_each_rule_finds_its_fault(flowing: Path, old: str, new: str, expected: list[str]) -> None:
    change(flowing, FILE, old, new)

    assert linted(flowing) == expected


def test_votes_are_lost_only_where_a_stage_may_be_entered_again(flowing: Path) -> None:
    for old, new in (
        ("votes: kept, ", ""),
        (", return_to: [intake]", ""),
        ("refused_to: joint", "refused_to: done"),
    ):
        change(flowing, FILE, old, new)

    assert linted(flowing) == []


def test_a_workflow_without_days_may_run_on_in_publicity(flowing: Path) -> None:
    change(flowing, FILE, "days: 20\n", "")
    change(flowing, FILE, "clock: 9, pauses: true", "clock: 9")

    assert linted(flowing) == []


def test_a_programme_has_the_joint_units_of_its_workflow(flowing: Path) -> None:
    change(flowing, PROGRAMME, "joint: [talent]\n", "")

    assert linted(flowing) == [
        f"joint-missing {PROGRAMME}:50: joint units act in the workflow `claim` and the programme has none"
    ]


def test_terms_beyond_the_known_holidays_are_noted(flowing: Path) -> None:
    change(
        flowing,
        PROGRAMME,
        "in_force: {from: 2026-01-01}",
        "in_force: {from: 2026-01-01, to: 2027-12-15}",
    )

    assert linted(flowing) == [
        f"calendar-end {PROGRAMME}:51: note: terms may run in 2028, whose holidays calendar.yaml does not have"
    ]


def test_a_workflow_that_nothing_names_is_noted_and_an_appeal_is_named(flowing: Path) -> None:
    text = CLAIM.replace("workflow: claim", "workflow: again")
    (flowing / "workflows/again.yaml").write_text(text, "utf-8")
    assert linted(flowing) == [
        "workflow-unused workflows/again.yaml:1: note: no programme uses the workflow `again`"
    ]

    change(flowing, FILE, "days: 20\n", "days: 20\nappeal: again\n")
    assert linted(flowing) == []


def test_a_score_sheet_that_nothing_uses_is_noted(flowing: Path) -> None:
    (flowing / "scores").mkdir()
    (flowing / "scores/sheet.yaml").write_text(SHEET, "utf-8")

    assert linted(flowing) == [
        "score-unused scores/sheet.yaml:1: note: no stage and no programme uses the score sheet `sheet`"
    ]


def test_a_score_sheet_of_a_stage_or_of_an_evaluation_is_used(flowing: Path) -> None:
    (flowing / "scores").mkdir()
    (flowing / "scores/sheet.yaml").write_text(SHEET, "utf-8")

    change(flowing, FILE, "votes: kept, ", "votes: kept, score: sheet, ")
    assert linted(flowing) == []

    change(flowing, FILE, "score: sheet, ", "")
    change(flowing, PROGRAMME, "examples:\n", EVALUATION)
    assert [one for one in linted(flowing) if "score" in one] == []


def test_without_money_silence_may_agree(flowing: Path) -> None:
    change(flowing, FILE, "clock: 3, ", "clock: 3, silence: {means: agreed}, ")
    change(flowing, PROGRAMME, "workflow: claim\n", "")

    assert linted(flowing) == [
        f"workflow-unused {FILE}:1: note: no programme uses the workflow `claim`"
    ]


def test_a_pack_without_a_calendar_is_not_told_of_every_year(flowing: Path) -> None:
    (flowing / "calendar.yaml").unlink()

    assert linted(flowing) == []
