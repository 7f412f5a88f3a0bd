"""A file that is no plan is refused with a code, in the language of the page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yingcai.audit.models import Event
from yingcai.engine.reading import ReadingError, read_sent
from yingcai.engine.reading.refusals import REFUSALS, refused
from yingcai.plan.actions import import_plan
from yingcai.plan.errors import Unreadable
from yingcai.plan.models import Plan
from yingcai.plan.refusals import refusal_words
from yingcai.plan.tests.make import NOW, make_user

pytestmark = pytest.mark.django_db

# What fills the sentences that have places.
PLACES: dict[str, dict[str, int]] = {
    "plan-size": {"size": 47, "text": 2, "most": 20},
    "plan-text-size": {"size": 3, "text": 2, "most": 20},
    "plan-long": {"length": 400_001, "most": 400_000},
    "plan-slow": {"most": 10},
    "plan-pdf-page": {"page": 3},
    "plan-pdf-pages": {"pages": 401, "most": 400},
}
ENGLISH = {
    "plan-empty": "the file is empty. Choose a file with the whole text of the plan.",
    "plan-no-text": "there is no text in the file. Turn a scan into text by recognition first.",
    "plan-size": "the file is too large (47 MB); the text of a plan has at most 2 MB, a Word or PDF file 20 MB."
    " Keep the text of the plan only and try again.",
    "plan-text-size": "the file is too large (3 MB of plain text); the text of a plan has at most 2 MB,"
    " a Word or PDF file 20 MB. Keep the text of the plan only and try again.",
    "plan-long": "the text has 400001 characters; a plan has at most 400000."
    " Keep the text of the plan only and try again.",
    "plan-heavy": "the file is too large; reading it takes more memory than a plan may."
    " Keep the text of the plan only, save it as a new file and try again.",
    "plan-slow": "the file is too intricate; it was not read within 10 seconds."
    " Keep the text of the plan only, save it as a new file and try again.",
    "plan-broken": "the file is damaged and cannot be read."
    " Keep the text of the plan only, save it as a new file and try again.",
    "plan-unlike": "this does not look like a plan: no numbered heading, no measure and no target that can be counted."
    " Make sure that the file holds the whole text of an issued plan.",
    "plan-encoding": "no text can be read; its encoding is neither UTF-8 nor UTF-16 nor GB18030."
    " Open it in an editor and save it as text in UTF-8.",
    "plan-doc": "this is an old Word file (.doc), which is not read. Save it as .docx and try again.",
    "plan-rtf": "this is an RTF file, which is not read. Save it as .docx or .txt and try again.",
    "plan-picture": "this is a picture, which is not read. Turn it into text by recognition first.",
    "plan-archive": "this is an archive, which is not read. Unpack it and upload the file in it.",
    "plan-word-damaged": "this Word file is damaged or no .docx. Open it in WPS or Word and save it as .docx.",
    "plan-word-none": "there is no text of Word in the archive; it is no .docx file. Save it as .docx or .txt.",
    "plan-unpacked": "the file unpacks to more than a plan has, and was not opened for safety."
    " Keep the text of the plan only, save it as a new file and try again.",
    "plan-pdf-damaged": "this PDF file is damaged or has a password."
    " Save it as a PDF without a password, or as .docx.",
    "plan-pdf-page": "page 3 cannot be read. Save it as a new PDF, or as .docx.",
    "plan-pdf-pages": "the file has 401 pages; a plan has at most 400."
    " Keep the text of the plan only and try again.",
    "plan-pdf-words": "there is too much text; this is no plan."
    " Keep the text of the plan only and try again.",
    "plan-pdf-scan": "this PDF is a scan and has no text."
    " Turn it into text by recognition first, or use the original in Word.",
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_has_its_words_in_both_languages(code: str) -> None:
    error = refused(code, where="计划.docx", **PLACES.get(code, {}))

    with translation.override("en"):
        assert refusal_words(error) == f"计划.docx: {ENGLISH[code]}"
    with translation.override("zh-hans"):
        assert refusal_words(error) == f"计划.docx：{error.what}。{error.way_out}。" == str(error)
    assert error.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "plan-empty"),
        (b"\xef\xbb\xbf  ", "plan-no-text"),
        (b"x" * 20_971_521, "plan-size"),
        (b"x" * 3_145_728, "plan-text-size"),
        (b"a" * 400_001, "plan-long"),
        ("今天天气很好，我们去公园。".encode(), "plan-unlike"),
        (b"\x01\x02\x03" * 101, "plan-encoding"),
        (b"\xd0\xcf\x11\xe0", "plan-doc"),
        (b"{\\rtf1}", "plan-rtf"),
        (b"\x89PNG", "plan-picture"),
        (b"Rar!", "plan-archive"),
        (b"PK\x03\x04 broken", "plan-word-damaged"),
        (b"%PDF-1.7 broken", "plan-pdf-damaged"),
    ],
)
def test_a_file_is_refused_with_its_code_and_leaves_nothing(data: bytes, code: str) -> None:
    office = make_user(role="office")
    events = Event.objects.count()

    with pytest.raises(ReadingError) as told:
        read_sent(data, name="计划", units={})
    with pytest.raises(Unreadable) as refusal:
        import_plan(data, "计划", actor=office, now=NOW)

    assert (told.value.code, refusal.value.code) == (code, code)
    assert not Plan.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-hans", "全文：这不像一份计划：没有编号的标题，没有措施，也没有可计数的目标。请确认文件内容是印发的计划全文。"),
        ("en", f"Whole text: {ENGLISH['plan-unlike']}"),
    ],
)  # fmt: skip
def test_the_page_says_it_in_the_language_of_its_reader(language: str, sentence: str) -> None:
    client = Client()
    client.force_login(
        make_user(role="office"), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.cookies["yingcai_language"] = language
    sent = SimpleUploadedFile("信.txt", "今天天气很好，我们去公园。".encode())

    page = client.post(reverse("plan:index"), {"file": sent})

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Plan.objects.exists()
