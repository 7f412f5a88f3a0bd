"""The slow model on cases worked out by hand from the sentences of the contract."""

from datetime import date
from fractions import Fraction as F
from typing import Any

import pytest

from tests.engine.rules.slow_binding import NotTyped
from tests.engine.rules.slow_model import Answer, Model, Overall
from tests.engine.rules.slow_text import NotTheLanguage, parse

LEVELS = [{"id": word} for word in ("none", "master", "doctor", "leading", "top")]
FACTS: list[dict[str, Any]] = [
    {"id": "person.p", "type": "boolean"},
    {"id": "person.q", "type": "boolean"},
    {"id": "person.level", "type": "enum", "values": LEVELS, "ordered": True},
    {"id": "person.field", "type": "enum", "values": [{"id": "steel"}, {"id": "silk"}]},
    {"id": "person.months", "type": "integer", "unit": "month", "range": [0, 720]},
    {"id": "person.age", "type": "integer", "unit": "year"},
    {"id": "firm.fee", "type": "money"},
    {"id": "firm.cost", "type": "money"},
    {"id": "firm.share", "type": "ratio"},
    {"id": "person.came_on", "type": "date"},
    {"id": "person.left_on", "type": "date"},
    {"id": "case.applied_on", "type": "date"},
    {"id": "case.honour", "type": "enum", "values_from": "honours"},
    {"id": "case.honour_on", "type": "date"},
    {"id": "person.praised", "type": "boolean", "source": "jury"},
    {"id": "person.grade", "type": "integer", "unit": "point", "source": "jury"},
]
VOCABULARY = {
    "sources": [{"id": "register", "kind": "register"}, {"id": "jury", "kind": "committee"}],
    "facts": [{"source": "register", **fact} for fact in FACTS],
}


def decide(programme: dict[str, Any], facts: dict[str, Any]) -> Answer:
    """The answer of a programme with one rule; facts are given by their whole id."""
    (answer,) = decide_all(programme, facts).values()
    return answer


def decide_all(programme: dict[str, Any], facts: dict[str, Any]) -> dict[tuple[str, str], Answer]:
    return Model(VOCABULARY, [{"programme": "grant", **programme}]).decide(nested(facts))


