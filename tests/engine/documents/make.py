"""Builders of documents about an invented city."""

from dataclasses import replace
from datetime import date

from yingcai.engine.documents import (
    BEHIND,
    FAR_BEHIND,
    ON_TRACK,
    Annex,
    Block,
    Column,
    Document,
    Heading,
    Light,
    Note,
    Paragraph,
    RedHead,
    Row,
    Table,
)

ISSUED_ON = date(2026, 5, 8)
DIGEST = "数据快照摘要：sha256:" + "0123456789abcdef" * 4

COUNTY_COLUMNS = (
    Column("县（市、区）", 4),
    Column("全年目标", 3, "right"),
    Column("本月新增", 3, "right"),
    Column("累计", 3, "right"),
    Column("完成率", 3, "right"),
    Column("位次", 2, "right"),
    Column("状态", 4, "center"),
)


def make_table(*, rows: int = 5, wide: bool = False) -> Table:
    """Counties of an invented city, every third one behind."""
    lights: tuple[Light, ...] = (ON_TRACK, BEHIND, FAR_BEHIND)
    body = tuple(
        Row((f"第{n}县", "1200", str(n), str(100 + n), "35.0%", str(n), lights[n % 3]))
        for n in range(1, rows + 1)
    )
    total = Row(("合计", str(1200 * rows), "15", "515", "34.8%", "—", ON_TRACK), total=True)
    return Table(
        COUNTY_COLUMNS, (*body, total), caption="表1 各县（市、区）进展", unit="单位：名", wide=wide
    )


def make_document(
    *blocks: Block, title: str = "关于4月份人才工作进展情况的通报", plain: bool = False
) -> Document:
    """A valid document; without blocks it has one paragraph. ``plain`` has text and date only."""
    body = blocks or (Paragraph("现将4月份人才工作进展情况通报如下。"),)
    document = Document(title=title, blocks=body, issued_on=ISSUED_ON)
    if plain:
        return document
    return replace(
        document,
        head=RedHead("云溪市人才工作领导小组办公室文件", number="云人才办〔2026〕5号"),
        addressee="各县（市、区）委人才办，市直有关单位",
        signature="云溪市人才工作领导小组办公室",
        copies_to=("市委办公室", "市政府办公室"),
        printed_by="云溪市人才工作领导小组办公室",
        printed_on=date(2026, 5, 9),
        digest_line=DIGEST,
    )


def make_bulletin() -> Document:
    """A monthly bulletin with everything a bulletin may have."""
    wide = replace(
        make_table(rows=24, wide=True),
        caption="表1 分指标进展",
        columns=tuple(
            replace(column, group="本年" if 1 <= n <= 4 else "")
            for n, column in enumerate(COUNTY_COLUMNS)
        ),
    )
    blocks = (
        Paragraph("今年以来，各地各单位对照年度目标抓落实。现将4月份进展情况通报如下。" * 2),
        Heading(1, "总体情况"),
        Paragraph(
            "截至4月底，全市新引进各类人才3567名，完成全年目标的34.8%，比时间进度快1.5个百分点。"
        ),
        Heading(2, "目标进展"),
        Paragraph("十项指标中有七项达到时间进度。", lead="进度总体正常。"),
        Heading(3, "引进人才"),
        Paragraph("“云溪英才”项目受理申报96项，其中制造业61项。"),
        Heading(4, "高校毕业生"),
        Paragraph("累计到岗2380名。"),
        Heading(1, "各县（市、区）进展"),
        make_table(rows=9),
        Note(
            "完成率按各指标完成率的平均数计算；滞后10至30个百分点为滞后，超过30个百分点为严重滞后。"
        ),
        Heading(1, "滞后事项"),
        Heading(2, "未达时间进度的单位"),
        Paragraph("第2县、第5县进度滞后，请于5月20日前报送整改方案。"),
        Heading(1, "下步工作"),
        Paragraph("请各单位对照目标，逐项落实。"),
    )
    return replace(
        make_document(*blocks, title="关于2026年4月全市人才工作重点目标任务进展情况的通报"),
        head=RedHead("云溪市人才工作通报", issue="第3期"),
        annexes=(
            Annex("各责任单位目标完成情况表", (make_table(rows=30),)),
            Annex("分指标进展情况表", (wide, Note("数据截至4月30日。"))),
        ),
    )
