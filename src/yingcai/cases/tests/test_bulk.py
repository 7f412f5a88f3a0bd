"""One move for several cases: shown for each, confirmed by its digest, done once, whatever happens on the way."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from yingcai.audit.models import Event
from yingcai.cases.actions import bulk
from yingcai.cases.actions.bulk import (
    KEPT,
    confirm_run,
    discard_run,
    go_on,
    look_run,
    prepare_run,
    told_of,
    work_run,
)
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.errors import InvalidCase, StaleCase
from yingcai.cases.models import Award, BulkItem, BulkRun, Case, CaseAct, Decision
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


def looked(city: City, cases: list[Case], wanted: Step = AGREE) -> BulkRun:
    run = prepare_run(cases, wanted, actor=city.officer, now=NOW)
    look_run(run, now=NOW)
    return run


def started(city: City, cases: list[Case], wanted: Step = AGREE) -> BulkRun:
    run = looked(city, cases, wanted)
    confirm_run(run, shown=run.digest, actor=city.officer, now=NOW)
    return run


def shown_of(run: BulkRun) -> list[tuple[str, str, int | None]]:
    return list(run.items.order_by("id").values_list("state", "to_stage", "amount"))


def chosen(cases: list[Case], **more: Any) -> dict[str, Any]:
    return {"case": [str(one.handle) for one in cases], "move": "agree", **more}


def test_a_preview_says_what_would_happen_and_does_nothing(city: City, cases: list[Case]) -> None:
    before = (Event.objects.count(), Decision.objects.count(), CaseAct.objects.count())

    run = looked(city, cases)

    assert shown_of(run) == [("waiting", "done", 200_000)] * 3
    assert (Event.objects.count(), Decision.objects.count(), CaseAct.objects.count()) == before
    assert not Award.objects.exists()
    assert {one.stage for one in Case.objects.all()} == {"approve"}


def test_a_preview_says_why_not(city: City, cases: list[Case]) -> None:
    own = cases[1]
    key = own.applicant.person_key
    type(city.officer).objects.filter(pk=city.officer.pk).update(person_key=key)
    city.officer.refresh_from_db()
    make_fact(cases[2].subject, "person.insured_months", 3, "social-insurance")

    run = looked(city, cases)

    assert [state for state, *_ in shown_of(run)] == ["waiting", "left", "left"]
    told = [told_of(run, item) for item in run.items.order_by("id")]
    assert told[1] == ["本人的事项应当回避。"]
    assert told[2][0].startswith("不符合“参加社会保险满6个月”")


def test_only_what_was_shown_is_confirmed_and_once(city: City, cases: list[Case]) -> None:
    run, other = looked(city, cases[:2]), looked(city, cases[2:])
    unseen = prepare_run(cases, AGREE, actor=city.officer, now=NOW)

    for wrong, digest in ((run, other.digest), (run, ""), (unseen, ""), (unseen, run.digest)):
        with pytest.raises(StaleCase):
            confirm_run(wrong, shown=digest, actor=city.officer, now=NOW)
    with pytest.raises(StaleCase):
        confirm_run(run, shown=run.digest, actor=city.head, now=NOW)
    assert not Event.objects.filter(action="bulk.started").exists()
    confirm_run(run, shown=run.digest, actor=city.officer, now=NOW)
    with pytest.raises(StaleCase, match="已经确认过了"):
        confirm_run(run, shown=run.digest, actor=city.officer, now=NOW)
    assert Event.objects.get(action="bulk.started").details["cases"] == 2


def test_what_is_not_confirmed_is_never_done(city: City, cases: list[Case]) -> None:
    run = looked(city, cases)

    assert go_on(run, now=NOW) == 0
    call_command("work_bulk_runs", verbosity=0)

    assert not Award.objects.exists()
    assert BulkRun.objects.get().ended_at is None


def test_what_nobody_confirms_is_thrown_away_after_a_day(city: City, cases: list[Case]) -> None:
    run = looked(city, cases)

    go_on(run, now=NOW + KEPT)
    assert BulkRun.objects.exists()
    go_on(run, now=NOW + KEPT + timedelta(seconds=1))

    assert not BulkRun.objects.exists()
    assert not BulkItem.objects.exists()
    assert {one.stage for one in Case.objects.all()} == {"approve"}


def test_a_confirmed_run_is_not_thrown_away(city: City, cases: list[Case]) -> None:
    run = started(city, cases)

    with pytest.raises(StaleCase):
        discard_run(run)
    assert run.items.count() == 3


def test_a_case_that_would_come_out_otherwise_than_shown_is_left(
    city: City, cases: list[Case]
) -> None:
    run = started(city, cases)
    run.items.filter(case=cases[0]).update(amount=100_000)
    run.items.filter(case=cases[1]).update(to_stage="declined")

    work_run(run, now=NOW)

    assert [state for state, *_ in shown_of(run)] == ["left", "left", "done"]
    assert Award.objects.get().case == cases[2]
    assert "与确认时不同" in told_of(run, run.items.order_by("id")[0])[0]


def test_cases_of_two_stages_are_not_one_run(city: City, cases: list[Case]) -> None:
    with pytest.raises(InvalidCase, match="同一环节"):
        prepare_run([*cases, city.submitted()], AGREE, actor=city.officer, now=NOW)


def test_nothing_to_do_is_no_run(city: City, cases: list[Case]) -> None:
    for case in cases:
        step(case, city.officer, "refuse", reason="材料不实")
    run = looked(city, cases)

    with pytest.raises(InvalidCase, match="没有可以办理"):
        confirm_run(run, shown=run.digest, actor=city.officer, now=NOW)


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


def previewed(client: Client, form: dict[str, Any]) -> BulkRun:
    answer = client.post("/desk/bulk/", form)
    run = BulkRun.objects.get(ended_at=None)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/runs/{run.handle}/")
    return run


def test_the_pages_lead_from_the_inbox_to_the_end(city: City, cases: list[Case]) -> None:
    client = signed_in(city.officer)
    assert str(cases[0].handle) in text_of(client.get("/desk/"))

    run = previewed(client, chosen(cases))
    here = f"/desk/runs/{run.handle}/"
    shown = text_of(client.get(here))
    assert ["可办理 3 件，共 3 件" in shown, "2,000元" in shown, "办结" in shown] == [True] * 3
    assert "3 件，合计 6,000元" in shown
    in_english = read(city.officer, here, english=True)
    assert "3; in all 6,000 yuan" in in_english  # "3, 6,000 yuan" was read as three million
    assert not Award.objects.exists()
    digest = re.findall(r'name="shown" value="(\w+)"', shown)
    answer = client.post(f"{here}confirm/", {"shown": digest[0]})

    assert (answer.status_code, answer["Location"]) == (302, here)
    assert "正在办理" in text_of(client.get(here))
    work_run(BulkRun.objects.get(), now=NOW)
    assert "办理完毕" in text_of(client.get(here))
    looked = Look.objects.filter(viewer=city.officer, fields=["name", "case"])
    assert set(looked.values_list("subject", flat=True)) == {one.subject_id for one in cases}


def test_all_that_waits_at_a_stage_is_chosen_at_once(
    city: City, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one page of them: they are looked at beside the server."""
    monkeypatch.setattr("yingcai.cases.views.bulk.SOON", 2)
    client = signed_in(city.officer)
    assert "全部：审批（3）" in text_of(client.get("/desk/?programme=bonus"))

    run = previewed(client, {"range": "bonus/approve", "move": "agree"})
    here = f"/desk/runs/{run.handle}/"

    assert "已核对 0 件，共 3 件" in text_of(client.get(here))
    assert 'name="shown"' not in text_of(client.get(here))
    assert look_run(run, now=NOW, most=2) == 2
    assert "已核对 2 件，共 3 件" in text_of(client.get(here))
    assert (look_run(run, now=NOW), go_on(run, now=NOW)) == (1, 0)
    assert "可办理 3 件，共 3 件" in text_of(client.get(here))


