"""An expression is read whole or refused with every reason; nothing outside the language gets in."""

import pytest

from tests.engine.rules.texts import facts_of, rules_of, wrong
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.parse import MAX_NODES, readable_name
from yingcai.engine.rules.syntax import MAX_DEPTH, MAX_TEXT


def condition(text: str, steps: str = "") -> str:
    quoted = text.replace("'", "''")
    return f"programme: p\nconditions: [{{id: c, when: '{quoted}'}}]\n{steps}"


def holds(text: str, **groups: dict[str, object]) -> bool | None:
    rules = rules_of(condition(text))
    return decide(rules, facts_of(rules, **groups))[0].conditions[0]


def refusals(text: str) -> list[str]:
    return [line.split("` ", 1)[1] for line in wrong(condition(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person.months_insured >= 6", True),
        ("person.months_insured > 6", False),
        ("person.months_insured <> 6", False),
        ("person.months_insured BETWEEN 6 AND 7", True),
        ("person.months_insured BETWEEN 7 AND 9", False),
        ("NOT person.full_time", False),
        ("person.full_time = TRUE AND person.full_time", True),
        ("person.level IN ('senior', 'top')", True),
        ("person.level NOT IN ('senior', 'top')", False),
        ("'leading' > person.level", True),
        ("person.level >= 'leading' OR person.trade = 'car'", True),
        ("person.salary = YUAN(120000.5)", True),
        ("person.salary * 2 = YUAN(240001)", True),
        ("2 * person.salary - YUAN(0.01) < YUAN(240001)", True),
        ("-person.salary < YUAN(0)", True),
        ("person.stake = PERCENT(12.5)", True),
        ("person.stake > PERCENT(33.3333)", False),
        ("PERCENT(50) > PERCENT(25)", True),
        ("LEAST(person.months_insured, 5) = 5", True),
        ("GREATEST(person.level, 'leading') = 'leading'", True),
        ("GREATEST(person.stake, PERCENT(20)) = PERCENT(20)", True),
        ("PORTION(person.salary, person.stake, 'down') = YUAN(15000.06)", True),
        ("ROUND_TO(person.salary, YUAN(1000), 'up') = YUAN(121000)", True),
        ("FULL_MONTHS(person.introduced_on, case.applied_on, 'strict') = 15", True),
        ("FULL_MONTHS(person.introduced_on, DATE '2018-02-28', 'month_end') = 1", True),
        ("FULL_YEARS(person.introduced_on, case.applied_on, 'strict') = 1", True),
        ("DAYS_BETWEEN(person.introduced_on, DATE '2018-02-01') = 1", True),
        ("DAYS_BETWEEN(DATE '2018-02-01', person.introduced_on) = -1", True),
        ("YEAR_OF(person.introduced_on) = 2018", True),
        ("CASE WHEN person.full_time THEN person.level ELSE 'none' END = 'senior'", True),
        ("(CASE WHEN person.trade = 'drug' THEN 1 WHEN person.full_time THEN 2 ELSE 3 END) = 2", True),
        ("person.months_insured * person.age = 210", True),
        ("person.months_insured * 2 + 1 = 13", True),
        ("YUAN(1) * 3 = YUAN(3)", True),
    ],
)  # fmt: skip
def test_what_an_expression_says(text: str, *, expected: bool) -> None:
    person: dict[str, object] = {
        "months_insured": 6, "full_time": True, "level": "senior", "trade": "car", "age": 35,
        "salary": "120000.50", "stake": 12.5, "introduced_on": "2018-01-31",
    }  # fmt: skip
    assert holds(text, person=person) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person.full_time AND person.months_insured > 6", False),
        ("person.full_time OR person.months_insured = 6", True),
        ("person.full_time AND person.months_insured = 6", None),
        ("person.full_time OR person.months_insured > 6", None),
        ("NOT person.full_time", None),
        ("LEAST(person.salary, YUAN(1)) = YUAN(1)", None),
        ("CASE WHEN person.full_time THEN 1 ELSE 1 END = 1", None),
        ("CASE WHEN person.months_insured = 6 THEN 1 WHEN person.full_time THEN 2 ELSE 3 END = 1", True),
        ("person.level IN ('top')", None),
        ("DAYS_BETWEEN(person.introduced_on, case.applied_on) > 0", None),
    ],
)  # fmt: skip
def test_an_unknown_fact_stays_unknown_wherever_it_counts(
    text: str, *, expected: bool | None
) -> None:
    assert holds(text, person={"months_insured": 6}) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("person.salary / 2 > YUAN(1)", "'person.salary / 2' is not part of the language"),
        ("COALESCE(person.age, 1) = 1", "'COALESCE(person.age, 1)' is not part of the language"),
        ("person.age IS NULL", "'person.age IS NULL' is not part of the language"),
        ("person.age::text = 'x'", "casts are not part of the language; a day is DATE '2018-04-13'"),
        ("DATE person.age > DATE '2018-01-01'", "cannot be read near '.', column 12"),
        ("person.introduced_on > DATE '2018-02-30'", "there is no day '2018-02-30'; write DATE '2018-04-13'"),
        ("person.age > 1.5", "1.5 is not a whole number; use YUAN(…) or PERCENT(…)"),
        ("person.age > 1e308", "1e308 is not a whole number; use YUAN(…) or PERCENT(…)"),
        ("person.age > 9999999999999999999", "9999999999999999999 is not a whole number; use YUAN(…) or PERCENT(…)"),
        ("age > 1", "'age' is no name; names look like person.degree"),
        ('"person".age > 1', "'\"person\".age' is no name; names look like person.degree"),
        ("a.person.age > 1", "'a.person.age' is no name; names look like person.degree"),
        ("person.* = 1", "'person.*' is no name; names look like person.degree"),
        ("person.agee > 1", "there is no fact `person.agee`"),
        ("person.age > param.max", "there is no parameter `max`; there is: none"),
        ("person.age > step.max", "there is no earlier step `max`; there is: none"),
        ("person.age > person.salary", "integer (year) and money do not go together"),
        ("person.age > person.months_insured", "counts of different units: year and month"),
        ("person.age + person.months_insured > 1", "counts of different units: year and month"),
        ("person.level = person.trade", "enum person.level and enum person.trade do not go together"),
        ("person.level = 'master'", "'master' is not a value of person.level: none, senior, leading, top"),
        ("'a' = 'b'", "'a' stands where no list of values is known"),
        ("person.trade > 'car'", "enum person.trade has no order; use = or <>"),
        ("person.full_time > FALSE", "boolean has no order; use = or <>"),
        ("person.trade BETWEEN 'car' AND 'drug'", "enum person.trade has no order; use = or <>"),
        ("person.age BETWEEN SYMMETRIC 1 AND 2", "BETWEEN SYMMETRIC is not part of the language"),
        ("LEAST(person.trade, 'car') = 'car'", "enum person.trade has no order, so there is no least or greatest"),
        ("LEAST(person.full_time, TRUE)", "boolean has no order, so there is no least or greatest"),
        ("LEAST(person.age) = 1", "LEAST and GREATEST take at least two values"),
        ("person.age AND person.full_time", "AND and OR join conditions; integer (year) is none"),
        ("NOT person.age", "what stands after NOT is integer (year); it must be boolean"),
        ("person.age IN (1, 2)", "IN takes a fact with a list of values and some of them: x IN ('a')"),
        ("person.level IN (SELECT 1)", "IN takes a fact with a list of values and some of them: x IN ('a')"),
        ("person.salary * person.salary > YUAN(1)", "money * money is not allowed; a share is PORTION(…)"),
        ("person.introduced_on + 1 > DATE '2018-01-01'", "date and integer do not go together"),
        ("person.full_time + person.full_time = 1", "boolean cannot be added or subtracted"),
        ("-person.full_time", "boolean has no negative"),
        ("CASE WHEN person.full_time THEN 1 END = 1", "write CASE WHEN condition THEN value … ELSE value END, with ELSE"),
        ("CASE person.age WHEN 1 THEN 1 ELSE 2 END = 1", "write CASE WHEN condition THEN value … ELSE value END, with ELSE"),
        ("CASE WHEN person.age THEN 1 ELSE 2 END = 1", "what stands after WHEN is integer (year); it must be a condition"),
        ("READ_CSV('/etc/passwd') = 1", "\"READ_CSV('/etc/passwd')\" is not part of the language"),
        ("READ_TEXT('x') = 1", "there is no function READ_TEXT; there is: COVERED, DAYS_BETWEEN, FULL_MONTHS, FULL_YEARS, LOOKUP, PERCENT, PORTION, ROUND_TO, YEAR_OF, YUAN"),
        ("SYSTEM('x') = 1", "there is no function SYSTEM; there is: COVERED, DAYS_BETWEEN, FULL_MONTHS, FULL_YEARS, LOOKUP, PERCENT, PORTION, ROUND_TO, YEAR_OF, YUAN"),
        ("YUAN(1, 2) > YUAN(1)", "YUAN takes 1 values, not 2"),
        ("PERCENT() > PERCENT(1)", "PERCENT takes 1 values, not 0"),
        ("YUAN('x') > YUAN(1)", "YUAN(…) and PERCENT(…) take a plain number"),
        ("YUAN(person.age) > YUAN(1)", "YUAN(…) and PERCENT(…) take a plain number"),
        ("YUAN(1.005) > YUAN(1)", "1.005 has more than 2 decimals"),
        ("PERCENT(1.00005) > PERCENT(1)", "1.00005 has more than 4 decimals"),
        ("PORTION(person.age, PERCENT(1), 'down') > YUAN(1)", "the first value of PORTION is integer (year); it must be money"),
        ("PORTION(person.salary, 2, 'down') > YUAN(1)", "the second value of PORTION is integer; it must be ratio"),
        ("PORTION(person.salary, PERCENT(1), 'floor') > YUAN(1)", "the last value is one of: 'down', 'half_up', 'up'"),
        ("PORTION(person.salary, PERCENT(1), 1) > YUAN(1)", "the last value is one of: 'down', 'half_up', 'up'"),
        ("ROUND_TO(person.salary, person.salary, 'up') > YUAN(1)", "the second value of ROUND_TO is an amount such as YUAN(100)"),
        ("ROUND_TO(person.salary, YUAN(0), 'up') > YUAN(1)", "the second value of ROUND_TO is an amount such as YUAN(100)"),
        ("FULL_MONTHS(person.age, case.applied_on, 'strict') > 1", "counts between two dates, not integer (year) and date"),
        ("FULL_MONTHS(person.introduced_on, case.applied_on, 'loose') > 1", "the last value is one of: 'strict', 'month_end'"),
        ("YEAR_OF(person.age) = 2018", "the value of YEAR_OF is integer (year); it must be date"),
        ("ROUND_TO(person.age, YUAN(1), 'up') > YUAN(1)", "the first value of ROUND_TO is integer (year); it must be money"),
        ("FULL_YEARS(person.introduced_on, case.applied_on, 'strict') > person.months_insured", "counts of different units: year and month"),
        ("FULL_MONTHS(person.introduced_on, case.applied_on, 'strict') > person.age", "counts of different units: month and year"),
        ("DAYS_BETWEEN(person.introduced_on, case.applied_on) > person.age", "counts of different units: day and year"),
        ("CASE WHEN person.full_time THEN 1 ELSE person.age END > person.months_insured", "counts of different units: year and month"),
        ("CASE WHEN person.full_time THEN person.age ELSE 1 END > person.months_insured", "counts of different units: year and month"),
        ("COVERED_BY('x')", "there is no function COVERED_BY; there is: COVERED, DAYS_BETWEEN, FULL_MONTHS, FULL_YEARS, LOOKUP, PERCENT, PORTION, ROUND_TO, YEAR_OF, YUAN"),
        ("LOOKUP('rent') > YUAN(1)", "there is no table `rent`; there is: none"),
        ("LOOKUP(person.age) > YUAN(1)", "the name of a table stands in quotes: LOOKUP('rent')"),
        ("person.age", "is integer (year); it must be boolean"),
        ("person.age > 1; SELECT 1", "'person.age > 1; SELECT 1' is not part of the language"),
        ("SELECT TRUE", "'SELECT TRUE' is not part of the language"),
        ("person.age > 1 /* note */", "holds a comment; put it into the YAML file instead"),
        ("person.age > 1 -- note", "holds a comment; put it into the YAML file instead"),
        ("person.age >", "cannot be read near '>', column 12"),
        ("", "cannot be read"),
        ("(" * 41 + "person.full_time" + ")" * 41, f"nests deeper than {MAX_DEPTH}; split it into steps"),
        ("NOT " * 450 + "person.full_time", f"nests deeper than {MAX_DEPTH}; split it into steps"),
        ("person.full_time OR " * 110 + "person.full_time", f"is longer than {MAX_TEXT} characters; split it into steps"),
        ("person.salary * 1000000000000 > YUAN(1)", "could grow beyond 64 bits; give its facts a narrower range"),
        ("PORTION(YUAN(9999999999999), person.stake, 'up') > YUAN(1)", "could grow beyond 64 bits; give its facts a narrower range"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_language_is_refused_in_words(text: str, words: str) -> None:
    assert refusals(text) == [words]


def test_a_command_is_refused_in_our_words_alone(caplog: pytest.LogCaptureFixture) -> None:
    assert refusals("COPY PERCENT(12.5) % <> YEAR_OF( ::") == [
        "'COPY PERCENT(12.5) % <> YEAR_OF( ::' is not part of the language"
    ]
    assert caplog.records == []


def test_all_problems_of_an_expression_are_told_at_once() -> None:
    assert refusals("person.a = 1 AND person.level = 'x' AND person.age / 2 > 1") == [
        "there is no fact `person.a`",
        "'x' is not a value of person.level: none, senior, leading, top",
        "'person.age / 2' is not part of the language",
    ]


def test_an_expression_has_a_bounded_number_of_parts() -> None:
    text = "OR ".join(["person.age=1 "] * 105)
    assert len(text) < MAX_TEXT
    assert holds(text, person={"age": 1}) is True
    many = " OR ".join(["NOT NOT NOT 1=1"] * 100)
    assert refusals(many) == [
        f"has 601 parts, 6 deep; at most {MAX_NODES} and {MAX_DEPTH}: use steps"
    ]


def test_a_fact_may_not_be_called_by_a_word_of_sql() -> None:
    assert readable_name("person.level")
    assert not readable_name("person.select")
