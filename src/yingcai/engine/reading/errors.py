"""Why a file could not be read as a plan, said to the person who brought it."""

from __future__ import annotations


class ReadingError(Exception):
    """The file is refused: what is wrong, where, and the way out. Nothing was read."""

    def __init__(self, what: str, *, where: str, way_out: str) -> None:
        super().__init__(f"{where}：{what}。{way_out}。")
        self.what = what
        self.where = where
        self.way_out = way_out