def nested(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for fact, value in facts.items():
        owner, name = fact.split(".")
        found.setdefault(owner, {})[name] = value
    return found


def value(text: str, facts: dict[str, Any] | None = None, **programme: Any) -> Any:
    """The value of one expression."""
    steps = {"steps": [{"id": "it", "value": text}], **programme}
    return decide(steps, facts or {}).steps["it"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("2 * 3 * 4", 24),
        ("10 - 3 - 2", 5),
        ("10 - (3 - 2)", 9),
        ("-2 * 3", -6),
        ("2 - -3", 5),
        ("YUAN(1234.56)", F("1234.56")),
        ("YUAN(0.1) + YUAN(0.2)", F("0.3")),
        ("YUAN(0.01) * 3 - YUAN(1)", F("-0.97")),
        ("3 * YUAN(2)", F(6)),
        ("PERCENT(12.5)", F(1, 8)),
        ("DATE '2018-04-13'", date(2018, 4, 13)),
        ("TRUE", True),
        ("FALSE", False),
        ("YEAR_OF(DATE '2018-12-31')", 2018),
        ("DAYS_BETWEEN(DATE '2020-02-28', DATE '2020-03-01')", 2),
        ("DAYS_BETWEEN(DATE '2019-03-01', DATE '2019-02-28')", -1),
        ("LEAST(3, 1, 2)", 1),
        ("GREATEST(YUAN(3), YUAN(3.01))", F("3.01")),
        ("LEAST(DATE '2019-01-31', DATE '2019-01-30')", date(2019, 1, 30)),
        ("GREATEST(PERCENT(5), PERCENT(12.5))", F(1, 8)),
    ],
)
def test_literals_and_sums(text: str, expected: Any) -> None:
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TRUE OR FALSE AND FALSE", True),
        ("(TRUE OR FALSE) AND FALSE", False),
        ("NOT FALSE AND FALSE", False),
        ("NOT (FALSE AND FALSE)", True),
        ("NOT NOT TRUE", True),
        ("NOT 1 = 2", True),
        ("1 + 1 = 2", True),
        ("1 <> 1", False),
        ("2 < 2", False),
        ("2 <= 2", True),
        ("2 > 2", False),
        ("2 >= 2", True),
        ("2 BETWEEN 2 AND 3 AND FALSE", False),
        ("3 BETWEEN 2 AND 3", True),
        ("1 BETWEEN 2 AND 3", False),
        ("4 BETWEEN 2 AND 3", False),
        ("4 NOT BETWEEN 2 AND 3", True),
        ("TRUE = (1 < 2)", True),
        ("not true or false", False),
    ],
)
def test_precedence_and_comparisons(text: str, *, expected: bool) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("p", "q", "conjunction", "disjunction"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
def test_kleenes_tables(p: object, q: object, conjunction: object, disjunction: object) -> None:
    facts = {"person.p": p, "person.q": q}
    assert value("person.p AND person.q", facts) is conjunction
    assert value("person.p OR person.q", facts) is disjunction


def test_not_of_unknown_is_unknown() -> None:
    assert value("NOT person.p") is None
    assert value("NOT person.p", {"person.p": True}) is False
    assert value("NOT person.p", {"person.p": False}) is True


@pytest.mark.parametrize(
    "text",
    [
        "LEAST(YUAN(1), firm.fee)",
        "GREATEST(firm.fee, YUAN(1))",
        "firm.fee + YUAN(1)",
        "firm.fee * 0",
        "-firm.fee",
        "firm.fee = firm.fee",
        "firm.fee < YUAN(1)",
        "person.level IN ('top')",
        "person.level = 'top'",
        "PORTION(firm.fee, PERCENT(0), 'down')",
        "PORTION(YUAN(0), firm.share, 'down')",
        "ROUND_TO(firm.fee, YUAN(1), 'up')",
        "FULL_MONTHS(person.came_on, DATE '2019-01-01', 'strict')",
        "FULL_YEARS(DATE '2019-01-01', person.came_on, 'month_end')",
        "DAYS_BETWEEN(person.came_on, person.came_on)",
        "YEAR_OF(person.came_on)",
        "CASE WHEN person.p THEN 1 ELSE 1 END",
    ],
)
def test_unknown_in_is_unknown_out(text: str) -> None:
    assert value(text) is None


def test_between_is_two_comparisons_joined_by_and() -> None:
    """So a bound that is passed settles it, whatever the other bound is."""
    text = "YUAN(5) BETWEEN firm.fee AND firm.cost"
    assert value(text, {"firm.cost": 4}) is False
    assert value(text, {"firm.cost": 5}) is None
    assert value(text, {"firm.fee": 6}) is False
    assert value(text, {"firm.fee": 5, "firm.cost": 5}) is True


def test_case_takes_the_first_true_branch_and_stops_at_an_unknown_one() -> None:
    text = "CASE WHEN person.p THEN 1 WHEN person.q THEN 2 ELSE 3 END"
    assert value(text, {"person.p": True}) == 1
    assert value(text, {"person.p": False, "person.q": True}) == 2
    assert value(text, {"person.p": False, "person.q": False}) == 3
    assert value(text, {"person.p": False}) is None
    assert value(text, {"person.q": True}) is None


def test_case_needs_only_the_branch_that_it_takes() -> None:
    text = "CASE WHEN person.p THEN firm.fee ELSE firm.cost END"
    assert value(text, {"person.p": True, "firm.fee": 7}) == 7
    assert value(text, {"person.p": False, "firm.fee": 7}) is None


def test_words_of_an_ordered_enum_rise() -> None:
    facts = {"person.level": "leading"}
    assert value("person.level >= 'doctor'", facts) is True
    assert value("'top' <= person.level", facts) is False
    assert value("person.level < 'leading'", facts) is False
    assert value("person.level BETWEEN 'leading' AND 'top'", facts) is True
    assert value("person.level IN ('top', 'leading')", facts) is True
    assert value("person.level NOT IN ('top', 'leading')", facts) is False
    assert value("LEAST(person.level, 'doctor')", facts) == "doctor"
    assert value("GREATEST(person.level, 'doctor')", facts) == "leading"
    assert value("CASE WHEN TRUE THEN 'top' ELSE person.level END", facts) == "top"


@pytest.mark.parametrize(
    ("money", "down", "half_up", "up"),
    [
        ("0.01", "0", "0.01", "0.01"),  # half a fen
        ("0.03", "0.01", "0.02", "0.02"),  # a fen and a half
        ("0.02", "0.01", "0.01", "0.01"),
        ("0", "0", "0", "0"),
    ],
)
def test_portion_of_a_half(money: str, down: str, half_up: str, up: str) -> None:
    for mode, expected in (("down", down), ("half_up", half_up), ("up", up)):
        text = f"PORTION(YUAN({money}), PERCENT(50), '{mode}')"
        assert value(text) == F(expected), mode
        assert value(text.replace("YUAN", "-YUAN")) == -F(expected), mode


@pytest.mark.parametrize(
    ("mode", "expected"), [("down", "0.03"), ("half_up", "0.03"), ("up", "0.04")]
)
def test_portion_of_a_third(mode: str, expected: str) -> None:
    """0.10 yuan times 33.3333 % is 3.33333 fen."""
    assert value(f"PORTION(YUAN(0.10), PERCENT(33.3333), '{mode}')") == F(expected)


@pytest.mark.parametrize(
    ("money", "down", "half_up", "up"),
    [
        ("149.99", 100, 100, 200),
        ("150", 100, 200, 200),
        ("200", 200, 200, 200),
        ("0.01", 0, 0, 100),
    ],
)
def test_round_to_hundreds(money: str, down: int, half_up: int, up: int) -> None:
    for mode, expected in (("down", down), ("half_up", half_up), ("up", up)):
        text = f"ROUND_TO(YUAN({money}), YUAN(100), '{mode}')"
        assert value(text) == expected, mode
        assert value(text.replace("YUAN", "-YUAN", 1)) == -expected, mode


@pytest.mark.parametrize(
    ("first", "last", "strict", "month_end"),
    [
        ("2019-01-31", "2019-02-28", 0, 1),
        ("2020-01-31", "2020-02-28", 0, 0),  # a leap year: the 28th is not the last day
        ("2020-01-31", "2020-02-29", 0, 1),
        ("2019-01-31", "2019-03-30", 1, 1),
        ("2019-01-31", "2019-03-31", 2, 2),
        ("2019-01-31", "2019-04-30", 2, 3),
        ("2019-01-15", "2019-02-14", 0, 0),
        ("2019-01-15", "2019-02-15", 1, 1),
        ("2019-02-28", "2019-03-28", 1, 1),
        ("2018-12-31", "2019-01-01", 0, 0),
        ("2019-01-15", "2019-01-15", 0, 0),
        ("2019-01-15", "2019-01-31", 0, 0),
        ("2019-03-15", "2019-03-14", 0, 0),
        ("2019-03-15", "2019-02-28", 0, 0),
        ("2019-03-15", "2009-01-01", 0, 0),
        ("2016-02-29", "2017-02-28", 11, 12),
        ("2016-02-29", "2020-02-28", 47, 47),
        ("2016-02-29", "2020-02-29", 48, 48),
        ("2000-05-06", "2019-05-05", 227, 227),
    ],
)
def test_full_months(first: str, last: str, strict: int, month_end: int) -> None:
    days = f"DATE '{first}', DATE '{last}'"
    assert value(f"FULL_MONTHS({days}, 'strict')") == strict
    assert value(f"FULL_MONTHS({days}, 'month_end')") == month_end
    assert value(f"FULL_YEARS({days}, 'strict')") == strict // 12
    assert value(f"FULL_YEARS({days}, 'month_end')") == month_end // 12


def test_facts_are_read_as_people_write_them() -> None:
    facts = {"firm.fee": "1234.5", "firm.share": "12.5", "person.came_on": "2020-02-29"}
    assert value("firm.fee", facts) == F("1234.5")
    assert value("firm.share", facts) == F(1, 8)
    assert value("firm.share", {"firm.share": 0.1}) == F(1, 1000)
    assert value("person.came_on", facts) == date(2020, 2, 29)
    assert value("person.p", {"person.p": "yes"}) is True
    assert value("person.months", {"person.months": None}) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"firm.fee": "0.001"},
        {"person.months": "1.5"},
        {"person.months": True},
        {"person.months": 721},
        {"person.level": "saint"},
        {"person.came_on": "2019-02-29"},
        {"person.shoe": 44},
    ],
)
def test_wrong_facts_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        value("TRUE", facts)


