"""The columns of a file of decisions on paper, and what may be wrong with a row, in both languages; never a value."""

from collections.abc import Mapping

from yingcai.registry.importing.words import row_words
from yingcai.registry.vocabulary import Words, in_language, language

FIELDS: dict[str, Words] = {
    "name": {"zh": "姓名或单位名称", "en": "Name of the person or organisation"},
    "number_kind": {"zh": "证件类型", "en": "Kind of document"},
    "number": {"zh": "证件号码", "en": "Number of the document"},
    "credit_code": {"zh": "统一社会信用代码", "en": "Unified social credit code"},
    "programme": {"zh": "事项", "en": "Programme"},
    "paper_number": {"zh": "文号", "en": "Number of the paper"},
    "applied_on": {"zh": "申请日期", "en": "Applied on"},
    "decided_on": {"zh": "决定日期", "en": "Decided on"},
    "decision": {"zh": "决定", "en": "Decision"},
    "amount": {"zh": "金额（元）", "en": "Amount (yuan)"},
    "result": {"zh": "等级或结果", "en": "Level or result"},
    "valid_until": {"zh": "有效期至", "en": "Valid until"},
    "paid_on": {"zh": "拨付日期", "en": "Paid on"},
    "archive": {"zh": "档案号", "en": "Archive reference"},
    "remark": {"zh": "备注", "en": "Remark"},
    "problem": {"zh": "问题", "en": "Problems"},
}
# A value of these stands in the file of its sender alone, never on a page.
UNTOLD = frozenset({"name", "number", "credit_code", "remark"})

ROWS: dict[str, Words] = {
    "empty": {"zh": "没有填写，请补上", "en": "it is empty; fill it in"},
    "long": {"zh": "太长，请缩短", "en": "it is too long; shorten it"},
    "programme-none": {
        "zh": "没有这个事项，请填写已发布的事项名称或编号",
        "en": "there is no such programme; write the title or the id of a published one",
    },
    "programme-other": {
        "zh": "不是本单位牵头的事项，请交牵头单位或人才办补录",
        "en": "another unit leads this programme; let that unit or the talent office bring it",
    },
    "programme-project": {
        "zh": "这是给项目的事项，项目没有号码，不能按文件补录",
        "en": "this programme is for projects, which have no number; it cannot come from a file",
    },
    "subject-unknown": {
        "zh": "该号码尚未登记，请先导入该人员或单位",
        "en": "the number is not registered; import the person or organisation first",
    },
    "subject-other": {
        "zh": "该号码登记的是另一类主体，请核对事项和号码",
        "en": "the number names another kind of subject; check programme and number",
    },
    "own-case": {
        "zh": "这是本人的决定，请交另一位工作人员补录",
        "en": "this is about oneself; let another officer bring it",
    },
    "day": {
        "zh": "不是1900年以后的有效日期，请写成 2018-06-08 的样子",
        "en": "it is no day since 1900; write it like 2018-06-08",
    },
    "day-future": {"zh": "晚于今天，请核对", "en": "it is after today; check it"},
    "day-order": {
        "zh": "早于申请日期，请核对两个日期",
        "en": "it is before the day of the application; check both days",
    },
    "day-before": {
        "zh": "应晚于决定日期，请核对",
        "en": "it should be after the day of the decision; check it",
    },
    "paid-before": {
        "zh": "早于决定日期，请核对",
        "en": "it is before the day of the decision; check it",
    },
    "decision": {"zh": "请填写“同意”或“不同意”", "en": "write “granted” or “refused”"},
    "amount": {
        "zh": "请写大于0的元数，最多两位小数，如 50000.00",
        "en": "write yuan above 0 with at most two decimals, such as 50000.00",
    },
    "amount-none": {
        "zh": "该事项不发钱，请清空",
        "en": "this programme pays nothing; empty the cell",
    },
    "result": {
        "zh": "不是该事项能给的等级或结果，请用已发布的名称",
        "en": "this programme does not give that; use a published level",
    },
    "result-none": {
        "zh": "该事项不认定等级，请清空",
        "en": "this programme gives no level; empty the cell",
    },
    "refused-gives": {
        "zh": "决定是不同意，请清空",
        "en": "the decision is a refusal; empty the cell",
    },
    "holds-number": {
        "zh": "里面有身份证号码，请去掉",
        "en": "it holds an identity number; take it out",
    },
    "row-twice": {
        "zh": "与第 {other} 行是同一主体、同一事项、同一文号",
        "en": "row {other} is about the same subject, programme and paper",
    },
    "day-twice": {
        "zh": "与第 {other} 行是同一主体、同一事项、同一天的同意决定",
        "en": "row {other} grants the same programme to the same subject on the same day",
    },
    "paper-differs": {
        "zh": "该文号此前已补录，但内容不同，请核对；要更正，先撤销原来那一批",
        "en": "this paper was taken in before and says otherwise; to correct it, take the former file back first",
    },
    "award-there": {
        "zh": "该主体同一天已有同一事项的认定或兑现，请核对是否重复",
        "en": "the subject has an award of this programme on the same day; look whether it is the same",
    },
    "changed-since": {
        "zh": "检查以后登记或记录发生了变化，没有补录",
        "en": "the register or the records have changed since the check; it was not taken in",
    },
}  # fmt: skip


def title_of(field: str) -> str:
    """A column in the language of the page."""
    return in_language(FIELDS[field]) if field in FIELDS else field


def problem_words(code: str, other: int | None = None) -> str:
    """What is wrong with a row and the way out, in the language of the page; without the row and the column."""
    words: Mapping[str, str] | None = ROWS.get(code)
    if words is None:  # what is wrong with a number the register says
        return row_words(code, other)
    return words[language()].format(other=other if other is not None else "—")
