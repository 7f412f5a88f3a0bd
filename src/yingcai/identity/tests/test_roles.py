"""Who may be given which role, and from when to when it counts."""

from datetime import UTC, date, datetime

import pytest

from yingcai.audit.models import Event
from yingcai.identity import queries
from yingcai.identity.actions import grant_role, revoke_role
from yingcai.identity.errors import RoleRefused, StaleAccount
from yingcai.identity.models import RoleGrant, Unit
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_grant, make_unit, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
TODAY, YESTERDAY = date(2018, 6, 8), date(2018, 6, 7)


def test_a_role_counts_from_the_day_it_is_given() -> None:
    meng, lin, bureau = make_user(role=Role.OFFICE), make_user(), make_unit()

    grant = grant_role(lin, Role.REPORTER, unit=bureau, actor=meng, now=NOW)

    assert queries.roles_on(lin, TODAY) == {"reporter"}
    assert queries.roles_on(lin, YESTERDAY) == frozenset()
    assert [unit.pk for unit in queries.units_of(lin, {Role.REPORTER}, TODAY)] == [bureau.pk]
    event = Event.objects.get()
    assert (event.action, event.actor_id, event.object_id) == (
        "role.granted",
        meng.pk,
        str(grant.pk),
    )
    assert event.details["unit"] == bureau.code


def test_nobody_gives_a_role_to_himself_not_even_by_a_second_login() -> None:
    meng = make_user(role=Role.OFFICE)
    second = make_user(person_key=meng.person_key)

    for target in (meng, second):
        with pytest.raises(RoleRefused, match="不能给自己授予角色"):
            grant_role(target, Role.LEADER, actor=meng, now=NOW)

    assert RoleGrant.objects.count() == 1
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("role", "with_unit", "problem"),
    [
        ("reporter", False, "须指明单位"),
        ("head", False, "须指明单位"),
        ("office", True, "面向全市"),
        ("county", True, "不是县（市、区）或功能区"),
        ("king", False, "没有“king”这个角色"),
    ],
)
def test_a_role_and_its_unit_must_fit(role: str, *, with_unit: bool, problem: str) -> None:
    unit = make_unit(kind=Unit.Kind.BUREAU) if with_unit else None

    with pytest.raises(RoleRefused, match=problem):
        grant_role(make_user(), role, unit=unit, actor=None, now=NOW)

    assert not RoleGrant.objects.exists()


@pytest.mark.parametrize(("held", "asked"), [("auditor", "office"), ("office", "auditor")])
def test_who_audits_does_nothing_else_whatever_the_login(held: str, asked: str) -> None:
    qiu = make_user(role=held)
    second = make_user(person_key=qiu.person_key)

    with pytest.raises(RoleRefused, match="审计人员不得同时承担业务工作"):
        grant_role(second, asked, actor=None, now=NOW)

    assert queries.roles_on(second, TODAY) == frozenset()


def test_the_same_role_is_not_given_twice_for_overlapping_days() -> None:
    lin, bureau = make_user(), make_unit()
    grant_role(lin, Role.HEAD, unit=bureau, actor=None, now=NOW, ends_on=date(2018, 12, 31))

    with pytest.raises(RoleRefused, match="已经有同样的角色"):
        grant_role(lin, Role.HEAD, unit=bureau, actor=None, now=NOW, starts_on=date(2018, 12, 31))
    grant_role(lin, Role.HEAD, unit=bureau, actor=None, now=NOW, starts_on=date(2019, 1, 1))

    assert RoleGrant.objects.count() == 2


def test_a_closed_account_and_a_retired_unit_get_nothing() -> None:
    gone, retired = make_user(is_active=False), make_unit(active=False)

    with pytest.raises(RoleRefused) as refused:
        grant_role(gone, Role.HEAD, unit=retired, actor=None, now=NOW)

    assert len(refused.value.problems) == 2


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(RoleRefused, match="早于开始日期"):
        grant_role(make_user(), Role.LEADER, actor=None, now=NOW, ends_on=YESTERDAY)


def test_a_revoked_role_ends_at_once_and_stays_in_the_history() -> None:
    meng, lin = make_user(role=Role.OFFICE), make_user(role=Role.LEADER)
    grant = lin.grants.get()

    revoke_role(grant, actor=meng, now=NOW)

    assert queries.roles_on(lin, TODAY) == frozenset()
    assert queries.roles_on(lin, YESTERDAY) == {"leader"}
    assert Event.objects.get().action == "role.revoked"


def test_a_role_can_be_given_again_on_the_day_it_was_taken() -> None:
    lin = make_user(role=Role.LEADER)
    revoke_role(lin.grants.get(), actor=None, now=NOW)

    grant_role(lin, Role.LEADER, actor=None, now=NOW)

    assert queries.roles_on(lin, TODAY) == {"leader"}


def test_a_role_is_taken_once() -> None:
    grant = make_user(role=Role.LEADER).grants.get()
    revoke_role(grant, actor=None, now=NOW)

    with pytest.raises(StaleAccount, match="已经被收回"):
        revoke_role(grant, actor=None, now=NOW)

    assert Event.objects.count() == 1


def test_nobody_takes_his_own_role() -> None:
    meng = make_user(role=Role.OFFICE)

    with pytest.raises(RoleRefused, match="不能收回自己的角色"):
        revoke_role(meng.grants.get(), actor=meng, now=NOW)

    assert queries.roles_on(meng, TODAY) == {"office"}


def test_the_leads_of_a_unit_are_its_heads_in_force() -> None:
    bureau = make_unit()
    head = make_user(role=Role.HEAD, unit=bureau)
    make_user(role=Role.REPORTER, unit=bureau)
    make_grant(make_user(), Role.HEAD, unit=bureau, ends_on=date(2018, 5, 31))
    make_user(role=Role.HEAD, unit=make_unit())

    assert list(queries.leads_of(bureau, TODAY)) == [head]


def test_two_logins_of_one_person_are_the_same_person() -> None:
    meng = make_user()

    assert queries.same_person(meng, make_user(person_key=meng.person_key))
    assert not queries.same_person(meng, make_user())
    assert not queries.same_person(None, None)
