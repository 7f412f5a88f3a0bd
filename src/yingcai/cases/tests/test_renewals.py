"""A recognition that nears its end: an application made ready once, reminders, no gap, a lapse that is told."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import answers_of
from yingcai.cases.actions.keeping_awards import keep_awards
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.models import Award, Case, CaseNotice
from yingcai.cases.queries.awards import valid_until
from yingcai.cases.tests.after_city import AFTER, EVALUATED
from yingcai.cases.tests.case_city import City, build_city, step
from yingcai.registry.models import Mandate
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db
PAID = EVALUATED.replace(
    "result: person.degree\n",
    "result: person.degree\namount: CASE WHEN person.degree = 'doctor' THEN YUAN(50000) ELSE YUAN(20000) END\n"
    "stacking: {top_up: true}\n",
)


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2021, 4, 12)
    return build_city(tmp_path / "city", {**AFTER, "programmes/recognition.yaml": PAID})


def recognised(city: City) -> Award:
    """A doctor from 2018-06-11 to 2021-06-10, to be reminded from 2021-04-11 on."""
    case = city.submitted("recognition")
    step(case, city.officer, "agree")
    return Award.objects.get(case=case)


def day(month: int, number: int) -> datetime:
    return datetime(2021, month, number, 1, 0, tzinfo=UTC)


def prepared(city: City) -> Case:
    recognised(city)
    keep_awards(now=day(4, 11))
    return Case.objects.get(renews__isnull=False)


def renewed(case: Case, city: City, *, asked: datetime, decided: datetime) -> Award:
    made = submit(case, version=case.version, actor=city.talent, now=asked)
    step(made, city.officer, "agree", now=decided)
    return Award.objects.get(case=made)


def test_an_application_is_made_ready_once_before_the_end(city: City) -> None:
    award = recognised(city)
    assert keep_awards(now=day(4, 10))["term"] == 0
    assert not Case.objects.filter(status="draft").exists()
    assert [keep_awards(now=day(4, number))["term"] for number in (11, 11, 12)] == [1, 0, 0]

    case = Case.objects.get(renews=award)
    assert (case.status, case.applicant, case.programme, case.side) == (
        "draft",
        city.talent,
        "recognition",
        "self",
    )
    assert answers_of(case).own == answers_of(award.case).own == {"person.insured_months": "24"}
    made = Event.objects.get(action="case.prepared")
    assert (made.actor, Event.objects.filter(action="case.started").count()) == (None, 1)


def test_the_person_finds_it_and_hands_it_in_with_one_button(city: City) -> None:
    case = prepared(city)
    client = signed_in(city.talent)
    here = f"/my/cases/{case.handle}/"
    page = in_a_line(client.get(f"/my/cases/{case.renews.case.handle}/"))  # type: ignore[union-attr]
    assert "核对并提交续期申请" in page
    assert "核对续期申请，提交" in in_a_line(client.get("/my/cases/"))
    form = client.get(here).headers["Location"]
    page = in_a_line(client.get(form))
    assert "这是为您准备好的续期申请" in page
    assert "2021年6月10日前提交" in page
    assert client.post(form, {"version": str(case.version), "do": "submit"}).status_code == 302
    assert Case.objects.get(pk=case.pk).status == "running"


def test_who_does_not_answer_is_reminded_once_more_and_then_it_lapses(city: City) -> None:
    case = prepared(city)
    found = [keep_awards(now=day(month, number)) for month, number in ((5, 25), (5, 26), (5, 27))]
    assert [one["term-last"] for one in found] == [0, 1, 0]
    assert keep_awards(now=day(6, 10)) == {}
    assert [keep_awards(now=day(6, number))["term-over"] for number in (11, 12)] == [1, 0]

    case.refresh_from_db()
    assert (case.status, case.sealed_answers) == ("withdrawn", None)
    assert Event.objects.get(action="case.lapsed").actor is None
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.renews.case.handle}/"))  # type: ignore[union-attr]
    assert "有效期已于2021年6月10日届满" in page
    again = start_case("recognition", city.person, "self", actor=city.talent, now=day(6, 12))
    assert (again.pk != case.pk, again.renews) == (True, None)


def test_nobody_is_reminded_who_has_applied(city: City) -> None:
    case = prepared(city)
    submit(case, version=case.version, actor=city.talent, now=day(5, 1))
    for month, number in ((5, 26), (6, 11)):
        assert keep_awards(now=day(month, number)) == {}
    assert list(
        CaseNotice.objects.filter(kind__startswith="term").values_list("kind", flat=True)
    ) == ["term"]


@pytest.mark.parametrize("decided", [(5, 10), (6, 21)])
def test_a_renewal_that_was_asked_for_in_time_leaves_no_gap(
    city: City, decided: tuple[int, int]
) -> None:
    award = renewed(prepared(city), city, asked=day(5, 3), decided=day(*decided))

    assert (award.since_on, valid_until(award)) == (date(2021, 6, 11), date(2024, 6, 10))
    assert award.granted_on == date(2021, *decided)


def test_who_asks_too_late_is_recognised_from_the_decision_on(city: City) -> None:
    recognised(city)
    case = start_case("recognition", city.person, "self", actor=city.talent, now=day(6, 14))
    award = renewed(case, city, asked=day(6, 14), decided=day(6, 15))
    assert (award.since_on, valid_until(award)) == (None, date(2024, 6, 14))


def test_a_higher_level_holds_at_once_and_pays_the_difference(city: City) -> None:
    case = prepared(city)
    Award.objects.update(result="master", amount=2_000_000)  # recognised as a master, then
    award = renewed(case, city, asked=day(5, 3), decided=day(5, 4))

    assert (award.result, award.amount, award.since_on) == ("doctor", 3_000_000, None)
    assert valid_until(award) == date(2024, 5, 3)


def test_who_has_no_login_is_told_without_a_draft(city: City) -> None:
    award = recognised(city)
    Mandate.objects.filter(user=city.talent).update(ended_on=date(2021, 1, 1))
    assert keep_awards(now=day(4, 11))["term"] == 1
    assert not Case.objects.filter(renews=award).exists()
