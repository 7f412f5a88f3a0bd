"""Experts find whether a level is equal: drawn by lot, without those who keep away, each with a reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.judging import judge
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Award, Case
from yingcai.cases.queries.inbox import marks, waiting_for
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.queries.story import history
from yingcai.cases.tests.case_city import NOW, PDF, later, step
from yingcai.cases.tests.judged_city import FACT, JudgedCity, build_judged_city
from yingcai.engine.matching.draws import drawn
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import employ, make_person, make_talent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 11)


@pytest.fixture
def judged(tmp_path: Path) -> JudgedCity:
    return build_judged_city(tmp_path / "city")


def stage_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).stage


def test_whoever_is_listed_does_not_pass_the_experts(judged: JudgedCity) -> None:
    case = step(judged.submitted("listed"), judged.city.window, "agree")

    assert case.stage == "decide"
    assert not Event.objects.filter(action="case.experts_drawn").exists()


def test_two_of_three_agree_and_the_rules_say_yes_by_what_they_found(judged: JudgedCity) -> None:
    case = judged.before_experts()
    assert (case.stage, case.decisions.latest("number").outcome) == ("experts", "person")
    first, second, third = judged.asked(case)
    step(case, first, "agree", reason="成果达到同等水平")
    step(case, third, "refuse", reason="影响有限")
    step(case, second, "agree", reason="同行公认")

    row = case.decisions.latest("number")
    assert (stage_of(case), row.outcome, row.result) == ("decide", "yes", "doctor")
    granted = step(case, judged.city.head, "agree")
    assert (granted.status, Award.objects.get(case=case).result) == ("granted", "doctor")


def test_what_the_experts_deny_is_refused_with_the_condition(judged: JudgedCity) -> None:
    case = judged.before_experts()
    for expert in judged.asked(case):
        step(case, expert, "refuse", reason="层次不相当")

    row = case.decisions.latest("number")
    assert (stage_of(case), row.outcome) == ("decide", "no")
    with pytest.raises(NotAllowed, match="经专家评议认为层次相当"):
        step(case, judged.city.head, "agree")
    declined = step(case, judged.city.head, "refuse", reason="专家评议认为层次不相当")
    assert declined.status == "declined"
    page = in_a_line(signed_in(judged.city.talent).get(f"/my/cases/{case.handle}/"))
    assert "目录以外的，经专家评议认为层次相当" in page
    assert "judge" not in page  # who they were is not told
    told = [(one.words, one.who) for one in history(Case.objects.get(pk=case.pk))]
    assert told.count(("专家评议", "评审专家")) == 3


def test_everybody_can_draw_the_lot_again(judged: JudgedCity) -> None:
    case = judged.before_experts()

    told = Event.objects.get(action="case.experts_drawn").details
    again = drawn(told["seed"], "experts", told["among"])
    assert again[:3] == [str(one.person_key) for one in judged.asked(case)]
    assert sorted(told["among"]) == sorted(str(one.person_key) for one in judged.experts)


def test_who_works_where_the_applicant_works_is_not_drawn(judged: JudgedCity) -> None:
    employ(judged.persons[2], judged.city.firm, date(2016, 1, 1))
    case = judged.before_experts()

    assert {*judged.asked(case)} == {judged.experts[i] for i in (0, 1, 3)}


def test_a_conflict_is_found_by_whatever_login_an_expert_is_known(judged: JudgedCity) -> None:
    person = make_person("专家七")
    employ(person, judged.city.firm, date(2016, 1, 1))
    known = make_talent(person, "at-home")
    make_user("at-work", role="expert", person_key=known.person_key)

    judged.before_experts()
    told = Event.objects.get(action="case.experts_drawn").details
    assert str(known.person_key) not in told["among"]


def test_with_too_few_experts_the_case_stays_and_says_how_many_there_are(
    judged: JudgedCity,
) -> None:
    for person in judged.persons[:2]:
        employ(person, judged.city.firm, date(2016, 1, 1))
    case = judged.submitted()

    with pytest.raises(NotAllowed, match="现在可抽的有2人"):
        step(case, judged.city.window, "agree")
    assert stage_of(case) == "intake"
    assert not Event.objects.filter(action="case.experts_drawn").exists()


def test_two_logins_of_one_person_are_one_expert(judged: JudgedCity) -> None:
    make_user("twin", role="expert", person_key=judged.experts[0].person_key)
    make_user("oneself", role="expert", person_key=judged.city.talent.person_key)
    case = judged.before_experts()

    told = Event.objects.get(action="case.experts_drawn").details
    assert len(told["among"]) == len({*told["among"]}) == 4
    assert str(judged.city.talent.person_key) not in told["among"]
    assert len({*judged.asked(case)}) == 3


def test_who_keeps_away_is_replaced_by_the_one_who_is_left(judged: JudgedCity) -> None:
    case = judged.before_experts()
    before = judged.asked(case)
    spare = next(one for one in judged.experts if one not in before)
    step(case, before[0], "recuse", reason="同门师兄弟")

    assert {*judged.asked(case)} == {spare, *before[1:]}
    with pytest.raises(NotAllowed):
        step(case, before[0], "agree", reason="改主意了")
    with pytest.raises(NotAllowed, match="现在可抽的有0人"):
        step(case, before[1], "recuse", reason="同门")
    assert {*judged.asked(case)} == {spare, *before[1:]}


def test_nobody_else_says_what_experts_say(judged: JudgedCity) -> None:
    case = judged.submitted()

    with pytest.raises(InvalidCase, match="由“专家评议”表决认定"):
        judge(case, FACT, "yes", version=case.version, actor=judged.city.window, now=NOW)
    page = in_a_line(signed_in(judged.city.window).get(f"/desk/{case.handle}/"))
    assert "judge/" not in page


def test_for_who_is_silent_another_is_drawn_by_night(judged: JudgedCity) -> None:
    case = judged.before_experts()
    first, *silent = judged.asked(case)
    step(case, first, "agree", reason="同等水平")
    more = [make_user(f"more{i}", role="expert") for i in range(2)]
    judged.experts += more
    assert keep_terms(now=later(3))["lapse"] == 0
    assert (
        keep_terms(now=later(8))["lapse"] == 1
    )  # 11 June and three working days, a holiday between

    asked = judged.asked(case)
    assert len(asked) == 2
    assert not {*asked} & {first, *silent}
    step(case, asked[0], "agree", reason="同行公认", now=later(8))
    assert stage_of(case) == "decide"


def test_experts_read_only_what_bears_on_the_question(judged: JudgedCity) -> None:
    case = judged.before_experts()
    asked = judged.asked(case)
    page = signed_in(asked[0]).get(f"/reviews/asked/{case.handle}/")

    text = in_a_line(page)
    assert "专家评议认为层次相当" in text
    assert "林之川" in text
    assert "代表性成果" in text
    assert "学位证书" not in text  # stands on the degree, which is not asked
    assert "博士" not in text
    assert Look.objects.filter(subject=judged.city.person, viewer=asked[0]).exists()
    works, diploma = (case.files.get(material=one).pk for one in ("works", "diploma"))
    client = signed_in(asked[0])
    found = client.get(f"/reviews/asked/{case.handle}/works/{works}/")
    assert found.getvalue() == PDF
    assert client.get(f"/reviews/asked/{case.handle}/works/{diploma}/").status_code == 404


def test_an_expert_sees_what_he_was_drawn_for_and_nothing_else(judged: JudgedCity) -> None:
    case = judged.before_experts()
    asked = judged.asked(case)
    spare = next(one for one in judged.experts if one not in asked)

    assert signed_in(spare).get(f"/reviews/asked/{case.handle}/").status_code == 404
    assert case.number not in in_a_line(signed_in(spare).get("/reviews/"))
    assert case.number in in_a_line(signed_in(asked[0]).get("/reviews/"))
    on = date(2018, 6, 11)
    assert not desk_cases(asked[0], on).exists()
    assert not waiting_for(asked[0], on).exists()
    keep_terms(now=later(3))
    assert marks(spare, date(2018, 6, 14)) == []


def test_an_opinion_is_given_once_at_the_page_with_a_reason(judged: JudgedCity) -> None:
    case = judged.before_experts()
    expert = judged.asked(case)[0]
    client, address = signed_in(expert), f"/reviews/asked/{case.handle}/"
    sent = {"deed": "agree", "reason": "", "version": str(case.version)}

    empty = client.post(address, sent)
    assert (empty.status_code, "请写明理由" in in_a_line(empty)) == (422, True)
    lost = client.post(address, {**sent, "deed": "grant", "reason": "同等水平"})
    assert (lost.status_code, "请选择同意、不同意或者回避" in in_a_line(lost)) == (422, True)
    stale = client.post(address, {**sent, "reason": "同等水平", "version": "0"})
    assert (stale.status_code, "同等水平" in in_a_line(stale)) == (409, True)
    assert case.acts.filter(actor=expert).count() == 0
    done = client.post(address, {**sent, "reason": "同等水平"})
    assert (done.status_code, done["Location"]) == (302, "/reviews/")
    assert case.acts.get(actor=expert).move == "agree"
    assert client.get(address).status_code == 404  # he has spoken


def test_of_two_opinions_at_the_same_version_one_is_asked_to_look_again(judged: JudgedCity) -> None:
    case = judged.before_experts()
    first, second, _third = judged.asked(case)
    step(case, first, "agree", reason="同等水平")

    with pytest.raises(StaleCase):
        move(case, Step("agree", reason="同意"), version=case.version, actor=second, now=NOW)


def test_who_found_it_does_not_decide_it(judged: JudgedCity) -> None:
    case = judged.before_experts()
    asked = judged.asked(case)
    for expert in asked[:2]:
        step(case, expert, "agree", reason="同等水平")
    labour = judged.city.head.grants.get().unit
    head = make_user("boss", role="head", unit=labour, person_key=asked[0].person_key)

    with pytest.raises(NotAllowed, match="由同一个人办理过"):
        step(case, head, "agree")
    assert stage_of(case) == "decide"
