"""A table is taken when every cell is readable and no two rows meet; a lookup never misses unseen."""

from datetime import date
from typing import Any

import pytest

from tests.engine.rules.texts import facts_of, rules_of, wrong
from yingcai.engine.rules.bounds import Bounds, Interval, Options
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.table_form import first_gap, read_cell, read_table
from yingcai.engine.rules.tables import Cell, Span, Table, matches
from yingcai.engine.rules.types import (
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    civil,
)
from yingcai.engine.rules.written import NotReadable, read_value

LEVEL = Enum("person.level", ("none", "senior", "top"), ordered=True)
MONTHS = Integer("month")


def day(text: str) -> int:
    return civil(date.fromisoformat(text))


def table(
    *rows: list[Any], keys: tuple[Type, ...] = (MONTHS,), outputs: str = "-> a CNY", **more: Any
) -> tuple[Table | None, list[tuple[str, str]]]:
    """A table with keys k0, k1 …, and its problems as places and words."""
    columns = [f"k{place}" for place in range(len(keys))]
    form = {"columns": [*columns, *outputs.split(", ")], "rows": list(rows), **more}
    found, problems = read_table("t", form, keys, {"person.level": LEVEL})
    return found, [(".".join(map(str, key)), text) for key, text in problems]


def good(*rows: list[Any], **more: Any) -> Table:
    found, problems = table(*rows, **more)
    assert problems == []
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        ("*", MONTHS, None),
        (" * ", LEVEL, None),
        (3, MONTHS, Span(3, 3)),
        ("3", MONTHS, Span(3, 3)),
        ("-3", MONTHS, Span(-3, -3)),
        ("3..5", MONTHS, Span(3, 5)),
        ("-5 .. -3", MONTHS, Span(-5, -3)),
        ("4..4", MONTHS, Span(4, 4)),
        (">=3", MONTHS, Span(3, None)),
        ("> 3", MONTHS, Span(4, None)),
        ("<=3", MONTHS, Span(None, 3)),
        ("<3", MONTHS, Span(None, 2)),
        ("1,000.50", Money(), Span(100_050, 100_050)),
        (">0.01", Money(), Span(2, None)),
        (12.5, Ratio(), Span(125_000, 125_000)),
        ("12.5..50", Ratio(), Span(125_000, 500_000)),
        (date(2018, 4, 13), Date(), Span(day("2018-04-13"), day("2018-04-13"))),
        ("2018-01-31..2018-02-28", Date(), Span(day("2018-01-31"), day("2018-02-28"))),
        (">2018-01-31", Date(), Span(day("2018-02-01"), None)),
        ("<2016-03-01", Date(), Span(None, day("2016-02-29"))),
        ("<2018-01-01", Date(), Span(None, day("2017-12-31"))),
        (True, Boolean(), frozenset({True})),
        ("no", Boolean(), frozenset({False})),
        ("yes|no", Boolean(), frozenset({True, False})),
        ("是", Boolean(), frozenset({True})),
        ("senior|top", LEVEL, frozenset({1, 2})),
        ("senior | top", LEVEL, frozenset({1, 2})),
    ],
)
def test_every_form_of_a_cell(written: object, kind: Type, expected: Cell) -> None:
    assert read_cell(written, kind) == expected


