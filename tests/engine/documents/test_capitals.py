"""大写: amounts in Chinese capitals."""

import doctest

import pytest

from yingcai.engine.documents import capitals as module
from yingcai.engine.documents.capitals import MOST, capitals


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (5, "伍分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (155, "壹元伍角伍分"),
        (1_000, "壹拾元整"),
        (10_100, "壹佰零壹元整"),
        (100_100, "壹仟零壹元整"),
        (1_000_000, "壹万元整"),
        (1_000_100, "壹万零壹元整"),
        (1_100_000, "壹万壹仟元整"),
        (120_345_678, "壹佰贰拾万叁仟肆佰伍拾陆元柒角捌分"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_010_000_000, "壹亿零壹拾万元整"),
    ],
)
def test_an_amount_reads_as_a_receipt_writes_it(fen: int, words: str) -> None:
    assert capitals(fen) == words


@pytest.mark.parametrize("fen", [-1, MOST])
def test_what_has_no_words_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="cannot be written in capitals"):
        capitals(fen)
