"""Where the money of a case goes: asked in the form, chosen where it is known, seen by its last digits, told when it changes."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from yingcai.audit.models import Event
from yingcai.cases.actions.naming_account import choose_account, write_account
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Case, CaseAccount, CaseNotice
from yingcai.cases.queries.accounts import account_of, takes_account
from yingcai.cases.tests.case_city import NOW, PDF, City, build_city, later, step
from yingcai.cases.tests.make_calls import Program
from yingcai.registry.actions.accounts import Written, end_account, keep_account
from yingcai.registry.models import Look, PayeeAccount
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_person, make_talent

pytestmark = pytest.mark.django_db
CARD, OTHER = "6222021234567890128", "6217000000000000012"
BANK = "合欢银行东城支行"
TYPED = {"account": "new", "account_bank": BANK, "account_number": CARD, "account_agreed": "1"}


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    cache.clear()
    return build_city(tmp_path / "city")


def form(case: Case) -> str:
    return f"/apply/form/{case.handle}/"


def send(city: City, case: Case, **given: Any) -> Any:
    case.refresh_from_db()
    sent = {"version": case.version, "do": "save", **given}
    return signed_in(city.talent).post(form(case), sent)


def named(case: Case, city: City, number: str = CARD) -> PayeeAccount:
    return write_account(case, Written(BANK, number), agreed=True, actor=city.talent, now=NOW)


def test_only_a_programme_that_gives_money_asks_for_an_account(city: City) -> None:
    grant, level = city.draft(), city.draft("recognition")

    assert takes_account(grant)
    assert not takes_account(level)
    assert "account_number" in in_a_line(signed_in(city.talent).get(form(grant)))
    assert "account_number" not in in_a_line(signed_in(city.talent).get(form(level)))


def test_the_form_keeps_an_account_and_shows_its_last_digits(city: City) -> None:
    case = city.draft()

    assert send(city, case, **TYPED).status_code == 302

    row = account_of(case)
    assert row is not None
    assert (row.subject, row.holder, row.bank, row.ending) == (city.person, "林之川", BANK, "0128")
    page = in_a_line(signed_in(city.talent).get(form(case)))
    assert "尾号 0128" in page
    assert CARD not in page
    assert f'value="{row.handle}" checked' in page


def test_what_is_wrong_with_it_is_said_beside_everything_else_and_nothing_is_kept(
    city: City,
) -> None:
    case = city.draft()
    wrong = {**TYPED, "account_bank": "", "account_number": CARD[:-1] + "7"}
    del wrong["account_agreed"]

    answer = send(city, case, **wrong, do="submit")

    assert answer.status_code == 422
    page = in_a_line(answer)
    for said in ("没有填写开户银行", "末位校验码不对", "请勾选同意", "请回答这一项"):
        assert said in page
    assert 'href="#account-bank"' in page
    assert not PayeeAccount.objects.exists()
    assert Case.objects.get().status == "draft"


def test_it_is_handed_in_without_an_account_only_where_one_says_that_it_comes_later(
    city: City,
) -> None:
    case = city.draft(person__insured_months="24")

    refused = send(city, case, account="new", do="submit")
    assert refused.status_code == 422
    assert "以后再填" in in_a_line(refused)
    sent = send(city, case, account="later", do="submit")

    assert "receipt" in sent.headers["Location"]
    assert account_of(case) is None
    assert "可以现在填" in in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))


def test_an_account_that_is_known_is_chosen_and_typed_once(city: City) -> None:
    first = city.draft()
    row = named(first, city)
    second = city.draft("bonus")

    page = in_a_line(signed_in(city.talent).get(form(second)))
    assert f'value="{row.handle}" checked' in page  # the one that is known stands ready
    send(city, second, account=str(row.handle))

    assert account_of(second) == row
    assert PayeeAccount.objects.count() == 1


def test_the_account_of_another_is_nobodys_choice(city: City) -> None:
    case, other = city.draft(), make_person("裘以南")
    theirs = keep_account(other, Written(BANK, OTHER), agreed=True, actor=city.talent, now=NOW)

    with pytest.raises(InvalidCase):
        choose_account(case, str(theirs.handle), actor=city.talent, now=NOW)
    assert send(city, case, account=str(theirs.handle)).status_code == 422
    assert account_of(case) is None


def test_what_somebody_else_wrote_for_him_is_never_ready_elsewhere(city: City) -> None:
    keep_account(city.person, Written(BANK, OTHER), agreed=False, actor=city.hr, now=NOW)
    case = city.draft()

    page = in_a_line(signed_in(city.talent).get(form(case)))
    assert "尾号 0012" in page
    assert "由他人代填" in page
    assert 'value="new" checked' in page

    named(case, city, OTHER)  # he writes the same number himself: it is his own word now
    rows = PayeeAccount.objects.order_by("pk")
    assert [(row.named_by, row.ended_at) for row in rows] == [(city.hr, NOW), (city.talent, None)]


def test_a_bank_that_is_written_anew_stands_for_every_case_of_the_account(city: City) -> None:
    first, second = city.draft(), city.submitted("bonus")
    named(first, city)
    named(second, city)
    other = Written("合欢银行西城支行", CARD)
    write_account(first, other, agreed=True, actor=city.talent, now=NOW)

    for case in (first, second):
        row = account_of(case)
        assert row is not None
        assert (row.bank, row.ended_at) == ("合欢银行西城支行", None)
    assert "已停用" not in in_a_line(signed_in(city.talent).get(f"/my/cases/{second.handle}/"))


def test_a_change_after_it_was_handed_in_is_told_and_stays_in_the_record(city: City) -> None:
    case = city.draft(person__insured_months="24")
    named(case, city)
    case.refresh_from_db()
    case = submit(case, version=case.version, actor=city.talent, now=NOW)
    assert not CaseNotice.objects.filter(kind="account").exists()

    answer = signed_in(city.talent).post(
        f"/my/cases/{case.handle}/account/", {**TYPED, "account_number": OTHER}
    )

    assert answer.status_code == 302
    assert [one.account.ending for one in CaseAccount.objects.all()] == ["0128", "0012"]
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))
    assert "收款账户已改为合欢银行东城支行，尾号 0012" in page
    assert Event.objects.filter(action="case.account_named").count() == 2


def test_the_same_account_sent_twice_is_no_change(city: City) -> None:
    case = city.submitted()
    for _ in range(2):
        signed_in(city.talent).post(f"/my/cases/{case.handle}/account/", TYPED)

    assert CaseAccount.objects.count() == 1
    assert not CaseNotice.objects.filter(kind="account").exists()  # nothing was there before


def test_who_filled_it_in_for_somebody_cannot_change_the_account_afterwards(city: City) -> None:
    case = start_case("grant", city.person, "employer", actor=city.hr, now=NOW)
    Case.objects.filter(pk=case.pk).update(status="running", submitted_at=NOW, stage="intake")
    case.refresh_from_db()

    with pytest.raises(NotAllowed):
        write_account(case, Written(BANK, OTHER), agreed=True, actor=city.hr, now=NOW)
    assert signed_in(city.hr).post(f"/my/cases/{case.handle}/account/", TYPED).status_code == 302
    assert not CaseAccount.objects.exists()


def test_who_fills_in_for_somebody_reads_none_of_his_accounts(city: City) -> None:
    keep_account(city.person, Written(BANK, CARD), agreed=True, actor=city.talent, now=NOW)
    case = start_case("grant", city.person, "employer", actor=city.hr, now=NOW)

    page = in_a_line(signed_in(city.hr).get(form(case)))

    assert "account_number" in page
    assert "account_agreed" not in page  # nobody agrees for another
    assert "0128" not in page


def test_the_person_sees_and_changes_it_before_he_confirms(city: City) -> None:
    case = start_case("grant", city.person, "employer", actor=city.hr, now=NOW)
    files = {"material.diploma": SimpleUploadedFile("证.pdf", PDF)}
    typed = {**TYPED, "account_number": OTHER, "version": case.version, **files}
    signed_in(city.hr).post(form(case), {**typed, "person.insured_months": "24", "do": "submit"})
    case.refresh_from_db()
    assert case.status == "unconfirmed"
    client, address = signed_in(city.talent), f"/my/cases/{case.handle}/"
    assert "尾号 0012" in in_a_line(client.get(address))

    wrong = {**TYPED, "account_number": "1", "version": case.version, "word": "yes"}
    refused = client.post(f"{address}answer/", wrong)
    assert (refused.status_code, "8至32位" in in_a_line(refused)) == (422, True)
    client.post(f"{address}answer/", {**TYPED, "version": case.version, "word": "yes"})

    case.refresh_from_db()
    assert case.status == "running"
    row = account_of(case)
    assert row is not None
    assert row.ending == "0128"


def test_the_desk_sees_the_last_digits_and_what_is_strange_about_it(city: City) -> None:
    case = city.submitted()
    named(case, city)
    desk = f"/desk/{case.handle}/"
    page = in_a_line(signed_in(city.window).get(desk))
    assert f"{BANK}" in page
    assert "尾号 0128" in page
    assert CARD not in page
    assert "也填了这个账号" not in page

    other = make_person("裘以南")
    keep_account(other, Written(BANK, CARD), agreed=False, actor=city.hr, now=NOW)
    assert "另有 1 个主体也填了这个账号" in in_a_line(signed_in(city.window).get(desk))


def test_the_desk_opens_the_number_with_a_reason_and_the_person_reads_that(city: City) -> None:
    case = city.submitted()
    named(case, city)
    client, address = signed_in(city.window), f"/desk/{case.handle}/account/"

    assert CARD not in in_a_line(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 422
    assert not Look.objects.filter(revealed=True).exists()
    assert CARD in in_a_line(client.post(address, {"reason": "银行退票，核对账号"}))

    look = Look.objects.get(revealed=True)
    assert (look.fields, look.viewer) == (["bank-account"], city.window)


def test_nothing_is_opened_where_no_account_is_named(city: City) -> None:
    case = city.submitted()

    assert signed_in(city.window).get(f"/desk/{case.handle}/account/").status_code == 404


def test_an_account_that_was_stopped_is_asked_for_again(city: City) -> None:
    case = city.submitted()
    row = named(case, city)

    end_account(row, actor=city.talent, now=later(1))

    assert account_of(case) is None
    assert "已停用，请另选" in in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))
    assert "已停用" in in_a_line(signed_in(city.window).get(f"/desk/{case.handle}/"))


def test_one_account_is_asked_once_for_several_programmes(city: City) -> None:
    client = signed_in(city.talent)
    begun = client.post("/apply/bundles/", {"choose": ["grant", "recognition"], "told": []})
    address = begun.headers["Location"]
    cases = list(Case.objects.order_by("pk"))
    sent = {f"version.{one.handle}": one.version for one in cases}

    assert in_a_line(client.get(address)).count('name="account_number"') == 1
    client.post(address, {**sent, **TYPED, "do": "save"})

    assert {one.programme: account_of(one) is not None for one in cases} == {
        "grant": True,
        "recognition": False,
    }


def test_a_program_names_an_account_and_reads_its_last_digits_alone(city: City) -> None:
    talent = Program(city.talent)
    _, made = talent.post("cases", {"programme": "grant"})
    case = f"cases/{made['handle']}"
    status, refused = talent.post(f"{case}/account", {"bank": BANK, "number": "12"})
    assert status == 422
    assert "8至32位" in str(refused)
    assert "请勾选同意" in str(refused)

    status, told = talent.post(f"{case}/account", {"bank": BANK, "number": CARD, "agreed": True})

    assert (status, told["account"]["ending"]) == (201, "0128")
    _, read = talent.get(case)
    assert read["takes_account"] is True
    assert read["account"]["bank"] == BANK
    assert CARD not in str(read)
    assert talent.get(case)[0] == 200


def test_a_stranger_names_no_account(city: City) -> None:
    case = city.submitted()
    other = make_talent(make_person("裘以南"), "qiu")

    assert signed_in(other).get(f"/my/cases/{case.handle}/account/").status_code == 404
    assert signed_in(other).post(f"/my/cases/{case.handle}/account/", TYPED).status_code == 404
    assert Program(other).post(f"cases/{case.handle}/account", {"number": CARD})[0] == 404
    assert not PayeeAccount.objects.exists()


def test_a_grant_without_an_account_says_that_it_waits_for_one(city: City) -> None:
    case = city.draft("bonus", person__insured_months="24")
    case = submit(case, version=case.version, actor=city.talent, now=NOW)
    step(case, city.officer, "agree")
    case.refresh_from_db()
    assert case.status == "granted"

    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{case.handle}/"))

    assert "填写以后才能兑现" in page
