"""The sealing of the audit on its pages: how far it is, the roots to print, the file for offline checks."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from yingcai.audit.actions import seal
from yingcai.audit.keys import key_file
from yingcai.audit.models import Event, Root
from yingcai.audit.root_files import publish_roots
from yingcai.audit.tests.make import NOW, make_events, make_sealed, own_folder
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.verifier import verify_audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
__all__ = ["own_folder"]


@pytest.fixture
def qiu(client: Client) -> User:
    user = make_user("qiu", role=Role.AUDITOR)
    client.force_login(user)
    return user


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.usefixtures("qiu")
def test_before_the_first_round_the_page_says_that_sealing_has_not_begun(client: Client) -> None:
    for address in ("/audit/", "/audit/sealing/"):
        assert "尚未开始" in text_of(client, address)


@pytest.mark.usefixtures("qiu")
def test_the_page_says_how_far_the_chain_is_and_shows_the_newest_root(client: Client) -> None:
    make_sealed((5,))

    text = text_of(client, "/audit/")

    assert "第 5 环（记录 15）" in text
    assert Root.objects.get().digest[:16] in text
    assert "正常" in text


@pytest.mark.usefixtures("qiu")
def test_a_row_that_waits_too_long_is_told(client: Client) -> None:
    make_sealed((2,))
    event = make_events(1)[0]
    assert event.written_at < timezone.now() - timedelta(seconds=61)

    text = text_of(client, "/audit/")

    assert "封存滞后" in text
    assert "1 条，最久" in text


@pytest.mark.usefixtures("qiu")
def test_the_whole_digest_stands_on_the_page_that_is_printed(client: Client) -> None:
    make_sealed((2, 2))
    digest = Root.objects.get(number=2).digest

    text = text_of(client, "/audit/sealing/")

    groups = [digest[n : n + 8] for n in range(0, 64, 8)]
    assert " ".join(f'<span class="yc-code">{group}</span>' for group in groups) in text


@pytest.mark.usefixtures("qiu")
def test_a_database_behind_its_published_roots_is_told(client: Client, own_folder: Path) -> None:
    make_sealed((2,))
    publish_roots()
    assert "恢复到了旧备份" not in text_of(client, "/audit/sealing/")
    path = own_folder / "audit-roots" / "2018.jsonl"
    path.write_text(path.read_text() + '{"number": 2}\n')

    assert "恢复到了旧备份" in text_of(client, "/audit/sealing/")


def test_the_file_for_offline_checks_is_whole_and_recorded(client: Client, qiu: User) -> None:
    make_sealed((4, 4))

    answer = client.get("/audit/sealing/export.jsonl?first=2018-06-08&last=2018-06-08")

    lines = [line.decode() for line in answer]
    report = verify_audit.verify(lines, verify_audit.read_keys(key_file()), [])
    assert (report.findings, report.links, report.compared) == ([], 8, 2)
    event = Event.objects.get(action="audit.exported")
    assert event.actor_id == qiu.pk
    assert event.details == {
        "rows": 8,
        "filter": {"first": "2018-06-08", "last": "2018-06-08"},
        "positions": [1, 8],
    }


@pytest.mark.usefixtures("qiu")
def test_wrong_days_are_said_and_nothing_goes_out(client: Client) -> None:
    make_sealed((2,))

    answer = client.get("/audit/sealing/export.jsonl?first=2018-06-30&last=2018-06-01")

    assert answer.status_code == 422
    assert "止日早于起日" in answer.content.decode()
    assert not Event.objects.filter(action="audit.exported").exists()


def test_the_office_looks_and_takes_nothing_out(client: Client) -> None:
    client.force_login(make_user(role=Role.OFFICE))

    assert "export.jsonl" not in text_of(client, "/audit/sealing/")
    assert client.get("/audit/sealing/export.jsonl").status_code == 403


@pytest.mark.usefixtures("qiu")
def test_the_page_costs_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    make_sealed((2, 2))
    make_events(3)
    seal(now=NOW)

    with django_assert_max_num_queries(11):  # type: ignore[operator]
        client.get("/audit/sealing/")


@pytest.mark.usefixtures("qiu")
def test_an_export_is_a_line_for_each_thing(client: Client) -> None:
    make_sealed((3,))

    answer = client.get("/audit/sealing/export.jsonl")

    kinds = [next(iter(json.loads(line))) for line in answer]
    assert kinds == ["audit_export", "root", "link", "link", "link", "end"]
