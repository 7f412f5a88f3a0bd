"""Numbers of bank accounts: cards have a check digit, accounts of firms have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingcai.engine.accounts import check_account, ending

CARD = "6222021234567890128"


def test_a_card_is_taken_however_it_is_written() -> None:
    found = check_account(" ６２２２ 0212-3456 7890 128 ")

    assert (found.number, found.usable, ending(found.number)) == (CARD, True, "0128")


@given(place=st.integers(2, len(CARD) - 1), other=st.integers(1, 9))
def test_one_digit_written_wrong_is_found(place: int, other: int) -> None:
    wrong = (int(CARD[place]) + other) % 10

    found = check_account(CARD[:place] + str(wrong) + CARD[place + 1 :])

    assert found.problems == ("card-check",)


def test_an_account_of_a_firm_has_no_check_digit() -> None:
    assert check_account("1207021109200012345").usable
    assert check_account("33050166").usable


@pytest.mark.parametrize("written", ["1234567", "1" * 33, "1207O21109200012345", "账号12345678"])
def test_what_is_no_number_is_refused(written: str) -> None:
    assert check_account(written).problems == ("account-form",)


def test_nothing_is_no_account() -> None:
    assert check_account("  ").problems == ("empty",)
