"""What is paid: the amount of the rules less what was received before, in words; nothing is paid twice."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.letters import letter_document, letter_of
from yingcai.cases.models import Award, Case
from yingcai.cases.queries.publicity import published
from yingcai.cases.tests.case_city import BONUS, FILES, GRANT, NOW, City, build_city, later, step
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_fact

pytestmark = pytest.mark.django_db
HIGHER = """programme: higher
title: {zh: 高层次补助, en: Higher grant}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
conditions:
  - {id: insured, when: person.insured_months >= 6, source: plan-2026#1, text: {zh: 参保满6个月。, en: Insured.}}
amount: YUAN(AMOUNT)
stacking: {STACKING}
workflow: automatic
"""


def city_with(folder: Path, amount: str, stacking: str) -> City:
    bonus = BONUS.replace("stacking: {excludes: [grant]}\n", "")
    higher = HIGHER.replace("AMOUNT", amount).replace("STACKING", stacking)
    files = {**FILES, "programmes/bonus.yaml": bonus, "programmes/higher.yaml": higher}
    return build_city(folder, files)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 11)


def received(city: City) -> None:
    """2,000 yuan of the bonus."""
    step(city.submitted("bonus"), city.officer, "agree")


def applied(city: City, programme: str = "higher") -> Case:
    case = start_case(programme, city.person, "self", actor=city.talent, now=NOW)
    return submit(case, version=case.version, actor=city.talent, now=NOW)


def test_what_was_received_is_taken_off_and_the_sum_is_told(tmp_path: Path) -> None:
    city = city_with(tmp_path / "city", "5000", "deducts: [bonus]")
    received(city)
    case = step(applied(city), city.officer, "agree")

    award = Award.objects.get(case=case)
    assert award.decision is not None
    assert (award.amount, award.decision.amount) == (300_000, 500_000)
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))
    assert "核定金额5,000元" in page
    assert "扣除“参保奖励”已领2,000元" in page
    notice = letter_of(case)
    assert notice is not None
    text = str(letter_document(case, notice).blocks)
    assert "金额为人民币3,000元（大写：叁仟元整）" in text
    assert "扣除“参保奖励”已领2,000元" in text


def test_where_nothing_is_left_nothing_is_granted(tmp_path: Path) -> None:
    city = city_with(tmp_path / "city", "2000", "deducts: [bonus]")
    received(city)
    case = applied(city)

    assert (case.status, Award.objects.filter(case=case).exists()) == ("declined", False)
    reasons = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))
    assert "扣除“参保奖励”已领金额后无差额可补" in reasons


def test_an_upgrade_pays_the_difference(tmp_path: Path) -> None:
    city = city_with(tmp_path / "city", "5000", "top_up: true")
    received(city)
    step(applied(city), city.officer, "agree")
    Award.objects.filter(programme="higher").update(amount=100_000)  # at a lower level, then
    case = step(applied(city), city.officer, "agree")

    assert Award.objects.get(case=case).amount == 400_000


def test_a_ceiling_allows_what_it_still_has(tmp_path: Path) -> None:
    ceiling = "ceilings: [{per: person, amount: YUAN(6000), share: by_date, within: ever, group: [bonus, higher], source: plan-2026#1}]"
    city = city_with(tmp_path / "city", "5000", ceiling)
    received(city)
    case = step(applied(city), city.officer, "agree")

    assert Award.objects.get(case=case).amount == 400_000


def test_without_anything_before_the_whole_is_paid_without_lines(tmp_path: Path) -> None:
    city = city_with(tmp_path / "city", "5000", "deducts: [bonus]")
    make_fact(city.person, "person.insured_months", 24, "social-insurance")
    case = city.submitted("bonus")
    other = step(applied(city), city.officer, "agree", now=later(0))

    award = Award.objects.get(case=other)
    assert (award.amount, award.sealed_sum) == (500_000, None)
    assert case.status == "running"


def test_publicity_shows_what_is_left_after_what_was_received(tmp_path: Path) -> None:
    grant = GRANT.replace(
        "amount: YUAN(50000)", "amount: YUAN(50000)\nstacking: {deducts: [bonus]}"
    )
    bonus = BONUS.replace("stacking: {excludes: [grant]}\n", "")
    files = {**FILES, "programmes/bonus.yaml": bonus, "programmes/grant.yaml": grant}
    city = build_city(tmp_path / "city", files)
    received(city)
    case = city.submitted("grant", months="")
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")

    assert [one.given for one in published(date(2018, 6, 12)).rows] == ["4.8万元"]
    assert case.decisions.latest("number").amount == 5_000_000  # the decision is what the rules say
    assert "4.8万元" in in_a_line(Client().get("/publicity/"))
