"""Opening and closing accounts, and the passwords that others hand over."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.hashers import check_password

from yingcai.audit.models import Event
from yingcai.identity import queries
from yingcai.identity.actions import (
    close_account,
    create_user,
    reset_password,
    set_own_password,
)
from yingcai.identity.actions.accounts import temporary_password
from yingcai.identity.errors import InvalidAccount, StaleAccount
from yingcai.identity.models import PreviousPassword, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import PASSWORD, make_unit, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)


def test_a_new_account_gets_a_temporary_password_that_must_be_changed() -> None:
    meng, bureau = make_user(role=Role.OFFICE), make_unit()

    user, password = create_user(" Ｌin ", display_name="林某", unit=bureau, actor=meng, now=NOW)

    user.refresh_from_db()
    assert user.username == "lin"
    assert check_password(password, user.password)
    assert user.must_change_password
    event = Event.objects.get()
    assert (event.action, event.object_id) == ("account.created", str(user.pk))
    assert password not in str(event.details)
    assert "林某" not in str(event.details)


@pytest.mark.parametrize("username", ["", "x", "a b", "名" * 41, "<b>"])
def test_a_bad_account_name_is_refused(username: str) -> None:
    with pytest.raises(InvalidAccount, match="不合规则"):
        create_user(username, display_name="林某", actor=None, now=NOW)

    assert not User.objects.exists()


def test_every_reason_is_named_at_once() -> None:
    make_user("lin")

    with pytest.raises(InvalidAccount) as refused:
        create_user(
            "LIN",
            display_name=" ",
            unit=make_unit(active=False),
            password="short",
            actor=None,
            now=NOW,
        )

    text = str(refused.value)
    assert "已经有人使用" in text
    assert "请填写姓名" in text
    assert "已经停用" in text
    assert len(refused.value.problems) >= 4
    assert User.objects.count() == 1


def test_a_second_login_of_the_same_person_shares_the_person() -> None:
    first = make_user()

    second = create_user("second", display_name="同一人", person_of=first, actor=None, now=NOW).user

    assert queries.same_person(first, second)


def test_a_temporary_password_has_four_kinds_of_characters() -> None:
    made = {temporary_password() for _n in range(50)}

    assert len(made) == 50
    for text in made:
        assert len(text) == 19
        assert any(c.isupper() for c in text)
        assert any(c.islower() for c in text)
        assert any(c.isdigit() for c in text)
        assert not set(text) & set("0O1lIi")


def test_a_reset_replaces_the_password_and_asks_for_a_change() -> None:
    meng, lin = make_user(role=Role.OFFICE), make_user(password=PASSWORD)

    given = reset_password(lin, actor=meng, now=NOW)

    lin.refresh_from_db()
    assert check_password(given, lin.password)
    assert lin.must_change_password
    assert Event.objects.get().action == "account.password_reset"


def test_nobody_resets_his_own_password() -> None:
    lin = make_user(password=PASSWORD)

    with pytest.raises(InvalidAccount, match="修改密码"):
        reset_password(lin, actor=lin, now=NOW)

    assert check_password(PASSWORD, User.objects.get(pk=lin.pk).password)


def test_a_chosen_password_ends_the_duty_to_change_it() -> None:
    lin = make_user(password=PASSWORD, must_change_password=True)

    set_own_password(lin, "Quiet-orchard-81", now=NOW)

    lin.refresh_from_db()
    assert not lin.must_change_password
    assert Event.objects.get().action == "account.password_changed"


def test_of_two_changes_at_once_only_one_wins() -> None:
    lin = make_user(password=PASSWORD)
    other_tab = User.objects.get(pk=lin.pk)
    set_own_password(lin, "Quiet-orchard-81", now=NOW)

    with pytest.raises(InvalidAccount, match="刚被修改"):
        set_own_password(other_tab, "Silent-garden-19", now=NOW)

    assert check_password("Quiet-orchard-81", User.objects.get(pk=lin.pk).password)
    assert Event.objects.count() == 1


def test_only_the_last_five_passwords_are_kept() -> None:
    lin = make_user(password=PASSWORD)

    for number in range(7):
        set_own_password(lin, f"Quiet-orchard-{number}", now=NOW)

    kept = PreviousPassword.objects.filter(user=lin)
    assert kept.count() == 5
    assert not any(check_password("Quiet-orchard-1", row.password) for row in kept)


def test_a_closed_account_has_no_roles_no_password_and_no_way_back() -> None:
    meng, lin = make_user(role=Role.OFFICE), make_user(role=Role.LEADER, password=PASSWORD)

    close_account(lin, actor=meng, now=NOW)

    lin.refresh_from_db()
    assert not lin.is_active
    assert not lin.has_usable_password()
    assert queries.roles_on(lin, date(2018, 6, 8)) == frozenset()
    assert lin.grants.get().revoked_on == date(2018, 6, 8)
    assert Event.objects.get().details == {"roles_ended": 1}


def test_an_account_is_closed_once_and_not_by_its_owner() -> None:
    lin = make_user()
    with pytest.raises(InvalidAccount, match="不能停用自己的账号"):
        close_account(lin, actor=lin, now=NOW)
    close_account(lin, actor=None, now=NOW)

    with pytest.raises(StaleAccount, match="已经停用"):
        close_account(lin, actor=None, now=NOW)

    assert Event.objects.count() == 1


def test_a_closed_account_gets_no_new_password() -> None:
    lin = make_user()
    close_account(lin, actor=None, now=NOW)

    with pytest.raises(InvalidAccount, match="已停用"):
        reset_password(lin, actor=None, now=NOW)
