"""Appeals and complaints: by the applicant, in time, decided by others; one that is upheld lets the case go on anew."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yingcai.audit.models import Event
from yingcai.cases.actions.appealing import answer_notice, appeal
from yingcai.cases.actions.deciding import answers_of
from yingcai.cases.actions.opening import save_answers
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.letters import letter_document, letter_of
from yingcai.cases.models import Award, Case, CaseNotice
from yingcai.cases.queries.appeals import said_of
from yingcai.cases.queries.flows import flow_of, state_now
from yingcai.cases.queries.scope import desk_case
from yingcai.cases.tests.after_city import build_after_city, declined, granted
from yingcai.cases.tests.case_city import PDF, City, later, step
from yingcai.engine.workflow.state import plain
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_user
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db
WHY = "参保月数算错了，请按社保记录重新核对"


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 25)
    return build_after_city(tmp_path / "city")


@pytest.fixture
def second(city: City) -> User:
    """Another head of the lead unit, who has had nothing to do with the first case."""
    return make_user("second", role="head", unit=city.head.grants.get().unit)


def appealed(city: City, first: Case) -> Case:
    made = appeal(first, "appeal", WHY, [("社保记录.pdf", PDF)], actor=city.talent, now=later(14))
    return step(made, city.window, "agree", now=later(14)) if made.stage == "intake" else made


def test_an_appeal_is_a_case_about_the_case_that_asks_no_rules(city: City) -> None:
    first = declined(city)
    made = appeal(first, "appeal", WHY, actor=city.talent, now=later(14))

    assert (made.kind, made.about, made.programme, made.stage) == (
        "appeal",
        first,
        "grant",
        "intake",
    )
    assert (made.decisions.count(), said_of(made)) == (0, [WHY])
    assert [one.kind for one in made.notices.all()] == ["received"]
    assert Event.objects.get(action="case.appealed").details["about"] == first.pk


def test_who_acted_in_the_first_case_does_not_decide_the_appeal(city: City, second: User) -> None:
    made = appealed(city, declined(city))

    with pytest.raises(NotAllowed, match="办理过原事项的人不能在这里办理"):
        step(made, city.head, "agree", now=later(15))
    twin = make_user(
        "twin", role="head", unit=city.head.grants.get().unit, person_key=city.officer.person_key
    )
    with pytest.raises(NotAllowed, match="办理过原事项的人不能在这里办理"):
        step(made, twin, "agree", now=later(15))

    made = step(made, second, "refuse", reason="社保记录只有3个月", now=later(15))
    assert (made.status, Case.objects.get(later_cases=made).status) == ("declined", "declined")
    assert "原决定（编号" in str(letter_document(made, letter_of(made)).blocks)  # type: ignore[arg-type]


def test_an_appeal_that_is_upheld_lets_the_case_be_decided_anew(city: City, second: User) -> None:
    first = declined(city)
    made = appealed(city, first)
    make_fact(city.person, "person.insured_months", 24, "social-insurance", now=later(15))
    made = step(made, second, "agree", reason="记录有24个月", now=later(15))

    first = Case.objects.get(pk=first.pk)
    assert (made.status, first.status, first.stage) == ("granted", "running", "decide")
    assert first.acts.latest("number").move == "reopen"
    assert CaseNotice.objects.filter(case=first, kind="reopened").count() == 1
    assert first.decisions.latest("number").outcome == "yes"  # the rules were asked anew
    assert not Award.objects.exists()  # the appeal itself grants nothing

    first = step(first, second, "agree", now=later(16))
    assert (first.status, Award.objects.get().amount) == ("granted", 5_000_000)


def test_an_award_that_was_appealed_is_void_and_nothing_is_owed(city: City, second: User) -> None:
    award = granted(city)
    made = appealed(city, award.case)
    step(made, second, "agree", reason="金额要重新计算", now=later(15))

    award.refresh_from_db()
    assert award.voided_at == later(15)
    assert {one.state for one in award.obligations.all()} == {"ended"}


def test_the_days_between_did_not_count(city: City, second: User) -> None:
    first = declined(city)
    made = appealed(city, first)
    step(made, second, "agree", reason="成立", now=later(15))

    state = state_now(Case.objects.get(pk=first.pk))
    assert plain(state.standstills[-1])["since"] == "2018-06-20"
    assert plain(state.standstills[-1])["until"] == "2018-06-26"


def test_only_the_applicant_appeals_and_only_in_time(city: City) -> None:
    first = declined(city)
    stranger = make_talent(make_person("何云飞"))
    for user in (stranger, city.officer, city.hr):
        with pytest.raises(NotAllowed, match="只有申请人可以申诉或投诉"):
            appeal(first, "appeal", WHY, actor=user, now=later(14))
    with pytest.raises(NotAllowed, match="申诉期限已过：2018-08-19"):
        appeal(first, "appeal", WHY, actor=city.talent, now=later(70))
    appeal(first, "appeal", WHY, actor=city.talent, now=later(69))
    with pytest.raises(NotAllowed, match="已有一件正在办理"):
        appeal(first, "appeal", WHY, actor=city.talent, now=later(69))
    assert Case.objects.filter(kind="appeal").count() == 1


def test_nobody_appeals_against_what_is_not_decided_but_may_complain(
    city: City, second: User
) -> None:
    first = city.submitted()
    with pytest.raises(NotAllowed, match="还没有作出决定"):
        appeal(first, "appeal", WHY, actor=city.talent, now=later(1))
    made = appeal(first, "complaint", "窗口不收材料", actor=city.talent, now=later(1))
    with pytest.raises(NotAllowed, match="不能申诉或投诉"):
        appeal(made, "complaint", WHY, actor=city.talent, now=later(1))

    made = step(made, city.window, "agree", now=later(1))
    made = step(made, second, "agree", reason="已纠正", now=later(2))
    assert (made.status, Case.objects.get(pk=first.pk).stage) == ("granted", "intake")


def test_all_that_is_wrong_with_the_form_is_said_at_once(city: City) -> None:
    with pytest.raises(InvalidCase) as caught:
        appeal(declined(city), "appeal", " ", [("x.exe", b"MZ")], actor=city.talent, now=later(14))
    assert set(caught.value.fields) == {"text", "files"}
    assert not Case.objects.filter(kind="appeal").exists()


def test_what_is_missing_in_an_appeal_is_brought_once(city: City) -> None:
    made = appeal(declined(city), "appeal", WHY, actor=city.talent, now=later(14))
    made = step(
        made, city.window, "return", to="correction", reason="不清楚", items=("社保记录",), now=later(14),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        save_answers(
            made,
            {"person.degree": "doctor"},
            version=made.version,
            actor=city.talent,
            now=later(14),
        )
    files = [("社保.pdf", PDF)]
    made = answer_notice(
        made, "记录附后", files, version=made.version, actor=city.talent, now=later(15)
    )

    assert (made.stage, said_of(made), made.files.count()) == ("intake", [WHY, "记录附后"], 1)
    assert answers_of(made).own == {}


def test_what_is_missing_is_brought_on_the_page_of_the_appeal(city: City) -> None:
    made = appeal(declined(city), "appeal", WHY, actor=city.talent, now=later(14))
    made = step(
        made, city.window, "return", to="correction", reason="不清楚", items=("社保记录",), now=later(14),
    )  # fmt: skip
    here = f"/my/cases/{made.handle}/notice/"
    client = signed_in(city.talent)
    assert "社保记录" in in_a_line(client.get(here))

    answer = client.post(here, {"text": "记录附后", "version": made.version})

    made.refresh_from_db()
    assert (answer["Location"], made.stage) == (f"/my/cases/{made.handle}/", "intake")
    assert said_of(made) == [WHY, "记录附后"]


def test_who_sees_an_appeal_sees_the_case_that_it_is_about(city: City) -> None:
    first = declined(city)
    stranger = make_user("stranger", role="head", unit=None)
    made = appealed(city, first)
    step(made, city.head, "transfer", reason="回避", person=stranger, now=later(15))

    assert desk_case(stranger, first.handle, date(2018, 6, 26)) == first
    assert flow_of(made).workflow.name == "appeal"


def test_one_appeals_from_the_page_of_the_decision(city: City) -> None:
    first = declined(city)
    client, here = signed_in(city.talent), f"/my/cases/{first.handle}/"
    page = in_a_line(client.get(here))
    assert f"{here}against/appeal/" in page
    assert "2018年8月19日前提出" in page

    assert client.post(f"{here}against/appeal/", {"text": ""}).status_code == 422
    sent = SimpleUploadedFile("社保.pdf", PDF, "application/pdf")
    answer = client.post(f"{here}against/appeal/", {"text": WHY, "files": sent})
    made = Case.objects.get(kind="appeal")
    assert answer.headers["Location"] == f"/my/cases/{made.handle}/"
    page = in_a_line(client.get(f"/my/cases/{made.handle}/"))
    assert "申诉：安家补助" in page
    assert WHY in page
    assert f"针对的事项：{first.number}" in page
    assert "已有一件正在办理" in in_a_line(client.get(f"{here}against/appeal/"))
    desk = in_a_line(signed_in(city.window).get(f"/desk/{made.handle}/"))
    assert WHY in desk
    assert "未提交" not in desk  # an appeal needs no material of the programme


def test_others_find_no_form(city: City) -> None:
    first = declined(city)
    here = f"/my/cases/{first.handle}/against/appeal/"
    assert signed_in(make_talent(make_person("何云飞"))).get(here).status_code == 404
    assert signed_in(city.officer).post(here, {"text": WHY}).status_code == 404
    assert signed_in(city.talent).get(here.replace("appeal/", "revenge/")).status_code == 404
    assert signed_in(city.talent).get(f"/my/cases/{first.handle}/notice/").status_code == 404
    assert not Case.objects.filter(kind="appeal").exists()