def test_a_fact_that_is_always_known_must_be_given() -> None:
    facts = {**VOCABULARY, "facts": [{**fact, "always": True} for fact in VOCABULARY["facts"][:1]]}
    with pytest.raises(ValueError, match=r"person\.p is never unknown"):
        Model(facts, []).decide({"person": {"p": None}})


# Parameters

DATED = {
    "share": {
        "unit": "percent",
        "by": "case.applied_on",
        "values": [{"from": date(2020, 7, 25), "value": 25}, {"from": "2018-04-13", "value": 30}],
    },
    "cap": {"unit": "CNY", "value": 300000.5},
    "months": {"unit": "month", "value": 6},
}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-04-12", None),
        ("2018-04-13", F(3, 10)),
        ("2020-07-24", F(3, 10)),
        ("2020-07-25", F(1, 4)),
        ("2099-01-01", F(1, 4)),
        (None, None),
    ],
)
def test_a_dated_parameter_is_unknown_before_its_first_value(
    day: str | None, expected: F | None
) -> None:
    assert value("param.share", {"case.applied_on": day}, parameters=DATED) == expected


def test_parameters_have_the_kind_of_their_unit() -> None:
    assert value("param.cap", parameters=DATED) == F("300000.5")
    assert value("person.months >= param.months", {"person.months": 6}, parameters=DATED) is True
    with pytest.raises(NotTyped):
        value("person.age >= param.months", parameters=DATED)


