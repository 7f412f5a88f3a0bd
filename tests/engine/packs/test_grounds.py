"""awards.yaml: every ground has what its acts need, and nothing else."""

from pathlib import Path

import pytest

from tests.engine.packs.make import make_pack, problems

GROUND = "grounds:\n  - {{id: one, zh: 一, en: One, source: plan-2026#1, status: sample, {more}}}\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("acts: [suspend]", []),
        ("acts: [recover], share: whole, bar_years: 3, bars: [rent]", []),
        ("acts: [recover]", ["awards.yaml:2: ground `one` lacks `share`"]),
        (
            "acts: [suspend], share: whole, bar_years: 51, bars: [rents]",
            [
                "awards.yaml:2: ground `one` bars for more than 50 years",
                "awards.yaml:2: ground `one` neither recovers nor cancels and has no `bar_years`",
                "awards.yaml:2: ground `one` takes nothing back and has no `share`",
                "awards.yaml:2: there is no programme `rents`",
            ],
        ),
        (
            "acts: [cancel], bars: [rent]",
            ["awards.yaml:2: ground `one` has `bars` and no `bar_years`"],
        ),
    ],
)
def test_a_ground_that_is_wrong_says_why(tmp_path: Path, more: str, expected: list[str]) -> None:
    folder = make_pack(tmp_path / "city")
    (folder / "awards.yaml").write_text(GROUND.format(more=more), "utf-8")
    assert problems(folder) == expected
