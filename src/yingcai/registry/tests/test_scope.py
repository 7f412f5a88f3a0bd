"""Who may see which subjects for which purpose: everything that is not said is refused."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.mandates import cover_mandate, end_mandate, give_mandate
from yingcai.registry.errors import InvalidSubject, OutOfScope
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.queries.scope import capacities, held_by, scope, usual_scope
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    employ,
    make_county,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.usefixtures("city")
DAY = timedelta(days=1)


def seen(user: User, purpose: str = "", on: date = TODAY) -> set[str]:
    found = scope(user, purpose, on=on) if purpose else usual_scope(user, on=on)
    return {subject.name for subject in found.subjects()}


def test_the_office_sees_the_city() -> None:
    make_person("林之川"), make_firm("甲公司")
    assert seen(make_user(role=Role.OFFICE)) == {"林之川", "甲公司"}


def test_a_county_sees_its_own() -> None:
    east, west = make_county("东云县"), make_county("西川市")
    make_person("林之川", county=east), make_person("王一", county=west), make_person("无县")
    officer = make_user(role=Role.COUNTY, unit=east)

    assert seen(officer) == {"林之川"}


def test_an_employer_sees_who_works_there_on_the_day() -> None:
    firm, rival = make_firm("甲公司"), make_firm("乙公司")
    lin, wang, gone = make_person("林之川"), make_person("王一"), make_person("离职者")
    employ(lin, firm, date(2017, 1, 1))
    employ(wang, rival, date(2017, 1, 1))
    employ(gone, firm, date(2016, 1, 1), TODAY - DAY)
    officer = make_officer(firm)

    assert seen(officer) == {"甲公司", "林之川"}
    assert seen(officer, on=TODAY + 2000 * DAY) == {"甲公司", "林之川"}
    with pytest.raises(OutOfScope):  # the mandate had not begun
        seen(officer, on=TODAY - DAY)


def test_a_person_sees_himself_and_no_one_else() -> None:
    lin = make_person("林之川")
    make_person("王一")
    assert seen(make_talent(lin)) == {"林之川"}


@pytest.mark.parametrize("role", [Role.LEADER, Role.HEAD, Role.REPORTER])
def test_other_roles_see_nobody(role: str) -> None:
    user = make_user(role=role, unit=make_unit())
    assert capacities(user, TODAY) == frozenset()
    for purpose in ("casework", "audit", "own", "employment"):
        with pytest.raises(OutOfScope):
            scope(user, purpose, on=TODAY)


def test_a_visitor_and_a_closed_account_see_nobody() -> None:
    office = make_user(role=Role.OFFICE, is_active=False)
    for user in (AnonymousUser(), office):
        with pytest.raises(OutOfScope):
            usual_scope(user, on=TODAY)


def test_a_purpose_is_for_its_roles_and_shows_its_classes() -> None:
    office, auditor = make_user(role=Role.OFFICE), make_user(role=Role.AUDITOR)
    casework = scope(office, "casework", on=TODAY)

    assert casework.shows("personal")
    assert not casework.shows("sensitive")
    assert scope(office, "verification", on=TODAY).shows("sensitive")
    assert not scope(auditor, "audit", on=TODAY).shows("personal")
    for user, purpose in ((office, "audit"), (auditor, "casework"), (office, "own"), (office, "x")):
        with pytest.raises(OutOfScope):
            scope(user, purpose, on=TODAY)


def test_who_is_restricted_or_erased_is_in_no_work_of_the_office() -> None:
    lin = make_person("林之川")
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    Subject.objects.filter(pk=lin.pk).update(standing=Subject.Standing.RESTRICTED)
    assert (seen(office), seen(talent)) == (set(), {"林之川"})
    Subject.objects.filter(pk=lin.pk).update(standing=Subject.Standing.ERASED)
    assert (seen(office), seen(talent)) == (set(), set())


def test_a_purpose_that_needs_consent_reaches_only_those_who_agree_now() -> None:
    lin, wang = make_person("林之川"), make_person("王一")
    office, talent = make_user(role=Role.OFFICE), make_talent(lin)
    make_talent(wang)
    assert seen(office, "bank") == set()

    give_consent(lin, "bank", version=1, actor=talent, now=NOW)
    assert seen(office, "bank") == {"林之川"}

    withdraw_consent(lin, "bank", actor=talent, now=NOW)
    assert seen(office, "bank") == set()  # refused in the same second
    assert seen(office) == {"林之川", "王一"}  # and nothing else is blocked


def test_a_mandate_that_is_ended_counts_no_more() -> None:
    firm = make_firm("甲公司")
    officer = make_officer(firm)
    assert seen(officer) == {"甲公司"}
    end_mandate(Mandate.objects.get(user=officer), actor=None, now=NOW)
    with pytest.raises(OutOfScope):
        seen(officer)


def test_leave_cover_ends_with_what_it_covers() -> None:
    firm = make_firm("甲公司")
    officer, cover = make_officer(firm), make_user()
    held = Mandate.objects.get(user=officer)
    cover_mandate(held, cover, starts_on=TODAY, ends_on=TODAY + 10 * DAY, actor=officer, now=NOW)

    assert seen(cover) == {"甲公司"}
    assert capacities(cover, TODAY + 11 * DAY) == frozenset()
    end_mandate(held, actor=None, now=NOW)
    assert capacities(cover, TODAY) == frozenset()


def test_what_a_cover_may_not_be() -> None:
    firm, lin = make_firm(), make_person()
    officer, other = make_officer(firm), make_user()
    held = Mandate.objects.get(user=officer)

    def refusal(user: User, covered: Mandate, first: date, last: date) -> list[str]:
        with pytest.raises(InvalidSubject) as refused:
            cover_mandate(covered, user, starts_on=first, ends_on=last, actor=officer, now=NOW)
        return refused.value.problems

    own = Mandate.objects.get(user=make_talent(lin))
    assert refusal(other, own, TODAY, TODAY) == ["只能代理单位经办人"]
    assert refusal(officer, held, TODAY, TODAY) == ["不能代理自己"]
    assert refusal(other, held, TODAY, TODAY - DAY) == ["结束日期早于开始日期"]
    assert refusal(other, held, TODAY - DAY, TODAY) == [
        "代理不能从过去的日期开始", "代理不能超过被代理人的期限",
    ]  # fmt: skip
    assert refusal(other, held, TODAY, TODAY + 184 * DAY) == ["代理最长 183 天；更久请另行授权"]
    made = cover_mandate(held, other, starts_on=TODAY, ends_on=TODAY, actor=officer, now=NOW)
    assert refusal(make_user(), held, TODAY, TODAY) == ["这段时间已经有人代理"]
    assert refusal(make_user(), made, TODAY, TODAY) == ["代理来的授权不能再请人代理"]
    end_mandate(held, reason="调离", actor=make_user(), now=NOW)
    held.refresh_from_db()
    assert "被代理的授权不在有效期内" in refusal(make_user(), held, TODAY + DAY, TODAY + DAY)


def test_a_person_has_one_login_for_himself() -> None:
    lin = make_person()
    make_talent(lin)
    with pytest.raises(InvalidSubject, match="已经有同样的授权"):
        make_talent(lin)
    with pytest.raises(InvalidSubject, match="不适用"):
        give_mandate(make_user(), make_firm(), "self", actor=None, now=NOW)


def test_roles_that_were_asked_before_are_not_asked_again() -> None:
    east = make_county("东云县")
    user = make_user(role=Role.COUNTY, unit=east)
    give_mandate(user, make_firm(), "employer", starts_on=TODAY, actor=None, now=NOW)
    whole = held_by(user, TODAY)

    with CaptureQueriesContext(connection) as asked:
        again = held_by(user, TODAY, roles=whole[0])

    assert whole == again == (frozenset({"county"}), frozenset({"county", "employer"}))
    assert ["rolegrant" in one["sql"] for one in asked.captured_queries] == [False]
    assert held_by(user, TODAY, roles=frozenset()) == (frozenset(), frozenset({"employer"}))
