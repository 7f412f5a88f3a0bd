"""The cases of the fictional city: in all states, filed and dealt with through the real actions."""

from datetime import date

import pytest
from django.conf import settings

from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.models import Award, Case, CaseTask, Obligation, Panel, ScoreSheet
from yingcai.cases.queries.exceptional import is_intact
from yingcai.cases.queries.exceptional_register import records
from yingcai.cases.queries.publicity import published
from yingcai.engine.packs.archive import pack_archive
from yingcai.engine.packs.load import find_pack, load_pack
from yingcai.engine.packs.story import load_story
from yingcai.identity.actions.units import load_units
from yingcai.identity.models import Unit, User
from yingcai.plan.actions.packs import publish_pack
from yingcai.web.demo.cases import Cases
from yingcai.web.demo.months import at
from yingcai.web.demo.people import People
from yingcai.web.demo.subjects import Subjects

pytestmark = pytest.mark.django_db
TODAY = date(2019, 6, 8)


def told(day: date = TODAY) -> Cases:
    """The cases of the shipped pack, told up to a day; without the plan and its months."""
    folder = find_pack(settings.PACK_DIR)
    pack, _problems = load_pack(folder)
    story, _more = load_story(folder)
    assert pack is not None
    assert pack.subjects is not None
    assert story is not None
    publish_pack(
        pack.pack, pack.digest, vocabulary=pack.vocabulary, archive=pack_archive(folder),
        actor=None, now=at(day),
    )  # fmt: skip
    load_units(pack.units, actor=None, now=at(day))
    people = People(story, since=date(1990, 1, 1), now=at(day))
    people.named()
    people.of_units(Unit.objects.filter(code="zuzhibu"))
    subjects = Subjects({**pack.subjects, "others": 0}, story, now=at(day))
    subjects.tell()
    cases = Cases(pack.subjects, people, subjects.made, day)
    cases.done = cases.tell()  # type: ignore[attr-defined]
    return cases


def test_there_are_applications_in_all_states() -> None:
    assert told().problems == []

    stages = dict(Case.objects.filter(kind="application").values_list("subject__name", "stage"))
    assert (stages["陆晓山"], stages["俞清欢"]) == ("done", "done")
    assert (stages["严子墨"], stages["方既白"], stages["程以南"]) == (
        "correction",
        "joint-review",
        "declined",
    )
    own = Case.objects.filter(applicant__username="talent").order_by("id")
    assert [(one.status, one.stage) for one in own] == [("draft", ""), ("running", "publicity")]
    overdue = Case.objects.get(applicant__username="talent2")
    assert (overdue.stage, overdue.due_on) == ("first-review", date(2019, 5, 24))
    assert Case.objects.get(kind="appeal").stage == "investigate"
    assert Case.objects.filter(status="withdrawn").count() == 1
    assert len(published(TODAY).rows) == 1
    assert CaseTask.objects.filter(role="officer", unit__code="zuzhibu").exists()


def test_what_was_granted_is_owed_for_and_a_panel_waits_for_its_second_person() -> None:
    told()

    assert {one.programme: (one.amount, one.result) for one in Award.objects.all()} == {
        "recognition": (None, "high-end"),
        "postdoc-abroad": (6_000_000, ""),
        "referral-reward": (80_000_000, ""),
    }
    assert Obligation.objects.filter(state="open").exists()
    panel = Panel.objects.get()
    assert (panel.state, panel.cases.count()) == ("scoring", 4)
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {"submitted"}
    office2 = User.objects.get(username="office2")
    assert (
        open_scores(panel, version=panel.version, actor=office2, now=at(TODAY)).state != "scoring"
    )


def test_one_award_was_settled_by_two_people_and_stands_in_the_register() -> None:
    told()

    award = Award.objects.get(programme="referral-reward")
    record = award.exceptional
    assert record is not None
    assert award.decision is not None
    assert (record.stands, record.amount, award.decision.pack) == (
        True,
        80_000_000,
        award.case.pack,
    )
    assert list(record.signatures.values_list("role", "signed_by__username")) == [
        ("head", "head2"),
        ("leader", "leader"),
    ]
    assert (record.proposed_by.username, award.case.subject.name) == (
        "officer",
        "云帆智能装备（示例）有限公司",
    )
    assert is_intact(record)
    office = User.objects.get(username="office")
    assert [one.pk for one in records(office, TODAY)] == [record.pk]


def test_what_the_rules_of_another_day_do_not_allow_is_left_out_whole_and_named() -> None:
    cases = told(date(2017, 1, 9))

    assert [one for one in cases.problems if one.startswith("recognition lu: ")]
    assert not Case.objects.filter(programme="recognition", subject__name="陆晓山").exists()
