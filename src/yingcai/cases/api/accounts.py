"""The account to which a case is paid, over HTTP: named by its number, told by its last digits alone."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

from yingcai.audit import clock
from yingcai.cases.actions.naming_account import choose_account, write_account
from yingcai.cases.api.door import Caller
from yingcai.cases.models import Case
from yingcai.cases.queries.accounts import named_for, takes_account
from yingcai.registry.actions.accounts import Written


class AccountIn(Schema):
    """``account``: one of the subject's own that is known; else the bank with its branch and the number.

    ``holder``: for a project alone, for others it is the subject. ``agreed``: the person agrees that his account is
    kept to pay him.
    """

    account: UUID | None = None
    bank: Annotated[str, Field(max_length=60)] = ""
    number: Annotated[str, Field(max_length=40)] = ""
    holder: Annotated[str, Field(max_length=120)] = ""
    agreed: bool = False


class AccountOut(Schema):
    """``ending``: the last four digits; ``in_use``: false where the person stopped it, and another must be named."""

    account: UUID
    bank: str
    ending: str
    in_use: bool
    named_at: datetime


class AccountAsked(Schema):
    """``takes_account``: money may come of the case; ``account``: where it would go, null while none is named."""

    takes_account: bool
    account: AccountOut | None


def account_told(case: Case) -> AccountAsked:
    row = named_for(case)
    told = AccountAsked(takes_account=takes_account(case), account=None)
    if row is not None:
        told.account = AccountOut(
            account=row.account.handle,
            bank=row.account.bank,
            ending=row.account.ending,
            in_use=row.account.ended_at is None,
            named_at=row.named_at,
        )
    return told


def name_as_asked(case: Case, body: AccountIn, caller: Caller) -> None:
    """Raises: NotAllowed, InvalidCase with what is wrong in each field."""
    who, now = caller.user, clock.now()
    if body.account is not None:
        choose_account(case, str(body.account), actor=who, now=now)
        return
    written = Written(body.bank, body.number, body.holder)
    write_account(case, written, agreed=body.agreed, actor=who, now=now)
