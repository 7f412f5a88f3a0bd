"""Spreadsheets written: text stays text, numbers are numbers, the sheet fits its use."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tests.engine.documents.unpack import parts
from yingcai.engine.documents.sheet import (
    Sheet,
    SheetColumn,
    SheetError,
    Value,
    read_sheet,
    write_csv,
    write_sheet,
)

SIGNS = ["=", "+", "-", "@", "\t", "\r", "\0=", "＝", "＋", "－", "＠", " =", "'="]
ATTACKS = [f"{sign}cmd|' /C calc'!A0" for sign in SIGNS]


def cells_of(data: bytes, *, sheet: int = 0) -> list[list[object]]:
    """What another reader sees."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        rows = book.get_sheet_by_index(sheet).to_python()
    return [list(row) for row in rows]


def one_column(*values: Value, column: SheetColumn | None = None) -> Sheet:
    return Sheet("表", (column or SheetColumn("单位"),), [(value,) for value in values])


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_never_becomes_a_formula_in_a_workbook(attack: str) -> None:
    data = write_sheet(
        [one_column(attack, column=SheetColumn(attack))], mark=attack, notes=[attack]
    )

    packed = parts(data)
    for sheet in (0, 1):
        for (cell,) in cells_of(data, sheet=sheet):
            assert str(cell).startswith("'")
    assert not any("<f>" in packed[name] for name in packed if "worksheets/" in name)


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_never_becomes_a_formula_in_csv(attack: str) -> None:
    data = write_csv([(attack, "1")])

    ((cell, _),) = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))

    assert cell.startswith("'")


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_comes_back_without_the_quote(attack: str) -> None:
    plain = attack.replace("\r", "\n").replace("\0", "")

    for data in (write_sheet([one_column(attack)]), write_csv([("单位",), (attack,)])):
        assert read_sheet(data, name="表").rows[1].cells == (plain,)


def test_harmless_text_is_left_as_it_is() -> None:
    data = write_sheet([one_column("云溪县", "'引号'", "a=b", "—", "331002")])

    assert [row[0] for row in cells_of(data)[1:]] == ["云溪县", "'引号'", "a=b", "—", "331002"]


def test_numbers_days_and_gaps_keep_their_kind() -> None:
    values: list[Value] = [5, -3, Decimal("12.50"), date(2026, 5, 8), None, "末"]

    rows = read_sheet(write_sheet([one_column(*values)]), name="表").rows

    assert [row.cells[0] for row in rows[1:]] == [5, -3, Decimal("12.5"), date(2026, 5, 8), "末"]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 7]


def test_a_number_longer_than_a_spreadsheet_can_hold_stays_exact_as_text() -> None:
    number = 12345678901234567

    assert cells_of(write_sheet([one_column(number)]))[1] == ["12345678901234567"]


def test_a_column_has_its_number_format_and_a_width_that_fits_chinese() -> None:
    column = SheetColumn("云溪市人才工作领导小组办公室", number_format="0.0%")
    packed = parts(write_sheet([one_column(Decimal("0.348"), column=column)]))

    assert 'formatCode="0.0%"' in packed["xl/styles.xml"]
    width = re.search(r'<col min="1" max="1" width="([\d.]+)"', packed["xl/worksheets/sheet1.xml"])
    assert width is not None
    assert 30 <= Decimal(width[1]) <= 31  # 14 characters of double width and some air


def test_the_head_row_is_frozen_and_printed_on_every_page() -> None:
    packed = parts(write_sheet([one_column("甲")]))

    assert 'ySplit="1" topLeftCell="A2"' in packed["xl/worksheets/sheet1.xml"]
    assert "$1:$1" in packed["xl/workbook.xml"]


def test_a_template_opens_editable_columns_only_and_offers_choices() -> None:
    columns = (
        SheetColumn("指标"),
        SheetColumn("状态", choices=("正常", "滞后"), editable=True, hint="请选择"),
    )
    sheet = Sheet("填报", columns, [("引进人才", None)], protected=True, spare_rows=2)
    packed = parts(write_sheet([sheet]))
    body = packed["xl/worksheets/sheet1.xml"]

    assert "<sheetProtection " in body
    assert 'sqref="B2:B4"' in body
    assert "<formula1>&quot;正常,滞后&quot;</formula1>" in body or '"正常,滞后"' in body
    assert '<protection locked="0"/>' in packed["xl/styles.xml"]


