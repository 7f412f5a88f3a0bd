"""Numbers of persons and organisations: what passes, what is said of what does not, what a list shows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingcai.engine.identifiers import (
    KINDS,
    PROBLEMS,
    Checked,
    birth_of,
    check,
    masked,
    normal,
    with_check_sign,
)

TODAY = date(2019, 6, 8)
# Invented numbers with right check characters. 3310xx begins in 1994 and 331083 in 2017, later than
# these births: numbers are issued, and divisions renamed, long after people are born.
RESIDENTS = ["331002199003071236", "331082198511230018", "331024199002280026", "331083199004300019"]
FOREIGN_CARD = "911124198108030024"
FIRM = "91331000MA2AK4X50K"


def found(kind: str, number: str) -> Checked:
    return check(kind, number, today=TODAY)


@pytest.mark.parametrize("number", [*RESIDENTS, FOREIGN_CARD, "810000199408230021"])
def test_a_resident_number_that_passes(number: str) -> None:
    assert found("resident-id", number) == Checked("resident-id", number)


@pytest.mark.parametrize(
    ("written", "problems", "doubts"),
    [
        ("", ("empty",), ()),
        ("33100219900307123", ("resident-form",), ()),
        ("3310021990030712390", ("resident-form",), ()),
        ("33100219900307123Y", ("resident-form",), ()),
        ("331002900307123", ("resident-old",), ()),
        ("331002199003071231", ("resident-check",), ()),
        ("331002199002301239", ("resident-day",), ()),
        ("331002202003071230", ("resident-day",), ()),  # not born yet
        ("331002184912311231", ("resident-day",), ()),
        ("991002199003071239", (), ()),  # the card of a foreigner: no division
    ],
)
def test_what_is_wrong_with_a_resident_number(
    written: str, problems: tuple[str, ...], doubts: tuple[str, ...]
) -> None:
    one = found("resident-id", written)
    assert (one.problems, one.doubts) == (problems, doubts)
    assert one.usable is not bool(problems)


def test_an_unknown_province_is_a_doubt_and_no_problem() -> None:
    one = found("resident-id", "601002199003071231")
    assert (one.usable, one.problems, one.doubts) == (True, (), ("resident-division",))


def test_a_number_as_it_is_typed() -> None:
    assert normal(" 33100219900307-123x ") == "33100219900307123X"
    assert found("resident-id", "３３１００２　１９９００３０７　１２３６").number == RESIDENTS[0]
    assert found("resident-id", "331002 19900307 1236").usable


@given(st.sampled_from(RESIDENTS), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(number: str, place: int, more: int) -> None:
    digit = (int(number[place]) + more) % 10
    assert not found("resident-id", f"{number[:place]}{digit}{number[place + 1 :]}").usable


@given(st.sampled_from(RESIDENTS), st.integers(0, 15))
def test_two_neighbours_that_change_places_never_pass(number: str, place: int) -> None:
    turned = f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"
    assert found("resident-id", turned).usable is (turned == number)


def test_an_invented_number_gets_its_check_character() -> None:
    assert with_check_sign(RESIDENTS[0][:17]) == RESIDENTS[0]


def test_the_day_of_birth() -> None:
    assert birth_of(RESIDENTS[0]) == date(1990, 3, 7)
    assert birth_of("331002199002301239") is None


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        ("E12345678", ()),
        ("e 1234 5678", ()),
        ("AB12", ("passport-form",)),
        ("E1234567890123456", ("passport-form",)),
        ("护照12345", ("passport-form",)),
    ],
)
def test_a_passport(written: str, problems: tuple[str, ...]) -> None:
    assert found("passport", written).problems == problems


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        (FIRM, ()),
        (FIRM.lower(), ()),
        (FIRM[:-1], ("credit-form",)),
        (FIRM.replace("MA2AK", "MI2AK"), ("credit-form",)),  # no I in these codes
        ("91331000MA2AK4X50P", ("credit-check",)),
        # the last character right for the rest, the organisation code's own wrong
        ("91331000MA2AK4X51N", ("credit-organisation",)),
    ],
)
def test_a_credit_code_passes_both_checks(written: str, problems: tuple[str, ...]) -> None:
    assert found("credit-code", written).problems == problems


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_never_passes(place: int, sign: str) -> None:
    written = FIRM[:place] + sign + FIRM[place + 1 :]
    assert found("credit-code", written).usable is (written == FIRM)


def test_masks() -> None:
    assert masked("resident-id", RESIDENTS[0]) == "3310**********1236"
    assert masked("passport", "E12345678") == "E1*****78"
    assert masked("credit-code", FIRM) == "9133**********X50K"
    assert masked("passport", "AB12") == "****"
    assert masked("resident-id", "") == ""


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_whatever_is_written_gets_an_answer_with_a_text(kind: str, written: str) -> None:
    one = found(kind, written)
    assert set(one.problems + one.doubts) <= set(PROBLEMS)
    assert normal(one.number) == one.number
