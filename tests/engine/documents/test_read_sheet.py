"""Spreadsheets read: rows with the numbers people see, refusals people can act on."""

import io
import struct
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import PasswordError

from tests.engine.documents.legacy import (
    SIGNATURE,
    book_stream,
    compound,
    dimensions,
    far_table,
    mini_compound,
    number,
    record,
    xls,
)
from tests.engine.documents.unpack import parts, planted
from yingcai.engine.apart.parent import Stopped
from yingcai.engine.documents import sheet_reader
from yingcai.engine.documents.sheet import (
    ReadValue,
    Rows,
    Sheet,
    SheetColumn,
    SheetError,
    SheetRow,
    Value,
    read_sheet,
    read_sheet_apart,
    write_sheet,
)
from yingcai.engine.documents.sheet_refusals import REFUSALS


class PanicException(BaseException):
    """What the native parser raises under this name where it gives up."""


class Failing:
    """A parser that fails as told."""

    def __init__(self, fault: BaseException) -> None:
        self._fault = fault

    def from_filelike(self, file: io.BytesIO) -> None:
        raise self._fault


NO_SHEET = "文件“{}”不是可以读取的表格：请用表格软件打开，另存为“.xlsx”或“.csv（UTF-8）”后再上传"
BOOK = write_sheet([Sheet("填报", (SheetColumn("单位"), SheetColumn("数")), [("云溪县", 5)])])
PART = "xl/worksheets/sheet1.xml"


def test_rows_carry_the_numbers_the_spreadsheet_shows_and_blank_rows_are_left_out() -> None:
    text = "单位,数\r\n\r\n云溪县,5\r\n , \r\n星河县,＝6\r\n"

    assert read_sheet(text.encode(), name="月报.csv").rows == (
        SheetRow(1, ("单位", "数")),
        SheetRow(3, ("云溪县", "5")),
        SheetRow(5, ("星河县", "＝6")),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_offices_use(encoding: str, delimiter: str) -> None:
    data = f"单位{delimiter}数\n云溪县{delimiter}5\n".encode(encoding)

    assert read_sheet(data, name="月报.csv").rows[1].cells == ("云溪县", "5")


def test_a_workbook_gives_exact_numbers_and_days() -> None:
    values: list[tuple[Value, ...]] = [
        ("甲", 3),
        ("乙", Decimal("0.1")),
        ("丙", date(2026, 5, 8)),
        ("丁", None),
    ]
    sheet = Sheet("填报", (SheetColumn("单位"), SheetColumn("数")), values)

    rows = read_sheet(write_sheet([sheet]), name="月报.xlsx")

    assert rows.sheet == "填报"
    assert [row.cells for row in rows.rows[1:]] == values


def test_a_workbook_in_the_old_format_is_read() -> None:
    rows = read_sheet(xls(dimensions(2, 2), number(0, 0, 7), number(1, 1, 5)), name="月报.xls")

    assert rows.sheet == "填报"
    assert rows.rows == (SheetRow(1, (7, None)), SheetRow(2, (None, 5)))


def test_a_short_workbook_in_the_old_format_is_read() -> None:
    many = record(0x00BD, struct.pack("<HHHIHIH", 2, 0, 0, 5 << 2 | 2, 0, 6 << 2 | 2, 1))

    rows = read_sheet(mini_compound(book_stream(dimensions(3, 2), many)), name="月报.xls").rows

    assert rows == (SheetRow(3, (5, 6)),)


def test_an_old_workbook_whose_table_has_a_table_is_read() -> None:
    data = far_table(xls(dimensions(1, 1), number(0, 0, 7)))

    assert read_sheet(data, name="月报.xls").rows == (SheetRow(1, (7,)),)


LOOK = '<xf numFmtId="0" fontId="2"'


@pytest.mark.parametrize(
    ("value", "look", "read"),
    [
        ("45000.25", 22, datetime.fromisoformat("2023-03-15T06:00:00")),
        ("45000", 22, date(2023, 3, 15)),
        ("45000.0000000001", 22, date(2023, 3, 15)),
        ("0.25", 21, "06:00:00"),
        ("45000.25", 0, Decimal("45000.25")),
    ],
)
def test_a_cell_is_read_as_it_is_formatted(value: str, look: int, read: ReadValue) -> None:
    data = planted(BOOK, "<v>5</v>", f"<v>{value}</v>", part=PART)
    data = planted(data, LOOK, LOOK.replace('"0"', f'"{look}"'), part="xl/styles.xml")

    assert read_sheet(data, name="月报.xlsx").rows[1].cells[1] == read


def test_a_truth_value_stays_one() -> None:
    data = planted(BOOK, "><v>5</v>", ' t="b"><v>1</v>', part=PART)

    assert read_sheet(data, name="月报.xlsx").rows[1].cells[1] is True


def test_a_book_without_a_visible_sheet_is_refused() -> None:
    data = planted(BOOK, 'sheetId="1"', 'sheetId="1" state="hidden"', part="xl/workbook.xml")

    with pytest.raises(SheetError, match="没有可见的工作表：请取消隐藏后再上传"):
        read_sheet(data, name="月报.xlsx")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [(PasswordError(), "设有打开密码"), (PanicException(), "不是可以读取的表格")],
    ids=["password", "panic"],
)
def test_a_fault_of_the_parser_becomes_a_sentence(
    fault: BaseException, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_reader, "CalamineWorkbook", Failing(fault))

    with pytest.raises(SheetError, match=sentence):
        read_sheet(BOOK, name="月报.xlsx")


