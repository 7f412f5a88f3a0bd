"""Why a file could not be read as a plan, said to the person who brought it."""

from __future__ import annotations

from collections.abc import Mapping


class ReadingError(Exception):
    """The file is refused: what is wrong, where, and the way out. Nothing was read.

    ``code`` stands in `refusals.REFUSALS` and ``places`` fill its sentence; files that only a command
    reads, such as labels, have none.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str,
        way_out: str,
        code: str = "",
        places: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{where}：{what}。{way_out}。")
        self.what = what
        self.where = where
        self.way_out = way_out
        self.code = code
        self.places = dict(places or {})
