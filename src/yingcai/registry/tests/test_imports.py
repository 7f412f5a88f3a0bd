"""A personnel office brings its people: checked as a whole, given back where wrong, written once."""

from datetime import date
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.engine.documents.sheet import read_sheet
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_cover, make_user
from yingcai.registry.actions.erasing import restrict_subject
from yingcai.registry.actions.imports import applying, checking
from yingcai.registry.actions.imports.applying import apply_batch, apply_step
from yingcai.registry.actions.imports.deciding import (
    approve_batch,
    keep_good_rows,
    submit_batch,
)
from yingcai.registry.actions.imports.exporting import export_faulty
from yingcai.registry.actions.imports.receiving import (
    agree_columns,
    proposed_columns,
    withdraw_batch,
)
from yingcai.registry.actions.keys import rewrap_keys
from yingcai.registry.actions.looking import open_facts
from yingcai.registry.errors import Erased, InvalidSubject, OutOfScope, StaleRecord
from yingcai.registry.import_files import open_cells
from yingcai.registry.importing.sheets import faulty_xlsx
from yingcai.registry.keys import add_wrapping_key, key_ring
from yingcai.registry.models import (
    Fact,
    Identifier,
    ImportBatch,
    ImportKey,
    ImportProblem,
    ImportRow,
    Relation,
    Subject,
    SubjectKey,
)
from yingcai.registry.queries.facts import known
from yingcai.registry.queries.imports import batch_in, batch_key, page_of
from yingcai.registry.tests.make import (
    CREDIT_CODE,
    NOW,
    TODAY,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
)
from yingcai.registry.tests.make_imports import (
    HEAD,
    as_csv,
    check,
    codes,
    name,
    people,
    person,
    resident,
    scope_of,
    upload,
)

pytestmark = pytest.mark.usefixtures("city")
Status = ImportBatch.Status


@pytest.fixture
def firm() -> Subject:
    return make_firm("云州精工", code=CREDIT_CODE)


@pytest.fixture
def lin(firm: Subject) -> User:
    """Of the firm's personnel office."""
    return make_officer(firm, "lin")


@pytest.fixture
def meng() -> User:
    """Of the talent office."""
    return make_user("meng", role=Role.OFFICE)


def approved(batch: ImportBatch, lin: User, meng: User) -> ImportBatch:
    submit_batch(batch, scope=scope_of(lin), actor=lin, now=NOW)
    approve_batch(batch, actor=meng, now=NOW)
    return batch


def wrong(rows: list[list[str]]) -> dict[int, str]:
    """Spoil 37 rows in nine ways; the code of each by the number of its row in the file."""
    spoilt: dict[int, str] = {}

    def spoil(serial: int, column: int, value: str, code: str) -> None:
        rows[serial][column] = value
        spoilt[serial + 2] = code

    for place in range(5):
        spoil(100 + place, 0, "", "name-missing")
        spoil(200 + place, 1, "", "number-missing")
        spoil(300 + place, 1, resident(300 + place)[:17] + "-", "resident-form")
        spoil(400 + place, 1, "3.31002E+17", "number-rounded")
        spoil(500 + place, 2, "前年夏天", "day")
        spoil(600 + place, 3, "状元", "value")
        spoil(700 + place, 4, "很久", "value")
    spoil(4998, 1, resident(4999), "number-twice")
    spoilt[4999 + 2] = "number-twice"
    assert len(spoilt) == 37
    return spoilt


