"""The fictional city is built by the product's own actions, once."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from yingcai.engine.packs.load import find_pack
from yingcai.engine.packs.story import load_story
from yingcai.identity.models import Unit, User
from yingcai.plan.models import Clause, Plan, Target
from yingcai.plan.queries import current_plan
from yingcai.reporting.models import Bulletin, IndicatorValue, Report, ReportingMonth
from yingcai.web.commands.pack import load
from yingcai.web.demo.city import DemoError, build_city

TODAY = date(2018, 6, 8)


@pytest.fixture
def folder() -> Path:
    return find_pack(settings.PACK_DIR)


@pytest.mark.django_db
def test_the_city_stands_with_its_plan_months_and_people(folder: Path) -> None:
    said: list[str] = []
    assert build_city(folder, today=TODAY, say=said.append) is True

    plan = current_plan()
    assert plan is not None
    assert plan.status == Plan.Status.PUBLISHED
    assert plan.submitted_by != plan.published_by
    assert not Clause.objects.filter(plan=plan, status=Clause.Status.PROPOSED).exists()
    assert Target.objects.filter(plan=plan).count() == 135
    assert not Target.objects.filter(plan=plan, owners=None).exists()

    april, may = ReportingMonth.objects.order_by("month")
    assert (april.month, april.status) == (date(2018, 4, 1), ReportingMonth.Status.LOCKED)
    assert (may.month, may.status) == (date(2018, 5, 1), ReportingMonth.Status.OPEN)
    assert IndicatorValue.objects.filter(month=april.month, unit=None).count() == 135
    assert Bulletin.objects.get().status == Bulletin.Status.PUBLISHED

    story, _problems = load_story(folder)
    assert story is not None
    for login in story["logins"]:
        assert User.objects.get(username=login["username"]).check_password(story["password"])
    left = Report.objects.filter(month=may, unit__code__in=story["unreported"])
    assert {report.status for report in left} == {Report.Status.DRAFT}

    assert build_city(folder, today=TODAY, say=said.append) is False
    assert Plan.objects.count() == 1


@pytest.mark.django_db
def test_a_pack_with_faults_builds_nothing_and_names_them(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("id: nowhere\n", "utf-8")
    with pytest.raises(DemoError, match=r"units\.yaml:1: the file is missing"):
        build_city(tmp_path, today=TODAY, say=lambda _text: None)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_pack_is_loaded_without_the_demo_and_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load([str(folder)]) == 0
    assert load([str(folder)]) == 0
    first, again = capsys.readouterr().out.splitlines()
    assert "53 new, 0 changed, 0 retired" in first
    assert "0 new, 0 changed, 0 retired" in again
    assert Unit.objects.filter(active=True).count() == 53


@pytest.mark.django_db
def test_a_pack_with_faults_is_not_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pack.yaml").write_text("id: nowhere\n", "utf-8")
    assert load([str(tmp_path)]) == 1
    assert "units.yaml:1: the file is missing" in capsys.readouterr().err
    assert not Unit.objects.exists()


def test_a_folder_without_a_pack_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load([str(tmp_path)]) == 2
    assert "holds 0 packs" in capsys.readouterr().err


@pytest.mark.django_db
def test_before_the_first_month_has_ended_the_city_has_a_plan_and_nothing_to_report(
    folder: Path,
) -> None:
    assert build_city(folder, today=date(2018, 4, 20), say=lambda _text: None) is True
    assert current_plan() is not None
    assert not ReportingMonth.objects.exists()
    client = Client()
    client.force_login(
        User.objects.get(username="office"), backend="django.contrib.auth.backends.ModelBackend"
    )
    pages = ["/", "/plan/ledger/", "/progress/", "/reporting/", "/bulletins/", "/leader/", "/map/"]
    pages += ["/orders/", "/public/", "/open-data/"]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
