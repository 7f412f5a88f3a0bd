"""Sentences and templates have well-formed names in braces."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{name}",
            "{name",
            [
                "texts/notice.yaml:1: `granted` has a brace without its other one; write {{ for a brace"
            ],
        ),
        (
            "list: [一, 二]",
            "list: [一, '{0}']",
            ["texts/notice.yaml:2: `list` has {0}; a name holds letters, digits and _"],
        ),
        (
            "list: [一, 二]",
            "list: [一, 2]",
            ["texts/notice.yaml:2: item 2 of `list` must be text; put it in quotes"],
        ),
        (
            "list: [一, 二]",
            "list: 2",
            ["texts/notice.yaml:2: `list` must be text; put it in quotes"],
        ),
        ("list:", "List:", ["texts/notice.yaml:2: the name `List` must look like: a-z, 0-9 and _"]),
    ],
)
def test_a_mistake_in_notice_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "texts/notice.yaml", old, new)

    assert problems(pack) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{name}",
            "{a b}",
            ["texts/letter.txt:1: the line has {a b}; a name holds letters, digits and _"],
        ),
    ],
)
def test_a_mistake_in_letter_txt_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "texts/letter.txt", old, new)

    assert problems(pack) == expected
