"""A month sheet that cannot be read is refused with a code, in the language of the page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yingcai.audit.models import Event
from yingcai.engine.documents.sheet import write_csv
from yingcai.engine.documents.sheet_refusals import REFUSALS, refused
from yingcai.plan.tests.make import make_plan, make_target, make_unit, make_user
from yingcai.reporting import sheets
from yingcai.reporting.errors import Problem, Refused
from yingcai.reporting.models import Report
from yingcai.reporting.tests.make import MAY, make_month, make_report

pytestmark = pytest.mark.django_db

PLACES: dict[str, dict[str, int]] = {
    "sheet-size": {"most": 20},
    "sheet-slow": {"most": 10},
    "sheet-rows": {"rows": 50_001, "most": 50_000},
    "sheet-columns": {"columns": 301, "most": 256},
    "sheet-quotes": {"row": 2},
}
ENGLISH = {
    "sheet-empty": "The file “May.csv” is empty: choose another one",
    "sheet-size": "The file “May.csv” is larger than 20 MB: delete pictures or split it",
    "sheet-unpacked": "The file “May.csv” unpacks to too much: keep the data only and save it as a new file",
    "sheet-heavy": "The file “May.csv” is too large, or reaches far into blank rows and columns:"
    " delete those and save it, or split it",
    "sheet-slow": "Reading the file “May.csv” took more than 10 seconds: split it",
    "sheet-rows": "The file “May.csv” has 50001 rows or more: at most 50000 are read; split it",
    "sheet-columns": "The file “May.csv” has 301 columns: at most 256 are read; delete those that are not needed",
    "sheet-quotes": "In row 2 of the file “May.csv” quotes do not match, or a cell is too long:"
    " open it in a spreadsheet program and save it again",
    "sheet-hidden": "In the file “May.csv” no sheet is visible: unhide the one to be read",
    "sheet-password": "The file “May.csv” has a password: remove it",
    "sheet-damaged": "The file “May.csv” is no spreadsheet that can be read: open it in a spreadsheet program"
    " and save it as .xlsx or .csv (UTF-8)",
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_has_its_words_in_both_languages(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refused(code, "May.csv", **PLACES.get(code, {}))

    def refuse(data: bytes, *, name: str) -> None:
        raise error

    monkeypatch.setattr(sheets, "read_sheet_apart", refuse)
    for language, sentence in {"en": ENGLISH[code], "zh-hans": error.problems[0]}.items():
        with translation.override(language), pytest.raises(Refused) as refusal:
            sheets.read_month(b"", name="May.csv")
        assert refusal.value.problems == (Problem("", sentence, code),)


def test_columns_that_are_missing_have_a_code() -> None:
    data = write_csv([["目标编号", "填报单位"], ["1-1", "云岫市科技局"]])

    with translation.override("en"), pytest.raises(Refused) as refusal:
        sheets.read_month(data, name="May.csv")

    assert [(one.code, str(one)) for one in refusal.value.problems] == [
        (
            "sheet-column",
            "Head of the table：The column “Figure at the end of the month” is missing;"
            " use a sheet exported from this system",
        )
    ]


@pytest.mark.parametrize(
    ("language", "sent", "sentence"),
    [
        ("zh-hans", "", "请先选择文件"),
        ("en", "", "Choose a file first"),
        ("zh-hans", "image", "文件“五月.csv”不是可以读取的表格：请用表格软件打开，另存为“.xlsx”或“.csv（UTF-8）”后再上传"),
        ("en", "image", ENGLISH["sheet-damaged"].replace("May", "五月")),
    ],
)  # fmt: skip
def test_the_page_says_it_in_the_language_of_its_reader(
    language: str, sent: str, sentence: str
) -> None:
    plan, unit = make_plan(), make_unit(name="云岫市科技局")
    report = make_report(make_month(plan, MAY), make_target(plan, owners={unit: "lead"}), unit)
    client = Client()
    client.force_login(
        make_user(role="reporter", unit=unit), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.cookies["yingcai_language"] = language
    given = {"file": SimpleUploadedFile("五月.csv", b"\x89PNG\r\n\x1a\n\0")} if sent else {}
    events = Event.objects.count()

    page = client.post(reverse("reporting:month_import", args=[MAY]), given)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Report.objects.get(pk=report.pk).value is None
    assert Event.objects.count() == events
