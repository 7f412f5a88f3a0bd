"""Keeping away: computed, declared, reported; a conflict that comes up late sets the sheet aside and gives another."""

from datetime import date
from pathlib import Path

import pytest

from yingcai.cases.actions.panels.concluding import conclude_panel
from yingcai.cases.actions.panels.conflicts import (
    declare_conflict,
    report_conflict,
    settle_report,
)
from yingcai.cases.actions.panels.inviting import answer_invitation, invite_experts
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Conflict, Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.panels.published import archive
from yingcai.cases.queries.panels.rounds import ranking
from yingcai.cases.queries.panels.scope import projects_for, sheet_by, sheets_of
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.tests.case_city import later
from yingcai.cases.tests.panel_city import (
    PanelCity,
    build_panel_city,
    colleagues,
    fresh,
    score_all,
    seat_of,
)
from yingcai.engine.cli import main
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.relations import Tie, relate
from yingcai.registry.tests.make import NOW, employ, make_firm

pytestmark = pytest.mark.django_db
TODAY = date(2018, 6, 21)


@pytest.fixture
def city(tmp_path: Path) -> PanelCity:
    return build_panel_city(tmp_path / "city", experts=5, experts_each=3)


def project_of(panel: Panel, city: PanelCity, number: int) -> PanelCase:
    row = panel.cases.select_related("case__subject", "case__applicant", "panel__call")
    return row.get(case__subject=city.subjects[number])


def a_sheet(panel: Panel) -> ScoreSheet:
    rows = ScoreSheet.objects.select_related(
        "case__case__subject", "case__panel__call", "expert__user"
    )
    return rows.filter(case__panel=panel).order_by("pk")[0]


def test_the_register_knows_who_must_keep_away(city: PanelCity) -> None:
    city.apply(3)
    colleagues(city.persons[0], city.subjects[0])
    firm = make_firm("云帆")
    employ(city.subjects[1], firm, date(2017, 1, 1))
    relate(
        city.persons[1],
        Tie("holds-shares", date(2016, 1, 1), "insurance", share=100_000),
        firm,
        actor=None,
        now=NOW,
    )
    long_ago = make_firm("旧厂")
    employ(city.persons[2], long_ago, date(2001, 1, 1), date(2010, 1, 1))
    employ(city.subjects[2], long_ago, date(2001, 1, 1))
    panel = city.invited(city.panel(city.call()))

    found = {
        (one.expert.user.username, one.case.case.subject.name, one.kind)
        for one in Conflict.objects.all()
    }
    assert found == {("expert0", "申报人0", "employer"), ("expert1", "申报人1", "shares")}
    assert (
        not projects_for(seat_of(panel, city.experts[0]))
        .filter(case__subject=city.subjects[0])
        .exists()
    )


def test_nobody_judges_his_own_project_by_another_login(city: PanelCity) -> None:
    city.apply(1)
    key = city.applicants[0].person_key
    twin = make_user("twin", role="expert", person_key=key)
    panel = city.invited(city.panel(city.call()), [*city.experts[:3], twin])

    assert [(one.expert.user, one.kind) for one in Conflict.objects.all()] == [(twin, "own")]
    city.assigned(panel)
    assert not ScoreSheet.objects.filter(expert__user=twin).exists()


def test_an_expert_in_conflict_cannot_open_the_case_in_any_office(city: PanelCity) -> None:
    case = city.apply(1)[0]
    panel = city.invited(city.panel(city.call()), city.experts[:4])
    twin = make_user("twin", role="office", person_key=city.experts[0].person_key)
    assert desk_cases(city.office, TODAY).filter(pk=case.pk).exists()
    assert not desk_cases(twin, TODAY).filter(pk=case.pk).exists()  # he judges it blind
    declare_conflict(
        seat_of(panel, city.experts[0]),
        project_of(panel, city, 0),
        "我的学生",
        actor=city.experts[0],
        now=later(9),
    )
    panel = city.assigned(panel)
    score_all(panel)
    panel = city.opened(panel)
    conclude_panel(panel, version=panel.version, actor=city.office, now=later(13))
    assert not desk_cases(twin, TODAY).filter(pk=case.pk).exists()  # and keeps away afterwards
    other = make_user("other", role="office", person_key=city.experts[1].person_key)
    assert desk_cases(other, TODAY).filter(pk=case.pk).exists()


def test_a_conflict_that_comes_up_late_sets_the_sheet_aside_and_gives_another(
    city: PanelCity, tmp_path: Path
) -> None:
    city.apply(3)
    panel = city.assigned(city.invited(city.panel(city.call())))
    score_all(panel)
    sheet = a_sheet(panel)
    expert = sheet.expert.user
    assert sheet_by(expert, sheet.handle, TODAY) is not None
    declare_conflict(sheet.expert, sheet.case, "刚认出是同门", actor=expert, now=later(11))

    sheet.refresh_from_db()
    assert (sheet.state, sheet.sealed is not None, sheet.set_aside_at) == (
        "set-aside",
        True,
        later(11),
    )
    assert sheet_by(expert, sheet.handle, TODAY) is None
    fresh_one = ScoreSheet.objects.get(case=sheet.case, round=2)
    assert (fresh_one.state, fresh_one.expert != sheet.expert) == ("assigned", True)
    assert ScoreSheet.objects.filter(case__panel=panel, round=2).count() == 1

    score_all(panel)
    panel = city.opened(panel)
    conclude_panel(panel, version=panel.version, actor=city.office, now=later(13))
    (tmp_path / "panel.zip").write_bytes(archive(fresh(panel), date(2018, 6, 24)))
    assert main(["panel", "verify", str(tmp_path / "panel.zip")]) == 0


