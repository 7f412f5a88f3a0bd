"""One move for several cases: shown for each, confirmed by its digest, done once, whatever happens on the way."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from yingcai.audit.models import Event
from yingcai.cases.actions import bulk
from yingcai.cases.actions.bulk import digest_of, forecast, start_run, work_run
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.bulk_models import BulkItem, BulkRun
from yingcai.cases.errors import InvalidCase, StaleCase
from yingcai.cases.models import Award, Case, CaseAct, Decision
from yingcai.cases.tests.case_city import NOW, City, build_city, step
from yingcai.cases.tests.desk_browsing import on, read, signed_in, text_of
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db
AGREE = Step("agree")


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    on(settings, NOW)
    return build_city(tmp_path / "city")


@pytest.fixture
def cases(city: City) -> list[Case]:
    """Three cases that the rules have agreed to: the officer decides, and 2,000 yuan are granted."""
    return [of_somebody(city, name, "bonus") for name in ("何云飞", "沈知夏", "陆闻笛")]


def of_somebody(city: City, name: str, programme: str) -> Case:
    person = make_person(name, county=city.person.county)
    make_fact(person, "person.degree", "doctor", "education")
    talent = make_talent(person)
    case = start_case(programme, person, "self", actor=talent, now=NOW)
    said = {"person.insured_months": "24"}
    case = save_answers(case, said, version=case.version, actor=talent, now=NOW)
    return submit(case, version=case.version, actor=talent, now=NOW)


def started(city: City, cases: list[Case], wanted: Step = AGREE) -> BulkRun:
    found = forecast(cases, wanted, actor=city.officer, now=NOW)
    return start_run(cases, wanted, shown=digest_of(found, wanted), actor=city.officer, now=NOW)


def chosen(cases: list[Case], **more: Any) -> dict[str, Any]:
    return {"case": [str(one.handle) for one in cases], "move": "agree", **more}


def test_a_preview_says_what_would_happen_and_does_nothing(city: City, cases: list[Case]) -> None:
    before = (Event.objects.count(), Decision.objects.count(), CaseAct.objects.count())

    found = forecast(cases, AGREE, actor=city.officer, now=NOW)

    assert [(one.stage, one.amount, one.problems) for one in found] == [("done", 200_000, ())] * 3
    assert (Event.objects.count(), Decision.objects.count(), CaseAct.objects.count()) == before
    assert not Award.objects.exists()
    assert {one.stage for one in Case.objects.all()} == {"approve"}


def test_a_preview_says_why_not(city: City, cases: list[Case]) -> None:
    own = cases[1]
    key = own.applicant.person_key
    type(city.officer).objects.filter(pk=city.officer.pk).update(person_key=key)
    city.officer.refresh_from_db()
    make_fact(cases[2].subject, "person.insured_months", 3, "social-insurance")

    found = forecast(cases, AGREE, actor=city.officer, now=NOW)

    assert [bool(one.problems) for one in found] == [False, True, True]
    assert found[1].problems == ("本人的事项应当回避。",)
    assert found[2].problems[0].startswith("不符合“参加社会保险满6个月”")


def test_only_what_was_shown_is_confirmed(city: City, cases: list[Case]) -> None:
    shown = digest_of(forecast(cases, AGREE, actor=city.officer, now=NOW), AGREE)
    step(cases[0], city.officer, "refuse", reason="材料不实")

    with pytest.raises(StaleCase):
        start_run(
            [Case.objects.get(pk=one.pk) for one in cases[1:]], AGREE, shown=shown,
            actor=city.officer, now=NOW,
        )  # fmt: skip
    assert not BulkRun.objects.exists()


def test_cases_of_two_stages_are_not_one_run(city: City, cases: list[Case]) -> None:
    with pytest.raises(InvalidCase, match="同一环节"):
        forecast([*cases, city.submitted()], AGREE, actor=city.officer, now=NOW)


def test_a_run_does_each_case_once(city: City, cases: list[Case]) -> None:
    run = started(city, cases)
    assert not Award.objects.exists()

    assert work_run(run, now=NOW) == 3
    assert work_run(run, now=NOW) == 0

    assert [(one.amount, one.granted_by) for one in Award.objects.all()] == [
        (200_000, city.officer)
    ] * 3
    assert {one.state for one in run.items.all()} == {"done"}
    ended = Event.objects.get(action="bulk.ended")
    assert ended.details == {"done": 3, "left": 0}


def test_a_case_that_somebody_else_was_first_at_is_left_with_the_reason(
    city: City, cases: list[Case]
) -> None:
    run = started(city, cases)
    step(cases[1], city.officer, "refuse", reason="材料不实")

    work_run(run, now=NOW)

    assert [one.state for one in run.items.order_by("id")] == ["done", "left", "done"]
    assert Award.objects.count() == 2
    page = read(city.officer, f"/desk/runs/{run.handle}/")
    assert ["已办理 2 件，没有办理 1 件，共 3 件" in page, "已有新的办理动作" in page] == [
        True,
        True,
    ]


class Killed(BaseException):
    """The machine goes down; nothing may catch it."""


@pytest.mark.parametrize("place", ["before", "within", "after"])
def test_a_run_that_is_killed_goes_on_and_does_nothing_twice(
    city: City, cases: list[Case], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    run, calls = started(city, cases), 0

    def killing(case: Case, wanted: Step, **more: Any) -> Case:
        nonlocal calls
        calls += 1
        if calls == 2 and place == "before":
            raise Killed
        if calls == 2 and place == "within":
            monkeypatch.setattr("yingcai.cases.actions.moving.tell", down)
        after = move(case, wanted, **more)
        if calls == 2:
            raise Killed
        return after

    def down(*_given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "move", killing)
        with pytest.raises(Killed):
            work_run(run, now=NOW)
    monkeypatch.undo()
    assert [one.state for one in run.items.order_by("id")] == ["done", "waiting", "waiting"]
    assert (Award.objects.count(), Case.objects.get(pk=cases[1].pk).stage) == (1, "approve")

    call_command("work_bulk_runs", verbosity=0)

    assert {one.state for one in run.items.all()} == {"done"}
    assert Award.objects.count() == 3
    assert CaseAct.objects.filter(actor=city.officer).count() == 3
    assert Event.objects.filter(action="award.made").count() == 3


def test_the_pages_lead_from_the_inbox_to_the_end(city: City, cases: list[Case]) -> None:
    client = signed_in(city.officer)
    assert str(cases[0].handle) in text_of(client.get("/desk/"))

    shown = text_of(client.post("/desk/bulk/", chosen(cases)))
    assert ["可办理 3 件，共 3 件" in shown, "2,000元" in shown, "办结" in shown] == [True] * 3
    digest = re.findall(r'name="shown" value="(\w+)"', shown)
    assert not BulkRun.objects.exists()
    answer = client.post("/desk/bulk/confirm/", chosen(cases, shown=digest[0]))

    run = BulkRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/runs/{run.handle}/")
    assert "正在办理" in text_of(client.get(answer["Location"]))
    work_run(run, now=NOW)
    assert "办理完毕" in text_of(client.get(answer["Location"]))
    looked = Look.objects.filter(viewer=city.officer, fields=["name", "case"])
    assert set(looked.values_list("subject", flat=True)) == {one.subject_id for one in cases}


def test_another_reason_than_was_shown_is_shown_again(city: City, cases: list[Case]) -> None:
    client = signed_in(city.officer)
    form = chosen(cases, move="refuse", reason="超过名额")
    digest = re.findall(r'name="shown" value="(\w+)"', text_of(client.post("/desk/bulk/", form)))

    form = chosen(cases, move="refuse", reason="别的理由", shown=digest[0])
    answer = client.post("/desk/bulk/confirm/", form)

    assert (answer.status_code, "请核对新的结果" in text_of(answer)) == (409, True)
    assert not BulkItem.objects.exists()


def test_a_run_is_nobody_elses_and_cases_of_others_are_not_chosen(
    city: City, cases: list[Case]
) -> None:
    stranger = make_user(role="officer", unit=make_unit())
    run = started(city, cases)

    assert signed_in(stranger).post("/desk/bulk/", chosen(cases)).status_code == 302
    read(stranger, f"/desk/runs/{run.handle}/", answers=404)
    read(city.head, f"/desk/runs/{run.handle}/", answers=404)
    assert not Look.objects.filter(viewer=stranger).exists()
