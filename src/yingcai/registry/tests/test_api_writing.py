"""Writing over HTTP: each call is one action, done once for its key, refused with every problem."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from yingcai.audit.models import Event
from yingcai.identity.actions.once import KEPT, forget_answers, once
from yingcai.identity.models import FirstAnswer
from yingcai.identity.queries import Role
from yingcai.identity.tests.at_once import at_once
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.requests import Wish, request_change
from yingcai.registry.models import ChangeRequest, Consent, Fact, Identifier, Relation, Subject
from yingcai.registry.queries.scope import has_agreed
from yingcai.registry.tests.make import (
    NOW,
    OTHER_RESIDENT,
    RESIDENT,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_calls import look, make_access, send
from yingcai.registry.vocabulary import vocabulary

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def office(city: None) -> str:
    """A token of the talent office."""
    return make_access(make_user(role=Role.OFFICE)).text


def degree(value: str = "doctor", **more: Any) -> dict[str, Any]:
    return {"fact": "person.degree", "value": value, "source": "education", **more}


def test_a_subject_is_registered_with_its_number(office: str) -> None:
    number = {"kind": "resident-id", "number": RESIDENT}
    person = {"kind": "person", "name": "林之川", "numbers": [number]}

    status, made = send(office, "subjects", person)

    subject = Subject.objects.get()
    assert (status, made) == (201, {"handle": str(subject.handle)})
    assert look(office, f"subjects/{subject.handle}")[1]["numbers"][0]["mask"][-4:] == "1236"


def test_numbers_are_not_tried_out_by_adding_them(office: str) -> None:
    make_person("林之川", number=RESIDENT)
    lin = make_person("沈一")
    tried = {"kind": "resident-id", "number": RESIDENT}

    told = [send(office, f"subjects/{lin.handle}/numbers", tried)[0] for _ in range(21)]

    assert told == [422] * 20 + [429]
    assert Identifier.objects.count() == 1


def test_a_county_registers_in_its_own_county_only() -> None:
    east, west = make_county(), make_county("西川市")
    text = make_access(make_user(role=Role.COUNTY, unit=east)).text

    assert send(text, "subjects", {"kind": "person", "name": "林之川"})[0] == 201
    assert Subject.objects.get().county == east
    there = {"kind": "person", "name": "沈一", "county": west.code}
    assert send(text, "subjects", there)[0] == 422
    assert Subject.objects.count() == 1


def test_every_problem_is_told_at_its_field_and_nothing_is_kept(office: str) -> None:
    lin = make_person()
    wrong = [degree("emperor"), degree(), {"fact": "firm.capital", "value": "1", "source": "x"}]

    status, told = send(office, f"subjects/{lin.handle}/facts", {"facts": wrong})

    assert status == 422
    assert [one["loc"] for one in told["detail"]] == [["body", "facts", 0], ["body", "facts", 2]]
    assert told["detail"][0]["msg"] == "“emperor”不能作为“学历学位”"
    assert not Fact.objects.exists()
    assert not FirstAnswer.objects.exists()
    bad = {"kind": "person", "name": "林", "numbers": [{"kind": "resident-id", "number": "1"}]}
    assert send(office, "subjects", bad)[1]["detail"][0]["loc"] == ["body", "numbers", 0]


def test_a_fact_is_corrected_from_the_row_that_was_seen_and_taken_back(office: str) -> None:
    lin = make_person()
    _, made = send(office, f"subjects/{lin.handle}/facts", {"facts": [degree("master")]})
    row = f"subjects/{lin.handle}/facts/{made['ids'][0]}"

    _, corrected = send(office, f"{row}/correction", degree())
    late, _ = send(office, f"{row}/correction", degree("bachelor"))
    _, facts = look(office, f"subjects/{lin.handle}/facts")

    assert late == 409
    assert [(one["id"], one["value"]) for one in facts] == [(corrected["id"], "博士")]
    assert send(office, f"subjects/{lin.handle}/facts/{corrected['id']}/retraction", {})[0] == 201
    assert look(office, f"subjects/{lin.handle}/facts")[1] == []


def test_what_a_program_records_is_not_verified(office: str) -> None:
    lin = make_person()

    send(office, f"subjects/{lin.handle}/facts", {"facts": [degree()]})

    assert Fact.objects.get().verified_by is None


def test_facts_are_told_as_of_a_day_and_as_known_at_a_moment(office: str) -> None:
    lin = make_person()
    old = make_fact(lin, "person.level", 4, since=date(2017, 1, 1), now=NOW - timedelta(days=9))
    send(office, f"subjects/{lin.handle}/facts/{old.pk}/correction", {
        "fact": "person.level", "value": "3", "source": "education", "since": "2018-01-01",
    })  # fmt: skip
    facts = f"subjects/{lin.handle}/facts"

    assert [one["value"] for one in look(office, facts)[1]] == ["3 level"]
    assert look(office, f"{facts}?on=2017-06-01")[1] == []
    then = "2018-06-01T00:00:00Z"
    assert [one["value"] for one in look(office, f"{facts}?on=2017-06-01&at={then}")[1]] == [
        "4 level"
    ]


def test_a_number_is_added_and_taken_out_of_use_once(office: str) -> None:
    lin = make_person(number=RESIDENT)
    first = Identifier.objects.get()
    new = {"kind": "resident-id", "number": OTHER_RESIDENT}

    assert send(office, f"subjects/{lin.handle}/numbers", new)[0] == 201
    out = f"subjects/{lin.handle}/numbers/{first.pk}/retirement"
    assert send(office, out, {"reason": "录错"})[0] == 201
    assert send(office, out, {"reason": "录错"})[0] == 404  # it is no number in use any more
    assert send(office, f"subjects/{make_firm().handle}/numbers", new)[0] == 422


def test_relations_begin_end_and_are_paged(office: str) -> None:
    lin, firm = make_person(), make_firm("甲公司")
    tie = {"relation": "employed-by", "other": str(firm.handle), "source": "insurance"}

    _, made = send(office, f"subjects/{lin.handle}/relations", {**tie, "since": "2017-01-01"})
    end = f"subjects/{lin.handle}/relations/{made['id']}/end"
    before, _ = send(office, end, {"until": "2016-01-01", "source": "insurance"})
    _, ended = send(office, end, {"until": "2018-01-01", "source": "insurance"})
    for day in range(1, 21):
        employ(lin, firm, date(2018, 2, day), date(2018, 2, day))
    _, first = look(office, f"subjects/{lin.handle}/relations")
    _, second = look(office, f"subjects/{lin.handle}/relations?after={first['next_id']}")

    assert before == 422
    assert (first["rows"][0]["id"], first["rows"][0]["until"]) == (ended["id"], "2018-01-01")
    assert (len(first["rows"]), len(second["rows"]), second["next_id"]) == (20, 1, 0)


def test_nobody_relates_to_somebody_who_is_out_of_his_scope() -> None:
    east = make_county()
    text = make_access(make_user(role=Role.COUNTY, unit=east)).text
    near, far = make_person(county=east), make_firm(county=make_county("西川市"))
    tie = {"relation": "employed-by", "other": str(far.handle), "source": "insurance"}

    assert send(text, f"subjects/{near.handle}/relations", {**tie, "since": "2017-01-01"})[0] == 404
    assert send(text, f"subjects/{far.handle}/facts", {"facts": [degree()]})[0] == 404
    assert not Relation.objects.exists()


def test_a_person_asks_and_withdraws_and_an_officer_decides(office: str) -> None:
    lin = make_person()
    own = make_access(make_talent(lin)).text
    wish = {"fact": "person.degree", "value": "doctor", "reason": "已毕业"}

    _, first = send(own, "me/requests", wish)
    assert send(own, f"me/requests/{first['id']}/withdrawal", {})[0] == 201
    _, second = send(own, "me/requests", wish)
    assert look(office, f"requests/{second['id']}")[1]["value"] == "博士"
    no_reason, _ = send(office, f"requests/{second['id']}/decision", {"accept": False})
    status, _ = send(office, f"requests/{second['id']}/decision", {"accept": True})
    again, _ = send(office, f"requests/{second['id']}/decision", {"accept": True})

    assert (no_reason, status, again) == (422, 201, 409)
    assert [row["status"] for row in look(own, "requests")[1]["rows"]] == ["withdrawn", "accepted"]
    assert Fact.objects.get().name == "person.degree"


def test_nobody_decides_on_what_he_asked_for_himself() -> None:
    lin = make_person()
    talent = make_talent(lin)
    row = request_change(lin, Wish("person.degree", "doctor", "已毕业"), actor=talent, now=NOW)
    officer = make_user(role=Role.OFFICE, person_key=talent.person_key)

    status, _ = send(make_access(officer).text, f"requests/{row.pk}/decision", {"accept": True})

    assert status == 403
    assert ChangeRequest.objects.get().status == "open"


def test_only_the_person_himself_agrees_and_by_the_notice_that_he_read(office: str) -> None:
    lin = make_person()
    own, bank = make_access(make_talent(lin)).text, vocabulary().purposes["bank"]

    assert send(office, "me/consents", {"purpose": "bank", "version": 1})[0] == 403
    assert send(own, "me/consents", {"purpose": "bank", "version": 2})[0] == 409
    assert not Consent.objects.exists()
    assert send(own, "me/consents", {"purpose": "bank", "version": 1})[0] == 201
    assert [one["granted"] for one in look(own, "me/consents")[1]] == [True]
    assert send(own, "me/consents/withdrawal", {"purpose": "bank"})[0] == 201
    assert not has_agreed(lin, bank)


# -- once for each key ---------------------------------------------------------------------------


def test_the_same_key_is_answered_the_same_and_done_once(office: str) -> None:
    person = {"kind": "person", "name": "林之川"}

    first = send(office, "subjects", person, key="the-one-key")
    second = send(office, "subjects", person, key="the-one-key")

    assert first == second
    assert Subject.objects.count() == 1
    assert Event.objects.filter(action="subject.registered").count() == 1


def test_the_same_key_for_something_else_is_refused(office: str) -> None:
    send(office, "subjects", {"kind": "person", "name": "林之川"}, key="the-one-key")

    status, told = send(office, "subjects", {"kind": "person", "name": "沈一"}, key="the-one-key")

    assert (status, told["detail"][0]["loc"]) == (422, ["header", "Idempotency-Key"])
    assert Subject.objects.count() == 1


def test_keys_of_two_users_are_two_keys(office: str) -> None:
    other = make_access(make_user(role=Role.OFFICE)).text
    person = {"kind": "person", "name": "林之川"}

    send(office, "subjects", person, key="the-one-key")
    send(other, "subjects", person, key="the-one-key")

    assert Subject.objects.count() == 2


def test_a_refused_write_may_be_mended_under_its_key(office: str) -> None:
    assert send(office, "subjects", {"kind": "person", "name": " "}, key="the-one-key")[0] == 422
    person = {"kind": "person", "name": "林之川"}
    assert send(office, "subjects", person, key="the-one-key")[0] == 201


def test_a_write_without_a_key_is_refused(office: str) -> None:
    status, told = send(office, "subjects", {"kind": "person", "name": "林之川"}, key="short")
    assert (status, told["detail"][0]["loc"]) == (422, ["header", "Idempotency-Key"])
    assert not Subject.objects.exists()


def test_no_value_is_kept_with_an_answer(office: str) -> None:
    person = {
        "kind": "person",
        "name": "林",
        "numbers": [{"kind": "resident-id", "number": RESIDENT}],
    }
    send(office, "subjects", person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_firstanswer")
        assert RESIDENT not in str(cursor.fetchall())


def test_old_answers_are_forgotten_and_young_ones_stay() -> None:
    user = make_user()
    once(user, "old-key-1", "a", dict, now=NOW - KEPT - timedelta(seconds=1))
    once(user, "new-key-1", "a", dict, now=NOW - KEPT)

    assert forget_answers(now=NOW) == 1
    assert [row.key for row in FirstAnswer.objects.all()] == ["new-key-1"]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_under_one_key_do_it_once() -> None:
    user = make_user(role=Role.OFFICE)

    def register() -> dict[str, Any]:
        return {"handle": str(make_person().handle)}

    answers = at_once(lambda: once(user, "the-one-key", "asked", register, now=NOW), 8)

    assert {answer.body["handle"] for answer in answers} == {str(Subject.objects.get().handle)}
    assert sorted(answer.again for answer in answers) == [False] + [True] * 7
