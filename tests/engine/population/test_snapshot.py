"""What a file of people must be, how its cells are read, and what is said of those that cannot be."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.engine.population.make import (
    GRANT,
    WITH_FIRMS,
    Connection,
    ceiling,
    opened,
    people,
    rows_of,
)
from tests.engine.rules.texts import rules_of
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.snapshot import (
    SHOWN_PROBLEMS,
    BadCell,
    Population,
    applied_column,
    column_of,
    open_population,
    workspace,
)
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.types import Date, civil
from yingcai.engine.rules.written import NotReadable, read_value

EVERY_TYPE = """
programme: every-type
conditions:
  - {id: a, when: person.full_time}
  - {id: b, when: person.months_insured >= 6}
  - {id: c, when: person.salary > YUAN(1)}
  - {id: d, when: person.stake >= PERCENT(10)}
  - {id: e, when: person.introduced_on >= DATE '2018-01-01'}
  - {id: f, when: "person.level <> 'none'"}
  - {id: g, when: case.applied_on >= DATE '2018-01-01'}
amount: YUAN(1)
"""
RULES = rules_of(EVERY_TYPE)
COLUMNS = {
    "person.full_time": "yes",
    "person.months_insured": "6",
    "person.salary": "1",
    "person.stake": "10",
    "person.introduced_on": "2019-05-06",
    "person.level": "top",
    "case.applied_on": "2019-05-06",
}


def one_cell(db: Connection, folder: Path, fact: str, written: str) -> Population:
    """A population of one, in which one cell is written in some way."""
    cells = {**COLUMNS, fact: f'"{written}"' if "," in written else written}
    path = people(folder, f"id,{','.join(cells)}\n1,{','.join(cells.values())}\n")
    return opened(db, path, RULES)


@pytest.mark.parametrize(
    ("fact", "written", "value"),
    [
        *[("person.full_time", text, True) for text in ("true", "TRUE", "yes", "t", "Y", "1", "是")],
        *[("person.full_time", text, False) for text in ("false", "No", "f", "n", "0", "否 ")],
        ("person.months_insured", " 6 ", 6),
        ("person.months_insured", "6.00", 6),
        ("person.months_insured", "600", 600),
        ("person.salary", "300000", 300_000_00),
        ("person.salary", "300,000.5", 300_000_50),
        ("person.salary", "0.01", 1),
        ("person.salary", "12.3400", 1234),
        ("person.stake", "12.5", 125_000),
        ("person.stake", "0.0001", 1),
        ("person.stake", "100", 1_000_000),
        *[
            ("person.introduced_on", text, date(2019, 5, 6))
            for text in (
                "2019-05-06", "2019-5-6", "2019/5/6", "2019.05.06", "20190506", "2019年5月6日",
                "2019-05/06", "2019-05-06 00:00:00", "2019-05-06T00:00:00.000",
            )
        ],
        ("person.introduced_on", "2020-02-29", date(2020, 2, 29)),
        ("person.level", " leading ", 2),
    ],
)  # fmt: skip
def test_each_spelling_is_read(
    db: Connection, tmp_path: Path, fact: str, written: str, value: object
) -> None:
    population = one_cell(db, tmp_path, fact, written)

    assert (population.rows, population.bad_rows, population.bad) == (1, 0, ())
    assert rows_of(population)[0][column_of(fact)] == value


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        ("person.full_time", "perhaps"),
        ("person.full_time", "2"),
        ("person.months_insured", "6.5"),
        ("person.months_insured", "six"),
        ("person.months_insured", "601"),
        ("person.months_insured", "-1"),
        ("person.months_insured", "1e2"),
        ("person.months_insured", "9" * 18),
        ("person.months_insured", "9" * 19),
        ("person.salary", "1.005"),
        ("person.salary", "100000000.01"),
        ("person.salary", "9" * 14 + ".99"),
        ("person.salary", "9" * 15),
        ("person.salary", "nan"),
        ("person.stake", "0.00001"),
        ("person.stake", "100.0001"),
        ("person.stake", "9" * 10 + ".9999"),
        ("person.stake", "9" * 13),
        ("person.introduced_on", "2019-02-29"),
        ("person.introduced_on", "2019056"),
        ("person.introduced_on", "19-05-06"),
        ("person.introduced_on", "epoch"),
        ("person.introduced_on", "infinity"),
        ("person.introduced_on", "2019-05-06 13:00:00"),
        ("person.introduced_on", "2101-01-01"),
        ("person.level", "Top"),
        ("person.level", "顶尖人才"),
        ("case.applied_on", "1999-12-31"),
        ("case.applied_on", ""),
    ],
)
def test_a_cell_that_is_no_value_is_listed_and_its_row_left_out(
    db: Connection, tmp_path: Path, fact: str, written: str
) -> None:
    population = one_cell(db, tmp_path, fact, written)

    assert (population.rows, population.bad_rows) == (0, 1)
    assert population.bad == (BadCell("1", fact, written),)
    assert rows_of(population) == []


def test_a_form_and_a_file_read_the_same_days(db: Connection, tmp_path: Path) -> None:
    """Every way of writing parts of a day that somebody might try."""
    texts = [
        f"{year}{one}{month}{two}{day}{end}"
        for year in ("2019", "19", "02019")
        for one in ("-", "/", ".", "年", "")
        for month in ("5", "05", "13")
        for two in ("-", "/", ".", "月", "")
        for day in ("6", "06", "31", "32")
        for end in ("", "日", "x")
    ]
    cells = {**COLUMNS}
    rows = [
        ",".join([str(place), *{**cells, "person.introduced_on": text}.values()])
        for place, text in enumerate(texts)
    ]
    population = opened(db, people(tmp_path, "\n".join([f"id,{','.join(cells)}", *rows])), RULES)

    found = {int(row["id"]): civil(row["person__introduced_on"]) for row in rows_of(population)}
    expected = {}
    for place, text in enumerate(texts):
        try:
            expected[place] = read_value(text, Date())
        except NotReadable:
            continue
    assert found == expected
    assert len(found) > 40
    assert population.bad_rows == len(texts) - len(found)


def test_an_empty_cell_is_unknown(db: Connection, tmp_path: Path) -> None:
    blank = dict.fromkeys(COLUMNS, "") | {"case.applied_on": "2019-05-06"}
    text = f'id,{",".join(blank)}\n1,{",".join(blank.values())}\n2,"", ,"",,,,2019-05-07\n'

    population = opened(db, people(tmp_path, text), RULES)

    assert (population.rows, population.bad_rows) == (2, 0)
    for row in rows_of(population):
        assert [name for name, value in row.items() if value is not None] == [
            "id",
            "case__applied_on",
        ]


def test_others_are_counted_where_rows_are_left_out(db: Connection, tmp_path: Path) -> None:
    text = """
