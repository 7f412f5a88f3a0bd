"""What changed between two packs, as typed changes and in the words of a policy officer."""

from __future__ import annotations

from itertools import chain

from yingcai.engine.packs.diff.compare import Change, compare
from yingcai.engine.packs.diff.others import (
    document_pieces,
    edition_pieces,
    fact_pieces,
    file_pieces,
    names_of,
)
from yingcai.engine.packs.diff.piece import Piece, Place, Told
from yingcai.engine.packs.diff.programmes import programme_pieces
from yingcai.engine.packs.diff.words import change_lines
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.model import RuleSet

__all__ = ["Change", "Piece", "Place", "change_lines", "diff"]


def diff(old: tuple[Pack, RuleSet], new: tuple[Pack, RuleSet]) -> list[Change]:
    """Every difference; nothing for what only stands in another order or another layout."""
    return compare(_told(*old), _told(*new))


def _told(pack: Pack, rules: RuleSet) -> Told:
    programmes = (programme_pieces(pack, rules, one) for one in rules.programmes.values())
    pieces = chain(
        *programmes,
        fact_pieces(pack, rules),
        edition_pieces(pack, rules),
        document_pieces(pack),
        file_pieces(pack),
    )
    return Told(dict(pieces), names_of(pack, rules))
