"""The pages on which the talent office keeps accounts and roles."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from yingcai.audit.models import Event
from yingcai.identity.models import RoleGrant, Unit, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.door import sign_in, signed_in
from yingcai.identity.tests.make import PASSWORD, make_grant, make_unit, make_user
from yingcai.identity.views.matrix import readable

pytestmark = pytest.mark.django_db


@pytest.fixture
def meng(client: Client) -> User:
    user = make_user("meng", role=Role.OFFICE)
    client.force_login(user)
    return user


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_shows_roles_of_today_with_their_unit(client: Client, meng: User) -> None:
    bureau = make_unit(name="科技局")
    make_grant(make_user("lin", display_name="林某", unit=bureau), Role.REPORTER, unit=bureau)

    text = page(client, "/identity/")

    assert "林某" in text
    assert "单位填报人（科技局）" in text


def test_the_list_is_searched_by_name_and_unit(client: Client, meng: User) -> None:
    make_user("lin", unit=make_unit(name="科技局"))
    make_user("qiu")

    text = page(client, "/identity/?q=科技")

    assert ">lin</a>" in text
    assert ">qiu</a>" not in text


def test_the_list_goes_page_by_page_in_both_directions(client: Client, meng: User) -> None:
    for number in range(120):
        make_user(f"a{number:03}")

    first = page(client, "/identity/")
    assert "a049" in first
    assert "a050" not in first
    assert 'rel="prev"' not in first
    second = page(client, "/identity/?after=a049")
    assert "a050" in second
    assert 'href="?after=a099"' in second
    back = page(client, "/identity/?before=a050")
    assert "a000" in back
    assert 'rel="prev"' not in back
    last = page(client, "/identity/?after=a099")
    assert "meng" in last
    assert 'rel="next"' not in last


def test_the_list_costs_few_queries(
    client: Client, meng: User, django_assert_max_num_queries: object
) -> None:
    for number in range(40):
        make_user(f"a{number:03}", role=Role.HEAD, unit=make_unit())

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/identity/")


def test_a_new_account_can_sign_in_with_the_password_shown_once(client: Client, meng: User) -> None:
    bureau = make_unit()

    answer = client.post(
        "/identity/new/", {"username": "lin", "display_name": "林某", "unit": bureau.pk}
    )

    text = answer.content.decode()
    password = re.findall(r'<dd class="yc-code" lang="en">([^<]+)</dd>', text)[0]
    visitor = Client()
    sign_in(visitor, "lin", password)
    assert signed_in(visitor)
    assert visitor.get("/identity/me/")["Location"] == "/accounts/password/"
    assert "no-store" in answer["Cache-Control"]
    assert password not in str(client.cookies)


def test_a_refused_account_keeps_what_was_typed_and_names_every_problem(
    client: Client, meng: User
) -> None:
    answer = client.post("/identity/new/", {"username": "meng", "display_name": " x "})

    assert answer.status_code == 422
    assert "已经有人使用" in answer.content.decode()
    assert User.objects.count() == 1


def test_an_unknown_second_account_is_refused(client: Client, meng: User) -> None:
    answer = client.post(
        "/identity/new/", {"username": "lin", "display_name": "林", "person_of": "nobody"}
    )

    assert answer.status_code == 422
    assert "没有这个账号" in answer.content.decode()
    assert not User.objects.filter(username="lin").exists()


def test_a_role_is_given_on_the_page_of_the_account(client: Client, meng: User) -> None:
    lin, bureau = make_user("lin"), make_unit()

    answer = client.post(
        "/identity/users/lin/",
        {"role": "head", "unit": bureau.pk, "starts_on": "2018年6月8日", "ends_on": "20181231"},
    )

    assert answer.status_code == 302
    grant = lin.grants.get()
    assert (grant.role, grant.unit, grant.granted_by) == ("head", bureau, meng)
    assert str(grant.ends_on) == "2018-12-31"


def test_a_refused_role_says_why_and_changes_nothing(client: Client, meng: User) -> None:
    lin = make_user("lin")

    answer = client.post("/identity/users/lin/", {"role": "head", "starts_on": "morgen"})

    assert answer.status_code == 422
    assert "请按 2018-06-08 的样子填写日期" in answer.content.decode()
    assert not lin.grants.exists()


def test_nobody_can_give_himself_a_role_by_the_page(client: Client, meng: User) -> None:
    answer = client.post("/identity/users/meng/", {"role": "leader"})

    assert answer.status_code == 422
    assert meng.grants.count() == 1


@pytest.mark.parametrize(
    ("address", "action"),
    [
        ("/identity/users/lin/close/", "account.closed"),
        ("/identity/users/lin/reset/", "account.password_reset"),
    ],
)
def test_a_change_of_an_account_is_asked_first_and_done_by_post(
    client: Client, meng: User, address: str, action: str
) -> None:
    make_user("lin", password=PASSWORD)

    page(client, address)
    assert not Event.objects.exists()
    client.post(address)

    assert Event.objects.get().action == action


def test_a_role_is_taken_after_asking(client: Client, meng: User) -> None:
    grant = make_user("lin", role=Role.LEADER).grants.get()
    address = f"/identity/grants/{grant.pk}/revoke/"

    assert "立即生效" in page(client, address)
    assert client.post(address).status_code == 302

    assert RoleGrant.objects.get(pk=grant.pk).revoked_by == meng


def test_what_somebody_else_did_first_is_said(client: Client, meng: User) -> None:
    grant = make_user("lin", role=Role.LEADER).grants.get()
    address = f"/identity/grants/{grant.pk}/revoke/"
    client.post(address)

    answer = client.post(address)

    assert answer.status_code == 409
    assert "已经被收回" in answer.content.decode()


@pytest.mark.parametrize("address", ["/identity/users/nobody/", "/identity/grants/999/revoke/"])
def test_what_is_not_there_is_404(client: Client, meng: User, address: str) -> None:
    page(client, address, status=404)


def test_names_are_text_and_never_markup(client: Client, meng: User) -> None:
    make_user("lin", display_name="<script>alert(1)</script>")

    for address in ("/identity/", "/identity/users/lin/"):
        text = page(client, address)
        assert "<script>alert" not in text
        assert escape("<script>alert(1)</script>") in text


def test_the_units_page_lists_aliases_and_members(client: Client, meng: User) -> None:
    east = make_unit(name="东云县", kind=Unit.Kind.COUNTY)
    make_unit(name="各县", kind=Unit.Kind.COLLECTIVE, members=[east])
    east.aliases.create(name="东云")

    text = page(client, "/identity/units/")

    assert "东云" in text
    assert "集合称谓" in text


def test_the_matrix_keeps_the_frame_of_the_page(client: Client, meng: User) -> None:
    text = page(client, "/identity/matrix/")

    who = text[text.index("yc-utility-who") :][:400]
    assert "人才办" in who


def test_the_matrix_says_who_may_open_what(client: Client, meng: User) -> None:
    text = page(client, "/identity/matrix/")

    row = text[text.index("导出审计记录") :].split("</tr>")[0]
    assert re.findall(r"<td>(可以|—)</td>", row) == [*["—"] * 7, "可以", *["—"] * 4]


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("users/<str:username>/close/", "users/<username>/close/"),
        (r"^ledger\.(?P<form>csv|xlsx)$", "ledger.<form>"),
        ("<int:pk>/", "<pk>/"),
    ],
)
def test_addresses_are_shown_as_people_read_them(pattern: str, shown: str) -> None:
    assert readable(pattern) == shown


def test_my_account_shows_roles_and_the_last_sign_ins(client: Client) -> None:
    make_user("lin", password=PASSWORD, role=Role.LEADER)
    sign_in(client, "lin")

    text = page(client, "/identity/me/")

    assert "领导" in text
    assert "与现在相同" in text