id,person.months_insured,person.salary
a,6,1000
b,soon,much
c,7,
d,8,-1
"""
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.months_insured > 1}, "
                     "{id: b, when: person.salary > YUAN(1)}]\namount: YUAN(1)")  # fmt: skip
    population = opened(db, people(tmp_path, text), rules)

    assert (population.rows, population.bad_rows) == (2, 2)
    assert [row["id"] for row in rows_of(population)] == ["a", "c"]
    assert population.bad == (
        BadCell("b", "person.months_insured", "soon"),
        BadCell("b", "person.salary", "much"),
        BadCell("d", "person.salary", "-1"),
    )


def test_at_most_a_thousand_bad_cells_are_listed(db: Connection, tmp_path: Path) -> None:
    rows = [f"{place},bad{place},{place % 2}" for place in range(SHOWN_PROBLEMS + 200)]
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.months_insured > 1}, "
                     "{id: b, when: person.full_time}]\namount: YUAN(1)")  # fmt: skip
    text = "\n".join(["id,person.months_insured,person.full_time", *rows, "last,1,perhaps"])

    population = opened(db, people(tmp_path, text), rules)

    assert (population.rows, population.bad_rows) == (0, SHOWN_PROBLEMS + 201)
    assert len(population.bad) == SHOWN_PROBLEMS
    assert population.bad[0] == BadCell("last", "person.full_time", "perhaps")
    assert {cell.column for cell in population.bad[1:]} == {"person.months_insured"}


def test_a_fact_without_a_column_is_unknown_for_everybody(db: Connection, tmp_path: Path) -> None:
    path = people(tmp_path, "id,person.months_insured,person.shoe_size,applied.nothing\n1,6,44,x\n")

    population = opened(db, path, RULES)

    assert population.absent == (
        "person.level", "person.full_time", "person.salary", "person.stake", "person.introduced_on",
    )  # fmt: skip
    row = rows_of(population)[0]
    assert row.pop("person__months_insured") == 6
    assert row.pop("case__applied_on") == date(2019, 5, 6)
    assert row.pop("id") == "1"
    assert set(row.values()) == {None}
    assert not any("shoe" in name or "applied__" in name for name in row)


def test_a_file_that_has_only_an_id_is_enough(db: Connection, tmp_path: Path) -> None:
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.full_time}]\namount: YUAN(1)")
    (tmp_path / "a.csv").write_text("id,other\n1,x\n", "utf-8")

    population = open_population(db, tmp_path / "a.csv", rules)

    assert (population.rows, population.absent) == (1, ("person.full_time",))


def test_who_has_applied_is_read_like_other_cells(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(GRANT)
    text = "id,applied.grant\n1,yes\n2,0\n3,\n4,maybe\n"

    population = opened(db, people(tmp_path, text), rules)

    assert [row[applied_column("grant")] for row in rows_of(population)] == [True, False, None]
    assert population.bad == (BadCell("4", "applied.grant", "maybe"),)


def test_a_fact_that_only_a_ceiling_names_is_read(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(
        f"{GRANT}stacking: {{ceilings: [{ceiling('firm', 'firm.gain')}]}}", facts=WITH_FIRMS
    )
    population = opened(db, people(tmp_path, "id,firm.gain,firm.id\n1,7,f\n"), rules)

    row = rows_of(population)[0]
    assert (row["firm__gain"], row["firm__id"]) == (700, "f")


def test_quotes_that_come_late_are_quotes(db: Connection, tmp_path: Path) -> None:
    rows = "".join(f"{place},senior,1000\n" for place in range(25_000))
    text = f'id,person.level,person.salary\n{rows}#late,"top","12,000.5"\n'

    population = opened(db, people(tmp_path, text), RULES)

    assert (population.rows, population.bad_rows) == (25_001, 0)
    last = db.execute(
        "SELECT person__level, person__salary FROM people WHERE id = '#late'"
    ).fetchall()
    assert last == [(3, 12_000_50)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_mark_at_the_beginning_and_other_delimiters(
    db: Connection, tmp_path: Path, delimiter: str
) -> None:
    path = tmp_path / "people.csv"
    text = "id,person.level,case.applied_on\n# 1,top,2019-05-06\n2,,2019-05-06\n"
    path.write_text(text.replace(",", delimiter).replace("\n", "\r\n"), "utf-8-sig")

    population = opened(db, path, RULES)

    assert [(row["id"], row["person__level"]) for row in rows_of(population)] == [
        ("# 1", 3),
        ("2", None),
    ]


def test_a_head_row_without_people(db: Connection, tmp_path: Path) -> None:
    population = opened(db, people(tmp_path, "id,person.level"), RULES)
    assert (population.rows, population.bad_rows) == (0, 0)


# What is no population


def refused(db: Connection, path: Path, rules: RuleSet = RULES) -> str:
    with pytest.raises(PopulationError) as error:
        opened(db, path, rules)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,person.level\nx,top\n", "has no column `id`"),
        ("id,person.level\n1,top\n", "lacks the column case.applied_on, which is always needed"),
        (
            "id,case.applied_on\n1,2019-05-06\n1,2019-05-06\n2,2019-05-06\n",
            "1 rows have an `id` that another row has, or none",
        ),
        (
            'id,case.applied_on\n1,2019-05-06\n,2019-05-06\n"",2019-05-06\n',
            "2 rows have an `id` that another row has, or none",
        ),
    ],
)
def test_a_table_must_say_who_and_when(
    db: Connection, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text, "utf-8")

    assert refused(db, path) == f"{path}: {words}"


def test_a_title_above_the_head_row_is_not_passed_over(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("人员名单\n\nid,person.level,case.applied_on\n1,top,2019-05-06\n", "utf-8")
    assert refused(db, path) == f"{path}: has no column `id`"


def test_a_file_that_is_missing(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    assert refused(db, path) == f"{path}: there is no such file"
    assert refused(db, tmp_path) == f"{tmp_path}: there is no such file"


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.duckdb", "a.xlsx"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\xff\xfe rubbish", "编号,学历\n1,博士\n".encode("gb18030")]
)
def test_a_broken_file_is_said_to_be_one(
    db: Connection, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    said = refused(db, path)

    assert said.startswith(f"{path}: ")
    assert "CSV in UTF-8 with a head row, JSON, Parquet, DuckDB" in said or "`id`" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "broken", [b"30001,\xb2\xa9\xca\xbf,2019-05-06\n", b'30001,"top,2019-05-06\n', b"30001,top\n"]
)
def test_a_file_that_is_broken_far_down(db: Connection, tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "people.csv"
    rows = b"".join(b"%d,top,2019-05-06\n" % place for place in range(30_000))
    path.write_bytes(b"id,person.level,case.applied_on\n" + rows + broken)

    assert "is no table that can be read (CSV in UTF-8" in refused(db, path)


def test_a_group_that_is_no_fact(db: Connection, tmp_path: Path) -> None:
    path = people(tmp_path, "id\n1\n")
    with pytest.raises(PopulationError, match=r"^there is no fact person\.hair, person\.shoe$"):
        open_population(db, path, RULES, keep=["person.hair", "person.level", "person.shoe"])


# Typed columns

TYPED = """
SELECT 7 AS id, TRUE AS "person.full_time", CAST(6 AS DOUBLE) AS "person.months_insured",
  CAST(1234.56 AS DECIMAL(10, 2)) AS "person.salary", CAST(12.5 AS DOUBLE) AS "person.stake",
  DATE '2019-05-06' AS "person.introduced_on",
  CAST('top' AS ENUM ('senior', 'top')) AS "person.level", TIMESTAMP '2019-05-06 00:00:00' AS "case.applied_on"
