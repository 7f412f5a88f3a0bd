"""Home, switches and error pages, without a browser."""

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.shortcuts import render
from django.test import Client
from django.utils.translation import override

from yingcai.identity.models import RoleGrant, User
from yingcai.web.context import portal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet() -> Client:
    """A client that shows the error page instead of raising."""
    return Client(raise_request_exception=False)


@pytest.fixture
def officer() -> User:
    user = User.objects.create_user("lin", display_name="林知秋")
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.OFFICE, starts_on=date(2018, 1, 1))
    return user


def test_a_visitor_is_told_what_this_is_and_may_sign_in(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "一份人才计划，从条文到每一个数字" in page
    assert "工作人员登录" in page
    assert "2018年6月8日 星期五" in page


def test_an_english_page_says_in_english_that_no_code_is_issued_yet() -> None:
    site = {
        "site_code": "由部署单位填写", "site_code_en": "to be filled in",
        "record_number": "云ICP备00000000号",
    }  # fmt: skip
    with override("en"):
        english = portal_of({"site": site})
    with override("zh-hans"):
        chinese = portal_of({"site": site})

    assert (english["code"], chinese["code"]) == ("to be filled in", "由部署单位填写")
    assert english["record"] == chinese["record"] == "云ICP备00000000号"  # as issued


def test_staff_are_met_by_name_and_role(client: Client, officer: User) -> None:
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/").content.decode()

    assert "林知秋，您好" in page
    assert "您以人才办身份登录" in page


def test_a_login_without_a_role_learns_the_way_out(client: Client) -> None:
    user = User.objects.create_user("wei", display_name="魏无任")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert "您的账号今天没有任何角色" in client.get("/").content.decode()


def test_english_is_a_switch_and_stays(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/accessibility/"})

    assert answer.headers["Location"] == "/accessibility/"
    page = client.get("/accessibility/").content.decode()
    assert '<html lang="en"' in page
    assert "Friday, 8 June 2018" in page


def test_chinese_is_first_whatever_the_browser_says(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"}).content.decode()

    assert '<html lang="zh-CN"' in page


@pytest.mark.parametrize("address", ["/language/", "/display/"])
def test_a_switch_never_leads_to_another_site(client: Client, address: str) -> None:
    answer = client.post(address, {"language": "en", "next": "//evil.example/"})

    assert answer.headers["Location"] == "/"


def test_the_elder_display_is_a_class_kept_by_a_cookie(client: Client) -> None:
    client.post("/display/", {"display": "elder"})
    assert 'class="yc-elder"' in client.get("/").content.decode()

    client.post("/display/", {"display": "standard"})
    assert "yc-elder" not in client.get("/").content.decode()


def test_an_unknown_display_is_not_kept(client: Client) -> None:
    client.cookies["yingcai_display"] = 'x" onload="alert(1)'

    assert "onload" not in client.get("/").content.decode()


def test_the_component_page_is_for_staff(client: Client, officer: User) -> None:
    assert client.get("/styleguide/").status_code == 302

    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/styleguide/").status_code == 200


def test_an_unknown_address_answers_404_with_the_request_id(client: Client) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()
    assert answer.headers["X-Request-Id"] in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (PermissionDenied(), 403, "您的角色不能打开这个页面"),
        (SuspiciousOperation("secret of the inside"), 400, "服务器看不懂这个请求"),
        (RuntimeError("secret of the inside"), 500, "服务器出错了"),
    ],
)
def test_an_error_says_what_happened_and_the_request_id_and_no_more(
    quiet: Client, error: Exception, status: int, text: str
) -> None:
    with patch("yingcai.web.views.render", _raise_once(error)):
        answer = quiet.get("/accessibility/")

    page = answer.content.decode()
    assert answer.status_code == status
    assert text in page
    assert answer.headers["X-Request-Id"] in page
    assert "secret of the inside" not in page


def test_the_500_page_asks_nothing_of_a_broken_database(quiet: Client) -> None:
    with patch("yingcai.web.context.active_pack", side_effect=OperationalError("gone")):
        answer = quiet.get("/")

    assert answer.status_code == 500
    assert "服务器出错了" in answer.content.decode()


def test_an_expired_form_says_that_nothing_was_saved() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})

    assert answer.status_code == 403
    assert "表单已失效，刚才的内容没有保存" in answer.content.decode()


def test_the_sign_in_page_is_ours_in_both_languages(client: Client) -> None:
    assert "工作人员登录" in client.get("/accounts/login/").content.decode()

    client.post("/language/", {"language": "en"})
    assert "Staff sign-in" in client.get("/accounts/login/").content.decode()


def _raise_once(error: Exception) -> Any:
    """A ``render`` that fails for the view and works for the error page after it."""
    failures = [error]

    def fail_then_render(*args: Any, **kwargs: Any) -> Any:
        if failures:
            raise failures.pop()
        return render(*args, **kwargs)

    return fail_then_render
