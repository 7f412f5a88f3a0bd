"""A call from its announcement to its result: nine experts score thirty projects blind, and anybody computes it again."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.panels.assigning import assign_sheets
from yingcai.cases.actions.panels.calling import Announced, announce_call, open_panel
from yingcai.cases.actions.panels.concluding import conclude_panel
from yingcai.cases.actions.panels.defending import draw_defence
from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.actions.panels.scoring import keep_sheet
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Call, Case, CaseTask, Panel, ScoreSheet
from yingcai.cases.queries.panels.published import archive
from yingcai.cases.queries.panels.rounds import points, ranking
from yingcai.cases.queries.panels.scope import sheets_of
from yingcai.cases.queries.scope import desk_cases
from yingcai.cases.tests.case_city import NOW, later
from yingcai.cases.tests.panel_city import (
    PanelCity,
    build_panel_city,
    fresh,
    hand_in,
    score_all,
)
from yingcai.engine.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> PanelCity:
    return build_panel_city(tmp_path / "city")


@pytest.fixture
def small(tmp_path: Path) -> PanelCity:
    """Three sheets a project, four experts."""
    return build_panel_city(tmp_path / "small", experts=4, experts_each=3)


def scored(city: PanelCity, projects: int = 4, places: int | None = 2) -> Panel:
    city.apply(projects)
    panel = city.assigned(city.invited(city.panel(city.call(places))))
    score_all(panel)
    return fresh(panel)


def test_nine_experts_score_thirty_projects_blind_and_the_files_give_the_result_again(
    city: PanelCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city.apply(30)
    panel = city.assigned(city.invited(city.panel(city.call(places=10))))
    draw_defence(panel, later(11), actor=city.office, now=later(9))
    score_all(panel)
    panel = city.opened(panel)
    conclude_panel(panel, version=panel.version, actor=city.office, now=later(13))

    stages = list(Case.objects.order_by().values_list("stage", flat=True))
    assert (stages.count("decide"), stages.count("declined")) == (10, 20)
    assert ScoreSheet.objects.filter(state="submitted").count() == 150
    best = fresh(panel).cases.get(rank=1)
    assert (best.admitted, best.case.acts.filter(move="agree", actor__in=city.experts).count()) == (
        True,
        3,
    )

    packed = archive(fresh(panel), date(2018, 6, 24))
    place = tmp_path / "panel.zip"
    place.write_bytes(packed)
    assert main(["panel", "verify", str(place)]) == 0
    assert (
        capsys.readouterr().out
        == "✓ 一致 equal: 2018年创业英才申报, 30 个项目 projects, 150 份评分 sheets\n"
    )
    text = b"".join(
        zipfile.ZipFile(io.BytesIO(packed)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(packed)).namelist()
    )
    assert not any(word.encode() in text for word in ("申报人", "专家", "applicant", "expert1"))

    folder = tmp_path / "files"
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    rows = (folder / "sheets.csv").read_text().splitlines()
    line = next(
        n for n, row in enumerate(rows) if row.startswith(f"{best.number},") and ",novelty," in row
    )
    rows[line] = rows[line].rpartition(",")[0] + ",0"
    (folder / "sheets.csv").write_text("\n".join(rows) + "\n")
    assert main(["panel", "verify", str(folder)]) == 1
    assert "✗ ranking.csv:2:" in capsys.readouterr().out


def test_the_leading_group_decides_after_the_panel_and_no_expert_among_them(
    small: PanelCity,
) -> None:
    panel = small.opened(scored(small))
    conclude_panel(panel, version=panel.version, actor=small.office, now=later(13))
    case = Case.objects.filter(stage="decide")[0]
    case = move(case, Step("agree"), version=case.version, actor=small.head, now=later(14))

    assert (case.status, case.awards.get().amount) == ("granted", 10_000_000)
    assert Case.objects.filter(status="declined").count() == 2


def test_nobody_votes_beside_the_panel_and_no_line_of_an_inbox_names_a_project(
    small: PanelCity,
) -> None:
    case = small.apply(1)[0]
    assert (case.stage, CaseTask.objects.count()) == ("panel", 0)
    with pytest.raises(NotAllowed, match="由评审组评分决定"):
        move(case, Step("agree"), version=case.version, actor=small.experts[0], now=NOW)
    assert not desk_cases(small.experts[0], date(2018, 6, 11)).exists()
    case = move(
        case,
        Step("withdraw", reason="不报了"),
        version=case.version,
        actor=small.applicants[0],
        now=later(1),
    )
    assert case.status == "withdrawn"


def test_scores_are_sealed_until_enough_are_in_and_two_persons_open_them(small: PanelCity) -> None:
    small.apply(3)
    panel = small.assigned(small.invited(small.panel(small.call())))
    version = panel.version
    with pytest.raises(InvalidCase, match="第1、2、3号项目提交的评分还不够，不能启封"):
        open_scores(panel, version=version, actor=small.office, now=later(10))
    score_all(panel)
    assert (points(fresh(panel)), ranking(fresh(panel))) == ([], [])
    with pytest.raises(NotAllowed, match="只有人才工作部门"):
        open_scores(panel, version=version, actor=small.auditor, now=later(11))

    open_scores(panel, version=version, actor=small.office, now=later(11))
    assert (fresh(panel).state, fresh(panel).asked_by) == ("scoring", small.office)
    with pytest.raises(NotAllowed, match="启封须由两人进行"):
        open_scores(panel, version=fresh(panel).version, actor=small.office, now=later(11))
    assert ranking(fresh(panel)) == []
    open_scores(panel, version=fresh(panel).version, actor=small.office2, now=later(11))
    assert (fresh(panel).state, len(ranking(fresh(panel)))) == ("opened", 3)


def test_from_the_day_that_was_set_one_person_opens_the_scores_with_the_quorum(
    small: PanelCity,
) -> None:
    small.apply(1)
    panel = small.assigned(small.invited(small.panel(small.call())))
    score_all(panel, but=1)

    open_scores(panel, version=panel.version, actor=small.office, now=later(19))  # the 30th
    assert fresh(panel).state == "opened"
    assert len(points(fresh(panel))) == 2


def test_what_the_database_holds_of_a_sheet_cannot_be_read(small: PanelCity) -> None:
    small.apply(1)
    panel = small.assigned(small.invited(small.panel(small.call())))
    sheet = hand_in(ScoreSheet.objects.all()[0], {"novelty": 59})
    kept = bytes(sheet.sealed or b"")
    assert b"novelty" not in kept
    assert "技术先进".encode() not in kept
    assert Event.objects.filter(action="sheet.submitted").get().details == {"panel": panel.pk}


def test_a_sheet_is_a_draft_until_it_is_handed_in_once(small: PanelCity) -> None:
    small.apply(1)
    small.assigned(small.invited(small.panel(small.call())))
    sheet = sheets_of(small.experts[0], date(2018, 6, 21)).first() or ScoreSheet.objects.all()[0]
    sheet = ScoreSheet.objects.select_related(
        "expert__user", "case__panel__call", "case__case"
    ).get(pk=sheet.pk)
    expert = sheet.expert.user

    def keep(
        points: dict[str, str], reasons: dict[str, str], version: int, *, hand_in: bool = False
    ) -> ScoreSheet:
        return keep_sheet(
            sheet, points, reasons, hand_in=hand_in, version=version, actor=expert, now=later(10)
        )

    keep({"novelty": "50"}, {}, 1)
    with pytest.raises(StaleCase):
        keep({"novelty": "51"}, {}, 1)
    with pytest.raises(InvalidCase) as refusal:
        keep({"novelty": "61", "team": "3x", "chain": "1"}, {"novelty": "好"}, 2, hand_in=True)
    assert refusal.value.problems == [
        "“创新性”请填0到60的整数",
        "“团队”请填0到40的整数",
        "“补链”请写明理由",
        "“来源不实”请填0到1的整数",
    ]
    hand_in(sheet, {})
    sheet.refresh_from_db()
    with pytest.raises(NotAllowed, match="不能再改"):
        keep({"novelty": "10"}, {}, 3)
    stranger = small.experts[3] if expert != small.experts[3] else small.experts[0]
    with pytest.raises(NotAllowed, match="只有这份评分表的专家"):
        keep_sheet(sheet, {}, {}, hand_in=False, version=3, actor=stranger, now=later(10))


def test_an_assignment_that_cannot_be_says_every_reason_and_gives_nothing(small: PanelCity) -> None:
    small.apply(2)
    panel = small.invited(small.panel(small.call()), small.experts[:2])
    with pytest.raises(InvalidCase) as refusal:
        assign_sheets(panel, version=panel.version, actor=small.office, now=later(9))
    assert refusal.value.problems == [
        "第1号项目只有2位无冲突专家，需3位",
        "第2号项目只有2位无冲突专家，需3位",
    ]
    assert (ScoreSheet.objects.count(), fresh(panel).round) == (0, 0)


def test_a_project_that_is_withdrawn_is_left_out(small: PanelCity, tmp_path: Path) -> None:
    panel = scored(small, projects=3)
    gone = panel.cases.get(number=2)
    case = gone.case
    move(
        case,
        Step("withdraw", reason="不报了"),
        version=case.version,
        actor=case.applicant,
        now=later(11),
    )
    panel = small.opened(panel)
    assert sorted(one.project for one in ranking(panel)) == ["1", "3"]
    conclude_panel(panel, version=panel.version, actor=small.office, now=later(13))
    (tmp_path / "panel.zip").write_bytes(archive(fresh(panel), date(2018, 6, 24)))
    assert main(["panel", "verify", str(tmp_path / "panel.zip")]) == 0


def test_a_call_says_everything_that_is_wrong_at_once(city: PanelCity) -> None:
    city.call()
    wrong = Announced("grant", "一", date(2018, 6, 20), date(2018, 6, 19))
    with pytest.raises(InvalidCase) as refusal:
        announce_call(wrong, actor=city.office, now=NOW)
    assert refusal.value.problems == [
        "请选择由评审组评分的项目",
        "请填写批次名称，2到120个字",
        "截止日期不能早于开始日期",
    ]
    again = Announced("elite", "又一批", date(2018, 6, 15), date(2018, 7, 1))
    with pytest.raises(InvalidCase, match="日期重叠"):
        announce_call(again, actor=city.office, now=NOW)
    with pytest.raises(InvalidCase, match="请填写申报开始日期"):
        announce_call(Announced("elite", "又一批", None, None), actor=city.office, now=NOW)
    with pytest.raises(NotAllowed):
        announce_call(again, actor=city.experts[0], now=NOW)
    assert Call.objects.count() == 1


def test_a_panel_is_opened_when_the_call_is_over_and_cases_wait(small: PanelCity) -> None:
    call = small.call()
    with pytest.raises(InvalidCase, match="申报截止以后"):
        open_panel(call, opens_on=date(2018, 6, 30), actor=small.office, now=NOW)
    with pytest.raises(InvalidCase, match="没有到评审环节的事项"):
        open_panel(call, opens_on=date(2018, 6, 30), actor=small.office, now=later(7))
    small.apply(2)
    panel = small.panel(call)
    with pytest.raises(InvalidCase, match="没有到评审环节的事项"):  # they are before a panel
        small.panel(call)
    assert sorted(panel.cases.values_list("number", flat=True)) == [1, 2]
    assert {*panel.cases.values_list("field", flat=True)} == {"auto", "health"}


def test_a_case_that_comes_back_is_scored_by_another_panel(small: PanelCity) -> None:
    panel = small.opened(scored(small, projects=1))
    conclude_panel(panel, version=panel.version, actor=small.office, now=later(13))
    case = Case.objects.get()
    case = move(
        case,
        Step("return", to="panel", reason="再评"),
        version=case.version,
        actor=small.head,
        now=later(14),
    )
    again = open_panel(panel.call, opens_on=date(2018, 7, 30), actor=small.office, now=later(15))
    assert (case.stage, again.cases.get().case, again.seed != panel.seed) == ("panel", case, True)
