"""The pages of importing: from the upload to the written register, in scope only, in both languages."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from yingcai.engine.documents.sheet import read_sheet
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.importing.columns import title_of
from yingcai.registry.importing.rows import problem_words
from yingcai.registry.models import ImportBatch, ImportProblem, ImportRow, Subject
from yingcai.registry.tests.make import CREDIT_CODE, make_firm, make_officer
from yingcai.registry.tests.make_imports import (
    HEAD,
    as_csv,
    check,
    people,
    person,
    resident,
    upload,
)

pytestmark = pytest.mark.usefixtures("city")
LIST = "/registry/imports/"


@pytest.fixture
def firm() -> Subject:
    return make_firm("云州精工", code=CREDIT_CODE)


@pytest.fixture
def lin(firm: Subject) -> User:
    return make_officer(firm, "lin")


@pytest.fixture
def meng() -> User:
    return make_user("meng", role=Role.OFFICE)


def browser(user: User, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def send(client: Client, data: bytes, firm: Subject, **more: Any) -> Any:
    file = SimpleUploadedFile("六月员工.csv", data, "text/csv")
    return client.post(f"{LIST}new/", {"organisation": firm.pk, "file": file, **more})


def of(batch: ImportBatch, page: str = "") -> str:
    return f"{LIST}{batch.handle}/{page}"


def send_columns(client: Client, batch: ImportBatch, columns: list[str]) -> Any:
    fields = {f"column-{place}": name for place, name in enumerate(columns)}
    return client.post(of(batch, "columns/"), fields)


def act(client: Client, batch: ImportBatch, name: str, **more: str) -> Any:
    return client.post(of(batch, "step/"), {"act": name, **more})


def test_from_the_upload_to_the_register(firm: Subject, lin: User, meng: User) -> None:
    hers, his = browser(lin), browser(meng)
    assert "还没有导入过文件" in hers.get(LIST).text

    answer = send(hers, as_csv(people(3)), firm)
    batch = ImportBatch.objects.get()
    assert answer.url == of(batch, "columns/")
    page = hers.get(answer.url).text
    assert '<option value="person.degree" selected>学历学位</option>' in page
    columns = ["name", "number", "since", "person.degree", "person.insured_months"]
    answer = send_columns(hers, batch, columns)
    assert answer.url == of(batch)
    assert "全部无误" in hers.get(answer.url).text
    act(hers, batch, "submit")

    assert "批准写入 3 行" not in hers.get(of(batch)).text
    assert "批准写入 3 行" in his.get(of(batch)).text
    assert act(hers, batch, "approve").status_code == 409
    act(his, batch, "approve")
    assert "全部写入登记" in hers.get(of(batch)).text
    assert Subject.objects.filter(kind="person").count() == 3


def test_an_unknown_column_waits_for_a_decision(firm: Subject, lin: User) -> None:
    client = browser(lin)
    send(client, as_csv([[*person(1), "蓝"]], [*HEAD, "喜欢的颜色"]), firm)
    batch = ImportBatch.objects.get()
    page = client.get(of(batch, "columns/")).text
    assert "喜欢的颜色" in page
    assert "1 列待决定" in page
    wanted = ["name", "number", "since", "person.degree", "person.insured_months", ""]
    answer = client.post(
        of(batch, "columns/"), {f"column-{n}": name for n, name in enumerate(wanted)}
    )
    assert answer.status_code == 422
    assert "第 6 列还没有决定" in answer.text


def test_the_report_names_rows_and_columns_but_no_value(firm: Subject, lin: User) -> None:
    rows = people(60)
    for row in rows[:55]:
        row[3] = "状元"
    rows[59][2] = "前年夏天"
    batch = check(upload(lin, as_csv(rows), firm), lin)
    client = browser(lin)
    page = client.get(of(batch))
    assert page.text.count("不是这一项可用的值") == 25 + 1
    assert "状元" not in page.text
    assert resident(0) not in page.text
    second = client.get(of(batch) + "?problem=value&row=51&id=1").text
    assert "第 52 行" in second
    other = client.get(of(batch) + "?problem=day").text
    assert "第 61 行" in other
    assert "第 2 行" not in other


def test_faulty_rows_come_back_in_both_forms(firm: Subject, lin: User) -> None:
    rows = people(3)
    rows[1][0] = ""
    batch = check(upload(lin, as_csv(rows), firm), lin)
    client = browser(lin)
    for query, name in (("", "有错误的行.xlsx"), ("?format=csv", "有错误的行.csv")):
        answer = client.get(of(batch, "faulty/") + query)
        assert answer["X-Content-Type-Options"] == "nosniff"
        found = read_sheet(answer.content, name=name).rows
        assert [row.cells[1] for row in found[1:]] == [resident(1)]
        assert found[1].cells[-1] == "第 3 行“姓名”：没有填写"

    assert "先办无误的 2 行" in client.get(of(batch)).text
    answer = act(client, batch, "split")
    assert "提交 2 行审批" in client.get(answer.url).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n....", "只收 CSV 和 .xlsx 文件"),
        ("姓名\n赵\0明\n".encode(), "控制字符"),
        (b"PK\x03\x04....", "不是完好的 .xlsx 文件"),
    ],
)
def test_a_file_that_is_not_read_leaves_nothing(
    data: bytes, sentence: str, firm: Subject, lin: User
) -> None:
    answer = send(browser(lin), data, firm)
    batch = ImportBatch.objects.first()
    if batch is None:
        assert answer.status_code == 422
        assert sentence in answer.text
        return
    client = browser(lin)
    client.post(of(batch, "columns/"), {"column-0": "name"})
    assert not ImportRow.objects.exists()


def test_a_file_that_breaks_off_in_the_middle_is_refused_whole(firm: Subject, lin: User) -> None:
    data = as_csv(people(30)) + "赵,\a".encode()
    batch = check(upload(lin, data, firm), lin)
    assert batch.status == ImportBatch.Status.REFUSED
    assert not ImportRow.objects.exists()
    page = browser(lin, "en").get(of(batch)).text
    assert "Row 32, column 2 holds control characters" in page


def test_a_large_file_is_checked_and_written_by_the_command(
    firm: Subject, lin: User, meng: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yingcai.registry.views.imports.DIRECT_ROWS", 5)
    monkeypatch.setattr("yingcai.registry.views.import_steps.DIRECT_ROWS", 5)
    hers, his = browser(lin), browser(meng)
    send(hers, as_csv(people(20)), firm)
    batch = ImportBatch.objects.get()
    columns = ["name", "number", "since", "-", "-"]
    hers.post(of(batch, "columns/"), {f"column-{n}": name for n, name in enumerate(columns)})
    page = hers.get(of(batch)).text
    assert "正在后台检查" in page
    assert 'hx-trigger="every 3s"' in page
    assert not ImportRow.objects.exists()

    out = io.StringIO()
    call_command("apply_imports", "--on", "2018-06-08", stdout=out)
    assert "已检查 20 行，0 行有错误" in out.getvalue()
    act(hers, batch, "submit")
    act(his, batch, "approve")
    assert "已写入 0 / 20 行" in his.get(of(batch)).text
    call_command("apply_imports", stdout=out)
    call_command("apply_imports", stdout=out)
    assert out.getvalue().count("已写入 20 行") == 1
    assert Subject.objects.filter(kind="person").count() == 20


def test_what_is_out_of_scope_is_not_there(firm: Subject, lin: User) -> None:
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)
    tao = browser(make_officer(make_firm("别家"), "tao"))
    for page in ("", "columns/", "faulty/"):
        assert tao.get(of(batch, page)).status_code == 404
    assert act(tao, batch, "submit").status_code == 404
    assert str(batch.handle) not in tao.get(LIST).text
    assert Client().get(LIST).status_code == 302
    assert browser(make_user("qiu", role=Role.AUDITOR)).get(LIST).status_code == 403


def test_a_refusal_says_why(firm: Subject, lin: User, meng: User) -> None:
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)
    act(browser(lin), batch, "submit")
    assert act(browser(meng), batch, "refuse", answer=" ").status_code == 409
    act(browser(meng), batch, "refuse", answer="名单与社保人数不符")
    assert "名单与社保人数不符" in browser(lin).get(of(batch)).text
    act(browser(lin), batch, "withdraw")
    batch.refresh_from_db()
    assert batch.status == ImportBatch.Status.WITHDRAWN


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh-hans", "证件号码（必填）"), ("en", "Number of the document (required)")],
)
def test_the_template_is_understood_when_it_comes_back(
    language: str, title: str, firm: Subject, lin: User, meng: User
) -> None:
    for user, kind in ((lin, "person"), (meng, "organisation")):
        data = browser(user, language).get(f"{LIST}template/?kind={kind}").content
        rows = read_sheet(data, name="模板.xlsx").rows
        heads = [str(cell) for cell in rows[0].cells]
        assert title in heads or kind == "organisation"
        batch = upload(meng, as_csv([["x"] * len(heads)], heads), kind=kind, source="employer")
        page = browser(meng).get(of(batch, "columns/")).text
        assert "列待决定" not in page


def test_the_office_brings_people_of_a_firm_named_by_its_code(firm: Subject, meng: User) -> None:
    client = browser(meng)
    file = SimpleUploadedFile("a.csv", as_csv([person(1)]))
    form = {"kind": "person", "source": "insurance", "code": "123", "file": file}
    answer = client.post(f"{LIST}new/", form)
    assert answer.status_code == 422
    assert "没有找到这个单位" in answer.text
    file.seek(0)
    client.post(f"{LIST}new/", {**form, "code": CREDIT_CODE.lower()})
    batch = ImportBatch.objects.get()
    assert (batch.organisation, batch.source) == (firm, "insurance")


def test_every_page_in_english(firm: Subject, lin: User) -> None:
    batch = check(upload(lin, as_csv(people(2)), firm), lin)
    client = browser(lin, "en")
    for name in ("imports", "import_new"):
        assert "Upload" in client.get(reverse(f"registry:{name}")).text
    assert "Hand in for approval (rows: 2)" in client.get(of(batch)).text


def test_the_example_of_the_page_says_what_the_page_says(firm: Subject, lin: User) -> None:
    page = (Path(__file__).parents[4] / "docs" / "registry-import.md").read_text("utf-8")
    example = re.findall(r"^```csv\n(.*?)^```", page, re.S | re.M)[0]
    promised = re.findall(r"^\| (\d+) \| (\S+) \| (\S.*?) \|$", page, re.M)
    batch = check(upload(lin, example.encode(), firm), lin)
    found = [
        (str(one.number), title_of(one.field), problem_words(one.code, one.field, one.other))
        for one in ImportProblem.objects.filter(batch=batch)
    ]
    assert found == promised
