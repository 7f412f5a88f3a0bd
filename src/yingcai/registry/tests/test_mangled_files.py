"""A few files of the fuzz for every reader; ``tools/fuzz_uploads.py`` tries twenty thousand."""

from dataclasses import replace
from functools import partial

import pytest

from yingcai.registry.tests import mangled_files
from yingcai.registry.tests.mangled_files import TARGETS, Count, mangled, run


@pytest.mark.parametrize("name", TARGETS)
def test_changed_files_are_read_or_refused_never_worse(name: str) -> None:
    count = Count()

    assert run(name, 0, 12, count) == []

    assert count.inputs == 12
    assert count.memory <= 256_000_000
    assert mangled(name, 3) == mangled(name, 3)


FOUND = {
    # A member of a Word file whose packed bytes are none: zlib’s own error.
    ("docx", 1_000_000_005): "plan-word-damaged",
    ("docx", 1_000_000_064): "plan-word-damaged",
    ("docx", 1_000_000_083): "plan-word-damaged",
    # Parts whose XML is another: a list of links that is none, a link without a target or a kind.
    ("docx", 1_000_000_598): "plan-word-damaged",
    ("docx", 1_000_001_046): "plan-word-damaged",
    ("docx", 1_000_001_796): "plan-word-damaged",
    ("docx", 1_000_006_944): "plan-word-damaged",
}


@pytest.mark.parametrize(("name", "seed"), FOUND)
def test_what_was_a_fault_once_is_refused_now(name: str, seed: int) -> None:
    assert mangled_files.outcome(name, seed) == FOUND[name, seed]


def test_a_book_without_rows_is_counted_as_read(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = replace(TARGETS["xlsx"], read=lambda data, given: iter(()))
    monkeypatch.setitem(TARGETS, "xlsx", nothing)

    assert mangled_files.outcome("xlsx", 0) == "read"


def broken(name: str, seed: int) -> str:
    if seed == 2:
        raise KeyError("a fault of a reader")
    return "read"


def test_a_fault_planted_in_a_reader_is_found_with_its_seed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def here(reader: str, pieces: list[bytes], given: dict[str, object], **more: object) -> object:
        return mangled_files.told_many(b"", given)

    monkeypatch.setattr(mangled_files, "apart", here)
    monkeypatch.setattr(mangled_files, "outcome", partial(broken))
    count = Count()

    assert run("csv", 0, 4, count) == ["--csv 2: FAULT KeyError: 'a fault of a reader'"]
    assert count.outcomes == {"read": 3, "FAULT": 1}
