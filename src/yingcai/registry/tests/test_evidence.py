"""Evidence of requests lies sealed: opened for its request only, refused in a sentence when it was changed."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.evidence import open_evidence, seal_open_evidence
from yingcai.registry.actions.requests import Upload, Wish, request_change, withdraw_request
from yingcai.registry.errors import Damaged, Erased, OutOfScope
from yingcai.registry.evidence_files import lay_down, place_of
from yingcai.registry.models import ChangeRequest, Look, Subject
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.tests.make import NOW, TODAY, make_county, make_person, make_talent

pytestmark = pytest.mark.usefixtures("city")
CANARY = b"%PDF-1.7 CANARY-IN-A-CERTIFICATE"
WISH = Wish("person.degree", "doctor", "有证")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


def bring(lin: Subject, data: bytes = CANARY, **more: Any) -> ChangeRequest:
    actor = more.pop("actor", None) or make_talent(lin)
    upload = Upload("学位证.pdf", data)
    return request_change(lin, WISH, evidence=upload, actor=actor, now=more.pop("now", NOW))


def casework(user: User | None = None) -> Scope:
    return scope(user or make_user(role=Role.OFFICE), "casework", on=TODAY)


@pytest.mark.parametrize("profile", ["default", "gm"])
def test_what_was_brought_is_nowhere_in_plain_and_opens_for_the_office(
    settings: Any, folder: Path, profile: str
) -> None:
    settings.CRYPTO = profile
    lin = make_person()

    row = bring(lin)

    assert [CANARY in one.read_bytes() for one in folder.iterdir()] == [False]
    assert open_evidence(casework(), row, now=NOW) == CANARY
    look = Look.objects.get()
    assert (look.subject, look.fields) == (lin, ["person.degree"])


def test_a_file_larger_than_a_piece_opens_whole() -> None:
    data = b"%PDF-1.7" + bytes(range(256)) * 10_000
    assert open_evidence(casework(), bring(make_person(), data), now=NOW) == data


@pytest.mark.parametrize("place", [0, 3, 4, 5, 20, -1])
def test_one_bit_that_was_changed_is_refused_and_the_look_stays(place: int) -> None:
    row = bring(make_person())
    path = place_of(row.evidence_stored_as)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)

    with pytest.raises(Damaged, match="被改动过"):
        open_evidence(casework(), row, now=NOW)

    assert Look.objects.count() == 1


def test_the_page_refuses_a_changed_file_in_a_sentence_and_shows_nothing_of_it() -> None:
    row = bring(make_person())
    path = place_of(row.evidence_stored_as)
    path.write_bytes(path.read_bytes()[:40])
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))

    answer = client.get(f"/registry/requests/{row.pk}/evidence/", follow=True)

    assert answer.redirect_chain == [(f"/registry/requests/{row.pk}/", 302)]
    assert "证明材料的文件被改动过，不能打开；请联系管理员从备份恢复" in answer.content.decode()


def test_a_file_does_not_open_for_another_person_nor_for_another_request() -> None:
    lin = make_person()
    talent = make_talent(lin)
    first = bring(lin, actor=talent)
    withdraw_request(first, actor=talent, now=NOW)
    second = bring(lin, actor=talent, now=NOW + timedelta(seconds=1))
    foreign = bring(make_person())

    for other in (first, foreign):
        shutil.copy(place_of(other.evidence_stored_as), place_of(second.evidence_stored_as))
        with pytest.raises(Damaged):
            open_evidence(casework(), second, now=NOW)


def test_evidence_is_not_opened_out_of_scope() -> None:
    row = bring(make_person(county=make_county()))
    county = make_user(role=Role.COUNTY, unit=make_county("西川市"))
    with pytest.raises(OutOfScope):
        open_evidence(casework(county), row, now=NOW)
    assert not Look.objects.exists()


def test_after_the_key_is_destroyed_the_file_opens_for_nobody(folder: Path) -> None:
    lin = make_person()
    row = bring(lin)
    office = casework()
    erase_subject(
        lin, reason="本人要求", actor=office.user, second=make_user(role=Role.OFFICE), now=NOW
    )
    row.subject.refresh_from_db()
    with pytest.raises(OutOfScope):
        open_evidence(office, row, now=NOW)
    Subject.objects.filter(pk=lin.pk).update(standing="active")  # as if somebody put it back
    with pytest.raises(Erased):
        open_evidence(office, row, now=NOW)


# -- files of an earlier release -----------------------------------------------------------------------


def as_before(row: ChangeRequest) -> str:
    """The file of a request as releases before laid it down: open, with its own suffix."""
    place_of(row.evidence_stored_as).unlink()
    row.evidence_stored_as = lay_down(CANARY, ".pdf")
    row.save(update_fields=["evidence_stored_as"])
    return row.evidence_stored_as


def test_an_open_file_still_opens_and_is_sealed_once(folder: Path) -> None:
    row = bring(make_person())
    old = as_before(row)
    assert open_evidence(casework(), row, now=NOW) == CANARY

    assert [seal_open_evidence(now=NOW), seal_open_evidence(now=NOW)] == [1, 0]

    row.refresh_from_db()
    assert [one.name for one in folder.iterdir()] == [row.evidence_stored_as]
    assert row.evidence_stored_as == old.replace(".pdf", ".sealed")
    assert CANARY not in place_of(row.evidence_stored_as).read_bytes()
    assert open_evidence(casework(), row, now=NOW) == CANARY
    assert Event.objects.filter(action="request.sealed").count() == 1


def test_an_open_file_that_was_changed_is_refused() -> None:
    row = bring(make_person())
    place_of(as_before(row)).write_bytes(b"%PDF-1.7 something else")
    with pytest.raises(Damaged):
        open_evidence(casework(), row, now=NOW)


def test_an_open_file_of_an_erased_person_is_taken_away(folder: Path) -> None:
    lin = make_person()
    row = bring(lin)
    as_before(row)
    one, other = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    erase_subject(lin, reason="本人要求", actor=one, second=other, now=NOW)

    assert seal_open_evidence(now=NOW) == 1

    row.refresh_from_db()
    assert (row.evidence_stored_as, list(folder.iterdir())) == ("", [])


def test_sealing_that_was_killed_is_done_again(folder: Path, monkeypatch: Any) -> None:
    row = bring(make_person())
    as_before(row)
    with monkeypatch.context() as patch:
        patch.setattr("yingcai.registry.actions.evidence.record", _killed)
        with pytest.raises(KeyboardInterrupt):
            seal_open_evidence(now=NOW)
    row.refresh_from_db()
    assert row.evidence_stored_as.endswith(".pdf")
    assert len(list(folder.iterdir())) == 2

    assert seal_open_evidence(now=NOW) == 1

    row.refresh_from_db()
    assert [one.name for one in folder.iterdir()] == [row.evidence_stored_as]
    assert open_evidence(casework(), row, now=NOW) == CANARY


def _killed(*_args: object, **_more: object) -> None:
    assert connection.in_atomic_block
    raise KeyboardInterrupt
