"""The list of cited documents: each mistake is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "id: plan-2026",
            "id: Plan 2026",
            [
                "documents.yaml:3: `id` is 'Plan 2026'; it must look like: small letters, digits and hyphens, at most 40"
            ],
        ),
        (
            "issued_on: 2026-01-01",
            "issued_on: 2026-13-01",
            ["documents.yaml:6: there is no day 2026-13-01"],
        ),
        (
            "issued_on: 2026-01-01",
            'issued_on: "2026-13-01"',
            ["documents.yaml:6: `issued_on` must be a day, yyyy-mm-dd"],
        ),
        (
            "issued_on: 2026-01-01",
            'issued_on: "soon"',
            ["documents.yaml:6: `issued_on` must be a day, yyyy-mm-dd"],
        ),
        (
            "issued_on: 2026-01-01",
            "issued_on: 2026",
            ["documents.yaml:6: `issued_on` must be a day, yyyy-mm-dd"],
        ),
        (
            "file: plan/2026-2028.txt",
            "file: plan/none.txt",
            ["documents.yaml:7: there is no file `plan/none.txt` in the pack"],
        ),
        (
            "read: whole",
            "read: whole\n    pages: 3",
            [
                "documents.yaml:9: `pages` is not a known key; known: id, zh, en, number, issued_on, file, address, read, mark"
            ],
        ),
    ],
)
def test_a_mistake_in_documents_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "documents.yaml", old, new)

    assert problems(pack) == expected
