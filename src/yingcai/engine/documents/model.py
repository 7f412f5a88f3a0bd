"""What an official document says, without a word on how it looks.

A `Document` is plain, frozen data: a red head, a title, blocks of text and tables, annexes,
a signature with its date, and the imprint at the foot of the last page. The writers
(`docx.py`, `pdf.py`) give it the layout of GB/T 9704-2012. Ordinal numbers of headings, annexes
and pages are made by the writers, so that moving a block never leaves a wrong number behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal

from yingcai.engine.documents.wording import clean_text

MAX_CHARACTERS = 3_000_000
MAX_LINE = 300
MAX_TABLE_ROWS = 20_000
MAX_COLUMNS = 24

Align = Literal["left", "center", "right"]


class DocumentError(ValueError):
    """A document that cannot be set; ``problems`` holds every reason, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


class Tone(Enum):
    """How a light looks. A symbol of its own shape each, because a print has no colour."""

    GOOD = "●"
    WARNING = "▲"
    BAD = "■"
    NONE = "○"

    @property
    def colour(self) -> str:
        """RGB as six hexadecimal digits; each has a contrast above 4.5 on white."""
        return {"●": "1A7F37", "▲": "9A6700", "■": "C8161D", "○": "595959"}[self.value]


@dataclass(frozen=True)
class Light:
    """A light in a table cell: symbol, word and colour together, never colour alone."""

    tone: Tone
    word: str

    @property
    def text(self) -> str:
        """The words of the cell, e.g. ``▲滞后``."""
        return f"{self.tone.value}{self.word}"


ON_TRACK = Light(Tone.GOOD, "正常")
BEHIND = Light(Tone.WARNING, "滞后")
FAR_BEHIND = Light(Tone.BAD, "严重滞后")
NOT_REPORTED = Light(Tone.NONE, "未报")

Cell = str | Light


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4. The writer puts 一、（一）1. or （1） before the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; ``lead`` is the bold sentence it opens with, if any."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Note:
    """A small remark under a table or at the end, e.g. where figures come from. Starts 注：."""

    text: str


@dataclass(frozen=True)
class Column:
    """One table column.

    Units: ``width`` is relative; the writer shares the width of the page in proportion.
    ``group`` prints one wider cell above neighbouring columns of the same group.
    """

    title: str
    width: int = 1
    align: Align = "left"
    group: str = ""


@dataclass(frozen=True)
class Row:
    """One table row; ``total`` sets it bold, as the row that sums the others."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose head repeats on each page; ``wide`` turns the page to landscape."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    unit: str = ""
    wide: bool = False


Block = Heading | Paragraph | Note | Table


@dataclass(frozen=True)
class Annex:
    """An annex: starts on a page of its own under 附件 or 附件N, and numbers its headings anew."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class RedHead:
    """The head of the first page.

    ``mark`` is the red mark of the issuing organ, ``kind`` the kind of document in red under
    it (每月通报), ``number`` the document number as printed (〔2018〕), ``issue`` the issue line
    (第3期), ``signer`` the person who signs an upward document.
    """

    mark: str
    kind: str = ""
    number: str = ""
    issue: str = ""
    signer: str = ""


@dataclass(frozen=True)
class Document:
    """An official document, checked as a whole when it is made.

    ``title`` may carry line breaks; without any the writer breaks it by meaning. ``addressee``
    and ``copies_to`` are printed with their own punctuation. ``digest_line`` is the frozen small
    line above the imprint, e.g. ``数据快照摘要：sha256:…``.

    Raises: DocumentError with all problems at once.
    """

    title: str
    blocks: tuple[Block, ...]
    issued_on: date
    head: RedHead | None = None
    addressee: str = ""
    annexes: tuple[Annex, ...] = ()
    signature: str = ""
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    digest_line: str = ""

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise DocumentError(problems)