# Tables


def table(
    columns: list[str], rows: list[list[Any]], otherwise: list[Any] | None = None
) -> dict[str, Any]:
    written = {"columns": columns, "rows": rows}
    return {"tables": {"t": written if otherwise is None else {**written, "otherwise": otherwise}}}


@pytest.mark.parametrize(
    ("cell", "fact", "inside", "outside"),
    [
        ("top", "person.level", ["top"], ["leading", "none"]),
        ("top|none", "person.level", ["top", "none"], ["leading"]),
        ("yes", "person.p", [True], [False]),
        (False, "person.p", [False], [True]),
        ("true", "person.p", [True], [False]),
        ("no", "person.p", [False], [True]),
        (">=3", "person.months", [3, 720], [2]),
        (">3", "person.months", [4], [3, 0]),
        ("<=3", "person.months", [3, 0], [4]),
        ("<3", "person.months", [2], [3]),
        ("3..5", "person.months", [3, 4, 5], [2, 6]),
        (3, "person.months", [3], [2, 4]),
        ("3", "person.months", [3], [2, 4]),
        ("*", "person.months", [0, 720], []),
        (">1000.5", "firm.fee", ["1000.51"], ["1000.50"]),
        ("<=1000.5", "firm.fee", ["1000.50"], ["1000.51"]),
        ("1000..2000.99", "firm.fee", [1000, "2000.99"], ["999.99", 2001]),
        (2000, "firm.fee", [2000], ["1999.99", "2000.01"]),
        ("<12.5", "firm.share", ["12.4999"], ["12.5"]),
        (12.5, "firm.share", ["12.5"], ["12.4999", "12.5001"]),
        (
            "2018-01-01..2019-06-30",
            "person.came_on",
            ["2018-01-01", "2019-06-30"],
            ["2017-12-31", "2019-07-01"],
        ),
        (">=2018-01-01", "person.came_on", ["2018-01-01"], ["2017-12-31"]),
        ("<2018-01-01", "person.came_on", ["2017-12-31"], ["2018-01-01"]),
        (date(2018, 1, 1), "person.came_on", ["2018-01-01"], ["2018-01-02"]),
    ],
)
def test_every_form_of_a_cell(
    cell: object, fact: str, inside: list[Any], outside: list[Any]
) -> None:
    written = table([fact, "-> amount CNY"], [[cell, 5]], [1])
    for raw in inside:
        assert value("LOOKUP('t')", {fact: raw}, **written) == 5, raw
        assert value("COVERED('t')", {fact: raw}, **written) is True, raw
    for raw in outside:
        assert value("LOOKUP('t')", {fact: raw}, **written) == 1, raw
        assert value("COVERED('t')", {fact: raw}, **written) is False, raw