def test_of_5000_employees_exactly_the_37_faulty_ones_come_back(
    firm: Subject, lin: User, meng: User
) -> None:
    rows = people(5000)
    spoilt = wrong(rows)
    batch = check(upload(lin, as_csv(rows), firm), lin)

    assert (batch.status, batch.rows, batch.faulty) == (Status.CHECKED, 5000, 37)
    assert dict(codes(batch)) == spoilt
    assert len(codes(batch)) == 37
    with pytest.raises(StaleRecord, match="还有错误的行"):
        submit_batch(batch, scope=scope_of(lin), actor=lin, now=NOW)

    head, faulty = export_faulty(batch, scope=scope_of(lin), actor=lin, now=NOW)
    data = faulty_xlsx(head, faulty, mark="lin")
    sheet = read_sheet(data, name="错误.xlsx").rows
    assert sheet[0].cells == (*HEAD, "问题")
    assert [row.cells[:5] for row in sheet[1:]] == [
        tuple(cell or None for cell in rows[number - 2]) for number in sorted(spoilt)
    ]
    assert sheet[1].cells[5] == "第 102 行“姓名”：没有填写"
    assert sheet[-1].cells[5] == "第 5001 行“证件号码”：与第 5000 行的号码相同"

    # The good ones go on as a file of their own; the others are put right and sent again.
    good = keep_good_rows(batch, scope=scope_of(lin), actor=lin, now=NOW)
    assert (good.rows, good.faulty, batch.rows) == (4963, 0, 37)
    again = [[*person(number - 2), "改好了"] for number in sorted(spoilt)]
    second = check(upload(lin, as_csv(again, [*HEAD, "问题"]), firm), lin)
    assert (second.rows, second.faulty) == (37, 0)
    for one in (good, second):
        assert apply_batch(approved(one, lin, meng), now=NOW)

    assert Subject.objects.filter(kind="person").count() == 5000
    assert Identifier.objects.filter(kind="resident-id").count() == 5000
    assert SubjectKey.objects.count() == 5001
    assert Fact.objects.count() == 10_000
    assert Relation.objects.filter(other=firm, kind="employed-by").count() == 5000
    index = key_ring().blind_index("resident-id", resident(4321))
    someone = Subject.objects.get(identifiers__blind_index=index)
    opened = open_facts(scope_of(lin), someone, known([someone]), now=NOW)
    assert (someone.name, someone.initials) == (name(4321), "qfw")
    assert sorted(opened.values()) == ["1", "master"]


def test_a_number_twice_names_the_other_row(firm: Subject, lin: User) -> None:
    rows = [person(1), person(2), person(1), person(1)]
    batch = check(upload(lin, as_csv(rows), firm), lin)
    found = ImportProblem.objects.filter(batch=batch).values_list("number", "code", "other")
    assert list(found) == [
        (2, "number-twice", 4),
        (4, "number-twice", 2),
        (5, "number-twice", 2),
    ]


def test_nobody_is_found_by_the_name_alone(firm: Subject, lin: User) -> None:
    make_person(name(1))
    row = person(1)
    row[1] = ""
    batch = check(upload(lin, as_csv([row]), firm), lin)
    assert codes(batch) == [(2, "number-missing")]
    assert ImportRow.objects.get(batch=batch).subject is None


def test_a_number_under_another_name_is_faulty(firm: Subject, lin: User) -> None:
    make_person("林之川", number=resident(1))
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)
    assert codes(batch) == [(2, "number-other-name")]
    shown = "".join(str(vars(one)) for one in ImportProblem.objects.all())
    assert "林之川" not in shown
    assert resident(1) not in shown


def test_who_works_elsewhere_at_the_same_time_is_told_and_not_refused(
    firm: Subject, lin: User, meng: User
) -> None:
    elsewhere = make_firm("别家")
    wang = make_person(name(1), number=resident(1))
    employ(wang, elsewhere, date(2014, 1, 1))
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)

    assert (batch.faulty, batch.known, codes(batch)) == (0, 1, [(2, "employed-elsewhere")])
    apply_batch(approved(batch, lin, meng), now=NOW)
    assert set(wang.relations.values_list("other", flat=True)) == {elsewhere.pk, firm.pk}
    assert Subject.objects.filter(kind="person").count() == 1


def test_the_same_list_again_adds_nothing_and_an_end_ends(
    firm: Subject, lin: User, meng: User
) -> None:
    def bring(rows: list[list[str]], head: list[str]) -> None:
        batch = check(upload(lin, as_csv(rows, head), firm), lin)
        assert apply_batch(approved(batch, lin, meng), now=NOW)

    head = [*HEAD, "离职日期"]
    bring([[*person(1), ""]], head)
    bring([[*person(1), ""], [*person(2), ""]], head)
    assert (Fact.objects.count(), Relation.objects.count()) == (4, 2)

    bring([[*person(1), "2018-05-31"]], head)
    last = Relation.objects.get(subject__identifiers__blind_index__gt="", replaces__isnull=False)
    assert (last.ends_on, last.replaces_id is not None) == (date(2018, 5, 31), True)