def test_a_long_list_of_choices_stands_on_a_hidden_sheet() -> None:
    choices = tuple(f"第{n}号单位" for n in range(100))
    data = write_sheet([one_column("第1号单位", column=SheetColumn("单位", choices=choices))])
    packed = parts(data)

    assert "'选项'!$A$1:$A$100" in packed["xl/worksheets/sheet1.xml"]
    assert 'name="选项" sheetId="2" state="hidden"' in packed["xl/workbook.xml"]


def test_two_long_lists_stand_side_by_side_and_equal_ones_once() -> None:
    long, short = tuple(f"第{n}号单位" for n in range(90)), tuple(f"第{n}类,一" for n in range(3))
    columns = tuple(SheetColumn(f"列{n}", choices=c) for n, c in enumerate((long, short, long)))
    packed = parts(write_sheet([Sheet("表", columns, [("", "", "")])]))
    body = packed["xl/worksheets/sheet1.xml"]

    assert body.count("'选项'!$A$1:$A$90") == 2
    assert body.count("'选项'!$B$1:$B$3") == 1


def test_the_file_says_who_took_it_out() -> None:
    data = write_sheet([one_column("甲")], mark="导出：林越 & 2026-05-08", notes=["口径：当月"])

    assert "&amp;L导出：林越 &amp;&amp; 2026-05-08" in parts(data)["xl/worksheets/sheet1.xml"]
    assert cells_of(data, sheet=1) == [["导出：林越 & 2026-05-08"], ["口径：当月"]]


def test_the_same_sheets_give_the_same_bytes() -> None:
    sheets = [one_column("甲", 1), Sheet("乙", (SheetColumn("数", "0"),), [(2,)])]

    assert write_sheet(sheets, on=date(2026, 5, 8)) == write_sheet(sheets, on=date(2026, 5, 8))


def test_all_problems_are_told_before_anything_is_written() -> None:
    sheets = [
        Sheet("甲/乙", (SheetColumn("数"),), [(1, 2), (Decimal("NaN"),), (date(1899, 1, 1),)]),
        Sheet("说明", (), []),
    ]

    with pytest.raises(SheetError) as refusal:
        write_sheet(sheets)

    assert refusal.value.problems == [
        "表名“甲/乙”含有表格文件不允许的符号：请去掉 [ ] : * ? / \\ 以及首尾的引号",
        "表“甲/乙”第 1 行有 2 格：应为 1 格",
        "表“甲/乙”第 2 行第 1 格不是有限的数：请改正后再导出",
        "表“甲/乙”第 3 行第 1 格的日期早于 1900 年：请改为文字",
        "表名“说明”重复或与自带的表同名：请改名",
        "表“说明”有 0 列：只能是 1 至 200 列",
    ]


@pytest.mark.parametrize(
    ("sheets", "problem"),
    [
        ([], "表格文件有 0 张表：只能是 1 至 50 张"),
        ([Sheet("长" * 32, (SheetColumn("数"),), [])], "有 32 字：只能是 1 至 31 字"),
        ([one_column("字" * 32_767)], "第 1 行第 1 格超过 32766 字：请缩短"),
    ],
)
def test_what_a_workbook_cannot_hold_is_refused(sheets: list[Sheet], problem: str) -> None:
    with pytest.raises(SheetError, match=problem):
        write_sheet(sheets)


def test_more_rows_than_the_cap_are_refused() -> None:
    with pytest.raises(SheetError, match="超过上限 200000 行：请缩小范围，分几次导出"):
        write_csv([("甲",)] * 200_001)


def test_csv_is_utf_8_with_its_mark_and_quotes_what_needs_it() -> None:
    data = write_csv([("单位", "数"), ('云溪"县",', Decimal("1.50")), (None, -2)])

    assert data == '\ufeff单位,数\r\n"云溪""县"",",1.50\r\n,-2\r\n'.encode()