def test_a_table_with_an_unknown_key_is_unknown_even_where_the_cell_takes_anything() -> None:
    written = table(["person.level", "person.p", "-> amount CNY"], [["top", "*", 5]], [1])
    assert value("LOOKUP('t')", {"person.level": "top"}, **written) is None
    assert value("COVERED('t')", {"person.level": "top"}, **written) is None
    assert value("COVERED('t')", {"person.level": "none", "person.p": None}, **written) is None


def test_without_otherwise_no_row_is_unknown_but_not_covered() -> None:
    written = table(["person.level", "-> amount CNY"], [["top", 5]])
    facts = {"person.level": "none"}
    assert value("LOOKUP('t')", facts, **written) is None
    assert value("COVERED('t')", facts, **written) is False


def test_a_table_has_outputs_of_each_kind() -> None:
    columns = ["person.p", "-> a CNY", "-> b percent", "-> c month", "-> d person.level"]
    written = table(columns, [[True, "1.50", 25, 6, "top"]])
    found = [value(f"LOOKUP('t.{name}')", {"person.p": True}, **written) for name in "abcd"]
    assert found == [F("1.5"), F(1, 4), 6, "top"]
    with pytest.raises(NotTyped):
        value("LOOKUP('t')", **written)
    with pytest.raises(NotTyped):
        value("LOOKUP('t.e')", **written)


def test_a_step_can_be_a_key_of_a_table() -> None:
    programme = {
        **table(["step.years", "step.grade", "-> amount CNY"], [[">=-1", "top|doctor", 9]], [1]),
        "steps": [
            {"id": "years", "value": "person.age - 3"},
            {"id": "grade", "value": "person.level"},
            {"id": "sum", "value": "LOOKUP('t')"},
        ],
    }
    facts = {"person.age": 2, "person.level": "doctor"}
    assert decide(programme, facts).steps == {"years": -1, "grade": "doctor", "sum": 9}
    assert decide(programme, {**facts, "person.age": 1}).steps["sum"] == 1
    assert decide(programme, {"person.age": 1}).steps["sum"] is None


def test_two_rows_that_match_are_a_fault_of_the_table() -> None:
    with pytest.raises(AssertionError, match="match 2 rows"):
        value("COVERED('t')", {"person.p": True}, **table(["person.p"], [["*"], ["yes"]]))


# Outcomes


