"""Workflows end, every stage is reached, and somebody acts in it."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "kind: 受理",
            "kind: 收文",
            [
                "workflows/claim.yaml:6: `kind` is '收文'; use one of: 申报, 受理, 补正, 初审, 联审, 会签, 或签, 加签, 转办, 委托, 评审, 公示, 异议, 认定, 发文, 拨付, 追回, 办结, 不予受理, 终止, 撤回"
            ],
        ),
        ("next: [done]", "next: [gone]", ["workflows/claim.yaml:11: there is no stage `gone`"]),
        (
            "next: [done]",
            "next: [decide]",
            [
                "workflows/claim.yaml:9: no way leads from `review` to an end",
                "workflows/claim.yaml:10: no way leads from `public` to an end",
                "workflows/claim.yaml:11: no way leads from `decide` to an end",
                "workflows/claim.yaml:12: no way leads to stage `done`",
            ],
        ),
        (
            ", automatic: true, next: [done]",
            ", automatic: true",
            [
                "workflows/claim.yaml:9: no way leads from `review` to an end",
                "workflows/claim.yaml:10: no way leads from `public` to an end",
                "workflows/claim.yaml:11: no way leads from `decide` to an end",
                "workflows/claim.yaml:11: stage `decide` leads nowhere: give `next`, or a kind that ends: 办结 不予受理 终止 撤回",
                "workflows/claim.yaml:12: no way leads to stage `done`",
            ],
        ),
        (
            "kind: 认定, automatic: true",
            "kind: 认定",
            [
                "workflows/claim.yaml:11: stage `decide` has nobody who acts: give `who` or `automatic: true`"
            ],
        ),
        (
            "kind: 不予受理}",
            "kind: 不予受理, next: [done]}",
            ["workflows/claim.yaml:13: stage `refused` is the end (不予受理) and has a `next`"],
        ),
        (
            "kind: 公示, clock: 5",
            "kind: 公示",
            [
                "workflows/claim.yaml:10: stage `public` must say for how many days it is public: `clock`"
            ],
        ),
        (
            "{role: window, unit: lead}",
            "{role: window}",
            ["workflows/claim.yaml:6: stage `intake` needs the `unit` of its window"],
        ),
        (
            "{role: window, unit: lead}",
            "{role: window, unit: navy}",
            ["workflows/claim.yaml:6: there is no unit `navy`"],
        ),
        (
            "next: [review, refused]",
            "next: [review]",
            ["workflows/claim.yaml:13: no way leads to stage `refused`"],
        ),
        ("score: sheet", "score: paper", ["workflows/claim.yaml:9: there is no score `paper`"]),
        (
            "id: refused",
            "id: done",
            [
                "workflows/claim.yaml:7: there is no stage `refused`",
                "workflows/claim.yaml:13: stage `done` is there twice",
            ],
        ),
        ("days: 20", "days: 0", ["workflows/claim.yaml:4: `days` must be a whole number from 1"]),
    ],
)
def test_a_mistake_in_claim_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "workflows/claim.yaml", old, new)

    assert problems(pack) == expected
