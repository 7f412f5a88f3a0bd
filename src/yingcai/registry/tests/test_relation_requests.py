"""A person asks that a relation be ended, corrected or taken back; somebody else decides."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from yingcai.audit.models import Event
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_cover, make_user
from yingcai.registry.actions.relations import end_relation
from yingcai.registry.actions.requests import (
    Upload,
    accept_relation_request,
    accept_request,
    decide_request,
    request_relation_change,
    withdraw_request,
)
from yingcai.registry.errors import InvalidFact, InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.models import ChangeRequest, Fact, Look, Relation, Subject
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import relations_known, scope
from yingcai.registry.queries.terms import due_requests
from yingcai.registry.tests.browsing import in_a_line, signed_in, text
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    employ,
    make_county,
    make_firm,
    make_person,
    make_talent,
)
from yingcai.registry.wishes import ENDED, NEVER, OTHER_DAYS, RelationWish

pytestmark = pytest.mark.usefixtures("city")
LATER = NOW + timedelta(days=3)
PAPER = Upload("离职证明.pdf", b"%PDF-1.7 invented")
SINCE, LAST = date(2016, 9, 1), date(2018, 3, 31)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def employed() -> tuple[Subject, Relation]:
    lin = make_person("林之川")
    return lin, employ(lin, make_firm("云州精工"), SINCE)


def known_days() -> list[tuple[date, date | None]]:
    return list(relations_known().values_list("starts_on", "ends_on"))


@pytest.mark.parametrize(
    ("wish", "days"),
    [
        (RelationWish(Relation(), ENDED, "已经离职", None, LAST), [(SINCE, LAST)]),
        (RelationWish(Relation(), OTHER_DAYS, "入职晚", date(2017, 1, 1)), [(date(2017, 1, 1), None)]),
        (RelationWish(Relation(), OTHER_DAYS, "都不对", date(2017, 1, 1), LAST), [(date(2017, 1, 1), LAST)]),
        (RelationWish(Relation(), NEVER, "从未任职"), []),
    ],
    ids=["ended", "other first day", "other days", "never"],
)  # fmt: skip
def test_what_was_asked_becomes_so_and_what_was_known_stays(
    wish: RelationWish, days: list[Any]
) -> None:
    lin, job = employed()
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    asked = RelationWish(job, wish.what, wish.reason, wish.since, wish.until)

    row = request_relation_change(lin, asked, evidence=PAPER, actor=talent, now=NOW)

    assert (row.status, row.name, row.relation) == ("open", "relation", job)
    assert row.due_on == TODAY + timedelta(days=30)
    assert b"2018-03-31" not in bytes(row.sealed)
    assert known_days() == [(SINCE, None)]  # nothing has changed yet
    made = Event.objects.get(action="request.made")
    assert made.details == {
        "fact": "relation", "relation": job.pk, "evidence": row.evidence_sha256,
    }  # fmt: skip

    changed = accept_relation_request(
        scope(office, "casework", on=TODAY), row, answer="属实", actor=office, now=LATER
    )

    assert known_days() == days
    assert (changed.replaces, changed.recorded_by) == (job, office)
    assert Relation.objects.filter(pk=job.pk, ends_on=None).exists()
    row.refresh_from_db()
    assert (row.status, row.answer, row.decided_by) == ("accepted", "属实", office)
    assert not Fact.objects.exists()


def test_a_refusal_leaves_the_relation_and_a_withdrawal_too() -> None:
    lin, job = employed()
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    casework = scope(office, "casework", on=TODAY)
    wish = RelationWish(job, NEVER, "从未任职")
    row = request_relation_change(lin, wish, actor=talent, now=NOW)

    with pytest.raises(InvalidFact, match="理由"):
        decide_request(casework, row, accept=False, answer="", actor=office, now=LATER)
    decide_request(casework, row, accept=False, answer="单位有合同", actor=office, now=LATER)
    again = request_relation_change(lin, wish, actor=talent, now=LATER)
    withdraw_request(again, actor=talent, now=LATER)

    assert known_days() == [(SINCE, None)]
    assert sorted(ChangeRequest.objects.values_list("status", flat=True)) == [
        "refused",
        "withdrawn",
    ]


def test_who_asks_does_not_decide_by_no_login_of_his() -> None:
    lin, job = employed()
    office = make_user(role=Role.OFFICE)
    talent = make_talent(lin, person_key=office.person_key)
    row = request_relation_change(lin, RelationWish(job, NEVER, "无"), actor=talent, now=NOW)
    cover = make_cover(talent, make_user(role=Role.OFFICE))

    for officer in (office, cover):
        with pytest.raises(OutOfScope, match="自己"):
            decide_request(
                scope(officer, "casework", on=TODAY), row, accept=True, answer="",
                actor=officer, now=LATER,
            )  # fmt: skip

    assert known_days() == [(SINCE, None)]


def test_another_county_does_not_decide() -> None:
    lin = make_person("林之川", county=make_county())
    job = employ(lin, make_firm(), SINCE)
    other = make_user(role=Role.COUNTY, unit=make_county("西川市"))
    wish = RelationWish(job, NEVER, "无")
    row = request_relation_change(lin, wish, actor=make_talent(lin), now=NOW)

    with pytest.raises(OutOfScope):
        accept_relation_request(scope(other, "casework", on=TODAY), row, actor=other, now=LATER)

    assert known_days() == [(SINCE, None)]


def test_one_request_of_a_relation_is_open_at_a_time_and_others_are_not_hindered() -> None:
    lin, job = employed()
    second, talent = employ(lin, make_firm("云州纺织"), SINCE), make_talent(lin)
    request_relation_change(lin, RelationWish(job, NEVER, "无"), actor=talent, now=NOW)

    with pytest.raises(StaleRecord, match="已有"):
        request_relation_change(lin, RelationWish(job, NEVER, "无"), evidence=PAPER, actor=talent, now=NOW)  # fmt: skip
    request_relation_change(lin, RelationWish(second, NEVER, "无"), actor=talent, now=NOW)

    assert ChangeRequest.objects.count() == 2


def test_a_relation_of_somebody_else_cannot_be_asked_about() -> None:
    lin, _job = employed()
    foreign = employ(make_person("孟思远"), make_firm("云州纺织"), SINCE)

    with pytest.raises(OutOfScope):
        request_relation_change(
            lin, RelationWish(foreign, NEVER, "无"), actor=make_talent(lin), now=NOW
        )

    assert not ChangeRequest.objects.exists()


def test_what_was_corrected_meanwhile_is_not_corrected_twice() -> None:
    lin, job = employed()
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    wish = RelationWish(job, ENDED, "已离职", until=LAST)
    row = request_relation_change(lin, wish, actor=talent, now=NOW)
    end_relation(job, until=date(2018, 4, 30), source="employer", actor=office, now=NOW)

    with pytest.raises(StaleRecord, match="已经被更正"):
        accept_relation_request(scope(office, "casework", on=TODAY), row, actor=office, now=LATER)

    row.refresh_from_db()
    assert row.status == "open"
    assert known_days() == [(SINCE, date(2018, 4, 30))]


@pytest.mark.parametrize(
    ("what", "since", "until", "reason", "problems"),
    [
        ("gone", None, None, "无", ["请选择这条关系哪里不对"]),
        (ENDED, None, None, "", ["请填写最后一天", "与现在登记的相同", "请写明申请更正的理由"]),
        (ENDED, None, date(2016, 8, 31), "无", ["结束日期早于开始日期"]),
        (OTHER_DAYS, None, None, "无", ["请填写开始日期"]),
        (OTHER_DAYS, date(2018, 2, 1), date(2018, 1, 1), "无", ["结束日期早于开始日期"]),
        (OTHER_DAYS, SINCE, None, "x" * 301, ["与现在登记的相同", "理由超过300个字"]),
    ],
)
def test_what_makes_no_sense_is_told_at_once(
    what: str, since: date | None, until: date | None, reason: str, problems: list[str]
) -> None:
    lin, job = employed()

    with pytest.raises(InvalidSubject) as refusal:
        request_relation_change(
            lin, RelationWish(job, what, reason, since, until), actor=make_talent(lin), now=NOW
        )

    assert refusal.value.problems == problems
    assert not ChangeRequest.objects.exists()


def test_a_request_is_of_a_fact_or_of_a_relation() -> None:
    lin, job = employed()
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    row = request_relation_change(lin, RelationWish(job, NEVER, "无"), actor=talent, now=NOW)

    with pytest.raises(InvalidFact):
        accept_request(scope(office, "casework", on=TODAY), row, actor=office, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.filter(pk=row.pk).update(relation=None)

    row.refresh_from_db()
    assert row.status == "open"


def test_it_is_in_the_copy_in_words() -> None:
    lin, job = employed()
    talent = make_talent(lin)
    request_relation_change(
        lin, RelationWish(job, ENDED, "已离职", until=LAST), actor=talent, now=NOW
    )

    (told,) = copy_of(scope(talent, "own", on=TODAY), lin, now=NOW)["requests"]

    assert (told["fact"], told["relation"]) == ("relation", job.pk)
    assert told["words"] == "已经结束，最后一天是2018-03-31"


def test_what_was_asked_goes_with_the_longest_term_of_the_pack() -> None:
    lin, job = employed()
    talent = make_talent(lin)
    row = request_relation_change(lin, RelationWish(job, NEVER, "无"), actor=talent, now=NOW)
    withdraw_request(row, actor=talent, now=NOW)

    assert list(due_requests(date(2028, 6, 8))) == []
    assert list(due_requests(date(2028, 6, 9))) == [row]


# -- pages -------------------------------------------------------------------------------------


def change(job: Relation) -> str:
    return reverse("registry:change_relation", args=[job.pk])


def test_from_my_page_to_the_desk_and_back() -> None:
    lin, job = employed()
    client, desk = signed_in(make_talent(lin)), signed_in(make_user(role=Role.OFFICE))
    assert change(job) in text(client.get("/registry/me/"))

    sent = client.post(
        change(job),
        {
            "what": "ended", "until": "2018-03-31", "reason": "已经离职",
            "evidence": SimpleUploadedFile(PAPER.name, PAPER.data),
        },
    )  # fmt: skip

    assert sent.status_code == 302
    mine = in_a_line(client.get("/registry/me/"))
    assert "审核中" in mine
    assert change(job) not in mine
    row = ChangeRequest.objects.get()
    assert "云州精工" not in text(desk.get("/registry/requests/"))  # nobody but who asks is named
    page = in_a_line(desk.get(f"/registry/requests/{row.pk}/"))
    assert "云州精工" in page
    assert "已经结束，最后一天是2018-03-31" in page
    assert "2016-09-01起，至今" in page
    assert desk.get(f"/registry/requests/{row.pk}/evidence/").status_code == 200
    assert ["relation"] in list(Look.objects.values_list("fields", flat=True))

    desk.post(f"/registry/requests/{row.pk}/", {"word": "yes", "answer": "属实"})

    assert known_days() == [(SINCE, LAST)]
    mine = in_a_line(client.get("/registry/me/"))
    assert "云州精工" in mine
    assert "属实" in mine
    assert "关系" in text(client.get("/registry/me/looks/"))


def test_the_form_refuses_and_keeps_nothing() -> None:
    lin, job = employed()

    page = signed_in(make_talent(lin)).post(change(job), {"what": "ended", "reason": "已经离职"})

    assert page.status_code == 422
    assert "请填写最后一天" in text(page)
    assert not ChangeRequest.objects.exists()


def test_the_pages_speak_english() -> None:
    lin, job = employed()
    client = signed_in(make_talent(lin))
    client.cookies["yingcai_language"] = "en"

    page = text(client.get(change(job)))

    assert "Ask for a relation to be corrected" in page
    assert "It never was so" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_relation_is_not_there(method: str) -> None:
    lin, _job = employed()
    foreign = employ(make_person("孟思远"), make_firm("云州纺织"), SINCE)
    gone = end_relation(foreign, until=LAST, source="employer", actor=None, now=NOW)
    client = signed_in(make_talent(lin))

    for row in (foreign, gone):
        told = getattr(client, method)(change(row), {"what": "never", "reason": "无"})
        assert told.status_code == 404

    assert not ChangeRequest.objects.exists()


def test_a_relation_that_was_replaced_is_not_there_any_more() -> None:
    lin, job = employed()
    end_relation(job, until=LAST, source="employer", actor=None, now=NOW)

    assert signed_in(make_talent(lin)).get(change(job)).status_code == 404


def test_the_desk_says_that_a_relation_was_corrected_meanwhile() -> None:
    lin, job = employed()
    talent, desk = make_talent(lin), signed_in(make_user(role=Role.OFFICE))
    wish = RelationWish(job, ENDED, "已离职", until=LAST)
    row = request_relation_change(lin, wish, actor=talent, now=NOW)
    assert "此后已另有更正" not in text(desk.get(f"/registry/requests/{row.pk}/"))
    end_relation(job, until=date(2018, 4, 30), source="employer", actor=None, now=NOW)

    assert "此后已另有更正" in text(desk.get(f"/registry/requests/{row.pk}/"))
    told = desk.post(f"/registry/requests/{row.pk}/", {"word": "yes", "answer": ""})
    assert (told.status_code, known_days()) == (422, [(SINCE, date(2018, 4, 30))])