def test_an_interrupt_while_parsing_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_reader, "CalamineWorkbook", Failing(KeyboardInterrupt()))

    with pytest.raises(KeyboardInterrupt):
        read_sheet(BOOK, name="月报.xlsx")


def test_a_claim_of_size_without_cells_does_no_harm() -> None:
    data = planted(BOOK, '<dimension ref="A1', '<dimension ref="A1:XFD1048576" x="', part=PART)

    assert read_sheet(data, name="月报.xlsx").rows[1].cells == ("云溪县", 5)


def test_a_hidden_first_sheet_is_passed_over() -> None:
    two = [
        Sheet("旧", (SheetColumn("甲"),), []),
        Sheet("新", (SheetColumn("乙"),), []),
    ]
    data = planted(
        write_sheet(two),
        '<sheet name="旧" sheetId="1"',
        '<sheet name="旧" sheetId="1" state="hidden"',
        part="xl/workbook.xml",
    )

    assert read_sheet(data, name="月报.xlsx").sheet == "新"


def packed(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_picture_in_the_workbook_does_not_hinder() -> None:
    held = {name: text.encode() for name, text in parts(BOOK).items()}
    data = packed({**held, "xl/media/image1.png": b"\x89PNG\0"})

    assert read_sheet(data, name="月报.xlsx").rows[1].cells == ("云溪县", 5)


CELL = '<c r="A1"'


def understated(data: bytes) -> bytes:
    """The package with its sheet packed, and declared to be only ten bytes long."""
    held = {name: text.encode() for name, text in parts(data).items()}
    changed = bytearray(packed(held))
    with zipfile.ZipFile(io.BytesIO(bytes(changed))) as archive:
        size = struct.pack("<I", archive.getinfo(PART).file_size)
    for place in range(len(changed) - 4):
        if changed[place : place + 4] == size:
            changed[place : place + 4] = struct.pack("<I", 10)
    return bytes(changed)


HEAVY = "太大，或一直延伸到很远的空白行列"
LEGACY = xls(dimensions(2, 2), number(0, 0, 7), number(1, 1, 5))
REFUSED = {
    "empty": (b"", "是空的：请重新选择文件"),
    "large": (b"a" * 20_000_001, "超过 20 MB"),
    "image": (b"\x89PNG\r\n\x1a\n\0\0\0", "不是可以读取的表格"),
    "bytes": (b"\xff\x81\x00\x02", "不是可以读取的表格"),
    "broken zip": (b"PK\x03\x04" + b"x" * 50, "不是可以读取的表格"),
    "zip of something": (packed({"a.txt": b"a"}), "不是可以读取的表格"),
    "broken xls": (SIGNATURE + b"\0" * 600, "不是可以读取的表格"),
    "bomb": (packed({PART: b" " * 200_000_001}), "解开后过大"),
    "many parts": (packed({f"{n}": b"" for n in range(2001)}), "解开后过大"),
    "far cell": (planted(BOOK, CELL, '<c r="XFD1048576"', part=PART), HEAVY),
    "far cell, other form": (
        planted(BOOK, CELL, "<c s='1' r = 'XFD1048576'", part=PART),
        HEAVY,
    ),
    "packed in another way": (
        packed({"xl/workbook.xml": b"<a/>"}, method=zipfile.ZIP_BZIP2),
        "不是可以读取的表格",
    ),
    "open document": (packed({"xl/workbook.xml": b"", "content.xml": b""}), "不是可以读取的表格"),
    "far cell in xls": (
        xls(dimensions(1, 1), number(65535, 65535, 1)),
        "有 65535 行以上：最多 50000 行",
    ),
    "wide claim in xls": (xls(dimensions(4_000_000_000, 60_000)), HEAVY),
    "xls that ends before it starts": (xls(dimensions(1, 3, first=9)), HEAVY),
    "xls with a false count of strings": (
        compound(record(0x00FC, b"\0\0\0\0\xff\xff\xff\x7f") + record(0x000A, b"")),
        "没有可见的工作表",
    ),
    "xls with large sectors": (LEGACY[:30] + b"\x20" + LEGACY[31:], "不是可以读取的表格"),
    "xls cut short": (LEGACY[:2000], "不是可以读取的表格"),
    "part larger than it says": (understated(BOOK), "不是可以读取的表格"),
    "xls without workbook": (compound(b"", name="Other"), "不是可以读取的表格"),
    "bad xml": (planted(BOOK, "</sheetData>", "", part=PART), "不是可以读取的表格"),
    "many rows": ("甲\n".encode() * 50_001, "有 50001 行以上：最多 50000 行"),
    "many columns": (b"," * 300, "有 301 列：最多 256 列"),
    "open quote": ('单位,数\n"云溪,5\n'.encode(), "第 2 行的引号不成对"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence(kind: str) -> None:
    data, sentence = REFUSED[kind]

    with pytest.raises(SheetError, match=sentence) as refusal:
        read_sheet_apart(data, name="月报")

    assert "“月报”" in str(refusal.value)
    assert refusal.value.code in REFUSALS
    assert refusal.value.problems == [REFUSALS[refusal.value.code] % refusal.value.places]


@pytest.mark.parametrize("kind", [kind for kind, told in REFUSED.items() if told[1] != HEAVY])
def test_what_needs_no_limit_is_refused_in_this_process_with_the_same_sentence(kind: str) -> None:
    data, sentence = REFUSED[kind]

    with pytest.raises(SheetError, match=sentence):
        read_sheet(data, name="月报")


@pytest.mark.parametrize(
    "data",
    [
        LEGACY[:44] + b"\xff\xff\xff\x7f" + LEGACY[48:],
        LEGACY[:520] + struct.pack("<I", 2) + LEGACY[524:],
    ],
    ids=["a false count of sectors", "a chain in a circle"],
)
def test_a_false_claim_in_an_old_workbook_does_no_harm(data: bytes) -> None:
    rows = (SheetRow(1, ("7", None)), SheetRow(2, (None, "5")))

    assert read_sheet_apart(data, name="月报.xls") == Rows("填报", rows)


def test_what_is_read_apart_comes_as_it_is_written() -> None:
    rows: list[tuple[Value, ...]] = [
        ("甲", 3),
        ("＝1", Decimal("0.10")),
        ("=1", date(2026, 5, 8)),
        (None, None),
        ("丁", None),
    ]
    data = write_sheet([Sheet("填报", (SheetColumn("单位"), SheetColumn("数")), rows)])

    assert read_sheet_apart(data, name="月报.xlsx") == Rows(
        "填报",
        (
            SheetRow(1, ("单位", "数")),
            SheetRow(2, ("甲", "3")),
            SheetRow(3, ("＝1", "0.1")),
            SheetRow(4, ("=1", "2026-05-08")),
            SheetRow(6, ("丁", None)),
        ),
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("time", "“月报”读取超过 10 秒：请分成几个文件"),
        ("memory", HEAVY),
        ("broken", "“月报”不是可以读取的表格"),
    ],
)
def test_a_reader_that_was_stopped_is_told_as_that(
    reason: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: object) -> list[object]:
        raise Stopped(reason)

    monkeypatch.setattr(sheet_reader, "apart", stopped)

    with pytest.raises(SheetError, match=words):
        read_sheet_apart(BOOK, name="月报")


@pytest.mark.parametrize("limit", ["MAX_CELLS", "MAX_TEXT"])
def test_more_cells_or_text_than_anybody_means_are_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_reader, limit, 3)

    with pytest.raises(SheetError, match=HEAVY):
        read_sheet(BOOK, name="月报")


def test_what_runs_apart_tells_rows_or_problems() -> None:
    assert list(sheet_reader.told_sheet("单位,数\n".encode(), "月报")) == [
        {"sheet": ""},
        (1, ["单位", "数"]),
    ]
    part = write_sheet([Sheet("填报", (SheetColumn("数"),), [(Decimal("0.5"),)])])
    assert list(sheet_reader.told_sheet(part, "月报"))[-1] == (2, ["0.5"])
    assert list(sheet_reader.told_sheet(b"", "月报")) == [
        {"code": "sheet-empty", "places": {"name": "月报"}}
    ]


def answer(data: bytes) -> str:
    """What a sender is told, or nothing if the file is read."""
    try:
        read_sheet(data, name="月报")
    except SheetError as refusal:
        return str(refusal)
    return ""


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(BOOK)), st.integers(0, 40))
def test_a_damaged_workbook_is_read_or_refused_never_worse(
    junk: bytes, place: int, cut: int
) -> None:
    for data in (BOOK[:place] + junk + BOOK[place + cut :], junk):
        assert answer(data) == "" or "“月报”" in answer(data)
