"""What is owed for an award: its days, a report from a phone, an officer's finding, what the facts alone show."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.audit.models import Event
from yingcai.cases.actions.awarding import follow_up
from yingcai.cases.actions.keeping_awards import keep_awards
from yingcai.cases.actions.obligations import find, report
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import CaseNotice, Obligation, ObligationAct
from yingcai.cases.queries.obligations import spoken
from yingcai.cases.tests.after_city import YEAR_LATER, build_after_city, granted
from yingcai.cases.tests.case_city import PDF, City
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db
DUE = datetime(2019, 6, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2019, 6, 25)
    return build_after_city(tmp_path / "city")


def first(city: City) -> Obligation:
    award = granted(city)
    return Obligation.objects.get(award=award, number=1)


def reported(city: City, *, text: str = "仍在云帆机电工作") -> Obligation:
    row = first(city)
    return report(row, text, [("工资单.pdf", PDF)], version=1, actor=city.talent, now=DUE)


def test_an_award_brings_a_row_for_each_yearly_check(city: City) -> None:
    award = granted(city)

    assert list(Obligation.objects.values_list("name", "number", "due_on", "state")) == [
        ("service", 1, date(2019, 6, 20), "open"),
        ("service", 2, date(2020, 6, 20), "open"),
    ]
    assert Event.objects.get(action="obligation.begun").object_id == str(award.pk)


def test_an_award_that_is_taken_back_leaves_nothing_owed(city: City) -> None:
    award = granted(city)
    find(
        Obligation.objects.get(number=1), "meet", "", version=1, actor=city.officer, now=YEAR_LATER
    )

    follow_up(award.case, granted=False, ended=True, actor=None, now=YEAR_LATER)

    assert list(Obligation.objects.values_list("number", "state")) == [(1, "met"), (2, "ended")]


def test_a_report_waits_for_an_officer_of_the_lead_unit(city: City) -> None:
    row = reported(city)
    assert (row.state, row.files.count()) == ("reported", 1)

    with pytest.raises(NotAllowed, match="由牵头单位的经办人或负责人核实"):
        find(row, "meet", "", version=2, actor=city.window, now=DUE)
    with pytest.raises(NotAllowed, match="由牵头单位的经办人或负责人核实"):
        find(row, "meet", "", version=2, actor=city.county, now=DUE)
    row = find(row, "meet", "", version=2, actor=city.officer, now=DUE)

    assert (row.state, row.settled_by) == ("met", city.officer)
    assert CaseNotice.objects.filter(kind="duty-met").count() == 1
    assert [one.text for one in spoken(row)] == ["", "仍在云帆机电工作"]
    with pytest.raises(NotAllowed, match="已经有了结论"):
        find(row, "miss", "没有", version=3, actor=city.head, now=YEAR_LATER)


def test_nobody_confirms_his_own_report(city: City) -> None:
    row = first(city)
    twin = make_user(
        "twin",
        role="officer",
        unit=city.officer.grants.get().unit,
        person_key=city.talent.person_key,
    )
    row = report(row, "在职", version=1, actor=city.talent, now=DUE)

    with pytest.raises(NotAllowed, match="由他人核实"):
        find(row, "meet", "", version=2, actor=twin, now=DUE)
    assert Obligation.objects.get(pk=row.pk).state == "reported"


def test_what_lacks_is_said_and_reported_again(city: City) -> None:
    row = reported(city)
    with pytest.raises(InvalidCase, match="请写明还缺什么"):
        find(row, "ask", " ", version=2, actor=city.officer, now=DUE)
    row = find(row, "ask", "请补劳动合同", version=2, actor=city.officer, now=DUE)

    assert row.state == "lacking"
    assert CaseNotice.objects.get(kind="duty-lacks").read_at is None
    row = report(row, "合同附后", version=3, actor=city.talent, now=DUE)
    assert (row.state, row.version) == ("reported", 4)


def test_an_unmet_duty_needs_its_day_and_a_reason(city: City) -> None:
    row = first(city)
    with pytest.raises(NotAllowed, match="还没有到期"):
        find(row, "miss", "已离开", version=1, actor=city.officer, now=DUE)
    with pytest.raises(InvalidCase):
        find(row, "miss", "", version=1, actor=city.officer, now=YEAR_LATER)

    row = find(row, "miss", "2019年3月已离开本市", version=1, actor=city.officer, now=YEAR_LATER)
    assert row.state == "unmet"
    assert ObligationAct.objects.get().move == "miss"


def test_of_two_findings_one_wins(city: City) -> None:
    row = reported(city)
    find(row, "meet", "", version=2, actor=city.officer, now=DUE)

    with pytest.raises(StaleCase):
        find(row, "ask", "请补", version=2, actor=city.head, now=DUE)
    assert Obligation.objects.get(pk=row.pk).state == "met"


def test_fresh_facts_settle_a_check_and_old_ones_do_not(city: City) -> None:
    row = first(city)  # the 24 months of the application were recorded a year ago
    assert keep_awards(now=YEAR_LATER) == {"duty-late": 1}
    assert Obligation.objects.get(pk=row.pk).state == "open"

    make_fact(city.person, "person.insured_months", 36, "social-insurance", now=DUE)
    assert keep_awards(now=YEAR_LATER)["settled"] == 1

    row = Obligation.objects.get(pk=row.pk)
    assert (row.state, row.settled_by) == ("met", None)
    assert spoken(row)[0].values == ("本市社会保险缴费月数：36个月〔社会保险登记 2019-06-20〕",)
    assert Obligation.objects.get(number=2).state == "open"  # its day has not come


def test_facts_that_do_not_show_it_settle_nothing(city: City) -> None:
    first(city)
    make_fact(city.person, "person.insured_months", 3, "social-insurance", now=DUE)

    assert keep_awards(now=YEAR_LATER)["settled"] == 0
    assert not ObligationAct.objects.exists()


def test_reminders_are_left_once_before_the_day_and_once_after(city: City) -> None:
    first(city)
    early, may = (datetime(2019, month, 21, tzinfo=UTC) for month in (4, 5))
    assert not keep_awards(now=early)
    for _time in range(2):
        keep_awards(now=may)
        keep_awards(now=YEAR_LATER)

    kinds = list(CaseNotice.objects.filter(kind__startswith="duty").values_list("kind", flat=True))
    assert sorted(kinds) == ["duty-due", "duty-late"]


def test_the_nightly_command_says_what_it_did(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    first(city)
    call_command("keep_awards", "--on", "2019-06-25")

    assert capsys.readouterr().out == "数据核实 0 项，提醒 1 次（2019-06-25）\n"


def test_one_reports_from_the_phone_with_a_picture(city: City) -> None:
    row = first(city)
    client = signed_in(city.talent)
    assert f"/my/obligations/{row.handle}/" in in_a_line(client.get("/my/obligations/"))
    here = f"/my/obligations/{row.handle}/"

    wrong = SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream")
    answer = client.post(here, {"text": "", "version": "1", "files": wrong})
    assert answer.status_code == 422
    page = in_a_line(answer)
    assert "请写明履行情况" in page
    assert page.count("<li>") >= 2  # both at once
    assert not row.files.exists()

    good = SimpleUploadedFile("合同.pdf", PDF, "application/pdf")
    answer = client.post(here, {"text": "仍在岗", "version": "1", "files": good})
    assert answer.status_code == 302
    page = in_a_line(client.get(here))
    assert "合同.pdf" in page
    assert "仍在岗" in page
    assert "待核实" in page
    assert "officer" not in page


def test_the_desk_lists_what_waits_and_what_is_overdue(city: City) -> None:
    row = first(city)
    client = signed_in(city.officer)
    client.get("/desk/obligations/?show=overdue")
    with CaptureQueriesContext(connection) as asked:
        page = in_a_line(client.get("/desk/obligations/?show=overdue"))

    assert len(asked) <= 22
    assert "林之川" in page
    assert f"/desk/obligations/{row.handle}/" in page
    assert "待核实（0）" in page
    assert "逾期未报（1）" in page
    assert "未到期（1）" in page

    here = f"/desk/obligations/{row.handle}/"
    answer = client.post(here, {"move": "meet", "version": "1", "text": "电话核实"})
    assert answer.status_code == 302
    assert "核实已履行" in in_a_line(client.get(here))
    assert client.post(here, {"move": "miss", "version": "1", "text": "x"}).status_code == 409


def test_others_find_nothing_there(city: City) -> None:
    row = first(city)
    stranger = make_talent(make_person("何云飞"))
    elsewhere = make_user("elsewhere", role="officer", unit=make_unit("elsewhere", name="民政局"))

    assert signed_in(stranger).get(f"/my/obligations/{row.handle}/").status_code == 404
    assert signed_in(elsewhere).get(f"/desk/obligations/{row.handle}/").status_code == 404
    assert signed_in(city.talent).get(f"/desk/obligations/{row.handle}/").status_code == 403
    posted = {"text": "在职", "version": "1"}
    assert signed_in(stranger).post(f"/my/obligations/{row.handle}/", posted).status_code == 404
    assert Obligation.objects.get(pk=row.pk).state == "open"