@pytest.mark.parametrize(
    ("written", "kind", "words"),
    [
        ("", MONTHS, "'' is not a cell; write 3, 3..5, >=3, <3 or *"),
        ("1 2", MONTHS, "'1 2' is not a cell; write 3, 3..5, >=3, <3 or *"),
        ("5..3", MONTHS, "5..3 is empty"),
        ("a..3", MONTHS, "'a' is not a number"),
        ("3..", MONTHS, "'3..' is not a number"),
        (">=x", MONTHS, "'x' is not a number"),
        ("1.5", MONTHS, "'1.5' has more decimals than integer (month) can hold"),
        ("2018-02-29", Date(), "'2018-02-29' is not a day; write 2019-05-06"),
        ("maybe", Boolean(), "'maybe' is neither yes nor no"),
        ("senior|", LEVEL, "'' is not one of: none, senior, top"),
        (True, LEVEL, "True is not one of: none, senior, top"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(written: object, kind: Type, words: str) -> None:
    with pytest.raises(NotReadable) as found:
        read_cell(written, kind)
    assert str(found.value) == words


def test_a_cell_accepts_what_lies_in_it() -> None:
    assert matches(None, 5)
    assert [matches(Span(3, 5), value) for value in (2, 3, 5, 6)] == [False, True, True, False]
    assert [matches(Span(3, None), value) for value in (2, 3, 99)] == [False, True, True]
    assert [matches(frozenset({1, 2}), value) for value in (0, 1)] == [False, True]


def test_all_problems_of_a_table_are_told_at_once() -> None:
    _, problems = table(
        ["1..3", 10], ["x", 10], [4], ["3..5", "y"],
        outputs="-> a CNY, -> b person.age, c", otherwise=[1],
    )  # fmt: skip
    assert problems == [
        ("columns.2", "`person.age` is no fact with a list of values"),
        ("columns.3", "'c' must be an output, such as `-> amount CNY`, after the keys"),
        ("rows.0", "row 1 has 2 cells; the columns are 3"),
        ("rows.1", "row 2 has 2 cells; the columns are 3"),
        ("rows.2", "row 3 has 1 cells; the columns are 3"),
        ("rows.3", "row 4 has 2 cells; the columns are 3"),
        ("otherwise", "gives 1 values for 2 outputs"),
    ]
    assert table(["x", "y"])[1] == [
        ("rows.0", "row 1, k0: 'x' is not a number"),
        ("rows.0", "'y' is not a number"),
    ]


def test_a_table_has_outputs_and_rows_and_not_too_many() -> None:
    assert table(outputs="-> a CNY")[1] == [("rows", "has no rows, or more than 1000")]
    assert table([1], outputs="")[1] == [
        ("columns.1", "'' must be an output, such as `-> amount CNY`, after the keys"),
        ("columns", "has no output, such as `-> amount CNY`"),
    ]
    many = [[number, 1] for number in range(1_001)]
    assert table(*many)[1] == [("rows", "has no rows, or more than 1000")]
    assert len(good(*many[:1_000]).rows) == 1_000


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ("1..3", "3..5", True),
        ("1..3", "4..5", False),
        (">=3", "<=3", True),
        (">3", "<=3", False),
        ("*", "3", True),
        ("<0", "<-5", True),
    ],
)
def test_rows_that_meet_in_a_span(first: str, second: str, *, meet: bool) -> None:
    expected = [("rows.1", "row 2 overlaps row 1")] if meet else []
    assert table([first, 1], [second, 2])[1] == expected


def test_rows_meet_only_where_all_their_cells_do() -> None:
    keys = (LEVEL, Boolean(), MONTHS)
    rows = [["top|senior", True, "1..5"], ["senior", True, "5..9"], ["top", False, "*"]]
    with_outputs = [[*row, 1] for row in rows]
    assert table(*with_outputs, keys=keys)[1] == [("rows.1", "row 2 overlaps row 1")]
    with_outputs[1][0] = "none"
    assert table(*with_outputs, keys=keys)[1] == []


def test_a_row_that_overlaps_several_is_told_once() -> None:
    assert table(["1", 1], ["2", 1], ["*", 1])[1] == [("rows.2", "row 3 overlaps row 1")]


def test_shares_stand_over_the_smallest_scale_in_which_all_are_whole() -> None:
    found = good([1, 50, 12.5], [2, 100, 25], outputs="-> a percent, -> b percent")
    assert found.types == (Ratio(2), Ratio(8))
    assert [row.outputs for row in found.rows] == [(1, 1), (2, 2)]
    other = good([1, 50], outputs="-> a percent", otherwise=["33.3333"])
    assert other.types == (Ratio(1_000_000),)
    assert (other.rows[0].outputs, other.otherwise) == ((500_000,), (333_333,))


@pytest.mark.parametrize(
    "written", ["x", True, None, "33.33333", 10_000_000, "1e2", "0.00019073486328125"]
)
def test_a_share_that_cannot_be_read_says_why(written: object) -> None:
    ((place, text),) = table([1, written], outputs="-> a percent")[1]
    assert place == "rows.0"
    assert text.startswith(f"{written!r} ")


def test_outputs_of_every_kind() -> None:
    outputs = "-> fen CNY, -> months month, -> level person.level"
    found = good(["*", "1,000.5", 6, "top"], outputs=outputs)
    assert found.types == (Money(), MONTHS, LEVEL)
    assert found.rows[0].outputs == (100_050, 6, 2)
    assert found.column("level") == 2


def test_rows_keep_their_line_clause_and_status() -> None:
    found = good(["<3", 1], [">=3", 2], source="plan#1", sources=["plan#2", ""], statuses=["", "sample"])  # fmt: skip
    assert [(row.line, row.source, row.sample) for row in found.rows] == [
        (0, "plan#2", False),
        (1, "plan#1", True),
    ]
    plain = good(["<3", 1], source="plan#1", status="sample")
    assert [(row.source, row.sample) for row in plain.rows] == [("plan#1", True)]
    assert good(["<3", 1]).rows[0].source == ""


# -- gaps ----------------------------------------------------------------------------------------


def gap(*cells: list[Any], keys: tuple[Type, ...], reach: list[Bounds]) -> str | None:
    return first_gap(good(*[[*row, 1] for row in cells], keys=keys), reach)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["<=5", ">5"], None),
        (["<=5", ">6"], "k0 = 6"),
        (["<=4", ">5"], "k0 = 5"),
        ([">0"], "k0 = 0"),
        (["<10"], "k0 = 10"),
        (["0..10"], None),
        (["-5..20"], None),
        (["0..3", "5..10"], "k0 = 4"),
        (["11"], "k0 = 0"),
        (["*"], None),
    ],
)
def test_gaps_of_numbers(cells: list[str], expected: str | None) -> None:
    assert gap(*[[one] for one in cells], keys=(MONTHS,), reach=[Interval(0, 10)]) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["<=2018-01-31", ">2018-01-31"], None),
        (["<=2018-01-31", ">=2018-02-01"], None),
        (["<2018-02-01", ">2018-01-31"], None),
        (["<=2018-02-28", ">=2018-03-01"], None),
        (["<=2016-02-28", ">=2016-03-01"], "k0 = 2016-02-29"),
        (["<=2016-02-29", ">=2016-03-01"], None),
        (["<=2017-12-31", ">2018-01-01"], "k0 = 2018-01-01"),
        (["<2018-04-30", ">2018-04-30"], "k0 = 2018-04-30"),
        ([">2018-01-31"], "k0 = 2010-01-01"),
        (["<=2018-01-31"], "k0 = 2018-02-01"),
    ],
)
def test_gaps_of_days_at_the_ends_of_months(cells: list[str], expected: str | None) -> None:
    reach = Interval(day("2010-01-01"), day("2020-12-31"))
    assert gap(*[[one] for one in cells], keys=(Date(),), reach=[reach]) == expected


