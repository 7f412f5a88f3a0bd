"""The desk of pairs in a browser's eyes: what it shows, who may press what, and what is written down."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.audit.models import Event
from yingcai.engine.sealing import unseal
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry import sealed
from yingcai.registry.models import Duplicate, Look, Subject
from yingcai.registry.tests.browsing import signed_in, text
from yingcai.registry.tests.make import (
    RESIDENT,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_pairs import make_city_with_days, make_pair, merge, two_lins

DESK = "/registry/duplicates/"


@pytest.fixture
def city(db: None) -> None:
    make_city_with_days()


@pytest.fixture
def lin(city: None) -> User:
    return make_user("lin", role=Role.OFFICE, display_name="林主任")


@pytest.fixture
def meng(city: None) -> User:
    return make_user("meng", role=Role.OFFICE, display_name="孟科长")


def page(pair: Duplicate) -> str:
    return reverse("registry:duplicate", args=[pair.pk])


def press(client: Client, pair: Duplicate, word: str, reason: str = "") -> Any:
    pair.refresh_from_db()
    given = {"word": word, "reason": reason, "version": pair.version}
    return client.post(page(pair), given, follow=True)


def test_the_heaviest_pair_comes_first_and_the_list_is_paged_by_key(lin: User) -> None:
    for number in range(23):
        make_pair(make_person(f"轻{number:02d}"), make_person(f"重{number:02d}"), weight=number)
    client = signed_in(lin)

    first = text(client.get(DESK))
    last = Duplicate.objects.get(weight=3)
    second = text(client.get(f"{DESK}?status=open&after=3&id={last.pk}"))

    assert first.index("轻22") < first.index("轻21") < first.index("轻03")
    assert f"after=3&amp;id={last.pk}" in first
    assert ("轻02" in first, "轻02" in second, "轻03" in second) == (False, True, False)
    assert Look.objects.filter(viewer=lin, fields=["name"]).count() == 2 * 20 + 2 * 3


def test_a_page_of_twenty_pairs_asks_the_database_few_times(
    lin: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        make_pair(make_person(), make_person())
    client = signed_in(lin)
    client.get(DESK)
    with django_assert_max_num_queries(12):
        client.get(DESK)


def test_two_subjects_stand_side_by_side(lin: User) -> None:
    kept, gone = two_lins(make_firm("东云机电公司"))
    make_fact(kept, "person.insured_months", 12)
    make_fact(gone, "person.insured_months", 20)
    make_fact(kept, "person.salary", 500000)
    make_fact(gone, "person.salary", 500000)
    make_fact(gone, "person.degree", "doctor")
    pair = make_pair(kept, gone)

    shown = text(signed_in(lin).get(page(pair)))

    for words in (
        "12个月",
        "20个月",
        "博士",
        "E1*****78",
        "东云机电公司",
        "1项不一致",
        "只有一边有",
    ):
        assert words in shown
    assert "50万元" not in shown  # sensitive: stars, and yet said to be equal
    assert "E12345678" not in shown
    told = {(look.subject_id, field) for look in Look.objects.all() for field in look.fields}
    assert {(kept.pk, "name"), (gone.pk, "passport"), (gone.pk, "person.degree")} <= told
    # salaries are stars, yet they were compared: that is told, too
    assert (kept.pk, "person.salary") in told
    assert not Look.objects.filter(revealed=True).exists()


def test_each_value_that_is_opened_has_its_look(
    lin: User, meng: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a merge and after it: on the desk, and on the page of the one that is kept."""
    kept, gone = two_lins(make_firm())
    for subject in (kept, gone):
        make_fact(subject, "person.degree", "doctor")
        make_fact(subject, "person.salary", 500000)
    pair = make_pair(kept, gone)
    opened: list[tuple[str, str]] = []

    def watched(key: bytes, value: bytes, bound: bytes) -> bytes:
        handle, _, field = bound.decode().partition("/")
        opened.append((handle, field.partition("/")[2]))
        return unseal(key, value, bound)

    monkeypatch.setattr(sealed, "unseal", watched)
    client = signed_in(lin)
    client.get(page(pair))
    looks = {(str(one.subject.handle), name) for one in Look.objects.all() for name in one.fields}
    assert {field for _, field in opened} == {"person.degree", "person.salary"}
    assert set(opened) <= looks

    merge(pair, kept, lin, meng)
    last = Look.objects.order_by("-pk").values_list("pk", flat=True)[0]
    opened.clear()
    client.get(reverse("registry:subject", args=[kept.handle]))
    later = {name for one in Look.objects.filter(pk__gt=last, subject=kept) for name in one.fields}
    assert {handle for handle, _ in opened} == {str(kept.handle), str(gone.handle)}
    assert {field for _, field in opened} <= later


