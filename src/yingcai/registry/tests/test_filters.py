"""Finding by conditions: what fits, what is refused, and about whom an answer leaves a look."""

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingcai.audit.models import Event
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.plan.models import Pack
from yingcai.plan.tests.make import make_pack
from yingcai.registry.actions.finding import find_subjects
from yingcai.registry.actions.looking import TIMES_A_MINUTE
from yingcai.registry.actions.relations import end_relation
from yingcai.registry.errors import InvalidFilter, TooMany
from yingcai.registry.models import Look, Relation, Subject
from yingcai.registry.queries import filters as filters_module
from yingcai.registry.queries.filters import Filters, matching
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.queries.search import Place, find
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    VOCABULARY,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    steady,
)

pytestmark = pytest.mark.usefixtures("city")
DOCTOR = (("person.degree", "doctor"),)


def office() -> Scope:
    return scope(make_user(role=Role.OFFICE), "casework", on=TODAY)


def names(asked: Scope, filters: Filters) -> list[str]:
    """The names of every page, in order."""
    found, after = [], None
    while True:
        page = find(asked, filters, after=after)
        found += [row.name for row in page.rows]
        if page.next is None:
            return found
        after = page.next


def test_conditions_are_met_all_at_once() -> None:
    east, west, firm = make_county("东云县"), make_county("西云县"), make_firm("云州精工")
    lin, meng = make_person("林之川", county=east), make_person("孟知书", county=east)
    tao, qiu = make_person("陶见微", county=west), make_person("裘若以", county=east)
    for one in (lin, meng, tao):
        make_fact(one, "person.degree", "doctor")
    make_fact(qiu, "person.degree", "master")
    for one in (lin, tao, qiu):
        employ(one, firm, TODAY)
    asked = office()

    doctors = Filters(facets=DOCTOR)
    assert names(asked, doctors) == ["林之川", "孟知书", "陶见微"]
    assert names(asked, Filters(facets=DOCTOR, county=east.code)) == ["林之川", "孟知书"]
    assert names(asked, Filters(facets=DOCTOR, firm=str(firm.handle))) == ["林之川", "陶见微"]
    assert names(asked, Filters(facets=DOCTOR, firm=str(firm.handle), county=east.code)) == [
        "林之川"
    ]
    assert names(asked, Filters(facets=DOCTOR, text="m")) == ["孟知书"]
    assert names(asked, Filters(facets=DOCTOR, text="陶")) == ["陶见微"]
    assert names(asked, Filters(facets=DOCTOR, kind="organisation")) == []


def test_who_left_a_firm_is_not_found_there() -> None:
    firm, lin = make_firm(), make_person("林之川")
    row: Relation = employ(lin, firm, TODAY.replace(year=2016))
    end_relation(row, until=TODAY.replace(year=2017), source="insurance", actor=None, now=NOW)

    assert names(office(), Filters(firm=str(firm.handle))) == []


def test_organisations_are_found_by_their_sort_and_their_facts() -> None:
    firm, hospital = make_firm("云州精工"), make_firm("云州医院", sort="hospital")
    make_fact(firm, "firm.startup", "yes")
    make_fact(hospital, "firm.startup", "no")
    asked = office()

    assert names(asked, Filters(sort="hospital")) == ["云州医院"]
    assert names(asked, Filters(facets=(("firm.startup", "yes"),))) == ["云州精工"]


@pytest.mark.parametrize("few", [0, 1000])
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_pages_are_those_of_a_slow_reader(few: int, seed: int, monkeypatch: Any) -> None:
    """Whether few or many have the values, and whatever else is asked for; many come as they were registered."""
    monkeypatch.setattr(filters_module, "FEW", few)
    with transaction.atomic():
        _compare(Random(seed), many=few == 0)  # noqa: S311  # a test
        transaction.set_rollback(True)


