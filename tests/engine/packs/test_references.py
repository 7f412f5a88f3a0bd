"""What one file says of another exists."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, loaded, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "number: 1",
            "number: one",
            ["plan/ledger.yaml:3: `number` must be a whole number from 0"],
        ),
    ],
)
def test_a_mistake_in_ledger_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "plan/ledger.yaml", old, new)

    assert problems(pack) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "plan/ledger.yaml",
            "plan/none.yaml",
            ["pack.yaml:20: there is no file `plan/none.yaml` in the pack"],
        ),
    ],
)
def test_a_mistake_in_pack_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "pack.yaml", old, new)

    assert problems(pack) == expected


def test_a_whole_pack_loads_with_every_part(pack: Path) -> None:
    found = loaded(pack)

    assert [*found.programmes] == ["rent", "settling-in"]
    assert [*found.workflows] == ["claim"]
    assert [*found.indicators] == ["needed"]
    assert [*found.scores] == ["sheet"]
    assert [*found.offerings] == ["flat"]
    assert [*found.texts] == ["notice"]
    assert [document["id"] for document in found.documents] == ["plan-2026"]
    assert [source["id"] for source in found.facts["sources"]] == [
        "education",
        "social-insurance",
        "case-office",
    ]
    assert found.catalogue is not None
    assert found.catalogue["index"]["level"] == "person.level"
    assert [*found.catalogue["editions"]] == ["catalogue/2026.yaml", "catalogue/2027.yaml"]


def test_the_values_of_enums_that_other_files_hold_come_with_their_words(pack: Path) -> None:
    domains = loaded(pack).domains

    assert domains["divisions"] == {
        "east": {"zh": "东县", "en": "East County"},
        "west": {"zh": "西县", "en": "West County"},
    }
    assert domains["honours"] == {
        "city-prize": {"zh": "市奖", "en": "市奖"},
        "world_prize": {"zh": "世界奖", "en": "世界奖"},
        "equal": {"zh": "相当层次", "en": "相当层次"},
    }


def test_names_into_a_broken_file_are_left_alone(pack: Path) -> None:
    (pack / "units.yaml").write_text("units: [\n", "utf-8")
    (pack / "workflows/claim.yaml").write_text("workflow: claim\n", "utf-8")
    (pack / "documents.yaml").write_text("documents: 1\n", "utf-8")
    (pack / "plan/ledger.yaml").write_text("measures: []\n", "utf-8")

    assert problems(pack) == [
        "documents.yaml:1: `documents` must be a list",
        "plan/ledger.yaml:1: the file lacks `source_sha256`",
        "units.yaml:2: not valid YAML: did not find expected node content",
        "workflows/claim.yaml:1: the file lacks `stages`",
        "workflows/claim.yaml:1: the file lacks `status`",
        "workflows/claim.yaml:1: the file lacks `title`",
    ]


def test_a_broken_pack_file_hides_no_problem_of_others(pack: Path) -> None:
    change(pack, "pack.yaml", "small_cells: 5\n", "")
    change(pack, "offerings/flat.yaml", "unit: talent", "unit: navy")

    assert problems(pack) == [
        "offerings/flat.yaml:4: there is no unit `navy`",
        "pack.yaml:2: the file lacks `small_cells`",
    ]


def test_a_broken_programme_leaves_its_tables_alone(pack: Path) -> None:
    change(pack, "programmes/rent.yaml", "kind: benefit\n", "")

    assert problems(pack) == ["programmes/rent.yaml:1: the file lacks `kind`"]


def test_a_broken_catalogue_hides_its_editions(pack: Path) -> None:
    change(pack, "catalogue/index.yaml", "date: case.honour_on\n", "")

    assert problems(pack) == ["catalogue/index.yaml:1: the file lacks `date`"]


def test_a_target_needs_a_ledger(pack: Path) -> None:
    change(pack, "pack.yaml", ", ledger: plan/ledger.yaml", "")
    (pack / "plan/ledger.yaml").unlink()

    assert problems(pack) == [
        "indicators/needed.yaml:4: no item of measure 1 in the ledger has these words",
        "programmes/rent.yaml:36: no item of measure 1 in the ledger has these words",
    ]


def test_a_ledger_of_another_name_is_a_ledger(pack: Path) -> None:
    change(pack, "pack.yaml", "plan/ledger.yaml", "plan/read.yaml")
    (pack / "plan/ledger.yaml").rename(pack / "plan/read.yaml")
    assert "plan/read.yaml" in loaded(pack).files

    change(pack, "plan/read.yaml", "number: 1", "number: one")

    assert problems(pack) == ["plan/read.yaml:3: `number` must be a whole number from 0"]


def test_an_edition_needs_its_catalogue(pack: Path) -> None:
    (pack / "catalogue/index.yaml").unlink()

    assert problems(pack) == [
        "catalogue/2026.yaml:1: an edition needs catalogue/index.yaml beside it",
        "catalogue/2027.yaml:1: an edition needs catalogue/index.yaml beside it",
    ]


def test_levels_of_offerings_without_a_catalogue_are_left_to_people(pack: Path) -> None:
    for path in (pack / "catalogue").iterdir():
        path.unlink()
    change(
        pack, "facts.yaml", "    values_from: honours\n", "    values: [{id: a, zh: 甲, en: A}]\n"
    )

    assert loaded(pack).catalogue is None


def test_a_fact_needs_the_file_that_its_values_come_from(pack: Path) -> None:
    for path in (pack / "catalogue").iterdir():
        path.unlink()
    text = (pack / "units.yaml").read_text("utf-8")
    (pack / "units.yaml").write_text(text.replace("kind: county", "kind: bureau"), "utf-8")

    assert problems(pack) == [
        "facts.yaml:47: the pack has no honours for this fact",
        "facts.yaml:61: the pack has no divisions for this fact",
    ]


def test_a_story_and_a_ledger_name_units_that_exist(pack: Path) -> None:
    (pack / "demo").mkdir()
    shipped = next((Path(__file__).parents[3] / "packs").glob("*/demo/story.yaml"))
    (pack / "demo/story.yaml").write_text(shipped.read_text("utf-8"), "utf-8")
    ledger = (pack / "plan/ledger.yaml").read_text("utf-8")
    decided = (
        "{measure: 1, text: 引进, lead: [navy], shares: {east: 1.5}, reason: 示例, status: sample}"
    )
    (pack / "plan/ledger.yaml").write_text(f"{ledger}assignments:\n  - {decided}\n", "utf-8")

    found = problems(pack)

    assert found[-2:] == [
        "plan/ledger.yaml:7: the share of `east` must be a whole number from 0",
        "plan/ledger.yaml:7: there is no unit `navy`",
    ]
    assert {problem.split(":")[0] for problem in found[:-2]} == {"demo/story.yaml"}
