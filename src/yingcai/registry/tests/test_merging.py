"""Merging two subjects that are one, and taking it back: what is read afterwards, and who may."""

import threading
import time
from collections.abc import Callable
from copy import copy
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_cover, make_user
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.erasing import erase_subject, replay_erasures, restrict_subject
from yingcai.registry.actions.facts import Said, correct_fact
from yingcai.registry.actions.looking import (
    find_by_number,
    note_looks,
    open_facts,
    reveal_fact,
    reveal_number,
)
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.actions.merging import (
    dismiss_duplicate,
    merge_subjects,
    propose_merge,
    propose_undo,
    undo_merge,
    withdraw_proposal,
)
from yingcai.registry.actions.registers import ask_registers
from yingcai.registry.actions.requests import Wish, accept_request, request_change
from yingcai.registry.actions.subjects import add_identifier, retire_identifier
from yingcai.registry.errors import InvalidSubject, OutOfScope, RegistryError, StaleRecord
from yingcai.registry.keys import key_ring
from yingcai.registry.lines import lines_of
from yingcai.registry.models import (
    Duplicate,
    Erasure,
    LinkageDigest,
    Mandate,
    Merge,
    Subject,
    SubjectKey,
)
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.duplicates import duplicates_in
from yingcai.registry.queries.facts import known, missing, related, standing, trajectory
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.import_matches import _named, employments
from yingcai.registry.queries.registers import last_answers
from yingcai.registry.queries.scope import capacities, has_agreed, scope
from yingcai.registry.queries.search import (
    find,
    looks_at,
    numbers_of,
    open_requests,
    requests_of,
    subject_in,
)
from yingcai.registry.registers.interface import FOUND, Asked, Reply
from yingcai.registry.sealed import same_value
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_pairs import (
    LATER,
    found,
    make_city_with_days,
    make_pair,
    merge,
    officers,
    resident,
    two_lins,
    undo,
)
from yingcai.registry.views.sides import fact_rows, side_of
from yingcai.registry.vocabulary import vocabulary

MARCH = date(1990, 3, 7)


@pytest.fixture
def city(db: None) -> None:
    make_city_with_days()


@pytest.fixture
def lin(city: None) -> User:
    return make_user("lin", role=Role.OFFICE)


@pytest.fixture
def meng(city: None) -> User:
    return make_user("meng", role=Role.OFFICE)


def refreshed(subject: Subject) -> Subject:
    return Subject.objects.get(pk=subject.pk)


# -- who may, and what is refused ----------------------------------------------------------------


