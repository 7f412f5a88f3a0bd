"""Files behind a report, uploaded and fetched through the pages."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from yingcai.plan.tests.make import make_target, make_unit, make_user
from yingcai.registry.evidence_files import place_of
from yingcai.reporting.models import Evidence, Report
from yingcai.reporting.tests.make import make_month, make_report

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 list"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def enter(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_report() -> tuple[Report, Client]:
    unit = make_unit()
    target = make_target(owners={unit: "lead"})
    report = make_report(make_month(target.plan), target, unit)
    return report, enter(make_user(role="reporter", unit=unit))


def send(client: Client, report: Report, *files: tuple[str, bytes]) -> Any:
    return client.post(
        reverse("reporting:evidence_add", args=[report.pk]),
        {"files": [SimpleUploadedFile(name, data) for name, data in files]},
        follow=True,
    )


def test_a_file_comes_back_as_a_download_that_no_browser_opens() -> None:
    report, client = a_report()
    send(client, report, ("名单.pdf", PDF))
    page = client.get(reverse("reporting:evidence_file", args=[Evidence.objects.get().pk]))
    assert page.content == PDF
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Type"] == "application/octet-stream"


def test_of_several_files_the_wrong_ones_are_named() -> None:
    report, client = a_report()
    page = send(client, report, ("名单.pdf", PDF), ("程序.exe", b"MZ"))
    assert "程序.exe" in page.content.decode()
    assert [file.name for file in Evidence.objects.all()] == ["名单.pdf"]


def test_sending_nothing_is_told() -> None:
    report, client = a_report()
    assert "请先选择文件" in send(client, report).content.decode()


def test_files_of_other_units_do_not_exist() -> None:
    report, client = a_report()
    send(client, report, ("名单.pdf", PDF))
    file = Evidence.objects.get()
    stranger = enter(make_user(role="reporter", unit=make_unit()))
    assert stranger.get(reverse("reporting:evidence_file", args=[file.pk])).status_code == 404
    assert send(stranger, report, ("别的.pdf", PDF + b"2")).status_code == 404
    withdraw = reverse("reporting:evidence_withdraw", args=[file.pk])
    assert stranger.post(withdraw).status_code == 404
    assert Evidence.objects.get().withdrawn_at is None


def test_a_withdrawn_file_is_gone_for_the_unit_and_kept_for_the_auditor() -> None:
    report, client = a_report()
    send(client, report, ("名单.pdf", PDF))
    file = Evidence.objects.get()
    client.post(reverse("reporting:evidence_withdraw", args=[file.pk]))
    address = reverse("reporting:evidence_file", args=[file.pk])
    assert client.get(address).status_code == 404
    assert enter(make_user(role="auditor")).get(address).status_code == 200


def test_a_file_lost_from_the_disk_is_not_found() -> None:
    report, client = a_report()
    send(client, report, ("名单.pdf", PDF))
    file = Evidence.objects.get()
    place_of(file.stored_as).unlink()
    assert client.get(reverse("reporting:evidence_file", args=[file.pk])).status_code == 404
