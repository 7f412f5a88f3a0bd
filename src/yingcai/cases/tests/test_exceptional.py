"""One case, one decision: nothing is granted beside the rules without a record that two people have signed."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import basis_kept, replay
from yingcai.cases.actions.exceptional import (
    propose_exceptional,
    refuse_exceptional,
    sign_exceptional,
    withdraw_exceptional,
)
from yingcai.cases.actions.judging import judge
from yingcai.cases.actions.proving import prove
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Award, Case, ExceptionalDecision, ExceptionalSignature
from yingcai.cases.queries.awards import sum_of
from yingcai.cases.signing import public_key
from yingcai.cases.tests.case_city import later, step
from yingcai.cases.tests.exceptional_city import WISH, Signing, build_signing, to_decide
from yingcai.engine.packs.proof import check_proof
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db
FEN = 12_000_050


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    return build_signing(tmp_path / "city")


def grant(signing: Signing) -> Case:
    return step(signing.case, signing.city.head, "agree", now=later(9))


def second_login(user: User, name: str, role: str, code: str) -> User:
    other = make_user(name, role=role, unit=Unit.objects.get(code=code))
    User.objects.filter(pk=other.pk).update(person_key=user.person_key)
    return User.objects.get(pk=other.pk)


def actions() -> list[str]:
    rows = Event.objects.filter(action__startswith="exceptional.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_two_signatures_grant_what_is_settled_and_say_that_the_rules_did_not(
    signing: Signing,
) -> None:
    row = signing.signed()

    case = grant(signing)

    award = Award.objects.get(case=case, voided_at=None)
    assert (award.amount, award.exceptional_id, case.status) == (FEN, row.pk, "granted")
    assert award.decision is not None
    assert award.decision.outcome == "no"
    assert sum_of(award) == [
        "一事一议议定：120,000.50元（台人领纪要〔2018〕3号），不是按规则核定",
        "规则不予支持",
    ]
    assert actions() == [
        "exceptional.proposed",
        "exceptional.signed",
        "exceptional.signed",
        "exceptional.settled",
    ]
    made = Event.objects.get(action="award.made")
    assert (made.details["by_rule"], made.details["exceptional"]) == (False, row.pk)


def test_what_is_settled_owes_the_same_duties_as_what_the_rules_grant(signing: Signing) -> None:
    signing.signed()

    grant(signing)

    award = Award.objects.get(voided_at=None)
    assert [(one.name, one.number, one.due_on, one.state) for one in award.obligations.all()] == [
        ("service", 1, date(2019, 6, 20), "open"),
        ("service", 2, date(2020, 6, 20), "open"),
    ]
    begun = Event.objects.get(action="obligation.begun")
    assert begun.details["due"] == ["service 2019-06-20", "service 2020-06-20"]


@pytest.mark.parametrize("signers", [(), ("head",), ("leader",)])
def test_without_both_signatures_nothing_is_granted(
    signing: Signing, signers: tuple[str, ...]
) -> None:
    row = signing.proposed()
    for name in signers:
        signing.sign(row, signing.leader if name == "leader" else signing.city.head)

    with pytest.raises(NotAllowed, match="还没有由规定的人全部签署"):
        grant(signing)

    assert not Award.objects.exists()
    assert Case.objects.get(pk=signing.case.pk).stage == "decide"


def test_a_record_that_is_not_signed_stops_what_the_rules_would_grant(signing: Signing) -> None:
    other = make_person("陈之林", county=signing.case.county)
    make_fact(other, "person.degree", "doctor", "education")
    city = replace(signing.city, person=other, talent=make_talent(other, "talent2"))
    signing.case = to_decide(city, city.submitted(months="24"))
    row = signing.proposed()

    with pytest.raises(NotAllowed, match="还没有由规定的人全部签署"):
        grant(signing)

    withdraw_exceptional(row, actor=signing.city.officer, now=later(9))
    award = grant(signing).awards.get()
    assert (award.amount, award.exceptional) == (5_000_000, None)


def test_one_natural_person_does_not_sign_twice_by_another_login(signing: Signing) -> None:
    row = signing.proposed()
    signing.sign(row, signing.city.head)
    other = second_login(signing.city.head, "head-as-leader", "leader", "talent")

    with pytest.raises(NotAllowed, match="您已经签署"):
        signing.sign(row, other)

    assert ExceptionalSignature.objects.count() == 1
    assert ExceptionalDecision.objects.get().status == "proposed"


def test_who_proposed_it_does_not_sign_it(signing: Signing) -> None:
    other = second_login(signing.city.officer, "officer-as-head", "head", "labour")

    with pytest.raises(NotAllowed, match="提出的人不能自己签署"):
        signing.sign(signing.proposed(), other)


def test_nobody_signs_for_a_seat_that_is_not_his(signing: Signing) -> None:
    row = signing.proposed()
    other = make_user("head-east", role="head", unit=Unit.objects.get(code="east"))

    with pytest.raises(NotAllowed, match="由规定的签署人签署"):
        signing.sign(row, other)


def test_an_amount_that_is_changed_voids_the_signature_before(signing: Signing) -> None:
    first = signing.proposed()
    signing.sign(first, signing.city.head)

    second = signing.proposed(replace(WISH, amount="150000"))

    assert second.digest != first.digest
    assert ExceptionalDecision.objects.get(pk=first.pk).status == "replaced"
    with pytest.raises(StaleCase):
        sign_exceptional(second, shown=first.digest, actor=signing.leader, now=later(9))
    signing.sign(second, signing.leader)
    with pytest.raises(NotAllowed, match="还没有由规定的人全部签署"):
        grant(signing)
    signing.sign(second, signing.city.head)
    assert grant(signing).awards.get().amount == 15_000_000


@pytest.mark.parametrize("field", ["amount", "basis", "files"])
def test_what_is_changed_behind_the_signatures_is_not_granted(signing: Signing, field: str) -> None:
    row = signing.signed()
    changed: dict[str, Any] = {"amount": 19_000_000, "basis": "另一份纪要", "files": []}
    ExceptionalDecision.objects.filter(pk=row.pk).update(**{field: changed[field]})

    with pytest.raises(NotAllowed, match="签署以后被改动过"):
        grant(signing)

    assert not Award.objects.exists()


def test_a_signature_is_written_once(signing: Signing) -> None:
    signing.signed()

    with pytest.raises(DatabaseError), transaction.atomic():
        ExceptionalSignature.objects.update(digest="0" * 64)


def test_what_is_beyond_the_limit_is_refused_with_the_clause(signing: Signing) -> None:
    with pytest.raises(InvalidCase) as refusal:
        signing.proposed(replace(WISH, amount="200000.01"))

    [problem] = refusal.value.problems
    assert problem == "议定金额不能超过20万元（《澜川市人才行动计划（2026—2028年）》第1条）"
    assert not ExceptionalDecision.objects.exists()


def test_the_limit_itself_may_be_settled(signing: Signing) -> None:
    assert signing.proposed(replace(WISH, amount="200000")).amount == 20_000_000


def test_all_that_is_wrong_is_told_at_once(signing: Signing) -> None:
    wish = replace(
        WISH, reason=" ", basis="", basis_on=None, amount="12.345", files=(("a.exe", b"MZ"),)
    )

    with pytest.raises(InvalidCase) as refusal:
        signing.proposed(wish)

    assert set(refusal.value.fields) == {"reason", "basis", "basis_on", "amount", "files"}


def test_a_programme_without_the_key_settles_nothing(signing: Signing) -> None:
    signing.case = signing.city.submitted("bonus", "3")

    with pytest.raises(NotAllowed, match="该事项没有一事一议"):
        signing.proposed()


@pytest.mark.parametrize("name", ["county", "talent", "hr"])
def test_only_the_lead_unit_and_the_talent_office_propose(signing: Signing, name: str) -> None:
    case = Case.objects.get(pk=signing.case.pk)

    with pytest.raises(NotAllowed):
        propose_exceptional(
            case, WISH, version=case.version, actor=getattr(signing.city, name), now=later(9)
        )


def test_a_signer_says_no_and_the_rules_decide_again(signing: Signing) -> None:
    row = signing.proposed()
    with pytest.raises(InvalidCase):
        refuse_exceptional(row, " ", actor=signing.leader, now=later(9))

    refuse_exceptional(row, "金额过高", actor=signing.leader, now=later(9))

    assert ExceptionalDecision.objects.get().status == "refused"
    with pytest.raises(NotAllowed, match="不符合"):
        grant(signing)


def test_who_proposed_it_takes_it_back_until_all_have_signed(signing: Signing) -> None:
    row = signing.proposed()
    with pytest.raises(NotAllowed):
        withdraw_exceptional(row, actor=signing.leader, now=later(9))
    withdraw_exceptional(row, actor=signing.city.officer, now=later(9))
    signed = signing.signed()

    with pytest.raises(NotAllowed, match="不能撤回"):
        withdraw_exceptional(signed, actor=signing.city.officer, now=later(9))


def test_nothing_is_settled_any_more_once_it_is_decided(signing: Signing) -> None:
    signing.signed()
    grant(signing)

    with pytest.raises(NotAllowed, match="已经结束"):
        signing.proposed()


def test_a_fact_that_is_settled_comes_from_the_record_and_from_nobody_else(
    tmp_path: Path,
) -> None:
    signing = build_signing(tmp_path / "city", "prize")
    case = Case.objects.get(pk=signing.case.pk)
    with pytest.raises(InvalidCase, match="由一事一议记录确定"):
        judge(
            case,
            "case.settled_prize",
            "999",
            version=case.version,
            actor=signing.city.head,
            now=later(9),
        )
    assert case.decisions.order_by("-number").first().outcome == "person"  # type: ignore[union-attr]

    signing.signed()

    row = case.decisions.order_by("-number").first()
    assert row is not None
    used = basis_kept(row)["case.settled_prize"]
    assert (used.written, used.by, row.outcome, row.amount) == (
        "120000.5",
        "settled",
        "yes",
        FEN,
    )
    assert grant(signing).awards.get().amount == FEN


def test_a_level_is_settled_and_becomes_known(tmp_path: Path) -> None:
    signing = build_signing(tmp_path / "city", "recognition")
    signing.signed(replace(WISH, amount="", result="master"))

    case = step(signing.case, signing.city.officer, "agree", now=later(9))

    award = case.awards.get()
    assert award.decision is not None
    assert (award.result, award.amount, award.decision.result) == ("master", None, "doctor")


def test_the_decision_is_made_again_and_the_proof_holds_and_says_it(signing: Signing) -> None:
    signing.signed()
    case = grant(signing)
    row = case.awards.get().decision

    assert row is not None
    assert replay(row)[1]
    text = prove(row, actor=signing.city.talent, now=later(9))
    found = check_proof(text, trusted=public_key())
    assert (found.problems, found.outcome, found.settled) == ((), "no", "台人领纪要〔2018〕3号")
    said = json.loads(text)
    assert said["exceptional"]["amount"] == FEN
    assert [one["role"] for one in said["exceptional"]["signed"]] == ["head", "leader"]
    said["exceptional"]["amount"] = 1
    assert "签名不符" in check_proof(json.dumps(said).encode()).problems[0]
    del said["exceptional"]
    assert "签名不符" in check_proof(json.dumps(said).encode()).problems[0]
