"""Whatever a file of papers mixes, exactly its faulty rows come back, and nothing is taken in until all is good."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingcai.cases.actions.papers.deciding import submit_papers
from yingcai.cases.actions.papers.exporting import export_faulty_papers
from yingcai.cases.actions.papers.receiving import withdraw_papers
from yingcai.cases.errors import StaleCase
from yingcai.cases.models import Award
from yingcai.cases.paper.rows import fen_of
from yingcai.cases.tests.case_city import NOW
from yingcai.cases.tests.paper_city import (
    LIN,
    QIAN,
    PaperCity,
    build_paper_city,
    grant,
    nothing_was_taken_in,
    row_of,
)

# One of each: what is right, and what is wrong with it in one column.
GOOD: tuple[dict[str, str], ...] = (
    {},
    grant(),
    grant(决定="不同意", **{"金额（元）": ""}),
    {"事项": "recognition", "等级或结果": "硕士", "有效期至": "2019-01-01"},
)
BAD: tuple[dict[str, str], ...] = (
    {"证件号码": "331002196001010006"},
    {"证件号码": ""},
    {"姓名": "别人"},
    {"事项": "没有这件"},
    {"文号": ""},
    {"申请日期": "2016-05-01"},
    {"决定日期": "2018-06-12"},
    {"决定": "待定"},
    {"金额（元）": "1"},
    {"等级或结果": ""},
    {"有效期至": "2016-03-31"},
    {"档案号": LIN},
    grant(**{"金额（元）": "0"}),
    grant(**{"金额（元）": "12.345"}),
)
PEOPLE: tuple[dict[str, str], ...] = ({}, {"姓名": "钱明川", "证件号码": QIAN})


@pytest.fixture
def city(tmp_path: Path, db: None) -> PaperCity:
    return build_paper_city(tmp_path / "city")


def spread(picks: list[tuple[bool, int, int]]) -> tuple[list[dict[str, str]], list[bool]]:
    """Rows of which no two say the same, and whether each is faulty."""
    rows, faulty = [], []
    for number, (bad, which, who) in enumerate(picks):
        kinds = BAD if bad else GOOD
        said = {**PEOPLE[who], **kinds[which % len(kinds)]}
        day = f"2016-{4 + number // 25:02d}-{1 + number % 25:02d}"
        rows.append({"文号": f"第{number}号", "决定日期": day, **said})
        faulty.append(bad)
    return rows, faulty


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 99), st.integers(0, 1)), max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_exactly_the_faulty_rows_come_back(
    city: PaperCity, picks: list[tuple[bool, int, int]]
) -> None:
    rows, faulty = spread([*picks, (False, 0, 0)])
    batch = city.brought(*rows)
    try:
        _head, found = export_faulty_papers(batch, actor=city.first, now=NOW)

        assert [one.number for one in found] == [
            number for number, bad in enumerate(faulty, start=2) if bad
        ]
        assert [list(one.cells) for one in found] == [
            row_of(row) for row, bad in zip(rows, faulty, strict=True) if bad
        ]
        assert all(one.sentences for one in found)
        if any(faulty):
            with pytest.raises(StaleCase):
                submit_papers(batch, actor=city.first, now=NOW)
        assert nothing_was_taken_in()
    finally:
        withdraw_papers(batch, actor=city.first, now=NOW)


@given(fen=st.integers(1, 10**14 - 1), commas=st.booleans(), yuan=st.booleans())
def test_an_amount_in_yuan_is_whole_fen(*, fen: int, commas: bool, yuan: bool) -> None:
    written = f"{fen // 100:,}" if commas else str(fen // 100)
    written += f".{fen % 100:02d}" + ("元" if yuan else "")
    assert fen_of(written) == fen


@given(st.text(max_size=12))
def test_what_is_no_amount_is_none(text: str) -> None:
    found = fen_of(text)
    assert found is None or found > 0


def test_a_file_without_faults_is_taken_in_whole(city: PaperCity) -> None:
    rows, _faulty = spread([(False, number, number % 2) for number in range(8)])
    batch = city.taken_in(*rows)
    assert (batch.rows, batch.done, batch.left) == (8, 8, 0)
    assert Award.objects.count() == 6
