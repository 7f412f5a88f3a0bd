"""Evaluation by the pack's sheet: points, what they mean, the grade from a day on; and the term of a recognition."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from yingcai.cases.actions.award_changes import decide_change
from yingcai.cases.actions.evaluating import evaluate
from yingcai.cases.actions.keeping_awards import keep_awards
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Award, AwardChange, CaseNotice
from yingcai.cases.queries.awards import grade_on, valid_until
from yingcai.cases.queries.cards import checked_card, signed_card, still_stands
from yingcai.cases.tests.after_city import build_after_city, granted
from yingcai.cases.tests.case_city import City, later, step
from yingcai.registry.queries.facts import standing
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db
YEAR = datetime(2019, 6, 11, 1, 0, tzinfo=UTC)


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2019, 6, 11)
    return build_after_city(tmp_path / "city")


def recognised(city: City) -> Award:
    """Recognised as a doctor on 2018-06-11, for three years."""
    case = start_case("recognition", city.person, "self", actor=city.talent, now=later(0))
    case = submit(case, version=case.version, actor=city.talent, now=later(0))
    case = step(case, city.officer, "agree")
    return Award.objects.select_related("case__subject", "case__lead").get(case=case)


def scored(award: Award, city: City, **points: object) -> AwardChange:
    written = {"work": "0", "people": "0", "prize": "0", **{k: str(v) for k, v in points.items()}}
    return evaluate(award, written, "现场评估", actor=city.officer, now=YEAR)


@pytest.mark.parametrize(
    ("points", "kind", "grade"),
    [
        ({"work": 60, "people": 40, "prize": 10}, "keep", ""),  # nobody rises above the highest
        ({"work": 40, "people": 30}, "keep", ""),
        ({"work": 40, "people": 20}, "demote", "master"),
        ({"work": 40, "people": 19}, "end", ""),
        ({"work": 60, "people": 40, "fraud": 1}, "end", ""),
    ],
)
def test_points_mean_what_the_pack_says(
    city: City, points: dict[str, int], kind: str, grade: str
) -> None:
    row = scored(recognised(city), city, **points)
    assert (row.kind, row.result, row.status) == (kind, grade, "proposed")


def test_a_grade_changes_from_its_day_on_and_the_old_one_is_kept(city: City) -> None:
    award = recognised(city)
    old = checked_card(signed_card(award.case, award, date(2018, 6, 11)))
    row = scored(award, city, work=40, people=20)
    assert grade_on(award, date(2019, 6, 11)) == "doctor"  # nothing before the second person
    with pytest.raises(NotAllowed, match="请由他人决定"):
        decide_change(row, agrees=True, text="", actor=city.officer, now=YEAR)
    decide_change(row, agrees=True, text="", actor=city.head, now=YEAR)

    assert grade_on(award, date(2019, 6, 10)) == "doctor"
    assert grade_on(award, date(2019, 6, 11)) == "master"
    assert Award.objects.get(pk=award.pk).result == "doctor"
    assert not still_stands(old, date(2019, 6, 11))
    new = checked_card(signed_card(award.case, award, date(2019, 6, 11)))
    assert (new.level != old.level, still_stands(new, date(2019, 6, 11))) == (True, True)
    held = [
        one for one in standing(city.person, on=date(2019, 6, 11)) if one.fact.recorded_at == YEAR
    ]
    assert [(one.name, one.fact.valid_from) for one in held] == [
        ("person.degree", date(2019, 6, 11))
    ]


def test_promotion_goes_up_again_after_a_demotion(city: City) -> None:
    award = recognised(city)
    decide_change(
        scored(award, city, work=40, people=20), agrees=True, text="", actor=city.head, now=YEAR
    )
    row = scored(award, city, work=60, people=30)
    assert (row.kind, row.result) == ("promote", "doctor")


def test_elimination_ends_the_award(city: City) -> None:
    award = recognised(city)
    decide_change(scored(award, city), agrees=True, text="", actor=city.head, now=YEAR)

    award.refresh_from_db()
    assert award.voided_at == YEAR
    with pytest.raises(NotAllowed, match="已经撤销或者终止"):
        scored(award, city, work=60)


def test_every_fault_of_a_sheet_is_said_at_once(city: City) -> None:
    award = recognised(city)
    with pytest.raises(InvalidCase) as caught:
        evaluate(
            award, {"work": "61", "people": "x", "prize": "٣"}, " ", actor=city.officer, now=YEAR
        )
    assert set(caught.value.fields) == {"work", "people", "prize", "reason"}
    with pytest.raises(NotAllowed, match="没有绩效评估"):
        scored(granted(city), city)
    assert not AwardChange.objects.exists()


def test_the_desk_scores_and_shows_the_sum(city: City) -> None:
    award = recognised(city)
    here, client = f"/desk/awards/{award.case.handle}/evaluation/", signed_in(city.officer)
    page = in_a_line(client.get(here))
    assert "0 到 60 分" in page
    assert "90 分以上：评估升级" in page

    posted = {"item.work": "40", "item.people": "20", "item.prize": "0", "reason": "一般"}
    assert client.post(here, {**posted, "item.work": "99"}).status_code == 422
    assert client.post(here, posted).status_code == 302
    page = in_a_line(signed_in(city.head).get(f"/desk/awards/{award.case.handle}/"))
    assert "等待决定：评估降级" in page
    assert "总分：60" in page
    assert signed_in(city.window).get(here).status_code == 404


def test_a_recognition_has_a_term_and_is_recalled_once(city: City) -> None:
    award = recognised(city)
    assert valid_until(award) == date(2021, 6, 10)
    card = checked_card(signed_card(award.case, award, date(2018, 6, 11)))
    assert card.until == date(2021, 6, 10)

    for day in (date(2021, 4, 10), date(2021, 4, 11), date(2021, 4, 12)):
        keep_awards(now=datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))
    told = CaseNotice.objects.get(kind="term")
    assert told.at == datetime(2021, 4, 11, 1, 0, tzinfo=UTC)


def test_an_award_without_a_term_is_not_recalled(city: City) -> None:
    assert valid_until(granted(city)) is None
    assert keep_awards(now=datetime(2021, 4, 11, tzinfo=UTC))["term"] == 0
