"""Files that go out: the template to fill in, and the faulty rows with what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yingcai.engine.documents.sheet import Sheet, SheetColumn, write_csv, write_sheet
from yingcai.registry.importing.columns import NEEDED, facts_of, fields_of
from yingcai.registry.importing.rows import choices_of, number_kinds
from yingcai.registry.importing.words import FIXED
from yingcai.registry.vocabulary import in_language, language, vocabulary

SPARE = 2000  # rows of the template that carry the lists of choices


def template(kind: str, source: str, *, mark: str) -> bytes:
    """An empty .xlsx with a column for each field, its lists of choices, and notes."""
    choices = _choices(kind, source)
    columns = tuple(
        SheetColumn(
            _title(field, label, kind),
            choices=choices.get(field, ()),
            width=max(14, len(label) * 2 + 4),
        )
        for field, label in fields_of(kind, source).items()
    )
    name = _("人员") if kind == "person" else _("单位")
    sheet = Sheet(name, columns, (), spare_rows=SPARE)
    return write_sheet([sheet], mark=mark, notes=_notes(kind))


def _title(field: str, label: str, kind: str) -> str:
    return label + _("（必填）") if field in NEEDED[kind] or field == "sort" else label


def _choices(kind: str, source: str) -> dict[str, tuple[str, ...]]:
    spoken = language()
    found = {word.name: tuple(choices_of(word, spoken)) for word in facts_of(kind, source)}
    found["number_kind"] = tuple(number_kinds(spoken))
    found["sort"] = tuple(in_language(words) for words in vocabulary().kinds.values())
    return found


def _notes(kind: str) -> list[str]:
    common = [
        _("第一行是列名，请不要改动；不需要的列可以删去。"),
        _("号码、代码列请保持文本格式，否则表格软件会把长号码改成科学计数。"),
        _("日期写成 2018-06-08 的样子；金额以元为单位；比例写百分数，如 12.5。"),
        _("不要合并单元格，不要使用公式。"),
    ]
    if kind != "person":
        return [*common, _("每个单位须有统一社会信用代码和单位类型。")]
    return [
        *common,
        _("每个人须有证件号码；证件类型不填时按居民身份证处理。"),
        _("仍在职的，离职日期留空。"),
    ]


@dataclass(frozen=True)
class Faulty:
    """A row to give back: its number, its cells as they were, and the sentences about it."""

    number: int
    cells: Sequence[str]
    sentences: Sequence[str]


def faulty_table(head: Sequence[str], rows: Sequence[Faulty]) -> list[list[str]]:
    """The rows under the original titles, with a last column that says what is wrong."""
    return [[*row.cells, "；".join(row.sentences)[:30_000]] for row in rows]


def faulty_xlsx(head: Sequence[str], rows: Sequence[Faulty], *, mark: str) -> bytes:
    columns = tuple(SheetColumn(title or " ") for title in _heads(head))
    return write_sheet([Sheet(_("有错误的行"), columns, faulty_table(head, rows))], mark=mark)


def faulty_csv(head: Sequence[str], rows: Sequence[Faulty]) -> bytes:
    return write_csv([_heads(head), *faulty_table(head, rows)])


def _heads(head: Sequence[str]) -> list[str]:
    return [*head, in_language(FIXED["problem"])]
