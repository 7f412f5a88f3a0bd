"""The file of subjects and purposes: each mistake is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import REGISTRY, problems
from yingcai.engine.packs.load import load_pack


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
        ("purposes:", "keeps: {imports: 30, numbers: 3}\npurposes:", []),
        (
            "purposes:",
            "keeps: {imports: 0, numbers: many}\npurposes:",
            [
                "registry.yaml:6: `imports` must be a whole number from 1",
                "registry.yaml:6: `numbers` must be a whole number from 1",
            ],
        ),
        (
            "    basis: duty\n",
            "    basis: duty\n    receiver: {zh: 银行, en: Banks}\n",
            ["registry.yaml:10: purpose `casework` has a receiver, so its basis is `consent`"],
        ),
        (
            "    basis: duty\n",
            "    basis: consent\n",
            ["registry.yaml:10: purpose `casework` needs consent, so it names its `receiver`"],
        ),
        (
            "    basis: duty\n",
            "    basis: consent\n    receiver: {zh: 银行, en: Banks}\n",
            [],
        ),
        (
            "    basis: duty\n    law: {zh: 第十三条, en: Article 13}\n    classes: [public, personal]\n",
            "    basis: consent\n    receiver: {zh: 银行, en: Banks}\n    law: {zh: 第十三条, en: Article 13}\n"
            "    classes: [personal, sensitive]\n",
            [
                "registry.yaml:13: purpose `casework` needs consent: sensitive data is a purpose of its own,"
                " with no other class"
            ],
        ),
        (
            "    of: [erase]\n    answer: refuse\n",
            "    of: [erase, lift]\n    answer: refuse\n",
            ["registry.yaml:23: ground `kept` restricts, so it refuses erasures and nothing else"],
        ),
        (
            "    answer: refuse\n",
            "    answer: perhaps\n",
            ["registry.yaml:22: `answer` is 'perhaps'; use one of: grant, refuse"],
        ),
        (
            "grounds:\n",
            "grounds:\n  - {id: kept, zh: 保存, en: Kept, law: {zh: 条, en: Art}, of: [lift], answer: grant}\n",
            ["registry.yaml:18: ground `kept` is there twice"],
        ),
    ],
)
def test_what_is_wrong_is_said(pack: Path, old: str, new: str, expected: list[str]) -> None:
    (pack / "registry.yaml").write_text(REGISTRY.replace(old, new, 1), "utf-8")
    assert problems(pack) == expected


def test_a_pack_without_it_has_none(pack: Path) -> None:
    (pack / "registry.yaml").unlink()
    found, wrong = load_pack(pack)
    assert found is not None, wrong
    assert found.registry is None


def test_a_pack_with_it_has_its_purposes(pack: Path) -> None:
    (pack / "registry.yaml").write_text(REGISTRY, "utf-8")
    found, wrong = load_pack(pack)
    assert found is not None, wrong
    assert found.registry is not None
    assert [one["id"] for one in found.registry["purposes"]] == ["casework"]


def test_the_vocabulary_carries_the_values_that_other_files_give(pack: Path) -> None:
    (pack / "registry.yaml").write_text(REGISTRY, "utf-8")
    found, wrong = load_pack(pack)
    assert found is not None, wrong

    vocabulary = found.vocabulary

    assert vocabulary["registry"]["kinds"] == [{"id": "firm", "zh": "企业", "en": "Firm"}]
    county = next(one for one in vocabulary["facts"]["facts"] if one["id"] == "person.county")
    assert [one["id"] for one in county["values"]] == list(found.domains["divisions"])
    degree = next(one for one in vocabulary["facts"]["facts"] if one["id"] == "person.degree")
    assert degree == next(one for one in found.facts["facts"] if one["id"] == "person.degree")
