"""Numbers that name a person or an organisation: what they must look like, and how they are shown masked.

Resident identity numbers follow GB 11643-1999, unified social credit codes GB 32100-2015, the
organisation code inside them GB 11714-1997. A number that passes may still belong to nobody: only a
register can tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

KINDS = ("resident-id", "passport", "credit-code")

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_OLD_RESIDENT = re.compile(r"[0-9]{15}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
_CREDIT = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# GB/T 2260: provinces; 81 to 83 are residence permits of Hong Kong, Macao and Taiwan residents, and 9
# begins the permanent residence card of a foreigner, whose next digits are no division.
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_EARLIEST = date(1850, 1, 1)


class Checked(NamedTuple):
    """What was found about a number.

    ``number`` is its normal form. ``problems`` make it unusable; ``doubts`` do not, for old or foreign
    numbers may look so. Both are codes with a text in `PROBLEMS`.
    """

    kind: str
    number: str
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return not self.problems


PROBLEMS: dict[str, dict[str, str]] = {
    "empty": {"zh": "没有填写号码", "en": "there is no number"},
    "resident-form": {
        "zh": "居民身份证号码应为18位，前17位是数字，末位是数字或X",
        "en": "a resident identity number has 18 characters: 17 digits, then a digit or X",
    },
    "resident-old": {
        "zh": "15位的第一代身份证号码已停用，请填写18位号码",
        "en": "numbers of 15 digits are out of use; write the one of 18",
    },
    "resident-day": {
        "zh": "第7至14位不是有效的出生日期",
        "en": "digits 7 to 14 are no day of birth",
    },
    "resident-check": {
        "zh": "末位校验码不对，可能有一位写错",
        "en": "the check character is wrong; probably one digit is",
    },
    "resident-division": {
        "zh": "前两位不是已知的省级代码",
        "en": "the first two digits name no known province",
    },
    "passport-form": {
        "zh": "护照号码应为5至15位字母和数字",
        "en": "a passport number has 5 to 15 letters and digits",
    },
    "credit-form": {
        "zh": "统一社会信用代码应为18位数字和大写字母（不用I、O、S、V、Z）",
        "en": "a unified social credit code has 18 digits and capital letters (no I, O, S, V, Z)",
    },
    "credit-check": {
        "zh": "末位校验码不对，可能有一位写错",
        "en": "the check character is wrong; probably one character is",
    },
    "credit-organisation": {
        "zh": "第9至17位的组织机构代码校验码不对",
        "en": "the organisation code in places 9 to 17 has a wrong check character",
    },
}


def normal(written: str) -> str:
    """A number as it is stored and searched: full width to half, no gaps or hyphens, capitals.

    >>> normal(" ３３１００２-19900307 123x ")
    '33100219900307123X'
    """
    text = re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", written))
    return unicodedata.normalize("NFKC", text.upper())


def check(kind: str, written: str, *, today: date) -> Checked:
    """Whether ``written`` can be a number of ``kind`` (see `KINDS`). Raises: KeyError for another kind."""
    number = normal(written)
    if not number:
        return Checked(kind, number, ("empty",))
    problems, doubts = _CHECKS[kind](number, today)
    return Checked(kind, number, tuple(problems), tuple(doubts))


def _resident(number: str, today: date) -> tuple[list[str], list[str]]:
    if _OLD_RESIDENT.fullmatch(number):
        return ["resident-old"], []
    if not _RESIDENT.fullmatch(number):
        return ["resident-form"], []
    problems = [] if _EARLIEST <= (birth_of(number) or date.min) <= today else ["resident-day"]
    if number[17] != _resident_sign(number):
        problems.append("resident-check")
    foreign = number.startswith("9")
    return problems, [] if foreign or _PROVINCE.match(number) else ["resident-division"]


def _resident_sign(number: str) -> str:
    """ISO 7064 MOD 11-2 over the first 17 digits."""
    total = sum(int(digit) * (2 ** (17 - place)) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11]


def with_check_sign(body: str) -> str:
    """The 17 digits of a resident identity number with their check character: for invented people.

    >>> with_check_sign("33100219900307123")
    '331002199003071236'
    """
    return body + _resident_sign(body)


def birth_of(number: str) -> date | None:
    """The day of birth in a resident identity number; None where its digits are no day.

    >>> birth_of("331002199003071234")
    datetime.date(1990, 3, 7)
    """
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _passport(number: str, today: date) -> tuple[list[str], list[str]]:
    return ([] if _PASSPORT.fullmatch(number) else ["passport-form"]), []


def _credit(number: str, today: date) -> tuple[list[str], list[str]]:
    if not _CREDIT.fullmatch(number):
        return ["credit-form"], []
    problems = [] if number[17] == _credit_sign(number) else ["credit-check"]
    if number[16] != _organisation_sign(number[8:16]):
        problems.append("credit-organisation")
    return problems, []


def _credit_sign(number: str) -> str:
    """MOD 31 over the first 17 characters."""
    values = map(_CREDIT_SIGNS.index, number[:17])
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_SIGNS[-total % 31]


def _organisation_sign(code: str) -> str:
    """MOD 11 over the eight characters of an organisation code."""
    values = map(_ORGANISATION_SIGNS.index, code)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


_Check = Callable[[str, date], tuple[list[str], list[str]]]
_CHECKS: dict[str, _Check] = {
    "resident-id": _resident,
    "passport": _passport,
    "credit-code": _credit,
}


def masked(kind: str, number: str) -> str:
    """A number as lists show it: enough to tell two people apart, not enough to use it.

    >>> masked("resident-id", "33100219900307123X"), masked("passport", "E12345678")
    ('3310**********123X', 'E1*****78')
    """
    head, tail = (4, 4) if kind != "passport" else (2, 2)
    hidden = max(len(number) - head - tail, 0)
    if not hidden:
        return "*" * len(number)
    return number[:head] + "*" * hidden + number[-tail:]
