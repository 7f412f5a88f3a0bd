"""The pages of what is settled case by case: proposing, signing, the register, its file, the letter, the bulletin."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yingcai.audit.models import Event
from yingcai.cases.letters import letter_document, letter_of
from yingcai.cases.models import Case, CaseFile, ExceptionalDecision
from yingcai.cases.queries.exceptional_register import made_public
from yingcai.cases.tests.case_city import later, step
from yingcai.cases.tests.desk_browsing import address, read, signed_in, text_of
from yingcai.cases.tests.exceptional_city import Signing, build_signing
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look

pytestmark = pytest.mark.django_db
REGISTER = "/desk/exceptional/"


@pytest.fixture
def signing(tmp_path: Path, settings: Any) -> Signing:
    settings.YINGCAI_TODAY = date(2018, 6, 20)
    return build_signing(tmp_path / "city")


def send(user: User, case: Case, **given: Any) -> Any:
    return signed_in(user).post(address(case, "exceptional/"), given)


def form(case: Case, **changed: Any) -> dict[str, Any]:
    given = {
        "do": "propose",
        "version": str(Case.objects.get(pk=case.pk).version),
        "amount": "120000.50",
        "basis": "台人领纪要〔2018〕3号",
        "basis_on": "2018-06-10",
        "reason": "特别急需，参保时间不足",
        "terms": "2019年12月31日前完成样机",
        "files": SimpleUploadedFile("纪要.pdf", b"%PDF-1.7 minutes"),
    }
    return {**given, **changed}


def granted(signing: Signing) -> Case:
    signing.signed()
    return step(signing.case, signing.city.head, "agree", now=later(9))


def test_it_is_proposed_and_signed_in_the_browser(signing: Signing) -> None:
    city, case = signing.city, signing.case

    assert send(city.officer, case, **form(case)).status_code == 302
    row = ExceptionalDecision.objects.get()
    page = read(city.head, address(case, "exceptional/"))
    for words in ("规则不予支持", "规则没有给予，议定给予：120,000.50元", "纪要.pdf", "未签署"):
        assert words in page
    for who in (city.head, signing.leader):
        assert "1 份一事一议记录等您签署" in read(who, "/desk/")
        assert send(who, case, do="sign", shown=row.digest).status_code == 302
    assert ExceptionalDecision.objects.get().status == "settled"
    assert "等您签署" not in read(city.head, "/desk/")


def test_what_was_typed_and_every_fault_come_back(signing: Signing) -> None:
    case = signing.case

    answer = send(signing.city.officer, case, **form(case, amount="250000", reason=""))

    assert answer.status_code == 422
    page = text_of(answer)
    assert "议定金额不能超过20万元" in page
    assert "请写明理由" in page
    assert 'value="250000"' in page
    assert not ExceptionalDecision.objects.exists()


def test_an_old_form_signs_nothing(signing: Signing) -> None:
    row = signing.proposed()
    signing.proposed()

    answer = send(signing.city.head, signing.case, do="sign", shown=row.digest)

    assert answer.status_code == 409
    assert "记录已经更改" in text_of(answer)


def test_a_case_without_the_key_has_no_such_page(signing: Signing) -> None:
    case = signing.city.submitted("bonus", "7")

    read(signing.city.officer, address(case, "exceptional/"), answers=404)
    assert "exceptional/" not in read(signing.city.officer, address(case))


def test_who_has_no_part_in_the_case_finds_nothing(signing: Signing) -> None:
    other = make_user("officer-talent", role="officer", unit=Unit.objects.get(code="west"))
    signing.proposed()

    read(other, address(signing.case, "exceptional/"), answers=404)
    assert "林之川" not in read(other, REGISTER)


def test_a_leader_of_the_whole_city_finds_it_and_an_expert_does_not(signing: Signing) -> None:
    signing.proposed()
    page = address(signing.case, "exceptional/")

    assert "林之川" in read(make_user("mayor", role="leader"), page)
    read(make_user("expert", role="expert"), page, answers=404)


def test_an_auditor_reads_and_sends_nothing(signing: Signing) -> None:
    auditor = make_user("auditor", role="auditor")
    row = signing.proposed()

    assert "林之川" in read(auditor, address(signing.case, "exceptional/"))
    assert send(auditor, signing.case, do="sign", shown=row.digest).status_code == 403


def test_the_pages_of_the_case_say_that_the_rules_did_not_grant_it(signing: Signing) -> None:
    case = granted(signing)
    row = case.awards.get().decision
    assert row is not None
    number = row.number
    own = reverse("cases:my_case", args=[case.handle])
    again = reverse("cases:comparison", args=[case.handle, number])
    after = reverse("cases:desk_award", args=[case.handle])

    for user, page in (
        (signing.city.talent, own),
        (signing.city.talent, again),
        (signing.city.head, address(case)),
        (signing.city.head, after),
    ):
        text = read(user, page)
        assert "不是按规则核定" in text
        assert "台人领纪要〔2018〕3号" in text
    assert "Not by the rules" in read(signing.city.talent, own, english=True)


def test_the_applicant_does_not_get_the_papers_of_the_office(signing: Signing) -> None:
    case = granted(signing)
    paper = CaseFile.objects.get(material="exceptional")
    page = read(signing.city.talent, reverse("cases:my_case", args=[case.handle]))

    assert "纪要.pdf" not in page
    read(signing.city.talent, reverse("cases:my_paper", args=[case.handle, paper.pk]), answers=404)


def test_the_letter_says_on_what_it_stands_and_no_condition_is_called_met(
    signing: Signing,
) -> None:
    case = granted(signing)
    notice = letter_of(case)
    assert notice is not None

    text = "\n".join(str(block) for block in letter_document(case, notice).blocks)

    assert "经“一事一议”议定（台人领纪要〔2018〕3号）" in text
    assert "人民币120,000.50元" in text
    assert "特别急需，参保时间不足" in text
    assert "约定：2019年12月31日前完成样机。" in text
    assert "不是按规则核定。" in text
    assert "符合规定条件" not in text
    assert "符合：" not in text


def test_the_register_lists_them_and_leaves_looks(signing: Signing) -> None:
    granted(signing)
    Look.objects.all().delete()

    page = read(signing.leader, REGISTER)

    for words in ("林之川", "120,000.50元", "规则不予支持", "台人领纪要〔2018〕3号", "已兑现"):
        assert words in page
    assert Look.objects.filter(viewer=signing.leader).count() == 1
    assert "林之川" not in read(signing.leader, f"{REGISTER}?show=proposed")


def test_the_register_goes_out_for_a_reason(signing: Signing) -> None:
    granted(signing)
    client = signed_in(signing.leader)

    refused = client.post(f"{REGISTER}file/", {"reason": " ", "form": "csv"})
    given = client.post(f"{REGISTER}file/", {"reason": "年度检查", "form": "csv"})
    book = client.post(f"{REGISTER}file/", {"reason": "年度检查", "form": "xlsx"})

    assert refused.status_code == 422
    text = given.content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("事项编号,办理事项,对象")
    assert "林之川" in text
    assert "120,000.50元" in text
    assert zipfile.is_zipfile(io.BytesIO(book.content))
    rows = Event.objects.filter(action="exceptional.exported")
    assert [row.details for row in rows] == [{"rows": 1}] * 2
    assert Look.objects.filter(viewer=signing.leader).exclude(sealed_reason=None).count() == 2


def test_the_bulletin_is_told_with_the_name_masked(signing: Signing) -> None:
    case = granted(signing)

    [line] = made_public(date(2018, 6, 1), date(2018, 6, 30))

    assert (line.number, line.name, line.amount) == (case.number, "林*川", 12_000_050)
    assert made_public(date(2018, 7, 1), date(2018, 7, 31)) == []


def test_what_is_published_says_so(signing: Signing, settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 12)
    signing.case = signing.city.submitted("prize", "")
    for who in (signing.city.window, signing.city.officer, signing.city.county):
        step(signing.case, who, "agree")
    signing.proposed(now=later(1))
    row = ExceptionalDecision.objects.get()
    for who in (signing.city.head, signing.leader):
        send(who, signing.case, do="sign", shown=row.digest)

    page = read(signing.leader, "/publicity/")

    assert "120,000.50元" in page
    assert "一事一议" in page
