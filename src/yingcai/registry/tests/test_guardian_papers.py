"""The paper of a guardian: sealed, opened by both officers before it counts, in the person's copy, gone with him."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yingcai.audit.clock import SHANGHAI
from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.mandates import agree_mandate, end_mandate, give_guardian
from yingcai.registry.actions.papers import open_paper
from yingcai.registry.actions.requests import Upload
from yingcai.registry.actions.sweeping import Run, sweep
from yingcai.registry.errors import Damaged, Erased, InvalidSubject, OutOfScope
from yingcai.registry.evidence_files import place_of
from yingcai.registry.models import Look, Mandate, Subject
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.tests.browsing import signed_in, text
from yingcai.registry.tests.make import NOW, TODAY, make_county, make_talent
from yingcai.registry.tests.test_guardians import PAPERS, make_child

pytestmark = pytest.mark.usefixtures("city")
CANARY = b"%PDF-1.7 CANARY-OF-A-BIRTH"
PAPER = Upload("出生医学证明.pdf", CANARY)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.ERASURES = tmp_path / "evidence", tmp_path / "erasures.journal"
    (tmp_path / "evidence").mkdir()
    return tmp_path / "evidence"


@pytest.fixture
def child() -> Subject:
    return make_child()


def proposed(child: Subject, paper: Upload | None = PAPER) -> Mandate:
    officer = make_user(role=Role.OFFICE)
    parent = make_user(display_name="林之川")
    return give_guardian(parent, child, paper, reason=PAPERS, actor=officer, now=NOW)


def casework(user: User) -> Scope:
    return scope(user, "casework", on=TODAY)


def test_it_lies_sealed_and_the_audit_has_its_digest_alone(child: Subject, folder: Path) -> None:
    row = proposed(child)

    assert [CANARY in one.read_bytes() for one in folder.iterdir()] == [False]
    assert (row.evidence_name, row.waiting) == ("出生医学证明.pdf", True)
    told = Event.objects.get(action="mandate.given").details
    assert told["evidence"] == row.evidence_sha256
    assert "出生" not in str(told)


def test_who_agrees_has_opened_it_and_that_is_a_look(child: Subject) -> None:
    row, second = proposed(child), make_user(role=Role.OFFICE)

    with pytest.raises(InvalidSubject, match="请先打开监护关系的证明文件"):
        agree_mandate(row, actor=second, now=NOW)
    row.refresh_from_db()
    assert row.waiting

    assert open_paper(casework(second), row, now=NOW) == CANARY
    agree_mandate(row, actor=second, now=NOW)
    row.refresh_from_db()
    assert (row.waiting, row.agreed_by) == (False, second)
    look = Look.objects.get()
    assert (look.subject, look.viewer, look.fields) == (child, second, ["guardian-paper"])


def test_a_look_of_somebody_else_or_of_an_earlier_paper_is_none_of_his(child: Subject) -> None:
    row, second = proposed(child), make_user(role=Role.OFFICE)
    open_paper(casework(make_user(role=Role.OFFICE)), row, now=NOW)
    open_paper(casework(second), row, now=NOW - timedelta(hours=1))

    with pytest.raises(InvalidSubject, match="请先打开"):
        agree_mandate(row, actor=second, now=NOW)


def test_without_a_paper_two_officers_are_enough(child: Subject) -> None:
    row = proposed(child, None)

    agree_mandate(row, actor=make_user(role=Role.OFFICE), now=NOW)

    assert not Mandate.objects.get(pk=row.pk).waiting


@pytest.mark.parametrize(
    ("paper", "why"),
    [
        (Upload("证.pdf", b""), "文件是空的"),
        (Upload("证.exe", b"MZ"), "只收 PDF"),
        (Upload("证.png", CANARY), "与文件名的后缀不符"),
    ],
)
def test_what_is_no_paper_is_refused_and_nothing_is_kept(
    child: Subject, folder: Path, paper: Upload, why: str
) -> None:
    with pytest.raises(InvalidSubject, match=why):
        proposed(child, paper)

    assert not Mandate.objects.exists()
    assert list(folder.iterdir()) == []


def test_one_that_is_refused_as_a_double_leaves_no_file(child: Subject, folder: Path) -> None:
    row = proposed(child)
    officer = make_user(role=Role.OFFICE)

    with pytest.raises(InvalidSubject, match="已经有同样的授权"):
        give_guardian(row.user, child, PAPER, reason=PAPERS, actor=officer, now=NOW)

    assert [one.name for one in folder.iterdir()] == [row.evidence_stored_as]


def test_it_opens_in_scope_and_unchanged_only(child: Subject) -> None:
    row = proposed(child)
    stranger = make_user(role=Role.COUNTY, unit=make_county("西川市"))
    with pytest.raises(OutOfScope):
        open_paper(casework(stranger), row, now=NOW)
    assert not Look.objects.exists()

    place = place_of(row.evidence_stored_as)
    data = bytearray(place.read_bytes())
    data[20] ^= 1
    place.write_bytes(data)
    with pytest.raises(Damaged):
        open_paper(casework(make_user(role=Role.OFFICE)), row, now=NOW)


def test_it_opens_for_no_other_guardian_of_the_child(child: Subject) -> None:
    row, other = proposed(child), proposed(child)
    place_of(other.evidence_stored_as).write_bytes(place_of(row.evidence_stored_as).read_bytes())

    with pytest.raises(Damaged):
        open_paper(casework(make_user(role=Role.OFFICE)), other, now=NOW)


def test_the_pages_take_it_show_it_and_ask_to_open_it(child: Subject) -> None:
    first, second = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    parent = make_user("parent", display_name="林之川")
    new = reverse("registry:mandate_new", args=[child.handle])
    sent = {"login": "parent", "reason": PAPERS, "starts_on": "", "ends_on": ""}
    paper = SimpleUploadedFile(PAPER.name, CANARY)
    office = signed_in(first)
    assert "证明文件" in text(office.get(f"{new}?kind=guardian"))
    assert "证明文件" not in text(office.get(new))

    assert office.post(f"{new}?kind=guardian", {**sent, "paper": paper}).status_code == 302
    row = Mandate.objects.get(user=parent)
    agree = reverse("registry:mandate_agree", args=[child.handle, row.pk])
    other = signed_in(second)
    assert "出生医学证明.pdf" in text(other.get(agree))
    assert "请先打开监护关系的证明文件" in text(other.post(agree))

    answer = other.get(reverse("registry:mandate_paper", args=[child.handle, row.pk]))
    assert (answer.content, answer["Content-Type"]) == (CANARY, "application/octet-stream")
    assert "attachment" in answer["Content-Disposition"]
    assert other.post(agree).status_code == 302
    assert not Mandate.objects.get(pk=row.pk).waiting


def test_nobody_else_is_handed_the_paper(child: Subject) -> None:
    row = proposed(child)
    address = reverse("registry:mandate_paper", args=[child.handle, row.pk])
    own, auditor = make_talent(child), make_user(role=Role.AUDITOR)

    for user in (row.user, own, auditor, make_user(role=Role.HEAD)):
        assert signed_in(user).get(address).status_code == 403
    acting = text(signed_in(auditor).get(reverse("registry:acting", args=[child.handle])))
    assert "出生医学证明.pdf" not in acting


def test_the_copy_of_the_person_names_it(child: Subject) -> None:
    row = proposed(child)
    own = make_talent(child)

    told = copy_of(scope(own, "own", on=TODAY), child, now=NOW)["guardians"]

    assert told == [
        {
            "guardian": "林之川",
            "since": "2018-06-08",
            "until": "2019-02-27",
            "ended_on": None,
            "waiting": True,
            "reason": PAPERS,
            "evidence": "出生医学证明.pdf",
        }
    ]
    page = text(signed_in(own).get(reverse("registry:my_copy_page")))
    assert "出生医学证明.pdf" in page
    assert row.evidence_sha256 not in page


def test_erasing_the_child_removes_it(
    child: Subject, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row, third = proposed(child), make_user(role=Role.OFFICE)
    first, second = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    asked = casework(third)

    with django_capture_on_commit_callbacks(execute=True):
        erase_subject(child, reason="withdrawn", actor=first, second=second, now=NOW)

    assert list(folder.iterdir()) == []
    row.refresh_from_db()
    assert (row.evidence_name, row.evidence_sha256) == ("", "")
    row.subject.refresh_from_db()
    with pytest.raises((Erased, OutOfScope)):
        open_paper(asked, row, now=NOW)


def test_it_goes_when_its_term_is_over_and_not_before(child: Subject, folder: Path) -> None:
    row = proposed(child)
    end_mandate(row, reason="监护人变更", actor=make_user(role=Role.OFFICE), now=NOW)
    years = 10  # the longest of the facts

    sweep(run(date(2018 + years, 6, 8)))
    assert place_of(row.evidence_stored_as).is_file()
    swept = sweep(run(date(2018 + years, 6, 9)))

    assert swept["papers"] == 1
    assert list(folder.iterdir()) == []
    after = Mandate.objects.get(pk=row.pk)
    assert (after.evidence_name, after.evidence_stored_as) == ("", "")
    assert after.evidence_sha256 == row.evidence_sha256  # that there was one stays known
    assert Event.objects.get(action="mandate.swept").details == {"papers": 1}
    assert sweep(run(date(2018 + years, 6, 9)))["papers"] == 0


def test_a_file_of_a_guardian_is_no_orphan(child: Subject) -> None:
    row = proposed(child)

    assert sweep(run(TODAY))["files"] == 0
    assert place_of(row.evidence_stored_as).is_file()


def test_a_restricted_child_keeps_it(child: Subject) -> None:
    row = proposed(child)
    Subject.objects.filter(pk=child.pk).update(standing="restricted")

    assert sweep(run(date(2099, 1, 1)))["papers"] == 0
    assert place_of(row.evidence_stored_as).is_file()


def run(on: date) -> Run:
    now = datetime(on.year, on.month, on.day, 3, tzinfo=SHANGHAI)
    return Run(on, now, aged=now.timestamp() * 10)