def test_what_a_merge_will_do_is_said_before(lin: User) -> None:
    pair = make_pair(make_person(), make_person())
    client = signed_in(lin)
    assert "什么都不会被改写或删除" in text(client.get(page(pair)))
    client.cookies["yingcai_language"] = "en"
    assert "nothing is rewritten or deleted" in text(client.get(page(pair)))


def test_one_proposes_and_another_confirms(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    pair = make_pair(kept, gone)
    first, second = signed_in(lin), signed_in(meng)

    assert "等待另一个人确认" in text(press(first, pair, "keep-first", "同一人登记两次"))
    assert "确认合并" not in text(first.get(page(pair)))
    assert "另一个人" in text(press(first, pair, "confirm"))  # refused
    shown = text(second.get(page(pair)))
    assert ("林主任" in shown, "同一人登记两次" in shown, "确认合并" in shown) == (True, True, True)
    assert "已合并" in text(press(second, pair, "confirm"))

    old = first.get(reverse("registry:subject", args=[gone.handle]))
    assert old.headers["Location"] == reverse("registry:subject", args=[kept.handle])
    assert "已并入：林之川" in text(first.get(reverse("registry:subject", args=[kept.handle])))
    assert "林主任提出、孟科长确认合并" in text(first.get(page(pair)))

    press(second, pair, "undo", "经核实是两个人")
    assert "合并已撤销" in text(press(first, pair, "confirm"))
    assert Subject.objects.filter(standing="active", pk__in=[kept.pk, gone.pk]).count() == 2


def test_a_pair_is_dismissed_with_a_reason(lin: User) -> None:
    pair = make_pair(make_person(), make_person())
    client = signed_in(lin)
    refused = press(client, pair, "dismiss")
    assert (refused.status_code, "请写明理由" in text(refused)) == (422, True)
    press(client, pair, "dismiss", "同名不同人")
    assert "没有这样的疑似重复" in text(client.get(DESK))
    assert "同名不同人" in text(client.get(page(pair)))
    assert "同名不同人" not in repr([event.details for event in Event.objects.all()])


def test_a_proposal_is_withdrawn(lin: User, meng: User) -> None:
    pair = make_pair(make_person(), make_person())
    press(signed_in(lin), pair, "keep-second", "同一人")
    assert "待第二人确认" in text(signed_in(meng).get(DESK))
    press(signed_in(meng), pair, "withdraw")
    pair.refresh_from_db()
    assert (pair.proposal, pair.proposed_by, pair.status) == ("", None, "open")


def test_a_button_of_a_page_that_is_old_does_nothing(lin: User) -> None:
    pair = make_pair(make_person(), make_person())
    given = {"word": "dismiss", "reason": "不是", "version": pair.version - 1}
    answer = signed_in(lin).post(page(pair), given)
    pair.refresh_from_db()
    assert (answer.status_code, pair.status) == (422, "open")
    assert signed_in(lin).post(page(pair), {**given, "word": "erase"}).status_code == 422


def test_two_numbers_in_use_are_told_and_no_merge_is_offered(lin: User) -> None:
    one, other = make_person(number=RESIDENT), make_person(number="331082198511230018")
    shown = text(signed_in(lin).get(page(make_pair(one, other))))
    assert "先核实并停用错误的号码" in shown
    assert ("keep-first" in shown, "dismiss" in shown) == (False, True)


def test_a_county_sees_its_own_pairs_only(lin: User) -> None:
    county = make_county()
    zhou = signed_in(make_user(role=Role.COUNTY, unit=county))
    ours = [make_person(f"东{n}", county=county) for n in range(2)]
    mine, mixed = make_pair(*ours), make_pair(ours[0], make_person("西"))

    assert ("东1" in text(zhou.get(DESK)), "西" in text(zhou.get(DESK))) == (True, False)
    assert (zhou.get(page(mine)).status_code, zhou.get(page(mixed)).status_code) == (200, 404)
    assert zhou.post(page(mixed), {"word": "dismiss", "version": 1}).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER, Role.REPORTER])
def test_other_roles_have_no_desk(city: None, role: str) -> None:
    assert signed_in(make_user(role=role)).get(DESK).status_code == 403


def test_the_merged_persons_own_page_shows_both_halves(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    make_fact(kept, "person.degree", "doctor")
    row = make_fact(gone, "person.salary", 500000)
    employ(gone, make_firm("西云机电公司"), date(2014, 1, 1), date(2016, 1, 1))
    client = signed_in(make_talent(gone))
    merge(make_pair(kept, gone), kept, lin, meng)

    shown = text(client.get("/registry/me/"))

    assert ("博士" in shown, "E1*****78" in shown) == (True, True)
    assert "西云机电公司" in text(client.get("/registry/me/steps/"))
    opened = client.post(reverse("registry:reveal_own", args=["fact", row.pk]))
    assert "50万元" in text(opened)
