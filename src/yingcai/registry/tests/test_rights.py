"""Requests on rights: who may ask, who decides, what a decision does, and that one person alone never does it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role, same_person
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.rights import (
    Reply,
    Wish,
    ask_right,
    confirm_answer,
    propose_answer,
    take_back_answer,
    withdraw_right,
)
from yingcai.registry.errors import InvalidSubject, OutOfScope, RegistryError, StaleRecord
from yingcai.registry.models import Erasure, RightsRequest, Subject, SubjectKey
from yingcai.registry.queries.duplicates import duplicate_in
from yingcai.registry.queries.rights import live_request, right_in, rights_by
from yingcai.registry.queries.scope import scope
from yingcai.registry.tests.make import (
    NOW,
    RESIDENT,
    TODAY,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_imports import as_csv, check, listed_as, upload
from yingcai.registry.tests.make_pairs import make_pair, merge, two_lins, undo
from yingcai.registry.written import asked_reason, remark

pytestmark = pytest.mark.usefixtures("city")
LATER = NOW + timedelta(days=3)
YES, NO = Reply("grant", "own-wish"), Reply("refuse", "duty", "补贴还在发放")
KEPT = Reply("refuse", "kept-by-law")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.ERASURES = tmp_path / "evidence", tmp_path / "erasures.journal"


@pytest.fixture
def lin() -> Subject:
    return make_person("林之川", number=RESIDENT)


@pytest.fixture
def talent(lin: Subject) -> User:
    return make_talent(lin)


@pytest.fixture
def office() -> User:
    return make_user(role=Role.OFFICE)


@pytest.fixture
def second() -> User:
    return make_user(role=Role.OFFICE)


def asked(subject: Subject, actor: User, kind: str = "erase") -> RightsRequest:
    return ask_right(subject, Wish(kind, "self", "不再需要"), actor=actor, now=NOW)


def started(subject: Subject, actor: User, kind: str) -> RightsRequest:
    return ask_right(subject, Wish(kind, "office", "依职权办理"), actor=actor, now=NOW)


def decided(row: RightsRequest, reply: Reply, first: User, second: User) -> RightsRequest:
    propose_answer(row, reply, actor=first, now=NOW)
    confirm_answer(row, second=second, now=LATER)
    return row


def standing(subject: Subject) -> str:
    return Subject.objects.get(pk=subject.pk).standing


def test_a_request_has_a_number_and_a_day_and_its_words_are_sealed(
    lin: Subject, talent: User
) -> None:
    row = asked(lin, talent)

    assert (row.status, row.due_on) == ("open", TODAY + timedelta(days=30))
    assert row.number == f"2018-{row.pk:06d}"
    assert "不再需要".encode() not in bytes(row.sealed_reason or b"")
    assert asked_reason(row) == "不再需要"
    assert list(rights_by(talent)) == [row]
    assert standing(lin) == "active"


def test_two_officers_erase_whom_the_law_lets_go(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    row = asked(lin, talent)
    propose_answer(row, YES, actor=office, now=NOW)
    assert (standing(lin), SubjectKey.objects.count()) == ("active", 1)  # nothing yet

    confirm_answer(row, second=second, now=LATER)

    assert (row.status, row.decided_by, row.effects["numbers"]) == ("granted", second, 1)
    assert (standing(lin), SubjectKey.objects.count()) == ("erased", 0)
    erasure = Erasure.objects.get()
    assert (erasure.asked_by, erasure.agreed_by, erasure.reason) == (office, second, "own-wish")
    assert list(rights_by(talent)) == [row]  # the person still reads the outcome
    assert asked_reason(row) == ""
    found = right_in(scope(office, "rights", on=TODAY), row.pk)
    assert found is not None
    assert found.subject.name == "—"


def test_what_the_law_keeps_is_restricted_and_not_erased(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    row = decided(asked(lin, talent), KEPT, office, second)

    assert (row.status, standing(lin), SubjectKey.objects.count()) == ("refused", "restricted", 1)
    assert not scope(office, "casework", on=TODAY).subjects().filter(pk=lin.pk).exists()
    assert scope(office, "rights", on=TODAY).subjects().filter(pk=lin.pk).exists()
    assert not Erasure.objects.exists()


def test_a_refusal_states_its_ground_and_changes_nothing(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    row = asked(lin, talent)
    for reply in (Reply("refuse", ""), Reply("refuse", "own-wish"), Reply("", "duty")):
        with pytest.raises(InvalidSubject, match="理由和依据"):
            propose_answer(row, reply, actor=office, now=NOW)

    decided(row, NO, office, second)

    assert (row.status, row.ground, remark(row)) == ("refused", "duty", "补贴还在发放")
    assert standing(lin) == "active"


def test_a_restriction_is_lifted_by_two(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    decided(asked(lin, talent, "restrict"), YES, office, second)
    assert standing(lin) == "restricted"
    row = started(lin, office, "lift")
    propose_answer(row, YES, actor=office, now=NOW)
    with pytest.raises(OutOfScope, match="另一个人"):
        confirm_answer(row, second=office, now=LATER)
    assert standing(lin) == "restricted"

    confirm_answer(row, second=second, now=LATER)

    assert standing(lin) == "active"
    assert scope(office, "casework", on=TODAY).subjects().filter(pk=lin.pk).exists()


def test_a_merged_pair_that_is_restricted_can_be_parted_once_it_is_lifted(
    office: User, second: User
) -> None:
    kept, gone = two_lins(make_firm())
    pair = make_pair(kept, gone)
    merge(pair, kept, office, second)
    user = make_talent(gone)  # the account of the one that was merged asks for both
    decided(asked(Subject.objects.get(pk=gone.pk), user, "restrict"), YES, office, second)
    assert standing(kept) == "restricted"
    assert duplicate_in(scope(office, "casework", on=TODAY), pair.pk) is None

    decided(started(kept, office, "lift"), YES, office, second)
    undo(pair, office, second)

    assert (standing(kept), standing(gone)) == ("active", "active")


def test_who_asks_is_the_person_or_the_office(lin: Subject, talent: User, office: User) -> None:
    others = [
        make_talent(make_person()),
        make_officer(make_firm()),
        make_user(role=Role.COUNTY, unit=make_county()),
        make_user(role=Role.AUDITOR),
    ]
    for user in others:
        for asker in ("self", "office", "relative"):
            with pytest.raises(OutOfScope):
                ask_right(lin, Wish("erase", asker, "理由"), actor=user, now=NOW)
    with pytest.raises(OutOfScope):
        ask_right(lin, Wish("erase", "self", "理由"), actor=office, now=NOW)
    with pytest.raises(OutOfScope):
        ask_right(lin, Wish("erase", "office", "理由"), actor=talent, now=NOW)
    assert not RightsRequest.objects.exists()


def test_what_is_wrong_with_a_request_is_said_at_once(lin: Subject, office: User) -> None:
    with pytest.raises(InvalidSubject) as refused:
        ask_right(lin, Wish("lift", "relative", " "), actor=office, now=NOW)
    assert refused.value.problems == [
        "按现在的状态，不能提出这种申请",
        "请写明由谁提出、依据什么",
    ]
    with pytest.raises(InvalidSubject, match="300"):
        ask_right(lin, Wish("erase", "office", "长" * 301), actor=office, now=NOW)
    with pytest.raises(InvalidSubject):  # a firm has no rights of a person
        ask_right(make_firm(), Wish("erase", "office", "理由"), actor=office, now=NOW)


def test_only_one_request_waits_and_only_its_maker_takes_it_back(
    lin: Subject, talent: User, office: User
) -> None:
    row = asked(lin, talent)
    with pytest.raises(StaleRecord, match="先撤回"):
        asked(lin, talent, "restrict")
    with pytest.raises(OutOfScope):
        withdraw_right(row, actor=office, now=NOW)

    withdraw_right(row, actor=talent, now=NOW)

    assert live_request(lin) is None
    with pytest.raises(StaleRecord):
        propose_answer(row, YES, actor=office, now=NOW)
    asked(lin, talent, "restrict")


def test_what_was_withdrawn_after_the_proposal_is_not_confirmed(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    row = asked(lin, talent)
    propose_answer(row, YES, actor=office, now=NOW)
    shown = RightsRequest.objects.get(pk=row.pk)  # as the second officer has it before him
    withdraw_right(row, actor=talent, now=NOW)

    with pytest.raises(StaleRecord):
        confirm_answer(shown, second=second, now=LATER)

    assert (standing(lin), SubjectKey.objects.count()) == ("active", 1)


def test_nobody_decides_on_himself(lin: Subject, office: User, second: User) -> None:
    talent = make_talent(lin, person_key=office.person_key)  # the officer's other login
    row = asked(lin, talent)
    with pytest.raises(OutOfScope, match="自己"):
        propose_answer(row, YES, actor=office, now=NOW)
    propose_answer(row, YES, actor=second, now=NOW)
    with pytest.raises(OutOfScope, match="自己"):
        confirm_answer(row, second=office, now=LATER)
    assert standing(lin) == "active"


def test_two_logins_of_one_person_are_one(lin: Subject, talent: User, office: User) -> None:
    same = make_user(role=Role.OFFICE, person_key=office.person_key)
    row = asked(lin, talent)
    propose_answer(row, YES, actor=office, now=NOW)
    with pytest.raises(OutOfScope, match="另一个人"):
        confirm_answer(row, second=same, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=row.pk).update(decided_by=office)
    assert standing(lin) == "active"


def test_a_proposal_holds_only_for_what_was_shown(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    row = asked(lin, talent)
    propose_answer(row, YES, actor=office, now=NOW)
    make_fact(lin, "person.degree", "doctor")
    with pytest.raises(StaleRecord, match="变动"):
        confirm_answer(row, second=second, now=LATER)
    assert (standing(lin), row.status) == ("active", "proposed")

    take_back_answer(row, actor=second, now=NOW)
    assert (row.status, row.answer, row.ground, row.proposed_by) == ("open", "", "", None)
    decided(row, YES, office, second)
    assert standing(lin) == "erased"


def test_a_merge_in_between_does_not_erase_the_other(office: User, second: User) -> None:
    kept, gone = two_lins(make_firm())
    row = asked(gone, make_talent(gone))
    propose_answer(row, YES, actor=office, now=NOW)
    merge(make_pair(kept, gone), kept, office, second)

    row = RightsRequest.objects.get()
    with pytest.raises(StaleRecord, match="变动"):
        confirm_answer(row, second=second, now=LATER)

    assert (standing(kept), standing(gone), SubjectKey.objects.count()) == ("active", "merged", 3)


def test_a_list_that_would_bring_the_person_back_is_ended_first(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    firm = make_firm()
    row = asked(lin, talent)
    batch = check(upload(make_officer(firm), as_csv([listed_as("林之川", RESIDENT)]), firm), office)
    with pytest.raises(InvalidSubject, match="导入文件里有这个人"):
        propose_answer(row, YES, actor=office, now=NOW)
    batch.refresh_from_db()
    assert (batch.rows, standing(lin)) == (1, "active")


def test_every_step_leaves_a_row_in_the_audit(
    lin: Subject, talent: User, office: User, second: User
) -> None:
    decided(asked(lin, talent), YES, office, second)
    told = Event.objects.filter(action__startswith="right.").order_by("pk")
    assert [(one.action, one.actor_id) for one in told] == [
        ("right.asked", talent.pk),
        ("right.proposed", office.pk),
        ("right.granted", second.pk),
    ]
    assert Event.objects.filter(action="subject.erased").count() == 1


# Those acts and people most often that could do it: an officer and his other login.
STEPS = st.tuples(
    st.sampled_from(
        ["confirm", "propose", "confirm", "propose", "withdraw", "refuse", "take", "ask"]
    ),
    st.sampled_from([1, 3, 1, 3, 2, 4, 0]),
)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(STEPS, min_size=4, max_size=12))
def test_no_sequence_of_acts_erases_by_one_person_or_after_a_withdrawal(
    steps: list[tuple[str, int]],
) -> None:
    """Five logins of four people, two of them officers with two logins, do whatever they like."""
    with transaction.atomic():
        _play(steps)
        transaction.set_rollback(True)


def _play(steps: list[tuple[str, int]]) -> None:
    person = make_person()
    talent, meng, qiu = (
        make_talent(person),
        make_user(role=Role.OFFICE),
        make_user(role=Role.OFFICE),
    )
    twin = make_user(role=Role.OFFICE, person_key=meng.person_key)
    own = make_user(role=Role.OFFICE, person_key=talent.person_key)
    people = [talent, meng, qiu, twin, own]
    last: RightsRequest | None = None
    for word, who in [("ask", 0), *steps]:
        row = RightsRequest.objects.filter(subject=person).order_by("-id").first()
        before = row.status if row else ""
        first = row.proposed_by if row else None
        try:
            _act(word, people[who], person, row)
        except (RegistryError, AttributeError):
            continue
        if standing(person) == "erased":
            assert (word, before) == ("confirm", "proposed")
            assert not same_person(first, people[who])
            assert own not in (first, people[who])
            return
        last = row
    assert standing(person) == "active"
    assert SubjectKey.objects.filter(subject=person).exists()
    assert last is None or last.status != "granted"


def _act(word: str, user: User, person: Subject, row: RightsRequest | None) -> None:
    if word == "ask":
        ask_right(person, Wish("erase", "self"), actor=user, now=NOW)
    elif row is None:
        return
    elif word == "withdraw":
        withdraw_right(row, actor=user, now=NOW)
    elif word == "propose":
        propose_answer(row, YES, actor=user, now=NOW)
    elif word == "refuse":
        propose_answer(row, NO, actor=user, now=NOW)
    elif word == "take":
        take_back_answer(row, actor=user, now=NOW)
    else:
        confirm_answer(row, second=user, now=LATER)
