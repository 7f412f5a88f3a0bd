"""Numbers of bank accounts to which money goes: what they must look like.

Cards of China UnionPay begin with 62 and end with the check digit of ISO/IEC 7812-1 (the Luhn sum); passbooks and
accounts of firms have none. A number that passes may still be nobody's: only the bank can tell.
"""

import re

from yingcai.engine.identifiers import Checked, normal

KIND = "bank-account"
_FORM = re.compile(r"[0-9]{8,32}")
_CARD = re.compile(r"62[0-9]{14,17}")

PROBLEMS: dict[str, dict[str, str]] = {
    "empty": {"zh": "没有填写账号", "en": "there is no account number"},
    "account-form": {
        "zh": "账号应为8至32位数字",
        "en": "an account number has 8 to 32 digits",
    },
    "card-check": {
        "zh": "卡号的末位校验码不对，可能有一位写错",
        "en": "the check digit of the card number is wrong; probably one digit is",
    },
}


def check_account(written: str) -> Checked:
    """Whether ``written`` can be the number of an account.

    >>> check_account("6222 0212 3456 7890 128").usable, check_account("6222021234567890127").problems
    (True, ('card-check',))
    """
    number = normal(written)
    if not number:
        return Checked(KIND, number, ("empty",))
    if not _FORM.fullmatch(number):
        return Checked(KIND, number, ("account-form",))
    wrong = bool(_CARD.fullmatch(number)) and _luhn(number) % 10 != 0
    return Checked(KIND, number, ("card-check",) if wrong else ())


def ending(number: str) -> str:
    """The last four digits, by which people tell their accounts apart."""
    return number[-4:]


def _luhn(number: str) -> int:
    """The sum of the digits, of every second one from the right the digits of its double."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total
