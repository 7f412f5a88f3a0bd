"""Leave cover of roles: from when to when it counts, who arranges it, and that it makes nobody a second person."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from yingcai.audit.models import Event
from yingcai.identity import queries
from yingcai.identity.actions import close_account, cover_role, grant_role, revoke_role
from yingcai.identity.actions.roles import OF_A_UNIT, OPERATING
from yingcai.identity.errors import InvalidAccount, RoleRefused
from yingcai.identity.models import RoleGrant, Unit, User
from yingcai.identity.queries import Role, as_one, same_person
from yingcai.identity.tests.make import make_grant, make_unit, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
TODAY, WEEK, DAY = date(2018, 6, 8), date(2018, 6, 15), timedelta(days=1)


def cover(
    of: User, by: User, *, first: date = TODAY, last: date = WEEK, actor: User | None = None
) -> RoleGrant:
    grant = of.grants.get(stands_in_for=None)
    return cover_role(grant, by, starts_on=first, ends_on=last, actor=actor or of, now=NOW)


def refusal(of: User, by: User, **more: object) -> list[str]:
    with pytest.raises(RoleRefused) as refused:
        cover(of, by, **more)  # type: ignore[arg-type]
    return refused.value.problems


def test_a_cover_holds_the_role_and_its_unit_from_day_to_day() -> None:
    bureau = make_unit()
    lin, wang = make_user(role=Role.HEAD, unit=bureau), make_user()

    made = cover(lin, wang, first=TODAY + DAY)

    assert queries.roles_on(wang, TODAY) == frozenset()
    assert queries.roles_on(wang, TODAY + DAY) == {"head"}
    assert list(queries.units_of(wang, {Role.HEAD}, WEEK)) == [bureau]
    assert queries.roles_on(wang, WEEK + DAY) == frozenset()
    assert queries.roles_on(lin, WEEK) == {"head"}  # he keeps it
    (event,) = Event.objects.all()
    assert (event.action, event.actor_id, event.details["covers"]) == (
        "role.covered", lin.pk, str(made.stands_in_for_id),
    )  # fmt: skip


def test_a_cover_ends_with_what_it_covers() -> None:
    office, lin, wang = make_user(role=Role.OFFICE), make_user(role=Role.LEADER), make_user()
    cover(lin, wang)

    revoke_role(lin.grants.get(), actor=office, now=NOW)

    assert queries.roles_on(wang, TODAY) == frozenset()


def test_a_cover_ends_when_the_account_of_the_absent_is_closed() -> None:
    lin, wang = make_user(role=Role.LEADER), make_user()
    cover(lin, wang)

    close_account(lin, actor=None, now=NOW)

    assert queries.roles_on(wang, TODAY) == frozenset()


def test_the_absent_takes_his_cover_back_and_the_cover_himself_does_not() -> None:
    lin, wang = make_user(role=Role.LEADER), make_user()
    made = cover(lin, wang)

    with pytest.raises(RoleRefused, match="不能收回自己的角色"):
        revoke_role(made, actor=wang, now=NOW)
    revoke_role(made, actor=lin, now=NOW)

    assert queries.roles_on(wang, TODAY) == frozenset()
    assert queries.roles_on(lin, TODAY) == {"leader"}


def test_only_the_holder_or_the_office_arranges_a_cover_and_never_for_oneself() -> None:
    office, lin = make_user(role=Role.OFFICE), make_user(role=Role.LEADER)
    other, wang = make_user(role=Role.LEADER), make_user()

    assert refusal(lin, wang, actor=other) == ["只有本人或人才办可以安排代理。"]
    assert refusal(lin, office, actor=office) == [
        "不能安排自己代理别人：请本人或另一位人才办工作人员办理。"
    ]
    assert refusal(lin, make_user(person_key=lin.person_key)) == ["不能代理自己。"]
    assert cover(lin, wang, actor=office).granted_by == office


def test_a_cover_is_bounded() -> None:
    lin, wang, closed = make_user(), make_user(), make_user(is_active=False)
    make_grant(lin, Role.LEADER, starts_on=TODAY - DAY, ends_on=TODAY + 400 * DAY)

    assert refusal(lin, wang, first=TODAY - DAY) == ["代理不能从过去的日期开始。"]
    assert refusal(lin, wang, last=TODAY + 184 * DAY) == ["代理最长 183 天；更久请改为授予角色。"]
    assert refusal(lin, wang, first=TODAY + 399 * DAY, last=TODAY + 401 * DAY) == [
        "代理不能超出被代理人的任期。"
    ]
    assert refusal(lin, closed) == [f"账号 {closed.username} 已经停用，不能代理。"]
    assert RoleGrant.objects.count() == 1


def test_one_role_has_one_cover_a_day_and_a_cover_has_none() -> None:
    lin, wang, third = make_user(role=Role.LEADER), make_user(), make_user()
    made = cover(lin, wang)

    assert refusal(lin, third, first=WEEK, last=WEEK + DAY) == ["这段时间已经有人代理这个角色。"]
    with pytest.raises(RoleRefused, match="代理来的角色不能再请人代理"):
        cover_role(made, third, starts_on=TODAY, ends_on=TODAY, actor=wang, now=NOW)
    cover(lin, third, first=WEEK + DAY, last=WEEK + DAY)


def possible(first: str, second: str) -> bool:
    """Whether the holder of ``second`` may stand in for the holder of ``first``."""
    audits = {first, second} & {Role.AUDITOR}
    return first != second and not (audits and {first, second} & OPERATING)


@pytest.mark.parametrize(("first", "second"), list(product(Role.values, Role.values)))
def test_for_every_pair_of_roles_who_covers_is_no_second_person(first: str, second: str) -> None:
    county = make_unit(kind=Unit.Kind.COUNTY)
    lin, wang = make_user(role=first, unit=county), make_user(role=second, unit=county)
    assert not same_person(lin, wang)

    if not possible(first, second):
        assert len(refusal(lin, wang)) == 1
        assert not same_person(lin, wang)
        return
    cover(lin, wang)

    assert queries.roles_on(wang, TODAY) == {first, second}
    for one, other in ((lin, wang), (wang, lin)):
        assert same_person(one, other)
        assert same_person(one, other, since=TODAY, on=TODAY)
        # Who acted before the leave is still the same hand when the cover decides.
        assert same_person(one, other, since=TODAY - 30 * DAY, on=TODAY)
        # What the cover did is not decided by the one who is back.
        assert same_person(one, other, since=WEEK, on=WEEK + 30 * DAY)
        assert not same_person(one, other, since=WEEK + DAY, on=WEEK + 30 * DAY)
        assert not same_person(one, other, since=TODAY - 9 * DAY, on=TODAY - DAY)


def test_no_unit_is_forgotten_in_the_pairs() -> None:
    city = {Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.EXPERT}
    assert set(Role) - city == OF_A_UNIT


def test_two_covers_of_one_person_are_not_two_people() -> None:
    bureau = make_unit()
    lin = make_user(role=Role.REPORTER, unit=bureau)
    make_grant(lin, Role.HEAD, unit=bureau)
    wang, zhang = make_user(), make_user()
    for grant, by in zip(lin.grants.order_by("pk"), (wang, zhang), strict=True):
        cover_role(grant, by, starts_on=TODAY, ends_on=WEEK, actor=lin, now=NOW)

    assert same_person(wang, zhang, since=TODAY, on=TODAY)
    assert as_one(wang) == {lin.person_key, wang.person_key, zhang.person_key}


def test_a_second_login_of_the_cover_is_no_second_person_either() -> None:
    lin, wang = make_user(role=Role.LEADER), make_user()
    again = make_user(person_key=wang.person_key)
    cover(lin, wang)
    assert same_person(again, lin, since=TODAY, on=TODAY)


def test_a_cover_that_was_taken_away_today_still_counts_today() -> None:
    lin, wang = make_user(role=Role.LEADER), make_user()
    revoke_role(cover(lin, wang), actor=lin, now=NOW)

    assert same_person(lin, wang, since=TODAY, on=TODAY)
    assert not same_person(lin, wang, since=TODAY + DAY, on=TODAY + DAY)


def test_a_cover_gives_nothing_to_whom_he_covers() -> None:
    lin, wang = make_user(role=Role.OFFICE), make_user()
    cover(lin, wang)

    with pytest.raises(RoleRefused, match="不能给自己授予角色"):
        grant_role(lin, Role.LEADER, actor=wang, now=NOW)
    with pytest.raises(RoleRefused, match="不能收回自己的角色"):
        revoke_role(lin.grants.get(), actor=wang, now=NOW)
    with pytest.raises(InvalidAccount, match="不能停用自己的账号"):
        close_account(lin, actor=wang, now=NOW)


def test_the_audit_says_for_whom_an_act_was_done() -> None:
    lin, wang = make_user(role=Role.OFFICE), make_user()
    cover(lin, wang)

    grant_role(make_user(), Role.LEADER, actor=wang, now=NOW)
    grant_role(make_user(), Role.LEADER, actor=wang, now=NOW + 10 * DAY)

    during, after = Event.objects.filter(action="role.granted").order_by("pk")
    assert during.details["stands_in_for"] == [str(lin.pk)]
    assert "stands_in_for" not in after.details
