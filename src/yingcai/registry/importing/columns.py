"""Which column of a file is which field: fixed ones, and the facts of the vocabulary by label or id."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from yingcai.registry.importing.words import FIXED
from yingcai.registry.vocabulary import FactWord, in_language, vocabulary

LEFT_OUT = "-"  # the sender agreed that this column is not read
PERSON_FIELDS = (
    "name", "number_kind", "number", "credit_code", "organisation_name", "since", "until",
)  # fmt: skip
ORGANISATION_FIELDS = ("organisation_name", "credit_code", "sort")
NEEDED = {"person": ("name", "number"), "organisation": ("organisation_name", "credit_code")}
_PREFIX = {"person": "person.", "organisation": "firm."}
# Other titles that people write; the labels of the fields themselves count too.
_ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "员工姓名", "人员姓名", "name", "full name"),
    "organisation_name": (
        "单位名称", "任职单位", "工作单位", "用人单位", "企业名称", "公司名称", "employer", "organisation",
    ),
    "number_kind": ("证件类型", "证件种类", "number kind", "document type", "id type"),
    "number": (
        "证件号码", "证件号", "身份证号", "身份证号码", "居民身份证号码", "公民身份号码", "number", "id number",
    ),
    "credit_code": (
        "统一社会信用代码", "单位统一社会信用代码", "社会信用代码", "信用代码", "credit code", "uscc",
    ),
    "sort": ("单位类型", "单位类别", "单位性质", "kind of organisation"),
    "since": ("任职开始", "任职开始日期", "入职日期", "入职时间", "start date", "employed since", "since"),
    "until": ("离职日期", "离职时间", "任职结束日期", "end date", "employed until", "until"),
    "problem": ("问题", "problems"),
}  # fmt: skip
_ASIDE = re.compile(r"\(.*?\)|[\s*:]")


def fields_of(kind: str, source: str) -> dict[str, str]:
    """Every field that a file of this kind from this source may have, with its title in the page's language."""
    fixed = PERSON_FIELDS if kind == "person" else ORGANISATION_FIELDS
    found = {name: in_language(FIXED[name]) for name in fixed}
    found.update({word.name: word.label for word in facts_of(kind, source)})
    return found


def facts_of(kind: str, source: str) -> list[FactWord]:
    """The facts that this source may state in bulk.

    A register states what it is the register of; whatever a committee judges, and sensitive values, come
    from nobody else.
    """
    return [
        word
        for name, word in vocabulary().facts.items()
        if name.startswith(_PREFIX[kind])
        and (word.source == source or not (word.type.judged or word.sensitive))
    ]


def title_of(field: str) -> str:
    """A field in the language of the page, for messages."""
    if field in FIXED:
        return in_language(FIXED[field])
    word = vocabulary().facts.get(field)
    return word.label if word else field


def propose(head: Sequence[str], kind: str, source: str) -> list[str]:
    """A field for each column, each field once; empty where no title fits."""
    known = _titles(kind, source)
    taken: set[str] = set()
    found = []
    for title in head:
        field = known.get(plain_title(title), "")
        found.append("" if field in taken else field)
        taken |= {field} if field else set()
    return found


def plain_title(title: str) -> str:
    """A title without width, case, blanks, stars and remarks in brackets.

    >>> plain_title("证件号码（必填）*"), plain_title(" ID  Number")
    ('证件号码', 'idnumber')
    """
    return _ASIDE.sub("", unicodedata.normalize("NFKC", title)).casefold()


def _titles(kind: str, source: str) -> dict[str, str]:
    fields = [*fields_of(kind, source), "problem"]
    return {plain_title(title): field for field in fields for title in _names(field)}


def _names(field: str) -> Iterable[str]:
    if field in FIXED:
        return (*_ALIASES[field], *FIXED[field].values())
    word = vocabulary().facts[field]
    return (field, field.partition(".")[2], *word.type.label.values())


def column_faults(columns: Sequence[str], kind: str, source: str) -> dict[str, list[str]]:
    """What is wrong with a matching: fields that are ``missing``, ``twice``, ``unknown``, or not ``decided``."""
    known = {*fields_of(kind, source), "problem", LEFT_OUT, ""}
    used = [field for field in columns if field not in ("", LEFT_OUT, "problem")]
    return {
        "missing": [field for field in NEEDED[kind] if field not in used],
        "twice": sorted({field for field in used if used.count(field) > 1}),
        "unknown": sorted({field for field in used if field not in known}),
        "undecided": [str(place) for place, field in enumerate(columns) if not field],
    }