def test_a_kill_in_the_middle_resumes_without_doubles(
    firm: Subject, lin: User, meng: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "STEP", 100)
    batch = approved(check(upload(lin, as_csv(people(350)), firm), lin), lin, meng)
    apply_step(batch, now=NOW)

    def die(*args: Any, **kwargs: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(applying, "relate_many", die)
        with pytest.raises(KeyboardInterrupt):
            apply_step(batch, now=NOW)
    batch.refresh_from_db()
    assert (batch.status, batch.done) == (Status.APPLYING, 100)
    assert Subject.objects.filter(kind="person").count() == 100  # nothing of the step that died

    assert apply_batch(batch, now=NOW)
    assert apply_batch(batch, now=NOW)  # once more does nothing
    assert Subject.objects.filter(kind="person").count() == 350
    assert (Fact.objects.count(), Relation.objects.count()) == (700, 350)
    steps = Event.objects.filter(action="import.step").order_by("id")
    assert [event.details["registered"] for event in steps] == [100, 100, 100, 50]


def test_a_check_that_died_begins_again(
    firm: Subject, lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_one = upload(lin, as_csv(people(30)), firm)
    monkeypatch.setattr("yingcai.registry.actions.imports.checking.STEP", 10)
    with monkeypatch.context() as killed:
        killed.setattr("yingcai.registry.actions.imports.checking._Check.finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            check(from_one, lin)
    from_one.refresh_from_db()
    assert (from_one.status, ImportRow.objects.count()) == (Status.UPLOADED, 30)

    check(from_one, lin)
    assert (from_one.status, from_one.rows, ImportRow.objects.count()) == (Status.CHECKED, 30, 30)


def test_two_natural_persons(firm: Subject, lin: User, meng: User) -> None:
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)
    submit_batch(batch, scope=scope_of(lin), actor=lin, now=NOW)
    alias = make_user("lin-office", role=Role.OFFICE, person_key=lin.person_key)
    stranger = make_user("tao", role=Role.LEADER)
    for who in (lin, alias, stranger, make_cover(lin, make_user(role=Role.OFFICE))):
        with pytest.raises(OutOfScope, match="另一位"):
            approve_batch(batch, actor=who, now=NOW)
    approve_batch(batch, actor=meng, now=NOW)
    with pytest.raises(StaleRecord):
        approve_batch(batch, actor=meng, now=NOW)


def test_the_office_needs_another_of_the_office(meng: User) -> None:
    rows = [["云州精工", CREDIT_CODE, "企业"]]
    data = as_csv(rows, ["单位名称", "统一社会信用代码", "单位类型"])
    batch = check(upload(meng, data, kind="organisation"), meng)
    submit_batch(batch, scope=scope_of(meng), actor=meng, now=NOW)
    with pytest.raises(OutOfScope):
        approve_batch(batch, actor=meng, now=NOW)

    approve_batch(batch, actor=make_user("qiu", role=Role.OFFICE), now=NOW)
    assert apply_batch(batch, now=NOW)
    assert Subject.objects.get(kind="organisation").sort == "firm"


def test_a_county_decides_about_its_own_firms_only(lin: User, firm: Subject) -> None:
    east, west = make_county("东云县"), make_county("西云县")
    Subject.objects.filter(pk=firm.pk).update(county=east)
    firm.refresh_from_db()
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)
    submit_batch(batch, scope=scope_of(lin), actor=lin, now=NOW)
    theirs, ours = (make_user(role=Role.COUNTY, unit=unit) for unit in (west, east))

    assert batch_in(scope_of(theirs), batch.handle) is None
    assert batch_in(scope_of(ours), batch.handle) == batch
    with pytest.raises(OutOfScope):
        approve_batch(batch, actor=theirs, now=NOW)
    approve_batch(batch, actor=ours, now=NOW)
    assert apply_batch(batch, now=NOW)
    assert Subject.objects.get(kind="person").county == east


def test_an_officer_sees_and_brings_his_own_firm_only(lin: User, firm: Subject) -> None:
    other = make_firm("别家")
    tao = make_officer(other, "tao")
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)

    assert page_of(scope_of(tao)) == []
    with pytest.raises(OutOfScope):
        upload(lin, as_csv([person(2)]), other)
    with pytest.raises(OutOfScope):
        upload(lin, as_csv([person(2)]), firm, source="education")
    for act in (submit_batch, withdraw_batch, keep_good_rows, export_faulty):
        with pytest.raises(OutOfScope):
            act(batch, scope=scope_of(tao), actor=tao, now=NOW)


