"""Working days: holidays, weekend days worked, pauses, and years that are not known."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.engine.workflow.slow import SlowCalendar
from yingcai.engine.packs.load import load_pack
from yingcai.engine.workflow.calendar import Calendar, Due, Pause, calendar_of

PACKS = Path(__file__).parents[3] / "packs"
PLAIN = Calendar(years=frozenset({2018, 2019}))


@pytest.fixture(scope="module")
def city() -> Calendar:
    pack, _ = load_pack(PACKS / "taizhou")
    assert pack
    return calendar_of(pack.calendar)


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        (date(2018, 9, 28), 1, date(2018, 9, 29)),  # a Saturday that is worked
        (date(2018, 9, 29), 2, date(2018, 10, 8)),  # a worked Sunday, then the holidays
        (date(2019, 4, 26), 1, date(2019, 4, 28)),  # moved by the second notice of 2019
        (date(2019, 4, 30), 1, date(2019, 5, 5)),
        (date(2020, 1, 23), 1, date(2020, 2, 3)),  # the prolonged Spring Festival
        (date(2018, 12, 28), 2, date(2019, 1, 2)),  # the Saturday before New Year, then the 2nd
        (date(2019, 10, 12), 5, date(2019, 10, 18)),
    ],
)
def test_terms_around_real_holidays(city: Calendar, since: date, days: int, due: date) -> None:
    assert city.add_working_days(since, days) == Due(due, presumed=False)


@pytest.mark.parametrize(
    ("year", "working"), [(2017, 249), (2018, 250), (2019, 250), (2020, 249), (2021, 250)]
)
def test_the_working_days_of_each_year_by_hand(city: Calendar, year: int, working: int) -> None:
    assert city.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working


def test_the_day_of_the_event_is_not_counted() -> None:
    assert PLAIN.add_working_days(date(2018, 5, 7), 1).on == date(2018, 5, 8)
    assert PLAIN.add_working_days(date(2018, 5, 12), 1).on == date(2018, 5, 14)
    assert PLAIN.working_days_between(date(2018, 5, 7), date(2018, 5, 7)) == 0


def test_the_day_on_which_a_clock_stops_counts_and_the_day_on_which_it_goes_on_does_not() -> None:
    stood = [Pause(date(2018, 5, 8), date(2018, 5, 10))]

    assert PLAIN.working_days_between(date(2018, 5, 7), date(2018, 5, 8), stood) == 1
    assert PLAIN.working_days_between(date(2018, 5, 7), date(2018, 5, 10), stood) == 1
    assert PLAIN.working_days_between(date(2018, 5, 7), date(2018, 5, 11), stood) == 2
    assert PLAIN.add_working_days(date(2018, 5, 7), 2, stood).on == date(2018, 5, 11)


def test_stopped_and_started_on_one_day_nothing_is_lost() -> None:
    stood = [Pause(date(2018, 5, 8), date(2018, 5, 8))]

    assert PLAIN.add_working_days(date(2018, 5, 7), 2, stood).on == date(2018, 5, 9)


def test_a_term_that_runs_into_an_unknown_year_is_presumed() -> None:
    assert PLAIN.add_working_days(date(2019, 12, 30), 1) == Due(date(2019, 12, 31))
    assert PLAIN.add_working_days(date(2019, 12, 30), 2) == Due(date(2020, 1, 1), presumed=True)
    assert PLAIN.add_working_days(date(2017, 12, 29), 1) == Due(date(2018, 1, 1), presumed=True)


def test_a_term_has_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        PLAIN.add_working_days(date(2018, 5, 7), 0)


def test_so_many_working_days_before() -> None:
    assert PLAIN.back(date(2018, 5, 14), 1) == date(2018, 5, 11)
    assert PLAIN.back(date(2018, 5, 14), 0) == date(2018, 5, 14)


def random_calendar(chance: random.Random) -> tuple[Calendar, SlowCalendar, date]:
    """A year somewhere with holidays of any length and weekend days worked, twice."""
    first = date(chance.randrange(1990, 2060), 1, 1)
    off = set()
    for _ in range(chance.randrange(8)):
        start = chance.randrange(350)
        off |= {first + timedelta(days=start + i) for i in range(chance.randrange(1, 12))}
    some = {first + timedelta(days=chance.randrange(400)) for _ in range(chance.randrange(40))}
    worked = {day for day in some - off if day.weekday() >= 5}
    years = frozenset(range(first.year, first.year + 3))
    fast = Calendar(years, frozenset(off), frozenset(worked))
    return fast, SlowCalendar(first, 800, sorted(off), sorted(worked)), first


def test_terms_are_those_of_an_independent_calculator_on_ten_thousand_calendars() -> None:
    chance = random.Random(42)  # noqa: S311 - a seeded test
    for _ in range(10_000):
        fast, slow, first = random_calendar(chance)
        since = first + timedelta(days=chance.randrange(120))
        pauses, end = [], since
        for _ in range(chance.randrange(4)):
            start = end + timedelta(days=chance.randrange(20))
            end = start + timedelta(days=chance.randrange(25))
            pauses.append(Pause(start, end))
        days = chance.randrange(1, 61)
        due = fast.add_working_days(since, days, pauses)
        assert due == Due(slow.due(since, days, pauses), presumed=False)
        assert fast.working_days_between(since, due.on, pauses) == days
        some = since + timedelta(days=chance.randrange(200))
        assert fast.working_days_between(since, some, pauses) == slow.between(since, some, pauses)
