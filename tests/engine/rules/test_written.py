"""Values as people write them: every spelling, every refusal, and back again."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingcai.engine.rules.types import (
    LIMIT,
    Boolean,
    Date,
    Enum,
    Integer,
    Money,
    Ratio,
    Type,
    Value,
    civil,
    common_scale,
    following,
    from_civil,
    is_day,
    preceding,
)
from yingcai.engine.rules.written import NotReadable, plain, read_value, share, write_value

LEVEL = Enum("person.level", ("none", "senior", "top"))
MANY = Enum("case.honour", tuple(f"h{place}" for place in range(20)))
SPRING = civil(date(2018, 4, 13))


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        *[(text, Boolean(), True) for text in (True, "yes", "Yes", " TRUE ", "是", "1", 1)],
        *[(text, Boolean(), False) for text in (False, "no", "NO", "false", "否", "0", 0)],
        ("senior", LEVEL, 1),
        (" top ", LEVEL, 2),
        *[
            (text, Date(), SPRING)
            for text in (
                date(2018, 4, 13), datetime(2018, 4, 13, 9, 30), "2018-04-13", " 2018-4-13 ",  # noqa: DTZ001 - as a table file gives a day
                "2018/4/13", "2018.04.13", "20180413", 20180413, "2018年4月13日", "2018年04月13",
            )
        ],
        ("2016-02-29", Date(), civil(date(2016, 2, 29))),
        (6, Integer("month"), 6),
        ("006", Integer("month"), 6),
        ("-6", Integer("month"), -6),
        (6.0, Integer("month"), 6),
        ("1,234,567", Integer("item"), 1_234_567),
        (300_000, Money(), 30_000_000),
        ("300,000.5", Money(), 30_000_050),
        (0.1, Money(), 10),
        (Decimal("12.34"), Money(), 1_234),
        ("-0.01", Money(), -1),
        ("1.100", Money(), 110),
        (12.5, Ratio(), 125_000),
        ("0.0001", Ratio(), 1),
        (50, Ratio(2), 1),
        (100, Ratio(1), 1),
        (10**18 - 1, Integer("item"), 10**18 - 1),
        (4 * 10**16, Money(), LIMIT),
    ],
)  # fmt: skip
def test_a_value_may_be_spelled_in_several_ways(
    written: object, kind: Type, expected: Value
) -> None:
    found = read_value(written, kind)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("written", "kind", "words"),
    [
        ("maybe", Boolean(), "'maybe' is neither yes nor no"),
        (2, Boolean(), "2 is neither yes nor no"),
        ("", Boolean(), "'' is neither yes nor no"),
        ("Top", LEVEL, "'Top' is not one of: none, senior, top"),
        (True, LEVEL, "True is not one of: none, senior, top"),
        ("x", MANY, "'x' is not one of: h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, …"),
        ("2018-02-29", Date(), "'2018-02-29' is not a day; write 2019-05-06"),
        ("2018-13-01", Date(), "'2018-13-01' is not a day; write 2019-05-06"),
        ("0000-01-01", Date(), "'0000-01-01' is not a day; write 2019-05-06"),
        ("18-4-13", Date(), "'18-4-13' is not a day; write 2019-05-06"),
        ("2018-04-13T00:00", Date(), "'2018-04-13T00:00' is not a day; write 2019-05-06"),
        ("", Date(), "'' is not a day; write 2019-05-06"),
        (True, Date(), "True is not a day; write 2019-05-06"),
        (True, Integer("month"), "True is not a number"),
        ("six", Integer("month"), "'six' is not a number"),
        ("", Money(), "'' is not a number"),
        ("1e3", Money(), "'1e3' is not a number"),
        ("1_000", Money(), "'1_000' is not a number"),
        ("+1", Money(), "'+1' is not a number"),
        ("1,5", Money(), "'1,5' is not a number"),
        ("1234,567", Money(), "'1234,567' is not a number"),
        ("1.", Money(), "'1.' is not a number"),
        (float("nan"), Money(), "nan is not a number"),
        (float("inf"), Ratio(), "inf is not a number"),
        ([1], Integer("month"), "[1] is not a number"),
        ("1.5", Integer("month"), "'1.5' has more decimals than integer (month) can hold"),
        ("0.001", Money(), "'0.001' has more decimals than money can hold"),
        ("0.00001", Ratio(), "'0.00001' has more decimals than ratio can hold"),
        ("12345678901234.0000000000000001", Money(), "'12345678901234.0000000000000001' has more decimals than money can hold"),
        ("40000000000000000.01", Money(), "'40000000000000000.01' is too large"),
        ("9" * 19, Integer("item"), f"'{'9' * 19}' is not a number"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_its_type_says_so(written: object, kind: Type, words: str) -> None:
    with pytest.raises(NotReadable) as found:
        read_value(written, kind)
    assert str(found.value) == words


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (True, Boolean(), "yes"),
        (False, Boolean(), "no"),
        (1, LEVEL, "senior"),
        (SPRING, Date(), "2018-04-13"),
        (-6, Integer("month"), "-6"),
        (30_000_000, Money(), "300000"),
        (30_000_050, Money(), "300000.5"),
        (-1, Money(), "-0.01"),
        (0, Money(), "0"),
        (10**18, Money(), "10000000000000000"),
        (125_000, Ratio(), "12.5"),
        (1, Ratio(3_125), "0.032"),
        (1, Ratio(), "0.0001"),
    ],
)
def test_a_value_is_written_without_idle_zeros(value: Value, kind: Type, text: str) -> None:
    assert write_value(value, kind) == text


DAYS = st.dates().map(civil)
NUMBERS = st.integers(-(10**15), 10**15)
VALUES = st.one_of(
    st.tuples(st.booleans(), st.just(Boolean())),
    st.tuples(st.integers(0, 2), st.just(LEVEL)),
    st.tuples(DAYS, st.just(Date())),
    st.tuples(NUMBERS, st.sampled_from([Integer("month"), Integer(), Money(), Ratio()])),
    st.tuples(NUMBERS, st.sampled_from([1, 2, 8, 40, 3_125, 10**6]).map(Ratio)),
)


@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_what_is_written_is_read_again(pair: tuple[Value, Type]) -> None:
    value, kind = pair
    assert read_value(write_value(value, kind), kind) == value


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.dates(), st.binary()))
def test_anything_is_read_or_refused(written: object) -> None:
    for kind in (Boolean(), LEVEL, Date(), Integer("month"), Money(), Ratio()):
        try:
            value = read_value(written, kind)
        except NotReadable:
            continue
        assert abs(value) <= LIMIT


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (50, (1, 2)), ("12.5", (1, 8)), (0, (0, 1)), (100, (1, 1)), ("33.3333", (333_333, 1_000_000)),
        (-25, (-1, 4)), (" 150 ", (3, 2)), ("1,000", (10, 1)), (1_000_000, (10_000, 1)),
    ],
)  # fmt: skip
def test_a_percentage_is_the_smallest_pair_of_numbers(
    written: object, expected: tuple[int, int]
) -> None:
    assert share(written) == expected


@pytest.mark.parametrize("written", ["x", "", None, True, "NaN", "Infinity", "1e999999999", "50%"])
def test_what_is_no_percentage_is_refused(written: object) -> None:
    with pytest.raises(NotReadable, match="is not a percentage"):
        share(written)


@pytest.mark.parametrize("written", ["33.33333", 1_000_001, "0.00019073486328125"])
def test_a_percentage_has_four_decimals_and_a_bound(written: object) -> None:
    with pytest.raises(NotReadable, match="has more than 4 decimals, or is too large"):
        share(written)


def test_a_decimal_is_written_out() -> None:
    assert [plain(Decimal(text)) for text in ("1E+3", "1.500", "100", "-0.10")] == ["1000", "1.5", "100", "-0.1"]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.dates(min_value=date(1, 1, 2), max_value=date(9999, 12, 30)))
def test_codes_of_days_rise_and_step_from_day_to_day(day: date) -> None:
    code = civil(day)
    assert from_civil(code) == day
    assert is_day(code)
    assert following(code, Date()) == civil(date.fromordinal(day.toordinal() + 1)) > code
    assert preceding(code, Date()) == civil(date.fromordinal(day.toordinal() - 1)) < code


def test_between_two_days_no_code_is_a_day() -> None:
    last = civil(date(2018, 2, 28))
    assert [code for code in range(last + 1, civil(date(2018, 3, 1))) if is_day(code)] == []
    assert (following(5, Integer()), preceding(5, Money())) == (6, 4)


def test_types_say_what_they_are() -> None:
    kinds = [Boolean(), LEVEL, Integer("month"), Integer(), Money(), Ratio(), Date()]
    assert [str(kind) for kind in kinds] == [
        "boolean", "enum person.level", "integer (month)", "integer", "money", "ratio", "date",
    ]  # fmt: skip
    assert common_scale(Ratio(8), Ratio(20)) == 40
