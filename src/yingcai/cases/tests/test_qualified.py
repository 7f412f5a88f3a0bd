"""Benefits without application: found by what is known, told once to who agreed, and a prepared case."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from yingcai.audit.models import Event
from yingcai.cases.actions import finding
from yingcai.cases.actions.finding import find_entitled, tell_entitled
from yingcai.cases.models import Case, Qualified, QualifiedRun
from yingcai.cases.queries.qualified import told_to
from yingcai.cases.tests.case_city import BONUS, FILES, NOW, City, build_city, later, step
from yingcai.cases.tests.make import RENT
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.models import Look
from yingcai.registry.tests.browsing import in_a_line, signed_in, text
from yingcai.registry.tests.make import (
    VOCABULARY,
    make_fact,
    make_person,
    make_talent,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TELLING = {
    "id": "entitlement",
    "zh": "免申即享提醒",
    "en": "Being told",
    "basis": "consent",
    "law": {"zh": "法", "en": "law"},
    "classes": ["public", "internal"],
    "roles": ["office"],
    "receiver": {"zh": "人才办", "en": "Office"},
    "version": 1,
    "notice": {"zh": "经您同意提醒您。", "en": "With your consent you are told."},
}


@pytest.fixture
def city(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> City:
    """The doctor is insured for 24 months, and the city knows it."""
    settings.YINGCAI_TODAY = TODAY
    purposes = [*VOCABULARY["registry"]["purposes"], TELLING]
    monkeypatch.setitem(VOCABULARY["registry"], "purposes", purposes)
    # Vocabularies are remembered by digest: a pack of its own has one of its own.
    more = BONUS.replace("YUAN(2000)", "YUAN(2100)")
    lease = RENT.replace("need: required", "need: deferrable")
    files = {**FILES, "programmes/bonus.yaml": more, "programmes/rent.yaml": lease}
    found = build_city(tmp_path / "city", files)
    make_fact(found.person, "person.insured_months", 24, "social-insurance")
    return found


def run() -> QualifiedRun:
    found = find_entitled(on=TODAY, now=NOW)
    assert found is not None
    return found


def agrees(city: City) -> None:
    give_consent(city.person, "entitlement", version=1, actor=city.talent, now=NOW)


def names() -> set[str]:
    return set(Qualified.objects.values_list("programme", flat=True))


def test_who_is_entitled_and_has_not_applied_is_found_beside_what_excludes(city: City) -> None:
    make_person("沈一")  # of whom nothing is known

    done = run()

    assert (done.asked, done.found) == (2, 3)
    assert names() == {"grant", "rent", "recognition"}  # the bonus is not paid beside the grant
    assert Qualified.objects.get(programme="grant").amount == 5_000_000
    assert Qualified.objects.get(programme="recognition").amount is None
    assert not Look.objects.exists()  # the program showed nobody anything
    assert not Case.objects.exists()


def test_a_run_is_repeated_and_goes_on_where_it_was_cut(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        other = make_person(f"张{number}")
        make_fact(other, "person.degree", "doctor", "education")
    monkeypatch.setattr(finding, "AT_ONCE", 2)
    whole, cut = finding.entitled_to, []

    def dies_at_the_fourth(subject: Any, rules: Any) -> Any:
        cut.append(subject)
        if len(cut) == 4:
            raise KeyboardInterrupt
        return whole(subject, rules)

    monkeypatch.setattr(finding, "entitled_to", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert QualifiedRun.objects.get().asked == 2
    done = run()

    assert (done.asked, done.found) == (6, 8)
    assert len(cut) == 4 + 4  # the two of the batch that was cut, and the two behind it
    assert Qualified.objects.count() == 8
    assert run().found == 8
    assert Qualified.objects.count() == 8


def test_who_has_applied_is_not_found(city: City) -> None:
    city.submitted("grant")

    run()

    assert "grant" not in names()


def test_what_no_longer_fits_is_forgotten_unless_it_was_told(city: City) -> None:
    run()
    make_fact(city.person, "person.insured_months", 1, "social-insurance", now=later(1))
    found = find_entitled(on=TODAY + timedelta(1), now=later(1))

    assert found is not None
    assert "grant" not in names()


def test_only_who_agreed_is_told_and_only_once(city: City) -> None:
    run()
    assert tell_entitled(on=TODAY, now=NOW) == 0
    agrees(city)

    assert tell_entitled(on=TODAY, now=NOW) == 3
    assert tell_entitled(on=TODAY, now=NOW) == 0
    run()
    assert tell_entitled(on=TODAY, now=later(1)) == 0
    assert Event.objects.filter(action="entitled.told").count() == 3

    withdraw_consent(city.person, "entitlement", actor=city.talent, now=NOW)
    Qualified.objects.update(told_at=None)
    assert tell_entitled(on=TODAY, now=NOW) == 0


def test_the_person_takes_it_up_with_a_prepared_case(city: City) -> None:
    run()
    agrees(city)
    tell_entitled(on=TODAY, now=NOW)
    page = in_a_line(signed_in(city.talent).get("/my/cases/"))
    assert "您可能可以享受" in page
    assert "5万元" in page
    row = Qualified.objects.get(programme="recognition")

    answer = signed_in(city.talent).post(f"/my/entitled/{row.pk}/", {"word": "apply"})
    form = in_a_line(signed_in(city.talent).get(answer.headers["Location"]))

    assert "没有要填的" in form
    row.refresh_from_db()
    assert row.case is not None
    ready = {"version": row.case.version, "do": "submit"}
    unasked = signed_in(city.talent).post(answer.headers["Location"], ready)
    assert (unasked.status_code, "您同意才办理" in in_a_line(unasked)) == (422, True)
    row.case.refresh_from_db()
    ready = {"version": row.case.version, "do": "submit", "consent": "1"}
    sent = signed_in(city.talent).post(answer.headers["Location"], ready)
    assert "receipt" in sent.headers["Location"]
    assert Event.objects.filter(action="case.consented").count() == 1
    left = set(told_to(city.talent, TODAY).values_list("programme", flat=True))
    assert left == {"grant", "rent"}


def test_a_prepared_grant_asks_only_for_consent_and_the_account(city: City) -> None:
    run()
    agrees(city)
    tell_entitled(on=TODAY, now=NOW)
    row = Qualified.objects.get(programme="rent")
    client = signed_in(city.talent)
    address = client.post(f"/my/entitled/{row.pk}/", {"word": "apply"}).headers["Location"]
    row.refresh_from_db()
    assert row.case is not None
    form = in_a_line(client.get(address))
    assert "没有要填的" in form
    assert "请确认收款账户并同意办理" in form
    sent = {
        "version": row.case.version, "do": "submit", "consent": "1", "account": "new",
        "account_bank": "合欢银行东城支行", "account_number": "6222021234567890128",
    }  # fmt: skip

    assert "请勾选同意：账户" in in_a_line(client.post(address, sent))
    row.case.refresh_from_db()
    agreed = {**sent, "version": row.case.version, "account_agreed": "1"}
    answer = client.post(address, agreed)

    assert "receipt" in answer.headers["Location"]
    assert "尾号 0128" in in_a_line(client.get(answer.headers["Location"]))
    row.case.refresh_from_db()
    assert row.case.status == "running"


def test_the_person_hears_of_it_no_more(city: City) -> None:
    run()
    agrees(city)
    tell_entitled(on=TODAY, now=NOW)
    row = Qualified.objects.get(programme="grant")

    signed_in(city.talent).post(f"/my/entitled/{row.pk}/", {"word": "never"})
    run()
    tell_entitled(on=TODAY, now=NOW)

    assert '同意用已掌握的信息申请<span class="visually-hidden">：安家补助' not in text(
        signed_in(city.talent).get("/my/cases/")
    )
    again = signed_in(city.talent).post(f"/my/entitled/{row.pk}/", {"word": "apply"})
    assert again.status_code == 404
    assert not Case.objects.exists()


def test_nobody_else_answers_for_him(city: City) -> None:
    run()
    agrees(city)
    tell_entitled(on=TODAY, now=NOW)
    row = Qualified.objects.get(programme="grant")
    stranger = make_talent(make_person("何云飞"), "stranger")

    for user in (stranger, city.hr, city.officer):
        answer = signed_in(user).post(f"/my/entitled/{row.pk}/", {"word": "apply"})
        assert answer.status_code == 404
    assert not Case.objects.exists()


def test_the_office_reads_the_list_and_leaves_looks(city: City) -> None:
    run()
    office = make_user("office", role=Role.OFFICE)

    page = text(signed_in(office).get("/desk/entitled/grant/"))

    assert "林之川" in page
    assert Look.objects.get().subject == city.person
    assert signed_in(city.officer).get("/desk/entitled/grant/").status_code == 403
    assert signed_in(office).get("/desk/entitled/ghost/").status_code == 404


def test_take_up_is_counted_and_few_are_hidden(city: City) -> None:
    for number in range(6):
        other = make_person(f"张{number}")
        make_fact(other, "person.degree", "doctor", "education")
    run()
    case = city.submitted("recognition")
    step(case, city.officer, "agree")
    office = make_user("office", role=Role.OFFICE)
    elsewhere = make_user("elsewhere", role=Role.OFFICER)

    page = in_a_line(signed_in(office).get("/cases/statistics/")).split("免申即享", 1)[1]

    assert "人才认定" in page
    assert "少数" in page  # the one who was granted, and what would tell that he is one
    assert "免申即享" not in text(signed_in(elsewhere).get("/cases/statistics/"))


def test_the_command_says_what_it_did(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    agrees(city)

    call_command("find_entitled", on=TODAY, tell=True)

    said = capsys.readouterr().out
    assert "查看 1 人，符合条件而没有申请 3 项（2018-06-11）" in said
    assert "告知 3 项" in said
