"""After the award: suspended, taken back by rule, cancelled, tolerated; always two people, and a bar that ends on a day."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.award_changes import (
    Proposal,
    amount_of,
    decide_change,
    propose,
    why_not,
    withdraw_change,
)
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Award, AwardChange, Case, CaseNotice
from yingcai.cases.queries.awards import suspended_on
from yingcai.cases.queries.cards import checked_card, signed_card, still_stands
from yingcai.cases.tests.after_city import build_after_city, granted
from yingcai.cases.tests.case_city import City, later, step
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Fact
from yingcai.registry.queries.facts import standing
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_person, make_talent

pytestmark = pytest.mark.django_db
NINE_MONTHS = datetime(2019, 3, 20, 1, 0, tzinfo=UTC)
BROKEN = Proposal("recover", "service-broken", "2019年3月离职", "3月18日电话听取，本人无异议")
FALSE = Proposal("cancel", "false-materials", "学位证书系伪造", "3月18日当面听取，本人承认")


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2019, 3, 20)
    return build_after_city(tmp_path / "city")


def decided(award: Award, wish: Proposal, city: City, now: datetime = NINE_MONTHS) -> AwardChange:
    row = propose(award, wish, actor=city.officer, now=now)
    return decide_change(row, agrees=True, text="同意", actor=city.head, now=now)


def test_a_suspension_holds_from_its_day_to_its_last_day(city: City) -> None:
    award = granted(city)
    wish = Proposal("suspend", "left-city", "外出培训", until=date(2019, 4, 30))
    decided(award, wish, city)

    assert suspended_on(award, date(2019, 3, 19)) is None
    assert suspended_on(award, date(2019, 4, 30)) is not None
    assert suspended_on(award, date(2019, 5, 1)) is None
    assert why_not(award, "suspend", date(2019, 3, 21)) == "已经暂停"
    decided(award, Proposal("resume", reason="已回来"), city)
    assert suspended_on(award, date(2019, 3, 20)) is None
    assert CaseNotice.objects.filter(kind="award").count() == 2
    award.refresh_from_db()
    assert award.voided_at is None


def test_the_amount_is_that_of_the_months_that_were_not_served(city: City) -> None:
    award = granted(city)  # 50,000 yuan, two years are owed
    row = propose(award, BROKEN, actor=city.officer, now=NINE_MONTHS)

    assert row.amount == 5_000_000 * (24 - 9) // 24 == 3_125_000
    assert amount_of(award, "months", date(2019, 3, 19))[0] == 5_000_000 * 16 // 24
    assert amount_of(award, "months", date(2020, 6, 20))[0] == 0
    assert amount_of(award, "whole", date(2019, 3, 20))[0] == 5_000_000
    decide_change(row, agrees=True, text="", actor=city.head, now=NINE_MONTHS)
    assert amount_of(award, "whole", date(2019, 3, 20))[0] == 1_875_000  # never more than is left
    assert Award.objects.get().amount == 5_000_000  # what was granted stays as it was


def test_nobody_decides_what_he_proposed(city: City) -> None:
    award = granted(city)
    row = propose(award, BROKEN, actor=city.officer, now=NINE_MONTHS)
    twin = make_user(
        "twin", role="head", unit=city.head.grants.get().unit, person_key=city.officer.person_key
    )
    for who in (city.officer, twin):
        with pytest.raises(NotAllowed, match="请由他人决定"):
            decide_change(row, agrees=True, text="", actor=who, now=NINE_MONTHS)
    with pytest.raises(NotAllowed, match="由牵头单位或人才办办理"):
        decide_change(row, agrees=True, text="", actor=city.window, now=NINE_MONTHS)
    assert AwardChange.objects.get().status == "proposed"
    assert not CaseNotice.objects.filter(kind="award").exists()


def test_a_no_needs_its_reason_and_does_nothing(city: City) -> None:
    award = granted(city)
    row = propose(award, FALSE, actor=city.officer, now=NINE_MONTHS)
    with pytest.raises(InvalidCase, match="请写明不同意的理由"):
        decide_change(row, agrees=False, text=" ", actor=city.head, now=NINE_MONTHS)
    decide_change(row, agrees=False, text="证据不足", actor=city.head, now=NINE_MONTHS)

    award.refresh_from_db()
    assert (award.voided_at, AwardChange.objects.get().status) == (None, "refused")
    with pytest.raises(StaleCase):
        decide_change(row, agrees=True, text="", actor=city.head, now=NINE_MONTHS)


def test_one_proposal_at_a_time_and_its_maker_takes_it_back(city: City) -> None:
    award = granted(city)
    row = propose(award, BROKEN, actor=city.officer, now=NINE_MONTHS)
    with pytest.raises(NotAllowed, match="已有一件提议等待决定"):
        propose(award, FALSE, actor=city.head, now=NINE_MONTHS)
    with pytest.raises(NotAllowed, match="只有提出的人可以撤回"):
        withdraw_change(row, actor=city.head, now=NINE_MONTHS)
    withdraw_change(row, actor=city.officer, now=NINE_MONTHS)
    assert propose(award, FALSE, actor=city.head, now=NINE_MONTHS).status == "proposed"


def test_whoever_is_concerned_is_heard_and_all_faults_are_said_at_once(city: City) -> None:
    with pytest.raises(InvalidCase) as caught:
        propose(granted(city), Proposal("recover"), actor=city.officer, now=NINE_MONTHS)
    assert set(caught.value.fields) == {"ground", "reason", "heard"}


def test_a_cancelled_award_is_void_and_bars_for_three_years(city: City) -> None:
    award = granted(city)
    row = decided(award, FALSE, city)

    award.refresh_from_db()
    assert (award.voided_at, row.barred_until) == (NINE_MONTHS, date(2022, 3, 19))
    assert {one.state for one in award.obligations.all()} == {"ended"}
    with pytest.raises(InvalidCase, match=r"因“提供虚假材料”.*2022年3月20日以前不得申请"):
        start_case("grant", city.person, "self", actor=city.talent, now=NINE_MONTHS)
    start_case(
        "bonus", city.person, "self", actor=city.talent, now=NINE_MONTHS
    )  # another programme
    again = datetime(2022, 3, 20, 1, 0, tzinfo=UTC)
    assert start_case("grant", city.person, "self", actor=city.talent, now=again).pk


def test_a_draft_from_before_the_bar_is_not_handed_in(city: City) -> None:
    award = granted(city)
    draft = city.draft(person__insured_months="24")
    decided(award, FALSE, city)

    with pytest.raises(InvalidCase, match="以前不得申请"):
        submit(draft, version=draft.version, actor=city.talent, now=NINE_MONTHS)


def test_what_is_tolerated_is_not_taken_back(city: City) -> None:
    award = granted(city)
    decided(award, Proposal("tolerate", "explored-and-failed", "试验失败，资金按规定使用"), city)

    with pytest.raises(NotAllowed, match="已作容错认定，不再追回"):
        propose(award, BROKEN, actor=city.officer, now=NINE_MONTHS)
    assert Event.objects.filter(action="award.decided").count() == 1


def test_nobody_acts_in_his_own_case(city: City) -> None:
    award = granted(city)
    own = make_talent(make_person("何云飞"), "own", person_key=city.talent.person_key)
    assert own.person_key == city.talent.person_key
    with pytest.raises(NotAllowed):
        propose(award, BROKEN, actor=city.talent, now=NINE_MONTHS)


def recognised(city: City) -> Case:
    case = start_case("recognition", city.person, "self", actor=city.talent, now=later(0))
    case = submit(case, version=case.version, actor=city.talent, now=later(0))
    return step(case, city.officer, "agree")


def test_a_card_of_a_suspended_recognition_does_not_stand(city: City) -> None:
    case = recognised(city)
    award = Award.objects.select_related("case__subject", "case__lead").get(case=case)
    card = checked_card(signed_card(case, award, date(2018, 6, 11)))
    assert still_stands(card, date(2019, 3, 20))

    decided(award, Proposal("suspend", "left-city", "调查"), city)
    assert not still_stands(card, date(2019, 3, 20))
    decided(award, Proposal("resume", reason="查清"), city)
    assert still_stands(card, date(2019, 3, 20))


def test_what_a_cancelled_recognition_gave_is_no_longer_known(city: City) -> None:
    case = recognised(city)
    award = Award.objects.select_related("case__subject", "case__lead").get(case=case)
    made_known = Fact.objects.get(name="person.degree", recorded_at=case.ended_at or later(0))
    before = [one.fact for one in standing(city.person, on=date(2019, 3, 20))]
    assert made_known in before
    decided(award, FALSE, city)

    after = [one.fact for one in standing(city.person, on=date(2019, 3, 20))]
    assert made_known not in after
    assert [one.source for one in after if one.name == "person.degree"] == ["education"]


def test_the_letter_says_ground_amount_and_what_was_heard(city: City) -> None:
    row = decided(granted(city), BROKEN, city)
    data = signed_in(city.talent).get(f"/letters/changes/{row.handle}/docx/").content
    text = ZipFile(BytesIO(data)).read("word/document.xml").decode()

    assert "没有履行满服务年限（" in text
    assert (
        "追回金额大写：叁万壹仟贰佰伍拾元整。应当服务24个月，已经服务9个月，按未服务的15个月计算。"
        in text
    )
    assert "3月18日电话听取" in text
    stranger = make_talent(make_person("何云飞"))
    assert signed_in(stranger).get(f"/letters/changes/{row.handle}/docx/").status_code == 404


def test_the_desk_proposes_and_another_one_decides(city: City) -> None:
    award = granted(city)
    here = f"/desk/awards/{award.case.handle}/"
    officer, head = signed_in(city.officer), signed_in(city.head)
    asked = {"do": "propose", "kind": "recover", "ground": "service-broken", "reason": "离职"}
    answer = officer.post(here, asked)
    assert answer.status_code == 422
    assert "请写明何时、怎样听取了对方意见" in in_a_line(answer)

    assert officer.post(here, {**asked, "heard": "已听取"}).status_code == 302
    row = AwardChange.objects.get()
    page = in_a_line(officer.get(here))
    assert "等待决定：追回" in page
    assert 'value="agree"' not in page
    assert "追回31,250元" in page
    page = in_a_line(head.get(here))
    assert 'value="agree"' in page
    assert head.post(here, {"do": "agree", "change": str(row.handle)}).status_code == 302

    mine = in_a_line(signed_in(city.talent).get(f"/my/cases/{award.case.handle}/"))
    assert "对您的认定（兑现）作出“追回”的决定" in mine
    assert "已听取" in mine
    assert "officer" not in mine.split("认定（兑现）以后的决定")[1]


def test_others_find_no_award(city: City) -> None:
    award = granted(city)
    here = f"/desk/awards/{award.case.handle}/"
    assert signed_in(city.talent).get(here).status_code == 403
    elsewhere: User = make_user("elsewhere", role="officer", unit=None)
    assert signed_in(elsewhere).get(here).status_code in (200, 404)
    running = city.submitted("bonus")
    assert signed_in(city.officer).get(f"/desk/awards/{running.handle}/").status_code == 404
