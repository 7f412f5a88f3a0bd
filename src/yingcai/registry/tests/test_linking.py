"""Which subjects may be one: what is compared, what agrees, and that a name alone is never enough."""

import importlib.util
import logging
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from yingcai.audit.models import Event
from yingcai.registry import weighing
from yingcai.registry.actions.linkage import digest_missing, find_duplicates
from yingcai.registry.actions.subjects import retire_identifier
from yingcai.registry.linking import (
    AGREE,
    DIFFER,
    NEAR,
    UNKNOWN,
    Compared,
    equal_digests,
    more_than_a_name,
    signs_of,
)
from yingcai.registry.models import Duplicate, Identifier, LinkageDigest, Subject
from yingcai.registry.queries.duplicates import compared
from yingcai.registry.tests.make import (
    CREDIT_CODE,
    NOW,
    TODAY,
    employ,
    make_fact,
    make_firm,
    make_person,
)
from yingcai.registry.tests.make_pairs import (
    BORN,
    make_city_with_days,
    make_pair,
    resident,
    search,
    two_lins,
)
from yingcai.registry.weighing import weighed_pairs

MARCH = date(1990, 3, 7)


@pytest.fixture
def city(db: None) -> None:
    make_city_with_days()


def pairs_of(rows: list[Duplicate]) -> set[tuple[str, str]]:
    return {(row.first.name, row.second.name) for row in rows}


# -- the database: digests and pairs -------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_a_number_that_is_registered_leaves_digests_and_no_plain_value() -> None:
    lin = make_person("林之川", number=resident(2, MARCH))

    rows = LinkageDigest.objects.filter(subject=lin)

    assert sorted(row.name for row in rows) == ["birth", "resident-id"]
    assert all(len(row.digest) == 64 for row in rows)
    assert {row.digest for row in rows} & {row.blind_index for row in Identifier.objects.all()} == (
        set()
    )


@pytest.mark.usefixtures("city")
def test_what_was_registered_before_is_digested_in_batches_once() -> None:
    lin = make_person("林之川", number=resident(2, MARCH))
    make_fact(lin, BORN, "1990-03-07", "education")
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.salary", 500000)  # sensitive, and no day: never compared
    LinkageDigest.objects.all().delete()

    assert digest_missing(now=NOW) == 3
    assert digest_missing(now=NOW) == 0

    names = sorted(LinkageDigest.objects.values_list("name", flat=True))
    assert names == ["birth", "birth", "person.degree", "resident-id"]
    births = LinkageDigest.objects.filter(name="birth").values_list("digest", flat=True)
    assert len(set(births)) == 1  # the day in the number and the day among the facts are one
    told = [
        event.details for event in Event.objects.filter(action="linkage.digested").order_by("pk")
    ]
    assert told == [
        {"rows": 1, "names": ["birth", "resident-id"]},
        {"rows": 2, "names": ["birth", "person.degree"]},
    ]


@pytest.mark.usefixtures("city")
def test_the_same_day_of_birth_and_name_make_a_pair_and_a_name_alone_does_not() -> None:
    make_person("林之川", number=resident(2, MARCH))
    again = make_person("林之川")
    make_fact(again, BORN, "1990-03-07", "education")
    make_person("林之川")
    make_person("林之川", number=resident(2, date(1985, 1, 2)))

    rows = search()

    assert [(row.first_id < row.second_id, row.second.pk == again.pk) for row in rows] == [
        (True, True)
    ]
    assert rows[0].signs == {
        "name": AGREE, "birth": AGREE, "number": UNKNOWN, "tie": UNKNOWN, "day": UNKNOWN,
        "choice": UNKNOWN, "county": UNKNOWN,
    }  # fmt: skip


@pytest.mark.usefixtures("city")
def test_a_number_out_of_use_still_tells() -> None:
    old = make_person("林之川", number=resident(2, MARCH))
    retire_identifier(old.identifiers.get(), reason="号码有误", actor=None, now=NOW)
    make_person("凌志川", number=resident(2, MARCH))

    rows = search()

    assert [(row.signs["number"], row.signs["name"]) for row in rows] == [(AGREE, DIFFER)]


