"""The forms of the reading desk: each act, with htmx and without, and what it refuses."""

from decimal import Decimal

import pytest
from django.test import Client

from yingcai.identity.models import User
from yingcai.plan.models import Clause
from yingcai.plan.queries import live_clauses
from yingcai.plan.tests.make import (
    DRAFT,
    clause_of,
    make_draft,
    make_pack,
    make_unit,
    make_user,
    page_of,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lin(client: Client) -> User:
    """Lin works at the talent office and is signed in."""
    make_pack()
    user = make_user("林", role="office")
    client.force_login(user)
    client.get("/")  # the first request of a session writes it down
    return user


def test_confirming_swaps_the_item_and_the_progress(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")

    answer = client.post(
        page_of(plan, "confirm", clause.pk), {"version": clause.version}, headers=HTMX
    )

    body = answer.content.decode()
    assert "已确认" in body
    assert 'id="desk-progress"' in body
    assert "已核对 1 / 9 条" in body
    assert "<html" not in body


def test_without_htmx_confirming_leads_back_to_the_item(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")

    answer = client.post(page_of(plan, "confirm", clause.pk), {"version": clause.version})

    assert answer["Location"] == f"{page_of(plan, 'measure', clause.measure_id)}#c-{clause.pk}"


def test_an_old_page_cannot_overwrite_a_decision(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")
    Clause.objects.filter(pk=clause.pk).update(version=3)

    answer = client.post(page_of(plan, "confirm", clause.pk), {"version": 1}, headers=HTMX)

    assert answer.status_code == 409
    assert "刚刚被别人处理过" in answer.content.decode()
    clause.refresh_from_db()
    assert clause.status == "proposed"


def test_rejecting_without_a_reason_is_refused_on_the_spot(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")

    answer = client.post(
        page_of(plan, "reject", clause.pk), {"version": 1, "reason": ""}, headers=HTMX
    )

    assert answer.status_code == 409
    assert "请写明剔除的理由" in answer.content.decode()


def test_a_whole_measure_is_confirmed_at_once(client: Client, lin: User) -> None:
    plan = make_draft()
    measure = plan.measures.get(number=1)

    answer = client.post(page_of(plan, "confirm_measure", measure.pk), follow=True)

    assert "已确认 4 条" in answer.content.decode()


def test_a_correction_reads_the_quoted_words(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")
    given = {
        "version": 1, "kind": "target", "words": "引进院士30名", "subject": "院士", "value": "3,000",
        "measure_word": "名", "comparator": "~", "per": "total", "note": "核对原件",
    }  # fmt: skip

    answer = client.post(page_of(plan, "correct", clause.pk), given)

    assert answer.status_code == 302
    clause.refresh_from_db()
    assert (clause.text, clause.value, clause.comparator) == ("引进院士30名", Decimal(3000), "~")


def test_a_wrong_correction_shows_every_problem_and_keeps_what_was_typed(
    client: Client, lin: User
) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")
    given = {"version": 1, "kind": "target", "words": "没有的话", "value": "三十", "by_year": "20"}

    answer = client.post(page_of(plan, "correct", clause.pk), given)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert body.count('class="yc-error"') == 2
    assert 'value="三十"' in body
    clause.refresh_from_db()
    assert clause.value == 30


def test_words_that_are_not_in_the_text_are_refused(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")

    answer = client.post(
        page_of(plan, "correct", clause.pk), {"kind": "incentive", "words": "没有的话"}
    )

    assert "找不到“没有的话”" in answer.content.decode()


def test_splitting_suggests_a_part_for_each_thing(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "各10家")
    address = page_of(plan, "split", clause.pk)

    body = client.get(address).content.decode()
    assert 'value="专家工作站"' in body
    assert 'value="创新服务站"' in body

    rows = {
        "part-TOTAL_FORMS": "2", "part-INITIAL_FORMS": "0", "version": "1",
        "part-0-subject": "专家工作站", "part-0-value": "10", "part-0-measure_word": "家",
        "part-1-subject": "创新服务站", "part-1-value": "10", "part-1-measure_word": "家",
    }  # fmt: skip
    more = client.post(address, {**rows, "more": "1"})
    assert more.content.decode().count('-measure_word"') >= 3
    assert client.post(address, rows).status_code == 302
    assert [c.subject for c in live_clauses(plan).filter(split_from=clause)] == [
        "专家工作站",
        "创新服务站",
    ]


def test_a_selection_of_the_text_is_quoted_in_the_new_item(client: Client, lin: User) -> None:
    plan = make_draft()
    measure = plan.measures.get(number=2)
    start = DRAFT.index("参照")

    body = client.get(
        page_of(plan, "add", measure.pk), {"start": start, "end": start + 8}
    ).content.decode()

    assert "参照“双百”做法</textarea>" in body


def test_units_are_resolved_on_a_form(client: Client, lin: User) -> None:
    unit = make_unit("kcj", name="市科创局")
    plan = make_draft()
    measure = plan.measures.get(number=1)
    rows = {
        "unit-TOTAL_FORMS": "3", "unit-INITIAL_FORMS": "2",
        "unit-0-name": "市科创局", "unit-0-code": "kcj", "unit-0-role": "lead",
        "unit-1-name": "市人才局", "unit-1-code": "-", "unit-1-role": "joint",
        "unit-2-name": "", "unit-2-code": "", "unit-2-role": "joint",
    }  # fmt: skip

    answer = client.post(page_of(plan, "measure_units", measure.pk), rows)

    assert answer.status_code == 302
    assert [(row.name, row.unit, row.printed_only) for row in measure.units.all()] == [
        ("市科创局", unit, False),
        ("市人才局", None, True),
    ]


def test_the_head_takes_days_in_several_forms(client: Client, lin: User) -> None:
    plan = make_draft()
    given = {
        "version": plan.version, "title": "行动计划", "number": "", "issuers": "市委\n市政府",
        "issued_on": "2018年5月2日", "period_start": "2018", "period_end": "2020",
    }  # fmt: skip

    client.post(page_of(plan, "head"), given)

    plan.refresh_from_db()
    assert (plan.issued_on and plan.issued_on.isoformat(), plan.issuers) == (
        "2018-05-02",
        ["市委", "市政府"],
    )


def test_what_stands_outside_of_the_measures_is_confirmed_at_once(
    client: Client, lin: User
) -> None:
    plan = make_draft()
    Clause.objects.filter(plan=plan, text__contains="院士").update(measure=None)

    answer = client.post(page_of(plan, "confirm_outside"), follow=True)

    assert "已确认 1 条" in answer.content.decode()
    assert clause_of(plan, "院士").status == "confirmed"


def test_a_clause_is_rejected_with_a_reason_and_comes_back(client: Client, lin: User) -> None:
    plan = make_draft()
    clause = clause_of(plan, "院士")
    given = {"version": clause.version, "reason": "重复"}

    client.post(page_of(plan, "reject", clause.pk), given)
    clause.refresh_from_db()
    assert clause.status == "rejected"

    client.post(page_of(plan, "undo", clause.pk), {"version": clause.version})
    clause.refresh_from_db()
    assert clause.status == "proposed"


def test_what_the_reader_did_not_see_is_added_once(client: Client, lin: User) -> None:
    plan = make_draft()
    measure = plan.measures.get(number=2)
    given = {"kind": "coverage", "words": "参照“双百”做法", "subject": "做法"}

    first = client.post(page_of(plan, "add", measure.pk), given)
    again = client.post(page_of(plan, "add", measure.pk), given)

    assert (first.status_code, again.status_code) == (302, 422)
    assert plan.clauses.filter(text="参照“双百”做法").count() == 1
