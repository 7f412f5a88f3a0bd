"""The figures of a snapshot: counts, ranks, highlights, laggards; and what stays out."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.plan.queries import active_pack
from yingcai.reporting.actions.bulletins import draft_bulletin
from yingcai.reporting.bulletin.numbers import amount, elapsed, month_before, percent, plain, ranks
from yingcai.reporting.bulletin.snapshot import Json, count_lights, snapshot, worst_light
from yingcai.reporting.models import IndicatorValue, Report
from yingcai.reporting.queries.bulletins import month_facts
from yingcai.reporting.tests.make_bulletin import (
    APRIL,
    MAY,
    NOW,
    City,
    fill_month,
    make_city,
    make_order,
    make_report,
    random_city,
    random_month,
)


@pytest.mark.parametrize(
    ("value", "word", "text"),
    [
        ("1000", "名", "1,000名"),
        ("4.5", "%", "4.5%"),
        ("500000000", "元", "5亿元"),
        ("123450000", "元", "1.23亿元"),
        ("300000", "元", "30万元"),
        ("9999", "元", "9,999元"),
        ("0", "家", "0家"),
        ("-20000", "元", "-2万元"),
        (None, "家", "—"),
    ],
)
def test_amounts_are_written_as_officials_write_them(
    value: str | None, word: str, text: str
) -> None:
    assert amount(value, word) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("1000.0000", "1000"), ("4.5000", "4.5"), ("-0.0000", "0"), ("1E+3", "1000"), ("100", "100")],
)
def test_plain_numbers_have_one_spelling(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_shares_are_rounded_half_up() -> None:
    assert [percent(1, 8), percent(1, 16), percent(0, 3), percent(0, 0)] == [
        "12.5",
        "6.3",
        "0.0",
        None,
    ]


def test_equal_shares_have_equal_places_and_the_next_is_left_out() -> None:
    assert ranks([Fraction(1, 2), Fraction(3, 4), Fraction(2, 4), Fraction(0)]) == [2, 1, 2, 4]


def test_the_month_before_january_is_december() -> None:
    assert month_before(date(2019, 1, 1)) == date(2018, 12, 1)


def test_time_counts_days_of_the_plan() -> None:
    first, last = date(2018, 1, 1), date(2020, 12, 31)
    assert elapsed(first, last, date(2018, 5, 31)) == "13.8"  # 151 of 1096 days
    assert elapsed(first, last, date(2017, 5, 31)) == "0.0"
    assert elapsed(first, last, date(2021, 5, 31)) == "100.0"


@pytest.mark.parametrize(
    ("lights", "worst"),
    [
        (["green", "red", "yellow"], "red"),
        (["done", "yellow"], "yellow"),
        (["done", "green", "none"], "green"),
        (["done", "done"], "done"),
        (["done", "none"], "green"),
        (["none", "none"], "none"),
        ([], "none"),
    ],
)
def test_a_measure_shows_its_worst_light(lights: list[str], worst: str) -> None:
    assert worst_light(count_lights(lights)["lights"]) == worst


@pytest.fixture
def city(db: None) -> City:
    return make_city()


def figures(city: City, month: date = MAY) -> Json:
    return snapshot(month_facts(city.plan, month, pack=active_pack()))


def test_overall_counts_city_values_only(city: City) -> None:
    fill_month(city)
    overall = figures(city)["overall"]
    assert overall["targets"] == 2
    assert overall["lights"] == {"done": 0, "green": 1, "yellow": 0, "red": 1, "none": 0}
    assert (overall["on_time"], overall["share"], overall["time"]) == (1, "50.0", "13.8")
    assert (overall["last"], overall["share_change"]) == (None, None)


def test_the_month_is_compared_with_the_one_before(city: City) -> None:
    fill_month(city, APRIL, lights=("red", "red"), value=2)
    fill_month(city)
    result = figures(city)
    assert result["overall"]["last"]["share"] == "0.0"
    assert result["overall"]["share_change"] == "50"
    row = result["rows"][0]
    assert (row["last_value"], row["last_light"], row["change"]) == ("2", "red", "15")


def test_a_unit_answers_for_what_it_leads_and_a_county_for_its_share(city: City) -> None:
    fill_month(city)
    result = figures(city)
    assert [(row["unit"], row["codes"], row["share"], row["rank"]) for row in result["units"]] == [
        ("yiju", ["1-1"], "100.0", 1),
        ("erju", ["2-2"], "0.0", 2),
    ]
    assert [(row["unit"], row["share"], row["rank"]) for row in result["counties"]] == [
        ("dongxian", "100.0", 1),
        ("gangqu", "100.0", 1),
        ("xixian", "0.0", 3),
    ]


def test_every_figure_names_the_rows_behind_it(city: City) -> None:
    fill_month(city)
    result = figures(city)
    shared = next(row for row in result["rows"] if row["code"] == "2-2")
    assert shared["indicator"] == IndicatorValue.objects.get(target__code="2-2", unit=None).pk
    assert shared["reports"] == sorted(
        Report.objects.filter(target__code="2-2").values_list("pk", flat=True)
    )
    for share in result["shares"]:
        assert share["reports"] == list(
            Report.objects.filter(target__code="2-2", unit__code=share["unit"]).values_list(
                "pk", flat=True
            )
        )


def test_only_accepted_reports_stand_behind_a_figure(city: City) -> None:
    month = fill_month(city)
    make_report(
        city.targets[0], city.bureaus[1], month, narrative="草稿", status=Report.Status.DRAFT
    )
    row = figures(city)["rows"][0]
    assert len(row["reports"]) == 1


def test_highlights_are_what_was_reached_and_what_moved_with_the_words_of_the_unit(
    city: City,
) -> None:
    fill_month(city, APRIL, lights=("yellow", "green"), value=2)
    fill_month(city, lights=("done", "green"))
    found = figures(city)["highlights"]
    assert [(item["code"], item["kind"]) for item in found] == [
        ("1-1", "reached"),
        ("2-2", "moved"),
    ]
    assert [quote["text"] for quote in found[0]["words"]] == ["新平台已开工"]
    assert [quote["unit"] for quote in found[0]["words"]] == ["yiju"]


def test_a_target_done_long_ago_is_no_highlight(city: City) -> None:
    fill_month(city, APRIL, lights=("done", "red"))
    fill_month(city, lights=("done", "red"))
    assert figures(city)["highlights"] == []


def test_laggards_are_worst_first_with_the_reasons_of_units_behind(city: City) -> None:
    fill_month(city, lights=("yellow", "red"))
    found = figures(city)["laggards"]
    assert [item["code"] for item in found] == ["2-2", "1-1"]
    assert found[0]["behind"] == ["xixian"]
    assert [(quote["unit"], quote["text"]) for quote in found[0]["reasons"]] == [
        ("xixian", "征地滞后")
    ]
    assert [quote["text"] for quote in found[1]["reasons"]] == ["新平台已开工"]


def test_long_words_are_cut(city: City) -> None:
    fill_month(city, lights=("yellow", "green"))
    Report.objects.filter(target__code="1-1").update(reason="长\n" * 150)
    quote = figures(city)["laggards"][0]["reasons"][0]["text"]
    assert len(quote) == 200
    assert quote.endswith("…")
    assert "\n" not in quote


def test_open_orders_are_listed(city: City) -> None:
    fill_month(city)
    order = make_order(city.plan, city.bureaus[1], target=city.targets[1])
    assert [item["number"] for item in figures(city)["orders"]] == [order.number]


def queries_of_a_draft(city: City) -> int:
    actor = city.office
    with CaptureQueriesContext(connection) as queries:
        draft_bulletin(city.plan, MAY, actor=actor, now=NOW)
    return len(queries)


def test_a_larger_city_takes_no_more_queries(db: None) -> None:
    small = random_city(targets=4, counties=2, bureaus=2, seed=1)
    large = random_city(targets=60, counties=9, bureaus=12, seed=1)
    for each in (small, large):
        for month in (APRIL, MAY):
            random_month(each, month, seed=2)
    assert queries_of_a_draft(large) <= queries_of_a_draft(small)