@pytest.mark.usefixtures("city")
def test_a_second_search_adds_nothing_and_leaves_decided_pairs_alone() -> None:
    make_person("林之川", number=resident(2, MARCH))
    again = make_person("林之川")
    make_fact(again, BORN, "1990-03-07", "education")
    [row] = search()
    Duplicate.objects.update(weight=1)
    found = find_duplicates(equal_digests, on=TODAY, now=NOW)
    row.refresh_from_db()
    assert (found.new, found.again, row.weight > 1) == (0, 1, True)

    Duplicate.objects.update(weight=1, status=Duplicate.Status.DISMISSED)
    found = find_duplicates(equal_digests, on=TODAY, now=NOW)

    row.refresh_from_db()
    assert (found.new, found.again, row.weight, row.status) == (0, 0, 1, "dismissed")


@pytest.mark.usefixtures("city")
def test_who_is_merged_is_compared_as_whom_he_is_now_and_who_is_erased_not_at_all() -> None:
    firm = make_firm()
    lin, again = two_lins(firm)
    gone = make_person("王一", number=resident(3, MARCH))
    Subject.objects.filter(pk=gone.pk).update(standing="erased")
    Subject.objects.filter(pk=again.pk).update(standing="merged", merged_into=lin)

    records = compared("person", on=TODAY)

    assert [record.pk for record in records] == [lin.pk]
    assert (len(records[0].numbers), len(records[0].dated_ties)) == (2, 1)


@pytest.mark.usefixtures("city")
def test_splink_finds_the_woman_with_two_papers_and_the_firm_with_two_names() -> None:
    firm, other = make_firm("东云机电公司", code=CREDIT_CODE), make_firm("西云机电公司")
    lin, again = two_lins(firm)
    employ(make_person("林之川"), other, date(2016, 9, 1))
    twin = make_firm("东云机电公司")
    for person in (lin, again):
        employ(person, twin, date(2016, 9, 1))

    out = StringIO()
    call_command("find_duplicates", "--on", TODAY.isoformat(), stdout=out)

    told = {frozenset((row.first_id, row.second_id)): row.signs for row in Duplicate.objects.all()}
    assert frozenset((lin.pk, again.pk)) in told
    assert frozenset((firm.pk, twin.pk)) in told
    assert told[frozenset((lin.pk, again.pk))]["tie"] == AGREE
    assert "新增 2 对" in out.getvalue()


@pytest.mark.usefixtures("city")
def test_without_splink_the_command_says_what_to_install_and_equal_numbers_still_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    make_person("林之川", number=resident(2, MARCH))
    make_fact(make_person("林之川"), BORN, "1990-03-07", "education")
    out, errors = StringIO(), StringIO()

    call_command("find_duplicates", "--on", TODAY.isoformat(), stdout=out, stderr=errors)

    assert "pip install 'yingcai[link]'" in errors.getvalue()
    assert Duplicate.objects.count() == 1