def conditions(*texts: str) -> list[dict[str, str]]:
    return [{"id": f"c{number}", "when": text} for number, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("facts", "outcome", "amount", "result"),
    [
        ({"person.p": True, "person.q": True, "firm.fee": "12.34"}, "yes", 1234, "none"),
        ({"person.p": True, "person.q": True}, "yes", None, "none"),
        ({"person.p": True, "person.q": False, "firm.fee": 1}, "no", 0, None),
        ({"person.p": None, "person.q": False}, "no", 0, None),
        ({"person.p": True, "firm.fee": 1}, "unknown", None, None),
    ],
)
def test_outcome_amount_and_result(
    facts: dict[str, Any], outcome: str, amount: int | None, result: str | None
) -> None:
    programme = {
        "conditions": conditions("person.p", "person.q"),
        "amount": "firm.fee",
        "result": "person.level",
    }
    found = decide(programme, {"person.level": "none", **facts})
    assert (found.outcome, found.amount, found.result) == (outcome, amount, result)
    assert found.conditions == {"c1": facts.get("person.p"), "c2": facts.get("person.q")}


def test_a_rule_without_an_amount_has_none_even_when_refused() -> None:
    programme = {"conditions": conditions("person.p"), "result": "person.level"}
    assert decide(programme, {"person.p": False}).amount is None
    assert decide(programme, {"person.p": True}) == ("yes", None, None, {"c1": True}, {})


@pytest.mark.parametrize(
    ("texts", "facts", "outcome"),
    [
        (["person.praised"], {}, "person"),
        (["person.grade >= 60"], {"person.grade": None}, "person"),
        (["person.praised", "person.p"], {}, "unknown"),
        (["person.praised", "person.p"], {"person.p": True}, "person"),
        (["person.praised", "person.p"], {"person.p": False}, "no"),
        (["person.praised", "person.p"], {"person.praised": True}, "unknown"),
        (["person.praised AND person.p"], {}, "unknown"),
        (["person.praised AND person.p"], {"person.p": True}, "person"),
        (["person.praised OR person.p"], {"person.p": False}, "person"),
        # named is enough, though the answer of p could settle nothing
        (["person.praised AND (person.q OR person.p)"], {"person.q": True}, "unknown"),
        # a condition that is known names no one's work
        (["person.praised", "person.p OR person.q"], {"person.q": True}, "person"),
    ],
)
def test_a_judged_fact_waits_for_a_person(
    texts: list[str], facts: dict[str, Any], outcome: str
) -> None:
    assert decide({"conditions": conditions(*texts)}, facts).outcome == outcome


def test_a_condition_waits_for_facts_through_steps_tables_and_dates() -> None:
    keyed = table(["step.sum", "-> amount CNY"], [[">=5", 1]])
    programme: dict[str, Any] = {
        **keyed,
        "parameters": DATED,
        "steps": [
            {"id": "sum", "value": "PORTION(firm.fee, param.share, 'down')"},
            {"id": "praise", "value": "person.praised"},
        ],
        "conditions": conditions("step.praise", "COVERED('t')"),
    }
    fee, day = {"firm.fee": 100}, {"case.applied_on": "2018-04-13"}
    assert decide(programme, {**fee, **day}).outcome == "person"
    assert decide(programme, fee).outcome == "unknown"
    assert decide(programme, day).outcome == "unknown"
    assert decide(programme, {**fee, **day, "person.praised": True}).outcome == "yes"


def test_before_the_first_dated_value_a_person_must_decide() -> None:
    """No fact is missing, so asking would not help; nobody is paid by guess."""
    programme = {
        "parameters": DATED,
        "conditions": conditions("param.share > PERCENT(10)"),
        "amount": "YUAN(5)",
    }
    early = decide(programme, {"case.applied_on": "2018-04-12"})
    assert (early.outcome, early.amount, early.conditions) == ("person", None, {"c1": None})
    assert decide(programme, {"case.applied_on": "2018-04-13"}).amount == 500
    assert decide(programme, {}).outcome == "unknown"


@pytest.mark.parametrize(
    ("day", "window", "outcome"),
    [
        ("2017-05-08", False, "no"),
        ("2017-05-09", True, "yes"),
        ("2020-07-24", True, "yes"),
        ("2020-07-25", False, "no"),
        (None, None, "unknown"),
    ],
)
def test_a_window_is_a_condition(day: str | None, window: object, outcome: str) -> None:
    programme = {
        "window": {"date": "person.came_on", "from": date(2017, 5, 9), "to": "2020-07-24"},
        "conditions": conditions("TRUE"),
    }
    found = decide(programme, {"person.came_on": day})
    assert (found.outcome, found.conditions) == (outcome, {"window": window, "c1": True})