UNION ALL
SELECT 8, NULL, NULL, NULL, NULL, NULL, NULL, TIMESTAMP '2019-05-07 00:00:00'
UNION ALL
SELECT 9, FALSE, 6.5, 0.01, 0.1 + 0.2, DATE '1899-12-31', 'senior', TIMESTAMP '2019-05-07 09:30:00'
"""
TYPED_ROWS = [
    {
        "id": 7, "person__full_time": True, "person__months_insured": 6, "person__salary": 123456,
        "person__stake": 125_000, "person__introduced_on": date(2019, 5, 6), "person__level": 3,
        "case__applied_on": date(2019, 5, 6),
    },
    {
        "id": 8, "person__full_time": None, "person__months_insured": None, "person__salary": None,
        "person__stake": None, "person__introduced_on": None, "person__level": None,
        "case__applied_on": date(2019, 5, 7),
    },
]  # fmt: skip
TYPED_BAD = {
    ("person.months_insured", "6.5"),
    ("person.introduced_on", "1899-12-31"),
    ("case.applied_on", "2019-05-07 09:30:00"),
}


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_typed_columns_are_read_as_what_they_are(db: Connection, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"people.{form}"
    if form == "parquet":
        db.execute(f"COPY ({TYPED}) TO '{path}' (FORMAT PARQUET)")
    else:
        with duckdb.connect(path) as other:
            other.execute(f"CREATE TABLE people AS {TYPED}")

    population = opened(db, path, RULES)

    assert rows_of(population) == TYPED_ROWS
    assert {(cell.row, cell.column, cell.written) for cell in population.bad} == {
        ("9", column, written) for column, written in TYPED_BAD
    }


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("CAST(300000 AS INTEGER)", 300_000_00),
        ("CAST(1 AS UTINYINT)", 100),
        ("CAST(12.3 AS DOUBLE)", 1230),
        ("CAST(12.34 AS FLOAT)", 1234),
        ("CAST(100000000 AS HUGEINT)", 100_000_000_00),
        ("CAST(12.340000 AS DECIMAL(18, 6))", 1234),
        ("'1,000.10'", 100010),
        ("CAST(9000000000000000000 AS BIGINT)", None),
        ("CAST(-9000000000000000000 AS BIGINT)", None),
        ("CAST('nan' AS DOUBLE)", None),
        ("CAST(1e300 AS DOUBLE)", None),
        ("TRUE", None),
    ],
)
def test_money_of_every_type(db: Connection, tmp_path: Path, typed: str, value: int | None) -> None:
    path = tmp_path / "people.parquet"
    db.execute(
        f"""COPY (SELECT 1 AS id, {typed} AS "person.salary", DATE '2019-05-06' AS "case.applied_on")
        TO '{path}' (FORMAT PARQUET)"""
    )
    population = opened(db, path, RULES)

    assert [row["person__salary"] for row in rows_of(population)] == (
        [] if value is None else [value]
    )
    assert population.bad_rows == (value is None)


def test_a_database_without_a_table_of_people(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "people.ddb"
    with duckdb.connect(path) as other:
        other.execute("CREATE TABLE persons AS SELECT 1 AS id")

    assert refused(db, path).startswith(f"{path}: is no table that can be read")


def test_the_snapshot_stays_as_it_is(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "people.duckdb"
    with duckdb.connect(path) as other:
        other.execute(f"CREATE TABLE people AS {TYPED}")
    before = path.read_bytes()

    opened(db, path, RULES)

    assert path.read_bytes() == before


# Bounds


@pytest.mark.parametrize("memory", ["much", "2", "GB"])
def test_a_bound_that_is_no_size(memory: str) -> None:
    with (
        pytest.raises(PopulationError, match=rf"^'{memory}' is no size of memory; write 2GB$"),
        workspace(memory=memory),
    ):
        pass


def test_a_number_of_threads_that_is_none() -> None:
    with (
        pytest.raises(PopulationError, match=r"^-1 is no number of threads"),
        workspace(threads=-1),
    ):
        pass


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_too_little_memory_is_said_to_be_too_little(
    db: Connection, tmp_path: Path, form: str
) -> None:
    """A CSV cannot even be looked into; of Parquet the head can be read, but not the rows."""
    path = tmp_path / f"people.{form}"
    db.execute(
        f"""COPY (SELECT repeat(md5(CAST(range AS VARCHAR)), 4) AS id, 'top' AS "person.level",
        DATE '2019-05-06' AS "case.applied_on" FROM range(60000)) TO '{path}'"""  # noqa: S608
    )
    with (
        pytest.raises(PopulationError, match=r"^needs more memory than it may use; Out of Memory"),
        workspace(memory="3MB", threads=1) as connection,
    ):
        opened(connection, path, RULES)


def test_a_workspace_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with workspace(memory="1GB") as connection:
        connection.execute("CREATE TABLE a AS SELECT range AS x FROM range(10)")
        assert list(tmp_path.iterdir()) != []
        bound = connection.execute("SELECT current_setting('memory_limit')").fetchone()
        assert bound == ("953.6 MiB",)

    assert list(tmp_path.iterdir()) == []


def test_a_population_larger_than_memory_goes_through(tmp_path: Path) -> None:
    """More than a hundred and ten million bytes of ids alone, of which a hundred million may be held."""
    path = tmp_path / "people.parquet"
    rows, memory = 450_000, 100_000_000
    with duckdb.connect() as maker:
        maker.execute(
            f"""COPY (SELECT repeat(md5(CAST(range AS VARCHAR)), 8) AS id,
              range % 2 = 0 AS "person.full_time", range % 12 AS "person.months_insured",
              ['none', 'senior', 'leading', 'top'][range % 4 + 1] AS "person.level",
              DATE '2019-01-01' AS "case.applied_on"
            FROM range({rows})) TO '{path}' (FORMAT PARQUET, ROW_GROUP_SIZE 10000)"""  # noqa: S608
        )
    assert rows * 8 * 32 > memory
    with workspace(memory=f"{memory}B", threads=2) as connection:
        population = opened(connection, path, rules_of(GRANT))

        assert (population.rows, population.bad_rows) == (rows, 0)
        months = connection.execute("SELECT sum(person__months_insured) FROM people").fetchone()
        assert months == (sum(place % 12 for place in range(rows)),)


SAID = """
[{"id": 1, "person": {"full_time": true, "months_insured": 7, "salary": 12000.5,
                      "level": {"value": "top", "source": "applicant", "on": "2018-01-01"}},
  "person.stake": "12.5", "case": {"applied_on": "2019-05-06"}},
 {"id": "2", "person.level": "none", "person": {"full_time": null, "introduced_on": "2018-01-02"},
  "case": {"applied_on": {"value": "2019-05-07"}}, "applied": {"every-type": true}}]
