"""A panel of experts in a pack: its sheet, its stage, and the relations that keep an expert away."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.panels import panel_stage

PANEL = """
panel:
  blind: hide
  quorum: 2
  method: trimmed-mean
  spread: 20
  ties: [team, draw]
  limit: 9
  conflicts:
    - {kind: employer, relations: [employed-by], years: 3, shared: true}
"""


@pytest.fixture
def panelled(pack: Path) -> Path:
    """The pack with a panel of three experts."""
    sheet = pack / "scores/sheet.yaml"
    text = sheet.read_text("utf-8").replace(", fact: firm.patents, range: [0, 20]", "")
    sheet.write_text(text + PANEL, "utf-8")
    old, new = "who: [{role: expert}],", "who: [{role: expert, count: 3}], needs: majority,"
    change(pack, "workflows/claim.yaml", old, new)
    return pack


def test_a_panel_is_found_by_its_workflow(panelled: Path, clean: Path) -> None:
    pack, found = load_pack(panelled)
    assert (pack is not None, found) == (True, [])
    stage = panel_stage(pack, "claim") if pack else None
    assert stage is not None
    assert stage["id"] == "review"


def test_a_stage_without_a_panel_takes_votes(pack: Path) -> None:
    loaded, _ = load_pack(pack)
    assert loaded is not None
    assert panel_stage(loaded, "claim") is None


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("scores/sheet.yaml", "use: review", "use: points",
         ["scores/sheet.yaml:15: only a sheet of the use `review` has a `panel`"]),
        ("scores/sheet.yaml", "points: 40,", "points: 40, fact: firm.patents, range: [0, 20],",
         ["scores/sheet.yaml:9: item `patents` is counted by a fact; experts of a panel give all points"]),
        ("scores/sheet.yaml", "[team, draw]", "[draw, luck]",
         ["scores/sheet.yaml:19: `draw` is no item, and `draw` comes last",
          "scores/sheet.yaml:19: `luck` is no item, and `draw` comes last"]),
        ("scores/sheet.yaml", "[employed-by]", "[neighbours]",
         ["scores/sheet.yaml:22: there is no relation `neighbours`"]),
        ("workflows/claim.yaml", "kind: 评审", "kind: 联审",
         ["workflows/claim.yaml:9: stage `review` is scored by a panel: it must be 评审 by experts alone"]),
        ("workflows/claim.yaml", "needs: majority", "needs: all",
         ["workflows/claim.yaml:9: stage `review` is scored by a panel, whose experts say what it says:"
          " `needs: majority`, `refusal: at-once`"]),
        ("workflows/claim.yaml", "count: 3", "count: 4",
         ["workflows/claim.yaml:9: stage `review` has 4 experts; the `quorum` of its sheet must be more"
          " than half of them and no more"]),
        ("workflows/claim.yaml", "count: 3", "count: 1",
         ["workflows/claim.yaml:9: stage `review` has 1 experts; the `quorum` of its sheet must be more"
          " than half of them and no more"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    panelled: Path, file: str, old: str, new: str, expected: list[str]
) -> None:
    change(panelled, file, old, new)

    assert problems(panelled) == expected


def test_relations_are_left_alone_while_the_register_is_broken(panelled: Path) -> None:
    change(panelled, "registry.yaml", "relations:", "relation:")

    assert all(one.startswith("registry.yaml:") for one in problems(panelled))
