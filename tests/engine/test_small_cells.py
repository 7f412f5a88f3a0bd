"""Small counts are hidden, and nothing that is shown gives one back."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingcai.engine.small_cells import Published, suppressed

Table = list[list[int]]


def entries(counts: Table) -> list[int]:
    """All counts and totals of a table in one order."""
    rows = [sum(row) for row in counts]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    return [*(n for row in counts for n in row), *rows, *columns, sum(rows)]


def shown(published: Published) -> list[int | None]:
    cells = [one for row in published.cells for one in row]
    return [*cells, *published.rows, *published.columns, published.total]


def others(counts: Table, published: Published) -> list[list[int]]:
    """The tables near this one that a reader cannot tell from it: at least one in each hidden place."""
    seen = shown(published)
    flat = [n for row in counts for n in row]
    near = [
        [n] if seen[place] is not None else [n + step for step in (-1, 0, 1) if n + step > 0]
        for place, n in enumerate(flat)
    ]
    found = []
    for guess in product(*near):
        width = len(counts[0])
        told = entries([list(guess[i : i + width]) for i in range(0, len(guess), width)])
        if all(
            told[place] == one if one is not None else told[place] > 0
            for place, one in enumerate(seen)
        ):
            found.append(told)
    return found


def given_back(counts: Table, least: int) -> list[int]:
    """The hidden places whose count all those tables agree on."""
    published = suppressed(counts, least)
    seen, tables = shown(published), others(counts, published)
    return [
        place
        for place, one in enumerate(seen)
        if one is None and len({table[place] for table in tables}) == 1
    ]


def test_large_counts_are_shown_with_their_totals() -> None:
    assert suppressed([[5, 7], [9, 6]], 5) == Published(((5, 7), (9, 6)), (12, 15), (14, 13), 27)


def test_a_small_count_takes_three_others_along_so_that_no_total_gives_it_back() -> None:
    assert suppressed([[2, 7, 30], [9, 8, 40], [50, 60, 70]], 5) == Published(
        ((None, None, 30), (None, None, 40), (50, 60, 70)),
        (39, 57, 180),
        (61, 75, 140),
        276,
    )


def test_a_list_without_columns_hides_a_second_count() -> None:
    assert suppressed([[2], [6], [40]], 5) == Published(
        ((None,), (None,), (40,)), (None, None, 40), (48,), 48
    )


def test_two_single_people_cannot_be_hidden_behind_their_sum() -> None:
    """1 and 1 are all that adds up to 2, so the sum is hidden as well."""
    published = suppressed([[1], [1]], 2)

    assert published == Published(((None,), (None,)), (None, None), (None,), None)


def test_zeros_are_shown_and_never_serve_to_hide_others() -> None:
    published = suppressed([[0, 3], [0, 9]], 5)

    assert [row[0] for row in published.cells] == [0, 0]
    assert published.columns[0] == 0


def test_a_total_below_the_threshold_is_hidden_too() -> None:
    assert suppressed([[3]], 5) == Published(((None,),), (None,), (None,), None)


@pytest.mark.parametrize("least", [0, 1])
def test_without_a_threshold_all_is_shown(least: int) -> None:
    assert None not in shown(suppressed([[1, 2], [3, 4]], least))


def test_an_empty_table_is_all_zero() -> None:
    assert suppressed([[0, 0]], 5) == Published(((0, 0),), (0,), (0, 0), 0)


@pytest.mark.parametrize("counts", [[], [[]], [[1, 2], [3]], [[-1]]])
def test_what_is_no_table_of_counts_is_refused(counts: Table) -> None:
    with pytest.raises(ValueError, match="rows of one length"):
        suppressed(counts, 5)


def test_nothing_is_given_back_by_any_table_of_two_by_two_up_to_four() -> None:
    leaking = [
        flat
        for flat in product(range(5), repeat=4)
        if given_back([[flat[0], flat[1]], [flat[2], flat[3]]], 3)
    ]
    assert leaking == []


def test_nothing_is_given_back_by_any_list_of_three_up_to_six() -> None:
    leaking = [flat for flat in product(range(7), repeat=3) if given_back([[n] for n in flat], 5)]
    assert leaking == []


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.integers(2, 7))
def test_nothing_is_given_back_by_larger_tables(
    data: st.DataObject, height: int, width: int, least: int
) -> None:
    row = st.lists(st.integers(0, 9), min_size=width, max_size=width)
    counts = data.draw(st.lists(row, min_size=height, max_size=height))

    assert given_back(counts, least) == []


@given(st.lists(st.lists(st.integers(0, 99), min_size=4, max_size=4), min_size=1, max_size=6))
def test_what_is_shown_is_true_and_no_small_count_is_shown(counts: Table) -> None:
    told, seen = entries(counts), shown(suppressed(counts, 5))

    assert all(one is None or one == told[place] for place, one in enumerate(seen))
    assert not {1, 2, 3, 4} & set(seen)


def test_a_large_table_is_done_in_one_go() -> None:
    counts = [[(7 * r + 3 * c) % 13 for c in range(14)] for r in range(60)]

    assert not {1, 2, 3, 4} & set(shown(suppressed(counts, 5)))