def _compare(dice: Random, *, many: bool) -> None:
    counties, firm = [make_county("东云县"), make_county("西云县")], make_firm("云州精工")
    told: dict[str, tuple[str, str, bool]] = {}
    for n in range(45):
        name = dice.choice("林孟陶裘") + f"{n:02d}"
        county, degree = dice.choice(counties), dice.choice(["", "master", "doctor"])
        works = dice.random() < 0.5
        one = make_person(name, county=county)
        if degree:
            make_fact(one, "person.degree", degree)
        if works:
            employ(one, firm, TODAY)
        told[name] = (county.code, degree, works)
    asked = office()
    order = [row.name for row in Subject.objects.filter(kind="person").order_by("pinyin", "id")]
    by_name = sorted(order)
    for text, county_code, degree, at_firm in product(
        ("", "林"), ("", counties[0].code), ("", "doctor"), ("", str(firm.handle))
    ):
        wanted = Filters(
            text=text, kind="person", county=county_code, firm=at_firm,
            facets=(("person.degree", degree),) if degree else (),
        )  # fmt: skip
        plain = list(told) if many and degree else order
        assert names(asked, wanted) == [
            name
            for name in (by_name if text else plain)
            if name.startswith(text)
            and county_code in ("", told[name][0])
            and degree in ("", told[name][1])
            and (not at_firm or told[name][2])
        ]


def test_an_auditor_cannot_find_by_what_he_is_not_shown() -> None:
    """Else he would learn who is a doctor by asking for doctors."""
    make_fact(make_person("林之川"), "person.degree", "doctor")
    make_fact(make_firm("云州精工"), "firm.startup", "yes")
    asked = scope(make_user(role=Role.AUDITOR), "audit", on=TODAY)

    with pytest.raises(InvalidFilter) as refusal:
        find(asked, Filters(facets=DOCTOR))
    with pytest.raises(InvalidFilter) as none_such:
        find(asked, Filters(facets=(("person.nothing", "doctor"),)))

    told = str(refusal.value).replace("person.degree", "")
    assert told == str(none_such.value).replace("person.nothing", "")
    assert names(asked, Filters(facets=(("firm.startup", "yes"),))) == ["云州精工"]
    assert not Look.objects.exists()


def test_an_answer_is_the_same_whether_the_value_that_is_refused_exists_or_not() -> None:
    auditor = Client()
    auditor.force_login(make_user(role=Role.AUDITOR))
    make_person("林之川")
    before = auditor.get("/registry/?f.person.degree=doctor")
    make_fact(Subject.objects.get(), "person.degree", "doctor")

    after = auditor.get("/registry/?f.person.degree=doctor")

    assert (before.status_code, after.status_code) == (422, 422)
    assert steady(before) == steady(after)
    assert "林之川" not in after.content.decode()


def test_a_value_that_is_none_of_the_fact_is_refused() -> None:
    with pytest.raises(InvalidFilter):
        find(office(), Filters(facets=(("person.degree", "wizard"),)))


def test_a_county_finds_nobody_of_another_county() -> None:
    east, west = make_county("东云县"), make_county("西云县")
    make_fact(make_person("林之川", county=west), "person.degree", "doctor")
    asked = scope(make_user(role=Role.COUNTY, unit=east), "casework", on=TODAY)

    assert names(asked, Filters(facets=DOCTOR)) == []
    assert names(asked, Filters(facets=DOCTOR, county=west.code)) == []


def test_a_firm_out_of_scope_finds_nobody() -> None:
    own, other, lin = make_firm("云州精工"), make_firm("云州纺织"), make_person("林之川")
    employ(lin, own, TODAY)
    employ(lin, other, TODAY)
    asked = scope(make_officer(own).mandates.get().user, "employment", on=TODAY)

    assert names(asked, Filters(firm=str(own.handle))) == ["林之川"]
    assert names(asked, Filters(firm=str(other.handle))) == []


def test_who_is_shown_reads_by_which_fact_he_was_found() -> None:
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "doctor")
    for _ in range(25):
        make_person("孟知书")

    find_subjects(office(), Filters(facets=DOCTOR), now=NOW)

    assert [(one.subject, one.fields) for one in Look.objects.all()] == [
        (lin, ["name", "person.degree"])
    ]
    assert not Event.objects.filter(action="facet.searched").exists()


def test_a_no_about_one_person_is_a_look_at_him_too() -> None:
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "master")

    found = find_subjects(office(), Filters(text="林之川", facets=DOCTOR), now=NOW)

    assert found.rows == []
    assert [(one.subject, one.fields) for one in Look.objects.all()] == [(lin, ["person.degree"])]
    event = Event.objects.get(action="facet.searched")
    assert event.details == {"facts": ["person.degree"], "people": 1}


def test_probing_one_person_ends_after_twenty_times_a_minute() -> None:
    make_person("林之川")
    asked = office()
    for _ in range(TIMES_A_MINUTE):
        find_subjects(asked, Filters(text="林之川", facets=DOCTOR), now=NOW)

    with pytest.raises(TooMany):
        find_subjects(asked, Filters(text="林之川", facets=DOCTOR), now=NOW)

    assert Look.objects.count() == TIMES_A_MINUTE
    assert names(asked, Filters(text="林之川")) == ["林之川"]


