"""Which files a pack may have."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, loaded, problems
from yingcai.engine.packs import contents
from yingcai.engine.packs.load import load_pack

STRAY = "no file of a pack; remove it, or name it in documents.yaml"


@pytest.mark.parametrize(
    "name", ["notes.txt", "plan/old.txt", "programmes/rent.yml", "demo/crowd.yaml", "a/units.yaml"]
)
def test_a_file_that_nothing_explains_is_a_problem(pack: Path, name: str) -> None:
    (pack / name).parent.mkdir(exist_ok=True)
    (pack / name).write_text("x: 1\n", "utf-8")

    assert problems(pack) == [f"{name}:1: {STRAY}"]


@pytest.mark.parametrize("name", ["LICENSE", "geo/LICENSE.data", "geo/SOURCE.md", "NOTICE.txt"])
def test_notes_for_people_may_lie_anywhere(pack: Path, name: str) -> None:
    (pack / name).parent.mkdir(exist_ok=True)
    (pack / name).write_text("x", "utf-8")

    assert loaded(pack)


@pytest.mark.parametrize("name", ["demo/person.json", "demo/firms.csv"])
def test_invented_subjects_may_lie_in_demo(pack: Path, name: str) -> None:
    (pack / "demo").mkdir(exist_ok=True)
    (pack / name).write_text("x", "utf-8")

    assert loaded(pack)


def test_a_file_that_documents_name_belongs_to_the_pack(pack: Path) -> None:
    (pack / "plan/old.txt").write_text("x", "utf-8")
    text = (pack / "documents.yaml").read_text("utf-8")
    more = "  - {id: old, zh: 旧办法, file: plan/old.txt, read: named}\n"
    (pack / "documents.yaml").write_text(text + more, "utf-8")

    assert [document["id"] for document in loaded(pack).documents] == ["plan-2026", "old"]


def test_a_named_file_may_not_lie_outside(pack: Path) -> None:
    change(pack, "documents.yaml", "plan/2026-2028.txt", "../../etc/passwd")

    assert problems(pack) == ["documents.yaml:7: `../../etc/passwd` leads out of the pack"]


def test_a_name_that_no_system_knows_is_no_file(pack: Path) -> None:
    change(pack, "documents.yaml", "plan/2026-2028.txt", '"a\\0b"')

    assert problems(pack) == ["documents.yaml:7: there is no file `a�b` in the pack"]


def test_a_link_that_leads_out_is_not_followed(pack: Path) -> None:
    outside = pack.parent / "secret.yaml"
    outside.write_text("secret: 1\n", "utf-8")
    (pack / "texts/secret.yaml").symlink_to(outside)

    assert problems(pack) == ["texts/secret.yaml:1: the file is a link that leads out of the pack"]


def test_a_file_name_of_control_characters_is_told_and_not_printed(pack: Path) -> None:
    (pack / "a\nb.yaml").write_text("x", "utf-8")

    assert problems(pack) == ["'a\\nb.yaml':1: give the file a name of letters and digits"]


def test_a_pack_of_endless_files_is_not_walked_to_its_end(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "MAX_FILES", 3)

    assert "pack.yaml:1: the pack has more than 3 files" in problems(pack)


def test_a_letter_that_is_not_utf8_names_the_line(pack: Path) -> None:
    (pack / "texts/letter.txt").write_bytes(b"a\n\xff")

    assert problems(pack) == ["texts/letter.txt:2: not UTF-8 text; save the file as UTF-8"]


def test_a_folder_without_a_pack_says_what_is_missing(tmp_path: Path) -> None:
    missing = "the file is missing or cannot be read; add it to the pack"

    assert problems(tmp_path) == [f"pack.yaml:1: {missing}", f"units.yaml:1: {missing}"]


def test_a_problem_is_told_once(pack: Path) -> None:
    change(pack, "indicators/needed.yaml", "values: [doctor]", "values: [saint, saint]")

    _, found = load_pack(pack)

    assert [str(problem) for problem in found] == [
        "indicators/needed.yaml:9: `saint` is no value; known: none, bachelor, master, doctor"
    ]


def test_a_document_may_be_known_by_its_name_alone(pack: Path) -> None:
    text = (pack / "documents.yaml").read_text("utf-8")
    (pack / "documents.yaml").write_text(
        f"{text}  - {{id: old, zh: 旧办法, read: named}}\n", "utf-8"
    )

    assert loaded(pack).documents[1] == {"id": "old", "zh": "旧办法", "read": "named"}