def test_a_gap_names_every_key() -> None:
    keys: tuple[Type, ...] = (Date(), LEVEL, Boolean(), Ratio())
    reach: list[Bounds] = [
        Interval(day("2018-01-01"), day("2018-12-31")),
        Options(frozenset({1, 2})),
        Options(frozenset({True, False})),
        Interval(0, 1_000_000),
    ]
    rows: list[list[Any]] = [
        ["<=2018-01-31", "*", "*", "*"],
        [">2018-01-31", "senior", "*", "*"],
        [">2018-01-31", "top", True, "*"],
        [">2018-01-31", "top", False, "<12.5"],
    ]
    assert gap(*rows, keys=keys, reach=reach) == "k0 = 2018-02-01, k1 = top, k2 = no, k3 = 12.5"
    rows.append([">2018-01-31", "top", False, ">=12.5"])
    assert gap(*rows, keys=keys, reach=reach) is None
    narrow = [*reach[:2], Options(frozenset({True})), reach[3]]
    assert gap(*rows[:3], keys=keys, reach=narrow) is None


def test_a_table_with_too_many_pieces_counts_as_having_a_gap() -> None:
    wide = Enum("wide", tuple(f"w{place}" for place in range(200)))
    halves = ["|".join(wide.values[:100]), "|".join(wide.values[100:])]
    rows: list[list[Any]] = [
        [one, two, three] for one in halves for two in halves for three in halves
    ]
    reach = Options(frozenset(range(200)))
    assert gap(*rows, keys=(wide,) * 3, reach=[reach] * 3) == "too many combinations to check"
    few = Options(frozenset({0, 199}))
    assert gap(*rows, keys=(wide,) * 3, reach=[few, reach, few]) is None


