"""The pages of decisions on paper: brought, approved and taken back in the browser; everywhere it says what they are."""

import csv
import io
import json
import logging
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yingcai.audit.models import Event
from yingcai.cases.models import Award, Case, PaperBatch
from yingcai.cases.paper.columns import propose
from yingcai.cases.tests.case_city import NOW
from yingcai.cases.tests.make_calls import Program
from yingcai.cases.tests.paper_city import (
    HEAD,
    LIN,
    QIAN,
    PaperCity,
    as_csv,
    build_paper_city,
    grant,
    nothing_was_taken_in,
    row_of,
)
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import scope
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db
QIANS = {"姓名": "钱明川", "证件号码": QIAN}


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> PaperCity:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    return build_paper_city(tmp_path / "city")


def send(client: Client, data: bytes, name: str = "台账.csv", **more: str) -> Any:
    return client.post(reverse("cases:paper_new"), {"file": SimpleUploadedFile(name, data), **more})


def agreed(client: Client, head: tuple[str, ...] = HEAD) -> PaperBatch:
    """The last file, with its columns as they were proposed."""
    batch = PaperBatch.objects.latest("id")
    page = in_a_line(client.get(reverse("cases:paper_columns", args=[batch.handle])))
    assert "确认并检查" in page
    from_titles = dict(
        zip(
            HEAD,
            ["name", "number", "programme", "paper_number", "applied_on", "decided_on", "decision", "amount", "result", "valid_until", "paid_on", "archive", "remark"],
            strict=True,
        )
    )  # fmt: skip
    columns = {f"column-{place}": from_titles[title] for place, title in enumerate(head)}
    address = reverse("cases:paper_columns", args=[batch.handle])
    for _time in range(2):  # sent twice it is checked once
        assert client.post(address, columns).status_code == 302
    batch.refresh_from_db()
    return batch


def act(client: Client, batch: PaperBatch, name: str, **more: str) -> Any:
    return client.post(reverse("cases:paper_step", args=[batch.handle]), {"act": name, **more})


def page(client: Client, batch: PaperBatch) -> str:
    return in_a_line(client.get(reverse("cases:paper_batch", args=[batch.handle])))


def test_a_file_is_brought_approved_and_taken_back(city: PaperCity) -> None:
    first, second = signed_in(city.first), signed_in(city.second)
    data = as_csv([row_of({}), row_of({**QIANS, "有效期至": "2020-04-14"})])
    assert send(first, data).status_code == 302
    assert send(first, data).status_code == 422  # the same file again, while it is open
    waiting = in_a_line(first.get(reverse("cases:papers")))
    assert waiting.count('<td class="num">—</td>') == 2  # rows are not counted before the check
    batch = agreed(first)
    assert "全部无误，可以提交审批。" in page(first, batch)
    assert [act(first, batch, "submit").status_code for _time in range(2)] == [302, 409]

    assert "批准补录" not in page(first, batch)
    assert act(first, batch, "approve", digest=batch.digest).status_code == 422
    assert nothing_was_taken_in()
    rows = in_a_line(second.get(reverse("cases:paper_rows", args=[batch.handle])))
    assert ("林之澜" in rows, "澜人才〔2016〕3号" in rows, "2016年4月15日" in rows) == (True,) * 3
    assert {one.subject for one in Look.objects.filter(viewer=city.second)} == {city.lin, city.qian}
    assert "批准补录（2 行）" in page(second, batch)
    answers = [act(second, batch, "approve", digest=batch.digest) for _time in range(2)]
    assert [one.status_code for one in answers] == [302, 409]
    assert (Case.objects.count(), Award.objects.count()) == (2, 2)
    assert Event.objects.filter(action="paper.approved").count() == 1

    assert act(first, batch, "ask-undo", reason="列错了年份").status_code == 302
    assert "批准整批撤销" not in page(first, batch)
    assert act(second, batch, "confirm-undo").status_code == 302
    assert act(second, batch, "confirm-undo").status_code == 409
    assert "记录都保留" in page(first, batch)
    assert not Award.objects.filter(voided_at=None).exists()


