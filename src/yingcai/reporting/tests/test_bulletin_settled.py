"""A bulletin tells what was granted case by case: how many, how much, to whom, names masked; else it says nothing."""

from dataclasses import replace
from datetime import date

import pytest

from yingcai.reporting.bulletin.facts import MonthFacts, SettledFacts
from yingcai.reporting.bulletin.snapshot import snapshot
from yingcai.reporting.bulletin.texts import default_texts, generate
from yingcai.reporting.queries.bulletins import month_facts
from yingcai.reporting.tests.make_bulletin import MAY, fill_month, make_city

SETTLED = (
    SettledFacts(
        "2018-000012", "安家补助", "林*川", 12_000_050, "纪要〔2018〕3号", date(2018, 6, 20)
    ),
    SettledFacts("2018-000013", "人才认定", "陈*", None, "纪要〔2018〕4号", date(2018, 6, 21)),
)


@pytest.fixture
def facts(db: None) -> MonthFacts:
    city = make_city()
    fill_month(city, MAY)
    return month_facts(city.plan, MAY, pack={})


def test_what_was_settled_stands_in_the_bulletin(facts: MonthFacts) -> None:
    found = snapshot(replace(facts, settled=SETTLED))

    lines = generate(found, default_texts())["overall"].splitlines()

    assert lines[-3:] == [
        "本月按“一事一议”议定2件，合计120,000.50元，不是按规则核定：",
        "“安家补助”，林*川，120,000.50元，依据纪要〔2018〕3号。",
        "“人才认定”，陈*，认定层次，依据纪要〔2018〕4号。",
    ]


def test_a_month_without_says_nothing_and_keeps_its_digest(facts: MonthFacts) -> None:
    found = snapshot(facts)

    assert "settled" not in found
    assert "一事一议" not in generate(found, default_texts())["overall"]
