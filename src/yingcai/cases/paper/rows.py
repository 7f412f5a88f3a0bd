"""One row of a file as what a paper says, with everything that is wrong with it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from yingcai.engine.identifiers import check
from yingcai.registry.importing.columns import plain_title
from yingcai.registry.importing.files import Cells
from yingcai.registry.importing.rows import read_day
from yingcai.registry.importing.words import Found

CODE, RESIDENT, PASSPORT = "credit-code", "resident-id", "passport"
KINDS = {
    "": RESIDENT, "居民身份证": RESIDENT, "身份证": RESIDENT, "residentidentitycard": RESIDENT,
    RESIDENT: RESIDENT, "护照": PASSPORT, "外国人护照": PASSPORT, PASSPORT: PASSPORT,
}  # fmt: skip
GRANTED = {
    "同意", "通过", "批准", "准予", "予以认定", "是", "yes", "granted", "approved", "agree", "agreed",
}  # fmt: skip
REFUSED = {
    "不同意", "不通过", "未通过", "不批准", "不予批准", "不予认定", "不予", "否", "no", "refused", "declined",
    "rejected",
}  # fmt: skip
LONGEST = {"name": 120, "paper_number": 60, "archive": 60, "remark": 500}
_AMOUNT = re.compile(r"(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,2})?元?")
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_HOLDS = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")


@dataclass(frozen=True)
class Offer:
    """A programme as rows of a file name it. ``kind``: of its subjects; ``money``: whether it pays.

    ``results``: its levels by the words that people write; ``reach``: whether the sender may bring it.
    """

    name: str
    kind: str
    lead: str
    money: bool
    results: Mapping[str, str]
    reach: bool = True


@dataclass
class Said:
    """What a row says. ``number`` in its normal form; ``amount`` in fen; ``found``: what is wrong with it."""

    name: str = ""
    number_kind: str = ""
    number: str = ""
    number_field: str = "number"
    offer: Offer | None = None
    paper_number: str = ""
    applied_on: date | None = None
    decided_on: date | None = None
    agreed: bool | None = None
    amount: int | None = None
    result: str = ""
    valid_until: date | None = None
    paid_on: date | None = None
    archive: str = ""
    remark: str = ""
    found: list[Found] = field(default_factory=list)

    @property
    def held_as(self) -> str:
        """The number of the paper as it is compared."""
        return paper_key(self.paper_number)


def paper_key(number: str) -> str:
    """A number of a paper without width, blanks and the form of its brackets.

    >>> paper_key("澜人才〔2016〕3号") == paper_key(" 澜人才［2016］３号")
    True
    """
    plain = unicodedata.normalize("NFKC", number)
    return "".join(plain.split()).translate(_BRACKETS).casefold()


_BRACKETS = str.maketrans("〔〕【】（）()", "[][][][]")


class RowReader:
    """Reads rows of one file by its agreed columns. ``offers``: the programmes, by every way to write them."""

    def __init__(self, columns: Sequence[str], offers: Mapping[str, Offer], today: date) -> None:
        self._places = {name: place for place, name in enumerate(columns) if name not in ("", "-")}
        self._offers, self._today = offers, today

    def read(self, cells: Cells) -> Said:
        """What a row says and every reason why it cannot be taken in."""
        said = Said()
        for name in ("name", "paper_number", "archive", "remark"):
            self._text(said, cells, name)
        self._programme(said, cells)
        self._number(said, cells)
        self._days(said, cells)
        self._decision(said, cells)
        self._gives(said, cells)
        return said

    def _cell(self, cells: Cells, name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else cells[place].strip()

    def _text(self, said: Said, cells: Cells, name: str) -> None:
        text = " ".join(self._cell(cells, name).split())
        if not text and name in ("name", "paper_number"):
            said.found.append(Found("empty", name))
        if len(text) > LONGEST[name]:
            said.found.append(Found("long", name))
        elif name in ("paper_number", "archive") and holds_number(text):
            said.found.append(Found("holds-number", name))
        setattr(said, name, text)

    def _programme(self, said: Said, cells: Cells) -> None:
        written = self._cell(cells, "programme")
        said.offer = self._offers.get(plain_title(written)) if written else None
        if said.offer is None:
            said.found.append(Found("programme-none" if written else "empty", "programme"))
        elif not said.offer.reach:
            said.found.append(Found("programme-other", "programme"))
        elif said.offer.kind not in ("person", "firm"):
            said.found.append(Found("programme-project", "programme"))

    def _number(self, said: Said, cells: Cells) -> None:
        """A person by the number of a document, a firm by its credit code, in whichever column it stands."""
        firm = said.offer is not None and said.offer.kind == "firm"
        code, number = self._cell(cells, "credit_code"), self._cell(cells, "number")
        said.number_field = "credit_code" if firm and (code or not number) else "number"
        written = code if said.number_field == "credit_code" else number
        said.number_kind = CODE if firm else self._kind(said, cells)
        if not written:
            said.found.append(Found("number-missing", said.number_field))
        elif _ROUNDED.fullmatch(written):
            said.found.append(Found("number-rounded", said.number_field))
        elif said.number_kind and said.offer is not None:
            checked = check(said.number_kind, written, today=self._today)
            said.found += [Found(one, said.number_field) for one in checked.problems]
            said.number = checked.number if checked.usable else ""

    def _kind(self, said: Said, cells: Cells) -> str:
        found = KINDS.get(plain_title(self._cell(cells, "number_kind")), "")
        if not found:
            said.found.append(Found("number-kind", "number_kind"))
        return found

    def _days(self, said: Said, cells: Cells) -> None:
        for name in ("applied_on", "decided_on", "valid_until", "paid_on"):
            written = self._cell(cells, name)
            day = read_day(written) if written else None
            if written and day is None:
                said.found.append(Found("day", name))
            elif not written and name in ("applied_on", "decided_on"):
                said.found.append(Found("empty", name))
            elif day and name != "valid_until" and day > self._today:
                said.found.append(Found("day-future", name))
            setattr(said, name, day)
        self._order(said)

    def _order(self, said: Said) -> None:
        decided = said.decided_on
        if decided is None:
            return
        if said.applied_on and decided < said.applied_on:
            said.found.append(Found("day-order", "decided_on"))
        if said.valid_until and said.valid_until <= decided:
            said.found.append(Found("day-before", "valid_until"))
        if said.paid_on and said.paid_on < decided:
            said.found.append(Found("paid-before", "paid_on"))

    def _decision(self, said: Said, cells: Cells) -> None:
        written = plain_title(self._cell(cells, "decision"))
        if written in GRANTED or written in REFUSED:
            said.agreed = written in GRANTED
        else:
            said.found.append(Found("decision" if written else "empty", "decision"))

    def _gives(self, said: Said, cells: Cells) -> None:
        if said.agreed is False:
            given = ("amount", "result", "valid_until", "paid_on")
            said.found += [
                Found("refused-gives", name) for name in given if self._cell(cells, name)
            ]
        elif said.agreed and said.offer is not None:
            self._amount(said, self._cell(cells, "amount"), said.offer)
            self._result(said, self._cell(cells, "result"), said.offer)

    def _amount(self, said: Said, written: str, offer: Offer) -> None:
        if written and not offer.money:
            said.found.append(Found("amount-none", "amount"))
        elif written:
            said.amount = fen_of(written)
            if said.amount is None:
                said.found.append(Found("amount", "amount"))
        elif offer.money and not offer.results:
            said.found.append(Found("empty", "amount"))

    def _result(self, said: Said, written: str, offer: Offer) -> None:
        if written and not offer.results:
            said.found.append(Found("result-none", "result"))
        elif written:
            said.result = offer.results.get(plain_title(written), "")
            if not said.result:
                said.found.append(Found("result", "result"))
        elif offer.results:
            said.found.append(Found("empty", "result"))


def fen_of(written: str) -> int | None:
    """Yuan with at most two decimals as whole fen; None for what is none, and for nothing.

    >>> fen_of("50,000.5"), fen_of("５０００"), fen_of("0"), fen_of("5万")
    (5000050, 500000, None, None)
    """
    plain = "".join(unicodedata.normalize("NFKC", written).split()).removeprefix("¥")
    if not _AMOUNT.fullmatch(plain):
        return None
    yuan, _dot, rest = plain.removesuffix("元").replace(",", "").partition(".")
    return (int(yuan) * 100 + int(rest.ljust(2, "0"))) or None


def holds_number(text: str) -> bool:
    """Whether a text that is kept in plain holds what looks like a person's identity number."""
    return _HOLDS.search(unicodedata.normalize("NFKC", text)) is not None