"""


def test_people_in_json_are_read_as_in_a_table(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(SAID, "utf-8")
    table = people(
        tmp_path,
        "id,person.full_time,person.months_insured,person.salary,person.level,person.stake,"
        "person.introduced_on,case.applied_on,applied.every-type\n"
        "1,true,7,12000.5,top,12.5,,2019-05-06,\n"
        "2,,,,none,,2018-01-02,2019-05-07,true",
    )

    found = rows_of(opened(db, path, RULES))

    assert found == rows_of(opened(db, table, RULES))
    assert [row["person__salary"] for row in found] == [1_200_050, None]


def test_an_object_a_line_is_a_person_each(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    line = '{"id": "1", "person.level": "top", "case.applied_on": "2019-05-06"}'
    path.write_text(line + "\n" + line.replace("1", "2", 1), "utf-8")

    assert [row["id"] for row in rows_of(opened(db, path, RULES))] == ["1", "2"]


def test_what_is_no_value_in_json_leaves_out_its_person_alone(
    db: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "people.json"
    bad = SAID.replace('"value": "top", ', "").replace('"none"', '"nobody"')
    path.write_text(bad.replace("]", ', {"id": 3, "case": {"applied_on": "2019-05-06"}}]'), "utf-8")

    found = opened(db, path, RULES)

    assert (found.rows, found.bad_rows) == (1, 2)
    assert found.bad == (
        BadCell("1", "person.level", '{"source":"applicant","on":"2018-01-01"}'),
        BadCell("2", "person.level", "nobody"),
    )


@pytest.mark.parametrize("broken", ["", "[]", "[1, 2]", '[{"id": 1}', '{"id": 1} and so on', "{"])
def test_a_file_of_json_that_is_no_people(db: Connection, tmp_path: Path, broken: str) -> None:
    path = tmp_path / "people.json"
    path.write_text(broken, "utf-8")

    said = refused(db, path)

    assert said.startswith(f"{path}: ")
    assert "is no table that can be read" in said or said.endswith("has no column `id`")
    assert "\n" not in said