def test_without_an_index_for_the_words_of_the_pack_nobody_is_searched_by_facts() -> None:
    """Half an index would hide people."""
    make_fact(make_person("林之川"), "person.degree", "doctor")
    registry = {**VOCABULARY["registry"], "precedence": ["employer", "education"]}
    Pack.objects.update(active=False)
    make_pack(vocabulary={**VOCABULARY, "registry": registry})

    with pytest.raises(InvalidFilter, match="索引"):
        find(office(), Filters(facets=DOCTOR))


def test_a_place_in_a_list_names_nobody() -> None:
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))
    for n in range(21):
        make_person(f"林{n:02d}")

    shown = client.get("/registry/?q=林").content.decode()

    last = Subject.objects.order_by("name", "id")[19]
    assert f"along=name&amp;after={last.handle}" in shown
    assert Place("name", last.name, last.pk) == find(office(), Filters(text="林")).next


def test_a_page_offers_the_firms_that_fit_and_takes_the_only_one() -> None:
    first, second = make_firm("云州精工"), make_firm("云州纺织")
    employ(make_person("林之川"), second, TODAY)
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))

    both = client.get("/registry/?firm=云州").content.decode()
    one = client.get("/registry/?firm=云州纺织").content.decode()
    none = client.get("/registry/?firm=海州")

    assert str(first.handle) in both
    assert str(second.handle) in both
    assert "林之川" not in both
    assert "林之川" in one
    assert none.status_code == 422


@pytest.mark.parametrize("facts", ["", "&f.firm.startup=yes"])
def test_a_search_by_facts_asks_one_query_more_than_a_plain_list(
    facts: str, django_assert_num_queries: Any
) -> None:
    """Seven, and one for all that few may meet: who has each value, and whom else the answer tells about."""
    county = make_county("东云县")
    for n in range(30):
        person = make_person(f"张{n:02d}", county=county)
        make_fact(person, "person.degree", "doctor")
        make_fact(person, "firm.startup", "yes")
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))
    address = f"/registry/?county={county.code}&f.person.degree=doctor{facts}"
    client.get(address)

    with django_assert_num_queries(8):
        page = client.get(address)

    assert "张19" in page.content.decode()


def test_a_firm_asks_no_query_more(django_assert_num_queries: Any) -> None:
    firm = make_firm("云州精工")
    for n in range(30):
        person = make_person(f"张{n:02d}")
        make_fact(person, "person.degree", "doctor")
        employ(person, firm, date(2017, 1, 1))
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))
    make_county("东云县")
    address = f"/registry/?firm={firm.handle}&f.person.degree=doctor"
    client.get(address)

    with django_assert_num_queries(8):
        page = client.get(address)

    assert "张19" in page.content.decode()


def test_what_many_have_is_a_condition_of_the_same_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firm, other = make_firm("云州精工"), make_firm("云州纺织")
    for n in range(12):
        person = make_person(f"张{n:02d}")
        make_fact(person, "person.degree", "doctor" if n % 2 else "master")
        employ(person, firm if n % 3 else other, date(2017, 1, 1))
    asked = office()
    filters = Filters(firm=str(firm.handle), facets=(("person.degree", "doctor"),))

    few = sorted(row.name for row in matching(asked, filters))
    monkeypatch.setattr(filters_module, "FEW", 2)
    many = sorted(row.name for row in matching(asked, filters))

    assert few == many == ["张01", "张05", "张07", "张11"]


def test_those_with_a_common_value_come_as_they_were_registered_page_by_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filters_module, "FEW", 2)
    for n in range(25):
        make_fact(make_person(f"张{24 - n:02d}"), "person.degree", "doctor")
    client = Client()
    client.force_login(make_user(role=Role.OFFICE))
    last = Subject.objects.order_by("id")[19]

    first = client.get("/registry/?f.person.degree=doctor").content.decode()
    later = client.get(
        f"/registry/?f.person.degree=doctor&along=id&after={last.handle}"
    ).content.decode()

    assert f"along=id&amp;after={last.handle}" in first
    assert [n for n in range(25) if f"张{n:02d}" in first] == list(range(5, 25))
    assert [n for n in range(25) if f"张{n:02d}" in later] == list(range(5))
