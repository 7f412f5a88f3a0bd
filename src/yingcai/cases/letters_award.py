"""The letter of a decision on an award: what was decided, on which ground, how the amount comes about, how to appeal."""

from collections.abc import Iterator

from django.utils.translation import override

from yingcai.audit import clock
from yingcai.cases.models import AwardChange
from yingcai.cases.queries.awards import Told, told
from yingcai.cases.queries.story import title_of
from yingcai.engine.documents import Document, Heading, Paragraph, RedHead
from yingcai.engine.documents.capitals import capitals
from yingcai.engine.documents.model import Block
from yingcai.engine.documents.wording import chinese_date

Kind = AwardChange.Kind


def award_letter(row: AwardChange) -> Document:
    """Raises: DocumentError, PackNotKept, Erased, NotSealed."""
    with override("zh-hans"):
        case = row.award.case
        unit = case.lead.full_name or case.lead.name
        return Document(
            title=f"“{title_of(case)}”{row.get_kind_display()}决定书",
            blocks=tuple(_blocks(row, told(row))),
            issued_on=clock.day_of(row.decided_at or row.proposed_at),
            head=RedHead(mark=unit, number=f"编号{case.number}-{row.pk}"),
            addressee=case.subject.name,
            signature=unit,
        )


def _blocks(row: AwardChange, words: Told) -> Iterator[Block]:
    case = row.award.case
    day = chinese_date(row.award.granted_on)
    yield Paragraph(
        f"{case.subject.name}于{day}获得“{title_of(case)}”（编号{case.number}）。现决定如下："
    )
    for line in words.lines:
        yield Paragraph(f"{line}。")
    if row.amount:
        yield Paragraph(f"追回金额大写：{capitals(row.amount)}。{_steps(words)}")
    yield Heading(1, "理由和依据")
    if words.ground:
        yield Paragraph(f"{words.ground}（{words.clause}）。")
    yield Paragraph(str(words.why.get("reason", "")))
    if words.why.get("heard"):
        yield Heading(1, "听取意见")
        yield Paragraph(str(words.why["heard"]))
    yield Heading(1, "救济途径")
    yield Paragraph("对本决定不服的，可以自收到之日起依法申请行政复议或者提起行政诉讼。")


def _steps(words: Told) -> str:
    """How the amount comes about: the months that were not served of those that were owed."""
    steps = words.why.get("steps", {})
    if not steps.get("months"):
        return ""
    rest = steps["months"] - steps["served"]
    return (
        f"应当服务{steps['months']}个月，已经服务{steps['served']}个月，按未服务的{rest}个月计算。"
    )
