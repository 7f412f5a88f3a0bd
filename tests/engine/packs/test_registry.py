"""The file of subjects and purposes: each mistake is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import problems
from yingcai.engine.packs.load import load_pack

GOOD = """kinds: [{id: firm, zh: 企业, en: Firm}]
relations:
  - {id: employed-by, zh: 任职单位, en: Employer, back: {zh: 在职人员, en: Staff}, from: person, to: organisation}
precedence: [education, case-office]
registers: [{source: education, fresh_days: 365}]
purposes:
  - id: casework
    zh: 事项办理
    en: Casework
    basis: duty
    law: {zh: 第十三条, en: Article 13}
    classes: [public, personal]
    roles: [office]
    version: 1
    notice: {zh: 用于办理事项。, en: For the handling of cases.}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        (
            "kinds: [{id: firm, zh: 企业, en: Firm}]",
            "kinds: [{id: firm, zh: 企业, en: Firm}, {id: firm, zh: 公司, en: Company}]",
            ["registry.yaml:1: kind `firm` is there twice"],
        ),
        (
            "[education, case-office]",
            "[education, case-office, education]",
            ["registry.yaml:4: source `education` is there twice"],
        ),
        (
            "precedence: [education, case-office]",
            "precedence: [education, gossip]",
            ["registry.yaml:4: there is no fact source `gossip`"],
        ),
        (
            "fresh_days: 365",
            "fresh_days: 0",
            ["registry.yaml:5: `fresh_days` must be a whole number from 1"],
        ),
        (
            "    basis: duty\n",
            "    basis: duty\n    receiver: {zh: 银行, en: Banks}\n",
            ["registry.yaml:10: purpose `casework` has a receiver, so its basis is `consent`"],
        ),
    ],
)
def test_what_is_wrong_is_said(pack: Path, old: str, new: str, expected: list[str]) -> None:
    (pack / "registry.yaml").write_text(GOOD.replace(old, new, 1), "utf-8")
    assert problems(pack) == expected


def test_a_pack_without_it_has_none(pack: Path) -> None:
    found, wrong = load_pack(pack)
    assert found is not None, wrong
    assert found.registry is None


def test_a_pack_with_it_has_its_purposes(pack: Path) -> None:
    (pack / "registry.yaml").write_text(GOOD, "utf-8")
    found, wrong = load_pack(pack)
    assert found is not None, wrong
    assert found.registry is not None
    assert [one["id"] for one in found.registry["purposes"]] == ["casework"]


def test_the_vocabulary_carries_the_values_that_other_files_give(pack: Path) -> None:
    (pack / "registry.yaml").write_text(GOOD, "utf-8")
    found, wrong = load_pack(pack)
    assert found is not None, wrong

    vocabulary = found.vocabulary

    assert vocabulary["registry"]["kinds"] == [{"id": "firm", "zh": "企业", "en": "Firm"}]
    county = next(one for one in vocabulary["facts"]["facts"] if one["id"] == "person.county")
    assert [one["id"] for one in county["values"]] == list(found.domains["divisions"])
    degree = next(one for one in vocabulary["facts"]["facts"] if one["id"] == "person.degree")
    assert degree == next(one for one in found.facts["facts"] if one["id"] == "person.degree")
