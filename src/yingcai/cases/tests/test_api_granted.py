"""Answers about a case say by whom it was decided: the rules, people, or nobody yet."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yingcai.cases.models import Award
from yingcai.cases.tests.case_city import build_city, later, step
from yingcai.cases.tests.exceptional_city import FILES, WISH, Signing, build_signing, to_decide
from yingcai.cases.tests.make_calls import Program
from yingcai.identity.tests.make import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def signing(tmp_path: Path, settings: Any) -> Signing:
    settings.YINGCAI_TODAY = date(2018, 6, 20)
    return build_signing(tmp_path / "city")


def told(signing: Signing) -> list[dict[str, Any]]:
    """What the person, and the head, are told of the case."""
    city, handle = signing.city, signing.case.handle
    answers = (
        Program(city.talent).get(f"cases/{handle}"),
        Program(city.head).get(f"desk/cases/{handle}"),
    )
    assert [status for status, _ in answers] == [200, 200]
    return [answer for _, answer in answers]


def test_an_award_that_people_settled_says_so_and_names_its_record(signing: Signing) -> None:
    row = signing.signed()
    step(signing.case, signing.city.head, "agree", now=later(9))

    for answer in told(signing):
        assert answer["decided_by"] == "people"
        assert answer["record"] == {
            "number": 1,
            "basis": "台人领纪要〔2018〕3号",
            "basis_on": "2018-06-10",
            "signed_at": "2018-06-20T01:00:00Z",
            "given": "120,000.50元",
            "by_rule": "规则不予支持",
            "difference": "规则没有给予，议定给予：120,000.50元",
            "digest": row.digest,
        }
        # Why it was settled, on what terms and who signed stand on the pages alone.
        whole = json.dumps(answer["record"], ensure_ascii=False)
        assert WISH.reason not in whole
        assert WISH.terms[0] not in whole
        assert str(signing.leader) not in whole


def test_what_was_signed_is_not_granted_yet(signing: Signing) -> None:
    signing.signed()

    assert [(one["decided_by"], one["record"]) for one in told(signing)] == [("", None)] * 2


def test_an_award_by_the_rules_has_no_record(tmp_path: Path, settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 20)
    city = build_city(tmp_path / "city", FILES)
    case = to_decide(city, city.submitted())
    signing = Signing(city, make_user("leader", role="leader"), case)
    step(signing.case, signing.city.head, "agree", now=later(9))

    assert [(one["decided_by"], one["record"]) for one in told(signing)] == [("rules", None)] * 2


def test_an_award_that_was_taken_back_was_decided_by_nobody(signing: Signing) -> None:
    signing.signed()
    step(signing.case, signing.city.head, "agree", now=later(9))
    Award.objects.update(voided_at=later(9))

    assert [(one["decided_by"], one["record"]) for one in told(signing)] == [("", None)] * 2
