"""Decisions on paper: a file is checked row by row, approved by another person, and its cases count from then on."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import granted_before
from yingcai.cases.actions.keeping_awards import keep_awards
from yingcai.cases.actions.papers.applying import apply_papers, apply_step
from yingcai.cases.actions.papers.deciding import approve_papers, refuse_papers, submit_papers
from yingcai.cases.actions.papers.receiving import withdraw_papers
from yingcai.cases.actions.papers.undoing import ask_undo, confirm_undo, drop_undo, undo_papers
from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Award, Case, CaseAct, CaseNotice, PaperBatch, PaperDecision
from yingcai.cases.queries.awards import valid_until
from yingcai.cases.queries.rule_book import book_for, rule_book
from yingcai.cases.queries.statistics import awards_by_programme, by_programme, by_unit
from yingcai.cases.tests.after_city import AFTER, EVALUATED
from yingcai.cases.tests.case_city import NOW, later
from yingcai.cases.tests.paper_city import (
    LIN,
    QIAN,
    PaperCity,
    build_paper_city,
    grant,
    nothing_was_taken_in,
    problems_of,
)
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.facts import says
from yingcai.registry.models import FileKey
from yingcai.registry.queries.facts import standing

pytestmark = pytest.mark.django_db
QIANS = {"姓名": "钱明川", "证件号码": QIAN}
TODAY = date(2018, 6, 11)


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> PaperCity:
    settings.YINGCAI_TODAY = TODAY
    return build_paper_city(tmp_path / "city")


def test_a_paper_becomes_a_case_that_is_over_and_an_award_from_its_day(city: PaperCity) -> None:
    batch = city.taken_in({"有效期至": "2020-04-14", "备注": "原件在档案馆"})

    case, award = Case.objects.get(), Award.objects.get()
    paper = PaperDecision.objects.get()
    assert (case.kind, case.side, case.status, case.workflow, case.stage) == (
        "paper", "paper", "granted", "", "",
    )  # fmt: skip
    assert (case.subject, case.lead, case.county) == (city.lin, city.labour, city.lin.county)
    assert (case.sealed_state, case.sealed_answers) == (None, None)
    assert (award.granted_on, award.result, award.amount) == (date(2016, 4, 15), "doctor", None)
    assert (award.decision, award.granted_by, valid_until(award)) == (None, None, date(2020, 4, 14))
    assert (paper.paper_number, paper.archive, paper.row) == ("澜人才〔2016〕3号", "2016-17", 2)
    assert (batch.status, batch.done, batch.left) == ("applied", 1, 0)


def test_no_act_is_invented_but_the_one_that_it_was_taken_in(city: PaperCity) -> None:
    batch = city.taken_in({})

    case = Case.objects.get()
    assert not CaseAct.objects.exists()
    assert not CaseNotice.objects.exists()
    assert not case.decisions.exists()
    event = Event.objects.get(action="case.taken_in")
    assert (event.actor, event.object_id) == (city.second, str(case.pk))
    assert event.details["batch"] == str(batch.handle)
    assert (event.details["row"], event.details["by_rule"]) == (2, False)
    assert event.details["brought_by"] == str(city.first.pk)
    assert not Event.objects.filter(action__in=["award.made", "case.submitted"]).exists()


def test_the_level_is_known_for_as_long_as_the_paper_says(city: PaperCity) -> None:
    city.taken_in({"有效期至": "2017-04-14"})

    def level(day: date) -> list[bool]:
        rows = standing(city.lin, on=day)
        return [says(one.fact, "doctor") for one in rows if one.name == "person.degree"]

    assert (level(date(2016, 4, 14)), level(date(2016, 4, 15)), level(date(2017, 4, 15))) == (
        [], [True], [],
    )  # fmt: skip


def test_what_was_granted_on_paper_counts_under_ceilings_by_date(city: PaperCity) -> None:
    city.taken_in({"事项": "rent", "等级或结果": "", "金额（元）": "12000"})

    book = rule_book()
    assert book is not None
    found = dict(granted_before(city.lin, book_for(book.digest, "person"), TODAY))
    assert {name: one.written for name, one in found.items() if one.written != "0"} == {
        "received.rent": "12000",
        "ceiling.rent_person": "12000",
    }


def test_a_refusal_is_known_and_gives_nothing(city: PaperCity) -> None:
    city.taken_in(grant(决定="不同意", **{"金额（元）": ""}))

    case = Case.objects.get()
    assert case.status == "declined"
    assert not Award.objects.exists()
    assert not PaperDecision.objects.get().agreed


def test_all_problems_of_a_row_are_told_at_once_by_their_columns(city: PaperCity) -> None:
    batch = city.brought(
        {"事项": "补贴", "申请日期": "去年", "决定日期": "2030-01-01", "决定": "也许"},
        {"证件号码": "331002199003071230", "文号": "", "金额（元）": "5", "等级或结果": "院士"},
        {"申请日期": "2016-05-01", "有效期至": "2016-04-15", "拨付日期": "2016-04-14"},
        grant(**{"金额（元）": "5万", "文号": f"澜{LIN}号"}),
        grant(决定="不同意"),
    )

    assert problems_of(batch) == [
        (2, "programme", "programme-none"),
        (2, "applied_on", "day"),
        (2, "decided_on", "day-future"),
        (2, "decision", "decision"),
        (3, "paper_number", "empty"),
        (3, "number", "resident-check"),
        (3, "amount", "amount-none"),
        (3, "result", "result"),
        (4, "decided_on", "day-order"),
        (4, "valid_until", "day-before"),
        (4, "paid_on", "paid-before"),
        (5, "paper_number", "holds-number"),
        (5, "amount", "amount"),
        (6, "amount", "refused-gives"),
    ]
    assert (batch.rows, batch.faulty, batch.digest) == (5, 5, "")
    with pytest.raises(StaleCase):
        submit_papers(batch, actor=city.first, now=NOW)
    assert nothing_was_taken_in()


def test_nobody_is_found_by_the_name_and_another_name_is_a_fault(city: PaperCity) -> None:
    unknown = "331002196001010006"
    batch = city.brought({"证件号码": unknown}, {"姓名": "林之川"}, {"证件号码": ""})

    assert problems_of(batch) == [
        (2, "number", "subject-unknown"),
        (3, "number", "number-other-name"),
        (4, "number", "number-missing"),
    ]


def test_rows_of_one_file_do_not_say_the_same_twice(city: PaperCity) -> None:
    batch = city.brought({}, {"文号": "澜人才[2016]3号"}, {"文号": "另一号"}, QIANS)

    assert problems_of(batch) == [
        (2, "paper_number", "row-twice"),
        (3, "paper_number", "row-twice"),
        (4, "decided_on", "day-twice"),
    ]


def test_one_paper_may_name_several_people(city: PaperCity) -> None:
    city.taken_in({}, QIANS)

    assert set(Award.objects.values_list("subject_id", flat=True)) == {city.lin.pk, city.qian.pk}


def test_the_same_file_again_finds_every_row_and_adds_nothing(city: PaperCity) -> None:
    rows: tuple[dict[str, str], ...] = ({}, QIANS)
    city.taken_in(*rows)
    again = city.taken_in(*rows, now=later(1))

    assert (again.status, again.rows, again.known, again.done) == ("applied", 2, 2, 0)
    assert (Case.objects.count(), Award.objects.count()) == (2, 2)


def test_the_same_paper_that_says_otherwise_is_a_fault(city: PaperCity) -> None:
    city.taken_in({})
    batch = city.brought({"有效期至": "2020-01-01"}, {"文号": "别的号"}, now=later(1))

    assert problems_of(batch) == [
        (2, "paper_number", "paper-differs"),
        (2, "decided_on", "day-twice"),
        (3, "decided_on", "award-there"),
        (3, "decided_on", "day-twice"),
    ]


def test_a_unit_brings_only_what_it_leads(city: PaperCity) -> None:
    fee = {"事项": "fee", "等级或结果": "", "金额（元）": "5000"}
    batch = city.brought(fee)
    assert (2, "programme", "programme-other") in problems_of(batch)

    whole = city.brought(fee, by=city.office)
    assert (2, "programme", "programme-other") not in problems_of(whole)


def test_the_same_person_does_not_approve_and_another_unit_neither(city: PaperCity) -> None:
    batch = city.waiting({})
    twin = make_user("twin", role="head", unit=city.labour, person_key=city.first.person_key)
    stranger = make_user("stranger", role="officer", unit=city.lin.county)

    for who in (city.first, twin, stranger):
        with pytest.raises(NotAllowed):
            approve_papers(batch, shown=batch.digest, actor=who, now=NOW)
    assert nothing_was_taken_in()
    assert not Event.objects.filter(action="paper.approved").exists()


def test_nobody_decides_on_his_own_paper(city: PaperCity) -> None:
    own = make_user(
        "lin-officer", role="officer", unit=city.labour, person_key=city.reader.person_key
    )
    assert problems_of(city.brought({}, by=own)) == [(2, "number", "own-case")]
    batch = city.waiting(QIANS, {})
    with pytest.raises(NotAllowed, match="本人的决定"):
        approve_papers(batch, shown=batch.digest, actor=own, now=NOW)
    assert nothing_was_taken_in()


def test_what_was_not_shown_is_not_approved(city: PaperCity) -> None:
    batch = city.waiting({})
    with pytest.raises(StaleCase):
        approve_papers(batch, shown="0" * 64, actor=city.second, now=NOW)
    city.lin.name = "林之岚"
    city.lin.save(update_fields=["name"])
    with pytest.raises(StaleCase):
        approve_papers(batch, shown=batch.digest, actor=city.second, now=NOW)
    assert nothing_was_taken_in()


def test_a_file_is_refused_with_a_reason_or_given_up(city: PaperCity) -> None:
    batch = city.waiting({})
    with pytest.raises(InvalidCase):
        refuse_papers(batch, answer=" ", actor=city.second, now=NOW)
    refuse_papers(batch, answer="文号不对", actor=city.second, now=NOW)
    assert (batch.status, batch.answer) == ("refused", "文号不对")

    withdraw_papers(batch, actor=city.first, now=NOW)
    assert (batch.status, batch.stored_as, bytes(batch.head)) == ("withdrawn", "", b"")
    assert not FileKey.objects.exists()
    assert nothing_was_taken_in()


def test_what_was_cut_off_goes_on_where_it_stopped(
    city: PaperCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yingcai.cases.actions.papers.applying.STEP", 1)
    batch = city.waiting({}, QIANS)
    approve_papers(batch, shown=batch.digest, actor=city.second, now=NOW)
    assert apply_step(batch, now=NOW)
    assert Case.objects.count() == 1

    def broken(*_args: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("yingcai.cases.actions.papers.applying._award", broken)
        with pytest.raises(KeyboardInterrupt):
            apply_papers(batch, now=NOW)
    assert (Case.objects.count(), PaperDecision.objects.count()) == (1, 1)
    assert apply_papers(batch, now=NOW)
    assert (Case.objects.count(), Award.objects.count()) == (2, 2)
    assert not FileKey.objects.exists()


def test_a_row_that_no_longer_fits_is_set_aside_and_said(city: PaperCity) -> None:
    batch = city.waiting({}, QIANS)
    approve_papers(batch, shown=batch.digest, actor=city.second, now=NOW)
    city.lin.name = "林之岚"
    city.lin.save(update_fields=["name"])
    apply_papers(batch, now=NOW)

    assert (batch.status, batch.done, batch.left) == ("applied", 2, 1)
    assert problems_of(batch) == [(2, "", "changed-since")]
    assert [one.subject for one in Case.objects.all()] == [city.qian]


def test_what_a_paper_says_cannot_be_changed(city: PaperCity) -> None:
    city.taken_in({})
    for change in ({"amount": 1}, {"held_as": ""}, {"paper_number": "别的"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperDecision.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperDecision.objects.all().delete()


def test_a_file_is_taken_back_by_two_and_nothing_is_deleted(city: PaperCity) -> None:
    batch = city.taken_in({}, QIANS)
    with pytest.raises(InvalidCase):
        ask_undo(batch, reason="", actor=city.first, now=NOW)
    ask_undo(batch, reason="列错了年份", actor=city.first, now=NOW)
    with pytest.raises(NotAllowed):
        confirm_undo(batch, actor=city.first, now=NOW)
    assert Award.objects.filter(voided_at=None).count() == 2

    confirm_undo(batch, actor=city.second, now=NOW)
    assert undo_papers(batch, now=NOW)
    assert set(Case.objects.values_list("status", flat=True)) == {"taken-back"}
    assert not Award.objects.filter(voided_at=None).exists()
    assert (Case.objects.count(), Award.objects.count(), PaperDecision.objects.count()) == (2, 2, 2)
    assert not [one for one in standing(city.lin, on=TODAY) if one.name == "person.degree"]
    assert Event.objects.filter(action="case.taken_back").count() == 2

    city.taken_in({}, QIANS, now=later(1))
    assert Award.objects.filter(voided_at=None).count() == 2


def test_taking_back_is_dropped_and_all_stays(city: PaperCity) -> None:
    batch = city.taken_in({})
    ask_undo(batch, reason="列错了年份", actor=city.first, now=NOW)
    drop_undo(batch, actor=city.second, now=NOW)
    assert (batch.status, batch.undo_reason, batch.undo_asked_by) == ("applied", "", None)
    with pytest.raises(NotAllowed):
        confirm_undo(batch, actor=city.second, now=NOW)
    assert Award.objects.filter(voided_at=None).exists()


def test_work_is_not_counted_and_awards_are_told_apart(city: PaperCity) -> None:
    case = city.city.submitted("recognition")
    city.taken_in({}, grant())
    book = rule_book()
    assert book is not None
    rows = Case.objects.all()

    work = by_programme(rows, book, TODAY)
    assert [(one.name, one.open, one.granted) for one in work] == [(case.programme, 1, 0)]
    assert [(one.name, one.granted, one.declined) for one in by_unit(rows, TODAY)] == [
        ("labour", 0, 0)
    ]
    awards = awards_by_programme(rows, book)
    assert {(one.name, one.awards, one.papers, one.amount, one.paper_amount) for one in awards} == {
        ("recognition", 1, 1, 0, 0),
        ("grant", 1, 1, 5_000_000, 5_000_000),
    }


def test_terms_by_night_do_not_touch_it(city: PaperCity) -> None:
    city.taken_in({})
    before = Case.objects.values().get()
    keep_terms(now=later(400))
    assert Case.objects.values().get() == before


def test_before_the_last_day_of_a_paper_its_person_is_reminded(
    tmp_path: Path, settings: Any
) -> None:
    settings.YINGCAI_TODAY = TODAY
    city = build_paper_city(tmp_path / "city", {**AFTER, "programmes/recognition.yaml": EVALUATED})
    city.taken_in({"有效期至": "2018-07-10"}, {**QIANS, "有效期至": "2017-07-10"})

    assert keep_awards(now=NOW)["term"] == 1
    draft = Case.objects.get(status="draft")
    assert draft.renews is not None
    assert (draft.renews.subject, draft.kind) == (city.lin, "application")
    # Whose level had ended before its paper was taken in is told nothing.
    assert CaseNotice.objects.get().case.subject == city.lin


def test_a_later_application_is_not_passed_over(tmp_path: Path, settings: Any) -> None:
    settings.YINGCAI_TODAY = TODAY
    city = build_paper_city(tmp_path / "city", {**AFTER, "programmes/recognition.yaml": EVALUATED})
    asked = city.city.submitted("recognition")
    Case.objects.filter(pk=asked.pk).update(subject=city.lin)
    city.taken_in({"有效期至": "2018-07-10"})

    assert keep_awards(now=NOW)["term"] == 0


def test_what_was_renewed_since_is_not_taken_back_as_a_whole(tmp_path: Path, settings: Any) -> None:
    settings.YINGCAI_TODAY = TODAY
    city = build_paper_city(tmp_path / "city", {**AFTER, "programmes/recognition.yaml": EVALUATED})
    batch = city.taken_in({"有效期至": "2018-07-10"})
    keep_awards(now=NOW)
    paper, draft = Case.objects.get(kind="paper"), Case.objects.get(status="draft")
    ask_undo(batch, reason="列错了年份", actor=city.first, now=NOW)

    Case.objects.filter(pk=draft.pk).update(status="running", submitted_at=NOW + timedelta(days=1))
    with pytest.raises(StaleCase, match=paper.number):
        confirm_undo(batch, actor=city.second, now=NOW)
    assert PaperBatch.objects.get().status == "undo-asked"
