"""Letters of a case: what they say, who may have them."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.models import Case
from yingcai.cases.tests import case_city
from yingcai.cases.tests.case_city import NOW, City, build_city, later, step
from yingcai.cases.tests.desk_browsing import on, read, signed_in
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.models import Look

pytestmark = pytest.mark.django_db
APPEAL = """workflow: appeal
title: {zh: 申诉复查, en: Appeal}
status: sample
days: 30
stages:
  - {id: look, words: {zh: 复查, en: Look}, kind: 受理, who: [{role: head, unit: labour}], clock: 5, next: [done], refused_to: no}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: no, words: {zh: 不予受理, en: No}, kind: 不予受理}
"""


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    on(settings, NOW)
    files = {
        **case_city.FILES,
        "workflows/appeal.yaml": APPEAL,
        "workflows/examined.yaml": case_city.EXAMINED.replace(
            "days: 20", "days: 20\nappeal: appeal\nappeal_within: 60"
        ),
    }
    return build_city(tmp_path / "city", files)


def letter(user: User, case: Case, kind: str = "docx") -> str:
    answer = signed_in(user).get(f"/letters/{case.handle}/{kind}/")
    assert answer.status_code == 200
    if kind == "pdf":
        return str(answer.content[:5], "ascii")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "".join(
            re.findall(r"<w:t[^>]*>([^<]*)<", archive.read("word/document.xml").decode())
        )


def granted(city: City) -> Case:
    case = city.submitted()
    for who in (city.window, city.officer, city.county):
        step(case, who, "agree")
    run_by_time(Case.objects.get(pk=case.pk), now=later(9))
    return step(case, city.head, "agree", now=later(9))


def test_a_grant_says_the_amount_in_figures_and_capitals(city: City) -> None:
    case = granted(city)

    text = letter(city.officer, case)

    assert "“安家补助”申请审核决定书" in text
    assert "金额为人民币50,000元（大写：伍万元整）。" in text
    assert f"林之川于2018年6月11日提交的“安家补助”申请（编号{case.number}）已经收到。" in text
    assert "符合：具有博士学位（《" in text
    assert "可以向市人力社保局负责人申请“申诉复查”，由其在30个工作日内办结。" in text
    assert "2018年6月20日" in text


def test_a_decision_says_until_when_it_may_be_appealed(city: City) -> None:
    """The page said the last day; the letter, which is what counts, did not."""
    case = granted(city)

    assert "申请“申诉复查”的，最迟在2018年8月19日提出。" in letter(city.talent, case)
    assert "2018年8月19日前提出" in read(city.talent, f"/my/cases/{case.handle}/")


def test_what_officers_wrote_ends_as_a_sentence(city: City) -> None:
    case = city.submitted(months="3")
    for who, why in ((city.window, ""), (city.officer, "参保不满12个月"), (city.county, "同上。")):
        step(case, who, "refuse" if why else "agree", reason=why)

    text = letter(city.officer, case)

    assert "参保不满12个月。" in text
    assert ["同上。" in text, "同上。。" in text] == [True, False]


def test_whoever_applied_finds_the_letter_at_his_case_once(city: City) -> None:
    """It could be had, but no page of the applicant led to it."""
    case = city.submitted()
    page, address = f"/my/cases/{case.handle}/", f"/letters/{case.handle}/"
    assert address not in read(city.talent, page)

    step(case, city.window, "agree")
    step(case, city.officer, "refuse", reason="材料不实")
    step(case, city.county, "refuse", reason="材料不实")

    text = read(city.talent, page)
    assert [text.count(f"{address}{kind}/") for kind in ("pdf", "docx")] == [1, 1]


def test_a_refusal_says_why_with_the_clause_and_no_amount(city: City) -> None:
    case = city.submitted(months="3")
    step(case, city.window, "agree")
    step(case, city.officer, "refuse", reason="参保不满12个月")
    step(case, city.county, "refuse", reason="同上")

    text = letter(city.officer, case)

    assert ["决定不予同意" in text, "不符合：参加社会保险满12个月" in text] == [True, True]
    assert ["参保不满12个月" in text, "大写" in text, "具有博士学位" in text] == [
        True,
        False,
        False,
    ]


def test_what_is_missing_is_a_letter_with_its_items(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "return", to="correction", reason="看不清", items=("学位证书背面",))

    text = letter(city.window, case)

    assert ["补正通知书" in text, "1．学位证书背面" in text, "救济途径" in text] == [
        True, True, False,
    ]  # fmt: skip


def test_a_letter_of_what_is_missing_says_until_when_and_what_silence_means(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "return", to="correction", reason="看不清", items=("学位证书背面",))

    text = letter(city.window, case)

    assert "请于2018年7月3日前一次补齐。" in text
    assert "逾期不补正的，按放弃申请处理。" in text


def test_the_applicant_has_the_same_letter_and_nobody_else(city: City) -> None:
    case = granted(city)

    assert letter(city.talent, case) == letter(city.head, case)
    assert not Look.objects.filter(viewer=city.talent).exists()
    assert Look.objects.filter(viewer=city.head, fields=["name", "case"]).count() == 1
    for stranger in (make_user(role="officer", unit=make_unit()), make_user()):
        assert signed_in(stranger).get(f"/letters/{case.handle}/docx/").status_code in (403, 404)
        assert not Look.objects.filter(viewer=stranger).exists()


def test_a_letter_comes_as_pdf_too(city: City) -> None:
    assert letter(city.head, granted(city), "pdf") == "%PDF-"


def test_before_anything_was_said_there_is_no_letter(city: City) -> None:
    case = city.submitted()

    assert signed_in(city.window).get(f"/letters/{case.handle}/docx/").status_code == 404
    assert "最近一份文书" not in read(city.window, f"/desk/{case.handle}/")
    step(case, city.window, "agree")
    assert "最近一份文书" in read(city.officer, f"/desk/{case.handle}/")
    assert "受理通知书" in letter(city.officer, case)