def test_a_merge_takes_two_natural_persons(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    pair = make_pair(kept, gone)
    again = make_user(role=Role.OFFICE, person_key=lin.person_key)  # another login of Lin
    propose_merge(found(pair, lin), kept, reason="同一人", actor=lin, now=NOW)

    for second in (lin, again, make_cover(lin)):
        with pytest.raises(OutOfScope, match="另一个人"):
            merge_subjects(found(pair, lin), kept, actor=lin, second=second, now=LATER)
    with pytest.raises(StaleRecord, match="提议已经改变"):  # Meng did not propose it
        merge_subjects(found(pair, lin), kept, actor=meng, second=lin, now=LATER)
    with pytest.raises(StaleRecord, match="提议已经改变"):  # and Lin proposed to keep the other
        merge_subjects(found(pair, meng), gone, actor=lin, second=meng, now=LATER)
    assert not Merge.objects.exists()

    row = merge_subjects(found(pair, meng), kept, actor=lin, second=meng, now=LATER)

    gone.refresh_from_db()
    assert (gone.standing, gone.merged_into, row.by, row.second) == ("merged", kept, lin, meng)
    told = Event.objects.filter(action__in=["merge.proposed", "subject.merged"]).order_by("pk")
    assert [(event.action, event.actor_id) for event in told] == [
        ("merge.proposed", lin.pk),
        ("subject.merged", meng.pk),
    ]
    assert "林之川" not in repr([event.details for event in Event.objects.all()])
    assert "同一人" not in repr([event.details for event in Event.objects.all()])


def test_undoing_takes_two_natural_persons_too(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    pair = make_pair(kept, gone)
    merge(pair, kept, lin, meng)
    propose_undo(found(pair, meng), reason="是两个人", actor=meng, now=LATER)

    with pytest.raises(OutOfScope):
        undo_merge(found(pair, meng), actor=meng, second=meng, now=LATER)
    assert refreshed(gone).standing == "merged"

    undo_merge(found(pair, lin), actor=meng, second=lin, now=LATER)

    gone.refresh_from_db()
    pair.refresh_from_db()
    assert (gone.standing, gone.merged_into, pair.status) == ("active", None, "undone")
    assert Event.objects.filter(action="subject.unmerged", actor_id=lin.pk).count() == 1
    with pytest.raises(StaleRecord):
        propose_undo(found(pair, lin), reason="再来", actor=lin, now=LATER)


def test_two_resident_numbers_in_use_are_two_people(lin: User) -> None:
    one = make_person("林之川", number=resident(2, MARCH))
    other = make_person("林之川", number=resident(2, MARCH, 2))
    pair = make_pair(one, other)

    with pytest.raises(InvalidSubject, match="居民身份证号，而且不同"):
        propose_merge(found(pair, lin), one, reason="同一人", actor=lin, now=NOW)

    retire_identifier(other.identifiers.get(), reason="号码有误", actor=None, now=NOW)
    propose_merge(found(pair, lin), one, reason="同一人", actor=lin, now=NOW)
    assert found(pair, lin).proposal == "first"


def test_a_number_that_comes_after_the_proposal_stops_the_merge(lin: User, meng: User) -> None:
    one, other = make_person(number=resident(2, MARCH)), make_person()
    pair = make_pair(one, other)
    propose_merge(found(pair, lin), one, reason="同一人", actor=lin, now=NOW)
    number = resident(3, MARCH)
    add_identifier(other, "resident-id", number, source="applicant", actor=None, now=NOW)

    with pytest.raises(InvalidSubject, match="先核实并停用"):
        merge_subjects(found(pair, meng), one, actor=lin, second=meng, now=LATER)
    assert refreshed(other).standing == "active"


def test_the_logins_of_two_people_are_not_merged(lin: User) -> None:
    one, other = make_person(), make_person()
    user = make_talent(one)
    make_talent(other, person_key=user.person_key)
    pair = make_pair(one, other)
    propose_merge(found(pair, lin), one, reason="同一人", actor=lin, now=NOW)  # his two logins
    withdraw_proposal(found(pair, lin), actor=lin, now=NOW)
    Mandate.objects.filter(subject=other).update(user=make_user())

    with pytest.raises(InvalidSubject, match="两个不同的人"):
        propose_merge(found(pair, lin), one, reason="同一人", actor=lin, now=NOW)


def test_nobody_else_becomes_the_person_after_a_merge(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    user = make_talent(gone)
    merge(make_pair(kept, gone), kept, lin, meng)

    with pytest.raises(InvalidSubject, match="属于另一个人"):
        give_mandate(make_user(), kept, "self", reason="持证到场", actor=lin, now=LATER)
    again = make_user(person_key=user.person_key)
    made = give_mandate(again, kept, "self", reason="持证到场", actor=lin, now=LATER)
    assert (made.subject, made.waiting) == (kept, True)


def test_every_obstacle_is_told_at_once(lin: User) -> None:
    one = make_person(number=resident(2, MARCH))
    other = make_person(number=resident(3, MARCH))
    make_talent(one)
    make_talent(other)
    pair = found(make_pair(one, other), lin)
    with pytest.raises(InvalidSubject) as refusal:
        propose_merge(pair, one, reason="同一人", actor=lin, now=NOW)
    assert len(refusal.value.problems) == 2


def test_who_is_restricted_is_not_merged(lin: User, meng: User) -> None:
    one, other = make_person(), make_person()
    pair = make_pair(one, other)
    propose_merge(found(pair, lin), one, reason="同一人", actor=lin, now=NOW)
    shown = found(pair, meng)
    restrict_subject(other, reason="法定保存期内", actor=lin, now=NOW)

    with pytest.raises(RegistryError):
        merge_subjects(shown, one, actor=lin, second=meng, now=LATER)
    assert refreshed(other).standing == "restricted"


def test_a_reason_is_asked_for(lin: User) -> None:
    pair = make_pair(make_person(), make_person())
    for reason in (" ", "长" * 301):
        with pytest.raises(InvalidSubject, match="理由"):
            dismiss_duplicate(found(pair, lin), reason=reason, actor=lin, now=NOW)
    dismiss_duplicate(found(pair, lin), reason="出生日期录错", actor=lin, now=NOW)
    pair.refresh_from_db()
    assert (pair.status, pair.reason, pair.decided_by) == ("dismissed", "出生日期录错", lin)
    with pytest.raises(StaleRecord):
        dismiss_duplicate(found(pair, lin), reason="又一次", actor=lin, now=NOW)


def test_a_dismissed_pair_may_be_proposed_again(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    pair = make_pair(kept, gone)
    dismiss_duplicate(found(pair, lin), reason="看错", actor=lin, now=NOW)
    merge(pair, kept, lin, meng)
    undo(pair, meng, lin)
    merge(pair, gone, lin, meng)
    assert refreshed(kept).merged_into == gone


def test_a_county_decides_only_where_both_are_its_own(lin: User) -> None:
    county, other = make_county(), make_county("西云县")
    zhou = make_user(role=Role.COUNTY, unit=county)
    ours = [make_person(county=county) for _ in range(2)]
    theirs = make_person(county=other)
    mine, mixed = make_pair(*ours), make_pair(ours[0], theirs)

    assert list(duplicates_in(scope(zhou, "casework", on=TODAY))) == [mine]
    assert duplicates_in(scope(lin, "casework", on=TODAY)).count() == 2
    with pytest.raises(OutOfScope):
        dismiss_duplicate(found(mixed, lin), reason="不是", actor=zhou, now=NOW)
    propose_merge(found(mixed, lin), ours[0], reason="同一人", actor=lin, now=NOW)
    with pytest.raises(OutOfScope):  # and a county cannot confirm what it cannot see
        merge_subjects(found(mixed, lin), ours[0], actor=lin, second=zhou, now=LATER)


def test_the_database_refuses_to_change_a_merge(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    merge(make_pair(kept, gone), kept, lin, meng)
    for statement in (
        "UPDATE registry_merge SET sealed_reason = NULL",
        "DELETE FROM registry_merge",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


# -- what is read afterwards ---------------------------------------------------------------------


def test_two_subjects_are_read_as_one(lin: User, meng: User) -> None:
    firm = make_firm("东云机电公司")
    kept, gone = two_lins(firm)
    employ(gone, make_firm("西云机电公司"), date(2014, 1, 1), date(2016, 8, 31))
    make_fact(kept, "person.degree", "doctor")
    make_fact(gone, "person.insured_months", 20)
    user = make_talent(gone)
    make_pair(kept, gone)
    merge(Duplicate.objects.get(), kept, lin, meng)

    names = [one.name for one in standing(kept, on=TODAY)]
    assert names == ["person.degree", "person.insured_months"]
    assert [row.kind for row in numbers_of(kept)] == ["resident-id", "passport"]
    # the same employer since the same day is told once
    assert sorted(other.name for _, other, _ in related(kept)) == ["东云机电公司", "西云机电公司"]
    assert [other for _, other, _ in related(firm)] == [kept]
    assert "person.insured_months" not in [word.name for word in missing(kept, on=TODAY)]
    own = scope(user, "own", on=TODAY)
    assert list(own.subjects()) == [kept]
    copy = copy_of(own, kept, now=NOW)
    assert [fact["fact"] for fact in copy["facts"]] == ["person.degree", "person.insured_months"]
    assert [row["number"] for row in copy["numbers"]] == [resident(2, MARCH), "E12345678"]
    assert [row["reason"] for row in copy["merges"]] == ["同一人登记两次"]
    assert copy["merged"] == [{"handle": str(gone.handle), "name": "林之川"}]


def test_an_old_handle_and_an_old_number_lead_to_whom_is_kept(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    merge(make_pair(kept, gone), kept, lin, meng)
    office = scope(lin, "casework", on=TODAY)

    assert subject_in(office, str(gone.handle)) == kept
    assert find_by_number(office, "passport", "E12345678", actor=lin, now=NOW) == kept
    assert find(office, Filters(kind="person")).rows == [kept]


def test_an_import_finds_whom_is_kept_by_a_number_of_the_other(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    merge(make_pair(kept, gone), kept, lin, meng)
    index = key_ring().blind_index("passport", "E12345678")

    assert _named([index]) == {index: kept}
    assert {row.subject_id for row in employments([kept.pk])[kept.pk]} == {kept.pk, gone.pk}


def test_that_hidden_values_were_compared_is_written_as_a_look(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    for subject in (kept, gone):
        make_fact(subject, "person.salary", 500000)
    merge(make_pair(kept, gone), kept, lin, meng)

    told = lines_of(scope(lin, "casework", on=TODAY), kept, on=TODAY, now=NOW)

    assert [(line.words, line.others) for line in told] == [("******", ())]
    assert ["person.salary"] in [look.fields for look in looks_at(kept)]


def test_sealed_values_of_both_open_under_their_own_keys(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    salary = make_fact(gone, "person.salary", 500000)
    degree = make_fact(gone, "person.degree", "doctor")
    merge(make_pair(kept, gone), kept, lin, meng)
    closer = scope(lin, "verification", on=TODAY)

    assert reveal_fact(closer, salary, reason="核验", now=NOW).plain == "500000"
    [passport] = [row for row in numbers_of(kept) if row.kind == "passport"]
    assert reveal_number(closer, passport, reason="核验", now=NOW).plain == "E12345678"
    assert open_facts(closer, kept, known([kept]), now=NOW)[degree.pk] == "doctor"
    assert [look.fields for look in looks_at(kept)] == [
        ["person.degree"],
        ["passport"],
        ["person.salary"],
    ]


def test_facts_that_contradict_are_told_and_equal_ones_are_not(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    for subject in (kept, gone):
        make_fact(subject, "person.degree", "doctor")
        make_fact(subject, "person.salary", 500000)
    make_fact(kept, "person.insured_months", 12)
    make_fact(gone, "person.insured_months", 20)

    office = scope(lin, "casework", on=TODAY)
    before = fact_rows(*(side_of(office, one, now=NOW) for one in (kept, gone)))
    merge(make_pair(kept, gone), kept, lin, meng)
    after = {one.name: len(one.others) for one in standing(kept, on=TODAY)}

    assert [(row.label, row.sign) for row in before] == [
        ("参保月数", "differ"), ("学历学位", "agree"), ("年薪", "agree"),
    ]  # fmt: skip
    assert after == {"person.degree": 0, "person.insured_months": 1, "person.salary": 0}


def test_a_firm_that_was_merged_keeps_its_staff_and_its_officers(lin: User, meng: User) -> None:
    kept, gone = make_firm(), make_firm()
    worker = make_person()
    employ(worker, gone, date(2017, 1, 1))
    officer = make_officer(gone)
    merge(make_pair(kept, gone), kept, lin, meng)

    seen = scope(officer, "employment", on=TODAY).subjects()

    assert set(seen) == {kept, worker}


def test_consent_that_was_given_counts_and_the_last_word_does(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    user = make_talent(gone)
    bank = vocabulary().purposes["bank"]
    give_consent(gone, "bank", version=1, actor=user, now=NOW)
    merge(make_pair(kept, gone), kept, lin, meng)

    assert has_agreed(kept, bank)
    assert list(scope(lin, "bank", on=TODAY).subjects()) == [kept]
    withdraw_consent(kept, "bank", actor=user, now=LATER)
    assert not has_agreed(kept, bank)
    assert not scope(lin, "bank", on=TODAY).subjects().exists()


def test_a_request_of_before_is_decided_after(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    user = make_talent(gone)
    row = request_change(gone, Wish("person.degree", "doctor", "有证"), actor=user, now=NOW)
    merge(make_pair(kept, gone), kept, lin, meng)
    office = scope(lin, "casework", on=TODAY)

    assert list(open_requests(office)) == [row] == list(requests_of(kept))
    fact = accept_request(office, row, actor=lin, now=LATER)
    assert fact.subject == gone  # whom it was asked for
    assert [one.name for one in standing(kept, on=TODAY)] == ["person.degree"]
    wrong = Wish("person.degree", "master", "看错", wrong=fact)
    assert request_change(kept, wrong, actor=user, now=LATER).subject == kept


class Listening:
    """A register that remembers with which numbers it was asked."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}

    def ask(self, source: str, asked: Asked, *, on: date) -> Reply:
        self.numbers = dict(asked.numbers)
        return Reply(FOUND, as_of=on)


def test_registers_are_asked_with_the_numbers_of_both(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    merge(make_pair(kept, gone), kept, lin, meng)
    register = Listening()

    ask_registers(
        scope(lin, "verification", on=TODAY), kept, {"education": register}, actor=lin, now=NOW
    )

    assert set(register.numbers) == {"resident-id", "passport"}


def test_erasing_whom_is_kept_destroys_both_keys(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    make_fact(gone, "person.degree", "doctor")
    pair = make_pair(kept, gone)
    merge(pair, kept, lin, meng)
    shown = found(pair, lin)

    erase_subject(refreshed(kept), reason="本人申请", actor=lin, second=meng, now=LATER)

    people = [kept, gone]
    assert not SubjectKey.objects.filter(subject__in=people).exists()
    assert not LinkageDigest.objects.filter(subject__in=people).exists()
    assert {refreshed(one).name for one in people} == {"—"}
    assert {row.handle for row in Erasure.objects.all()} == {one.handle for one in people}
    assert replay_erasures(actor=None, now=LATER) == 0
    with pytest.raises(OutOfScope):  # nothing to take back any more
        propose_undo(shown, reason="是两个人", actor=lin, now=LATER)


# -- undoing -------------------------------------------------------------------------------------


def answers(subject: Subject, users: list[User]) -> dict[str, Any]:
    """What every query says about a subject, and to whom it is open."""
    office = scope(users[0], "casework", on=TODAY)
    told: dict[str, Any] = {
        "known": list(known([subject])),
        "standing": [(one.name, one.fact, one.others) for one in standing(subject, on=TODAY)],
        "trajectory": trajectory(subject),
        "missing": [word.name for word in missing(subject, on=TODAY)],
        "related": related(subject),
        "numbers": numbers_of(subject),
        "requests": list(requests_of(subject)),
        "looks": looks_at(subject),
        "answers": last_answers(subject),
        "agreed": has_agreed(subject, vocabulary().purposes["bank"]),
        "page": subject_in(office, str(subject.handle)),
        "listed": find(office, Filters()).rows,
        "waiting": list(open_requests(office)),
    }
    for user in users[1:]:
        own = scope(user, "own", on=TODAY) if "self" in capacities(user, TODAY) else None
        mine = list(own.subjects()) if own else []
        told[user.username] = mine
        copies = [copy_of(own, one, now=NOW) for one in mine if own]
        # that there was a merge is told for ever; all else is as it was
        told[f"{user.username} copy"] = [{**one, "merges": []} for one in copies]
    return told


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["degree", "months", "employ", "number", "consent", "request", "look"]),
        st.integers(0, 1),
        st.integers(0, 2),
    ),
    max_size=8,
)


def live(people: list[Subject], users: list[User], steps: list[tuple[str, int, int]]) -> None:
    """Some things that happen to two subjects."""
    firms = [make_firm() for _ in range(3)]
    for what, who, which in steps:
        person, user = people[who], users[1 + who]
        acts: dict[str, Callable[[], object]] = {
            "degree": partial(
                make_fact, person, "person.degree", ("bachelor", "master", "doctor")[which]
            ),
            "months": partial(make_fact, person, "person.insured_months", 12 * which, "employer"),
            "employ": partial(employ, person, firms[which], date(2015 + which, 1, 1)),
            "number": partial(add_passport, person),
            "consent": partial(give_consent, person, "bank", version=1, actor=user, now=NOW),
            "request": partial(ask_once, person, user),
            "look": partial(
                note_looks, scope(users[0], "casework", on=TODAY), [person], ["name"], now=NOW
            ),
        }
        acts[what]()


def add_passport(person: Subject) -> None:
    number = f"E{person.pk:05d}{len(numbers_of(person)):04d}"
    add_identifier(person, "passport", number, source="applicant", actor=None, now=NOW)


def ask_once(person: Subject, user: User) -> None:
    if not person.requests.exists():
        request_change(person, Wish("person.degree", "doctor", "有证"), actor=user, now=NOW)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.booleans())
def test_after_a_merge_and_its_undoing_every_answer_is_as_it_was(
    city: None,
    steps: list[tuple[str, int, int]],
    keep_first: bool,  # noqa: FBT001  # hypothesis
) -> None:
    lin, meng = officers()
    people = [make_person("林之川"), make_person("林之川")]
    first = make_talent(people[0])
    users = [lin, first, make_talent(people[1], person_key=first.person_key)]
    live(people, users, steps)
    pair = make_pair(*people)
    before = [answers(one, users) for one in people]
    kept = people[0] if keep_first else people[1]

    merge(pair, kept, lin, meng)
    merged = answers(refreshed(kept), users)
    assert {row.pk for row in merged["known"]} == {row.pk for one in before for row in one["known"]}
    assert merged[first.username] == [kept]
    undo(pair, lin, meng)

    assert [answers(refreshed(one), users) for one in people] == before


def test_what_was_recorded_since_stays_with_whom_it_was_recorded_for(lin: User, meng: User) -> None:
    kept, gone = two_lins(make_firm())
    old = make_fact(gone, "person.degree", "master")
    pair = make_pair(kept, gone)
    merge(pair, kept, lin, meng)
    make_fact(kept, "person.insured_months", 20)
    said = Said("person.degree", "doctor", "education")
    correct_fact(old, said, actor=lin, now=LATER)  # a later row about whom the first was about

    undo(pair, lin, meng)

    assert [one.name for one in standing(kept, on=TODAY)] == ["person.insured_months"]
    [degree] = standing(gone, on=TODAY)
    assert (degree.name, degree.fact.replaces) == ("person.degree", old)


def test_merges_on_merges_come_apart_in_any_order(lin: User, meng: User) -> None:
    one, two, three = (make_person("林之川") for _ in range(3))
    for subject, value in ((one, 1), (two, 2), (three, 3)):
        make_fact(subject, "person.insured_months", value)
    inner, outer = make_pair(one, two), make_pair(two, three)
    merge(inner, two, lin, meng)
    merge(outer, three, lin, meng)
    assert [refreshed(subject).merged_into for subject in (one, two)] == [three, three]
    assert known([three]).count() == 3

    undo(inner, lin, meng)
    assert (refreshed(one).standing, known([one]).count(), known([three]).count()) == (
        "active",
        1,
        2,
    )
    merge(make_pair(one, three), three, lin, meng)  # and now by a pair of its own
    undo(outer, lin, meng)

    assert [refreshed(subject).merged_into for subject in (one, two)] == [three, None]
    assert (known([two]).count(), known([three]).count()) == (1, 2)


def test_an_outer_merge_that_is_undone_takes_the_inner_one_along(lin: User, meng: User) -> None:
    one, two, three = (make_person("林之川") for _ in range(3))
    inner, outer = make_pair(one, two), make_pair(two, three)
    merge(inner, two, lin, meng)
    merge(outer, three, lin, meng)

    undo(outer, lin, meng)

    assert [refreshed(subject).merged_into for subject in (one, two, three)] == [two, None, None]


def test_values_of_two_keys_are_compared_by_what_they_say(city: None) -> None:
    one, other = make_person(), make_person()
    doctor, also = (
        make_fact(one, "person.degree", "doctor"),
        make_fact(other, "person.degree", "doctor"),
    )
    master = make_fact(other, "person.degree", "master")
    assert (same_value(doctor, also), same_value(doctor, master)) == (True, False)
    assert doctor.fingerprint != also.fingerprint  # nothing in the database tells that they agree
    SubjectKey.objects.filter(subject=other).delete()
    assert not same_value(doctor, also)


# -- two at once ---------------------------------------------------------------------------------


def patiently(act: Callable[[], object]) -> None:
    """The database in memory that tests share does not wait for a lock, as a file and a server do."""
    while True:
        try:
            act()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.01)
        else:
            return


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of acts that run at the same time, each in a connection of its own."""
    ready = threading.Barrier(len(acts))
    told: list[str] = []

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=10)
            patiently(act)
            told.append("done")
        except RegistryError as refusal:
            told.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_of_one_pair_one_wins() -> None:
    make_city_with_days()
    lin, meng = officers()
    qiu = make_user(role=Role.OFFICE)
    kept, gone = two_lins(make_firm())
    pair = make_pair(kept, gone)
    propose_merge(found(pair, lin), kept, reason="同一人", actor=lin, now=NOW)
    shown = [found(pair, meng), found(pair, qiu)]
    before = refreshed(gone).version

    told = at_once(
        lambda: merge_subjects(copy(shown[0]), kept, actor=lin, second=meng, now=LATER),
        lambda: merge_subjects(copy(shown[1]), kept, actor=lin, second=qiu, now=LATER),
    )

    assert told == ["StaleRecord", "done"]
    assert (Merge.objects.count(), refreshed(gone).version) == (1, before + 1)
    assert Event.objects.filter(action="subject.merged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_into_each_other_one_wins() -> None:
    make_city_with_days()
    lin, meng = officers()
    one, two, three = (make_person("林之川") for _ in range(3))
    pairs = [make_pair(one, two), make_pair(two, three)]
    for pair, kept in zip(pairs, (one, three), strict=True):
        propose_merge(found(pair, lin), kept, reason="同一人", actor=lin, now=NOW)
    shown = [found(pair, meng) for pair in pairs]

    told = at_once(
        lambda: merge_subjects(copy(shown[0]), one, actor=lin, second=meng, now=LATER),
        lambda: merge_subjects(copy(shown[1]), three, actor=lin, second=meng, now=LATER),
    )

    assert told == ["StaleRecord", "done"]
    assert Subject.objects.filter(standing="merged").count() == Merge.objects.count() == 1