def test_faulty_rows_come_back_as_they_were_and_without_formulas(city: PaperCity) -> None:
    first = signed_in(city.first)
    bad = row_of({**QIANS, "事项": "=HYPERLINK(1)", "备注": "@SUM(1)"})
    send(first, as_csv([row_of({}), bad]))
    batch = agreed(first)

    shown = page(first, batch)
    assert "1 行有错误，一行也没有补录" in shown
    assert ("=HYPERLINK(1)" in shown, "@SUM(1)" in shown, QIAN in shown) == (True, False, False)
    answer = first.get(reverse("cases:paper_faulty", args=[batch.handle]))
    text = answer.content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == [*HEAD, "问题"]
    assert len(rows) == 1
    assert [cell.lstrip("'") for cell in rows[0][:-1]] == bad
    assert not any(cell[:1] in "=+-@" for cell in rows[0] if cell)
    assert "第 3 行“事项”：没有这个事项" in rows[0][-1]
    assert QIAN not in answer.headers["Content-Disposition"]
    book = first.get(reverse("cases:paper_faulty", args=[batch.handle]), {"format": "xlsx"})
    assert zipfile.is_zipfile(io.BytesIO(book.content))
    assert Event.objects.filter(action="paper.exported").count() == 2


def test_no_number_of_a_person_stands_in_pages_rows_of_audit_or_logs(
    city: PaperCity, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first, second = signed_in(city.first), signed_in(city.second)
    send(first, as_csv([row_of({"姓名": "林之川"}), row_of(QIANS)]))
    faulty = agreed(first)
    pages = [page(first, faulty)]
    send(first, as_csv([row_of({}), row_of(QIANS)]), name="good.csv")
    batch = agreed(first)
    act(first, batch, "submit")
    pages.append(in_a_line(second.get(reverse("cases:paper_rows", args=[batch.handle]))))
    act(second, batch, "approve", digest=batch.digest)
    pages.append(page(second, batch))

    told = json.dumps(list(Event.objects.values_list("action", "details")), default=str)
    for number in (LIN, QIAN):
        assert not any(number in one for one in (*pages, told, caplog.text))


def test_the_template_is_a_file_of_invented_people_that_is_refused_row_by_row(
    city: PaperCity,
) -> None:
    first = signed_in(city.first)
    answer = first.get(reverse("cases:paper_template"))
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:5] == ["姓名或单位名称", "证件类型", "证件号码", "统一社会信用代码", "事项"]
    assert len(rows) == 2
    send(first, answer.content)
    batch = PaperBatch.objects.get()
    address = reverse("cases:paper_columns", args=[batch.handle])
    names = [f"column-{place}" for place in range(len(head))]
    assert first.post(address, dict(zip(names, propose(head), strict=True))).status_code == 302
    batch.refresh_from_db()
    assert (batch.rows, batch.faulty) == (2, 2)


def test_only_who_leads_it_or_the_office_opens_a_file(city: PaperCity) -> None:
    batch = city.brought({})
    stranger = make_user("stranger", role="officer", unit=city.lin.county)
    auditor = make_user("auditor", role="auditor")
    address = reverse("cases:paper_batch", args=[batch.handle])
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(auditor).get(address).status_code == 403
    assert signed_in(city.reader).get(address).status_code == 403
    assert signed_in(city.office).get(address).status_code == 200
    assert signed_in(city.city.head).get(reverse("cases:paper_new")).status_code == 403


def test_the_person_reads_that_it_was_decided_on_paper(city: PaperCity) -> None:
    city.taken_in({"有效期至": "2020-04-14", "备注": "原件在档案馆"})
    case, client = Case.objects.get(), signed_in(city.reader)

    listed = in_a_line(client.get(reverse("cases:my_cases")))
    assert "纸质决定：人才认定" in listed
    own = in_a_line(client.get(reverse("cases:my_case", args=[case.handle])))
    for words in (
        "不是按本平台的规则作出，没有规则决定可以重算", "澜人才〔2016〕3号", "2016-17", "原件在档案馆",
        "2020年4月14日", "这里不受理申诉或投诉", "人才卡",
    ):  # fmt: skip
        assert words in own
    assert "officer" not in own
    card = in_a_line(client.get(reverse("cases:card", args=[case.handle])))
    assert "纸质决定：澜人才〔2016〕3号" in card
    for address in (
        reverse("cases:letter", args=[case.handle, "pdf"]),
        reverse("cases:comparison", args=[case.handle, 1]),
    ):
        assert "没有按规则作出的决定可以重算" in in_a_line(client.get(address, follow=True))
    proof = reverse("cases:proof", args=[case.handle, 1])
    assert "没有按规则作出的决定可以重算" in in_a_line(client.post(proof, follow=True))
    assert client.get(reverse("cases:my_steps", args=[case.handle])).status_code == 404
    against = reverse("cases:my_appeal", args=[case.handle, "appeal"])
    assert "这里不受理申诉或投诉" in in_a_line(client.get(against, follow=True))
    assert not Case.objects.exclude(kind="paper").exists()


