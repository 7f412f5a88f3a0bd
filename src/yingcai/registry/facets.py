"""Facts by which subjects are found: the keyed digest of a value, and on which days which row is believed.

A digest is the same for all subjects with the value, so that they can be found; without the key outside
the database nobody can tell which value it is, though it shows who has the same and how many do.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from yingcai.engine.sealing import PROFILES, derived
from yingcai.registry.keys import key_ring, profile
from yingcai.registry.models import Fact
from yingcai.registry.vocabulary import Vocabulary

DIGEST_SIGNS = 32  # 128 bits
DAY = timedelta(days=1)
Span = tuple[Fact, date | None, date | None]


def facet_digest(name: str, value: str) -> str:
    """The digest of a value (as it is kept) of a fact, by which alone it is found."""
    return _digest(profile().name, key_ring().index, name, value)


@lru_cache(maxsize=4096)  # a facet has few values
def _digest(by: str, key: bytes, name: str, value: str) -> str:
    return PROFILES[by].mac(derived(key, f"facet/{name}"), value.encode())[:DIGEST_SIGNS]


def index_words(words: Vocabulary) -> str:
    """A digest of all that entries depend on beside facts: facets, whom to believe, the algorithms."""
    facets = {name: [word.source, word.data_class] for name, word in sorted(words.facets.items())}
    told = json.dumps([facets, words.precedence, profile().name], sort_keys=True)
    return PROFILES["default"].digest(told.encode())


def believed_spans(rows: Sequence[Fact], words: Vocabulary) -> list[Span]:
    """On which days which of the rows of one fact is believed, by the rule of `queries.facts.standing`.

    Days are inclusive, empty for no end; the spans are in order and do not overlap.
    """
    best_first = sorted(rows, key=lambda row: (words.rank(row.source, row.name), -row.pk))
    spans: list[Span] = []
    for first, after in pairwise([*_turns(rows), None]):
        assert first is not None  # noqa: S101 - only the last one is empty
        row = next((one for one in best_first if _covers(one, first)), None)
        if row is None:
            continue
        until = after - DAY if after else None
        since = None if first == date.min else first
        if spans and spans[-1][0] is row:
            since = spans.pop()[1]
        spans.append((row, since, until))
    return spans


def _turns(rows: Sequence[Fact]) -> list[date]:
    """The days on which the row that is believed may change."""
    turns = {row.valid_from or date.min for row in rows}
    turns |= {row.valid_to + DAY for row in rows if row.valid_to and row.valid_to < date.max}
    return sorted(turns)


def _covers(row: Fact, day: date) -> bool:
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)
