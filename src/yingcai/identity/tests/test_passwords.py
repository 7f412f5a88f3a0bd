"""Both password profiles, rule by rule."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import (
    get_password_validators,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import override

from yingcai.identity.models import PreviousPassword, User
from yingcai.identity.passwords import MAXIMUM_DAYS, VALIDATORS, too_old
from yingcai.identity.tests.make import make_user

LIN = User(username="zhenglin", display_name="郑麟")


def refusals(password: str, *, profile: str, user: User | None = LIN) -> set[str]:
    """The names of the rules that ``password`` breaks."""
    try:
        validate_password(
            password, user, password_validators=get_password_validators(VALIDATORS[profile])
        )
    except ValidationError as error:
        return {str(problem.code) for problem in error.error_list}
    return set()


@pytest.mark.parametrize("profile", ["djbh3", "asvs"])
@pytest.mark.parametrize(
    "password", ["Quiet-orchard-81", "lantern Brook 4402 fog", "云海听涛Qm7-渡口的灯火x"]
)
def test_a_good_password_passes(password: str, profile: str) -> None:
    assert refusals(password, profile=profile) == set()


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("Qm7-x", {"Length"}),
        ("quietorchardfog", {"Kinds"}),
        ("quietorchard2281", {"Kinds"}),
        ("Zhenglin-8841-x", {"NotTheAccountName"}),
        ("x-8841-Nilgnehz", {"NotTheAccountName"}),
        ("郑麟-Brook-4402", {"NotTheAccountName"}),
        ("Password-2018!", {"NotCommon"}),
        ("P@ssw0rd201888", {"NotCommon"}),
        ("Admin@12345678", {"NotCommon"}),
        ("Qwertyuiop-123", {"NotCommon"}),
        ("Abcdefgh-12345", {"NotCommon"}),
        ("Aa1!Aa1!Aa1!Aa", {"NotCommon"}),
        ("aaaaaaaaaaaa", {"Kinds", "NotCommon"}),
    ],
)
def test_djbh3_refuses(password: str, rules: set[str]) -> None:
    assert refusals(password, profile="djbh3") == rules


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("Qm7-x", {"Length"}),
        ("quietorchardfog", set()),
        ("Zhenglin-8841-x", set()),
        ("Password-2018!", {"NotCommon"}),
        ("123456789012", {"NotCommon"}),
    ],
)
def test_asvs_asks_for_length_and_an_uncommon_password_only(password: str, rules: set[str]) -> None:
    assert refusals(password, profile="asvs") == rules


@pytest.mark.django_db
def test_djbh3_refuses_the_last_five_passwords() -> None:
    lin = make_user(password="Quiet-orchard-81")
    PreviousPassword.objects.create(
        user=lin,
        password=make_password("Silent-garden-19"),
    )

    assert refusals("Quiet-orchard-81", profile="djbh3", user=lin) == {"NotRecent"}
    assert refusals("Silent-garden-19", profile="djbh3", user=lin) == {"NotRecent"}
    assert refusals("Morning-ferry-55", profile="djbh3", user=lin) == set()
    assert refusals("Silent-garden-19", profile="asvs", user=lin) == set()


def test_a_password_of_djbh3_lasts_ninety_days() -> None:
    now = datetime(2018, 6, 8, tzinfo=UTC)
    days = MAXIMUM_DAYS["djbh3"]

    assert not too_old(now - timedelta(days=90), now=now, maximum_days=days)
    assert too_old(now - timedelta(days=90, seconds=1), now=now, maximum_days=days)


def test_a_password_of_asvs_does_not_age() -> None:
    now = datetime(2018, 6, 8, tzinfo=UTC)

    assert not too_old(now - timedelta(days=4000), now=now, maximum_days=MAXIMUM_DAYS["asvs"])


def test_every_rule_is_told_in_both_languages() -> None:
    rules = get_password_validators(VALIDATORS["djbh3"])
    chinese = password_validators_help_texts(rules)
    with override("en"):
        english = password_validators_help_texts(rules)

    assert chinese[0] == "密码不少于 12 个字符。"
    assert english[0] == "At least 12 characters."
    assert not set(chinese) & set(english)
