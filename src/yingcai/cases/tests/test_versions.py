"""Running cases and a new text of their workflow: shown first, two persons, case by case, and rules that stay."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.versions import (
    confirm_move,
    digest_of,
    effects_of,
    propose_move,
    take_back_move,
    work_move,
)
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Case, CaseNotice, CaseTask, VersionMove
from yingcai.cases.queries.flows import flow, flow_of
from yingcai.cases.queries.rule_book import rule_book
from yingcai.cases.queries.versions import cases_to_move, moves_to_work, outdated
from yingcai.cases.tests.case_city import EXAMINED, FILES, NOW, City, build_city, step
from yingcai.cases.tests.make import publish_city
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.tests.browsing import in_a_line, signed_in, text

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
# The window has ten days instead of five, and the joint review is an officer's alone and has another name.
NEWER = (
    EXAMINED.replace("id: review,", "id: check,")
    .replace("next: [review]", "next: [check]")
    .replace("return_to: [review]", "return_to: [check]")
    .replace("apart_from: [intake, review]", "apart_from: [intake, check]")
    .replace("who: [{role: window, unit: lead}], clock: 5", "who: [{role: window, unit: lead}], clock: 10")
    .replace("who: [{role: officer, unit: lead}, {role: officer, unit: joint}], needs: all",
             "who: [{role: officer, unit: lead}], needs: all")
)  # fmt: skip


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_city(tmp_path / "city")


@pytest.fixture
def office(city: City) -> User:
    return make_user("office", role=Role.OFFICE)


def publish_newer(tmp_path: Path) -> None:
    publish_city(tmp_path / "newer", more={**FILES, "workflows/examined.yaml": NEWER})


def proposed(office: User, **places: str) -> VersionMove:
    book = rule_book()
    assert book is not None
    cases = list(cases_to_move(book, "examined"))
    effects = effects_of(cases, flow(book.digest, "examined"), places, on=TODAY)
    shown = digest_of(effects, book.digest, places)
    return propose_move(book, "examined", places, shown=shown, actor=office, now=NOW)


def other() -> User:
    return make_user(role=Role.OFFICE)


def test_running_cases_stay_on_their_text(city: City, tmp_path: Path) -> None:
    case = city.submitted("grant")
    publish_newer(tmp_path)
    step(case, city.window, "agree")

    case.refresh_from_db()
    book = rule_book()

    assert case.stage == "review"
    assert book is not None
    assert [(one.name, one.cases) for one in outdated(book)] == [("examined", 1)]


def test_it_is_shown_before_it_happens(city: City, office: User, tmp_path: Path) -> None:
    case = city.submitted("grant")
    publish_newer(tmp_path)

    page = in_a_line(signed_in(office).get("/desk/versions/examined/"))

    assert case.number in page
    assert "2018年6月26日" in page  # ten working days, over the holiday
    assert "本环节时限" in page
    assert "林之川" not in page
    assert "部门联审" in page  # the new text has no such stage: what takes its place is asked
    case.refresh_from_db()
    assert (case.due_on, case.flow_pack) == (date(2018, 6, 19), "")
    assert signed_in(city.officer).get("/desk/versions/examined/").status_code == 403


def test_two_persons_move_a_case_and_it_goes_on_by_the_new_text(
    city: City, office: User, tmp_path: Path
) -> None:
    case = city.submitted("grant")
    publish_newer(tmp_path)
    row = proposed(office)
    with pytest.raises(NotAllowed, match="另一个人"):
        confirm_move(row, actor=office, now=NOW)
    with pytest.raises(NotAllowed, match="只有人才办"):
        confirm_move(row, actor=city.officer, now=NOW)
    assert moves_to_work() == []

    confirm_move(row, actor=other(), now=NOW)
    assert work_move(row, now=NOW) == 1
    assert work_move(row, now=NOW) == 0
    assert CaseNotice.objects.filter(case=case, kind="moved").count() == 1

    case.refresh_from_db()
    assert (case.stage, case.due_on) == ("intake", date(2018, 6, 26))
    assert case.pack != case.flow_pack == row.pack
    assert Event.objects.filter(action="case.versioned").count() == 1
    step(case, city.window, "agree")
    case.refresh_from_db()
    assert case.stage == "check"
    assert [task.unit.code for task in CaseTask.objects.filter(case=case) if task.unit] == [
        "labour"
    ]
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))
    assert "部门联审" in page
    told = CaseNotice.objects.get(case=case, kind="moved")
    assert told.read_at is not None
    assert "办理流程已经更新，您的事项改按新的流程办理，目前在“" in page
    assert "这一步到2018年6月26日为止。" in page
    assert case.decisions.get().pack == case.pack  # by the rules that it began with


def test_a_stage_that_is_gone_needs_a_place(city: City, office: User, tmp_path: Path) -> None:
    case = city.submitted("grant")
    step(case, city.window, "agree")
    publish_newer(tmp_path)
    with pytest.raises(InvalidCase, match="没有可以改用新流程的事项"):
        proposed(office)
    assert "新版流程没有环节" in text(signed_in(office).get("/desk/versions/examined/"))

    row = proposed(office, review="check")
    confirm_move(row, actor=other(), now=NOW)
    work_move(row, now=NOW)

    case.refresh_from_db()
    assert case.stage == "check"
    step(case, city.officer, "agree")
    case.refresh_from_db()
    assert case.stage == "publicity"
    for user, address in (
        (city.talent, f"/my/cases/{case.handle}/"),
        (city.officer, f"/desk/{case.handle}/"),
    ):
        page = signed_in(user).get(address)  # its history names the stage that is gone
        assert page.status_code == 200
        assert "部门联审" in text(page)


def test_a_case_that_went_on_is_left_where_it_is(city: City, office: User, tmp_path: Path) -> None:
    case = city.submitted("grant")
    publish_newer(tmp_path)
    row = proposed(office)
    confirm_move(row, actor=other(), now=NOW)
    step(case, city.window, "agree")

    work_move(row, now=NOW)

    case.refresh_from_db()
    assert (case.stage, case.flow_pack) == ("review", "")
    assert row.cases.get().state == "left"
    assert flow_of(case).workflow.by_name["review"]


def test_nobody_moves_his_own_case(city: City, office: User, tmp_path: Path) -> None:
    city.submitted("grant")
    publish_newer(tmp_path)
    himself = make_user("himself", role=Role.OFFICE, person_key=city.talent.person_key)

    with pytest.raises(NotAllowed, match="您本人的事项"):
        proposed(himself)
    row = proposed(office)
    with pytest.raises(NotAllowed, match="您本人的事项"):
        confirm_move(row, actor=himself, now=NOW)

    row.refresh_from_db()
    assert row.confirmed_at is None


def test_one_proposal_of_a_workflow_is_open_at_a_time(
    city: City, office: User, tmp_path: Path
) -> None:
    """A second tab proposed the same cases again, and one proposal was left over for nothing."""
    city.submitted("grant")
    publish_newer(tmp_path)
    row = proposed(office)

    with pytest.raises(StaleCase, match="已有提议在等待确认"):
        proposed(office)
    assert VersionMove.objects.count() == 1
    take_back_move(row, actor=office, now=NOW)
    assert proposed(office).pk != row.pk


def test_what_was_shown_is_what_is_confirmed(city: City, office: User, tmp_path: Path) -> None:
    case = city.submitted("grant")
    publish_newer(tmp_path)
    row = proposed(office)
    step(case, city.window, "agree")

    with pytest.raises(StaleCase, match="提议以后情况已有变化"):
        confirm_move(row, actor=other(), now=NOW)
    take_back_move(row, actor=office, now=NOW)
    with pytest.raises(StaleCase):
        confirm_move(row, actor=other(), now=NOW)
    assert not Event.objects.filter(action="case.versioned").exists()
    assert Case.objects.get().flow_pack == ""


def test_the_pages_lead_from_the_list_to_the_end(city: City, office: User, tmp_path: Path) -> None:
    city.submitted("grant")
    publish_newer(tmp_path)
    first = signed_in(office)
    assert "补助审核" in text(first.get("/desk/versions/"))
    page = text(first.get("/desk/versions/examined/"))
    shown = page.split('name="shown" value="')[1].split('"')[0]

    stale = first.post("/desk/versions/examined/", {"shown": "0" * 64})
    made = first.post("/desk/versions/examined/", {"shown": shown})
    address = made.headers["Location"]
    own = text(first.get(address))
    refused = first.post(address, {"word": "confirm"})
    done = signed_in(other()).post(address, {"word": "confirm"})
    work_move(VersionMove.objects.get(), now=NOW)

    assert stale.status_code == 409
    assert "须由另一个人确认" in own
    assert refused.status_code == 409
    assert done.status_code == 302
    assert "已改用 1 件，没有改用 0 件，共 1 件" in text(first.get(address))
    assert "已完毕" in text(first.get("/desk/versions/"))
