"""Tables of programmes, in YAML and in CSV, come in one form or with their mistakes."""

from pathlib import Path
from typing import Any

import pytest

from tests.engine.packs.make import change, loaded, problems
from yingcai.engine.packs.document import MAX_BYTES
from yingcai.engine.packs.tables import MAX_CELL, MAX_COLUMNS, MAX_ROWS


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "doctor,20000",
            "doctor,20000,5",
            ["programmes/rent.base.csv:2: the row has 5 cells, the table 4"],
        ),
        (
            "plan-2026#1",
            "plan-2026",
            ["programmes/rent.base.csv:2: 'plan-2026' names no clause: DOCUMENT#CLAUSE"],
        ),
        (
            "plan-2026#1",
            "plan-2027#1",
            [
                "programmes/rent.base.csv:2: there is no document `plan-2027`; add it to documents.yaml"
            ],
        ),
        ("status", "source", ["programmes/rent.base.csv:1: every column needs a name of its own"]),
        (
            "doctor,",
            '"doctor,',
            ["programmes/rent.base.csv:2: not valid CSV: unexpected end of data"],
        ),
        (
            "master,10000,,sample",
            "master,10000,,perhaps",
            ["programmes/rent.base.csv:4: the status is 'perhaps'; use one of: sample, rule"],
        ),
        (
            "master,10000,,sample",
            "master,10000,plan-2026#5,sample",
            ["programmes/rent.base.csv:4: the plan has no measure 5"],
        ),
    ],
)
def test_a_mistake_in_rent_base_csv_is_named_with_its_line(
    pack: Path, old: str, new: str, expected: list[str]
) -> None:
    change(pack, "programmes/rent.base.csv", old, new)

    assert problems(pack) == expected


def rent_tables(pack: Path) -> dict[str, Any]:
    programme = loaded(pack).programmes["rent"]
    return {**programme["tables"], **programme["versions"][1]["tables"]}


def test_a_csv_file_and_rows_in_yaml_come_in_one_form(pack: Path) -> None:
    assert rent_tables(pack) == {
        "base": {
            "file": "programmes/rent.base.csv",
            "columns": ["person.degree", "-> amount CNY"],
            "rows": [["doctor", "20000"], ["master", "10000"]],
            "lines": [2, 4],
            "sources": ["plan-2026#1", ""],
            "statuses": ["rule", "sample"],
            "otherwise": ["0"],
            "source": "plan-2026#1",
        },
        "flat": {
            "columns": ["person.insured_months", "-> amount CNY"],
            "rows": [["0..11", "0"], [">= 12", "500.5"]],
            "lines": [27, 27],
            "statuses": ["rule", "sample"],
            "source": "plan-2026#1",
        },
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_of_offices(pack: Path, encoding: str) -> None:
    text = "person.degree,-> amount CNY\r\n博士,1\r\n,\r\n"
    (pack / "programmes/rent.base.csv").write_bytes(text.encode(encoding))

    assert rent_tables(pack)["base"]["rows"] == [["博士", "1"]]


def test_the_full_name_of_a_csv_file_may_be_given(pack: Path) -> None:
    change(pack, "programmes/rent.yaml", "file: base.csv", "file: rent.base.csv")

    assert rent_tables(pack)["base"]["file"] == "programmes/rent.base.csv"


def test_a_cell_of_several_lines_does_not_shift_the_lines_of_others(pack: Path) -> None:
    text = 'person.degree,-> amount CNY\n"doctor\n",1\nmaster,2,3\n'
    (pack / "programmes/rent.base.csv").write_text(text, "utf-8")

    assert problems(pack) == [
        "programmes/rent.base.csv:4: the row has 3 cells, the table 2",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x81\xff\xff", "1: neither UTF-8 nor GB 18030; save the file as UTF-8"),
        (b"a,-> b CNY\n\n", "1: the table needs a line of columns and at least one row"),
        (b"", "1: the table needs a line of columns and at least one row"),
        (
            b"a,-> b CNY\n" + b"x" * (MAX_CELL + 1) + b",1\n",
            f"2: a cell is longer than {MAX_CELL} characters",
        ),
        (
            b"a,-> b CNY\n" + b"x,1\n" * (MAX_ROWS + 1),
            f"1: more than {MAX_ROWS} rows or {MAX_COLUMNS} columns; split the table",
        ),
        (
            ",".join(f"-> a{i} CNY" for i in range(MAX_COLUMNS + 1)).encode() + b"\n1",
            f"1: more than {MAX_ROWS} rows or {MAX_COLUMNS} columns; split the table",
        ),
        (b"a," + b"x" * MAX_BYTES, f"1: larger than {MAX_BYTES} bytes; split the file"),
        (
            b"a,-> b CNY\n" + b"x" * 200_000,
            "2: not valid CSV: field larger than field limit (131072)",
        ),
    ],
)
def test_a_csv_file_beyond_its_bounds_is_refused(pack: Path, content: bytes, expected: str) -> None:
    (pack / "programmes/rent.base.csv").write_bytes(content)

    assert problems(pack) == [f"programmes/rent.base.csv:{expected}"]


def test_a_table_without_columns_is_refused(pack: Path) -> None:
    change(
        pack,
        "programmes/rent.yaml",
        '        columns: [person.insured_months, "-> amount CNY", status]\n',
        "",
    )

    assert problems(pack) == [
        "programmes/rent.yaml:26: the row has 3 cells, the table 0",
        "programmes/rent.yaml:26: the table has no output column: `-> NAME UNIT`",
    ]
