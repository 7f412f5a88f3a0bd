"""Kept lists: whose they are, whom they show to whom, and how they leave the house."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.list_export import export_list
from yingcai.registry.actions.lists import change_list, keep_list, pick_subjects
from yingcai.registry.errors import InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.models import ListExport, ListMember, Look, SavedList, Subject
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.lists import list_for, notes_of, opened, picked_page, subjects_of
from yingcai.registry.queries.scope import Scope, scope
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    make_county,
    make_fact,
    make_person,
)
from yingcai.registry.tests.make_pairs import make_pair, merge, officers
from yingcai.registry.written import look_reasons

pytestmark = pytest.mark.usefixtures("city")
DOCTORS = Filters(facets=(("person.degree", "doctor"),))


def casework(user: User) -> Scope:
    return scope(user, "casework", on=TODAY)


def office(**fields: Any) -> Scope:
    return casework(make_user(role=Role.OFFICE, **fields))


def search_list(asked: Scope, filters: Filters = DOCTORS, *, shared: bool = False) -> SavedList:
    return keep_list(asked, "search", "博士", filters=filters, shared=shared, now=NOW)


def picked(asked: Scope, *subjects: Subject, note: str = "") -> SavedList:
    saved = keep_list(asked, "picked", "走访", filters=Filters(), shared=False, now=NOW)
    pick_subjects(asked, saved, subjects, note=note, now=NOW)
    return saved


def signed_in(asked: Scope) -> Client:
    client = Client()
    client.force_login(asked.user)
    return client


def test_a_kept_search_shows_who_fits_when_it_is_opened() -> None:
    asked, lin, meng = office(), make_person("林之川"), make_person("孟知书")
    make_fact(lin, "person.degree", "doctor")
    saved = search_list(asked)
    make_fact(meng, "person.degree", "doctor")

    assert set(subjects_of(asked, saved)) == {lin, meng}


def test_a_list_is_its_owners_and_of_the_unit_it_is_shared_with() -> None:
    bureau, other = make_unit("bureau"), make_unit("other")
    asked = office(unit=bureau)
    own, shared = search_list(asked), search_list(asked, shared=True)
    colleague, stranger = make_user(unit=bureau), make_user(unit=other)

    def sees(user: User) -> list[bool]:
        return [list_for(user, one.handle) is not None for one in (own, shared)]

    assert sees(asked.user) == [True, True]
    assert sees(colleague) == [False, True]
    assert sees(stranger) == [False, False]
    assert sees(make_user()) == [False, False]


def test_somebody_elses_list_is_not_there() -> None:
    saved = picked(office())
    client = signed_in(office())
    address = f"/registry/lists/{saved.handle}/"

    answers = [
        client.get(address), client.post(address, {"name": "x"}), client.get(f"{address}delete/"),
        client.post(f"{address}export/", {"reason": "x", "form": "csv"}),
        client.get(f"/registry/statistics/?list={saved.handle}"),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [404] * 5
    assert SavedList.objects.filter(name="走访").exists()


def test_a_colleague_reads_a_shared_list_and_changes_nothing() -> None:
    bureau = make_unit("bureau")
    saved, colleague = search_list(office(unit=bureau), shared=True), office(unit=bureau)

    with pytest.raises(OutOfScope):
        change_list(colleague, saved, "别名", shared=True, now=NOW)

    assert signed_in(colleague).post(f"/registry/lists/{saved.handle}/delete/").status_code == 404
    assert SavedList.objects.get().name == "博士"


def test_of_two_changes_at_once_one_is_refused() -> None:
    asked = office()
    first = search_list(asked)
    second = SavedList.objects.get()
    change_list(asked, first, "甲", shared=False, now=NOW)

    with pytest.raises(StaleRecord):
        change_list(asked, second, "乙", shared=False, now=NOW)

    assert SavedList.objects.get().name == "甲"


def test_who_left_the_scope_is_counted_and_not_named() -> None:
    east, west = make_county("东云县"), make_county("西云县")
    lin, meng = make_person("林之川", county=east), make_person("孟知书", county=east)
    asked = casework(make_user(role=Role.COUNTY, unit=east))
    saved = picked(asked, lin, meng)
    Subject.objects.filter(pk=meng.pk).update(county=west)

    shown = signed_in(asked).get(f"/registry/lists/{saved.handle}/").content.decode()

    assert [row.name for row in picked_page(asked, saved, after=None).rows] == ["林之川"]
    counts = opened(asked, saved)
    assert (counts.inside, counts.outside) == (1, 1)
    assert "另有 1 个" in shown
    assert "孟知书" not in shown


def test_a_note_is_sealed_under_the_subjects_key() -> None:
    asked, lin = office(), make_person("林之川")
    saved = picked(asked, lin, note="七月回访")

    assert notes_of(saved, [lin]) == {lin.pk: "七月回访"}
    assert "七月回访".encode() not in bytes(ListMember.objects.get().note or b"")


def test_a_merged_subject_is_listed_once_with_its_note() -> None:
    two, lin, again = officers(), make_person("林之川"), make_person("林之川")
    asked = casework(two[0])
    saved = picked(asked, lin)
    pick_subjects(asked, saved, [again], note="七月回访", now=NOW)

    merge(make_pair(lin, again), lin, *two)

    assert picked_page(asked, saved, after=None).rows == [lin]
    assert (opened(asked, saved).inside, opened(asked, saved).outside) == (1, 0)
    assert notes_of(saved, [lin]) == {lin.pk: "七月回访"}


def test_who_is_erased_leaves_every_list() -> None:
    asked, lin = office(), make_person("林之川")
    saved = picked(asked, lin, note="七月回访")

    erase_subject(lin, reason="申请", actor=make_user(), second=make_user(), now=NOW)

    assert not ListMember.objects.exists()
    assert (opened(asked, saved).inside, opened(asked, saved).outside) == (0, 0)


def test_subjects_are_picked_on_the_page_once_each_and_dropped() -> None:
    asked, lin = office(), make_person("林之川")
    client = signed_in(asked)
    given = {"s": [str(lin.handle), str(lin.handle)], "name": "走访", "note": "七月"}

    assert client.get(f"/registry/lists/pick/?s={lin.handle}").status_code == 200
    client.post("/registry/lists/pick/", given)
    saved = SavedList.objects.get()
    client.post("/registry/lists/pick/", {**given, "to": str(saved.handle), "note": ""})
    page = client.get(f"/registry/lists/{saved.handle}/").content.decode()

    assert ListMember.objects.count() == 1
    assert ("林之川" in page, "七月" in page) == (True, True)
    client.post(f"/registry/lists/{saved.handle}/", {"drop": str(lin.handle)})
    assert not ListMember.objects.exists()


def test_whoever_is_out_of_scope_is_not_picked() -> None:
    east, west = make_county("东云县"), make_county("西云县")
    meng = make_person("孟知书", county=west)
    client = signed_in(casework(make_user(role=Role.COUNTY, unit=east)))

    client.post("/registry/lists/pick/", {"s": [str(meng.handle)], "name": "走访"})

    assert not ListMember.objects.exists()
    assert not Look.objects.filter(subject=meng).exists()


def test_the_page_keeps_the_conditions_of_a_search_and_deletes_after_asking() -> None:
    client = signed_in(office())
    client.post("/registry/lists/new/?f.person.degree=doctor&q=l", {"name": "博士"})
    saved = SavedList.objects.get()
    assert saved.filters == {"q": "l", "f.person.degree": "doctor"}

    assert "不能恢复" in client.get(f"/registry/lists/{saved.handle}/delete/").content.decode()
    assert SavedList.objects.exists()
    client.post(f"/registry/lists/{saved.handle}/delete/")

    assert not SavedList.objects.exists()
    assert Event.objects.filter(action="list.deleted").count() == 1


def test_a_list_goes_out_for_a_reason_that_each_person_can_read() -> None:
    asked, lin = office(), make_person("林之川")
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.salary", 500000)
    saved = search_list(asked)

    answer = signed_in(asked).post(
        f"/registry/lists/{saved.handle}/export/", {"reason": "上报省厅", "form": "csv"}
    )

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "名称"
    assert rows[1][0] == "林之川"
    assert "博士" in rows[1]
    assert "500000" not in answer.content.decode()
    export = ListExport.objects.get()
    assert (export.reason, export.rows, export.form) == ("上报省厅", 1, "csv")
    look = Look.objects.exclude(sealed_reason=None).get()
    assert look_reasons([look]) == {look.pk: "上报省厅"}
    assert (look.subject, look.fields) == (lin, ["name", "person.degree", "firm.startup"])
    assert Event.objects.get(action="list.exported").details["rows"] == 1


def test_a_formula_in_a_name_stays_text() -> None:
    asked, lin = office(), make_person("=1+1")
    saved = picked(asked, lin)
    address = f"/registry/lists/{saved.handle}/export/"

    answer = signed_in(asked).post(address, {"reason": "上报", "form": "csv"})

    assert "'=1+1" in answer.content.decode("utf-8-sig")


def test_an_auditor_takes_out_stars() -> None:
    lin = make_person("林之川")
    make_fact(lin, "person.degree", "doctor")
    asked = scope(make_user(role=Role.AUDITOR), "audit", on=TODAY)

    taken = export_list(asked, picked(asked, lin), reason="审计", form="csv", now=NOW)

    assert taken.rows[0][5:] == ["******", ""]
    look = Look.objects.exclude(sealed_reason=None).get()
    assert look_reasons([look]) == {look.pk: "审计"}
    assert look.fields == ["name", "firm.startup"]


@pytest.mark.parametrize(
    ("reason", "form", "problem"),
    [("", "csv", "理由"), ("上报", "pdf", "格式"), ("字" * 201, "csv", "200")],
)
def test_nothing_goes_out_without_a_reason_and_a_form(reason: str, form: str, problem: str) -> None:
    asked = office()
    saved = picked(asked, make_person())

    with pytest.raises(InvalidSubject, match=problem):
        export_list(asked, saved, reason=reason, form=form, now=NOW)

    assert not ListExport.objects.exists()
    assert not Look.objects.exists()


def test_too_many_rows_do_not_go_out(monkeypatch: Any) -> None:
    monkeypatch.setattr("yingcai.registry.actions.list_export.MOST", 1)
    asked = office()
    saved = picked(asked, make_person(), make_person())

    with pytest.raises(InvalidSubject, match="超过 1 行"):
        export_list(asked, saved, reason="上报", form="csv", now=NOW)