@pytest.mark.usefixtures("city")
def test_nothing_personal_leaves_the_database(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    """What DuckDB gets, what the logs and the audit say: no name, no number, no day."""
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    two_lins(make_firm())
    make_fact(make_person("林之川"), BORN, "1990-03-07", "education")
    given: list[Any] = []
    load = weighing._load

    def listening(connection: Any, name: str, table: Any) -> None:
        given.append(table)
        load(connection, name, table)

    monkeypatch.setattr(weighing, "_load", listening)

    call_command("find_duplicates", "--on", TODAY.isoformat(), stdout=StringIO())

    seen = repr([one.to_pylist() for one in given]) + caplog.text
    seen += repr(list(Event.objects.values_list("details", flat=True)))
    marks = ("林之川", "chuan", "1990-03-07", "19900307", resident(2, MARCH), "E12345678")
    assert [mark for mark in marks if mark in seen] == []
    assert list(tmp_path.iterdir()) == []  # nothing was spilled to a disk


# -- comparing: pure functions -------------------------------------------------------------------


def person(pk: int, name: str = "lin", **more: Any) -> Compared:
    return Compared(pk, name, more.pop("sounds", name), **more)


def few(*words: str) -> frozenset[str]:
    return frozenset(words)


@pytest.mark.parametrize(
    ("one", "other", "column", "sign"),
    [
        (person(1), person(2), "name", AGREE),
        (person(1), person(2, "ling", sounds="lin"), "name", NEAR),
        (person(1), person(2, "meng"), "name", DIFFER),
        (person(1, births=few("a")), person(2), "birth", UNKNOWN),
        (person(1, births=few("a", "b")), person(2, births=few("b")), "birth", AGREE),
        (person(1, number="a"), person(2, number="b"), "number", DIFFER),
        (person(1, numbers=few("p")), person(2, number="b", numbers=few("b")), "number", UNKNOWN),
        (person(1, ties=few("f")), person(2, ties=few("f")), "tie", NEAR),
        (
            person(1, ties=few("f"), dated_ties=few("f1")),
            person(2, ties=few("f"), dated_ties=few("f1")),
            "tie",
            AGREE,
        ),
        (person(1, county="1"), person(2, county="2"), "county", DIFFER),
    ],
)
def test_a_column_agrees_nearly_agrees_differs_or_is_not_known(
    one: Compared, other: Compared, column: str, sign: str
) -> None:
    assert signs_of(one, other)[column] == sign
    assert signs_of(other, one)[column] == sign


words = st.sampled_from("abc")
tokens = st.frozensets(words, max_size=2)
records = st.builds(
    Compared,
    pk=st.just(0),
    name=words,
    sounds=words,
    births=tokens,
    number=st.sampled_from(["", "a", "b"]),
    numbers=tokens,
    ties=tokens,
    dated_ties=tokens,
    days=tokens,
    choices=tokens,
    county=st.sampled_from(["", "1", "2"]),
)


def numbered(many: list[Compared]) -> list[Compared]:
    return [Compared(**{**vars(one), "pk": pk}) for pk, one in enumerate(many, 1)]


def only_names(many: list[Compared]) -> list[Compared]:
    """The same people, with nothing of the strong signs in common."""
    return [
        Compared(
            **{
                **vars(one),
                "births": few(f"b{one.pk}"),
                "number": "",
                "numbers": few(f"n{one.pk}"),
                "ties": few(f"t{one.pk}"),
                "dated_ties": few(f"d{one.pk}"),
            }
        )
        for one in many
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(records, max_size=8))
def test_equal_digests_never_propose_a_name_alone(many: list[Compared]) -> None:
    people = numbered(many)
    assert all(more_than_a_name(pair.signs) for pair in equal_digests(people))
    assert equal_digests(only_names(people)) == []


@settings(max_examples=6, deadline=None)
@given(st.lists(records, min_size=2, max_size=8))
def test_splink_never_proposes_a_name_alone(many: list[Compared]) -> None:
    people = numbered(many)
    pairs = weighed_pairs(people)
    assert all(more_than_a_name(pair.signs) and pair.first < pair.second for pair in pairs)
    assert weighed_pairs(only_names(people)) == []
    assert weighed_pairs(people[::-1]) == pairs  # the order of rows changes nothing


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    crowd = [person(pk, "wei", births=few(f"b{pk}")) for pk in range(10, 50)]
    twice = [person(1, "wei", births=few("x")), person(2, "wei", births=few("x"))]
    rare = [person(3, "yao", births=few("y")), person(4, "yao", births=few("y"))]

    weights = {pair.first: pair.weight for pair in weighed_pairs([*crowd, *twice, *rare])}

    assert weights[3] > weights[1] + 200


def test_two_numbers_in_use_weigh_against_a_pair() -> None:
    same: dict[str, Any] = {"births": few("x"), "dated_ties": few("f1"), "ties": few("f")}
    one = person(1, number="a", numbers=few("a"), **same)
    [alike] = weighed_pairs([one, person(2, **same)])
    [unlike] = weighed_pairs([one, person(2, number="b", numbers=few("b"), **same)])
    assert unlike.weight < alike.weight - 400


def test_one_subject_is_no_pair() -> None:
    assert weighed_pairs([person(1)]) == []


@pytest.mark.usefixtures("city")
def test_a_pair_is_kept_once_whichever_way_round() -> None:
    one, other = make_person(), make_person()
    make_pair(other, one)
    assert Duplicate.objects.filter(first=one, second=other).count() == 1
