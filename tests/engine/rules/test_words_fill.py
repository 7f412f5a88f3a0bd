"""The blanks in the text of a condition: values with their unit, bare numbers, dated values."""

from dataclasses import replace

import pytest

from tests.engine.rules.make import fact, rule
from yingcai.engine.rules.model import Parameter
from yingcai.engine.rules.types import Integer, Money, Ratio
from yingcai.engine.rules.words import Language, blanks, fill

RULE = replace(
    rule(fact("person.local")),
    parameters=(
        Parameter("age", Integer("year"), "year", "", ((0, 45, "", False),)),
        Parameter("cap", Money(), "CNY", "", ((0, 30_000_050, "", False),)),
        Parameter("share", Ratio(8), "percent", "", ((0, 1, "", False),)),
        Parameter(
            "term",
            Integer("month"),
            "month",
            "d",
            ((775_021, 6, "", False), (775_500, 9, "", False)),
        ),
    ),
)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("不超过{number.age}周岁", "zh", "不超过45周岁"),
        ("满{param.age}", "zh", "满45年"),
        ("older than {number.age}, {param.age}", "en", "older than 45, 45 years"),
        ("{number.cap}", "en", "300000.5"),
        ("{param.cap}", "en", "300,000.50 yuan"),
        ("{number.share}|{param.share}", "zh", "12.5|12.5%"),
        ("{number.term}", "zh", "6（2018年4月13日起）、9（2019年7月12日起）"),
        ("{param.term}", "en", "6 months (from 2018-04-13), 9 months (from 2019-07-12)"),
        ("{number.none} {other.age} {number}", "en", "{number.none} {other.age} {number}"),
    ],
)
def test_blanks_are_filled(text: str, language: Language, expected: str) -> None:
    assert fill(text, RULE, language) == expected


def test_the_names_in_blanks() -> None:
    assert blanks("{param.a}{number.b_2}{step.c} param.d {param.}") == {"a", "b_2"}
