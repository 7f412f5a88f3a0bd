"""收款账户: kept sealed under the subject's key, told by the last digits, opened with a look, gone with the person."""

from datetime import UTC, datetime

import pytest

from yingcai.audit.models import Event
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.accounts import (
    Written,
    account_problems,
    end_account,
    keep_account,
)
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.looking import reveal_account
from yingcai.registry.errors import OutOfScope, StaleRecord
from yingcai.registry.models import Look, PayeeAccount, Subject
from yingcai.registry.queries.accounts import account_number, accounts_of, others_naming
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import SELF, scope, usual_scope
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_person, make_talent

pytestmark = pytest.mark.usefixtures("city")
NOW = datetime(2018, 6, 11, 2, tzinfo=UTC)
CARD, OTHER = "6222021234567890128", "6217000000000000012"
BANK = "合欢银行东城支行"


@pytest.fixture
def meng() -> Subject:
    return make_person("孟青舟")


@pytest.fixture
def login(meng: Subject) -> User:
    return make_talent(meng, "meng")


def keep(subject: Subject, actor: User, number: str = CARD, bank: str = BANK) -> PayeeAccount:
    return keep_account(subject, Written(bank, number), agreed=True, actor=actor, now=NOW)


def test_only_the_last_digits_stand_in_plain(meng: Subject, login: User) -> None:
    row = keep(meng, login)

    assert (row.holder, row.bank, row.ending) == ("孟青舟", BANK, "0128")
    assert CARD.encode() not in bytes(row.sealed)
    assert CARD not in row.blind_index
    assert account_number(row).plain == CARD
    assert str(account_number(row)) == "***"
    event = Event.objects.get(action="account.named")
    assert (event.details, event.actor) == ({"agreed": True}, login)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert account_problems(Written(" ", "6222021234567890127")) == {
        "bank": "没有填写开户银行",
        "number": "卡号的末位校验码不对，可能有一位写错",
    }
    assert account_problems(Written("行" * 61, "")) == {
        "bank": "超过60个字",
        "number": "没有填写账号",
    }


def test_the_same_account_again_is_one_account(meng: Subject, login: User) -> None:
    first = keep(meng, login)

    assert keep(meng, login, "6222 0212 3456 7890 128").pk == first.pk
    renamed = keep(meng, login, bank="合欢银行西城支行")

    assert [one.pk for one in accounts_of(meng)] == [renamed.pk]
    first.refresh_from_db()
    assert first.ended_at == NOW


def test_an_account_that_is_no_longer_used_is_ended_once(meng: Subject, login: User) -> None:
    row = keep(meng, login)

    end_account(row, actor=login, now=NOW)

    assert accounts_of(meng) == []
    with pytest.raises(StaleRecord):
        end_account(row, actor=login, now=NOW)
    assert keep(meng, login).pk != row.pk  # it may be named again
    assert Event.objects.filter(action="account.ended").count() == 1


def test_others_who_name_the_same_account_are_counted(meng: Subject, login: User) -> None:
    mine = keep(meng, login)
    other = make_person("裘以南")
    keep(make_person("闻知微"), login, OTHER)
    assert others_naming(mine) == 0

    theirs = keep(other, login)
    assert others_naming(mine) == 1

    end_account(theirs, actor=login, now=NOW)
    assert others_naming(mine) == 0


def test_the_office_opens_it_with_a_reason_that_the_person_reads(
    meng: Subject, login: User
) -> None:
    row, office = keep(meng, login), make_user("office", role=Role.OFFICE)
    opens = scope(office, "verification", on=NOW.date())
    with pytest.raises(OutOfScope):
        reveal_account(opens, row, reason=" ", now=NOW)
    assert not Look.objects.exists()

    assert reveal_account(opens, row, reason="核对退票", now=NOW).plain == CARD

    look = Look.objects.get()
    assert (look.fields, look.revealed, look.subject) == (["bank-account"], True, meng)


def test_the_person_reads_stops_and_takes_it_with_his_copy(meng: Subject, login: User) -> None:
    row, client = keep(meng, login), signed_in(login)
    page = in_a_line(client.get("/registry/me/"))
    assert BANK in page
    assert "尾号 0128" in page
    assert CARD not in page
    assert CARD in in_a_line(client.post(f"/registry/me/reveal/account/{row.pk}/"))

    copy = copy_of(usual_scope(login, on=NOW.date(), among=(SELF,)), meng, now=NOW)
    assert [(one["bank"], one["number"], one["in_use"]) for one in copy["accounts"]] == [
        (BANK, CARD, True)
    ]

    assert client.post(f"/registry/me/accounts/{row.handle}/end/").status_code == 302
    assert "尾号 0128" not in in_a_line(client.get("/registry/me/"))
    assert client.post(f"/registry/me/accounts/{row.handle}/end/").status_code == 404


def test_nobody_stops_or_reads_the_account_of_another(meng: Subject, login: User) -> None:
    row = keep(meng, login)
    other = signed_in(make_talent(make_person("裘以南"), "qiu"))

    assert other.post(f"/registry/me/accounts/{row.handle}/end/").status_code == 404
    assert other.post(f"/registry/me/reveal/account/{row.pk}/").status_code == 404
    assert [one.pk for one in accounts_of(meng)] == [row.pk]


def test_an_erased_person_leaves_no_account(meng: Subject, login: User) -> None:
    first, second = keep(meng, login), keep(meng, login, OTHER)
    end_account(first, actor=login, now=NOW)
    one, two = (make_user(name, role=Role.OFFICE) for name in ("first", "second"))
    later = datetime(2018, 7, 1, 2, tzinfo=UTC)

    erase_subject(meng, reason="本人申请", actor=one, second=two, now=later)

    rows = PayeeAccount.objects.order_by("pk")
    assert [(row.bank, row.ending, row.blind_index, bytes(row.sealed)) for row in rows] == [
        ("", "", "", b"")
    ] * 2
    assert [row.ended_at for row in rows] == [NOW, later]
    assert second.pk in {row.pk for row in rows}
