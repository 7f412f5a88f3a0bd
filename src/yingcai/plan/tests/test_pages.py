"""The pages of the reading desk: what they show, to whom, within how many queries."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from yingcai.engine.reading import load_text, read_plan
from yingcai.identity.models import Unit, User
from yingcai.plan.actions import (
    confirm_clause,
    confirm_measure,
    import_plan,
    importing,
    publish_plan,
    submit_plan,
)
from yingcai.plan.models import Clause, Plan, Target
from yingcai.plan.queries.reading import reading_of
from yingcai.plan.tests.make import (
    DRAFT,
    NOW,
    clause_of,
    make_clause,
    make_draft,
    make_measure,
    make_pack,
    make_plan,
    make_target,
    make_unit,
    make_user,
    page_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(client: Client) -> User:
    """Lin works at the talent office and is signed in."""
    make_pack()
    user = make_user("林", role="office")
    client.force_login(user)
    client.get("/")  # the first request of a session writes it down
    return user


@pytest.fixture
def tao() -> Client:
    """Tao reports for a unit: staff, but not the office."""
    client = Client()
    client.force_login(make_user("陶", role="reporter", unit=make_unit()))
    return client


def test_the_list_shows_editions_and_how_far_they_are(client: Client, lin: User) -> None:
    plan = make_draft()
    confirm_clause(clause_of(plan, "院士"), actor=lin, now=NOW)

    answer = client.get(reverse("plan:index"))

    assert "1 / 9 条" in answer.content.decode()
    assert page_of(plan, "read") in answer.content.decode()


def test_without_plans_the_list_says_what_to_do(client: Client, lin: User) -> None:
    assert "还没有任何计划" in client.get(reverse("plan:index")).content.decode()


def test_a_pasted_plan_becomes_a_draft(client: Client, lin: User) -> None:
    answer = client.post(reverse("plan:index"), {"pasted": DRAFT}, follow=True)

    plan = Plan.objects.get()
    assert answer.redirect_chain[0][0] == page_of(plan, "read")
    assert plan.text == DRAFT
    assert plan.created_by == lin
    assert plan.clauses.filter(kind="target").exists()


def test_the_same_text_again_leads_to_the_plan_that_is_there(client: Client, lin: User) -> None:
    for _ in range(2):
        answer = client.post(reverse("plan:index"), {"pasted": DRAFT}, follow=True)

    assert "以前已经导入过" in answer.content.decode()
    assert Plan.objects.count() == 1


def test_two_people_bringing_in_one_edition_at_once_are_told(
    client: Client, lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plan(slug="2018-2020", title="别的计划", period_start=None)
    monkeypatch.setattr(importing, "_new_slug", lambda plan: "2018-2020")

    answer = client.post(reverse("plan:index"), {"pasted": DRAFT})

    assert answer.status_code == 422
    assert "别人正在导入同一个计划" in answer.content.decode()
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("empty.txt", b" ", "文件是空的"),
        ("noise.txt", bytes(range(128, 256)) * 9, "读不出文字"),
        ("shopping.txt", "买菜、做饭".encode(), "这不像一份计划"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(
    client: Client, lin: User, name: str, data: bytes, problem: str
) -> None:
    answer = client.post(reverse("plan:index"), {"file": SimpleUploadedFile(name, data)})

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not Plan.objects.exists()


def test_an_empty_form_asks_for_a_file_or_text(client: Client, lin: User) -> None:
    answer = client.post(reverse("plan:index"), {})

    assert answer.status_code == 422
    assert "请选择一个文件，或者把计划全文粘贴进来" in answer.content.decode()


def test_the_text_pane_holds_every_character_and_escapes_it(client: Client, lin: User) -> None:
    text = "<b>1. 新建</b>平台20家以上 & 其他\n"
    plan = make_plan(status="draft", text=text)
    measure = make_measure(plan)
    make_clause(measure, start=5, end=20, text=text[5:20], status="proposed")

    body = client.get(page_of(plan, "measure", measure.pk)).content.decode()

    assert "<b>1." not in body
    assert "&lt;b&gt;1." in body
    marked = body.split('lang="zh-CN" tabindex="0" data-desk-text>')[1].split("</div>")[0]
    assert strip_tags_and_entities(marked) == text


def strip_tags_and_entities(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_each_item_links_to_its_sentence_and_back(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")

    body = client.get(page_of(plan, "measure", clause.measure_id)).content.decode()

    assert f'id="t-{clause.pk}"' in body
    assert f'href="#t-{clause.pk}"' in body
    assert f'id="c-{clause.pk}"' in body
    assert f'href="#c-{clause.pk}"' in body


def test_two_people_walk_from_draft_to_ledger(client: Client, lin: User) -> None:
    unit = {name: make_unit(name=name) for name in ("市科创局", "市人才局", "市技能局")}
    plan = make_draft(units=unit)
    assert "没有定下来" in client.post(page_of(plan, "submit")).content.decode()
    for measure in plan.measures.all():
        client.post(page_of(plan, "confirm_measure", measure.pk))

    client.post(page_of(plan, "submit"))
    plan.refresh_from_db()
    own = client.get(page_of(plan, "publish")).content.decode()
    assert "需要另一位工作人员" in own
    refused = client.post(page_of(plan, "publish"), {"digest": plan.digest})
    assert refused.status_code == 409

    client.force_login(make_user("邱", role="office"))
    answer = client.post(page_of(plan, "publish"), {"digest": plan.digest}, follow=True)

    assert "已发布，目标台账已经生成" in answer.content.decode()
    assert Target.objects.count() == 7
    assert plan.digest in client.get(page_of(plan, "read")).content.decode()


def test_the_second_person_can_return_it(client: Client, lin: User) -> None:
    plan = make_draft(units={n: make_unit(name=n) for n in ("市科创局", "市人才局", "市技能局")})
    for measure in plan.measures.all():
        confirm_measure(measure, actor=lin, now=NOW)
    submit_plan(plan, actor=lin, now=NOW)

    client.post(page_of(plan, "return"), {"reason": "漏了一个单位"})

    assert "漏了一个单位" in client.get(page_of(plan, "read")).content.decode()


DRAFT_PAGES = ["read", "text", "reading", "outside"]
OFFICE_PAGES = ["head", "submit", "publish"]


def test_a_draft_is_for_staff_and_only_the_office_decides(tao: Client) -> None:
    plan, visitor = make_draft(), Client()
    clause = clause_of(plan, "院士")

    for name in DRAFT_PAGES:
        assert tao.get(page_of(plan, name)).status_code == 200
        assert visitor.get(page_of(plan, name)).status_code == 302
    for name in OFFICE_PAGES:
        assert tao.get(page_of(plan, name)).status_code == 403
        assert visitor.get(page_of(plan, name)).status_code == 302
    for name in ("confirm", "reject", "undo"):
        assert tao.post(page_of(plan, name, clause.pk)).status_code == 403
    for name in ("correct", "split"):
        assert tao.get(page_of(plan, name, clause.pk)).status_code == 403
    assert tao.post(reverse("plan:index"), {"pasted": DRAFT}).status_code == 403
    assert "全部确认" not in tao.get(page_of(plan, "measure", clause.measure_id)).content.decode()
    clause.refresh_from_db()
    assert clause.status == "proposed"


def test_a_signed_in_user_without_a_role_sees_no_draft() -> None:
    client = Client()
    client.force_login(make_user("无"))

    assert client.get(page_of(make_draft(), "read")).status_code == 403


def test_a_published_plan_is_open_but_its_history_is_not(lin: User) -> None:
    target = make_target(make_plan(text="新建科创平台20家以上"))
    visitor = Client()

    assert visitor.get(page_of(target.plan, "read")).status_code == 200
    body = visitor.get(page_of(target.plan, "clause", target.clause_id)).content.decode()
    assert "成为的目标" in body
    assert "处理记录" not in body
    assert visitor.get(reverse("plan:ledger")).status_code == 302


def test_a_gone_clause_is_hidden_from_visitors(lin: User) -> None:
    plan = make_plan()
    gone = make_clause(make_measure(plan), status="rejected")

    assert Client().get(page_of(plan, "clause", gone.pk)).status_code == 404


def test_what_is_not_there_is_not_found(client: Client, lin: User) -> None:
    plan = make_draft()

    assert client.get(reverse("plan:read", args=["nothing", 1])).status_code == 404
    assert client.get(page_of(plan, "measure", 99999999999999999999)).status_code == 404
    assert client.get(page_of(plan, "clause", 0)).status_code == 404
    assert client.get(page_of(plan, "diff")).status_code == 404


def test_the_downloads_keep_every_character(client: Client, lin: User) -> None:
    plan = make_plan(status="draft", text=DRAFT + "\r\n末行")

    assert client.get(page_of(plan, "text")).content.decode() == DRAFT + "\r\n末行"


def test_the_reading_download_has_what_was_corrected(client: Client, lin: User) -> None:
    plan = make_draft()

    found = json.loads(client.get(page_of(plan, "reading")).content)

    assert [len(measure["targets"]) for measure in found["measures"]] == [2, 2, 1]
    assert found["measures"][1]["targets"][1]["value"] == 30
    assert found["unclassified"][0]["reason"] == "名称中的数字"


def test_what_is_kept_of_a_reading_is_the_whole_reading(lin: User) -> None:
    """Nothing of what the engine read gets lost on the way into the tables and back."""
    path = next(Path("packs").glob("*/plan/*.txt"))
    source = load_text(path.read_bytes(), name=path.name)
    read = read_plan(source.text)

    plan = import_plan(path.read_bytes(), path.name, actor=lin, now=NOW).plan
    kept = reading_of(plan).as_dict()

    expected = read.as_dict()
    assert kept["measures"] == expected["measures"]
    assert kept["header"] == expected["header"]
    assert kept["unclassified"] == expected["unclassified"]


def test_the_difference_between_editions_names_what_changed(client: Client, lin: User) -> None:
    old = make_draft(slug="plan", edition=1)
    new = make_draft(slug="plan", edition=2, previous=old)
    Clause.objects.filter(pk=clause_of(new, "院士").pk).update(value=50)

    body = client.get(page_of(new, "diff")).content.decode()

    assert "数值：30 → 50" in body


def big_plan(measures: int, each: int, *, unit: Unit) -> Plan:
    """A draft of many measures with ``each`` targets."""
    sentence = "新建科创平台20家以上。"
    plan = make_plan(status="draft", text=sentence * (measures * each))
    for number in range(1, measures + 1):
        start = (number - 1) * each * len(sentence)
        measure = make_measure(
            plan, number, units={unit: "lead"}, start=start, end=start + each * len(sentence)
        )
        Clause.objects.bulk_create(
            Clause(
                plan=plan, measure=measure, kind="target", status="proposed", text="新建科创平台20家以上",
                start=start + place * len(sentence), end=start + (place + 1) * len(sentence) - 1,
                subject="科创平台", value=20, measure_word="家", comparator=">=", per="total",
            )
            for place in range(each)
        )  # fmt: skip
    return plan


def test_pages_of_a_plan_stay_within_their_queries(
    client: Client, lin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    plan = big_plan(30, 4, unit=make_unit())
    clause = clause_of(plan, "平台")
    addresses = [
        reverse("plan:index"),
        page_of(plan, "read"),
        page_of(plan, "measure", clause.measure_id),
        page_of(plan, "outside"),
        page_of(plan, "clause", clause.pk),
        page_of(plan, "correct", clause.pk),
        page_of(plan, "split", clause.pk),
        page_of(plan, "measure_units", clause.measure_id),
        page_of(plan, "head"),
    ]
    for address in addresses:
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_a_real_plan_is_read_confirmed_and_published(client: Client, lin: User) -> None:
    """The issued text of the shipped pack, with no units known: everything is kept and named."""
    path = next(Path("packs").glob("*/plan/*.txt"))

    client.post(reverse("plan:index"), {"file": SimpleUploadedFile(path.name, path.read_bytes())})

    plan = Plan.objects.get()
    assert plan.measures.count() == 31
    assert plan.clauses.filter(kind="target").count() >= 100
    body = client.get(page_of(plan, "read")).content.decode()
    assert "不认识责任单位" in body
    assert len(body) < 600_000


def test_publishing_is_refused_when_the_screen_was_old(client: Client, lin: User) -> None:
    plan = make_draft(units={n: make_unit(name=n) for n in ("市科创局", "市人才局", "市技能局")})
    for measure in plan.measures.all():
        confirm_measure(measure, actor=lin, now=NOW)
    submit_plan(plan, actor=make_user("邱", role="office"), now=NOW)

    answer = client.post(page_of(plan, "publish"), {"digest": "0" * 64})

    assert answer.status_code == 409
    assert not Target.objects.exists()
    assert publish_plan(plan, digest=plan.digest or Plan.objects.get().digest, actor=lin, now=NOW)
