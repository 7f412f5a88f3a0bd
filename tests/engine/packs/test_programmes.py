"""Programmes: each mistake that needs no compiler is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "programme: rent",
            "programme: rents",
            [
                "indicators/needed.yaml:8: there is no programme `rent`",
                "offerings/flat.yaml:7: there is no programme `rent`",
                "programmes/rent.base.csv:1: no table of a programme names this file",
                "programmes/rent.yaml:1: `programme` must be the name of the file, rent",
                "programmes/rent.yaml:34: there is no programme `rent`",
                "programmes/rents.base.csv:1: the file is missing or cannot be read; add it to the pack",
            ],
        ),
        ("lead: labour", "lead: navy", ["programmes/rent.yaml:5: there is no unit `navy`"]),
        (
            "lead: labour\n",
            "lead: labour\nwindow: {date: case.applied_on, from: 2026-01-01}\n",
            ["programmes/rent.yaml:6: `window` belongs into each of the `versions`"],
        ),
        (
            "    amount: LOOKUP('flat')\n",
            "",
            ["programmes/rent.yaml:22: a benefit needs an `amount`"],
        ),
        (
            "when: COVERED('base'), source: plan-2026#1",
            "when: COVERED('base')",
            ["programmes/rent.yaml:18: condition `degree` lacks `source`"],
        ),
        (
            "from: 2027-01-01}\n    tables",
            "from: 2027-01-01, to: 2026-01-01}\n    tables",
            ["programmes/rent.yaml:23: `to` comes before `from`"],
        ),
        (
            "{date: case.applied_on, from: 2027-01-01}",
            "{date: case.applied_on}",
            ["programmes/rent.yaml:23: a window needs `from` or `to`"],
        ),
        (
            "id: degree,",
            "id: window,",
            ["programmes/rent.yaml:18: `window` is the id of the window; choose another"],
        ),
        (
            '- id: "2027"',
            '- id: "2026"',
            ["programmes/rent.yaml:22: version `2026` is there twice"],
        ),
        (
            "from: 2027-01-01, value: 9000",
            "from: 2025-01-01, value: 9000",
            ["programmes/rent.yaml:11: the days of `values` must rise"],
        ),
        (
            "by: case.applied_on, ",
            "",
            ["programmes/rent.yaml:10: `cap` needs `values` and `by` together"],
        ),
        (
            "value: 9000, source: plan-2026#0",
            "value: 9000",
            ["programmes/rent.yaml:10: `cap` lacks `source`"],
        ),
        ("plan-2026#0", "plan-2026#31", ["programmes/rent.yaml:11: the plan has no measure 31"]),
        (
            "plan-2026#0",
            "law-2026#4",
            ["programmes/rent.yaml:11: there is no document `law-2026`; add it to documents.yaml"],
        ),
        (
            "plan-2026#0",
            "plan-2026",
            ["programmes/rent.yaml:11: `source` must name a clause: DOCUMENT#CLAUSE"],
        ),
        (
            "excludes: [settling-in]",
            "excludes: [rent, marry]",
            [
                "programmes/rent.yaml:33: `excludes` names the programme itself",
                "programmes/rent.yaml:33: there is no programme `marry`",
            ],
        ),
        (
            "workflow: claim",
            "workflow: walk",
            ["programmes/rent.yaml:35: there is no workflow `walk`"],
        ),
        (
            "引进急需人才 500名",
            "引进急需人才 50名",
            ["programmes/rent.yaml:36: no item of measure 1 in the ledger has these words"],
        ),
        (
            "feeds: [{measure: 1",
            "feeds: [{measure: 2",
            ["programmes/rent.yaml:36: no item of measure 2 in the ledger has these words"],
        ),
        (
            "grants: 12000.5}",
            "refused_by: age}",
            ["programmes/rent.yaml:38: there is no condition `age`"],
        ),
        (
            ", grants: 12000.5}",
            "}",
            [
                "programmes/rent.yaml:38: the example says no answer: `grants`, `result`, `refused_by`, `asks`, `needs_person`"
            ],
        ),
        (
            "workflow: claim",
            "instalments: {shares: [50, 40], every: year}",
            ["programmes/rent.yaml:35: the shares come to 90 percent, not 100"],
        ),
        (
            "workflow: claim",
            "instalments: {parts: 2, shares: [100], every: year}",
            ["programmes/rent.yaml:35: `instalments` needs one of `parts`, `shares`, and only one"],
        ),
        (
            "workflow: claim",
            "obligations: [{id: stay, zh: 留, en: Stay, months: 6, every: 12}, {id: go, zh: 去, en: Go, months: 601}]",
            [
                "programmes/rent.yaml:35: `months` must be at most 600",
                "programmes/rent.yaml:35: obligation `stay` is over before its first check",
            ],
        ),
        (
            "workflow: claim",
            "evaluation: {score: sheet, grades: [a, a], bands: [{from: 60, means: keep}, {from: 70, means: end}], source: plan-2026#1, status: sample}",
            [
                "programmes/rent.yaml:35: a grade is there twice",
                "programmes/rent.yaml:35: the points of `bands` must fall and end at 0",
            ],
        ),
        (
            "workflow: claim",
            "evaluation: {score: sheet, grades: [a, b], bands: [{from: 60, means: keep}, {from: 0, means: end}], source: plan-2026#1, status: sample}",
            [],
        ),
        (
            "workflow: claim",
            "exceptional: {settles: [amount, result], fact: person.level, signed_by: [{role: head, unit: lead}], source: plan-2026#1, status: sample}",
            [
                "programmes/rent.yaml:35: `exceptional` needs the `workflow` of its cases",
                "programmes/rent.yaml:35: `person.level` holds no money; an amount that is settled does",
                "programmes/rent.yaml:35: `signed_by` needs two seats or more",
                "programmes/rent.yaml:35: the programme gives no `result` that could be settled",
            ],
        ),
        (
            "workflow: claim",
            "workflow: claim\nexceptional: {settles: [result], limit: 5, signed_by: [{role: head, unit: lead}, {role: expert, unit: lead}], source: plan-2026#1, status: sample}",
            [
                "programmes/rent.yaml:36: `role` is 'expert'; use one of: officer, head, finance, office, leader"
            ],
        ),
        (
            "workflow: claim",
            "workflow: claim\nexceptional: {settles: [result], limit: 5, signed_by: [{role: head, unit: lead}, {role: leader, unit: lead}], source: plan-2026#1, status: sample}",
            [
                "programmes/rent.yaml:36: `limit` is of an amount, and none is settled",
                "programmes/rent.yaml:36: the programme gives no `result` that could be settled",
            ],
        ),
        (
            "workflow: claim",
            "workflow: claim\nexceptional: {settles: [amount], limit: 5, signed_by: [{role: head, unit: lead}, {role: leader, unit: lead}], source: plan-2026#1, status: sample}",
            [],
        ),
        (
            "when: true",
            "when: [a]",
            ["programmes/rent.yaml:30: `when` must be an expression of at most 2000 characters"],
        ),
        (
            "12000.50",
            "1e4",
            ["programmes/rent.yaml:10: `value` must be a number from 0 in plain digits"],
        ),
        (
            "grants: 12000.5",
            "grants: 1e4",
            ["programmes/rent.yaml:38: `grants` must be a number from 0 in plain digits"],
        ),
        (
            "grants: 12000.5",
            "grants: 007",
            ["programmes/rent.yaml:38: 007 begins with 0; put it in quotes or leave out the zeros"],
        ),
        (
            "  base: {file",
            "  Base: {file",
            ["programmes/rent.yaml:13: the name `Base` must look like: a-z, 0-9 and _"],
        ),
        (
            "otherwise: [0]",
            "otherwise: [0, 1]",
            ["programmes/rent.yaml:13: `otherwise` needs one value for each of 1 outputs"],
        ),
        (
            "otherwise: [0]",
            "columns: [a]",
            [
                "programmes/rent.yaml:13: the first line of the CSV file holds the columns; leave `columns` out"
            ],
        ),
        (
            "file: base.csv",
            "file: ../base.csv",
            [
                "programmes/rent.yaml:13: `file` is '../base.csv'; it must look like: NAME.csv, without a folder"
            ],
        ),
        (
            "file: base.csv",
            "file: other.csv",
            [
                "programmes/rent.base.csv:1: no table of a programme names this file",
                "programmes/rent.other.csv:1: the file is missing or cannot be read; add it to the pack",
            ],
        ),
        (
            '["0..11", 0, rule]',
            '["0..11", 0]',
            ["programmes/rent.yaml:27: the row has 2 cells, the table 3"],
        ),
        (
            '["0..11", 0, rule]',
            '["0..11", 0, law]',
            ["programmes/rent.yaml:27: the status is 'law'; use one of: sample, rule"],
        ),
        (
            '"-> amount CNY", status]',
            "amount, status]",
            ["programmes/rent.yaml:26: the table has no output column: `-> NAME UNIT`"],
        ),
        (
            "        source: plan-2026#1\n",
            "",
            ["programmes/rent.yaml:26: the table lacks `source`, for all or as a column"],
        ),
        (
            "programme: rent\ntitle: {zh: 租房补贴, en: Rent allowance}",
            "programme: rent\ntitle: 租房补贴",
            ["programmes/rent.yaml:2: `title` must hold named values (key: value)"],
        ),
        (
            "stacking:\n  excludes",
            "stacking:\n  merges: true\n  excludes",
            [
                "programmes/rent.yaml:33: `merges` is not a known key; known: highest_of, excludes, deducts, top_up, ceilings"
            ],
        ),
        (
            "tables:\n  base: {file: base.csv, otherwise: [0], source: plan-2026#1}",
            "tables: [base]",
            ["programmes/rent.yaml:12: `tables` must hold named values (key: value)"],
        ),
        (
            "cap: {unit: CNY",
            "cap: {value: 5, unit: CNY",
            ["programmes/rent.yaml:10: `cap` needs one of `value`, `values`, and only one"],
        ),
        (
            "base.csv, otherwise: [0], source: plan-2026#1",
            "base.csv",
            ["programmes/rent.base.csv:4: the row lacks its source"],
        ),
    ],
)
def test_a_mistake_in_rent_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "programmes/rent.yaml", old, new)

    assert problems(pack) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "id: insured",
            "id: doctor",
            [
                "programmes/settling-in.yaml:20: condition `doctor` is there twice",
                "programmes/settling-in.yaml:34: there is no condition `insured`",
            ],
        ),
        (
            "value: 6, unit: month, source: plan-2026#1",
            "value: 6, unit: month",
            ["programmes/settling-in.yaml:13: `months` lacks `source`"],
        ),
        (
            "amount: param.grant\n",
            "",
            ["programmes/settling-in.yaml:2: a benefit needs an `amount`"],
        ),
        (
            "from: 2026-01-01, to: 2028-12-31",
            "from: 2026-01-01, to: 2025-12-31",
            ["programmes/settling-in.yaml:10: `to` comes before `from`"],
        ),
        (
            "amount: param.grant\n",
            "window: {date: case.applied_on}\namount: param.grant\n",
            ["programmes/settling-in.yaml:24: a window needs `from` or `to`"],
        ),
    ],
)
def test_a_mistake_in_settling_in_yaml_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "programmes/settling-in.yaml", old, new)

    assert problems(pack) == expected


def test_a_recognition_that_gives_nothing_is_refused(pack: Path) -> None:
    change(pack, "programmes/settling-in.yaml", "kind: benefit", "kind: recognition")
    assert problems(pack) == []

    change(pack, "programmes/settling-in.yaml", "amount: param.grant\n", "")

    assert problems(pack) == ["programmes/settling-in.yaml:2: a recognition needs a `result`"]


def test_what_all_versions_share_stands_above_them(pack: Path) -> None:
    change(pack, "programmes/rent.yaml", "    amount: LOOKUP('flat')\n", "")
    change(
        pack,
        "programmes/rent.yaml",
        "versions:\n",
        "conditions:\n  - {id: asked, when: person.degree > 'none'}\n"
        "amount: YUAN(500)\nversions:\n",
    )
    change(pack, "programmes/rent.yaml", "grants: 12000.5}", "grants: 12000.5, refused_by: asked}")

    assert problems(pack) == []
