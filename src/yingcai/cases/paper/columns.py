"""Which column of a file of decisions on paper is which field."""

from collections.abc import Sequence

from yingcai.cases.paper.words import FIELDS
from yingcai.registry.importing.columns import LEFT_OUT, plain_title

NEEDED = ("name", "programme", "paper_number", "applied_on", "decided_on", "decision")
NUMBERS = ("number", "credit_code")  # one of them at least
# Other titles that people write; the titles of the fields themselves and their ids count too.
_ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "单位名称", "名称", "姓名或名称", "申请人", "name", "full name"),
    "number_kind": ("证件种类", "number kind", "document type"),
    "number": ("身份证号", "身份证号码", "证件号", "号码", "number", "id number"),
    "credit_code": ("信用代码", "社会信用代码", "credit code", "uscc"),
    "programme": ("事项名称", "政策", "政策名称", "项目名称", "programme", "program"),
    "paper_number": ("决定文号", "批文号", "文件编号", "paper number", "document number"),
    "applied_on": ("申请时间", "申报日期", "application date"),
    "decided_on": ("决定时间", "批准日期", "认定日期", "decision date"),
    "decision": ("决定结果", "审批结果", "是否同意", "decision"),
    "amount": ("金额", "补助金额", "amount"),
    "result": ("等级", "认定等级", "人才等级", "结果", "level", "result"),
    "valid_until": ("有效期", "有效期截止", "有效期止", "expires on"),
    "paid_on": ("发放日期", "拨付时间", "payment date"),
    "archive": ("档案编号", "卷宗号", "archive", "archive number"),
    "remark": ("说明", "remarks", "note"),
    "problem": (),
}


def fields() -> list[str]:
    """Every field that a file may have, in the order of the template."""
    return [name for name in FIELDS if name != "problem"]


def propose(head: Sequence[str]) -> list[str]:
    """A field for each column, each field once; empty where no title fits.

    >>> propose(["姓名", "身份证号码", "事项名称", "喜欢的颜色"])
    ['name', 'number', 'programme', '']
    """
    taken: set[str] = set()
    found = []
    for title in head:
        field = _TITLES.get(plain_title(title), "")
        found.append("" if field in taken else field)
        taken |= {field} if field else set()
    return found


def column_faults(columns: Sequence[str]) -> dict[str, list[str]]:
    """What is wrong with a matching: fields that are ``missing``, ``twice``, ``unknown``, or not ``decided``."""
    known = {*FIELDS, LEFT_OUT, ""}
    used = [field for field in columns if field not in ("", LEFT_OUT, "problem")]
    missing = [field for field in NEEDED if field not in used]
    if not {*NUMBERS} & {*used}:
        missing.append(NUMBERS[0])
    return {
        "missing": missing,
        "twice": sorted({field for field in used if used.count(field) > 1}),
        "unknown": sorted({field for field in used if field not in known}),
        "undecided": [str(place) for place, field in enumerate(columns) if not field],
    }


_TITLES = {
    plain_title(title): field
    for field, words in FIELDS.items()
    for title in (field, *words.values(), *_ALIASES[field])
}