def _problems(document: Document) -> Iterator[str]:
    yield from _line_problems(document)
    yield from _imprint_problems(document)
    yield from _block_problems("正文", document.blocks)
    for number, annex in enumerate(document.annexes, start=1):
        yield from _block_problems(f"附件{number}", annex.blocks)
    if _characters(document) > MAX_CHARACTERS:
        yield f"公文超过 {MAX_CHARACTERS} 字：请分成几件，或把明细另存为表格"


def _line_problems(document: Document) -> Iterator[str]:
    needed = [("标题", document.title)]
    if document.head is not None:
        needed.append(("发文机关标志", document.head.mark))
    needed += [(f"附件{n}的标题", annex.title) for n, annex in enumerate(document.annexes, start=1)]
    for name, line in needed:
        if not clean_text(line):
            yield f"{name}是空的：请填写"
    for name, line in _single_lines(document):
        if len(line) > MAX_LINE:
            yield f"{name}有 {len(line)} 字：最多 {MAX_LINE} 字，请缩短"


def _imprint_problems(document: Document) -> Iterator[str]:
    if document.printed_on is None:
        return
    if not clean_text(document.printed_by):
        yield "有印发日期而没有印发机关：请填写印发机关"
    if document.printed_on < document.issued_on:
        yield (
            f"印发日期 {document.printed_on} 早于成文日期 {document.issued_on}：请改正其中一个日期"
        )


def _single_lines(document: Document) -> Iterator[tuple[str, str]]:
    yield "标题", document.title
    if document.head is not None:
        yield "发文机关标志", document.head.mark
        yield "文种", document.head.kind
        yield "发文字号", document.head.number
        yield "期号", document.head.issue
        yield "签发人", document.head.signer
    yield "发文机关署名", document.signature
    yield "印发机关", document.printed_by
    yield "摘要行", document.digest_line
    for number, annex in enumerate(document.annexes, start=1):
        yield f"附件{number}的标题", annex.title


def _block_problems(part: str, blocks: tuple[Block, ...]) -> Iterator[str]:
    for number, block in enumerate(blocks, start=1):
        where = f"{part}第 {number} 段"
        if isinstance(block, Heading) and block.level not in (1, 2, 3, 4):
            yield f"{where}的标题层级是 {block.level}：只能是 1 至 4"
        if isinstance(block, Heading) and not clean_text(block.text):
            yield f"{where}的标题是空的：请填写或删去"
        if isinstance(block, Table):
            yield from _table_problems(where, block)


def _table_problems(where: str, table: Table) -> Iterator[str]:
    columns = len(table.columns)
    if not 1 <= columns <= MAX_COLUMNS:
        yield f"{where}的表格有 {columns} 栏：只能是 1 至 {MAX_COLUMNS} 栏"
    if len(table.rows) > MAX_TABLE_ROWS:
        yield f"{where}的表格有 {len(table.rows)} 行：最多 {MAX_TABLE_ROWS} 行，请另存为表格文件"
    for number, column in enumerate(table.columns, start=1):
        if not 1 <= column.width <= 1000:
            yield f"{where}的表格第 {number} 栏宽度是 {column.width}：只能是 1 至 1000"
    for number, row in enumerate(table.rows, start=1):
        if len(row.cells) != columns:
            yield f"{where}的表格第 {number} 行有 {len(row.cells)} 格：应为 {columns} 格"


def _characters(document: Document) -> int:
    blocks = [*document.blocks, *(block for annex in document.annexes for block in annex.blocks)]
    return len(document.title) + sum(_block_characters(block) for block in blocks)


def _block_characters(block: Block) -> int:
    match block:
        case Paragraph(text=text, lead=lead):
            return len(text) + len(lead)
        case Heading(text=text) | Note(text=text):
            return len(text)
        case table:
            return sum(len(cell_text(cell)) for row in table.rows for cell in row.cells)


def cell_text(cell: Cell) -> str:
    """The words of a table cell, whether text or light."""
    return cell.text if isinstance(cell, Light) else cell
