"""The index of facts: what it says is what `standing` believes, whatever happens to a subject."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.bulk import NewSubject, Told, record_told, register_subjects
from yingcai.registry.actions.erasing import erase_subject, replay_erasures
from yingcai.registry.actions.facets import build_index, index_subjects
from yingcai.registry.actions.facts import Said, correct_fact, record_facts, retract_fact
from yingcai.registry.facets import facet_digest
from yingcai.registry.models import Duplicate, FacetEntry, FacetIndex, Fact, Subject
from yingcai.registry.queries.facets import entries_of
from yingcai.registry.queries.facts import standing
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.sealed import unsealed
from yingcai.registry.tests.make import NOW, TODAY, make_fact, make_firm, make_person
from yingcai.registry.tests.make_pairs import make_pair, merge, officers, undo
from yingcai.registry.vocabulary import vocabulary

pytestmark = pytest.mark.usefixtures("city")
DEGREE = "person.degree"
VALUES = ("bachelor", "master", "doctor")
SOURCES = ("education", "insurance", "employer", "applicant")


def office(on: date = TODAY) -> Scope:
    return scope(make_user(role=Role.OFFICE), "casework", on=on)


def found(value: str, asked: Scope) -> set[int]:
    return set(entries_of(asked, DEGREE, value).values_list("subject_id", flat=True))


def believed(value: str, asked: Scope) -> set[int]:
    """The slow model: every kept subject is read as its page reads it."""
    return {
        subject.pk
        for subject in asked.subjects()
        for one in standing(subject, on=asked.on)
        if one.name == DEGREE
        and unsealed(one.fact.subject, f"fact/{DEGREE}", bytes(one.fact.sealed or b"")).plain
        == value
    }


def test_a_personal_value_is_found_by_its_digest_and_stands_nowhere_in_clear() -> None:
    lin = make_person()
    make_fact(lin, DEGREE, "doctor")

    (entry,) = FacetEntry.objects.all()

    assert (entry.subject, entry.digest) == (lin, facet_digest(DEGREE, "doctor"))
    assert found("doctor", office()) == {lin.pk}
    assert "doctor" not in str(FacetEntry.objects.values().get())


def test_the_same_value_of_another_fact_has_another_digest() -> None:
    assert facet_digest(DEGREE, "yes") != facet_digest("firm.startup", "yes")


def test_a_fact_that_is_not_marked_is_not_indexed() -> None:
    make_fact(make_person(), "person.level", 3)

    assert not FacetEntry.objects.exists()


def test_of_contradicting_sources_only_what_is_believed_is_found() -> None:
    lin, asked = make_person(), office()
    make_fact(lin, DEGREE, "master", "applicant")
    make_fact(lin, DEGREE, "doctor", "education")
    make_fact(lin, DEGREE, "bachelor", "employer")

    assert [found(value, asked) for value in VALUES] == [set(), set(), {lin.pk}]


def test_a_value_is_found_on_its_days_only() -> None:
    lin = make_person()
    make_fact(lin, DEGREE, "master", since=TODAY, until=TODAY + timedelta(days=1))

    days = [found("master", office(TODAY + timedelta(days=n))) for n in (-1, 0, 1, 2)]

    assert days == [set(), {lin.pk}, {lin.pk}, set()]


def test_a_correction_and_a_retraction_are_followed() -> None:
    lin, asked = make_person(), office()
    first = make_fact(lin, DEGREE, "master")
    second = correct_fact(first, Said(DEGREE, "doctor", "education"), actor=None, now=NOW)
    assert [found(value, asked) for value in VALUES] == [set(), set(), {lin.pk}]

    retract_fact(second, actor=None, now=NOW)

    assert not FacetEntry.objects.exists()


def test_who_is_erased_is_found_by_nothing_also_after_a_restore() -> None:
    lin = make_person()
    make_fact(lin, DEGREE, "doctor")
    erase_subject(lin, reason="申请", actor=make_user(), second=make_user(), now=NOW)
    assert not FacetEntry.objects.exists()

    FacetEntry.objects.create(subject=lin, name=DEGREE, digest=facet_digest(DEGREE, "doctor"))
    Subject.objects.filter(pk=lin.pk).update(standing=Subject.Standing.ACTIVE)  # an old backup
    replay_erasures(actor=None, now=NOW)

    assert not FacetEntry.objects.exists()


def test_merged_subjects_are_one_and_two_again_when_the_merge_is_undone() -> None:
    lin, other, asked = make_person("林之川"), make_person("林之川"), office()
    make_fact(lin, DEGREE, "master", "applicant")
    make_fact(other, DEGREE, "doctor", "education")
    pair, two = make_pair(lin, other), officers()

    merge(pair, lin, *two)
    assert [found(value, asked) for value in VALUES] == [set(), set(), {lin.pk}]

    undo(pair, *two)
    assert [found(value, asked) for value in VALUES] == [set(), {lin.pk}, {other.pk}]


def test_a_file_of_people_is_indexed_as_single_records_are() -> None:
    asked = office()
    new = [NewSubject("person", f"张{n}", "passport", f"E1234567{n}") for n in range(3)]
    made = register_subjects(new, source="education", actor=None, now=NOW)
    record_told(
        [Told(who, key, [Said(DEGREE, VALUES[n], "education")]) for n, (who, key) in enumerate(made)],
        actor=None, now=NOW,
    )  # fmt: skip
    again, key = made[0]
    record_told([Told(again, key, [Said(DEGREE, "doctor", "applicant")])], actor=None, now=NOW)
    record_told([Told(again, key, [Said(DEGREE, "master", "education")])], actor=None, now=NOW)

    assert [found(value, asked) for value in VALUES] == [
        set(),
        {again.pk, made[1][0].pk},
        {made[2][0].pk},
    ]
    assert FacetEntry.objects.count() == 3


def test_the_index_can_be_dropped_and_built_again() -> None:
    lin = make_person()
    make_fact(lin, DEGREE, "master", "applicant", until=TODAY)
    make_fact(lin, DEGREE, "doctor", since=TODAY)
    make_fact(make_firm(), "firm.startup", "yes")
    columns = ("subject_id", "name", "digest", "since", "until")
    before = set(FacetEntry.objects.values_list(*columns))
    FacetEntry.objects.all().delete()
    FacetIndex.objects.all().delete()

    done = build_index(now=NOW)

    assert (done.subjects, done.entries) == (2, len(before))
    assert set(FacetEntry.objects.values_list(*columns)) == before


def test_a_fact_and_its_entry_stand_or_fall_together(monkeypatch: Any) -> None:
    lin = make_person()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("yingcai.registry.actions.facts.record", fail)
    with pytest.raises(RuntimeError):
        make_fact(lin, DEGREE, "doctor")

    assert (Fact.objects.count(), FacetEntry.objects.count()) == (0, 0)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_whatever_happens_the_index_finds_whom_a_reader_of_every_subject_finds(seed: int) -> None:
    with transaction.atomic():
        _tell_and_compare(Random(seed))  # noqa: S311  # a test
        transaction.set_rollback(True)


def _tell_and_compare(dice: Random) -> None:
    two = officers()
    people = [make_person() for _ in range(3)]
    pairs: list[Any] = []
    asked = [scope(two[0], "casework", on=TODAY + timedelta(days=n)) for n in (-2, 0, 2)]
    for _ in range(12):
        _happen(dice, people, pairs, two)
    for one in asked:
        reach = set(one.subjects().values_list("pk", flat=True))
        for value in VALUES:
            assert found(value, one) & reach == believed(value, one)
    kept = list(asked[0].subjects())
    columns = ("subject_id", "name", "digest", "since", "until")
    before = sorted(FacetEntry.objects.values_list(*columns), key=str)
    index_subjects(kept)
    assert sorted(FacetEntry.objects.values_list(*columns), key=str) == before


def _happen(dice: Random, people: list[Subject], pairs: list[Any], two: tuple[User, User]) -> None:
    acts: list[Callable[[], object]] = [
        lambda: _tell(dice, people), lambda: _tell(dice, people), lambda: _correct(dice, people),
        lambda: _retract(dice, people), lambda: _join(dice, people, pairs, two), lambda: _part(dice, pairs, two),
    ]  # fmt: skip
    dice.choice(acts)()


def _said(dice: Random) -> Said:
    since = dice.choice([None, TODAY + timedelta(days=dice.randrange(-3, 3))])
    until = dice.choice([None, (since or TODAY) + timedelta(days=dice.randrange(3))])
    return Said(DEGREE, dice.choice(VALUES), dice.choice(SOURCES), since=since, until=until)


def _tell(dice: Random, people: list[Subject]) -> None:
    who = Subject.objects.get(pk=dice.choice(people).pk)
    record_facts(who, [_said(dice) for _ in range(dice.randrange(1, 3))], actor=None, now=NOW)


def _standing_row(dice: Random) -> Fact | None:
    rows = list(Fact.objects.filter(retracts=False, replaced_by=None).select_related("subject"))
    return dice.choice(rows) if rows else None


def _correct(dice: Random, people: list[Subject]) -> None:
    row = _standing_row(dice)
    if row is not None:
        correct_fact(row, _said(dice), actor=None, now=NOW)


def _retract(dice: Random, people: list[Subject]) -> None:
    row = _standing_row(dice)
    if row is not None:
        retract_fact(row, actor=None, now=NOW)


def _join(dice: Random, people: list[Subject], pairs: list[Any], two: tuple[User, User]) -> None:
    kept = list(Subject.objects.filter(pk__in=[one.pk for one in people], merged_into=None))
    if len(kept) > 1:
        first, second = dice.sample(kept, 2)
        ids = sorted((first.pk, second.pk))
        pair = Duplicate.objects.filter(first=ids[0], second=ids[1]).first()
        pair = pair or make_pair(first, second)
        merge(pair, first, *two)
        pairs.append(pair)


def _part(dice: Random, pairs: list[Any], two: tuple[User, User]) -> None:
    if pairs:
        undo(pairs.pop(), *two)


def test_the_vocabulary_has_two_facets() -> None:
    assert list(vocabulary().facets) == [DEGREE, "firm.startup"]
