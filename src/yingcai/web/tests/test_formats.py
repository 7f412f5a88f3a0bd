"""Numbers, quantities and dates as people read them, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from yingcai.web import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.5000"), "1,234,567.5"),
        (Decimal("1000.0000"), "1,000"),
        (Decimal("0.0000"), "0"),
        (Decimal("-12345.60"), "-12,345.6"),
        (100_000, "100,000"),
        (None, "—"),
        ("", "—"),
        ("约 20", "约 20"),
    ],
)
def test_amounts_are_grouped_by_thousands_and_keep_no_idle_zeros(value: object, text: str) -> None:
    assert formats.amount(value) == text


@pytest.mark.parametrize(
    ("value", "word", "chinese", "english"),
    [
        (Decimal(500_000_000), "元", "5亿元", "500 million yuan"),
        (Decimal(1_250_000_000), "元", "12.5亿元", "1.25 billion yuan"),
        (Decimal(300_000), "元", "30万元", "300,000 yuan"),
        (Decimal(9_999), "元", "9,999元", "9,999 yuan"),
        (Decimal("123456789.01"), "元", "123,456,789.01元", "123,456,789.01 yuan"),
        (Decimal(123_456_789), "元", "12,345.6789万元", "123,456,789 yuan"),
        (Decimal(1000), "名", "1,000名", "1,000 people"),
        (Decimal(1), "家", "1家", "1 organisation"),
        (Decimal(10), "%", "10%", "10%"),
        (Decimal(3), "座", "3座", "3 座"),
        (Decimal(7), "", "7", "7"),
        (None, "名", "—", "—"),
    ],
)
def test_quantities_are_exact_in_both_languages(
    value: object, word: str, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert formats.quantity(value, word) == chinese
    with translation.override("en"):
        assert formats.quantity(value, word) == english


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("41.249"), "41.2%"),
        (Decimal("41.25"), "41.3%"),
        (0, "0.0%"),
        (None, "—"),
    ],
)
def test_percentages_round_half_up(value: object, text: str) -> None:
    assert formats.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(12, "+12"), (Decimal("-3.50"), "−3.5"), (0, "0"), (None, "—")]
)
def test_changes_carry_their_sign(value: object, text: str) -> None:
    assert formats.signed(value) == text


def test_dates_are_written_in_the_language_of_the_page() -> None:
    day = date(2018, 4, 13)
    with translation.override("zh-hans"):
        assert formats.day_label(day) == "2018年4月13日"
        assert formats.month_label(day) == "2018年4月"
    with translation.override("en"):
        assert formats.day_label(day) == "13 April 2018"
        assert formats.month_label(day) == "April 2018"
    assert formats.day_label(None) == "—"


def test_moments_are_shown_by_the_clock_of_the_city() -> None:
    late = datetime(2018, 5, 31, 17, 30, tzinfo=UTC)  # 01:30 on 1 June in Shanghai
    with translation.override("zh-hans"):
        assert formats.moment_label(late) == "2018年6月1日 01:30"
        assert formats.day_label(late) == "2018年6月1日"
        assert formats.month_label(late) == "2018年6月"
    with translation.override("en"):
        assert formats.moment_label(late) == "1 June 2018, 01:30"


@pytest.mark.parametrize(
    ("names", "chinese", "english"),
    [
        (["甲", "乙", "丙"], "甲、乙、丙", "甲, 乙 and 丙"),
        (["甲"], "甲", "甲"),
        ([], "", ""),
    ],
)
def test_lists_are_read_aloud(names: list[object], chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formats.sentence(names) == chinese
    with translation.override("en"):
        assert formats.sentence(names) == english
