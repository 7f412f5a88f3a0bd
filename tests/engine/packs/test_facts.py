"""The vocabulary: each mistake is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "id: case.applied_on",
            "id: person.degree",
            ["facts.yaml:29: fact `person.degree` is there twice"],
        ),
        (
            "id: case.applied_on",
            "id: city.applied_on",
            [
                "facts.yaml:29: `id` is 'city.applied_on'; it must look like: SUBJECT.name, at most 50 characters"
            ],
        ),
        ("{id: master,", "{id: bachelor,", ["facts.yaml:13: value `bachelor` is there twice"]),
        (
            "{id: education, zh",
            "{id: social-insurance, zh",
            [
                "facts.yaml:4: source `social-insurance` is there twice",
                "facts.yaml:16: there is no fact source `education`",
                "facts.yaml:48: there is no fact source `education`",
                "facts.yaml:55: there is no fact source `education`",
                "facts.yaml:65: there is no fact source `education`",
                "registry.yaml:4: there is no fact source `education`",
                "registry.yaml:5: there is no fact source `education`",
            ],
        ),
        (
            "    values_from: honours\n",
            "",
            [
                "catalogue/index.yaml:3: `honour` must be an enum with `values_from: honours`",
                "facts.yaml:46: fact `case.honour` is an enum: give `values` or `values_from`",
            ],
        ),
        (
            "    unit: month\n",
            "",
            [
                "facts.yaml:22: fact `person.insured_months` is an integer: give its `unit`, such as month, person, item"
            ],
        ),
        (
            "type: integer, unit: item",
            "type: money, unit: item",
            ["facts.yaml:65: fact `firm.patents` is of type money, which has no `unit`"],
        ),
        (
            "    range: [0, 720]",
            "    range: [0, 720.5]",
            ["facts.yaml:24: fact `person.insured_months` needs a range in whole numbers"],
        ),
        (
            "    range: [0, 720]",
            "    range: [720, 0]",
            ["facts.yaml:24: fact `person.insured_months` has a range that ends before it begins"],
        ),
        ("    range: [0, 720]", "    range: [0]", ["facts.yaml:24: `range` must have 2 entries"]),
        (
            "    range: [0, 720]",
            "    ordered: true",
            [
                "facts.yaml:24: fact `person.insured_months` is of type integer, which has no `ordered`"
            ],
        ),
        (
            "[1990-01-01, 2030-12-31]",
            "[1990, 2030]",
            [
                "facts.yaml:54: fact `case.honour_on` needs a range in days, yyyy-mm-dd without quotes"
            ],
        ),
        (
            "    type: integer\n    unit: month\n    range: [0, 720]",
            "    type: money\n    range: [0, 0.005]",
            [
                "facts.yaml:23: fact `person.insured_months` needs a range in yuan with at most two decimals"
            ],
        ),
        (
            "    type: integer\n    unit: month\n    range: [0, 720]",
            "    type: boolean\n    range: [0, 1]",
            [
                "facts.yaml:23: fact `person.insured_months` is of type boolean, which has no `range`"
            ],
        ),
        (
            "source: education\n    class: personal\n    retention: 10\n    moves: up",
            "source: nowhere\n    class: personal\n    retention: 10\n    moves: up",
            ["facts.yaml:16: there is no fact source `nowhere`"],
        ),
        (
            "    always: true",
            "    always: maybe",
            ["facts.yaml:35: `always` must be true or false"],
        ),
        (
            "label: {zh: 学历学位, en: Highest degree}",
            "label: {zh: 学历学位}",
            ["facts.yaml:8: `label` lacks `en`"],
        ),
        (
            "{id: none, zh: 无, en: None}",
            "{id: Not any, zh: 无, en: None}",
            [
                "facts.yaml:11: `id` is 'Not any'; it must look like: small letters, digits, - and _, at most 60"
            ],
        ),
        (
            "values_from: honours",
            "values_from: honours\n    values: [{id: a, zh: 甲, en: A}]",
            ["facts.yaml:46: fact `case.honour` is an enum: give `values` or `values_from`"],
        ),
    ],
)
def test_a_mistake_in_facts_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "facts.yaml", old, new)

    assert problems(pack) == expected


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "    class: personal\n    retention: 10\n    moves: up\n  - id: person.insured_months",
            "    class: sensitive\n    retention: 10\n    search: true\n  - id: person.insured_months",
            "is of class sensitive: nobody may be found by it",
        ),
        (
            "    range: [0, 720]",
            "    range: [0, 720]\n    search: true",
            "is searched by, so its type is enum or boolean",
        ),
        (
            "facts:\n",
            "facts:\n  - {id: household.rents, label: {zh: 租房, en: Rents}, type: boolean, source: education,"
            " class: personal, retention: 10, search: true}\n",
            "is searched by, so it is about one of: person, firm, project",
        ),
    ],
)
def test_what_cannot_be_searched_by_is_refused(
    pack: Path, old: str, new: str, problem: str
) -> None:
    change(pack, "facts.yaml", old, new)

    assert problem in " ".join(problems(pack))
