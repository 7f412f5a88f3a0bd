"""What may stand in a cell of a spreadsheet, and how text is kept from becoming a formula."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | date | None
"""A cell as it is written."""

ReadValue = str | int | Decimal | bool | date | datetime | None
"""A cell as it is read; an empty one is None."""


class SheetError(ValueError):
    """A spreadsheet that cannot be written or read; ``problems`` holds one sentence each.

    One that is not read has the ``code`` of its sentence (`sheet_refusals.REFUSALS`) and the ``places`` in it.
    """

    def __init__(
        self, problems: list[str], *, code: str = "", places: Mapping[str, object] | None = None
    ) -> None:
        super().__init__("；".join(problems))
        self.problems = problems
        self.code = code
        self.places = dict(places or {})


# ASVS 1.2.10: = + - @ tab, CR and NUL at the start make a spreadsheet program calculate, also
# after spaces, and in full-width form where the program is Chinese. Quotes that already stand
# before such a sign take one more, so that reading back takes off exactly the one written.
_FORMULA_START = re.compile("'*\\s*[\t\n=+\\-@＝＋－＠﹦﹢﹣﹫]")
_QUOTED = re.compile("'+\\s*[\t\n=+\\-@＝＋－＠﹦﹢﹣﹫]")
# No spreadsheet file can hold these.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufeff\ufffe\uffff]")


def guarded(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; `unguarded` gives it back.

    Source: OWASP ASVS 5.0, 1.2.10.
    """
    kept = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return f"'{kept}" if _FORMULA_START.match(kept) else kept


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text[:1] == "'" and _QUOTED.match(text) else text