def test_rows_of_another_firm_are_faulty(lin: User, firm: Subject) -> None:
    rows = [[*person(1), CREDIT_CODE], [*person(2), "91331000MA2AK4X51H"]]
    batch = check(upload(lin, as_csv(rows, [*HEAD, "统一社会信用代码"]), firm), lin)
    assert {number for number, _ in codes(batch)} == {3}


def test_nothing_personal_lies_open(lin: User, firm: Subject, meng: User) -> None:
    data = as_csv(people(3))
    batch = check(upload(lin, data, firm), lin)
    export_faulty(batch, scope=scope_of(lin), actor=lin, now=NOW)
    rows = repr(list(ImportRow.objects.values()) + list(ImportBatch.objects.values()))
    apply_batch(approved(batch, lin, meng), now=NOW)
    events = repr(list(Event.objects.values_list("action", "details")))

    assert events.count("import.") == 8
    for serial in range(3):
        for value in (name(serial), resident(serial), resident(serial)[6:14]):
            assert value not in rows
            assert value not in events


def test_when_it_is_written_or_withdrawn_its_content_is_gone(
    lin: User, firm: Subject, meng: User, settings: Any
) -> None:
    first = check(upload(lin, as_csv(people(3)), firm), lin)
    second = check(upload(lin, as_csv(people(4)), firm), lin)
    folder = settings.MEDIA_ROOT
    stored = [folder / first.stored_as, folder / second.stored_as]
    assert all(path.exists() for path in stored)
    sealed = stored[0].read_bytes()
    assert name(1).encode() not in sealed

    withdraw_batch(second, scope=scope_of(lin), actor=lin, now=NOW)
    apply_batch(approved(first, lin, meng), now=NOW)
    assert not ImportKey.objects.exists()
    assert not stored[1].exists()
    with pytest.raises(Erased):
        export_faulty(second, scope=scope_of(lin), actor=lin, now=NOW)


def test_a_row_that_no_longer_fits_is_set_aside(lin: User, firm: Subject, meng: User) -> None:
    batch = approved(check(upload(lin, as_csv(people(3)), firm), lin), lin, meng)
    make_person("另一人", number=resident(1))

    assert apply_batch(batch, now=NOW)
    assert (batch.done, batch.left) == (3, 1)
    assert codes(batch) == [(3, "changed-since")]
    assert Subject.objects.filter(name=name(1)).count() == 0


def test_what_changed_since_the_check_is_checked_again(
    lin: User, firm: Subject, meng: User
) -> None:
    batch = check(upload(lin, as_csv(people(3)), firm), lin)
    submit_batch(batch, scope=scope_of(lin), actor=lin, now=NOW)
    make_person("另一人", number=resident(1))
    with pytest.raises(StaleRecord, match="重新上传检查"):
        approve_batch(batch, actor=meng, now=NOW)


def test_the_same_file_twice_is_refused_while_the_first_is_open(lin: User, firm: Subject) -> None:
    batch = upload(lin, as_csv(people(3)), firm)
    with pytest.raises(StaleRecord, match="已经上传"):
        upload(lin, as_csv(people(3)), firm)
    withdraw_batch(batch, scope=scope_of(lin), actor=lin, now=NOW)
    upload(lin, as_csv(people(3)), firm)


