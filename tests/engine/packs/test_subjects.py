"""The invented subjects of a demonstration: what leads nowhere is named with its line."""

from pathlib import Path

import pytest

from tests.engine.packs.make import problems
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.subjects import subject_logins

GOOD = """subjects:
  - {id: yunfan, kind: organisation, sort: firm, name: 云帆公司}
  - id: lin
    kind: person
    name: 林之川
    born_on: 1990-03-07
    facts: [{fact: person.degree, value: doctor, source: education, from: 2016-07-01}]
    relations: [{kind: employed-by, to: yunfan, from: 2016-09-01}]
logins: [{username: talent, name: 林之川, name_en: Lin Zhichuan, as: self, subject: lin}]
others: 3
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("id: lin", "id: yunfan", ["demo/subjects.yaml:3: subject `yunfan` is there twice",
                                   "demo/subjects.yaml:9: there is no subject `lin` in this file"]),
        ("to: yunfan", "to: nobody", ["demo/subjects.yaml:8: there is no subject `nobody` in this file"]),
        ("subject: lin}", "subject: wang}", ["demo/subjects.yaml:9: there is no subject `wang` in this file"]),
        ("fact: person.degree", "fact: person.shoes", ["demo/subjects.yaml:7: there is no fact `person.shoes`"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(pack: Path, old: str, new: str, expected: list[str]) -> None:
    (pack / "demo").mkdir(exist_ok=True)
    (pack / "demo/subjects.yaml").write_text(GOOD.replace(old, new, 1), "utf-8")
    assert problems(pack) == expected


def test_who_may_sign_in(pack: Path) -> None:
    assert subject_logins(pack) == []
    (pack / "demo").mkdir(exist_ok=True)
    (pack / "demo/subjects.yaml").write_text(GOOD, "utf-8")
    assert [one["username"] for one in subject_logins(pack)] == ["talent"]
    found, wrong = load_pack(pack)
    assert found is not None, wrong
    assert found.subjects is not None
    assert found.subjects["others"] == 3
    (pack / "demo/subjects.yaml").write_text("subjects: [", "utf-8")
    assert subject_logins(pack) == []


@pytest.mark.parametrize(
    ("subject", "expected"),
    [("lin", []), ("wang", ["demo/subjects.yaml:12: there is no subject `wang` in this file"])],
)
def test_applications_are_those_of_somebody(pack: Path, subject: str, expected: list[str]) -> None:
    case = f"cases:\n  - {{programme: rent, subject: {subject}, by: talent, before: 9}}\n"
    (pack / "demo").mkdir(exist_ok=True)
    (pack / "demo/subjects.yaml").write_text(GOOD + case, "utf-8")
    assert problems(pack) == expected