def test_the_desk_reads_who_brought_and_who_approved_it(city: PaperCity) -> None:
    city.taken_in({})
    case, client = Case.objects.get(), signed_in(city.first)

    desk = in_a_line(client.get(reverse("cases:desk_case", args=[case.handle])))
    for words in ("纸质决定：人才认定", "林之澜", "officer", "tao", "台账.csv", "第 2 行"):
        assert words in desk
    moved = client.post(
        reverse("cases:desk_act", args=[case.handle]), {"move": "agree", "version": case.version}
    )
    assert moved.status_code == 422
    assert "这件事项已经结束" in in_a_line(moved)
    assert client.get(reverse("cases:desk_steps", args=[case.handle])).status_code == 404
    assert client.get(reverse("cases:exceptional", args=[case.handle])).status_code == 404
    inbox = in_a_line(client.get(reverse("cases:desk")))
    assert case.number not in inbox
    bulk = client.post(reverse("cases:desk_bulk"), {"case": [str(case.handle)], "move": "agree"})
    assert bulk.status_code in (302, 422)
    case.refresh_from_db()
    assert case.status == "granted"
    award = in_a_line(client.get(reverse("cases:desk_award", args=[case.handle])))
    assert "纸质决定：人才认定" in award


def test_the_api_says_that_no_rule_decided(city: PaperCity) -> None:
    city.taken_in(grant(拨付日期="2016-05-01"))
    case = Case.objects.get()
    status, own = Program(city.reader, "cases:read").get(f"cases/{case.handle}")
    assert (status, own["on_paper"], own["side"], own["history"]) == (200, True, "paper", [])
    assert (own["paper"]["by_rule"], own["paper"]["amount"]) == (False, 5_000_000)
    assert (own["paper"]["paid_on"], own["decided_by"]) == ("2016-05-01", "paper")
    assert Program(city.reader, "cases:read").get(f"cases/{case.handle}/reasons")[0] == 404

    desk = Program(city.first, "cases:read", "cases:work")
    status, seen = desk.get(f"desk/cases/{case.handle}")
    assert (status, seen["outcome"], seen["moves"]) == (200, "", [])
    assert seen["paper"]["paper_number"] == "澜人才〔2016〕3号"
    body = {"version": case.version, "move": "agree"}
    assert desk.post(f"desk/cases/{case.handle}/moves", body)[0] == 403
    case.refresh_from_db()
    assert (case.status, case.version) == ("granted", 1)
    granted = desk.get("desk/statistics")[1]["granted"]
    assert [(one["name"], one["awards"], one["papers"]) for one in granted] == [("grant", 1, 1)]


def test_the_copy_that_a_person_takes_of_himself_holds_it(city: PaperCity) -> None:
    city.taken_in(grant(备注="原件在档案馆"))
    asked = scope(city.reader, "own", on=date(2018, 6, 11))
    (told,) = json.loads(json.dumps(copy_of(asked, city.lin, now=NOW)))["cases"]
    paper = told["decided_on_paper"]
    assert (told["title"], told["awards"][0]["amount_fen"]) == ("纸质决定：安家补助", 5_000_000)
    assert (paper["by_rule"], paper["number"], paper["remark"]) == (
        False, "澜人才〔2016〕3号", "原件在档案馆",
    )  # fmt: skip
    page = in_a_line(signed_in(city.reader).get(reverse("registry:my_copy_page")))
    assert "我的事项" in page
    assert "纸质决定，文号澜人才〔2016〕3号；5万元" in page


def test_registers_and_exports_say_it(city: PaperCity) -> None:
    city.taken_in({}, grant())
    case = Case.objects.get(programme="grant")
    office = signed_in(city.office)

    tab = in_a_line(office.get(reverse("cases:subject_cases", args=[city.lin.handle])))
    assert "纸质决定：安家补助" in tab
    money = in_a_line(office.get(reverse("cases:subject_money", args=[city.lin.handle])))
    assert "纸质决定 澜人才〔2016〕3号" in money
    counts = in_a_line(office.get(reverse("cases:statistics")))
    assert "其中纸质决定" in counts
    answer = office.post(reverse("cases:evidence", args=[case.handle]), {"reason": "核对"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        paper, head = json.loads(parts.read("paper.json")), json.loads(parts.read("case.json"))
        assert json.loads(parts.read("decisions.json")) == json.loads(parts.read("acts.json")) == []
    assert (paper["by_rule"], paper["paper_number"]) == (False, "澜人才〔2016〕3号")
    assert (paper["file"], paper["row"], head["decided_on_paper"]) == ("台账.csv", 3, True)