def test_a_column_that_nobody_decided_about_stops_the_file(lin: User, firm: Subject) -> None:
    batch = upload(lin, as_csv([[*person(1), "蓝"]], [*HEAD, "喜欢的颜色"]), firm)
    columns = proposed_columns(batch)
    assert columns == ["name", "number", "since", "person.degree", "person.insured_months", ""]
    with pytest.raises(InvalidSubject) as refused:
        agree_columns(batch, columns, scope=scope_of(lin), actor=lin, now=NOW)
    assert refused.value.problems == ["第 6 列还没有决定：请选定内容，或选“不导入”"]
    with pytest.raises(InvalidSubject, match="缺少“姓名”列"):
        agree_columns(batch, ["-"] * 6, scope=scope_of(lin), actor=lin, now=NOW)


def test_an_employer_says_nothing_that_only_others_may_say(lin: User, firm: Subject) -> None:
    batch = upload(lin, as_csv([[*person(1), "300000"]], [*HEAD, "年薪"]), firm)
    assert proposed_columns(batch)[-1] == ""  # sensitive: only its own register states it


def test_a_register_brings_what_it_is_the_register_of(meng: User) -> None:
    qiu = make_user("qiu", role=Role.OFFICE)
    wang = make_person(name(1), number=resident(1))
    make_fact(wang, "person.degree", "bachelor", "applicant")
    rows = [[name(1), resident(1), "博士"]]
    batch = upload(
        meng, as_csv(rows, ["姓名", "身份证号", "学历学位"]), source="education", as_of=TODAY
    )
    check(batch, meng)
    submit_batch(batch, scope=scope_of(meng), actor=meng, now=NOW)
    approve_batch(batch, actor=qiu, now=NOW)
    assert apply_batch(batch, now=NOW)

    last = Fact.objects.order_by("id").last()
    assert last is not None
    assert (last.source, last.valid_from, last.recorded_by) == ("education", TODAY, meng)
    assert last.reference == f"{batch.handle}/2"


def test_a_row_moved_to_another_place_does_not_open(lin: User, firm: Subject) -> None:
    batch = check(upload(lin, as_csv(people(2)), firm), lin)
    key = batch_key(batch)
    first, second = ImportRow.objects.filter(batch=batch)
    assert key is not None
    assert open_cells(key, batch.sealed_for, 2, bytes(first.sealed)) == tuple(person(0))
    with pytest.raises(Exception, match="was not sealed for this place"):
        open_cells(key, batch.sealed_for, 2, bytes(second.sealed))


def test_a_new_wrapping_key_takes_files_in_quarantine_along(lin: User, firm: Subject) -> None:
    batch = check(upload(lin, as_csv(people(2)), firm), lin)
    ring = add_wrapping_key()
    assert rewrap_keys(now=NOW) == 2  # the firm's and the file's
    assert ImportKey.objects.get().key_id == ring.current
    assert export_faulty(batch, scope=scope_of(lin), actor=lin, now=NOW)[0] == HEAD


def test_about_somebody_whose_data_is_restricted_nothing_is_written(
    firm: Subject, lin: User
) -> None:
    wang = make_person(name(1), number=resident(1))
    restrict_subject(wang, reason="法定保存", actor=lin, now=NOW)
    batch = check(upload(lin, as_csv([person(1)]), firm), lin)
    assert codes(batch) == [(2, "subject-closed")]


def test_a_firm_does_not_try_numbers_out_by_files(
    firm: Subject, lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registered people of other employers, that its files of a day may name, are counted."""
    monkeypatch.setattr(checking, "STRANGERS_A_DAY", 3)
    strangers = [make_person(name(n), number=resident(n)) for n in range(4)]
    own = make_person(name(9), number=resident(9))
    employ(own, firm, date(2017, 1, 1))

    first = check(upload(lin, as_csv([HEAD, *people(3), person(9)][1:]), firm), lin)
    second = check(upload(lin, as_csv([person(3)]), firm), lin)

    assert (first.status, first.known) == (Status.CHECKED, 4)
    assert second.status == Status.REFUSED
    assert second.unreadable == {"code": "file-strangers", "places": {"most": 3}}
    assert not ImportProblem.objects.filter(batch=second).exists()
    office = make_user(role=Role.OFFICE)
    assert check(upload(office, as_csv([person(3)]), firm), office).status == Status.CHECKED
    assert len(strangers) == 4