def test_a_long_run_is_shown_page_by_page(
    city: City, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yingcai.cases.queries.bulk.PAGE", 2)
    run = started(city, cases)
    step(cases[2], city.officer, "refuse", reason="材料不实")
    work_run(run, now=NOW)
    here, numbers = f"/desk/runs/{run.handle}/", [one.number for one in cases]

    first = read(city.officer, here)
    after = re.findall(r"\?after=(\d+)", first)[0]
    second = read(city.officer, f"{here}?after={after}")
    left = read(city.officer, f"{here}?left=1")

    assert [one in first for one in numbers] == [True, True, False]
    assert [one in second for one in numbers] == [False, False, True]
    assert [one in left for one in numbers] == [False, False, True]


def test_what_is_changed_is_looked_at_anew(city: City, cases: list[Case]) -> None:
    client = signed_in(city.officer)
    first = previewed(client, chosen(cases, move="refuse", reason="超过名额"))

    second = previewed(client, {"run": first.handle, "move": "refuse", "reason": "别的理由"})

    assert first.pk != second.pk
    assert first.digest != second.digest
    assert second.items.count() == 3
    answer = client.post(f"/desk/runs/{second.handle}/confirm/", {"shown": first.digest})
    assert (answer.status_code, "请核对新的结果" in text_of(answer)) == (409, True)
    assert {one.stage for one in Case.objects.all()} == {"approve"}


def test_what_is_given_up_leaves_nothing(city: City, cases: list[Case]) -> None:
    client = signed_in(city.officer)
    run = previewed(client, chosen(cases))

    answer = client.post(f"/desk/runs/{run.handle}/discard/", follow=True)

    assert "没有办理任何事项" in text_of(answer)
    assert not BulkRun.objects.exists()


def test_a_run_is_nobody_elses_and_cases_of_others_are_not_chosen(
    city: City, cases: list[Case]
) -> None:
    stranger = make_user(role="officer", unit=make_unit())
    run = started(city, cases)

    assert signed_in(stranger).post("/desk/bulk/", chosen(cases)).status_code == 302
    read(stranger, f"/desk/runs/{run.handle}/", answers=404)
    read(city.head, f"/desk/runs/{run.handle}/", answers=404)
    for act in ("confirm", "discard"):
        answer = signed_in(city.head).post(f"/desk/runs/{run.handle}/{act}/", {"shown": run.digest})
        assert answer.status_code == 404
    assert not Look.objects.filter(viewer=stranger).exists()


def test_who_ticked_nothing_is_told_to_tick(city: City, cases: list[Case]) -> None:
    answer = signed_in(city.officer).post("/desk/bulk/", {"move": "agree"}, follow=True)

    assert "还没有勾选事项" in text_of(answer)
    assert not BulkRun.objects.exists()