def test_an_open_window_still_needs_its_date() -> None:
    programme = {"window": {"date": "person.came_on"}}
    assert decide(programme, {}).outcome == "unknown"
    assert decide(programme, {"person.came_on": "1950-01-01"}).outcome == "yes"


VERSIONS: dict[str, Any] = {
    "programme": "grant",
    "parameters": {"cap": {"unit": "CNY", "value": 10}},
    "versions": [
        {
            "id": "old",
            "window": {"date": "person.came_on", "to": date(2019, 12, 31)},
            "conditions": conditions("person.p"),
            "amount": "LEAST(firm.fee, param.cap)",
        },
        {
            "id": "new",
            "window": {"date": "person.came_on", "from": date(2020, 1, 2)},
            "parameters": {"cap": {"unit": "CNY", "value": 20}},
            "conditions": conditions("person.praised"),
            "amount": "LEAST(firm.fee, param.cap)",
        },
    ],
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"person.came_on": "2019-12-31", "person.p": True}, ("yes", 1000, None, "old")),
        ({"person.came_on": "2020-01-02", "person.praised": True}, ("yes", 2000, None, "new")),
        ({"person.came_on": "2020-01-01"}, ("no", 0, None, None)),
        ({"person.came_on": "2019-12-31"}, ("unknown", None, None, None)),
        ({"person.came_on": "2020-01-02"}, ("person", None, None, None)),
        ({"person.p": False, "person.praised": False}, ("no", 0, None, None)),
        ({"person.p": False}, ("unknown", None, None, None)),
        ({"person.p": True, "person.praised": True}, ("unknown", None, None, None)),
    ],
)
def test_a_programme_over_its_versions(facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    model = Model(VOCABULARY, [VERSIONS])
    answers = model.decide(nested({**facts, "firm.fee": 25}))
    assert list(answers) == [("grant", "old"), ("grant", "new")]
    assert model.overall(answers) == {"grant": Overall(*expected)}


def test_a_refused_programme_without_an_amount_has_none() -> None:
    programme = {"programme": "rank", "conditions": conditions("person.p")}
    model = Model(VOCABULARY, [programme])
    found = model.overall(model.decide({"person": {"p": False}}))
    assert found == {"rank": Overall("no", None, None, None)}


def test_money_received_before_is_a_fact_named_after_its_programme() -> None:
    rent = {"programme": "rent-aid", "amount": "YUAN(9) - received.rent_aid"}
    answers = Model(VOCABULARY, [rent]).decide({"received": {"rent-aid": "2.50"}})
    assert answers["rent-aid", ""].amount == 650


# Catalogue

CATALOGUE = {
    "index": {"level": "person.level", "honour": "case.honour", "date": "case.honour_on"},
    "editions": [
        {
            "in_force": {"from": date(2018, 9, 10), "to": date(2020, 7, 24)},
            "items": [
                {"id": "medal", "level": "leading"},
                {"id": "equal", "level": "top", "equivalent": True},
            ],
        },
        {"in_force": {"from": "2020-07-25"}, "items": [{"id": "medal", "level": "top"}]},
    ],
}


@pytest.mark.parametrize(
    ("honour", "day", "level", "covered"),
    [
        ("medal", "2018-09-09", None, False),
        ("medal", "2018-09-10", "leading", True),
        ("medal", "2020-07-24", "leading", True),
        ("medal", "2020-07-25", "top", True),
        ("equal", "2018-09-10", None, False),  # a committee decides: not in the table
        (None, "2018-09-10", None, None),
        ("medal", None, None, None),
    ],
)
def test_the_edition_of_the_catalogue_goes_by_the_date_of_the_honour(
    honour: str | None, day: str | None, level: str | None, covered: object
) -> None:
    programme = {
        "programme": "rank",
        "steps": [
            {"id": "level", "value": "LOOKUP('catalogue.level')"},
            {"id": "covered", "value": "COVERED('catalogue')"},
        ],
    }
    model = Model(VOCABULARY, [programme], CATALOGUE)
    answers = model.decide({"case": {"honour": honour, "honour_on": day}})
    assert answers["rank", ""].steps == {"level": level, "covered": covered}


def test_divisions_are_the_words_of_an_enum_that_draws_from_them() -> None:
    place = {"id": "firm.place", "type": "enum", "values_from": "divisions", "source": "register"}
    vocabulary = {**VOCABULARY, "facts": [place]}
    programme = {"programme": "local", "conditions": conditions("firm.place IN ('north')")}
    model = Model(vocabulary, [programme], divisions=["north", "south"])
    assert model.decide({"firm": {"place": "north"}})["local", ""].outcome == "yes"
    assert model.decide({"firm": {"place": "south"}})["local", ""].outcome == "no"
    with pytest.raises(ValueError, match="'west' is no value of divisions"):
        model.decide({"firm": {"place": "west"}})


# What is not the language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "1 2",
        "(1",
        "1.5",
        "1 / 2",
        "1 != 2",
        "1 = 1 = 1",
        "TRUE IS NULL",
        "NULL",
        "YUAN(1.234)",
        "YUAN(1 + 1)",
        "LEAST(1)",
        "LEAST()",
        "MAX(1, 2)",
        "CASE WHEN TRUE THEN 1 END",
        "CASE TRUE WHEN TRUE THEN 1 ELSE 2 END",
        "PORTION(YUAN(1), PERCENT(1), 'nearest')",
        "PORTION(YUAN(1), PERCENT(1))",
        "FULL_MONTHS(DATE '2019-01-01', DATE '2019-01-01', 'loose')",
        "DATE '2019-02-30'",
        "'a",
        "1 -- 2",
        "person.level IN ()",
        "person.level IN (person.level)",
        "person.p NOT TRUE",
        "Person.p",
        "AND",
        "LOOKUP(person.p)",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        parse(text)
    assert isinstance(refusal.value, NotTheLanguage) or "day is out of range" in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "person.nobody",
        "step.it",
        "param.none",
        "LOOKUP('none')",
        "COVERED('none')",
        "1 = YUAN(1)",
        "YUAN(1) = PERCENT(1)",
        "person.months + person.age",
        "person.months < person.age",
        "person.p < person.q",
        "person.field < 'steel'",
        "person.field = person.level",
        "LEAST(person.field, 'steel')",
        "'steel' = 'steel'",
        "'steel'",
        "1 AND TRUE",
        "NOT 1",
        "YUAN(1) * YUAN(1)",
        "YUAN(1) * PERCENT(1)",
        "YUAN(1) + 1",
        "PERCENT(1) + PERCENT(1)",
        "-PERCENT(1)",
        "person.months IN ('a')",
        "PORTION(1, PERCENT(1), 'down')",
        "ROUND_TO(YUAN(1), firm.fee, 'down')",
        "ROUND_TO(YUAN(1), YUAN(0), 'down')",
        "YEAR_OF(2019)",
        "CASE WHEN 1 THEN 1 ELSE 2 END",
        "CASE WHEN TRUE THEN 1 ELSE YUAN(2) END",
    ],
)
def test_kinds_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(NotTyped):
        value(text)


def test_a_word_that_its_enum_does_not_have_is_refused() -> None:
    for text in (
        "person.level = 'saint'",
        "person.level IN ('top', 'saint')",
        "CASE WHEN TRUE THEN 'saint' ELSE person.level END",
    ):
        with pytest.raises(ValueError, match="'saint' is no value of person"):
            value(text)


def test_conditions_amounts_and_results_have_their_kind() -> None:
    for programme in (
        {"conditions": conditions("1")},
        {"amount": "1"},
        {"result": "YUAN(1)"},
    ):
        with pytest.raises(ValueError, match="is expected"):
            decide(programme, {})
