"""A pack is taken whole or refused with every problem and its line."""

from pathlib import Path

import pytest

from yingcai.engine.packs.document import Problem
from yingcai.engine.packs.load import find_pack, load_pack

ROOT = Path(__file__).parents[3]
UNITS = """units:
  - {id: talents, name: 市委组织部, name_en: Organization, kind: bureau, aliases: [市委组织部门]}
  - {id: east, name: 东河县, name_en: Donghe, kind: county, division: "990001"}
  - {id: all, name: 各县, name_en: All, kind: collective, members: [east]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small valid pack of an invented city."""
    shipped = (ROOT / "packs/taizhou/pack.yaml").read_text("utf-8")
    kept = shipped[: shipped.index("map:")].replace("plan/2018-2020.txt", "plan.txt")
    lines = [line for line in kept.splitlines() if "ledger:" not in line]
    (tmp_path / "pack.yaml").write_text("\n".join(lines), "utf-8")
    (tmp_path / "units.yaml").write_text(UNITS, "utf-8")
    (tmp_path / "plan.txt").write_text("行动计划", "utf-8")
    return tmp_path


def problems(folder: Path) -> list[str]:
    pack, found = load_pack(folder)
    assert pack is None
    return [str(problem) for problem in found]


@pytest.mark.parametrize("path", sorted((ROOT / "packs").iterdir()), ids=lambda path: path.name)
def test_every_shipped_pack_is_valid(path: Path) -> None:
    pack, found = load_pack(path)
    assert found == []
    assert pack is not None
    assert len(pack.digest) == 64


def test_a_small_pack_loads(folder: Path) -> None:
    pack, found = load_pack(folder)
    assert found == []
    assert pack is not None
    assert [unit["id"] for unit in pack.units] == ["talents", "east", "all"]


def test_the_digest_changes_with_any_file_and_with_nothing_else(folder: Path) -> None:
    before, _ = load_pack(folder)
    again, _ = load_pack(folder)
    (folder / "plan.txt").write_text("行动计划。", "utf-8")
    after, _ = load_pack(folder)
    assert before
    assert again
    assert after
    assert before.digest == again.digest
    assert before.digest != after.digest


def test_all_problems_are_reported_with_their_lines(folder: Path) -> None:
    (folder / "units.yaml").write_text(
        UNITS.replace("kind: county", "kind: shire").replace(
            "id: east, name: 东河县, ", "id: east, "
        ),
        "utf-8",
    )
    text = (folder / "pack.yaml").read_text("utf-8").replace("  red: 30", "  red: many")
    (folder / "pack.yaml").write_text(text, "utf-8")
    line = text.splitlines().index("  red: many") + 1
    assert problems(folder) == [
        f"pack.yaml:{line}: `red` must be a whole number from 0",
        "units.yaml:3: `kind` is 'shire'; use one of: "
        "bureau, county, zone, institution, company, collective",
        "units.yaml:3: item 2 of `units` lacks `name`",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "units.yaml:1: the file is empty"),
        ("units: [\n", "not valid YAML"),
        ("units: &a [1]\nmore: *a\n", "YAML aliases (&, *) are not allowed in packs"),
        ("units: []\nunits: []\n", "units.yaml:2: `units` is given twice"),
        ("- a\n", "units.yaml:1: the file must hold named values (key: value)"),
        ("units: []\nextra: 1\n", "units.yaml:2: `extra` is not a known key; known: units"),
        ("units: !!python/object:os.system x\n", "cannot read the value"),
        ("units: north\n", "units.yaml:1: `units` must be a list"),
        ("units: []\n? [a]\n: 1\n", "units.yaml:2: a key must be a plain word"),
        ("units: []\n\0", "units.yaml:1: not valid YAML: ReaderError"),
        ("units: " + "[" * 3000, "units.yaml:1: too many or too deeply nested values"),
        ("units: " + "[" * 40 + "]" * 40, "too many or too deeply nested"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(folder: Path, text: str, message: str) -> None:
    (folder / "units.yaml").write_text(text, "utf-8")
    found = problems(folder)
    assert any(message in problem for problem in found), found


def test_a_missing_pack_file_does_not_hide_the_problems_of_the_others(folder: Path) -> None:
    (folder / "pack.yaml").unlink()
    (folder / "units.yaml").write_text(UNITS.replace("name: 东河县", "name: 2018"), "utf-8")
    assert problems(folder) == [
        "pack.yaml:1: the file is missing or cannot be read; add it to the pack",
        "units.yaml:3: `name` must be text; put it in quotes",
    ]


def test_a_file_beyond_all_measure_is_not_parsed(folder: Path) -> None:
    (folder / "units.yaml").write_text("#" * 5_242_881, "utf-8")
    assert problems(folder) == ["units.yaml:1: larger than 5242880 bytes; split the file"]


def test_a_file_that_is_not_utf8_names_the_line(folder: Path) -> None:
    (folder / "units.yaml").write_bytes("units:\n  - 名".encode() + b"\xff")
    assert problems(folder) == ["units.yaml:2: not UTF-8 text; save the file as UTF-8"]


def test_one_name_for_two_units_is_a_problem(folder: Path) -> None:
    (folder / "units.yaml").write_text(UNITS.replace("东河县", "市委组织部门"), "utf-8")
    assert problems(folder) == ["units.yaml:3: '市委组织部门' names both `talents` and `east`"]


def test_one_id_for_two_units_is_a_problem(folder: Path) -> None:
    (folder / "units.yaml").write_text(UNITS.replace("id: talents", "id: east"), "utf-8")
    assert problems(folder) == ["units.yaml:3: unit id `east` is used twice"]


def test_a_collective_of_nobody_is_a_problem(folder: Path) -> None:
    (folder / "units.yaml").write_text(UNITS.replace("members: [east]", "members: []"), "utf-8")
    assert problems(folder) == ["units.yaml:4: collective `all` has no members"]


def test_members_and_parents_must_exist(folder: Path) -> None:
    (folder / "units.yaml").write_text(UNITS.replace("members: [east]", "members: [west]"), "utf-8")
    assert problems(folder) == ["units.yaml:4: there is no unit `west`"]


def test_a_path_may_not_leave_the_pack(folder: Path) -> None:
    text = (folder / "pack.yaml").read_text("utf-8").replace("plan.txt", "../plan.txt")
    (folder / "pack.yaml").write_text(text, "utf-8")
    (folder.parent / "plan.txt").write_text("x", "utf-8")
    assert any("leads out of the pack" in problem for problem in problems(folder))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "plan.txt").unlink()
    assert [p.split(": ", 1)[1] for p in problems(folder)] == [
        "there is no file `plan.txt` in the pack"
    ]


def test_find_pack_names_what_it_looked_for(folder: Path, tmp_path: Path) -> None:
    assert find_pack(folder) == folder
    empty = tmp_path / "none"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match="holds 0 packs"):
        find_pack(empty)


def test_the_only_pack_of_a_folder_is_found(tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    (city / "pack.yaml").touch()
    assert find_pack(tmp_path) == city


def test_problems_sort_by_place() -> None:
    assert sorted([Problem("b", 1, "x"), Problem("a", 9, "y"), Problem("a", 2, "z")])[0].line == 2