def test_a_gap_in_a_table_is_told_only_where_it_counts() -> None:
    text = """
programme: p
tables: {{t: {{columns: [person.introduced_on, person.trade, "-> a CNY"], rows: [[">2018-01-31", car, 1]]}}}}
conditions: [{{id: a, when: "{when}"}}]
amount: LOOKUP('t')
"""
    late = "person.introduced_on > DATE '2018-01-31'"
    rules_of(text.format(when=f"{late} AND person.trade = 'car'"))
    rules_of(text.format(when="COVERED('t')"))
    assert wrong(text.format(when=late)) == [
        "tables.t: has no row for person.introduced_on = 2018-02-01, person.trade = drug; "
        "add rows, `otherwise`, or a condition COVERED('t')"
    ]


def test_a_lookup_that_a_condition_needs_counts_for_everybody() -> None:
    """Also through two steps: who has no row would wait for facts that nobody can give."""
    text = """
programme: p
tables: {t: {columns: [person.age, "-> a CNY"], rows: [[">=10", 1]]}}
steps: [{id: a, value: LOOKUP('t')}, {id: b, value: step.a}]
conditions: [{id: c, when: "step.b >= YUAN(1) AND person.age >= 10"}]
amount: step.b
"""
    assert wrong(text)[0].startswith("tables.t: has no row for person.age = 0; ")


def test_a_lookup_finds_the_row_of_its_keys() -> None:
    rules = rules_of(
        """
        programme: p
        tables:
          t:
            columns: [person.stake, person.introduced_on, "-> a CNY"]
            rows: [["<12.5", "*", 1], [">=12.5", "<2018-02-01", 2], [">=12.5", ">2018-01-31", 3]]
        conditions: [{id: c, when: COVERED('t')}]
        amount: LOOKUP('t')
        """
    )

    def amount(**person: object) -> tuple[str, int | None]:
        one = decide(rules, facts_of(rules, person=person))[0]
        return one.outcome, one.amount

    assert amount(stake="12.4999", introduced_on="2018-01-31") == ("yes", 100)
    assert amount(stake=12.5, introduced_on="2018-01-31") == ("yes", 200)
    assert amount(stake=12.5, introduced_on="2018-02-01") == ("yes", 300)
    assert amount(stake=5) == ("unknown", None)  # an unknown key, though every row says anything
    assert amount() == ("unknown", None)


def test_values_of_tables_are_read_as_those_of_facts_are() -> None:
    values: list[Value] = [read_value("2018-04-13", Date()), read_value("top", LEVEL)]
    found = good(["2018-04-13", "top", 1], keys=(Date(), LEVEL))
    assert found.rows[0].cells == (Span(int(values[0]), int(values[0])), frozenset({values[1]}))
