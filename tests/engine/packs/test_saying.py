"""A stage whose votes say a fact: what the file must give for it, and which fact it may be."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, problems
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.saying import saying_stage

SOURCES = "sources:\n"
JURY = "sources:\n  - {id: jury, zh: 专家组, en: Jury, kind: committee}\n"
FACT = """
  - {id: case.equal, label: {zh: 层次相当, en: An equal level}, type: boolean, source: jury, class: internal, retention: 10}
  - {id: case.rank, label: {zh: 名次, en: Rank}, type: boolean, source: education, class: internal, retention: 10}
"""
OLD = "who: [{role: expert}],"
NEW = """who: [{role: expert, count: 3}], says: case.equal, silence: {means: redrawn},
    conflicts: [{kind: employer, relations: [employed-by], shared: true}], votes: again,"""


@pytest.fixture
def saying(pack: Path) -> Path:
    change(pack, "facts.yaml", SOURCES, JURY)
    facts = pack / "facts.yaml"
    facts.write_text(facts.read_text("utf-8").rstrip() + FACT, "utf-8")
    change(pack, "workflows/claim.yaml", OLD, NEW)
    change(pack, "workflows/claim.yaml", "score: sheet, next", "clock: 3, refused_to: decide, next")
    return pack


def test_the_stage_that_says_a_fact_is_found(saying: Path) -> None:
    loaded, found = load_pack(saying)
    assert found == []
    assert loaded is not None
    stage = saying_stage(loaded, "claim", "case.equal")
    assert stage is not None
    assert stage["id"] == "review"
    assert saying_stage(loaded, "claim", "case.rank") is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("says: case.equal", "says: case.rank",
         ["`case.rank` must be a fact of yes or no whose source is a committee"]),
        ("says: case.equal", "says: case.lost", ["there is no fact `case.lost`"]),
        ("kind: 评审", "kind: 决定", ["stage `review` is 决定 and cannot say a fact"]),
        ("who: [{role: expert, count: 3}]", "who: [{role: applicant}]",
         ["stage `review` says a fact: others than the applicant must act in it",
          "stage `review` has `conflicts`: that is for experts alone who say a fact (`says`)",
          "stage `review` draws others: that is for experts alone who say a fact (`says`)"]),
        ("who: [{role: expert, count: 3}]", "who: [{role: expert}, {role: head, unit: lead}]",
         ["stage `review` says a fact by experts: they must be alone in it",
          "stage `review` has `conflicts`: that is for experts alone who say a fact (`says`)",
          "stage `review` draws others: that is for experts alone who say a fact (`says`)"]),
        ("refused_to: decide", "remind: [1]",
         ["stage `review` says a fact: give `refused_to`, where it goes when the fact is denied"]),
        ("next: [public]", "next: [back]", ["stage `review` says a fact and may lead to one `next` only, not back"]),
        ("{means: redrawn}", "{means: agreed}",
         ["stage `review` says a fact: silence judges nothing; it may `waits` or be `redrawn`"]),
        ("votes: again", "votes: kept", ["stage `review` says a fact: whoever is asked again speaks again"]),
        ("votes: again", "refusal: noted", ["stage `review` says a fact: a refusal cannot only be noted"]),
        ("votes: again", "score: sheet",
         ["stage `review` says a fact: it is said by votes, without a score sheet"]),
        ("[employed-by]", "[neighbours]", ["there is no relation `neighbours`"]),
        ("who: [{role: window, unit: lead}]", "says: case.equal, who: [{role: window, unit: lead}]",
         ["stage `intake` begins the case and cannot say a fact"]),
        ("says: case.equal, ", "",
         ["stage `review` has `conflicts`: that is for experts alone who say a fact (`says`)",
          "stage `review` draws others: that is for experts alone who say a fact (`says`)"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_named(saying: Path, old: str, new: str, expected: list[str]) -> None:
    change(saying, "workflows/claim.yaml", old, new)

    found = [one.split(": ", 1)[1] for one in problems(saying)]
    assert [one for one in expected if one not in found] == []
    assert all(str(one).startswith("workflows/claim.yaml:") for one in problems(saying))
