"""The nightly sweep of files takes away what no row names, and never a document of an application or a file of papers."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from yingcai.audit.clock import SHANGHAI
from yingcai.audit.models import Event
from yingcai.cases.actions.files import detach, read_file
from yingcai.cases.actions.papers.leaving import give_up_left
from yingcai.cases.models import CaseFile, PaperBatch
from yingcai.cases.queries.activity import busy_until
from yingcai.cases.tests.case_city import NOW, PDF, City, build_city
from yingcai.cases.tests.paper_city import PaperCity, build_paper_city
from yingcai.registry.actions.sweeping import Run, sweep
from yingcai.registry.activity import ENDLESS
from yingcai.registry.evidence_files import place_of
from yingcai.registry.vocabulary import Vocabulary

pytestmark = pytest.mark.django_db


def tonight() -> Run:
    """A sweep for which every file on the disk is old."""
    now = datetime(2018, 6, 12, 3, tzinfo=SHANGHAI)
    return Run(now.date(), now, aged=now.timestamp() * 10)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    """A folder of evidence of one's own: the sweep looks at all that lies there."""
    settings.MEDIA_ROOT = tmp_path / "evidence"


@pytest.fixture
def city(tmp_path: Path) -> City:
    return build_city(tmp_path / "city")


@pytest.fixture
def papers(tmp_path: Path) -> PaperCity:
    return build_paper_city(tmp_path / "city")


def test_a_document_of_an_application_is_still_there_after_the_night(city: City) -> None:
    case = city.submitted()
    row = CaseFile.objects.get(case=case)

    assert sweep(tonight())["files"] == 0
    assert read_file(row) == PDF


def test_a_document_that_was_taken_down_goes_if_a_backup_brings_it_back(city: City) -> None:
    case = city.draft()
    row = CaseFile.objects.get(case=case)
    sealed = place_of(row.stored_as).read_bytes()
    row.case = case
    detach(row, version=case.version, actor=city.talent, now=NOW)
    place_of(row.stored_as).write_bytes(sealed)

    assert sweep(tonight())["files"] == 1
    assert not place_of(row.stored_as).exists()


def test_a_file_of_papers_stays_while_it_is_worked_on(papers: PaperCity) -> None:
    batch = papers.waiting({})

    assert sweep(tonight())["files"] == 0
    assert place_of(batch.stored_as).is_file()


def test_nobody_is_erased_whom_a_file_under_way_names(papers: PaperCity) -> None:
    batch = papers.brought({"姓名": "别人"})  # the number is Lin's, the name is not
    assert batch.faulty == 1
    assert [*busy_until([papers.lin.pk, papers.qian.pk])] == [(papers.lin.pk, ENDLESS)]


def test_a_file_that_is_over_keeps_nobody_busy_by_itself(papers: PaperCity) -> None:
    papers.taken_in({})
    assert [*busy_until([papers.lin.pk])] == [(papers.lin.pk, date(2016, 4, 15))]


def test_a_file_that_nobody_goes_on_with_loses_its_content(
    papers: PaperCity,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(Vocabulary, "keep_imports", 30)
    batch = papers.waiting({})
    place = place_of(batch.stored_as)

    assert give_up_left(now=NOW + timedelta(days=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert give_up_left(now=NOW + timedelta(days=31)) == 1
    assert give_up_left(now=NOW + timedelta(days=31)) == 0

    row = PaperBatch.objects.get(pk=batch.pk)
    assert (row.status, row.stored_as, bytes(row.head)) == ("withdrawn", "", b"")
    assert not place.exists()
    told = Event.objects.get(action="paper.swept")
    assert (told.actor, told.details) == (None, {"rows": 1, "was": "waiting"})
    assert not [*busy_until([papers.lin.pk])]
