"""Workflows end, every stage is reached, and somebody acts in it."""

from datetime import date
from pathlib import Path

import pytest

from tests.engine.packs.make import change, loaded, problems

CLAIM = "workflows/claim.yaml"
REVIEW = "who: [{role: expert}], score: sheet, next: [public]"
PUBLIC = "clock: 5, pauses: true, next: [decide], refused_to: refused"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "kind: 受理",
            "kind: 收文",
            [
                "6: `kind` is '收文'; use one of: 申报, 受理, 补正, 初审, 联审, 会签, 或签, 评审, 公示, 异议, 决定, 认定, 发文, 拨付, 追回, 办结, 不予受理, 终止, 撤回"
            ],
        ),
        ("next: [done]", "next: [gone]", ["11: there is no stage `gone`"]),
        (
            "next: [done]",
            "next: [decide]",
            [
                "6: no way leads from `intake` to an end",
                "8: no way leads from `repair` to an end",
                "9: no way leads from `review` to an end",
                "10: no way leads from `public` to an end",
                "11: no way leads from `decide` to an end",
                "12: no way leads to stage `done`",
            ],
        ),
        (
            ", automatic: true, next: [done]",
            ", automatic: true",
            [
                "6: no way leads from `intake` to an end",
                "8: no way leads from `repair` to an end",
                "9: no way leads from `review` to an end",
                "10: no way leads from `public` to an end",
                "11: no way leads from `decide` to an end",
                "11: stage `decide` leads nowhere: give `next`, or a kind that ends: 办结 不予受理 终止 撤回",
                "12: no way leads to stage `done`",
            ],
        ),
        (
            "kind: 认定, automatic: true",
            "kind: 认定",
            ["11: stage `decide` has nobody who acts: give `who` or `automatic: true`"],
        ),
        (
            "who: [{role: officer, unit: lead}], clock: 5",
            "clock: 5",
            [
                "10: stage `public` has nobody who acts to settle objections: give `who` or `automatic: true`"
            ],
        ),
        (
            "kind: 不予受理}",
            "kind: 不予受理, next: [done]}",
            ["13: stage `refused` is the end (不予受理) and has a `next`"],
        ),
        (
            PUBLIC,
            "pauses: true, next: [decide], refused_to: refused",
            ["10: stage `public` must say for how many days it is public: `clock`"],
        ),
        (
            PUBLIC,
            "clock: 5, pauses: true, next: [decide]",
            ["10: stage `public` must say where an objection that is upheld leads: `refused_to`"],
        ),
        (
            PUBLIC,
            f"{PUBLIC}, return_to: [review], silence: {{means: waits}}",
            [
                "10: stage `public` is public and cannot have `return_to`",
                "10: stage `public` is public and cannot have `silence`",
            ],
        ),
        (
            PUBLIC,
            "clock: 5, next: [decide, done], refused_to: refused",
            ["10: stage `public` goes on by itself and may lead to one `next` only"],
        ),
        (
            REVIEW,
            "who: [{role: expert}], remind: [1], score: sheet, next: [public]",
            ["9: stage `review` has `remind` and no term: give `clock`"],
        ),
        (
            REVIEW,
            "who: [{role: expert, count: 3}], next: [public, decide]",
            ["9: stage `review` has several who speak and may lead to one `next` only"],
        ),
        (REVIEW, "who: [{role: expert}], next: [public, decide]", []),
        (
            REVIEW,
            "who: [{role: expert}], clock: 3, silence: {means: agreed}, next: [public, decide]",
            ["9: stage `review` goes on by silence and may lead to one `next` only"],
        ),
        (
            REVIEW,
            "who: [{role: expert}], clock: 3, silence: {means: refused}, next: [public]",
            ["9: stage `review` must say where silence leads: `refused_to`"],
        ),
        (
            REVIEW,
            "who: [{role: expert}], withdraw: true, next: [public]",
            ["9: `withdraw` needs a stage of the kind 撤回"],
        ),
        (
            REVIEW,
            "who: [{role: expert}], apart_from: [nobody], next: [public], refused_to: nowhere",
            ["9: there is no stage `nobody`", "9: there is no stage `nowhere`"],
        ),
        (
            "days: 20\n",
            "days: 20\nstopped_by: [{role: office}]\n",
            [
                "5: `stopped_by` needs a stage of the kind 终止",
                "5: `stopped_by` needs the `unit` of its office",
            ],
        ),
        (
            "days: 20\n",
            "days: 20\npause_reasons: [{id: a, zh: 甲, en: A}, {id: a, zh: 乙, en: B}]\n",
            ["5: reason `a` is there twice"],
        ),
        ("days: 20\n", "days: 20\nappeal: gone\n", ["5: there is no workflow `gone`"]),
        (
            "{role: window, unit: lead}",
            "{role: window}",
            ["6: stage `intake` needs the `unit` of its window"],
        ),
        (
            "{role: window, unit: lead}",
            "{role: window, unit: navy}",
            ["6: there is no unit `navy`"],
        ),
        (
            ", refused_to: refused, return_to",
            ", return_to",
            [],
        ),
        (
            "return_to: [repair]",
            "remind: [1]",
            ["8: no way leads from `repair` to an end", "8: no way leads to stage `repair`"],
        ),
        (
            "id: refused",
            "id: back",
            [
                "7: there is no stage `refused`",
                "10: there is no stage `refused`",
                "13: `back` is no name for a stage",
            ],
        ),
        (
            "id: refused",
            "id: appealed",
            [
                "7: there is no stage `refused`",
                "10: there is no stage `refused`",
                "13: `appealed` is no name for a stage",
            ],
        ),
        (
            "kind: 认定, automatic: true",
            "kind: 认定, automatic: true, changes: any",
            [
                "11: stage `decide` changes a decision and must be an end: kind 办结",
                "11: stage `decide` may change a decision: `apart_from` must name `appealed`",
            ],
        ),
        (
            "kind: 认定, automatic: true",
            "kind: 认定, automatic: true, apart_from: [appealed]",
            [],
        ),
        ("score: sheet", "score: paper", ["9: there is no score `paper`"]),
        (
            "id: refused",
            "id: done",
            [
                "7: there is no stage `refused`",
                "10: there is no stage `refused`",
                "13: stage `done` is there twice",
            ],
        ),
        ("days: 20", "days: 1001", ["4: `days` must be at most 1000"]),
        ("clock: 5, p", "clock: 1000000000, p", ["10: `clock` must be at most 1000"]),
        ("days: 20", "days: 0", ["4: `days` must be a whole number from 1"]),
    ],
)
def test_a_mistake_in_claim_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, CLAIM, old, new)

    assert problems(pack) == [f"{CLAIM}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("year: 2026", "year: 1948", ["2: `year` must be a whole number from 1949"]),
        (
            "to: 2026-10-07",
            "to: 2026-09-07",
            ["6: `to` comes before `from`"],
        ),
        (
            "from: 2026-01-01",
            "from: 2025-12-31",
            ["5: 2025-12-31 is not in 2026; give each year its own days"],
        ),
        ("[2026-01-04, ", "[2027-01-03, ", ["7: 2027-01-03 is not in 2026"]),
        ("[2026-01-04, ", "[2026-01-05, ", ["7: 2026-01-05 is no day of a weekend"]),
        ("[2026-01-04, ", "[2026-01-03, ", ["7: 2026-01-03 is a holiday, too"]),
        (
            "source: plan-2026#1",
            "source: law#1",
            ["3: there is no document `law`; add it to documents.yaml"],
        ),
    ],
)
def test_a_mistake_in_calendar_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "calendar.yaml", old, new)

    assert problems(pack) == [f"calendar.yaml:{line}" for line in expected]


def test_a_pack_gives_its_years_in_days(pack: Path) -> None:
    (year,) = loaded(pack).calendar

    assert year["worked"] == [date(2026, 1, 4), date(2026, 10, 10)]
    assert year["holidays"][0]["to"] == date(2026, 1, 3)