def test_scores_that_were_opened_are_sealed_again_when_a_conflict_comes_up(city: PanelCity) -> None:
    city.apply(2)
    panel = city.assigned(city.invited(city.panel(city.call())))
    score_all(panel)
    panel = city.opened(panel)
    assert len(ranking(panel)) == 2
    sheet = a_sheet(panel)
    report = report_conflict(
        sheet.case, "评委是竞争对手", actor=sheet.case.case.applicant, now=later(12)
    )
    settle_report(report, "经查属实", expert=sheet.expert, actor=city.office, now=later(12))

    panel = fresh(panel)
    assert (panel.state, panel.round, ranking(panel)) == ("scoring", 2, [])
    assert Conflict.objects.get().kind == "reported"


def test_a_report_is_answered_once_and_one_that_does_not_hold_changes_nothing(
    city: PanelCity,
) -> None:
    city.apply(2)
    panel = city.assigned(city.invited(city.panel(city.call())))
    project = project_of(panel, city, 0)
    with pytest.raises(NotAllowed):
        report_conflict(project, "回避", actor=city.applicants[1], now=later(9))
    with pytest.raises(InvalidCase, match="请写明理由"):
        report_conflict(project, " ", actor=city.applicants[0], now=later(9))
    report = report_conflict(project, "听说有熟人", actor=city.applicants[0], now=later(9))
    third = report_conflict(
        project, "来信反映", actor=city.office, now=later(9)
    )  # of a third person
    settle_report(report, "查无此事", expert=None, actor=city.office, now=later(9))
    with pytest.raises(StaleCase):
        settle_report(
            report, "再查", expert=seat_of(panel, city.experts[0]), actor=city.office, now=later(9)
        )

    assert (Conflict.objects.count(), third.state) == (0, "waiting")
    assert "听说有熟人".encode() not in bytes(report.sealed)


def test_where_nobody_is_left_the_sheet_is_still_set_aside_and_somebody_else_is_invited(
    tmp_path: Path,
) -> None:
    city = build_panel_city(tmp_path / "city", experts=4, experts_each=3)
    city.apply(1)
    panel = city.assigned(city.invited(city.panel(city.call()), city.experts[:3]))
    sheet = a_sheet(panel)
    declare_conflict(sheet.expert, sheet.case, "亲属", actor=sheet.expert.user, now=later(10))
    assert (fresh(panel).round, ScoreSheet.objects.filter(state="set-aside").count()) == (1, 1)

    city.assigned(city.invited(panel, city.experts[3:]))
    late = ScoreSheet.objects.get(round=2)
    assert (late.expert.user, late.expert.since, late.expert.number) == (city.experts[3], 2, 4)


def test_only_the_expert_himself_declares_and_only_once(city: PanelCity) -> None:
    city.apply(1)
    panel = city.invited(city.panel(city.call()))
    seat, project = seat_of(panel, city.experts[0]), project_of(panel, city, 0)
    with pytest.raises(NotAllowed):
        declare_conflict(seat, project, "亲属", actor=city.experts[1], now=later(9))
    declare_conflict(seat, project, "亲属", actor=city.experts[0], now=later(9))
    with pytest.raises(StaleCase, match="已经登记"):
        declare_conflict(seat, project, "亲属", actor=city.experts[0], now=later(9))


def test_an_invitation_is_answered_by_the_expert_until_sheets_are_given(city: PanelCity) -> None:
    city.apply(1)
    panel = city.panel(city.call())
    seat = invite_experts(
        panel, city.experts[:1], version=panel.version, actor=city.office, now=later(7)
    )[0]
    with pytest.raises(InvalidCase) as refusal:
        answer_invitation(
            seat, accept=True, fields=["ships"], limit=21, actor=city.experts[0], now=later(8)
        )
    assert refusal.value.problems == ["评分份数请填1到20", "没有这个领域，请重新选择"]
    with pytest.raises(NotAllowed):
        answer_invitation(
            seat, accept=True, fields=[], limit=5, actor=city.experts[1], now=later(8)
        )
    seat = answer_invitation(
        seat, accept=False, fields=[], limit=0, actor=city.experts[0], now=later(8)
    )
    assert (seat.state, seat.limit) == ("declined", 20)
    seat = answer_invitation(
        seat, accept=True, fields=["health"], limit=5, actor=city.experts[0], now=later(8)
    )
    assert (seat.state, seat.fields, seat.limit) == ("accepted", ["health"], 5)
    with pytest.raises(InvalidCase, match="已经在评审组里"):
        invite_experts(
            panel, city.experts[:1], version=panel.version, actor=city.office, now=later(8)
        )
    with pytest.raises(InvalidCase, match="没有专家角色"):
        invite_experts(panel, [city.head], version=panel.version, actor=city.office, now=later(8))
    with pytest.raises(InvalidCase, match="请勾选要邀请的专家"):
        invite_experts(panel, [], version=panel.version, actor=city.office, now=later(8))
    city.invited(panel, city.experts[1:])
    city.assigned(panel)
    with pytest.raises(NotAllowed, match="不能再改答复"):
        answer_invitation(
            seat_of(panel, city.experts[1]),
            accept=False,
            fields=[],
            limit=0,
            actor=city.experts[1],
            now=later(9),
        )


def test_who_declined_or_lost_the_role_sees_no_sheet(city: PanelCity) -> None:
    city.apply(1)
    panel = city.assigned(city.invited(city.panel(city.call())))
    expert = a_sheet(panel).expert.user
    assert sheets_of(expert, TODAY).count() == 1
    expert.grants.update(revoked_on=date(2018, 6, 20))
    assert not sheets_of(expert, TODAY).exists()
    assert PanelExpert.objects.filter(user=expert).exists()
