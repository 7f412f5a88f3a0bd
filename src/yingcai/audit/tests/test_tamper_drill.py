"""Whoever tampers with the sealed audit is found, and the verifier names the first bad place (goal G39)."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from yingcai.audit.keys import key_file
from yingcai.audit.tests.drill import Sealed, mutations, taken_apart
from yingcai.audit.tests.make import export, make_sealed, own_folder
from yingcai.verifier import verify_audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
__all__ = ["own_folder"]

SEED = 20180608
COUNT = 2_000


def missed(sealed: Sealed, keys: Mapping[str, bytes], *, count: int) -> Iterator[str]:
    """The mutations that the verifier overlooks, or places wrongly."""
    told: set[tuple[str, str, str]] = set()
    for name, copy, expected in mutations(sealed, seed=SEED, count=count):
        report = verify_audit.verify(copy.lines(), keys, copy.published)
        first = report.first.position if report.first else None
        codes = {finding.code for finding in report.findings}
        told.update((finding.code, *finding.words()) for finding in report.findings)
        wrong_code = expected.code and expected.code not in codes
        if not codes or first != expected.position or wrong_code:
            yield f"{name}: {expected} but {first} {sorted(codes)}"
    unclear = [words for words in told if "{" in words[1] + words[2] or "None" in words[2]]
    assert unclear == []


@pytest.fixture
def sealed(own_folder: Path) -> tuple[Sealed, Mapping[str, bytes]]:
    make_sealed((9, 8, 8))
    return taken_apart(export()), verify_audit.read_keys(key_file())


def test_an_untouched_export_has_nothing_to_say(
    sealed: tuple[Sealed, Mapping[str, bytes]],
) -> None:
    whole, keys = sealed

    report = verify_audit.verify(whole.lines(), keys, whole.published)

    assert report.findings == []
    assert (report.links, report.compared, report.waiting) == (25, 3, [])


@pytest.mark.parametrize("profile", ["default", "gm"])
def test_every_mutation_is_found_at_its_place(
    own_folder: Path, settings: Settings, profile: str
) -> None:
    settings.CRYPTO = profile
    make_sealed((9, 8, 8))
    whole, keys = taken_apart(export()), verify_audit.read_keys(key_file())
    assert {pair["link"]["profile"] for pair in whole.pairs} == {profile}

    assert list(missed(whole, keys, count=COUNT)) == []


def without_column(column: str) -> Callable[[Any, str], str]:
    """A verifier's digest of a row that forgets a column: as if it were always what was sealed."""
    original = verify_audit.row_digest
    kept: dict[Any, Any] = {}

    def digest(row: Mapping[str, Any], name: str) -> str:
        value = kept.setdefault(row["id"], row[column])
        return original({**row, column: value}, name)

    return digest


def learn(sealed: Sealed) -> None:
    """Let a forgetful verifier see the untouched rows, so that it is content with them."""
    for pair in sealed.pairs:
        verify_audit.row_digest(pair["event"], "sha256")


@pytest.mark.parametrize("column", verify_audit.COLUMNS[1:])
def test_a_verifier_that_forgets_a_column_is_caught(
    sealed: tuple[Sealed, Mapping[str, bytes]], monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    whole, keys = sealed
    monkeypatch.setattr(verify_audit, "row_digest", without_column(column))
    learn(whole)
    assert verify_audit.verify(whole.lines(), keys, whole.published).findings == []

    assert any("change_row" in line for line in missed(whole, keys, count=160))


def no_keys_needed(*_: object) -> bool:
    return True


def no_fault(*_: object) -> str:
    return ""


def no_gap(_chain: verify_audit.Chain, *, until: int) -> None:
    """Positions that are missing are of no interest."""


def merely_waits(report: verify_audit.Report, row: Mapping[str, Any], _top: int) -> None:
    report.waiting.append((0, row["id"]))


@pytest.mark.parametrize(
    ("owner", "name", "planted"),
    [
        (verify_audit.Chain, "_sealed", no_keys_needed),
        (verify_audit.Chain, "_gap", no_gap),
        (verify_audit, "root_fault", no_fault),
        (verify_audit, "check_roots", no_fault),
        (verify_audit, "unsealed", merely_waits),
    ],
)
def test_a_verifier_that_leaves_out_a_check_is_caught(
    sealed: tuple[Sealed, Mapping[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    name: str,
    planted: Callable[..., Any],
) -> None:
    whole, keys = sealed
    monkeypatch.setattr(owner, name, planted)

    assert list(missed(whole, keys, count=160)) != []


def test_published_roots_alone_find_a_chain_that_was_made_anew(
    sealed: tuple[Sealed, Mapping[str, bytes]],
) -> None:
    """Without the key nothing is wrong inside the file; the root of the day bounds the place."""
    whole, _ = sealed
    for name, copy, _expected in mutations(whole, seed=SEED, count=160):
        if "chain_anew" in name:
            copy.roots = []
            report = verify_audit.verify(copy.lines(), {}, copy.published)
            assert "rewritten" in {finding.code for finding in report.findings}, name


def test_rows_that_were_swapped_are_told_as_a_pair(
    sealed: tuple[Sealed, Mapping[str, bytes]],
) -> None:
    whole, keys = sealed
    a, b = whole.pairs[3]["event"], whole.pairs[20]["event"]
    whole.pairs[3]["event"], whole.pairs[20]["event"] = {**b, "id": a["id"]}, {**a, "id": b["id"]}

    report = verify_audit.verify(whole.lines(), keys, whole.published)

    assert [(f.code, f.position) for f in report.findings] == [
        ("row-changed", 4),
        ("row-changed", 21),
    ]
    assert "内容互换 swapped contents: 4 ↔ 21" in list(verify_audit.notes(report, keys))


def test_a_position_that_comes_twice_and_an_unknown_profile_are_told(
    sealed: tuple[Sealed, Mapping[str, bytes]],
) -> None:
    whole, keys = sealed
    whole.pairs.insert(6, whole.pairs[4])
    whole.pairs[10] = {**whole.pairs[10], "link": {**whole.pairs[10]["link"], "profile": "md5"}}

    report = verify_audit.verify(whole.lines(), keys, whole.published)

    assert [(f.code, f.position) for f in report.findings] == [
        ("repeated", 5),
        ("unknown-profile", 10),
    ]
    assert report.findings[0].words() == (
        "第 5 环，记录 15：链环的位置重复或颠倒，应为第 7 环",
        "position 5, event 15: a position comes twice or out of order; 7 was expected",
    )


def test_an_export_of_lines_is_text_of_json(sealed: tuple[Sealed, Mapping[str, bytes]]) -> None:
    whole, _ = sealed

    assert all(json.loads(line) for line in whole.lines())
